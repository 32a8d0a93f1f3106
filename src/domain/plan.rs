//! Changes as data.
//! Every change is a `Plan`, even for one row: steps pinned to identities. A plan is shown, confirmed,
//! journaled and then executed.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;
use uuid::Uuid;

use super::{Draft, Expiry, Identity, Invite, Outcome, TenancyKey};

/// Id of a plan in the journal and on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlanId(pub Uuid);

impl fmt::Display for PlanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A list of steps that the user confirms together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Id of the plan.
    pub id: PlanId,
    /// The tenancy of the plan. The plan runs in no other tenancy.
    pub tenancy: TenancyKey,
    /// When the plan was made.
    #[serde(rename = "made")]
    pub created_at: Timestamp,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// Filter that selected the rows; empty if none. Used to report rows that match the filter later.
    pub filter: String,
}

/// One change to one invite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(tag = "verb", rename_all = "snake_case")]
#[strum(serialize_all = "kebab-case")]
pub enum Step {
    /// Create an invite.
    Create {
        /// The email and the message.
        draft: Draft,
        /// Invites of this email when the plan was made; `None` without a complete list. A lost response is
        /// reconciled with these invites.
        #[serde(rename = "before")]
        known_versions: Option<Vec<InviteVersion>>,
    },
    /// Delete an invite.
    Delete {
        /// The invite as shown when the plan was confirmed.
        invite: Invite,
    },
    /// Create the same invite again and delete the old invite.
    Resend {
        /// The old invite.
        invite: Invite,
        /// As for `Create`.
        #[serde(rename = "before")]
        known_versions: Option<Vec<InviteVersion>>,
    },
    /// Create a different invite and delete the old invite.
    Replace {
        /// The old invite.
        invite: Invite,
        /// The new invite.
        draft: Draft,
        /// As for `Create`.
        #[serde(rename = "before")]
        known_versions: Option<Vec<InviteVersion>>,
    },
    /// Delete the old invite, then create the new one, for a server that allows one invite per email.
    /// Between the two requests the person has no invite, so the journal stores the new invite before the
    /// first request.
    DeleteFirst {
        /// The old invite.
        invite: Invite,
        /// The new invite.
        draft: Draft,
        /// As for `Create`.
        #[serde(rename = "before")]
        known_versions: Option<Vec<InviteVersion>>,
    },
}

/// Identity and expiry. If the expiry of the same identity changes, the server renewed the invite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteVersion {
    /// The identity of the invite.
    pub identity: Identity,
    /// The expiry of the invite at that time.
    pub expiry: Expiry,
}

impl InviteVersion {
    /// Pins an invite in its current state.
    pub fn from_invite(invite: &Invite) -> InviteVersion {
        InviteVersion { identity: invite.identity.clone(), expiry: invite.expiry }
    }
}

impl Step {
    /// Returns the email of the step.
    pub fn email(&self) -> &str {
        match self {
            Step::Create { draft, .. } | Step::Replace { draft, .. } | Step::DeleteFirst { draft, .. } => {
                &draft.email
            }
            Step::Delete { invite } | Step::Resend { invite, .. } => &invite.email,
        }
    }

    /// Returns a step with the same target and email, and another message. A delete stays as it is.
    pub fn with_message(self, message: &str) -> Step {
        let message = message.to_owned();
        match self {
            Step::Delete { .. } => self,
            Step::Create { draft, known_versions } => {
                Step::Create { draft: Draft { message, ..draft }, known_versions }
            }
            Step::Resend { invite, known_versions } => {
                let draft = Draft { email: invite.email.clone(), message };
                Step::Replace { invite, draft, known_versions }
            }
            Step::Replace { invite, draft, known_versions } => {
                Step::Replace { invite, draft: Draft { message, ..draft }, known_versions }
            }
            Step::DeleteFirst { invite, draft, known_versions } => {
                Step::DeleteFirst { invite, draft: Draft { message, ..draft }, known_versions }
            }
        }
    }

