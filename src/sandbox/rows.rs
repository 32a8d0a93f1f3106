//! The invites in creation order. A page is a slice, so the last one costs what the first does; an invite is
//! found by its uuid without looking at the others. Memory only: `database` keeps what should last.

use std::borrow::Cow;
use std::collections::HashMap;

use uuid::Uuid;

/// Somebody who has accepted an invite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) uuid: Uuid,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) active: bool,
    pub(super) role: String,
}

/// One invite as the server keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// Grows with each row that was ever created; rows lie sorted by it.
    pub(super) order: i64,
    pub(super) uuid: Uuid,
    pub(super) email: Box<str>,
    /// Generated rows share their texts, so that a million of them stay small.
    pub(super) message: Cow<'static, str>,
    /// Seconds since 1970: expiries are whole seconds.
    pub(super) expiry: i64,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Rows {
    rows: Vec<Row>,
    order_of: HashMap<Uuid, i64>,
}

impl Rows {
    pub(super) fn with_capacity(rows: usize) -> Rows {
        Rows { rows: Vec::with_capacity(rows), order_of: HashMap::with_capacity(rows) }
    }

    pub(super) fn all(&self) -> &[Row] {
        &self.rows
    }

    /// The order that the next row gets.
    pub(super) fn next_order(&self) -> i64 {
        self.rows.last().map_or(1, |row| row.order + 1)
    }

    /// Adds a row at the end; its order has to be the next one or later.
    pub(super) fn push(&mut self, row: Row) {
        self.order_of.insert(row.uuid, row.order);
        self.rows.push(row);
    }

    pub(super) fn get(&self, uuid: Uuid) -> Option<&Row> {
        self.rows.get(self.position(uuid)?)
    }

    /// Takes a row out. The rows behind it move up by one, which is one `memmove`.
    pub(super) fn remove(&mut self, uuid: Uuid) -> Option<Row> {
        let position = self.position(uuid)?;
        self.order_of.remove(&uuid);
        Some(self.rows.remove(position))
    }

    /// Puts a row in the place of the one with the same uuid.
    pub(super) fn replace(&mut self, row: Row) {
        if let Some(position) = self.position(row.uuid) {
            self.rows[position] = row;
        }
    }

    /// The first row for an address; addresses are compared without regard to case.
    pub(super) fn first_for(&self, email: &str) -> Option<&Row> {
        self.rows.iter().find(|row| same_address(&row.email, email))
    }

    fn position(&self, uuid: Uuid) -> Option<usize> {
        let order = *self.order_of.get(&uuid)?;
        self.rows.binary_search_by_key(&order, |row| row.order).ok()
    }
}

/// Whether two addresses are the same to this server: equal but for the case.
pub(super) fn same_address(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
        || (!(one.is_ascii() && other.is_ascii()) && one.to_lowercase() == other.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(order: i64) -> Row {
        let email = format!("{order}@example.com").into();
        Row { order, uuid: Uuid::from_u128(order as u128), email, message: "".into(), expiry: 0 }
    }

    #[test]
    fn rows_are_found_and_removed_by_uuid_after_others_went() {
        let mut rows = Rows::default();
        (1..=100).for_each(|order| rows.push(row(order)));
        assert_eq!(rows.remove(Uuid::from_u128(40)).map(|row| row.order), Some(40));
        assert_eq!(rows.get(Uuid::from_u128(41)).map(|row| &*row.email), Some("41@example.com"));
        assert_eq!(rows.get(Uuid::from_u128(40)), None);
        assert_eq!(rows.remove(Uuid::from_u128(40)), None);
        assert_eq!((rows.all().len(), rows.next_order()), (99, 101));
    }

    #[test]
    fn addresses_are_the_same_but_for_their_case() {
        assert!(same_address("Jane@Example.com", "jane@example.COM"));
        assert!(same_address("ÉMILE@example.com", "émile@example.com"));
        assert!(!same_address("jane@example.com", "jane@example.co"));
    }
}
