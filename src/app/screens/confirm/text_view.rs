//! What a plan will do, in words: the title, the button, and what stands under the steps.

use crate::app::screens::confirm::Confirm;
use crate::app::screens::plans::items::about;
use crate::app::shell::app::App;
use crate::domain::text::plural;
use crate::domain::{Plan, Step};
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

/// A step that does what all steps of a plan do, where they do the same.
fn only_kind(plan: &Plan) -> Option<&Step> {
    let first = plan.steps.first()?;
    plan.steps.iter().all(|step| step.verb() == first.verb()).then_some(first)
}

/// The title.
pub fn title(confirm: &Confirm) -> String {
    let plan = &confirm.plan;
    if confirm.goes_on() {
        return format!("Go on with {}?", plural(plan.steps.len(), "step"));
    }
    let steps = plan.steps.len();
    let what = if steps == 1 { "this invite".to_owned() } else { plural(steps, "invite") };
    match only_kind(plan) {
        Some(Step::DeleteFirst { .. }) => format!("Revoke {what} first, then send?"),
        Some(_) => format!("{} {what}?", button(confirm)),
        None => format!("Run a plan of {}?", plural(steps, "step")),
    }
}

/// The word on the button that runs it.
pub fn button(confirm: &Confirm) -> &'static str {
    if confirm.goes_on() {
        return "Go on";
    }
    match only_kind(&confirm.plan) {
        Some(Step::Create { .. }) => "Send",
        Some(Step::Delete { .. }) => "Revoke",
        Some(Step::Resend { .. }) => "Resend",
        Some(Step::Replace { .. }) => "Correct",
        Some(Step::DeleteFirst { .. }) | None => "Run",
    }
}

/// "17 e-mails go out · 17 links stop working".
pub fn effects(confirm: &Confirm) -> String {
    let costs = &confirm.costs;
    let go = |n: usize, one: &str, does: &str, many_do: &str| {
        format!("{} {}", plural(n, one), if n == 1 { does } else { many_do })
    };
    let mut parts = vec![match costs.mails {
        0 => "No e-mail goes out".to_owned(),
        n => go(n, "e-mail", "goes out", "go out"),
    }];
    if costs.links > 0 {
        parts.push(go(costs.links, "link", "stops working", "stop working"));
    }
    parts.join(" · ")
}

/// "51 calls, about 15 s".
pub fn calls(confirm: &Confirm, state: &App) -> String {
    let calls = u32::try_from(confirm.costs.calls()).unwrap_or(u32::MAX);
    let time = match state.model.latency.per_call() {
        Some(per_call) => about(per_call.saturating_mul(calls)),
        None => "time unknown".to_owned(),
    };
    format!("{}, {time}", plural(confirm.costs.calls(), "call"))
}

/// What will happen, in sentences; in short ones where there is little room.
pub fn consequences(confirm: &Confirm, short: bool) -> Vec<&'static str> {
    let steps = &confirm.plan.steps;
    let mut sentences = Vec::new();
    if steps.iter().any(|step| matches!(step, Step::DeleteFirst { .. })) {
        sentences.push(match short {
            true => "Deletes old invites before sending.",
            false => "Deletes the old invite first: there is none until the new email is sent.",
        });
    }
    if steps.iter().any(|step| matches!(step, Step::Resend { .. } | Step::Replace { .. })) {
        sentences.push(match short {
            true => "Sends new, then deletes old invites.",
            false => "Sends a new invite with a new expiry, then deletes the old one.",
        });
    }
    // What is restored says so itself.
    if steps.iter().any(|step| matches!(step, Step::Create { .. })) && confirm.note.is_empty() {
        sentences.push("Sends a new invite by email.");
    }
    if confirm.plan.deletes() {
        sentences.push("A deleted link cannot be restored.");
    }
    sentences
}

/// How the plan can be undone after it was confirmed.
pub fn hold(confirm: &Confirm, state: &App) -> Option<String> {
    let hold = state.model.options.hold.as_secs();
    let key = state.model.key(KeyContext::Views, Action::Undo);
    (hold > 0 && !confirm.goes_on()).then(|| format!("Nothing happens for {hold} s: press {key} to undo."))
}
