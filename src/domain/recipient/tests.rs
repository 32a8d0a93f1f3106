//! Tests with recipients as people type and paste them, and with the flags of legal emails.

use std::collections::HashSet;

use super::*;
use crate::domain::import::{LastSent, SentHistory};
use crate::domain::invite_store::InviteStore;
use crate::domain::lint::DomainStats;
use crate::domain::members::Members;
use crate::domain::{Draft, Expiry, Identity, Invite, Step};

fn parsed(typed: &str) -> (String, Option<String>) {
    let recipient = parse(typed).unwrap_or_else(|error| panic!("{typed}: {error}"));
    assert_eq!(recipient.repair, None, "{typed}");
    (recipient.email, recipient.name)
}

#[test]
fn parse_known_forms_gives_email_and_name() {
    for (typed, email, name) in [
        ("ann@acme.com", "ann@acme.com", ""),
        (" bob@job ", "bob@job", ""),
        ("Gus Gray <gus.gray@acme.com>", "gus.gray@acme.com", "Gus Gray"),
        ("\"Gray, Gus\" <gus7@acme.com>", "gus7@acme.com", "Gray, Gus"),
        ("Gray, Gus <gus7@acme.com>;", "gus7@acme.com", "Gray, Gus"),
        ("'Moss, Ann' <ann@acme.com>", "ann@acme.com", "Moss, Ann"),
        ("Dunn, Eva (Contractor) <eva@acme.com>", "eva@acme.com", "Dunn, Eva (Contractor)"),
        ("Eva <eva@acme.com> [nomail]", "eva@acme.com", "Eva"),
        ("<ann@acme.com>,", "ann@acme.com", ""),
        ("ann@acme.com,", "ann@acme.com", ""),
        ("ann@acme.com；", "ann@acme.com", ""),
        ("mailto:ann%2Baudit@acme.com?subject=Hi&cc=x@y.z", "ann+audit@acme.com", ""),
        ("Ann <MAILTO:ann@acme.com>", "ann@acme.com", "Ann"),
        ("[Ann](mailto:ann@acme.com)", "ann@acme.com", "Ann"),
        ("ann@acme.com <mailto:ann@acme.com>", "ann@acme.com", ""),
        ("o'hara@acme.com <mailto:o'hara@acme.com>", "o'hara@acme.com", ""),
        ("'ann@acme.com' <ann@acme.com>", "ann@acme.com", ""),
        ("SMTP:ann@acme.com", "ann@acme.com", ""),
        ("ann@acme.com (Ann Moss)", "ann@acme.com", "Ann Moss"),
        ("Ann Moss (ann@acme.com)", "ann@acme.com", "Ann Moss"),
        ("- ann@acme.com", "ann@acme.com", ""),
        ("- **Ann Moss** <ann@acme.com>", "ann@acme.com", "Ann Moss"),
        ("\"=?UTF-8?Q?Moss=2C_J=C3=B6rg?=\" <ann@acme.com>", "ann@acme.com", "Moss, Jörg"),
        ("1. Eva <eva@acme.com>", "eva@acme.com", "Eva"),
        ("- [ ] gus@acme.com", "gus@acme.com", ""),
        ("•ida@acme.com", "ida@acme.com", ""),
        ("-ann@acme.com", "-ann@acme.com", ""),
        ("=?UTF-8?Q?J=C3=B6rg_Moss?= <ann@acme.com>", "ann@acme.com", "Jörg Moss"),
        ("=?iso-8859-1?B?SvZyZw==?= <ann@acme.com>", "ann@acme.com", "Jörg"),
        ("\"ann moss\"@acme.com", "\"ann moss\"@acme.com", ""),
        ("o'hara@acme.com", "o'hara@acme.com", ""),
        ("ann@bücher.example", "ann@bücher.example", ""),
    ] {
        assert_eq!(parsed(typed), (email.to_owned(), (!name.is_empty()).then(|| name.to_owned())), "{typed}");
    }
}

#[test]
fn parse_quotes_and_dots_around_an_email_names_the_fix() {
    for typed in [
        "ann@acme.com.",
        "\"ann@acme.com\"",
        "'ann@acme.com'",
        "“ann@acme.com”",
        "ann@acme.com!",
        "**ann@acme.com**",
    ] {
        let recipient = parse(typed).expect("an address");
        assert_eq!(recipient.email, "ann@acme.com", "{typed}");
        assert!(recipient.repair.is_some(), "{typed}");
    }
}

