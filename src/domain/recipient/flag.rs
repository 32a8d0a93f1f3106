//! Reasons to prompt before a legal email is invited.

use std::collections::HashSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::domain::expiry::{Urgency, format_duration};
use crate::domain::import::SentHistory;
use crate::domain::invite_store::InviteStore;
use crate::domain::lint::{DomainStats, Suggestion, confusables};
use crate::domain::members::Members;
use crate::domain::{Expiry, Invite, Step, email, text};

/// Time after a send in which the invite may not be listed yet.
pub const RECENT_SEND_WINDOW: Duration = Duration::from_secs(10 * 60);

/// The data that the flags of an email depend on.
#[derive(Debug, Clone, Copy)]
pub struct FlagInput<'a> {
    /// The current time, by the server's clock.
    pub now: Timestamp,
    /// The loaded pending invites.
    pub pending: &'a InviteStore,
    /// The members, if known.
    pub members: Option<&'a Members>,
    /// Domain counts, learned from the pending invites, the members and the other recipients.
    pub domains: &'a DomainStats,
    /// The normalized emails that another plan invites, or still may.
    pub sending_emails: &'a HashSet<String>,
    /// Invites sent from this machine before; see [`crate::domain::import::sent_history()`].
    pub sent_history: &'a SentHistory,
}

/// One reason to prompt first. The user can override every reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flag {
    /// The email is probably misspelled.
    Typo(Suggestion),
    /// The email has a pending invite. Contains the latest expiry.
    Pending(Expiry),
    /// A member has this email.
    Member,
    /// Another plan invites this email, or still may.
    InAnotherPlan,
    /// An invite was sent at this time and may not be listed yet.
    JustSent(Timestamp),
}

impl Flag {
    /// Returns a fragment such as `is already a member`, sanitized.
    pub fn text(&self, now: Timestamp) -> String {
        match self {
            Flag::Typo(Suggestion { email, reason }) => {
                format!("may be a typo of {} ({reason})", text::sanitize(email))
            }
            Flag::Pending(expiry) => match expiry.urgency(now) {
                Urgency::Expired => format!("has an invite, {}", expiry.remaining_text(now)),
                Urgency::Unknown => "has a pending invite".to_owned(),
                _ => format!("has a pending invite, expires in {}", expiry.remaining_text(now)),
            },
            Flag::Member => "is already a member".to_owned(),
            Flag::InAnotherPlan => "gets an email from another plan".to_owned(),
            Flag::JustSent(at) => {
                format!("got an email {} ago", format_duration(now.duration_since(*at).as_secs()))
            }
        }
    }
}

/// Returns all reasons to prompt before this email is invited. The email must pass [`super::is_email`].
pub fn flags(email: &str, input: &FlagInput<'_>) -> Vec<Flag> {
    let normalized = email::normalize(email);
    let pending = input.pending.find_by_email(email).map(|row| row.expiry).max_by_key(|e| e.to_micros());
    let is_member = input.members.is_some_and(|members| members.contains(email));
    let is_being_sent = input.sending_emails.contains(&normalized);
    let sent = input.sent_history.get(&normalized).map(|sent| sent.sent_at);
    let just_sent = sent.filter(|at| pending.is_none() && !is_being_sent && is_recent(*at, input.now));
    let found = [
        find_typo(email, input.domains).map(Flag::Typo),
        pending.map(Flag::Pending),
        is_member.then_some(Flag::Member),
        is_being_sent.then_some(Flag::InAnotherPlan),
        just_sent.map(Flag::JustSent),
    ];
    found.into_iter().flatten().collect()
}

/// True if a step invites a new person: a create, or an edit that changes the email.
pub fn is_new_recipient(step: &Step) -> bool {
    let is_same = |old: &Invite| email::normalize(&old.email) == email::normalize(step.email());
    step.sends_email() && !step.target().is_some_and(is_same)
}

/// Returns the emails of new recipients that need a prompt, each with the reasons.
pub fn flagged_emails<'a>(steps: &'a [Step], input: &FlagInput<'_>) -> Vec<(&'a str, Vec<Flag>)> {
    let emails = steps.iter().filter(|step| is_new_recipient(step)).map(Step::email);
    let flagged = emails.map(|email| (email, flags(email, input)));
    flagged.filter(|(_, flags)| !flags.is_empty()).collect()
}

/// Returns the email that was probably meant, and why.
/// The given email has look-alike letters, or its domain is close to a frequent domain.
pub(in crate::domain) fn find_typo(email: &str, domains: &DomainStats) -> Option<Suggestion> {
    let lookalike = confusables::find_confusable(email)
        .and_then(|found| Some(Suggestion { email: found.suggestion?, reason: found.reason }));
    lookalike.or_else(|| domains.suggest(email))
}

pub(in crate::domain) fn is_recent(sent: Timestamp, now: Timestamp) -> bool {
    now.duration_since(sent) < SignedDuration::try_from(RECENT_SEND_WINDOW).unwrap_or(SignedDuration::ZERO)
}
