//! What an earlier run left over: its open calls are settled by looking only, what was found is written to
//! the journal and told. Nothing is sent that changes anything; going on is for the person to say.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::Timestamp;

use super::gate::Who;
use super::look;
use super::reader;
use super::settle;
use super::shared::{Asker, Shared};
use super::step_end::{answered, state_at_end};
use crate::domain::journal::{Answer, CallResult, JournalCall, JournalEntry};
use crate::domain::plan::{PlanState, Progress};
use crate::domain::request::{LeftOver, Unfinished};
use crate::domain::text::visible;
use crate::domain::{
    Failure, Identity, Invite, Method, Outcome, PlanId, Reply, RequestId, Step, TenancyKey, email,
    email_history,
};
use crate::store::{Journal, Taken, TenancyLock};

/// How often we look whether the console that runs a plan of this tenancy has ended.
const LOCK_POLL: Duration = Duration::from_secs(5);

/// One list that settles all open creates, and a second one where a create is so old that it is disproved by both.
struct Readings {
    at: Timestamp,
    first: Vec<Invite>,
    second: Option<Vec<Invite>>,
    /// The invites that plans are known to have created.
    claimed: HashMap<Identity, PlanId>,
}

/// Settles and tells what was left over, also when that is nothing: it may have been something a moment ago, and
/// somebody may wait to hear of it.
pub(super) async fn recover(shared: &Shared) -> Result<(), Failure> {
    let Ok(journal) = &shared.journal else { return Ok(()) };
    let mut told = Vec::new();
    // One tenancy for all of it, though the token may become another one's: the lock, the plans, and the looks, since
    // what another tenancy's list says proves nothing for these plans.
    let key = shared.client.session().key;
    if !left_over(shared, journal, &key).await?.is_empty() {
        let Some(_lock) = lock(shared, journal, &key).await? else { return Ok(()) };
        let entries = left_over(shared, journal, &key).await?;
        let (cancel, tenancy) = (shared.quit.clone(), Some(key));
        let asker = Asker { id: RequestId(0), who: Who::Background, cancel, tenancy };
        let readings = readings(shared, journal, &asker, &entries).await;
        for entry in entries {
            let before = entry.progress.clone();
            let left = settle_entry(shared, journal, &asker, entry, readings.as_ref()).await?;
            // Only the check of its deletes was cut off: nothing became of it that was not told.
            if left.entry.state != PlanState::Finished || left.entry.progress != before {
                told.push(left);
            }
        }
    }
    if !shared.quit.is_cancelled() {
        shared.out.send(RequestId(0), Reply::LeftOver(told)).await;
    }
    Ok(())
}

/// Tells at once how many plans are not finished; what became of them is looked at when the list is known.
pub(super) async fn announce(shared: &Shared) {
    let Ok(journal) = &shared.journal else { return };
    // A journal that cannot be read says so when it is needed.
    let entries = left_over(shared, journal, &shared.client.session().key).await.unwrap_or_default();
    let mut unfinished = Unfinished::default();
    for entry in entries.iter().filter(|entry| entry.state != PlanState::Staged) {
        unfinished.plans += 1;
        unfinished.steps += entry.progress.len();
        unfinished.done += entry.progress.iter().filter(|step| step.outcome.is_some()).count();
    }
    if unfinished.plans > 0 {
        shared.out.send(RequestId(0), Reply::Unfinished(unfinished)).await;
    }
}

/// Looks once more for creates that are unknown, after the list was read again: a list more while there are any. Tells
/// only what was found out, and waits for nobody who has the tenancy.
pub(super) async fn look_again(shared: &Shared) -> Result<(), Failure> {
    let Ok(journal) = &shared.journal else { return Ok(()) };
    let key = shared.client.session().key;
    if !left_over(shared, journal, &key).await?.iter().any(has_unknown_create) {
        return Ok(());
    }
    let Taken::Ours(_lock) = TenancyLock::try_take(journal.folder(), &key)? else {
        return Ok(());
    };
    let mut entries = left_over(shared, journal, &key).await?;
    entries.retain(has_unknown_create);
    let (cancel, tenancy) = (shared.quit.clone(), Some(key));
    let asker = Asker { id: RequestId(0), who: Who::Background, cancel, tenancy };
    let readings = readings(shared, journal, &asker, &entries).await;
    let mut told = Vec::new();
    for entry in entries {
        let before: Vec<_> = entry.progress.iter().map(|progress| progress.outcome).collect();
        let left = settle_entry(shared, journal, &asker, entry, readings.as_ref()).await?;
        let after = left.entry.progress.iter().map(|progress| progress.outcome);
        if !after.eq(before) {
            told.push(left);
        }
    }
    if !told.is_empty() && !shared.quit.is_cancelled() {
        shared.out.send(RequestId(0), Reply::LeftOver(told)).await;
    }
    Ok(())
}

