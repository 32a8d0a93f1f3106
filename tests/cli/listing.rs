//! `list`, `show` and `export`: every format, also with a closed output.

use std::io::Read as _;
use std::process::Stdio;

use guestlist::sandbox::{Action, FaultTiming, Rule, StatusReply};
use serde_json::Value;

use crate::place::{Place, guest, until};

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON and nothing else")
}

#[test]
fn a_filtered_list_is_json_without_a_terminal_and_nothing_but_data() {
    let place = Place::new(3);
    let said = place.run(&["list", "--filter", "exp>48h guest1", "--json", "email,expiry_time"]).is(0);
    let rows = json(&said.out);
    assert_eq!(rows.as_array().map(Vec::len), Some(1));
    assert_eq!(rows[0]["email"], guest(1));
    assert!(rows[0]["expiry_time"].is_string() && rows[0].get("message").is_none());
    let said = place.run(&["list", "--filter", "exp<48h", "--json", "email,expiry_time"]).is(0);
    assert_eq!(said.out, "[]\n");
    let all = json(&place.run(&["list", "--json"]).is(0).out);
    assert_eq!(all[2]["message"], "message 2");
    assert!(all[2]["identity"].as_str().is_some_and(|name| name.starts_with("invites/")));
}

#[test]
fn rows_can_be_sorted_limited_and_printed_as_csv_ndjson_and_columns() {
    let place = Place::new(3);
    let said = place.run(&["list", "--sort", "email", "--reverse", "--limit", "2"]).is(0);
    let emails: Vec<_> = said.rows().iter().map(|row| row[0].to_owned()).collect();
    assert_eq!(emails, [guest(2), guest(1)]);
    let said = place.run(&["list", "--limit", "1"]).is(0);
    assert_eq!(said.rows()[0][2], "message 0");
    let said = place.run(&["list", "--format", "csv"]).is(0);
    assert_eq!(said.out.lines().next(), Some("email,message,expiry_time,identity"));
    assert_eq!(said.out.lines().count(), 4);
    let said = place.run(&["list", "--format", "ndjson"]).is(0);
    assert!(said.out.lines().all(|line| json(line)["email"].is_string()));
    assert!(!said.out.contains('\u{1b}'));
    let said = place.run(&["list", "--color", "always"]).is(0);
    assert!(said.out.starts_with("EMAIL"), "{}", said.out);
}

#[test]
fn what_is_no_filter_or_no_field_is_usage() {
    let place = Place::new(1);
    place.run(&["list", "--filter", "exp<x"]).is(2).says("exp<48h");
    place.run(&["list", "--filter", "is:marked"]).is(2).says("work only in the console");
    place.run(&["list", "--json", "role"]).is(2).says("expiry_time");
    place.run(&["list", "--reverse"]).is(2);
    assert!(place.control.requests().is_empty());
}

fn second_page(action: Action) -> Rule {
    Rule { path_contains: Some("page_token=".into()), ..Rule::for_method("GET", action) }
}

#[test]
fn a_list_that_breaks_off_is_partial_with_its_own_code() {
    let place = Place::new(530);
    place.faults([second_page(Action::Status(StatusReply::new(400))).always()]);
    for order in [&[][..], &["--sort", "email"]] {
        let said = place.run(&[&["list", "--json", "email"][..], order].concat()).is(5).says("PARTIAL, 500");
        assert_eq!(json(&said.out).as_array().map(Vec::len), Some(500));
    }
    let file = place.home("out.csv");
    place.run(&["export", "--format", "csv", "--output", &file]).is(1);
    assert!(!std::path::Path::new(&file).exists(), "half a list is not exported");
    place.faults([Rule::for_method("GET", Action::Status(StatusReply::new(400))).always()]);
    place.run(&["list", "--json", "email"]).is(1);
}

#[test]
fn rows_are_printed_before_the_next_page_has_come() {
    let place = Place::new(530);
    place.faults([second_page(Action::Hang(FaultTiming::Before)).always()]);
    assert_eq!(place.run(&["list", "--limit", "2"]).is(0).rows().len(), 2, "it needs no second page");
    let file = place.home("out");
    let mut command = place.command(&["list"]);
    let mut child = command.stdout(std::fs::File::create(&file).expect("made")).spawn().expect("it starts");
    until("the first page is printed, while the second hangs", || {
        std::fs::read_to_string(&file).is_ok_and(|text| text.lines().count() == 500)
    });
    place.control.clear_faults();
    place.control.release_hanging();
    assert_eq!(child.wait().expect("its end").code(), Some(0));
    assert_eq!(std::fs::read_to_string(&file).expect("there").lines().count(), 530);
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    let place = Place::new(300);
    let mut command = place.command(&["list"]);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().expect("its errors").read_to_string(&mut said).expect("text");
    assert_eq!((child.wait().expect("its end").code(), said.as_str()), (Some(0), ""));
}

#[test]
fn one_invite_is_shown_in_full_by_name_or_address() {
    let place = Place::new(2);
    let said = place.run(&["show", &guest(1)]).is(0);
    assert!(said.out.contains("message   message 1\n"), "{}", said.out);
    let name = &place.identities(&guest(0))[0];
    let said = place.run(&["show", &format!("invites/{name}"), "--json"]).is(0);
    assert_eq!(json(&said.out)["email"], guest(0));
    place.run(&["show", "nobody@example.com"]).is(1).says("nobody@example.com");
    place.run(&["show", "00000000-0000-4000-a000-000000000001"]).is(1);
}

#[test]
fn an_export_goes_to_a_private_file_and_never_over_another() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new(1);
    place.control.create("bob@job", "=1+1").expect("an invite");
    let file = place.write("out.csv", "precious");
    place.run(&["export", "--format", "csv", "--output", &file]).is(7).says("out.csv");
    assert_eq!(std::fs::read_to_string(&file).expect("there"), "precious");
    assert!(place.control.requests().is_empty(), "nothing is read for it");
    let args = ["export", "--format", "csv", "--filter", "bob@job", "--output", &file, "--force"];
    place.run(&args).is(0).says("1 invite written");
    let text = std::fs::read_to_string(&file).expect("there");
    assert!(text.contains("bob@job,'=1+1,"), "{text}");
    assert_eq!(std::fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o600);
    let said = place.run(&["export", "--format", "markdown", "--sort", "email"]).is(0);
    assert!(said.out.starts_with("| email |") && said.out.contains("| bob@job |"), "{}", said.out);
}
