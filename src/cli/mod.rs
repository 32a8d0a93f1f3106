//! The command line: what can be typed after `guestlist`, one file a command. Commands talk to people and
//! to scripts; the work is done in the other rooms, and none of it speaks HTTP or SQL here.

pub mod console;
pub mod sandbox;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::clock::Clock;
use crate::domain::text::visible_lines;

/// Exit code when something failed.
pub const FAILED: u8 = 1;
/// Exit code when the command line, the configuration or the terminal is not as it has to be.
pub const USAGE: u8 = 2;

/// The keyboard console for tenancy invites: see, send, resend and revoke them.
///
/// Without an address and a token it opens a sandbox: an Invites API on this machine, with invented invites.
#[derive(Debug, Parser)]
#[command(name = "guestlist", version, after_help = AFTER_HELP, max_term_width = 100)]
pub struct Arguments {
    #[command(flatten)]
    console: console::ConsoleArgs,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the Invites API on this machine, with invented invites
    Sandbox(sandbox::SandboxArgs),
}

const AFTER_HELP: &str = "\
Examples:
  guestlist                                      a try-out on this machine, if nothing is configured
  guestlist --token-file ~/.datatrails/bearer-token.txt
  guestlist sandbox --listen 127.0.0.1:8400      a server to point a second console at

Environment:
  DATATRAILS_URL     the server's address
  BEARER_TOKEN_FILE  the file that holds the token
  NO_COLOR           no colours
  VISUAL, EDITOR     the editor for messages
  GUESTLIST_LOG      off, error, warn, info (default), debug or trace

Configuration (config.toml, keys.toml), journal and log, on Linux:
  ~/.config/guestlist/    ~/.local/state/guestlist/

Exit codes: 0 done, 1 failed, 2 usage, configuration or no terminal, 101 a mistake of guestlist's own,
128 + n ended by signal n";

/// Does what was typed.
pub async fn run(arguments: Arguments, clock: Clock) -> ExitCode {
    match arguments.command {
        None => console::run(arguments.console, clock).await,
        Some(Command::Sandbox(args)) => match sandbox::run(args, clock).await {
            Ok(()) => ExitCode::SUCCESS,
            // Its sentence has the system's reason in it already.
            Err(error) => fail(FAILED, &error.to_string()),
        },
    }
}

/// Says on standard error why it ends, and with which code.
pub fn fail(code: u8, sentence: &str) -> ExitCode {
    // Where even that cannot be said, the code has to do.
    let sentence = visible_lines(sentence).join("\n");
    let _ = writeln!(io::stderr(), "guestlist: {sentence}");
    ExitCode::from(code)
}
