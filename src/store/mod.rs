//! Local storage: `journal.db` in the state folder and `cache.db` in the cache folder.
//! Also the lock that allows one running plan per tenancy. A separate thread owns each database; other code
//! holds a handle. Tokens are never stored.

mod annotations;
pub mod cache;
mod cache_sql;
mod database_thread;
mod journal;
mod journal_file;
mod journal_sql;
mod last_call;
mod maintenance;
mod schema;
mod table_prefs;
mod tenancy_lock;
mod triage_session;

pub use cache::{Cache, CacheError, CachedEmails};
pub use cache_sql::SnapshotSlot;
pub use journal::{InsertResult, Journal};
pub use journal_file::path as journal_path;
pub use maintenance::{ForgetReport, JournalCounts};
pub use tenancy_lock::{LockResult, TenancyLock};
