//! `guestlist logout`: removes what `guestlist login` wrote for a profile. Never removes a file of the user.

use std::io::ErrorKind;

use clap::Args;

use super::config_writer;
use super::confirm::ask_yes_no;
use super::exit_code::{CliError, OK};
use super::global_args::GlobalArgs;
use super::output;
use super::results;
use crate::config::config_file;
use crate::config::paths::{CredentialKind, Paths, credential_file};
use crate::domain::profile_settings::{SecretSourceConfig, TokenSourceConfig};
use crate::domain::text::sanitize;

/// Arguments of `logout`.
#[derive(Debug, Args)]
pub(super) struct LogoutArgs {
    /// Profile [default: the default profile, or the only one]
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

/// Runs `guestlist logout`.
pub(super) async fn run(global: GlobalArgs, args: LogoutArgs) -> Result<u8, CliError> {
    let paths = Paths::default_paths()
        .ok_or_else(|| CliError::usage("Could not find the home folder. Set HOME to an absolute path."))?;
    let (path, is_named) = global.config_file(&paths);
    let file = config_file::read(&path, is_named).map_err(|error| CliError::usage(error.to_string()))?;
    let only = || file.profiles.keys().next().filter(|_| file.profiles.len() == 1).cloned();
    let default = || file.profile.as_ref().map(|profile| profile.value.clone());
    let named = args.name.or_else(|| global.profile_name().map(str::to_owned)).or_else(default).or_else(only);
    let name =
        named.ok_or_else(|| CliError::usage("Could not sign out: no profile is named. Name a profile."))?;
    let profile = file
        .find_profile(&name)
        .map_err(|reason| CliError::usage(format!("Could not sign out: {reason}.")))?;

    let credential = |kind| credential_file(&config_writer::absolute(&path), &name, kind);
    let (token, secret) = (credential(CredentialKind::Token), credential(CredentialKind::Secret));
    let own_file = match profile.source.as_ref().map(|(_, source)| &source.value) {
        Some(TokenSourceConfig::File(file)) if *file == token => token,
        Some(TokenSourceConfig::AppRegistration { secret: SecretSourceConfig::File(file), .. })
            if *file == secret =>
        {
            secret
        }
        _ => {
            return Err(CliError::refused(format!(
                "Could not sign out: guestlist login did not write the token of profile {}. Remove its token setting \
                 with guestlist config edit. No changes were made.",
                sanitize(&name)
            )));
        }
    };
    let question = format!("Delete {} and the token setting of profile {name}?", own_file.display());
    ask_yes_no(args.yes, &question).await?;

    match std::fs::remove_file(&own_file) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(CliError::failed(format!(
                "Could not delete {}: {error}. Delete it yourself. config.toml was not changed.",
                own_file.display()
            )));
        }
        _ => results::record_change("The token file was deleted."),
    }
    let mut text = config_writer::read(&path)?;
    let is_removed =
        text.remove_login(&name).map_err(|mistakes| config_writer::edit_error(&path, &mistakes))?;
    config_writer::write(&path, &text)?;
    let rest = if is_removed { "was removed" } else { "has no token now; its other settings stay" };
    output::print_info(&format!(
        "Signed out: {} was deleted, and the profile {name} {rest}.",
        own_file.display()
    ));
    output::print_info(
        "Journal and cached lists stay; guestlist cache clear deletes the lists. The server accepts the token or the \
         secret until it expires or you delete it in DataTrails.",
    );
    Ok(OK)
}
