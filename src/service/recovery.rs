//! Reconciles the open requests of an earlier run, journals the results and reports them.
//! Only reads from the server; the user decides whether to resume.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::Timestamp;

use super::rate_limiter::Priority;
use super::shared::{Caller, Shared};
use super::step_result::{state_at_end, unrecorded_outcomes};
use super::{list_reader, lookup, reconcile};
use crate::domain::journal::{CallOutcome, CallResult, JournalCall, JournalEntry};
use crate::domain::plan::{PlanState, Progress};
use crate::domain::service_msg::{UnfinishedCounts, UnfinishedPlan};
use crate::domain::text::sanitize;
use crate::domain::{
    Error, Identity, Invite, Method, Outcome, PlanId, RequestId, ServiceReply, TenancyKey, email,
    email_history,
};
use crate::store::{Journal, LockResult, TenancyLock};

/// Interval of attempts to take the tenancy's lock while another process has it.
const LOCK_POLL_INTERVAL: Duration = Duration::from_secs(5);

/// Lists that reconcile all open creates.
/// The second list is loaded only if a create is so old that two lists can disprove it.
struct ListPair {
    at: Timestamp,
    first: Vec<Invite>,
    second: Option<Vec<Invite>>,
    /// Invites that plans are known to have created.
    claimed: HashMap<Identity, PlanId>,
}

/// Reconciles and reports unfinished plans.
/// Also reports if there are none, because the user may be waiting.
pub(super) async fn recover(shared: &Shared) -> Result<(), Error> {
    let Ok(journal) = &shared.journal else { return Ok(()) };
    let mut unfinished = Vec::new();
    // The lock, the plans and the lists are of one tenancy, even if the token changes. Another tenancy's list
    // proves nothing about these plans.
    let key = shared.client.connection().key;
    if !unfinished_plans(shared, journal, &key).await?.is_empty() {
        let Some(_lock) = lock_tenancy(shared, journal, &key).await? else { return Ok(()) };
        let entries = unfinished_plans(shared, journal, &key).await?;
        // If only the final check of the plan's deletes was interrupted, there is nothing new to report.
        let is_news = |before: &[Progress], entry: &JournalEntry| {
            entry.state != PlanState::Finished || entry.progress != before
        };
        unfinished = reconcile_entries(shared, journal, key, entries, is_news).await?;
    }
    if !shared.quit.is_cancelled() {
        shared.replies.send(RequestId(0), ServiceReply::UnfinishedPlans(unfinished)).await;
    }
    Ok(())
}

/// Immediately reports the number of unfinished plans. They are reconciled when the list is loaded.
pub(super) async fn announce(shared: &Shared) {
    let Ok(journal) = &shared.journal else { return };
    // An unreadable journal is reported when a change needs it.
    let entries =
        unfinished_plans(shared, journal, &shared.client.connection().key).await.unwrap_or_default();
    let mut unfinished = UnfinishedCounts::default();
    for entry in entries.iter().filter(|entry| entry.state != PlanState::Staged) {
        unfinished.plans += 1;
        unfinished.steps += entry.progress.len();
        unfinished.done += entry.progress.iter().filter(|step| step.outcome.is_some()).count();
    }
    if unfinished.plans > 0 {
        shared.replies.send(RequestId(0), ServiceReply::Unfinished(unfinished)).await;
    }
}

/// Re-checks creates with an unknown outcome after the list was refreshed.
/// Loads one more list if there are such creates. Reports only new results. Does not wait for another process
/// that holds the tenancy's lock.
pub(super) async fn recheck_unknown_creates(shared: &Shared) -> Result<(), Error> {
    let Ok(journal) = &shared.journal else { return Ok(()) };
    let key = shared.client.connection().key;
    if !unfinished_plans(shared, journal, &key).await?.iter().any(has_unknown_create) {
        return Ok(());
    }
    let LockResult::Acquired(_lock) = TenancyLock::try_lock(journal.dir(), &key)? else {
        return Ok(());
    };
    let mut entries = unfinished_plans(shared, journal, &key).await?;
    entries.retain(has_unknown_create);
    let is_news = |before: &[Progress], entry: &JournalEntry| {
        let outcome = |progress: &Progress| progress.outcome;
        !before.iter().map(outcome).eq(entry.progress.iter().map(outcome))
    };
    let unfinished = reconcile_entries(shared, journal, key, entries, is_news).await?;
    if !unfinished.is_empty() && !shared.quit.is_cancelled() {
        shared.replies.send(RequestId(0), ServiceReply::UnfinishedPlans(unfinished)).await;
    }
    Ok(())
}

