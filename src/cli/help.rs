//! `guestlist help`: prints the help of a command, or a topic from the documents in `docs/`.

use std::process::ExitCode;

use clap::{Args, Command};

use super::document::{self, Block};
use super::exit_code::{CliError, OK};
use super::output;
use super::results::Results;
use crate::domain::text::sanitize;
use crate::terminal::stdout_columns;

pub(super) const CLI: &str = include_str!("../../docs/cli.md");
pub(super) const CONFIGURATION: &str = include_str!("../../docs/configuration.md");
pub(super) const FILTERS: &str = include_str!("../../docs/filters.md");
const JSON: &str = include_str!("../../docs/json.md");
const SANDBOX: &str = include_str!("../../docs/sandbox.md");

/// Maximum width of a topic in columns.
const MAX_WIDTH: usize = 100;

/// Topics: name, description, document and section. An empty section is the whole document.
pub(super) const TOPICS: &[(&str, &str, &str, &str)] = &[
    ("filters", "The filter language", FILTERS, ""),
    ("environment", "Environment variables", CONFIGURATION, "Environment"),
    ("exit-codes", "Exit codes of commands", CLI, "Exit codes"),
    ("json", "Fields of the JSON output", JSON, ""),
    ("faults", "Faults of the sandbox", SANDBOX, "Faults"),
];

/// Arguments of `help`.
#[derive(Debug, Args)]
pub(super) struct HelpArgs {
    /// Command, such as plan apply, or topic [default: print the help of guestlist]
    #[arg(value_name = "COMMAND|TOPIC")]
    words: Vec<String>,
}

/// Prints a topic, or the help of a command.
pub(super) fn run(args: &HelpArgs, command_line: fn() -> Command) -> ExitCode {
    if let [name] = args.words.as_slice()
        && let Some(blocks) = topic(name)
    {
        let width = stdout_columns().unwrap_or(MAX_WIDTH).min(MAX_WIDTH);
        // Write errors are checked at the end of every command.
        let _ = std::io::Write::write_all(&mut Results, document::to_text(&blocks, width).as_bytes());
        return output::report(Ok(OK));
    }
    if let Some(unknown) = args.words.first().filter(|name| command_line().find_subcommand(name).is_none()) {
        let topics: Vec<&str> = TOPICS.iter().map(|(name, ..)| *name).collect();
        let unknown = sanitize(unknown);
        return output::report(Err(CliError::usage(format!(
            "Could not show help: no command or topic is called {unknown}. Run guestlist --help for the \
             commands. Topics: {}.",
            topics.join(", ")
        ))));
    }
    let words = args.words.iter().map(String::as_str);
    let words = ["guestlist"].into_iter().chain(words).chain(["--help"]);
    match command_line().try_get_matches_from(words) {
        Err(error) => output::print_clap(&error),
        Ok(_) => ExitCode::from(OK),
    }
}

/// Returns the blocks of a topic.
fn topic(name: &str) -> Option<Vec<Block>> {
    let (.., document, section) = TOPICS.iter().find(|(topic, ..)| *topic == name)?;
    Some(match section.is_empty() {
        true => document::parse(document),
        false => document::section(document, section),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_has_text() {
        for (name, ..) in TOPICS {
            let text = document::to_text(&topic(name).expect("a topic"), 80);
            assert!(text.lines().count() > 10, "{name}: {text}");
            assert!(
                include_str!("help/help.txt").contains(name)
                    && include_str!("help/guestlist.txt").contains(name)
            );
        }
    }
}
