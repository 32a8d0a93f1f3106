//! Changes as data. Every change, one row or a thousand, is a `Plan`: steps pinned to identities that are
//! shown, confirmed, written to the journal and then executed by the one executor. Nothing is executed here.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Draft, Expiry, Identity, Invite, Outcome, TenancyKey};

/// Names a plan in the journal and on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlanId(pub Uuid);

impl fmt::Display for PlanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A list of changes that one person confirms as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Its name.
    pub id: PlanId,
    /// The tenancy it is for; it runs in no other.
    pub tenancy: TenancyKey,
    /// When it was made.
    pub made: Timestamp,
    /// What is to be done, in order.
    pub steps: Vec<Step>,
    /// The filter whose rows it was made of, so that rows that match since can be told; empty where there was none.
    pub filter: String,
}

/// One change to one invite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "snake_case")]
pub enum Step {
    /// Send a new invite.
    Create {
        /// What is sent.
        draft: Draft,
        /// The invites this address had by a complete list, when the plan was made; `None` where there
        /// was no complete list. An answer that got lost is settled against these.
        before: Option<Vec<Pin>>,
    },
    /// Revoke an invite.
    Delete {
        /// The invite as it was shown when the plan was confirmed.
        invite: Invite,
    },
    /// Send the same again and revoke the old one.
    Resend {
        /// The old invite.
        invite: Invite,
        /// As for `Create`.
        before: Option<Vec<Pin>>,
    },
    /// Send something else and revoke the old one.
    Replace {
        /// The old invite.
        invite: Invite,
        /// What is sent instead.
        draft: Draft,
        /// As for `Create`.
        before: Option<Vec<Pin>>,
    },
    /// Revoke the old one and only then send another, for a server that takes no second invite for an address.
    /// Between its two calls nobody is invited: what is owed then is in the journal before the first of them.
    DeleteFirst {
        /// The old invite.
        invite: Invite,
        /// What is owed to its address.
        draft: Draft,
        /// As for `Create`.
        before: Option<Vec<Pin>>,
    },
}

/// An invite pinned down as far as it can be: the same identity with another expiry was renewed since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// Its name.
    pub identity: Identity,
    /// Its expiry at that moment.
    pub expiry: Expiry,
}

impl Pin {
    /// Pins an invite as it is now.
    pub fn of(invite: &Invite) -> Pin {
        Pin { identity: invite.identity.clone(), expiry: invite.expiry }
    }
}

impl Step {
    /// The address it is about.
    pub fn email(&self) -> &str {
        match self {
            Step::Create { draft, .. } | Step::Replace { draft, .. } | Step::DeleteFirst { draft, .. } => {
                &draft.email
            }
            Step::Delete { invite } | Step::Resend { invite, .. } => &invite.email,
        }
    }

    /// The invite that stops working by it.
    pub fn target(&self) -> Option<&Invite> {
        match self {
            Step::Create { .. } => None,
            Step::Delete { invite }
            | Step::Resend { invite, .. }
            | Step::Replace { invite, .. }
            | Step::DeleteFirst { invite, .. } => Some(invite),
        }
    }

    /// What it sends, if it sends anything. A resend sends the old message, byte for byte.
    pub fn draft(&self) -> Option<Draft> {
        match self {
            Step::Create { draft, .. } | Step::Replace { draft, .. } | Step::DeleteFirst { draft, .. } => {
                Some(draft.clone())
            }
            Step::Resend { invite, .. } => {
                Some(Draft { email: invite.email.clone(), message: invite.message.clone() })
            }
            Step::Delete { .. } => None,
        }
    }

    /// Whether an address lost its invite by this step and was not given the new one: what is owed to it stays
    /// owed until it is sent, or waived by giving the plan up.
    pub fn owes(&self, progress: &Progress) -> bool {
        self.deletes_first()
            && progress.old_deleted
            && progress.created.is_none()
            && progress.outcome != Some(Outcome::AlreadyInvited)
    }

    /// Whether its email may still be sent, or may have been sent.
    pub fn may_still_mail(&self, progress: &Progress) -> bool {
        self.mails() && (!progress.is_settled() || self.owes(progress))
    }

    /// Whether something is left to do, or to find out, when its plan goes on. `open`: its last request has no
    /// response that tells.
    pub fn has_work(&self, progress: &Progress, open: bool) -> bool {
        match progress.outcome {
            None | Some(Outcome::NotSent) => true,
            Some(Outcome::Unknown) => open || (self.deletes_after() && progress.created.is_some()),
            Some(_) => self.owes(progress),
        }
    }

    /// Whether it is unknown if its invite was created.
    pub fn is_create_unknown(&self, progress: &Progress) -> bool {
        self.mails() && progress.outcome == Some(Outcome::Unknown) && progress.created.is_none()
    }

    /// Whether it creates a new invite and then deletes the old one.
    pub fn deletes_after(&self) -> bool {
        matches!(self, Step::Resend { .. } | Step::Replace { .. })
    }

    /// Whether it makes a link stop working before it sends another.
    pub fn deletes_first(&self) -> bool {
        matches!(self, Step::DeleteFirst { .. })
    }

    /// Whether it makes a link stop working.
    pub fn deletes(&self) -> bool {
        self.target().is_some()
    }

    /// Whether it sends an e-mail.
    pub fn mails(&self) -> bool {
        !matches!(self, Step::Delete { .. })
    }

