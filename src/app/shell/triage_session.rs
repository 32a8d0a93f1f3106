//! Keeps a triage session between its screen, the journal, and the plan made from its decisions.

use crate::app::ops::drafts;
use crate::app::screens::triage::TriageScreen;
use crate::app::{App, Context, Overlay};
use crate::domain::plan::PlanState;
use crate::domain::service_msg::PlanEvent;
use crate::domain::{Draft, Identity, PlanId, TriageSession};

/// Records an edit in the triage that opened its form. Without that triage, the edit is kept.
pub(super) fn on_edited(app: &mut App, invite: Identity, draft: Draft) {
    let ui = app.ui_state();
    let mut cx = Context::new(&mut app.model, ui, &mut app.out);
    match app.overlays.last_mut() {
        Some(Overlay::Triage(triage)) => triage.decide_edit(&invite, draft, &mut cx),
        _ => drafts::save_edit(&mut cx, invite, draft),
    }
}

/// Closes the triage that created a plan. Its session is kept until the plan is accepted.
pub(super) fn on_plan_submitted(app: &mut App, plan: PlanId) {
    if app.model.triage_plan != Some(plan) {
        return;
    }
    let triage = app.overlays.extract_if(.., |overlay| matches!(overlay, Overlay::Triage(_))).next();
    if let Some(Overlay::Triage(triage)) = triage {
        drafts::submit_triage(&mut app.context(), plan, triage.session);
    }
}

/// Returns whether an event shows that its plan was accepted; `None` if the event shows neither.
pub(super) fn is_accepted(event: &PlanEvent) -> Option<bool> {
    match event {
        // A refused plan pauses first.
        PlanEvent::Paused(_) => None,
        PlanEvent::Ended { state: PlanState::Discarded, .. } => Some(false),
        _ => Some(true),
    }
}

/// Deletes the session of a plan that was accepted.
pub(super) fn on_plan_accepted(app: &mut App, plan: PlanId) {
    let mut cx = app.context();
    if let Some(session) = drafts::take_submitted_triage(&mut cx, plan) {
        drafts::end_triage(&mut cx, session.started_at);
    }
}

/// Offers the session of a plan that was refused or could not be staged.
pub(super) fn on_plan_refused(app: &mut App, plan: PlanId) {
    if let Some(session) = drafts::take_submitted_triage(&mut app.context(), plan) {
        on_session_found(app, session);
    }
}

/// Offers an interrupted session. If another triage has begun, ends the session and stages its decisions.
pub(super) fn on_session_found(app: &mut App, session: TriageSession) {
    let open = app.overlays.iter().find_map(|overlay| match overlay {
        Overlay::Triage(triage) => Some(&triage.session),
        _ => None,
    });
    let newer = open.or(app.model.triage.as_ref()).cloned();
    let mut cx = app.context();
    match newer {
        None => drafts::offer_triage(&mut cx, session),
        // This session was saved while the list was loading.
        Some(newer) if newer.started_at == session.started_at => {}
        Some(newer) => {
            TriageScreen::end_session(&mut cx, &session);
            drafts::save_triage(&mut cx, newer);
        }
    }
}
