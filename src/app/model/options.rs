//! Start options of the console.

use std::time::Duration;

use jiff::tz::TimeZone;

use crate::domain::TenancyKey;
use crate::domain::profile_settings::{Badge, PlanLimits};
use crate::domain::query::NamedFilters;
use crate::domain::text::format_counts;
use crate::keys::KeyMap;

/// Start options of the console. The defaults have no keys and no undo window.
#[derive(Debug, Clone, Default)]
pub struct AppOptions {
    /// Tenancy of this session; its messages carry the same key.
    pub tenancy: TenancyKey,
    /// Profile name; empty if the configuration has no profiles.
    pub name: String,
    /// The configured profiles.
    pub profiles: Vec<ProfileEntry>,
    /// Server URL.
    pub url: String,
    /// Source of the token, named in hints; `None` if the user did not configure a token.
    pub token_source: Option<String>,
    /// Token source with the setting it comes from, for display; `None` if unknown.
    pub token_setting: Option<String>,
    /// True if the user must first choose a profile.
    pub needs_profile: bool,
    /// The profile that was used last.
    pub last_profile: Option<String>,
    /// Sandbox that opens without a configuration.
    pub sandbox: Option<SandboxInfo>,
    /// Key map.
    pub keys: KeyMap,
    /// Named filters.
    pub filters: NamedFilters,
    /// Limits that require typing the step count, and the allowed domains.
    pub guards: PlanLimits,
    /// Badge of the profile in the header.
    pub badge: Option<Badge>,
    /// Undo window: time in which a confirmed plan can be undone.
    pub undo_window: Duration,
    /// Time zone of displayed times; `None` for UTC.
    pub zone: Option<TimeZone>,
    /// Random seed of plan ids.
    pub seed: u128,
    /// True to start in read-only mode.
    pub read_only: bool,
    /// Name of the configured theme: a built-in name or a file.
    pub theme: String,
    /// Path of the configuration file, for hints; empty if unknown.
    pub config_file: String,
    /// True if mouse support is on.
    pub mouse: bool,
    /// True to draw only ASCII.
    pub ascii: bool,
}

impl AppOptions {
    /// Returns why the console starts read-only, a fragment without trailing period.
    pub(crate) fn initial_read_only_reason(&self) -> Option<String> {
        if self.read_only {
            return Some("started with --read-only".to_owned());
        }
        let profile = &self.guards.profile;
        self.guards.guarded.then(|| format!("the profile {profile} is guarded"))
    }

    /// Returns what to do without a valid token, an imperative without trailing period.
    pub(crate) fn new_token_hint(&self) -> String {
        let source = self.token_source.as_ref();
        source.map_or("Get a new token".to_owned(), |source| format!("Put a new token into {source}"))
    }

    /// Creates default options for a tenancy; override other fields with struct update syntax.
    pub fn for_tenancy(tenancy: TenancyKey) -> AppOptions {
        AppOptions { tenancy, ..AppOptions::default() }
    }

    /// True until the sandbox that opens automatically has started.
    pub fn is_sandbox_starting(&self) -> bool {
        self.sandbox.as_ref().is_some_and(|sandbox| sandbox.outbox.is_empty())
    }
}

/// Sandbox that opens automatically.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxInfo {
    /// Directory of the sandbox's emails; empty until the sandbox has started.
    pub outbox: String,
}

/// A configured profile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileEntry {
    /// Profile name.
    pub name: String,
    /// Server URL.
    pub url: String,
    /// True if the profile starts read-only and requires typing the step count.
    pub guarded: bool,
}

/// Status of a background session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionStatus {
    /// Profile name.
    pub name: String,
    /// Ended steps and all steps of the running plan.
    pub running: Option<(usize, usize)>,
    /// Number of staged steps.
    pub staged: usize,
    /// Number of plans that wait for the user.
    pub stopped: usize,
    /// Number of people who were not re-invited after their invite was deleted.
    pub missing_invites: usize,
    /// True if quitting would lose a draft.
    pub has_unsaved: bool,
}

impl SessionStatus {
    /// True if the user should know of this session before quitting.
    pub fn has_unfinished_work(&self) -> bool {
        self.running.is_some() || self.staged + self.stopped + self.missing_invites > 0 || self.has_unsaved
    }

    /// Returns a summary, the most important part first; empty if there is nothing to report.
    pub fn summary(&self) -> String {
        let counts =
            [(self.missing_invites, "not re-invited"), (self.stopped, "stopped"), (self.staged, "staged")];
        let mut parts = format_counts(&counts);
        if let Some((done, steps)) = self.running {
            parts.insert(0, format!("running {done}/{steps}"));
        }
        parts.extend(self.has_unsaved.then(|| "a draft".to_owned()));
        parts.join(", ")
    }
}
