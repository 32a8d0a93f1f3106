//! Receives service requests and starts a task for each; never waits for anything else.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::rate_limiter::Priority;
use super::shared::{Caller, Shared};
use super::{
    annotations, diff, email_lookup, list_reader, optional, plan_requests, recovery, retry, table_prefs,
    triage,
};
use crate::domain::past_changes::PastChanges;
use crate::domain::service_msg::FetchEnd;
use crate::domain::{Error, ErrorKind, Identity, RequestId, ServiceReply, ServiceRequest};

/// Number of recent plans whose changes are shown with their invites.
const MAX_PLANS: usize = 500;

type CancelTokens = Arc<Mutex<HashMap<RequestId, CancellationToken>>>;

/// Serves requests until the program ends or all senders are gone.
pub(super) async fn serve(shared: Arc<Shared>, mut requests: mpsc::Receiver<(RequestId, ServiceRequest)>) {
    let _end = shared.quit.clone().drop_guard();
    let mut dispatcher = Dispatcher {
        shared: shared.clone(),
        tasks: JoinSet::new(),
        writes: JoinSet::new(),
        last_write: None,
        tokens: CancelTokens::default(),
        fetch_cancel: CancellationToken::new(),
        diff_cancel: CancellationToken::new(),
    };
    dispatcher.start();
    loop {
        tokio::select! {
            biased;
            () = shared.quit.cancelled() => break,
            request = requests.recv() => match request {
                Some((id, request)) => dispatcher.dispatch(id, request),
                None => break,
            },
            // Ended tasks are removed; the panic hook has reported a panic.
            Some(_) = dispatcher.tasks.join_next() => {}
            Some(_) = dispatcher.writes.join_next() => {}
        }
    }
    // Saves what the user staged, decided or sorted just before the end. Saving needs only the disk.
    while let Ok((id, request)) = requests.try_recv() {
        match request {
            ServiceRequest::SaveTablePrefs(prefs) => shared.pending_prefs.put(prefs),
            ServiceRequest::SaveTriage(_)
            | ServiceRequest::ClearTriage(_)
            | ServiceRequest::StagePlan { .. }
            | ServiceRequest::SaveAnnotation(_)
            | ServiceRequest::MarkSeen(_) => dispatcher.dispatch(id, request),
            _ => {}
        }
    }
    table_prefs::save_on_exit(&shared).await;
    while dispatcher.writes.join_next().await.is_some() {}
    dispatcher.tasks.shutdown().await;
    shared.cache.flush().await;
}

struct Dispatcher {
    shared: Arc<Shared>,
    tasks: JoinSet<()>,
    /// Tasks that only write to the journal. The program waits for these tasks before it ends.
    writes: JoinSet<()>,
    /// Closed when the newest write is done.
    last_write: Option<oneshot::Receiver<()>>,
    tokens: CancelTokens,
    fetch_cancel: CancellationToken,
    diff_cancel: CancellationToken,
}

impl Dispatcher {
    fn start(&mut self) {
        let shared = self.shared.clone();
        self.tasks.spawn(async move {
            shared.replies.report_connection(shared.client.connection()).await;
            if let Err(failure) = &shared.journal {
                shared.replies.send(RequestId(0), ServiceReply::JournalUnusable(failure.clone())).await;
            }
            recovery::announce(&shared).await;
            tokio::select! {
                biased;
                () = shared.quit.cancelled() => {}
                () = shared.rate_limiter.run(&shared.clock, &shared.replies) => {}
            }
        });
    }

