//! Compares a complete list with the baseline, re-checks possibly gone invites, and caches both lists.
//! Changes nothing on the server, and nothing waits for the disk.

use std::sync::{Arc, PoisonError};

use super::lookup;
use super::shared::{Baseline, Caller, Shared};
use crate::domain::diff::{self, Diff, DiffInput, DiffReport, FullList, Snapshot};
use crate::domain::local_changes::LocalChanges;
use crate::domain::members::Members;
use crate::domain::{Identity, RequestId, ServiceReply, TenancyKey};
use crate::store::SnapshotSlot;

/// Maximum number of plans to search for local changes, newest first.
const MAX_PLANS: usize = 1_000;

/// Reports the changes from the baseline to this list, and caches the list as the latest list.
pub(super) async fn report_diff(shared: &Shared, caller: &Caller, list: FullList, members: Option<Members>) {
    let guard = shared.diff_state.lock.lock().await;
    if caller.cancel.is_cancelled() {
        // A newer list has replaced this list.
        return;
    }
    let Some(key) = list_tenancy(shared, &list) else { return };
    let mut report = DiffReport { taken_at: list.at, local_changes_known: true, ..DiffReport::default() };
    report.has_cached_baseline = shared.cache.is_used(&shared.replies).await;
    let Some(old) = get_or_set_baseline(shared, &key, &list).await else {
        report_changes(shared, caller, &report).await;
        return cache_lists(shared, &key, list, true).await;
    };
    let (local_changes, local_known) = load_local_changes(shared, &key).await;
    report.local_changes_known = local_known;
    report.diff = compute_diff(shared, old, list.clone(), local_changes, members).await;
    let unconfirmed: Vec<_> = report.diff.iter().flat_map(Diff::unconfirmed_identities).cloned().collect();
    report.is_rechecking = !unconfirmed.is_empty();
    report_changes(shared, caller, &report).await;
    cache_lists(shared, &key, list, false).await;
    drop(guard);
    if !unconfirmed.is_empty() {
        report.is_rechecking = false;
        let caller = Caller { tenancy: Some(key), ..caller.clone() };
        recheck_missing(shared, &caller, &unconfirmed, &mut report).await;
        report_changes(shared, &caller, &report).await;
    }
}

/// Makes this list the baseline: the user has seen its changes.
pub(super) async fn mark_seen(shared: Arc<Shared>, list: FullList) {
    if let Some(key) = list_tenancy(&shared, &list) {
        shared.cache.write(&shared.replies, &key, SnapshotSlot::Baseline, list).await;
    }
}

/// Returns the list's tenancy if the token still belongs to that tenancy.
fn list_tenancy(shared: &Shared, list: &FullList) -> Option<TenancyKey> {
    Some(shared.client.connection().key).filter(|key| *key == list.tenancy)
}

/// Replies with the cached complete list of this tenancy.
pub(super) async fn reply_with_cached_list(shared: Arc<Shared>, id: RequestId) {
    let key = shared.client.connection().key;
    let cached = shared.cache.read(&shared.replies, &key, SnapshotSlot::Latest).await;
    shared.replies.send(id, ServiceReply::CachedList(cached.map(Box::new))).await;
}

async fn report_changes(shared: &Shared, caller: &Caller, report: &DiffReport) {
    shared.replies.send(caller.id, ServiceReply::DiffReady(report.clone())).await;
}

/// Returns the baseline for a list. If there is none, returns `None` and the list becomes the baseline.
async fn get_or_set_baseline(shared: &Shared, key: &TenancyKey, list: &FullList) -> Option<Arc<Snapshot>> {
    let mut known = shared.diff_state.baseline.lock().await;
    if let Some(Baseline { snapshot: old, is_first, .. }) =
        known.as_ref().filter(|baseline| baseline.key == *key)
    {
        // The first list has no baseline, also if it is compared a second time.
        return (!is_first || old.taken_at != list.at).then(|| old.clone());
    }
    let cached = shared.cache.read(&shared.replies, key, SnapshotSlot::Baseline).await.map(Arc::new);
    let list = list.clone();
    let old = match &cached {
        Some(cached) => cached.clone(),
        None => Arc::new(tokio::task::spawn_blocking(move || list.to_snapshot()).await.ok()?),
    };
    *known = Some(Baseline { key: key.clone(), snapshot: old, is_first: cached.is_none() });
    cached
}

/// Returns the changes from this machine in server time, and whether the journal could be read.
async fn load_local_changes(shared: &Shared, key: &TenancyKey) -> (LocalChanges, bool) {
    let Ok(journal) = &shared.journal else { return (LocalChanges::default(), false) };
    match journal.list(key, MAX_PLANS).await {
        Ok(plans) => {
            let clock_offset = shared.client.connection().clock_offset;
            (LocalChanges::from_journal(&plans).to_server_time(clock_offset), true)
        }
        Err(failure) => {
            tracing::warn!(%failure, "could not read the local changes");
            (LocalChanges::default(), false)
        }
    }
}

/// Compares two lists in a blocking task, because long lists take a while.
async fn compute_diff(
    shared: &Shared,
    old: Arc<Snapshot>,
    list: FullList,
    local_changes: LocalChanges,
    members: Option<Members>,
) -> Option<Diff> {
    let gone = shared.diff_state.gone_invites.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let compare = move || {
        let is_confirmed_gone = &|identity: &Identity| gone.contains(identity);
        let (local_changes, members) = (&local_changes, members.as_ref());
        diff::diff(&old, &list.to_snapshot(), DiffInput { local_changes, members, is_confirmed_gone })
    };
    tokio::task::spawn_blocking(compare).await.ok()
}

/// Re-checks the possibly gone invites: a few one by one, many by loading the list again.
/// Found invites are not gone. If the check fails, the invites stay possibly gone until the next comparison.
async fn recheck_missing(
    shared: &Shared,
    caller: &Caller,
    unconfirmed: &[Identity],
    report: &mut DiffReport,
) {
    let present = match lookup::get_many(shared, caller, unconfirmed).await {
        Ok(present) => present,
        Err(failure) => return tracing::info!(%failure, "could not re-check possibly gone invites"),
    };
    let gone = unconfirmed.iter().filter(|identity| !present.contains_key(*identity)).cloned();
    shared.diff_state.gone_invites.lock().unwrap_or_else(PoisonError::into_inner).extend(gone);
    let Some(diff) = &mut report.diff else { return };
    diff.changes.retain(|change| change.is_certain || !present.contains_key(&change.invite.identity));
    diff.changes.iter_mut().for_each(|change| change.is_certain = true);
    diff.pair_resends();
}

async fn cache_lists(shared: &Shared, key: &TenancyKey, list: FullList, is_first: bool) {
    shared.cache.write(&shared.replies, key, SnapshotSlot::Latest, list.clone()).await;
    // An existing baseline stays. Only a tenancy without a baseline gets this list as its first baseline.
    if is_first && shared.cache.read(&shared.replies, key, SnapshotSlot::Baseline).await.is_none() {
        shared.cache.write(&shared.replies, key, SnapshotSlot::Baseline, list).await;
    }
}
