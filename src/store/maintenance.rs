//! The journal as an archive: lists and verifies all plans of all tenancies, and removes plans and emails.
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

/// Result of removing an email.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ForgetResult {
    /// The email was removed.
    Done {
        /// Removed steps.
        steps: usize,
        /// Plans without other steps, which were removed too.
        plans: usize,
    },
    /// This unfinished plan contains the email; nothing was removed.
    Unfinished(PlanId, PlanState),
}

impl Journal {
    /// Opens the journal of a state folder. Fails and creates nothing if there is none.
    pub fn open_existing(folder: &Path) -> std::result::Result<Journal, Error> {
        check_not_lost(folder, || is_missing(folder))?;
        if folder.join("journal.db").is_file() {
            return Journal::open(folder);
        }
        Err(Error::new(
            ErrorKind::Journal,
            "Could not open the journal",
            format!("there is no journal yet in {}", folder.display()),
            "It is created with the first change.",
        ))
    }

    /// Returns the newest plans of all tenancies, newest first.
    pub async fn newest(&self, limit: usize) -> std::result::Result<Vec<JournalEntry>, Error> {
        self.read(move |c| {
            let plans = journal_sql::all_plans(c)?.into_iter().take(limit);
            let entries: Result<Vec<_>> = plans.map(|plan| journal_sql::entry(c, plan)).collect();
            Ok(entries?.into_iter().flatten().collect())
        })
        .await
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
        found.await?.map_err(|complaint| damaged_error("The journal is damaged", self.dir(), &complaint))
    }

    /// Removes finished and discarded plans made before a moment; returns how many.
    pub async fn prune(&self, before: Timestamp) -> std::result::Result<usize, Error> {
        let folder = self.dir().to_owned();
        let pruned = self
            .write("Could not prune the journal", move |c| {
                last_call::delete_number(&folder);
                let change = c.transaction()?;
                let pruned = journal_sql::prune(&change, before)?;
                schema::mark_if_emptied(&change)?;
                change.commit()?;
                Ok(pruned)
            })
            .await?;
        self.vacuum().await?;
        Ok(pruned)
    }

    /// Removes every step about an email from the finished and discarded plans, and its annotations.
    pub async fn forget_email(&self, address: &str) -> std::result::Result<ForgetResult, Error> {
        let address = email::normalize(address);
        let folder = self.dir().to_owned();
        let done = self
            .write("Could not remove the email from the journal", move |c| {
                last_call::delete_number(&folder);
                remove_email(c, &address)
            })
            .await?;
        self.vacuum().await?;
        Ok(done)
    }

    /// Overwrites removed data: free pages, and the `-wal` file.
    async fn vacuum(&self) -> std::result::Result<(), Error> {
        let what = "Removed data may still be in the journal's files";
        let busy = self.write(what, |c| {
            c.execute_batch("VACUUM")?;
            c.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0))
        });
        let again = |why: String| {
            let next = "Close every other guestlist on this machine and run the command again.";
            Error::new(ErrorKind::Journal, what, why, next)
        };
        match busy.await {
            Ok(false) => Ok(()),
            Ok(true) => Err(again("another guestlist is reading it".into())),
            Err(failure) => Err(again(failure.cause)),
        }
    }
}

fn count_entries(c: &Connection) -> Result<std::result::Result<JournalCounts, String>> {
    let mut counted = JournalCounts::default();
    for plan in journal_sql::all_plans(c)? {
        let Some(entry) = journal_sql::entry(c, plan)? else { continue };
        if let Some(call) = entry.calls.iter().find(|call| call.intent.step >= entry.plan.steps.len()) {
            return Ok(Err(format!("call {} belongs to no step of plan {plan}", call.id.0)));
        }
        counted.plans += 1;
        counted.steps += entry.plan.steps.len();
        counted.calls += entry.calls.len();
    }
    Ok(Ok(counted))
}

fn remove_email(c: &mut Connection, address: &str) -> Result<ForgetResult> {
    // Holds the write lock from the first read to the last removal: otherwise a plan could start in between.
    let change = c.transaction_with_behavior(TransactionBehavior::Immediate)?;
    change.execute_batch("PRAGMA defer_foreign_keys = ON")?;
    let (mut steps, mut plans) = (0, 0);
    for plan in journal_sql::all_plans(&change)? {
        let Some(entry) = journal_sql::entry(&change, plan)? else { continue };
        let about: Vec<usize> = (0..entry.plan.steps.len())
            .filter(|place| concerns_email(&entry.plan.steps[*place], &entry.progress[*place], address))
            .collect();
        let filtered = entry.plan.filter.to_lowercase().contains(address);
        if about.is_empty() && !filtered {
            continue;
        }
        if !matches!(entry.state, PlanState::Finished | PlanState::Discarded) {
            return Ok(ForgetResult::Unfinished(plan, entry.state));
        }
        if filtered {
            change.execute("UPDATE plan SET filter = '' WHERE id = ?1", [plan.to_string()])?;
        }
        steps += about.len();
        if about.len() == entry.plan.steps.len() {
            plans += 1;
            change.execute("DELETE FROM plan WHERE id = ?1", [plan.to_string()])?;
        } else {
            remove_steps(&change, plan, entry.plan.steps.len(), &about)?;
        }
    }
    annotations::delete_annotations(&change, address)?;
    triage_session::remove_drafts_to(&change, address)?;
    schema::mark_if_emptied(&change)?;
    change.commit()?;
    Ok(ForgetResult::Done { steps, plans })
}

/// True if this is any of the emails of a step, of the old or the new invite.
fn concerns_email(step: &Step, progress: &Progress, address: &str) -> bool {
    let target = step.target().map(|invite| invite.email.as_str());
    let created = progress.created.as_ref().map(|invite| invite.email.as_str());
    let addresses = [Some(step.email()), target, created];
    addresses.into_iter().flatten().any(|other| email::normalize(other) == address)
}

/// Removes steps and closes the gaps: requests refer to a step by its position.
fn remove_steps(c: &Connection, plan: PlanId, count: usize, about: &[usize]) -> Result<()> {
    let plan = plan.to_string();
    let mut next = 0_i64;
    for place in 0..count {
        let from = place as i64;
        if about.contains(&place) {
            c.execute("DELETE FROM step WHERE plan = ?1 AND place = ?2", params![plan, from])?;
            continue;
        }
        if from != next {
            let moved = params![plan, from, next];
            c.execute("UPDATE step SET place = ?3 WHERE plan = ?1 AND place = ?2", moved)?;
            c.execute("UPDATE call SET step = ?3 WHERE plan = ?1 AND step = ?2", moved)?;
        }
        next += 1;
    }
    Ok(())
}
