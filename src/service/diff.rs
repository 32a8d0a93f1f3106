//! Compares a complete list with the baseline, re-checks possibly gone invites, and caches both lists. Changes
//! nothing on the server, and nothing waits for the disk.

use std::sync::{Arc, PoisonError};

use super::lookup;
use super::shared::{Baseline, Caller, Shared};
use crate::domain::diff::{self, Diff, DiffInput, DiffReport, FullList, Snapshot};
use crate::domain::local_changes::LocalChanges;
use crate::domain::members::Members;
use crate::domain::{Identity, RequestId, ServiceReply, TenancyKey};
use crate::store::SnapshotSlot;

/// Number of the newest plans that are searched for local changes.
const MAX_PLANS: usize = 1_000;

/// Sends the changes up to this list, and caches it as the latest one.
pub(super) async fn send_diff(shared: &Shared, asker: &Caller, listed: FullList, members: Option<Members>) {
    let turn = shared.diff_state.lock.lock().await;
    if asker.cancel.is_cancelled() {
        // A newer list has replaced this one.
        return;
    }
    let Some(key) = list_tenancy(shared, &listed) else { return };
    let mut told = DiffReport { taken_at: listed.at, local_known: true, ..DiffReport::default() };
    told.has_cached_baseline = shared.cache.is_used(&shared.replies).await;
    let Some(old) = get_or_set_baseline(shared, &key, &listed).await else {
        send_report(shared, asker, &told).await;
        return cache_lists(shared, &key, listed, true).await;
    };
    let (doings, known) = load_local_changes(shared, &key).await;
    told.local_known = known;
    told.diff = compute_diff(shared, old, listed.clone(), doings, members).await;
    let doubtful: Vec<Identity> = told.diff.iter().flat_map(Diff::unconfirmed).cloned().collect::<Vec<_>>();
    told.is_rechecking = !doubtful.is_empty();
    send_report(shared, asker, &told).await;
    cache_lists(shared, &key, listed, false).await;
    drop(turn);
    if !doubtful.is_empty() {
        told.is_rechecking = false;
        let asker = Caller { tenancy: Some(key), ..asker.clone() };
        recheck_missing(shared, &asker, &doubtful, &mut told).await;
        send_report(shared, &asker, &told).await;
    }
}

/// Makes this list the baseline: the user has seen its changes.
pub(super) async fn mark_seen(shared: Arc<Shared>, listed: FullList) {
    if let Some(key) = list_tenancy(&shared, &listed) {
        shared.cache.write(&shared.replies, &key, SnapshotSlot::Baseline, listed).await;
    }
}

/// Returns the list's tenancy, if it is still the session's: the token may have changed to another tenancy.
fn list_tenancy(shared: &Shared, listed: &FullList) -> Option<TenancyKey> {
    Some(shared.client.connection().key).filter(|key| *key == listed.tenancy)
}

/// Sends the cached complete list of this tenancy.
pub(super) async fn send_cached_list(shared: Arc<Shared>, id: RequestId) {
    let key = shared.client.connection().key;
    let kept = shared.cache.read(&shared.replies, &key, SnapshotSlot::Latest).await;
    shared.replies.send(id, ServiceReply::CachedList(kept.map(Box::new))).await;
}

async fn send_report(shared: &Shared, asker: &Caller, told: &DiffReport) {
    shared.replies.send(asker.id, ServiceReply::DiffReady(told.clone())).await;
}

/// Returns the baseline of a list. If there is none, the list itself becomes it.
async fn get_or_set_baseline(shared: &Shared, key: &TenancyKey, listed: &FullList) -> Option<Arc<Snapshot>> {
    let mut known = shared.diff_state.baseline.lock().await;
    if let Some(Baseline { snapshot: old, is_first, .. }) =
        known.as_ref().filter(|baseline| baseline.key == *key)
    {
        // The first list is still the first one when it is compared again.
        return (!is_first || old.taken_at != listed.at).then(|| old.clone());
    }
    let kept = shared.cache.read(&shared.replies, key, SnapshotSlot::Baseline).await.map(Arc::new);
    let listed = listed.clone();
    let old = match &kept {
        Some(kept) => kept.clone(),
        None => Arc::new(tokio::task::spawn_blocking(move || listed.to_snapshot()).await.ok()?),
    };
    *known = Some(Baseline { key: key.clone(), snapshot: old, is_first: kept.is_none() });
    kept
}

/// Returns the changes made from this machine, by the server's clock, and whether the journal could be read.
async fn load_local_changes(shared: &Shared, key: &TenancyKey) -> (LocalChanges, bool) {
    let Ok(journal) = &shared.journal else { return (LocalChanges::default(), false) };
    match journal.list(key, MAX_PLANS).await {
        Ok(plans) => {
            let ahead = shared.client.connection().clock_offset;
            (LocalChanges::from_journal(&plans).to_server_time(ahead), true)
        }
        Err(failure) => {
            tracing::warn!(%failure, "could not read the local changes");
            (LocalChanges::default(), false)
        }
    }
}

/// Comparing two long lists takes a while, so it runs in a blocking task.
async fn compute_diff(
    shared: &Shared,
    old: Arc<Snapshot>,
    listed: FullList,
    doings: LocalChanges,
    members: Option<Members>,
) -> Option<Diff> {
    let gone = shared.diff_state.gone.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let compare = move || {
        let is_proven_gone = |identity: &Identity| gone.contains(identity);
        let context = DiffInput {
            local_changes: &doings,
            members: members.as_ref(),
            is_confirmed_gone: &is_proven_gone,
        };
        diff::diff(&old, &listed.to_snapshot(), context)
    };
    tokio::task::spawn_blocking(compare).await.ok()
}

/// Re-checks the doubtful invites: a few one by one, many by loading the list again. Those found are not gone.
/// If the check fails, they stay doubtful until the next comparison.
async fn recheck_missing(shared: &Shared, asker: &Caller, doubtful: &[Identity], told: &mut DiffReport) {
    let there = match lookup::get_many(shared, asker, doubtful).await {
        Ok(there) => there,
        Err(failure) => return tracing::info!(%failure, "could not re-check possibly gone invites"),
    };
    let gone = doubtful.iter().filter(|identity| !there.contains_key(*identity)).cloned();
    shared.diff_state.gone.lock().unwrap_or_else(PoisonError::into_inner).extend(gone);
    let Some(changes) = &mut told.diff else { return };
    changes.changes.retain(|change| change.is_certain || !there.contains_key(&change.invite.identity));
    changes.changes.iter_mut().for_each(|change| change.is_certain = true);
}

async fn cache_lists(shared: &Shared, key: &TenancyKey, listed: FullList, is_first: bool) {
    shared.cache.write(&shared.replies, key, SnapshotSlot::Latest, listed.clone()).await;
    if is_first {
        // Existing baselines stay: only a tenancy without one gets its first one.
        if shared.cache.read(&shared.replies, key, SnapshotSlot::Baseline).await.is_none() {
            shared.cache.write(&shared.replies, key, SnapshotSlot::Baseline, listed).await;
        }
    }
}
