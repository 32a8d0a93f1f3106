//! A plan while it runs: confirmed, held, queued for the tenancy's lock, looked at, and done step by step,
//! each outcome durable before the next call. What a step does is in `steps`; calls are the executor's.

use std::collections::HashSet;
use std::slice;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::admit;
use super::exchange;
use super::gate::Who;
use super::plans::Reins;
use super::recheck;
use super::removing;
use super::settle;
use super::shared::{Asker, Shared};
use super::steps::{self, StepEnd, state_at_end};
use super::unwritten;
use crate::domain::journal::{Answer, CallId, CallResult, JournalCall, JournalEntry, is_past_late_effect};
use crate::domain::limits::LOOK_AGAIN;
use crate::domain::plan::{Pin, PlanState, Progress};
use crate::domain::request::{GoOn, PlanEvent};
use crate::domain::{Failure, Identity, Invite, Method, Plan, Reply};
use crate::store::{Journal, Taken, TenancyLock};

/// How often the tenancy's lock is tried while somebody else has it.
const LOCK_POLL: Duration = Duration::from_millis(500);

/// Why a plan does not go on.
#[derive(Debug)]
pub(super) enum Halt {
    /// The program ends; nothing more is written, the next start finds what was open.
    Quit,
    /// A person stopped it.
    Stopped,
    /// It waits for a person.
    Paused(Failure),
    /// Another console has moved it on meanwhile.
    Elsewhere(Box<JournalEntry>),
}

/// A plan in hand with all that is known of it.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) shared: Arc<Shared>,
    pub(super) journal: Journal,
    pub(super) reins: Arc<Reins>,
    pub(super) plan: Plan,
    pub(super) progress: Vec<Progress>,
    /// As the journal has it from before this run; known once the tenancy is ours.
    entry: Option<JournalEntry>,
    lock: Option<TenancyLock>,
    what: GoOn,
    /// The rows of the look before the first request, where that was a complete list.
    pub(super) fresh: Option<Vec<Invite>>,
    /// The invites that other plans created.
    pub(super) claimed: HashSet<Identity>,
    /// Whether the server was seen not to show a new invite in time.
    pub(super) is_lagging: bool,
    /// How often it is still looked for creates without a response, in pauses that grow.
    pub(super) looks: slice::Iter<'static, Duration>,
}

impl Run {
    pub(super) fn new(
        shared: Arc<Shared>,
        journal: Journal,
        reins: Arc<Reins>,
        plan: Plan,
        progress: Vec<Progress>,
        what: GoOn,
    ) -> Run {
        Run {
            shared,
            journal,
            reins,
            plan,
            progress,
            entry: None,
            lock: None,
            what,
            fresh: None,
            claimed: HashSet::new(),
            is_lagging: false,
            looks: LOOK_AGAIN.iter(),
        }
    }

    /// Runs the plan, which has to be in one of these states, to whatever end. What is to be said of the end
    /// is returned, so that it is said when the plan is in nobody's hand any more.
    pub(super) async fn go(mut self, from: &'static [PlanState]) -> Option<PlanEvent> {
        let result = self.work(from).await;
        self.end(result).await
    }

    /// Waits out the hold, until its end is said to have been seen; halts when the plan was taken back or stopped meanwhile.
    pub(super) async fn hold(&self, hold: Duration) -> Result<(), Halt> {
        while !hold.is_zero() {
            let (again, until) = (self.reins.times_again(), self.shared.clock.now().mono + hold);
            self.say(PlanEvent::Held { until }).await;
            let over = async {
                self.shared.clock.sleep_until(until).await;
                self.say(PlanEvent::HoldOver { until }).await;
                std::future::pending::<()>().await;
            };
            tokio::select! {
                biased;
                () = self.reins.stop.cancelled() => return Err(self.let_go()),
                () = self.reins.taken_back() => break,
                begins = self.reins.may_begin(until, again) => if begins { break },
                () = over => {}
            }
        }
        Ok(())
    }

    async fn work(&mut self, from: &'static [PlanState]) -> Result<(), Halt> {
        self.lock = Some(self.queue().await?);
        let entry = self.journal.entry(self.plan.id).await.map_err(Halt::Paused)?;
        let entry = entry.ok_or_else(|| Halt::Paused(admit::not_in_journal()))?;
        if !from.contains(&entry.state) {
            return Err(Halt::Elsewhere(Box::new(entry)));
        }
        self.progress.clone_from(&entry.progress);
        let answered = steps::answered(&entry);
        self.entry = Some(entry);
        self.check_tenancy()?;
        for (step, progress) in answered {
            self.record(step, StepEnd { progress, failure: None, pauses: false }).await?;
        }
        recheck::recheck(self).await?;
        let moved = self.journal.set_state(self.plan.id, from, PlanState::Running).await;
        if !moved.map_err(Halt::Paused)? {
            return Err(Halt::Paused(admit::not_in_journal()));
        }
        for step in 0..self.plan.steps.len() {
            if self.has_work(step) && self.goes_on(step) {
                self.step(step).await?;
            }
        }
        removing::check_deleted(self).await
    }

