//! Lists as people have them, `tests/data/import`, through the command: the same table as in `tests/screens/lists.rs`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::harness::{CommandOutput, TestEnv};

fn fixture_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/import")
}

fn printed_emails(said: &CommandOutput) -> Vec<String> {
    let object = |line: &str| serde_json::from_str::<Value>(line).expect("one object per line");
    said.stdout.lines().map(|line| object(line)["email"].as_str().expect("an email").to_owned()).collect()
}

#[test]
fn import_reads_every_list_as_expected() {
    let place = TestEnv::new(0);
    let table = fs::read_to_string(fixture_dir().join("expected.tsv")).expect("the table");
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [file, new, held, column, _] = cells.as_slice() else { panic!("{line}") };
        let path = fixture_dir().join(file).to_str().expect("a path").to_owned();
        let said = place.run(&["import", &path, "--dry-run", "--json"]);
        if new.ends_with('.') {
            let waits = said.stderr.contains("--email-column");
            assert_eq!(said.code, if waits { 7 } else { 2 }, "{file}: {}", said.stderr);
            assert!(said.stderr.contains(new), "{file}: {}", said.stderr);
            continue;
        }
        let mut expected: Vec<&str> = new
            .split(" | ")
            .map(|one| one.split('=').next().unwrap_or_default())
            .filter(|one| !one.is_empty())
            .collect();
        let mut found = printed_emails(&said);
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected, "{file}: {}", said.stderr);
        assert_eq!(said.code, if held.is_empty() { 0 } else { 5 }, "{file}: {}", said.stderr);
        for suggestion in held.split(" | ").filter(|one| !one.is_empty()) {
            let is_told = [format!("did you mean {suggestion}?"), format!(": {suggestion}: invalid")];
            assert!(is_told.iter().any(|told| said.stderr.contains(told)), "{file}: {}", said.stderr);
        }
        let shown = format!("Email column: “{column}”.");
        assert_eq!(said.stderr.contains(&shown), !column.is_empty(), "{file}: {}", said.stderr);
    }
    assert_eq!(place.request_count("POST"), 0);
}

#[test]
fn import_with_an_unclear_email_column_asks_for_it() {
    let place = TestEnv::new(0);
    let list = place.write_file(
        "list.csv",
        "Name,Arbeit,Chef\nAnn,ann@acme.com,hana@acme.com\nCole,cole@acme.com,hana@acme.com\n",
    );
    let said = place.run(&["import", &list, "--yes"]).assert_code(7);
    said.assert_stderr("“Arbeit” (2), “Chef” (2)").assert_stderr("--email-column");
    assert_eq!(place.request_count("POST"), 0);
    place
        .run(&["import", &list, "--email-column", "Nope", "--yes"])
        .assert_code(2)
        .assert_stderr("The columns are Name, Arbeit, Chef.");
    let said = place
        .run(&["import", &list, "--email-column", "arbeit", "--message", "Hi {name}.", "--yes"])
        .assert_code(0);
    said.assert_stderr("Email column: “Arbeit”.");
    assert_eq!(place.pending_emails(), ["ann@acme.com", "cole@acme.com"]);
    place
        .run(&["import", &list, "--email-column", "3", "--dry-run"])
        .assert_code(0)
        .assert_stderr("Email column: “Chef”.");
    let bare = place.write_file("bare.csv", "Eva,eva@acme.com,hana@acme.com\n");
    place.run(&["import", &bare, "--yes"]).assert_code(7).assert_stderr("column 2 (1), column 3 (1)");
    place.run(&["import", &bare, "--email-column", "2", "--yes"]).assert_code(0);
    let same = place.write_file("same.csv", "Name,Email,Name,Email\nAnn,max@acme.com,Hana,hana@acme.com\n");
    place
        .run(&["import", &same, "--yes"])
        .assert_code(7)
        .assert_stderr("“Email”, column 2 (1), “Email”, column 4 (1)");
    place
        .run(&["import", &same, "--email-column", "email", "--yes"])
        .assert_code(2)
        .assert_stderr("columns 2, 4.");
    place
        .run(&["import", &same, "--email-column", "2", "--yes"])
        .assert_code(0)
        .assert_stderr("“Email”, column 2.");
    assert_eq!(place.email_count("hana@acme.com"), 0);
}

