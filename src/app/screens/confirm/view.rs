//! Draws the confirmation dialog: a scrolling list of all steps, and the consequences below it.
//!
//! A low window cuts the list and the notes. The consequences and the buttons are always visible.

use ratatui::Frame;
use ratatui::layout::{Offset, Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::RenderContext;
use crate::app::model::labels::approx_duration;
use crate::app::screens::confirm::step_view::step_detail_lines;
use crate::app::screens::confirm::{ConfirmPlan, RequiredInput};
use crate::domain::email::normalize;
use crate::domain::text::{format_count, format_plural, sanitize, truncate, truncate_middle, width};
use crate::domain::{Plan, Step};
use crate::keys::{Action, KeyContext};
use crate::ui::dialog::wrap_styled;
use crate::ui::list::{pad, row};
use crate::ui::{Lines, Theme, dialog};

/// Minimum visible steps in a high window, and one in a low one. Notes get only the lines that remain.
const MIN_STEPS_SHOWN: usize = 3;

/// Minimum columns for the long form of the consequences.
const MIN_FULL_SENTENCE_WIDTH: usize = 50;

/// Minimum window height at which the header and the footer stay visible.
const MIN_FULL_HEIGHT: u16 = 20;

/// Draws the dialog and returns the number of visible steps.
pub fn draw(confirm: &ConfirmPlan, cx: &RenderContext<'_>, frame: &mut Frame<'_>) -> usize {
    let dialog_width = dialog::text_width(70, frame);
    let cx = &cx.with_columns(dialog_width as usize);
    let is_low = frame.area().height < MIN_FULL_HEIGHT;
    // In a high window the footer below and the header above stay visible.
    let margin = if is_low { 2 } else { 6 };
    let height = (frame.area().height as usize).saturating_sub(margin);
    let single_step = match confirm.plan.steps.as_slice() {
        [only] => Some(step_detail_lines(only, cx)),
        _ => None,
    };
    let full_height = single_step.as_ref().map_or(confirm.plan.steps.len(), Vec::len);
    let mut input = input_lines(confirm, cx);
    let impact = impact_lines(confirm, cx, is_low);
    let mut notes = note_lines(confirm, cx);
    let consequences = consequence_lines(confirm, cx.columns);
    let remaining = height.saturating_sub(impact.len() + consequences.len() + 1);
    // The reason for a refusal is more important than the steps.
    dialog::truncate_lines(&mut input, remaining.max(1), cx.columns);
    let remaining = remaining.saturating_sub(input.len());
    let position_height =
        usize::from(remaining > MIN_STEPS_SHOWN + 1 && (!is_low || full_height > MIN_STEPS_SHOWN));
    let remaining = remaining.saturating_sub(position_height);
    let min_list_height = if is_low { 1 } else { MIN_STEPS_SHOWN };
    let min_steps = full_height.min(min_list_height).min(remaining);
    // In a low window a step is more useful than a blank line.
    let steps_before_gap = if is_low { full_height } else { min_steps };
    let gap = usize::from(remaining > steps_before_gap + notes.len());
    dialog::truncate_lines(&mut notes, remaining.saturating_sub(min_steps + gap), cx.columns);
    let list_height = full_height.min(remaining.saturating_sub(notes.len() + gap));

    let mut lines = match single_step {
        Some(lines) => lines.into_iter().take(list_height).collect(),
        None => step_lines(confirm, list_height, cx),
    };
    lines.extend((0..position_height).map(|_| position_line(confirm, list_height, cx.theme)));
    lines.extend(impact);
    lines.extend(notes);
    lines.extend(consequences);
    lines.extend((0..gap).map(|_| Line::default()));
    let input_line = lines.len();
    lines.extend(input);
    let buttons = ["Cancel", apply_label(confirm), "Stage"];
    let buttons = &buttons[..confirm.buttons().len()];
    let deletes = confirm.plan.steps.iter().any(|step| matches!(step, Step::Delete { .. }));
    let destructive = deletes.then_some(1);
    lines.push(dialog::buttons(buttons, destructive, confirm.focus as usize, cx.theme));
    let inner = dialog::open(&title(confirm), dialog_width, lines.len() as u16, cx.theme, frame);
    dialog::draw_lines(&lines, inner, frame);
    if confirm.plan.steps.len() > 1 {
        let (rows, first) =
            (Rect { height: list_height as u16, ..inner }, first_visible_step(confirm, list_height));
        cx.add_row_clicks(rows.intersection(inner), first, confirm.plan.steps.len() - first);
    }
    let button_line = Offset { x: 0, y: lines.len() as i32 - 1 };
    cx.add_button_clicks(buttons, destructive, inner.offset(button_line).intersection(inner));
    place_cursor(confirm, input_line, inner, frame);
    list_height
}

/// Returns the range of visible steps, or a blank line if all are visible.
fn position_line(confirm: &ConfirmPlan, height: usize, theme: &Theme) -> Line<'static> {
    let steps = confirm.plan.steps.len();
    if steps == 1 || height >= steps {
        return Line::default();
    }
    let top = first_visible_step(confirm, height);
    let [first, last, all] = [top + 1, top + height, steps].map(format_count);
    Line::styled(format!("  steps {first}–{last} of {all}"), theme.muted)
}

