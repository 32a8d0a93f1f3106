//! What one step of a plan does: which calls, and what is known of the step afterwards.
//! The calls themselves are the executor's; looking is in `look`, the decision about lost creates in `settle`.

use tokio_util::sync::CancellationToken;

use super::executor::{self, Sent};
use super::look;
use super::reader;
use super::run::{Halt, Run};
use super::settle::{self, Verdict};
use crate::api::Deleted;
use crate::domain::journal::{CallId, CallResult, JournalEntry};
use crate::domain::plan::{PlanState, Progress};
use crate::domain::request::PlanEvent;
use crate::domain::{Draft, Failure, FailureKind, Identity, Invite, Method, Outcome, Step, email};

/// How a step ended.
#[derive(Debug)]
pub(super) struct StepEnd {
    pub(super) progress: Progress,
    pub(super) failure: Option<Failure>,
    /// The plan must not go on by itself.
    pub(super) pauses: bool,
}

/// How often an invite that is still there is deleted, when the answers get lost.
const DELETES: usize = 3;

/// Does what is left of a step.
pub(super) async fn do_step(run: &mut Run, step: usize) -> Result<StepEnd, Halt> {
    let open = run.open_call(step);
    match (run.plan.steps[step].clone(), open) {
        (Step::Create { draft, .. }, Some((call, Method::Post))) => {
            settle_create(run, step, &draft, call, None).await
        }
        (Step::Create { draft, .. }, _) => match late_effect(run, step, &draft).await? {
            Some(end) => Ok(end),
            None => create(run, step, &draft).await,
        },
        (Step::Delete { invite }, _) => {
            let stop = run.reins.stop.clone();
            let removed = remove(run, step, &invite.identity, &stop).await?;
            let progress = Progress {
                old_deleted: removed.outcome.is_some_and(Outcome::is_good),
                outcome: removed.outcome,
                note: removed.note,
                ..run.progress[step].clone()
            };
            Ok(StepEnd { progress, failure: removed.failure, pauses: removed.pauses })
        }
        (Step::Resend { .. } | Step::Replace { .. }, _) => Err(Halt::Paused(cannot_yet())),
    }
}

/// What a plan is refused with that has steps this version does not execute.
pub(super) fn cannot_yet() -> Failure {
    Failure::new(
        FailureKind::Guard,
        "The plan was not run",
        "this version neither resends nor replaces invites",
        "Send a new invite and delete the old one.",
    )
}

/// Before a create is sent again that was found not to have worked: it may have landed since.
async fn late_effect(run: &Run, step: usize, draft: &Draft) -> Result<Option<StepEnd>, Halt> {
    let before = &run.progress[step];
    if before.outcome != Some(Outcome::NotSent) {
        return Ok(None);
    }
    let address = email::folded(&draft.email);
    let wanted = |row: &Invite| email::folded(&row.email) == address;
    let rows = reader::wanted(&run.shared, &run.asker(&run.reins.stop), &wanted).await;
    let rows = match rows {
        Err(failure) if failure.kind == FailureKind::Cancelled => return Err(run.let_go()),
        rows => rows.map_err(Halt::Paused)?,
    };
    run.check_look()?;
    Ok(match settle::decide(draft, run.known(step).as_deref(), &rows, &rows) {
        Verdict::NotCreated => None,
        verdict => {
            let (progress, _) = settle::apply(verdict, before.clone());
            Some(StepEnd { progress, failure: None, pauses: false })
        }
    })
}

async fn create(run: &mut Run, step: usize, draft: &Draft) -> Result<StepEnd, Halt> {
    let stop = run.reins.stop.clone();
    let ended = |outcome, failure| StepEnd {
        progress: Progress { outcome: Some(outcome), ..Progress::default() },
        failure,
        pauses: false,
    };
    match executor::create(run, step, draft, &stop).await? {
        Sent::Answered(invite) => {
            let renewed =
                run.known(step).is_some_and(|pins| pins.iter().any(|p| p.identity == invite.identity));
            let mut end = ended(Outcome::Done, None);
            end.progress.note = renewed.then(|| "the server renewed the invite that was there".into());
            end.progress.created = Some(invite);
            Ok(end)
        }
        Sent::Refused(failure) => Ok(ended(Outcome::Refused, Some(failure))),
        Sent::Unanswered(failure, call) => settle_create(run, step, draft, call, Some(failure)).await,
    }
}

/// Finds out what a create did whose answer was lost. Never sends it again.
async fn settle_create(
    run: &mut Run,
    step: usize,
    draft: &Draft,
    call: CallId,
    failure: Option<Failure>,
) -> Result<StepEnd, Halt> {
    run.say(PlanEvent::Settling(step)).await;
    let address = email::folded(&draft.email);
    let wanted = |row: &Invite| email::folded(&row.email) == address;
    let looked = look::twice(&run.shared, &run.looker(), &wanted).await;
    run.check_look()?;
    let before = run.progress[step].clone();
    match looked {
        Ok((first, second)) => {
            let verdict = settle::decide(draft, run.known(step).as_deref(), &first, &second);
            let (progress, result) = settle::apply(verdict, before);
            run.found_out(step, call, result, &progress).await?;
            let failure = failure.filter(|_| !progress.outcome.is_some_and(Outcome::is_good));
            Ok(StepEnd { progress, failure, pauses: false })
        }
        Err(why) => {
            let note = Some(format!("it may have been sent; looking for it failed: {}", why.why));
            let progress = Progress { outcome: Some(Outcome::Unknown), note, ..before };
            Ok(StepEnd { progress, failure: Some(why), pauses: true })
        }
    }
}

