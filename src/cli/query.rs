//! Which rows a command is about: a filter in the console's own language, and an order. Also how a list that is not
//! complete is told.

use std::collections::HashSet;

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::codes::{self, Ended, NOT_ALLOWED, PARTIAL, USAGE};
use super::global::{Decided, GlobalArgs};
use super::say;
use crate::domain::Failure;
use crate::domain::query::{self, Filter, Query, Sort};
use crate::domain::remark::Remarks;
use crate::domain::roster::{Row, Rows};
use crate::domain::text::{plural, visible};

/// What one can sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Key {
    /// Soonest to expire first, what has expired last
    Expiry,
    /// By address
    Email,
    /// By message
    Message,
}

/// Which rows, and in which order.
#[derive(Debug, Clone, Args)]
pub(super) struct QueryArgs {
    /// Only what this filter finds, in the language of the console: 'exp<48h', '@acme.com !expired', '#soon'
    #[arg(long, value_name = "EXPR")]
    filter: Option<String>,
    /// The order; without it, that of the server
    #[arg(long, value_name = "KEY", value_enum)]
    sort: Option<Key>,
    /// The other way round
    #[arg(long, requires = "sort")]
    reverse: bool,
}

impl QueryArgs {
    /// The filter, understood.
    pub(super) fn filter(&self, decided: &Decided) -> Result<Filter, Ended> {
        parse(self.filter.as_deref().unwrap_or_default(), decided)
    }

    /// The order, where one is wanted.
    pub(super) fn sort(&self) -> Option<Sort> {
        self.sort.map(|key| match key {
            Key::Expiry => Sort::Expiry,
            Key::Email => Sort::Email,
            Key::Message => Sort::Message,
        })
    }

    /// The rows that match, in this order.
    pub(super) fn arranged(&self, rows: &Rows, filter: Filter, now: Timestamp) -> Vec<Row> {
        match self.sort() {
            None => matching(rows, &filter, now),
            Some(sort) => {
                let query = Query { filter, sort, reversed: self.reverse, ..Query::default() };
                query::arrange(rows, &query, now, &HashSet::new())
            }
        }
    }
}

/// Understands a filter, with those that have a name in the configuration. There are no marks here to ask for.
pub(super) fn parse(text: &str, decided: &Decided) -> Result<Filter, Ended> {
    let names = decided.settings.filters.clone().in_zone(TimeZone::system());
    let filter = Filter::parse(text, &names)
        .map_err(|mistake| Ended::new(USAGE, format!("--filter: {}", visible(&mistake.sentence))))?;
    if filter.asks_marks() || filter.asks_remarks() {
        let sentence = "--filter: is:marked, is:noted, is:snoozed and note: are for the console; a command knows no marks and no notes.";
        return Err(Ended::new(USAGE, sentence));
    }
    Ok(filter)
}

/// Whether a filter depends on the clock. One that is not understood may.
pub(super) fn asks_expiry(text: &str, decided: &Decided) -> bool {
    parse(text, decided).map_or(true, |filter| filter.asks_expiry())
}

/// The rows that match, in the server's order.
pub(super) fn matching(rows: &Rows, filter: &Filter, now: Timestamp) -> Vec<Row> {
    query::matches(rows, filter, now, &HashSet::new(), &Remarks::default())
}

/// What was decided, or why that cannot be.
pub(super) fn decide(global: GlobalArgs) -> Result<Decided, Ended> {
    global.decide().map_err(|sentence| Ended::new(USAGE, sentence))
}

/// Says that so many rows are not the whole list; returns the exit code.
pub(super) fn partial(rows: usize, failure: &Failure) -> u8 {
    say::failed(&format!("PARTIAL, {} of an incomplete list: {failure}", plural(rows, "invite")));
    match codes::of_failure(failure) {
        NOT_ALLOWED => NOT_ALLOWED,
        _ => PARTIAL,
    }
}
