//! Disables core dumps: the process holds tokens.

use rustix::process::{Resource, Rlimit, setrlimit};

/// Disables core dumps of this process and its children.
pub fn forbid_core_dumps() {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    if let Err(error) = setrlimit(Resource::Core, none) {
        tracing::warn!(%error, "could not disable core dumps");
    }
}
