//! What every command understands beside its own arguments: which server, which token, which configuration, and
//! whether changes are refused. The console and the commands decide it in the same way, here.

use std::path::PathBuf;

use clap::Args;

use crate::config::{Environment, Flags, Settings, Target, file, paths::Paths};
use crate::domain::access::Source;
use crate::domain::address::VENDOR;
use crate::service::Opening;

/// Said in front of a command or behind it.
#[derive(Debug, Clone, Args)]
pub struct GlobalArgs {
    #[allow(rustdoc::bare_urls, reason = "it is the text of --help")]
    #[arg(long, global = true, value_name = "URL", help_heading = "Connection",
        help = format!("The server's address [default: {VENDOR}]"))]
    url: Option<String>,
    /// The file that holds the token [default: ~/.datatrails/bearer-token.txt]
    #[arg(long, global = true, value_name = "FILE", help_heading = "Connection")]
    token_file: Option<PathBuf>,
    /// Use this profile of config.toml
    #[arg(long, short, global = true, value_name = "NAME", help_heading = "Connection")]
    profile: Option<String>,
    /// Open a sandbox on this machine, whatever is configured (the console only)
    #[arg(long, global = true, conflicts_with_all = ["url", "token_file", "profile"],
        help_heading = "Connection")]
    sandbox: bool,
    /// Refuse all changes; in the console, until % allows them
    #[arg(long, global = true, help_heading = "Connection")]
    read_only: bool,
    /// Read this configuration in place of the usual config.toml
    #[arg(long, global = true, value_name = "FILE", help_heading = "Connection")]
    config: Option<PathBuf>,
}

/// Everything that was decided.
#[derive(Debug)]
pub(super) struct Decided {
    /// Whether changes are refused.
    pub(super) read_only: bool,
    /// Whether `--sandbox` was said.
    pub(super) asked_for_sandbox: bool,
    pub(super) settings: Settings,
    pub(super) environment: Environment,
    pub(super) paths: Paths,
}

impl GlobalArgs {
    /// Whether nothing of it was said.
    pub(super) fn is_empty(&self) -> bool {
        let is_named = self.url.is_some() || self.token_file.is_some() || self.config.is_some();
        !(is_named || self.profile.is_some() || self.sandbox || self.read_only)
    }

    /// The configuration file that would be read, and whether it was named.
    pub(super) fn config_file(&self, paths: &Paths) -> (PathBuf, bool) {
        let usual = || paths.config.join("config.toml");
        (self.config.clone().unwrap_or_else(usual), self.config.is_some())
    }

    /// Decides; `Err` is a sentence. Opens nothing but the configuration.
    pub(super) fn decide(self) -> Result<Decided, String> {
        let environment = Environment::read();
        let paths = Paths::usual().ok_or("There is no home folder to keep a journal in: set HOME.")?;
        let (path, named) = self.config_file(&paths);
        let file = file::read(&path, named).map_err(|error| error.to_string())?;
        let flags = Flags {
            url: self.url,
            token_file: self.token_file,
            sandbox: self.sandbox,
            profile: self.profile,
        };
        let settings = Settings::new(&flags, &environment, &file)?;
        if let Target::Server { url, base_path, .. } = &settings.target {
            // Before a terminal is taken, so that the sentence stands where it was typed.
            Opening::check(url, base_path.as_deref()).map_err(|failure| failure.to_string())?;
        }
        Ok(Decided {
            read_only: self.read_only,
            asked_for_sandbox: self.sandbox,
            settings,
            environment,
            paths,
        })
    }
}

impl Decided {
    /// What is to be opened, with the journal in this folder; `None` for a try-out. Here the secrets are read that
    /// are in the environment.
    pub(super) fn opening(&self, state: PathBuf) -> Option<Opening> {
        let Target::Server { url, base_path, source } = self.settings.target.clone() else { return None };
        let settings = &self.settings;
        let profile = Some(settings.guards.profile.clone()).filter(|name| !name.is_empty());
        let opening = Opening::of(url, source, state);
        Some(Opening {
            base_path,
            secrets: Environment::secrets(&settings.variables),
            hidden: settings.variables.clone(),
            network: settings.network.clone(),
            profile: profile.unwrap_or_else(|| opening.profile.clone()),
            tenant: settings.tenant.clone(),
            ..opening
        })
    }

    /// A sandbox of our own, whose token lies there.
    pub(super) fn try_out(address: &str, token_file: PathBuf, state: PathBuf) -> Opening {
        Opening::of(address, Source::File(token_file), state)
    }
}
