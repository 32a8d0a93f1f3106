//! What a step has come to when the journal does not take it: the user is told what is known, and the plan stops.

use super::run::{Halt, Run};
use crate::domain::Failure;
use crate::domain::plan::Progress;
use crate::domain::request::PlanEvent;

/// Reports what is known of a step whose result could not be written, and returns why the plan stops. `is_open`: the
/// effect of its last request is not known. Of a step that has changed nothing there is nothing to report.
pub(super) async fn report(run: &Run, step: usize, known: Progress, is_open: bool, failure: Failure) -> Halt {
    let outcome = run.plan.steps[step].outcome_so_far(&known, is_open);
    if outcome.is_some() {
        let progress = Progress { outcome, ..known };
        run.say(PlanEvent::StepEnded { step, progress, failure: Some(failure.clone()) }).await;
    }
    Halt::Paused(failure)
}
