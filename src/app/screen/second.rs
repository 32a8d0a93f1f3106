//! Delete-first: what is offered when the server takes no second invite for an address. A plan of its own, confirmed
//! like any other; what it owes between its two calls is in the journal.

use std::collections::HashMap;

use crate::domain::plan::{Plan, Progress};
use crate::domain::{Now, PlanId, Step, email};

use super::super::effect::Effect;
use super::super::state::State;
use super::confirm;
use super::plan::items;

/// How many addresses of a plan have an invite already and got no other by it.
pub fn refused(plan: &Plan, progress: &[Progress]) -> usize {
    steps(plan, progress).filter(|step| step.mails()).count()
}

/// Asks whether to revoke the old invites of a plan first, and then to send.
pub(in crate::app) fn ask(state: &mut State, id: PlanId, now: Now) -> Vec<Effect> {
    let Some((plan, progress)) = items::plan_of(state, id) else { return Vec::new() };
    let mut made: Vec<Step> = steps(plan, progress).collect();
    if state.list.is_complete() {
        for step in &mut made {
            if let Step::DeleteFirst { draft, before, .. } = step {
                *before = Some(state.list.shown.pins(&draft.email));
            }
        }
    }
    if !made.is_empty() {
        let filter = plan.filter.clone();
        let plan = Plan { filter, ..state.plan(made, now) };
        confirm::ask(state, plan, Vec::new());
    }
    Vec::new()
}

/// The steps of such a plan. An address with several invites is mailed once: when the last of them is revoked.
fn steps(plan: &Plan, progress: &[Progress]) -> impl Iterator<Item = Step> {
    let refused = || {
        plan.steps.iter().zip(progress).enumerate().filter_map(|(i, (step, progress))| {
            let draft = step.draft().filter(|_| progress.is_refused_as_second())?;
            Some((i, step.target()?.clone(), draft))
        })
    };
    let last: HashMap<String, usize> =
        refused().map(|(i, _, draft)| (email::folded(&draft.email), i)).collect();
    let before = |i: usize| match &plan.steps[i] {
        Step::Resend { before, .. } | Step::Replace { before, .. } => before.clone(),
        _ => None,
    };
    let made: Vec<Step> = refused()
        .map(|(i, invite, draft)| match last.get(&email::folded(&draft.email)) {
            Some(mails) if *mails == i => Step::DeleteFirst { before: before(i), invite, draft },
            _ => Step::Delete { invite },
        })
        .collect();
    made.into_iter()
}