fn note_lines(confirm: &ConfirmPlan, cx: &RenderContext<'_>) -> Lines {
    let mut lines = Vec::new();
    let mut add = |sentence: &str, style| lines.extend(wrap_styled(&sanitize(sentence), cx.columns, style));
    for warning in &confirm.warnings {
        add(&format!("! {warning}"), cx.theme.warning);
    }
    if !confirm.note.is_empty() {
        add(&confirm.note, Style::new());
    }
    let seconds = cx.options.undo_window.as_secs();
    if seconds > 0 && !confirm.is_resume() {
        let key = cx.key(KeyContext::Views, Action::Undo);
        add(&format!("Starts in {seconds} s. Press {key} to undo."), cx.theme.muted);
    }
    lines
}

/// Returns the costs: "17 emails · 17 links stop working · 51 requests, about 15 s".
///
/// The costs are never cut. A low window omits the requests.
fn impact_lines(confirm: &ConfirmPlan, cx: &RenderContext<'_>, is_low: bool) -> Lines {
    let impact = &confirm.impact;
    let mut parts = vec![match impact.emails {
        0 => "No emails".to_owned(),
        n => format_plural(n, "email"),
    }];
    match impact.links {
        0 => {}
        1 => parts.push("1 link stops working".to_owned()),
        n => parts.push(format!("{} links stop working", format_count(n))),
    }
    if !is_low {
        let requests = u32::try_from(impact.request_count()).unwrap_or(u32::MAX);
        let time =
            cx.latency.average_duration().map(|latency| approx_duration(latency.saturating_mul(requests)));
        let time = time.unwrap_or_else(|| "time unknown".to_owned());
        parts.push(format!("{}, {time}", format_plural(impact.request_count(), "request")));
    }
    wrap_styled(&parts.join(" · "), cx.columns, cx.theme.title)
}

/// Returns how to confirm the plan, or why the last attempt was refused.
fn input_lines(confirm: &ConfirmPlan, cx: &RenderContext<'_>) -> Lines {
    let reason =
        confirm.error.as_ref().map(|reason| wrap_styled(&sanitize(reason), cx.columns, cx.theme.error));
    let mut lines = reason.unwrap_or_default();
    match confirm.required_input() {
        RequiredInput::ProfileName if !confirm.is_typing_name => {
            let key = cx.key(KeyContext::ConfirmPlan, Action::Yes);
            let profile = sanitize(confirm.guarded_profile.as_deref().unwrap_or_default());
            lines.extend(wrap_styled(
                &format!("The profile {profile} is guarded. Press {key} and type its name to apply."),
                cx.columns,
                Style::new(),
            ));
        }
        RequiredInput::StepCount(_) | RequiredInput::ProfileName => {
            let label = field_label(confirm);
            let visible = cx.columns.saturating_sub(width(&label) + 1);
            let field = format!("{:<9}", confirm.count_field.visible_tail(visible).0);
            let field = Span::styled(field, Style::new().underlined());
            lines.insert(0, Line::from(vec![Span::raw(label), field]));
        }
        RequiredInput::UppercaseY if lines.is_empty() => {
            let key = cx.key(KeyContext::ConfirmPlan, Action::YesUppercase);
            lines.push(Line::from(format!("Press {key} to apply.")));
        }
        _ => {}
    }
    lines
}

fn field_label(confirm: &ConfirmPlan) -> String {
    format!("Type {} to apply: ", sanitize(&confirm.expected_text().unwrap_or_default()))
}

fn place_cursor(confirm: &ConfirmPlan, line: usize, inner: Rect, frame: &mut Frame<'_>) {
    let has_field = confirm.is_typing_name || matches!(confirm.required_input(), RequiredInput::StepCount(_));
    if !has_field {
        return;
    }
    let label_width = width(&field_label(confirm));
    let visible = (inner.width as usize).saturating_sub(label_width + 1);
    let x = label_width + confirm.count_field.visible_tail(visible).1;
    if line < inner.height as usize && x < inner.width as usize {
        frame.set_cursor_position(Position::new(inner.x + x as u16, inner.y + line as u16));
    }
}

