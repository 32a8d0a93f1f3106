//! Registry of the plans that this process runs.
//! Their handles let the user undo, stop or cancel a plan.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::domain::{PlanId, RequestId};

/// Handle on one running plan.
#[derive(Debug)]
pub(super) struct PlanHandle {
    /// The service request that started the plan.
    pub(super) id: RequestId,
    /// Stops the plan after the current step. A wait before the first request of a step ends immediately.
    pub(super) stop: CancellationToken,
    /// Stops the plan and cancels the request in flight. The effect of the request is then reconciled.
    pub(super) cancel_request: CancellationToken,
    /// True if the user paused the plan; false if the user stopped it.
    is_pause: AtomicBool,
    undo_window: Mutex<UndoWindow>,
    undone: CancellationToken,
    /// The console's messages about the end of the undo window.
    window_reports: watch::Sender<WindowReport>,
}

/// State of the undo window as reported by the console.
#[derive(Debug, Clone, Copy, Default)]
struct WindowReport {
    /// Number of restarts of the undo window.
    restarts: u64,
    /// End of the last undo window that is over, on the monotonic clock.
    expired_until: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum UndoWindow {
    Waiting,
    Undone,
    Closed,
}

impl PlanHandle {
    /// Creates a handle; `quit` stops and cancels as well.
    pub(super) fn new(id: RequestId, quit: &CancellationToken) -> PlanHandle {
        PlanHandle {
            id,
            stop: quit.child_token(),
            cancel_request: quit.child_token(),
            is_pause: AtomicBool::new(false),
            undo_window: Mutex::new(UndoWindow::Waiting),
            undone: CancellationToken::new(),
            window_reports: watch::Sender::default(),
        }
    }

    /// Stops the plan after the current step, or pauses it if `pauses`. The last call counts.
    pub(super) fn stop(&self, pauses: bool) {
        self.is_pause.store(pauses, Ordering::SeqCst);
        self.stop.cancel();
    }

    /// True if the plan was paused, not stopped.
    pub(super) fn is_pausing(&self) -> bool {
        self.is_pause.load(Ordering::SeqCst)
    }

    /// Undoes the plan; `false` if its undo window is over, because requests may have been made.
    pub(super) fn undo(&self) -> bool {
        let mut window = lock(&self.undo_window);
        if *window == UndoWindow::Closed {
            return false;
        }
        *window = UndoWindow::Undone;
        self.undone.cancel();
        true
    }

    /// Ends the undo window; `false` if the plan was undone before.
    pub(super) fn close_undo_window(&self) -> bool {
        let mut window = lock(&self.undo_window);
        if *window == UndoWindow::Undone {
            return false;
        }
        *window = UndoWindow::Closed;
        true
    }

    /// Reports that the undo window that ends at `until` is over.
    pub(super) fn report_window_over(&self, until: Duration) {
        self.window_reports.send_modify(|report| report.expired_until = Some(until));
    }

    /// Restarts the undo window.
    pub(super) fn restart_undo_window(&self) {
        self.window_reports.send_modify(|report| report.restarts += 1);
    }

    /// Returns the number of restarts of the undo window.
    pub(super) fn undo_window_restart_count(&self) -> u64 {
        self.window_reports.borrow().restarts
    }

    /// Waits until the undo window that ends at `until` is reported to be over; `false` if it restarts.
    /// `restarts`: number of restarts so far.
    pub(super) async fn wait_window_over(&self, until: Duration, restarts: u64) -> bool {
        let mut report = self.window_reports.subscribe();
        let changed = report
            .wait_for(|report| report.restarts != restarts || report.expired_until == Some(until))
            .await;
        // The sender lives as long as `self`, so waiting cannot fail.
        changed.is_ok_and(|report| report.restarts == restarts)
    }

    /// Waits until the plan is undone.
    pub(super) async fn wait_undone(&self) {
        self.undone.cancelled().await;
    }
}

/// The running plans.
#[derive(Debug, Default)]
pub(super) struct RunningPlans(Mutex<HashMap<PlanId, Arc<PlanHandle>>>);

/// Registration of a running plan; removed on drop.
#[derive(Debug)]
pub(super) struct RunGuard<'a> {
    plans: &'a RunningPlans,
    plan: PlanId,
    pub(super) handle: Arc<PlanHandle>,
}

impl RunningPlans {
    /// Registers a plan; `None` if it is already registered.
    pub(super) fn register(&self, plan: PlanId, handle: PlanHandle) -> Option<RunGuard<'_>> {
        let mut plans = lock(&self.0);
        if plans.contains_key(&plan) {
            return None;
        }
        let handle = Arc::new(handle);
        plans.insert(plan, handle.clone());
        Some(RunGuard { plans: self, plan, handle })
    }

    /// Returns the handle of a running plan.
    pub(super) fn handle(&self, plan: PlanId) -> Option<Arc<PlanHandle>> {
        lock(&self.0).get(&plan).cloned()
    }

    /// Returns the handle of the plan that runs for a service request.
    pub(super) fn find_by_request(&self, id: RequestId) -> Option<Arc<PlanHandle>> {
        lock(&self.0).values().find(|handle| handle.id == id).cloned()
    }
}

impl Drop for RunGuard<'_> {
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
    fn plan_is_either_undone_or_started() {
        let quit = CancellationToken::new();
        let handle = PlanHandle::new(RequestId(1), &quit);
        assert!(handle.undo());
        assert!(!handle.close_undo_window());
        let handle = PlanHandle::new(RequestId(2), &quit);
        assert!(handle.close_undo_window());
        assert!(!handle.undo());
    }

    #[test]
    fn running_plan_cannot_be_acquired_twice() {
        let (plans, quit) = (RunningPlans::default(), CancellationToken::new());
        let plan = PlanId(uuid::Uuid::from_u128(1));
        let guard =
            plans.register(plan, PlanHandle::new(RequestId(1), &quit)).expect("the plan is not registered");
        assert!(plans.register(plan, PlanHandle::new(RequestId(2), &quit)).is_none());
        assert!(plans.find_by_request(RequestId(1)).is_some());
        drop(guard);
        assert!(plans.handle(plan).is_none());
    }
}
