//! Lists, verifies and clears journal and cache without a server, for the command line.
//! Needs no token and makes no requests. A service task uses its own handle on the journal.

use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::domain::journal::JournalEntry;
use crate::domain::plan::PlanState;
use crate::domain::text::sanitize;
use crate::domain::{Draft, Error, ErrorKind, PlanId};
use crate::store::{self, ForgetResult, Journal, LockResult, TenancyLock};

/// Number of entries in a valid journal.
pub use crate::store::JournalCounts;

/// Numbers of steps and plans that were removed for one email.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForgetReport {
    /// Number of removed steps.
    pub steps: usize,
    /// Number of plans removed because they had no other steps.
    pub plans: usize,
}

/// A discarded plan.
#[derive(Debug, Clone, PartialEq)]
pub struct DiscardReport {
    /// The plan's entry after the discard.
    pub entry: JournalEntry,
    /// Drafts for the emails that are not re-invited: the old invite was deleted and no new invite was
    /// created.
    pub missing_invites: Vec<Draft>,
}

/// Returns the newest plans of all tenancies, newest first.
/// Like all functions of this module, fails with kind `Journal` and creates nothing if there is no journal.
pub async fn list(state_dir: &Path, limit: usize) -> Result<Vec<JournalEntry>, Error> {
    Journal::open_read_only(state_dir)?.newest_entries(limit).await
}

/// Reads the whole journal and counts its entries.
pub async fn verify(state_dir: &Path) -> Result<JournalCounts, Error> {
    Journal::open_read_only(state_dir)?.verify().await
}

/// Removes finished and discarded plans made before a time; returns their number.
/// Also overwrites their data in the files.
pub async fn prune(state_dir: &Path, before: Timestamp) -> Result<usize, Error> {
    Journal::open_existing(state_dir)?.prune(before).await
}

/// Removes everything about an email, and overwrites the data in the files.
/// Includes the old invites of replacements. Fails with kind `Refused` and removes nothing if an unfinished
/// plan contains the email. Does not search the messages of other invites.
pub async fn forget(state_dir: &Path, email: &str) -> Result<ForgetReport, Error> {
    if email.trim().is_empty() {
        return Err(forget_error("no email was given".into(), "Give the email."));
    }
    match Journal::open_existing(state_dir)?.forget_email(email).await? {
        ForgetResult::Done { steps, plans } => Ok(ForgetReport { steps, plans }),
        ForgetResult::Unfinished(plan, plan_state) => {
            let reason = format!("plan {plan} contains the email and is unfinished ({})", plan_state.label());
            Err(forget_error(reason, "Resume or discard that plan first."))
        }
    }
}

/// Discards a plan that is not running, so that it makes no more requests.
/// Takes the tenancy's lock. Fails if another process runs a plan of this tenancy.
pub async fn discard_plan(state_dir: &Path, plan: PlanId) -> Result<DiscardReport, Error> {
    const DISCARDABLE_STATES: &[PlanState] =
        &[PlanState::Staged, PlanState::Running, PlanState::Paused, PlanState::Stopped];
    let journal = Journal::open_existing(state_dir)?;
    let entry = journal.entry(plan).await?.ok_or_else(|| unknown_plan_error(plan))?;
    let _lock = match TenancyLock::try_lock(state_dir, &entry.plan.tenancy)? {
        LockResult::Acquired(lock) => lock,
        LockResult::HeldBy(holder) => {
            let reason = format!("{} is running a plan of this tenancy", sanitize(&holder));
            return Err(discard_error(
                reason,
                "Wait until that plan has finished, or stop it in that process.",
            ));
        }
    };
    if !journal.set_state(plan, DISCARDABLE_STATES, PlanState::Discarded).await? {
        let reason = format!("it has already ended ({})", entry.state.label());
        return Err(discard_error(reason, "There is nothing to discard."));
    }
    let entry = journal.entry(plan).await?.ok_or_else(|| unknown_plan_error(plan))?;
    let steps = entry.plan.steps.iter().zip(&entry.progress);
    let missing_invites =
        steps.filter(|(step, progress)| step.is_half_done(progress)).filter_map(|(step, _)| step.draft());
    Ok(DiscardReport { missing_invites: missing_invites.collect(), entry })
}

/// Returns the path of the cache in this folder, whether it exists or not.
pub fn cache_file(dir: &Path) -> PathBuf {
    store::cache::path(dir)
}

/// Deletes the cache in this folder; returns true if there was a cache.
/// A running guestlist process still shows the list in its memory.
pub fn clear_cache(dir: &Path) -> io::Result<bool> {
    store::cache::delete(dir)
}

fn unknown_plan_error(plan: PlanId) -> Error {
    let reason = format!("the journal has no plan {plan}");
    Error::new(
        ErrorKind::Refused,
        "The plan was not found",
        reason,
        "Run guestlist plan list to see the plan ids.",
    )
}

fn forget_error(reason: String, hint: &str) -> Error {
    Error::new(ErrorKind::Refused, "Could not remove the email from the journal", reason, hint)
}

fn discard_error(reason: String, hint: &str) -> Error {
    Error::new(ErrorKind::Refused, "The plan was not discarded", reason, hint)
}