#[test]
fn import_rejected_file_can_be_fixed_and_imported_again() {
    let place = TestEnv::new(0);
    let text = "Work Email,Name,Team,Manager Email\nann@acme.com,Ann,Audit,hana@acme.com\ncole@acme,Cole,\"IT, EU\",hana@acme.com\n\
                ed@gmial.com,Ed,=x,hana@acme.com\nnobody,Nora,HR,hana@acme.com\nann@acme.com,Ann,Audit,hana@acme.com\n";
    let list = place.write_file("list.csv", text);
    let rejected = place.path("rejected.csv");
    let args = ["import", &list, "--rejected", &rejected, "--message", "Hi {name} of {team}."];
    place.run(&[&args[..], &["--dry-run"]].concat()).assert_code(5).assert_stderr("2 entries skipped");
    let written = fs::read_to_string(&rejected).expect("the file");
    assert_eq!(
        written,
        "email,Name,Team,reason,suggestion\n\
         ed@gmial.com,Ed,'=x,\"typo? ed@gmail.com (gmial.com is close to gmail.com, a public mail domain)\",ed@gmail.com\n\
         nobody,Nora,HR,invalid: it has no @,\n"
    );
    place.run(&[&args[..], &["--yes"]].concat()).assert_code(7).assert_stderr("already exists");
    fs::remove_file(&rejected).expect("removed");
    place.run(&[&args[..], &["--yes"]].concat()).assert_code(5);
    assert_eq!(place.pending_emails(), ["ann@acme.com", "cole@acme"]);
    let fixed = written.replace("ed@gmial.com,", "ed@gmail.com,").replace("nobody", "nora@acme.com");
    let fixed = place.write_file("fixed.csv", fixed);
    place.run(&["import", &fixed, "--message", "Hi {name} of {team}.", "--yes"]).assert_code(0);
    let messages: Vec<String> = place.control.invites().into_iter().map(|invite| invite.message).collect();
    assert!(messages.contains(&"Hi Ed of =x.".to_owned()), "{messages:?}");
    assert!(messages.contains(&"Hi Nora of HR.".to_owned()), "{messages:?}");
    assert_eq!(place.email_count("hana@acme.com"), 0);
}

#[test]
fn import_rejected_misplaced_row_waits_until_fixed() {
    let place = TestEnv::new(0);
    let text = "Name,Email,Manager Email\nAnn,ann@acme.com,hana@acme.com\nKim Lee,hana@acme.com\n\
                \"Moss, Bob,bob@acme.com,hana@acme.com\n";
    let list = place.write_file("list.csv", text);
    let (first, second) = (place.path("first.csv"), place.path("second.csv"));
    place.run(&["import", &list, "--rejected", &first, "--yes"]).assert_code(5);
    place
        .run(&["import", &first, "--rejected", &second, "--yes"])
        .assert_code(5)
        .assert_stderr("2 entries skipped");
    let written = fs::read_to_string(&second).expect("the file");
    assert!(written.starts_with("email,Name,reason,suggestion,original row\n,,"), "{written}");
    assert!(written.contains("\"Kim Lee,hana@acme.com\""), "{written}");
    let fixed = written.lines().map(|line| match line.contains("bob@acme.com") {
        true => format!("bob@acme.com,Bob Moss{}\n", &line[1..]),
        false => format!("{line}\n"),
    });
    let fixed = place.write_file("fixed.csv", fixed.collect::<String>());
    place.run(&["import", &fixed, "--message", "Hi {name}.", "--yes"]).assert_code(5);
    assert_eq!(place.pending_emails(), ["ann@acme.com", "bob@acme.com"]);
    assert_eq!(place.email_count("hana@acme.com"), 0);
}

