//! A plan while it runs: confirmed, held, queued for the tenancy's lock, looked at, and done step by step,
//! each outcome durable before the next call. What a step does is in `steps`; calls are the executor's.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::admit;
use super::exchange;
use super::gate::Who;
use super::plans::Reins;
use super::settle;
use super::shared::{Asker, Shared};
use super::steps::{self, StepEnd, has_work, state_at_end};
use crate::domain::journal::{Answer, CallId, CallResult, JournalEntry};
use crate::domain::plan::{Pin, PlanState, Progress};
use crate::domain::request::{GoOn, PlanEvent};
use crate::domain::{Failure, FailureKind, Method, Outcome, Plan, Reply};
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
        Run { shared, journal, reins, plan, progress, entry: None, lock: None, what }
    }

    /// Runs the plan, which has to be in one of these states, to whatever end. What is to be said of the end
    /// is returned, so that it is said when the plan is in nobody's hand any more.
    pub(super) async fn go(mut self, from: &'static [PlanState]) -> Option<PlanEvent> {
        let result = self.work(from).await;
        self.end(result).await
    }

    /// Waits out the hold, until its end is said to have been seen; halts when the plan was taken back or stopped meanwhile.
    pub(super) async fn hold(&self, hold: Duration) -> Result<(), Halt> {
        while self.plan.deletes() && !hold.is_zero() {
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
        self.look_again().await?;
        let moved = self.journal.set_state(self.plan.id, from, PlanState::Running).await;
        if !moved.map_err(Halt::Paused)? {
            return Err(Halt::Paused(admit::not_in_journal()));
        }
        for step in 0..self.plan.steps.len() {
            let open = self.open_call(step).is_some();
            if has_work(&self.plan.steps[step], &self.progress[step], open) && self.goes_on(step) {
                self.step(step).await?;
            }
        }
        Ok(())
    }

    /// Whether a person wants this step to go on. One whose address has been mailed is finished in any case.
    fn goes_on(&self, step: usize) -> bool {
        match self.what {
            GoOn::Everything => true,
            GoOn::WithoutMail => !self.plan.steps[step].mails() || exchange::has_mailed(self, step),
        }
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

    /// Looks at what is to be deleted once more: what is gone needs no call, what was renewed is counted.
    async fn look_again(&mut self) -> Result<(), Halt> {
        let left: Vec<usize> = (0..self.plan.steps.len())
            .filter(|step| {
                let progress = &self.progress[*step];
                // A revoked invite for which another is owed is gone because of us.
                progress.outcome.is_none() && progress.created.is_none() && !progress.old_deleted
            })
            .filter(|step| self.goes_on(*step))
            .filter(|step| self.open_call(*step).is_none() && !self.has_unanswered_delete(*step))
            .filter(|step| self.plan.steps[*step].target().is_some())
            .collect();
        let targets: Vec<_> =
            left.iter().filter_map(|step| Some(self.plan.steps[*step].target()?.identity.clone())).collect();
        if targets.is_empty() {
            return Ok(());
        }
        let asker = self.asker(&self.reins.stop);
        let there = match super::look::many(&self.shared, &asker, &targets).await {
            Err(failure) if failure.kind == FailureKind::Cancelled => return Err(self.let_go()),
            there => there.map_err(Halt::Paused)?,
        };
        self.check_look()?;
        let (mut gone, mut renewed) = (Vec::new(), 0);
        for step in left {
            let Some(target) = self.plan.steps[step].target() else { continue };
            match there.get(&target.identity) {
                None => gone.push(step),
                Some(now) => renewed += usize::from(now.expiry != target.expiry),
            }
        }
        if gone.len() + renewed > 0 {
            self.say(PlanEvent::LookedAt { gone: gone.len(), renewed }).await;
        }
        for step in gone {
            let note = self.plan.steps[step]
                .mails()
                .then(|| "perhaps it was accepted; it was not sent again".into());
            let before = self.progress[step].clone();
            let progress = Progress { outcome: Some(Outcome::AlreadyGone), note, ..before };
            self.record(step, StepEnd { progress, failure: None, pauses: false }).await?;
        }
        Ok(())
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
    async fn record(&mut self, step: usize, end: StepEnd) -> Result<(), Halt> {
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
        self.journal.progress(self.plan.id, step, &progress).await.map_err(Halt::Paused)?;
        self.progress[step] = progress;
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
        Asker { id: self.reins.id, who: Who::Person, cancel: cancel.clone() }
    }

    /// For looking at what a call did, also after the person cut that call.
    pub(super) fn looker(&self) -> Asker {
        let cut = &self.reins.cut;
        self.asker(if cut.is_cancelled() { &self.shared.quit } else { cut })
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
        admit::same_tenancy(&self.plan, &self.shared.client.session().key).map_err(Halt::Paused)
    }

    /// A call of an earlier run whose effect is not known.
    pub(super) fn open_call(&self, step: usize) -> Option<(CallId, Method)> {
        let call = self.entry.as_ref()?.open_call(step)?;
        Some((call.id, call.intent.method))
    }

    /// Whether an earlier run sent a DELETE for this step that may have worked.
    pub(super) fn has_unanswered_delete(&self, step: usize) -> bool {
        self.entry.iter().flat_map(|entry| &entry.calls).any(|call| {
            let told = call.answer.as_ref().map(|answer| answer.result);
            call.intent.step == step
                && call.intent.method == Method::Delete
                && matches!(told, None | Some(CallResult::Unanswered))
        })
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
        self.journal.conclude(call, answer, self.plan.id, step, known).await.map_err(Halt::Paused)
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
