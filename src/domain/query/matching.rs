//! Finds the rows that match a filter.
//! If every match must contain a text, one search finds it in a whole segment, which is much faster than row
//! by row. The other terms are then checked on the rows found.

use super::filter::{Filter, Prefilter};
use super::term::EvalContext;
use crate::domain::invite_store::{RowId, RowRef, Rows, Segment};

/// Returns the matching rows, in the server's order.
pub(super) fn find_matches(rows: &Rows, filter: &Filter, context: &EvalContext<'_>) -> Vec<RowId> {
    let proven_term = filter.prefilter().and_then(|prefilter| prefilter.proven_term);
    let matches = |row: &RowRef<'_>| {
        let mut terms = filter.terms().iter().enumerate();
        terms.all(|(term_index, term)| Some(term_index) == proven_term || term.matches(row, context))
    };
    let mut matching_rows = Vec::new();
    let mut collect = |row: RowId| {
        if rows.get(row).as_ref().is_some_and(matches) {
            matching_rows.push(row);
        }
    };
    match filter.prefilter() {
        None => rows.iter().for_each(&mut collect),
        Some(prefilter) => {
            for (first, segment) in rows.segments() {
                search_segment(segment, prefilter, |index| collect(first + index as RowId));
            }
        }
    }
    matching_rows
}

/// Calls a function for each row of a segment that the prefilter matches.
fn search_segment(segment: &Segment, prefilter: &Prefilter, mut on_match: impl FnMut(usize)) {
    let mut start = 0;
    while let Some(found) = prefilter.regex.find_at(segment.text(), start) {
        let index = segment.index_at(found.start());
        let searchable = segment.searchable_start(index);
        if found.start() < searchable {
            // The match is inside of an identity; filters do not search identities.
            start = searchable;
            continue;
        }
        on_match(index);
        start = segment.end_offset(index);
        if start >= segment.text().len() {
            break;
        }
    }
}
