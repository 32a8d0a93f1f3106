//! The marked invites: by identity, so that a refresh, a sort or a filter loses no mark and moves none.
//! Which rows are shown is the table's affair; the keys are in `ops::marking`, what is done with the marks is a
//! plan's.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use crate::app::model::table::Table;
use crate::domain::invite_store::{InviteStore, RowId};
use crate::domain::{Expiry, Identity};

/// The marks.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    marked: HashSet<Identity>,
    range: Option<MarkRange>,
    shown_count: usize,
}

/// Marks that follow the cursor, from the line where that began.
#[derive(Debug, Clone)]
struct MarkRange {
    anchor: Identity,
    lines: RangeInclusive<usize>,
    /// What it has marked, and takes back when the cursor comes back; older marks stay.
    added: HashSet<Identity>,
}

impl Marks {
    /// Whether an invite is marked.
    pub fn contains(&self, identity: &Identity) -> bool {
        !self.marked.is_empty() && self.marked.contains(identity)
    }

    /// How many are marked, shown or not.
    pub fn len(&self) -> usize {
        self.marked.len()
    }

    /// All of them.
    pub fn identities(&self) -> &HashSet<Identity> {
        &self.marked
    }

    /// Whether none is marked.
    pub fn is_empty(&self) -> bool {
        self.marked.is_empty()
    }

    /// How many are marked and not shown, as of the last count.
    pub fn hidden_count(&self) -> usize {
        self.len().saturating_sub(self.shown_count)
    }

    /// How many the range has marked, while marks follow the cursor.
    pub fn range_len(&self) -> Option<usize> {
        self.range.as_ref().map(|range| range.added.len())
    }

    /// The rows that are shown and marked, in the table's order.
    pub fn shown_rows<'a>(
        &'a self,
        table: &'a Table,
        roster: &'a InviteStore,
    ) -> impl Iterator<Item = RowId> + 'a {
        let order = if self.is_empty() { &[] } else { table.order.as_slice() };
        order.iter().copied().filter(|row| row_identity(*row, roster).is_some_and(|it| self.contains(&it)))
    }

    /// Marks an invite that is shown, or takes its mark away.
    pub(crate) fn toggle(&mut self, identity: Identity) {
        if self.marked.remove(&identity) {
            self.shown_count = self.shown_count.saturating_sub(1);
        } else {
            self.insert(identity);
        }
    }

    /// Marks an invite that is shown; of others [`Marks::count`] has to be asked afterwards.
    pub(crate) fn insert(&mut self, identity: Identity) {
        self.shown_count += usize::from(self.marked.insert(identity));
    }

    /// Marks all rows with such an expiry, shown or not; where all of them are marked, takes those marks away and
    /// says false.
    pub(crate) fn toggle_by_expiry(&mut self, roster: &InviteStore, wanted: impl Fn(Expiry) -> bool) -> bool {
        self.end_range();
        let rows = roster.rows();
        let wanted = rows.iter().filter_map(|row| rows.get(row)).filter(|row| wanted(row.expiry));
        let wanted: Vec<Identity> = wanted.map(|row| row.identity()).collect();
        if wanted.iter().all(|identity| self.marked.contains(identity)) {
            wanted.iter().for_each(|identity| self.remove(identity));
            return false;
        }
        self.marked.extend(wanted);
        true
    }

    /// Takes one mark away, as when its invite is gone for certain.
    pub(crate) fn remove(&mut self, identity: &Identity) {
        self.marked.remove(identity);
    }

    pub(crate) fn clear(&mut self) {
        *self = Marks::default();
    }

    /// Keeps the marks of invites that are there; only to be asked of a list that is known completely.
    pub(crate) fn retain_existing(&mut self, roster: &InviteStore) {
        self.marked.retain(|identity| roster.find(identity).is_some());
    }

    /// Begins to mark from the selected line on.
    pub(crate) fn begin_range(&mut self, table: &Table, roster: &InviteStore) {
        let Some(anchor) = table.selected_identity.clone() else { return };
        let added = HashSet::new();
        // An empty range behind the cursor: following then takes the cursor's own line in.
        #[allow(clippy::reversed_empty_ranges, reason = "nothing is in the range yet")]
        let lines = 1..=0;
        self.range = Some(MarkRange { anchor, lines, added });
        self.extend_range_from(table.selected_line, table, roster);
    }

    /// Marks no longer follow the cursor. False when they did not.
    pub(crate) fn end_range(&mut self) -> bool {
        self.range.take().is_some()
    }

    /// The cursor has moved: what came into the range is marked, what left it is not any more.
    pub(crate) fn extend_range(&mut self, table: &Table, roster: &InviteStore) {
        let Some(range) = &self.range else { return };
        let (first, last) = (*range.lines.start(), *range.lines.end());
        let is_anchor = |line: &usize| {
            table.order.get(*line).and_then(|row| row_identity(*row, roster)).as_ref() == Some(&range.anchor)
        };
        match [first, last].into_iter().find(is_anchor) {
            Some(anchor) => self.extend_range_from(anchor, table, roster),
            None => self.range = None,
        }
    }

    fn extend_range_from(&mut self, anchor: usize, table: &Table, roster: &InviteStore) {
        let Some(range) = &mut self.range else { return };
        let lines = anchor.min(table.selected_line)..=anchor.max(table.selected_line);
        let at = |line: usize| table.order.get(line).and_then(|row| row_identity(*row, roster));
        for line in range.lines.clone().filter(|line| !lines.contains(line)) {
            if let Some(identity) = at(line).filter(|identity| range.added.remove(identity)) {
                self.marked.remove(&identity);
                self.shown_count = self.shown_count.saturating_sub(1);
            }
        }
        for line in lines.clone().filter(|line| !range.lines.contains(line)) {
            if let Some(identity) = at(line).filter(|identity| self.marked.insert(identity.clone())) {
                range.added.insert(identity);
                self.shown_count += 1;
            }
        }
        range.lines = lines;
    }

    /// The rows have another order: the range lies between its anchor and the cursor as before, and marks nothing
    /// that came between them meanwhile.
    pub(crate) fn on_reordered(&mut self, table: &Table, roster: &InviteStore) {
        if let Some(range) = &mut self.range {
            match table.line_of(&range.anchor, roster) {
                Some(anchor) => {
                    range.lines = anchor.min(table.selected_line)..=anchor.max(table.selected_line)
                }
                None => self.range = None,
            }
        }
        self.count_shown(table, roster);
    }

    /// Counts how many of the marked ones are shown, where rows or hidden marks have changed.
    pub(crate) fn count_shown(&mut self, table: &Table, roster: &InviteStore) {
        self.shown_count = 0;
        if self.is_empty() {
            return;
        }
        let last = table.order.iter().max().map_or(0, |row| *row as usize + 1);
        let mut is_shown = vec![false; last];
        table.order.iter().for_each(|row| is_shown[*row as usize] = true);
        let rows = self.marked.iter().filter_map(|identity| roster.find(identity));
        self.shown_count = rows.filter(|row| is_shown.get(*row as usize).is_some_and(|shown| *shown)).count();
    }
}

