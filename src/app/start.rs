//! What the console is started with: decided before anything was read, and the same until it is left, but for the
//! size of the window.

use std::time::Duration;

use jiff::tz::TimeZone;

use crate::domain::TenancyKey;
use crate::domain::query::Names;

use super::keymap::KeyMap;
use super::tenancies::Listed;

/// What the console is started with.
#[derive(Debug, Clone)]
pub struct Start {
    /// Tags the messages of the tenancy that is opened.
    pub tenancy: TenancyKey,
    /// Its name in the configuration; empty where that has no names.
    pub name: String,
    /// The tenancies that the configuration names.
    pub listed: Vec<Listed>,
    /// The server's address.
    pub address: String,
    /// What is opened when nothing was configured.
    pub try_out: Option<TryOut>,
    /// The keys.
    pub keys: KeyMap,
    /// The filters that have a name.
    pub filters: Names,
    /// The domains that may be invited, in lower case; empty: all.
    pub allowed: Vec<String>,
    /// How long a plan that deletes can be taken back.
    pub hold: Duration,
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

impl Start {
    /// Everything as it comes, for a tenancy: no keys, no hold, times in UTC. The rest is named by struct update.
    pub fn of(tenancy: TenancyKey) -> Start {
        Start {
            tenancy,
            name: String::new(),
            listed: Vec::new(),
            address: String::new(),
            try_out: None,
            keys: KeyMap::default(),
            filters: Names::default(),
            allowed: Vec::new(),
            hold: Duration::ZERO,
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
pub struct TryOut {
    /// Where its letters lie.
    pub outbox: String,
}
