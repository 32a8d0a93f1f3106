//! Takes requests one by one and gives each a task of its own; itself it never waits for anything else.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::admit::{admit, known_already, not_in_journal, refused, same_tenancy};
use super::gate::Who;
use super::plans::Reins;
use super::run::Run;
use super::shared::{Asker, Shared};
use super::{reader, recover};
use crate::domain::plan::PlanState;
use crate::domain::request::{PlanEvent, ReadEnd};
use crate::domain::{Failure, FailureKind, Identity, Outcome, Plan, PlanId, Reply, Request, RequestId};
use crate::store::Confirmed;

type Tokens = Arc<Mutex<HashMap<RequestId, CancellationToken>>>;

/// Where a plan can be when it is told to go on. `Running` is what a killed process leaves.
const CAN_GO_ON: &[PlanState] =
    &[PlanState::Staged, PlanState::Running, PlanState::Paused, PlanState::Stopped];

/// Serves requests until the program ends or nobody can ask any more.
pub(super) async fn serve(shared: Arc<Shared>, mut asked: mpsc::Receiver<(RequestId, Request)>) {
    let _end = shared.quit.clone().drop_guard();
    let mut desk = Desk {
        shared: shared.clone(),
        tasks: JoinSet::new(),
        tokens: Tokens::default(),
        reading: CancellationToken::new(),
    };
    desk.open();
    loop {
        tokio::select! {
            biased;
            () = shared.quit.cancelled() => break,
            request = asked.recv() => match request {
                Some((id, request)) => desk.take(id, request),
                None => break,
            },
            // Ended tasks are let go of; a panic has been told by the panic hook.
            Some(_) = desk.tasks.join_next() => {}
        }
    }
    desk.tasks.shutdown().await;
}

struct Desk {
    shared: Arc<Shared>,
    tasks: JoinSet<()>,
    tokens: Tokens,
    reading: CancellationToken,
}

impl Desk {
    fn open(&mut self) {
        let shared = self.shared.clone();
        self.tasks.spawn(async move {
            shared.out.session(shared.client.session()).await;
            if let Err(failure) = &shared.journal {
                shared.out.send(RequestId(0), Reply::JournalUnusable(failure.clone())).await;
            }
            tokio::select! {
                biased;
                () = shared.quit.cancelled() => {}
                () = shared.gate.keep(&shared.clock, &shared.out) => {}
            }
        });
    }

    fn take(&mut self, id: RequestId, request: Request) {
        let shared = self.shared.clone();
        match request {
            Request::Read => self.read(id),
            Request::Get(identity) => {
                self.ask(id, Who::Person, async move |asker| get(&shared, &asker, &identity).await);
            }
            Request::Run { plan, hold } => drop(self.tasks.spawn(run(shared, id, plan, hold))),
            Request::Resume(plan) => drop(self.tasks.spawn(resume(shared, id, plan))),
            Request::Drop(plan) => drop(self.tasks.spawn(drop_plan(shared, id, plan))),
            Request::TakeBack(plan) => {
                if !shared.plans.reins(plan).is_some_and(|reins| reins.take_back()) {
                    self.fail(id, "it could not be taken back: its first call may have been made");
                }
            }
            Request::Stop(plan) => match shared.plans.reins(plan) {
                Some(reins) => reins.stop.cancel(),
                None => self.fail(id, "it does not run, so there is nothing to stop"),
            },
            Request::Cancel(request) => self.cancel(request),
            Request::WaitOut => shared.gate.wait_out(),
            Request::DoNotWait => shared.gate.do_not_wait(),
        }
    }

    fn read(&mut self, id: RequestId) {
        let shared = self.shared.clone();
        self.reading.cancel();
        self.reading = self.ask(id, Who::Background, async move |asker| {
            let end = reader::stream(&shared, &asker).await;
            let is_first = end == ReadEnd::Complete && !shared.recovered.swap(true, Ordering::SeqCst);
            if is_first && let Err(failure) = recover::recover(&shared).await {
                shared.out.send(RequestId(0), Reply::JournalUnusable(failure)).await;
            }
        });
    }

