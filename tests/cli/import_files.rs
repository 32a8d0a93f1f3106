//! Real-world lists in `tests/data/import`, imported by the command. `tests/screens/import_files.rs` reads the same table.

use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::{CommandOutput, TestEnv};

fn fixture_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/import")
}

fn printed_emails(output: &CommandOutput) -> Vec<String> {
    output.items().iter().map(|item| item["email"].as_str().expect("an email").to_owned()).collect()
}

#[test]
fn import_reads_every_list_as_expected() {
    let env = TestEnv::new(0);
    let table = fs::read_to_string(fixture_dir().join("expected.tsv")).expect("the table");
    for line in table.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let [file, new, flagged, column, _] = cells.as_slice() else { panic!("{line}") };
        let path = fixture_dir().join(file).to_str().expect("a path").to_owned();
        let output = env.run(&["import", &path, "--dry-run", "--json"]);
        if new.ends_with('.') {
            let needs_column = output.stderr.contains("--email-column");
            assert_eq!(output.code, if needs_column { 7 } else { 2 }, "{file}: {}", output.stderr);
            assert!(output.stderr.contains(new), "{file}: {}", output.stderr);
            continue;
        }
        let mut expected: Vec<&str> = new
            .split(" | ")
            .map(|entry| entry.split('=').next().unwrap_or_default())
            .filter(|entry| !entry.is_empty())
            .collect();
        let mut emails = printed_emails(&output);
        expected.sort_unstable();
        emails.sort_unstable();
        assert_eq!(emails, expected, "{file}: {}", output.stderr);
        assert_eq!(output.code, if flagged.is_empty() { 0 } else { 5 }, "{file}: {}", output.stderr);
        for suggestion in flagged.split(" | ").filter(|entry| !entry.is_empty()) {
            let messages = [format!("did you mean {suggestion}?"), format!(": {suggestion}: invalid")];
            assert!(
                messages.iter().any(|message| output.stderr.contains(message)),
                "{file}: {}",
                output.stderr
            );
        }
        let is_named =
            |line: &str| line.contains("Emails from column ") && line.ends_with(&format!(" “{column}”."));
        assert_eq!(output.stderr.lines().any(is_named), !column.is_empty(), "{file}: {}", output.stderr);
    }
    assert_eq!(env.request_count("POST"), 0);
}

#[test]
fn import_with_an_unclear_email_column_asks_for_it() {
    let env = TestEnv::new(0);
    let list = env.write_file(
        "list.csv",
        "Name,Arbeit,Chef\nAnn,ann@acme.com,hana@acme.com\nCole,cole@acme.com,hana@acme.com\n",
    );
    let output = env.run(&["import", &list, "--yes"]).assert_code(7);
    output.assert_stderr("“Arbeit” (2), “Chef” (2)").assert_stderr("--email-column");
    assert_eq!(env.request_count("POST"), 0);
    env.run(&["import", &list, "--email-column", "Nope", "--yes"])
        .assert_code(2)
        .assert_stderr("The columns are Name, Arbeit, Chef.");
    let output = env
        .run(&["import", &list, "--email-column", "arbeit", "--message", "Hi {name}.", "--yes"])
        .assert_code(0);
    output.assert_stderr("Emails from column 2 “Arbeit”.");
    assert_eq!(env.pending_emails(), ["ann@acme.com", "cole@acme.com"]);
    env.run(&["import", &list, "--email-column", "3", "--dry-run"])
        .assert_code(0)
        .assert_stderr("Emails from column 3 “Chef”.");
    let no_header = env.write_file("bare.csv", "Eva,eva@acme.com,hana@acme.com\n");
    env.run(&["import", &no_header, "--yes"]).assert_code(7).assert_stderr("column 2 (1), column 3 (1)");
    env.run(&["import", &no_header, "--email-column", "2", "--yes"]).assert_code(0);
    let same = env.write_file("same.csv", "Name,Email,Name,Email\nAnn,max@acme.com,Hana,hana@acme.com\n");
    env.run(&["import", &same, "--yes"])
        .assert_code(7)
        .assert_stderr("“Email”, column 2 (1), “Email”, column 4 (1)");
    env.run(&["import", &same, "--email-column", "email", "--yes"])
        .assert_code(2)
        .assert_stderr("columns 2, 4.");
    env.run(&["import", &same, "--email-column", "2", "--yes"])
        .assert_code(0)
        .assert_stderr("Emails from column 2 “Email”.");
    assert_eq!(env.email_count("hana@acme.com"), 0);
}

