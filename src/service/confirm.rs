//! What a person may do with a plan: confirm it, go on with it, give it up. Here it is admitted, written and
//! taken in hand; how it runs is in `runner`.

use std::sync::Arc;
use std::time::Duration;

use super::admit::{admit, known_already, not_in_journal, refused, same_tenancy};
use super::plans::Reins;
use super::run::Run;
use super::runner;
use super::shared::Shared;
use crate::domain::plan::PlanState;
use crate::domain::request::{GoOn, PlanEvent};
use crate::domain::{Failure, Outcome, Plan, PlanId, Reply, RequestId};
use crate::store::Confirmed;

/// Where a plan can be when it is told to go on. `Running` is what a killed process leaves.
const CAN_GO_ON: &[PlanState] =
    &[PlanState::Staged, PlanState::Running, PlanState::Paused, PlanState::Stopped];

/// Writes a confirmed plan to the journal, waits out its hold, and runs it.
pub(super) async fn run(
    shared: Arc<Shared>,
    id: RequestId,
    plan: Plan,
    hold: Duration,
    replaces: Vec<PlanId>,
) {
    let (name, untouched) = (plan.id, plan.untouched());
    let last = match confirmed(&shared, id, plan, hold, replaces).await {
        Ok(last) => last,
        Err(failure) => {
            shared.out.send(id, Reply::Plan(name, PlanEvent::Paused(failure))).await;
            let mut progress = untouched;
            progress.iter_mut().for_each(|step| step.outcome = Some(Outcome::NotSent));
            Some(PlanEvent::Ended { state: PlanState::Dropped, progress })
        }
    };
    say(&shared, id, name, last).await;
}

/// Fails where the plan is refused; then it is not in the journal. Otherwise what is to be said of its end.
async fn confirmed(
    shared: &Arc<Shared>,
    id: RequestId,
    plan: Plan,
    hold: Duration,
    replaces: Vec<PlanId>,
) -> Result<Option<PlanEvent>, Failure> {
    let journal = admit(shared, &plan)?;
    let in_hand = shared.plans.take(plan.id, Reins::new(id, &shared.quit)).ok_or_else(known_already)?;
    written(journal.confirm_in_place_of(plan.clone(), PlanState::Staged, replaces).await?)?;
    let untouched = plan.untouched();
    let run =
        Run::new(shared.clone(), journal.clone(), in_hand.reins.clone(), plan, untouched, GoOn::Everything);
    Ok(match run.hold(hold).await {
        Err(halt) => runner::end(&run, Err(halt)).await,
        Ok(()) if in_hand.reins.end_hold() => runner::go(run, &[PlanState::Staged]).await,
        Ok(()) => {
            let dropped = journal.set_state(run.plan.id, &[PlanState::Staged], PlanState::Dropped).await;
            Some(dropped.map_or_else(PlanEvent::Paused, |_| PlanEvent::TakenBack))
        }
    })
}

fn written(confirmed: Confirmed) -> Result<(), Failure> {
    match confirmed {
        Confirmed::Written => Ok(()),
        Confirmed::KnownAlready => Err(known_already()),
        Confirmed::NotStaged => Err(refused(
            "what was staged has been run or dropped by another console",
            "Look at the plans again.",
        )),
    }
}

/// Writes a plan to the journal for later; nothing of it is sent before a person confirms it.
pub(super) async fn stage(shared: Arc<Shared>, id: RequestId, plan: Plan, replaces: Vec<PlanId>) {
    let name = plan.id;
    let reply = match staged(&shared, plan, replaces).await {
        Ok(()) => Reply::Plan(name, PlanEvent::Staged),
        Err(failure) => Reply::Failed(failure),
    };
    shared.out.send(id, reply).await;
}

async fn staged(shared: &Shared, plan: Plan, replaces: Vec<PlanId>) -> Result<(), Failure> {
    let journal = shared.journal.clone()?;
    same_tenancy(&plan, &shared.client)?;
    written(journal.confirm_in_place_of(plan, PlanState::Staged, replaces).await?)
}

/// Goes on with a plan of the journal when its undo window is over. Undone, it stays as it is.
pub(super) async fn resume(shared: Arc<Shared>, id: RequestId, plan: PlanId, what: GoOn, hold: Duration) {
    let last = resumed(&shared, id, plan, what, hold).await;
    let last = last.unwrap_or_else(|failure| Some(PlanEvent::Paused(failure)));
    say(&shared, id, plan, last).await;
}

async fn resumed(
    shared: &Arc<Shared>,
    id: RequestId,
    plan: PlanId,
    what: GoOn,
    hold: Duration,
) -> Result<Option<PlanEvent>, Failure> {
    let journal = shared.journal.clone()?;
    let entry = journal.entry(plan).await?.ok_or_else(not_in_journal)?;
    same_tenancy(&entry.plan, &shared.client)?;
    admit(shared, &entry.plan)?;
    let reins = Reins::new(id, &shared.quit);
    let in_hand = shared.plans.take(plan, reins).ok_or_else(|| refused("it runs already", "Wait for it."))?;
    let run = Run::new(shared.clone(), journal, in_hand.reins.clone(), entry.plan, entry.progress, what);
    Ok(match run.hold(hold).await {
        Err(halt) => runner::end(&run, Err(halt)).await,
        Ok(()) if in_hand.reins.end_hold() => runner::go(run, CAN_GO_ON).await,
        Ok(()) => Some(PlanEvent::TakenBack),
    })
}

async fn say(shared: &Shared, id: RequestId, plan: PlanId, event: Option<PlanEvent>) {
    if let Some(event) = event {
        shared.out.send(id, Reply::Plan(plan, event)).await;
    }
}

/// Gives a plan up that does not run.
pub(super) async fn drop_plan(shared: Arc<Shared>, id: RequestId, plan: PlanId) {
    let reply = match dropped(&shared, plan).await {
        Ok(Some(ended)) => Reply::Plan(plan, ended),
        Ok(None) => return,
        Err(failure) => Reply::Failed(failure),
    };
    shared.out.send(id, reply).await;
}

/// `None` when the plan was in its hold: then its own task tells the end.
async fn dropped(shared: &Shared, plan: PlanId) -> Result<Option<PlanEvent>, Failure> {
    if let Some(reins) = shared.plans.reins(plan) {
        let running = || refused("it runs, so it cannot be dropped", "Stop it first.");
        return if reins.take_back() { Ok(None) } else { Err(running()) };
    }
    let journal = shared.journal.clone()?;
    let from = &[PlanState::Staged, PlanState::Paused, PlanState::Stopped];
    if !journal.set_state(plan, from, PlanState::Dropped).await? {
        return Err(not_in_journal());
    }
    let entry = journal.entry(plan).await?.ok_or_else(not_in_journal)?;
    Ok(Some(PlanEvent::Ended { state: PlanState::Dropped, progress: entry.progress }))
}
