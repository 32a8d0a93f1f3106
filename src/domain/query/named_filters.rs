//! Named filters: built in, or from the user's configuration.
//! `#name` stands for the terms of the filter with that name. Also stores the time zone, which defines
//! calendar days.

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
    /// What is wrong with the name or the text.
    pub message: String,
}

impl NamedFilters {
    /// Returns all named filters with their texts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let own = self.custom.iter().map(|(name, filter)| (name.as_str(), filter.text()));
        BUILT_IN.iter().copied().filter(|(name, _)| !self.custom.contains_key(*name)).chain(own)
    }
}
