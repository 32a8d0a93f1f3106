//! Re-invites people whose invites are gone or were deleted.
//!
//! Builds the plan, reports who was skipped and why, and opens the confirmation. Callers select the invites.

use std::collections::HashSet;

use crate::app::ops::plans;
use crate::app::ops::plans::ProposalDetails;
use crate::app::{Context, Model};
use crate::domain::email::normalize;
use crate::domain::text::format_plural;
use crate::domain::{Invite, Step};

/// Collects invites for a re-invite plan.
#[derive(Debug, Default)]
pub(crate) struct ReinviteBuilder {
    steps: Vec<Step>,
    skipped: Vec<(&'static str, usize)>,
    emails: HashSet<String>,
    emails_in_flight: HashSet<String>,
}

impl ReinviteBuilder {
    /// Creates an empty collection.
    pub(crate) fn new(model: &Model) -> ReinviteBuilder {
        ReinviteBuilder { emails_in_flight: model.plans.emails_in_flight(), ..ReinviteBuilder::default() }
    }

    /// Adds an invite. If it is still in the list, the step is a resend, otherwise a create.
    pub(crate) fn add(&mut self, model: &Model, invite: &Invite, is_listed: bool) {
        match self.build_step(model, invite, is_listed) {
            Ok(step) => {
                self.emails.insert(normalize(step.email()));
                self.steps.push(step);
            }
            Err(reason) => self.skip(reason),
        }
    }

    /// Skips an invite. The reason is a fragment that follows a number, such as "already gone".
    pub(crate) fn skip(&mut self, reason: &'static str) {
        match self.skipped.iter_mut().find(|(other, _)| *other == reason) {
            Some((_, n)) => *n += 1,
            None => self.skipped.push((reason, 1)),
        }
    }

    /// Opens the confirmation of the plan, or notifies the user why there is nothing to do.
    ///
    /// `source` describes where the invites come from. `intro` precedes the explanation. `suffix` follows the
    /// reasons of skipped invites.
    pub(crate) fn propose(self, cx: &mut Context<'_>, source: &str, intro: &str, suffix: &str) {
        let skipped: Vec<String> = self.skipped.iter().map(|(reason, n)| format!("{n} {reason}")).collect();
        let skipped = skipped.join(", ");
        if self.steps.is_empty() {
            return cx.info(format!("Nothing to re-invite in {source}: {skipped}.{suffix}"));
        }
        let listed = self.steps.iter().filter(|step| step.target().is_some()).count();
        let mut note = format!("{intro}{}", impact_text(self.steps.len(), listed));
        if !skipped.is_empty() {
            note.push_str(&format!(" Skipped: {skipped}.{suffix}"));
        }
        if !cx.invites.is_complete() {
            note.push_str(" The list is incomplete: some of these people may already have a new invite.");
        }
        plans::propose_ordered(cx, self.steps, ProposalDetails { note, ..ProposalDetails::default() });
    }

    fn build_step(&self, model: &Model, invite: &Invite, is_listed: bool) -> Result<Step, &'static str> {
        let step = model.invites.planner().reinvite_step(invite, is_listed, &self.emails_in_flight)?;
        match self.emails.contains(&normalize(step.email())) {
            true => Err("to an email that is already in this plan"),
            false => Ok(step),
        }
    }
}

/// Returns sentences about the effects of the new invites.
///
/// `listed` of the new invites replace expired invites that are still in the list.
fn impact_text(invites: usize, listed: usize) -> String {
    let text = match invites {
        1 => "Sends a new invite with a new expiry. The old link stays invalid.".to_owned(),
        n => {
            format!("Sends {} with new expiries. The old links stay invalid.", format_plural(n, "new invite"))
        }
    };
    let replaced = match (invites, listed) {
        (_, 0) => return text,
        (1, _) => "the expired invite; it is deleted when the new one exists".to_owned(),
        (_, 1) => "1 expired invite; it is deleted when the new one exists".to_owned(),
        (_, n) => format!("{n} expired invites; each is deleted when its new one exists"),
    };
    format!("{text} The list still shows {replaced}.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{App, AppOptions};
    use crate::domain::{Expiry, Identity, TenancyKey};

    fn invite(n: u128, email: &str) -> Invite {
        let identity = Identity::from_uuid(uuid::Uuid::from_u128(n));
        Invite { identity, email: email.into(), message: "hello".into(), expiry: Expiry(None) }
    }

    #[test]
    fn skipped_invites_are_counted_by_reason() {
        let mut model = App::new(AppOptions::for_tenancy(TenancyKey("t".into()))).model;
        let rows = [invite(1, "ann@example.com"), invite(2, "Ann@example.com"), invite(3, "bob@example.com")];
        rows.iter().for_each(|row| model.invites.insert(row));
        let mut builder = ReinviteBuilder::new(&model);
        // Ann has two invites, so the resend of one of them would be her second email.
        rows.iter().for_each(|row| builder.add(&model, row, true));
        builder.add(&model, &rows[2], true);
        builder.add(&model, &invite(9, "bob@example.com"), false);
        builder.add(&model, &invite(4, "not an email"), false);
        assert_eq!(
            builder.skipped,
            [
                ("already invited again", 3),
                ("to an email that is already in this plan", 1),
                ("with an invalid email", 1)
            ]
        );
        assert!(matches!(&builder.steps[..], [Step::Resend { invite, .. }] if *invite == rows[2]));
    }
}
