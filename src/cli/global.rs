//! What every command understands beside its own arguments: which server, which token, which configuration, and
//! whether changes are refused. The console and the commands decide it in the same way, here.

use std::path::PathBuf;

use clap::Args;

use crate::config::{Environment, Flags, Settings, Target, file, paths::Paths};
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
    /// Open a sandbox on this machine, whatever is configured (the console only)
    #[arg(long, global = true, conflicts_with_all = ["url", "token_file"], help_heading = "Connection")]
    sandbox: bool,
    /// Refuse all changes; in the console, until % allows them
    #[arg(long, global = true, help_heading = "Connection")]
    read_only: bool,
    /// Keep no list here for telling what changed and for reading offline
    #[arg(long, global = true, help_heading = "Connection")]
    no_cache: bool,
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
    /// Where complete lists are kept; `None`: none is.
    pub(super) cache: Option<PathBuf>,
}

impl GlobalArgs {
    /// Whether nothing of it was said.
    pub(super) fn is_empty(&self) -> bool {
        let is_named = self.url.is_some() || self.token_file.is_some() || self.config.is_some();
        !(is_named || self.sandbox || self.read_only || self.no_cache)
    }

    /// Decides; `Err` is a sentence. Opens nothing but the configuration.
    pub(super) fn decide(self) -> Result<Decided, String> {
        let environment = Environment::read();
        let paths = Paths::usual().ok_or("There is no home folder to keep a journal in: set HOME.")?;
        let named = self.config.is_some();
        let path = self.config.unwrap_or_else(|| paths.config.join("config.toml"));
        let file = file::read(&path, named).map_err(|error| error.to_string())?;
        let flags = Flags { url: self.url, token_file: self.token_file, sandbox: self.sandbox };
        let settings = Settings::new(&flags, &environment, &file);
        if let Target::Server { url, base_path, .. } = &settings.target {
            // Before a terminal is taken, so that the sentence stands where it was typed.
            Opening::check(url, base_path.as_deref()).map_err(|failure| failure.to_string())?;
        }
        let cache = (settings.cache && !self.no_cache).then(|| paths.cache.clone());
        Ok(Decided {
            cache,
            read_only: self.read_only,
            asked_for_sandbox: self.sandbox,
            settings,
            environment,
            paths,
        })
    }
}
