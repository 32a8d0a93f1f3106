//! Stores unfinished work: drafts, edits and a triage session.

use jiff::Timestamp;

use crate::app::Context;
use crate::domain::{Draft, Identity, Plan, PlanId, ServiceRequest, Step, TriageSession};
use crate::keys::{Action, KeyContext};

/// Removes and returns the latest draft; an empty draft if there is none.
pub(crate) fn take_last(cx: &mut Context<'_>) -> Draft {
    cx.model.drafts.pop().unwrap_or_default()
}

/// Stores a draft unless it is empty.
pub(crate) fn save(cx: &mut Context<'_>, draft: Draft) {
    if !draft.is_blank() {
        cx.model.drafts.push(draft);
    }
}

/// Stores an unsent edit of an invite.
pub(crate) fn save_edit(cx: &mut Context<'_>, invite: Identity, draft: Draft) {
    cx.model.unsent_edit = Some((invite, draft));
}

/// Removes and returns the unsent edit of an invite, if any.
pub(crate) fn take_edit(cx: &mut Context<'_>, invite: &Identity) -> Option<Draft> {
    cx.model.unsent_edit.take_if(|(identity, _)| identity == invite).map(|(_, draft)| draft)
}

/// Writes the state of a triage session to the journal.
pub(crate) fn save_triage(cx: &mut Context<'_>, session: TriageSession) {
    cx.request(ServiceRequest::SaveTriage(Box::new(session)));
}

/// Stores an interrupted triage session.
pub(crate) fn pause_triage(cx: &mut Context<'_>, session: TriageSession) {
    save_triage(cx, session.clone());
    keep_triage(cx, session);
}

/// Keeps an interrupted triage session in memory.
pub(crate) fn keep_triage(cx: &mut Context<'_>, session: TriageSession) {
    cx.model.triage = Some(session);
}

/// Records the plan that ends the open triage session when it is applied or staged.
pub(crate) fn set_triage_plan(cx: &mut Context<'_>, plan: PlanId) {
    cx.model.triage_plan = Some(plan);
}

/// Keeps the triage session of a submitted plan until the service task accepts the plan.
pub(crate) fn submit_triage(cx: &mut Context<'_>, plan: PlanId, session: TriageSession) {
    (cx.model.triage_plan, cx.model.submitted_triage) = (None, Some((plan, session)));
}

/// Removes and returns the triage session of a submitted plan.
pub(crate) fn take_submitted_triage(cx: &mut Context<'_>, plan: PlanId) -> Option<TriageSession> {
    cx.model.submitted_triage.take_if(|(submitted, _)| *submitted == plan).map(|(_, session)| session)
}

/// Deletes the stored triage session that started at this time.
pub(crate) fn end_triage(cx: &mut Context<'_>, started_at: Timestamp) {
    cx.request(ServiceRequest::ClearTriage(started_at));
}

/// Records that the decisions of the interrupted triage session are not staged, if the plan was theirs.
pub(crate) fn on_triage_not_staged(cx: &mut Context<'_>, plan: &Plan) {
    let staged = |session: &&mut TriageSession| {
        let invites = session.staged_invites();
        let mut targets = plan.steps.iter().filter_map(Step::target);
        session.staged && (plan.steps.is_empty() || targets.any(|target| invites.contains(&target.identity)))
    };
    let Some(session) = cx.model.triage.as_mut().filter(staged) else { return };
    session.mark_unstaged();
    let session = session.clone();
    save_triage(cx, session);
}

/// Removes and returns the interrupted triage session, if any.
pub(crate) fn take_triage(cx: &mut Context<'_>) -> Option<TriageSession> {
    cx.model.triage_plan = None;
    cx.model.triage.take()
}

/// Keeps an interrupted triage session in memory and offers to resume it.
pub(crate) fn offer_triage(cx: &mut Context<'_>, session: TriageSession) {
    let (position, rows) = ((session.position + 1).min(session.rows.len()), session.rows.len());
    let key = cx.key(KeyContext::List, Action::Triage);
    cx.info(format!("A triage session was interrupted at {position} of {rows}. Press {key} to resume it."));
    keep_triage(cx, session);
}
