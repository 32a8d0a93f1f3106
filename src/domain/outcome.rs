//! Outcome of a step, shared by the journal, the screen and the exit code.

use serde::{Deserialize, Serialize};

/// How a step ended, as far as known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The server reported success.
    Done,
    /// The invite no longer existed.
    AlreadyGone,
    /// The email has had a new invite since the plan was made; no email was sent.
    AlreadyInvited,
    /// The server, or a rule of guestlist, rejected it; nothing was changed.
    Refused,
    /// It failed; nothing was changed.
    Failed,
    /// It may or may not have happened, and could not be reconciled.
    Unknown,
    /// A new invite was created, but the one it replaces still works.
    #[serde(rename = "old_still_lives")]
    OldStillActive,
    /// No request was made.
    #[serde(rename = "not_sent")]
    Skipped,
}

impl Outcome {
    /// Returns the label on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Outcome::Done => "done",
            Outcome::AlreadyGone => "already gone",
            Outcome::AlreadyInvited => "already invited",
            Outcome::Refused => "refused",
            Outcome::Failed => "failed",
            Outcome::Unknown => "unknown",
            Outcome::OldStillActive => "old one still works",
            Outcome::Skipped => "not sent",
        }
    }

    /// True if the intended state is reached.
    pub fn is_success(self) -> bool {
        matches!(self, Outcome::Done | Outcome::AlreadyGone)
    }
}
