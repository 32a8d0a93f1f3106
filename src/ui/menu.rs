//! A menu in a dialog: labels of which one is selected, each with a text beside it.

use ratatui::text::{Line, Span};

use super::cell::padded;
use super::list::sign;
use super::theme::Theme;
use crate::domain::text::{fit, width};
use crate::keys::action::Action;

/// Which of so many items is selected after an action; the first one follows the last one.
pub(crate) fn moved(selected: usize, action: Action, items: usize) -> usize {
    match action {
        Action::Next => (selected + 1) % items.max(1),
        Action::Previous => selected.checked_sub(1).unwrap_or(items.saturating_sub(1)),
        _ => selected,
    }
}

/// The lines of a menu. `text` is given the place of an item, and how many columns are left for its text.
pub fn lines(
    labels: &[&str],
    text: impl Fn(usize, usize) -> String,
    selected: usize,
    columns: u16,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let widest = labels.iter().map(|label| width(label)).max().unwrap_or(0);
    let room = (columns as usize).saturating_sub(widest + 3);
    let line = |(i, label): (usize, &&str)| {
        let label = format!("{}{}", sign(i == selected), padded(label, widest));
        let label = if i == selected { Span::styled(label, theme.selected) } else { Span::raw(label) };
        let text = fit(&text(i, room), room);
        Line::from(vec![label, Span::raw("  "), Span::styled(text, theme.quiet)])
    };
    labels.iter().enumerate().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selection_goes_around_the_ends() {
        for (selected, action, after) in
            [(0, Action::Next, 1), (2, Action::Next, 0), (0, Action::Previous, 2), (1, Action::Help, 1)]
        {
            assert_eq!(moved(selected, action, 3), after, "{action:?} from {selected}");
        }
        assert_eq!((moved(0, Action::Next, 0), moved(0, Action::Previous, 0)), (0, 0), "of no items");
    }
}
