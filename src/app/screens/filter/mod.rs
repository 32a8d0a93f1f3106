//! The filter's field under the table: the rows follow while the user types. Accept keeps the filter, Back restores the
//! previous one. While the text has a mistake, the rows stay as they were for the last good one. The same field marks
//! all rows that match; which rows are shown stays as it is then.

pub mod view;

use crate::app::model::table::HistoryCursor;
use crate::app::ops::{marks, table};
use crate::app::{Context, Hint, Model, Route, Screen, hints};
use crate::domain::query;
use crate::domain::query::ParseError;
use crate::keys::{Action, KeyContext};
use crate::ui::TextField;

/// What becomes of what is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterMode {
    /// It decides which rows are shown.
    Show,
    /// All rows that match are marked in the end.
    Mark {
        /// How many match what is typed so far, where that was counted.
        found: Option<usize>,
    },
}

/// The filter being typed.
#[derive(Debug, Clone)]
pub struct FilterInput {
    /// What becomes of it.
    pub mode: FilterMode,
    /// Why it is no filter, where it is none.
    pub error: Option<ParseError>,
    field: TextField,
    original_text: String,
    history_cursor: HistoryCursor,
}

impl FilterInput {
    /// The filter of the table, beginning with the one in force.
    pub(crate) fn open(cx: &mut Context<'_>) -> FilterInput {
        FilterInput::new(FilterMode::Show, cx.table.query.filter.text())
    }

    /// A filter that marks the rows that match.
    pub(crate) fn for_marking() -> FilterInput {
        FilterInput::new(FilterMode::Mark { found: None }, "")
    }

    fn new(purpose: FilterMode, text: &str) -> FilterInput {
        FilterInput {
            mode: purpose,
            error: None,
            field: TextField::new(text),
            original_text: text.to_owned(),
            history_cursor: HistoryCursor::default(),
        }
    }

    /// Whether it is typed to mark rows.
    fn is_marking(&self) -> bool {
        self.mode != FilterMode::Show
    }

    fn accept(&mut self, cx: &mut Context<'_>) {
        if self.is_marking() {
            let Ok(filter) = query::Filter::parse(self.field.text(), &cx.options.filters) else { return };
            cx.close();
            return marks::mark_matching(cx, filter);
        }
        if self.error.is_some() {
            return;
        }
        cx.close();
        table::save_filter(cx, self.field.text());
        apply_filter(self.field.text(), cx);
    }

    fn on_back(&mut self, cx: &mut Context<'_>) {
        cx.close();
        if !self.is_marking() {
            apply_filter(&self.original_text, cx);
        }
    }

    fn recall_history(&mut self, action: Action, cx: &mut Context<'_>) {
        let recalled = match action {
            Action::HistoryPrevious => cx.filter_history.older(&mut self.history_cursor, self.field.text()),
            _ => cx.filter_history.newer(&mut self.history_cursor),
        };
        if let Some(text) = recalled {
            self.field = TextField::new(&text);
            self.on_text_changed(cx);
        }
    }
}

/// Filters by a text that was a filter while it was typed, so it is one now.
fn apply_filter(text: &str, cx: &mut Context<'_>) {
    if let Ok(filter) = query::Filter::parse(text, &cx.options.filters) {
        table::set_filter(cx, filter);
    }
}

/// How many rows match; `None` where nothing is typed, or the list is too long to count them at once.
fn count_matches(filter: &query::Filter, model: &Model) -> Option<usize> {
    if filter.is_empty() { None } else { marks::matching_rows(model, filter).map(|rows| rows.len()) }
}

impl Screen for FilterInput {
    fn key_context(&self) -> KeyContext {
        KeyContext::Filter
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        match action {
            Action::Confirm => self.accept(cx),
            Action::Back => self.on_back(cx),
            Action::HistoryPrevious | Action::HistoryNext => self.recall_history(action, cx),
            Action::Help => cx.open(Route::Help(self.key_context())),
            _ => {}
        }
    }

    fn hints(&self, _model: &Model) -> Vec<Hint> {
        let (accept, back) =
            if self.is_marking() { ("mark what matches", "leave") } else { ("keep it", "as it was") };
        hints([
            (Action::Confirm, accept),
            (Action::Back, back),
            (Action::Help, "the language"),
            (Action::HistoryPrevious, "earlier ones"),
        ])
    }

    fn text_field(&mut self) -> Option<&mut TextField> {
        Some(&mut self.field)
    }

    fn on_text_changed(&mut self, cx: &mut Context<'_>) {
        let parse = if self.is_marking() { query::Filter::parse } else { query::Filter::parse_incomplete };
        let parsed = parse(self.field.text(), &cx.options.filters);
        match (&mut self.mode, &parsed) {
            (FilterMode::Mark { found }, Ok(filter)) => *found = count_matches(filter, cx),
            (FilterMode::Mark { found }, Err(_)) => *found = None,
            (FilterMode::Show, Ok(filter)) => table::set_filter(cx, filter.clone()),
            (FilterMode::Show, Err(_)) => {}
        }
        self.error = parsed.err();
    }
}
