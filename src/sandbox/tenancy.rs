//! One tenancy: its pending invites and its members, changed in the database first and in memory after.
//! What HTTP says about it, and who may ask, is decided elsewhere.

use std::path::Path;

use jiff::Timestamp;
use uuid::Uuid;

use super::database::Database;
use super::rows::{Member, Row, Rows};
use super::seed;
use super::settings::SandboxError;

/// The invites, the members, and where they last.
#[derive(Debug)]
pub(super) struct Tenancy {
    rows: Rows,
    members: Vec<Member>,
    database: Option<Database>,
}

impl Tenancy {
    /// A tenancy in memory alone, or the one in the file; a new file is filled with a seeded one.
    pub(super) fn open(db: Option<&Path>, invites: usize, now: Timestamp) -> Result<Tenancy, SandboxError> {
        let Some(path) = db else {
            return Ok(Tenancy { rows: seed::rows(invites, now), members: seed::members(), database: None });
        };
        let (mut database, new) = Database::open(path)?;
        if new {
            database.fill(&seed::rows(invites, now), &seed::members())?;
        }
        let (rows, members) = database.load()?;
        Ok(Tenancy { rows, members, database: Some(database) })
    }

    /// Lets go of the file. To be called when no answer leaves any more: what comes later does not last.
    pub(super) fn close(&mut self) {
        self.database = None;
    }

    pub(super) fn rows(&self) -> &Rows {
        &self.rows
    }

    pub(super) fn members(&self) -> &[Member] {
        &self.members
    }

    pub(super) fn create(&mut self, row: Row) -> Result<(), SandboxError> {
        if let Some(database) = &self.database {
            database.create(&row)?;
        }
        self.rows.push(row);
        Ok(())
    }

    /// The same invite with another message and expiry.
    pub(super) fn renew(&mut self, row: Row) -> Result<(), SandboxError> {
        if let Some(database) = &self.database {
            database.renew(&row)?;
        }
        self.rows.replace(row);
        Ok(())
    }

    /// `None` when there is no such invite.
    pub(super) fn delete(&mut self, uuid: Uuid) -> Result<Option<Row>, SandboxError> {
        if let (Some(database), Some(row)) = (&self.database, self.rows.get(uuid)) {
            database.delete(row)?;
        }
        Ok(self.rows.remove(uuid))
    }

    /// What the link in the letter does: the invite goes and a member comes.
    pub(super) fn accept(&mut self, uuid: Uuid) -> Result<Option<Row>, SandboxError> {
        let Some(row) = self.rows.get(uuid) else { return Ok(None) };
        let member = Member {
            uuid: Uuid::new_v4(),
            name: row.email.split('@').next().unwrap_or_default().replace('.', " "),
            email: row.email.to_string(),
            active: true,
            role: "USER".to_owned(),
        };
        if let Some(database) = &mut self.database {
            database.accept(row, &member)?;
        }
        self.members.push(member);
        Ok(self.rows.remove(uuid))
    }
}
