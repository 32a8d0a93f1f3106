//! Core dumps: this process holds tokens, so it leaves none.

use rustix::process::{Resource, Rlimit, setrlimit};

/// Forbids core dumps of this process and of those that it starts.
pub fn forbid_core_dumps() {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    if let Err(error) = setrlimit(Resource::Core, none) {
        tracing::warn!(%error, "core dumps could not be forbidden");
    }
}
