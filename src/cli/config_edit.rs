//! `guestlist config set`, `get`, `use` and `edit`: change or print single settings of `config.toml`.
//! A text with mistakes is never written.

use std::path::Path;

use clap::Args;

use super::config_writer::{self, value_mistakes};
use super::console::load_theme;
use super::exit_code::{CliError, OK};
use super::global_args::GlobalArgs;
use super::output;
use super::prompt::Prompter;
use super::results;
use crate::config::config_file;
use crate::config::config_text::{parse_literal, quote_text};
use crate::config::paths::Paths;
use crate::config::{ConfigText, Environment};
use crate::console::{EditResult, edit_text};

/// Arguments of `config set`.
#[derive(Debug, Args)]
pub(super) struct SetArgs {
    /// Setting, such as undo_seconds or profiles.acme.badge
    #[arg(value_name = "KEY")]
    key: String,
    /// Value, such as 10, true, a text, or '["acme.com"]'
    #[arg(value_name = "VALUE", allow_hyphen_values = true)]
    value: String,
}

/// Arguments of `config get`.
#[derive(Debug, Args)]
pub(super) struct GetArgs {
    /// Setting, such as undo_seconds or profiles.acme.badge
    #[arg(value_name = "KEY")]
    key: String,
}

/// Arguments of `config use`.
#[derive(Debug, Args)]
pub(super) struct UseArgs {
    /// Profile
    #[arg(value_name = "PROFILE")]
    profile: String,
}

/// Sets a setting.
pub(super) fn set(path: &Path, args: &SetArgs) -> Result<u8, CliError> {
    let keys = split_key(&args.key)?;
    let text = config_writer::read(path)?;
    text.new_text().map_err(|mistakes| config_writer::edit_error(path, &mistakes))?;
    let literal = parse_literal(&args.value);
    let mut first_error = None;
    // A value that looks like a number or a list may be meant as a text.
    for value in literal.into_iter().chain([quote_text(&args.value)]) {
        let mut edited = text.clone();
        let result = edited.set(&keys, &value).and_then(|()| check_text(edited.new_text()?));
        match result {
            Ok(()) => {
                config_writer::write(path, &edited)?;
                results::record_change("The setting was changed.");
                output::print_info(&format!("{} is set in {}.", args.key, path.display()));
                return Ok(OK);
            }
            Err(mistakes) => drop(first_error.get_or_insert(mistakes)),
        }
    }
    let mistakes = first_error.unwrap_or_default();
    let mistakes = mistakes.trim_end_matches('.');
    Err(CliError::usage(format!("Could not set {}: {mistakes}. No changes were made.", args.key)))
}

/// Checks a text as `config check` does.
fn check_text(text: &str) -> Result<(), String> {
    let file = config_file::parse(text)?;
    let mut mistakes = value_mistakes(&file);
    if let (Some(theme), Some(paths)) = (&file.theme, Paths::default_paths()) {
        mistakes.extend(load_theme(&theme.value, &paths, &Environment::read()).err());
    }
    if mistakes.is_empty() { Ok(()) } else { Err(mistakes.join("\n")) }
}

/// Splits `profiles.acme.url`. A profile's name may contain periods.
fn split_key(key: &str) -> Result<Vec<&str>, CliError> {
    let parts: Vec<&str> = match key.strip_prefix("profiles.") {
        Some(rest) => {
            let table = [".filters.", ".templates."].into_iter().find(|table| rest.contains(table));
            let (profile, names) =
                match table.and_then(|table| rest.split_once(table).map(|found| (table, found))) {
                    Some((table, (profile, name))) => (profile, vec![table.trim_matches('.'), name]),
                    None => rest
                        .rsplit_once('.')
                        .map_or((rest, Vec::new()), |(profile, name)| (profile, vec![name])),
                };
            ["profiles", profile].into_iter().chain(names).collect()
        }
        None => key.splitn(2, '.').collect(),
    };
    let is_table = parts == ["profiles"] || (parts[0] == "profiles" && parts.len() < 3);
    if is_table || parts.iter().any(|part| part.is_empty()) {
        return Err(CliError::usage(format!(
            "Could not use {key} as a setting. Write undo_seconds, or profiles.NAME.badge."
        )));
    }
    Ok(parts)
}

