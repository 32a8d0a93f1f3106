//! Prints what clap returns: help and version on standard output, usage errors on standard error.
//! Escapes arguments, which may have been pasted.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use super::exit_code::{OK, USAGE};
use super::output;
use super::results::Results;
use crate::config::Environment;
use crate::domain::text::{is_unsafe, sanitize_lines};

/// Prints the text and returns the exit code.
pub(super) fn report(error: &clap::Error) -> ExitCode {
    let text = error.render();
    if error.use_stderr() {
        let plain = text.to_string();
        // clap's colors are escape sequences too, so escape sequences of an argument could not be recognized later.
        let is_harmless = plain.chars().all(|c| c == '\n' || !is_unsafe(c));
        let text = if is_harmless && is_colored(io::stderr().is_terminal()) {
            text.ansi().to_string()
        } else {
            sanitize_lines(&plain).join("\n")
        };
        output::print_escaped(&text);
        return ExitCode::from(USAGE);
    }
    let text = if is_colored(output::is_terminal()) { text.ansi().to_string() } else { text.to_string() };
    let _ = Results.write_all(text.as_bytes());
    output::report(Ok(OK))
}

fn is_colored(is_terminal: bool) -> bool {
    is_terminal && !Environment::read().no_color
}
