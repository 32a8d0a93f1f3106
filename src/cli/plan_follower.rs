//! Follows a running plan for a command: prints the result of each step and shows waits.
//! Ctrl-c undoes the plan, stops it or exits. The service task executes the plan.

use std::time::Duration;

use super::exit_code::CliError;
use super::output;
use super::progress::ProgressLine;
use super::service::{ClientEvent, ServiceClient};
use super::step_results::StepResults;
use crate::domain::plan::{PlanState, Progress};
use crate::domain::plan_progress::{PlanProgress, RunPhase};
use crate::domain::service_msg::PlanEvent;
use crate::domain::text::{format_plural, sanitize};
use crate::domain::{Error, ErrorKind, Outcome, Plan, RequestId, ServiceReply, ServiceRequest};
use crate::keys::Signal;

/// How a plan ended for this command.
#[derive(Debug)]
pub(super) enum RunEnd {
    /// Every step has an outcome.
    Finished,
    /// The plan was stopped and can be resumed.
    Stopped,
    /// The plan is paused; only the user can resume it.
    Paused(Error),
    /// The plan was refused before its first request and is not in the journal.
    Refused(Error),
    /// The plan was undone in its undo window.
    Undone,
    /// The command exits while the plan runs.
    Detached(Signal),
}

/// Follows one running plan.
pub(super) struct PlanFollower<'a> {
    client: &'a mut ServiceClient,
    plan: &'a Plan,
    line: ProgressLine,
    results: &'a mut StepResults,
    /// Progress of the plan so far.
    pub(super) progress: PlanProgress,
    printed_steps: Vec<bool>,
    /// The request that undoes or stops the plan.
    end_request: Option<RequestId>,
    /// Why this command paused the plan: it declined a long wait.
    declined_wait: Option<Error>,
}

