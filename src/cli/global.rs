//! What every command understands beside its own arguments: which server, which token, which configuration, and
//! whether changes are refused. The console and the commands decide it in the same way, here.

use std::path::PathBuf;

use clap::Args;

use super::say;
use crate::app::model::options::ProfileEntry;
use crate::config::paths::Paths;
use crate::config::{Entries, Environment, Flags, Found, Settings, Target, file, typed_path_arg};
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
    /// Token file, or - for stdin [default: ~/.datatrails/bearer-token.txt]
    #[arg(long, global = true, value_name = "FILE", value_parser = typed_path_arg, help_heading = "Connection")]
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
    /// Keep no list here for telling what changed and for reading offline
    #[arg(long, global = true, help_heading = "Connection")]
    no_cache: bool,
    /// Read this configuration in place of the usual config.toml
    #[arg(long, global = true, value_name = "FILE", value_parser = typed_path_arg, help_heading = "Connection")]
    config: Option<PathBuf>,
    /// Whether it is about a profile that is changed to in the console.
    #[arg(skip)]
    is_changed_to: bool,
}

/// Everything that was decided.
#[derive(Debug)]
pub(super) struct Decided {
    /// Whether changes are refused.
    pub(super) read_only: bool,
    /// Whether `--sandbox` was said.
    pub(super) asked_for_sandbox: bool,
    pub(super) settings: Settings,
    /// The tenancies that the configuration names.
    pub(super) listed: Vec<ProfileEntry>,
    pub(super) environment: Environment,
    pub(super) paths: Paths,
    /// The configuration file that was looked at; it need not be there.
    pub(super) config_file: PathBuf,
    /// Where complete lists are kept; `None`: none is.
    pub(super) cache: Option<PathBuf>,
}

impl GlobalArgs {
    /// Whether standard input holds the token.
    pub(super) fn reads_stdin(&self) -> bool {
        self.token_file.as_deref() == Some(std::path::Path::new("-"))
    }

    /// Whether nothing of it was said.
    pub(super) fn is_empty(&self) -> bool {
        let is_named = self.url.is_some() || self.token_file.is_some() || self.config.is_some();
        !(is_named || self.profile.is_some() || self.sandbox || self.read_only || self.no_cache)
    }

    /// The configuration file that would be read, and whether it was named.
    pub(super) fn config_file(&self, paths: &Paths) -> (PathBuf, bool) {
        let usual = || paths.config.join("config.toml");
        (self.config.clone().unwrap_or_else(usual), self.config.is_some())
    }

    /// The same for a profile of the same configuration; which server and token were named was about another one.
    pub(super) fn of_profile(&self, name: &str) -> GlobalArgs {
        let profile = Some(name.to_owned());
        GlobalArgs {
            url: None,
            token_file: None,
            sandbox: false,
            profile,
            is_changed_to: true,
            ..self.clone()
        }
    }

    /// Decides; `Err` is a sentence. Opens nothing but the configuration.
    pub(super) fn decide(self) -> Result<Decided, String> {
        let environment = match self.is_changed_to {
            true => Environment::read().of_another_profile(),
            false => Environment::read(),
        };
        let paths =
            Paths::usual().ok_or("There is no home folder for the journal. Set HOME to an absolute path.")?;
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
        // In the console the terminal is not free for it.
        if !self.is_changed_to {
            settings.notices.iter().for_each(|notice| say::told(notice));
        }
        let listed = listed(&file);
        let cache = (settings.cache && !self.no_cache).then(|| paths.cache.clone());
        Ok(Decided {
            listed,
            cache,
            read_only: self.read_only,
            asked_for_sandbox: self.sandbox,
            settings,
            environment,
            paths,
            config_file: path,
        })
    }
}

/// The profiles, as one chooses among them.
fn listed(file: &file::ConfigFile) -> Vec<ProfileEntry> {
    let common = file.common.url.as_ref();
    let one = |(name, found): (&String, &Found<Entries>)| {
        let url = found.value.url.as_ref().or(common).map(|url| url.value.clone());
        let guarded = found.value.guarded.as_ref().or(file.common.guarded.as_ref());
        ProfileEntry {
            name: name.clone(),
            address: url.unwrap_or_else(|| VENDOR.to_owned()),
            guarded: guarded.is_some_and(|guarded| guarded.value),
        }
    };
    file.profiles.iter().map(one).collect()
}

impl Decided {
    /// Whether there are profiles and none was named, nor anything else to open: the user chooses.
    pub(super) fn must_choose(&self) -> bool {
        self.settings.target == Target::TryOut && !self.asked_for_sandbox && !self.listed.is_empty()
    }

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
            hidden: settings.hidden.clone(),
            network: settings.network.clone(),
            profile: profile.unwrap_or_else(|| opening.profile.clone()),
            tenant: settings.tenant.clone(),
            cache: self.cache.clone(),
            ..opening
        })
    }

    /// A sandbox of our own, whose token lies there.
    pub(super) fn try_out(address: &str, token_file: PathBuf, state: PathBuf) -> Opening {
        Opening::of(address, Source::File(token_file), state)
    }
}
