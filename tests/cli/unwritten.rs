//! Journal errors and signals during a request: known facts are reported.

use guestlist::sandbox::{Action, FaultTiming, Rule, StatusReply};
use rusqlite::Connection;
use rustix::process::Signal;

use crate::place::{Place, Said, guest, until};

/// The journal of a place that has run one command.
fn journal(place: &Place) -> Connection {
    place.run(&["list"]).is(0);
    Connection::open(place.state().join("journal.db")).expect("a journal")
}

/// Makes every change of a table fail as on a full disk.
fn fill_up(place: &Place, change: &str) -> Connection {
    let journal = journal(place);
    let trigger = format!(
        "CREATE TRIGGER full BEFORE {change} BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
    );
    journal.execute_batch(&trigger).expect("a trigger");
    journal
}

fn create(place: &Place, emails: &[&str]) -> Said {
    place.run(&[&["create"], emails, &["--yes"]].concat())
}

const THREE: [&str; 3] = ["a@example.com", "b@example.com", "c@example.com"];

#[test]
fn create_with_a_full_disk_reports_the_sent_invite() {
    for change in ["UPDATE ON call", "UPDATE ON step"] {
        let place = Place::new(0);
        fill_up(&place, change);
        let said = create(&place, &THREE).is(5).says("1 done, 2 not sent").says("disk is full");
        assert_eq!(said.outcomes(), ["1 done create", "2 not sent create"], "{change}");
        assert!(said.out.contains("not recorded in the journal: database or disk is full"), "{}", said.out);
        assert_eq!(place.calls("POST"), 1);
    }
    let place = Place::new(0);
    fill_up(&place, "UPDATE ON call");
    create(&place, &THREE[..1]).is(5).says("1 done");
}

#[test]
fn create_with_a_full_disk_before_the_request_sends_nothing() {
    let place = Place::new(0);
    fill_up(&place, "INSERT ON call");
    let said = create(&place, &THREE).is(1).says("3 not sent");
    assert_eq!((said.outcomes(), place.calls("POST")), (vec!["3 not sent create".to_owned()], 0));
}

#[test]
fn create_without_response_and_with_a_full_disk_is_unknown() {
    let place = Place::new(0);
    fill_up(&place, "UPDATE ON call");
    place.faults([Rule::for_method("POST", Action::Status(StatusReply::new(504)))]);
    let said = create(&place, &THREE).is(6).says("2 not sent, 1 unknown");
    assert_eq!(said.outcomes(), ["1 unknown create", "2 not sent create"]);
}

#[test]
fn delete_and_resend_with_a_full_disk_report_what_changed() {
    let place = Place::new(4);
    fill_up(&place, "UPDATE ON call");
    let said = place.run(&["delete", &guest(0), &guest(1), "--yes"]).is(5).says("1 done, 1 not sent");
    assert_eq!(said.outcomes(), ["1 done delete", "1 not sent delete"]);
    // A new place: on a full disk the first plan could not be reconciled either.
    let place = Place::new(4);
    fill_up(&place, "UPDATE ON call");
    let said = place.run(&["resend", &guest(2), &guest(3), "--yes"]).is(5).says("1 failed, 1 not sent");
    assert_eq!(said.outcomes(), ["1 old one still works resend", "1 not sent resend"]);
}

#[test]
fn create_with_a_locked_journal_reports_the_sent_invite() {
    let place = Place::new(0);
    let mut other = journal(&place);
    place.faults([Rule::for_method("POST", Action::Hang(FaultTiming::After))]);
    let running = place.start(&["create", THREE[0], THREE[1], "--yes"]);
    until("the request is under way", || place.calls("POST") == 1);
    let lock = other.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).expect("a lock");
    until("the failure is reported", || {
        place.control.release_hanging();
        running.has_said("locked")
    });
    let said = running.ended().is(5).says("1 done, 1 not sent").says("locked");
    assert_eq!(said.outcomes(), ["1 done create", "1 not sent create"]);
    drop(lock);
}

#[test]
fn terminated_create_reports_each_step_and_resume_the_rest() {
    let place = Place::new(0);
    place.faults([Rule { skip: 1, ..Rule::for_method("POST", Action::Hang(FaultTiming::After)) }]);
    let running = place.start(&[&["create"], &THREE[..], &["--yes"]].concat());
    until("the second is under way", || place.calls("POST") == 2);
    running.signal(Signal::TERM);
    let said = running.ended().is(6).says("1 done, 1 not sent, 1 unknown");
    assert_eq!(said.outcomes(), ["1 done create", "1 unknown create", "1 not sent create"]);
    place.control.clear_faults();
    let said = place.run(&["plan", "resume", "--yes", "--json"]).is(0);
    let lines: Vec<serde_json::Value> =
        said.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let named: Vec<_> = lines.iter().map(|line| (line["email"].as_str(), line["outcome"].as_str())).collect();
    let done = |email| (Some(email), Some("done"));
    assert_eq!(named, [done(THREE[1]), done(THREE[2])]);
    assert_eq!(place.calls("POST"), 3);
}

#[test]
fn resume_with_nothing_left_reports_the_reconciled_step() {
    let place = Place::new(1);
    place.faults([Rule::for_method("DELETE", Action::Hang(FaultTiming::After))]);
    let running = place.start(&["delete", &guest(0), "--yes"]);
    until("the request is under way", || place.calls("DELETE") == 1);
    running.kill();
    place.control.clear_faults();
    let said = place.run(&["plan", "resume", "--yes"]).is(0);
    assert_eq!((said.outcomes(), place.calls("DELETE")), (vec!["1 done delete".to_owned()], 1));
}