pub(crate) fn row_identity(row: RowId, roster: &InviteStore) -> Option<Identity> {
    roster.rows().get(row).map(|row| row.identity())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Invite;

    fn sample_table(names: &[&str]) -> (Table, InviteStore) {
        let (mut table, mut roster) = (Table::default(), InviteStore::default());
        for name in names {
            let identity = Identity::parse(name).expect("usable");
            let invite =
                Invite { identity, email: (*name).into(), message: String::new(), expiry: Expiry(None) };
            roster.insert(&invite);
        }
        table.set_order(roster.rows().iter().collect(), &roster, 9);
        (table, roster)
    }

    fn marked(marks: &Marks) -> String {
        let mut names: Vec<&str> = marks.identities().iter().map(Identity::as_str).collect();
        names.sort_unstable();
        names.concat()
    }

    fn select_line(marks: &mut Marks, table: &mut Table, roster: &InviteStore, line: usize) -> String {
        table.select_line(line, roster, 9);
        marks.extend_range(table, roster);
        assert_eq!(marks.shown_count, marks.len(), "all are shown, and counted as they are marked");
        marked(marks)
    }

    #[test]
    fn shrinking_range_unmarks_only_its_own_rows() {
        let (mut table, roster) = sample_table(&["a", "b", "c", "d", "e", "f"]);
        let mut marks = Marks::default();
        marks.toggle(Identity::parse("e").expect("usable"));
        table.select_line(2, &roster, 9);
        marks.begin_range(&table, &roster);
        assert_eq!(marked(&marks), "ce");
        assert_eq!(select_line(&mut marks, &mut table, &roster, 5), "cdef");
        assert_eq!(select_line(&mut marks, &mut table, &roster, 3), "cde", "e was marked before");
        assert_eq!(select_line(&mut marks, &mut table, &roster, 0), "abce");
        assert!(marks.end_range());
        assert_eq!(select_line(&mut marks, &mut table, &roster, 5), "abce", "it is over");
    }

    #[test]
    fn row_that_arrives_inside_a_range_is_not_marked() {
        let (mut table, mut roster) = sample_table(&["a", "b", "c"]);
        let mut marks = Marks::default();
        table.select_line(0, &roster, 9);
        marks.begin_range(&table, &roster);
        assert_eq!(select_line(&mut marks, &mut table, &roster, 1), "ab");
        let identity = Identity::parse("x").expect("usable");
        let late = Invite { identity, email: "x".into(), message: String::new(), expiry: Expiry(None) };
        roster.insert(&late);
        table.set_order(vec![0, 3, 1, 2], &roster, 9);
        marks.on_reordered(&table, &roster);
        assert_eq!(select_line(&mut marks, &mut table, &roster, 3), "abc");
        assert_eq!(select_line(&mut marks, &mut table, &roster, 0), "a");
    }

    #[test]
    fn hidden_marks_are_counted_and_marks_on_gone_rows_removed() {
        let (mut table, mut roster) = sample_table(&["a", "b", "c"]);
        let mut marks = Marks::default();
        ["a", "b", "c"].iter().for_each(|name| marks.toggle(Identity::parse(name).expect("usable")));
        table.set_order(vec![1], &roster, 9);
        marks.on_reordered(&table, &roster);
        assert_eq!((marks.len(), marks.hidden_count()), (3, 2));
        assert_eq!(marks.shown_rows(&table, &roster).collect::<Vec<_>>(), [1]);
        marks.toggle(Identity::parse("b").expect("usable"));
        assert_eq!((marks.len(), marks.hidden_count()), (2, 2), "without counting them again");
        marks.toggle(Identity::parse("b").expect("usable"));
        roster.remove(&Identity::parse("a").expect("usable"));
        marks.retain_existing(&roster);
        marks.count_shown(&table, &roster);
        assert_eq!((marked(&marks).as_str(), marks.hidden_count()), ("bc", 1));
    }
}
