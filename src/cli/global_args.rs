//! Options of every command: server, token, configuration file and read-only mode.
//! `GlobalArgs::resolve` resolves them for the console and all commands.

use std::path::PathBuf;

use clap::Args;

use super::exit_code::CliError;
use super::output;
use crate::app::model::options::ProfileEntry;
use crate::config::paths::Paths;
use crate::config::{
    Environment, Flags, ProfileConfig, Settings, Spanned, Target, config_file, typed_path_arg,
};
use crate::domain::server_url::VENDOR_URL;
use crate::service::{OpenOptions, validate_server_url};

/// Options that may be before or after a command.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct GlobalArgs {
    #[allow(rustdoc::bare_urls, reason = "it is the text of --help")]
    #[arg(long, global = true, value_name = "URL", help_heading = "Connection",
        help = format!("Server URL [default: {VENDOR_URL}]"))]
    url: Option<String>,
    /// Token file, or - for stdin [default: ~/.datatrails/bearer-token.txt]
    #[arg(long, global = true, value_name = "FILE", value_parser = typed_path_arg, help_heading = "Connection")]
    token_file: Option<PathBuf>,
    /// Use this profile of config.toml
    #[arg(long, short, global = true, value_name = "NAME", help_heading = "Connection")]
    profile: Option<String>,
    /// Start the sandbox instead of connecting to a server (console only)
    #[arg(long, global = true, conflicts_with_all = ["url", "token_file", "profile"],
        help_heading = "Connection")]
    sandbox: bool,
    /// Disable all changes (toggle with % in the console)
    #[arg(long, global = true, help_heading = "Connection")]
    read_only: bool,
    /// Do not cache lists on disk (disables offline view and change tracking)
    #[arg(long, global = true, help_heading = "Connection")]
    no_cache: bool,
    /// Use this configuration file
    #[arg(long, global = true, value_name = "FILE", value_parser = typed_path_arg, help_heading = "Connection")]
    config: Option<PathBuf>,
    /// True for a profile that the user switches to in the console.
    #[arg(skip)]
    is_profile_switch: bool,
}

/// The resolved options and settings.
#[derive(Debug)]
pub(super) struct ResolvedConfig {
    /// True if `--read-only` is set.
    pub(super) read_only: bool,
    /// True if `--sandbox` is set.
    pub(super) is_sandbox_requested: bool,
    pub(super) settings: Settings,
    /// Profiles of the configuration.
    pub(super) profiles: Vec<ProfileEntry>,
    pub(super) environment: Environment,
    pub(super) paths: Paths,
    /// Path of the configuration file; the file may not exist.
    pub(super) config_file: PathBuf,
    /// Cache folder; `None` if lists are not cached.
    pub(super) cache: Option<PathBuf>,
    /// Maximum number of invites to request at once; `None` for full pages.
    pub(super) page_size: Option<usize>,
}

impl GlobalArgs {
    /// Returns true if standard input holds the token.
    pub(super) fn reads_stdin(&self) -> bool {
        self.token_file.as_deref() == Some(std::path::Path::new("-"))
    }

    /// Returns the path of the configuration file, and true if it comes from `--config`.
    pub(super) fn config_file(&self, paths: &Paths) -> (PathBuf, bool) {
        let default_path = || paths.config.join("config.toml");
        (self.config.clone().unwrap_or_else(default_path), self.config.is_some())
    }

    /// Returns `--config`.
    pub(super) fn config_flag(&self) -> Option<PathBuf> {
        self.config.clone()
    }

    /// Returns `--url`.
    pub(super) fn server_url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// Returns `--profile`.
    pub(super) fn profile_name(&self) -> Option<&str> {
        self.profile.as_deref()
    }

    /// Checks the options of `guestlist login NAME`.
    ///
    /// # Errors
    /// An option has no effect there, or names another profile.
    pub(super) fn check_login_options(&self, name: Option<&str>) -> Result<(), CliError> {
        if self.token_file.is_some() || self.sandbox || self.read_only || self.no_cache {
            return Err(CliError::usage(
                "Only --url, --profile and --config have an effect with guestlist login. Pipe a token into it with \
                 --with-token.",
            ));
        }
        match (&self.profile, name) {
            (Some(profile), Some(name)) if profile != name => Err(CliError::usage(format!(
                "Two profiles are named: {name} and --profile {profile}. Name one."
            ))),
            _ => Ok(()),
        }
    }

