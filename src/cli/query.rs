//! Options `--filter`, `--sort` and `--reverse`.

use std::collections::HashSet;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use jiff::Timestamp;

use super::exit_code::CliError;
use super::global_args::ResolvedConfig;
use super::output;
use crate::domain::annotation::Annotations;
use crate::domain::invite_store::{RowId, Rows};
use crate::domain::query::{self, Filter, Query, Sort};
use crate::domain::text::sanitize;

/// Sort keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SortKey {
    /// Soonest to expire first, expired last
    Expiry,
    /// By email
    Email,
    /// By message
    Message,
}

/// Options for filter and order.
#[derive(Debug, Clone, Args)]
pub(super) struct QueryArgs {
    /// Filter expression, such as 'exp<48h', '@acme.com !expired' or '#soon' (see docs/filters.md)
    #[arg(long, value_name = "EXPR")]
    filter: Option<String>,
    /// Sort by [default: server order]
    #[arg(long, value_name = "KEY", value_enum)]
    sort: Option<SortKey>,
    /// Reverse the order
    #[arg(long, requires = "sort")]
    reverse: bool,
}

impl QueryArgs {
    /// Parses the filter.
    pub(super) fn parse_filter(&self, config: &ResolvedConfig) -> Result<Filter, CliError> {
        parse(self.filter.as_deref().unwrap_or_default(), config)
    }

    /// Returns the sort order; `None` for the server's order.
    pub(super) fn sort_order(&self) -> Option<Sort> {
        self.sort.map(|key| match key {
            SortKey::Expiry => Sort::Expiry,
            SortKey::Email => Sort::Email,
            SortKey::Message => Sort::Message,
        })
    }

    /// Returns the matching rows in the chosen order.
    pub(super) fn run_query(
        &self,
        rows: &Rows,
        filter: Filter,
        now: Timestamp,
        annotations: &Annotations,
    ) -> Vec<RowId> {
        match self.sort_order() {
            None => filter_rows(rows, &filter, now, annotations),
            Some(sort) => {
                let annotations = Arc::new(annotations.clone());
                // Commands list snoozed rows too: only the console hides them.
                let shows_snoozed = true;
                let query = Query { filter, sort, reversed: self.reverse, annotations, shows_snoozed };
                query::run(rows, &query, now, &HashSet::new())
            }
        }
    }
}

/// Parses a filter, including named filters.
///
/// # Errors
/// The filter is invalid, or uses marks, which only the console has.
pub(super) fn parse(text: &str, config: &ResolvedConfig) -> Result<Filter, CliError> {
    let names = config.settings.filters.clone().with_zone(output::time_zone());
    let filter = Filter::parse(text, &names)
        .map_err(|error| CliError::usage(format!("--filter: {}", sanitize(&error.message))))?;
    if filter.uses_marks() {
        return Err(CliError::usage("--filter: is:marked works only in the console. Use another filter."));
    }
    Ok(filter)
}

/// Returns true if no command refuses this filter. An unfinished filter is accepted.
pub(super) fn is_accepted(text: &str, config: &ResolvedConfig) -> bool {
    Filter::parse(text, &config.settings.filters).is_err() || parse(text, config).is_ok()
}

/// Returns true if a filter depends on the clock, or cannot be parsed.
pub(super) fn depends_on_clock(text: &str, config: &ResolvedConfig) -> bool {
    parse(text, config).map_or(true, |filter| filter.uses_expiry())
}

/// Returns the matching rows in the server's order.
pub(super) fn filter_rows(
    rows: &Rows,
    filter: &Filter,
    now: Timestamp,
    annotations: &Annotations,
) -> Vec<RowId> {
    query::filter_rows(rows, filter, now, &HashSet::new(), annotations)
}
