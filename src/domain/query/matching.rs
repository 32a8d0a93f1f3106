//! Finds the rows that match a filter. If a text is required, whole segments are searched for it at once, which
//! is much faster than row by row; the other terms are checked on the hits.

use super::filter::{Filter, Prefilter};
use super::term::EvalContext;
use crate::domain::invite_store::{RowId, RowRef, Rows, Segment};

/// Returns the matching rows, in the server's order.
pub(super) fn find_matches(rows: &Rows, filter: &Filter, at: &EvalContext<'_>) -> Vec<RowId> {
    let proved = filter.prefilter().and_then(|needle| needle.proven_term);
    let holds = |row: &RowRef<'_>| {
        let mut terms = filter.terms().iter().enumerate();
        terms.all(|(nth, term)| Some(nth) == proved || term.matches(row, at))
    };
    let mut found = Vec::new();
    let mut take = |row: RowId| {
        if rows.get(row).as_ref().is_some_and(holds) {
            found.push(row);
        }
    };
    match filter.prefilter() {
        None => rows.iter().for_each(&mut take),
        Some(needle) => {
            for (first, segment) in rows.segments() {
                search_segment(segment, needle, |index| take(first + index as RowId));
            }
        }
    }
    found
}

/// Calls a function for each row of a segment that contains the needle.
fn search_segment(segment: &Segment, needle: &Prefilter, mut found: impl FnMut(usize)) {
    let mut from = 0;
    while let Some(at) = needle.regex.find_at(segment.text(), from) {
        let index = segment.index_at(at.start());
        let searchable = segment.searchable_from(index);
        if at.start() < searchable {
            // Inside an identity, which is not searched.
            from = searchable;
            continue;
        }
        found(index);
        from = segment.end_offset(index);
        if from >= segment.text().len() {
            break;
        }
    }
}