fn has_unknown_create(entry: &JournalEntry) -> bool {
    steps_with_open_request(entry).any(|(_, call)| call.intent.method == Method::Post)
}

/// Returns the unfinished plans that this process does not run itself.
async fn unfinished_plans(
    shared: &Shared,
    journal: &Journal,
    key: &TenancyKey,
) -> Result<Vec<JournalEntry>, Error> {
    let mut entries = journal.unfinished_entries(key).await?;
    entries.retain(|entry| shared.plans.handle(entry.plan.id).is_none());
    Ok(entries)
}

/// Takes the tenancy's lock, and waits while another process runs a plan. `None` if the program ends.
async fn lock_tenancy(
    shared: &Shared,
    journal: &Journal,
    key: &TenancyKey,
) -> Result<Option<TenancyLock>, Error> {
    loop {
        match TenancyLock::try_lock(journal.dir(), key)? {
            LockResult::Acquired(lock) => return Ok(Some(lock)),
            LockResult::HeldBy(_) => tokio::select! {
                biased;
                () = shared.quit.cancelled() => return Ok(None),
                () = shared.clock.sleep(LOCK_POLL_INTERVAL) => {}
            },
        }
    }
}

/// Loads the lists that reconcile all open creates; `None` if there are none.
async fn load_lists(
    shared: &Shared,
    journal: &Journal,
    caller: &Caller,
    entries: &[JournalEntry],
) -> Option<Result<ListPair, Error>> {
    let creates: Vec<(&JournalEntry, usize, &JournalCall)> = entries
        .iter()
        .flat_map(|entry| steps_with_open_request(entry).map(move |(step, call)| (entry, step, call)))
        .filter(|(_, _, call)| call.intent.method == Method::Post)
        .collect();
    if creates.is_empty() {
        return None;
    }
    let emails: HashSet<String> =
        creates.iter().map(|(entry, step, _)| email::normalize(entry.plan.steps[*step].email())).collect();
    let is_candidate = |row: &Invite| emails.contains(&email::normalize(&row.email));
    let at = shared.clock.now().wall;
    let is_late = creates.iter().any(|(_, _, call)| call.is_disproved_by_absence(at));
    let loaded = match is_late {
        true => lookup::read_twice(shared, caller, &is_candidate)
            .await
            .map(|(first, second)| (first, Some(second))),
        false => list_reader::collect(shared, caller, &is_candidate).await.map(|first| (first, None)),
    };
    let plans = journal.recent_entries(&shared.client.connection().key, Timestamp::UNIX_EPOCH).await;
    Some(plans.and_then(|plans| {
        let ((first, second), claimed) = (loaded?, email_history::created_invites(&plans));
        Ok(ListPair { at, first, second, claimed })
    }))
}

fn steps_with_open_request(entry: &JournalEntry) -> impl Iterator<Item = (usize, &JournalCall)> {
    (0..entry.plan.steps.len()).filter_map(|step| {
        let call = entry.open_call(step)?;
        entry.plan.steps[step].has_work(&entry.progress[step], true).then_some((step, call))
    })
}

/// Reconciles plans whose tenancy is locked. Returns the plans that are news, judged by progress and entry.
async fn reconcile_entries(
    shared: &Shared,
    journal: &Journal,
    key: TenancyKey,
    entries: Vec<JournalEntry>,
    is_news: impl Fn(&[Progress], &JournalEntry) -> bool,
) -> Result<Vec<UnfinishedPlan>, Error> {
    let (cancel, tenancy) = (shared.quit.clone(), Some(key));
    let caller = Caller { id: RequestId(0), priority: Priority::Background, cancel, tenancy };
    let lists = load_lists(shared, journal, &caller, &entries).await;
    let mut unfinished = Vec::new();
    for entry in entries {
        let before = entry.progress.clone();
        let plan = reconcile_entry(shared, journal, &caller, entry, lists.as_ref()).await?;
        if is_news(&before, &plan.entry) {
            unfinished.push(plan);
        }
    }
    Ok(unfinished)
}