    /// Returns the options for a test of a credential for this server; the caller sets its source.
    pub(super) fn for_login(&self, url: &str, profile: Option<&str>) -> GlobalArgs {
        GlobalArgs {
            url: Some(url.to_owned()),
            token_file: Some("-".into()),
            profile: profile.map(str::to_owned),
            is_profile_switch: true,
            ..self.clone()
        }
    }

    /// Returns the options for another profile of the same configuration. Drops `--url` and `--token-file`,
    /// which belong to the first profile.
    pub(super) fn for_profile(&self, name: &str) -> GlobalArgs {
        let profile = Some(name.to_owned());
        GlobalArgs {
            url: None,
            token_file: None,
            sandbox: false,
            profile,
            is_profile_switch: true,
            ..self.clone()
        }
    }

    /// Resolves the options. Reads only the environment and the configuration file.
    ///
    /// # Errors
    /// The options or the configuration are wrong.
    pub(super) fn resolve(self) -> Result<ResolvedConfig, CliError> {
        self.resolve_settings().map_err(CliError::usage)
    }

    fn resolve_settings(self) -> Result<ResolvedConfig, String> {
        let environment = match self.is_profile_switch {
            true => Environment::read().without_connection_vars(),
            false => Environment::read(),
        };
        let paths = Paths::default_paths()
            .ok_or("There is no home folder for the journal. Set HOME to an absolute path.")?;
        let (path, is_named) = self.config_file(&paths);
        let file = config_file::read(&path, is_named).map_err(|error| error.to_string())?;
        let flags = Flags {
            url: self.url,
            token_file: self.token_file,
            sandbox: self.sandbox,
            profile: self.profile,
        };
        let settings = Settings::new(&flags, &environment, &file)?;
        if let Target::Server { url, base_path, .. } = &settings.target {
            // Checked before the console opens the terminal, so that the error appears below the command.
            validate_server_url(url, base_path.as_deref()).map_err(|failure| failure.to_string())?;
        }
        // During a profile switch the console owns the terminal, so notices are not printed.
        if !self.is_profile_switch {
            settings.notices.iter().for_each(|notice| output::print_info(notice));
        }
        let profiles = list_profiles(&file);
        let cache = (settings.cache && !self.no_cache).then(|| paths.cache.clone());
        Ok(ResolvedConfig {
            profiles,
            cache,
            page_size: None,
            read_only: self.read_only,
            is_sandbox_requested: self.sandbox,
            settings,
            environment,
            paths,
            config_file: path,
        })
    }
}

/// Lists the profiles for the profile switcher.
fn list_profiles(file: &config_file::ConfigFile) -> Vec<ProfileEntry> {
    let default_url = file.defaults.url.as_ref();
    let to_entry = |(name, profile): (&String, &Spanned<ProfileConfig>)| {
        let url = profile.value.url.as_ref().or(default_url).map(|url| url.value.clone());
        let guarded = profile.value.guarded.as_ref().or(file.defaults.guarded.as_ref());
        ProfileEntry {
            name: name.clone(),
            url: url.unwrap_or_else(|| VENDOR_URL.to_owned()),
            guarded: guarded.is_some_and(|guarded| guarded.value),
        }
    };
    file.profiles.iter().map(to_entry).collect()
}

impl ResolvedConfig {
    /// Returns true if the user must choose a profile.
    /// That is the case if there are profiles, but no option, variable or setting selects a server or a token.
    pub(super) fn needs_profile_choice(&self) -> bool {
        self.settings.target == Target::Sandbox && !self.is_sandbox_requested && !self.profiles.is_empty()
    }

    /// Returns the options of the service task, with the journal in `state`; `None` for the sandbox.
    /// Reads secrets from environment variables.
    pub(super) fn open_options(&self, state: PathBuf) -> Option<OpenOptions> {
        let Target::Server { url, base_path, source } = self.settings.target.clone() else { return None };
        let settings = &self.settings;
        let options = OpenOptions::new(url, source, state);
        let mut client = options.settings.with_network(settings.network.clone());
        client.base_path = base_path;
        client.page_size = self.page_size.map_or(client.page_size, |size| size.clamp(1, client.page_size));
        client.secrets = Environment::read_secrets(&settings.secret_vars);
        client.hidden_variables.clone_from(&settings.hidden_vars);
        client.tenant.clone_from(&settings.tenant);
        if !settings.guards.profile.is_empty() {
            client.profile.clone_from(&settings.guards.profile);
        }
        Some(OpenOptions { settings: client, cache_dir: self.cache.clone(), ..options })
    }
}
