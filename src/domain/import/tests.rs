//! Tests with lists as people paste and save them: a weekly list, tables of all kinds, and templates.

use std::collections::HashSet;
use std::sync::Arc;

use super::check_job::{CheckInput, CheckJob, run_check, summarize};
use super::parse as parse_with;
use super::*;
use crate::domain::invite_store::InviteStore;
use crate::domain::members::Members;
use crate::domain::{Expiry, Identity, Invite};

fn parsed(text: &str) -> ImportList {
    parse_with(text, None)
}

fn invite_store(emails: impl IntoIterator<Item = String>) -> InviteStore {
    let mut store = InviteStore::default();
    for (n, email) in emails.into_iter().enumerate() {
        store.insert(&Invite {
            identity: Identity::parse(&format!("i{n}")).expect("usable"),
            email,
            message: String::new(),
            expiry: Expiry::parse("2022-06-26T06:00:00Z"),
        });
    }
    store
}

fn check_statuses(
    list: &ImportList,
    pending: &InviteStore,
    members: &Members,
    history: &SentHistory,
) -> Vec<EntryState> {
    run_check(&CheckJob {
        number: 0,
        input: CheckInput::List(Arc::new(list.clone())),
        excluded: HashSet::new(),
        pending: pending.clone(),
        is_complete: true,
        members: Some(members.clone()),
        sending_emails: HashSet::new(),
        allowed_domains: ["acme.com", ".acme.com", "gmail.com"].map(str::to_owned).to_vec(),
        sent_history: history.clone(),
        now: "2022-06-17T06:00:00Z".parse().expect("a time"),
    })
    .states
}

fn emails(list: &ImportList) -> Vec<&str> {
    list.entries.iter().map(|entry| entry.email.as_str()).collect()
}

/// Returns 60 entries in all common forms.
/// They are 41 new, 12 pending, 3 duplicates, 2 typos, 1 outside, 1 invalid.
fn weekly_list() -> String {
    let mut lines: Vec<String> = (0..30).map(|n| format!("new{n}@acme.com")).collect();
    lines.extend((30..35).map(|n| format!("New Person{n} <new{n}@acme.com>")));
    lines.push("new35@acme.com, new36@acme.com; new37@acme.com".into());
    lines.push("new38@eu.acme.com new39@acme.com".into());
    lines.push("new40@acme.com;Jane;Doe".into());
    lines.extend((0..11).map(|n| format!("  Pending{n}@ACME.com")));
    lines.push("\"Doe, Jane\" <pending11@acme.com>".into());
    lines.extend(["NEW0@acme.com", "<new1@acme.com>", "pending3@acme.com", ""].map(str::to_owned));
    lines.extend(["ed@acme.co", "ed@gmial.com", "zoe@other.org", "jane@@acme.com"].map(str::to_owned));
    lines.join("\r\n")
}

#[test]
fn weekly_list_is_checked_and_a_repeat_adds_nothing() {
    let mut pending_emails: Vec<String> = (0..12).map(|n| format!("pending{n}@acme.com")).collect();
    let list = parsed(&normalize_pasted(&weekly_list()));
    assert_eq!(list.entries.len(), 60);
    let statuses = check_statuses(
        &list,
        &invite_store(pending_emails.clone()),
        &Members::default(),
        &SentHistory::new(),
    );
    assert_eq!(
        summarize(&statuses, true),
        "41 new, 12 already pending, 3 duplicates, 2 typos?, 1 outside, 1 invalid"
    );
    let template = Template::new("Welcome to the audit.");
    let included = list.entries.iter().zip(&statuses).filter(|(_, status)| status.is_included());
    let sent: Vec<_> =
        included.map(|(entry, _)| template.draft(&list, entry).expect("it can be sent")).collect();
    assert_eq!(sent.len(), 41);

    pending_emails.extend(sent.into_iter().map(|draft| draft.email));
    let statuses =
        check_statuses(&list, &invite_store(pending_emails), &Members::default(), &SentHistory::new());
    assert_eq!(
        summarize(&statuses, true),
        "nothing new, 53 already pending, 3 duplicates, 2 typos?, 1 outside, 1 invalid"
    );
}

