//! What is doubtful about a plan, and why it cannot be run as it is: from the plan and the list alone. Read-only, the
//! journal and the keys are asked when somebody runs it.

use std::collections::{HashMap, HashSet};

use crate::app::Model;
use crate::domain::email::folded;
use crate::domain::list::Earlier;
use crate::domain::query::Filter;
use crate::domain::request::unreadable_warning;
use crate::domain::text::count;
use crate::domain::{Identity, Plan, Step, planning, recipient};
use crate::keys::{Action, KeyContext};

/// So many doubtful emails of a plan are named.
const MAX_FLAGS: usize = 3;

/// What is doubtful about a plan, in sentences; raw addresses may be in them.
pub(crate) fn warnings(plan: &Plan, model: &Model) -> Vec<String> {
    let steps = &plan.steps;
    let mut warnings: Vec<String> = refusal(plan, model).into_iter().collect();
    warnings.extend(model.options.guards.exceeded(steps));
    warnings.extend(clock_doubt(plan, model));
    if steps.iter().any(Step::mails) {
        warnings.extend(unreadable_warning(model.invites.unreadable));
    }
    warnings.extend(flags(steps, model, &HashSet::new()));
    warnings.extend(shared_mails(steps));
    warnings.extend(twins(model, steps));
    warnings.extend(model.caps.and_then(|caps| caps.warning(planning::room_needed(steps))));
    if steps.iter().any(|step| step.mails() && step.before().is_none()) {
        warnings.push(
            "The list is not complete: should an answer get lost, nobody could tell whether its e-mail went out."
                .to_owned(),
        );
    }
    warnings
}

/// Why to ask before the plan sends, a sentence for each email. `sending`: the folded emails to which other plans send.
pub(crate) fn flags(steps: &[Step], model: &Model, sending: &HashSet<String>) -> Vec<String> {
    let now = model.server_now(model.now);
    let context = recipient::Context {
        now,
        pending: &model.invites.shown,
        members: model.members.as_ref(),
        domains: &model.domains,
        sending,
        earlier: &Earlier::new(),
    };
    let flagged = recipient::flagged(steps, &context);
    let sentences = flagged.iter().map(|(email, flags)| {
        let reasons: Vec<String> = flags.iter().map(|flag| flag.text(now)).collect();
        format!("{email} {}.", reasons.join(" and "))
    });
    let others = flagged.len().saturating_sub(MAX_FLAGS);
    let more = (others > 0).then(|| format!("{} more emails are doubtful.", count(others)));
    sentences.take(MAX_FLAGS).chain(more).collect()
}

/// What is wrong with the clocks, if the plan's invites were chosen by the time that they have left.
pub(crate) fn clock_doubt(plan: &Plan, model: &Model) -> Option<String> {
    let warning = model.session.as_ref()?.clock_warning()?;
    let filter = Filter::parse(&plan.filter, &model.options.filters).ok();
    let is_by_time = filter.is_some_and(|filter| filter.asks_expiry())
        || plan.steps.iter().filter(|step| step.deletes()).count() > 1;
    is_by_time.then_some(warning)
}

/// Why it cannot be run as it is, as a sentence.
pub(crate) fn refusal(plan: &Plan, model: &Model) -> Option<String> {
    let (steps, key) = (&plan.steps, model.key(KeyContext::Confirm, Action::TakeOut));
    if let Some(email) = planning::mails_twice(steps) {
        return Some(format!("{email} would be mailed twice: {key} takes one of its steps out."));
    }
    let (place, error) = planning::unsendable(steps).into_iter().next()?;
    Some(format!("{} cannot be sent: {error} {key} takes the step out.", steps[place].email()))
}

/// Addresses of which several invites are sent again: one e-mail goes to each.
fn shared_mails(steps: &[Step]) -> Option<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for step in steps.iter().filter(|step| step.mails()) {
        *counts.entry(folded(step.email())).or_default() += 1;
    }
    let several = steps.iter().filter(|step| step.mails() && counts.get(&folded(step.email())) > Some(&1));
    let emails = different(several.map(Step::email));
    let first = emails.first()?;
    Some(match (emails.len(), counts.get(&folded(first))) {
        (1, Some(n)) => {
            let links = if *n == 2 { "both links".to_owned() } else { format!("all {n} links") };
            format!(
                "{first} has {n} invites in this plan: one e-mail goes out, with the text of the first, and {links} \
                 stop working."
            )
        }
        _ => format!(
            "{} have several invites in this plan: one e-mail goes to each, with the text of the first.",
            and_more(&emails)
        ),
    })
}

/// Addresses with an invite that the plan leaves as it is.
fn twins(model: &Model, steps: &[Step]) -> Option<String> {
    let targets: HashSet<&Identity> =
        steps.iter().filter_map(|step| Some(&step.target()?.identity)).collect();
    let has_twin = |step: &&Step| {
        // A new recipient with an invite is flagged.
        !recipient::is_new_recipient(step)
            && model.invites.shown.to_address(step.email()).any(|row| !targets.contains(&row.identity()))
    };
    let emails = different(steps.iter().filter(has_twin).map(Step::email));
    match emails.as_slice() {
        [] => None,
        [only] => Some(format!("{only} has another invite that is not in the plan.")),
        _ => Some(format!("{} have other invites that are not in the plan.", and_more(&emails))),
    }
}

/// Each address once, whatever its case.
fn different<'a>(emails: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = HashSet::new();
    emails.filter(|email| seen.insert(folded(email))).collect()
}

/// "bob@job and 2 more addresses".
fn and_more(emails: &[&str]) -> String {
    let others = emails.len().saturating_sub(1);
    let words =
        if others == 1 { "1 more address".to_owned() } else { format!("{} more addresses", count(others)) };
    format!("{} and {words}", emails.first().unwrap_or(&""))
}
