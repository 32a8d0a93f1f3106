//! The only place that makes POST and DELETE requests. Sequence: acquire permit, journal the intent (fsync),
//! request, journal the response (fsync). A request is retried only if it provably had no effect; a lost
//! response is reconciled elsewhere.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::gate::Who;
use super::retry::{self, LIMITED, Tries};
use super::run::{Halt, Run};
use super::shared::cancelled;
use super::step_end::asks;
use crate::api::{ApiResponse, DeleteResult};
use crate::domain::failure::Effect;
use crate::domain::journal::{Answer, CallId, CallResult, Intent};
use crate::domain::plan::Progress;
use crate::domain::{CallRecord, Draft, Failure, FailureKind, Identity, Invite, Method, Outcome};

/// Result of a changing request.
#[derive(Debug)]
pub(super) enum Sent<T> {
    /// The server did it, or the API reported that there was nothing to do.
    Answered(T),
    /// The server rejected it; nothing was changed.
    Refused(Failure),
    /// It may have happened.
    Unanswered(Failure, CallId),
}

/// Creates one invite. Canceling `leash` ends waits in which nothing was sent.
pub(super) async fn create(
    run: &Run,
    step: usize,
    draft: &Draft,
    leash: &CancellationToken,
) -> Result<Sent<Invite>, Halt> {
    let order = Order { step, method: Method::Post, identity: None, leash };
    let told = |invite: &Invite| {
        let (created, before) = (Some(invite.clone()), run.progress[step].clone());
        let known = Progress { created, outcome: None, note: None, ..before };
        (CallResult::Succeeded, known)
    };
    send(run, &order, || run.shared.client.create(&run.plan.tenancy, draft), told).await
}

/// Deletes one invite by identity. `ours`: an earlier DELETE of this step may have worked. `leash` as for
/// `create`.
pub(super) async fn delete(
    run: &Run,
    step: usize,
    identity: &Identity,
    ours: bool,
    leash: &CancellationToken,
) -> Result<Sent<DeleteResult>, Halt> {
    let order = Order { step, method: Method::Delete, identity: Some(identity), leash };
    let call = || async {
        let _deleting = run.shared.deletes.begin();
        run.shared.client.delete(&run.plan.tenancy, identity).await
    };
    let told = |deleted: &DeleteResult| {
        let (result, old_deleted) = match deleted {
            DeleteResult::Deleted => (CallResult::Succeeded, true),
            // An invite that others deleted does not get a replacement from us.
            DeleteResult::NotFound => (CallResult::NotFound, ours || !run.plan.steps[step].deletes_first()),
        };
        (result, Progress { old_deleted, outcome: None, ..run.progress[step].clone() })
    };
    send(run, &order, call, told).await
}

struct Order<'a> {
    step: usize,
    method: Method,
    identity: Option<&'a Identity>,
    leash: &'a CancellationToken,
}

