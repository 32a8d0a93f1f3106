//! What the console is started with: decided before anything was read, and the same until it is left, but for the
//! size of the window.

use std::time::Duration;

use jiff::tz::TimeZone;

use crate::domain::TenancyKey;
use crate::domain::profile_settings::PlanLimits;
use crate::domain::query::NamedFilters;
use crate::keys::KeyMap;

/// What the console is started with.
#[derive(Debug, Clone)]
pub struct AppOptions {
    /// Tags the messages of the tenancy that is opened.
    pub tenancy: TenancyKey,
    /// Its name in the configuration; empty where that has no names.
    pub name: String,
    /// The tenancies that the configuration names.
    pub profiles: Vec<ProfileEntry>,
    /// The server's address.
    pub url: String,
    /// Where the token comes from, as a sentence names it; `None` where nobody put it there.
    pub token_source: Option<String>,
    /// Nothing is open before one of the listed profiles is chosen.
    pub needs_profile: bool,
    /// The listed profile that was used last.
    pub last_profile: Option<String>,
    /// What is opened when nothing was configured.
    pub sandbox: Option<SandboxInfo>,
    /// The keys.
    pub keys: KeyMap,
    /// The filters that have a name.
    pub filters: NamedFilters,
    /// What a plan may not do without being confirmed by its number, and the domains that may be invited.
    pub guards: PlanLimits,
    /// What stands in the header for the profile.
    pub badge: Option<Badge>,
    /// The undo window: how long a confirmed plan can be undone.
    pub undo_window: Duration,
    /// The zone in which times of day are shown.
    pub zone: TimeZone,
    /// Columns and rows of the window.
    pub size: (u16, u16),
    /// A random number from which plans are named.
    pub seed: u128,
    /// Whether all changes are refused until a person allows them.
    pub read_only: bool,
    /// Whether the mouse is used.
    pub mouse: bool,
}

impl AppOptions {
    /// Why the console begins read-only, as half a sentence.
    pub(crate) fn initial_read_only_reason(&self) -> Option<String> {
        if self.read_only {
            return Some("it was started with --read-only".to_owned());
        }
        let profile = &self.guards.profile;
        self.guards.guarded.then(|| format!("the profile {profile} is guarded"))
    }

    /// As it comes, for a tenancy. The rest is named by struct update.
    pub fn for_tenancy(tenancy: TenancyKey) -> AppOptions {
        AppOptions { tenancy, ..AppOptions::default() }
    }
}

impl Default for AppOptions {
    /// Everything as it comes: no keys, no hold, times in UTC.
    fn default() -> AppOptions {
        AppOptions {
            tenancy: TenancyKey::default(),
            name: String::new(),
            profiles: Vec::new(),
            url: String::new(),
            token_source: None,
            needs_profile: false,
            last_profile: None,
            sandbox: None,
            keys: KeyMap::default(),
            filters: NamedFilters::default(),
            guards: PlanLimits::default(),
            badge: None,
            undo_window: Duration::ZERO,
            zone: TimeZone::UTC,
            size: (80, 24),
            seed: 1,
            read_only: false,
            mouse: false,
        }
    }
}

/// The sandbox that is opened by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxInfo {
    /// Where its letters lie.
    pub outbox: String,
}

/// What stands in the header for a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Badge {
    /// The words.
    pub text: String,
    /// The name of their colour; `None` is that of every badge.
    pub color: Option<String>,
}

/// A tenancy that the configuration names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileEntry {
    /// Its name there.
    pub name: String,
    /// The server's address.
    pub url: String,
    /// Whether it starts read-only and asks for numbers.
    pub guarded: bool,
}

/// How a tenancy stands that is open behind the one in front.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionStatus {
    /// Its name in the configuration.
    pub name: String,
    /// How many steps of a plan that runs are over, and how many it has.
    pub running: Option<(usize, usize)>,
    /// Staged steps.
    pub staged: usize,
    /// Plans that wait for somebody.
    pub stopped: usize,
    /// Addresses whose old invite was revoked and who were sent no new one.
    pub missing_invites: usize,
    /// Whether a draft would be lost by leaving.
    pub has_unsaved: bool,
}

impl SessionStatus {
    /// Whether somebody who leaves should know of it.
    pub fn has_unfinished_work(&self) -> bool {
        self.running.is_some() || self.staged + self.stopped + self.missing_invites > 0 || self.has_unsaved
    }

    /// What there is to say of it, shortest first what matters most; empty where it rests.
    pub fn summary(&self) -> String {
        let parts = [
            self.running.map(|(over, steps)| format!("{over}/{steps} running")),
            (self.missing_invites > 0).then(|| format!("{} owed", self.missing_invites)),
            (self.stopped > 0).then(|| format!("{} open", self.stopped)),
            (self.staged > 0).then(|| format!("{} staged", self.staged)),
            self.has_unsaved.then(|| "a draft".to_owned()),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}
