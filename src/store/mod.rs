//! What is kept on this machine: `journal.db` in the state folder, `cache.db` in the cache folder, and the lock that
//! lets one plan run at a time for each tenancy. Each file has a thread of its own; everybody else holds a handle.
//! No token is ever kept, nothing here speaks HTTP, and what the rows mean is the domain's affair.

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

pub use archive::{Counted, Forgetting};
pub use cache::{Cache, CacheTrouble};
pub use journal::{Confirmed, Journal};
pub use lock::{Taken, TenancyLock};
pub use snapshots::Kept;