async fn send<T, F>(
    run: &Run,
    order: &Order<'_>,
    call: impl Fn() -> F,
    told: impl Fn(&T) -> (CallResult, Progress),
) -> Result<Sent<T>, Halt>
where
    F: Future<Output = Result<ApiResponse<T>, Failure>>,
{
    let mut patience = Patience::default();
    loop {
        pass_the_gate(run, order).await?;
        run.check_tenancy()?;
        let id = run.journal.record_intent(intent(run, order)).await.map_err(Halt::Paused)?;
        let begun = run.shared.clock.now().mono;
        let result = tokio::select! {
            biased;
            () = run.reins.cut.cancelled() => Err(cancelled()),
            result = call() => result,
        };
        patience.took = run.shared.clock.now().mono.saturating_sub(begun);
        if run.shared.quit.is_cancelled() && is_cancelled(&result) {
            // The next start finds the request open and reconciles it.
            return Err(Halt::Quit);
        }
        retry::note(&run.shared, result.as_ref().err());
        let before = run.progress[order.step].clone();
        let (known, is_open, written) = match &result {
            Ok(got) => {
                let (told, known) = told(&got.value);
                let answer = answer(run, told, Some(&got.call));
                let written = run.journal.record_result(id, answer, run.plan.id, order.step, &known).await;
                (known, false, written)
            }
            Err(failure) => {
                let result = result_of(failure, order.method);
                let answer = answer(run, result, failure.call.as_deref());
                let is_open = result == CallResult::Unanswered || run.open_call(order.step).is_some();
                let is_refused = result == CallResult::Refused && !is_open;
                let written = run.journal.record_response(id, answer).await;
                (Progress { outcome: is_refused.then_some(Outcome::Refused), ..before }, is_open, written)
            }
        };
        run.shared.out.session(run.shared.client.session()).await;
        let told = match result {
            Ok(got) => {
                run.shared.out.called(got.call).await;
                Ok(got.value)
            }
            Err(failure) => {
                run.shared.out.failed(&failure).await;
                Err(failure)
            }
        };
        if let Err(failure) = written {
            return Err(run.report_unwritten(order.step, known, is_open, failure).await);
        }
        let failure = match told {
            Ok(value) => return Ok(Sent::Answered(value)),
            Err(failure) => failure,
        };
        match failure.effect(order.method) {
            Effect::Unknown => return Ok(Sent::Unanswered(failure, id)),
            Effect::Refused if asks(failure.status()) => return Err(Halt::Paused(failure)),
            Effect::Refused => return Ok(Sent::Refused(failure)),
            Effect::None => patience.bear(run, order, failure).await?,
        }
    }
}

fn is_cancelled<T>(result: &Result<T, Failure>) -> bool {
    matches!(result, Err(failure) if failure.kind == FailureKind::Cancelled)
}

async fn pass_the_gate(run: &Run, order: &Order<'_>) -> Result<(), Halt> {
    tokio::select! {
        biased;
        () = order.leash.cancelled() => Err(run.let_go()),
        passed = run.shared.gate.enter(Who::Person) => passed.map_err(Halt::Paused),
    }
}

fn intent(run: &Run, order: &Order<'_>) -> Intent {
    Intent {
        plan: run.plan.id,
        step: order.step,
        method: order.method,
        identity: order.identity.cloned(),
        at: run.shared.clock.now().wall,
    }
}

fn result_of(failure: &Failure, method: Method) -> CallResult {
    match failure.effect(method) {
        Effect::None => CallResult::DidNothing,
        Effect::Refused => CallResult::Refused,
        Effect::Unknown => CallResult::Unanswered,
    }
}

fn answer(run: &Run, result: CallResult, call: Option<&CallRecord>) -> Answer {
    Answer {
        result,
        status: call.and_then(|call| call.status),
        request_id: call.and_then(|call| call.request_id.clone()),
        at: run.shared.clock.now().wall,
    }
}

/// Counts the retries of a request that had no effect.
#[derive(Debug, Default)]
struct Patience {
    limited: usize,
    tries: Tries,
    /// Duration of the last attempt.
    took: Duration,
    reloaded: bool,
}

impl Patience {
    /// Waits until the request may be retried.
    ///
    /// # Errors
    ///
    /// The reason to stop if a retry cannot help.
    async fn bear(&mut self, run: &Run, order: &Order<'_>, failure: Failure) -> Result<(), Halt> {
        match failure.kind {
            // The rate limiter blocks until the time has come.
            FailureKind::Status(429) if self.limited < LIMITED => {
                self.limited += 1;
                Ok(())
            }
            FailureKind::Status(401) if !self.reloaded && run.shared.client.reload_token().await => {
                self.reloaded = true;
                run.check_tenancy()
            }
            FailureKind::NotConnected => {
                let Some(pause) = self.tries.next_pause(self.took) else { return Err(Halt::Paused(failure)) };
                let asker = run.asker(order.leash);
                run.shared.wait(&asker, pause, &failure.why).await.map_err(|_| run.let_go())
            }
            _ => Err(Halt::Paused(failure)),
        }
    }
}
