//! The table view of each tenancy: its order and its columns.
//! If the view is lost, the user needs only a few keys to restore it.

use rusqlite::params;

use super::Journal;
use crate::domain::{Error, TablePrefs, TenancyKey};

impl Journal {
    /// Saves the table view of a tenancy.
    pub async fn save_table_prefs(&self, key: &TenancyKey, prefs: &TablePrefs) -> Result<(), Error> {
        let (key, text) = (key.clone(), serde_json::to_string(prefs).unwrap_or_default());
        self.write("Could not save the order and the columns of the table", move |c| {
            c.execute(
                "INSERT INTO view (tenancy, view) VALUES (?1, ?2) ON CONFLICT (tenancy) DO UPDATE SET view = ?2",
                params![key.0, text],
            )
            .map(drop)
        })
        .await
    }

    /// Returns the saved table view of a tenancy. An unreadable one counts as none.
    pub async fn table_prefs(&self, key: &TenancyKey) -> Result<Option<TablePrefs>, Error> {
        self.tenancy_json("SELECT view FROM view WHERE tenancy = ?1", key).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn table_prefs_are_per_tenancy_and_invalid_ones_ignored() {
        let dir = tempfile::tempdir().expect("a folder");
        let journal = Journal::open(dir.path()).expect("a journal");
        let key = TenancyKey("acme".into());
        let first = TablePrefs { reversed: true, ..TablePrefs::default() };
        let mut second = first.clone();
        second.columns.toggle(3);
        for prefs in [&first, &second] {
            journal.save_table_prefs(&key, prefs).await.expect("kept");
            assert_eq!(journal.table_prefs(&key).await.expect("it reads"), Some(prefs.clone()));
        }
        assert_eq!(journal.table_prefs(&TenancyKey("other".into())).await.expect("it reads"), None);
        let raw = rusqlite::Connection::open(dir.path().join("journal.db")).expect("it is there");
        raw.execute("UPDATE view SET view = replace(view, 'sent', 'colour')", []).expect("changed");
        assert_eq!(journal.table_prefs(&key).await.expect("it reads"), None);
    }
}
