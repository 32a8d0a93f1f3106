//! Opens the console's sessions: the first session, and the sessions that the user switches to.
//! Each session has its own service task. All service tasks end together.

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::global_args::{GlobalArgs, ResolvedConfig};
use super::output;
use crate::app::model::invites::AutoRefresh;
use crate::app::model::options::{ProfileEntry, SandboxInfo};
use crate::app::{App, AppOptions};
use crate::clock::Clock;
use crate::config::{Origin, Target};
use crate::console::{ServiceChannel, Session, SessionOpener};
use crate::domain::TenancyKey;
use crate::domain::profile_settings::TokenSourceConfig;
use crate::keys::KeyMap;
use crate::service;
use crate::service::OpenOptions;

/// Name of the session without a profile. Profiles cannot have this name, so it is unambiguous.
const UNNAMED_PROFILE: &str = "(default)";
/// Name of the sandbox session. Profiles cannot have this name.
const SANDBOX_PROFILE: &str = "(sandbox)";

/// Service tasks of all sessions.
#[derive(Debug, Clone, Default)]
pub(super) struct SessionManager {
    cancel: CancellationToken,
    tasks: TaskTracker,
}

impl SessionManager {
    /// Starts the service task of a session. `Err` is a sentence for the user.
    pub(super) fn open(
        &self,
        options: OpenOptions,
        mut state: App,
        clock: &Clock,
    ) -> Result<Session, String> {
        let (connection, service) = service::open(options, clock.clone(), self.cancel.child_token())
            .map_err(|failure| failure.to_string())?;
        self.tasks.spawn(service.task);
        state.model.options.tenancy = connection.key.clone();
        let channel =
            ServiceChannel { tenancy: connection.key, requests: service.requests, replies: service.replies };
        Ok(Session { state, channel })
    }

