//! Journal and cache without a server: listing, checking and clearing what is kept on this machine, for the command
//! line. No token is needed and no call is made; an opened tenancy uses its own handle on the journal.

use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::domain::journal::JournalEntry;
use crate::domain::plan::PlanState;
use crate::domain::text::visible;
use crate::domain::{Draft, Failure, FailureKind, PlanId};
use crate::store::{self, Forgetting, Journal, Taken, TenancyLock};

/// How much is in a sound journal.
pub use crate::store::Counted as Verified;

/// What an address left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forgotten {
    /// Steps that were removed.
    pub steps: usize,
    /// Plans that had no other steps and went with them.
    pub plans: usize,
}

/// A plan that was given up.
#[derive(Debug, Clone, PartialEq)]
pub struct Dropped {
    /// As it stands now.
    pub entry: JournalEntry,
    /// What it owed, which is waived by this: addresses whose old invite was revoked and who were sent no new one.
    pub owed: Vec<Draft>,
}

/// The newest plans of all tenancies, newest first. This and all others here fail with kind `Journal`, and
/// make nothing, where there is no journal.
pub async fn list(state: &Path, limit: usize) -> Result<Vec<JournalEntry>, Failure> {
    Journal::open_to_read(state)?.newest(limit).await
}

/// Opens the journal, reads all of it, and counts.
pub async fn verify(state: &Path) -> Result<Verified, Failure> {
    Journal::open_to_read(state)?.verify().await
}

/// Removes the finished and dropped plans that were made before a moment, from the bytes of the files too.
/// Says how many.
pub async fn prune(state: &Path, before: Timestamp) -> Result<usize, Failure> {
    Journal::open_existing(state)?.prune(before).await
}

/// Removes everything about an address, also where only the old invite of a replacement had it, and from the
/// bytes of the files too. Fails with kind `Guard`, and removes nothing, while a plan that is not at its end has it.
/// What the messages of other invites say is not looked at.
pub async fn forget(state: &Path, address: &str) -> Result<Forgotten, Failure> {
    if address.trim().is_empty() {
        return Err(not_forgotten("no address was given".into(), "Name the address."));
    }
    match Journal::open_existing(state)?.forget(address).await? {
        Forgetting::Done { steps, plans } => Ok(Forgotten { steps, plans }),
        Forgetting::Unfinished(plan, state) => {
            let why = format!("plan {plan} has it and is not at its end ({})", state.word());
            Err(not_forgotten(why, "Resume that plan or drop it first."))
        }
    }
}

/// Gives a plan up that does not run: nothing more of it is sent, and what it owes is waived. Takes the
/// tenancy's lock, so that a plan in the hands of a running program is refused.
pub async fn drop_plan(state: &Path, plan: PlanId) -> Result<Dropped, Failure> {
    const GOES_ON: &[PlanState] =
        &[PlanState::Staged, PlanState::Running, PlanState::Paused, PlanState::Stopped];
    let journal = Journal::open_existing(state)?;
    let entry = journal.entry(plan).await?.ok_or_else(|| unknown(plan))?;
    let _lock = match TenancyLock::try_take(state, &entry.plan.tenancy)? {
        Taken::Ours(lock) => lock,
        Taken::Held(holder) => {
            let why = format!("{} has a plan of this tenancy in hand", visible(&holder));
            return Err(not_dropped(why, "Wait for its end, or stop it there."));
        }
    };
    if !journal.set_state(plan, GOES_ON, PlanState::Dropped).await? {
        let why = format!("it is at its end already ({})", entry.state.word());
        return Err(not_dropped(why, "There is nothing to drop."));
    }
    let entry = journal.entry(plan).await?.ok_or_else(|| unknown(plan))?;
    let steps = entry.plan.steps.iter().zip(&entry.progress);
    let owed = steps.filter(|(step, progress)| step.owes(progress)).filter_map(|(step, _)| step.draft());
    Ok(Dropped { owed: owed.collect(), entry })
}

/// Where the lists that were read are kept, in this folder, whether there are any or not.
pub fn cache_file(folder: &Path) -> PathBuf {
    store::cache::path(folder)
}

/// Deletes all lists that were kept in this folder; says whether there were any. A guestlist that runs still shows
/// what it has in memory.
pub fn clear_cache(folder: &Path) -> io::Result<bool> {
    store::cache::delete(folder)
}

fn unknown(plan: PlanId) -> Failure {
    let why = format!("the journal has no plan {plan}");
    Failure::new(FailureKind::Guard, "The plan was not found", why, "List the plans to see their names.")
}

fn not_forgotten(why: String, next: &str) -> Failure {
    Failure::new(FailureKind::Guard, "The address was not taken out of the journal", why, next)
}

fn not_dropped(why: String, next: &str) -> Failure {
    Failure::new(FailureKind::Guard, "The plan was not discarded", why, next)
}
