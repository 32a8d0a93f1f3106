//! Opens the sessions of the console: the first one, and those that the user switches to. Each session has its own
//! service task; all of them end together.

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::global_args::{GlobalArgs, ResolvedConfig};
use crate::app::model::invites::AutoRefresh;
use crate::app::model::options::{Badge, ProfileEntry, SandboxInfo};
use crate::app::{App, AppOptions};
use crate::clock::Clock;
use crate::config::Target;
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
        opening: OpenOptions,
        mut state: App,
        clock: &Clock,
    ) -> Result<Session, String> {
        let (session, service) = service::open(opening, clock.clone(), self.cancel.child_token())
            .map_err(|failure| failure.to_string())?;
        self.tasks.spawn(service.task);
        state.model.options.tenancy = session.key.clone();
        let link =
            ServiceChannel { tenancy: session.key, requests: service.requests, replies: service.replies };
        Ok(Session { state, channel: link })
    }

    /// Cancels and awaits all service tasks. The journal has what they were doing.
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
        listed: Vec<ProfileEntry>,
        clock: Clock,
    ) -> SessionOpener {
        let services = self.clone();
        Box::new(move |name| {
            let decided = args.for_profile(name).resolve()?;
            let opening = decided.open_options(decided.paths.state.clone()).ok_or_else(|| {
                format!("Profile {name} has no token. Add token_file or another source in config.toml.")
            })?;
            let state = initial_state(&decided, &keys, listed.clone());
            let open = services.open(opening, state, &clock)?;
            save_last_profile(&decided);
            Ok(open)
        })
    }
}

/// File in the state folder with the name of the last used profile.
const LAST_PROFILE_FILE: &str = "last-profile";

/// Saves the profile's name, so that the console offers it first next time.
pub(super) fn save_last_profile(decided: &ResolvedConfig) {
    let profile = &decided.settings.guards.profile;
    if !profile.is_empty() {
        // A convenience: if this fails, the console offers the first profile.
        let _ = std::fs::write(decided.paths.state.join(LAST_PROFILE_FILE), profile);
    }
}

fn load_last_profile(decided: &ResolvedConfig) -> Option<String> {
    let kept = std::fs::read_to_string(decided.paths.state.join(LAST_PROFILE_FILE)).ok()?;
    Some(kept.trim().to_owned())
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

/// Lists the profiles to switch to, with the first session, which may have no name.
pub(super) fn list_profiles(decided: &ResolvedConfig) -> Vec<ProfileEntry> {
    let (name, address) = (session_name(decided), server_url(decided));
    let is_named = decided.profiles.iter().any(|listed| listed.name == name);
    let guarded = decided.settings.guards.guarded;
    let unnamed = (!is_named && !decided.needs_profile_choice()).then(|| ProfileEntry {
        name: name.clone(),
        url: address.clone(),
        guarded,
    });
    let named = decided.profiles.iter().cloned().map(|listed| match listed.name == name {
        // A flag or the environment can override the server URL.
        true => ProfileEntry { url: address.clone(), ..listed },
        false => listed,
    });
    unnamed.into_iter().chain(named).collect()
}

fn session_name(decided: &ResolvedConfig) -> String {
    match (&decided.settings.target, decided.settings.guards.profile.as_str()) {
        (Target::Sandbox, _) if decided.needs_profile_choice() => String::new(),
        (Target::Sandbox, _) => SANDBOX_PROFILE.to_owned(),
        (_, "") => UNNAMED_PROFILE.to_owned(),
        (_, profile) => profile.to_owned(),
    }
}

fn server_url(decided: &ResolvedConfig) -> String {
    match &decided.settings.target {
        Target::Server { url, .. } => url.clone(),
        Target::Sandbox if decided.needs_profile_choice() => String::new(),
        Target::Sandbox => "starting…".to_owned(),
    }
}

/// Returns the place of the token, as hints name it.
fn token_location(decided: &ResolvedConfig) -> Option<String> {
    let Target::Server { source, .. } = &decided.settings.target else { return None };
    match source {
        TokenSourceConfig::File(path) => Some(path.display().to_string()),
        TokenSourceConfig::EnvVar(name) => Some(format!("the variable {name}")),
        TokenSourceConfig::Stdin
        | TokenSourceConfig::Missing(_)
        | TokenSourceConfig::Withheld(_)
        | TokenSourceConfig::Command(_)
        | TokenSourceConfig::AppRegistration { .. } => None,
    }
}

/// Returns the initial state of a session.
pub(super) fn initial_state(decided: &ResolvedConfig, keys: &KeyMap, listed: Vec<ProfileEntry>) -> App {
    let settings = &decided.settings;
    let (name, address) = (session_name(decided), server_url(decided));
    let (is_try_out, chooses) = (settings.target == Target::Sandbox, decided.needs_profile_choice());
    let mut state = App::new(AppOptions {
        keys: keys.clone(),
        name,
        profiles: listed,
        guards: settings.guards.clone(),
        badge: settings.badge.clone().map(|badge| Badge { text: badge.text, color: badge.color }),
        undo_window: settings.undo_window,
        zone: jiff::tz::TimeZone::system(),
        seed: Uuid::new_v4().as_u128(),
        filters: settings.filters.clone(),
        read_only: decided.read_only,
        mouse: settings.mouse,
        sandbox: (is_try_out && !chooses).then(|| SandboxInfo { outbox: String::new() }),
        token_source: token_location(decided),
        needs_profile: chooses,
        last_profile: load_last_profile(decided),
        ..AppOptions::for_tenancy(TenancyKey::new(&address, None, "default"))
    });
    state.model.options.url = address;
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
