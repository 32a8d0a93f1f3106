//! Lists as people paste and save them: the weekly one, tables of all kinds, and templates.

use super::parse as parse_with;
use super::*;
use crate::domain::invite_store::InviteStore;
use crate::domain::lint::DomainStats;
use crate::domain::members::Members;
use crate::domain::{Expiry, Identity, Invite};

fn parsed(text: &str) -> ImportList {
    parse_with(text, None)
}

fn invite_store(emails: impl IntoIterator<Item = String>) -> InviteStore {
    let mut roster = InviteStore::default();
    for (n, email) in emails.into_iter().enumerate() {
        roster.insert(&Invite {
            identity: Identity::parse(&format!("i{n}")).expect("usable"),
            email,
            message: String::new(),
            expiry: Expiry::parse("2022-06-26T06:00:00Z"),
        });
    }
    roster
}

fn statuses(
    sheet: &ImportList,
    pending: &InviteStore,
    members: &Members,
    earlier: &SentHistory,
) -> Vec<EntryStatus> {
    let rows = pending.rows();
    let known = rows.iter().filter_map(|row| rows.get(row)).map(|row| row.email);
    let domains =
        DomainStats::from_emails(known.chain(sheet.entries.iter().map(|entry| entry.email.as_str())));
    let allowed = ["acme.com".to_owned(), ".acme.com".to_owned(), "gmail.com".to_owned()];
    let now = "2022-06-17T06:00:00Z".parse().expect("a time");
    check(
        sheet,
        &CheckContext {
            now,
            pending,
            members: Some(members),
            domains: &domains,
            allowed_domains: &allowed,
            sent_history: earlier,
        },
    )
}

fn emails(sheet: &ImportList) -> Vec<&str> {
    sheet.entries.iter().map(|entry| entry.email.as_str()).collect()
}

/// 60 entries in all the forms that people mix: 41 new, 12 pending, 3 duplicates, 2 typos, 1 outside, 1 invalid.
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
    let mut addresses: Vec<String> = (0..12).map(|n| format!("pending{n}@acme.com")).collect();
    let sheet = parsed(&normalize_pasted(&weekly_list()));
    assert_eq!(sheet.entries.len(), 60);
    let verdicts =
        statuses(&sheet, &invite_store(addresses.clone()), &Members::default(), &SentHistory::new());
    let tally = StatusCounts::from_statuses(&verdicts);
    assert_eq!(
        tally.summary(true),
        "41 new, 12 already pending, 3 duplicates, 2 typos?, 1 outside, 1 invalid"
    );
    let template = Template::new("Welcome to the audit.");
    let good = sheet.entries.iter().zip(&verdicts).filter(|(_, verdict)| verdict.is_included());
    let sent: Vec<_> =
        good.map(|(entry, _)| template.draft(&sheet, entry).expect("it can be sent")).collect();
    assert_eq!(sent.len(), 41);

    addresses.extend(sent.into_iter().map(|draft| draft.email));
    let verdicts = statuses(&sheet, &invite_store(addresses), &Members::default(), &SentHistory::new());
    assert_eq!(
        StatusCounts::from_statuses(&verdicts).summary(true),
        "nothing new, 53 already pending, 3 duplicates, 2 typos?, 1 outside, 1 invalid"
    );
}

#[test]
fn previously_sent_entry_is_flagged_and_can_be_included() {
    let mut sheet = parsed("ann@acme.com\nbob@acme.com\nkim@acme.com\ncarl@acme.com");
    let at = "2022-06-05T06:00:00Z".parse().expect("a time");
    let sent = |expiry: &str| LastSent { sent_at: at, expiry: Expiry::parse(expiry) };
    let earlier = SentHistory::from_iter([
        ("ann@acme.com".to_owned(), sent("2022-06-15T06:00:00Z")),
        ("bob@acme.com".to_owned(), sent("2022-06-19T06:00:00Z")),
        ("kim@acme.com".to_owned(), sent("2022-06-19T06:00:00Z")),
    ]);
    let members: Members = ["kim@acme.com"].into_iter().collect();
    let verdicts = statuses(&sheet, &InviteStore::default(), &members, &earlier);
    let now = "2022-06-17T06:00:00Z".parse().expect("a time");
    let words: Vec<String> = verdicts.iter().map(|verdict| verdict.description(now)).collect();
    assert_eq!(
        words,
        [
            "was sent 12 d 0 h ago and expired 2 d 0 h ago",
            "was sent 12 d 0 h ago and gone before expiry: accepted, or deleted elsewhere",
            "is already a member",
            "new",
        ]
    );
    sheet.entries.iter_mut().for_each(|entry| entry.include_anyway = true);
    let good = |sheet: &ImportList| {
        let verdicts = statuses(sheet, &InviteStore::default(), &members, &earlier);
        verdicts.iter().map(EntryStatus::is_included).collect::<Vec<_>>()
    };
    assert_eq!(good(&sheet), [true, true, false, true], "nobody insists on inviting a member");
}

