//! What an earlier run left over: its open calls are settled by looking only, what was found is written to
//! the journal and told. Nothing is sent that changes anything; going on is for the person to say.

use std::collections::HashSet;
use std::time::Duration;

use super::gate::Who;
use super::look;
use super::settle;
use super::shared::{Asker, Shared};
use super::steps::{answered, has_work, state_at_end};
use crate::domain::journal::{Answer, CallId, CallResult, JournalEntry};
use crate::domain::plan::{PlanState, Progress};
use crate::domain::request::{LeftOver, Unfinished};
use crate::domain::text::visible;
use crate::domain::{Failure, Identity, Invite, Method, Outcome, Reply, RequestId, Step, email};
use crate::store::{Journal, Taken, TenancyLock};

/// How often we look whether the console that runs a plan of this tenancy has ended.
const LOCK_POLL: Duration = Duration::from_secs(5);

type Readings = Result<(Vec<Invite>, Vec<Invite>), Failure>;

/// Settles and tells what was left over, also when that is nothing: it may have been something a moment ago, and
/// somebody may wait to hear of it.
pub(super) async fn recover(shared: &Shared) -> Result<(), Failure> {
    let Ok(journal) = &shared.journal else { return Ok(()) };
    let mut told = Vec::new();
    if !left_over(shared, journal).await?.is_empty() {
        let Some(_lock) = lock(shared, journal).await? else { return Ok(()) };
        let entries = left_over(shared, journal).await?;
        let asker = Asker { id: RequestId(0), who: Who::Background, cancel: shared.quit.clone() };
        let readings = readings(shared, &asker, &entries).await;
        for entry in entries {
            told.push(settle_entry(shared, journal, &asker, entry, readings.as_ref()).await?);
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
    let entries = left_over(shared, journal).await.unwrap_or_default();
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

/// Unfinished plans that this process does not have in hand itself.
async fn left_over(shared: &Shared, journal: &Journal) -> Result<Vec<JournalEntry>, Failure> {
    let mut entries = journal.unfinished(&shared.client.session().key).await?;
    entries.retain(|entry| shared.plans.reins(entry.plan.id).is_none());
    Ok(entries)
}

/// While another console runs a plan nothing here is touched: what looks open may be in its hands.
async fn lock(shared: &Shared, journal: &Journal) -> Result<Option<TenancyLock>, Failure> {
    loop {
        match TenancyLock::try_take(journal.folder(), &shared.client.session().key)? {
            Taken::Ours(lock) => return Ok(Some(lock)),
            Taken::Held(_) => tokio::select! {
                biased;
                () = shared.quit.cancelled() => return Ok(None),
                () = shared.clock.sleep(LOCK_POLL) => {}
            },
        }
    }
}

/// One pair of readings settles all open creates; `None` when there is none.
async fn readings(shared: &Shared, asker: &Asker, entries: &[JournalEntry]) -> Option<Readings> {
    let addresses: HashSet<String> = entries
        .iter()
        .flat_map(|entry| {
            open_steps(entry).filter(|(_, _, method)| *method == Method::Post).map(move |o| (entry, o.0))
        })
        .map(|(entry, step)| email::folded(entry.plan.steps[step].email()))
        .collect();
    if addresses.is_empty() {
        return None;
    }
    Some(look::twice(shared, asker, &|row| addresses.contains(&email::folded(&row.email))).await)
}

fn open_steps(entry: &JournalEntry) -> impl Iterator<Item = (usize, CallId, Method)> {
    (0..entry.plan.steps.len()).filter_map(|step| {
        let call = entry.open_call(step)?;
        has_work(&entry.plan.steps[step], &entry.progress[step], true).then_some((
            step,
            call.id,
            call.intent.method,
        ))
    })
}

async fn settle_entry(
    shared: &Shared,
    journal: &Journal,
    asker: &Asker,
    mut entry: JournalEntry,
    readings: Option<&Readings>,
) -> Result<LeftOver, Failure> {
    let mut findings = Vec::new();
    for (step, progress) in answered(&entry) {
        journal.progress(entry.plan.id, step, &progress).await?;
        entry.progress[step] = progress;
    }
    let open: Vec<_> = open_steps(&entry).collect();
    for (step, call, method) in open {
        let found = match (method, readings) {
            (Method::Delete, _) => deleted(shared, asker, &entry, step).await,
            (_, Some(Ok((first, second)))) => created(&entry, step, first, second),
            (_, Some(Err(failure))) => could_not_look(&entry, step, failure),
            (_, None) => continue,
        };
        // What was seen as another tenancy, or at the end of the program, proves nothing.
        if shared.quit.is_cancelled() || shared.client.session().key != entry.plan.tenancy {
            return Ok(LeftOver { entry, findings });
        }
        let at = shared.clock.now().wall;
        let answer = Answer { result: found.result, status: None, request_id: None, at };
        journal.conclude(call, answer, entry.plan.id, step, &found.progress).await?;
        entry.progress[step] = found.progress;
        findings.push(found.sentence);
    }
    if entry.state != PlanState::Staged {
        entry.state = state_at_end(&entry.plan.steps, &entry.progress);
        let from = &[PlanState::Running, PlanState::Paused, PlanState::Stopped];
        journal.set_state(entry.plan.id, from, entry.state).await?;
    }
    let entry = journal.entry(entry.plan.id).await?.unwrap_or(entry);
    Ok(LeftOver { entry, findings })
}

/// What looking found out about one open call.
struct Found {
    progress: Progress,
    result: CallResult,
    sentence: String,
}

fn created(entry: &JournalEntry, step: usize, first: &[Invite], second: &[Invite]) -> Found {
    let to = visible(entry.plan.steps[step].email()).into_owned();
    let draft = entry.plan.steps[step].draft().unwrap_or_default();
    let known = settle::known(&entry.plan, &entry.progress, step);
    let verdict = settle::decide(&draft, known.as_deref(), first, second);
    let (progress, result) = settle::apply(verdict, &entry.plan.steps[step], entry.progress[step].clone());
    let sentence = match progress.outcome {
        None | Some(Outcome::Done) => format!("The invite to {to} was sent before the program ended."),
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
