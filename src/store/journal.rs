//! Handle on the journal.
//! One thread owns the database; the handle sends it work and awaits the result, so no task blocks on the
//! disk. Written data is durable when a method returns `Ok`.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};
use serde::de::DeserializeOwned;

use super::database_thread::DatabaseThread;
use super::journal_file::{self, JournalFile, write_error};
use super::{journal_sql, last_call, schema};
use crate::domain::journal::{CallId, CallOutcome, Intent, JournalEntry};
use crate::domain::plan::{PlanState, Progress};
use crate::domain::{Error, Plan, PlanId, TenancyKey};

/// Maximum wait for the database to close: another process can keep it busy.
const MAX_CLOSE_WAIT: Duration = Duration::from_secs(1);
const RESULT_NOT_WRITTEN: &str = "Could not write the result of a request";

/// Handle on `journal.db`. Cheap to clone; the database is closed with the last clone.
#[derive(Debug, Clone)]
pub struct Journal {
    dir: Arc<Path>,
    thread: Arc<DatabaseThread<Connection>>,
    /// `None` for a copy in memory.
    file: Arc<Mutex<Option<JournalFile>>>,
}

/// Result of writing a new plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InsertResult {
    /// The plan is in the journal.
    Written,
    /// A plan with this id exists; nothing was written.
    AlreadyExists,
    /// A staged plan that the new plan replaces is no longer staged; nothing was written.
    NotStaged,
}

impl Journal {
    /// Opens the journal in a state folder and creates both if missing.
    ///
    /// # Errors
    ///
    /// Kind `Journal` if it cannot be opened, is no database, or is of a newer format.
    pub fn open(dir: &Path) -> Result<Journal, Error> {
        let connection = schema::open(dir)?;
        Journal::start(dir, connection, Some(JournalFile::new(dir)))
    }

    /// Opens the journal of a state folder for reading.
    /// Reads an unwritable journal from a copy in memory. Fails and creates nothing if there is no journal.
    pub fn open_read_only(dir: &Path) -> Result<Journal, Error> {
        let error = match Journal::open_existing(dir) {
            Ok(journal) => return Ok(journal),
            Err(error) => error,
        };
        match schema::open_copy(dir) {
            Ok(copy) => Journal::start(dir, copy, None),
            Err(_) => Err(error),
        }
    }

    fn start(dir: &Path, connection: Connection, file: Option<JournalFile>) -> Result<Journal, Error> {
        let thread = DatabaseThread::start("journal", connection, MAX_CLOSE_WAIT)
            .map_err(|e| write_error("Could not open the journal", e.to_string()))?;
        Ok(Journal { dir: dir.into(), thread: Arc::new(thread), file: Arc::new(Mutex::new(file)) })
    }

    /// Returns the state folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Writes a plan before any of its requests. The plan is durable on return.
    pub async fn insert(&self, plan: Plan, state: PlanState) -> Result<InsertResult, Error> {
        self.insert_replacing(plan, state, Vec::new()).await
    }

    /// Writes a plan and removes the staged plans that it replaces, in one transaction.
    /// A plan without steps is not written.
    pub async fn insert_replacing(
        &self,
        plan: Plan,
        state: PlanState,
        replaces: Vec<PlanId>,
    ) -> Result<InsertResult, Error> {
        self.write("Could not write the plan to the journal", move |c| {
            let transaction = c.transaction()?;
            for staged in replaces {
                if !journal_sql::remove_staged(&transaction, staged)? {
                    return Ok(InsertResult::NotStaged);
                }
            }
            if !plan.steps.is_empty() && !journal_sql::insert(&transaction, &plan, state)? {
                return Ok(InsertResult::AlreadyExists);
            }
            schema::mark_if_emptied(&transaction)?;
            transaction.commit()?;
            Ok(InsertResult::Written)
        })
        .await
    }

    /// Sets the state of a plan if the old state is one of `from`; returns true if it was.
    /// This keeps two consoles from running one plan.
    pub async fn set_state(
        &self,
        plan: PlanId,
        from: &'static [PlanState],
        to: PlanState,
    ) -> Result<bool, Error> {
        self.write("Could not write the state of the plan", move |c| {
            journal_sql::move_state(c, plan, from, to)
        })
        .await
    }

    /// Writes a request that is about to be made.
    /// The entry is durable on return. Only then may the request be made.
    pub async fn record_intent(&self, intent: Intent) -> Result<CallId, Error> {
        let dir = self.dir.clone();
        self.write("Could not write the request to the journal", move |c| {
            let call = journal_sql::insert_call(c, &intent)?;
            last_call::write_number(&dir, call);
            Ok(call)
        })
        .await
    }

    /// Writes the result of a request, or the later result of its reconciliation.
    pub async fn record_response(&self, call: CallId, outcome: CallOutcome) -> Result<(), Error> {
        self.write(RESULT_NOT_WRITTEN, move |c| journal_sql::record_response(c, call, &outcome)).await
    }

