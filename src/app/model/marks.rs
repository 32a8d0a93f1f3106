//! The marked invites.
//!
//! Marks are stored by identity, so a refresh, a sort or a filter keeps them. The actions are in `ops::marks`.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use crate::app::model::table::Table;
use crate::domain::invite_store::{InviteStore, RowId};
use crate::domain::{Expiry, Identity};

/// Set of marked invites.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    marked: HashSet<Identity>,
    range: Option<MarkRange>,
    shown_count: usize,
}

/// Range that follows the cursor, from the line where it began.
#[derive(Debug, Clone)]
struct MarkRange {
    anchor: Identity,
    lines: RangeInclusive<usize>,
    /// Invites that the range marked. They are unmarked when the cursor moves back; older marks stay.
    added: HashSet<Identity>,
}

impl Marks {
    /// True if an invite is marked.
    pub fn contains(&self, identity: &Identity) -> bool {
        !self.marked.is_empty() && self.marked.contains(identity)
    }

    /// Returns the number of marked invites, including hidden ones.
    pub fn len(&self) -> usize {
        self.marked.len()
    }

    /// Returns all marked invites.
    pub fn identities(&self) -> &HashSet<Identity> {
        &self.marked
    }

    /// True if no invite is marked.
    pub fn is_empty(&self) -> bool {
        self.marked.is_empty()
    }

    /// Returns the number of hidden marked invites, as of the last count.
    pub fn hidden_count(&self) -> usize {
        self.len().saturating_sub(self.shown_count)
    }

    /// Returns the number of invites that the range has marked, if there is a range.
    pub fn range_len(&self) -> Option<usize> {
        self.range.as_ref().map(|range| range.added.len())
    }

    /// Returns the shown marked rows, in the order of the table.
    pub fn shown_rows<'a>(
        &'a self,
        table: &'a Table,
        store: &'a InviteStore,
    ) -> impl Iterator<Item = RowId> + 'a {
        let order = if self.is_empty() { &[] } else { table.order.as_slice() };
        order
            .iter()
            .copied()
            .filter(|row| row_identity(*row, store).is_some_and(|identity| self.contains(&identity)))
    }

    /// Marks or unmarks a shown invite.
    pub(crate) fn toggle(&mut self, identity: Identity) {
        if self.marked.remove(&identity) {
            self.shown_count = self.shown_count.saturating_sub(1);
        } else {
            self.insert(identity);
        }
    }

    /// Marks a shown invite. For a hidden invite, call [`Marks::count_shown`] afterwards.
    pub(crate) fn insert(&mut self, identity: Identity) {
        self.shown_count += usize::from(self.marked.insert(identity));
    }

    /// Marks all rows whose expiry matches, including hidden ones.
    ///
    /// If all of them are marked already, unmarks them and returns false.
    pub(crate) fn toggle_by_expiry(&mut self, store: &InviteStore, matches: impl Fn(Expiry) -> bool) -> bool {
        self.end_range();
        let rows = store.rows();
        let matching = rows.iter().filter_map(|row| rows.get(row)).filter(|row| matches(row.expiry));
        let matching: Vec<Identity> = matching.map(|row| row.identity()).collect();
        if matching.iter().all(|identity| self.marked.contains(identity)) {
            matching.iter().for_each(|identity| self.remove(identity));
            return false;
        }
        self.marked.extend(matching);
        true
    }

    /// Unmarks an invite, for example because it is gone.
    pub(crate) fn remove(&mut self, identity: &Identity) {
        self.marked.remove(identity);
    }

    pub(crate) fn clear(&mut self) {
        *self = Marks::default();
    }

    /// Removes the marks of invites that are not in the list, which must be complete.
    pub(crate) fn retain_existing(&mut self, store: &InviteStore) {
        self.marked.retain(|identity| store.find(identity).is_some());
    }

    /// Begins a range at the selected line.
    pub(crate) fn begin_range(&mut self, table: &Table, store: &InviteStore) {
        let Some(anchor) = table.selected_identity.clone() else { return };
        let added = HashSet::new();
        // No line is in the range yet, so extending it adds the line of the cursor.
        #[allow(clippy::reversed_empty_ranges, reason = "nothing is in the range yet")]
        let lines = 1..=0;
        self.range = Some(MarkRange { anchor, lines, added });
        self.extend_range_from(table.selected_line, table, store);
    }

    /// Ends the range. Returns false if there was none.
    pub(crate) fn end_range(&mut self) -> bool {
        self.range.take().is_some()
    }

    /// Updates the range after a cursor move: marks lines that entered it, unmarks lines that left it.
    pub(crate) fn extend_range(&mut self, table: &Table, store: &InviteStore) {
        let Some(range) = &self.range else { return };
        let (first, last) = (*range.lines.start(), *range.lines.end());
        let is_anchor = |line: &usize| {
            table.order.get(*line).and_then(|row| row_identity(*row, store)).as_ref() == Some(&range.anchor)
        };
        match [first, last].into_iter().find(is_anchor) {
            Some(anchor) => self.extend_range_from(anchor, table, store),
            None => self.range = None,
        }
    }

    fn extend_range_from(&mut self, anchor: usize, table: &Table, store: &InviteStore) {
        let Some(range) = &mut self.range else { return };
        let lines = anchor.min(table.selected_line)..=anchor.max(table.selected_line);
        let identity_at = |line: usize| table.order.get(line).and_then(|row| row_identity(*row, store));
        for line in range.lines.clone().filter(|line| !lines.contains(line)) {
            if let Some(identity) = identity_at(line).filter(|identity| range.added.remove(identity)) {
                self.marked.remove(&identity);
                self.shown_count = self.shown_count.saturating_sub(1);
            }
        }
        for line in lines.clone().filter(|line| !range.lines.contains(line)) {
            if let Some(identity) = identity_at(line).filter(|identity| self.marked.insert(identity.clone()))
            {
                range.added.insert(identity);
                self.shown_count += 1;
            }
        }
        range.lines = lines;
    }

    /// Updates the range after the rows were reordered. New rows inside the range stay unmarked.
    pub(crate) fn on_reordered(&mut self, table: &Table, store: &InviteStore) {
        if let Some(range) = &mut self.range {
            match table.line_of(&range.anchor, store) {
                Some(anchor) => {
                    range.lines = anchor.min(table.selected_line)..=anchor.max(table.selected_line)
                }
                None => self.range = None,
            }
        }
        self.count_shown(table, store);
    }

    /// Counts the shown marked invites again, after rows or hidden marks changed.
    pub(crate) fn count_shown(&mut self, table: &Table, store: &InviteStore) {
        self.shown_count = 0;
        if self.is_empty() {
            return;
        }
        let len = table.order.iter().max().map_or(0, |row| *row as usize + 1);
        let mut is_shown = vec![false; len];
        table.order.iter().for_each(|row| is_shown[*row as usize] = true);
        let rows = self.marked.iter().filter_map(|identity| store.find(identity));
        self.shown_count = rows.filter(|row| is_shown.get(*row as usize).is_some_and(|shown| *shown)).count();
    }
}

