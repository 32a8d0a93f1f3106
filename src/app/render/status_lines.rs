//! What is said between the table and the footer: the wait that is going on, the filter, and the newest message.
//! An error takes up to three lines here and is read in full behind its key.

use ratatui::Frame;
use ratatui::layout::Position;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::model::notifications::{Notification, Severity};
use crate::app::model::plans::seconds_left;
use crate::app::{Model, RenderContext, View};
use crate::domain::plan_progress::RunPhase;
use crate::domain::service_msg::UnfinishedCounts;
use crate::domain::text::{format_plural, sanitize, truncate, width};
use crate::keys::{Action, KeyContext};
use crate::ui::{TextField, Theme, wrap};

/// The lines there are to show, perhaps none.
pub fn lines(cx: &RenderContext<'_>, keys: KeyContext, width: u16) -> Vec<Line<'static>> {
    let (theme, now, columns) = (cx.theme, cx.now, (width as usize).saturating_sub(2));
    let mut lines = Vec::new();
    lines.extend(unfinished_text(cx).map(|words| Line::styled(truncate(&words, columns), theme.warning)));
    lines.extend(
        undo_window_text(cx, keys).map(|words| Line::styled(truncate(&words, columns), theme.warning)),
    );
    if let Some(waiting) = &cx.rate_limit_wait {
        let left = seconds_left(waiting.until.saturating_sub(now.mono));
        let words = format!(" … {}: going on in {left} s", sanitize(&waiting.reason));
        lines.push(Line::styled(truncate(&words, columns), theme.warning));
    }
    if let Some(rows) = cx.marks.range_len() {
        let key = |action| cx.key(KeyContext::List, action);
        let ends = format!("{} or {}", key(Action::MarkRange), key(Action::Back));
        let words = format!(" + marking as you move: {} so far; {ends} ends it", format_plural(rows, "row"));
        lines.push(Line::styled(truncate(&words, columns), theme.warning));
    }
    if let Some(message) = cx.notifications.newest() {
        lines.extend(notification_lines(message, cx.notifications.error_count(), theme, columns));
    }
    lines
}

/// What an earlier run did not finish, until the view of plans has it.
fn unfinished_text(model: &Model) -> Option<String> {
    let UnfinishedCounts { plans, done, steps } = model.plans.unfinished_counts?;
    let are = if plans == 1 { "is" } else { "are" };
    let (plans, view) = (format_plural(plans, "plan"), model.view_name(View::Plans));
    Some(format!(
        " ! {plans} {are} not finished ({done}/{steps} done): {view} lists them when the invites are loaded."
    ))
}

/// How long the newest plan can still be undone, and by which keys where the user is.
fn undo_window_text(cx: &RenderContext<'_>, keys: KeyContext) -> Option<String> {
    let held = cx.plans.in_undo_window()?;
    let RunPhase::UndoWindow { until } = held.progress.phase else { return None };
    let left = seconds_left(until.saturating_sub(cx.now.mono));
    let steps = format_plural(held.plan.steps.len(), "step");
    let undo = cx.options.keys.keys_in(keys, Action::Undo).into_iter().next();
    let undo = undo.unwrap_or_else(|| {
        let back = cx.key(keys, Action::Back);
        format!("{back} {}", cx.key(KeyContext::Views, Action::Undo))
    });
    Some(format!(" … {steps} to start in {left} s: {undo} undoes it"))
}

fn notification_lines(
    message: &Notification,
    errors: usize,
    theme: &Theme,
    columns: usize,
) -> Vec<Line<'static>> {
    let (sign, style, most) = match message.severity {
        Severity::Success => ("✓", theme.success, 2),
        Severity::Info => ("·", Style::new(), 2),
        Severity::Error => ("✗", theme.error, 3),
    };
    let mut text = sanitize(&message.text).into_owned();
    if message.count > 1 {
        text.push_str(&format!(" ({} times)", message.count));
    }
    if message.severity == Severity::Error && errors > 1 {
        text.push_str(&format!(" (and {} more)", format_plural(errors - 1, "error")));
    }
    let mut wrapped = wrap(&text, columns.saturating_sub(3));
    if wrapped.len() > most {
        let rest = wrapped[most - 1..].join(" ");
        wrapped.truncate(most - 1);
        wrapped.push(truncate(&rest, columns.saturating_sub(3)));
    }
    let indent = |i: usize| if i == 0 { format!(" {sign} ") } else { "   ".to_owned() };
    wrapped
        .into_iter()
        .enumerate()
        .map(|(i, line)| Line::from(vec![Span::styled(indent(i), style), Span::styled(line, style)]))
        .collect()
}

/// A filter as it is drawn.
#[derive(Debug)]
pub struct FilterLine<'a> {
    /// The sign before it.
    pub sign: &'static str,
    /// The filter in force.
    pub filter: &'a str,
    /// The field, while it is typed.
    pub field: Option<&'a TextField>,
    /// How many it found of how many.
    pub match_count: String,
    /// What explains it, while it is typed.
    pub help_lines: Vec<Line<'static>>,
}

impl FilterLine<'_> {
    /// The lines there are to show: none where there is no filter.
    pub fn lines(self, theme: &Theme, columns: usize) -> Vec<Line<'static>> {
        let room = self.text_width(columns);
        // While typing the end of a long filter matters, where the cursor is; afterwards its beginning.
        let (text, style) = match self.field {
            Some(field) => (field.visible_tail(room).0, Style::new()),
            None if self.filter.is_empty() => return Vec::new(),
            None => (truncate(self.filter, room), theme.muted),
        };
        let mut lines = vec![Line::from(vec![
            Span::styled(self.sign, theme.key),
            Span::styled(text, style),
            Span::styled(format!("   {}", self.match_count), theme.muted),
        ])];
        lines.extend(self.help_lines);
        lines
    }

    /// Puts the terminal's cursor where the user types, so that input methods know it.
    pub fn place_cursor(&self, frame: &mut Frame<'_>) {
        let Some(field) = self.field else { return };
        let area = frame.area();
        let (_, column) = field.visible_tail(self.text_width(text_columns(frame)));
        let column = (2 + column).min(area.width.saturating_sub(1) as usize);
        // Above the lines that explain, and the footer.
        let up = self.help_lines.len() as u16 + 2;
        frame.set_cursor_position(Position::new(area.x + column as u16, area.bottom().saturating_sub(up)));
    }

    /// Columns for the text.
    fn text_width(&self, columns: usize) -> usize {
        columns.saturating_sub(width(&self.match_count) + 4)
    }
}

/// The columns that the lines above the footer have.
pub fn text_columns(frame: &Frame<'_>) -> usize {
    (frame.area().width as usize).saturating_sub(2)
}
