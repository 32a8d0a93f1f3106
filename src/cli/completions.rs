//! `guestlist completions`: prints the script that registers guestlist with a shell.
//! The script runs guestlist for each completion; [`super::complete`] then finds the candidates.

use std::io::{self, Write as _};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap_complete::Shell;
use clap_complete::env::Shells;

use super::exit_code::{CliError, OK};
use super::results::Results;
use crate::config::environment::COMPLETION_VAR;

/// Registration script for bash, instead of the script of clap, which cannot complete emails.
const BASH: &str = include_str!("completions/bash.sh");
/// End of the registration script for zsh.
const ZSH_TAIL: &str = include_str!("completions/zsh_tail.sh");

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// Shell
    #[arg(value_name = "SHELL", value_parser = shell_parser())]
    shell: Shell,
}

/// Parses the shells that have a completion script.
fn shell_parser() -> impl TypedValueParser<Value = Shell> {
    PossibleValuesParser::new(["bash", "zsh", "fish", "powershell"])
        .try_map(|name| name.parse::<Shell>().map_err(io::Error::other))
}

/// Prints the registration script.
pub(super) fn print_completions(args: &CompletionsArgs) -> Result<u8, CliError> {
    let script = registration_script(args.shell).map_err(|error| {
        CliError::failed(format!("Could not write the script: {error}. Choose another shell."))
    })?;
    // Write errors are checked at the end of every command.
    let _ = Results.write_all(&script);
    Ok(OK)
}

fn registration_script(shell: Shell) -> io::Result<Vec<u8>> {
    if shell == Shell::Bash {
        return Ok(BASH.as_bytes().to_vec());
    }
    let name = shell.to_string();
    let shells = Shells::builtins();
    let completer = shells.completer(&name).ok_or_else(|| io::Error::other("the shell is unknown"))?;
    let mut script = Vec::new();
    completer.write_registration(COMPLETION_VAR, "guestlist", "guestlist", "guestlist", &mut script)?;
    if shell == Shell::Zsh {
        script.extend(ZSH_TAIL.as_bytes());
    }
    Ok(script)
}
