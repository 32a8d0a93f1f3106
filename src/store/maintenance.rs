//! Lists and verifies the plans of all tenancies, and removes plans and emails from the journal.
//! Removed data is also overwritten in the files.

use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, Result, TransactionBehavior, params};

use super::journal::Journal;
use super::journal_file::{check_not_lost, damaged_error, is_missing};
use super::{annotations, journal_sql, last_call, schema, triage_session};
use crate::domain::journal::JournalEntry;
use crate::domain::plan::{PlanState, Progress};
use crate::domain::{Error, ErrorKind, PlanId, Step, email};

/// Number of entries in a journal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JournalCounts {
    /// Plans of all tenancies.
    pub plans: usize,
    /// Steps of these plans.
    pub steps: usize,
    /// HTTP requests of the steps.
    pub calls: usize,
}

/// Numbers of steps and plans that were removed for one email.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForgetReport {
    /// Number of removed steps.
    pub steps: usize,
    /// Number of plans removed because they had no other steps.
    pub plans: usize,
}

impl Journal {
    /// Opens the journal of a state folder. Fails and creates nothing if there is no journal.
    pub fn open_existing(dir: &Path) -> std::result::Result<Journal, Error> {
        check_not_lost(dir, || is_missing(dir))?;
        if dir.join("journal.db").is_file() {
            return Journal::open(dir);
        }
        Err(Error::new(
            ErrorKind::Journal,
            "Could not open the journal",
            format!("there is no journal yet in {}", dir.display()),
            "It is created with the first change.",
        ))
    }

    /// Returns the newest plans of all tenancies, newest first.
    pub async fn newest_entries(&self, limit: usize) -> std::result::Result<Vec<JournalEntry>, Error> {
        self.entries(move |c| Ok(journal_sql::all_plans(c)?.into_iter().take(limit).collect())).await
    }

    /// Reads the whole file and every entry.
    ///
    /// # Errors
    ///
    /// The first problem found.
    pub async fn verify(&self) -> std::result::Result<JournalCounts, Error> {
        let found = self.read(|c| {
            let check: String = c.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
            if check != "ok" {
                return Ok(Err(check));
            }
            if c.prepare("PRAGMA foreign_key_check")?.exists([])? {
                return Ok(Err("a row belongs to no plan".to_owned()));
            }
            count_entries(c)
        });
        found.await?.map_err(|problem| damaged_error("The journal is damaged", self.dir(), &problem))
    }

    /// Removes finished and discarded plans made before a time; returns their number.
    pub async fn prune(&self, before: Timestamp) -> std::result::Result<usize, Error> {
        let dir = self.dir().to_owned();
        let removed = self
            .write("Could not prune the journal", move |c| {
                last_call::delete_number(&dir);
                let transaction = c.transaction()?;
                let removed = journal_sql::prune(&transaction, before)?;
                schema::mark_if_emptied(&transaction)?;
                transaction.commit()?;
                Ok(removed)
            })
            .await?;
        self.vacuum().await?;
        Ok(removed)
    }

    /// Removes every step about an email from the finished and discarded plans, and its annotations.
    ///
    /// # Errors
    ///
    /// Kind `Refused` if no email is given or an unfinished plan contains it; then nothing was removed.
    pub async fn forget_email(&self, email: &str) -> std::result::Result<ForgetReport, Error> {
        const WHAT: &str = "Could not remove the email from the journal";
        let refused_error = |reason: String, hint| Error::new(ErrorKind::Refused, WHAT, reason, hint);
        let email = email::normalize(email);
        if email.is_empty() {
            return Err(refused_error("no email was given".into(), "Give the email."));
        }
        let dir = self.dir().to_owned();
        let result = self.write(WHAT, move |c| remove_email(c, &dir, &email)).await?;
        let report = result.map_err(|(plan, state)| {
            let reason = format!("plan {plan} contains the email and is unfinished ({})", state.label());
            refused_error(reason, "Resume or discard that plan first.")
        })?;
        self.vacuum().await?;
        Ok(report)
    }

