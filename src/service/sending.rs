//! Sending one invite: the call, and where its answer got lost, finding out whether it was created.
//! What becomes of the step around it is in `steps` and `exchange`; the decision about lost ones in `settle`.

use tokio_util::sync::CancellationToken;

use super::executor::{self, Sent};
use super::look;
use super::reader;
use super::run::{Halt, Run};
use super::settle::{self, Verdict};
use super::steps::StepEnd;
use crate::domain::journal::CallId;
use crate::domain::plan::Progress;
use crate::domain::request::PlanEvent;
use crate::domain::{Draft, Failure, FailureKind, Invite, Method, Outcome, email};

/// Sends an invite for a step, or finds out first what an earlier attempt did. Waits in which nothing was sent
/// end when `leash` is cancelled.
pub(super) async fn send(
    run: &mut Run,
    step: usize,
    draft: &Draft,
    leash: &CancellationToken,
) -> Result<StepEnd, Halt> {
    if let Some((call, Method::Post)) = run.open_call(step) {
        return settle_create(run, step, draft, call, None).await;
    }
    match late_effect(run, step, draft, leash).await? {
        Some(end) => Ok(end),
        None => create(run, step, draft, leash).await,
    }
}

/// Before a create is sent again that was found not to have worked: it may have landed since.
async fn late_effect(
    run: &Run,
    step: usize,
    draft: &Draft,
    leash: &CancellationToken,
) -> Result<Option<StepEnd>, Halt> {
    let before = &run.progress[step];
    if before.outcome != Some(Outcome::NotSent) {
        return Ok(None);
    }
    let address = email::folded(&draft.email);
    let wanted = |row: &Invite| email::folded(&row.email) == address;
    let rows = reader::wanted(&run.shared, &run.asker(leash), &wanted).await;
    let rows = match rows {
        Err(failure) if failure.kind == FailureKind::Cancelled => return Err(run.let_go()),
        rows => rows.map_err(Halt::Paused)?,
    };
    run.check_look()?;
    Ok(match settle::decide(draft, run.known(step).as_deref(), &rows, &rows) {
        Verdict::NotCreated => None,
        verdict => {
            let (progress, _) = settle::apply(verdict, &run.plan.steps[step], before.clone());
            Some(StepEnd { progress, failure: None, pauses: false })
        }
    })
}

async fn create(
    run: &mut Run,
    step: usize,
    draft: &Draft,
    leash: &CancellationToken,
) -> Result<StepEnd, Halt> {
    let before = run.progress[step].clone();
    // That the old one was revoked before has to stay known: otherwise nothing would be owed.
    let ended = |outcome, failure| StepEnd {
        progress: Progress { outcome: Some(outcome), note: None, ..before.clone() },
        failure,
        pauses: false,
    };
    match executor::create(run, step, draft, leash).await? {
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
            let (progress, result) = settle::apply(verdict, &run.plan.steps[step], before);
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
