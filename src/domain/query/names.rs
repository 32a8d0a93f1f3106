//! Named filters: the built-in ones, and the person's own from the configuration. A name stands for the terms of
//! its text wherever `#name` is written. With them comes the time zone, which decides what a named day is.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::filter::Filter;

/// The built-in ones.
pub const BUILT_IN: &[(&str, &str)] = &[("soon", "exp<48h"), ("expired", "expired"), ("nomessage", "!msg:")];

/// The filters that have a name, and the zone in which a day of the calendar begins and ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    pub(super) own: BTreeMap<String, Filter>,
    pub(super) zone: TimeZone,
}

impl Default for Names {
    fn default() -> Names {
        Names { own: BTreeMap::new(), zone: TimeZone::UTC }
    }
}

/// Why a named filter was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {sentence}")]
pub struct NotTaken {
    /// Its name.
    pub name: String,
    /// What is wrong with its name or its text.
    pub sentence: String,
}

impl Names {
    /// All of them with their texts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let own = self.own.iter().map(|(name, filter)| (name.as_str(), filter.text()));
        BUILT_IN.iter().copied().filter(|(name, _)| !self.own.contains_key(*name)).chain(own)
    }
}
