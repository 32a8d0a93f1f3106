//! Tests of entries: what people, names and warnings each list becomes, and on which lines.

use super::*;
use crate::domain::limits;

const UNCLEAR: &str = "Several columns hold emails, and it is unclear which are for invites: ";

/// Returns each entry as `line: email = name ! reason → suggestion`, or the error.
fn summary(text: &str) -> Vec<String> {
    let list = parse(text, None);
    if let Some(error) = &list.error {
        return vec![error.text().to_owned()];
    }
    let entry = |entry: &ImportEntry| {
        let name = list.resolve(entry, "name").map(|name| format!(" = {name}")).unwrap_or_default();
        let warning = entry.warning.as_ref().map(|warning| {
            let suggestion = warning.suggestion.as_ref().map(|email| format!(" → {email}"));
            format!(" ! {}{}", warning.reason, suggestion.unwrap_or_default())
        });
        format!("{}: {}{name}{}", entry.line, entry.email, warning.unwrap_or_default())
    };
    list.entries.iter().map(entry).collect()
}

fn assert_entries(cases: &[(&str, &[&str])]) {
    for (text, entries) in cases {
        assert_eq!(summary(text), *entries, "{text}");
    }
}

fn columns_error(columns: &str) -> String {
    format!("{UNCLEAR}{columns}.")
}

#[test]
fn separators_in_quotes_and_brackets_stay_in_names() {
    assert_entries(&[
        ("\"Moss; Ann\" <ann@x.com>, bob@x.com", &["1: ann@x.com = Moss; Ann", "1: bob@x.com"]),
        ("Bob 5\" Lane <bob@x.com>; ann@x.com", &["1: bob@x.com = Bob 5\" Lane", "1: ann@x.com"]),
        ("Ann (Sales; EU) <ann@x.com>; bob@x.com", &["1: ann@x.com = Ann (Sales; EU)", "1: bob@x.com"]),
        ("Ann (Sales; EU <ann@x.com>; bob@x.com", &["1: Ann (Sales", "1: ann@x.com = EU", "1: bob@x.com"]),
        ("Ann <ann@x.com; bob@x.com>, kim@x.com", &["1: Ann <ann@x.com; bob@x.com>", "1: kim@x.com"]),
        ("Ann <ann@x.com; bob@x.com", &["1: Ann <ann@x.com", "1: bob@x.com"]),
        ("Ann (\"(:\" or \":)\"; EU) <ann@x.com>", &["1: ann@x.com = Ann (\"(:\" or \":)\"; EU)"]),
        ("Ann <\"<3\" \"3>\"; ann@x.com>, bob@x.com", &["1: Ann <\"<3\" \"3>\"; ann@x.com>", "1: bob@x.com"]),
        ("ann@x.com;\"Moss, \"\"Ann\"\"\"", &["1: ann@x.com = Moss, \"Ann\""]),
        ("Moss, , Ann <ann@x.com>, bob@x.com", &["1: Moss", "1: ann@x.com = Ann", "1: bob@x.com"]),
        ("Sales / EU <ann@x.com>", &["1: ann@x.com = Sales / EU"]),
        ("'Ann Moss' <ann@x.com.>", &["1: 'Ann Moss' <ann@x.com.> = Ann Moss"]),
        ("{SMTP:ann@x.com}", &["1: {SMTP:ann@x.com}"]),
    ]);
}

#[test]
fn labels_before_emails_need_a_name() {
    assert_entries(&[
        ("Xenia: ann@x.com", &["1: Xenia: ann@x.com ! it follows “Xenia:” → ann@x.com"]),
        ("=ann@x.com", &["1: =ann@x.com"]),
        ("EMAIL=ann", &["1: EMAIL=ann"]),
        (
            "From: boss@x.com\n  ann@x.com",
            &[
                "1: From: boss@x.com ! not a recipient header: From",
                "2: ann@x.com ! the line above it contains no recipients",
            ],
        ),
    ]);
}

