//! Named filters: the built-in ones, and the user's from the configuration. `#name` stands for the terms of its
//! text. Also holds the time zone, which defines calendar days.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::filter::Filter;

/// The built-in filters.
pub const BUILT_IN: &[(&str, &str)] = &[("soon", "exp<48h"), ("expired", "expired"), ("nomessage", "!msg:")];

/// The named filters, and the time zone of calendar days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFilters {
    pub(super) custom: BTreeMap<String, Filter>,
    pub(super) zone: TimeZone,
}

impl Default for NamedFilters {
    fn default() -> NamedFilters {
        NamedFilters { custom: BTreeMap::new(), zone: TimeZone::UTC }
    }
}

/// Why a named filter was rejected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {message}")]
pub struct InvalidNamedFilter {
    /// Its name.
    pub name: String,
    /// What is wrong with its name or its text.
    pub message: String,
}

impl NamedFilters {
    /// Returns all named filters with their texts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let own = self.custom.iter().map(|(name, filter)| (name.as_str(), filter.text()));
        BUILT_IN.iter().copied().filter(|(name, _)| !self.custom.contains_key(*name)).chain(own)
    }
}
