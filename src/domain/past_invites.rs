//! Finds the last invite of an email that is no longer listed, to re-invite the person.

use super::Invite;
use super::diff::Snapshot;
use super::email::normalize;
use super::journal::JournalEntry;

/// Returns the newest known invite of an email, from the journal and the cached list. The newest invite expires
/// last, because all invites live equally long.
pub fn last_invite(email: &str, plans: &[JournalEntry], cached_list: Option<&Snapshot>) -> Option<Invite> {
    let normalized = normalize(email);
    let steps = plans.iter().flat_map(JournalEntry::steps_with_progress);
    let in_journal = steps.flat_map(|(step, progress)| [progress.created.as_ref(), step.target()]);
    let in_journal = in_journal.flatten().filter(|invite| normalize(&invite.email) == normalized).cloned();
    let cached = cached_list.into_iter().flat_map(|list| list.store.find_by_email(email));
    in_journal.chain(cached.map(|row| row.to_invite())).max_by_key(|invite| invite.expiry.to_micros())
}
