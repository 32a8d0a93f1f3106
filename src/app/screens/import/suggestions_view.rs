//! Draws all suggestions of an import: the old and the new email of each entry.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::RenderContext;
use crate::app::screens::import::ImportDialog;
use crate::domain::import::ImportEntry;
use crate::domain::text::{format_plural, truncate_middle, width};
use crate::ui::Theme;
use crate::ui::dialog::{draw_frame, draw_lines};
use crate::ui::list::{highlight_row, pad, position_label, selection_sign};

/// Blanks and arrow between the old and the new email.
const ARROW: &str = " → ";

/// Draws the suggestions and returns the number of visible rows.
pub(super) fn draw(
    import: &ImportDialog,
    cx: &RenderContext<'_>,
    area: Rect,
    frame: &mut Frame<'_>,
) -> usize {
    let theme = cx.theme;
    let suggested = &import.table.suggested;
    // The frame and the headings.
    let height = (area.height as usize).saturating_sub(3);
    let position = position_label("rows", &import.suggestions_state, suggested.len(), height);
    let count = format_plural(suggested.len(), "suggestion");
    let inner = draw_frame(&format!("Import · 2/3 Use {count}?"), &position, theme, area, frame);
    let last = suggested.last().and_then(|index| import.list.entries.get(*index));
    let line_width = last.map_or(0, |entry| entry.line.to_string().len()).max(width("Line"));
    let email_width = import.table.suggested_width.max(width("Email"));
    let available = (inner.width as usize).saturating_sub(1 + line_width + 2 + width(ARROW));
    let widths = (line_width, email_width.min(available / 2), available);
    let heading = format!(" {:>line_width$}  {}{ARROW}Suggestion", "Line", pad("Email", widths.1));
    let mut lines = vec![Line::styled(heading, theme.title)];
    let window = import.suggestions_state.window(suggested.iter(), height);
    lines.extend(window.filter_map(|(index, selected)| {
        let email = import.entry_states.get(*index)?.suggestion()?;
        Some(row_line(import.list.entries.get(*index)?, email, selected, widths, theme))
    }));
    draw_lines(&lines, inner, frame);
    let rows = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
    let first = import.suggestions_state.offset_for(suggested.len(), height);
    cx.add_row_clicks(rows, first, suggested.len() - first);
    height
}

/// Returns a row. `widths` are those of the line number, of the old email, and of both emails together.
fn row_line(
    entry: &ImportEntry,
    email: &str,
    selected: bool,
    (line, old, both): (usize, usize, usize),
    theme: &Theme,
) -> Line<'static> {
    let new = both.saturating_sub(old);
    let mut row = Line::from(vec![
        Span::raw(selection_sign(selected)),
        Span::styled(format!("{:>line$}  ", entry.line), theme.muted),
        Span::styled(pad(&truncate_middle(&entry.email, old), old), Style::new()),
        Span::styled(ARROW, theme.muted),
        Span::styled(pad(&truncate_middle(email, new), new), theme.success),
    ]);
    if selected {
        highlight_row(&mut row, 0, theme);
    }
    row
}