    /// Stores response and step progress in one transaction.
    /// Otherwise the request would be repeated after a crash in between.
    pub async fn record_result(
        &self,
        call: CallId,
        outcome: CallOutcome,
        plan: PlanId,
        step: usize,
        progress: &Progress,
    ) -> Result<(), Error> {
        let progress = progress.clone();
        self.write(RESULT_NOT_WRITTEN, move |c| {
            let transaction = c.transaction()?;
            journal_sql::record_response(&transaction, call, &outcome)?;
            journal_sql::set_progress(&transaction, plan, step, &progress)?;
            transaction.commit()
        })
        .await
    }

    /// Writes the progress of a step.
    pub async fn record_progress(&self, plan: PlanId, step: usize, progress: &Progress) -> Result<(), Error> {
        let progress = progress.clone();
        self.write("Could not write the outcome of a step", move |c| {
            journal_sql::set_progress(c, plan, step, &progress)
        })
        .await
    }

    /// Returns a plan, or `None` if no plan has this id.
    pub async fn entry(&self, plan: PlanId) -> Result<Option<JournalEntry>, Error> {
        self.read(move |c| journal_sql::entry(c, plan)).await
    }

    /// Returns the unfinished plans of a tenancy (staged, running, paused, stopped), newest first.
    pub async fn unfinished_entries(&self, key: &TenancyKey) -> Result<Vec<JournalEntry>, Error> {
        let key = key.clone();
        self.entries(move |c| journal_sql::plans(c, &key, true, usize::MAX)).await
    }

    /// Returns the newest plans of a tenancy, newest first.
    pub async fn list(&self, key: &TenancyKey, limit: usize) -> Result<Vec<JournalEntry>, Error> {
        let key = key.clone();
        self.entries(move |c| journal_sql::plans(c, &key, false, limit)).await
    }

    /// Returns the plans of a tenancy that are unfinished, or made a request since a time.
    pub async fn recent_entries(
        &self,
        key: &TenancyKey,
        since: Timestamp,
    ) -> Result<Vec<JournalEntry>, Error> {
        let key = key.clone();
        self.entries(move |c| journal_sql::recent_plans(c, &key, since)).await
    }

    /// Returns the selected plans with everything that is known of them.
    pub(super) async fn entries(
        &self,
        select: impl FnOnce(&Connection) -> rusqlite::Result<Vec<PlanId>> + Send + 'static,
    ) -> Result<Vec<JournalEntry>, Error> {
        self.read(move |c| {
            let entries = select(c)?.into_iter().map(|plan| journal_sql::entry(c, plan));
            entries.filter_map(rusqlite::Result::transpose).collect()
        })
        .await
    }

