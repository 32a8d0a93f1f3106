//! Locking what the handlers share.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The lock, also after a thread panicked while holding it: each change of what it guards is one step.
pub(super) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
