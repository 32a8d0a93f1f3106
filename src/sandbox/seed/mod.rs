//! Sample tenancy of a new sandbox: the same every time, realistic, with difficult data.
//! Only the expiries depend on the time.

mod edge_cases;
mod names;
mod people;
mod rng;
mod seed_invite;

use jiff::Timestamp;

use self::rng::hash;
use self::seed_invite::{COMPOSED_ROWS, SeedInvite};
use super::invite_table::{InviteRow, InviteTable};

pub(super) use self::people::members;

/// Returns this many invites in creation order.
pub(super) fn rows(count: usize, now: Timestamp) -> InviteTable {
    let mut composed = edge_cases::invites();
    composed.extend(people::invites(COMPOSED_ROWS.saturating_sub(composed.len())));
    let composed = shuffle(composed);
    let composed_count = composed.len();
    let generated = (composed_count..count).map(people::generate);
    let mut rows = InviteTable::with_capacity(count);
    for (index, seed_invite) in composed.into_iter().chain(generated).take(count).enumerate() {
        rows.push(InviteRow {
            order: index as i64 + 1,
            uuid: rng::uuid(1, index as u64),
            email: seed_invite.email.into(),
            message: seed_invite.message,
            expiry: now.as_second() + seed_invite.expires_in,
        });
    }
    rows
}

/// Shuffles the invites, in the same order every time.
fn shuffle(mut seed_invites: Vec<SeedInvite>) -> Vec<SeedInvite> {
    for index in (1..seed_invites.len()).rev() {
        seed_invites.swap(index, hash(2, index as u64) as usize % (index + 1));
    }
    seed_invites
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const HOUR: i64 = 60 * 60;

    fn start() -> Timestamp {
        "2024-06-01T12:00:00Z".parse().expect("a time")
    }

    fn count_for(rows: &InviteTable, domain: &str) -> usize {
        rows.all().iter().filter(|row| row.email.ends_with(domain)).count()
    }

    #[test]
    fn default_tenancy_has_the_documented_invites() {
        let rows = rows(COMPOSED_ROWS, start());
        assert_eq!(rows.all().len(), 412);
        assert_eq!(count_for(&rows, "@oldpartner.com"), 23);
        assert_eq!((count_for(&rows, "@acme.com"), count_for(&rows, "@acme.co")), (41, 1));
        assert_eq!((count_for(&rows, "@gmial.com"), count_for(&rows, "bob@job")), (1, 1));
        let domains: HashSet<_> = rows.all().iter().filter_map(|row| row.email.split('@').nth(1)).collect();
        assert!(domains.len() >= 15, "{}", domains.len());
        let remaining: Vec<i64> = rows.all().iter().map(|row| row.expiry - start().as_second()).collect();
        let within = |from, to| {
            remaining.iter().filter(|remaining| (from * HOUR..to * HOUR).contains(*remaining)).count()
        };
        assert!(within(-100, 0) >= 10 && within(0, 6) >= 5 && within(6, 48) >= 30 && within(48, 240) >= 300);
        assert!(remaining.iter().all(|remaining| *remaining <= 240 * HOUR));
        let has = |test: fn(&InviteRow) -> bool| rows.all().iter().any(test);
        assert!(has(|row| row.message.chars().count() == 256));
        assert!(has(|row| row.message.is_empty()));
        assert!(has(|row| row.message.contains('\u{1b}')) && has(|row| row.message.contains('\u{202e}')));
        assert!(has(|row| row.message.contains('\u{200b}')) && has(|row| row.message.contains('招')));
        assert_eq!(rows.all().iter().map(|row| row.email.chars().count()).max(), Some(128));
        assert!(rows.all().iter().all(|row| row.message.chars().count() <= 256));
    }

    #[test]
    fn seed_is_stable_and_larger_seeds_extend_it() {
        let (one, other, long) = (rows(412, start()), rows(412, start()), rows(2000, start()));
        assert_eq!(one.all(), other.all());
        assert_eq!(one.all(), &long.all()[..412]);
        assert_eq!(rows(5, start()).all(), &one.all()[..5]);
    }

    #[test]
    fn generated_emails_and_uuids_are_unique() {
        let rows = rows(20_000, start());
        let uuids: HashSet<_> = rows.all().iter().map(|row| row.uuid).collect();
        let generated: HashSet<_> = rows.all()[412..].iter().map(|row| &row.email).collect();
        assert_eq!((uuids.len(), generated.len()), (20_000, 20_000 - 412));
        assert!(rows.all().iter().all(|row| row.uuid.get_version_num() == 4));
    }

    #[test]
    fn about_thirty_members_have_accepted() {
        let members = members();
        assert_eq!(members.len(), 30);
        assert!(members.iter().any(|member| !member.active));
        assert!(members.iter().any(|member| member.role == "OWNER"));
    }
}
