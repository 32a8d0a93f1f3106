//! Memory-compact store of the loaded invites: a million of them need little more than their texts.
//!
//! `Rows` can be read and cheaply cloned (a clone shares the segments), so filtering and sorting can run in
//! another thread while rows still arrive. [`InviteStore`] owns the rows and the indexes by identity and by
//! email.

mod segment;

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use hashbrown::{HashSet, HashTable};

use super::{Expiry, Identity, Invite, email, limits, plan::InviteVersion, text};
pub use segment::Segment;

/// Maximum columns of the emails in a table.
pub const MAX_EMAIL_WIDTH: usize = 48;

/// Id of a row for the lifetime of its store; never reused after the row is gone.
pub type RowId = u32;

/// A borrowed invite of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowRef<'a> {
    segment: &'a Segment,
    index: usize,
    /// The email; raw.
    pub email: &'a str,
    /// The message; raw.
    pub message: &'a str,
    /// The expiry.
    pub expiry: Expiry,
}

impl RowRef<'_> {
    /// Returns the identity.
    pub fn identity(&self) -> Identity {
        self.segment.identity(self.index)
    }

    /// Returns email and message as one text, separated by a control character, so one search covers both.
    pub fn email_and_message(&self) -> &str {
        self.segment.email_and_message(self.index)
    }

    /// Returns the UUID as a number; 0 if the identity is not a UUID.
    pub fn uuid(&self) -> u128 {
        self.segment.uuid(self.index)
    }

    /// Returns an owned copy.
    pub fn to_invite(&self) -> Invite {
        Invite {
            identity: self.identity(),
            email: self.email.to_owned(),
            message: self.message.to_owned(),
            expiry: self.expiry,
        }
    }
}

/// The rows, in the server's order. A clone shares their memory.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    segments: Vec<Arc<Segment>>,
    removed: Arc<HashSet<RowId>>,
    len: usize,
    /// Number of pushed emails of each width in columns; the last number is that of all wider ones.
    email_widths: Vec<u32>,
    /// True if texts of any length are kept in full.
    is_exact: bool,
}

impl Rows {
    /// Number of rows, without removed ones.
    pub fn len(&self) -> usize {
        self.len
    }

    /// True if there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the columns that show 95 of 100 emails in full, at most [`MAX_EMAIL_WIDTH`].
    ///
    /// Removed rows still count, so that the columns of a table do not jump.
    pub fn email_width(&self) -> usize {
        let all: u64 = self.email_widths.iter().map(|count| u64::from(*count)).sum();
        let mut narrower = 0;
        let is_enough = |count: &u32| {
            narrower += u64::from(*count);
            narrower * 100 >= all * 95
        };
        self.email_widths.iter().position(is_enough).unwrap_or(0)
    }

    /// True if any row was removed.
    pub fn has_removed(&self) -> bool {
        !self.removed.is_empty()
    }

    /// True if both have the same rows of the same store.
    /// Constant time. A clone never changes, so the result is reliable.
    pub fn is_same(&self, other: &Rows) -> bool {
        let mut segments = self.segments.iter().zip(&other.segments);
        self.segments.len() == other.segments.len()
            && segments.all(|(one, two)| Arc::ptr_eq(one, two))
            && Arc::ptr_eq(&self.removed, &other.removed)
    }

    /// Returns the row, unless it was removed.
    pub fn get(&self, row: RowId) -> Option<RowRef<'_>> {
        if self.removed.contains(&row) { None } else { self.row_at(row) }
    }

    /// Returns all rows, in the server's order.
    pub fn iter(&self) -> impl Iterator<Item = RowId> + '_ {
        let last = self.segments.last().map_or(0, |last| last.len());
        let end = self.segments.len().saturating_sub(1) * Segment::CAPACITY + last;
        (0..end as RowId).filter(|row| self.removed.is_empty() || !self.removed.contains(row))
    }

    /// Returns the segments, each with its first row, to search the texts of a whole segment in one call.
    pub fn segments(&self) -> impl Iterator<Item = (RowId, &Segment)> {
        self.segments.iter().enumerate().map(|(i, segment)| ((i * Segment::CAPACITY) as RowId, &**segment))
    }

    fn row_at(&self, row: RowId) -> Option<RowRef<'_>> {
        let (segment, index) = (row as usize / Segment::CAPACITY, row as usize % Segment::CAPACITY);
        let segment = &**self.segments.get(segment)?;
        let (email, message) = segment.texts(index)?;
        Some(RowRef { segment, index, email, message, expiry: segment.expiry(index) })
    }

    fn push(&mut self, invite: &Invite) -> RowId {
        if self.segments.last().is_none_or(|last| last.is_full()) {
            let next = match self.segments.last_mut() {
                Some(full) => {
                    Arc::make_mut(full).shrink_to_fit();
                    Segment::next_after(full)
                }
                None => Segment::default(),
            };
            self.segments.push(Arc::new(next));
        }
        let first = (self.segments.len() - 1) * Segment::CAPACITY;
        let max_bytes = if self.is_exact { usize::MAX } else { limits::MAX_FIELD_BYTES };
        let index = self.segments.last_mut().map_or(0, |last| Arc::make_mut(last).push(invite, max_bytes));
        self.len += 1;
        let email = &invite.email;
        let width = if email.is_ascii() { email.len() } else { text::width(email) };
        self.email_widths.resize(MAX_EMAIL_WIDTH + 1, 0);
        self.email_widths[width.min(MAX_EMAIL_WIDTH)] += 1;
        (first + index) as RowId
    }
}

