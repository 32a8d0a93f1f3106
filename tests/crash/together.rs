//! Several processes at once, and slow servers: every person gets one email, counted at the server.

use guestlist::sandbox::{Action, FaultTiming, Rule};

use crate::place::{Place, Running, guest, until};
use crate::scene::{Kill, kill};

fn guests(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(guest).collect()
}

/// Starts all processes, and waits for their ends.
fn at_once(place: &Place, commands: &[Vec<&str>]) -> Vec<(i32, String)> {
    let running: Vec<Running> = commands.iter().map(|command| place.start(command)).collect();
    running.into_iter().map(Running::ended).map(|said| (said.code, said.out + &said.err)).collect()
}

#[test]
fn four_creates_at_once_send_one_email() {
    for _ in 0..3 {
        let place = Place::new(1);
        let ends = at_once(&place, &vec![vec!["create", "same@example.com", "--yes"]; 4]);
        let done = ends.iter().filter(|(code, _)| *code == 0).count();
        assert_eq!(done, 1, "{ends:?}");
        assert!(ends.iter().all(|(code, _)| matches!(code, 0 | 7 | 8)), "{ends:?}");
        assert_eq!((place.letters("same@example.com"), place.calls("POST")), (1, 1), "{ends:?}");
    }
}

#[test]
fn a_create_that_waits_for_another_skips_who_it_invited() {
    let place = Place::new(0);
    place.faults([Rule::for_method("POST", Action::Hang(FaultTiming::Before))]);
    let first = place.start(&["create", "a@example.com", "same@example.com", "--yes"]);
    until("the create hangs", || place.control.hanging_requests() == 1);
    let second = place.start(&["import", &place.write("list", "new@example.com"), "--yes"]);
    second.says("Waiting");
    place.control.create("new@example.com", "from a colleague").expect("an invite");
    place.control.release_hanging();
    first.ended().is(0);
    let said = second.ended().is(8).says("1 already invited");
    assert_eq!(said.outcomes(), ["1 already invited create"]);
    assert_eq!((place.letters("same@example.com"), place.letters("new@example.com")), (1, 1));
}

#[test]
fn imports_that_overlap_send_one_email_to_each() {
    let place = Place::new(0);
    let lists = [0..12, 6..18, 3..15].map(|range| {
        let name = format!("list{}", range.start);
        place.write(&name, guests(range).join("\n"))
    });
    let commands: Vec<Vec<&str>> = lists.iter().map(|list| vec!["import", list, "--yes"]).collect();
    let ends = at_once(&place, &commands);
    // People skipped because another plan invites them are invited once that plan was killed or refused.
    let rest = place.write("rest", guests(0..18).join("\n"));
    place.run(&["import", &rest, "--yes"]);
    for guest in guests(0..18) {
        assert_eq!(place.letters(&guest), 1, "{guest}: {ends:?}");
    }
}

#[test]
fn resume_emails_nobody_whom_a_colleague_invited_since() {
    let place = Place::new(0);
    let list = place.write("list", guests(0..20).join("\n"));
    let at = Kill { method: "POST", nth: 5, when: FaultTiming::After };
    kill(&place, &["import", &list, "--yes"], at);
    for guest in guests(12..20) {
        place.control.create(&guest, "from a colleague").expect("an invite");
    }
    let said = place.run(&["plan", "resume", "--yes"]).is(5).says("12 done, 8 already invited");
    // The step that was killed during its request is reconciled and reported too.
    assert_eq!(said.outcomes(), ["7 done create", "8 already invited create"]);
    for guest in guests(0..20) {
        assert_eq!(place.letters(&guest), 1, "{guest}");
    }
}

#[test]
fn an_effect_that_comes_after_the_kill_is_not_repeated() {
    let place = Place::new(0);
    place.faults([Rule::for_method("POST", Action::LateEffectMs(9_000))]);
    let running = place.start(&["create", "late@example.com", "--yes"]);
    until("it is on the wire", || place.calls("POST") == 1);
    running.kill();
    place.run(&["create", "late@example.com", "--yes"]).is(7).says("plan resume");
    place.run(&["plan", "resume", "--yes"]).is(0);
    assert_eq!((place.calls("POST"), place.letters("late@example.com")), (1, 1));
}

#[test]
fn yes_alone_never_repeats_what_may_have_been_sent() {
    let place = Place::new(0);
    kill(
        &place,
        &["create", "lost@example.com", "--yes"],
        Kill { method: "POST", nth: 0, when: FaultTiming::Before },
    );
    place.run(&["plan", "resume", "--yes"]).is(6).says("not in the list yet");
    assert_eq!(place.calls("POST"), 1);
    place.run(&["create", "Lost@example.com", "--yes"]).is(7).says("It is unknown whether plan");
    let file = place.write("list", "lost@example.com");
    place.run(&["import", &file, "--yes"]).says("another plan already sends to it");
    assert_eq!(place.calls("POST"), 1);
    place.run(&["plan", "resume", "--yes", "--send-again"]).is(0);
    assert_eq!((place.calls("POST"), place.letters("lost@example.com")), (2, 1));
}
