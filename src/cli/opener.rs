//! Opens the tenancies of the console: the one that it is started with, and those that are changed to later. Each has
//! a service task of its own, and all of them end together.

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::global::{Decided, GlobalArgs};
use crate::app::model::invites::AutoRefresh;
use crate::app::model::options::{Badge, ProfileEntry, TryOut};
use crate::app::{App, AppOptions};
use crate::clock::Clock;
use crate::config::Target;
use crate::console::{Link, Open, Opener};
use crate::domain::TenancyKey;
use crate::domain::access::Source;
use crate::keys::KeyMap;
use crate::service;
use crate::service::Opening;

/// How a tenancy is called that has no name in the configuration. No profile can be called so: one that were could not
/// be told from it, and would never be opened.
const UNNAMED: &str = "(default)";
/// How the try-out is called, for the same reason.
const TRY_OUT: &str = "(sandbox)";

/// The service tasks of all open tenancies.
#[derive(Debug, Clone, Default)]
pub(super) struct Services {
    cancel: CancellationToken,
    tasks: TaskTracker,
}

impl Services {
    /// Starts the service task of a tenancy and joins it to what is known of it. `Err` is a sentence.
    pub(super) fn open(&self, opening: Opening, mut state: App, clock: &Clock) -> Result<Open, String> {
        let (session, service) = service::open(opening, clock.clone(), self.cancel.child_token())
            .map_err(|failure| failure.to_string())?;
        self.tasks.spawn(service.task);
        state.model.options.tenancy = session.key.clone();
        let link = Link { tenancy: session.key, requests: service.requests, replies: service.replies };
        Ok(Open { state, link })
    }

    /// Ends them. Each ends at once when it is cancelled; what it was doing is in the journal.
    pub(super) async fn close(self) {
        self.cancel.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Opens the profiles of the configuration, which is read anew each time.
    pub(super) fn opener(
        &self,
        args: GlobalArgs,
        keys: KeyMap,
        listed: Vec<ProfileEntry>,
        clock: Clock,
    ) -> Opener {
        let services = self.clone();
        Box::new(move |name| {
            let decided = args.of_profile(name).decide()?;
            let opening = decided
                .opening(decided.paths.state.clone())
                .ok_or_else(|| format!("The profile {name} names no server and no token."))?;
            let state = state(&decided, &keys, listed.clone());
            let open = services.open(opening, state, &clock)?;
            remember(&decided);
            Ok(open)
        })
    }
}

/// The file in the state folder that names the profile that was used last.
const LAST_PROFILE: &str = "last-profile";

/// Keeps which profile is opened, so that it is offered first where none is named.
pub(super) fn remember(decided: &Decided) {
    let profile = &decided.settings.guards.profile;
    if !profile.is_empty() {
        // It is only a convenience: where it cannot be kept, the first profile is offered.
        let _ = std::fs::write(decided.paths.state.join(LAST_PROFILE), profile);
    }
}

fn last_used(decided: &Decided) -> Option<String> {
    let kept = std::fs::read_to_string(decided.paths.state.join(LAST_PROFILE)).ok()?;
    Some(kept.trim().to_owned())
}

/// What is open before a profile was chosen: nothing that could be asked.
pub(super) fn nothing(state: App) -> Open {
    let (requests, _) = tokio::sync::mpsc::channel(1);
    let (_, replies) = tokio::sync::mpsc::channel(1);
    Open { link: Link { tenancy: state.model.options.tenancy.clone(), requests, replies }, state }
}

/// Those that can be changed to, with the one that the console was started with, which may have no name.
pub(super) fn listed(decided: &Decided) -> Vec<ProfileEntry> {
    let (name, address) = (name(decided), address(decided));
    let is_named = decided.listed.iter().any(|listed| listed.name == name);
    let guarded = decided.settings.guards.guarded;
    let unnamed = (!is_named && !decided.must_choose()).then(|| ProfileEntry {
        name: name.clone(),
        address: address.clone(),
        guarded,
    });
    let named = decided.listed.iter().cloned().map(|listed| match listed.name == name {
        // A flag or the environment may have named another address.
        true => ProfileEntry { address: address.clone(), ..listed },
        false => listed,
    });
    unnamed.into_iter().chain(named).collect()
}

fn name(decided: &Decided) -> String {
    match (&decided.settings.target, decided.settings.guards.profile.as_str()) {
        (Target::TryOut, _) if decided.must_choose() => String::new(),
        (Target::TryOut, _) => TRY_OUT.to_owned(),
        (_, "") => UNNAMED.to_owned(),
        (_, profile) => profile.to_owned(),
    }
}

fn address(decided: &Decided) -> String {
    match &decided.settings.target {
        Target::Server { url, .. } => url.clone(),
        Target::TryOut if decided.must_choose() => String::new(),
        Target::TryOut => "starting…".to_owned(),
    }
}

/// Where a new token is put, as a sentence names it.
fn token(decided: &Decided) -> Option<String> {
    let Target::Server { source, .. } = &decided.settings.target else { return None };
    match source {
        Source::File(path) => Some(path.display().to_string()),
        Source::Variable(name) => Some(format!("the variable {name}")),
        Source::Stdin
        | Source::Missing(_)
        | Source::Withheld(_)
        | Source::Command(_)
        | Source::App { .. } => None,
    }
}

/// What is known of a tenancy before anything of it is open.
pub(super) fn state(decided: &Decided, keys: &KeyMap, listed: Vec<ProfileEntry>) -> App {
    let settings = &decided.settings;
    let (name, address) = (name(decided), address(decided));
    let (is_try_out, chooses) = (settings.target == Target::TryOut, decided.must_choose());
    let mut state = App::new(AppOptions {
        keys: keys.clone(),
        name,
        listed,
        guards: settings.guards.clone(),
        badge: settings.badge.clone().map(|badge| Badge { text: badge.text, colour: badge.color }),
        hold: settings.hold,
        zone: jiff::tz::TimeZone::system(),
        seed: Uuid::new_v4().as_u128(),
        filters: settings.filters.clone(),
        read_only: decided.read_only,
        mouse: settings.mouse,
        try_out: (is_try_out && !chooses).then(|| TryOut { outbox: String::new() }),
        token: token(decided),
        chooses,
        last_used: last_used(decided),
        ..AppOptions::of(TenancyKey::new(&address, None, "default"))
    });
    state.model.options.address = address;
    state.model.auto_refresh = AutoRefresh::every(settings.refresh);
    state
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::file;

    #[test]
    fn no_profile_has_the_name_of_what_has_none() {
        for name in [UNNAMED, TRY_OUT] {
            assert!(file::parse(&format!("[profiles.\"{name}\"]")).is_err(), "{name}");
        }
        assert!(file::parse("[profiles.\"sandbox\"]").is_ok());
    }
}