#[test]
fn parse_without_email_gives_reason_and_suggestion() {
    for (typed, reason, suggestion) in [
        ("", "there is no email", None),
        ("x", "it has no @", None),
        ("ann@@acme.com", "it has more than one @", Some("ann@acme.com")),
        ("a@b.com c@d.com", "it has more than one @", None),
        ("<a@b.com> <c@d.com>", "it has more than one @", None),
        ("jane doe@acme.com", "it contains a space", None),
        ("Ann Moss ann.moss@acme.com", "it contains a space", Some("ann.moss@acme.com")),
        ("ann@acme.com   # left in May", "it contains a space", Some("ann@acme.com")),
        ("✅ ann@acme.com", "it contains a space", Some("ann@acme.com")),
        ("2 ann@acme.com", "it contains a space", Some("ann@acme.com")),
        ("安 ＜ann@acme.com＞", "it contains a full-width ＜ (U+FF1C)", Some("ann@acme.com")),
        ("ann @ acme.com", "it contains a space", Some("ann@acme.com")),
        ("ann moss @ acme.com", "it contains a space", None),
        ("ann@acme,com", "it contains ,", Some("ann@acme.com")),
        ("ann@acme..com", "it has two dots in a row", Some("ann@acme.com")),
        ("ann＠acme.com", "it contains a full-width ＠ (U+FF20)", Some("ann@acme.com")),
        ("ann@acme．com", "it contains a full-width ． (U+FF0E)", Some("ann@acme.com")),
        ("ja\u{200b}ne@acme.com", "it contains invisible characters: U+200B", Some("jane@acme.com")),
        ("Ann <ann@acme.com", "it contains a space", Some("ann@acme.com")),
        ("- ann@@acme.com", "it has more than one @", Some("ann@acme.com")),
        ("mailto:ann@acme,com?subject=x", "it contains ,", Some("ann@acme.com")),
        (
            "ann_m_acme.com#EXT#@contoso.onmicrosoft.com",
            "this is the sign-in name of a guest, not an email",
            Some("ann_m@acme.com"),
        ),
        ("boss@acme.com <ann@acme.com>", "it contains another email", None),
        ("ann@acme.com (was boss@acme.com)", "it contains another email", None),
        ("[boss@acme.com](mailto:ann@acme.com)", "it contains another email", None),
        ("from=<boss@acme.com>", "it contains <", None),
        ("/docs/ @team", "it contains a space", None),
        ("cc: boss@acme.com", "it contains a space", None),
        ("Am Mo., 2. Jan. um 10:00 Uhr schrieb Boss <boss@acme.com>:", "it contains a space", None),
        ("On Mon, 2 Jan at 10:00 AM Boss <boss@acme.com> wrote:", "it contains a space", None),
        ("ann@", "this does not look like an email", None),
    ] {
        let error = parse(typed).expect_err(typed);
        assert_eq!((error.reason.as_str(), error.suggestion.as_deref()), (reason, suggestion), "{typed}");
    }
    let long = format!("{}@x.com", "a".repeat(65));
    assert_eq!(parse(&long).expect_err("long").reason, "65 bytes before the @ (max. 64)");
}

proptest::proptest! {
    #[test]
    fn parse_any_text_gives_only_valid_emails(typed in "[ -~＠．。\u{200b}äя<>@.,;'\"()]{0,40}") {
        match parse(&typed) {
            Ok(recipient) => proptest::prop_assert!(is_email(&recipient.email), "{:?}", recipient),
            Err(error) => {
                proptest::prop_assert!(error.suggestion.as_deref().is_none_or(is_email), "{:?}", error);
            }
        }
    }
}

