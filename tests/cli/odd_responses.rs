//! Lists with unreadable rows, and lists from a server with a wrong clock.

use std::collections::BTreeMap;

use guestlist::sandbox::{Action, RawReply, Rule};

use crate::confirm_prompt::start_in_terminal;
use crate::harness::{TestEnv, guest_email};
use crate::pty::Pty;

/// Returns the list with these rows and a header added.
pub fn serve_list(env: &TestEnv, rows: &str, header: (&str, &str)) {
    let invite = |invite: guestlist::sandbox::InviteView| {
        let (uuid, email, expiry) = (invite.uuid, invite.email, invite.expiry_time);
        format!(r#"{{"identity":"invites/{uuid}","email":"{email}","message":"","expiry_time":"{expiry}"}}"#)
    };
    let mut all: Vec<String> = env.control.invites().into_iter().map(invite).collect();
    all.extend((!rows.is_empty()).then(|| rows.to_owned()));
    let body = format!(r#"{{"invites":[{}],"next_page_token":""}}"#, all.join(","));
    let headers = BTreeMap::from([(header.0.to_owned(), header.1.to_owned())]);
    let reply = RawReply { headers, body, ..RawReply::default() };
    let rule =
        Rule { path_contains: Some("page_size=".into()), ..Rule::for_method("GET", Action::Raw(reply)) };
    env.set_faults([rule.always()]);
}

/// Returns the list from a server with a wrong clock.
fn serve_list_with_wrong_clock(env: &TestEnv) {
    serve_list(env, "", ("date", "Thu, 01 Jan 2099 12:00:00 GMT"));
}

const ODD_ROWS: &str = r#"{"identity":7,"email":"x@y"},{"identity":"a\ud800"},NaN"#;

#[test]
fn unreadable_rows_are_counted_and_the_rest_is_shown() {
    let env = TestEnv::new(2);
    serve_list(&env, ODD_ROWS, ("x-total-count", "5"));
    let warning = "3 rows could not be read.";
    let output = env.run(&["list"]).assert_code(0).assert_stderr(warning);
    assert_eq!(output.stdout.lines().count(), 2, "{}", output.stdout);
    env.run(&["list", "--json", "--sort", "email"]).assert_code(0).assert_stderr(warning);
    let output = env.run(&["export", "--format", "ndjson"]).assert_code(0).assert_stderr(warning);
    assert_eq!(output.stdout.lines().count(), 2, "{}", output.stdout);
    env.run(&["create", "new@example.com", "--yes"]).assert_code(0).assert_stderr("an invite for any email");
}

#[test]
fn members_that_cannot_be_read_are_counted() {
    let env = TestEnv::new(1);
    let body =
        r#"{"members":[{"email":"kim@acme.com"},{"email":"x\ud800@y"},NaN],"page_token":""}"#.to_owned();
    let reply = RawReply { body, ..RawReply::default() };
    let rule = Rule { path_contains: Some("/members".into()), ..Rule::for_method("GET", Action::Raw(reply)) };
    env.set_faults([rule.always()]);
    let list = env.write_file("list.txt", "ann@example.com\n");
    env.run(&["import", &list, "--dry-run"]).assert_code(0).assert_stderr("2 members could not be read");
    assert!(env.run(&["doctor"]).assert_code(0).stdout.contains("2 members could not be read"));
}

#[test]
fn two_rows_with_one_identity_are_a_complete_list() {
    let env = TestEnv::new(2);
    let uuid = env.control.invites()[0].uuid;
    let repeated_row = format!(r#"{{"identity":"invites/{uuid}","email":"{}"}}"#, guest_email(0));
    serve_list(&env, &repeated_row, ("x-total-count", "3"));
    env.run(&["export", "--format", "csv"]).assert_code(0);
    let conflicting_row = format!(r#"{{"identity":"invites/{uuid}","email":"other@example.com"}}"#);
    serve_list(&env, &conflicting_row, ("x-total-count", "3"));
    env.run(&["export", "--format", "csv"]).assert_code(0).assert_stderr("1 row could not be read");
}

#[test]
fn clock_far_off_is_reported() {
    let env = TestEnv::new(1);
    assert!(!env.run(&["list"]).assert_code(0).stderr.contains("clock"));
    serve_list_with_wrong_clock(&env);
    env.run(&["list"]).assert_code(0).assert_stderr("days ahead of this machine's");
    assert!(env.run(&["doctor"]).stdout.contains("clock"));
}

#[test]
fn expired_with_a_clock_far_off_needs_the_number() {
    let env = TestEnv::new(2);
    serve_list_with_wrong_clock(&env);
    let file = env.path("plan.json");
    for filter in ["expired", "!exp>1000d", "#expired"] {
        env.run(&["delete", "--filter", filter, "--plan-file", &file])
            .assert_code(7)
            .assert_stderr("--expect 2");
    }
    env.run(&["delete", "--filter", "expired", "--plan-file", &file, "--expect", "2"]).assert_code(0);
    env.run(&["plan", "apply", &file, "--yes"]).assert_code(7).assert_stderr("--confirm-steps 2");
    env.run(&["delete", "--filter", "expired", "--yes"]).assert_code(2).assert_stderr("--expect");
    assert_eq!(env.request_count("DELETE"), 0);
    env.run(&["plan", "apply", &file, "--yes", "--confirm-steps", "2"]).assert_code(0);
    assert_eq!(env.request_count("DELETE"), 2);
}

#[test]
fn filter_without_time_needs_no_number_with_a_clock_far_off() {
    let env = TestEnv::new(2);
    serve_list_with_wrong_clock(&env);
    let file = env.path("plan.json");
    env.run(&["delete", "--filter", "@example.com", "--plan-file", &file]).assert_code(0);
    env.run(&["delete", "--filter", "@example.com", "--expect", "2", "--yes"]).assert_code(0);
}

#[test]
fn yes_with_a_clock_far_off_needs_confirm_steps() {
    let env = TestEnv::new(2);
    serve_list_with_wrong_clock(&env);
    for verb in ["delete", "resend"] {
        env.run(&[verb, "--filter", "expired", "--expect", "2", "--yes"])
            .assert_code(7)
            .assert_stderr("--yes --confirm-steps 2");
    }
    let args = ["delete", "--filter", "expired", "--expect", "2", "--yes", "--confirm-steps", "1"];
    env.run(&args).assert_code(7).assert_stderr("--confirm-steps 1 is not the number of steps");
    assert_eq!(env.request_count("DELETE") + env.request_count("POST"), 0);
    env.run(&["delete", "--filter", "expired", "--expect", "2", "--yes", "--confirm-steps", "2"])
        .assert_code(0);
    assert_eq!(env.request_count("DELETE"), 2);
}

#[test]
fn prompt_with_a_clock_far_off_asks_for_the_number() {
    let env = TestEnv::new(2);
    serve_list_with_wrong_clock(&env);
    let pty: Pty = start_in_terminal(&env.command(&["delete", "--filter", "expired"]));
    let exit = pty.wait_for_clean_exit();
    assert_eq!(exit.code, 7, "{}", exit.screen);
    let mut pty: Pty = start_in_terminal(&env.command(&["delete", "--filter", "expired", "--expect", "2"]));
    pty.wait_for_text("Type 2 (the number of steps)");
    pty.type_keys("y\r");
    assert_eq!(pty.wait_for_clean_exit().code, 7);
    assert_eq!(env.request_count("DELETE"), 0);
}
