//! Which plans this process has in hand, and the reins by which a person holds them:
//! take back, stop after the step in hand, cut. What a plan does is not known here.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::domain::{PlanId, RequestId};

/// The reins of one plan.
#[derive(Debug)]
pub(super) struct Reins {
    /// The request that it runs for.
    pub(super) id: RequestId,
    /// Stop after the step in hand; waits in which nothing of a step was sent end at once.
    pub(super) stop: CancellationToken,
    /// Also give up the call in flight; what it did is then looked for.
    pub(super) cut: CancellationToken,
    /// Stopped in order to go on later.
    pauses: AtomicBool,
    hold: Mutex<Hold>,
    taken_back: CancellationToken,
    /// What the user's side says at the end of the undo window.
    said: watch::Sender<Said>,
}

/// What was said about the undo window.
#[derive(Debug, Clone, Copy, Default)]
struct Said {
    /// How often it was to start again.
    again: u64,
    /// The end of the one that is over.
    begin: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hold {
    Waiting,
    TakenBack,
    Over,
}

impl Reins {
    /// New reins; both kinds of end follow from `quit` as well.
    pub(super) fn new(id: RequestId, quit: &CancellationToken) -> Reins {
        Reins {
            id,
            stop: quit.child_token(),
            cut: quit.child_token(),
            pauses: AtomicBool::new(false),
            hold: Mutex::new(Hold::Waiting),
            taken_back: CancellationToken::new(),
            said: watch::Sender::default(),
        }
    }

    /// Stops after the step in hand, for good or in order to go on later. The last word counts.
    pub(super) fn stop(&self, pauses: bool) {
        self.pauses.store(pauses, Ordering::SeqCst);
        self.stop.cancel();
    }

    /// Whether it was stopped in order to go on later.
    pub(super) fn pauses(&self) -> bool {
        self.pauses.load(Ordering::SeqCst)
    }

    /// Takes the plan back; `false` when its hold is over, for then calls may have been made.
    pub(super) fn take_back(&self) -> bool {
        let mut hold = lock(&self.hold);
        if *hold == Hold::Over {
            return false;
        }
        *hold = Hold::TakenBack;
        self.taken_back.cancel();
        true
    }

    /// Ends the hold; `false` when the plan was taken back before.
    pub(super) fn end_hold(&self) -> bool {
        let mut hold = lock(&self.hold);
        if *hold == Hold::TakenBack {
            return false;
        }
        *hold = Hold::Over;
        true
    }

    /// The undo window that ends at `until` is over.
    pub(super) fn begin(&self, until: Duration) {
        self.said.send_modify(|said| said.begin = Some(until));
    }

    /// The undo window starts again.
    pub(super) fn hold_again(&self) {
        self.said.send_modify(|said| said.again += 1);
    }

    /// How often the undo window was to start again.
    pub(super) fn times_again(&self) -> u64 {
        self.said.borrow().again
    }

    /// Waits until the undo window that ends at `until` is said to be over; `false` where it starts again, which was
    /// said `again` times before.
    pub(super) async fn may_begin(&self, until: Duration, again: u64) -> bool {
        let mut said = self.said.subscribe();
        let told = said.wait_for(|said| said.again != again || said.begin == Some(until)).await;
        // The sender lives as long as `self`, so waiting cannot fail.
        told.is_ok_and(|said| said.again == again)
    }

    /// Waits until the plan is taken back.
    pub(super) async fn taken_back(&self) {
        self.taken_back.cancelled().await;
    }
}

/// The plans in hand.
#[derive(Debug, Default)]
pub(super) struct Plans(Mutex<HashMap<PlanId, Arc<Reins>>>);

/// A plan in hand, until this is dropped.
#[derive(Debug)]
pub(super) struct InHand<'a> {
    plans: &'a Plans,
    plan: PlanId,
    pub(super) reins: Arc<Reins>,
}

impl Plans {
    /// Takes a plan in hand; `None` when it is already.
    pub(super) fn take(&self, plan: PlanId, reins: Reins) -> Option<InHand<'_>> {
        let mut plans = lock(&self.0);
        if plans.contains_key(&plan) {
            return None;
        }
        let reins = Arc::new(reins);
        plans.insert(plan, reins.clone());
        Some(InHand { plans: self, plan, reins })
    }

    /// The reins of a plan in hand.
    pub(super) fn reins(&self, plan: PlanId) -> Option<Arc<Reins>> {
        lock(&self.0).get(&plan).cloned()
    }

    /// The reins of the plan that runs for a request.
    pub(super) fn of_request(&self, id: RequestId) -> Option<Arc<Reins>> {
        lock(&self.0).values().find(|reins| reins.id == id).cloned()
    }
}

impl Drop for InHand<'_> {
    fn drop(&mut self) {
        lock(&self.plans.0).remove(&self.plan);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_taken_back_or_begins_but_never_both() {
        let quit = CancellationToken::new();
        let reins = Reins::new(RequestId(1), &quit);
        assert!(reins.take_back());
        assert!(!reins.end_hold());
        let reins = Reins::new(RequestId(2), &quit);
        assert!(reins.end_hold());
        assert!(!reins.take_back());
    }

    #[test]
    fn a_plan_is_in_one_hand() {
        let (plans, quit) = (Plans::default(), CancellationToken::new());
        let plan = PlanId(uuid::Uuid::from_u128(1));
        let in_hand = plans.take(plan, Reins::new(RequestId(1), &quit)).expect("it is free");
        assert!(plans.take(plan, Reins::new(RequestId(2), &quit)).is_none());
        assert!(plans.of_request(RequestId(1)).is_some());
        drop(in_hand);
        assert!(plans.reins(plan).is_none());
    }
}
