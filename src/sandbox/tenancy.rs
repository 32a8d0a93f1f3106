//! A tenancy: its invites and members. Changes go to the database first, then to memory.

use std::path::Path;

use jiff::Timestamp;
use uuid::Uuid;

use super::database::Database;
use super::invite_table::{InviteRow, InviteTable, Member};
use super::seed;
use super::settings::SandboxError;

/// Invites, members, and their database.
#[derive(Debug)]
pub(super) struct Tenancy {
    rows: InviteTable,
    members: Vec<Member>,
    database: Option<Database>,
}

impl Tenancy {
    /// Returns a tenancy in memory only, or the one in the file; a new file is filled with sample data.
    pub(super) fn open(db: Option<&Path>, invites: usize, now: Timestamp) -> Result<Tenancy, SandboxError> {
        let Some(path) = db else {
            return Ok(Tenancy { rows: seed::rows(invites, now), members: seed::members(), database: None });
        };
        let (mut database, is_new) = Database::open(path)?;
        if is_new {
            database.fill(&seed::rows(invites, now), &seed::members())?;
        }
        let (rows, members) = database.load()?;
        Ok(Tenancy { rows, members, database: Some(database) })
    }

    /// Closes the database. Later changes are not stored, so no more responses may be sent.
    pub(super) fn close(&mut self) {
        self.database = None;
    }

    pub(super) fn rows(&self) -> &InviteTable {
        &self.rows
    }

    pub(super) fn members(&self) -> &[Member] {
        &self.members
    }

    pub(super) fn create(&mut self, row: InviteRow) -> Result<(), SandboxError> {
        if let Some(database) = &self.database {
            database.create(&row)?;
        }
        self.rows.push(row);
        Ok(())
    }

    /// Replaces message and expiry of an invite.
    pub(super) fn renew(&mut self, row: InviteRow) -> Result<(), SandboxError> {
        if let Some(database) = &self.database {
            database.renew(&row)?;
        }
        self.rows.replace(row);
        Ok(())
    }

    /// Removes an invite; `None` if it does not exist.
    pub(super) fn delete(&mut self, uuid: Uuid) -> Result<Option<InviteRow>, SandboxError> {
        if let (Some(database), Some(row)) = (&self.database, self.rows.get(uuid)) {
            database.delete(row)?;
        }
        Ok(self.rows.remove(uuid))
    }

    /// Accepts an invite: removes it and adds a member.
    pub(super) fn accept(&mut self, uuid: Uuid) -> Result<Option<InviteRow>, SandboxError> {
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
