//! Applies, stages, resumes and discards plans.
//! Checks each plan, writes it to the journal and registers it. `runner` executes the steps.

use std::sync::Arc;
use std::time::Duration;

use super::plan_execution::PlanExecution;
use super::preflight::{
    check_plan, check_tenancy, duplicate_plan_error, not_in_journal_error, refused_error,
};
use super::runner;
use super::running_plans::PlanHandle;
use super::shared::Shared;
use crate::domain::plan::PlanState;
use crate::domain::service_msg::{PlanEvent, ResumeScope};
use crate::domain::{Error, Outcome, Plan, PlanId, RequestId, ServiceReply};
use crate::store::InsertResult;

/// States in which a plan can be resumed. A killed process leaves its plan in state `Running`.
const RESUMABLE_STATES: &[PlanState] =
    &[PlanState::Staged, PlanState::Running, PlanState::Paused, PlanState::Stopped];

/// Writes a confirmed plan to the journal, waits for its undo window, and executes it.
pub(super) async fn apply(
    shared: Arc<Shared>,
    id: RequestId,
    plan: Plan,
    undo_window: Duration,
    replaces: Vec<PlanId>,
) {
    let (plan_id, mut progress) = (plan.id, plan.initial_progress());
    let event = match try_apply(&shared, id, plan, undo_window, replaces).await {
        Ok(event) => event,
        Err(failure) => {
            shared.replies.send(id, ServiceReply::Plan(plan_id, PlanEvent::Paused(failure))).await;
            progress.iter_mut().for_each(|step| step.outcome = Some(Outcome::Skipped));
            Some(PlanEvent::Ended { state: PlanState::Discarded, progress })
        }
    };
    report_event(&shared, id, plan_id, event).await;
}

/// Checks and executes a plan; returns the final event.
///
/// # Errors
///
/// The plan is refused and not in the journal.
async fn try_apply(
    shared: &Arc<Shared>,
    id: RequestId,
    plan: Plan,
    undo_window: Duration,
    replaces: Vec<PlanId>,
) -> Result<Option<PlanEvent>, Error> {
    let journal = check_plan(shared, &plan)?;
    let guard =
        shared.plans.register(plan.id, PlanHandle::new(id, &shared.quit)).ok_or_else(duplicate_plan_error)?;
    check_inserted(journal.insert_replacing(plan.clone(), PlanState::Staged, replaces).await?)?;
    let progress = plan.initial_progress();
    let run = PlanExecution::new(
        shared.clone(),
        journal.clone(),
        guard.handle.clone(),
        plan,
        progress,
        ResumeScope::All,
    );
    Ok(match run.wait_undo_window(undo_window).await {
        Err(reason) => runner::finish(&run, Err(reason)).await,
        Ok(()) if guard.handle.close_undo_window() => runner::execute(run, &[PlanState::Staged]).await,
        Ok(()) => {
            let result = journal.set_state(run.plan.id, &[PlanState::Staged], PlanState::Discarded).await;
            Some(result.map_or_else(PlanEvent::Paused, |_| PlanEvent::Undone))
        }
    })
}

fn check_inserted(inserted: InsertResult) -> Result<(), Error> {
    match inserted {
        InsertResult::Written => Ok(()),
        InsertResult::AlreadyExists => Err(duplicate_plan_error()),
        InsertResult::NotStaged => Err(refused_error(
            "another guestlist process has already applied or discarded the staged steps",
            "Check the plans again.",
        )),
    }
}

/// Writes a staged plan to the journal. The plan makes no request until the user confirms it.
pub(super) async fn stage(shared: Arc<Shared>, id: RequestId, plan: Plan, replaces: Vec<PlanId>) {
    let plan_id = plan.id;
    let result = try_stage(&shared, plan, replaces).await;
    shared.replies.send_result(id, result.map(|()| ServiceReply::Plan(plan_id, PlanEvent::Staged))).await;
}

async fn try_stage(shared: &Shared, plan: Plan, replaces: Vec<PlanId>) -> Result<(), Error> {
    let journal = shared.journal.clone()?;
    check_tenancy(&plan, &shared.client)?;
    check_inserted(journal.insert_replacing(plan, PlanState::Staged, replaces).await?)
}

/// Resumes a plan of the journal after its undo window.
/// If the user undoes the resume, the plan stays as it is.
pub(super) async fn resume(
    shared: Arc<Shared>,
    id: RequestId,
    plan: PlanId,
    scope: ResumeScope,
    undo_window: Duration,
) {
    let event = try_resume(&shared, id, plan, scope, undo_window).await;
    let event = event.unwrap_or_else(|failure| Some(PlanEvent::Paused(failure)));
    report_event(&shared, id, plan, event).await;
}

async fn try_resume(
    shared: &Arc<Shared>,
    id: RequestId,
    plan: PlanId,
    scope: ResumeScope,
    undo_window: Duration,
) -> Result<Option<PlanEvent>, Error> {
    let journal = shared.journal.clone()?;
    let entry = journal.entry(plan).await?.ok_or_else(not_in_journal_error)?;
    check_tenancy(&entry.plan, &shared.client)?;
    check_plan(shared, &entry.plan)?;
    let guard = shared
        .plans
        .register(plan, PlanHandle::new(id, &shared.quit))
        .ok_or_else(|| refused_error("it is already running", "Wait until it has finished."))?;
    let run =
        PlanExecution::new(shared.clone(), journal, guard.handle.clone(), entry.plan, entry.progress, scope);
    Ok(match run.wait_undo_window(undo_window).await {
        Err(reason) => runner::finish(&run, Err(reason)).await,
        Ok(()) if guard.handle.close_undo_window() => runner::execute(run, RESUMABLE_STATES).await,
        Ok(()) => Some(PlanEvent::Undone),
    })
}

async fn report_event(shared: &Shared, id: RequestId, plan: PlanId, event: Option<PlanEvent>) {
    if let Some(event) = event {
        shared.replies.send(id, ServiceReply::Plan(plan, event)).await;
    }
}

/// Discards a plan that is not running.
pub(super) async fn discard(shared: Arc<Shared>, id: RequestId, plan: PlanId) {
    if let Some(result) = try_discard(&shared, plan).await.transpose() {
        shared.replies.send_result(id, result.map(|event| ServiceReply::Plan(plan, event))).await;
    }
}

/// Discards a plan; returns the final event.
/// `None` if the plan was in its undo window: its task reports the event.
async fn try_discard(shared: &Shared, plan: PlanId) -> Result<Option<PlanEvent>, Error> {
    if let Some(handle) = shared.plans.handle(plan) {
        let running_error = || refused_error("it is running and cannot be discarded", "Stop it first.");
        return if handle.undo() { Ok(None) } else { Err(running_error()) };
    }
    let journal = shared.journal.clone()?;
    let from = &[PlanState::Staged, PlanState::Paused, PlanState::Stopped];
    if !journal.set_state(plan, from, PlanState::Discarded).await? {
        return Err(not_in_journal_error());
    }
    let entry = journal.entry(plan).await?.ok_or_else(not_in_journal_error)?;
    Ok(Some(PlanEvent::Ended { state: PlanState::Discarded, progress: entry.progress }))
}
