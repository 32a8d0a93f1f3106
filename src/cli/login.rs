//! `guestlist login`: asks for a server and a credential, tests them with the requests of `doctor`, and writes a
//! profile. Nothing is written before the server has accepted the credential.

use std::path::{Path, PathBuf};

use clap::Args;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::config_writer;
use super::exit_code::{CliError, NOT_ALLOWED, OK, SIGHUP, for_error};
use super::format::FormatArgs;
use super::global_args::GlobalArgs;
use super::input_args;
use super::item::Item;
use super::kinds::LOGIN;
use super::output;
use super::printer::Printer;
use super::prompt::Prompter;
use super::results;
use super::service::ServiceClient;
use crate::clock::Clock;
use crate::config::config_file::{self, ConfigFile, profile_name_error};
use crate::config::config_text::quote_text;
use crate::config::paths::{CredentialKind, Paths, credential_file};
use crate::config::{Environment, ProfileConfig};
use crate::domain::connection::OTHER_TENANCY_HINT;
use crate::domain::profile_settings::{SecretSourceConfig, TokenSourceConfig};
use crate::domain::server_url::VENDOR_URL;
use crate::domain::text::{format_plural, sanitize};
use crate::domain::{Connection, Error};
use crate::service::{OpenOptions, parse_secret, parse_token, validate_server_url};

/// Profile of the first login.
const FIRST_PROFILE: &str = "default";
/// Name of the credential while it is only in memory.
const IN_MEMORY: &str = "the credential of guestlist login";

const INTRODUCTION: &str = "\
Where to get a client ID and a secret: in DataTrails, open Settings, Integrations, and create a
Custom integration. Make it an administrator in Settings, Administrators. guestlist renews its
tokens. You can also enter a token, which works for about an hour.
";

/// Arguments of `login`.
#[derive(Debug, Args)]
pub(super) struct LoginArgs {
    /// Profile to write [default: asks; "default" without a terminal]
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Read the token from standard input
    #[arg(long)]
    with_token: bool,
    /// Client ID of an integration (app registration)
    #[arg(long, value_name = "ID", conflicts_with = "with_token")]
    client_id: Option<String>,
    /// Read the secret of the client ID from standard input
    #[arg(long, requires = "client_id")]
    with_secret: bool,
    /// Replace the token of an existing profile without asking
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    format: FormatArgs,
    /// Keep an error on the screen until the user presses Enter
    #[arg(long, hide = true)]
    from_console: bool,
}

/// A credential that the user has entered.
struct Credential {
    client_id: Option<String>,
    secret: SecretString,
}

impl Credential {
    fn kind(&self) -> CredentialKind {
        if self.client_id.is_some() { CredentialKind::Secret } else { CredentialKind::Token }
    }

    fn label(&self) -> &'static str {
        if self.client_id.is_some() { "secret" } else { "token" }
    }

    /// Returns the source that reads the credential from memory.
    fn source(&self) -> TokenSourceConfig {
        match self.client_id.clone() {
            Some(client_id) => {
                let secret = SecretSourceConfig::EnvVar(IN_MEMORY.to_owned());
                TokenSourceConfig::AppRegistration { client_id, secret }
            }
            None => TokenSourceConfig::EnvVar(IN_MEMORY.to_owned()),
        }
    }
}

/// Runs `guestlist login`.
pub(super) async fn run(global: GlobalArgs, args: LoginArgs, clock: Clock) -> Result<u8, CliError> {
    let waits = args.from_console;
    let result = log_in(global, args, clock).await;
    match result {
        Err(error) if waits && error.code < SIGHUP => {
            output::print_error(error.code, &error.message);
            Prompter::new()?.ask("Press Enter to return to the console", "").await?;
            Ok(error.code)
        }
        result => result,
    }
}

async fn log_in(global: GlobalArgs, args: LoginArgs, clock: Clock) -> Result<u8, CliError> {
    let printer = args.format.printer(&LOGIN)?;
    global.check_login_options(args.name.as_deref())?;
    let asks = !args.with_token && !args.with_secret;
    if asks && !output::can_ask() {
        return Err(CliError::usage(
            "Could not ask for a token: standard input is not a terminal. Pipe it into the command: guestlist login \
             --with-token, or --client-id ID --with-secret.",
        ));
    }
    let mut prompter = Prompter::new()?;
    if asks {
        output::print_info(INTRODUCTION);
    }
    let login = Login::prepare(global, args, asks.then_some(&mut prompter)).await?;
    login.confirm_replacement(asks.then_some(&mut prompter)).await?;
    let credential = login.read_credential(&mut prompter).await?;
    let (connection, invites) = login.test_credential(&credential, clock).await?;
    let is_default = login.write_profile(&credential)?;
    results::record_change("The profile was written.");
    login.report(printer, &credential, &connection, invites, is_default)
}

/// What is known before a credential is entered.
struct Login {
    global: GlobalArgs,
    args: LoginArgs,
    config_path: PathBuf,
    file: ConfigFile,
    url: String,
    /// Name of the profile, which need not exist yet.
    name: String,
}

