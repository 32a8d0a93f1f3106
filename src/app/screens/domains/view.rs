//! Draws the Domains dialog, as high as the window allows.

use ratatui::Frame;
use ratatui::text::{Line, Span};

use crate::app::RenderContext;
use crate::app::screens::domains::DomainsDialog;
use crate::domain::text::{format_count, format_plural, sanitize, truncate_middle, width};
use crate::ui::list::{pad, row};
use crate::ui::{Lines, dialog};

/// Draws the Domains dialog.
pub fn draw(domains: &DomainsDialog, cx: &RenderContext<'_>, frame: &mut Frame<'_>) {
    let columns = dialog::text_width(60, frame);
    let all = domains.counts.len();
    // The line for messages stays visible.
    let height = (frame.area().height as usize).saturating_sub(5).min(all).max(1);
    let first = domains.list_state.offset_for(all, height);
    let shown = if height < all { format!(" · {}–{}", first + 1, first + height) } else { String::new() };
    let title = format!("{}{shown}", format_plural(all, "domain"));
    let line = |((domain, count), is_selected): (&(String, usize), bool)| {
        let count = format_count(*count);
        let name_width = (columns as usize).saturating_sub(width(&count) + 2);
        let name = pad(&truncate_middle(&sanitize(domain), name_width), name_width);
        let cells = [Span::raw(name), Span::styled(format!(" {count}"), cx.theme.muted)];
        row(is_selected, cells, columns as usize, cx.theme)
    };
    let mut lines: Lines = domains.list_state.window(domains.counts.iter(), height).map(line).collect();
    if lines.is_empty() {
        lines.push(Line::styled("No invites loaded.", cx.theme.muted));
    }
    let (area, _) = dialog::draw_lines_dialog(&title, lines, columns, cx.theme, frame);
    cx.add_row_clicks(area, first, all - first);
}