#[test]
fn rows_without_a_header_need_one_email_column() {
    let two = columns_error("column 1 (1), column 2 (1)");
    let boss = columns_error("column 1 (2), column 2 (2)");
    let bosses = columns_error("column 1 (3), column 2 (3)");
    assert_entries(&[
        ("Ann;ann@x.com\nbob@x.com;Bob", &["1: ann@x.com = Ann", "2: bob@x.com = Bob"]),
        ("Ann;ann@x.com;IT\nbob@x.com;Bob;IT", &[&two]),
        ("Ann;ann@x.com;\nbob@x.com;Bob;", &[&two]),
        ("ann@x.com\tboss@x.com", &[&two]),
        (
            "ann@x.com,bob@x.com\nkim@x.com,lee@x.com",
            &["1: ann@x.com", "1: bob@x.com", "2: kim@x.com", "2: lee@x.com"],
        ),
        ("ann@x.com,boss@x.com\nbob@x.com,boss@x.com", &[&boss]),
        ("ann@x.com,boss@x.com\nbob@x.com,boss@x.com\nkim@x.com,boss@x.com", &[&bosses]),
        (
            "ann@x.com,boss@x.com\nbob@x.com,boss@x.com\nKim <kim@x.com>",
            &["1: ann@x.com", "1: boss@x.com", "2: bob@x.com", "2: boss@x.com", "3: kim@x.com = Kim"],
        ),
        ("ann@x.com,ann@a.org\nbob@x.com,bob@b.org\nkim@y.com,kim@c.org", &[&bosses]),
    ]);
}

#[test]
fn header_is_searched_above_the_first_row() {
    let long = "x".repeat(60);
    let titles = |count: usize| format!("{}Name,Email\nAnn,ann@x.com", "Report\n".repeat(count));
    assert_eq!(summary(&titles(20)), ["22: ann@x.com = Ann"]);
    assert_eq!(summary(&titles(21)).len(), 23, "the header is too far down");
    assert_eq!(summary(&format!("{long},Email\nBob,\nAnn,ann@x.com")), ["2: ", "3: ann@x.com"]);
    let longer = summary(&format!("{long}x,Email\nAnn,ann@x.com"));
    assert_eq!(longer, [format!("1: {long}x,Email"), "2: ann@x.com = Ann".to_owned()]);
    assert_entries(&[
        ("Exported by ann@x.com, 2024\nName,Email\nAnn,a@x.com", &["3: a@x.com = Ann"]),
        (
            "Report,2024\nContact: hr@x.com, please\nName,Email\nAnn,a@x.com",
            &["2: please", "4: a@x.com ! it is below another header: import this table separately → a@x.com"],
        ),
        ("Name\nAnn\nEmail\nann@x.com", &["4: ann@x.com"]),
        ("Exported by ann@x.com\nWho,Where\nAudit,bob@x.com", &["3: bob@x.com"]),
        (
            "ann@x.com\nkim@x.com\nEmail\nbob@x.com, Bob",
            &["1: ann@x.com", "2: kim@x.com", "3: Email", "4: bob@x.com = Bob"],
        ),
        ("# Email, Name, Team\nann@x.com, Ann, IT", &["2: ann@x.com = Ann"]),
        (
            "Email\nann@x.com\nTeam email\nit@x.com\nEmail address\nkim@x.com",
            &["2: ann@x.com", "3: Team email", "4: it@x.com", "5: Email address", "6: kim@x.com"],
        ),
        (
            "|Name|Email|\n|:--|--:|\n|Ann|ann@x.com|\n|-|bob@x.com|",
            &["3: ann@x.com = Ann", "4: bob@x.com = -"],
        ),
        ("Name | Email\n | ann@x.com", &["2: ann@x.com"]),
        ("# people; teams\nAnn\nBob", &["2: Ann", "3: Bob"]),
        ("Name;Team\nAnn;Audit\nBob;IT\nKim\nLee", &["No column holds emails. The columns are Name, Team."]),
    ]);
}

