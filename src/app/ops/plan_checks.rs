//! Returns warnings about a plan before it is applied, and reasons that prevent it. Changes nothing.

use std::collections::{HashMap, HashSet};

use crate::app::Model;
use crate::domain::email::normalize;
use crate::domain::import::SentHistory;
use crate::domain::query::Filter;
use crate::domain::service_msg::unreadable_warning;
use crate::domain::text::{format_count, format_plural};
use crate::domain::{Identity, Plan, Step, plan_analysis, recipient};
use crate::keys::{Action, KeyContext};

/// Maximum number of flagged emails in the warnings.
const MAX_EMAIL_WARNINGS: usize = 3;

/// Returns the warnings about a plan, as sentences; they may contain emails that are not escaped.
pub(crate) fn warnings(plan: &Plan, model: &Model) -> Vec<String> {
    let steps = &plan.steps;
    let mut warnings: Vec<String> = blocked_reason(plan, model).into_iter().collect();
    warnings.extend(model.options.guards.violations(steps));
    warnings.extend(clock_warning(plan, model));
    if steps.iter().any(Step::sends_email) {
        warnings.extend(unreadable_warning(model.invites.unreadable));
    }
    warnings.extend(email_warnings(steps, model, &HashSet::new()));
    warnings.extend(double_email_warning(steps));
    warnings.extend(other_invites_warning(model, steps));
    warnings.extend(model.quota.and_then(|quota| quota.warning(plan_analysis::quota_needed(steps))));
    if steps.iter().any(|step| step.sends_email() && step.known_versions().is_none()) {
        warnings.push("The list is incomplete. If a response is lost, the outcome is unknown.".to_owned());
    }
    warnings
}

/// Returns a warning for each flagged email.
///
/// `sending_emails` are the normalized emails that other plans invite.
pub(crate) fn email_warnings(steps: &[Step], model: &Model, sending_emails: &HashSet<String>) -> Vec<String> {
    let now = model.server_now(model.now);
    let input = recipient::FlagInput {
        now,
        pending: &model.invites.shown,
        members: model.members.as_ref(),
        domains: &model.domain_stats,
        sending_emails,
        sent_history: &SentHistory::new(),
    };
    let flagged = recipient::flagged_emails(steps, &input);
    let sentences = flagged.iter().map(|(email, flags)| {
        let reasons: Vec<String> = flags.iter().map(|flag| flag.text(now)).collect();
        format!("{email} {}.", reasons.join(" and "))
    });
    let others = flagged.len().saturating_sub(MAX_EMAIL_WARNINGS);
    let more = (others > 0).then(|| format!("{} more emails need attention.", format_count(others)));
    sentences.take(MAX_EMAIL_WARNINGS).chain(more).collect()
}

/// Returns a warning about the clocks, if the invites of the plan were selected by expiry.
pub(crate) fn clock_warning(plan: &Plan, model: &Model) -> Option<String> {
    let warning = model.connection.as_ref()?.clock_warning()?;
    let filter = Filter::parse(&plan.filter, &model.options.filters).ok();
    let is_by_time = filter.is_some_and(|filter| filter.uses_expiry())
        || plan.steps.iter().filter(|step| step.deletes()).count() > 1;
    is_by_time.then_some(warning)
}

/// Returns a sentence about why the plan cannot be applied; `None` if it can.
pub(crate) fn blocked_reason(plan: &Plan, model: &Model) -> Option<String> {
    let (steps, key) = (&plan.steps, model.key(KeyContext::ConfirmPlan, Action::RemoveStep));
    if let Some(email) = plan_analysis::find_double_email(steps) {
        return Some(format!("{email} would get two emails. Press {key} to remove one of its steps."));
    }
    let (index, error) = plan_analysis::unsendable_steps(steps).into_iter().next()?;
    Some(format!("Cannot invite {}: {error} Press {key} to remove the step.", steps[index].email()))
}

/// Returns a warning about emails with several invites in the plan: only one email is sent to each.
fn double_email_warning(steps: &[Step]) -> Option<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for step in steps.iter().filter(|step| step.sends_email()) {
        *counts.entry(normalize(step.email())).or_default() += 1;
    }
    let several =
        steps.iter().filter(|step| step.sends_email() && counts.get(&normalize(step.email())) > Some(&1));
    let emails = dedup_emails(several.map(Step::email));
    let first = emails.first()?;
    Some(match (emails.len(), counts.get(&normalize(first))) {
        (1, Some(n)) => {
            let links = if *n == 2 { "both old links".to_owned() } else { format!("all {n} old links") };
            format!(
                "{first} has {n} invites in this plan. Only one email is sent, with the message of the \
                 first invite; {links} stop working."
            )
        }
        _ => format!(
            "{} have several invites in this plan. Each gets one email, with its first invite's message.",
            summarize_emails(&emails)
        ),
    })
}

/// Returns a warning about emails with an invite that is not in the plan.
fn other_invites_warning(model: &Model, steps: &[Step]) -> Option<String> {
    let targets: HashSet<&Identity> =
        steps.iter().filter_map(|step| Some(&step.target()?.identity)).collect();
    let has_other_invite = |step: &&Step| {
        // A new recipient that has an invite is flagged by `email_warnings`.
        !recipient::is_new_recipient(step)
            && model.invites.shown.find_by_email(step.email()).any(|row| !targets.contains(&row.identity()))
    };
    let emails = dedup_emails(steps.iter().filter(has_other_invite).map(Step::email));
    match emails.as_slice() {
        [] => None,
        [only] => Some(format!("{only} has another invite that is not in the plan.")),
        _ => Some(format!("{} have other invites that are not in the plan.", summarize_emails(&emails))),
    }
}

