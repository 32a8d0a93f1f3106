//! `note` and `snooze`, and the filters that use them.

use crate::harness::{CommandOutput, TestEnv, guest_email};

fn emails(output: &CommandOutput) -> Vec<String> {
    output.rows().iter().map(|row| row[0].to_owned()).collect()
}

#[test]
fn notes_are_written_read_filtered_and_removed() {
    let env = TestEnv::new(3);
    let email = guest_email(1);
    env.run(&["note", &email, "Back in June."]).assert_code(0).assert_stderr("Note saved.");
    assert_eq!(env.run(&["note", &email]).assert_code(0).stdout, "Back in June.\n");
    let noted = env.run(&["list", "--filter", "note:june", "--template", "{{ email }}"]).assert_code(0);
    assert_eq!(noted.stdout.trim_end(), email);
    let exported = env.run(&["export", "--format", "csv", "--filter", "is:noted"]).assert_code(0);
    assert_eq!(exported.stdout.lines().count(), 2);
    let planned = env.run(&["delete", "--filter", "!is:noted", "--dry-run", "-o", "tsv"]).assert_code(0);
    assert_eq!(planned.rows().len(), 2);
    env.run(&["edit", &email, "--email", "other@example.com", "--yes"]).assert_code(0);
    assert_eq!(
        env.run(&["note", "other@example.com"]).assert_code(0).stdout,
        "Back in June.\n",
        "it moved along"
    );
    env.run(&["note", &email, "--clear"]).assert_code(0).assert_stderr("Note removed.");
    env.run(&["note", &email]).assert_code(0).assert_stderr("There is no note.");
    env.run(&["note", "other@example.com", &"x".repeat(501)]).assert_code(7);
    assert_eq!(env.run(&["list", "--filter", "note:x"]).assert_code(0).stdout, "");
}

#[test]
fn snoozed_emails_are_listed_and_filtered() {
    let env = TestEnv::new(3);
    let (first, second) = (guest_email(0), guest_email(1));
    let until = env.run(&["snooze", &first, &second, "--for", "3d", "--json"]).assert_code(0).items();
    assert!(until.iter().all(|item| item["snoozed_until"].is_string()), "{until:?}");
    assert_eq!(
        emails(&env.run(&["list", "--filter", "is:snoozed"]).assert_code(0)),
        [first.clone(), second.clone()]
    );
    assert_eq!(env.run(&["list"]).assert_code(0).rows().len(), 3, "commands hide nothing");
    env.run(&["snooze", &first, "--clear"]).assert_code(0).assert_stderr("is not snoozed.");
    assert_eq!(emails(&env.run(&["list", "--filter", "is:snoozed"]).assert_code(0)), [second]);
    for time in ["yesterday", "2020-01-01", ""] {
        env.run(&["snooze", &first, "--until", time]).assert_code(2);
    }
    env.run(&["snooze", &first]).assert_code(2);
    for time in ["tomorrow", "monday", "2123-01-31", "2123-01-31T09:00"] {
        env.run(&["snooze", &first, "--until", time]).assert_code(0).assert_stderr("is snoozed until");
    }
}

#[test]
fn snooze_that_would_end_in_the_past_is_refused() {
    let env = TestEnv::new(1);
    for duration in ["30d", "99999d"] {
        env.run(&["snooze", &guest_email(0), "--before-expiry", duration])
            .assert_code(2)
            .assert_stderr("the snooze would end in the past");
    }
    assert!(emails(&env.run(&["list", "--filter", "is:snoozed"]).assert_code(0)).is_empty());
}
