//! What a command says: results on standard output, everything else on standard error. Texts from outside are
//! made visible here. Nobody listening any more is no reason to stop what was begun.

use std::io::{self, IsTerminal as _, Write as _};

use crate::domain::text::{visible, visible_lines};

/// A line of results. When standard output is closed it is lost.
pub(super) fn result(line: &str) {
    let _ = writeln!(io::stdout(), "{}", visible_lines(line).join(" "));
}

/// A line of results made of columns, with a tab between them.
pub(super) fn columns(columns: &[&str]) {
    let columns: Vec<_> = columns.iter().map(|column| visible(column)).collect();
    let _ = writeln!(io::stdout(), "{}", columns.join("\t").trim_end());
}

/// A sentence for the person.
pub(super) fn told(sentence: &str) {
    let _ = writeln!(io::stderr(), "{}", visible_lines(sentence).join("\n"));
}

/// Why it ends.
pub(super) fn failed(sentence: &str) {
    let _ = writeln!(io::stderr(), "guestlist: {}", visible_lines(sentence).join("\n"));
}

/// Begins a question; the answer is typed on the same line.
pub(super) fn question(text: &str) {
    let _ = write!(io::stderr(), "{text}");
    let _ = io::stderr().flush();
}

/// Whether somebody can be asked: they see what is on standard error, and can type.
pub(super) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}
