//! Tracks one paged load of the list: counts distinct invites, detects page loops and endless paging.
//! Pure.

use std::hash::{BuildHasher as _, DefaultHasher, Hash, Hasher as _, RandomState};

use hashbrown::hash_map::Entry;
use hashbrown::{DefaultHashBuilder, HashMap, HashSet};

use crate::domain::email::normalize;
use crate::domain::limits::{MAX_PAGES, MAX_PAGES_WITHOUT_NEW_ROWS};
use crate::domain::{Identity, Invite};

/// Progress of one load of the list.
#[derive(Debug, Default)]
pub(super) struct PageTracker {
    pages: usize,
    pages_without_new_rows: usize,
    // Key: identity, value: mark of the email. A UUID needs twenty bytes, and lists can have a million rows.
    // Other identities are rare.
    uuids: HashMap<[u8; 16], u32>,
    other_identities: HashMap<Identity, u32>,
    unusable: usize,
    /// Number of all received rows, usable or not.
    received: usize,
    /// Number of rows whose identity already arrived with a different email.
    /// Only one of the two rows can be shown.
    conflicting: usize,
    /// Number of rows whose email is missing or damaged.
    without_email: usize,
    /// Hash of all received identities, in order.
    digest: DefaultHasher,
    total: Option<u64>,
    token_hashes: HashSet<u64>,
    hasher: RandomState,
    marks: DefaultHashBuilder,
}

impl PageTracker {
    /// Adds a page.
    ///
    /// # Errors
    ///
    /// The reason why the load would never end.
    pub(super) fn add_page(
        &mut self,
        rows: &[Invite],
        unusable: usize,
        total: Option<u64>,
        next: Option<&impl Hash>,
    ) -> Result<(), String> {
        self.pages += 1;
        self.unusable += unusable;
        self.received += rows.len() + unusable;
        self.total = total.or(self.total);
        let before = self.distinct_count();
        for row in rows {
            self.add_row(row);
        }
        self.pages_without_new_rows =
            if self.distinct_count() > before { 0 } else { self.pages_without_new_rows + 1 };
        let Some(next) = next else { return Ok(()) };
        if !self.token_hashes.insert(self.hasher.hash_one(next)) {
            Err("the server repeated a page".into())
        } else if self.pages_without_new_rows >= MAX_PAGES_WITHOUT_NEW_ROWS {
            Err(format!("{MAX_PAGES_WITHOUT_NEW_ROWS} pages in a row had no new invite"))
        } else if self.pages >= MAX_PAGES {
            Err(format!("there are more than {MAX_PAGES} pages"))
        } else {
            Ok(())
        }
    }

    /// Returns the number of pages so far.
    pub(super) fn page_count(&self) -> usize {
        self.pages
    }

    /// Returns how the number of rows differs from the server's count, or `None`.
    /// A fragment without trailing period. Rows with the same identity count once. If the earlier load
    /// `before` had exactly the same rows, each row counts, because the server itself has duplicates.
    pub(super) fn count_mismatch(&self, before: Option<&PageTracker>) -> Option<String> {
        let is_same = before.is_some_and(|before| before.digest.finish() == self.digest.finish());
        let arrived = if is_same { self.received } else { self.distinct_count() + self.unusable };
        let total = self.total.filter(|total| u64::try_from(arrived) != Ok(*total))?;
        Some(format!("the server reports {total}, but {arrived} arrived"))
    }

    /// Returns the number of rows that cannot be shown.
    /// Their identity is unusable, or is that of a row with a different email.
    pub(super) fn hidden_count(&self) -> usize {
        self.unusable + self.conflicting
    }

    /// Returns the number of rows that may be an invite for any email.
    /// If there are any, no email is proven to be without an invite.
    pub(super) fn ambiguous_count(&self) -> usize {
        self.hidden_count() + self.without_email
    }

    pub(super) fn distinct_count(&self) -> usize {
        self.uuids.len() + self.other_identities.len()
    }