/// The rows and their indexes.
#[derive(Debug, Clone, Default)]
pub struct InviteStore {
    rows: Rows,
    by_identity: HashTable<RowId>,
    by_email: HashTable<RowId>,
    hasher: RandomState,
}

impl InviteStore {
    /// Creates a store that keeps every text in full, for exports. The console cuts texts at
    /// [`limits::MAX_FIELD_BYTES`], because longer texts take too long to draw.
    pub fn new_exact() -> InviteStore {
        InviteStore { rows: Rows { is_exact: true, ..Rows::default() }, ..InviteStore::default() }
    }

    /// Creates a store with its own indexes over the rows of another store. Both share the texts, so a list
    /// for comparisons needs little memory.
    pub fn from_rows(rows: Rows) -> InviteStore {
        let mut store = InviteStore { rows, ..InviteStore::default() };
        let (rows, hasher) = (&store.rows, &store.hasher);
        store.by_identity.reserve(rows.len, |row| hash_identity(rows, hasher, *row));
        store.by_email.reserve(rows.len, |row| hash_email(rows, hasher, *row));
        for row in rows.iter() {
            let (identity, email) = (hash_identity(rows, hasher, row), hash_email(rows, hasher, row));
            store.by_identity.insert_unique(identity, row, |row| hash_identity(rows, hasher, *row));
            store.by_email.insert_unique(email, row, |row| hash_email(rows, hasher, *row));
        }
        store
    }

    /// Returns the rows; clone them for use elsewhere.
    pub fn rows(&self) -> &Rows {
        &self.rows
    }

    /// Number of invites.
    pub fn len(&self) -> usize {
        self.rows.len
    }

    /// True if there are no invites.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Returns the row of an invite.
    pub fn find(&self, identity: &Identity) -> Option<RowId> {
        let hash = self.hasher.hash_one(identity.as_str());
        self.by_identity.find(hash, |row| self.has_identity(*row, identity)).copied()
    }

    /// Returns the invite with this identity.
    pub fn invite(&self, identity: &Identity) -> Option<Invite> {
        self.rows.get(self.find(identity)?).map(|row| row.to_invite())
    }

    /// Returns all invites to an email, ignoring case.
    pub fn find_by_email<'a>(&'a self, email: &str) -> impl Iterator<Item = RowRef<'a>> + use<'a> {
        let normalized = email::normalize(email);
        self.by_email
            .iter_hash(self.hasher.hash_one(&normalized))
            .filter_map(|row| self.rows.get(*row))
            .filter(move |row| email::normalize(row.email) == normalized)
    }

    /// Returns identity and expiry of all invites to an email. A lost response is reconciled with them.
    pub fn versions(&self, email: &str) -> Vec<InviteVersion> {
        self.find_by_email(email)
            .map(|row| InviteVersion { identity: row.identity(), expiry: row.expiry })
            .collect()
    }

    /// Inserts an invite, or replaces the invite with the same identity.
    /// Returns true if the identity is new.
    pub fn insert(&mut self, invite: &Invite) -> bool {
        let known = self.find(&invite.identity);
        if let Some(row) = known {
            if self.rows.row_at(row).is_some_and(|old| old.to_invite() == *invite) {
                return false;
            }
            self.remove_from_indexes(row);
        }
        let row = self.rows.push(invite);
        let (rows, hasher) = (&self.rows, &self.hasher);
        let hash = hasher.hash_one(invite.identity.as_str());
        self.by_identity.insert_unique(hash, row, |row| hash_identity(rows, hasher, *row));
        let hash = hasher.hash_one(email::normalize(&invite.email));
        self.by_email.insert_unique(hash, row, |row| hash_email(rows, hasher, *row));
        known.is_none()
    }

    /// Removes an invite. Returns true if the invite existed.
    pub fn remove(&mut self, identity: &Identity) -> bool {
        let known = self.find(identity);
        if let Some(row) = known {
            self.remove_from_indexes(row);
        }
        known.is_some()
    }

    fn remove_from_indexes(&mut self, row: RowId) {
        let identity_hash = hash_identity(&self.rows, &self.hasher, row);
        let email_hash = hash_email(&self.rows, &self.hasher, row);
        for (table, hash) in [(&mut self.by_identity, identity_hash), (&mut self.by_email, email_hash)] {
            if let Ok(entry) = table.find_entry(hash, |known| *known == row) {
                entry.remove();
            }
        }
        if Arc::make_mut(&mut self.rows.removed).insert(row) {
            self.rows.len -= 1;
        }
    }

    fn has_identity(&self, row: RowId, identity: &Identity) -> bool {
        self.rows.row_at(row).is_some_and(|found| found.segment.has_identity(found.index, identity))
    }
}

