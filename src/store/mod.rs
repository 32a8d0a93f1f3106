//! Local storage: `journal.db` in the state folder, `cache.db` in the cache folder, and the lock that allows one
//! running plan per tenancy. A thread of its own owns each database; other code holds a handle. Tokens are never
//! stored.

mod archive;
pub mod cache;
mod journal;
mod journal_file;
mod journal_thread;
mod last_call;
mod lock;
mod private_files;
mod remarks;
mod rows;
mod schema;
mod snapshots;
mod triage;
mod view;

pub use archive::{ForgetResult, JournalCounts};
pub use cache::{Cache, CacheError};
pub use journal::{InsertResult, Journal};
pub use lock::{LockResult, TenancyLock};
pub use snapshots::SnapshotSlot;