    fn add_row(&mut self, row: &Invite) {
        row.identity.hash(&mut self.digest);
        let email = normalize(&row.email);
        self.without_email += usize::from(email.is_empty() || email.contains('\u{fffd}'));
        let mark = self.marks.hash_one(&email) as u32;
        let known = match row.identity.uuid() {
            Some(uuid) => get_or_set_mark(self.uuids.entry(*uuid.as_bytes()), mark),
            None => get_or_set_mark(self.other_identities.entry(row.identity.clone()), mark),
        };
        self.conflicting += usize::from(known != mark);
    }
}

/// Returns the mark stored for an identity; stores `mark` if there is none.
fn get_or_set_mark<K: Eq + Hash>(entry: Entry<'_, K, u32, impl std::hash::BuildHasher>, mark: u32) -> u32 {
    *entry.or_insert(mark)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Expiry;

    fn row(name: &str) -> Invite {
        Invite {
            identity: Identity::parse(name).expect("an identity"),
            email: "bob@job".into(),
            message: String::new(),
            expiry: Expiry(None),
        }
    }

    fn uuid(n: usize) -> String {
        uuid::Uuid::from_u128(n as u128).to_string()
    }

    #[test]
    fn count_covers_distinct_and_unreadable_invites() {
        let mut tracker = PageTracker::default();
        let rows = [row(&uuid(1)), row("name"), row("name"), row(&uuid(1))];
        assert_eq!(tracker.add_page(&rows, 1, Some(3), None::<&u8>), Ok(()));
        assert_eq!(tracker.count_mismatch(None), None);
        assert_eq!(tracker.add_page(&[row(&uuid(2))], 0, None, None::<&u8>), Ok(()));
        assert_eq!(tracker.count_mismatch(None).as_deref(), Some("the server reports 3, but 4 arrived"));
        assert_eq!(PageTracker::default().count_mismatch(None), None, "no total, no complaint");
    }

    #[test]
    fn repeated_identities_are_accepted_on_a_second_load() {
        let load = |rows: &[Invite]| {
            let mut tracker = PageTracker::default();
            tracker.add_page(rows, 1, Some(4), None::<&u8>).expect("the load has an end");
            tracker
        };
        let first = load(&[row("a"), row("a"), row("b")]);
        assert!(first.count_mismatch(None).is_some(), "a row may have moved between two pages");
        assert_eq!(load(&[row("a"), row("a"), row("b")]).count_mismatch(Some(&first)), None);
        assert!(load(&[row("a"), row("b"), row("b")]).count_mismatch(Some(&first)).is_some());
        assert!(load(&[row("a"), row("a")]).count_mismatch(Some(&first)).is_some());
        assert_eq!((first.hidden_count(), first.ambiguous_count()), (1, 1));
        let other = Invite { email: "eve@job".into(), ..row("a") };
        let no_email = Invite { email: " ".into(), ..row("c") };
        let tracker = load(&[row("a"), other, no_email]);
        assert_eq!((tracker.hidden_count(), tracker.ambiguous_count()), (2, 3));
    }

    #[test]
    fn repeated_page_token_ends_the_load() {
        let mut tracker = PageTracker::default();
        assert_eq!(tracker.add_page(&[row("a")], 0, None, Some(&"t1")), Ok(()));
        assert_eq!(tracker.add_page(&[row("b")], 0, None, Some(&"t2")), Ok(()));
        assert!(tracker.add_page(&[row("c")], 0, None, Some(&"t1")).is_err());
    }

    #[test]
    fn some_empty_pages_are_tolerated() {
        let mut tracker = PageTracker::default();
        for page in 1..MAX_PAGES_WITHOUT_NEW_ROWS {
            assert_eq!(tracker.add_page(&[], 0, None, Some(&page)), Ok(()), "{page}");
        }
        assert_eq!(tracker.add_page(&[row("news")], 0, None, Some(&0)), Ok(()));
        for page in 1..MAX_PAGES_WITHOUT_NEW_ROWS {
            assert_eq!(tracker.add_page(&[row("news")], 0, None, Some(&(page + 1000))), Ok(()), "{page}");
        }
        let reason = tracker.add_page(&[], 0, None, Some(&5000)).expect_err("enough");
        assert_eq!(reason, "50 pages in a row had no new invite");
    }
}