#[test]
fn previously_sent_entry_is_flagged_and_can_be_included() {
    let mut list = parsed("ann@acme.com\nbob@acme.com\nkim@acme.com\ncarl@acme.com");
    let at = "2022-06-05T06:00:00Z".parse().expect("a time");
    let sent = |expiry: &str| LastSent { sent_at: at, expiry: Expiry::parse(expiry) };
    let history = SentHistory::from_iter([
        ("ann@acme.com".to_owned(), sent("2022-06-15T06:00:00Z")),
        ("bob@acme.com".to_owned(), sent("2022-06-19T06:00:00Z")),
        ("kim@acme.com".to_owned(), sent("2022-06-19T06:00:00Z")),
    ]);
    let members: Members = ["kim@acme.com"].into_iter().collect();
    let statuses = check_statuses(&list, &InviteStore::default(), &members, &history);
    let now = "2022-06-17T06:00:00Z".parse().expect("a time");
    let descriptions: Vec<String> = statuses.iter().map(|status| status.description(now)).collect();
    assert_eq!(
        descriptions,
        [
            "was sent 12 d 0 h ago and expired 2 d 0 h ago",
            "was sent 12 d 0 h ago and was gone before expiry: accepted, or deleted elsewhere",
            "is already a member",
            "new",
        ]
    );
    list.entries.iter_mut().for_each(|entry| entry.include_anyway = true);
    let included = |list: &ImportList| {
        let statuses = check_statuses(list, &InviteStore::default(), &members, &history);
        statuses.iter().map(EntryState::is_included).collect::<Vec<_>>()
    };
    assert_eq!(included(&list), [true, true, false, true], "a member is never included");
}

#[test]
fn entry_is_edited_in_place() {
    let mut list = parsed("ed@gmial.com\njane@acme,com\nja\u{200b}ne@acme.com\ndora@\u{430}cme.com");
    let members = Members::default();
    let statuses = check_statuses(&list, &InviteStore::default(), &members, &SentHistory::new());
    assert!(statuses.iter().all(|status| !status.is_included()), "{statuses:?}");
    for (entry, status) in list.entries.iter_mut().zip(&statuses) {
        entry.email = status.suggestion().expect("a better spelling").to_owned();
    }
    assert_eq!(emails(&list), ["ed@gmail.com", "jane@acme.com", "jane@acme.com", "dora@acme.com"]);
    let statuses = check_statuses(&list, &InviteStore::default(), &members, &SentHistory::new());
    assert_eq!(statuses, [EntryState::New, EntryState::New, EntryState::Duplicate(2), EntryState::New]);
}

#[test]
fn table_with_header_keeps_columns_for_any_separator() {
    for text in [
        "Name,E-Mail,Team\nJane,jane@acme.com,Audit\n\n\"Doe, Bob\",bob@job,\"IT\nnorth\"\nKim,kim@acme.com,x",
        "Name;E-Mail;Team\nJane;jane@acme.com;Audit\n;;\n\"Doe, Bob\";bob@job;\"IT\nnorth\"\nKim;kim@acme.com;x",
        "Name\tE-Mail\tTeam\nJane\tjane@acme.com\tAudit\n\nDoe, Bob\tbob@job\t\"IT\nnorth\"\nKim\tkim@acme.com\tx",
    ] {
        let list = parsed(text);
        assert_eq!(list.header, ["Name", "E-Mail", "Team"], "{text}");
        assert_eq!(emails(&list), ["jane@acme.com", "bob@job", "kim@acme.com"]);
        assert_eq!(list.entries.iter().map(|entry| entry.line).collect::<Vec<_>>(), [2, 4, 6]);
        let bob = &list.entries[1];
        assert_eq!(list.resolve(bob, "name").as_deref(), Some("Doe, Bob"));
        assert_eq!(list.resolve(bob, "TEAM").as_deref(), Some("IT north"), "one paragraph");
        assert_eq!(list.placeholders(), ["name", "e-mail", "team"]);
    }
    assert_eq!(emails(&parsed("email\nann@x.com\nbob@x.com")), ["ann@x.com", "bob@x.com"]);
    let names_list = parsed("address,first name,last_name,mail\nMain Street 1,Ann,Smith,ann@x.com");
    assert_eq!(names_list.resolve(&names_list.entries[0], "name").as_deref(), Some("Ann Smith"));
    assert_eq!(emails(&names_list), ["ann@x.com"]);
    let unclosed = parsed("name,email\n\"Jane,jane@x.com\nBob,bob@x.com");
    assert_eq!(emails(&unclosed), ["jane@x.com", "bob@x.com"]);
    assert_eq!(emails(&parsed("name,email\nJane,")), [""], "a row without an email is an entry");
}

#[test]
fn table_without_header_is_found_by_its_email_column() {
    let list = parsed("Jane;jane@acme.com\nbob@job,Bob,IT\nkim@acme,com\nann@x.com\tAnn");
    assert_eq!(emails(&list), ["jane@acme.com", "bob@job", "kim@acme,com", "ann@x.com"]);
    assert_eq!(list.resolve(&list.entries[0], "name").as_deref(), Some("Jane"));
    assert_eq!(list.resolve(&list.entries[1], "3").as_deref(), Some("IT"));
    assert_eq!(list.resolve(&list.entries[1], "name"), None, "no column is known to be the name");
    assert_eq!(list.placeholders(), ["email", "name", "1", "2", "3"]);
}