    fn dispatch(&mut self, id: RequestId, request: ServiceRequest) {
        let shared = self.shared.clone();
        match request {
            ServiceRequest::FetchList => self.fetch_list(id),
            ServiceRequest::FetchFirst(rows) => {
                self.fetch_cancel.cancel();
                self.fetch_cancel = self.spawn_cancelable(id, Priority::Background, async move |caller| {
                    list_reader::stream_first(&shared, &caller, rows).await;
                });
            }
            ServiceRequest::Get(identity) => {
                self.spawn_cancelable(id, Priority::Interactive, async move |caller| {
                    reply_with_invite(&shared, caller, &identity).await
                });
            }
            ServiceRequest::FindByEmail(email) => {
                self.spawn_cancelable(id, Priority::Interactive, async move |caller| {
                    email_lookup::reply(&shared, caller, &email).await
                });
            }
            ServiceRequest::GetPath(path) => {
                self.spawn_cancelable(id, Priority::Interactive, async move |caller| {
                    reply_with_body(&shared, caller, &path).await
                });
            }
            ServiceRequest::ApplyPlan { plan, undo_window, replaces } => {
                self.spawn(plan_requests::apply(shared, id, plan, undo_window, replaces));
            }
            ServiceRequest::StagePlan { plan, replaces } => {
                self.spawn_ordered_write(plan_requests::stage(shared, id, plan, replaces));
            }
            ServiceRequest::ResumePlan { plan, scope, undo_window } => {
                self.spawn(plan_requests::resume(shared, id, plan, scope, undo_window));
            }
            ServiceRequest::DiscardPlan(plan) => self.spawn(plan_requests::discard(shared, id, plan)),
            ServiceRequest::UndoPlan(plan) => {
                if !shared.plans.handle(plan).is_some_and(|handle| handle.undo()) {
                    self.fail(id, "it can no longer be undone: its first request may have been made");
                }
            }
            // A plan whose undo window is over has been undone or has started.
            ServiceRequest::BeginPlan { plan, until } => {
                shared.plans.handle(plan).iter().for_each(|handle| handle.report_window_over(until));
            }
            ServiceRequest::RestartUndoWindow(plan) => {
                shared.plans.handle(plan).iter().for_each(|handle| handle.restart_undo_window());
            }
            // A stop during the undo window undoes the plan, because no request was made.
            ServiceRequest::StopPlan(plan) => match shared.plans.handle(plan) {
                Some(handle) if handle.undo() => {}
                Some(handle) => handle.stop(false),
                None => self.fail(id, "it is not running"),
            },
            ServiceRequest::PausePlan(plan) => match shared.plans.handle(plan) {
                Some(handle) => handle.stop(true),
                None => self.fail(id, "it is not running"),
            },
            ServiceRequest::SaveTriage(session) => {
                self.spawn_ordered_write(triage::save(shared, id, session))
            }
            ServiceRequest::ClearTriage(started_at) => {
                self.spawn_ordered_write(triage::clear(shared, id, started_at))
            }
            ServiceRequest::LoadTablePrefs => self.spawn(table_prefs::reply_with_saved(shared, id)),
            ServiceRequest::SaveTablePrefs(prefs) => {
                shared.pending_prefs.put(prefs);
                self.spawn(table_prefs::save(shared, id));
            }
            ServiceRequest::FetchMembers => {
                self.spawn_cancelable(id, Priority::Background, async move |caller| {
                    optional::reply_with_members(&shared, &caller).await
                });
            }
            ServiceRequest::FetchQuota => {
                self.spawn_cancelable(id, Priority::Background, async move |caller| {
                    optional::reply_with_quota(&shared, &caller).await
                });
            }
            ServiceRequest::LoadAnnotations => self.spawn(annotations::serve(shared, id, None)),
            ServiceRequest::SaveAnnotation(change) => {
                self.spawn_ordered_write(annotations::serve(shared, id, Some(change)))
            }
            ServiceRequest::Diff { list, members } => {
                self.diff_cancel.cancel();
                self.diff_cancel = self.spawn_cancelable(id, Priority::Background, async move |caller| {
                    diff::report_diff(&shared, &caller, list, members).await;
                });
            }
            ServiceRequest::MarkSeen(list) => drop(self.writes.spawn(diff::mark_seen(shared, list))),
            ServiceRequest::LoadCachedList => self.spawn(diff::reply_with_cached_list(shared, id)),
            ServiceRequest::LoadJournal { limit } => self.spawn(reply_with_journal(shared, id, limit)),
            ServiceRequest::Cancel(request) => self.cancel(request),
            ServiceRequest::AcceptWait => shared.rate_limiter.accept_wait(),
            ServiceRequest::DeclineWait => shared.rate_limiter.decline_wait(),
        }
    }

    fn spawn(&mut self, work: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(work);
    }

