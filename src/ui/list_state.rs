//! A place in some lines: the selected one, and the first one in the window. It knows nothing of what they are.

use crate::keys::action::Action;

/// By how many lines an action moves in a window of this height; `None` where it is no moving. A page leaves one line
/// of the one before in sight.
pub(crate) fn moved_by(action: Action, height: usize) -> Option<isize> {
    let page = height.saturating_sub(1).max(1) as isize;
    Some(match action {
        Action::Down => 1,
        Action::Up => -1,
        Action::PageDown => page,
        Action::PageUp => -page,
        Action::First => isize::MIN,
        Action::Last => isize::MAX,
        _ => return None,
    })
}

/// The selected line and the window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListState {
    /// The selected line, from 0.
    pub cursor: usize,
    /// The first line in the window.
    pub top: usize,
}

impl ListState {
    /// Selects a line of so many, or the last one, and moves the window as little as possible to show it.
    pub fn go_to(&mut self, line: usize, lines: usize, height: usize) {
        self.cursor = line.min(lines.saturating_sub(1));
        self.top = self.top_for(lines, height);
    }

    /// The first line of a window of this height that shows the selected one.
    pub fn top_for(&self, lines: usize, height: usize) -> usize {
        let height = height.max(1);
        let last_top = lines.saturating_sub(height);
        self.top.min(last_top).min(self.cursor).max((self.cursor + 1).saturating_sub(height))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selected_line_is_always_in_the_window() {
        let mut place = ListState::default();
        for (line, cursor, top) in [(3, 3, 0), (5, 5, 1), (1, 1, 1), (99, 9, 5), (0, 0, 0)] {
            place.go_to(line, 10, 5);
            assert_eq!((place.cursor, place.top), (cursor, top), "to {line}");
        }
        place.go_to(4, 0, 0);
        assert_eq!(place, ListState::default(), "of no lines");
    }
}