async fn reconcile_entry(
    shared: &Shared,
    journal: &Journal,
    caller: &Caller,
    mut entry: JournalEntry,
    lists: Option<&Result<ListPair, Error>>,
) -> Result<UnfinishedPlan, Error> {
    let (mut findings, mut reconciled) = (Vec::new(), Vec::new());
    for (step, progress) in unrecorded_outcomes(&entry) {
        journal.record_progress(entry.plan.id, step, &progress).await?;
        entry.progress[step] = progress;
        reconciled.push(step);
    }
    let open: Vec<_> = steps_with_open_request(&entry).map(|(step, call)| (step, call.clone())).collect();
    for (step, call) in open {
        let finding = match (call.intent.method, lists) {
            (Method::Delete, _) => reconcile_delete(shared, caller, &entry, step).await,
            (_, Some(Ok(lists))) => reconcile_create(&entry, step, &call, lists),
            (_, Some(Err(failure))) => failed_lookup_finding(&entry, step, failure),
            (_, None) => continue,
        };
        // A list of another tenancy, or a list cut off by the end of the program, proves nothing.
        if shared.quit.is_cancelled() || shared.client.connection().key != entry.plan.tenancy {
            return Ok(UnfinishedPlan { entry, findings, reconciled_steps: reconciled });
        }
        let at = shared.clock.now().wall;
        let outcome =
            CallOutcome { result: finding.result, status: None, request_id: None, responded_at: at };
        journal.record_result(call.id, outcome, entry.plan.id, step, &finding.progress).await?;
        entry.progress[step] = finding.progress;
        findings.push(finding.text);
        reconciled.push(step);
    }
    if entry.state != PlanState::Staged {
        entry.state = state_at_end(&entry.plan.steps, &entry.progress);
        let from = &[PlanState::Running, PlanState::Paused, PlanState::Stopped];
        journal.set_state(entry.plan.id, from, entry.state).await?;
    }
    let entry = journal.entry(entry.plan.id).await?.unwrap_or(entry);
    Ok(UnfinishedPlan { entry, findings, reconciled_steps: reconciled })
}

/// Result of reconciling one open request.
struct Finding {
    progress: Progress,
    result: CallResult,
    text: String,
}

fn reconcile_create(entry: &JournalEntry, step: usize, call: &JournalCall, lists: &ListPair) -> Finding {
    let email = sanitize(entry.plan.steps[step].email()).into_owned();
    let draft = entry.plan.steps[step].draft().unwrap_or_default();
    let known = reconcile::known_invites(&entry.plan, &entry.progress, step);
    let may_be_ours =
        |row: &&Invite| lists.claimed.get(&row.identity).is_none_or(|plan| *plan == entry.plan.id);
    let own_rows = |rows: &[Invite]| -> Vec<Invite> { rows.iter().filter(may_be_ours).cloned().collect() };
    let (first, second) = (own_rows(&lists.first), lists.second.as_deref().map(own_rows));
    let is_disproved = second.is_some() && call.is_disproved_by_absence(lists.at);
    let decision = reconcile::decide(&draft, known.as_deref(), &first, second.as_ref().unwrap_or(&first));
    let before = entry.progress[step].clone();
    let (progress, result) = reconcile::apply(decision, is_disproved, &entry.plan.steps[step], before);
    let text = match progress.outcome {
        None | Some(Outcome::Done) => format!("The invite to {email} was sent; confirmed by the list."),
        Some(Outcome::Skipped) => format!("The invite to {email} was not sent."),
        _ => {
            let note = progress.note.as_deref().unwrap_or_default();
            format!("The invite to {email} may or may not have been sent: {note}.")
        }
    };
    Finding { progress, result, text }
}

async fn reconcile_delete(shared: &Shared, caller: &Caller, entry: &JournalEntry, step: usize) -> Finding {
    let (plan_step, before) = (&entry.plan.steps[step], entry.progress[step].clone());
    let email = sanitize(plan_step.email());
    let found = match plan_step.target() {
        Some(target) => lookup::get(shared, caller, &target.identity).await,
        None => Ok(None),
    };
    match found {
        Ok(None) => {
            let is_incomplete = plan_step.deletes_first();
            let outcome = (!is_incomplete).then_some(Outcome::Done);
            let rest = if is_incomplete { " The new invite is not sent yet." } else { "" };
            Finding {
                progress: Progress { old_deleted: true, outcome, note: None, ..before },
                result: CallResult::Succeeded,
                text: format!("The invite to {email} was deleted before the program ended.{rest}"),
            }
        }
        Ok(Some(_)) => Finding {
            progress: Progress { outcome: None, ..before },
            // The DELETE may still take effect, so it stays without a conclusive response.
            result: CallResult::NoResponse,
            text: format!("The invite to {email} was not deleted."),
        },
        Err(failure) => failed_lookup_finding(entry, step, &failure),
    }
}

fn failed_lookup_finding(entry: &JournalEntry, step: usize, failure: &Error) -> Finding {
    let email = sanitize(entry.plan.steps[step].email()).into_owned();
    let note = Some(format!("the outcome of the request could not be checked: {}", failure.cause));
    Finding {
        progress: Progress { outcome: Some(Outcome::Unknown), note, ..entry.progress[step].clone() },
        result: CallResult::NoResponse,
        text: format!("The outcome of the invite to {email} is unknown: {}.", failure.cause),
    }
}