    /// How a step stands, also before its end: what its requests have changed counts, and one whose effect is not
    /// known (`is_open`) makes it unknown. `None` while it has changed nothing.
    pub fn outcome_so_far(&self, progress: &Progress, is_open: bool) -> Option<Outcome> {
        let replaces = matches!(self, Step::Resend { .. } | Step::Replace { .. });
        match progress.outcome {
            Some(outcome) if outcome != Outcome::NotSent => Some(outcome),
            _ if is_open => Some(Outcome::Unknown),
            _ if replaces && progress.created.is_some() && !progress.old_deleted => {
                Some(Outcome::OldStillLives)
            }
            _ if progress.created.is_some() => Some(Outcome::Done),
            _ if progress.old_deleted && !self.owes(progress) => Some(Outcome::Done),
            outcome => outcome,
        }
    }

    /// The invites that its email had by a complete list when the plan was made.
    pub fn before(&self) -> Option<&[Pin]> {
        match self {
            Step::Create { before, .. }
            | Step::Resend { before, .. }
            | Step::Replace { before, .. }
            | Step::DeleteFirst { before, .. } => before.as_deref(),
            Step::Delete { .. } => None,
        }
    }

    /// The verb, as on the screen and in the journal.
    pub fn verb(&self) -> &'static str {
        match self {
            Step::Create { .. } => "create",
            Step::Delete { .. } => "delete",
            Step::Resend { .. } => "resend",
            Step::Replace { .. } => "replace",
            Step::DeleteFirst { .. } => "delete-first",
        }
    }
}

/// Why a step is refused where the server takes no second invite for an address; its note begins so.
pub const TAKES_NO_SECOND: &str =
    "the server takes no second invite for this address; revoke the old one first";

impl Progress {
    /// Whether it has an end that stays. What is unknown is looked for again, and what was not sent is sent.
    pub fn is_settled(&self) -> bool {
        self.outcome.is_some_and(|outcome| !matches!(outcome, Outcome::NotSent | Outcome::Unknown))
    }

    /// Whether it was refused because the address has an invite already. Delete-first may help then.
    pub fn is_refused_as_second(&self) -> bool {
        self.outcome == Some(Outcome::Refused)
            && self.note.as_deref().is_some_and(|note| note.starts_with(TAKES_NO_SECOND))
    }
}

impl Plan {
    /// Whether any step makes a link stop working.
    pub fn deletes(&self) -> bool {
        self.steps.iter().any(Step::deletes)
    }

    /// Where each step stands before anything was done.
    pub fn untouched(&self) -> Vec<Progress> {
        vec![Progress::default(); self.steps.len()]
    }
}

/// Which steps of a plan go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GoOn {
    /// All that are left.
    #[default]
    Everything,
    /// Only those that send no e-mail; the others stay not sent. After a quota was reached.
    WithoutMail,
    /// All that are left, and creates of which it is unknown whether they worked are requested once more. The user
    /// has accepted that this may email somebody twice.
    SendAgain,
}

/// Where a plan is in its life, as the journal keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanState {
    /// Confirmed or set aside; nothing of it was sent. A plan killed during its hold comes back as this.
    Staged,
    /// Its first call may have been made.
    Running,
    /// It waits for a person.
    Paused,
    /// It was stopped before its end; what is left can be resumed.
    Stopped,
    /// Every step has its outcome.
    Finished,
    /// The person gave it up; nothing more will be sent.
    Dropped,
}

impl PlanState {
    /// The word for it on the screen.
    pub fn word(self) -> &'static str {
        match self {
            PlanState::Staged => "staged",
            PlanState::Running => "running",
            PlanState::Paused => "paused",
            PlanState::Stopped => "stopped",
            PlanState::Finished => "finished",
            PlanState::Dropped => "dropped",
        }
    }
}

/// What is known to be done of a step. A resend is killed between its calls and goes on from here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The invite that the server made or renewed.
    pub created: Option<Invite>,
    /// The new invite was read back and equals what was sent.
    pub verified: bool,
    /// The old invite is gone.
    pub old_deleted: bool,
    /// How it ended; `None` while it has not.
    pub outcome: Option<Outcome>,
    /// A sentence on how it ended, where the outcome alone does not tell enough.
    pub note: Option<String>,
}

/// How many steps of a plan ended in which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Done, or found already done.
    pub done: usize,
    /// Refused, failed, or the old one still lives.
    pub failed: usize,
    /// Skipped, because the address was invited since the plan was made.
    pub already_invited: usize,
    /// May or may not have happened.
    pub unknown: usize,
    /// Never sent, or not ended yet.
    pub not_sent: usize,
}

impl Tally {
    /// Counts the outcomes.
    pub fn of(steps: &[Progress]) -> Tally {
        let mut tally = Tally::default();
        for step in steps {
            *match step.outcome {
                Some(Outcome::Done | Outcome::AlreadyGone) => &mut tally.done,
                Some(Outcome::Refused | Outcome::Failed | Outcome::OldStillLives) => &mut tally.failed,
                Some(Outcome::AlreadyInvited) => &mut tally.already_invited,
                Some(Outcome::Unknown) => &mut tally.unknown,
                Some(Outcome::NotSent) | None => &mut tally.not_sent,
            } += 1;
        }
        tally
    }
}

/// "31 done, 48 not sent, 1 unknown": only what there is any of.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = [
            (self.done, "done"),
            (self.already_invited, "already invited"),
            (self.failed, "failed"),
            (self.not_sent, "not sent"),
            (self.unknown, "unknown"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
        f.write_str(&if parts.is_empty() { "nothing to do".to_owned() } else { parts.join(", ") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_names_only_what_there_is() {
        let ended = |outcome| Progress { outcome: Some(outcome), ..Progress::default() };
        let steps =
            [ended(Outcome::Done), ended(Outcome::AlreadyGone), ended(Outcome::Unknown), Progress::default()];
        assert_eq!(Tally::of(&steps).to_string(), "2 done, 1 not sent, 1 unknown");
        assert_eq!(Tally::of(&[]).to_string(), "nothing to do");
    }
}