#[test]
fn import_rejected_to_stdout_conflicts_with_results() {
    let place = TestEnv::new(0);
    let list = place.write_file("list.csv", "Name,Email\nAnn,ann@acme.com\nNora,nobody\n");
    let args = ["import", &list, "--rejected", "-"];
    place.run(&[&args[..], &["--dry-run"]].concat()).assert_code(2).assert_stderr("the results go there");
    place.run(&[&args[..], &["--yes", "--json"]].concat()).assert_code(2);
    place.run(&[&args[..], &["--plan-file", "-"]].concat()).assert_code(2);
    let said = place.run(&[&args[..], &["--plan-file", &place.path("plan.json")]].concat()).assert_code(5);
    let said = said.assert_stderr("1 entry skipped, written to standard output.");
    assert_eq!(said.stdout, "email,Name,reason,suggestion\nnobody,Nora,invalid: it has no @,\n");
    assert_eq!(place.request_count("POST"), 0);
}

#[test]
fn import_misplaced_row_gives_no_name() {
    let place = TestEnv::new(0);
    let list = place.write_file("list.csv", "Name,Email\nMoss, Ann,ann@acme.com\n");
    let rejected = place.path("rejected.csv");
    place.run(&["import", &list, "--rejected", &rejected, "--yes"]).assert_code(5);
    let written = fs::read_to_string(&rejected).expect("the file");
    assert!(written.contains("\n,,") && written.contains("\"Moss,Ann,ann@acme.com\""), "{written}");
}

#[test]
fn import_exit_code_shows_if_entries_were_skipped() {
    let place = TestEnv::new(1);
    let list = place.write_file("known", "guest0@example.com\nguest0@example.com\n");
    place.run(&["import", &list, "--yes"]).assert_code(0).assert_stderr("Nothing to do");
    let list = place.write_file("broken", "nobody\n");
    place.run(&["import", &list, "--yes"]).assert_code(5);
    place.run(&["import", &list, "--dry-run"]).assert_code(5);
    let list = place.write_file("both", "ann@example.com\nnobody\n");
    place.run(&["import", &list, "--dry-run"]).assert_code(5);
    place.run(&["import", &list, "--yes"]).assert_code(5);
    let list = place.write_file("flagged", "ed@gmial.com\n");
    place.run(&["import", &list, "--yes"]).assert_code(5);
    place.run(&["import", &list, "--include-flagged", "--yes"]).assert_code(0);
    assert_eq!(place.request_count("POST"), 2);
}

#[test]
fn import_too_long_list_is_an_error() {
    let place = TestEnv::new(0);
    let list = place.write_file("entries", "a@x\n".repeat(100_001));
    place.run(&["import", &list, "--yes"]).assert_code(2).assert_stderr("more than 100,000 entries");
    let list = place.write_file("bytes", vec![b'\n'; 8 * 1024 * 1024 + 1]);
    place.run(&["import", &list, "--yes"]).assert_code(2).assert_stderr("larger than 8 MB");
    assert_eq!(place.request_count("POST"), 0);
}

#[test]
fn import_fallback_fills_rows_without_a_value() {
    let place = TestEnv::new(0);
    let list = place.write_file("list.csv", "Vorname;Name;E-Mail\nAnn;Moss;ann@acme.com\n;;eva@acme.com\n");
    let said = place.run(&["import", &list, "--message", "Hi {name}.", "--yes"]).assert_code(7);
    said.assert_stderr("line 3: eva@acme.com: no value for {name}").assert_stderr("{name|there}");
    place.run(&["import", &list, "--message", "Hi {name|there}.", "--yes"]).assert_code(0);
    let mut messages: Vec<String> =
        place.control.invites().into_iter().map(|invite| invite.message).collect();
    messages.sort();
    assert_eq!(messages, ["Hi Ann Moss.", "Hi there."]);
}
