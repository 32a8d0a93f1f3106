//! Size of the terminal: its window, and the width for printed text.

use std::io::{self, IsTerminal as _};

use ratatui::layout::Size;

/// Window size if the system does not report it.
const DEFAULT_SIZE: Size = Size { width: 80, height: 24 };
/// Maximum window size. A larger size is reported by mistake, and its frame would take gigabytes.
const MAX_SIZE: Size = Size { width: 1000, height: 500 };

/// Returns columns and rows of the window, within the supported range.
pub fn window_size() -> Size {
    // Not `terminal::size`, which runs `tput` if the system does not know the size.
    match crossterm::terminal::window_size().map(|size| (size.columns, size.rows)) {
        Ok((columns @ 1.., rows @ 1..)) => {
            Size { width: columns.min(MAX_SIZE.width), height: rows.min(MAX_SIZE.height) }
        }
        _ => DEFAULT_SIZE,
    }
}

/// Returns the columns of standard output; 80 if unknown, `None` if it is not a terminal.
pub fn stdout_columns() -> Option<usize> {
    if !io::stdout().is_terminal() {
        return None;
    }
    let columns = crossterm::terminal::size().map_or(0, |(columns, _)| usize::from(columns));
    Some(if columns == 0 { 80 } else { columns })
}
