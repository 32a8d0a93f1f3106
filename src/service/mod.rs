//! Service task of one tenancy. Receives [`ServiceRequest`]s and sends [`ServiceReply`]s over bounded
//! channels.
//!
//! Each request runs in its own Tokio task; all HTTP requests share one rate limiter; every change is a plan
//! that the executor runs.

mod annotations;
mod cache;
mod create;
mod delete;
mod diff;
mod dispatcher;
mod email_lookup;
mod executor;
mod list_reader;
mod lookup;
pub mod maintenance;
mod open;
mod optional;
mod page_tracker;
mod plan_execution;
mod plan_requests;
mod preflight;
mod rate_limiter;
mod recheck;
mod reconcile;
mod recovery;
mod replace;
mod reply_sender;
mod retry;
mod runner;
mod running_plans;
mod shared;
mod step_result;
mod steps;
mod table_prefs;
mod triage;

pub use crate::api::{parse_secret, parse_token, validate_server_url};
pub use open::{OpenOptions, open, tenancy_from_token};

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

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
    /// Sends requests to the task. The task ends when all senders are gone.
    pub requests: mpsc::Sender<(RequestId, ServiceRequest)>,
    /// Receives replies. `RequestId(0)` marks a reply that no request caused.
    pub replies: mpsc::Receiver<(RequestId, ServiceReply)>,
    /// Completes when the task has ended.
    pub task: JoinHandle<()>,
}

/// Starts the service task on the current runtime.
/// The task ends immediately when `cancel` is canceled. A request in flight then stays open in the journal,
/// and the next start reconciles it. `cache` is the folder for complete lists; with `None` no list is cached.
pub fn start(
    client: Client,
    journal: Result<Journal, Error>,
    cache: Option<PathBuf>,
    clock: Clock,
    cancel: CancellationToken,
) -> Service {
    let (requests, request_receiver) = mpsc::channel(REQUEST_CAPACITY);
    let (reply_sender, reply_receiver) = mpsc::channel(REPLY_CAPACITY);
    let quit = cancel.child_token();
    let shared = Arc::new(shared::Shared {
        client,
        list_tenancy: std::sync::Mutex::default(),
        journal,
        clock,
        rate_limiter: rate_limiter::RateLimiter::new(),
        replies: reply_sender::ReplySender::new(reply_sender, quit.clone()),
        plans: running_plans::RunningPlans::default(),
        deletes: shared::DeleteTracker::default(),
        is_recovered: AtomicBool::new(false),
        past_changes_of: Mutex::default(),
        triage_reported_of: Mutex::default(),
        lacks_members: AtomicBool::new(false),
        cache: cache::CacheHandle::new(cache),
        diff_state: shared::DiffState::default(),
        lacks_quota: AtomicBool::new(false),
        pending_prefs: shared::PendingPrefs::default(),
        quit,
    });
    let task = tokio::spawn(dispatcher::serve(shared, request_receiver));
    Service { requests, replies: reply_receiver, task }
}