    /// Returns the stored JSON of a tenancy that `sql` selects. An unreadable one counts as none.
    pub(super) async fn tenancy_json<T: DeserializeOwned>(
        &self,
        sql: &'static str,
        key: &TenancyKey,
    ) -> Result<Option<T>, Error> {
        let key = key.clone();
        let text: Option<String> =
            self.read(move |c| c.query_row(sql, [key.0], |row| row.get(0)).optional()).await?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        self.write("Could not read the journal", move |c| work(c)).await
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        what: &'static str,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let (dir, file) = (self.dir.clone(), self.file.clone());
        let work = move |connection: &mut Connection| {
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            match file.as_mut().and_then(JournalFile::lost_reason) {
                Some(cause) => Err(journal_file::lost_error(what, &dir, cause)),
                None => {
                    let result = work(connection);
                    file.iter_mut().for_each(JournalFile::record_wal);
                    result.map_err(|error| journal_file::operation_error(what, &dir, &error))
                }
            }
        };
        let result = self.thread.run(work).await;
        result.unwrap_or_else(|| Err(write_error(what, "its thread has ended".to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::journal::CallResult;
    use crate::domain::plan::InviteVersion;
    use crate::domain::{Draft, Expiry, Identity, Invite, Method, Outcome, Step};

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    fn invite(name: &str) -> Invite {
        Invite {
            identity: Identity::parse(name).expect("an identity"),
            email: "Jane@Example.com".into(),
            message: "hello \u{1b}[31m".into(),
            expiry: Expiry::parse("2024-06-11T12:00:00Z"),
        }
    }

    fn plan(name: u128, tenancy: &str) -> Plan {
        let draft = Draft { email: "bob@job".into(), message: "welcome".into() };
        Plan {
            id: PlanId(uuid::Uuid::from_u128(name)),
            tenancy: TenancyKey(tenancy.into()),
            created_at: at("2024-06-01T12:00:00.123456789Z"),
            steps: vec![
                Step::Create { draft, known_versions: Some(vec![InviteVersion::from_invite(&invite("a"))]) },
                Step::Delete { invite: invite("b") },
            ],
            filter: "audit".into(),
        }
    }

    fn intent(plan: &Plan, step: usize, method: Method) -> Intent {
        let identity = plan.steps[step].target().map(|invite| invite.identity.clone());
        Intent { plan: plan.id, step, method, identity, requested_at: at("2024-06-01T12:00:01Z") }
    }

    #[tokio::test]
    async fn written_entries_survive_a_restart() {
        let dir = tempfile::tempdir().expect("a folder");
        let plan = plan(1, "acme");
        let journal = Journal::open(dir.path()).expect("a journal");
        assert_eq!(journal.insert(plan.clone(), PlanState::Staged).await, Ok(InsertResult::Written));
        assert_eq!(journal.insert(plan.clone(), PlanState::Staged).await, Ok(InsertResult::AlreadyExists));
        assert_eq!(journal.set_state(plan.id, &[PlanState::Staged], PlanState::Running).await, Ok(true));
        let first = journal.record_intent(intent(&plan, 0, Method::Post)).await.expect("written");
        let outcome = CallOutcome {
            result: CallResult::Succeeded,
            status: Some(200),
            request_id: Some("r-1".into()),
            responded_at: at("2024-06-01T12:00:02Z"),
        };
        journal.record_response(first, outcome.clone()).await.expect("written");
        let done = Progress {
            created: Some(invite("c")),
            outcome: Some(Outcome::Done),
            note: Some("as it should be".into()),
            ..Progress::default()
        };
        journal.record_progress(plan.id, 0, &done).await.expect("written");
        let second = journal.record_intent(intent(&plan, 1, Method::Delete)).await.expect("written");
        drop(journal);

        let journal = Journal::open(dir.path()).expect("the same journal");
        let entry = journal.entry(plan.id).await.expect("it reads").expect("it is there");
        assert_eq!(entry.plan, plan);
        assert_eq!(entry.state, PlanState::Running);
        assert_eq!(entry.progress, [done, Progress::default()]);
        assert_eq!(entry.calls[0].response, Some(outcome));
        assert_eq!(entry.open_call(0), None);
        assert_eq!(entry.open_call(1).map(|call| call.id), Some(second));
        assert_eq!(entry.calls[1].intent, intent(&plan, 1, Method::Delete));
        journal.verify().await.expect("it is consistent");
    }

    #[tokio::test]
    async fn dropped_journal_leaves_no_wal_file() {
        let dir = tempfile::tempdir().expect("a folder");
        let journal = Journal::open(dir.path()).expect("a journal");
        journal.insert(plan(1, "acme"), PlanState::Finished).await.expect("written");
        let wal = dir.path().join("journal.db-wal");
        assert!(wal.exists());
        drop(journal);
        assert!(!wal.exists(), "what was written is in journal.db itself");
    }

    #[tokio::test]
    async fn plan_state_changes_only_from_its_current_state() {
        let dir = tempfile::tempdir().expect("a folder");
        let (one, other) =
            (Journal::open(dir.path()).expect("a journal"), Journal::open(dir.path()).expect("the same"));
        let plan = plan(1, "acme");
        one.insert(plan.clone(), PlanState::Staged).await.expect("written");
        let claim: &'static [PlanState] = &[PlanState::Paused, PlanState::Staged];
        let both = [
            one.set_state(plan.id, claim, PlanState::Running).await.expect("an answer"),
            other.set_state(plan.id, claim, PlanState::Discarded).await.expect("an answer"),
        ];
        assert_eq!(both, [true, false]);
    }

    #[tokio::test]
    async fn unfinished_plans_are_listed_by_tenancy() {
        let dir = tempfile::tempdir().expect("a folder");
        let journal = Journal::open(dir.path()).expect("a journal");
        for (name, tenancy, state) in [
            (1, "acme", PlanState::Staged),
            (2, "acme", PlanState::Finished),
            (3, "acme", PlanState::Discarded),
            (4, "acme", PlanState::Paused),
            (5, "other", PlanState::Running),
        ] {
            journal.insert(plan(name, tenancy), state).await.expect("written");
        }
        let key = TenancyKey("acme".into());
        let names = |entries: Vec<JournalEntry>| -> Vec<u128> {
            entries.iter().map(|entry| entry.plan.id.0.as_u128()).collect()
        };
        assert_eq!(names(journal.unfinished_entries(&key).await.expect("it reads")), [1, 4]);
        assert_eq!(names(journal.list(&key, 3).await.expect("it reads")), [1, 2, 3]);
    }

    #[tokio::test]
    async fn later_result_keeps_the_recorded_status() {
        let dir = tempfile::tempdir().expect("a folder");
        let journal = Journal::open(dir.path()).expect("a journal");
        let plan = plan(1, "acme");
        journal.insert(plan.clone(), PlanState::Running).await.expect("written");
        let call = journal.record_intent(intent(&plan, 0, Method::Post)).await.expect("written");
        let outcome =
            |result, status| CallOutcome { result, status, request_id: None, responded_at: plan.created_at };
        journal.record_response(call, outcome(CallResult::NoResponse, Some(504))).await.expect("written");
        journal.record_response(call, outcome(CallResult::NoEffect, None)).await.expect("written");
        let entry = journal.entry(plan.id).await.expect("it reads").expect("it is there");
        assert_eq!(entry.calls[0].response, Some(outcome(CallResult::NoEffect, Some(504))));
        let missing = CallId(call.0 + 1);
        assert!(journal.record_response(missing, outcome(CallResult::Refused, None)).await.is_err());
    }
}
