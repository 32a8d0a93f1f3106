//! A plan in lines: before it is confirmed everything that it will do and cost, and afterwards how far it is.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::say;
use crate::domain::draft::DraftError;
use crate::domain::journal::JournalEntry;
use crate::domain::plan::{PlanState, Progress, Tally};
use crate::domain::planning::{Costs, unsendable};
use crate::domain::text::{plural, visible};
use crate::domain::{Outcome, Plan, PlanId, Step};

/// Everything that a plan will do.
pub(super) fn whole(steps: &[Step], now: Timestamp) -> Vec<String> {
    let mut lines = vec![format!("Plan of {}:", plural(steps.len(), "step"))];
    lines.extend(steps.iter().enumerate().map(|(place, step)| one(place, step, now)));
    lines.push(costs(steps));
    lines.extend(warnings(steps));
    lines
}

/// What would be done, as a result: in sentences with what is lacking, or a step a line.
pub(super) fn dry(steps: &[Step], lacks: Option<String>, now: Timestamp) {
    if !say::is_json() {
        return whole(steps, now).iter().chain(&lacks).for_each(|line| say::result(line));
    }
    for step in steps {
        let target = step.target();
        let identity = target.map(|invite| invite.identity.to_string()).unwrap_or_default();
        let expiry = target.and_then(|invite| invite.expiry.0).map(|at| at.to_string()).unwrap_or_default();
        let message = step.draft().map(|draft| draft.message).unwrap_or_default();
        say::record(&[
            ("verb", step.verb()),
            ("email", step.email()),
            ("identity", &identity),
            ("expiry_time", &expiry),
            ("message", &message),
        ]);
    }
    lacks.iter().for_each(|words| say::told(words));
}

fn one(place: usize, step: &Step, now: Timestamp) -> String {
    let (place, verb, email) = (place + 1, step.verb(), visible(step.email()));
    match step.target() {
        Some(invite) => {
            let (identity, left) = (&invite.identity, invite.expiry.words(now));
            let left = if left.starts_with("expired") { left } else { format!("expires in {left}") };
            format!("{place:>5}  {verb}  {email}  {}  {left}", visible(&identity.to_string()))
        }
        None => format!("{place:>5}  {verb}  {email}"),
    }
}

fn costs(steps: &[Step]) -> String {
    let costs = Costs::of(steps);
    let links = match costs.links {
        0 => "no link stops working".to_owned(),
        1 => "1 link stops working".to_owned(),
        n => format!("{} stop working", plural(n, "link")),
    };
    let mails = match costs.mails {
        0 => "no e-mail goes out".to_owned(),
        1 => "1 e-mail goes out".to_owned(),
        n => format!("{} go out", plural(n, "e-mail")),
    };
    format!("{} · {mails} · {links}", plural(costs.calls(), "call"))
}

fn warnings(steps: &[Step]) -> Vec<String> {
    let mut warnings = Vec::new();
    if steps.iter().any(|step| matches!(step, Step::Resend { .. })) {
        warnings.push("A resend is a new invite and a new e-mail; the old link stops working.".to_owned());
    }
    if steps.iter().any(|step| matches!(step, Step::DeleteFirst { .. })) {
        warnings.push(
            "The old invite is deleted before the new one is sent: between the two calls nobody is invited."
                .to_owned(),
        );
    }
    warnings.iter().map(|warning| format!("Warning: {warning}")).collect()
}

/// What the server would surely refuse, a line each.
pub(super) fn refusals(steps: &[Step]) -> Vec<String> {
    let line = |(place, error): (usize, DraftError)| {
        let step = steps.get(place)?;
        let of = step.target().map(|invite| format!(" ({})", visible(&invite.identity.to_string())));
        Some(format!("{}{}: {error}", visible(step.email()), of.unwrap_or_default()))
    };
    unsendable(steps).into_iter().filter_map(line).collect()
}

