//! What was left in the middle is kept, and opened again: drafts, and a triage session.

use crate::app::Context;
use crate::domain::{Draft, Identity, PlanId, ServiceRequest, TriageSession};
use crate::keys::{Action, KeyContext};

/// The draft that is opened next; an empty one where none was kept.
pub(crate) fn take_last(cx: &mut Context<'_>) -> Draft {
    cx.model.drafts.pop().unwrap_or_default()
}

/// Keeps a draft, unless nothing is in it.
pub(crate) fn save(cx: &mut Context<'_>, draft: Draft) {
    if !draft.is_blank() {
        cx.model.drafts.push(draft);
    }
}

/// Keeps what was written in place of an invite.
pub(crate) fn save_edit(cx: &mut Context<'_>, invite: Identity, draft: Draft) {
    cx.model.unsent_edit = Some((invite, draft));
}

/// What was written in place of an invite before, if anything was. It is not kept any more.
pub(crate) fn take_edit(cx: &mut Context<'_>, invite: &Identity) -> Option<Draft> {
    cx.model.unsent_edit.take_if(|(identity, _)| identity == invite).map(|(_, draft)| draft)
}

/// Saves where a triage session stands.
pub(crate) fn save_triage(cx: &mut Context<'_>, walk: TriageSession) {
    cx.request(ServiceRequest::SaveTriage(Box::new(walk)));
}

/// Keeps a triage session that is left in the middle.
pub(crate) fn pause_triage(cx: &mut Context<'_>, walk: TriageSession) {
    save_triage(cx, walk.clone());
    cx.model.triage = Some(walk);
}

/// Keeps a triage session whose plan is asked about, until that is applied or staged.
pub(crate) fn pause_triage_until_submitted(cx: &mut Context<'_>, walk: TriageSession, plan: PlanId) {
    pause_triage(cx, walk);
    cx.model.triage_plan = Some(plan);
}

/// A plan was applied or staged: the triage session that it was made from is done with.
pub(crate) fn on_plan_submitted(cx: &mut Context<'_>, plan: PlanId) {
    if cx.model.triage_plan.take_if(|of_walk| *of_walk == plan).is_some() {
        cx.model.triage = None;
        cx.request(ServiceRequest::ClearTriage);
    }
}

/// The triage session that was left in the middle, if one was. It is not kept any more.
pub(crate) fn take_triage(cx: &mut Context<'_>) -> Option<TriageSession> {
    cx.model.triage_plan = None;
    cx.model.triage.take()
}

/// A triage session that an earlier run left in the middle.
pub(crate) fn on_triage_loaded(cx: &mut Context<'_>, walk: TriageSession) {
    let (at, rows) = ((walk.position + 1).min(walk.rows.len()), walk.rows.len());
    let key = cx.key(KeyContext::List, Action::Triage);
    cx.info(format!("A walk was left at {at} of {rows}: {key} goes on with it."));
    cx.model.triage = Some(walk);
}