    fn fetch_list(&mut self, id: RequestId) {
        let shared = self.shared.clone();
        self.fetch_cancel.cancel();
        self.fetch_cancel = self.spawn_cancelable(id, Priority::Background, async move |caller| {
            let end = list_reader::stream(&shared, &caller).await;
            if end != FetchEnd::Complete {
                return;
            }
            let was_recovered = shared.is_recovered.swap(true, Ordering::SeqCst);
            let result = match was_recovered {
                true => recovery::recheck_unknown_creates(&shared).await,
                false => recovery::recover(&shared).await,
            };
            if let Err(failure) = result {
                shared.replies.send(RequestId(0), ServiceReply::JournalUnusable(failure)).await;
            }
            if !was_recovered {
                // After the staged plans: triage counts only decisions that are still staged.
                triage::report_saved(&shared).await;
            }
            report_past_changes(&shared).await;
        });
    }

    /// Runs journal writes strictly in request order. Tokio may start tasks in any order, and the last note
    /// must win.
    fn spawn_ordered_write(&mut self, work: impl Future<Output = ()> + Send + 'static) {
        let (done_sender, write_done) = oneshot::channel::<()>();
        let previous_write = self.last_write.replace(write_done);
        self.writes.spawn(async move {
            if let Some(previous_write) = previous_write {
                // The channel carries no value. It closes when the previous write has ended, successful or
                // not.
                let _ = previous_write.await;
            }
            work.await;
            drop(done_sender);
        });
    }

    /// Starts a read request in a task, and returns the token that cancels the task.
    fn spawn_cancelable<W, F>(&mut self, id: RequestId, priority: Priority, work: W) -> CancellationToken
    where
        W: FnOnce(Caller) -> F,
        F: Future<Output = ()> + Send + 'static,
    {
        let cancel = self.shared.quit.child_token();
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).insert(id, cancel.clone());
        let work = work(Caller { id, priority, cancel: cancel.clone(), tenancy: None });
        let tokens = self.tokens.clone();
        self.tasks.spawn(async move {
            work.await;
            tokens.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        });
        cancel
    }

    /// Cancels a read request, or undoes a plan.
    /// After the undo window, cancels the plan's request in flight, which is then reconciled.
    fn cancel(&self, id: RequestId) {
        if let Some(token) = self.tokens.lock().unwrap_or_else(PoisonError::into_inner).get(&id) {
            token.cancel();
        }
        if let Some(handle) = self.shared.plans.find_by_request(id)
            && !handle.undo()
        {
            handle.stop.cancel();
            handle.cancel_request.cancel();
        }
    }

    fn fail(&mut self, id: RequestId, reason: &'static str) {
        let shared = self.shared.clone();
        self.tasks.spawn(async move {
            let failure = Error::new(ErrorKind::Refused, "The plan is unchanged", reason, "Check the plan.");
            shared.replies.send(id, ServiceReply::Failed(failure)).await;
        });
    }
}

async fn reply_with_journal(shared: Arc<Shared>, id: RequestId, limit: usize) {
    let entries = match &shared.journal {
        Ok(journal) => journal.list(&shared.client.connection().key, limit).await,
        Err(failure) => Err(failure.clone()),
    };
    shared.replies.send_result(id, entries.map(ServiceReply::Journal)).await;
}

/// Reports the last changes of the tenancy from this machine, once. They are only shown, so a failure needs no
/// message.
async fn report_past_changes(shared: &Shared) {
    let Ok(journal) = &shared.journal else { return };
    let key = shared.client.connection().key;
    let last = shared.past_changes_of.lock().unwrap_or_else(PoisonError::into_inner).replace(key.clone());
    if last.as_ref() == Some(&key) {
        return;
    }
    if let Ok(entries) = journal.list(&key, MAX_PLANS).await {
        let changes = PastChanges::from_journal(&entries);
        shared.replies.send(RequestId(0), ServiceReply::PastChanges(changes)).await;
    }
}

async fn reply_with_body(shared: &Shared, caller: Caller, path: &str) {
    let client = shared.list_client();
    let body = retry::read_with_retry(shared, &caller, || client.get_path(path)).await;
    shared.replies.send_result(caller.id, body.map(ServiceReply::Body)).await;
}

async fn reply_with_invite(shared: &Shared, caller: Caller, identity: &Identity) {
    // A 404 from another tenancy does not prove that the invite is gone.
    let client = shared.list_client();
    let invite = retry::read_with_retry(shared, &caller, || client.get(identity)).await;
    shared.replies.send_result(caller.id, invite.map(ServiceReply::Invite)).await;
}
