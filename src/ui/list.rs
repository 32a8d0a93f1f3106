//! What all lists of lines share: the sign and the color of the selected line, and the position in the bottom border.

use ratatui::text::Span;

use super::list_state::ListState;
use super::theme::Theme;
use crate::domain::text::count;

/// Where one is: "─ steps 1–20 of 80 ".
pub fn position(what: &str, state: &ListState, lines: usize, height: usize) -> String {
    if lines == 0 || height == 0 {
        return String::new();
    }
    let top = state.top_for(lines, height);
    format!("─ {what} {}–{} of {} ", count(top + 1), count((top + height).min(lines)), count(lines))
}

/// What names the selected line is reversed; the sign before it says the same.
pub fn select(spans: &mut [Span<'static>], theme: &Theme) {
    for span in spans {
        span.style = span.style.patch(theme.selected);
    }
}

/// The sign before the selected line.
pub fn sign(is_selected: bool) -> &'static str {
    if is_selected { "▌" } else { " " }
}
