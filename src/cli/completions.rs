//! `guestlist completions` and `guestlist man`, generated from the command line definition.
//! Needs no server and no configuration.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Command};
use clap_complete::{Shell, generate};

use super::exit_code::{CliError, OK};
use super::output;
use super::results::Results;
use crate::config::typed_path_arg;

/// Shell command that lists the profiles, one per line. Completion scripts run it for `--profile`.
const PROFILES_COMMAND: &str = "guestlist config profiles 2>/dev/null";

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

/// Arguments of `man`.
#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Write one page per command into this folder [default: print the page of guestlist]
    #[arg(long, value_name = "DIR", value_parser = typed_path_arg)]
    output: Option<PathBuf>,
}

/// Prints the completion script.
pub(super) fn print_completions(args: &CompletionsArgs, mut command: Command) -> Result<u8, CliError> {
    let mut script = Vec::new();
    generate(args.shell, &mut command, "guestlist", &mut script);
    print(add_profile_completion(args.shell, &String::from_utf8_lossy(&script)).as_bytes())
}

/// PowerShell code that completes profile names after `--profile`. It follows the script's parameters.
const POWERSHELL_PROFILES: &str = include_str!("profiles.ps1");

/// Adds completion of profile names to the script, if the command line has `--profile`.
fn add_profile_completion(shell: Shell, script: &str) -> String {
    match shell {
        Shell::Bash => {
            let files = "COMPREPLY=($(compgen -f \"${cur}\"))";
            let names = format!("COMPREPLY=($(compgen -W \"$({PROFILES_COMMAND})\" -- \"${{cur}}\"))");
            let mut parts = script.split("--profile)");
            let head = parts.next().unwrap_or_default().to_owned();
            parts.fold(head, |text, part| text + "--profile)" + &part.replacen(files, &names, 1))
        }
        Shell::Zsh => map_matching_lines(script, "'--profile=[", |line| {
            let values = format!("{{_values profile ${{(f)\"$({PROFILES_COMMAND})\"}}}}");
            line.replace(":_default'", &format!(":{values}'"))
        }),
        Shell::Fish => map_matching_lines(script, " -l profile ", |line| {
            let names = format!(" -l profile -f -a \"({PROFILES_COMMAND})\" ");
            line.replace(" -l profile ", &names)
        }),
        Shell::PowerShell if script.contains("--profile") => {
            let parameters = "param($wordToComplete, $commandAst, $cursorPosition)\n";
            script.replacen(parameters, &format!("{parameters}\n{POWERSHELL_PROFILES}"), 1)
        }
        _ => script.to_owned(),
    }
}

fn map_matching_lines(script: &str, pattern: &str, edit: impl Fn(&str) -> String) -> String {
    let edit = |line: &str| if line.contains(pattern) { edit(line) } else { line.to_owned() };
    script.lines().map(edit).map(|line| line + "\n").collect()
}

/// Prints or writes the manual pages.
pub(super) fn write_man(args: &ManArgs, mut command: Command) -> Result<u8, CliError> {
    let Some(dir) = &args.output else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page).map_err(|error| write_error(&error))?;
        return print(&page);
    };
    fs::create_dir_all(dir).map_err(|error| write_error(&error))?;
    command.build();
    let mut pages = 0;
    write_page(&command, "guestlist", dir, &mut pages).map_err(|error| write_error(&error))?;
    output::print_info(&format!("{pages} pages written to {}.", dir.display()));
    Ok(OK)
}

/// Writes the page of a command and the pages of its subcommands, such as guestlist-plan-apply.1.
fn write_page(command: &Command, name: &str, dir: &PathBuf, pages: &mut usize) -> io::Result<()> {
    for subcommand in command
        .get_subcommands()
        .filter(|subcommand| subcommand.get_name() != "help" && !subcommand.is_hide_set())
    {
        write_page(subcommand, &format!("{name}-{}", subcommand.get_name()), dir, pages)?;
    }
    let mut page = Vec::new();
    let title = name.to_owned();
    clap_mangen::Man::new(command.clone().display_name(title)).render(&mut page)?;
    *pages += 1;
    fs::write(dir.join(format!("{name}.1")), page)
}

fn print(bytes: &[u8]) -> Result<u8, CliError> {
    // Write errors are checked at the end of every command.
    let _ = Results.write_all(bytes);
    Ok(OK)
}

fn write_error(error: &io::Error) -> CliError {
    CliError::failed(format!("Could not write the manual: {error}. Choose another folder with --output."))
}

#[cfg(test)]
mod tests {
    use clap::Arg;

    use super::*;

    #[test]
    fn profile_flag_completes_profile_names() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell] {
            let flag = Arg::new("profile").long("profile").help("Which").value_name("NAME").global(true);
            let mut command = Command::new("guestlist").arg(flag).subcommand(Command::new("list"));
            let mut script = Vec::new();
            generate(shell, &mut command, "guestlist", &mut script);
            let script = String::from_utf8(script).expect("text");
            let count =
                add_profile_completion(shell, &script).matches("guestlist config profiles 2>").count();
            assert!(count > 0, "{shell}: {script}");
            assert_eq!(add_profile_completion(shell, "nothing\n"), "nothing\n");
        }
    }
}
