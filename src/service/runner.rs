//! Executes a plan: tenancy lock, re-check of targets, steps.
//! Each outcome is committed to the journal before the next request. Steps are in `steps`, requests in the
//! executor.

use std::time::Duration;

use super::plan_execution::{PlanExecution, StopReason};
use super::step_result::{StepResult, state_at_end, unrecorded_outcomes};
use super::{delete, preflight, recheck, steps};
use crate::domain::journal::JournalEntry;
use crate::domain::plan::PlanState;
use crate::domain::service_msg::PlanEvent;
use crate::store::{LockResult, TenancyLock};

/// Interval of attempts to take the tenancy's lock while another process has it.
const LOCK_POLL_INTERVAL: Duration = Duration::from_millis(500);

/// Executes the plan if its state is one of `from`. Returns the final event; the caller sends it after
/// deregistering the plan.
pub(super) async fn execute(mut run: PlanExecution, from: &'static [PlanState]) -> Option<PlanEvent> {
    let result = run_steps(&mut run, from).await;
    finish(&run, result).await
}

async fn run_steps(run: &mut PlanExecution, from: &'static [PlanState]) -> Result<(), StopReason> {
    run.lock = Some(wait_for_lock(run).await?);
    let entry = run.journal.entry(run.plan.id).await?.ok_or_else(preflight::not_in_journal_error)?;
    if !from.contains(&entry.state) {
        return Err(StopReason::TakenOver(Box::new(entry)));
    }
    run.progress.clone_from(&entry.progress);
    let unrecorded = unrecorded_outcomes(&entry);
    run.entry = Some(entry);
    run.check_tenancy()?;
    for (step, progress) in unrecorded {
        run.record(step, StepResult::new(progress)).await?;
    }
    recheck::recheck_targets(run).await?;
    if !run.journal.set_state(run.plan.id, from, PlanState::Running).await? {
        return Err(preflight::not_in_journal_error().into());
    }
    for step in 0..run.plan.steps.len() {
        if run.has_work(step) && run.is_in_scope(step) {
            do_step(run, step).await?;
        }
    }
    delete::check_deleted(run).await
}

async fn wait_for_lock(run: &PlanExecution) -> Result<TenancyLock, StopReason> {
    let mut reported_holder = None;
    loop {
        match TenancyLock::try_lock(run.journal.dir(), &run.plan.tenancy)? {
            LockResult::Acquired(lock) => return Ok(lock),
            LockResult::HeldBy(holder) if reported_holder.as_ref() != Some(&holder) => {
                run.report_event(PlanEvent::Queued { holder: holder.clone() }).await;
                reported_holder = Some(holder);
            }
            LockResult::HeldBy(_) => {}
        }
        tokio::select! {
            biased;
            () = run.handle.stop.cancelled() => return Err(run.interrupt_reason()),
            () = run.shared.clock.sleep(LOCK_POLL_INTERVAL) => {}
        }
    }
}

async fn do_step(run: &mut PlanExecution, step: usize) -> Result<(), StopReason> {
    if run.handle.stop.is_cancelled() {
        return Err(run.interrupt_reason());
    }
    run.report_event(PlanEvent::StepStarted(step)).await;
    let result = steps::do_step(run, step).await?;
    run.record(step, result).await
}

/// Journals the final state, and returns the final event.
pub(super) async fn finish(run: &PlanExecution, result: Result<(), StopReason>) -> Option<PlanEvent> {
    let progress = run.progress.clone();
    let (state, event) = match result {
        Ok(()) if state_at_end(&run.plan.steps, &progress) == PlanState::Finished => {
            (PlanState::Finished, PlanEvent::Ended { state: PlanState::Finished, progress })
        }
        Ok(()) => (
            PlanState::Paused,
            PlanEvent::Paused(preflight::unfinished_steps_error(&run.plan.steps, &progress)),
        ),
        Err(StopReason::Stopped) => {
            let state = if run.handle.is_pausing() { PlanState::Paused } else { PlanState::Stopped };
            (state, PlanEvent::Ended { state, progress })
        }
        Err(StopReason::Paused(failure)) => (PlanState::Paused, PlanEvent::Paused(failure)),
        Err(StopReason::TakenOver(entry)) => return Some(taken_over_event(*entry)),
        Err(StopReason::Quit) => return None,
    };
    // Without the tenancy's lock, another process may run the plan.
    let from: &[_] = match run.lock {
        Some(_) => &[PlanState::Staged, PlanState::Running, PlanState::Paused, PlanState::Stopped],
        None => &[PlanState::Staged],
    };
    let written = run.journal.set_state(run.plan.id, from, state).await;
    Some(written.map_or_else(PlanEvent::Paused, |_| event))
}

/// Returns the event for a plan that another console has resumed.
fn taken_over_event(entry: JournalEntry) -> PlanEvent {
    match entry.state {
        state @ (PlanState::Finished | PlanState::Stopped | PlanState::Discarded) => {
            PlanEvent::Ended { state, progress: entry.progress }
        }
        PlanState::Staged | PlanState::Running | PlanState::Paused => {
            PlanEvent::Paused(preflight::refused_error(
                "another guestlist process has resumed the plan",
                "Resume the plan to continue from its current state.",
            ))
        }
    }
}
