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
    annotations, diff, list_reader, members, plan_requests, quota, recovery, retry, table_prefs, triage,
};
use crate::domain::service_msg::FetchEnd;
use crate::domain::{Error, ErrorKind, Identity, RequestId, ServiceReply, ServiceRequest};

type CancelTokens = Arc<Mutex<HashMap<RequestId, CancellationToken>>>;

/// Serves requests until the program ends or all senders are gone.
pub(super) async fn serve(shared: Arc<Shared>, mut asked: mpsc::Receiver<(RequestId, ServiceRequest)>) {
    let _end = shared.quit.clone().drop_guard();
    let mut desk = Dispatcher {
        shared: shared.clone(),
        tasks: JoinSet::new(),
        writes: JoinSet::new(),
        last_write: None,
        tokens: CancelTokens::default(),
        fetch_cancel: CancellationToken::new(),
        diff_cancel: CancellationToken::new(),
    };
    desk.start();
    loop {
        tokio::select! {
            biased;
            () = shared.quit.cancelled() => break,
            request = asked.recv() => match request {
                Some((id, request)) => desk.dispatch(id, request),
                None => break,
            },
            // Ended tasks are removed; the panic hook has reported a panic.
            Some(_) = desk.tasks.join_next() => {}
            Some(_) = desk.writes.join_next() => {}
        }
    }
    // What the last keys before the end have staged, decided or arranged is saved: that needs only the disk.
    while let Ok((id, request)) = asked.try_recv() {
        match request {
            ServiceRequest::SaveTablePrefs(view) => shared.pending_prefs.put(view),
            ServiceRequest::SaveTriage(_)
            | ServiceRequest::ClearTriage
            | ServiceRequest::StagePlan { .. }
            | ServiceRequest::SaveAnnotation(_)
            | ServiceRequest::MarkSeen(_) => desk.dispatch(id, request),
            _ => {}
        }
    }
    table_prefs::save_on_exit(&shared).await;
    while desk.writes.join_next().await.is_some() {}
    desk.tasks.shutdown().await;
    shared.cache.flush().await;
}

