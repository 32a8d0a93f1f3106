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
    let title = format_plural(domains.counts.len(), "domain");
    let height = (frame.area().height as usize).saturating_sub(4).min(domains.counts.len()).max(1);
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
    let first = domains.list_state.offset_for(domains.counts.len(), height);
    cx.add_row_clicks(area, first, domains.counts.len() - first);
}