impl<'a> PlanFollower<'a> {
    /// Follows a plan with the given progress; steps that already have an outcome are not printed again.
    pub(super) fn new(
        client: &'a mut ServiceClient,
        plan: &'a Plan,
        progress: Vec<Progress>,
        results: &'a mut StepResults,
    ) -> PlanFollower<'a> {
        results.reserve_columns(&plan.steps);
        let printed = progress.iter().map(Progress::has_final_outcome).collect();
        PlanFollower {
            client,
            plan,
            line: ProgressLine::new(),
            results,
            progress: PlanProgress::new(progress),
            printed_steps: printed,
            end_request: None,
            declined_wait: None,
        }
    }

    /// Starts the plan and follows it to its end.
    pub(super) async fn run(&mut self, request: ServiceRequest) -> Result<RunEnd, CliError> {
        self.client.send_request(request).await?;
        self.line.show_steps(&self.progress.steps);
        let end = loop {
            let event = self.client.next_event(&mut self.line).await?;
            if let Some(end) = self.on_client_event(event).await? {
                break end;
            }
        };
        self.line.clear();
        if matches!(end, RunEnd::Detached(_)) {
            self.detach().await;
        }
        if !matches!(end, RunEnd::Undone | RunEnd::Refused(_)) {
            self.print_remaining();
        }
        Ok(end)
    }

    async fn on_client_event(&mut self, event: ClientEvent) -> Result<Option<RunEnd>, CliError> {
        match event {
            ClientEvent::Signal(Signal::Interrupt) if self.end_request.is_none() => {
                self.on_interrupt().await?;
            }
            ClientEvent::Signal(signal) => return Ok(Some(RunEnd::Detached(signal))),
            ClientEvent::Reply(_, ServiceReply::LongWait { wait }) => self.pause_for_long_wait(wait).await?,
            ClientEvent::Reply(id, ServiceReply::Failed(_)) if self.end_request == Some(id) => {
                self.on_undo_refused().await?;
            }
            ClientEvent::Reply(_, ServiceReply::Plan(plan, event)) if plan == self.plan.id => {
                return self.on_event(event).await;
            }
            ClientEvent::Reply(..) => {}
        }
        Ok(None)
    }

    async fn on_interrupt(&mut self) -> Result<(), CliError> {
        let request = if self.progress.is_in_undo_window() {
            ServiceRequest::UndoPlan(self.plan.id)
        } else {
            self.print_info("Stopping after the current step. Press Ctrl-c again to exit immediately.");
            ServiceRequest::StopPlan(self.plan.id)
        };
        self.end_request = Some(self.client.send_request(request).await?);
        Ok(())
    }

    /// Declines a long wait and pauses the plan.
    async fn pause_for_long_wait(&mut self, wait: Duration) -> Result<(), CliError> {
        let minutes = usize::try_from(wait.as_secs().div_ceil(60)).unwrap_or(usize::MAX);
        let reason = format!("the server asks for a wait of {}", format_plural(minutes, "minute"));
        let summary = "Plan paused";
        self.declined_wait =
            Some(Error::new(ErrorKind::Refused, summary, reason, "Resume the plan after that time."));
        self.client.send_request(ServiceRequest::PausePlan(self.plan.id)).await?;
        self.client.send_request(ServiceRequest::DeclineWait).await?;
        Ok(())
    }

    /// Handles a refused undo or stop: the undo window was over, or the plan had ended.
    async fn on_undo_refused(&mut self) -> Result<(), CliError> {
        if self.progress.is_in_undo_window() {
            self.progress.phase = RunPhase::Running;
            self.on_interrupt().await?;
        }
        Ok(())
    }

    async fn on_event(&mut self, event: PlanEvent) -> Result<Option<RunEnd>, CliError> {
        let (now, was_in_undo_window) = (self.client.now().mono, self.progress.is_in_undo_window());
        self.progress.apply(&event, now);
        if was_in_undo_window && !self.progress.is_in_undo_window() {
            self.line.end_wait();
        }
        match event {
            PlanEvent::Staged | PlanEvent::Reconciling(_) | PlanEvent::StepStarted(_) => {}
            PlanEvent::UndoWindow { until } => {
                self.line.start_wait(until, "not started yet, press Ctrl-c to undo", now);
            }
            PlanEvent::UndoWindowOver { until } => {
                let request = ServiceRequest::after_undo_window(self.plan.id, until, now);
                self.client.send_request(request).await?;
            }
            // This process may still be checking an earlier plan.
            PlanEvent::Queued { holder } if holder == format!("process {}", std::process::id()) => {}
            PlanEvent::Queued { holder } => {
                self.print_info(&format!("Waiting: {} is running a plan of this tenancy.", sanitize(&holder)))
            }
            PlanEvent::Rechecked { gone, renewed } => {
                self.print_info(&format!("Checked again: {gone} already gone, {renewed} renewed."));
            }
            PlanEvent::StepEnded { step, progress, failure } => {
                self.on_step_end(step, &progress, failure.as_ref());
            }
            PlanEvent::Paused(failure) => return Ok(Some(self.on_pause(failure).await)),
            PlanEvent::Undone => return Ok(Some(RunEnd::Undone)),
            PlanEvent::Ended { state, .. } => {
                return Ok(Some(match (state, self.declined_wait.take()) {
                    (PlanState::Finished, _) => RunEnd::Finished,
                    (_, Some(failure)) => RunEnd::Paused(failure),
                    (_, None) => RunEnd::Stopped,
                }));
            }
        }
        Ok(None)
    }

    fn on_step_end(&mut self, step: usize, progress: &Progress, failure: Option<&Error>) {
        let (Some(printed), Some(plan_step)) = (self.printed_steps.get_mut(step), self.plan.steps.get(step))
        else {
            return;
        };
        *printed = true;
        self.line.suspend(|| self.results.print_step(step, plan_step, progress, failure));
        self.line.show_steps(&self.progress.steps);
    }

    /// Handles a pause. Reads the plan's progress from the journal.
    /// If the journal does not have the plan, the plan was refused before its first request.
    async fn on_pause(&mut self, failure: Error) -> RunEnd {
        let Ok(plans) = self.client.load_plans().await else { return RunEnd::Paused(failure) };
        match plans.into_iter().find(|entry| entry.plan.id == self.plan.id) {
            Some(entry) => {
                self.merge_progress(entry.known_progress());
                RunEnd::Paused(failure)
            }
            None if self.printed_steps.contains(&true) => RunEnd::Paused(failure),
            None => RunEnd::Refused(failure),
        }
    }

    /// Stops the service task while a step runs, and reads the plan's progress from the journal.
    /// A request without a response has an unknown outcome.
    async fn detach(&mut self) {
        for (_, reply) in self.client.stop().await {
            if let ServiceReply::Plan(plan, event) = reply
                && plan == self.plan.id
                && let PlanEvent::StepEnded { step, progress, failure } = &event
            {
                self.progress.apply(&event, self.client.now().mono);
                self.on_step_end(*step, progress, failure.as_ref());
            }
        }
        self.line.clear();
        match self.client.load_plan(self.plan.id).await {
            Some(entry) => self.merge_progress(entry.known_progress()),
            None => {
                if let Some(step) =
                    self.progress.current_step.and_then(|step| self.progress.steps.get_mut(step))
                {
                    step.outcome = Some(Outcome::Unknown);
                }
            }
        }
    }

    /// Replaces the progress of steps that this command has not printed; printed progress is newer.
    fn merge_progress(&mut self, known: Vec<Progress>) {
        let steps = self.progress.steps.iter_mut().zip(known).zip(&self.printed_steps);
        for ((step, known), _) in steps.filter(|(_, printed)| !**printed) {
            *step = known;
        }
    }

    fn print_info(&self, sentence: &str) {
        self.line.suspend(|| output::print_info(sentence));
    }

    fn print_remaining(&mut self) {
        let steps = self.plan.steps.iter().zip(&self.progress.steps).zip(&self.printed_steps).enumerate();
        for (index, ((step, progress), _)) in steps.filter(|(_, (_, printed))| !**printed) {
            self.results.print_step(index, step, progress, None);
        }
    }
}
