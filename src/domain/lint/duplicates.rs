//! Finds several invites for one person.
//! Their emails differ only in case, dots, or the text after a plus. Many providers deliver all these
//! spellings to one mailbox, some do not; the reason states which.

use std::hash::{BuildHasher as _, RandomState};

use hashbrown::HashMap;

use super::domain_typos::split_email;
use crate::domain::email;
use crate::domain::invite_store::{RowId, Rows};

/// Providers known to ignore dots before the `@`.
const DOT_IGNORING_DOMAINS: &[&str] = &["gmail.com", "googlemail.com"];

/// Two or more rows that may share one mailbox. The row that expires last comes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateGroup {
    /// The rows.
    pub rows: Vec<RowId>,
    /// How alike the emails are.
    pub similarity: Similarity,
}

/// Similarity of the emails in a group: that of the two least similar emails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Similarity {
    /// The emails are equal.
    Identical,
    /// The emails differ only in case.
    CaseOnly,
    /// The emails differ only in dots or a plus, at a provider that ignores both.
    SameMailbox,
    /// The emails differ only in dots or a plus, at a provider that may ignore both.
    MaybeSameMailbox,
}

impl Similarity {
    /// Returns why the emails count as duplicates: a fragment without trailing period.
    pub fn reason(self) -> &'static str {
        match self {
            Similarity::Identical => "invited more than once",
            Similarity::CaseOnly => "invited more than once, written in different case",
            Similarity::SameMailbox => "the same mailbox in another spelling (dots, plus)",
            Similarity::MaybeSameMailbox => "the same apart from dots or a plus: maybe one mailbox",
        }
    }

    /// True if all emails certainly belong to one person, so all invites except the first can be deleted.
    pub fn is_certain(self) -> bool {
        self != Similarity::MaybeSameMailbox
    }
}

/// Returns all groups, in the order of their first rows.
pub fn find_duplicates(rows: &Rows) -> Vec<DuplicateGroup> {
    // A hash and a row take 16 bytes. The mailboxes of a million emails as texts would be as long as the
    // list.
    let hasher = RandomState::new();
    let hashed = |row: RowId| {
        let found = rows.get(row).filter(|found| !found.email.trim().is_empty())?;
        Some((hasher.hash_one(mailbox_key(found.email)), row))
    };
    let mut hashes: Vec<(u64, RowId)> = rows.iter().filter_map(hashed).collect();
    hashes.sort_unstable();
    let alike = hashes.chunk_by(|a, b| a.0 == b.0).filter(|rows| rows.len() > 1);
    let mut groups: Vec<Vec<RowId>> = alike.flat_map(|hashes| split_by_mailbox(rows, hashes)).collect();
    groups.sort_unstable_by_key(|rows| rows.first().copied());
    groups.into_iter().map(|group| new_group(rows, group)).collect()
}

/// Splits the rows of one hash, in case two mailboxes share it.
fn split_by_mailbox(rows: &Rows, hashes: &[(u64, RowId)]) -> Vec<Vec<RowId>> {
    let mut groups: HashMap<String, Vec<RowId>> = HashMap::new();
    for (_, row) in hashes {
        let name = rows.get(*row).map(|stored_row| mailbox_key(stored_row.email)).unwrap_or_default();
        groups.entry(name).or_default().push(*row);
    }
    groups.into_values().filter(|rows| rows.len() > 1).collect()
}

fn new_group(rows: &Rows, mut group: Vec<RowId>) -> DuplicateGroup {
    let expiry = |row: &RowId| rows.get(*row).map_or(i64::MIN, |row| row.expiry.to_micros());
    group.sort_by_key(|row| (std::cmp::Reverse(expiry(row)), *row));
    let emails: Vec<&str> =
        group.iter().filter_map(|row| rows.get(*row)).map(|row| row.email.trim()).collect();
    let similarities = emails.iter().skip(1).map(|other| compare_emails(emails[0], other));
    DuplicateGroup { similarity: similarities.max().unwrap_or(Similarity::Identical), rows: group }
}

fn compare_emails(a: &str, b: &str) -> Similarity {
    if a == b {
        Similarity::Identical
    } else if email::normalize(a) == email::normalize(b) {
        Similarity::CaseOnly
    } else if split_email(&email::normalize(a))
        .is_some_and(|(_, domain)| DOT_IGNORING_DOMAINS.contains(&domain))
    {
        Similarity::SameMailbox
    } else {
        Similarity::MaybeSameMailbox
    }
}

/// Returns the normalized email without the dots before the `@` and without the text after a plus.
pub fn mailbox_key(email: &str) -> String {
    let normalized = email::normalize(email);
    match split_email(&normalized) {
        Some((local, domain)) => {
            let person = local.split('+').next().filter(|person| !person.is_empty()).unwrap_or(local);
            format!("{}@{domain}", person.replace('.', ""))
        }
        None => normalized,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_mailbox_is_found_in_every_spelling() {
        for email in ["JaneDoe@gmail.com", "jane.doe@gmail.com", "j.anedoe+audit@GMAIL.com "] {
            assert_eq!(mailbox_key(email), "janedoe@gmail.com");
        }
        assert_eq!(mailbox_key("+x@acme.com"), "+x@acme.com");
        assert_eq!(mailbox_key("no address"), "no address");
    }

    #[test]
    fn similarity_claims_no_more_than_is_known() {
        assert_eq!(compare_emails("a.b@gmail.com", "ab@gmail.com"), Similarity::SameMailbox);
        assert_eq!(compare_emails("a.b@acme.com", "ab@acme.com"), Similarity::MaybeSameMailbox);
        assert_eq!(compare_emails("A.b@acme.com", "a.B@acme.com"), Similarity::CaseOnly);
        assert!(!Similarity::MaybeSameMailbox.is_certain());
    }
}
