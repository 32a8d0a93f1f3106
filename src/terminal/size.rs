//! How large the terminal is: its window, and the columns for what is printed without taking it.

use std::io::{self, IsTerminal as _};

use ratatui::layout::Size;

/// What is assumed when the system does not know how large the terminal is.
const USUAL: Size = Size { width: 80, height: 24 };
/// No window is larger; a system that says so is wrong, and a frame of that size would take gigabytes.
const MAX: Size = Size { width: 1000, height: 500 };

/// The columns and rows of the window, within what can be drawn.
pub fn window() -> Size {
    // Not `terminal::size`, which runs `tput` when the system does not know.
    match crossterm::terminal::window_size().map(|size| (size.columns, size.rows)) {
        Ok((columns @ 1.., rows @ 1..)) => {
            Size { width: columns.min(MAX.width), height: rows.min(MAX.height) }
        }
        _ => USUAL,
    }
}

/// The columns of the terminal that standard output is; 80 where it does not tell, `None` where it is none.
pub fn columns() -> Option<usize> {
    if !io::stdout().is_terminal() {
        return None;
    }
    let told = crossterm::terminal::size().map_or(0, |(columns, _)| usize::from(columns));
    Some(if told == 0 { 80 } else { told })
}
