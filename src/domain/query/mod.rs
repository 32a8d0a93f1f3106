//! Filter language and sorting, as pure functions over the rows.
//! Used by the console and the command line.

mod completion;
mod execute;
mod filter;
mod fuzzy;
mod help;
mod highlight;
mod matching;
mod named_filters;
mod parse;
mod syntax_hint;
mod term;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::annotation::Annotations;

pub use completion::{COMPLETION_WORDS, complete};
pub use execute::{filter_rows, remove_gone_rows, run};
pub use filter::{Filter, ParseError};
pub use fuzzy::FuzzyWord;
pub use help::{FILTER_HELP, FILTER_HINT};
pub use highlight::TextColumn;
pub use named_filters::{BUILT_IN, InvalidNamedFilter, NamedFilters};
pub use syntax_hint::syntax_hint;

/// A filter with its sort order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// Which rows are shown.
    pub filter: Filter,
    /// The sort column.
    pub sort: Sort,
    /// True for reverse order.
    pub reversed: bool,
    /// Annotations, which the filter can use. Shared, so a query is cheap to clone.
    pub annotations: Arc<Annotations>,
    /// True if snoozed rows are shown too.
    pub shows_snoozed: bool,
}

impl Query {
    /// Returns the query with this filter and the default order.
    pub fn with_filter(&self, filter: Filter) -> Query {
        Query { filter, sort: Sort::default(), reversed: false, ..self.clone() }
    }

    /// True if snoozed rows are hidden. A filter with a term about snoozed rows decides this alone.
    pub fn hides_snoozed(&self) -> bool {
        !self.shows_snoozed && !self.annotations.snoozes.is_empty() && !self.filter.uses_snoozes()
    }
}

/// Sort columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// By expiry, in the order in which the invites need attention. The soonest expiry comes first, then
    /// expired invites (the latest first), then unknown expiries.
    #[default]
    Expiry,
    /// By email, ignoring case.
    Email,
    /// By message, ignoring case.
    Message,
}

/// Maximum number of rows filtered and sorted inside the event loop. More would block the console.
pub const MAX_INLINE_ROWS: usize = 5_000;