/// Returns each email once, ignoring case.
fn dedup_emails<'a>(emails: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = HashSet::new();
    emails.filter(|email| seen.insert(normalize(email))).collect()
}

/// Formats "bob@job and 2 more emails".
fn summarize_emails(emails: &[&str]) -> String {
    let others = emails.len().saturating_sub(1);
    format!("{} and {}", emails.first().unwrap_or(&""), format_plural(others, "more email"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{App, AppOptions};
    use crate::domain::connection::{Claims, Connection};
    use crate::domain::{Draft, Expiry, Invite, PlanId, TenancyKey};
    use jiff::{SignedDuration, Timestamp};

    fn invite(n: u128, email: &str) -> Invite {
        let identity = Identity::from_uuid(uuid::Uuid::from_u128(n));
        Invite { identity, email: email.into(), message: "hello".into(), expiry: Expiry(None) }
    }

    fn model_with(invites: &[Invite]) -> Model {
        let mut model = App::new(AppOptions::for_tenancy(TenancyKey("t".into()))).model;
        invites.iter().for_each(|invite| model.invites.insert(invite));
        model
    }

    fn plan(filter: &str, steps: Vec<Step>) -> Plan {
        Plan {
            id: PlanId(uuid::Uuid::from_u128(1)),
            tenancy: TenancyKey("t".into()),
            created_at: Timestamp::UNIX_EPOCH,
            steps,
            filter: filter.into(),
        }
    }

    fn delete(n: u128) -> Step {
        Step::Delete { invite: invite(n, &format!("p{n}@example.com")) }
    }

    fn resend(n: u128, email: &str) -> Step {
        Step::Resend { invite: invite(n, email), known_versions: Some(Vec::new()) }
    }

    fn create(email: &str) -> Step {
        let draft = Draft { email: email.into(), message: "hello".into() };
        Step::Create { draft, known_versions: Some(Vec::new()) }
    }

    #[test]
    fn wrong_clock_is_mentioned_if_invites_were_chosen_by_time() {
        let mut model = model_with(&[]);
        let with_offset = |days: i64| Connection {
            key: TenancyKey("t".into()),
            url: String::new(),
            base_path: String::new(),
            claims: Claims::default(),
            clock_offset: SignedDuration::from_hours(24 * days),
            warnings: Vec::new(),
            is_token_renewed: false,
            wrong_tenancy_reason: None,
        };
        for (days, filter, steps, is_mentioned) in [
            (3, "exp<48h", vec![delete(1)], true),
            (3, "", vec![delete(1), delete(2)], true),
            (3, "", vec![delete(1)], false),
            (3, "@job", vec![create("ann@example.com"), create("bob@example.com")], false),
            (0, "exp<48h", vec![delete(1), delete(2)], false),
        ] {
            model.connection = Some(with_offset(days));
            let found = warnings(&plan(filter, steps.clone()), &model);
            let found = found.iter().any(|text| text.starts_with("The server's clock is 3 days ahead"));
            assert_eq!(found, is_mentioned, "{days} {filter} {steps:?}");
        }
    }

    #[test]
    fn plan_that_cannot_be_sent_has_a_reason() {
        let model = model_with(&[]);
        let replace = Step::Replace {
            invite: invite(2, "ANN@example.com"),
            draft: Draft { email: "ANN@example.com".into(), message: String::new() },
            known_versions: None,
        };
        for (steps, reason) in [
            (
                vec![resend(1, "ann@example.com"), replace],
                Some("ANN@example.com would get two emails. Press "),
            ),
            (vec![delete(1), create("no email")], Some("Cannot invite no email: ")),
            (vec![delete(1), create("ann@example.com")], None),
        ] {
            let found = blocked_reason(&plan("", steps.clone()), &model);
            assert_eq!(found.is_some(), reason.is_some(), "{found:?} {steps:?}");
            assert!(found.unwrap_or_default().starts_with(reason.unwrap_or_default()), "{steps:?}");
        }
    }

    #[test]
    fn several_invites_of_an_email_are_mentioned() {
        let (ann, bob) = ("ann@example.com", "bob@example.com");
        let rows = [invite(1, ann), invite(2, ann), invite(3, bob), invite(4, bob)];
        for (invites, steps, expected) in [
            (
                &rows[..],
                vec![resend(1, ann), resend(2, ann), resend(3, bob), resend(4, bob)],
                "ann@example.com and 1 more email have several invites in this plan.",
            ),
            (&rows[..2], vec![resend(1, ann), resend(2, ann)], "ann@example.com has 2 invites in this plan."),
            (
                &rows[..],
                vec![resend(1, ann), resend(3, bob)],
                "ann@example.com and 1 more email have other invites that are not in the plan.",
            ),
            (&rows[..2], vec![resend(1, ann)], "ann@example.com has another invite that is not in the plan."),
        ] {
            let found = warnings(&plan("", steps), &model_with(invites));
            assert!(found.iter().any(|text| text.starts_with(expected)), "{expected}: {found:?}");
        }
    }

    #[test]
    fn further_flagged_emails_are_counted() {
        let emails: Vec<String> = (0..5).map(|n| format!("person{n}@example.com")).collect();
        let rows: Vec<Invite> = emails.iter().zip(1..).map(|(email, n)| invite(n, email)).collect();
        let model = model_with(&rows);
        for (steps, last) in
            [(3, "person2@example.com "), (4, "1 more"), (5, "2 more emails need attention.")]
        {
            let steps: Vec<Step> = emails[..steps].iter().map(|email| create(email)).collect();
            let found = email_warnings(&steps, &model, &HashSet::new());
            assert_eq!(found.len(), steps.len().min(MAX_EMAIL_WARNINGS + 1));
            assert!(found.last().is_some_and(|text| text.starts_with(last)), "{found:?}");
        }
    }
}