fn hash_identity(rows: &Rows, hasher: &RandomState, row: RowId) -> u64 {
    rows.row_at(row).map_or(0, |row| hasher.hash_one(row.identity().as_str()))
}

fn hash_email(rows: &Rows, hasher: &RandomState, row: RowId) -> u64 {
    rows.row_at(row).map_or(0, |row| hasher.hash_one(email::normalize(row.email)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invite(identity: &str, email: &str, message: &str) -> Invite {
        Invite {
            identity: Identity::parse(identity).expect("usable"),
            email: email.into(),
            message: message.into(),
            expiry: Expiry::parse("2022-06-17T11:30:43Z"),
        }
    }

    fn uuid(n: usize) -> String {
        format!("00000000-0000-4000-a000-{n:012}")
    }

    #[test]
    fn inserted_invites_are_returned_unchanged() {
        let mut store = InviteStore::default();
        let odd = invite("not-a-uuid", "ö@x", "line\none");
        let empty = invite(&uuid(1), "", "");
        assert!(store.insert(&odd) && store.insert(&empty));
        for invite in [odd, empty] {
            assert_eq!(store.invite(&invite.identity), Some(invite));
        }
    }

    #[test]
    fn email_width_follows_most_emails() {
        let mut store = InviteStore::default();
        assert_eq!(store.rows().email_width(), 0);
        for n in 0..95 {
            store.insert(&invite(&uuid(n), "ann@x.com", ""));
        }
        for n in 95..100 {
            store.insert(&invite(&uuid(n), &"long".repeat(60), ""));
        }
        assert_eq!(store.rows().email_width(), 9);
        store.insert(&invite(&uuid(100), "招待状@x.com", ""));
        store.insert(&invite(&uuid(101), "", ""));
        assert_eq!(store.rows().email_width(), 12);
    }

    #[test]
    fn store_of_shared_rows_is_searchable_and_unaffected() {
        let mut store = InviteStore::default();
        for n in 0..5_000 {
            store.insert(&invite(&uuid(n), &format!("Person{n}@x"), ""));
        }
        store.remove(&Identity::parse(&uuid(7)).expect("usable"));
        let shared = InviteStore::from_rows(store.rows().clone());
        store.remove(&Identity::parse(&uuid(8)).expect("usable"));
        store.insert(&invite(&uuid(9), "person9@x", "newer"));
        assert_eq!(shared.len(), 4_999);
        assert_eq!(shared.find(&Identity::parse(&uuid(7)).expect("usable")), None);
        assert_eq!(shared.find_by_email("PERSON8@x").count(), 1);
        let ninth = shared.invite(&Identity::parse(&uuid(9)).expect("usable")).expect("it is there");
        assert_eq!((ninth.email.as_str(), ninth.message.as_str()), ("Person9@x", ""));
    }

    #[test]
    fn same_identity_is_one_row_with_the_newest_values() {
        let mut store = InviteStore::default();
        assert!(store.insert(&invite(&uuid(1), "a@x", "old")));
        assert!(!store.insert(&invite(&uuid(1), "a@x", "old")));
        assert!(!store.insert(&invite(&uuid(1), "a@x", "new")));
        assert_eq!(store.len(), 1);
        let rows: Vec<_> = store.rows().iter().filter_map(|row| store.rows().get(row)).collect();
        assert_eq!((rows.len(), rows[0].message), (1, "new"));
    }

    #[test]
    fn email_lookup_ignores_case() {
        let mut store = InviteStore::default();
        store.insert(&invite(&uuid(1), "Ann@X.com", ""));
        store.insert(&invite(&uuid(2), "ann@x.com", ""));
        store.insert(&invite(&uuid(3), "bob@x.com", ""));
        assert_eq!(store.versions("ANN@x.com ").len(), 2);
        assert!(store.remove(&Identity::parse(&uuid(1)).expect("usable")));
        assert_eq!(store.versions("ann@x.com").len(), 1);
    }

    #[test]
    fn rows_clone_is_unchanged_by_insert_and_remove() {
        let mut store = InviteStore::default();
        for n in 0..Segment::CAPACITY + 10 {
            store.insert(&invite(&uuid(n), &format!("p{n}@x"), "m"));
        }
        let before = store.rows().clone();
        store.insert(&invite(&uuid(999_999), "late@x", "m"));
        assert!(store.remove(&Identity::parse(&uuid(Segment::CAPACITY + 3)).expect("usable")));
        assert_eq!(before.iter().count(), Segment::CAPACITY + 10);
        assert_eq!(before.len(), before.iter().count());
        assert_eq!(store.len(), Segment::CAPACITY + 10);
        assert_eq!(store.rows().iter().count(), Segment::CAPACITY + 10);
    }
}