#[test]
fn email_column_with_an_unclear_name_is_asked_about() {
    let only = |name: &str| {
        format!("Only “{name}” (1) holds emails, but its name does not show that they are for invites.")
    };
    for (text, name) in [
        ("Manager email,Name\nann@x.com,Ann", "Manager email"),
        ("Mailer,Name\nann@x.com,Ann", "Mailer"),
        ("Email (a (b)) x,Name\nann@x.com,Ann", "Email (a (b)) x"),
    ] {
        assert_eq!(summary(text), [only(name)], "{text}");
    }
    assert_eq!(
        summary("#,Mentor email\n1,ann@x.com\n#2,bob@x.com"),
        ["Only “Mentor email” (2) holds emails, but its name does not show that they are for invites."]
    );
    let same = columns_error("“Email”, column 2 (1), “Email”, column 3 (1)");
    assert_entries(&[
        ("Name,Email,Email\nAnn,ann@x.com,bob@x.com", &[&same]),
        ("Account,Email\nbob@x.com,SMTP:ann@x.com", &["2: ann@x.com"]),
    ]);
}

#[test]
fn rows_that_do_not_fit_the_header_are_flagged() {
    assert_entries(&[
        ("Name,Email\nAnn", &["2:  = Ann"]),
        (
            "Name,Email\nAnn,ann@x.com,\nBob,bob@x.com,x",
            &["2: ann@x.com = Ann", "3: bob@x.com ! this line has 3 columns, the header has 2 → bob@x.com"],
        ),
        (
            "Name,Email,Manager Email\nAnn,ann@x.com",
            &["2: ann@x.com ! this line has 2 columns, the header has 3"],
        ),
        (
            "Name,Email,Team\nAnn,\"ann@x.com,IT\nBob\",bob@x.com",
            &["2: ann@x.com ! the quotes in this line are unbalanced → ann@x.com", "3: bob@x.com = Bob\""],
        ),
        (
            "Name,Email\nAnn,\"Moss\" ann@x.com>",
            &["2: Moss\" ann@x.com> ! the quotes in this line are unbalanced"],
        ),
    ]);
    let quoted = |length: usize| format!("Name,Email\n\"{}\",ann@x.com", "x".repeat(length));
    assert!(parse(&quoted(32 * 1024), None).entries[0].warning.is_none());
    assert!(parse(&quoted(32 * 1024 + 1), None).entries[0].warning.is_some());
}

#[test]
fn blanks_and_quotes_around_rows_are_no_columns() {
    assert_entries(&[
        ("\"Name\"\n\"ann@x.com\"", &["1: \"Name\"", "2: \"ann@x.com\""]),
        ("Ann  ann@x.com", &["1: Ann  ann@x.com"]),
        ("Ann  ann@x.com;\nBob  bob@x.com", &["1: Ann  ann@x.com", "2: Bob  bob@x.com"]),
    ]);
}

#[test]
fn address_books_give_names_and_lines() {
    let card = |lines: &str| format!("BEGIN:VCARD\n{lines}\nEMAIL:ann@x.com\nEND:VCARD");
    for (lines, name) in [
        ("FN;ENCODING=QUOTED-PRINTABLE:Ann =\n Moss", "Ann Moss"),
        ("FN:Ann\n  Moss", "Ann Moss"),
        ("FN:Ann=20Moss", "Ann=20Moss"),
    ] {
        assert_eq!(summary(&card(lines)), [format!("1: ann@x.com = {name}")], "{lines}");
    }
    assert_entries(&[
        (
            "BEGIN:VCARD\nFN:Ann\nEMAIL:a@x.com\nEMAIL;TYPE=PREF:b@x.com\nEND:VCARD\n\
             BEGIN:VCARD\nFN:Bob\nEMAIL:c@x.com\nEMAIL;TYPE=WORK:d@x.com",
            &["1: b@x.com = Ann", "6: d@x.com = Bob"],
        ),
        (
            "dn: cn=Ann\ncn: Ann\nmail: ann@x.com\n\ndn: cn=Bob\ncn: Bob\nmail: bob@\n x.com",
            &["1: ann@x.com = Ann", "5: bob@x.com = Bob"],
        ),
    ]);
}

