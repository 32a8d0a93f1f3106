//! State of the table: the filtered and sorted rows, the selection and the scroll offset.
//!
//! The selection is pinned to an identity: it stays on its invite when rows are added, removed or moved.

use crate::domain::annotation::SnoozeSummary;
use crate::domain::invite_store::{InviteStore, RowId};
use crate::domain::query::Query;
use crate::domain::table_prefs::ColumnSet;
use crate::domain::{Identity, TenancyKey};
use crate::keys::Action;
use crate::ui::{ListState, TextField};

/// Filtered and sorted rows with the selection.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Filter and sort order.
    pub query: Query,
    /// The columns.
    pub columns: ColumnSet,
    /// Filters that the user saved as tabs.
    pub saved_filters: Vec<String>,
    /// The shown rows, in order.
    pub order: Vec<RowId>,
    /// The selected line.
    pub selected_line: usize,
    /// The first line in the window.
    pub offset: usize,
    /// Invite of the selected line.
    pub selected_identity: Option<Identity>,
    /// Counts of the snoozed rows, as of the last filtering.
    pub snoozed: SnoozeSummary,
    /// True once the user has moved the cursor. Before that, the first line stays selected.
    pub moved_by_user: bool,
}

impl Table {
    /// Returns the selected row.
    pub fn selected_row(&self) -> Option<RowId> {
        self.order.get(self.selected_line).copied()
    }

    /// Moves to a line, or to the last line if there are fewer.
    pub fn select_line(&mut self, line: usize, store: &InviteStore, height: usize) {
        self.selected_line = line.min(self.order.len().saturating_sub(1));
        self.moved_by_user = true;
        self.update_selected_identity(store);
        self.scroll_to_selected(height);
    }

    /// Moves the window and the selection by this many lines.
    pub fn page_by(&mut self, lines: isize, store: &InviteStore, height: usize) {
        let max_offset = self.order.len().saturating_sub(height);
        self.offset = self.offset.saturating_add_signed(lines).min(max_offset);
        self.select_line(self.selected_line.saturating_add_signed(lines), store, height);
    }

    /// Sets a new order. The selected invite stays selected, at the same line of the window.
    pub fn set_order(&mut self, order: Vec<RowId>, store: &InviteStore, height: usize) {
        let line_on_screen = self.selected_line.saturating_sub(self.offset);
        self.order = order;
        let selected = self.selected_identity.as_ref().filter(|_| self.moved_by_user);
        match selected.and_then(|identity| self.line_of(identity, store)) {
            Some(line) => {
                self.selected_line = line;
                self.offset = line.saturating_sub(line_on_screen);
            }
            None if self.moved_by_user => {
                self.selected_line = self.selected_line.min(self.order.len().saturating_sub(1))
            }
            None => (self.selected_line, self.offset) = (0, 0),
        }
        self.update_selected_identity(store);
        self.scroll_to_selected(height);
    }

    /// Selects an invite, if it is shown.
    pub fn select_identity(&mut self, identity: &Identity, store: &InviteStore, height: usize) {
        if let Some(line) = self.line_of(identity, store) {
            self.select_line(line, store, height);
        }
    }

    /// Returns the line of an invite, if it is shown.
    pub fn line_of(&self, identity: &Identity, store: &InviteStore) -> Option<usize> {
        let row = store.find(identity)?;
        self.order.iter().position(|other| *other == row)
    }

    /// Scrolls as little as possible to show the selected line in a window of this height.
    pub fn scroll_to_selected(&mut self, height: usize) {
        self.offset = self.offset_for(height);
    }

    /// Returns the first line of a window of this height that shows the selected line.
    pub fn offset_for(&self, height: usize) -> usize {
        let state = ListState { selected: self.selected_line, offset: self.offset };
        state.offset_for(self.order.len(), height)
    }

    fn update_selected_identity(&mut self, store: &InviteStore) {
        self.selected_identity =
            self.selected_row().and_then(|row| store.rows().get(row)).map(|row| row.identity());
    }
}

/// State of the saved sort order and columns.
#[derive(Debug, Clone, Default)]
pub struct TablePrefsSync {
    pub(crate) requested_for: Option<TenancyKey>,
    pub(crate) changed_by_user: bool,
    /// True once the saved prefs arrived. Saving earlier would overwrite the saved filters.
    pub(crate) is_loaded: bool,
}

/// Maximum number of filters in the history; the oldest are removed first.
const MAX_FILTER_HISTORY: usize = 50;

/// History of typed filters, the newest first.
#[derive(Debug, Clone, Default)]
pub struct FilterHistory(Vec<String>);

/// Field for a filter, with its text before editing and its position in the history.
#[derive(Debug, Clone, Default)]
pub struct FilterField {
    /// The field.
    pub field: TextField,
    /// Text when the field was opened.
    pub original_text: String,
    history_cursor: HistoryCursor,
}

impl FilterField {
    /// Opens a field with a text.
    pub fn new(text: &str) -> FilterField {
        FilterField { field: TextField::new(text), original_text: text.to_owned(), ..FilterField::default() }
    }

    /// Puts an older or newer text of the history into the field. Returns false if there is none.
    pub fn recall(&mut self, history: &FilterHistory, action: Action) -> bool {
        let text = match action {
            Action::HistoryPrevious => history.older_text(&mut self.history_cursor, self.field.text()),
            _ => history.newer_text(&mut self.history_cursor),
        };
        let Some(text) = text else { return false };
        self.field = TextField::new(&text);
        true
    }
}

/// Position in the history.
#[derive(Debug, Clone, Default)]
pub struct HistoryCursor {
    index: Option<usize>,
    /// Text in the field before the user went back in the history.
    typed_text: String,
}

