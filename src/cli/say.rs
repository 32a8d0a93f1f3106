//! What a command says: results on standard output, everything else on standard error. Texts from outside are
//! made visible here. Nobody listening any more is no reason to stop what was begun.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::OnceLock;

use super::manner::{Colour, MannerArgs};
use crate::config::Environment;
use crate::domain::text::{visible, visible_lines};

/// How this process talks; said once, before the first command speaks.
static MANNER: OnceLock<MannerArgs> = OnceLock::new();

/// Settles how this process talks.
pub(super) fn in_this_manner(manner: MannerArgs) {
    let _ = MANNER.set(manner);
}

fn manner() -> MannerArgs {
    MANNER.get().copied().unwrap_or_default()
}

/// Whether only the necessary is said.
pub(super) fn is_quiet() -> bool {
    manner().quiet
}

/// Whether results on standard output are coloured.
pub(super) fn is_coloured() -> bool {
    match manner().color.unwrap_or_default() {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => is_terminal() && !Environment::read().no_color,
    }
}

/// Whether colours were asked for, wherever results go.
pub(super) fn is_coloured_always() -> bool {
    manner().color == Some(Colour::Always)
}

/// Whether colours are not wanted at all.
pub(super) fn is_never_coloured() -> bool {
    manner().color == Some(Colour::Never)
}

/// Whether results go to a terminal.
pub(super) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Something that only who wants to know more is told.
pub(super) fn detail(sentence: &str) {
    if manner().verbose {
        shown(sentence);
    }
}

/// A line of results. When standard output is closed it is lost.
pub(super) fn result(line: &str) {
    let _ = writeln!(io::stdout(), "{}", visible_lines(line).join(" "));
}

/// A line of results made of columns, with a tab between them.
pub(super) fn columns(columns: &[&str]) {
    let columns: Vec<_> = columns.iter().map(|column| visible(column)).collect();
    let _ = writeln!(io::stdout(), "{}", columns.join("\t").trim_end());
}

/// A sentence for the person, unless only the necessary is said.
pub(super) fn told(sentence: &str) {
    if !is_quiet() {
        shown(sentence);
    }
}

/// A sentence that a question or a failure cannot do without.
pub(super) fn shown(sentence: &str) {
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