fn has_unknown_create(entry: &JournalEntry) -> bool {
    open_steps(entry).any(|(_, call)| call.intent.method == Method::Post)
}

/// Unfinished plans that this process does not have in hand itself.
async fn left_over(
    shared: &Shared,
    journal: &Journal,
    key: &TenancyKey,
) -> Result<Vec<JournalEntry>, Failure> {
    let mut entries = journal.unfinished(key).await?;
    entries.retain(|entry| shared.plans.reins(entry.plan.id).is_none());
    Ok(entries)
}

/// While another console runs a plan nothing here is touched: what looks open may be in its hands.
async fn lock(shared: &Shared, journal: &Journal, key: &TenancyKey) -> Result<Option<TenancyLock>, Failure> {
    loop {
        match TenancyLock::try_take(journal.folder(), key)? {
            Taken::Ours(lock) => return Ok(Some(lock)),
            Taken::Held(_) => tokio::select! {
                biased;
                () = shared.quit.cancelled() => return Ok(None),
                () = shared.clock.sleep(LOCK_POLL) => {}
            },
        }
    }
}

/// Reads what settles all open creates; `None` when there is none.
async fn readings(
    shared: &Shared,
    journal: &Journal,
    asker: &Asker,
    entries: &[JournalEntry],
) -> Option<Result<Readings, Failure>> {
    let creates: Vec<(&JournalEntry, usize, &JournalCall)> = entries
        .iter()
        .flat_map(|entry| open_steps(entry).map(move |(step, call)| (entry, step, call)))
        .filter(|(_, _, call)| call.intent.method == Method::Post)
        .collect();
    if creates.is_empty() {
        return None;
    }
    let addresses: HashSet<String> =
        creates.iter().map(|(entry, step, _)| email::folded(entry.plan.steps[*step].email())).collect();
    let wanted = |row: &Invite| addresses.contains(&email::folded(&row.email));
    let at = shared.clock.now().wall;
    let is_late = creates.iter().any(|(_, _, call)| call.is_disproved_by_absence(at));
    let looked = match is_late {
        true => look::twice(shared, asker, &wanted).await.map(|(first, second)| (first, Some(second))),
        false => reader::wanted(shared, asker, &wanted).await.map(|first| (first, None)),
    };
    let plans = journal.recent(&shared.client.session().key, Timestamp::UNIX_EPOCH).await;
    Some(plans.and_then(|plans| {
        let ((first, second), claimed) = (looked?, email_history::created(&plans));
        Ok(Readings { at, first, second, claimed })
    }))
}

fn open_steps(entry: &JournalEntry) -> impl Iterator<Item = (usize, &JournalCall)> {
    (0..entry.plan.steps.len()).filter_map(|step| {
        let call = entry.open_call(step)?;
        entry.plan.steps[step].has_work(&entry.progress[step], true).then_some((step, call))
    })
}

async fn settle_entry(
    shared: &Shared,
    journal: &Journal,
    asker: &Asker,
    mut entry: JournalEntry,
    readings: Option<&Result<Readings, Failure>>,
) -> Result<LeftOver, Failure> {
    let (mut findings, mut settled) = (Vec::new(), Vec::new());
    for (step, progress) in answered(&entry) {
        journal.progress(entry.plan.id, step, &progress).await?;
        entry.progress[step] = progress;
        settled.push(step);
    }
    let open: Vec<_> = open_steps(&entry).map(|(step, call)| (step, call.clone())).collect();
    for (step, call) in open {
        let found = match (call.intent.method, readings) {
            (Method::Delete, _) => deleted(shared, asker, &entry, step).await,
            (_, Some(Ok(readings))) => created(&entry, step, &call, readings),
            (_, Some(Err(failure))) => could_not_look(&entry, step, failure),
            (_, None) => continue,
        };
        // What was seen as another tenancy, or at the end of the program, proves nothing.
        if shared.quit.is_cancelled() || shared.client.session().key != entry.plan.tenancy {
            return Ok(LeftOver { entry, findings, settled });
        }
        let at = shared.clock.now().wall;
        let answer = Answer { result: found.result, status: None, request_id: None, at };
        journal.conclude(call.id, answer, entry.plan.id, step, &found.progress).await?;
        entry.progress[step] = found.progress;
        findings.push(found.sentence);
        settled.push(step);
    }
    if entry.state != PlanState::Staged {
        entry.state = state_at_end(&entry.plan.steps, &entry.progress);
        let from = &[PlanState::Running, PlanState::Paused, PlanState::Stopped];
        journal.set_state(entry.plan.id, from, entry.state).await?;
    }
    let entry = journal.entry(entry.plan.id).await?.unwrap_or(entry);
    Ok(LeftOver { entry, findings, settled })
}

