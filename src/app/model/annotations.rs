//! The notes and snoozes that are being written to the journal.

use crate::domain::RequestId;

/// What is under way.
#[derive(Debug, Clone, Default)]
pub struct Annotating {
    pub(crate) asked: Vec<(RequestId, Asked)>,
    /// The last request whose answer is in force: an older answer does not take its place.
    pub(crate) newest: Option<RequestId>,
    /// A note that was typed and is not in the journal, with its address, folded.
    pub(crate) unkept: Option<(String, String)>,
}

/// Something that was asked to be remembered.
#[derive(Debug, Clone)]
pub(crate) enum Asked {
    Note { address: String, note: String },
    Snooze { words: String },
}
