//! Stores the rows in a SQLite file, so that a sandbox can restart with the same tenancy.
//! The file is written before each response is sent, and read once at the start.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, Statement, params};
use uuid::Uuid;

use super::invite_table::{InviteRow, InviteTable, Member};
use super::settings::SandboxError;
use super::workdir::create_new_file;

const VERSION: i64 = 1;
const SCHEMA: &str = include_str!("tables.sql");

const INSERT: &str = "INSERT INTO invites (place, uuid, email, message, expiry) VALUES (?1, ?2, ?3, ?4, ?5)";
const INSERT_MEMBER: &str =
    "INSERT INTO members (uuid, name, email, active, role) VALUES (?1, ?2, ?3, ?4, ?5)";

/// The open database.
#[derive(Debug)]
pub(super) struct Database(Connection);

impl Database {
    /// Opens or creates the file. Returns `true` if it is new and must be filled.
    pub(super) fn open(path: &Path) -> Result<(Database, bool), SandboxError> {
        if !path.exists() {
            // Created here, because SQLite would make the file readable for other users.
            create_new_file(path).map_err(|error| SandboxError::file(path, error))?;
        }
        let connection = Connection::open(path)?;
        // Only one sandbox may use the file, because rows are read only at the start.
        connection.busy_timeout(Duration::from_millis(300))?;
        connection.pragma_update(None, "locking_mode", "exclusive")?;
        let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        let is_new = match (version, tables) {
            (VERSION, _) => false,
            (0, 0) => true,
            _ => return Err(SandboxError::DatabaseVersion(version)),
        };
        connection.pragma_update(None, "journal_mode", "wal")?;
        Ok((Database(connection), is_new))
    }

    /// Fills a new file in one transaction: a killed sandbox leaves an empty file, not half a tenancy.
    pub(super) fn fill(&mut self, rows: &InviteTable, members: &[Member]) -> Result<(), SandboxError> {
        let transaction = self.0.transaction()?;
        transaction.execute_batch(SCHEMA)?;
        // Prepared once: there may be a million rows.
        let mut statement = transaction.prepare(INSERT)?;
        for row in rows.all() {
            insert(&mut statement, row)?;
        }
        let mut member_statement = transaction.prepare(INSERT_MEMBER)?;
        for member in members {
            insert_member(&mut member_statement, member)?;
        }
        drop((statement, member_statement));
        Ok(transaction.commit()?)
    }

    /// Reads all rows.
    pub(super) fn load(&self) -> Result<(InviteTable, Vec<Member>), SandboxError> {
        let mut rows = InviteTable::default();
        let mut query =
            self.0.prepare("SELECT place, uuid, email, message, expiry FROM invites ORDER BY place")?;
        let mut results = query.query([])?;
        while let Some(row) = results.next()? {
            rows.push(InviteRow {
                order: row.get(0)?,
                uuid: Uuid::from_bytes(row.get(1)?),
                email: row.get::<_, String>(2)?.into(),
                message: row.get::<_, String>(3)?.into(),
                expiry: row.get(4)?,
            });
        }
        let mut query =
            self.0.prepare("SELECT uuid, name, email, active, role FROM members ORDER BY place")?;
        let members = query.query_map([], |row| {
            Ok(Member {
                uuid: Uuid::from_bytes(row.get(0)?),
                name: row.get(1)?,
                email: row.get(2)?,
                active: row.get(3)?,
                role: row.get(4)?,
            })
        })?;
        Ok((rows, members.collect::<Result<_, _>>()?))
    }

    pub(super) fn create(&self, row: &InviteRow) -> Result<(), SandboxError> {
        Ok(insert(&mut self.0.prepare(INSERT)?, row).map(drop)?)
    }

    pub(super) fn renew(&self, row: &InviteRow) -> Result<(), SandboxError> {
        let sql = "UPDATE invites SET message = ?2, expiry = ?3 WHERE place = ?1";
        self.0.execute(sql, params![row.order, row.message, row.expiry])?;
        Ok(())
    }

    pub(super) fn delete(&self, row: &InviteRow) -> Result<(), SandboxError> {
        self.0.execute("DELETE FROM invites WHERE place = ?1", [row.order])?;
        Ok(())
    }

    /// Replaces the invite by a member in one transaction.
    pub(super) fn accept(&mut self, row: &InviteRow, member: &Member) -> Result<(), SandboxError> {
        let transaction = self.0.transaction()?;
        transaction.execute("DELETE FROM invites WHERE place = ?1", [row.order])?;
        insert_member(&mut transaction.prepare(INSERT_MEMBER)?, member)?;
        Ok(transaction.commit()?)
    }
}

fn insert(statement: &mut Statement<'_>, row: &InviteRow) -> rusqlite::Result<usize> {
    statement.execute(params![row.order, row.uuid.as_bytes(), row.email, row.message, row.expiry])
}

fn insert_member(statement: &mut Statement<'_>, member: &Member) -> rusqlite::Result<usize> {
    statement.execute(params![member.uuid.as_bytes(), member.name, member.email, member.active, member.role])
}