    /// Cancels and awaits all service tasks. Requests in flight stay open in the journal.
    pub(super) async fn close(self) {
        self.cancel.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Returns the function that opens a profile; it reads the configuration again each time.
    pub(super) fn session_opener(
        &self,
        args: GlobalArgs,
        keys: KeyMap,
        profiles: Vec<ProfileEntry>,
        clock: Clock,
    ) -> SessionOpener {
        let services = self.clone();
        Box::new(move |name| {
            let config = args.for_profile(name).resolve().map_err(|error| error.message)?;
            let options = config.open_options(config.paths.state.clone()).ok_or_else(|| {
                format!(
                    "Profile {name} has no token. Run guestlist login {name}, or add a token source to it."
                )
            })?;
            // The list of the first session, and profiles that were added since.
            let is_new = |profile: &&ProfileEntry| !profiles.iter().any(|known| known.name == profile.name);
            let added: Vec<_> = config.profiles.iter().filter(is_new).cloned().collect();
            let state = initial_state(&config, &keys, [profiles.clone(), added].concat());
            let session = services.open(options, state, &clock)?;
            save_last_profile(&config);
            Ok(session)
        })
    }
}

/// File in the state folder with the name of the last used profile.
const LAST_PROFILE_FILE: &str = "last-profile";

/// Saves the profile's name, so that the console offers it first next time.
pub(super) fn save_last_profile(config: &ResolvedConfig) {
    let profile = &config.settings.guards.profile;
    if !profile.is_empty() {
        // A convenience: if this fails, the console offers the first profile.
        let _ = std::fs::write(config.paths.state.join(LAST_PROFILE_FILE), profile);
    }
}

fn load_last_profile(config: &ResolvedConfig) -> Option<String> {
    let text = std::fs::read_to_string(config.paths.state.join(LAST_PROFILE_FILE)).ok()?;
    Some(text.trim().to_owned())
}

/// Returns the session that is shown until the user chooses a profile. It has no service task.
pub(super) fn empty_session(state: App) -> Session {
    let (requests, _) = tokio::sync::mpsc::channel(1);
    let (_, replies) = tokio::sync::mpsc::channel(1);
    Session {
        channel: ServiceChannel { tenancy: state.model.options.tenancy.clone(), requests, replies },
        state,
    }
}

/// Lists the profiles to switch to. Includes the first session, even if it has no profile.
/// `url` is the server of the first session.
pub(super) fn list_profiles(config: &ResolvedConfig, url: &str) -> Vec<ProfileEntry> {
    let name = session_name(config);
    let is_named = config.profiles.iter().any(|profile| profile.name == name);
    let guarded = config.settings.guards.guarded;
    let unnamed = (!is_named && !config.needs_profile_choice()).then(|| ProfileEntry {
        name: name.clone(),
        url: url.to_owned(),
        guarded,
    });
    let named = config.profiles.iter().cloned().map(|profile| match profile.name == name {
        // A flag or the environment can override the server URL.
        true => ProfileEntry { url: url.to_owned(), ..profile },
        false => profile,
    });
    unnamed.into_iter().chain(named).collect()
}

fn session_name(config: &ResolvedConfig) -> String {
    match (&config.settings.target, config.settings.guards.profile.as_str()) {
        (Target::Sandbox, _) if config.needs_profile_choice() => String::new(),
        (Target::Sandbox, _) => SANDBOX_PROFILE.to_owned(),
        (_, "") => UNNAMED_PROFILE.to_owned(),
        (_, profile) => profile.to_owned(),
    }
}

/// Returns the server URL, as far as it is known before the sandbox has started.
pub(super) fn server_url(config: &ResolvedConfig) -> String {
    match &config.settings.target {
        Target::Server { url, .. } => url.clone(),
        Target::Sandbox if config.needs_profile_choice() => String::new(),
        Target::Sandbox => "starting…".to_owned(),
    }
}

/// Returns the token file for hints; `None` for another source, whose errors contain their own hint.
fn token_location(config: &ResolvedConfig) -> Option<String> {
    let Target::Server { source, .. } = &config.settings.target else { return None };
    match source {
        // A pipe of the shell, such as /dev/fd/63, is read once.
        TokenSourceConfig::File(path) if !path.starts_with("/dev") => Some(path.display().to_string()),
        _ => None,
    }
}

/// Returns the name of the theme: the configured one, or the one without colors if the environment asks for it.
pub(super) fn theme_name(config: &ResolvedConfig) -> &str {
    if output::is_never_colored() { "none" } else { &config.settings.theme }
}

/// Returns the token source and where it is configured: "file /home/ann/acme.token (config.toml line 3)".
fn token_setting(config: &ResolvedConfig) -> Option<String> {
    let token = config.settings.effective_values.iter().find(|value| value.name == "token")?;
    Some(match token.origin {
        Origin::Default => token.value.clone(),
        origin => format!("{} ({origin})", token.value),
    })
}

/// Returns the initial state of a session.
pub(super) fn initial_state(config: &ResolvedConfig, keys: &KeyMap, profiles: Vec<ProfileEntry>) -> App {
    let settings = &config.settings;
    let (name, url) = (session_name(config), server_url(config));
    let (is_sandbox, needs_profile) = (settings.target == Target::Sandbox, config.needs_profile_choice());
    let mut state = App::new(AppOptions {
        keys: keys.clone(),
        name,
        profiles,
        guards: settings.guards.clone(),
        badge: settings.badge.clone(),
        undo_window: settings.undo_window,
        zone: Some(jiff::tz::TimeZone::system()),
        seed: Uuid::new_v4().as_u128(),
        filters: settings.filters.clone(),
        read_only: config.read_only,
        mouse: settings.mouse,
        theme: theme_name(config).to_owned(),
        config_file: config.paths.config.join("config.toml").display().to_string(),
        ascii: settings.ascii,
        sandbox: (is_sandbox && !needs_profile).then(|| SandboxInfo { outbox: String::new() }),
        token_source: token_location(config),
        token_setting: token_setting(config),
        needs_profile,
        last_profile: load_last_profile(config),
        ..AppOptions::for_tenancy(TenancyKey::new(&url, None, "default"))
    });
    state.model.options.url = url;
    state.model.auto_refresh = AutoRefresh::with_interval(settings.refresh);
    state
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::config_file;

    #[test]
    fn reserved_profile_names_are_rejected() {
        for name in [UNNAMED_PROFILE, SANDBOX_PROFILE] {
            assert!(config_file::parse(&format!("[profiles.\"{name}\"]")).is_err(), "{name}");
        }
        assert!(config_file::parse("[profiles.\"sandbox\"]").is_ok());
    }
}