    /// Returns the invite that stops working.
    pub fn target(&self) -> Option<&Invite> {
        match self {
            Step::Create { .. } => None,
            Step::Delete { invite }
            | Step::Resend { invite, .. }
            | Step::Replace { invite, .. }
            | Step::DeleteFirst { invite, .. } => Some(invite),
        }
    }

    /// Returns the draft that the step creates, if any. A resend uses the old message unchanged.
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

    /// True if the old invite was deleted but the new one was not created.
    /// Stays true until the step is resumed or the plan is discarded.
    pub fn is_half_done(&self, progress: &Progress) -> bool {
        self.deletes_first()
            && progress.old_deleted
            && progress.created.is_none()
            && progress.outcome != Some(Outcome::AlreadyInvited)
    }

    /// True if the step's email may have been sent, or may still be sent.
    pub fn may_still_email(&self, progress: &Progress) -> bool {
        self.sends_email() && (!progress.has_final_outcome() || self.is_half_done(progress))
    }

    /// True if the step has something to do or check when its plan is resumed. `open`: true if its last
    /// request has no conclusive response.
    pub fn has_work(&self, progress: &Progress, open: bool) -> bool {
        match progress.outcome {
            None | Some(Outcome::Skipped) => true,
            Some(Outcome::Unknown) => open || (self.deletes_after_create() && progress.created.is_some()),
            Some(_) => self.is_half_done(progress),
        }
    }

    /// True if the outcome of the step's create is unknown.
    pub fn is_create_unknown(&self, progress: &Progress) -> bool {
        self.sends_email() && progress.outcome == Some(Outcome::Unknown) && progress.created.is_none()
    }

    /// True if the step creates a new invite and then deletes the old one.
    pub fn deletes_after_create(&self) -> bool {
        matches!(self, Step::Resend { .. } | Step::Replace { .. })
    }

    /// True if the step deletes an invite and then creates another.
    pub fn deletes_first(&self) -> bool {
        matches!(self, Step::DeleteFirst { .. })
    }

    /// True if the step deletes an invite.
    pub fn deletes(&self) -> bool {
        self.target().is_some()
    }

    /// True if the step sends an email.
    pub fn sends_email(&self) -> bool {
        !matches!(self, Step::Delete { .. })
    }

    /// Returns the outcome, even before the step ends.
    /// It depends on the changes made so far, and is unknown if `is_open`. `None` if nothing was changed yet.
    pub fn outcome_so_far(&self, progress: &Progress, is_open: bool) -> Option<Outcome> {
        match progress.outcome {
            Some(outcome) if outcome != Outcome::Skipped => Some(outcome),
            _ if is_open => Some(Outcome::Unknown),
            _ if self.deletes_after_create() && progress.created.is_some() && !progress.old_deleted => {
                Some(Outcome::OldStillActive)
            }
            _ if progress.created.is_some() => Some(Outcome::Done),
            _ if progress.old_deleted && !self.is_half_done(progress) => Some(Outcome::Done),
            outcome => outcome,
        }
    }

    /// Returns the invites of the step's email when the plan was made; `None` without a complete list.
    pub fn known_versions(&self) -> Option<&[InviteVersion]> {
        match self {
            Step::Create { known_versions: versions, .. }
            | Step::Resend { known_versions: versions, .. }
            | Step::Replace { known_versions: versions, .. }
            | Step::DeleteFirst { known_versions: versions, .. } => versions.as_deref(),
            Step::Delete { .. } => None,
        }
    }

    /// Returns the verb, as on the screen and in the journal.
    pub fn verb(&self) -> &'static str {
        self.into()
    }
}

/// Start of the note of a step that was rejected because the email already has an invite.
pub const DUPLICATE_REFUSAL: &str = "the server allows only one invite per email; delete the old one first";
/// The start of that note in journals of earlier versions.
const OLD_DUPLICATE_REFUSAL: &str = "the server takes no second invite for this address";

