//! Notes, snoozes and dismissed problems in the journal, by tenancy and normalized email.
//! They exist only on this machine, so they are stored as carefully as plans.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Row, params};

use super::Journal;
use crate::domain::annotation::{Annotations, MAX_NOTE_CHARS, Snooze};
use crate::domain::lint::DismissalKey;
use crate::domain::{Error, TenancyKey, email};

impl Journal {
    /// Returns all annotations of a tenancy.
    pub async fn annotations(&self, key: &TenancyKey) -> Result<Annotations, Error> {
        let key = key.clone();
        self.read(move |c| read_annotations(c, &key)).await
    }

    /// Replaces the note on an email; a blank one deletes it. Text beyond [`MAX_NOTE_CHARS`] is cut.
    pub async fn set_note(&self, key: &TenancyKey, email: &str, note: &str) -> Result<(), Error> {
        let (key, email) = (key.clone(), email::normalize(email));
        let note: String = note.trim().chars().take(MAX_NOTE_CHARS).collect();
        self.write("Could not write the note to the journal", move |c| {
            if note.is_empty() {
                c.execute("DELETE FROM note WHERE tenancy = ?1 AND address = ?2", params![key.0, email])?;
            } else {
                c.execute("INSERT OR REPLACE INTO note VALUES (?1, ?2, ?3)", params![key.0, email, note])?;
            }
            Ok(())
        })
        .await
    }

    /// Moves the note on an email to an email without a note, or copies it if `keeps_old`.
    /// Uses one transaction.
    pub async fn move_note(
        &self,
        key: &TenancyKey,
        from: &str,
        to: &str,
        keeps_old: bool,
    ) -> Result<(), Error> {
        let (key, from, to) = (key.clone(), email::normalize(from), email::normalize(to));
        self.write("Could not move the note to the new email in the journal", move |c| {
            let transaction = c.transaction()?;
            let sql = "INSERT OR IGNORE INTO note SELECT tenancy, ?3, note FROM note
                         WHERE tenancy = ?1 AND address = ?2";
            let copied = transaction.execute(sql, params![key.0, from, to])?;
            if copied == 1 && !keeps_old {
                transaction
                    .execute("DELETE FROM note WHERE tenancy = ?1 AND address = ?2", params![key.0, from])?;
            }
            transaction.commit()
        })
        .await
    }

    /// Snoozes the rows of these emails in one transaction; `None` ends their snooze.
    pub async fn set_snooze(
        &self,
        key: &TenancyKey,
        emails: &[String],
        snooze: Option<Snooze>,
    ) -> Result<(), Error> {
        let key = key.clone();
        let emails: Vec<String> = emails.iter().map(|email| email::normalize(email)).collect();
        self.write("Could not write the snooze to the journal", move |c| {
            let transaction = c.transaction()?;
            for email in &emails {
                write_snooze(&transaction, &key, email, snooze)?;
            }
            transaction.commit()
        })
        .await
    }

    /// Dismisses a problem, or with `dismissed` false undoes the dismissal.
    pub async fn set_dismissed(
        &self,
        key: &TenancyKey,
        problem: DismissalKey,
        dismissed: bool,
    ) -> Result<(), Error> {
        let key = key.clone();
        self.write("Could not write the dismissal to the journal", move |c| {
            let sql = match dismissed {
                true => "INSERT OR IGNORE INTO dismissed VALUES (?1, ?2, ?3)",
                false => "DELETE FROM dismissed WHERE tenancy = ?1 AND address = ?2 AND about = ?3",
            };
            c.execute(sql, params![key.0, problem.email, problem.problem_key]).map(drop)
        })
        .await
    }
}

/// Writes one snooze; the email is normalized.
fn write_snooze(
    c: &Connection,
    key: &TenancyKey,
    email: &str,
    snooze: Option<Snooze>,
) -> rusqlite::Result<usize> {
    let (until, before) = match snooze {
        None => {
            let sql = "DELETE FROM snooze WHERE tenancy = ?1 AND address = ?2";
            return c.execute(sql, params![key.0, email]);
        }
        Some(Snooze::Until(at)) => (Some(at.as_microsecond()), None),
        Some(Snooze::BeforeExpiry(left)) => (None, Some(left.as_secs())),
    };
    c.execute("INSERT OR REPLACE INTO snooze VALUES (?1, ?2, ?3, ?4)", params![key.0, email, until, before])
}

/// Deletes all annotations on an email, in every tenancy; the email is normalized.
pub(super) fn delete_annotations(c: &Connection, email: &str) -> rusqlite::Result<()> {
    for table in ["note", "snooze", "dismissed"] {
        c.execute(&format!("DELETE FROM {table} WHERE address = ?1"), [email])?;
    }
    Ok(())
}