/// How the removal of one invite ended; without an outcome it can be tried again.
#[derive(Debug)]
pub(super) struct Removed {
    pub(super) outcome: Option<Outcome>,
    pub(super) note: Option<String>,
    pub(super) failure: Option<Failure>,
    pub(super) pauses: bool,
}

impl Removed {
    fn ended(outcome: Outcome) -> Removed {
        Removed { outcome: Some(outcome), note: None, failure: None, pauses: false }
    }
}

/// Deletes one invite by identity and finds out whether it is gone, as often as that is safe and useful.
pub(super) async fn remove(
    run: &mut Run,
    step: usize,
    identity: &Identity,
    leash: &CancellationToken,
) -> Result<Removed, Halt> {
    // Once a DELETE of ours may have worked, "there is no such invite" means that it did.
    let mut ours = run.has_unanswered_delete(step);
    let mut leash = leash.clone();
    let mut last = None;
    for _ in 0..DELETES {
        match executor::delete(run, step, identity, &leash).await? {
            Sent::Answered(Deleted::Done) => return Ok(Removed::ended(Outcome::Done)),
            Sent::Answered(Deleted::NotFound) => return Ok(gone(ours)),
            Sent::Refused(failure) if failure.status() == Some(404) => {
                return not_found_by_a_stranger(run, identity, ours, failure).await;
            }
            Sent::Refused(failure) => {
                return Ok(Removed { failure: Some(failure), ..Removed::ended(Outcome::Refused) });
            }
            Sent::Unanswered(failure, call) => {
                run.say(PlanEvent::Settling(step)).await;
                let looked = look::one(&run.shared, &run.looker(), identity).await;
                run.check_look()?;
                match looked {
                    Ok(None) => {
                        let known = Progress { old_deleted: true, ..run.progress[step].clone() };
                        run.found_out(step, call, CallResult::Succeeded, &known).await?;
                        return Ok(Removed::ended(Outcome::Done));
                    }
                    // It stays unanswered in the journal: it may still land.
                    Ok(Some(_)) => last = Some(failure),
                    Err(why) => return Ok(unknown(failure, why)),
                }
            }
        }
        ours = true;
        leash = run.reins.cut.clone();
    }
    let note = Some(format!("deleted {DELETES} times without an answer, and still there at the last look"));
    // Something in between takes the calls: the next row would fare no better.
    Ok(Removed { note, failure: last, pauses: true, ..Removed::ended(Outcome::Unknown) })
}

fn gone(ours: bool) -> Removed {
    Removed::ended(if ours { Outcome::Done } else { Outcome::AlreadyGone })
}

/// The answer is no deletion, and looking did not help either: a proxy in between, or no connection.
fn unknown(failure: Failure, why: Failure) -> Removed {
    let note = Some(format!("{}; looking for it failed as well: {}", failure.why, why.why));
    Removed { outcome: Some(Outcome::Unknown), note, failure: Some(failure), pauses: true }
}

/// A 404 that is not in the API's own words counts only when a complete list agrees.
async fn not_found_by_a_stranger(
    run: &Run,
    identity: &Identity,
    ours: bool,
    failure: Failure,
) -> Result<Removed, Halt> {
    let looked = look::in_list(&run.shared, &run.looker(), identity).await;
    run.check_look()?;
    match looked {
        Ok(None) => Ok(gone(ours)),
        Ok(Some(_)) => Ok(Removed {
            note: Some("the answer was 404, but the list still shows it".into()),
            failure: Some(failure),
            ..Removed::ended(Outcome::Failed)
        }),
        Err(why) => Err(Halt::Paused(why)),
    }
}

/// The steps whose outcome was not written any more although their last call was answered: the program
/// ended, or the disk was full, between the two. They need no call.
pub(super) fn answered(entry: &JournalEntry) -> Vec<(usize, Progress)> {
    let steps = entry.plan.steps.iter().zip(&entry.progress).enumerate();
    steps
        .filter(|(_, (_, progress))| progress.outcome.is_none())
        .filter_map(|(place, (step, progress))| {
            let last = entry.calls.iter().rfind(|call| call.intent.step == place)?.answer.as_ref()?;
            let outcome = match (step, last.result) {
                (Step::Create { .. }, CallResult::Succeeded) => Outcome::Done,
                (Step::Delete { .. }, CallResult::Succeeded) => Outcome::Done,
                (Step::Delete { .. }, CallResult::NotFound) => Outcome::AlreadyGone,
                (Step::Create { .. }, CallResult::Refused) if !asks(last.status) => Outcome::Refused,
                _ => return None,
            };
            Some((place, Progress { outcome: Some(outcome), ..progress.clone() }))
        })
        .collect()
}

/// Refusals after which a person is asked, and that may be tried again when they say so.
pub(super) fn asks(status: Option<u16>) -> bool {
    matches!(status, Some(402 | 403))
}

/// Whether something of a step is left to do when its plan goes on.
pub(super) fn has_work(progress: &Progress, open: bool) -> bool {
    match progress.outcome {
        None | Some(Outcome::NotSent) => true,
        Some(Outcome::Unknown) => open,
        Some(_) => false,
    }
}

/// The state of a plan that came to the end of its steps: what was not sent waits for a person.
pub(super) fn state_at_end(progress: &[Progress]) -> PlanState {
    let not_sent = |step: &Progress| matches!(step.outcome, None | Some(Outcome::NotSent));
    if progress.iter().any(not_sent) { PlanState::Stopped } else { PlanState::Finished }
}
