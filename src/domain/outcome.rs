//! How a step of a plan ended. One word for the journal, the screen and the exit code alike.

use serde::{Deserialize, Serialize};

/// How a step ended, as far as anybody can know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The server said so.
    Done,
    /// There was nothing to do: the invite was no longer there.
    AlreadyGone,
    /// The address has had a new invite since the plan was made; no email was sent.
    AlreadyInvited,
    /// The server, or a rule of guestlist, said no; nothing was changed.
    Refused,
    /// It did not work; nothing was changed.
    Failed,
    /// It may or may not have happened, and could not be settled.
    Unknown,
    /// A new invite was made, but the one it replaces still works.
    OldStillLives,
    /// No call was made.
    NotSent,
}

impl Outcome {
    /// The word for it on the screen.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Done => "done",
            Outcome::AlreadyGone => "already gone",
            Outcome::AlreadyInvited => "already invited",
            Outcome::Refused => "refused",
            Outcome::Failed => "failed",
            Outcome::Unknown => "unknown",
            Outcome::OldStillLives => "old one still works",
            Outcome::NotSent => "not sent",
        }
    }

    /// Whether what was wanted is now so.
    pub fn is_good(self) -> bool {
        matches!(self, Outcome::Done | Outcome::AlreadyGone)
    }
}