impl Login {
    /// Reads the configuration and chooses the server and the profile.
    async fn prepare(
        global: GlobalArgs,
        args: LoginArgs,
        mut prompter: Option<&mut Prompter>,
    ) -> Result<Login, CliError> {
        let paths = Paths::default_paths().ok_or_else(|| {
            CliError::usage("Could not find the home folder. Set HOME to an absolute path.")
        })?;
        let (config_path, is_named) = global.config_file(&paths);
        let file =
            config_file::read(&config_path, is_named).map_err(|error| CliError::usage(error.to_string()))?;
        let named = args.name.as_deref().or(global.profile_name());
        let suggestion = suggest_url(named, &file);
        let url = match (global.server_url(), prompter.as_deref_mut()) {
            (Some(url), _) => url.to_owned(),
            (None, Some(prompter)) => prompter.ask("Server URL", &suggestion).await?,
            (None, None) => suggestion,
        };
        validate_server_url(&url, None).map_err(|failure| CliError::usage(failure.to_string()))?;
        let suggestion = if file.profiles.is_empty() { FIRST_PROFILE.to_owned() } else { host_name(&url) };
        let name = match (named, prompter) {
            (Some(name), _) => name.to_owned(),
            (None, Some(prompter)) => prompter.ask("Name of the profile", &suggestion).await?,
            (None, None) => FIRST_PROFILE.to_owned(),
        };
        if let Some(reason) = profile_name_error(&name) {
            return Err(CliError::usage(format!("Could not use this name: {reason}. Choose another name.")));
        }
        Ok(Login { global, args, config_path: config_writer::absolute(&config_path), file, url, name })
    }

    fn is_known(&self) -> bool {
        self.file.profiles.contains_key(&self.name)
    }

    fn credential_path(&self, kind: CredentialKind) -> PathBuf {
        credential_file(&self.config_path, &self.name, kind)
    }

    /// Asks before a profile's token, or a file of an earlier login, is replaced.
    async fn confirm_replacement(&self, prompter: Option<&mut Prompter>) -> Result<(), CliError> {
        let kinds = [CredentialKind::Token, CredentialKind::Secret];
        let has_file = kinds.into_iter().any(|kind| self.credential_path(kind).exists());
        if self.args.force || !(self.is_known() || has_file) {
            return Ok(());
        }
        let name = &self.name;
        let Some(prompter) = prompter else {
            return Err(CliError::refused(format!(
                "The profile {name} exists. Add --force to replace its token, or give another name. No changes were \
                 made."
            )));
        };
        let question = format!("The profile {name} exists. Type y to replace its token");
        match prompter.ask(&question, "").await?.as_str() {
            "y" => Ok(()),
            _ => Err(CliError::refused("No changes were made.")),
        }
    }

    async fn read_credential(&self, prompter: &mut Prompter) -> Result<Credential, CliError> {
        let client_id = self.args.client_id.clone();
        if self.args.with_token || self.args.with_secret {
            return parse_credential(client_id, &input_args::read_bytes(Path::new("-"))?);
        }
        let client_id = match client_id {
            Some(client_id) => client_id,
            None => prompter.ask("Client ID (leave it empty to enter a token)", "").await?,
        };
        let client_id = Some(client_id).filter(|client_id| !client_id.is_empty());
        let question = if client_id.is_some() { "Client secret" } else { "Token" };
        let secret = prompter.ask_secret(question).await?;
        parse_credential(client_id, secret.expose_secret().as_bytes())
    }

    /// Loads the list with the credential. Returns the connection and the number of pending invites.
    async fn test_credential(
        &self,
        credential: &Credential,
        clock: Clock,
    ) -> Result<(Connection, usize), CliError> {
        let known = self.is_known().then_some(self.name.as_str());
        let config = self.global.for_login(&self.url, known).resolve()?;
        let Some(options) = config.open_options(config.paths.state.clone()) else {
            return Err(CliError::usage("Could not sign in: no server URL is set. Add --url."));
        };
        let mut settings = options.settings;
        settings.token = credential.source();
        settings.profile.clone_from(&self.name);
        settings.secrets.push((IN_MEMORY.to_owned(), credential.secret.clone()));
        // The tenancy of the default profile says nothing about a new one.
        settings.tenant = settings.tenant.filter(|_| known.is_some());
        let options = OpenOptions { settings, cache_dir: None, ..options };
        let mut client = ServiceClient::open_with(options, &config, clock)?;
        let loaded = client.fetch_partial().await;
        let connection = client.connection.clone();
        client.close().await;
        match (loaded?, &connection.wrong_tenancy_reason) {
            ((_, Some(failure)), _) => Err(rejection(&self.url, credential, &failure)),
            ((store, None), None) => Ok((connection, store.len())),
            (_, Some(reason)) => Err(CliError::refused(format!(
                "Could not sign in: {reason}. {OTHER_TENANCY_HINT} No changes were made."
            ))),
        }
    }

