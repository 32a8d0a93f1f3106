//! What a command says: results on standard output, everything else on standard error. Texts from outside are
//! made visible here. Nobody listening any more is no reason to stop what was begun.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Map, Value};

use super::manner::{Colour, MannerArgs};
use super::results;
use crate::config::Environment;
use crate::domain::json::harmless;
use crate::domain::text::{visible, visible_lines};

/// How this process talks; said once, before the first command speaks.
static MANNER: OnceLock<MannerArgs> = OnceLock::new();

/// Whether results are JSON; said by the command that was typed, before it prints any.
static JSON: AtomicBool = AtomicBool::new(false);

/// Has results printed as an object of JSON a line, where `json` was asked for.
pub(super) fn as_json(json: bool) {
    JSON.store(json, Ordering::Relaxed);
}

/// Whether results are JSON.
pub(super) fn is_json() -> bool {
    JSON.load(Ordering::Relaxed)
}

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

/// A line of results.
pub(super) fn result(line: &str) {
    results::line(&visible_lines(line).join(" "));
}

/// A line of results made of columns, with a tab between them.
pub(super) fn columns(columns: &[&str]) {
    let columns: Vec<_> = columns.iter().map(|column| visible(column)).collect();
    results::line(columns.join("\t").trim_end());
}

/// A result made of values with names: the values with a tab between them, or an object of JSON with all of them. What
/// stands only in JSON is an empty text elsewhere.
pub(super) fn record(values: &[(&str, &str)]) {
    if is_json() {
        return object(values.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))));
    }
    columns(&values.iter().map(|(_, value)| *value).collect::<Vec<_>>());
}

/// A result that is a sentence with numbers in it: the sentence, or an object of JSON with the numbers.
pub(super) fn counted(sentence: &str, numbers: &[(&str, usize)]) {
    if is_json() {
        return object(numbers.iter().map(|(name, number)| ((*name).to_owned(), Value::from(*number))));
    }
    result(sentence);
}

fn object(values: impl Iterator<Item = (String, Value)>) {
    let object = Value::Object(values.collect::<Map<_, _>>());
    results::line(&harmless(&object.to_string()));
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

/// A text that is harmless already, with its line ends.
pub(super) fn as_it_is(text: &str) {
    let _ = writeln!(io::stderr(), "{}", text.trim_end());
}

/// Why it ends.
pub(super) fn failed(sentence: &str) {
    let _ = writeln!(io::stderr(), "guestlist: {}", visible_lines(sentence).join("\n"));
}

/// Says on standard error why it ends, and with which code.
pub fn fail(code: u8, sentence: &str) -> ExitCode {
    // Where even that cannot be said, the code has to do.
    failed(sentence);
    ExitCode::from(code)
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
