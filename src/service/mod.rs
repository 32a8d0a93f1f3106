//! Service task of one tenancy. Receives `Request`s and sends `Reply`s over bounded channels.
//!
//! Each request runs in its own Tokio task; all HTTP requests share one rate limiter; every change is a plan
//! that the executor runs.

mod admit;
pub mod archive;
mod cache;
mod caps;
mod compare;
mod confirm;
mod dispatch;
mod exchange;
mod executor;
mod gate;
mod look;
mod members;
mod open;
mod out;
mod plans;
mod reader;
mod recheck;
mod recover;
mod remarks;
mod removing;
mod retry;
mod run;
mod runner;
mod sending;
mod settle;
mod shared;
mod step_end;
mod steps;
mod triage;
mod view;
mod walk;

pub use open::{OpenOptions, open, tenancy_from_token};

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::api::Client;
use crate::clock::Clock;
use crate::domain::{Error, RequestId, ServiceReply, ServiceRequest};
use crate::store::Journal;

/// Capacities of the channels. A page has at most 1,000 rows, so unread replies stay bounded.
const REQUEST_CAPACITY: usize = 64;
const REPLY_CAPACITY: usize = 16;

/// Handle on the service task of one tenancy.
#[derive(Debug)]
pub struct Service {
    /// Requests. The task ends when all senders are gone.
    pub requests: mpsc::Sender<(RequestId, ServiceRequest)>,
    /// Replies; `RequestId(0)` marks those that no request caused.
    pub replies: mpsc::Receiver<(RequestId, ServiceReply)>,
    /// Completes when the task has ended.
    pub task: JoinHandle<()>,
}

/// Starts the service task on the current runtime. It ends at once when `cancel` is canceled: a request in
/// flight stays open in the journal and the next start reconciles it. `cache` is the folder for complete lists;
/// `None` keeps none.
pub fn start(
    client: Client,
    journal: Result<Journal, Error>,
    cache: Option<PathBuf>,
    clock: Clock,
    cancel: CancellationToken,
) -> Service {
    let (requests, asked) = mpsc::channel(REQUEST_CAPACITY);
    let (replies, said) = mpsc::channel(REPLY_CAPACITY);
    let quit = cancel.child_token();
    let shared = Arc::new(shared::Shared {
        client,
        list_tenancy: std::sync::Mutex::default(),
        journal,
        clock,
        rate_limiter: gate::RateLimiter::new(),
        replies: out::ReplySender::new(replies, quit.clone()),
        plans: plans::RunningPlans::default(),
        deletes: shared::DeleteTracker::default(),
        is_recovered: AtomicBool::new(false),
        lacks_members: AtomicBool::new(false),
        cache: cache::CacheHandle::new(cache),
        diff_state: shared::DiffState::default(),
        lacks_quota: AtomicBool::new(false),
        pending_prefs: shared::PendingPrefs::default(),
        quit,
    });
    let task = tokio::spawn(dispatch::serve(shared, asked));
    Service { requests, replies: said, task }
}