    /// Whether a person wants this step to go on. One whose address has been mailed is finished in any case.
    pub(super) fn goes_on(&self, step: usize) -> bool {
        match self.what {
            GoOn::Everything | GoOn::SendAgain => true,
            GoOn::WithoutMail => !self.plan.steps[step].mails() || exchange::has_mailed(self, step),
        }
    }

    /// Whether something of a step is left to do.
    pub(super) fn has_work(&self, step: usize) -> bool {
        let open = self.entry.as_ref().is_some_and(|entry| entry.may_land(step));
        self.plan.steps[step].has_work(&self.progress[step], open)
    }

    /// Whether the user accepts that an unknown create is requested once more.
    pub(super) fn sends_again(&self) -> bool {
        self.what == GoOn::SendAgain
    }

    async fn queue(&self) -> Result<TenancyLock, Halt> {
        let mut told = None;
        loop {
            let taken = TenancyLock::try_take(self.journal.folder(), &self.plan.tenancy);
            match taken.map_err(Halt::Paused)? {
                Taken::Ours(lock) => return Ok(lock),
                Taken::Held(holder) if told.as_ref() != Some(&holder) => {
                    self.say(PlanEvent::Queued { holder: holder.clone() }).await;
                    told = Some(holder);
                }
                Taken::Held(_) => {}
            }
            tokio::select! {
                biased;
                () = self.reins.stop.cancelled() => return Err(self.let_go()),
                () = self.shared.clock.sleep(LOCK_POLL) => {}
            }
        }
    }

    async fn step(&mut self, step: usize) -> Result<(), Halt> {
        if self.reins.stop.is_cancelled() {
            return Err(self.let_go());
        }
        self.say(PlanEvent::StepStarted(step)).await;
        let end = steps::do_step(self, step).await?;
        self.record(step, end).await
    }

    /// Writes how a step ended, and tells it also when it could not be written: then nothing more is sent.
    pub(super) async fn record(&mut self, step: usize, end: StepEnd) -> Result<(), Halt> {
        let StepEnd { progress, failure, pauses } = end;
        let written = self.journal.progress(self.plan.id, step, &progress).await;
        self.progress[step] = progress.clone();
        let why = failure.clone().filter(|_| pauses);
        self.say(PlanEvent::StepEnded { step, progress, failure }).await;
        written.map_err(Halt::Paused)?;
        why.map_or(Ok(()), |why| Err(Halt::Paused(why)))
    }

    /// Writes what is known of a step in the middle of it.
    pub(super) async fn note(&mut self, step: usize, progress: Progress) -> Result<(), Halt> {
        match self.journal.progress(self.plan.id, step, &progress).await {
            Ok(()) => self.progress[step] = progress,
            Err(failure) => return Err(unwritten::report(self, step, progress, false, failure).await),
        }
        Ok(())
    }

    /// Writes the end, and returns what is to be said of it.
    pub(super) async fn end(&self, result: Result<(), Halt>) -> Option<PlanEvent> {
        let progress = self.progress.clone();
        let (state, event) = match result {
            Ok(()) if state_at_end(&self.plan.steps, &progress) == PlanState::Finished => {
                (PlanState::Finished, PlanEvent::Ended { state: PlanState::Finished, progress })
            }
            Ok(()) => {
                (PlanState::Paused, PlanEvent::Paused(admit::not_all_sent(&self.plan.steps, &progress)))
            }
            Err(Halt::Stopped) => {
                let state = if self.reins.pauses() { PlanState::Paused } else { PlanState::Stopped };
                (state, PlanEvent::Ended { state, progress })
            }
            Err(Halt::Paused(failure)) => (PlanState::Paused, PlanEvent::Paused(failure)),
            Err(Halt::Elsewhere(entry)) => return Some(elsewhere(*entry)),
            Err(Halt::Quit) => return None,
        };
        // While the tenancy is not ours, somebody else may have the plan running.
        let from: &[_] = match self.lock {
            Some(_) => &[PlanState::Staged, PlanState::Running, PlanState::Paused, PlanState::Stopped],
            None => &[PlanState::Staged],
        };
        let written = self.journal.set_state(self.plan.id, from, state).await;
        Some(written.map_or_else(PlanEvent::Paused, |_| event))
    }

