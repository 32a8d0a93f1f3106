//! A running plan: journals and reports the results of its steps, and waits.
//! `runner` executes the steps.

use std::collections::HashSet;
use std::slice;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::rate_limiter::Priority;
use super::running_plans::PlanHandle;
use super::shared::{Caller, Shared};
use super::step_result::StepResult;
use super::{preflight, reconcile};
use crate::domain::journal::{CallId, CallOutcome, CallResult, JournalCall, JournalEntry, is_effect_visible};
use crate::domain::limits::RECHECK_DELAYS;
use crate::domain::plan::{InviteVersion, Progress};
use crate::domain::service_msg::{PlanEvent, ResumeScope};
use crate::domain::{Error, Identity, Invite, Method, Outcome, Plan, ServiceReply, email};
use crate::store::{Journal, TenancyLock};

/// Why a plan stops.
#[derive(Debug)]
pub(super) enum StopReason {
    /// The program ends. Nothing more is written; the next start reconciles open requests.
    Quit,
    /// The user stopped the plan.
    Stopped,
    /// The plan pauses until the user resumes it.
    Paused(Error),
    /// Another console has resumed the plan.
    TakenOver(Box<JournalEntry>),
}

impl From<Error> for StopReason {
    fn from(error: Error) -> StopReason {
        StopReason::Paused(error)
    }
}

/// A running plan: steps, progress, lock, and the results of lookups.
#[derive(Debug)]
pub(super) struct PlanExecution {
    pub(super) shared: Arc<Shared>,
    pub(super) journal: Journal,
    pub(super) handle: Arc<PlanHandle>,
    pub(super) plan: Plan,
    pub(super) progress: Vec<Progress>,
    /// Journal entry from before this run; read when the tenancy is locked.
    pub(super) entry: Option<JournalEntry>,
    pub(super) lock: Option<TenancyLock>,
    scope: ResumeScope,
    /// The rows of the re-check before the first request, if that was a complete list.
    pub(super) fresh_rows: Option<Vec<Invite>>,
    /// Invites that other plans created.
    pub(super) claimed: HashSet<Identity>,
    /// True if the server did not show a new invite in time.
    pub(super) is_lagging: bool,
    /// Remaining pauses between the checks for creates without a response.
    /// Each pause is longer than the previous one.
    pub(super) lookup_pauses: slice::Iter<'static, Duration>,
}

impl PlanExecution {
    pub(super) fn new(
        shared: Arc<Shared>,
        journal: Journal,
        handle: Arc<PlanHandle>,
        plan: Plan,
        progress: Vec<Progress>,
        scope: ResumeScope,
    ) -> PlanExecution {
        PlanExecution {
            shared,
            journal,
            handle,
            plan,
            progress,
            entry: None,
            lock: None,
            scope,
            fresh_rows: None,
            claimed: HashSet::new(),
            is_lagging: false,
            lookup_pauses: RECHECK_DELAYS.iter(),
        }
    }

    /// Waits until the console reports the end of the undo window, or the plan is undone.
    /// Returns an error if the plan was stopped.
    pub(super) async fn wait_undo_window(&self, undo_window: Duration) -> Result<(), StopReason> {
        while !undo_window.is_zero() {
            let (restarts, until) =
                (self.handle.undo_window_restart_count(), self.shared.clock.now().mono + undo_window);
            self.report_event(PlanEvent::UndoWindow { until }).await;
            let report_expiry = async {
                self.shared.clock.sleep_until(until).await;
                self.report_event(PlanEvent::UndoWindowOver { until }).await;
                std::future::pending::<()>().await;
            };
            tokio::select! {
                biased;
                () = self.handle.stop.cancelled() => return Err(self.interrupt_reason()),
                () = self.handle.wait_undone() => break,
                is_over = self.handle.wait_window_over(until, restarts) => if is_over { break },
                () = report_expiry => {}
            }
        }
        Ok(())
    }

