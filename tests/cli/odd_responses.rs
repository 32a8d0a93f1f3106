//! Lists with unreadable rows, and lists from a server with a wrong clock.

use std::collections::BTreeMap;

use guestlist::sandbox::{Action, RawReply, Rule};

use crate::confirm_prompt::start_in_terminal;
use crate::harness::{TestEnv, guest_email};
use crate::pty::Pty;

/// Returns the list with these rows and a header added.
fn serve_list(place: &TestEnv, rows: &str, header: (&str, &str)) {
    let invite = |invite: guestlist::sandbox::InviteView| {
        let (uuid, email, expiry) = (invite.uuid, invite.email, invite.expiry_time);
        format!(r#"{{"identity":"invites/{uuid}","email":"{email}","message":"","expiry_time":"{expiry}"}}"#)
    };
    let mut all: Vec<String> = place.control.invites().into_iter().map(invite).collect();
    all.extend((!rows.is_empty()).then(|| rows.to_owned()));
    let body = format!(r#"{{"invites":[{}],"next_page_token":""}}"#, all.join(","));
    let headers = BTreeMap::from([(header.0.to_owned(), header.1.to_owned())]);
    let reply = RawReply { headers, body, ..RawReply::default() };
    let rule =
        Rule { path_contains: Some("page_size=".into()), ..Rule::for_method("GET", Action::Raw(reply)) };
    place.set_faults([rule.always()]);
}

/// Returns the list from a server with a wrong clock.
fn serve_list_with_wrong_clock(place: &TestEnv) {
    serve_list(place, "", ("date", "Thu, 01 Jan 2099 12:00:00 GMT"));
}

const ODD_ROWS: &str = r#"{"identity":7,"email":"x@y"},{"identity":"a\ud800"},NaN"#;

#[test]
fn unreadable_rows_are_counted_and_the_rest_is_shown() {
    let place = TestEnv::new(2);
    serve_list(&place, ODD_ROWS, ("x-total-count", "5"));
    let warning = "3 rows could not be read.";
    let said = place.run(&["list"]).assert_code(0).assert_stderr(warning);
    assert_eq!(said.stdout.lines().count(), 2, "{}", said.stdout);
    place.run(&["list", "--json", "--sort", "email"]).assert_code(0).assert_stderr(warning);
    let said = place.run(&["export", "--format", "ndjson"]).assert_code(0).assert_stderr(warning);
    assert_eq!(said.stdout.lines().count(), 2, "{}", said.stdout);
    place
        .run(&["create", "new@example.com", "--yes"])
        .assert_code(0)
        .assert_stderr("an invite for any email");
}

#[test]
fn members_that_cannot_be_read_are_counted() {
    let place = TestEnv::new(1);
    let body =
        r#"{"members":[{"email":"kim@acme.com"},{"email":"x\ud800@y"},NaN],"page_token":""}"#.to_owned();
    let reply = RawReply { body, ..RawReply::default() };
    let rule = Rule { path_contains: Some("/members".into()), ..Rule::for_method("GET", Action::Raw(reply)) };
    place.set_faults([rule.always()]);
    let list = place.write_file("list.txt", "ann@example.com\n");
    place.run(&["import", &list, "--dry-run"]).assert_code(0).assert_stderr("2 members could not be read");
    assert!(place.run(&["doctor"]).assert_code(0).stdout.contains("2 members could not be read"));
}

#[test]
fn two_rows_with_one_identity_are_a_complete_list() {
    let place = TestEnv::new(2);
    let uuid = place.control.invites()[0].uuid;
    let again = format!(r#"{{"identity":"invites/{uuid}","email":"{}"}}"#, guest_email(0));
    serve_list(&place, &again, ("x-total-count", "3"));
    place.run(&["export", "--format", "csv"]).assert_code(0);
    let other = format!(r#"{{"identity":"invites/{uuid}","email":"other@example.com"}}"#);
    serve_list(&place, &other, ("x-total-count", "3"));
    place.run(&["export", "--format", "csv"]).assert_code(0).assert_stderr("1 row could not be read");
}

#[test]
fn clock_far_off_is_reported() {
    let place = TestEnv::new(1);
    assert!(!place.run(&["list"]).assert_code(0).stderr.contains("clock"));
    serve_list_with_wrong_clock(&place);
    place.run(&["list"]).assert_code(0).assert_stderr("days ahead of this machine's");
    assert!(place.run(&["doctor"]).stdout.contains("clock"));
}

#[test]
fn expired_with_a_clock_far_off_needs_the_number() {
    let place = TestEnv::new(2);
    serve_list_with_wrong_clock(&place);
    let file = place.path("plan.json");
    for terms in ["expired", "!exp>1000d", "#expired"] {
        place
            .run(&["delete", "--filter", terms, "--plan-file", &file])
            .assert_code(7)
            .assert_stderr("--expect 2");
    }
    place.run(&["delete", "--filter", "expired", "--plan-file", &file, "--expect", "2"]).assert_code(0);
    place.run(&["plan", "apply", &file, "--yes"]).assert_code(7).assert_stderr("--confirm-steps 2");
    place.run(&["delete", "--filter", "expired", "--yes"]).assert_code(2).assert_stderr("--expect");
    assert_eq!(place.request_count("DELETE"), 0);
    place.run(&["plan", "apply", &file, "--yes", "--confirm-steps", "2"]).assert_code(0);
    assert_eq!(place.request_count("DELETE"), 2);
}

#[test]
fn filter_without_time_needs_no_number_with_a_clock_far_off() {
    let place = TestEnv::new(2);
    serve_list_with_wrong_clock(&place);
    let file = place.path("plan.json");
    place.run(&["delete", "--filter", "@example.com", "--plan-file", &file]).assert_code(0);
    place.run(&["delete", "--filter", "@example.com", "--expect", "2", "--yes"]).assert_code(0);
}

#[test]
fn yes_with_a_clock_far_off_needs_confirm_steps() {
    let place = TestEnv::new(2);
    serve_list_with_wrong_clock(&place);
    for verb in ["delete", "resend"] {
        place
            .run(&[verb, "--filter", "expired", "--expect", "2", "--yes"])
            .assert_code(7)
            .assert_stderr("--yes --confirm-steps 2");
    }
    let wrong = ["delete", "--filter", "expired", "--expect", "2", "--yes", "--confirm-steps", "1"];
    place.run(&wrong).assert_code(7).assert_stderr("--confirm-steps 1 is not the number of steps");
    assert_eq!(place.request_count("DELETE") + place.request_count("POST"), 0);
    place
        .run(&["delete", "--filter", "expired", "--expect", "2", "--yes", "--confirm-steps", "2"])
        .assert_code(0);
    assert_eq!(place.request_count("DELETE"), 2);
}

#[test]
fn prompt_with_a_clock_far_off_asks_for_the_number() {
    let place = TestEnv::new(2);
    serve_list_with_wrong_clock(&place);
    let pty: Pty = start_in_terminal(&place.command(&["delete", "--filter", "expired"]));
    let ended = pty.wait_for_clean_exit();
    assert_eq!(ended.code, 7, "{}", ended.screen);
    let mut pty: Pty = start_in_terminal(&place.command(&["delete", "--filter", "expired", "--expect", "2"]));
    pty.wait_for_text("Type 2 (the number of steps)");
    pty.type_keys("y\r");
    assert_eq!(pty.wait_for_clean_exit().code, 7);
    assert_eq!(place.request_count("DELETE"), 0);
}
