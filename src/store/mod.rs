//! What is kept on this machine: `journal.db` in the state folder, and the lock that lets one plan run
//! at a time for each tenancy. The journal has a thread of its own; everybody else holds a handle.
//! No token is ever kept, nothing here speaks HTTP, and what the rows mean is the domain's affair.

mod journal;
mod lock;
mod rows;
mod schema;
mod walks;

pub use journal::{Confirmed, Journal};
pub use lock::{Taken, TenancyLock};
