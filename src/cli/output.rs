//! Output of commands, and the output options: results on standard output, everything else on standard error. Escapes text from
//! outside. A closed standard error does not stop a command.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::sync::OnceLock;

use clap::{ArgAction, Args, ValueEnum};
use jiff::tz::TimeZone;
use serde_json::json;

use super::exit_code::{self, CliError, OK, USAGE};
use super::results::{self, Results};
use crate::config::Environment;
use crate::domain::json::escape_for_terminal;
use crate::domain::text::{is_unsafe, sanitize_lines};

/// Output options of every command.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(super) struct OutputArgs {
    /// When to use color
    #[arg(long, global = true, value_name = "WHEN", value_enum, help_heading = "Output")]
    pub(super) color: Option<ColorChoice>,
    /// Print only results, prompts and errors
    #[arg(long, short, global = true, help_heading = "Output")]
    pub(super) quiet: bool,
    /// Log API requests to standard error; -vv also logs headers
    #[arg(long, short, global = true, action = ArgAction::Count, help_heading = "Output")]
    pub(super) verbose: u8,
    /// Log API requests and headers to standard error, with the token masked (as -vv)
    #[arg(long, global = true, help_heading = "Output")]
    pub(super) debug_http: bool,
    /// Use UTC for the times and dates of a terminal and of filters [default: local time zone]
    #[arg(long, global = true, help_heading = "Output")]
    pub(super) utc: bool,
}

/// When output is colored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorChoice {
    #[default]
    Auto,
    Always,
    Never,
}

/// Output options of this process, set once before the first command prints.
static OUTPUT_ARGS: OnceLock<OutputArgs> = OnceLock::new();

/// Options that also apply to usage errors: color, and true for JSON errors.
static ERROR_STYLE: OnceLock<(Option<ColorChoice>, bool)> = OnceLock::new();

/// Sets how this process prints errors and colors, before clap parses the arguments.
pub(super) fn init_errors(color: Option<ColorChoice>, is_json: bool) {
    let _ = ERROR_STYLE.set((color, is_json));
}

fn error_style() -> (Option<ColorChoice>, bool) {
    ERROR_STYLE.get().copied().unwrap_or_default()
}

/// Sets the output options of this process.
pub(super) fn init(args: OutputArgs) {
    let _ = OUTPUT_ARGS.set(args);
}

/// Silences all notes and details of this process.
pub(super) fn silence() {
    init(OutputArgs { quiet: true, ..OutputArgs::default() });
}

fn output_args() -> OutputArgs {
    OUTPUT_ARGS.get().copied().unwrap_or_default()
}

/// Returns true for `--quiet`.
pub(super) fn is_quiet() -> bool {
    output_args().quiet
}

/// Returns the time zone of times for people, and of dates in arguments.
pub(super) fn time_zone() -> TimeZone {
    if output_args().utc { TimeZone::UTC } else { TimeZone::system() }
}

/// Returns true if results on standard output are colored.
pub(super) fn is_colored() -> bool {
    may_color(is_terminal())
}

/// Returns true for `--color never`.
pub(super) fn is_never_colored() -> bool {
    error_style().0 == Some(ColorChoice::Never)
}

/// Returns true if standard output is a terminal.
pub(super) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Prints a detail to standard error; only with `--verbose`.
pub(super) fn print_verbose(sentence: &str) {
    if output_args().verbose > 0 || logs_headers() {
        print_always(sentence);
    }
}

/// Returns true if the headers of requests are logged.
pub(super) fn logs_headers() -> bool {
    output_args().verbose > 1 || output_args().debug_http
}

/// Prints one line of results.
pub(super) fn print_result(line: &str) {
    results::print_line(&sanitize_lines(line).join(" "));
}

/// Prints a sentence to standard error; not with `--quiet`.
pub(super) fn print_info(sentence: &str) {
    if !is_quiet() {
        print_always(sentence);
    }
}

/// Prints a sentence to standard error, even with `--quiet`: for prompts and errors.
pub(super) fn print_always(sentence: &str) {
    let _ = writeln!(io::stderr(), "{}", sanitize_lines(sentence).join("\n"));
}

/// Prints an error: a sentence, or one line of JSON if the results are JSON.
pub(super) fn print_error(code: u8, sentence: &str) {
    let text = if error_style().1 {
        let error = json!({ "error": { "code": code, "kind": exit_code::kind(code), "message": sentence } });
        escape_for_terminal(&error.to_string())
    } else {
        format!("guestlist: {}", sanitize_lines(sentence).join("\n"))
    };
    // If standard error is closed, only the exit code reports the error.
    let _ = writeln!(io::stderr(), "{text}");
}

/// Prints an error and returns its exit code.
pub fn fail(code: u8, sentence: &str) -> ExitCode {
    print_error(code, sentence);
    ExitCode::from(code)
}

/// Prints the error of a command, and returns the exit code: never success if results were lost.
pub(super) fn report(result: Result<u8, CliError>) -> ExitCode {
    match results::check_write_errors(result) {
        Ok(code) => ExitCode::from(code),
        Err(error) => fail(error.code, &error.message),
    }
}

/// Prints what clap returns: help and version on standard output, usage errors on standard error.
/// Escapes arguments, which may have been pasted. Returns the exit code.
pub(super) fn print_clap(error: &clap::Error) -> ExitCode {
    let text = error.render();
    if error.use_stderr() {
        let plain = text.to_string();
        if error_style().1 {
            return fail(USAGE, plain.trim_start_matches("error: ").trim_end());
        }
        // clap's colors are escape sequences too, so escape sequences of an argument could not be recognized later.
        let is_harmless = plain.chars().all(|c| c == '\n' || !is_unsafe(c));
        let text = if is_harmless && may_color(io::stderr().is_terminal()) {
            text.ansi().to_string()
        } else {
            sanitize_lines(&plain).join("\n")
        };
        let _ = writeln!(io::stderr(), "{}", text.trim_end());
        return ExitCode::from(USAGE);
    }
    let text = if may_color(is_terminal()) { text.ansi().to_string() } else { text.to_string() };
    let _ = Results.write_all(text.as_bytes());
    report(Ok(OK))
}

fn may_color(is_terminal: bool) -> bool {
    match error_style().0.unwrap_or_default() {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => Environment::read().color.unwrap_or(is_terminal),
    }
}

/// Prints a prompt; the user types the answer on the same line.
pub(super) fn print_prompt(text: &str) {
    let _ = write!(io::stderr(), "{text}");
    let _ = io::stderr().flush();
}

/// Returns true if the user can see standard error and type an answer.
pub(super) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}