struct Dispatcher {
    shared: Arc<Shared>,
    tasks: JoinSet<()>,
    /// Tasks that only write to the journal; the end waits for them.
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
            shared.replies.send_connection(shared.client.connection()).await;
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
            ServiceRequest::Get(identity) => {
                self.spawn_cancelable(id, Priority::Interactive, async move |asker| {
                    send_invite(&shared, asker, &identity).await
                });
            }
            ServiceRequest::ApplyPlan { plan, undo_window: hold, replaces } => {
                drop(self.tasks.spawn(plan_requests::apply(shared, id, plan, hold, replaces)));
            }
            ServiceRequest::StagePlan { plan, replaces } => {
                self.spawn_ordered_write(plan_requests::stage(shared, id, plan, replaces));
            }
            ServiceRequest::ResumePlan { plan, scope: what, undo_window: hold } => {
                drop(self.tasks.spawn(plan_requests::resume(shared, id, plan, what, hold)));
            }
            ServiceRequest::DiscardPlan(plan) => {
                drop(self.tasks.spawn(plan_requests::discard(shared, id, plan)))
            }
            ServiceRequest::UndoPlan(plan) => {
                if !shared.plans.handle(plan).is_some_and(|reins| reins.undo()) {
                    self.fail(id, "it can no longer be undone: its first request may have been made");
                }
            }
            // A plan whose undo window is over has been undone or has started.
            ServiceRequest::BeginPlan { plan, until } => {
                if let Some(reins) = shared.plans.handle(plan) {
                    reins.report_window_over(until);
                }
            }
            ServiceRequest::RestartUndoWindow(plan) => {
                if let Some(reins) = shared.plans.handle(plan) {
                    reins.restart_undo_window();
                }
            }
            // A stop during the undo window undoes the plan, because no request was made.
            ServiceRequest::StopPlan(plan) => match shared.plans.handle(plan) {
                Some(reins) if reins.undo() => {}
                Some(reins) => reins.stop(false),
                None => self.fail(id, "it is not running"),
            },
            ServiceRequest::PausePlan(plan) => match shared.plans.handle(plan) {
                Some(reins) => reins.stop(true),
                None => self.fail(id, "it is not running"),
            },
            ServiceRequest::SaveTriage(walk) => {
                self.spawn_ordered_write(triage::save(shared, id, Some(walk)))
            }
            ServiceRequest::ClearTriage => self.spawn_ordered_write(triage::save(shared, id, None)),
            ServiceRequest::LoadTablePrefs => {
                drop(self.tasks.spawn(async move { table_prefs::send_saved(&shared, id).await }))
            }
            ServiceRequest::SaveTablePrefs(view) => {
                shared.pending_prefs.put(view);
                self.tasks.spawn(async move { table_prefs::save(&shared, id).await });
            }
            ServiceRequest::FetchMembers => {
                self.spawn_cancelable(id, Priority::Background, async move |asker| {
                    members::send_members(&shared, &asker).await
                });
            }
            ServiceRequest::FetchQuota => {
                self.spawn_cancelable(id, Priority::Background, async move |asker| {
                    quota::send_quota(&shared, &asker).await
                });
            }
            ServiceRequest::LoadAnnotations => drop(self.tasks.spawn(annotations::serve(shared, id, None))),
            ServiceRequest::SaveAnnotation(remark) => {
                self.spawn_ordered_write(annotations::serve(shared, id, Some(remark)))
            }
            ServiceRequest::Diff { list: listed, members } => {
                self.diff_cancel.cancel();
                self.diff_cancel = self.spawn_cancelable(id, Priority::Background, async move |asker| {
                    diff::send_diff(&shared, &asker, listed, members).await;
                });
            }
            ServiceRequest::MarkSeen(listed) => drop(self.writes.spawn(diff::mark_seen(shared, listed))),
            ServiceRequest::LoadCachedList => drop(self.tasks.spawn(diff::send_cached_list(shared, id))),
            ServiceRequest::LoadJournal { limit } => drop(self.tasks.spawn(send_journal(shared, id, limit))),
            ServiceRequest::Cancel(request) => self.cancel(request),
            ServiceRequest::AcceptWait => shared.rate_limiter.accept_wait(),
            ServiceRequest::DeclineWait => shared.rate_limiter.decline_wait(),
        }
    }

    fn fetch_list(&mut self, id: RequestId) {
        let shared = self.shared.clone();
        self.fetch_cancel.cancel();
        self.fetch_cancel = self.spawn_cancelable(id, Priority::Background, async move |asker| {
            let end = list_reader::stream(&shared, &asker).await;
            if end != FetchEnd::Complete {
                return;
            }
            if shared.is_recovered.swap(true, Ordering::SeqCst) {
                if let Err(failure) = recovery::recheck_unknown_creates(&shared).await {
                    shared.replies.send(RequestId(0), ServiceReply::JournalUnusable(failure)).await;
                }
            } else {
                if let Err(failure) = recovery::recover(&shared).await {
                    shared.replies.send(RequestId(0), ServiceReply::JournalUnusable(failure)).await;
                }
                // After the staged plans: triage counts only decisions that are still staged.
                triage::send_saved(&shared).await;
            }
        });
    }

    /// Runs journal writes strictly in request order, because Tokio may start tasks in any order and the last note
    /// must win.
    fn spawn_ordered_write(&mut self, work: impl Future<Output = ()> + Send + 'static) {
        let (done, kept) = oneshot::channel::<()>();
        let before = self.last_write.replace(kept);
        self.writes.spawn(async move {
            if let Some(before) = before {
                // Nothing is ever sent there: it is closed when the previous write is over, however it ended.
                let _ = before.await;
            }
            work.await;
            drop(done);
        });
    }

    /// Starts a reading request in a task, and returns the token that cancels it.
    fn spawn_cancelable<W, F>(&mut self, id: RequestId, who: Priority, work: W) -> CancellationToken
    where
        W: FnOnce(Caller) -> F,
        F: Future<Output = ()> + Send + 'static,
    {
        let cancel = self.shared.quit.child_token();
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).insert(id, cancel.clone());
        let work = work(Caller { id, priority: who, cancel: cancel.clone(), tenancy: None });
        let tokens = self.tokens.clone();
        self.tasks.spawn(async move {
            work.await;
            tokens.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        });
        cancel
    }

    /// Undoes a plan if that is still possible; later cancels its request in flight, whose effect is then
    /// reconciled.
    fn cancel(&self, id: RequestId) {
        if let Some(token) = self.tokens.lock().unwrap_or_else(PoisonError::into_inner).get(&id) {
            token.cancel();
        }
        if let Some(reins) = self.shared.plans.find_by_request(id)
            && !reins.undo()
        {
            reins.stop.cancel();
            reins.cancel_request.cancel();
        }
    }

    fn fail(&mut self, id: RequestId, why: &'static str) {
        let shared = self.shared.clone();
        self.tasks.spawn(async move {
            let failure = Error::new(ErrorKind::Refused, "The plan is unchanged", why, "Check the plan.");
            shared.replies.send(id, ServiceReply::Failed(failure)).await;
        });
    }
}

async fn send_journal(shared: Arc<Shared>, id: RequestId, limit: usize) {
    let entries = match &shared.journal {
        Ok(journal) => journal.list(&shared.client.connection().key, limit).await,
        Err(failure) => Err(failure.clone()),
    };
    shared.replies.send(id, entries.map_or_else(ServiceReply::Failed, ServiceReply::Journal)).await;
}

async fn send_invite(shared: &Shared, asker: Caller, identity: &Identity) {
    // An invite that another tenancy does not have is not gone.
    let client = shared.list_client();
    let reply = match retry::read_with_retry(shared, &asker, || client.get(identity)).await {
        Ok(invite) => ServiceReply::Invite(invite),
        Err(failure) => ServiceReply::Failed(failure),
    };
    shared.replies.send(asker.id, reply).await;
}
