//! Invites in creation order, in memory.
//! A page is a slice, so every page costs the same; lookup by UUID takes constant time. [`super::database`]
//! stores the invites in a file.

use std::borrow::Cow;
use std::collections::HashMap;

use uuid::Uuid;

/// A person who has accepted an invite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) uuid: Uuid,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) active: bool,
    pub(super) role: String,
}

/// An invite of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct InviteRow {
    /// Creation number, which increases with each row. Rows are sorted by this number.
    pub(super) order: i64,
    pub(super) uuid: Uuid,
    pub(super) email: Box<str>,
    /// Generated rows share their texts, so that a million rows stay small.
    pub(super) message: Cow<'static, str>,
    /// Unix time: expiries are whole seconds.
    pub(super) expiry: i64,
}

/// All invites.
#[derive(Debug, Default)]
pub(super) struct InviteTable {
    rows: Vec<InviteRow>,
    order_by_uuid: HashMap<Uuid, i64>,
}

impl InviteTable {
    pub(super) fn with_capacity(rows: usize) -> InviteTable {
        InviteTable { rows: Vec::with_capacity(rows), order_by_uuid: HashMap::with_capacity(rows) }
    }

    pub(super) fn all(&self) -> &[InviteRow] {
        &self.rows
    }

    /// Returns the order of the next row.
    pub(super) fn next_order(&self) -> i64 {
        self.rows.last().map_or(1, |row| row.order + 1)
    }

    /// Appends a row. Its order must be at least [`InviteTable::next_order`].
    pub(super) fn push(&mut self, row: InviteRow) {
        self.order_by_uuid.insert(row.uuid, row.order);
        self.rows.push(row);
    }

    pub(super) fn get(&self, uuid: Uuid) -> Option<&InviteRow> {
        self.rows.get(self.position(uuid)?)
    }

    /// Removes a row. Later rows move up with one `memmove`.
    pub(super) fn remove(&mut self, uuid: Uuid) -> Option<InviteRow> {
        let position = self.position(uuid)?;
        self.order_by_uuid.remove(&uuid);
        Some(self.rows.remove(position))
    }

    /// Replaces the row with the same UUID.
    pub(super) fn replace(&mut self, row: InviteRow) {
        if let Some(position) = self.position(row.uuid) {
            self.rows[position] = row;
        }
    }

    /// Returns the first row of an email, ignoring case.
    pub(super) fn find_by_email(&self, email: &str) -> Option<&InviteRow> {
        self.rows.iter().find(|row| is_same_email(&row.email, email))
    }

    fn position(&self, uuid: Uuid) -> Option<usize> {
        let order = *self.order_by_uuid.get(&uuid)?;
        self.rows.binary_search_by_key(&order, |row| row.order).ok()
    }
}

/// Returns true if two emails are the same, ignoring case.
pub(super) fn is_same_email(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
        || (!(one.is_ascii() && other.is_ascii()) && one.to_lowercase() == other.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(order: i64) -> InviteRow {
        let email = format!("{order}@example.com").into();
        InviteRow { order, uuid: Uuid::from_u128(order as u128), email, message: "".into(), expiry: 0 }
    }

    #[test]
    fn rows_are_found_by_uuid_after_removals() {
        let mut rows = InviteTable::default();
        (1..=100).for_each(|order| rows.push(row(order)));
        assert_eq!(rows.remove(Uuid::from_u128(40)).map(|row| row.order), Some(40));
        assert_eq!(rows.get(Uuid::from_u128(41)).map(|row| &*row.email), Some("41@example.com"));
        assert_eq!(rows.get(Uuid::from_u128(40)), None);
        assert_eq!(rows.remove(Uuid::from_u128(40)), None);
        assert_eq!((rows.all().len(), rows.next_order()), (99, 101));
    }

    #[test]
    fn emails_are_compared_without_case() {
        assert!(is_same_email("Jane@Example.com", "jane@example.COM"));
        assert!(is_same_email("ÉMILE@example.com", "émile@example.com"));
        assert!(!is_same_email("jane@example.com", "jane@example.co"));
    }
}
