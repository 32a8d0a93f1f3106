//! Deletes one invite and verifies it: a lost response is reconciled by reading, a 404 that is not the API's own
//! by the list. The step around it is in `steps` and `exchange`.

use std::iter;

use tokio_util::sync::CancellationToken;

use super::executor::{self, Sent};
use super::look;
use super::run::{Halt, Run};
use super::step_end::StepEnd;
use crate::api::DeleteResult;
use crate::domain::journal::CallResult;
use crate::domain::limits::LOOK_AGAIN;
use crate::domain::plan::Progress;
use crate::domain::request::PlanEvent;
use crate::domain::{Failure, Identity, Outcome};

/// Maximum number of deletes of an existing invite if the responses are lost.
const DELETES: usize = 3;

/// Result of the removal of one invite.
#[derive(Debug)]
pub(super) struct Removed {
    pub(super) outcome: Outcome,
    pub(super) note: Option<String>,
    pub(super) failure: Option<Failure>,
    pub(super) pauses: bool,
}

impl Removed {
    fn ended(outcome: Outcome) -> Removed {
        Removed { outcome, note: None, failure: None, pauses: false }
    }
}

/// Deletes one invite by identity and verifies that it is gone, as often as that is safe and useful.
pub(super) async fn remove(
    run: &mut Run,
    step: usize,
    identity: &Identity,
    leash: &CancellationToken,
) -> Result<Removed, Halt> {
    // Once a DELETE of ours may have worked, "no such invite" means that it did.
    let mut ours = run.has_unanswered_delete(step);
    let mut leash = leash.clone();
    let mut last = None;
    for _ in 0..DELETES {
        match executor::delete(run, step, identity, ours, &leash).await? {
            Sent::Answered(DeleteResult::Deleted) => return Ok(Removed::ended(Outcome::Done)),
            Sent::Answered(DeleteResult::NotFound) => return Ok(gone(ours)),
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
                        let known =
                            Progress { old_deleted: true, outcome: None, ..run.progress[step].clone() };
                        run.found_out(step, call, CallResult::Succeeded, &known).await?;
                        return Ok(Removed::ended(Outcome::Done));
                    }
                    // It stays without a response in the journal: it may still take effect.
                    Ok(Some(_)) => last = Some(failure),
                    Err(why) => return Ok(unknown(failure, why)),
                }
            }
        }
        ours = true;
        leash = run.reins.cut.clone();
    }
    let note = Some(format!("{DELETES} delete attempts got no response; the invite still exists"));
    // A proxy probably intercepts the requests: the next row would end the same way.
    Ok(Removed { note, failure: last, pauses: true, ..Removed::ended(Outcome::Unknown) })
}

/// Verifies at the end of a plan that deleted invites are gone: a success is no proof. Costs one request for
/// each of up to twenty, or one list; more only while some still exist, because a server may lag.
pub(super) async fn check_deleted(run: &mut Run) -> Result<(), Halt> {
    let mut there: Vec<usize> = (0..run.plan.steps.len()).filter(|step| was_deleted(run, *step)).collect();
    for pause in iter::once(None).chain(LOOK_AGAIN.iter().map(Some)) {
        if there.is_empty() {
            return Ok(());
        }
        if let Some(pause) = pause
            && !run.pause(*pause, "a deleted invite is still there").await?
        {
            return Ok(());
        }
        let targets: Vec<Identity> = there.iter().filter_map(|step| target(run, *step)).collect();
        let looked = look::many(&run.shared, &run.asker(&run.reins.stop), &targets).await;
        run.check_look()?;
        // If the check fails, the server's response counts.
        let Ok(looked) = looked else { return Ok(()) };
        there.retain(|step| target(run, *step).is_some_and(|target| looked.contains_key(&target)));
    }
    for step in there {
        let outcome = if run.plan.steps[step].mails() { Outcome::OldStillLives } else { Outcome::Failed };
        let note = Some("the server reported a successful delete, but the invite still exists".into());
        let known = run.progress[step].clone();
        let progress = Progress { old_deleted: false, outcome: Some(outcome), note, ..known };
        run.record(step, StepEnd { progress, failure: None, pauses: false }).await?;
    }
    Ok(())
}

fn was_deleted(run: &Run, step: usize) -> bool {
    let progress = &run.progress[step];
    let renewed = progress.created.as_ref().map(|new| &new.identity) == target(run, step).as_ref();
    progress.outcome == Some(Outcome::Done) && progress.old_deleted && !renewed
}

fn target(run: &Run, step: usize) -> Option<Identity> {
    run.plan.steps[step].target().map(|invite| invite.identity.clone())
}

fn gone(ours: bool) -> Removed {
    Removed::ended(if ours { Outcome::Done } else { Outcome::AlreadyGone })
}

/// Returns an unknown end: the response is no deletion, and the check failed too (a proxy, or no connection).
fn unknown(failure: Failure, why: Failure) -> Removed {
    let note = Some(format!("{}; checking for it failed too: {}", failure.why, why.why));
    Removed { outcome: Outcome::Unknown, note, failure: Some(failure), pauses: true }
}

/// Handles a 404 that is not the API's own: it counts only if a complete list agrees.
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
        Ok(Some(_)) if ours => Ok(Removed {
            note: Some(
                "the response was 404, but the list still shows it; an earlier delete may still take effect"
                    .into(),
            ),
            failure: Some(failure),
            ..Removed::ended(Outcome::Unknown)
        }),
        Ok(Some(_)) => Ok(Removed {
            note: Some("the response was 404, but the list still shows it".into()),
            failure: Some(failure),
            ..Removed::ended(Outcome::Failed)
        }),
        Err(why) => Err(Halt::Paused(why)),
    }
}
