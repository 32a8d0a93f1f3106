//! Filters and sorts rows. Stable: equal rows stay in the server's order, also in reverse.

use std::collections::HashSet;

use jiff::Timestamp;

use super::matching::find_matches;
use super::term::EvalContext;
use super::{Filter, Query, Sort};
use crate::domain::Identity;
use crate::domain::annotation::Annotations;
use crate::domain::invite_store::{RowId, RowRef, Rows};

/// Returns the matching rows, in order. `now` is the server's time; `marked` is used only if
/// [`Filter::uses_marks`] is true.
pub fn run(rows: &Rows, query: &Query, now: Timestamp, marked: &HashSet<Identity>) -> Vec<RowId> {
    let mut matches = filter_rows(rows, &query.filter, now, marked, &query.annotations);
    if query.hides_snoozed() {
        let is_snoozed = |row: RowRef<'_>| query.annotations.is_snoozed(row.email, row.expiry, now);
        matches.retain(|row| !rows.get(*row).is_some_and(is_snoozed));
    }
    match query.sort {
        Sort::Expiry => sort_by_expiry(rows, &mut matches, query.reversed, now),
        Sort::Email => sort_by_text(rows, &mut matches, query.reversed, |row| row.email),
        Sort::Message => sort_by_text(rows, &mut matches, query.reversed, |row| row.message),
    }
    matches
}

/// Returns the matching rows, in the server's order; otherwise like [`run`].
pub fn filter_rows(
    rows: &Rows,
    filter: &Filter,
    now: Timestamp,
    marked: &HashSet<Identity>,
    annotations: &Annotations,
) -> Vec<RowId> {
    if filter.is_empty() {
        return rows.iter().collect();
    }
    let none = HashSet::new();
    let marked = if filter.uses_marks() { marked } else { &none };
    find_matches(rows, filter, &EvalContext::new(now, marked, annotations))
}

fn sort_by_expiry(rows: &Rows, matches: &mut [RowId], reversed: bool, now: Timestamp) {
    let now = now.as_microsecond();
    let key = |row: RowId| match rows.get(row).map(|row| row.expiry.to_micros()) {
        None | Some(i64::MIN) => i64::MAX,
        Some(at) => {
            let key = if at > now { at } else { (i64::MAX / 2).saturating_add(now - at) };
            // The complement reverses the order. Equal rows stay in the server's order, and unknown expiries
            // last.
            if reversed { !key } else { key }
        }
    };
    let mut keys: Vec<(i64, RowId)> = matches.iter().map(|row| (key(*row), *row)).collect();
    keys.sort_unstable();
    matches.iter_mut().zip(keys).for_each(|(slot, (_, row))| *slot = row);
}

/// Sorts by a text.
/// Compares the first 16 bytes in lower case, which nearly always decide, and the whole text only if they are
/// equal.
fn sort_by_text(
    rows: &Rows,
    matches: &mut [RowId],
    reversed: bool,
    text: impl for<'a> Fn(&RowRef<'a>) -> &'a str,
) {
    let text_of = |row: RowId| rows.get(row).map_or("", |row| text(&row));
    let mut keys: Vec<(u128, RowId)> = matches.iter().map(|row| (sort_prefix(text_of(*row)), *row)).collect();
    keys.sort_unstable_by(|a, b| {
        let by_text = a.0.cmp(&b.0).then_with(|| lower_bytes(text_of(a.1)).cmp(lower_bytes(text_of(b.1))));
        let by_text = if reversed { by_text.reverse() } else { by_text };
        by_text.then(a.1.cmp(&b.1))
    });
    matches.iter_mut().zip(keys).for_each(|(slot, (_, row))| *slot = row);
}

fn sort_prefix(text: &str) -> u128 {
    let mut bytes = [0; 16];
    for (slot, byte) in bytes.iter_mut().zip(text.bytes()) {
        *slot = byte.to_ascii_lowercase();
    }
    u128::from_be_bytes(bytes)
}

fn lower_bytes(text: &str) -> impl Iterator<Item = u8> + '_ {
    text.bytes().map(|byte| byte.to_ascii_lowercase())
}

/// Removes the rows that were deleted since [`run`] started.
pub fn remove_gone_rows(rows: &Rows, rows_in_order: &mut Vec<RowId>) {
    if rows.has_removed() {
        rows_in_order.retain(|row| rows.get(*row).is_some());
    }
}
