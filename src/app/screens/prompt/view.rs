//! Draws prompts: facts, and the consequences of the answers.

use ratatui::Frame;
use ratatui::layout::Offset;
use ratatui::style::Style;
use ratatui::text::Line;

use crate::app::model::plans::count_missing_invites;
use crate::app::ops::plans;
use crate::app::screen::UnsavedWork;
use crate::app::screens::prompt::Prompt;
use crate::app::{PromptKind, RenderContext, View};
use crate::domain::expiry::format_duration;
use crate::domain::export::ExportTarget;
use crate::domain::plan::StepCounts;
use crate::domain::text::{format_count, format_plural, sanitize, truncate_middle};
use crate::domain::{Outcome, PlanId, Step};
use crate::ui::{Lines, dialog};

/// Maximum plans, or findings of a plan, that are listed one by one.
const MAX_PLANS_LISTED: usize = 4;

/// Draws a prompt.
pub fn draw(prompt: &Prompt, cx: &RenderContext<'_>, frame: &mut Frame<'_>) {
    let (title, sentences, consequences) = content(prompt, cx);
    let columns = dialog::text_width(60, frame);
    let lines = |sentences: &[String]| -> Lines {
        sentences.iter().flat_map(|text| dialog::wrap_styled(text, columns as usize, Style::new())).collect()
    };
    // In a low window the consequences and the buttons stay visible.
    let (mut lines, footer) = (lines(&sentences), lines(&consequences));
    let max_lines = (frame.area().height as usize).saturating_sub(2 + footer.len() + 1);
    dialog::truncate_lines(&mut lines, max_lines, columns as usize);
    let gap = usize::from(max_lines > lines.len());
    lines.extend(footer);
    lines.extend((0..gap).map(|_| Line::default()));
    let (labels, destructive) = (prompt.kind.button_labels(), prompt.kind.destructive_button());
    lines.push(dialog::buttons(labels, destructive, prompt.focus, cx.theme));
    let button_line = lines.len() - 1;
    let (area, hidden) = dialog::draw_lines_dialog(title, lines, columns, cx.theme, frame);
    let buttons = area.offset(Offset { x: 0, y: (button_line - hidden) as i32 }).intersection(area);
    cx.add_button_clicks(labels, destructive, buttons);
}

/// Returns the title, the facts, and the consequences, which are never cut.
fn content(prompt: &Prompt, cx: &RenderContext<'_>) -> (&'static str, Vec<String>, Vec<String>) {
    match prompt.kind {
        PromptKind::Quit => {
            ("Quit?", unfinished_work_lines(cx), unsaved_work_lines(&prompt.unsaved_work, cx))
        }
        PromptKind::LongWait(wait) => (
            "Wait that long?",
            vec![format!("The server asks for a pause of {}.", format_duration(wait.as_secs() as i64))],
            vec!["If you do not wait, the current operation fails.".to_owned()],
        ),
        PromptKind::OverwriteFile => {
            ("Overwrite the file?", vec![overwrite_text(cx)], vec!["Its current content is lost.".to_owned()])
        }
        PromptKind::UnfinishedPlans(_) => (
            "Unfinished plans",
            unfinished_plans_lines(cx),
            vec!["Nothing happens until you confirm.".to_owned()],
        ),
        PromptKind::DiscardPlan(id) => ("Discard this plan?", Vec::new(), discard_plan_lines(cx, id)),
        PromptKind::DiscardStaged => (
            "Discard all staged steps?",
            vec![format!("{} not applied.", format_plural(cx.plans.staged_step_count(), "staged step"))],
            vec!["The invites stay unchanged.".to_owned()],
        ),
        PromptKind::ResumeWithoutEmail(id) => {
            ("Resume without emails?", Vec::new(), resume_without_email_lines(cx, id))
        }
        PromptKind::RetryUnknownCreates(id) => {
            let risk = "guestlist checks the list first. Sending again may email the same person twice.";
            ("Send again?", retry_unknown_creates_lines(cx, id), vec![risk.to_owned()])
        }
        PromptKind::DeleteFirst(id) => {
            let consequence = "Between deleting and creating, the person has no invite.";
            ("Delete the old invites first?", delete_first_prompt_lines(cx, id), vec![consequence.to_owned()])
        }
    }
}

fn overwrite_text(cx: &RenderContext<'_>) -> String {
    let name = match cx.export.as_ref().map(|job| &job.target) {
        Some(ExportTarget::File { name, .. }) => sanitize(name),
        _ => "".into(),
    };
    format!("{name} already exists.")
}

/// Returns sentences about unfinished plans and staged steps, also of other sessions.
fn unfinished_work_lines(cx: &RenderContext<'_>) -> Vec<String> {
    let is_persistent = cx.options.sandbox.is_none();
    let sessions = cx.background_sessions.iter().filter(|session| session.has_unfinished_work());
    let mut sentences: Vec<String> =
        sessions.map(|session| format!("In {}: {}.", sanitize(&session.name), session.summary())).collect();
    let staged = cx.plans.staged_step_count();
    if staged > 0 {
        let hint = format!(" {} keeps them for the next start.", cx.view_name(View::Plans));
        let hint = if is_persistent { &hint } else { "" };
        sentences.push(format!("{} not applied.{hint}", format_plural(staged, "staged step")));
    }
    let missing = cx.plans.missing_invite_count();
    if missing > 0 {
        let hint = if is_persistent { " The journal records this." } else { "" };
        let people = if missing == 1 { "1 person" } else { &format!("{} people", format_count(missing)) };
        sentences.push(format!("Deleted, not re-invited yet: {people}.{hint}"));
    }
    sentences
}

