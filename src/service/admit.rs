//! Who may run: the conditions that a plan has to meet before anything of it is written or sent,
//! and the sentences it is refused or paused with. Nothing is sent or written here.

use super::shared::Shared;
use crate::api::{Client, OWN_TOKEN};
use crate::domain::plan::{Progress, Tally};
use crate::domain::planning;
use crate::domain::text::{plural, visible};
use crate::domain::{Failure, FailureKind, Outcome, Plan, Step};
use crate::store::Journal;

/// The journal to write the plan to, when it may run.
pub(super) fn admit(shared: &Shared, plan: &Plan) -> Result<Journal, Failure> {
    let journal = shared.journal.clone()?;
    same_tenancy(plan, &shared.client)?;
    if !shared.client.has_listed() {
        return Err(refused(
            "the list was not read from this address yet, so nobody knows what would be written to",
            "Read the list first.",
        ));
    }
    plan.steps.iter().try_for_each(sendable)?;
    once(&plan.steps)?;
    Ok(journal)
}

/// Fails, naming the address, where one address would be mailed by several steps.
fn once(steps: &[Step]) -> Result<(), Failure> {
    let Some(address) = planning::mails_twice(steps) else { return Ok(()) };
    let why = format!("more than one of its steps would send an invite to {}", visible(address));
    Err(refused(&why, "Take all but one of them out of the plan."))
}

fn sendable(step: &Step) -> Result<(), Failure> {
    let Some(error) = step.draft().and_then(|draft| draft.error()) else { return Ok(()) };
    let why = format!("the server would refuse the invite to {}", visible(step.email()));
    Err(refused(&why, &error.to_string()))
}

/// Fails, naming both tenancies and where the token is, when the plan is for another tenancy.
pub(super) fn same_tenancy(plan: &Plan, client: &Client) -> Result<(), Failure> {
    match client.other_tenancy_reason(&plan.tenancy) {
        None => Ok(()),
        Some(why) => Err(refused(&why, OWN_TOKEN)),
    }
}

/// What a second plan of the same name is refused with.
pub(super) fn known_already() -> Failure {
    refused("a plan of this name is known already", "Look for it in the journal.")
}

/// What is said when a plan is looked for in vain.
pub(super) fn not_in_journal() -> Failure {
    refused("the journal has no such plan that could go on", "Read the journal again.")
}

/// What is said when a plan came to its end, but some of it was not sent.
pub(super) fn not_all_sent(steps: &[Step], progress: &[Progress]) -> Failure {
    let count = |is: &dyn Fn(&Step, &Progress) -> bool| {
        steps.iter().zip(progress).filter(|(step, progress)| is(step, progress)).count()
    };
    let lost = count(&|_, progress| progress.outcome == Some(Outcome::NotSent));
    let owed = count(&Step::owes);
    let left_out = count(&|step, progress| progress.outcome.is_none() && !step.owes(progress));
    let unknown = count(&|_, progress| progress.outcome == Some(Outcome::Unknown));
    let reasons = [
        (unknown, format!("it is unknown what became of {}", plural(unknown, "step"))),
        (lost, format!("no email was sent for {}", plural(lost, "step"))),
        (owed, format!("the old invite was revoked and no new one was sent in {}", plural(owed, "step"))),
        (left_out, format!("{} that would mail left out", plural(left_out, "step"))),
    ];
    let reasons: Vec<String> =
        reasons.into_iter().filter(|(count, _)| *count > 0).map(|(_, reason)| reason).collect();
    let (what, next) = match (unknown, lost + owed + left_out) {
        (0, _) => ("Not everything was sent", "Resume sends it; drop leaves it."),
        (_, 0) => {
            ("Not everything is known", "Resume looks again and sends nothing twice; drop ends the plan.")
        }
        _ => (
            "Not everything was sent",
            "Resume sends what was not sent and looks for the rest; drop leaves it.",
        ),
    };
    let why = format!("{} ({})", reasons.join("; "), Tally::of(progress));
    Failure::new(FailureKind::Guard, what, why, next)
}

/// A refusal before anything was sent.
pub(super) fn refused(why: &str, next: &str) -> Failure {
    Failure::new(FailureKind::Guard, "The plan was not run", why, next)
}
