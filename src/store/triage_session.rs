//! The triage session of each tenancy. Part of the journal's file, because decisions must not be lost.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::Journal;
use crate::domain::{Error, TenancyKey, TriageSession};

impl Journal {
    /// Saves the triage session of a tenancy unless a newer version is stored.
    /// Of two concurrent writes, the newer version may arrive first. Another session is replaced only if
    /// `replaces_others` is true.
    pub async fn save_triage(
        &self,
        key: &TenancyKey,
        session: &TriageSession,
        replaces_others: bool,
    ) -> Result<(), Error> {
        let (key, started_at, version) = (key.clone(), session.started_at.to_string(), session.version);
        let text = serde_json::to_string(session).unwrap_or_default();
        self.write("Could not save the triage session", move |c| {
            c.execute(
                "INSERT INTO walk (tenancy, begun, version, walk) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (tenancy) DO UPDATE SET begun = ?2, version = ?3, walk = ?4
                 WHERE CASE WHEN begun = ?2 THEN version <= ?3 ELSE ?5 END",
                params![key.0, started_at, version as i64, text, replaces_others],
            )
            .map(drop)
        })
        .await
    }

    /// Returns the unfinished triage session of a tenancy. An unreadable one counts as none.
    pub async fn triage(&self, key: &TenancyKey) -> Result<Option<TriageSession>, Error> {
        self.tenancy_json("SELECT walk FROM walk WHERE tenancy = ?1", key).await
    }

    /// Deletes the triage session of a tenancy that started at this time.
    pub async fn clear_triage(&self, key: &TenancyKey, started_at: Timestamp) -> Result<(), Error> {
        let (key, started_at) = (key.clone(), started_at.to_string());
        self.write("Could not delete the triage session", move |c| {
            c.execute("DELETE FROM walk WHERE tenancy = ?1 AND begun = ?2", [key.0, started_at]).map(drop)
        })
        .await
    }
}

/// Removes the drafts to an email from all triage sessions; returns the number of changed sessions.
pub(super) fn remove_drafts_to(c: &Connection, email: &str) -> rusqlite::Result<usize> {
    let mut query = c.prepare("SELECT tenancy, walk FROM walk")?;
    let sessions = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let sessions: Vec<(String, String)> = sessions.collect::<rusqlite::Result<_>>()?;
    let mut changed = 0;
    for (tenancy, text) in sessions {
        let Ok(mut session) = serde_json::from_str::<TriageSession>(&text) else { continue };
        if session.remove_drafts_to(email) {
            let text = serde_json::to_string(&session).unwrap_or_default();
            changed += c.execute("UPDATE walk SET walk = ?2 WHERE tenancy = ?1", params![tenancy, text])?;
        }
    }
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Identity;

    #[tokio::test]
    async fn newer_triage_session_wins_in_any_order() {
        let dir = tempfile::tempdir().expect("a folder");
        let journal = Journal::open(dir.path()).expect("a journal");
        let key = TenancyKey("acme".into());
        let mut session =
            TriageSession::new(vec![Identity::parse("a").expect("usable")], Timestamp::UNIX_EPOCH);
        let older = session.clone();
        session.move_to(1);
        journal.save_triage(&key, &session, true).await.expect("kept");
        journal.save_triage(&key, &older, true).await.expect("kept");
        assert_eq!(journal.triage(&key).await.expect("it reads"), Some(session));
        assert_eq!(journal.triage(&TenancyKey("other".into())).await.expect("it reads"), None);
        journal.clear_triage(&key, older.started_at).await.expect("forgotten");
        assert_eq!(journal.triage(&key).await.expect("it reads"), None);
    }

    #[tokio::test]
    async fn other_triage_session_is_neither_replaced_nor_deleted() {
        let dir = tempfile::tempdir().expect("a folder");
        let journal = Journal::open(dir.path()).expect("a journal");
        let key = TenancyKey("acme".into());
        let session = |second| {
            let rows = vec![Identity::parse("a").expect("usable")];
            TriageSession::new(rows, Timestamp::from_second(second).expect("a time"))
        };
        let (first, second) = (session(1), session(2));
        journal.save_triage(&key, &first, false).await.expect("kept");
        journal.save_triage(&key, &second, false).await.expect("ignored");
        journal.clear_triage(&key, second.started_at).await.expect("ignored");
        assert_eq!(journal.triage(&key).await.expect("it reads"), Some(first.clone()));
        journal.save_triage(&key, &second, true).await.expect("kept");
        journal.clear_triage(&key, first.started_at).await.expect("ignored");
        assert_eq!(journal.triage(&key).await.expect("it reads"), Some(second));
    }

    #[tokio::test]
    async fn forgotten_email_is_removed_from_triage_sessions() {
        use crate::domain::Draft;
        use crate::domain::triage::Decision;
        let dir = tempfile::tempdir().expect("a folder");
        let journal = Journal::open(dir.path()).expect("a journal");
        let key = TenancyKey("acme".into());
        let rows = ["a", "b"].map(|name| Identity::parse(name).expect("usable"));
        let mut session = TriageSession::new(rows.into(), Timestamp::UNIX_EPOCH);
        for (row, email) in ["Jane@Job", "bob@job"].into_iter().enumerate() {
            session.decide(&[row], &Decision::Edit(Draft { email: email.into(), message: String::new() }));
        }
        journal.save_triage(&key, &session, true).await.expect("kept");
        journal.forget_email("jane@job").await.expect("forgotten");
        let query = journal.triage(&key).await.expect("it reads").expect("it is there");
        assert_eq!((query.decisions[0].clone(), query.decision_counts().edit), (None, 1));
    }
}