#[test]
fn template_is_rejected_if_unfilled_or_too_long() {
    let list = parsed("name,email\nJane,jane@acme.com\n,bob@job");
    let [jane, bob] = list.entries.as_slice() else { panic!("two entries") };
    let template = Template::new("Dear {Name}, welcome to {team}. {name}!");
    assert_eq!(template.placeholders(), ["Name", "team", "name"]);
    assert_eq!(template.preview(&list, jane), "Dear Jane, welcome to {team}. Jane!");
    assert_eq!(template.draft(&list, jane), Err(TemplateError::MissingValue(vec!["team".into()])));
    let template = Template::new("Dear {name},");
    assert_eq!(template.draft(&list, jane).map(|draft| draft.message).as_deref(), Ok("Dear Jane,"));
    assert_eq!(
        template.draft(&list, bob).map_err(|e| e.to_string()),
        Err("no value for {name} (add a fallback: {name|there})".into())
    );
    let template = Template::new("Dear { name | colleague },{team|}");
    assert_eq!(template.placeholders(), ["name", "team"]);
    assert_eq!(template.draft(&list, jane).map(|draft| draft.message).as_deref(), Ok("Dear Jane,"));
    assert_eq!(template.draft(&list, bob).map(|draft| draft.message).as_deref(), Ok("Dear colleague,"));
    let template = Template::new("Dear {name},");
    for (text, expected) in [
        ("Dear {{name}}", TemplateError::UnknownPlaceholder("{{name}}".into())),
        ("Dear <NAME>", TemplateError::UnknownPlaceholder("<NAME>".into())),
        ("{name} TODO", TemplateError::UnknownPlaceholder("TODO".into())),
        (&"{name}".repeat(65), TemplateError::TooLong(260)),
    ] {
        assert_eq!(Template::new(text).draft(&list, jane), Err(expected));
    }
    assert_eq!(Template::new("a } b { c").preview(&list, jane), "a } b { c");
    assert_eq!(template.draft(&list, bob), Err(TemplateError::MissingValue(vec!["name".into()])));
}

#[test]
fn template_error_is_the_same_for_every_entry() {
    for (text, error) in [
        ("Dear {name}, {name|you}", None),
        ("Dear {name", Some("a { is not closed")),
        ("Dear {}", Some("{} matches no column")),
        ("Dear {{name}}", Some("{{name}} matches no column")),
    ] {
        let template = Template::new(text);
        assert_eq!(template.error_reason().as_deref(), error, "{text}");
    }
    assert_eq!(Template::new("{a}{b}{a}").placeholders(), ["a", "b"]);
    let list = parsed("ann@acme.com");
    let message = |length: usize| Template::new("x".repeat(length)).draft(&list, &list.entries[0]);
    assert!(message(256).is_ok());
    assert_eq!(message(257), Err(TemplateError::TooLong(257)));
}

#[test]
fn corrected_email_clears_warning_and_decision() {
    let mut list = parsed("From: ann@acme.com");
    let entry = &mut list.entries[0];
    assert!(entry.warning.is_some());
    entry.include_anyway = true;
    entry.replace_email("bob@acme.com");
    assert_eq!(
        (entry.email.as_str(), entry.warning.is_none(), entry.include_anyway),
        ("bob@acme.com", true, false)
    );
}

#[test]
fn parse_pasted_form_takes_only_the_email_field() {
    let list = parsed("Name\tAnn Moss\nEmail\tann@acme.com\nManager\thana@acme.com\n");
    let sent: Vec<&str> = list
        .entries
        .iter()
        .filter(|entry| entry.warning.is_none())
        .map(|entry| entry.email.as_str())
        .collect();
    assert_eq!(sent, ["Name\tAnn Moss", "ann@acme.com"]);
    assert!(list.entries[2].warning.is_some());
}

#[test]
fn parse_misplaced_cells_gives_no_names() {
    let mut list = parsed("Name,Email\nMoss, Ann,ann@acme.com\n");
    list.entries[0].replace_email("ann@acme.com");
    assert_eq!(list.resolve(&list.entries[0], "name"), None);
    assert_eq!(list.entries[0].misplaced_cells, ["Moss", "Ann", "ann@acme.com"]);
}

#[test]
fn parse_objects_with_too_many_keys_fails() {
    let objects: Vec<String> =
        (0..50_000).map(|n| format!("{{\"email\":\"a{n}@x.com\",\"k{n}\":1}}")).collect();
    for text in [format!("[{}]", objects.join(",")), objects.join("\n")] {
        let error = parsed(&text).error.expect("refused");
        assert!(error.text().contains("more than 1,000 columns"), "{error:?}");
    }
}
