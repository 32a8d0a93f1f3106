//! The only place that makes POST and DELETE requests.
//! Sequence: acquire permit, journal the intent (fsync), request, journal the response (fsync). A request is
//! retried only if it provably had no effect; `create` and `delete` reconcile a lost response.

use tokio_util::sync::CancellationToken;

use super::plan_execution::{PlanExecution, StopReason};
use super::rate_limiter::Priority;
use super::retry::{self, Attempt};
use super::shared::cancelled_error;
use super::step_result::needs_user_decision;
use crate::api::{ApiResponse, DeleteResponse};
use crate::domain::error::SideEffect;
use crate::domain::journal::{CallId, CallOutcome, CallResult, Intent};
use crate::domain::plan::Progress;
use crate::domain::{Draft, Error, ErrorKind, HttpRecord, Identity, Invite, Method, Outcome};

/// Result of a changing request.
#[derive(Debug)]
pub(super) enum WriteResult<T> {
    /// The server made the change, or the API reported that there was nothing to change.
    Ok(T),
    /// The server rejected the request; nothing was changed.
    Refused(Error),
    /// The change may have happened: there is no conclusive response.
    NoResponse(Error, CallId),
}

/// Creates one invite. `cancel` ends waits before a request is made.
pub(super) async fn create(
    run: &PlanExecution,
    step: usize,
    draft: &Draft,
    cancel: &CancellationToken,
) -> Result<WriteResult<Invite>, StopReason> {
    let call = WriteCall { step, method: Method::Post, identity: None, cancel };
    let on_success = |invite: &Invite| {
        let (created, before) = (Some(invite.clone()), run.progress[step].clone());
        let known = Progress { created, outcome: None, note: None, ..before };
        (CallResult::Succeeded, known)
    };
    send(run, &call, || run.shared.client.create(&run.plan.tenancy, draft), on_success).await
}

/// Deletes one invite by identity.
/// `may_be_ours`: an earlier DELETE of this step may have worked. `cancel` as for [`create`].
pub(super) async fn delete(
    run: &PlanExecution,
    step: usize,
    identity: &Identity,
    may_be_ours: bool,
    cancel: &CancellationToken,
) -> Result<WriteResult<DeleteResponse>, StopReason> {
    let call = WriteCall { step, method: Method::Delete, identity: Some(identity), cancel };
    let request = || async {
        let _deleting = run.shared.deletes.begin();
        run.shared.client.delete(&run.plan.tenancy, identity).await
    };
    let on_success = |deleted: &DeleteResponse| {
        let (result, old_deleted) = match deleted {
            DeleteResponse::Deleted => (CallResult::Succeeded, true),
            // An invite that another program deleted gets no replacement.
            DeleteResponse::NotFound => {
                (CallResult::NotFound, may_be_ours || !run.plan.steps[step].deletes_first())
            }
        };
        (result, Progress { old_deleted, outcome: None, note: None, ..run.progress[step].clone() })
    };
    send(run, &call, request, on_success).await
}

struct WriteCall<'a> {
    step: usize,
    method: Method,
    identity: Option<&'a Identity>,
    cancel: &'a CancellationToken,
}

async fn send<T, F>(
    run: &PlanExecution,
    call: &WriteCall<'_>,
    request: impl Fn() -> F,
    on_success: impl Fn(&T) -> (CallResult, Progress),
) -> Result<WriteResult<T>, StopReason>
where
    F: Future<Output = Result<ApiResponse<T>, Error>>,
{
    let caller = run.caller(call.cancel);
    let result = retry::retry(&run.shared, &caller, || send_once(run, call, request(), &on_success)).await;
    result.map_err(|reason| match reason {
        StopReason::Paused(failure) if failure.kind == ErrorKind::Canceled => run.interrupt_reason(),
        reason => reason,
    })
}

/// Makes the request once, and journals it before and after.
async fn send_once<T>(
    run: &PlanExecution,
    call: &WriteCall<'_>,
    request: impl Future<Output = Result<ApiResponse<T>, Error>>,
    on_success: &impl Fn(&T) -> (CallResult, Progress),
) -> Result<Attempt<WriteResult<T>>, StopReason> {
    acquire_permit(run, call).await?;
    run.check_tenancy()?;
    let id = run.journal.record_intent(intent(run, call)).await?;
    let request = async {
        tokio::select! {
            biased;
            () = run.handle.cancel_request.cancelled() => Err(cancelled_error()),
            result = request => result,
        }
    };
    let (result, duration) = retry::measure(&run.shared, request).await;
    let is_cancelled = result.as_ref().is_err_and(|failure| failure.kind == ErrorKind::Canceled);
    if run.shared.quit.is_cancelled() && is_cancelled {
        // The next start finds the request open and reconciles it.
        return Err(StopReason::Quit);
    }
    let (known, is_open, written) = match &result {
        Ok(response) => {
            let (result, known) = on_success(&response.value);
            let outcome = call_outcome(run, result, Some(&response.record));
            let written = run.journal.record_result(id, outcome, run.plan.id, call.step, &known).await;
            (known, false, written)
        }
        Err(failure) => {
            let result = call_result(failure, call.method);
            let outcome = call_outcome(run, result, failure.record.as_deref());
            let is_open = result == CallResult::NoResponse || run.open_call(call.step).is_some();
            let is_refused = result == CallResult::Refused && !is_open;
            let written = run.journal.record_response(id, outcome).await;
            let before = run.progress[call.step].clone();
            (Progress { outcome: is_refused.then_some(Outcome::Refused), ..before }, is_open, written)
        }
    };
    let value = retry::report(&run.shared, result).await;
    if let Err(failure) = written {
        return Err(run.report_write_error(call.step, known, is_open, failure).await);
    }
    let failure = match value {
        Ok(value) => return Ok(Attempt::Ended(WriteResult::Ok(value))),
        Err(failure) => failure,
    };
    match failure.effect(call.method) {
        SideEffect::Unknown => Ok(Attempt::Ended(WriteResult::NoResponse(failure, id))),
        SideEffect::Refused if needs_user_decision(failure.status()) => Err(StopReason::Paused(failure)),
        SideEffect::Refused => Ok(Attempt::Ended(WriteResult::Refused(failure))),
        SideEffect::None => Ok(Attempt::Failed(failure, duration)),
    }
}

async fn acquire_permit(run: &PlanExecution, call: &WriteCall<'_>) -> Result<(), StopReason> {
    tokio::select! {
        biased;
        () = call.cancel.cancelled() => Err(run.interrupt_reason()),
        passed = run.shared.rate_limiter.acquire(Priority::Interactive) => Ok(passed?),
    }
}

fn intent(run: &PlanExecution, call: &WriteCall<'_>) -> Intent {
    Intent {
        plan: run.plan.id,
        step: call.step,
        method: call.method,
        identity: call.identity.cloned(),
        requested_at: run.shared.clock.now().wall,
    }
}

fn call_result(failure: &Error, method: Method) -> CallResult {
    match failure.effect(method) {
        SideEffect::None => CallResult::NoEffect,
        SideEffect::Refused => CallResult::Refused,
        SideEffect::Unknown => CallResult::NoResponse,
    }
}

fn call_outcome(run: &PlanExecution, result: CallResult, record: Option<&HttpRecord>) -> CallOutcome {
    CallOutcome {
        result,
        status: record.and_then(|record| record.status),
        request_id: record.and_then(|record| record.request_id.clone()),
        responded_at: run.shared.clock.now().wall,
    }
}