/// Returns the consequences of quitting.
fn unsaved_work_lines(unsaved: &[UnsavedWork], cx: &RenderContext<'_>) -> Vec<String> {
    let is_persistent = cx.options.sandbox.is_none();
    let mut consequences = Vec::new();
    let open = cx.plans.open_step_count();
    if open > 0 {
        let hint = " Remaining steps are kept; you can resume them at the next start.";
        let hint = if is_persistent { hint } else { "" };
        consequences.push(format!("{} still running.{hint}", format_plural(open, "step")));
    }
    let labels: Vec<&str> = unsaved.iter().map(|work| work.description()).collect();
    match labels.as_slice() {
        [] => {}
        [one] => consequences.push(format!("{one} It is lost when you quit.")),
        several => consequences.push(format!("{} They are lost when you quit.", several.join(" "))),
    }
    if !is_persistent && open + cx.plans.staged_step_count() + cx.plans.missing_invite_count() > 0 {
        consequences.push("The sandbox and its plans are deleted when you quit.".to_owned());
    }
    // Everything has finished since the key was pressed.
    if consequences.is_empty() && unfinished_work_lines(cx).is_empty() {
        consequences.push("Everything has finished. Nothing is lost.".to_owned());
    }
    consequences
}

fn unfinished_plans_lines(cx: &RenderContext<'_>) -> Vec<String> {
    let stopped: Vec<_> = cx.plans.stopped_plans().collect();
    let mut sentences: Vec<String> = Vec::new();
    for unfinished in stopped.iter().take(MAX_PLANS_LISTED) {
        let created = cx.time(unfinished.entry.plan.created_at, "%H:%M:%S");
        let counts = StepCounts::from_progress(&unfinished.entry.progress);
        let steps = match unfinished.entry.plan.steps.as_slice() {
            [only] => format!("{} {} ({counts})", only.verb(), sanitize(only.email())),
            _ => counts.to_string(),
        };
        sentences.push(format!("Plan of {created} stopped: {steps}"));
        let owed = count_missing_invites(&unfinished.entry.plan, &unfinished.entry.progress);
        if owed > 0 {
            sentences.push(format!("! {} deleted, not re-invited yet.", format_plural(owed, "invite")));
        }
    }
    if stopped.len() > MAX_PLANS_LISTED {
        sentences.push(format!("and {} more", stopped.len() - MAX_PLANS_LISTED));
    }
    if let [only] = stopped.as_slice() {
        sentences.extend(only.findings.iter().take(MAX_PLANS_LISTED).cloned());
    }
    sentences
}

fn discard_plan_lines(cx: &RenderContext<'_>, id: PlanId) -> Vec<String> {
    let Some((plan, progress)) = cx.plans.find(id) else { return vec!["Already finished.".to_owned()] };
    let counts = StepCounts::from_progress(progress);
    let mut sentences = Vec::new();
    if counts.not_sent > 0 {
        sentences.push(format!("{} will not run.", format_plural(counts.not_sent, "step")));
    }
    let half_done = plan.steps.iter().zip(progress).filter(|(step, progress)| step.is_half_done(progress));
    let emails: Vec<&str> = half_done.map(|(step, _)| step.email()).collect();
    if let [first, others @ ..] = emails.as_slice() {
        let first = truncate_middle(first, 60);
        sentences.push(match others.len() {
            0 => format!("{first} stays without an invite."),
            count => format!("{first} and {} more stay without an invite.", format_count(count)),
        });
    }
    sentences
}

fn resume_without_email_lines(cx: &RenderContext<'_>, id: PlanId) -> Vec<String> {
    let Some((plan, progress)) = cx.plans.find(id) else { return Vec::new() };
    let count_open = |sends_email: bool| {
        let steps = plan.steps.iter().zip(progress).filter(|(step, _)| step.sends_email() == sends_email);
        steps.filter(|(_, progress)| matches!(progress.outcome, None | Some(Outcome::Skipped))).count()
    };
    let (sending, deleting) = (count_open(true), count_open(false));
    let (send, were) = if sending == 1 { ("sends", "was") } else { ("send", "were") };
    let delete = if deleting == 1 { "deletes" } else { "delete" };
    let (sending, deleting) = (format_plural(sending, "step"), format_count(deleting));
    let skipped = format!("Quota reached (402): {sending} that {send} email {were} skipped.");
    vec![format!("{skipped} Run the {deleting} that only {delete}?")]
}

fn retry_unknown_creates_lines(cx: &RenderContext<'_>, id: PlanId) -> Vec<String> {
    let unknown: Vec<&str> = plans::unknown_creates(cx, id).map(Step::email).collect();
    let [first, others @ ..] = unknown.as_slice() else { return Vec::new() };
    let more = match others.len() {
        0 => String::new(),
        count => format!(" and {} more", format_count(count)),
    };
    vec![format!("The invite to {first}{more} may have been sent, but it is not in the list yet.")]
}

fn delete_first_prompt_lines(cx: &RenderContext<'_>, id: PlanId) -> Vec<String> {
    let Some((plan, progress)) = cx.plans.find(id) else { return Vec::new() };
    let people = match plans::count_refused_duplicates(plan, progress) {
        1 => "this person",
        count => &format!("{} people", format_count(count)),
    };
    vec![
        format!("The server refused a second invite for {people}. Nothing was changed."),
        "Delete the old invites first, then create the new ones? The journal records each step.".to_owned(),
    ]
}
