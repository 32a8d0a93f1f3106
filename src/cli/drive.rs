//! A plan that runs, as a command follows it: each step's end is printed when the service task tells it, waits
//! are shown, and Ctrl-c takes it back or stops it. What runs, and in which order, is the service task's affair.

use std::time::Duration;

use super::codes::Ended;
use super::link::{Heard, Link};
use super::progress::Line;
use super::say;
use crate::domain::plan::{PlanState, Progress};
use crate::domain::plan_progress::{Phase, PlanProgress};
use crate::domain::request::PlanEvent;
use crate::domain::text::{plural, visible};
use crate::domain::{Failure, FailureKind, Outcome, Plan, Reply, Request, RequestId, Step};
use crate::keys::Signal;

/// How a plan came to its end, as far as this command saw it.
#[derive(Debug)]
pub(super) enum End {
    /// Every step has its outcome.
    Finished,
    /// It was stopped and can go on.
    Stopped,
    /// It does not go on by itself.
    Paused(Failure),
    /// It was refused before anything was sent, and is not in the journal.
    Refused(Failure),
    /// It was taken back in its hold.
    TakenBack,
    /// The command leaves while it runs.
    Left(Signal),
}

/// A plan that runs.
pub(super) struct Drive<'a> {
    link: &'a mut Link,
    plan: &'a Plan,
    line: Line,
    /// How far it has come.
    pub(super) progress: PlanProgress,
    printed: Vec<bool>,
    /// The request by which it was taken back or stopped.
    ending: Option<RequestId>,
    /// Why it was paused by this command itself.
    unwilling: Option<Failure>,
}

