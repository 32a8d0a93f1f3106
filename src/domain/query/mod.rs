//! Which rows are shown, and in which order, as pure functions over the rows: the filter's language and the sort.
//! The console and the command line both filter with it. Nothing here knows how rows are drawn.

mod arrange;
mod doubt;
mod filter;
mod fuzzy;
mod highlight;
mod matching;
mod names;
mod parse;
mod reference;
mod term;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::remark::Remarks;

pub use arrange::{arrange, matches, without_gone};
pub use doubt::doubt;
pub use filter::{Filter, Mistake};
pub use highlight::Field;
pub use names::{BUILT_IN, Names, NotTaken};
pub use reference::{HINT, REFERENCE};

/// What is shown, and how it is ordered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// Which rows.
    pub filter: Filter,
    /// The column to sort by.
    pub sort: Sort,
    /// The other way round.
    pub reversed: bool,
    /// Notes, which the filter can ask for, and what was put off. Shared, so that a query is cheap to clone.
    pub remarks: Arc<Remarks>,
    /// What was put off is shown as well.
    pub with_snoozed: bool,
}

impl Query {
    /// The same with another filter, in the usual order.
    pub fn only(&self, filter: Filter) -> Query {
        Query { filter, sort: Sort::default(), reversed: false, ..self.clone() }
    }

    /// Whether rows that are put off are left out. A filter that asks for them decides about them itself.
    pub fn hides_snoozed(&self) -> bool {
        !self.with_snoozed && !self.remarks.snoozes.is_empty() && !self.filter.asks_snoozes()
    }
}

/// The columns one can sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Soonest to expire first, then the expired ones (the latest of them first), then the unknown ones:
    /// the order in which they need somebody.
    #[default]
    Expiry,
    /// By address, whatever the case.
    Email,
    /// By message, whatever the case.
    Message,
}

/// How many rows can be arranged at once without anybody noticing; more are arranged off the loop.
pub const ARRANGED_AT_ONCE: usize = 5_000;
