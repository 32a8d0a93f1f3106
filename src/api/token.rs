//! Where the bearer token comes from.

use std::path::PathBuf;

/// Where the bearer token is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenSource {
    /// A file with one token in any of its met forms; looked at before each request, read again when it changed.
    File(PathBuf),
    /// There is none; calls fail with a sentence that names these places, and nothing is sent.
    Missing {
        /// Where one was looked for.
        looked_at: Vec<PathBuf>,
    },
}