    /// True if the resume scope includes this step. A step whose email was sent is always included.
    pub(super) fn is_in_scope(&self, step: usize) -> bool {
        match self.scope {
            ResumeScope::All | ResumeScope::RepeatUnknown => true,
            ResumeScope::WithoutEmail => !self.plan.steps[step].sends_email() || self.has_sent_email(step),
        }
    }

    /// Returns an earlier step that may have sent an email to the same person: a resend or replacement.
    pub(super) fn earlier_email_step(&self, step: usize) -> Option<usize> {
        let email = email::normalize(self.plan.steps[step].email());
        (0..step).find(|other| {
            let other_step = &self.plan.steps[*other];
            other_step.deletes_after_create()
                && email::normalize(other_step.email()) == email
                && self.progress[*other].outcome != Some(Outcome::AlreadyGone)
        })
    }

    /// True if the email of a step was sent, by this step or by an earlier step for the same email.
    fn has_sent_email(&self, step: usize) -> bool {
        let is_made = |step: usize| self.progress[step].created.is_some();
        let can_share = self.plan.steps[step].deletes_after_create();
        is_made(step) || (can_share && self.earlier_email_step(step).is_some_and(is_made))
    }

    /// True if a step still has work.
    pub(super) fn has_work(&self, step: usize) -> bool {
        let has_open_call = self.entry.as_ref().is_some_and(|entry| entry.may_take_effect(step));
        self.plan.steps[step].has_work(&self.progress[step], has_open_call)
    }

    /// True if the user accepts a second request for a create with an unknown outcome.
    pub(super) fn accepts_repeat(&self) -> bool {
        self.scope == ResumeScope::RepeatUnknown
    }

    /// Returns the result of a step with this outcome and note, and otherwise with its progress so far.
    pub(super) fn step_result(&self, step: usize, outcome: Outcome, note: Option<String>) -> StepResult {
        StepResult::new(Progress { outcome: Some(outcome), note, ..self.progress[step].clone() })
    }

    /// Journals and reports the result of a step. Stops the plan if the write fails.
    pub(super) async fn record(&mut self, step: usize, result: StepResult) -> Result<(), StopReason> {
        let StepResult { progress, failure, pauses_plan } = result;
        let written = self.journal.record_progress(self.plan.id, step, &progress).await;
        self.progress[step] = progress.clone();
        let pause_error = failure.clone().filter(|_| pauses_plan);
        self.report_event(PlanEvent::StepEnded { step, progress, failure }).await;
        written?;
        pause_error.map_or(Ok(()), |error| Err(StopReason::Paused(error)))
    }

    /// Writes the intermediate progress of a step.
    pub(super) async fn record_progress(
        &mut self,
        step: usize,
        progress: Progress,
    ) -> Result<(), StopReason> {
        match self.journal.record_progress(self.plan.id, step, &progress).await {
            Ok(()) => self.progress[step] = progress,
            Err(failure) => return Err(self.report_write_error(step, progress, false, failure).await),
        }
        Ok(())
    }

    /// Reports a step whose result could not be written, and returns why the plan stops.
    /// `is_open`: the effect of its last request is unknown. A step that has changed nothing is not reported.
    pub(super) async fn report_write_error(
        &self,
        step: usize,
        known: Progress,
        is_open: bool,
        failure: Error,
    ) -> StopReason {
        let outcome = self.plan.steps[step].outcome_so_far(&known, is_open);
        if outcome.is_some() {
            let progress = Progress { outcome, ..known };
            self.report_event(PlanEvent::StepEnded { step, progress, failure: Some(failure.clone()) }).await;
        }
        StopReason::Paused(failure)
    }

    pub(super) async fn report_event(&self, event: PlanEvent) {
        self.shared.replies.send(self.handle.id, ServiceReply::Plan(self.plan.id, event)).await;
    }

    /// Returns the caller for requests of this plan; `cancel` cancels them.
    pub(super) fn caller(&self, cancel: &CancellationToken) -> Caller {
        Caller {
            id: self.handle.id,
            priority: Priority::Interactive,
            cancel: cancel.clone(),
            tenancy: Some(self.plan.tenancy.clone()),
        }
    }