    /// Overwrites removed data: free pages, and the `-wal` file.
    async fn vacuum(&self) -> std::result::Result<(), Error> {
        let what = "Removed data may still be in the journal's files";
        let busy = self.write(what, |c| {
            c.execute_batch("VACUUM")?;
            c.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0))
        });
        let incomplete_error = |cause: String| {
            let hint = "Close all other guestlist processes on this machine and run the command again.";
            Error::new(ErrorKind::Journal, what, cause, hint)
        };
        match busy.await {
            Ok(false) => Ok(()),
            Ok(true) => Err(incomplete_error("another guestlist process is reading it".into())),
            Err(error) => Err(incomplete_error(error.cause)),
        }
    }
}

fn count_entries(c: &Connection) -> Result<std::result::Result<JournalCounts, String>> {
    let mut counts = JournalCounts::default();
    for plan in journal_sql::all_plans(c)? {
        let Some(entry) = journal_sql::entry(c, plan)? else { continue };
        if let Some(call) = entry.calls.iter().find(|call| call.intent.step >= entry.plan.steps.len()) {
            return Ok(Err(format!("request {} belongs to no step of plan {plan}", call.id.0)));
        }
        counts.plans += 1;
        counts.steps += entry.plan.steps.len();
        counts.calls += entry.calls.len();
    }
    Ok(Ok(counts))
}

/// Removes an email. Returns the plan that prevents the removal, if there is one; then nothing changes.
fn remove_email(
    c: &mut Connection,
    dir: &Path,
    email: &str,
) -> Result<std::result::Result<ForgetReport, (PlanId, PlanState)>> {
    // Holds the write lock from the first read to the last removal: otherwise a plan could start in between.
    let transaction = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch("PRAGMA defer_foreign_keys = ON")?;
    let (mut steps, mut plans) = (0, 0);
    for plan in journal_sql::all_plans(&transaction)? {
        let Some(entry) = journal_sql::entry(&transaction, plan)? else { continue };
        let indexes: Vec<usize> = (0..entry.plan.steps.len())
            .filter(|index| concerns_email(&entry.plan.steps[*index], &entry.progress[*index], email))
            .collect();
        let filtered = entry.plan.filter.to_lowercase().contains(email);
        if indexes.is_empty() && !filtered {
            continue;
        }
        if !matches!(entry.state, PlanState::Finished | PlanState::Discarded) {
            return Ok(Err((plan, entry.state)));
        }
        if filtered {
            transaction.execute("UPDATE plan SET filter = '' WHERE id = ?1", [plan.to_string()])?;
        }
        steps += indexes.len();
        if indexes.len() == entry.plan.steps.len() {
            plans += 1;
            transaction.execute("DELETE FROM plan WHERE id = ?1", [plan.to_string()])?;
        } else {
            remove_steps(&transaction, plan, entry.plan.steps.len(), &indexes)?;
        }
    }
    annotations::delete_annotations(&transaction, email)?;
    triage_session::remove_drafts_to(&transaction, email)?;
    schema::mark_if_emptied(&transaction)?;
    last_call::delete_number(dir);
    transaction.commit()?;
    Ok(Ok(ForgetReport { steps, plans }))
}

/// True if the old or the new invite of a step has this email.
fn concerns_email(step: &Step, progress: &Progress, email: &str) -> bool {
    let target = step.target().map(|invite| invite.email.as_str());
    let created = progress.created.as_ref().map(|invite| invite.email.as_str());
    let emails = [Some(step.email()), target, created];
    emails.into_iter().flatten().any(|other| email::normalize(other) == email)
}

/// Removes steps and renumbers the others, because requests refer to a step by its position.
fn remove_steps(c: &Connection, plan: PlanId, count: usize, indexes: &[usize]) -> Result<()> {
    let plan = plan.to_string();
    let mut new_index = 0_i64;
    for index in 0..count {
        let old_index = index as i64;
        if indexes.contains(&index) {
            c.execute("DELETE FROM step WHERE plan = ?1 AND place = ?2", params![plan, old_index])?;
            continue;
        }
        if old_index != new_index {
            let values = params![plan, old_index, new_index];
            c.execute("UPDATE step SET place = ?3 WHERE plan = ?1 AND place = ?2", values)?;
            c.execute("UPDATE call SET step = ?3 WHERE plan = ?1 AND step = ?2", values)?;
        }
        new_index += 1;
    }
    Ok(())
}
