//! Ordinary part of the sample tenancy: people at companies, and members.

use super::super::invite_table::Member;
use super::names::{CLOSINGS, COMPANIES, FIRST_NAMES, LAST_NAMES, MESSAGES};
use super::rng::{hash, pick, uuid};
use super::seed_invite::SeedInvite;

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

/// Returns this many composed invites, company by company.
pub(super) fn invites(count: usize) -> impl Iterator<Item = SeedInvite> {
    let companies = COMPANIES.iter().flat_map(|(domain, count)| std::iter::repeat_n(*domain, *count));
    companies.take(count).enumerate().map(|(index, domain)| {
        let (first, last) = name_pair(index);
        let email = format!("{}.{}@{domain}", first.to_lowercase(), last.to_lowercase());
        let index = index as u64;
        SeedInvite { email, message: compose_message(first, index).into(), expires_in: expires_in(index) }
    })
}

/// Returns an invite beyond the composed ones. Cheap: load tests need a million.
pub(super) fn generate(index: usize) -> SeedInvite {
    let (first, last) = name_pair(index);
    let index = index as u64;
    let (domain, _) = pick(&COMPANIES[2..], 13, index);
    let mut email = format!("{first}.{last}{index}@{domain}");
    email.make_ascii_lowercase();
    SeedInvite { email, message: pick(&MESSAGES, 12, index).into(), expires_in: expires_in(index) }
}

/// Returns the members. Two of them also have a pending invite.
pub(in crate::sandbox) fn members() -> Vec<Member> {
    let member = |index: usize| {
        // Takes names from the end of the list; invites use the start. The first two members also have an invite.
        let (first, last) = if index < 2 { name_pair(index) } else { name_pair(1600 - index) };
        let (domain, _) = if index < 2 { COMPANIES[0] } else { COMPANIES[index % 5] };
        Member {
            uuid: uuid(3, index as u64),
            name: format!("{first} {last}"),
            email: format!("{}.{}@{domain}", first.to_lowercase(), last.to_lowercase()),
            active: index % 13 != 12,
            role: if index % 10 == 2 { "OWNER" } else { "USER" }.to_owned(),
        }
    };
    (0..30).map(member).collect()
}

/// Returns one of 1640 name pairs; neighbors differ in both names, because 40 and 41 are coprime.
fn name_pair(index: usize) -> (&'static str, &'static str) {
    (FIRST_NAMES[index * 7 % FIRST_NAMES.len()], LAST_NAMES[index * 11 % LAST_NAMES.len()])
}

/// Returns seconds until the expiry.
/// Mostly days; a tenth has less than two days, some have hours or minutes, and a few are expired.
fn expires_in(index: u64) -> i64 {
    let within = |span: i64| (hash(15, index) % span.unsigned_abs()) as i64;
    match hash(14, index) % 100 {
        0..4 => -within(3 * DAY) - 1,
        4..8 => within(6 * HOUR) + 60,
        8..20 => 6 * HOUR + within(42 * HOUR),
        _ => 2 * DAY + within(8 * DAY),
    }
}

/// Returns a message, some with a greeting in front or a name below.
fn compose_message(first: &str, index: u64) -> String {
    let mut text = pick(&MESSAGES, 12, index).to_owned();
    let greets = ["Hi", "Hello", "Welcome"].iter().any(|greeting| text.starts_with(greeting));
    if !greets && hash(11, index).is_multiple_of(3) {
        text = format!("Hi {first}, {}", lower_first(&text));
    }
    if hash(16, index).is_multiple_of(3) {
        text = format!("{text} {}", pick(&CLOSINGS, 17, index));
    }
    text
}

/// Makes the first letter lower case, so that the text can follow a name.
fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