#[test]
fn import_rejected_file_can_be_fixed_and_imported_again() {
    let env = TestEnv::new(0);
    let text = "Work Email,Name,Team,Manager Email\nann@acme.com,Ann,Audit,hana@acme.com\ncole@acme,Cole,\"IT, EU\",hana@acme.com\n\
                ed@gmial.com,Ed,=x,hana@acme.com\nnobody,Nora,HR,hana@acme.com\nann@acme.com,Ann,Audit,hana@acme.com\n";
    let list = env.write_file("list.csv", text);
    let rejected = env.path("rejected.csv");
    let args = ["import", &list, "--rejected", &rejected, "--message", "Hi {name} of {team}."];
    env.run(&[&args[..], &["--dry-run"]].concat()).assert_code(5).assert_stderr("2 entries skipped");
    let written = fs::read_to_string(&rejected).expect("the file");
    assert_eq!(
        written,
        "email,Name,Team,reason,suggestion\n\
         ed@gmial.com,Ed,'=x,\"typo? ed@gmail.com (gmial.com is close to gmail.com, a public mail domain)\",ed@gmail.com\n\
         nobody,Nora,HR,invalid: it has no @,\n"
    );
    env.run(&[&args[..], &["--yes"]].concat()).assert_code(7).assert_stderr("already exists");
    fs::remove_file(&rejected).expect("removed");
    env.run(&[&args[..], &["--yes"]].concat()).assert_code(5);
    assert_eq!(env.pending_emails(), ["ann@acme.com", "cole@acme"]);
    let fixed = written.replace("ed@gmial.com,", "ed@gmail.com,").replace("nobody", "nora@acme.com");
    let fixed = env.write_file("fixed.csv", fixed);
    env.run(&["import", &fixed, "--message", "Hi {name} of {team}.", "--yes"]).assert_code(0);
    let messages: Vec<String> = env.control.invites().into_iter().map(|invite| invite.message).collect();
    assert!(messages.contains(&"Hi Ed of =x.".to_owned()), "{messages:?}");
    assert!(messages.contains(&"Hi Nora of HR.".to_owned()), "{messages:?}");
    assert_eq!(env.email_count("hana@acme.com"), 0);
}

#[test]
fn import_rejected_misplaced_row_waits_until_fixed() {
    let env = TestEnv::new(0);
    let text = "Name,Email,Manager Email\nAnn,ann@acme.com,hana@acme.com\nKim Lee,hana@acme.com\n\
                \"Moss, Bob,bob@acme.com,hana@acme.com\n";
    let list = env.write_file("list.csv", text);
    let (first, second) = (env.path("first.csv"), env.path("second.csv"));
    env.run(&["import", &list, "--rejected", &first, "--yes"]).assert_code(5);
    env.run(&["import", &first, "--rejected", &second, "--yes"])
        .assert_code(5)
        .assert_stderr("2 entries skipped");
    let written = fs::read_to_string(&second).expect("the file");
    assert!(written.starts_with("email,Name,reason,suggestion,original row\n,,"), "{written}");
    assert!(written.contains("\"Kim Lee,hana@acme.com\""), "{written}");
    let fixed = written.lines().map(|line| match line.contains("bob@acme.com") {
        true => format!("bob@acme.com,Bob Moss{}\n", &line[1..]),
        false => format!("{line}\n"),
    });
    let fixed = env.write_file("fixed.csv", fixed.collect::<String>());
    env.run(&["import", &fixed, "--message", "Hi {name}.", "--yes"]).assert_code(5);
    assert_eq!(env.pending_emails(), ["ann@acme.com", "bob@acme.com"]);
    assert_eq!(env.email_count("hana@acme.com"), 0);
}