    /// Writes the credential and then the profile. Returns true if the profile is now the default.
    fn write_profile(&self, credential: &Credential) -> Result<bool, CliError> {
        let path = self.credential_path(credential.kind());
        let location = path.display().to_string();
        let source = match &credential.client_id {
            Some(client_id) => {
                vec![("client_id", client_id.as_str()), ("client_secret_file", location.as_str())]
            }
            None => vec![("token_file", location.as_str())],
        };
        let edit_error = |mistakes: String| config_writer::edit_error(&self.config_path, &mistakes);
        let mut text = config_writer::read(&self.config_path)?;
        let default = self.file.profile.as_ref().map(|default| default.value.as_str());
        let is_first = default.is_none() && self.file.profiles.keys().all(|other| *other == self.name);
        if is_first {
            text.set(&["profile"], &quote_text(&self.name)).map_err(edit_error)?;
        }
        text.set_login(&self.name, &self.url, &source).map_err(edit_error)?;
        text.new_text().map_err(edit_error)?;
        config_writer::write_private(&path, format!("{}\n", credential.secret.expose_secret()).as_bytes())?;
        config_writer::write(&self.config_path, &text)?;
        // A credential of the other kind from an earlier login is no longer used.
        let _ = std::fs::remove_file(self.credential_path(credential.kind().other()));
        Ok(is_first || default == Some(&self.name))
    }

    fn report(
        &self,
        printer: Printer,
        credential: &Credential,
        connection: &Connection,
        invites: usize,
        is_default: bool,
    ) -> Result<u8, CliError> {
        let (name, path) = (&self.name, self.credential_path(credential.kind()));
        let item = Item::new([
            ("profile", json!(name)),
            ("url", json!(connection.url)),
            ("tenant", json!(connection.claims.tenant)),
            ("invites", json!(invites)),
            ("config", json!(self.config_path)),
            ("credential_file", json!(path)),
        ]);
        let code = printer.print_all([item], Vec::new(), OK)?;
        output::print_info(&format!(
            "Signed in: {}. The profile {name} is in {}, its {} in {}.",
            format_plural(invites, "pending invite"),
            self.config_path.display(),
            credential.label(),
            path.display()
        ));
        let overriding = Environment::read().overriding_vars();
        output::print_info(&match is_default {
            true if !overriding.is_empty() => format!(
                "Run guestlist -p {name} to open it. Without -p, {} {} precedence over the profile.",
                overriding.join(", "),
                if overriding.len() == 1 { "has" } else { "have" }
            ),
            true => "Run guestlist to open it.".to_owned(),
            false => format!(
                "Run guestlist -p {name} to open it. guestlist config use {name} makes it the default."
            ),
        });
        Ok(code)
    }
}

/// Returns the server URL of the profile, of the environment, or of the top of the file, or the vendor's.
fn suggest_url(profile: Option<&str>, file: &ConfigFile) -> String {
    let configured = |config: &ProfileConfig| config.url.as_ref().map(|url| url.value.clone());
    let known = profile.and_then(|name| configured(&file.profiles.get(name)?.value));
    let url = known.or_else(|| Environment::read().url).or_else(|| configured(&file.defaults));
    url.unwrap_or_else(|| VENDOR_URL.to_owned())
}

/// Returns the host of a server URL as the name of a profile.
fn host_name(url: &str) -> String {
    let host = url.split("://").nth(1).unwrap_or_default();
    let host: String =
        host.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.')).collect();
    if host.is_empty() { FIRST_PROFILE.to_owned() } else { host }
}

/// Checks the form of a credential. The error never contains it.
fn parse_credential(client_id: Option<String>, input: &[u8]) -> Result<Credential, CliError> {
    let (label, parsed) = match client_id {
        Some(_) => ("secret", parse_secret(input)),
        None => ("token", parse_token(input)),
    };
    let error = |cause| {
        let hint = format!("Enter or pipe exactly one {label}. No changes were made.");
        CliError::new(NOT_ALLOWED, format!("Could not use the {label}: it {cause}. {hint}"))
    };
    parsed.map(|secret| Credential { client_id, secret }).map_err(error)
}

/// Returns the error for a credential that the server did not accept.
fn rejection(url: &str, credential: &Credential, failure: &Error) -> CliError {
    let hint = match (&credential.client_id, failure.is_about_token()) {
        (_, false) => failure.hint.as_str(),
        (Some(_), true) => "Check the client ID and the secret, and run guestlist login again.",
        (None, true) => {
            "Check that the token is for this server and not expired, and run guestlist login again."
        }
    };
    let (url, cause) = (sanitize(url), &failure.cause);
    CliError::new(
        for_error(failure),
        format!("Could not sign in to {url}: {cause}. {hint} No changes were made."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_is_a_valid_profile_name() {
        for (url, name) in [
            ("https://app.datatrails.ai", "app.datatrails.ai"),
            ("http://127.0.0.1:8080/x", "127.0.0.1"),
            ("http://[::1]:1", FIRST_PROFILE),
            ("", FIRST_PROFILE),
        ] {
            assert_eq!(host_name(url), name);
            assert_eq!(profile_name_error(name), None);
        }
    }
}
