//! Draws the snooze menu: each entry with its due time, and a warning about the selected one.

use ratatui::Frame;
use ratatui::text::Line;

use super::SnoozeMenu;
use crate::app::RenderContext;
use crate::domain::annotation::Snooze as Until;
use crate::domain::text::{format_count, sanitize, truncate, width};
use crate::ui::{dialog, list};

/// Draws the snooze menu.
pub fn draw(it: &SnoozeMenu, cx: &RenderContext<'_>, frame: &mut Frame<'_>) {
    let columns = dialog::text_width(62, frame);
    let title = match &it.email {
        Some(email) => {
            format!("Snooze {}", truncate(&sanitize(email), (columns as usize).saturating_sub(10)))
        }
        None => format!("Snooze {} rows", format_count(it.row_count())),
    };
    let when = |i: usize, room: usize| match it.options[i].until {
        Some(Until::Until(at)) => match cx.full_time(at) {
            full if width(&full) > room => cx.time(at, "%-d %b"),
            full => full,
        },
        _ => String::new(),
    };
    let labels: Vec<&str> = it.options.iter().map(|choice| choice.name).collect();
    let mut lines = list::menu_lines(&labels, when, it.selected, columns, cx.theme);
    lines.push(Line::default());
    lines.push(Line::styled(truncate(&warning_text(it), columns as usize), cx.theme.warning));
    dialog::draw_lines_dialog(&title, lines, columns, cx.theme, frame);
}

/// Returns the warning about the selected entry; empty if there is none.
fn warning_text(snooze: &SnoozeMenu) -> String {
    let Some(until) = snooze.selected_option().and_then(|choice| choice.until) else { return String::new() };
    let of = |rows: usize, one: &str, many: &str| match (rows, snooze.row_count()) {
        (_, 1) => format!("! It {one}."),
        (rows, all) => format!(
            "! {} of {} {}.",
            format_count(rows),
            format_count(all),
            if rows == 1 { one } else { many }
        ),
    };
    match (snooze.unaffected_rows(until), snooze.rows_expiring_first(until)) {
        (0, 0) => String::new(),
        (0, dead) => of(dead, "expires while snoozed", "expire while snoozed"),
        (stay, _) => of(
            stay,
            "is not snoozed: expiry too soon or unknown",
            "are not snoozed: expiry too soon or unknown",
        ),
    }
}
