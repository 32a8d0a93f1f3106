//! Whether anything may be changed, and why not: read-only, a token of another tenancy, a journal that cannot be used.

use super::Model;
use crate::domain::session::OTHER_PROFILE;

const NO_JOURNAL: &str = "the journal cannot be used";

impl Model {
    /// Why nothing may be changed whatever a person says, as half a sentence: the token is of another tenancy.
    pub fn wrong_tenancy(&self) -> Option<&str> {
        self.session.as_ref()?.wrong_tenancy.as_deref()
    }

    /// The same as a sentence.
    pub fn wrong_tenancy_text(&self) -> Option<String> {
        self.wrong_tenancy().map(|why| format!("Nothing is changed: {why}. {OTHER_PROFILE}"))
    }

    /// Why nothing may be changed, as a sentence, and how that ends; `None` where it may.
    pub fn read_only_text(&self) -> Option<String> {
        if let Some(text) = self.wrong_tenancy_text() {
            return Some(text);
        }
        let why = self.read_only.as_ref()?;
        let key = self.read_only_key();
        Some(format!("Read-only, because {why}: nothing is changed. {key} allows changes again."))
    }

    /// Why nothing can be changed, as half a sentence.
    pub fn change_disabled_reason(&self) -> Option<String> {
        if let Some(why) = self.wrong_tenancy() {
            return Some(why.to_owned());
        }
        if let Some(why) = &self.read_only {
            return Some(format!("read-only, because {why}"));
        }
        self.journal_disabled_reason()
    }

    /// Why nothing can be written to the journal, as half a sentence.
    pub fn journal_disabled_reason(&self) -> Option<String> {
        self.no_journal.is_some().then(|| NO_JOURNAL.to_owned())
    }
}
