//! Draws the filter tabs above the table.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::RenderContext;
use crate::app::model::click_area::ClickTarget;
use crate::domain::text::{format_count, sanitize, truncate, width};
use crate::keys::{Action, KeyContext};

/// Maximum columns of the name of a saved filter.
const MAX_LABEL_WIDTH: usize = 20;

/// Returns the line of tabs. Tabs that do not fit are left out, but never the current one.
pub(super) fn tabs_line(cx: &RenderContext<'_>, area: Rect) -> Line<'static> {
    let (theme, columns) = (cx.theme, area.width as usize);
    let tabs = cx.filter_tabs();
    let current = cx.current_tab(&tabs);
    let mut cells: Vec<(usize, bool, String)> = tabs
        .iter()
        .enumerate()
        .map(|(index, tab)| {
            let label = truncate(&sanitize(&tab.label), MAX_LABEL_WIDTH);
            let count = cx.overview.matches.get(index).map(|count| format!(" {}", format_count(*count)));
            (index, current == Some(index), format!(" {label}{} ", count.unwrap_or_default()))
        })
        .collect();
    let used =
        |cells: &[(usize, bool, String)]| cells.iter().map(|(.., text)| width(text) + 1).sum::<usize>();
    while used(&cells) > columns
        && let Some(last) = cells.iter().rposition(|(_, is_current, _)| !is_current)
    {
        cells.remove(last);
    }
    let available = columns.saturating_sub(used(&cells));
    let mut line = Line::default();
    for (index, is_current, text) in cells {
        if !line.spans.is_empty() {
            line.push_span(Span::styled("│", theme.muted));
        }
        let tab = Rect { x: area.x + line.width() as u16, width: width(&text) as u16, ..area };
        cx.add_click(tab.intersection(area), ClickTarget::Tab(index));
        line.push_span(Span::styled(text, if is_current { theme.selected } else { theme.muted }));
    }
    let key = |action| cx.key(KeyContext::List, action);
    let hint = format!("  {} {} switch", key(Action::PreviousTab), key(Action::NextTab));
    if width(&hint) < available {
        line.push_span(Span::styled(hint, theme.muted));
    }
    line
}
