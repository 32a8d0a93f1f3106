//! Stores unfinished work: drafts, edits and a triage session.

use crate::app::Context;
use crate::domain::{Draft, Identity, PlanId, ServiceRequest, TriageSession};
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
    cx.model.triage = Some(session);
}

/// Records the plan that ends the open triage session when it is applied or staged.
pub(crate) fn set_triage_plan(cx: &mut Context<'_>, plan: PlanId) {
    cx.model.triage_plan = Some(plan);
}

/// Deletes the stored triage session.
pub(crate) fn end_triage(cx: &mut Context<'_>) {
    (cx.model.triage, cx.model.triage_plan) = (None, None);
    cx.request(ServiceRequest::ClearTriage);
}

/// Removes and returns the interrupted triage session, if any.
pub(crate) fn take_triage(cx: &mut Context<'_>) -> Option<TriageSession> {
    cx.model.triage_plan = None;
    cx.model.triage.take()
}

/// Handles an interrupted triage session of an earlier run.
pub(crate) fn on_triage_loaded(cx: &mut Context<'_>, session: TriageSession) {
    let (position, rows) = ((session.position + 1).min(session.rows.len()), session.rows.len());
    let key = cx.key(KeyContext::List, Action::Triage);
    cx.info(format!("A triage session was interrupted at {position} of {rows}. Press {key} to resume it."));
    cx.model.triage = Some(session);
}
