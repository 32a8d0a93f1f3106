//! What clap has to say about a command line: help and the version are results, a mistake goes to standard error. What
//! was typed comes from outside, too: it may have been pasted.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use super::codes::{OK, USAGE};
use super::results::{self, Results};
use super::say;
use crate::config::Environment;
use crate::domain::text::{is_hostile, visible_lines};

/// Prints it, and returns with which code the program ends.
pub(super) fn report(error: &clap::Error) -> ExitCode {
    let text = error.render();
    if error.use_stderr() {
        let plain = text.to_string();
        // clap's own colors are escape sequences: beside those of an argument they could not be told apart.
        let is_harmless = plain.chars().all(|c| c == '\n' || !is_hostile(c));
        let text = if is_harmless && is_colored(io::stderr().is_terminal()) {
            text.ansi().to_string()
        } else {
            visible_lines(&plain).join("\n")
        };
        say::as_it_is(&text);
        return ExitCode::from(USAGE);
    }
    let text = if is_colored(say::is_terminal()) { text.ansi().to_string() } else { text.to_string() };
    let _ = Results.write_all(text.as_bytes());
    match results::checked(Ok(OK)) {
        Ok(code) => ExitCode::from(code),
        Err(ended) => say::fail(ended.code, &ended.sentence),
    }
}

fn is_colored(is_terminal: bool) -> bool {
    is_terminal && !Environment::read().no_color
}