#[test]
fn flags_each_reason_is_named() {
    let now: jiff::Timestamp = "2026-10-01T12:00:00Z".parse().expect("a time");
    let mut pending = InviteStore::default();
    pending.insert(&Invite {
        identity: Identity::parse("i1").expect("usable"),
        email: "Ann@acme.com".into(),
        message: String::new(),
        expiry: Expiry::parse("2026-10-05T12:00:00Z"),
    });
    let members: Members = ["kim@acme.com"].into_iter().collect();
    let sending = HashSet::from(["lee@acme.com".to_owned()]);
    let sent = |at: &str| LastSent { sent_at: at.parse().expect("a time"), expiry: Expiry::default() };
    let history = SentHistory::from_iter([
        ("max@acme.com".to_owned(), sent("2026-10-01T11:58:00Z")),
        ("old@acme.com".to_owned(), sent("2026-09-01T11:58:00Z")),
    ]);
    let domains = DomainStats::from_emails([]);
    let context = FlagInput {
        now,
        pending: &pending,
        members: Some(&members),
        domains: &domains,
        sending_emails: &sending,
        sent_history: &history,
    };
    let flag_texts =
        |email: &str| flags(email, &context).iter().map(|flag| flag.text(now)).collect::<Vec<_>>().join(", ");
    assert_eq!(flag_texts("ann@ACME.com"), "has a pending invite, expires in 4 d 0 h");
    assert_eq!(flag_texts("kim@acme.com"), "is already a member");
    assert_eq!(flag_texts("lee@acme.com"), "gets an email from another plan");
    assert_eq!(flag_texts("max@acme.com"), "got an email 2 min ago");
    assert_eq!(flag_texts("old@acme.com"), "");
    assert_eq!(
        flag_texts("ed@gmial.com"),
        "may be a typo of ed@gmail.com (gmial.com is close to gmail.com, a public mail domain)"
    );
}

#[test]
fn flags_of_an_odd_expiry_name_it_as_far_as_known() {
    let now: jiff::Timestamp = "2026-10-01T12:00:00Z".parse().expect("a time");
    for (expiry, expected) in [
        (Expiry::parse("2026-09-30T12:00:00Z"), "has an invite, expired 1 d"),
        (Expiry::default(), "has a pending invite"),
    ] {
        assert_eq!(Flag::Pending(expiry).text(now), expected);
    }
}

#[test]
fn flags_of_the_last_email_end_with_the_window() {
    let now: jiff::Timestamp = "2026-10-01T12:00:00Z".parse().expect("a time");
    for (sent_at, expected) in [("2026-10-01T11:50:00Z", false), ("2026-10-01T11:50:01Z", true)] {
        assert_eq!(is_recent(sent_at.parse().expect("a time"), now), expected, "{sent_at}");
    }
}

#[test]
fn flagged_emails_are_those_of_new_people() {
    let now: jiff::Timestamp = "2026-10-01T12:00:00Z".parse().expect("a time");
    let draft = |email: &str| Draft { email: email.into(), message: String::new() };
    let invite = Invite {
        identity: Identity::parse("i1").expect("usable"),
        email: "Kim@acme.com".into(),
        message: String::new(),
        expiry: Expiry::default(),
    };
    let replace =
        |email: &str| Step::Replace { invite: invite.clone(), draft: draft(email), known_versions: None };
    let steps = [
        Step::Create { draft: draft("ann@acme.com"), known_versions: None },
        Step::Create { draft: draft("new@acme.com"), known_versions: None },
        replace("lee@acme.com"),
        replace("kim@ACME.com"),
        Step::Resend { invite: invite.clone(), known_versions: None },
        Step::Delete { invite: invite.clone() },
    ];
    let members: Members = ["ann@acme.com", "kim@acme.com", "lee@acme.com"].into_iter().collect();
    let input = FlagInput {
        now,
        pending: &InviteStore::default(),
        members: Some(&members),
        domains: &DomainStats::from_emails([]),
        sending_emails: &HashSet::new(),
        sent_history: &SentHistory::new(),
    };
    assert_eq!(
        flagged_emails(&steps, &input),
        [("ann@acme.com", vec![Flag::Member]), ("lee@acme.com", vec![Flag::Member])]
    );
}

#[test]
fn email_with_a_deceptive_character_is_none() {
    for text in ["\u{ff41}nn@acme.com", "an\u{200b}n@acme.com", "ann@acme\u{3002}com", "ann\u{fe6b}acme.com"]
    {
        assert!(!is_email(text), "{text:?}");
        assert_eq!(suggestion(text).as_deref(), Some("ann@acme.com"), "{text:?}");
    }
}

#[test]
fn parse_ignores_a_byte_order_mark() {
    assert_eq!(parsed("\u{feff} ann@acme.com").0, "ann@acme.com");
}

#[test]
fn parse_email_after_words_is_suggested_only_for_its_owner() {
    for (typed, suggestion) in [
        ("Ann B. C. D. E. ann@acme.com", Some("ann@acme.com")),
        ("Ann B. C. D. E. F. ann@acme.com", None),
        ("n ann@acme.com", None),
    ] {
        assert_eq!(parse(typed).expect_err(typed).suggestion.as_deref(), suggestion, "{typed}");
    }
}
