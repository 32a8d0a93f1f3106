//! The guard of one reading of the list: counts distinct invites compactly, and knows when pages go in
//! circles or never end. Pure; who asks for the pages and where their rows go is the reader's affair.

use std::hash::{BuildHasher as _, Hash, RandomState};

use hashbrown::HashSet;

use crate::domain::limits::{PAGES, PAGES_WITHOUT_NEWS};
use crate::domain::{Identity, Invite};

/// What one reading has seen.
#[derive(Debug, Default)]
pub(super) struct Walk {
    pages: usize,
    without_news: usize,
    // A million identities in sixteen bytes each; those that are no uuid are rare.
    uuids: HashSet<u128>,
    names: HashSet<Identity>,
    unusable: usize,
    total: Option<u64>,
    tokens: HashSet<u64>,
    hasher: RandomState,
}

impl Walk {
    /// Takes a page in. Fails, with the reason, when the reading would never end.
    pub(super) fn take(
        &mut self,
        rows: &[Invite],
        unusable: usize,
        total: Option<u64>,
        next: Option<&impl Hash>,
    ) -> Result<(), String> {
        self.pages += 1;
        self.unusable += unusable;
        self.total = total.or(self.total);
        let before = self.distinct();
        for row in rows {
            self.see(&row.identity);
        }
        self.without_news = if self.distinct() > before { 0 } else { self.without_news + 1 };
        let Some(next) = next else { return Ok(()) };
        if !self.tokens.insert(self.hasher.hash_one(next)) {
            Err("the server named a page that was read before".into())
        } else if self.without_news >= PAGES_WITHOUT_NEWS {
            Err(format!("{PAGES_WITHOUT_NEWS} pages in a row brought no new invite"))
        } else if self.pages >= PAGES {
            Err(format!("there are more than {PAGES} pages"))
        } else {
            Ok(())
        }
    }

    /// How many pages were taken in.
    pub(super) fn pages(&self) -> usize {
        self.pages
    }

    /// What is wrong with the count, as half a sentence, when the server told another one.
    pub(super) fn miscount(&self) -> Option<String> {
        let came = self.distinct() + self.unusable;
        let total = self.total.filter(|total| u64::try_from(came) != Ok(*total))?;
        Some(format!("the server counts {total}, but {came} came"))
    }

    fn distinct(&self) -> usize {
        self.uuids.len() + self.names.len()
    }

    fn see(&mut self, identity: &Identity) {
        match identity.uuid() {
            Some(uuid) => drop(self.uuids.insert(uuid.as_u128())),
            None => drop(self.names.insert(identity.clone())),
        }
    }
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
    fn the_count_is_of_distinct_invites_and_of_those_that_cannot_be_shown() {
        let mut walk = Walk::default();
        let rows = [row(&uuid(1)), row("name"), row("name"), row(&uuid(1))];
        assert_eq!(walk.take(&rows, 1, Some(3), None::<&u8>), Ok(()));
        assert_eq!(walk.miscount(), None);
        assert_eq!(walk.take(&[row(&uuid(2))], 0, None, None::<&u8>), Ok(()));
        assert_eq!(walk.miscount().as_deref(), Some("the server counts 3, but 4 came"));
        assert_eq!(Walk::default().miscount(), None, "no total, no complaint");
    }

    #[test]
    fn a_token_that_comes_again_ends_the_reading() {
        let mut walk = Walk::default();
        assert_eq!(walk.take(&[row("a")], 0, None, Some(&"t1")), Ok(()));
        assert_eq!(walk.take(&[row("b")], 0, None, Some(&"t2")), Ok(()));
        assert!(walk.take(&[row("c")], 0, None, Some(&"t1")).is_err());
    }

    #[test]
    fn empty_pages_are_borne_for_a_while() {
        let mut walk = Walk::default();
        for page in 1..PAGES_WITHOUT_NEWS {
            assert_eq!(walk.take(&[], 0, None, Some(&page)), Ok(()), "{page}");
        }
        assert_eq!(walk.take(&[row("news")], 0, None, Some(&0)), Ok(()));
        for page in 1..PAGES_WITHOUT_NEWS {
            assert_eq!(walk.take(&[row("news")], 0, None, Some(&(page + 1000))), Ok(()), "{page}");
        }
        let reason = walk.take(&[], 0, None, Some(&5000)).expect_err("enough");
        assert_eq!(reason, "50 pages in a row brought no new invite");
    }
}