impl<'a> Drive<'a> {
    /// A plan of which so much was done before; of that nothing is printed again.
    pub(super) fn new(link: &'a mut Link, plan: &'a Plan, progress: Vec<Progress>) -> Drive<'a> {
        let printed = progress.iter().map(Progress::is_settled).collect();
        Drive {
            link,
            plan,
            line: Line::new(),
            progress: PlanProgress::new(progress),
            printed,
            ending: None,
            unwilling: None,
        }
    }

    /// Asks for it to run, and follows it to its end.
    pub(super) async fn run(&mut self, request: Request) -> Result<End, Ended> {
        self.link.ask(request).await?;
        self.line.running(&self.progress.steps);
        loop {
            let now = self.link.now().mono;
            let end = match self.link.hear(&self.line).await? {
                Heard::Tick => {
                    self.line.tick(self.link.now().mono);
                    None
                }
                Heard::Signal(Signal::Interrupt) if self.ending.is_none() => {
                    self.interrupt().await?;
                    None
                }
                Heard::Signal(signal) => Some(End::Left(signal)),
                Heard::Reply(_, Reply::Waiting { until, why }) => {
                    self.line.wait(until, &why, now);
                    None
                }
                Heard::Reply(_, Reply::WaitOver) => {
                    self.line.go_on();
                    None
                }
                Heard::Reply(_, Reply::AskWait { wait }) => {
                    self.would_not_wait(wait).await?;
                    None
                }
                Heard::Reply(id, Reply::Failed(_)) if self.ending == Some(id) => {
                    self.could_not_end().await?;
                    None
                }
                Heard::Reply(_, Reply::Plan(plan, PlanEvent::HoldOver { until })) if plan == self.plan.id => {
                    self.link.ask(Request::after_hold(plan, until, now)).await?;
                    None
                }
                Heard::Reply(_, Reply::Plan(plan, event)) if plan == self.plan.id => self.on(event).await,
                Heard::Reply(..) => None,
            };
            if let Some(end) = end {
                self.line.clear();
                if matches!(end, End::Left(_)) {
                    self.leave().await;
                }
                if !matches!(end, End::TakenBack | End::Refused(_)) {
                    self.print_the_rest();
                }
                return Ok(end);
            }
        }
    }

    async fn interrupt(&mut self) -> Result<(), Ended> {
        let request = if self.progress.is_held() {
            Request::TakeBack(self.plan.id)
        } else {
            self.tell("Stopping after the step in hand; Ctrl-c once more leaves at once.");
            Request::Stop(self.plan.id)
        };
        self.ending = Some(self.link.ask(request).await?);
        Ok(())
    }

    /// A wait that long is for the person to decide on: the plan is paused, and what waits already is let go.
    async fn would_not_wait(&mut self, wait: Duration) -> Result<(), Ended> {
        let minutes = usize::try_from(wait.as_secs().div_ceil(60)).unwrap_or(usize::MAX);
        let why = format!("the server asks for a wait of {}", plural(minutes, "minute"));
        let what = "The plan was paused";
        self.unwilling = Some(Failure::new(FailureKind::Guard, what, why, "Go on with it after that time."));
        self.link.ask(Request::Pause(self.plan.id)).await?;
        self.link.ask(Request::DoNotWait).await?;
        Ok(())
    }

    /// Its hold was over in the moment in which it was to be taken back, or it has ended by itself.
    async fn could_not_end(&mut self) -> Result<(), Ended> {
        if self.progress.is_held() {
            self.progress.phase = Phase::Running;
            self.interrupt().await?;
        }
        Ok(())
    }

    async fn on(&mut self, event: PlanEvent) -> Option<End> {
        let (now, was_held) = (self.link.now().mono, self.progress.is_held());
        self.progress.apply(&event, now);
        if was_held && !self.progress.is_held() {
            self.line.go_on();
        }
        match event {
            PlanEvent::Staged
            | PlanEvent::Settling(_)
            | PlanEvent::HoldOver { .. }
            | PlanEvent::StepStarted(_) => None,
            PlanEvent::Held { until } => {
                self.line.wait(until, "not started yet, press Ctrl-c to undo", now);
                None
            }
            PlanEvent::Queued { holder } => {
                // This very program may be looking what an earlier plan left over.
                if holder != format!("process {}", std::process::id()) {
                    self.tell(&format!("It waits: {} works on this tenancy.", visible(&holder)));
                }
                None
            }
            PlanEvent::LookedAt { gone, renewed } => {
                self.tell(&format!("Looked once more: {gone} already gone, {renewed} renewed meanwhile."));
                None
            }
            PlanEvent::StepEnded { step, progress, failure } => {
                self.step_ended(step, &progress, failure.as_ref());
                None
            }
            PlanEvent::Paused(failure) => Some(self.paused(failure).await),
            PlanEvent::TakenBack => Some(End::TakenBack),
            PlanEvent::Ended { state, .. } => Some(match (state, self.unwilling.take()) {
                (PlanState::Finished, _) => End::Finished,
                (_, Some(failure)) => End::Paused(failure),
                (_, None) => End::Stopped,
            }),
        }
    }

    fn step_ended(&mut self, step: usize, progress: &Progress, failure: Option<&Failure>) {
        let (Some(printed), Some(of)) = (self.printed.get_mut(step), self.plan.steps.get(step)) else {
            return;
        };
        *printed = true;
        self.line.beside(|| print(of, progress, failure));
        self.line.running(&self.progress.steps);
    }

    /// What was not heard of a paused plan is in the journal; one that is not there was refused.
    async fn paused(&mut self, failure: Failure) -> End {
        let Ok(plans) = self.link.plans().await else { return End::Paused(failure) };
        match plans.into_iter().find(|entry| entry.plan.id == self.plan.id) {
            Some(entry) => {
                self.learn(entry.known());
                End::Paused(failure)
            }
            None if self.printed.contains(&true) => End::Paused(failure),
            None => End::Refused(failure),
        }
    }

    /// The command ends while a step is in hand: what the journal has of it is known, and a request without a response
    /// in it is unknown.
    async fn leave(&mut self) {
        for (_, reply) in self.link.end().await {
            if let Reply::Plan(plan, event @ PlanEvent::StepEnded { .. }) = reply
                && plan == self.plan.id
            {
                self.on(event).await;
            }
        }
        self.line.clear();
        match self.link.in_journal(self.plan.id).await {
            Some(entry) => self.learn(entry.known()),
            None => {
                if let Some(step) = self.progress.in_hand.and_then(|step| self.progress.steps.get_mut(step)) {
                    step.outcome = Some(Outcome::Unknown);
                }
            }
        }
    }

    /// Takes over what is known of the steps of which this command has reported nothing: what it has reported is newer.
    fn learn(&mut self, known: Vec<Progress>) {
        let steps = self.progress.steps.iter_mut().zip(known).zip(&self.printed);
        for ((step, known), _) in steps.filter(|(_, printed)| !**printed) {
            *step = known;
        }
    }

    fn tell(&self, sentence: &str) {
        self.line.beside(|| say::told(sentence));
    }

    fn print_the_rest(&self) {
        let steps = self.plan.steps.iter().zip(&self.progress.steps).zip(&self.printed);
        for ((step, progress), _) in steps.filter(|(_, printed)| !**printed) {
            print(step, progress, None);
        }
    }
}

/// One line for a step: outcome, verb, address, the invite it is about or that was made, and what there is to say.
pub(super) fn print(step: &Step, progress: &Progress, failure: Option<&Failure>) {
    let outcome = progress.outcome.unwrap_or(Outcome::NotSent);
    let made = progress.created.as_ref().or(step.target());
    let identity = made.map(|invite| invite.identity.to_string()).unwrap_or_default();
    let why = failure.map(|failure| match failure.kind {
        FailureKind::Journal => format!("not recorded in the journal: {}", failure.why),
        _ => failure.why.clone(),
    });
    let note = progress.note.as_deref().or(why.as_deref()).unwrap_or_default();
    say::record(&[
        ("outcome", outcome.word()),
        ("verb", step.verb()),
        ("email", step.email()),
        ("identity", &identity),
        ("note", note),
    ]);
}