impl FilterHistory {
    /// Adds a text and removes an older copy.
    pub fn add(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        self.0.retain(|other| other != text);
        self.0.insert(0, text.to_owned());
        self.0.truncate(MAX_FILTER_HISTORY);
    }

    /// Returns the next older text that differs from the text in the field.
    pub fn older_text(&self, cursor: &mut HistoryCursor, field_text: &str) -> Option<String> {
        let start = cursor.index.map_or(0, |index| index + 1);
        let index = (start..self.0.len()).find(|index| self.0[*index] != field_text.trim())?;
        if cursor.index.is_none() {
            cursor.typed_text = field_text.to_owned();
        }
        cursor.index = Some(index);
        Some(self.0[index].clone())
    }

    /// Returns the next newer text; after the newest, the text before going back in the history.
    pub fn newer_text(&self, cursor: &mut HistoryCursor) -> Option<String> {
        let index = cursor.index?;
        let newer = (0..index).rev().find(|newer| self.0[*newer] != cursor.typed_text.trim());
        cursor.index = newer;
        match newer {
            Some(newer) => Some(self.0[newer].clone()),
            None => Some(std::mem::take(&mut cursor.typed_text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Expiry, Invite, query};

    fn sample_store(emails: &[&str]) -> InviteStore {
        let mut store = InviteStore::default();
        for email in emails {
            store.insert(&invite(email));
        }
        store
    }

    fn invite(email: &str) -> Invite {
        let identity = Identity::parse(email).expect("usable");
        Invite { identity, email: email.into(), message: String::new(), expiry: Expiry(None) }
    }

    fn table(store: &InviteStore) -> Table {
        let query = Query { sort: query::Sort::Email, ..Query::default() };
        let mut table = Table { query, ..Table::default() };
        table.set_order(sorted_rows(store, &table.query), store, 3);
        table
    }

    fn sorted_rows(store: &InviteStore, query: &Query) -> Vec<RowId> {
        query::run(store.rows(), query, jiff::Timestamp::UNIX_EPOCH, &Default::default())
    }

    fn selected(table: &Table) -> &str {
        table.selected_identity.as_ref().map_or("-", |identity| identity.as_str())
    }

    #[test]
    fn selected_invite_keeps_its_line_while_rows_arrive() {
        let mut store = sample_store(&["d", "e", "f", "g", "h"]);
        let mut table = table(&store);
        table.select_line(3, &store, 3);
        assert_eq!((selected(&table), table.offset), ("g", 1));
        for email in ["a", "b", "c"] {
            store.insert(&invite(email));
        }
        table.set_order(sorted_rows(&store, &table.query), &store, 3);
        assert_eq!((selected(&table), table.selected_line, table.offset), ("g", 6, 4));
    }

    #[test]
    fn first_line_stays_selected_until_the_user_moves() {
        let mut store = sample_store(&["d"]);
        let mut table = table(&store);
        store.insert(&invite("a"));
        table.set_order(sorted_rows(&store, &table.query), &store, 3);
        assert_eq!((selected(&table), table.selected_line), ("a", 0));
    }

    #[test]
    fn removing_the_selected_row_selects_its_neighbor() {
        let mut store = sample_store(&["a", "b", "c"]);
        let mut table = table(&store);
        table.select_line(2, &store, 3);
        store.remove(&Identity::parse("c").expect("usable"));
        table.set_order(sorted_rows(&store, &table.query), &store, 3);
        assert_eq!(selected(&table), "b");
        table.set_order(Vec::new(), &store, 3);
        assert_eq!((selected(&table), table.selected_line, table.offset), ("-", 0, 0));
    }

    #[test]
    fn paging_moves_window_and_stops_at_ends() {
        let emails: Vec<String> = (10..40).map(|n| n.to_string()).collect();
        let store = sample_store(&emails.iter().map(String::as_str).collect::<Vec<_>>());
        let mut table = table(&store);
        table.page_by(3, &store, 3);
        assert_eq!((table.selected_line, table.offset), (3, 3));
        table.page_by(-30, &store, 3);
        assert_eq!((table.selected_line, table.offset), (0, 0));
        table.page_by(300, &store, 3);
        assert_eq!((table.selected_line, table.offset), (29, 27));
    }
}

#[cfg(test)]
mod filter_history_tests {
    use super::*;

    #[test]
    fn filter_history_moves_both_ways_and_keeps_the_draft() {
        let mut history = FilterHistory::default();
        for text in ["a", "b", " a ", "", "c"] {
            history.add(text);
        }
        let mut cursor = HistoryCursor::default();
        assert_eq!(history.newer_text(&mut cursor), None);
        for expected in [Some("c"), Some("a"), Some("b"), None] {
            assert_eq!(history.older_text(&mut cursor, "begun").as_deref(), expected);
        }
        for expected in [Some("a"), Some("c"), Some("begun"), None] {
            assert_eq!(history.newer_text(&mut cursor).as_deref(), expected);
        }
    }

    #[test]
    fn filter_history_skips_the_current_text() {
        let mut history = FilterHistory::default();
        history.add("a");
        history.add("b");
        let mut cursor = HistoryCursor::default();
        assert_eq!(history.older_text(&mut cursor, "b").as_deref(), Some("a"));
        assert_eq!(history.newer_text(&mut cursor).as_deref(), Some("b"));
    }

    #[test]
    fn filter_history_is_limited() {
        let mut history = FilterHistory::default();
        (0..200).for_each(|n| history.add(&n.to_string()));
        assert_eq!((history.0.len(), history.0[0].as_str()), (MAX_FILTER_HISTORY, "199"));
    }
}
