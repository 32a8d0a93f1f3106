//! Review step of the import: the table of entries with their statuses, and the actions edit, include and exclude.

use std::sync::Arc;

use crate::app::screens::import::table::StatusKind;
use crate::app::screens::import::{ImportDialog, ImportStep};
use crate::app::{Context, Hint, Model, Route};
use crate::domain::import::EntryState;
use crate::domain::import::ImportEntry;
use crate::domain::recipient;
use crate::keys::{Action, KeyContext};
use crate::ui::TextField;
use crate::ui::list::{cycle, scroll_delta};

impl ImportDialog {
    /// Returns the hints of the table, the most useful first: only keys that do something.
    pub(super) fn review_hints(&self, model: &Model) -> Vec<Hint> {
        let now = model.server_now(model.now);
        let has_error = self.list.error.is_some();
        let has_rows = !self.table.rows.is_empty();
        let included = self.list.entries.get(self.selected_entry()).is_some_and(|entry| entry.include_anyway);
        let can_include = self.selected_state().is_some_and(|state| state.can_include_anyway(now));
        [
            (has_rows, Action::Confirm, "message"),
            (has_error && !self.list.columns.is_empty(), Action::EmailColumn, "email column"),
            (true, Action::Back, "close"),
            (true, Action::Help, "help"),
            (!self.table.suggested.is_empty(), Action::TakeSuggestions, "suggestions"),
            (self.table.has_flagged, Action::NextFlagged, "next flagged"),
            (has_rows, Action::Edit, "edit"),
            (included || can_include, Action::Include, "include"),
            (has_rows, Action::Exclude, "exclude"),
            (has_rows, Action::NextTab, "next tab"),
            (!has_error && self.list.columns.len() > 1, Action::EmailColumn, "column"),
            (self.expired_count > 0, Action::IncludeExpired, "include expired"),
            (true, Action::Previous, "edit list"),
        ]
        .into_iter()
        .filter(|(is_shown, ..)| *is_shown)
        .map(|(_, action, label)| Hint { action, label: label.into() })
        .collect()
    }

    pub(super) fn act_on_entries(&mut self, action: Action, cx: &mut Context<'_>) {
        self.notice = None;
        let works_without_list =
            matches!(action, Action::EmailColumn | Action::Previous | Action::Help | Action::Back);
        if self.list.error.is_some() && !works_without_list {
            return;
        }
        match action {
            Action::NextFlagged => self.select_next_flagged(cx),
            Action::Edit => self.open_address_field(),
            Action::EmailColumn => self.select_next_column(cx),
            Action::TakeSuggestions => self.open_suggestions(),
            Action::Include => self.toggle_include_anyway(cx),
            Action::IncludeExpired => self.include_all_expired(cx),
            Action::Exclude => self.toggle_exclude(cx),
            Action::NextTab => self.select_adjacent_tab(false, cx),
            Action::PreviousTab => self.select_adjacent_tab(true, cx),
            Action::Confirm | Action::Send => self.open_message(),
            Action::Previous => self.step = ImportStep::Source,
            Action::Help => cx.open(Route::Help(KeyContext::Import)),
            Action::Back => self.park(cx),
            _ => {
                let height = cx.metrics.text_height;
                if let Some(by) = scroll_delta(action, height) {
                    self.list_state.move_by(by, self.table.rows.len(), height);
                }
            }
        }
    }

    pub(super) fn select_row(&mut self, row: usize, model: &Model) {
        self.list_state.go_to(row, self.table.rows.len(), model.metrics.text_height);
    }

    /// Shows the next or previous tab.
    fn select_adjacent_tab(&mut self, back: bool, model: &Model) {
        self.show_tab(cycle(&self.table.tabs(), self.table.tab, back), model);
    }

    /// Shows a tab. The selected entry stays selected if the tab contains it.
    pub(super) fn show_tab(&mut self, tab: Option<StatusKind>, model: &Model) {
        let selected = self.selected_entry();
        self.table.select_tab(tab);
        let row = self.table.rows.binary_search(&selected).unwrap_or_default();
        self.select_row(row, model);
    }