/// The short name by which a plan can be told from others.
pub(super) fn short(plan: PlanId) -> String {
    plan.to_string().chars().take(8).collect()
}

/// "14:02", with the day where it is another one.
pub(super) fn moment(at: Timestamp, now: Timestamp) -> String {
    let zone = TimeZone::system();
    let (at, now) = (at.to_zoned(zone.clone()), now.to_zoned(zone));
    let format = if at.date() == now.date() { "%H:%M" } else { "%Y-%m-%d %H:%M" };
    at.strftime(format).to_string()
}

/// What is known of the steps of a plan in the journal: a call without an answer may have happened.
pub(super) fn tally(entry: &JournalEntry) -> Tally {
    let known = entry.progress.iter().enumerate().map(|(step, progress)| match progress.outcome {
        None if entry.open_call(step).is_some() => {
            Progress { outcome: Some(Outcome::Unknown), ..progress.clone() }
        }
        _ => progress.clone(),
    });
    Tally::of(&known.collect::<Vec<_>>())
}

/// "2 deletes, 1 resend".
pub(super) fn verbs(plan: &Plan) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for step in &plan.steps {
        match counts.iter_mut().find(|(verb, _)| *verb == step.verb()) {
            Some((_, count)) => *count += 1,
            None => counts.push((step.verb(), 1)),
        }
    }
    counts.iter().map(|(verb, n)| format!("{n} {verb}")).collect::<Vec<_>>().join(", ")
}

/// Whether something of a plan can go on.
pub(super) fn can_go_on(entry: &JournalEntry) -> bool {
    use PlanState::{Paused, Running, Staged, Stopped};
    matches!(entry.state, Staged | Running | Paused | Stopped)
}

/// One line by which a plan can be told from others.
pub(super) fn named(entry: &JournalEntry, now: Timestamp) -> String {
    let (name, at, state) = (short(entry.plan.id), moment(entry.plan.made, now), entry.state.word());
    format!("  {name}  of {at}, {state}: {}", tally(entry))
}

/// One line on a plan that did not come to its end.
pub(super) fn left_over(entry: &JournalEntry, now: Timestamp) -> String {
    let state = match entry.state {
        PlanState::Running => "runs elsewhere, or its program was ended",
        state => state.word(),
    };
    let (at, tally, name) = (moment(entry.plan.made, now), tally(entry), short(entry.plan.id));
    format!("plan of {at} {state}: {tally}; guestlist plan resume {name} goes on with it")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Draft, Expiry, Identity, Invite};

    fn invite(message: &str) -> Invite {
        Invite {
            identity: Identity::parse("a").expect("an identity"),
            email: "bob@job\u{1b}[31m".into(),
            message: message.into(),
            expiry: Expiry::parse("2024-06-01T17:00:00Z"),
        }
    }

    #[test]
    fn all_that_it_does_and_costs_is_said_and_nothing_acts_on_the_terminal() {
        let now = "2024-06-01T12:00:00Z".parse().expect("a time");
        let draft = Draft { email: "jane@@x".into(), message: String::new() };
        let steps =
            [Step::Resend { invite: invite("hello"), before: None }, Step::Create { draft, before: None }];
        assert_eq!(
            whole(&steps, now),
            [
                "Plan of 2 steps:",
                "    1  resend  bob@job␛[31m  invites/a  expires in 5 h",
                "    2  create  jane@@x",
                "4 calls · 2 e-mails go out · 1 link stops working",
                "Warning: A resend is a new invite and a new e-mail; the old link stops working.",
            ]
        );
    }

    #[test]
    fn what_cannot_be_sent_is_named_with_its_invite() {
        let steps = [Step::Resend { invite: invite(&"x".repeat(257)), before: None }];
        let said = refusals(&steps);
        assert_eq!(
            said,
            ["bob@job␛[31m (invites/a): Not an email: it contains invisible characters: U+001B."]
        );
    }
}
