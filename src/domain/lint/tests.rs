//! Tests of the problems in a small list and in a large list.

use super::job::{LintJob, find_problems};
use super::*;
use crate::domain::invite_store::InviteStore;
use crate::domain::members::Members;
use crate::domain::overview::OverviewInput;
use crate::domain::{Expiry, Invite};

const NOW: &str = "2022-06-17T06:00:00Z";

fn invite_store(rows: &[(&str, &str, &str)]) -> InviteStore {
    let mut store = InviteStore::default();
    for (n, (email, message, expiry)) in rows.iter().enumerate() {
        store.insert(&Invite {
            identity: Identity::parse(&format!("i{n}")).expect("usable"),
            email: (*email).into(),
            message: (*message).into(),
            expiry: Expiry::parse(if expiry.is_empty() { "2022-06-26T06:00:00Z" } else { expiry }),
        });
    }
    store
}

fn found_problems(store: &InviteStore, members: Option<&Members>) -> Vec<Problem> {
    let rows = store.rows();
    let domains = DomainStats::from_emails(rows.iter().filter_map(|row| rows.get(row)).map(|row| row.email));
    let (rows, members) = (rows.clone(), members.cloned());
    let now = NOW.parse().expect("a time");
    find_problems(&LintJob { number: 0, rows, members, now, overview: OverviewInput::default() }, &domains)
}

#[test]
fn problems_have_reason_and_fix_most_severe_first() {
    let long = "x".repeat(257);
    let store = invite_store(&[
        ("jane@acme.com", "fine", ""),
        ("carl@acme..com", "", ""),
        ("dora@\u{430}cme.com", "", ""),
        ("ed@gmial.com", "", ""),
        ("flo@acme.com", "Dear {name}", ""),
        ("gus@acme.com", &long, ""),
        ("hal@acme.com", "", "2022-06-17T03:00:00Z"),
        ("ida@acme.com", "", "2022-06-17T11:30:00Z"),
        ("info@acme.com", "", ""),
        ("kim@acme.com", "", ""),
    ]);
    let members: Members = ["KIM@acme.com"].into_iter().collect();
    let expected: Vec<(&str, &str, Option<Fix>)> = vec![
        ("carl@acme..com", "it has two dots in a row", Some(Fix::ReplaceEmail("carl@acme.com".into()))),
        (
            "dora@\u{430}cme.com",
            "not plain Latin: \u{430} (Cyrillic U+0430)",
            Some(Fix::ReplaceEmail("dora@acme.com".into())),
        ),
        (
            "ed@gmial.com",
            "gmial.com is close to gmail.com, a public mail domain",
            Some(Fix::ReplaceEmail("ed@gmail.com".into())),
        ),
        ("flo@acme.com", "{name} was left in the message", Some(Fix::EditMessage)),
        ("gus@acme.com", "the message has 257 characters (max. 256)", Some(Fix::EditMessage)),
        ("kim@acme.com", "is already a member", Some(Fix::Delete)),
        ("hal@acme.com", "expired 3 h", Some(Fix::Resend)),
        ("ida@acme.com", "expires in 5 h", Some(Fix::Resend)),
        ("info@acme.com", "info@ is a role address, not a person's", None),
    ];
    let problems = found_problems(&store, Some(&members));
    let problems: Vec<_> =
        problems.iter().map(|p| (p.email.as_str(), p.reason.as_str(), p.fix.clone())).collect();
    assert_eq!(problems, expected);
    assert_eq!(
        found_problems(&store, None).len(),
        expected.len() - 1,
        "no members are reported if they are unknown"
    );
}

#[test]
fn duplicate_fix_keeps_the_invite_that_expires_last() {
    let store = invite_store(&[
        ("Jane@acme.com", "", "2022-06-20T06:00:00Z"),
        ("jane@acme.com", "", "2022-06-25T06:00:00Z"),
        ("j.doe@acme.com", "", "2022-06-25T06:00:00Z"),
        ("jdoe+audit@acme.com", "", "2022-06-22T06:00:00Z"),
    ]);
    let problems = found_problems(&store, None);
    let find_problem = |email: &str| problems.iter().find(|problem| problem.email == email).expect("listed");
    assert_eq!(
        (find_problem("Jane@acme.com").fix.clone(), find_problem("jane@acme.com").fix.clone()),
        (Some(Fix::Delete), None)
    );
    assert_eq!(find_problem("Jane@acme.com").reason, "invited more than once, written in different case");
    assert_eq!(find_problem("j.doe@acme.com").fix, None);
    assert_eq!(find_problem("jdoe+audit@acme.com").fix, None, "it may be another mailbox");
    assert_eq!(find_problem("Jane@acme.com").duplicate_group, find_problem("jane@acme.com").duplicate_group);
    assert_ne!(find_problem("Jane@acme.com").duplicate_group, find_problem("j.doe@acme.com").duplicate_group);
}

#[test]
fn dismissal_key_survives_a_resend_except_for_expiry() {
    let store = invite_store(&[("Ed@gmial.com", "", "2022-06-17T07:00:00Z")]);
    let problems = found_problems(&store, None);
    assert_eq!(
        problems[0].dismissal_key(),
        DismissalKey { email: "ed@gmial.com".into(), problem_key: "typo?".into() }
    );
    assert_eq!(problems[1].dismissal_key().problem_key, "expires soon i0");
}

/// Uses every domain once: the worst case if every domain were compared with every other.
#[test]
fn scan_of_many_domains_is_fast() {
    let mut store = InviteStore::default();
    for n in 0..20_000_usize {
        let domain = if n % 2 == 0 { format!("firm{}x.com", n % 600 / 2) } else { format!("one{n}only.com") };
        store.insert(&Invite {
            identity: Identity::parse(&format!("i{n}")).expect("usable"),
            email: format!("p{n}@{domain}"),
            message: String::new(),
            expiry: Expiry::default(),
        });
    }
    assert_eq!(found_problems(&store, None), Vec::new());
}

#[test]
fn invalid_email_has_a_reason_and_an_obvious_fix() {
    for (email, reason, corrected) in [
        ("", "there is no email", None),
        ("jane.doe", "it has no @", None),
        ("jane@@acme.com", "it has more than one @", Some("jane@acme.com")),
        ("jane@acme,com", "it contains ,", Some("jane@acme.com")),
        ("jane doe@acme.com", "it contains a space", None),
        ("Jane <jane@acme.com>", "it contains more than an email", Some("jane@acme.com")),
        ("jane@acme..com", "it has two dots in a row", Some("jane@acme.com")),
        ("\"Gray, Gus\" <gus7@acme.com>", "it contains more than an email", Some("gus7@acme.com")),
        ("<jane@acme.com>", "it contains more than an email", Some("jane@acme.com")),
        ("jane@acme.com.", "there was . at its end", Some("jane@acme.com")),
        (" jane@acme.com", "there are spaces around it", Some("jane@acme.com")),
        ("a@b@c.com", "it has more than one @", None),
    ] {
        let (reason, suggestion) = (reason.to_owned(), corrected.map(str::to_owned));
        assert_eq!(syntax_problem(email), Some(EmailProblem { reason, suggestion }), "{email:?}");
    }
    for email in ["bob@job", "jane.doe+x@example.com", "jané@example.com"] {
        assert_eq!(syntax_problem(email), None, "{email}");
    }
    let long = format!("{}@{}.com", "a".repeat(60), "b".repeat(64));
    assert_eq!(syntax_problem(&long), None, "reported once, as too long");
}
