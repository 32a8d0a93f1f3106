//! Plans as text: steps and costs before confirmation, progress afterwards.

use jiff::Timestamp;

use super::output;
use crate::domain::draft::DraftError;
use crate::domain::journal::JournalEntry;
use crate::domain::plan::{PlanState, Progress, StepCounts};
use crate::domain::plan_analysis::{PlanImpact, unsendable_steps};
use crate::domain::text::{format_plural, sanitize};
use crate::domain::{Outcome, Plan, PlanId, Step};

/// Returns the lines that describe a plan: its steps, impact and warnings. Without `now`, times are RFC 3339.
pub(super) fn plan_lines(steps: &[Step], now: Option<Timestamp>) -> Vec<String> {
    let mut lines = vec![format!("Plan of {}:", format_plural(steps.len(), "step"))];
    lines.extend(steps.iter().enumerate().map(|(index, step)| step_line(index, step, now)));
    lines.push(impact_text(steps));
    lines.extend(warnings(steps));
    lines
}

fn step_line(index: usize, step: &Step, now: Option<Timestamp>) -> String {
    let (number, verb, email) = (index + 1, step.verb(), sanitize(step.email()));
    let Some(invite) = step.target() else { return format!("{number:>5}  {verb}  {email}") };
    let expiry = match (now, invite.expiry.0) {
        (None, Some(at)) => format!("expiry {at}"),
        (Some(now), Some(at)) if at <= now => invite.expiry.remaining_text(now),
        (now, _) => format!("expires in {}", invite.expiry.remaining_text(now.unwrap_or_default())),
    };
    format!("{number:>5}  {verb}  {email}  {}  {expiry}", sanitize(&invite.identity.to_string()))
}

fn impact_text(steps: &[Step]) -> String {
    let impact = PlanImpact::from_steps(steps);
    let links = match impact.links {
        0 => "no links deleted".to_owned(),
        n => format!("{} deleted", format_plural(n, "link")),
    };
    let emails = match impact.emails {
        0 => "no emails".to_owned(),
        n => format_plural(n, "email"),
    };
    format!("{} · {emails} · {links}", format_plural(impact.request_count(), "request"))
}

fn warnings(steps: &[Step]) -> Vec<String> {
    let resend = steps.iter().any(|step| matches!(step, Step::Resend { .. })).then_some(
        "Warning: A resend creates a new invite and sends a new email; the old link stops working.",
    );
    let delete_first = steps.iter().any(|step| matches!(step, Step::DeleteFirst { .. })).then_some(
        "Warning: The old invite is deleted before the new one is created: in between, the person has no invite.",
    );
    resend.into_iter().chain(delete_first).map(str::to_owned).collect()
}

/// Returns one line for each step that the server would reject.
pub(super) fn step_errors(steps: &[Step]) -> Vec<String> {
    let line = |(index, error): (usize, DraftError)| {
        let step = steps.get(index)?;
        let identity = step.target().map(|invite| format!(" ({})", sanitize(&invite.identity.to_string())));
        Some(format!("{}{}: {error}", sanitize(step.email()), identity.unwrap_or_default()))
    };
    unsendable_steps(steps).into_iter().filter_map(line).collect()
}

/// Returns the short id of a plan.
pub(super) fn short_id(plan: PlanId) -> String {
    plan.to_string().chars().take(8).collect()
}

/// Formats a time as "14:02", with the date if it is not today.
pub(super) fn format_time(at: Timestamp, now: Timestamp) -> String {
    let zone = output::time_zone();
    let (at, now) = (at.to_zoned(zone.clone()), now.to_zoned(zone));
    let format = if at.date() == now.date() { "%H:%M" } else { "%Y-%m-%d %H:%M" };
    at.strftime(format).to_string()
}

/// Counts the outcomes of a plan's steps; a request without a response counts as unknown.
pub(super) fn count_outcomes(entry: &JournalEntry) -> StepCounts {
    let known = entry.progress.iter().enumerate().map(|(step, progress)| match progress.outcome {
        None if entry.open_call(step).is_some() => {
            Progress { outcome: Some(Outcome::Unknown), ..progress.clone() }
        }
        _ => progress.clone(),
    });
    StepCounts::from_progress(&known.collect::<Vec<_>>())
}

/// Returns the number of steps of each kind: "2 delete, 1 resend".
pub(super) fn verb_summary(plan: &Plan) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for step in &plan.steps {
        match counts.iter_mut().find(|(verb, _)| *verb == step.verb()) {
            Some((_, count)) => *count += 1,
            None => counts.push((step.verb(), 1)),
        }
    }
    counts.iter().map(|(verb, n)| format!("{n} {verb}")).collect::<Vec<_>>().join(", ")
}

/// Returns one line that identifies a plan.
pub(super) fn plan_label(entry: &JournalEntry, now: Timestamp) -> String {
    let (name, at, state) =
        (short_id(entry.plan.id), format_time(entry.plan.created_at, now), entry.state.label());
    format!("  {name}  of {at}, {state}: {}", count_outcomes(entry))
}

/// Returns one line about an unfinished plan.
pub(super) fn unfinished_text(entry: &JournalEntry, now: Timestamp) -> String {
    let state = match entry.state {
        PlanState::Running => "running in another process, or interrupted",
        state => state.label(),
    };
    let (at, tally, name) =
        (format_time(entry.plan.created_at, now), count_outcomes(entry), short_id(entry.plan.id));
    format!("Plan of {at}, {state}: {tally}. Run guestlist plan resume {name} to resume.")
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
    fn plan_text_lists_steps_and_impact_sanitized() {
        let now = "2024-06-01T12:00:00Z".parse().expect("a time");
        let draft = Draft { email: "jane@@x".into(), message: String::new() };
        let steps = [
            Step::Resend { invite: invite("hello"), known_versions: None },
            Step::Create { draft, known_versions: None },
        ];
        assert_eq!(
            plan_lines(&steps, Some(now)),
            [
                "Plan of 2 steps:",
                "    1  resend  bob@job␛[31m  invites/a  expires in 5 h",
                "    2  create  jane@@x",
                "4 requests · 2 emails · 1 link deleted",
                "Warning: A resend creates a new invite and sends a new email; the old link stops working.",
            ]
        );
    }

    #[test]
    fn unsendable_steps_are_named_with_their_invite() {
        let steps = [Step::Resend { invite: invite(&"x".repeat(257)), known_versions: None }];
        let errors = step_errors(&steps);
        assert_eq!(
            errors,
            ["bob@job␛[31m (invites/a): Not an email: it contains invisible characters: U+001B."]
        );
    }
}
