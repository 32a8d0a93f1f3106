//! Suggestions of an import: all suggested emails, accepted together or one by one.

use crate::app::screens::import::{ImportDialog, ImportStep};
use crate::app::{Context, Route};
use crate::domain::import::EntryState;
use crate::domain::import::ImportEntry;
use crate::keys::{Action, KeyContext};
use crate::ui::list::scroll_delta;

impl ImportDialog {
    /// Returns the index of each entry with a suggestion, and the suggested email.
    pub fn suggestions(&self) -> Vec<(usize, &str)> {
        let states = self.entry_states.iter().enumerate();
        states.filter_map(|(index, state)| Some((index, state.suggestion()?))).collect()
    }

    pub(super) fn open_suggestions(&mut self) {
        match self.suggestions().is_empty() {
            true => self.notice = Some("No entry has a suggestion.".to_owned()),
            false => (self.step, self.suggestions_state) = (ImportStep::Suggestions, Default::default()),
        }
    }

    pub(super) fn act_on_suggestions(&mut self, action: Action, cx: &mut Context<'_>) {
        match action {
            Action::Confirm | Action::Send => {
                let all = self.suggestions().into_iter().map(|(index, _)| index).collect();
                self.accept_suggestions(all, cx);
            }
            Action::Include => {
                let selected =
                    self.suggestions().get(self.suggestions_state.selected).map(|(index, _)| *index);
                self.accept_suggestions(Vec::from_iter(selected), cx);
            }
            Action::Back | Action::Previous => self.step = ImportStep::Review,
            Action::Help => cx.open(Route::Help(KeyContext::Import)),
            _ => {
                let (height, count) = (cx.metrics.text_height, self.suggestions().len());
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
        let left = self.suggestions().len();
        self.suggestions_state.go_to(self.suggestions_state.selected, left, cx.metrics.text_height);
        if left == 0 {
            self.step = ImportStep::Review;
        }
    }
}
