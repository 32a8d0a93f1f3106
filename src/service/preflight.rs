//! Checks a plan before it is journaled.
//! Builds the errors of refused and paused plans. Makes no requests and writes nothing.

use super::shared::Shared;
use crate::api::{Client, PLAN_TENANCY_HINT};
use crate::domain::plan::{Progress, StepCounts};
use crate::domain::plan_analysis;
use crate::domain::text::{format_plural, sanitize};
use crate::domain::{Error, ErrorKind, Outcome, Plan, Step};
use crate::store::Journal;

/// Returns the journal to write the plan to, if the plan may run.
pub(super) fn check_plan(shared: &Shared, plan: &Plan) -> Result<Journal, Error> {
    let journal = shared.journal.clone()?;
    check_tenancy(plan, &shared.client)?;
    if !shared.client.has_loaded_list() {
        return Err(refused_error(
            "the list has not been loaded from this server yet",
            "Load the list first.",
        ));
    }
    plan.steps.iter().try_for_each(check_sendable)?;
    check_unique_emails(&plan.steps)?;
    Ok(journal)
}

/// Rejects steps that would send several emails to one person. The error contains the email.
fn check_unique_emails(steps: &[Step]) -> Result<(), Error> {
    let Some(email) = plan_analysis::find_double_email(steps) else { return Ok(()) };
    let reason = format!("several steps would send an invite to {}", sanitize(email));
    Err(refused_error(&reason, "Remove all but one of them from the plan."))
}

fn check_sendable(step: &Step) -> Result<(), Error> {
    let Some(error) = step.draft().and_then(|draft| draft.error()) else { return Ok(()) };
    let reason = format!("the server would reject the invite to {}", sanitize(step.email()));
    Err(refused_error(&reason, &error.to_string()))
}

/// Rejects a plan of another tenancy. The error contains both tenancies and the token source.
pub(super) fn check_tenancy(plan: &Plan, client: &Client) -> Result<(), Error> {
    match client.other_tenancy_reason(&plan.tenancy) {
        None => Ok(()),
        Some(reason) => Err(refused_error(&reason, PLAN_TENANCY_HINT)),
    }
}

/// Returns the error for a second plan with the same id.
pub(super) fn duplicate_plan_error() -> Error {
    refused_error("a plan with this id already exists", "See the journal.")
}

/// Returns the error for a plan that is not in the journal.
pub(super) fn not_in_journal_error() -> Error {
    refused_error("the journal has no such plan to resume", "Refresh the journal.")
}

/// Returns the error for a plan that has ended with unsent emails or unknown outcomes.
pub(super) fn unfinished_steps_error(steps: &[Step], progress: &[Progress]) -> Error {
    let count = |matches: &dyn Fn(&Step, &Progress) -> bool| {
        steps.iter().zip(progress).filter(|(step, progress)| matches(step, progress)).count()
    };
    let unsent = count(&|_, progress| progress.outcome == Some(Outcome::Skipped));
    let not_reinvited = count(&Step::is_half_done);
    let excluded = count(&|step, progress| progress.outcome.is_none() && !step.is_half_done(progress));
    let unknown = count(&|_, progress| progress.outcome == Some(Outcome::Unknown));
    let reasons = [
        (unknown, format!("outcome unknown for {}", format_plural(unknown, "step"))),
        (unsent, format!("no email sent for {}", format_plural(unsent, "step"))),
        (
            not_reinvited,
            format!("old invite deleted but not re-invited in {}", format_plural(not_reinvited, "step")),
        ),
        (excluded, format!("{} skipped", format_plural(excluded, "email step"))),
    ];
    let reasons: Vec<String> =
        reasons.into_iter().filter(|(count, _)| *count > 0).map(|(_, reason)| reason).collect();
    let (summary, hint) = match (unknown, unsent + not_reinvited + excluded) {
        (0, _) => ("Not all emails were sent", "Resume the plan to send them, or discard it."),
        (_, 0) => (
            "Some outcomes are unknown",
            "Resume the plan to check again without a second email, or discard it.",
        ),
        _ => (
            "Not all emails were sent",
            "Resume the plan to send the missing emails and check the unknown outcomes, or discard it.",
        ),
    };
    let reason = format!("{} ({})", reasons.join("; "), StepCounts::from_progress(progress));
    Error::new(ErrorKind::Refused, summary, reason, hint)
}

/// Builds the error for a plan that is refused before any request.
pub(super) fn refused_error(reason: &str, hint: &str) -> Error {
    Error::new(ErrorKind::Refused, "The plan was not started", reason, hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Draft, Expiry, Identity, Invite};

    #[test]
    fn unfinished_steps_error_counts_each_kind_and_gives_a_hint() {
        let create = Step::Create { draft: Draft::default(), known_versions: None };
        let invite = Invite {
            identity: Identity::parse("a").expect("an identity"),
            email: "bob@job".into(),
            message: String::new(),
            expiry: Expiry(None),
        };
        let first = Step::DeleteFirst { invite, draft: Draft::default(), known_versions: None };
        let ended = |outcome| (&create, Progress { outcome, ..Progress::default() });
        let half_done = (&first, Progress { old_deleted: true, ..Progress::default() });
        let (unsent, unknown) = (ended(Some(Outcome::Skipped)), ended(Some(Outcome::Unknown)));
        let (send, check, both) = (
            "Resume the plan to send them, or discard it.",
            "Resume the plan to check again without a second email, or discard it.",
            "Resume the plan to send the missing emails and check the unknown outcomes, or discard it.",
        );
        let (not_sent, not_known) = ("Not all emails were sent", "Some outcomes are unknown");
        for (steps, summary, reason, hint) in [
            (vec![unsent.clone()], not_sent, "no email sent for 1 step (1 not sent)", send),
            (vec![ended(None)], not_sent, "1 email step skipped (1 not sent)", send),
            (vec![half_done], not_sent, "old invite deleted but not re-invited in 1 step (1 not sent)", send),
            (vec![unknown.clone()], not_known, "outcome unknown for 1 step (1 unknown)", check),
            (
                vec![unknown.clone(), ended(None)],
                not_sent,
                "outcome unknown for 1 step; 1 email step skipped (1 not sent, 1 unknown)",
                both,
            ),
            (
                vec![unknown, unsent],
                not_sent,
                "outcome unknown for 1 step; no email sent for 1 step (1 not sent, 1 unknown)",
                both,
            ),
        ] {
            let (steps, progress): (Vec<Step>, Vec<Progress>) =
                steps.into_iter().map(|(step, progress)| (step.clone(), progress)).unzip();
            let error = unfinished_steps_error(&steps, &progress);
            assert_eq!(
                (error.summary.as_str(), error.cause.as_str(), error.hint.as_str()),
                (summary, reason, hint)
            );
        }
    }
}