fn read_annotations(c: &Connection, key: &TenancyKey) -> rusqlite::Result<Annotations> {
    let mut annotations = Annotations::default();
    let mut query = c.prepare("SELECT address, note FROM note WHERE tenancy = ?1")?;
    for note in query.query_map([&key.0], |row| Ok((row.get(0)?, row.get(1)?)))? {
        let (email, note): (String, String) = note?;
        annotations.notes.insert(email, note);
    }
    let mut query = c.prepare("SELECT address, until, before_expiry FROM snooze WHERE tenancy = ?1")?;
    for row in query.query_map([&key.0], |row| Ok((row.get(0)?, parse_snooze(row)?)))? {
        let (email, snooze): (String, Option<Snooze>) = row?;
        annotations.snoozes.extend(snooze.map(|snooze| (email, snooze)));
    }
    let mut query = c.prepare("SELECT address, about FROM dismissed WHERE tenancy = ?1")?;
    for dismissal in
        query.query_map([&key.0], |row| Ok(DismissalKey { email: row.get(0)?, problem_key: row.get(1)? }))?
    {
        annotations.dismissed.insert(dismissal?);
    }
    Ok(annotations)
}

fn parse_snooze(row: &Row<'_>) -> rusqlite::Result<Option<Snooze>> {
    let until = row.get::<_, Option<i64>>(1)?.and_then(|at| Timestamp::from_microsecond(at).ok());
    let before = row.get::<_, Option<i64>>(2)?.map(SignedDuration::from_secs);
    Ok(until.map(Snooze::Until).or(before.map(Snooze::BeforeExpiry)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn annotations_are_stored_by_tenancy_and_normalized_email() {
        let dir = tempfile::tempdir().expect("a folder");
        let (acme, other) = (TenancyKey("acme".into()), TenancyKey("other".into()));
        let monday = Snooze::Until("2024-06-10T00:00:00Z".parse().expect("a time"));
        let day = Snooze::BeforeExpiry(SignedDuration::from_hours(24));
        let typo = DismissalKey { email: "ed@gmial.com".into(), problem_key: "typo?".into() };
        let journal = Journal::open(dir.path()).expect("a journal");
        journal.set_note(&acme, "Ann@X.com", "old").await.expect("written");
        journal.set_note(&acme, "ann@x.com ", " on leave \u{1b} ").await.expect("written");
        journal.set_note(&acme, "bob@x.com", &"ü".repeat(501)).await.expect("written");
        journal.set_snooze(&acme, &["Ann@x.com".into()], Some(monday)).await.expect("written");
        journal.set_snooze(&acme, &["bob@x.com".into()], Some(day)).await.expect("written");
        journal.set_dismissed(&acme, typo.clone(), true).await.expect("written");
        journal.set_dismissed(&acme, typo.clone(), true).await.expect("written twice");
        journal.set_note(&other, "ann@x.com", "another tenancy").await.expect("written");
        drop(journal);

        let journal = Journal::open(dir.path()).expect("the same");
        let annotations = journal.annotations(&acme).await.expect("it reads");
        assert_eq!(annotations.note("ANN@x.com"), Some("on leave \u{1b}"));
        assert_eq!(annotations.note("bob@x.com").map(|note| note.chars().count()), Some(500));
        assert_eq!((annotations.snoozes["ann@x.com"], annotations.snoozes["bob@x.com"]), (monday, day));
        assert!(annotations.dismissed.contains(&typo));
        journal.move_note(&acme, "Bob@x.com", "rob@x.com", true).await.expect("moved");
        journal.move_note(&acme, "ann@x.com", "rob@x.com", false).await.expect("another is there");
        journal.move_note(&acme, "rob@x.com", "Robert@x.com", false).await.expect("moved");
        let copied = journal.annotations(&acme).await.expect("it reads");
        assert_eq!(copied.note("robert@x.com"), copied.note("bob@x.com"), "the first move kept it");
        assert_eq!((copied.note("ann@x.com"), copied.note("rob@x.com")), (Some("on leave \u{1b}"), None));
        journal.forget_email("robert@x.com").await.expect("forgotten");
        assert_eq!(journal.annotations(&acme).await.expect("it reads").note("robert@x.com"), None);
        journal.set_note(&acme, "bob@x.com", "  ").await.expect("deleted");
        journal.set_snooze(&acme, &["bob@x.com".into()], None).await.expect("deleted");
        journal.set_dismissed(&acme, typo, false).await.expect("deleted");
        journal.forget_email("Ann@x.com").await.expect("forgotten");
        assert_eq!(journal.annotations(&acme).await.expect("it reads"), Annotations::default());
        assert_eq!(journal.annotations(&other).await.expect("it reads"), Annotations::default());
        journal.verify().await.expect("it is consistent");
    }
}