    /// Returns the caller for lookups, which also run after the user canceled the request in flight.
    pub(super) fn lookup_caller(&self) -> Caller {
        let cancel = &self.handle.cancel_request;
        self.caller(if cancel.is_cancelled() { &self.shared.quit } else { cancel })
    }

    /// Waits between two checks; `false` if the user stops the plan.
    pub(super) async fn wait_between_checks(
        &self,
        length: Duration,
        reason: &str,
    ) -> Result<bool, StopReason> {
        match self.shared.wait(&self.caller(&self.handle.stop), length, reason).await {
            Ok(()) => Ok(true),
            Err(_) if self.shared.quit.is_cancelled() => Err(StopReason::Quit),
            Err(_) => Ok(false),
        }
    }

    /// Returns why a wait ended: the end of the program, or the user.
    pub(super) fn interrupt_reason(&self) -> StopReason {
        if self.shared.quit.is_cancelled() { StopReason::Quit } else { StopReason::Stopped }
    }

    /// Returns an error if the last lookup is unreliable.
    /// In that case the program ends, or the token now belongs to another tenancy.
    pub(super) fn check_lookup(&self) -> Result<(), StopReason> {
        if self.shared.quit.is_cancelled() { Err(StopReason::Quit) } else { self.check_tenancy() }
    }

    /// Returns an error if the token belongs to another tenancy than the plan.
    pub(super) fn check_tenancy(&self) -> Result<(), StopReason> {
        Ok(preflight::check_tenancy(&self.plan, &self.shared.client)?)
    }

    /// Returns the request of an earlier run whose effect is unknown.
    pub(super) fn open_call(&self, step: usize) -> Option<(CallId, Method)> {
        let call = self.entry.as_ref()?.open_call(step)?;
        Some((call.id, call.intent.method))
    }

    /// Returns the create of an earlier run with an unknown outcome.
    pub(super) fn unknown_create(&self, step: usize) -> Option<JournalCall> {
        self.entry.as_ref()?.unknown_create(step).filter(|_| self.progress[step].created.is_none()).cloned()
    }

    /// True if the step created its invite so long ago that the invite must be visible by now.
    pub(super) fn is_create_late(&self, step: usize) -> bool {
        let now = self.shared.clock.now().wall;
        let calls = self.entry.iter().flat_map(|entry| &entry.calls).map(|call| &call.intent);
        let mut creates = calls.filter(|intent| intent.step == step && intent.method == Method::Post);
        creates.next_back().is_some_and(|intent| is_effect_visible(intent.requested_at, now))
    }

    /// True if an earlier run sent a DELETE for this step that may have worked.
    pub(super) fn has_delete_without_response(&self, step: usize) -> bool {
        self.entry.as_ref().is_some_and(|entry| entry.has_unknown_delete(step))
    }

    /// Returns the invites known for the step's email before the step; `None` without a complete list.
    pub(super) fn known_invites(&self, step: usize) -> Option<Vec<InviteVersion>> {
        reconcile::known_invites(&self.plan, &self.progress, step)
    }

    /// True if the list showed this invite for the step's email before the step.
    pub(super) fn is_known_invite(&self, step: usize, identity: &Identity) -> bool {
        let known = self.known_invites(step).unwrap_or_default();
        known.iter().any(|version| version.identity == *identity)
    }

    /// Journals the reconciled result of a request together with the step's progress.
    pub(super) async fn record_reconciled_result(
        &self,
        step: usize,
        call: CallId,
        result: CallResult,
        known: &Progress,
    ) -> Result<(), StopReason> {
        let at = self.shared.clock.now().wall;
        let outcome = CallOutcome { result, status: None, request_id: None, responded_at: at };
        match self.journal.record_result(call, outcome, self.plan.id, step, known).await {
            Ok(()) => Ok(()),
            Err(failure) => Err(self.report_write_error(step, known.clone(), false, failure).await),
        }
    }
}
