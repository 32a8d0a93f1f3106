//! Inputs of the settings: flags and the levels of the file; and the list of resolved values.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::entries::Entries;
use super::provenance::{From, Origin, Shown};
use super::reader::Found;

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

/// The levels of the file that apply.
#[derive(Clone, Copy)]
pub(super) struct Levels<'a> {
    /// What selected the profile of this run; `None`: the file, or there is no profile.
    pub named: Option<Origin>,
    pub profile: Option<&'a Entries>,
    pub common: &'a Entries,
}

impl Levels<'_> {
    /// Returns a setting of the profile, or else of the top of the file.
    pub(super) fn pick<T: Clone>(&self, entry: impl Fn(&Entries) -> &Option<Found<T>>) -> Option<From<T>> {
        let found =
            self.profile.and_then(|profile| entry(profile).as_ref()).or(entry(self.common).as_ref())?;
        Some(From { value: found.value.clone(), origin: Origin::File(found.line) })
    }

    /// Returns the entries of a table; those of the profile override those of the top.
    pub(super) fn all(
        &self,
        table: impl Fn(&Entries) -> &BTreeMap<String, Found<String>>,
    ) -> BTreeMap<String, Found<String>> {
        let mut all = table(self.common).clone();
        all.extend(self.profile.map(&table).cloned().unwrap_or_default());
        all
    }
}

/// Lists all values for `config show`, in the order of the sample.
#[derive(Default)]
pub(super) struct List(pub(super) Vec<Shown>);

impl List {
    pub(super) fn push(&mut self, name: &str, value: impl std::fmt::Display, origin: Origin) {
        self.0.push(Shown { name: name.to_owned(), value: value.to_string(), origin });
    }

    pub(super) fn optional(&mut self, name: &str, value: &Option<From<String>>) {
        match value {
            Some(From { value, origin }) => self.push(name, value, *origin),
            None => self.push(name, "none", Origin::Default),
        }
    }

    pub(super) fn named(&mut self, table: &str, entries: &BTreeMap<String, Found<String>>) {
        for (name, found) in entries {
            self.push(&format!("{table}.{name}"), &found.value, Origin::File(found.line));
        }
    }
}
