//! Which decisions are possible for an invite, and what is wrong with its email.

use crate::app::Model;
use crate::domain::annotation::Snooze;
use crate::domain::lint::{self, DismissalKey, Fix, ProblemKind};
use crate::domain::triage::Decision;
use crate::domain::{Draft, Invite, email};
use crate::keys::{Action, KeyContext};

/// Until when a decision to snooze hides an invite: it comes back in time for another decision.
pub(super) const SNOOZE: Snooze = Snooze::DAY_BEFORE_EXPIRY;

/// A problem of the current invite's email.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EmailProblem {
    pub kind: ProblemKind,
    /// A fragment without trailing period; sanitized.
    pub reason: String,
    /// The invite with the suggested email; `None` if the correct email is unknown.
    pub fixed: Option<Draft>,
}

/// Returns why a decision is impossible for an invite, as a sentence; `None` if it is possible.
pub(super) fn blocked_reason(decision: &Decision, invite: &Invite, model: &Model) -> Option<String> {
    match decision {
        Decision::Resend => {
            let draft = Draft { email: invite.email.clone(), message: invite.message.clone() };
            let edit = model.key(KeyContext::Triage, Action::Edit);
            draft
                .error()
                .map(|error| format!("This invite cannot be resent: {error} Press {edit} to edit it."))
        }
        Decision::Snooze => snooze_blocked_reason(invite, model)
            .map(|reason| format!("This invite cannot be snoozed: {reason}.")),
        Decision::Keep | Decision::Delete | Decision::Edit(_) => None,
    }
}

/// Returns why an invite cannot be snoozed, as a fragment; `None` if it can.
pub(super) fn snooze_blocked_reason(invite: &Invite, model: &Model) -> Option<&'static str> {
    let now = model.server_now(model.now);
    if email::normalize(&invite.email).is_empty() {
        Some("it has no email")
    } else if model.annotations.is_snoozed(&invite.email, invite.expiry, now) {
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

/// Returns the problem of an invite's email, unless the user has dismissed it.
pub(super) fn email_problem(invite: &Invite, model: &Model) -> Option<EmailProblem> {
    let (kind, reason, fix) = lint::address_problem(&invite.email, &model.domain_stats)?;
    let key = DismissalKey { email: email::normalize(&invite.email), problem_key: kind.key().to_owned() };
    if model.annotations.dismissed.contains(&key) {
        return None;
    }
    let fixed = match fix {
        Fix::ReplaceEmail(email) => Some(Draft { email, message: invite.message.clone() }),
        _ => None,
    };
    Some(EmailProblem { kind, reason, fixed: fixed.filter(|draft| draft.error().is_none()) })
}