    pub(super) async fn say(&self, event: PlanEvent) {
        self.shared.out.send(self.reins.id, Reply::Plan(self.plan.id, event)).await;
    }

    /// For calls in this plan's name that `cancel` ends.
    pub(super) fn asker(&self, cancel: &CancellationToken) -> Asker {
        Asker {
            id: self.reins.id,
            who: Who::Person,
            cancel: cancel.clone(),
            tenancy: Some(self.plan.tenancy.clone()),
        }
    }

    /// For looking at what a call did, also after the person cut that call.
    pub(super) fn looker(&self) -> Asker {
        let cut = &self.reins.cut;
        self.asker(if cut.is_cancelled() { &self.shared.quit } else { cut })
    }

    /// Waits between two looks; `false` when the user stops the plan.
    pub(super) async fn pause(&self, length: Duration, why: &str) -> Result<bool, Halt> {
        match self.shared.wait(&self.asker(&self.reins.stop), length, why).await {
            Ok(()) => Ok(true),
            Err(_) if self.shared.quit.is_cancelled() => Err(Halt::Quit),
            Err(_) => Ok(false),
        }
    }

    /// Why a wait was ended: by the end of the program, or by the person.
    pub(super) fn let_go(&self) -> Halt {
        if self.shared.quit.is_cancelled() { Halt::Quit } else { Halt::Stopped }
    }

    /// Whether what was just looked at may be believed: not when the program ends, and not when the token
    /// has become that of another tenancy meanwhile.
    pub(super) fn check_look(&self) -> Result<(), Halt> {
        if self.shared.quit.is_cancelled() { Err(Halt::Quit) } else { self.check_tenancy() }
    }

    /// The plan runs only in the tenancy it was confirmed for.
    pub(super) fn check_tenancy(&self) -> Result<(), Halt> {
        admit::same_tenancy(&self.plan, &self.shared.client).map_err(Halt::Paused)
    }

    /// A call of an earlier run whose effect is not known.
    pub(super) fn open_call(&self, step: usize) -> Option<(CallId, Method)> {
        let call = self.entry.as_ref()?.open_call(step)?;
        Some((call.id, call.intent.method))
    }

    /// A create of an earlier run of which it is unknown whether it worked.
    pub(super) fn unknown_create(&self, step: usize) -> Option<JournalCall> {
        self.entry.as_ref()?.unknown_create(step).filter(|_| self.progress[step].created.is_none()).cloned()
    }

    /// Whether the step created its invite so long ago that it would be visible.
    pub(super) fn is_create_late(&self, step: usize) -> bool {
        let now = self.shared.clock.now().wall;
        let calls = self.entry.iter().flat_map(|entry| &entry.calls).map(|call| &call.intent);
        let mut creates = calls.filter(|intent| intent.step == step && intent.method == Method::Post);
        creates.next_back().is_some_and(|intent| is_past_late_effect(intent.at, now))
    }

    /// Whether an earlier run sent a DELETE for this step that may have worked.
    pub(super) fn has_unanswered_delete(&self, step: usize) -> bool {
        self.entry.as_ref().is_some_and(|entry| entry.has_unanswered_delete(step))
    }

    /// What the step's address is known to have had before, if there was a complete list.
    pub(super) fn known(&self, step: usize) -> Option<Vec<Pin>> {
        settle::known(&self.plan, &self.progress, step)
    }

    /// Writes what looking found out about a call, and what its step knows by it.
    pub(super) async fn found_out(
        &self,
        step: usize,
        call: CallId,
        result: CallResult,
        known: &Progress,
    ) -> Result<(), Halt> {
        let at = self.shared.clock.now().wall;
        let answer = Answer { result, status: None, request_id: None, at };
        match self.journal.conclude(call, answer, self.plan.id, step, known).await {
            Ok(()) => Ok(()),
            Err(failure) => Err(unwritten::report(self, step, known.clone(), false, failure).await),
        }
    }
}

/// What is said of a plan that another console has moved on.
fn elsewhere(entry: JournalEntry) -> PlanEvent {
    match entry.state {
        state @ (PlanState::Finished | PlanState::Stopped | PlanState::Dropped) => {
            PlanEvent::Ended { state, progress: entry.progress }
        }
        PlanState::Staged | PlanState::Running | PlanState::Paused => PlanEvent::Paused(admit::refused(
            "another console has worked on it meanwhile",
            "Resume it to go on from there.",
        )),
    }
}