pub(crate) fn row_identity(row: RowId, store: &InviteStore) -> Option<Identity> {
    store.rows().get(row).map(|row| row.identity())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Invite;

    fn sample_table(names: &[&str]) -> (Table, InviteStore) {
        let (mut table, mut store) = (Table::default(), InviteStore::default());
        for name in names {
            let identity = Identity::parse(name).expect("usable");
            let invite =
                Invite { identity, email: (*name).into(), message: String::new(), expiry: Expiry(None) };
            store.insert(&invite);
        }
        table.set_order(store.rows().iter().collect(), &store, 9);
        (table, store)
    }

    fn marked(marks: &Marks) -> String {
        let mut names: Vec<&str> = marks.identities().iter().map(Identity::as_str).collect();
        names.sort_unstable();
        names.concat()
    }

    fn select_line(marks: &mut Marks, table: &mut Table, store: &InviteStore, line: usize) -> String {
        table.select_line(line, store, 9);
        marks.extend_range(table, store);
        assert_eq!(marks.shown_count, marks.len(), "all are shown, and counted as they are marked");
        marked(marks)
    }

    #[test]
    fn shrinking_range_unmarks_only_its_own_rows() {
        let (mut table, store) = sample_table(&["a", "b", "c", "d", "e", "f"]);
        let mut marks = Marks::default();
        marks.toggle(Identity::parse("e").expect("usable"));
        table.select_line(2, &store, 9);
        marks.begin_range(&table, &store);
        assert_eq!(marked(&marks), "ce");
        assert_eq!(select_line(&mut marks, &mut table, &store, 5), "cdef");
        assert_eq!(select_line(&mut marks, &mut table, &store, 3), "cde", "e was marked before");
        assert_eq!(select_line(&mut marks, &mut table, &store, 0), "abce");
        assert!(marks.end_range());
        assert_eq!(select_line(&mut marks, &mut table, &store, 5), "abce", "it is over");
    }

    #[test]
    fn row_that_arrives_inside_a_range_is_not_marked() {
        let (mut table, mut store) = sample_table(&["a", "b", "c"]);
        let mut marks = Marks::default();
        table.select_line(0, &store, 9);
        marks.begin_range(&table, &store);
        assert_eq!(select_line(&mut marks, &mut table, &store, 1), "ab");
        let identity = Identity::parse("x").expect("usable");
        let late = Invite { identity, email: "x".into(), message: String::new(), expiry: Expiry(None) };
        store.insert(&late);
        table.set_order(vec![0, 3, 1, 2], &store, 9);
        marks.on_reordered(&table, &store);
        assert_eq!(select_line(&mut marks, &mut table, &store, 3), "abc");
        assert_eq!(select_line(&mut marks, &mut table, &store, 0), "a");
    }

    #[test]
    fn hidden_marks_are_counted_and_marks_on_gone_rows_removed() {
        let (mut table, mut store) = sample_table(&["a", "b", "c"]);
        let mut marks = Marks::default();
        ["a", "b", "c"].iter().for_each(|name| marks.toggle(Identity::parse(name).expect("usable")));
        table.set_order(vec![1], &store, 9);
        marks.on_reordered(&table, &store);
        assert_eq!((marks.len(), marks.hidden_count()), (3, 2));
        assert_eq!(marks.shown_rows(&table, &store).collect::<Vec<_>>(), [1]);
        marks.toggle(Identity::parse("b").expect("usable"));
        assert_eq!((marks.len(), marks.hidden_count()), (2, 2), "without counting them again");
        marks.toggle(Identity::parse("b").expect("usable"));
        store.remove(&Identity::parse("a").expect("usable"));
        marks.retain_existing(&store);
        marks.count_shown(&table, &store);
        assert_eq!((marked(&marks).as_str(), marks.hidden_count()), ("bc", 1));
    }
}