#[test]
fn entry_is_edited_in_place() {
    let mut sheet = parsed("ed@gmial.com\njane@acme,com\nja\u{200b}ne@acme.com\ndora@\u{430}cme.com");
    let members = Members::default();
    let verdicts = statuses(&sheet, &InviteStore::default(), &members, &SentHistory::new());
    assert!(verdicts.iter().all(|verdict| !verdict.is_included()), "{verdicts:?}");
    for (entry, verdict) in sheet.entries.iter_mut().zip(&verdicts) {
        entry.email = verdict.suggestion().expect("a better spelling").to_owned();
    }
    assert_eq!(emails(&sheet), ["ed@gmail.com", "jane@acme.com", "jane@acme.com", "dora@acme.com"]);
    let verdicts = statuses(&sheet, &InviteStore::default(), &members, &SentHistory::new());
    assert_eq!(verdicts, [EntryStatus::New, EntryStatus::New, EntryStatus::Duplicate(2), EntryStatus::New]);
}

#[test]
fn table_with_header_keeps_columns_for_any_separator() {
    for text in [
        "Name,E-Mail,Team\nJane,jane@acme.com,Audit\n\n\"Doe, Bob\",bob@job,\"IT\nnorth\"\nKim,kim@acme.com,x",
        "Name;E-Mail;Team\nJane;jane@acme.com;Audit\n;;\n\"Doe, Bob\";bob@job;\"IT\nnorth\"\nKim;kim@acme.com;x",
        "Name\tE-Mail\tTeam\nJane\tjane@acme.com\tAudit\n\nDoe, Bob\tbob@job\t\"IT\nnorth\"\nKim\tkim@acme.com\tx",
    ] {
        let sheet = parsed(text);
        assert_eq!(sheet.header, ["Name", "E-Mail", "Team"], "{text}");
        assert_eq!(emails(&sheet), ["jane@acme.com", "bob@job", "kim@acme.com"]);
        assert_eq!(sheet.entries.iter().map(|entry| entry.line).collect::<Vec<_>>(), [2, 4, 6]);
        let bob = &sheet.entries[1];
        assert_eq!(sheet.resolve(bob, "name").as_deref(), Some("Doe, Bob"));
        assert_eq!(sheet.resolve(bob, "TEAM").as_deref(), Some("IT north"), "one paragraph");
        assert_eq!(sheet.placeholders(), ["name", "e-mail", "team"]);
    }
    assert_eq!(emails(&parsed("email\nann@x.com\nbob@x.com")), ["ann@x.com", "bob@x.com"]);
    let two = parsed("address,first name,last_name,mail\nMain Street 1,Ann,Smith,ann@x.com");
    assert_eq!(two.resolve(&two.entries[0], "name").as_deref(), Some("Ann Smith"));
    assert_eq!(emails(&two), ["ann@x.com"]);
    let unclosed = parsed("name,email\n\"Jane,jane@x.com\nBob,bob@x.com");
    assert_eq!(emails(&unclosed), ["jane@x.com", "bob@x.com"]);
    assert_eq!(emails(&parsed("name,email\nJane,")), [""], "a row without an address is told, not dropped");
}

