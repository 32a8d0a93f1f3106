//! Tests of headers and columns: which line is the header, and which column holds the emails.

use super::*;

const MANY_COLUMNS: &str = "Name,Work,Work,Private,2,-\nAnn,a@x.com,b@x.com,c@x.com,d@x.com,e@x.com";

fn emails(text: &str, choice: Option<&ColumnChoice>) -> Result<Vec<String>, String> {
    let list = parse(text, choice);
    match list.error {
        Some(error) => Err(error.text().to_owned()),
        None => Ok(list.entries.into_iter().map(|entry| entry.email).collect()),
    }
}

#[test]
fn column_typed_by_name_or_number_is_chosen() {
    for (typed, email) in [
        (" Private ", "c@x.com"),
        ("PRIVATE", "c@x.com"),
        ("2", "d@x.com"),
        ("3", "b@x.com"),
        ("6", "e@x.com"),
        ("-", "e@x.com"),
    ] {
        let choice = ColumnChoice::Typed(typed.into());
        assert_eq!(emails(MANY_COLUMNS, Some(&choice)), Ok(vec![email.to_owned()]), "{typed}");
    }
    assert_eq!(emails(MANY_COLUMNS, Some(&ColumnChoice::Index(5))), Ok(vec!["e@x.com".to_owned()]));
}

#[test]
fn column_that_is_unknown_or_shared_is_an_error() {
    let unknown = |name: &str| {
        format!("The list has no column {name}. The columns are Name, Work, Work, Private, 2, -.")
    };
    let shared = |name: &str| {
        format!("The list has several columns named {name}: columns 2, 3. Choose one by its number.")
    };
    let typed = |text: &str| ColumnChoice::Typed(text.into());
    for (choice, error) in [
        (typed("Work"), shared("Work")),
        (typed("work"), shared("work")),
        (typed("Nope"), unknown("Nope")),
        (typed(""), unknown("")),
        (typed("0"), unknown("0")),
        (typed("7"), unknown("7")),
        (ColumnChoice::Index(6), unknown("7")),
        (ColumnChoice::Index(8), unknown("9")),
    ] {
        assert_eq!(emails(MANY_COLUMNS, Some(&choice)), Err(error), "{choice:?}");
    }
}

#[test]
fn column_of_lines_without_a_header_is_chosen_by_number() {
    let text = "ann@x.com;Ann;ann@home.org\nbob@x.com\nkim@x.com;Kim";
    let chosen = |choice: ColumnChoice| emails(text, Some(&choice)).map(|emails| emails.join(" "));
    assert_eq!(chosen(ColumnChoice::Typed(" 1 ".into())).as_deref(), Ok("ann@x.com bob@x.com kim@x.com"));
    assert_eq!(chosen(ColumnChoice::Index(0)).as_deref(), Ok("ann@x.com bob@x.com kim@x.com"));
    let list = parse(text, Some(&ColumnChoice::Typed("3".into())));
    let warnings: Vec<Option<&str>> =
        list.entries.iter().map(|entry| Some(entry.warning.as_ref()?.reason.as_str())).collect();
    assert_eq!(list.entries[0].email, "ann@home.org");
    assert_eq!(warnings, [None, Some("this line has no column 3"), Some("this line has no column 3")]);
    assert_eq!(list.column_text().as_deref(), Some("Emails from column 3."));
    for typed in ["Email", "0", ""] {
        let error = chosen(ColumnChoice::Typed(typed.into())).expect_err(typed);
        assert_eq!(error, "The list has no header: choose the email column by its number.");
    }
}

#[test]
fn column_text_names_the_column_and_its_number() {
    let text = |list: &str, choice| parse(list, choice).column_text();
    assert_eq!(text("Name,Email\nAnn,ann@x.com", None).as_deref(), Some("Emails from column 2 “Email”."));
    let second = ColumnChoice::Index(1);
    assert_eq!(text(MANY_COLUMNS, Some(&second)).as_deref(), Some("Emails from column 2 “Work”."));
    assert_eq!(text("ann@x.com", None), None);
}

