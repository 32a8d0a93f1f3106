//! Lists, verifies and clears journal and cache without a server, for the command line.
//! Needs no token and makes no requests. A service task uses its own handle on the journal.

use std::path::Path;

use jiff::Timestamp;

use crate::domain::journal::JournalEntry;
use crate::domain::plan::PlanState;
use crate::domain::text::sanitize;
use crate::domain::{Draft, Error, ErrorKind, PlanId};
use crate::store::{Journal, LockResult, TenancyLock};

pub use crate::store::CachedEmails;
pub use crate::store::cache::{delete as clear_cache, path as cache_file};
pub use crate::store::{ForgetReport, JournalCounts, journal_path as journal_file};

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
    Journal::open_existing(state_dir)?.forget_email(email).await
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

fn unknown_plan_error(plan: PlanId) -> Error {
    let reason = format!("the journal has no plan {plan}");
    Error::new(
        ErrorKind::Refused,
        "The plan was not found",
        reason,
        "Run guestlist plan list to see the plan ids.",
    )
}

fn discard_error(reason: String, hint: &str) -> Error {
    Error::new(ErrorKind::Refused, "The plan was not discarded", reason, hint)
}