impl Progress {
    /// True if the step has a final outcome.
    /// Not final: unknown steps are checked again, and unsent steps are sent.
    pub fn has_final_outcome(&self) -> bool {
        self.outcome.is_some_and(|outcome| !matches!(outcome, Outcome::Skipped | Outcome::Unknown))
    }

    /// True if the step was rejected because the email already has an invite. Delete-first may help.
    pub fn is_duplicate_refusal(&self) -> bool {
        self.outcome == Some(Outcome::Refused)
            && self.note.as_deref().is_some_and(|note| {
                [DUPLICATE_REFUSAL, OLD_DUPLICATE_REFUSAL].iter().any(|start| note.starts_with(start))
            })
    }
}

impl Plan {
    /// True if any step deletes an invite.
    pub fn deletes(&self) -> bool {
        self.steps.iter().any(Step::deletes)
    }

    /// Returns the progress of each step before anything was done.
    pub fn initial_progress(&self) -> Vec<Progress> {
        vec![Progress::default(); self.steps.len()]
    }
}

/// Which steps of a plan are resumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ResumeScope {
    /// All remaining steps.
    #[default]
    All,
    /// Only steps that send no email; used after a quota was reached. The other steps stay unsent.
    WithoutEmail,
    /// All remaining steps, and a second request for creates with an unknown outcome. The user has accepted
    /// possible duplicate emails.
    RepeatUnknown,
}

/// State of a plan, as the journal stores it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "lowercase")]
pub enum PlanState {
    /// Confirmed or staged; no request was made. A plan killed during its undo window has this state.
    Staged,
    /// The first request may have been made.
    Running,
    /// The plan waits for the user.
    Paused,
    /// The plan was stopped before its end. The remaining steps can be resumed.
    Stopped,
    /// Every step has an outcome.
    Finished,
    /// The user discarded the plan; it makes no more requests.
    #[serde(rename = "dropped")]
    Discarded,
}

impl PlanState {
    /// Returns the label on the screen.
    pub fn label(self) -> &'static str {
        self.into()
    }
}

/// Progress of a step. A resend that was killed between its requests continues from here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The invite that the server created or renewed.
    pub created: Option<Invite>,
    /// True if the new invite was read back and equals the request.
    pub verified: bool,
    /// True if the old invite is gone.
    pub old_deleted: bool,
    /// The outcome; `None` if the step has not ended.
    pub outcome: Option<Outcome>,
    /// A text with details of the outcome, if needed.
    pub note: Option<String>,
}

/// Number of steps by outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StepCounts {
    /// Steps that reached the intended state.
    pub done: usize,
    /// Steps that were rejected or failed, or whose old invite still works.
    pub failed: usize,
    /// Steps that were skipped because the email got an invite after the plan was made.
    pub already_invited: usize,
    /// Steps whose outcome is unknown.
    pub unknown: usize,
    /// Steps that were not sent or have not ended.
    pub not_sent: usize,
}

impl StepCounts {
    /// Counts the outcomes.
    pub fn from_progress(steps: &[Progress]) -> StepCounts {
        let mut counts = StepCounts::default();
        for step in steps {
            *match step.outcome {
                Some(Outcome::Done | Outcome::AlreadyGone) => &mut counts.done,
                Some(Outcome::Refused | Outcome::Failed | Outcome::OldStillActive) => &mut counts.failed,
                Some(Outcome::AlreadyInvited) => &mut counts.already_invited,
                Some(Outcome::Unknown) => &mut counts.unknown,
                Some(Outcome::Skipped) | None => &mut counts.not_sent,
            } += 1;
        }
        counts
    }
}

/// Formats "31 done, 48 not sent, 1 unknown", without zero counts.
impl fmt::Display for StepCounts {
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
        .map(|(count, label)| format!("{count} {label}"))
        .collect();
        f.write_str(&if parts.is_empty() { "nothing to do".to_owned() } else { parts.join(", ") })
    }
}

#[cfg(test)]
mod tests;
