//! The marked invites: by identity, so that a refresh, a sort or a filter loses no mark and moves none.
//! Which rows are shown is the table's affair; what is done with the marks is a plan's.

use std::collections::HashSet;

use crate::domain::Identity;

/// The marks.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    marked: HashSet<Identity>,
    range: Option<Range>,
    shown: usize,
}

/// Marking from one row to wherever the person goes.
#[derive(Debug, Clone)]
struct Range {
    from: Identity,
    /// What it has marked that was not marked before.
    added: Vec<Identity>,
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

    /// How many are marked and not shown, because the filter hides them.
    pub fn hidden(&self) -> usize {
        self.marked.len().saturating_sub(self.shown)
    }

    /// Where a range began that follows the selection.
    pub fn range(&self) -> Option<&Identity> {
        self.range.as_ref().map(|range| &range.from)
    }

    /// Takes note of how many of the marked ones are shown.
    pub(super) fn count_shown(&mut self, shown: usize) {
        self.shown = shown;
    }

    /// Marks an invite, or takes its mark away.
    pub(super) fn toggle(&mut self, identity: Identity) {
        if !self.marked.remove(&identity) {
            self.marked.insert(identity);
        }
    }

    /// Marks them all.
    pub(super) fn extend(&mut self, identities: impl Iterator<Item = Identity>) {
        self.marked.extend(identities);
    }

    /// An invite is gone, and its mark with it.
    pub(super) fn remove(&mut self, identity: &Identity) {
        self.marked.remove(identity);
    }

    /// Keeps only the marks of invites that are still there.
    pub(super) fn retain(&mut self, is_there: impl Fn(&Identity) -> bool) {
        self.marked.retain(is_there);
    }

    /// Takes all marks away.
    pub(super) fn clear(&mut self) {
        *self = Marks::default();
    }

    /// Begins a range.
    pub(super) fn begin_range(&mut self, from: Identity) {
        self.range = Some(Range { from, added: Vec::new() });
    }

    /// The range reaches over these now; what it reached over before loses the mark that it got by it.
    pub(super) fn set_range(&mut self, over: impl Iterator<Item = Identity>) {
        let Some(range) = &mut self.range else { return };
        for identity in range.added.drain(..) {
            self.marked.remove(&identity);
        }
        for identity in over {
            if self.marked.insert(identity.clone()) {
                range.added.push(identity);
            }
        }
    }

    /// Ends the range; its marks stay.
    pub(super) fn end_range(&mut self) -> bool {
        self.range.take().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(marks: &Marks) -> String {
        let mut names: Vec<&str> = marks.identities().iter().map(Identity::as_str).collect();
        names.sort_unstable();
        names.join("")
    }

    fn ids(names: &str) -> impl Iterator<Item = Identity> {
        names.chars().filter_map(|name| Identity::parse(&name.to_string()))
    }

    #[test]
    fn a_range_follows_and_leaves_earlier_marks_alone() {
        let mut marks = Marks::default();
        marks.extend(ids("c"));
        marks.begin_range(Identity::parse("b").expect("usable"));
        marks.set_range(ids("bcde"));
        assert_eq!(names(&marks), "bcde");
        marks.set_range(ids("ab"));
        assert_eq!(names(&marks), "abc", "c was marked before");
        assert!(marks.end_range() && !marks.end_range());
        marks.set_range(ids("xyz"));
        assert_eq!(names(&marks), "abc", "there is no range any more");
    }

    #[test]
    fn hidden_ones_are_counted() {
        let mut marks = Marks::default();
        marks.extend(ids("abc"));
        marks.count_shown(1);
        assert_eq!((marks.len(), marks.hidden()), (3, 2));
        marks.clear();
        assert_eq!((marks.len(), marks.hidden()), (0, 0));
    }
}
