//! Inputs of the settings: flags and the layers of the file. Also the list of resolved values.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::PathBuf;

use super::profile::ProfileConfig;
use super::provenance::{EffectiveValue, Origin, Sourced};
use super::toml_reader::Spanned;

/// Connection flags of the command line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flags {
    /// `--url`.
    pub url: Option<String>,
    /// `--token-file`.
    pub token_file: Option<PathBuf>,
    /// `--sandbox`.
    pub sandbox: bool,
    /// `--profile`.
    pub profile: Option<String>,
}

/// The layers of the file that apply.
#[derive(Clone, Copy)]
pub(super) struct Layers<'a> {
    /// Flag or variable that selects the profile; `None` if the file selects it, or if there is no profile.
    pub profile_origin: Option<Origin>,
    pub profile: Option<&'a ProfileConfig>,
    pub defaults: &'a ProfileConfig,
}

impl Layers<'_> {
    /// Returns a setting of the profile, or else of the top of the file.
    pub(super) fn pick<T: Clone>(
        &self,
        entry: impl Fn(&ProfileConfig) -> &Option<Spanned<T>>,
    ) -> Option<Sourced<T>> {
        let in_profile = self.profile.and_then(|profile| Sourced::from_file(entry(profile)));
        in_profile.or_else(|| Sourced::from_file(entry(self.defaults)))
    }

    /// Returns the entries of a table. Entries of the profile override entries at the top of the file.
    pub(super) fn merge(
        &self,
        table: impl Fn(&ProfileConfig) -> &BTreeMap<String, Spanned<String>>,
    ) -> BTreeMap<String, Spanned<String>> {
        let mut all = table(self.defaults).clone();
        all.extend(self.profile.map(&table).cloned().unwrap_or_default());
        all
    }
}

/// Lists all values for `config show`, in the order of the sample.
#[derive(Default)]
pub(super) struct EffectiveValues(pub(super) Vec<EffectiveValue>);

impl EffectiveValues {
    pub(super) fn push(&mut self, name: &str, value: impl Display, origin: Origin) {
        self.0.push(EffectiveValue { name: name.to_owned(), value: value.to_string(), origin });
    }

    /// Adds a setting to the list, or the text `unset` if it is not configured.
    pub(super) fn push_optional<T: Display>(&mut self, name: &str, found: &Option<Sourced<T>>, unset: &str) {
        match found {
            Some(Sourced { value, origin }) => self.push(name, value, *origin),
            None => self.push(name, unset, Origin::Default),
        }
    }

    /// Adds a setting or its default to the list, and returns the value.
    pub(super) fn resolve<T: Display>(&mut self, name: &str, found: Option<Sourced<T>>, default: T) -> T {
        let Sourced { value, origin } = found.unwrap_or(Sourced { value: default, origin: Origin::Default });
        self.push(name, &value, origin);
        value
    }

    pub(super) fn push_entries(&mut self, table: &str, entries: &BTreeMap<String, Spanned<String>>) {
        for (name, found) in entries {
            self.push(&format!("{table}.{name}"), &found.value, Origin::File(found.line));
        }
    }
}
