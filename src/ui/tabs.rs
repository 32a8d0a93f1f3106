//! A line of tabs.

use ratatui::text::{Line, Span};

use super::Theme;
use crate::domain::text::width;

const SEPARATOR: &str = " │ ";
/// Mark for hidden tabs on one side.
const MORE: &str = "… ";

/// Returns the tabs in one line; the selected one is highlighted. If not all fit, those around the selected one.
pub fn tabs_line(labels: &[String], selected: Option<usize>, columns: usize, theme: &Theme) -> Line<'static> {
    let (first, last) = visible_tabs(labels, selected.unwrap_or(0), columns);
    let mut spans = Vec::new();
    if first > 0 {
        spans.push(Span::styled(MORE, theme.muted));
    }
    for (index, label) in labels.iter().enumerate().take(last).skip(first) {
        if index > first {
            spans.push(Span::styled(SEPARATOR, theme.muted));
        }
        let style = theme.tab_style(Some(index) == selected);
        spans.push(Span::styled(label.clone(), style));
    }
    if last < labels.len() {
        spans.push(Span::styled(" …", theme.muted));
    }
    Line::from(spans)
}

/// Returns the first visible tab, and the tab after the last visible one.
fn visible_tabs(labels: &[String], selected: usize, columns: usize) -> (usize, usize) {
    let used = |first: usize, last: usize| {
        let labels_width: usize = labels[first..last].iter().map(|label| width(label)).sum();
        let marks = usize::from(first > 0) + usize::from(last < labels.len());
        labels_width + width(SEPARATOR) * (last - first).saturating_sub(1) + width(MORE) * marks
    };
    let mut last = (selected + 1).min(labels.len());
    let mut first = 0;
    while first + 1 < last && used(first, last) > columns {
        first += 1;
    }
    while last < labels.len() && used(first, last + 1) <= columns {
        last += 1;
    }
    (first, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selected_tab_is_always_visible() {
        let labels = ["All 65", "new 39", "pending 4", "typo 4", "invalid 9"].map(str::to_owned);
        let text = |selected, columns| {
            let line = tabs_line(&labels, Some(selected), columns, &Theme::none());
            assert!(line.width() <= columns, "{line}");
            line.to_string()
        };
        assert_eq!(text(0, 60), "All 65 │ new 39 │ pending 4 │ typo 4 │ invalid 9");
        assert_eq!(text(0, 32), "All 65 │ new 39 │ pending 4 …");
        assert_eq!(text(3, 32), "… new 39 │ pending 4 │ typo 4 …");
        assert_eq!(text(4, 32), "… pending 4 │ typo 4 │ invalid 9");
        assert_eq!(text(4, 12), "… invalid 9");
    }
}