#[test]
fn json_gives_people_and_their_positions() {
    let owner = columns_error("“owner” (1), “users.1.email” (1)");
    assert_entries(&[
        ("[\"ann@x.com\", \"bob@x.com\"]", &["1: ann@x.com", "2: bob@x.com"]),
        ("{\"email\":\"ann@x.com\"}\n\n{\"email\":\"bob@x.com\"}", &["1: ann@x.com", "3: bob@x.com"]),
        ("{\"name\":\"Ann\",\"email\":\"ann@x.com\",\"tags\":[\"a\"]}", &["1: ann@x.com = Ann"]),
        ("{\"name\":\"Ann\"}", &["No column holds emails. The columns are name."]),
        ("[{\"email\":\"ann@x.com\",\"managerEmail\":\"ask Ann\"}]", &["1: ann@x.com"]),
        ("{\"users\":[]}", &["No column holds emails. The columns are users."]),
        ("{\"users\":[{\"email\":\"ann@x.com\"}],\"owner\":\"boss@x.com\"}", &[&owner]),
    ]);
    let object = |keys: usize| {
        let keys: Vec<String> = (0..keys).map(|n| format!("\"k{n}\":1")).collect();
        format!("[{{\"email\":\"ann@x.com\",{}}}]", keys.join(","))
    };
    assert_eq!(summary(&object(999)), ["1: ann@x.com"]);
    assert!(summary(&object(1000))[0].contains("more than 1,000 columns"));
}

#[test]
fn lists_up_to_the_limits_are_read() {
    let many = "The list has more than 100,000 entries. Split it.";
    for header in ["", "Email\n"] {
        let list = |count: usize| parse(&format!("{header}{}", "a@x.io\n".repeat(count)), None);
        assert_eq!(list(limits::MAX_IMPORT_ENTRIES).entries.len(), limits::MAX_IMPORT_ENTRIES);
        let error = list(limits::MAX_IMPORT_ENTRIES + 1).error.expect("refused");
        assert_eq!(error.text(), many, "{header}");
    }
    let large = "\0".repeat(limits::MAX_IMPORT_BYTES);
    assert!(summary(&large)[0].contains("NUL"), "the size is allowed");
    assert_eq!(summary(&format!("{large}\0")), ["The list is larger than 8 MB. Split it."]);
}

#[test]
fn columns_are_offered_only_if_there_are_several() {
    let second = ColumnChoice::Index(1);
    for (text, choice, has_columns, columns) in [
        ("ann@x.com", None, false, 0),
        ("Email\nann@x.com", None, false, 1),
        ("Name,Email\nAnn,ann@x.com", None, true, 1),
        ("ann@x.com;boss@x.com;Ann", None, false, 2),
        ("ann@x.com;boss@x.com;Ann", Some(&second), true, 2),
        ("Ann;ann@x.com;IT", Some(&second), false, 1),
        ("Ann,ann@x.com", None, false, 0),
    ] {
        let list = parse(text, choice);
        assert_eq!((list.has_columns(), list.columns.len()), (has_columns, columns), "{text}");
    }
}

#[test]
fn placeholders_work_without_a_header() {
    let list = parse("Ann Moss <ann@x.com>", None);
    for (placeholder, value) in [
        ("email", Some("ann@x.com")),
        ("Name", Some("Ann Moss")),
        ("Display name", Some("Ann Moss")),
        ("team", None),
    ] {
        assert_eq!(list.resolve(&list.entries[0], placeholder).as_deref(), value, "{placeholder}");
    }
    let preview = Template::new("a { b {name}").preview(&list, &list.entries[0]);
    assert_eq!(preview, "a { b Ann Moss");
}
