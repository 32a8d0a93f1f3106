//! Lists, verifies and clears journal and cache without a server, for the command line. Needs no token and makes
//! no requests. An open tenancy uses its own handle on the journal.

use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::domain::journal::JournalEntry;
use crate::domain::plan::PlanState;
use crate::domain::text::sanitize;
use crate::domain::{Draft, Error, ErrorKind, PlanId};
use crate::store::{self, ForgetResult, Journal, LockResult, TenancyLock};

/// Number of entries in a valid journal.
pub use crate::store::JournalCounts as Verified;

/// Counts of what was removed for one email.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForgetReport {
    /// Removed steps.
    pub steps: usize,
    /// Removed plans, which had no other steps.
    pub plans: usize,
}

/// A discarded plan.
#[derive(Debug, Clone, PartialEq)]
pub struct DiscardReport {
    /// The plan's entry after the discard.
    pub entry: JournalEntry,
    /// Drafts of the emails that are not re-invited: their old invite was deleted and no new one was created.
    pub missing_invites: Vec<Draft>,
}

/// Returns the newest plans of all tenancies, newest first. Like all functions here: fails with kind `Journal`
/// and creates nothing if there is no journal.
pub async fn list(state: &Path, limit: usize) -> Result<Vec<JournalEntry>, Error> {
    Journal::open_read_only(state)?.newest(limit).await
}

/// Reads the whole journal and counts its entries.
pub async fn verify(state: &Path) -> Result<Verified, Error> {
    Journal::open_read_only(state)?.verify().await
}

/// Removes finished and discarded plans made before a moment, also from the bytes of the files. Returns how
/// many.
pub async fn prune(state: &Path, before: Timestamp) -> Result<usize, Error> {
    Journal::open_existing(state)?.prune(before).await
}

/// Removes everything about an email, also where only the old invite of a replacement has it, and from the bytes
/// of the files. Fails with kind `Guard` and removes nothing while an unfinished plan has it. Does not search
/// the messages of other invites.
pub async fn forget(state: &Path, address: &str) -> Result<ForgetReport, Error> {
    if address.trim().is_empty() {
        return Err(forget_error("no email was given".into(), "Give the email."));
    }
    match Journal::open_existing(state)?.forget_email(address).await? {
        ForgetResult::Done { steps, plans } => Ok(ForgetReport { steps, plans }),
        ForgetResult::Unfinished(plan, state) => {
            let why = format!("plan {plan} contains it and is unfinished ({})", state.label());
            Err(forget_error(why, "Resume or discard that plan first."))
        }
    }
}

/// Discards a plan that is not running: it makes no more requests. Takes the tenancy's lock, so a plan that a
/// running program executes is refused.
pub async fn discard_plan(state: &Path, plan: PlanId) -> Result<DiscardReport, Error> {
    const DISCARDABLE_STATES: &[PlanState] =
        &[PlanState::Staged, PlanState::Running, PlanState::Paused, PlanState::Stopped];
    let journal = Journal::open_existing(state)?;
    let entry = journal.entry(plan).await?.ok_or_else(|| unknown_plan_error(plan))?;
    let _lock = match TenancyLock::try_lock(state, &entry.plan.tenancy)? {
        LockResult::Acquired(lock) => lock,
        LockResult::HeldBy(holder) => {
            let why = format!("{} is running a plan of this tenancy", sanitize(&holder));
            return Err(discard_error(why, "Wait until it has finished, or stop it there."));
        }
    };
    if !journal.set_state(plan, DISCARDABLE_STATES, PlanState::Discarded).await? {
        let why = format!("it has already ended ({})", entry.state.label());
        return Err(discard_error(why, "There is nothing to discard."));
    }
    let entry = journal.entry(plan).await?.ok_or_else(|| unknown_plan_error(plan))?;
    let steps = entry.plan.steps.iter().zip(&entry.progress);
    let owed =
        steps.filter(|(step, progress)| step.is_half_done(progress)).filter_map(|(step, _)| step.draft());
    Ok(DiscardReport { missing_invites: owed.collect(), entry })
}

/// Returns the path of the cache in this folder, whether it exists or not.
pub fn cache_file(folder: &Path) -> PathBuf {
    store::cache::path(folder)
}

/// Deletes the cache in this folder; returns true if there was one. A running guestlist still shows what it has
/// in memory.
pub fn clear_cache(folder: &Path) -> io::Result<bool> {
    store::cache::delete(folder)
}

fn unknown_plan_error(plan: PlanId) -> Error {
    let why = format!("the journal has no plan {plan}");
    Error::new(
        ErrorKind::Refused,
        "The plan was not found",
        why,
        "Run guestlist plan list to see the plan ids.",
    )
}

fn forget_error(why: String, next: &str) -> Error {
    Error::new(ErrorKind::Refused, "Could not remove the email from the journal", why, next)
}

fn discard_error(why: String, next: &str) -> Error {
    Error::new(ErrorKind::Refused, "The plan was not discarded", why, next)
}