#[test]
fn import_rejected_to_stdout_conflicts_with_results() {
    let env = TestEnv::new(0);
    let list = env.write_file("list.csv", "Name,Email\nAnn,ann@acme.com\nNora,nobody\n");
    let args = ["import", &list, "--rejected", "-"];
    env.run(&[&args[..], &["--dry-run"]].concat()).assert_code(2).assert_stderr("the results go there");
    env.run(&[&args[..], &["--yes", "--json"]].concat()).assert_code(2);
    env.run(&[&args[..], &["--plan-file", "-"]].concat()).assert_code(2);
    let output = env.run(&[&args[..], &["--plan-file", &env.path("plan.json")]].concat()).assert_code(5);
    let output = output.assert_stderr("1 entry skipped, written to standard output.");
    assert_eq!(output.stdout, "email,Name,reason,suggestion\nnobody,Nora,invalid: it has no @,\n");
    assert_eq!(env.request_count("POST"), 0);
}

#[test]
fn import_misplaced_row_gives_no_name() {
    let env = TestEnv::new(0);
    let list = env.write_file("list.csv", "Name,Email\nMoss, Ann,ann@acme.com\n");
    let rejected = env.path("rejected.csv");
    env.run(&["import", &list, "--rejected", &rejected, "--yes"]).assert_code(5);
    let written = fs::read_to_string(&rejected).expect("the file");
    assert!(written.contains("\n,,") && written.contains("\"Moss,Ann,ann@acme.com\""), "{written}");
}

#[test]
fn import_exit_code_shows_if_entries_were_skipped() {
    let env = TestEnv::new(1);
    let list = env.write_file("known", "guest0@example.com\nguest0@example.com\n");
    env.run(&["import", &list, "--yes"]).assert_code(0).assert_stderr("Nothing to do");
    let list = env.write_file("broken", "nobody\n");
    env.run(&["import", &list, "--yes"]).assert_code(5);
    env.run(&["import", &list, "--dry-run"]).assert_code(5);
    let list = env.write_file("both", "ann@example.com\nnobody\n");
    env.run(&["import", &list, "--dry-run"]).assert_code(5);
    env.run(&["import", &list, "--yes"]).assert_code(5);
    let list = env.write_file("flagged", "ed@gmial.com\n");
    env.run(&["import", &list, "--yes"]).assert_code(5);
    env.run(&["import", &list, "--include-flagged", "--yes"]).assert_code(0);
    assert_eq!(env.request_count("POST"), 2);
}

#[test]
fn import_too_long_list_is_an_error() {
    let env = TestEnv::new(0);
    let list = env.write_file("entries", "a@x\n".repeat(100_001));
    env.run(&["import", &list, "--yes"]).assert_code(2).assert_stderr("more than 100,000 entries");
    let list = env.write_file("bytes", vec![b'\n'; 8 * 1024 * 1024 + 1]);
    env.run(&["import", &list, "--yes"]).assert_code(2).assert_stderr("larger than 8 MB");
    assert_eq!(env.request_count("POST"), 0);
}

#[test]
fn import_fallback_fills_rows_without_a_value() {
    let env = TestEnv::new(0);
    let list = env.write_file("list.csv", "Vorname;Name;E-Mail\nAnn;Moss;ann@acme.com\n;;eva@acme.com\n");
    let output = env.run(&["import", &list, "--message", "Hi {name}.", "--yes"]).assert_code(7);
    output.assert_stderr("line 3: eva@acme.com: no value for {name}").assert_stderr("{name|there}");
    env.run(&["import", &list, "--message", "Hi {name|there}.", "--yes"]).assert_code(0);
    let mut messages: Vec<String> = env.control.invites().into_iter().map(|invite| invite.message).collect();
    messages.sort();
    assert_eq!(messages, ["Hi Ann Moss.", "Hi there."]);
}