#[test]
fn table_without_header_is_found_by_its_email_column() {
    let sheet = parsed("Jane;jane@acme.com\nbob@job,Bob,IT\nkim@acme,com\nann@x.com\tAnn");
    assert_eq!(emails(&sheet), ["jane@acme.com", "bob@job", "kim@acme,com", "ann@x.com"]);
    assert_eq!(sheet.resolve(&sheet.entries[0], "name").as_deref(), Some("Jane"));
    assert_eq!(sheet.resolve(&sheet.entries[1], "3").as_deref(), Some("IT"));
    assert_eq!(sheet.resolve(&sheet.entries[1], "name"), None, "which column it is nobody said");
    assert_eq!(sheet.placeholders(), ["email", "name", "1", "2", "3"]);
}

#[test]
fn template_is_rejected_if_unfilled_or_too_long() {
    let sheet = parsed("name,email\nJane,jane@acme.com\n,bob@job");
    let [jane, bob] = sheet.entries.as_slice() else { panic!("two entries") };
    let template = Template::new("Dear {Name}, welcome to {team}. {name}!");
    assert_eq!(template.placeholders(), ["Name", "team", "name"]);
    assert_eq!(template.preview(&sheet, jane), "Dear Jane, welcome to {team}. Jane!");
    assert_eq!(template.draft(&sheet, jane), Err(TemplateError::MissingValue(vec!["team".into()])));
    let template = Template::new("Dear {name},");
    assert_eq!(template.draft(&sheet, jane).map(|draft| draft.message).as_deref(), Ok("Dear Jane,"));
    assert_eq!(
        template.draft(&sheet, bob).map_err(|e| e.to_string()),
        Err("no value for {name} (add a fallback: {name|there})".into())
    );
    let template = Template::new("Dear { name | colleague },{team|}");
    assert_eq!(template.placeholders(), ["name", "team"]);
    assert_eq!(template.draft(&sheet, jane).map(|draft| draft.message).as_deref(), Ok("Dear Jane,"));
    assert_eq!(template.draft(&sheet, bob).map(|draft| draft.message).as_deref(), Ok("Dear colleague,"));
    let template = Template::new("Dear {name},");
    for (text, unfit) in [
        ("Dear {{name}}", TemplateError::UnknownPlaceholder("{{name}}".into())),
        ("Dear <NAME>", TemplateError::UnknownPlaceholder("<NAME>".into())),
        ("{name} TODO", TemplateError::UnknownPlaceholder("TODO".into())),
        (&"{name}".repeat(65), TemplateError::TooLong(260)),
    ] {
        assert_eq!(Template::new(text).draft(&sheet, jane), Err(unfit));
    }
    assert_eq!(Template::new("a } b { c").preview(&sheet, jane), "a } b { c");
    assert_eq!(template.draft(&sheet, bob), Err(TemplateError::MissingValue(vec!["name".into()])));
}

#[test]
fn parse_pasted_form_takes_only_the_email_field() {
    let sheet = parsed("Name\tAnn Moss\nEmail\tann@acme.com\nManager\thana@acme.com\n");
    let sent: Vec<&str> = sheet
        .entries
        .iter()
        .filter(|entry| entry.warning.is_none())
        .map(|entry| entry.email.as_str())
        .collect();
    assert_eq!(sent, ["Name\tAnn Moss", "ann@acme.com"]);
    assert!(sheet.entries[2].warning.is_some());
}

#[test]
fn read_misplaced_cells_give_no_names() {
    let mut sheet = parsed("Name,Email\nMoss, Ann,ann@acme.com\n");
    sheet.entries[0].replace_email("ann@acme.com");
    assert_eq!(sheet.resolve(&sheet.entries[0], "name"), None);
    assert_eq!(sheet.entries[0].misplaced_cells, ["Moss", "Ann", "ann@acme.com"]);
}

#[test]
fn read_objects_with_too_many_keys_are_rejected() {
    let objects: Vec<String> =
        (0..50_000).map(|n| format!("{{\"email\":\"a{n}@x.com\",\"k{n}\":1}}")).collect();
    for text in [format!("[{}]", objects.join(",")), objects.join("\n")] {
        let hold = parsed(&text).error.expect("refused");
        assert!(hold.text().contains("more than 1,000 columns"), "{hold:?}");
    }
}
