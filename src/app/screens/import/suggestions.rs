//! Suggestions of an import: all suggested emails, accepted together or one by one.

use crate::app::screens::import::{ImportDialog, ImportStep};
use crate::app::{Context, Model, Route};
use crate::domain::import::EntryState;
use crate::domain::import::ImportEntry;
use crate::keys::{Action, KeyContext};
use crate::ui::list::scroll_delta;

impl ImportDialog {
    /// Returns the entry of the selected suggestion.
    pub(super) fn selected_suggestion(&self) -> Option<usize> {
        self.table.suggested.get(self.suggestions_state.selected).copied()
    }

    pub(super) fn select_suggestion(&mut self, row: usize, model: &Model) {
        self.suggestions_state.go_to(row, self.table.suggested.len(), model.metrics.text_height);
    }

    pub(super) fn open_suggestions(&mut self) {
        match self.table.suggested.is_empty() {
            true => self.notice = Some("No entry has a suggestion.".to_owned()),
            false => (self.step, self.suggestions_state) = (ImportStep::Suggestions, Default::default()),
        }
    }

    pub(super) fn act_on_suggestions(&mut self, action: Action, cx: &mut Context<'_>) {
        match action {
            Action::Confirm | Action::Send => {
                self.accept_suggestions(self.table.suggested.clone(), cx);
            }
            Action::Include => {
                self.accept_suggestions(Vec::from_iter(self.selected_suggestion()), cx);
            }
            Action::Back | Action::Previous => self.step = ImportStep::Review,
            Action::Help => cx.open(Route::Help(KeyContext::Import)),
            _ => {
                let (height, count) = (cx.metrics.text_height, self.table.suggested.len());
                if let Some(by) = scroll_delta(action, height) {
                    self.suggestions_state.move_by(by, count, height);
                }
            }
        }
    }

    /// Replaces the emails of these entries with their suggestions. Closes the list after the last one.
    fn accept_suggestions(&mut self, entries: Vec<usize>, cx: &mut Context<'_>) {
        let accept = |entry: &mut ImportEntry, state: &EntryState| {
            state.suggestion().into_iter().for_each(|email| entry.replace_email(email));
        };
        self.change_entries(entries, accept, cx);
        self.select_suggestion(self.suggestions_state.selected, cx);
        if self.table.suggested.is_empty() {
            self.step = ImportStep::Review;
        }
    }
}