/// Returns the index of the first visible step.
fn first_visible_step(confirm: &ConfirmPlan, height: usize) -> usize {
    let steps = confirm.plan.steps.len();
    confirm.selected.saturating_sub(height / 2).min(steps.saturating_sub(height))
}

/// Returns the lines of the steps around the selected step.
fn step_lines(confirm: &ConfirmPlan, height: usize, cx: &RenderContext<'_>) -> Lines {
    let (theme, server_now) = (cx.theme, cx.server_now(cx.now));
    let steps = &confirm.plan.steps;
    let label_width = steps.iter().map(|step| step.verb().len()).max().unwrap_or(0);
    let visible = steps.iter().enumerate().skip(first_visible_step(confirm, height)).take(height);
    let expiry_text =
        |step: &Step| step.target().map_or("new".into(), |invite| invite.expiry.remaining_text(server_now));
    let visible: Vec<_> = visible.map(|(index, step)| (index, step, expiry_text(step))).collect();
    let expiry_width = visible.iter().map(|(_, _, text)| width(text)).max().unwrap_or(0);
    let email_width = cx.columns.saturating_sub(1 + label_width + 2 + 2 + expiry_width);
    let lines = visible.into_iter().map(|(index, step, text)| {
        let cells = [
            Span::styled(format!("{:<label_width$}  ", step.verb()), theme.muted),
            Span::raw(pad(&email_text(step, email_width), email_width)),
            Span::styled(format!("  {text}"), theme.muted),
        ];
        row(index == confirm.selected, cells, cx.columns, theme)
    });
    lines.collect()
}

/// Returns the email of a step, or "old → new" if the step changes the email.
fn email_text(step: &Step, columns: usize) -> String {
    match step.target().filter(|invite| normalize(&invite.email) != normalize(step.email())) {
        Some(old) => {
            let half = columns.saturating_sub(3) / 2;
            let new = truncate_middle(step.email(), columns.saturating_sub(half + 3));
            truncate(&format!("{} → {new}", truncate_middle(&old.email, half)), columns)
        }
        None => truncate_middle(step.email(), columns),
    }
}

/// Returns the first step if all steps of the plan are of the same kind.
fn common_step(plan: &Plan) -> Option<&Step> {
    let first = plan.steps.first()?;
    plan.steps.iter().all(|step| step.verb() == first.verb()).then_some(first)
}

/// Returns the title of the dialog, as a question.
fn title(confirm: &ConfirmPlan) -> String {
    let steps = confirm.plan.steps.len();
    if confirm.is_resume() {
        return format!("Resume {}?", format_plural(steps, "step"));
    }
    let invites = if steps == 1 { "this invite".to_owned() } else { format_plural(steps, "invite") };
    match common_step(&confirm.plan) {
        Some(Step::DeleteFirst { .. }) => format!("Delete {invites} first, then send?"),
        Some(_) => format!("{} {invites}?", apply_label(confirm)),
        None => format!("Apply {}?", format_plural(steps, "step")),
    }
}

/// Returns the label of the button that applies the plan.
fn apply_label(confirm: &ConfirmPlan) -> &'static str {
    if confirm.is_resume() {
        return "Resume";
    }
    match common_step(&confirm.plan) {
        Some(Step::Create { .. }) => "Send",
        Some(Step::Delete { .. }) => "Delete",
        Some(Step::Resend { .. }) => "Resend",
        Some(Step::Replace { .. }) => "Replace",
        Some(Step::DeleteFirst { .. }) | None => "Apply",
    }
}

/// Returns the consequences, which are never cut. A narrow dialog shows a short form.
fn consequence_lines(confirm: &ConfirmPlan, columns: usize) -> Lines {
    let steps = &confirm.plan.steps;
    let is_wide = columns >= MIN_FULL_SENTENCE_WIDTH;
    let mut lines = Vec::new();
    let mut add = |sentence| lines.extend(wrap_styled(sentence, columns, Style::new()));
    if steps.iter().any(|step| matches!(step, Step::DeleteFirst { .. })) {
        add(match is_wide {
            true => "Deletes the old invite first. Until the new one is created, the person has no invite.",
            false => "Deletes old invites before sending.",
        });
    }
    if steps.iter().any(|step| matches!(step, Step::Resend { .. } | Step::Replace { .. })) {
        add(match is_wide {
            true => "Sends a new invite with a new expiry, then deletes the old one.",
            false => "Sends new, then deletes old invites.",
        });
    }
    // A note already describes the new invites of a re-invite.
    if steps.iter().any(|step| matches!(step, Step::Create { .. })) && confirm.note.is_empty() {
        add("Sends a new invite by email.");
    }
    if confirm.plan.deletes() {
        add("Deleted links cannot be restored.");
    }
    lines
}