    /// Selects the next row that needs attention, wrapping around. If the tab has none, shows all entries.
    fn select_next_flagged(&mut self, model: &Model) {
        let now = model.server_now(model.now);
        let needs_attention =
            |index: usize| self.entry_states.get(index).is_some_and(|state| state.needs_attention(now));
        let is_flagged = |row: &usize| self.table.rows.get(*row).is_some_and(|index| needs_attention(*index));
        let (selected, count) = (self.list_state.selected, self.table.rows.len());
        if let Some(row) = (selected + 1..count).chain(0..=selected).find(is_flagged) {
            return self.select_row(row, model);
        }
        match (0..self.entry_states.len()).find(|index| needs_attention(*index)) {
            Some(index) => {
                self.table.select_tab(None);
                self.select_row(index, model);
            }
            None => {
                let key = model.key(KeyContext::Import, Action::Confirm);
                self.notice = Some(format!("No entry needs attention. Press {key} to continue."));
            }
        }
    }

    fn open_address_field(&mut self) {
        let index = self.selected_entry();
        if let Some(entry) = self.list.entries.get(index) {
            (self.edited_entry, self.address_field) = (index, Some(TextField::new(&entry.email)));
            self.step = ImportStep::EditAddress;
        }
    }

    /// Returns the suggestion for the entry whose email is being edited.
    pub fn edit_suggestion(&self) -> Option<&str> {
        self.entry_states.get(self.edited_entry).and_then(EntryState::suggestion)
    }

    pub(super) fn act_on_address_field(&mut self, action: Action, cx: &mut Context<'_>) {
        match action {
            Action::Next => {
                let suggestion = self.edit_suggestion().map(TextField::new);
                self.address_field = suggestion.or(self.address_field.take());
            }
            Action::Confirm | Action::Send => self.apply_address(cx),
            Action::Help => cx.open(Route::Help(KeyContext::ImportForm)),
            Action::Back => (self.address_field, self.step) = (None, ImportStep::Review),
            _ => {}
        }
    }

    fn apply_address(&mut self, cx: &mut Context<'_>) {
        self.step = ImportStep::Review;
        let Some(field) = self.address_field.take() else { return };
        let index = self.edited_entry;
        let typed = field.text().trim();
        let email = recipient::parse(typed).map_or_else(|_| typed.to_owned(), |recipient| recipient.email);
        self.excluded.remove(&index);
        let update = |entry: &mut ImportEntry, _: &EntryState| {
            if entry.email != email || entry.warning.is_some() {
                entry.replace_email(&email);
            }
        };
        self.change_entries([index], update, cx);
    }

    /// Changes these entries and checks the list again.
    pub(super) fn change_entries(
        &mut self,
        indexes: impl IntoIterator<Item = usize>,
        update: impl Fn(&mut ImportEntry, &EntryState),
        cx: &mut Context<'_>,
    ) {
        let entries = &mut Arc::make_mut(&mut self.list).entries;
        for index in indexes {
            if let Some((entry, state)) = entries.get_mut(index).zip(self.entry_states.get_mut(index)) {
                update(entry, state);
                *state = EntryState::Checking;
            }
        }
        self.table.remove_changed_suggestions(&self.entry_states);
        self.recheck(cx);
    }

    /// Toggles whether the selected entry is included despite its warning.
    fn toggle_include_anyway(&mut self, cx: &mut Context<'_>) {
        let (index, now) = (self.selected_entry(), cx.server_now(cx.now));
        let Some(state) = self.entry_states.get(index) else { return };
        let include_anyway = self.list.entries.get(index).is_some_and(|entry| entry.include_anyway);
        if !include_anyway && !state.can_include_anyway(now) {
            self.notice = Some(match state {
                EntryState::Checking => "This entry is being checked. Try again in a moment.".into(),
                _ if state.is_included() => "This entry is already in the plan.".into(),
                _ => format!("This entry cannot be included: {}.", state.description(now)),
            });
            return;
        }
        self.change_entries([index], |entry, _| entry.include_anyway = !include_anyway, cx);
    }

    /// Includes all entries whose earlier invite has expired.
    fn include_all_expired(&mut self, cx: &mut Context<'_>) {
        let now = cx.server_now(cx.now);
        let expired = |(index, state): (usize, &EntryState)| state.has_expired(now).then_some(index);
        let expired: Vec<usize> = self.entry_states.iter().enumerate().filter_map(expired).collect();
        if expired.is_empty() {
            self.notice = Some("No entry has an expired invite.".to_owned());
            return;
        }
        self.change_entries(expired, |entry, _| entry.include_anyway = true, cx);
    }

    /// Toggles whether the selected entry is excluded.
    fn toggle_exclude(&mut self, cx: &mut Context<'_>) {
        let index = self.selected_entry();
        if index >= self.entry_states.len() {
            return;
        }
        if !self.excluded.remove(&index) {
            self.excluded.insert(index);
        }
        self.change_entries([index], |_, _| {}, cx);
    }
}
