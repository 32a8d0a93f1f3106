//! Draws the snooze menu: each entry with its due time, and a warning about the selected entry.

use ratatui::Frame;
use ratatui::text::Line;

use super::SnoozeMenu;
use crate::app::RenderContext;
use crate::domain::annotation::Snooze;
use crate::domain::text::{format_count, sanitize, truncate, width};
use crate::ui::{dialog, list};

/// Draws the snooze menu.
pub fn draw(menu: &SnoozeMenu, cx: &RenderContext<'_>, frame: &mut Frame<'_>) {
    let columns = dialog::text_width(62, frame);
    let title = match &menu.email {
        Some(email) => {
            format!("Snooze {}", truncate(&sanitize(email), (columns as usize).saturating_sub(10)))
        }
        None => format!("Snooze {} rows", format_count(menu.row_count())),
    };
    let due_text = |i: usize, max_width: usize| match menu.options[i].until {
        Some(Snooze::Until(at)) => match cx.full_time(at) {
            full if width(&full) > max_width => cx.time(at, "%-d %b"),
            full => full,
        },
        _ => String::new(),
    };
    let labels: Vec<&str> = menu.options.iter().map(|option| option.name).collect();
    let mut lines = list::menu_lines(&labels, due_text, menu.selected, columns, cx.theme);
    lines.push(Line::default());
    lines.push(Line::styled(truncate(&warning_text(menu), columns as usize), cx.theme.warning));
    let (area, hidden) = dialog::draw_lines_dialog(&title, lines, columns, cx.theme, frame);
    cx.add_row_clicks(area, hidden, labels.len().saturating_sub(hidden));
}

/// Returns the warning about the selected entry; empty if there is none.
fn warning_text(menu: &SnoozeMenu) -> String {
    let Some(until) = menu.selected_option().and_then(|option| option.until) else { return String::new() };
    let warning = |rows: usize, singular: &str, plural: &str| match (rows, menu.row_count()) {
        (_, 1) => format!("! It {singular}."),
        (rows, all) => format!(
            "! {} of {} {}.",
            format_count(rows),
            format_count(all),
            if rows == 1 { singular } else { plural }
        ),
    };
    match (menu.unaffected_row_count(until), menu.rows_expiring_while_snoozed(until)) {
        (0, 0) => String::new(),
        (0, expiring) => warning(expiring, "expires while snoozed", "expire while snoozed"),
        (unaffected, _) => warning(
            unaffected,
            "is not snoozed: expiry too soon or unknown",
            "are not snoozed: expiry too soon or unknown",
        ),
    }
}
