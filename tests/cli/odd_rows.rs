//! Lists with unreadable rows, and lists from a server with a wrong clock.

use std::collections::BTreeMap;

use guestlist::sandbox::{Action, RawReply, Rule};

use crate::asking::shown;
use crate::place::{Place, guest};
use crate::pty::Pty;

/// Returns the list with these rows and a header added.
fn listed(place: &Place, rows: &str, header: (&str, &str)) {
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
    place.faults([rule.always()]);
}

/// Returns the list from a server with a wrong clock.
fn listed_in_2099(place: &Place) {
    listed(place, "", ("date", "Thu, 01 Jan 2099 12:00:00 GMT"));
}

const ODD: &str = r#"{"identity":7,"email":"x@y"},{"identity":"a\ud800"},NaN"#;

#[test]
fn unreadable_rows_are_counted_and_the_rest_is_shown() {
    let place = Place::new(2);
    listed(&place, ODD, ("x-total-count", "5"));
    let warning = "3 rows could not be read.";
    let said = place.run(&["list"]).is(0).says(warning);
    assert_eq!(said.out.lines().count(), 2, "{}", said.out);
    place.run(&["list", "--json", "--sort", "email"]).is(0).says(warning);
    let said = place.run(&["export", "--format", "ndjson"]).is(0).says(warning);
    assert_eq!(said.out.lines().count(), 2, "{}", said.out);
    place.run(&["create", "new@example.com", "--yes"]).is(0).says("an invite for any email");
}

#[test]
fn members_that_cannot_be_read_are_counted() {
    let place = Place::new(1);
    let body =
        r#"{"members":[{"email":"kim@acme.com"},{"email":"x\ud800@y"},NaN],"page_token":""}"#.to_owned();
    let reply = RawReply { body, ..RawReply::default() };
    let rule = Rule { path_contains: Some("/members".into()), ..Rule::for_method("GET", Action::Raw(reply)) };
    place.faults([rule.always()]);
    let list = place.write("list.txt", "ann@example.com\n");
    place.run(&["import", &list, "--dry-run"]).is(0).says("2 members could not be read");
    assert!(place.run(&["doctor"]).is(0).out.contains("2 members could not be read"));
}

#[test]
fn two_rows_with_one_identity_are_a_complete_list() {
    let place = Place::new(2);
    let uuid = place.control.invites()[0].uuid;
    let again = format!(r#"{{"identity":"invites/{uuid}","email":"{}"}}"#, guest(0));
    listed(&place, &again, ("x-total-count", "3"));
    place.run(&["export", "--format", "csv"]).is(0);
    let other = format!(r#"{{"identity":"invites/{uuid}","email":"other@example.com"}}"#);
    listed(&place, &other, ("x-total-count", "3"));
    place.run(&["export", "--format", "csv"]).is(0).says("1 row could not be read");
}

#[test]
fn clock_far_off_is_reported() {
    let place = Place::new(1);
    assert!(!place.run(&["list"]).is(0).err.contains("clock"));
    listed_in_2099(&place);
    place.run(&["list"]).is(0).says("days ahead of this machine's");
    assert!(place.run(&["doctor"]).out.contains("clock"));
}

#[test]
fn expired_with_a_clock_far_off_needs_the_number() {
    let place = Place::new(2);
    listed_in_2099(&place);
    let file = place.home("plan.json");
    for terms in ["expired", "!exp>1000d", "#expired"] {
        place.run(&["delete", "--filter", terms, "--plan-file", &file]).is(7).says("--expect 2");
    }
    place.run(&["delete", "--filter", "expired", "--plan-file", &file, "--expect", "2"]).is(0);
    place.run(&["plan", "apply", &file, "--yes"]).is(7).says("--confirm-steps 2");
    place.run(&["delete", "--filter", "expired", "--yes"]).is(2).says("--expect");
    assert_eq!(place.calls("DELETE"), 0);
    place.run(&["plan", "apply", &file, "--yes", "--confirm-steps", "2"]).is(0);
    assert_eq!(place.calls("DELETE"), 2);
}

#[test]
fn filter_without_time_needs_no_number_with_a_clock_far_off() {
    let place = Place::new(2);
    listed_in_2099(&place);
    let file = place.home("plan.json");
    place.run(&["delete", "--filter", "@example.com", "--plan-file", &file]).is(0);
    place.run(&["delete", "--filter", "@example.com", "--expect", "2", "--yes"]).is(0);
}

#[test]
fn yes_with_a_clock_far_off_needs_sure_beside_expect() {
    let place = Place::new(2);
    listed_in_2099(&place);
    for verb in ["delete", "resend"] {
        place
            .run(&[verb, "--filter", "expired", "--expect", "2", "--yes"])
            .is(7)
            .says("--yes --confirm-steps 2");
    }
    let wrong = ["delete", "--filter", "expired", "--expect", "2", "--yes", "--confirm-steps", "1"];
    place.run(&wrong).is(7).says("--confirm-steps 1 is not the number of steps");
    assert_eq!(place.calls("DELETE") + place.calls("POST"), 0);
    place.run(&["delete", "--filter", "expired", "--expect", "2", "--yes", "--confirm-steps", "2"]).is(0);
    assert_eq!(place.calls("DELETE"), 2);
}

#[test]
fn prompt_with_a_clock_far_off_asks_for_the_number() {
    let place = Place::new(2);
    listed_in_2099(&place);
    let pty: Pty = shown(&place.command(&["delete", "--filter", "expired"]));
    let ended = pty.ended();
    assert_eq!(ended.code, 7, "{}", ended.screen);
    let mut pty: Pty = shown(&place.command(&["delete", "--filter", "expired", "--expect", "2"]));
    pty.shows("Type 2 (the number of steps)");
    pty.send("y\r");
    assert_eq!(pty.ended().code, 7);
    assert_eq!(place.calls("DELETE"), 0);
}
