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
