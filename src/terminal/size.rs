//! How wide the terminal is, for what is printed without taking it.

use std::io::{self, IsTerminal as _};

/// The columns of the terminal that standard output is; 80 where it does not tell, `None` where it is none.
pub fn columns() -> Option<usize> {
    if !io::stdout().is_terminal() {
        return None;
    }
    let told = crossterm::terminal::size().map_or(0, |(columns, _)| usize::from(columns));
    Some(if told == 0 { 80 } else { told })
}
