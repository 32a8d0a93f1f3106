//! Which decisions are possible for an invite, and the suggestion for its email.

use std::collections::HashSet;

use crate::app::Model;
use crate::domain::annotation::Snooze;
use crate::domain::lint::{self, DismissalKey, Fix};
use crate::domain::triage::Decision;
use crate::domain::{Draft, Invite, email};
use crate::keys::{Action, KeyContext};

/// Until when a decision to snooze hides an invite: it comes back in time for another decision.
pub(super) const SNOOZE: Snooze = Snooze::DAY_BEFORE_EXPIRY;

/// Returns why a decision is impossible for an invite, as a sentence; `None` if it is possible.
///
/// `snoozed_here` are the normalized emails that this triage has snoozed.
pub(super) fn blocked_reason(
    decision: &Decision,
    invite: &Invite,
    snoozed_here: &HashSet<String>,
    model: &Model,
) -> Option<String> {
    match decision {
        Decision::Resend => {
            let draft = Draft { email: invite.email.clone(), message: invite.message.clone() };
            let edit = model.key(KeyContext::Triage, Action::Edit);
            draft
                .error()
                .map(|error| format!("This invite cannot be resent: {error} Press {edit} to edit it."))
        }
        Decision::Snooze => snooze_blocked_reason(invite, snoozed_here, model)
            .map(|reason| format!("This invite cannot be snoozed: {reason}.")),
        Decision::Keep | Decision::Delete | Decision::Edit(_) => None,
    }
}

/// Returns why an invite cannot be snoozed, as a fragment; `None` if it can.
pub(super) fn snooze_blocked_reason(
    invite: &Invite,
    snoozed_here: &HashSet<String>,
    model: &Model,
) -> Option<&'static str> {
    let (now, email) = (model.server_now(model.now), email::normalize(&invite.email));
    if email.is_empty() {
        Some("it has no email")
    } else if !snoozed_here.contains(&email)
        && model.annotations.is_snoozed(&invite.email, invite.expiry, now)
    {
        // Undo would end a snooze that did not begin here.
        Some("it is snoozed already")
    } else if invite.expiry.0.is_none() {
        Some("its expiry is unknown")
    } else if !SNOOZE.is_snoozed(invite.expiry, now) {
        Some("it expires within a day")
    } else {
        None
    }
}

/// Returns the invite with the suggested email, unless the user has dismissed the problem.
pub(super) fn suggested_draft(invite: &Invite, model: &Model) -> Option<Draft> {
    let (kind, _, fix) = lint::address_problem(&invite.email, &model.domain_stats)?;
    let key = DismissalKey { email: email::normalize(&invite.email), problem_key: kind.key().to_owned() };
    let Fix::ReplaceEmail(email) = fix else { return None };
    let draft = Draft { email, message: invite.message.clone() };
    (draft.error().is_none() && !model.annotations.dismissed.contains(&key)).then_some(draft)
}