/// Prints the effective value of a setting, or the value of a profile in the file.
pub(super) fn get(global: GlobalArgs, path: &Path, args: &GetArgs) -> Result<u8, CliError> {
    let keys = split_key(&args.key)?;
    let text = config_writer::read(path)?;
    let written = text.get(&keys).map_err(|mistakes| config_writer::edit_error(path, &mistakes))?;
    let effective = match keys[..] {
        ["profiles", ..] => None,
        _ => {
            let values = global.resolve()?.settings.effective_values;
            values.into_iter().find(|value| value.name == args.key).map(|value| value.value)
        }
    };
    match effective.or(written) {
        Some(value) => output::print_result(&value),
        None => {
            return Err(CliError::failed(format!(
                "{} is not set. guestlist config show prints every setting.",
                args.key
            )));
        }
    }
    Ok(OK)
}

/// Makes a profile the default.
pub(super) fn use_profile(path: &Path, args: &UseArgs) -> Result<u8, CliError> {
    let file = config_file::read(path, false).map_err(|error| CliError::usage(error.to_string()))?;
    file.find_profile(&args.profile)
        .map_err(|reason| CliError::usage(format!("Could not change the default profile: {reason}.")))?;
    let mut text = config_writer::read(path)?;
    text.set(&["profile"], &quote_text(&args.profile))
        .map_err(|mistakes| config_writer::edit_error(path, &mistakes))?;
    config_writer::write(path, &text)?;
    results::record_change("The default profile was changed.");
    output::print_info(&format!("{} is the default profile.", args.profile));
    Ok(OK)
}

/// Opens the file in the user's editor until it has no mistakes, or the user cancels.
pub(super) async fn edit(path: &Path, sample: &str) -> Result<u8, CliError> {
    let before = if path.exists() { read_text(path)? } else { sample.to_owned() };
    let environment = Environment::read();
    // A file with mistakes names no variables; the variables of the vendor's users are hidden in any case.
    let hidden = config_file::parse(&before).map(|file| file.secret_vars()).unwrap_or_default();
    let mut text = before.clone();
    loop {
        let edited =
            edit_text(environment.editor.as_deref(), &hidden, &text, std::future::pending::<()>()).await;
        text = match edited {
            EditResult::Text(text) => text,
            EditResult::Failed(reason) => {
                return Err(CliError::failed(format!("{reason} No changes were made.")));
            }
            EditResult::Interrupted(()) => return Err(CliError::refused("No changes were made.")),
        };
        if text == before {
            output::print_info("No changes were made.");
            return Ok(OK);
        }
        let Err(mistakes) = check_text(&text) else { break };
        if !output::can_ask() {
            return Err(CliError::usage(format!(
                "The edited text has mistakes:\n{mistakes}\nNo changes were made."
            )));
        }
        output::print_always(&format!("The edited text has mistakes:\n{mistakes}"));
        let answer =
            Prompter::new()?.ask("Press Enter to edit it again, or type q to discard it", "").await?;
        if answer == "q" {
            return Err(CliError::refused("No changes were made."));
        }
    }
    config_writer::write(path, &ConfigText::new(text))?;
    results::record_change("The configuration was changed.");
    output::print_info(&format!("{} is changed.", path.display()));
    Ok(OK)
}

fn read_text(path: &Path) -> Result<String, CliError> {
    std::fs::read_to_string(path).map_err(|error| {
        let cause = crate::files::read_error_text(&error);
        CliError::usage(format!("Could not read {}: {cause}.", path.display()))
    })
}