/// What looking found out about one open call.
struct Found {
    progress: Progress,
    result: CallResult,
    sentence: String,
}

fn created(entry: &JournalEntry, step: usize, call: &JournalCall, readings: &Readings) -> Found {
    let to = visible(entry.plan.steps[step].email()).into_owned();
    let draft = entry.plan.steps[step].draft().unwrap_or_default();
    let known = settle::known(&entry.plan, &entry.progress, step);
    let may_be_ours =
        |row: &&Invite| readings.claimed.get(&row.identity).is_none_or(|plan| *plan == entry.plan.id);
    let own = |rows: &[Invite]| -> Vec<Invite> { rows.iter().filter(may_be_ours).cloned().collect() };
    let (first, second) = (own(&readings.first), readings.second.as_deref().map(own));
    let disproved = second.is_some() && call.is_disproved_by_absence(readings.at);
    let verdict = settle::decide(&draft, known.as_deref(), &first, second.as_ref().unwrap_or(&first));
    let before = entry.progress[step].clone();
    let (progress, result) = settle::apply(verdict, disproved, &entry.plan.steps[step], before);
    let sentence = match progress.outcome {
        None | Some(Outcome::Done) => format!("The invite to {to} was sent: the list shows it."),
        Some(Outcome::NotSent) => format!("The invite to {to} was not sent."),
        _ => {
            let found = progress.note.as_deref().unwrap_or_default();
            format!("It is unknown whether the invite to {to} was sent: {found}.")
        }
    };
    Found { progress, result, sentence }
}

async fn deleted(shared: &Shared, asker: &Asker, entry: &JournalEntry, step: usize) -> Found {
    let of = visible(entry.plan.steps[step].email()).into_owned();
    let before = entry.progress[step].clone();
    match looked(shared, asker, entry, step).await {
        Ok(None) => gone(&entry.plan.steps[step], before, &of),
        Ok(Some(_)) => Found {
            progress: Progress { outcome: None, ..before },
            // It may still land, so the call stays without an answer that tells.
            result: CallResult::Unanswered,
            sentence: format!("The invite of {of} is still there: it was not revoked."),
        },
        Err(failure) => could_not_look(entry, step, &failure),
    }
}

fn gone(step: &Step, before: Progress, of: &str) -> Found {
    let owes = step.deletes_first();
    let rest = if owes { " The new one is still to be sent." } else { "" };
    Found {
        progress: Progress {
            old_deleted: true,
            outcome: (!owes).then_some(Outcome::Done),
            note: None,
            ..before
        },
        result: CallResult::Succeeded,
        sentence: format!("The invite of {of} was revoked before the program ended.{rest}"),
    }
}

async fn looked(
    shared: &Shared,
    asker: &Asker,
    entry: &JournalEntry,
    step: usize,
) -> Result<Option<Invite>, Failure> {
    let target: Option<&Identity> = entry.plan.steps[step].target().map(|invite| &invite.identity);
    match target {
        Some(identity) => look::one(shared, asker, identity).await,
        None => Ok(None),
    }
}

fn could_not_look(entry: &JournalEntry, step: usize, failure: &Failure) -> Found {
    let whom = visible(entry.plan.steps[step].email()).into_owned();
    let note = Some(format!("what its call did could not be looked for: {}", failure.why));
    Found {
        progress: Progress { outcome: Some(Outcome::Unknown), note, ..entry.progress[step].clone() },
        result: CallResult::Unanswered,
        sentence: format!("What became of the invite of {whom} could not be found out: {}.", failure.why),
    }
}
