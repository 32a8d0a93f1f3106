//! Draws the filter tabs above the table.

use ratatui::text::{Line, Span};

use crate::app::RenderContext;
use crate::domain::text::{format_count, sanitize, truncate, width};
use crate::keys::{Action, KeyContext};

/// Maximum columns of the name of a saved filter.
const MAX_LABEL_WIDTH: usize = 20;

/// Returns the line of tabs. Tabs that do not fit are left out, but never the current one.
pub(super) fn tabs_line(cx: &RenderContext<'_>, columns: usize) -> Line<'static> {
    let theme = cx.theme;
    let tabs = cx.filter_tabs();
    let current = cx.current_tab(&tabs);
    let mut cells: Vec<(bool, String)> = tabs
        .iter()
        .enumerate()
        .map(|(index, tab)| {
            let label = truncate(&sanitize(&tab.label), MAX_LABEL_WIDTH);
            let count = cx.overview.matches.get(index).map(|count| format!(" {}", format_count(*count)));
            (current == Some(index), format!(" {label}{} ", count.unwrap_or_default()))
        })
        .collect();
    let used = |cells: &[(bool, String)]| cells.iter().map(|(_, text)| width(text) + 1).sum::<usize>();
    while used(&cells) > columns
        && let Some(last) = cells.iter().rposition(|(is_current, _)| !is_current)
    {
        cells.remove(last);
    }
    let available = columns.saturating_sub(used(&cells));
    let mut line = Line::default();
    for (index, (is_current, text)) in cells.into_iter().enumerate() {
        if index > 0 {
            line.push_span(Span::styled("│", theme.muted));
        }
        line.push_span(Span::styled(text, theme.tab_style(is_current)));
    }
    let key = |action| cx.key(KeyContext::List, action);
    let keys = format!("  {} {}", key(Action::PreviousTab), key(Action::NextTab));
    let hint = " switch";
    if width(&keys) + width(hint) < available {
        line.push_span(Span::styled(keys, theme.key));
        line.push_span(Span::styled(hint, theme.muted));
    }
    line
}
