//! Filter field under the table: the rows change while the user types.
//!
//! Confirm applies the filter, Back restores the previous filter. While the text is invalid, the rows
//! of the last valid text stay. The same field can mark all matching rows; then the displayed rows do not
//! change.

pub mod view;

use std::sync::Arc;

use crate::app::model::table::FilterField;
use crate::app::ops::{marks, table};
use crate::app::{Context, Hint, Model, Route, Screen, hints};
use crate::domain::lint::DomainStats;
use crate::domain::query::{self, ParseError};
use crate::keys::{Action, KeyContext};
use crate::ui::TextField;

/// Purpose of the typed filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilterMode {
    /// Filters the displayed rows.
    Show,
    /// Marks all matching rows on confirmation.
    Mark {
        /// Number of matching rows, if counted.
        found: Option<usize>,
    },
}

/// State of the filter field.
#[derive(Debug, Clone)]
pub struct FilterInput {
    /// Purpose of the filter.
    pub mode: FilterMode,
    /// Error in the text; `None` if the text is valid.
    pub error: Option<ParseError>,
    /// Filters with the last word completed, the best first.
    pub completions: Vec<String>,
    /// Domains from which the completions were made.
    completion_domains: Arc<DomainStats>,
    search: FilterField,
}

impl FilterInput {
    /// Opens the field with the current filter of the table.
    pub(crate) fn open(cx: &mut Context<'_>) -> FilterInput {
        FilterInput::new(FilterMode::Show, cx.table.query.filter.text())
    }

    /// Opens an empty field whose filter marks the matching rows.
    pub(crate) fn for_marking() -> FilterInput {
        FilterInput::new(FilterMode::Mark { found: None }, "")
    }

    fn new(mode: FilterMode, text: &str) -> FilterInput {
        FilterInput {
            mode,
            error: None,
            completions: Vec::new(),
            completion_domains: Arc::default(),
            search: FilterField::new(text),
        }
    }

    /// Returns whether the filter is for marking rows.
    fn is_marking(&self) -> bool {
        self.mode != FilterMode::Show
    }

    fn accept(&mut self, cx: &mut Context<'_>) {
        if self.is_marking() {
            let Ok(filter) = query::Filter::parse(self.search.field.text(), &cx.options.filters) else {
                return;
            };
            cx.close();
            return marks::mark_matching(cx, filter);
        }
        if self.error.is_some() {
            return;
        }
        cx.close();
        table::save_filter(cx, self.search.field.text());
        apply_filter(self.search.field.text(), cx);
    }

    /// Completes the last word, and shows the next completions.
    fn complete(&mut self, cx: &mut Context<'_>) {
        if let Some(text) = self.completions.first() {
            self.search.field = TextField::new(text);
            self.on_text_changed(cx);
        }
    }

    /// Finds the completions of the typed text; none if the cursor is not at its end.
    fn update_completions(&mut self, model: &Model) {
        self.completion_domains = model.domain_stats.clone();
        let (text, cursor) = (self.search.field.text(), self.search.field.cursor());
        let is_at_end = cursor == text.chars().count();
        let find_domains = |start: &str| model.domain_stats.starting_with(start);
        self.completions = match is_at_end && text != self.search.original_text {
            true => query::complete(text, &model.options.filters, &find_domains),
            false => Vec::new(),
        };
    }

    /// Returns whether the completions are more useful than the error: it is about the unfinished last word.
    fn shows_completions(&self) -> bool {
        let end = self.search.field.text().len();
        !self.completions.is_empty() && self.error.as_ref().is_none_or(|error| error.range.end == end)
    }

    fn on_back(&mut self, cx: &mut Context<'_>) {
        cx.close();
        if !self.is_marking() {
            apply_filter(&self.search.original_text, cx);
        }
    }
}

/// Filters the table. An invalid text changes nothing.
fn apply_filter(text: &str, cx: &mut Context<'_>) {
    if let Ok(filter) = query::Filter::parse(text, &cx.options.filters) {
        table::set_filter(cx, filter);
    }
}

/// Counts the matching rows; `None` if the filter is empty or the list is too long for one frame.
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
            Action::HistoryPrevious | Action::HistoryNext
                if self.search.recall(&cx.filter_history, action) =>
            {
                self.on_text_changed(cx);
            }
            Action::Complete => self.complete(cx),
            Action::Help => cx.open(Route::Help(self.key_context())),
            _ => {}
        }
    }

    fn hints(&self, _model: &Model) -> Vec<Hint> {
        let (accept, back) = if self.is_marking() { ("mark matches", "cancel") } else { ("apply", "cancel") };
        let mut shown = hints([(Action::Confirm, accept), (Action::Back, back)]);
        if self.shows_completions() {
            shown.extend(hints([(Action::Complete, "complete")]));
        }
        shown.extend(hints([(Action::Help, "syntax"), (Action::HistoryPrevious, "history")]));
        shown
    }

    fn text_field(&mut self) -> Option<&mut TextField> {
        Some(&mut self.search.field)
    }

    fn on_text_changed(&mut self, cx: &mut Context<'_>) {
        let parse = if self.is_marking() { query::Filter::parse } else { query::Filter::parse_incomplete };
        let parsed = parse(self.search.field.text(), &cx.options.filters);
        match (&mut self.mode, &parsed) {
            (FilterMode::Mark { found }, Ok(filter)) => *found = count_matches(filter, cx),
            (FilterMode::Mark { found }, Err(_)) => *found = None,
            (FilterMode::Show, Ok(filter)) => table::set_filter(cx, filter.clone()),
            (FilterMode::Show, Err(_)) => {}
        }
        self.error = parsed.err();
        self.update_completions(cx);
    }

    /// Completes with the domains of a search that ended while the user typed.
    fn sync(&mut self, cx: &mut Context<'_>) {
        if !Arc::ptr_eq(&self.completion_domains, &cx.domain_stats) {
            self.update_completions(cx);
        }
    }
}
