//! Delete-first: what is offered when the server takes no second invite for an address. A plan of its own, confirmed
//! like any other; what it owes between its two calls is in the journal.

use std::collections::HashSet;

use crate::domain::plan::{Plan, Progress};
use crate::domain::{Outcome, PlanId, Step, email, planning};

use crate::app::ops::context::Context;
use crate::app::ops::plans::{self, Details};

/// How many addresses of a plan have an invite already and got no other by it.
pub fn refused(plan: &Plan, progress: &[Progress]) -> usize {
    addresses(plan, progress).len()
}

/// Asks whether to revoke the old invites of a plan first, and then to send.
pub(crate) fn propose(cx: &mut Context<'_>, id: PlanId) {
    let Some((plan, progress)) = cx.plans.find(id) else { return };
    let (mut steps, filter) = (refused_steps(plan, progress), plan.filter.clone());
    planning::order(&mut steps, cx.server_now(cx.now));
    let planner = cx.invites.planner();
    let made: Vec<Step> = planning::delete_first(steps).into_iter().map(|step| planner.pin(step)).collect();
    if !made.is_empty() {
        cx.model.notifications.plan_decided(id);
        plans::propose_as_ordered(cx, made, Details { filter, ..Details::default() });
    }
}

fn addresses(plan: &Plan, progress: &[Progress]) -> HashSet<String> {
    let steps = plan.steps.iter().zip(progress);
    let refused = steps.filter(|(step, progress)| step.deletes() && progress.is_refused_as_second());
    refused.map(|(step, _)| email::folded(step.email())).collect()
}

/// The refused steps of those addresses: also those that were refused because another of their address was.
fn refused_steps(plan: &Plan, progress: &[Progress]) -> Vec<Step> {
    let addresses = addresses(plan, progress);
    let steps = plan.steps.iter().zip(progress);
    let refused = steps.filter(|(step, progress)| {
        progress.outcome == Some(Outcome::Refused) && addresses.contains(&email::folded(step.email()))
    });
    refused.map(|(step, _)| step.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::plan::TAKES_NO_SECOND;
    use crate::domain::{Identity, Invite, TenancyKey};

    #[test]
    fn an_address_with_two_refused_invites_is_mailed_once_when_the_last_is_revoked() {
        let resend = |name: &str, email: &str| Step::Resend {
            invite: Invite {
                identity: Identity::parse(name).expect("usable"),
                email: email.into(),
                message: "m".into(),
                expiry: Default::default(),
            },
            before: None,
        };
        let plan = Plan {
            id: PlanId(uuid::Uuid::from_u128(1)),
            tenancy: TenancyKey("t".into()),
            made: jiff::Timestamp::UNIX_EPOCH,
            steps: vec![resend("a", "bob@job"), resend("b", "Bob@job"), resend("c", "eve@job")],
            filter: String::new(),
        };
        let refused_with = |note: &str| Progress {
            outcome: Some(Outcome::Refused),
            note: Some(note.into()),
            ..Progress::default()
        };
        let progress = [
            refused_with(TAKES_NO_SECOND),
            refused_with("as the other invite of this address"),
            refused_with("no"),
        ];
        assert_eq!(refused(&plan, &progress), 1);
        let made = planning::delete_first(refused_steps(&plan, &progress));
        assert!(matches!(&made[..], [Step::Delete { .. }, Step::DeleteFirst { .. }]), "{made:?}");
    }
}
