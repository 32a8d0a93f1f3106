//! Outcome of a step, shared by the journal, the screen and the exit code.

use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "lowercase")]
pub enum Outcome {
    /// The server reported success.
    Done,
    /// The invite no longer existed.
    #[strum(serialize = "already gone")]
    AlreadyGone,
    /// The email got another invite after the plan was made; no email was sent.
    #[strum(serialize = "already invited")]
    AlreadyInvited,
    /// The server or a rule of guestlist rejected the step; nothing was changed.
    Refused,
    /// The step failed; nothing was changed.
    Failed,
    /// The change may or may not have happened, and could not be reconciled.
    Unknown,
    /// A new invite was created, but the old invite still works.
    #[serde(rename = "old_still_lives")]
    #[strum(serialize = "old one still works")]
    OldStillActive,
    /// No request was made.
    #[serde(rename = "not_sent")]
    #[strum(serialize = "not sent")]
    Skipped,
}

impl Outcome {
    /// Returns the label on the screen.
    pub fn label(self) -> &'static str {
        self.into()
    }

    /// True if the intended state is reached.
    pub fn is_success(self) -> bool {
        matches!(self, Outcome::Done | Outcome::AlreadyGone)
    }
}
