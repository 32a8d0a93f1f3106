//! Rules for arguments of all commands: which help shows them, and which take a negative number.

use clap::{Arg, Command};

/// Commands without any connection: no connection option means anything to them.
const OFFLINE_COMMANDS: &[&str] = &["completions", "man", "sandbox", "version", "help"];
/// Commands that read the configuration and the files of this machine only.
const LOCAL_COMMANDS: &[&str] = &["config", "cache", "journal"];
/// Connection options that local commands use.
const LOCAL_OPTIONS: &[&str] = &["profile", "config"];

/// Completes the definition of the command line. The help of a command hides connection options that have no
/// effect there; they are still accepted.
pub(super) fn refine(command: Command) -> Command {
    let command = allow_negative_numbers(command);
    let is_connection = |arg: &&Arg| arg.get_help_heading() == Some("Connection");
    let options: Vec<Arg> = command.get_arguments().filter(is_connection).cloned().collect();
    command.mut_subcommands(|subcommand| {
        let name = subcommand.get_name().to_owned();
        let (is_offline, is_local) =
            (OFFLINE_COMMANDS.contains(&name.as_str()), LOCAL_COMMANDS.contains(&name.as_str()));
        let is_hidden = |id: &str| id == "sandbox" || is_offline || is_local && !LOCAL_OPTIONS.contains(&id);
        let hidden = options.iter().filter(|option| is_hidden(option.get_id().as_str()));
        hidden.fold(subcommand, |subcommand, option| subcommand.arg(option.clone().hide(true)))
    })
}

/// Lets options that are a number take a negative one, so that the error names the number.
fn allow_negative_numbers(command: Command) -> Command {
    let is_number = |arg: &Arg| {
        let name = arg.get_value_names().and_then(|names| names.first());
        name.is_some_and(|name| ["N", "SECONDS"].contains(&name.as_str()))
    };
    let allow = |arg: Arg| if is_number(&arg) { arg.allow_negative_numbers(true) } else { arg };
    command.mut_args(allow).mut_subcommands(allow_negative_numbers)
}