    /// Gives a reading request its task, and returns what ends it.
    fn ask<W, F>(&mut self, id: RequestId, who: Who, work: W) -> CancellationToken
    where
        W: FnOnce(Asker) -> F,
        F: Future<Output = ()> + Send + 'static,
    {
        let cancel = self.shared.quit.child_token();
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).insert(id, cancel.clone());
        let work = work(Asker { id, who, cancel: cancel.clone() });
        let tokens = self.tokens.clone();
        self.tasks.spawn(async move {
            work.await;
            tokens.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        });
        cancel
    }

    /// A plan is taken back while that is possible; later its call in flight is given up and settled.
    fn cancel(&self, id: RequestId) {
        if let Some(token) = self.tokens.lock().unwrap_or_else(PoisonError::into_inner).get(&id) {
            token.cancel();
        }
        if let Some(reins) = self.shared.plans.of_request(id)
            && !reins.take_back()
        {
            reins.stop.cancel();
            reins.cut.cancel();
        }
    }

    fn fail(&mut self, id: RequestId, why: &'static str) {
        let shared = self.shared.clone();
        self.tasks.spawn(async move {
            let failure = Failure::new(FailureKind::Guard, "The plan is as it was", why, "Look at the plan.");
            shared.out.send(id, Reply::Failed(failure)).await;
        });
    }
}

async fn get(shared: &Shared, asker: &Asker, identity: &Identity) {
    let reply = match super::retry::read(shared, asker, || shared.client.get(identity)).await {
        Ok(invite) => Reply::Invite(invite),
        Err(failure) => Reply::Failed(failure),
    };
    shared.out.send(asker.id, reply).await;
}

/// Writes a confirmed plan to the journal, waits out its hold, and runs it.
async fn run(shared: Arc<Shared>, id: RequestId, plan: Plan, hold: Duration) {
    let (name, untouched) = (plan.id, plan.untouched());
    if let Err(failure) = confirmed(&shared, id, plan, hold).await {
        shared.out.send(id, Reply::Plan(name, PlanEvent::Paused(failure))).await;
        let mut progress = untouched;
        progress.iter_mut().for_each(|step| step.outcome = Some(Outcome::NotSent));
        let ended = PlanEvent::Ended { state: PlanState::Dropped, progress };
        shared.out.send(id, Reply::Plan(name, ended)).await;
    }
}

/// Fails where the plan is refused; then it is not in the journal.
async fn confirmed(shared: &Arc<Shared>, id: RequestId, plan: Plan, hold: Duration) -> Result<(), Failure> {
    let journal = admit(shared, &plan)?;
    let in_hand = shared.plans.take(plan.id, Reins::new(id, &shared.quit)).ok_or_else(known_already)?;
    if journal.confirm(plan.clone(), PlanState::Staged).await? == Confirmed::KnownAlready {
        return Err(known_already());
    }
    let run = Run::new(shared.clone(), journal.clone(), in_hand.reins.clone(), plan);
    match run.hold(hold).await {
        Err(halt) => run.end(Err(halt)).await,
        Ok(()) if in_hand.reins.end_hold() => run.go(&[PlanState::Staged]).await,
        Ok(()) => match journal.set_state(run.plan.id, &[PlanState::Staged], PlanState::Dropped).await {
            Ok(_) => run.say(PlanEvent::TakenBack).await,
            Err(failure) => run.say(PlanEvent::Paused(failure)).await,
        },
    }
    Ok(())
}

/// Goes on with a plan of the journal.
async fn resume(shared: Arc<Shared>, id: RequestId, plan: PlanId) {
    if let Err(failure) = resumed(&shared, id, plan).await {
        shared.out.send(id, Reply::Plan(plan, PlanEvent::Paused(failure))).await;
    }
}

async fn resumed(shared: &Arc<Shared>, id: RequestId, plan: PlanId) -> Result<(), Failure> {
    let journal = shared.journal.clone()?;
    let entry = journal.entry(plan).await?.ok_or_else(not_in_journal)?;
    same_tenancy(&entry.plan, &shared.client.session().key)?;
    admit(shared, &entry.plan)?;
    let reins = Reins::new(id, &shared.quit);
    reins.end_hold();
    let in_hand = shared.plans.take(plan, reins).ok_or_else(|| refused("it runs already", "Wait for it."))?;
    Run::new(shared.clone(), journal, in_hand.reins.clone(), entry.plan).go(CAN_GO_ON).await;
    Ok(())
}

/// Gives a plan up that does not run.
async fn drop_plan(shared: Arc<Shared>, id: RequestId, plan: PlanId) {
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