#[test]
fn email_column_is_found_only_if_unambiguous() {
    let unclear = "Several columns hold emails, and it is unclear which are for invites: ";
    let only = "Only “";
    for (text, expected) in [
        ("Email,E-mail\na@x.com,A@X.com\nb@x.com,b@x.com", Ok("a@x.com b@x.com")),
        ("Email,E-mail\na@x.com,a@x.com\nb@x.com,boss@x.com", Err(unclear)),
        ("UPN,Name\na@x.com,Ann", Ok("a@x.com")),
        ("UPN,Email\na@x.com,", Err(only)),
        ("Email,UPN\na@x.com,a@corp.org", Ok("a@x.com")),
        ("Email,Contact\nnone,a@x.com", Err(only)),
        ("Email,Contact\nnone,", Ok("none")),
        ("Contact,Team\na@x.com,Audit", Ok("a@x.com")),
        ("Contact,Partner\na@x.com,b@x.com", Err(unclear)),
        ("Contact,Manager\na@x.com,b@x.com", Err(unclear)),
        ("Name,Manager\nAnn,b@x.com", Err(only)),
    ] {
        match (emails(text, None), expected) {
            (Ok(found), Ok(emails)) => assert_eq!(found.join(" "), emails, "{text}"),
            (Err(found), Err(error)) => assert!(found.starts_with(error), "{text}: {found}"),
            (found, _) => panic!("{text}: {found:?}"),
        }
    }
}

#[test]
fn chosen_column_error_keeps_header_and_columns() {
    let list = parse("Name,Work,Private\nAnn,a@x.com,\nBob,b@x.com,c@x.com", None);
    assert!(matches!(list.error, Some(ImportError::ChooseColumn(_))), "{:?}", list.error);
    assert_eq!(list.header, ["Name", "Work", "Private"]);
    let columns: Vec<(usize, usize)> =
        list.columns.iter().map(|column| (column.index, column.email_count)).collect();
    assert_eq!(columns, [(1, 2), (2, 1)], "columns without emails cannot be chosen");
}

#[test]
fn header_is_the_line_with_the_clearest_names() {
    for (text, header) in [
        ("Exported by ann@x.com\n\nName,Email\nAnn,a@x.com", vec!["Name", "Email"]),
        ("Manager email,Team\nName,Email\nAnn,a@x.com", vec!["Name", "Email"]),
        ("Name,Email\nMentor email,Team\nAnn,a@x.com", vec!["Name", "Email"]),
        ("# Email, Name\nann@x.com, Ann\nbob@x.com, Bob", vec!["Email", "Name"]),
        ("# people with an email\nann@x.com", vec![]),
        ("# team email, 2024\nann@x.com, Ann", vec![]),
        ("#,Email\n#1,ann@x.com\n#2,bob@x.com", vec!["#", "Email"]),
        ("Who,Where\nann@x.com,Audit", vec!["Who", "Where"]),
        ("Who,\nann@x.com,Audit", vec![]),
        ("Who,Where,Why\nann@x.com,Audit", vec![]),
        ("# Who,Where\nann@x.com,Audit", vec![]),
        ("Audit\nann@x.com", vec![]),
    ] {
        assert_eq!(parse(text, None).header, header, "{text}");
    }
}

#[test]
fn numbered_rows_below_a_number_sign_are_no_comments() {
    let text = "#,Email\n#1,ann@x.com\n2,bob@x.com\n# left: kim@x.com,kim@x.com";
    assert_eq!(emails(text, None), Ok(vec!["ann@x.com".to_owned(), "bob@x.com".to_owned()]));
}

#[test]
fn list_without_emails_names_its_columns() {
    let error = |text: &str| emails(text, None).expect_err(text);
    let expected = "No column holds emails. The columns are Name, Team.";
    assert_eq!(error("Name;Team\nAnn;Audit\nBob;IT"), expected);
    assert_eq!(error("# people\nName;Team\nAnn;Audit\nBob"), expected);
    for text in ["Ann", "Ann;Audit", "Ann;Audit\nBob\nKim\nLee", "Ann;Audit\nBob;IT\nKim\nLee"] {
        assert_eq!(parse(text, None).error, None, "{text}");
    }
}
