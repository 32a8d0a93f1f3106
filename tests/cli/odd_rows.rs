//! Lists with rows that cannot be read.

use std::collections::BTreeMap;

use guestlist::sandbox::{Action, RawReply, Rule};

use crate::place::{Place, guest};

/// Answers each request for the list with the invites that are there, these rows, and a header.
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
    let rule = Rule { path_contains: Some("page_size=".into()), ..Rule::on("GET", Action::Raw(reply)) };
    place.faults([rule.always()]);
}

const ODD: &str = r#"{"identity":7,"email":"x@y"},{"identity":"a\ud800"},NaN"#;

#[test]
fn unreadable_rows_are_counted_and_the_rest_is_shown() {
    let place = Place::new(2);
    listed(&place, ODD, ("x-total-count", "5"));
    let warning = "3 rows could not be read and so not shown.";
    let said = place.run(&["list"]).is(0).says(warning);
    assert_eq!(said.out.lines().count(), 2, "{}", said.out);
    place.run(&["list", "--json", "--sort", "email"]).is(0).says(warning);
    let said = place.run(&["export", "--format", "ndjson"]).is(0).says(warning);
    assert_eq!(said.out.lines().count(), 2, "{}", said.out);
    place.run(&["create", "new@example.com", "--yes"]).is(0).says("an invite for any email");
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
