//! Draws the filter tabs above the table.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::RenderContext;
use crate::app::model::filter_tabs::FilterTab;
use crate::domain::text::{format_count, sanitize, truncate, width};
use crate::keys::{Action, KeyContext};
use crate::ui::tabs;

/// Maximum columns of the name of a saved filter.
const MAX_LABEL_WIDTH: usize = 20;

/// Returns the line of tabs with their counts, and how to switch them if it fits.
pub(super) fn tabs_line(cx: &RenderContext<'_>, area: Rect) -> Line<'static> {
    let columns = area.width as usize;
    let tabs = cx.filter_tabs();
    let label = |(index, tab): (usize, &FilterTab)| {
        let label = truncate(&sanitize(&tab.label), MAX_LABEL_WIDTH);
        match cx.overview.matches.get(index).copied().flatten() {
            Some(count) => format!("{label} {}", format_count(count)),
            None => label,
        }
    };
    let labels: Vec<String> = tabs.iter().enumerate().map(label).collect();
    let current = cx.current_tab(&tabs);
    let mut line = tabs::tabs_line(&labels, current, columns.saturating_sub(1), cx.theme);
    line.spans.insert(0, Span::raw(" "));
    cx.add_tab_clicks(&line, &labels, area);
    let key = |action| cx.key(KeyContext::List, action);
    let keys = format!("   {} {}", key(Action::PreviousTab), key(Action::NextTab));
    let hint = " switch";
    if line.width() + width(&keys) + width(hint) < columns {
        line.push_span(Span::styled(keys, cx.theme.key));
        line.push_span(Span::styled(hint, cx.theme.muted));
    }
    line
}
