//! Lines between the table and the footer: progress, range marking, and the newest notification.
//!
//! An error has up to three lines; the notifications dialog shows the full text.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::model::notifications::{Notification, Severity, Topic};
use crate::app::render::progress_line::progress_line;
use crate::app::{Model, RenderContext, View};
use crate::domain::service_msg::UnfinishedCounts;
use crate::domain::text::{format_plural, sanitize, truncate, width};
use crate::keys::{Action, KeyContext};
use crate::ui::{Lines, TextField, Theme, dialog};

/// Returns the lines above the footer; empty if there is nothing to show.
pub fn lines(cx: &RenderContext<'_>, context: KeyContext, width: u16) -> Lines {
    let (theme, columns) = (cx.theme, (width as usize).saturating_sub(2));
    let mut lines = Vec::new();
    lines.extend(progress_line(cx, context, columns));
    lines.extend(unfinished_text(cx).map(|text| Line::styled(truncate(&text, columns), theme.warning)));
    if let Some(rows) = cx.marks.range_len() {
        let key = |action| cx.key(KeyContext::List, action);
        let stop_keys = format!("{} or {}", key(Action::MarkRange), key(Action::Back));
        let text = format!(
            " + marking as you move: {} so far; press {stop_keys} to stop",
            format_plural(rows, "row")
        );
        lines.push(Line::styled(truncate(&text, columns), theme.warning));
    }
    let newest = cx.notifications.newest_notification();
    if let Some(notification) = newest.filter(|newest| !is_shown_in_table(newest, cx, context)) {
        lines.extend(notification_lines(notification, cx, columns));
    }
    lines
}

/// True if the error of the load is shown in place of the rows.
fn is_shown_in_table(notification: &Notification, model: &Model, context: KeyContext) -> bool {
    let is_about_load = notification.topic == Some(Topic::Loading);
    is_about_load && context == KeyContext::List && model.invites.load_error().is_some()
}

/// Returns the line about unfinished plans of an earlier session, until the plans are loaded.
fn unfinished_text(model: &Model) -> Option<String> {
    let UnfinishedCounts { plans, done, steps } = model.plans.unfinished_counts?;
    let verb = if plans == 1 { "is" } else { "are" };
    let (plans, view) = (format_plural(plans, "plan"), model.view_name(View::Plans));
    Some(format!(
        " ! {plans} {verb} unfinished ({done}/{steps} done): see {view} when the invites are loaded."
    ))
}

fn notification_lines(notification: &Notification, cx: &RenderContext<'_>, columns: usize) -> Lines {
    let (theme, error_count) = (cx.theme, cx.notifications.error_count());
    let (sign, style, max_lines) = match notification.severity {
        Severity::Success => ("✓", theme.success, 2),
        Severity::Info => ("·", Style::new(), 2),
        Severity::Error => ("✗", theme.error, 3),
    };
    let mut text = sanitize(&notification.text).into_owned();
    if notification.count > 1 {
        text.push_str(&format!(" ({} times)", notification.count));
    }
    if notification.severity == Severity::Error && error_count > 1 {
        text.push_str(&format!(" (and {})", format_plural(error_count - 1, "more error")));
    }
    dialog::sign_lines(&format!(" {sign} "), &text, max_lines, columns, style)
}

/// Line above the footer with the applied filter, or with the field while the user types.
#[derive(Debug)]
pub struct FilterLine<'a> {
    /// Sign before the filter.
    pub sign: &'static str,
    /// The applied filter.
    pub filter: &'a str,
    /// The field while the user types.
    pub field: Option<&'a TextField>,
    /// Numbers of matching and all rows.
    pub match_count: String,
    /// Lines that explain the filter while the user types.
    pub help_lines: Lines,
}

impl FilterLine<'_> {
    /// Returns the lines: none without a filter.
    pub fn lines(self, theme: &Theme, columns: usize) -> Lines {
        let available = self.text_width(columns);
        // While typing, the end of a long filter is shown, with the cursor; afterwards its start.
        let (text, style) = match self.field {
            Some(field) => (field.visible_tail(available).0, Style::new()),
            None if self.filter.is_empty() => return Vec::new(),
            None => (truncate(self.filter, available), theme.muted),
        };
        let mut lines = vec![Line::from(vec![
            Span::styled(self.sign, theme.key),
            Span::styled(text, style),
            Span::styled(format!("   {}", self.match_count), theme.muted),
        ])];
        lines.extend(self.help_lines);
        lines
    }

    /// Moves the terminal's cursor to the text cursor, because input methods appear there. `area` is that of the lines.
    pub fn place_cursor(&self, area: Rect, frame: &mut Frame<'_>) {
        let Some(field) = self.field else { return };
        let (_, column) = field.visible_tail(self.text_width(text_columns(area)));
        let column = (2 + column).min(area.width.saturating_sub(1) as usize);
        frame.set_cursor_position(Position::new(area.x + column as u16, area.y));
    }

    /// Returns the width for the text.
    fn text_width(&self, columns: usize) -> usize {
        columns.saturating_sub(width(&self.match_count) + 4)
    }
}

/// Returns the width of the lines above the footer.
pub fn text_columns(area: Rect) -> usize {
    (area.width as usize).saturating_sub(2)
}
