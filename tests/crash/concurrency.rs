//! Several processes at once, and slow servers: every person gets one email, counted at the server.

use guestlist::sandbox::{Action, FaultTiming, Rule};

use crate::harness::{RunningCommand, TestEnv, guest_email, wait_until};
use crate::kill_point::{KillPoint, run_and_kill};

fn guest_emails(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(guest_email).collect()
}

/// Starts all processes, and waits for their ends.
fn run_in_parallel(place: &TestEnv, commands: &[Vec<&str>]) -> Vec<(i32, String)> {
    let running: Vec<RunningCommand> = commands.iter().map(|command| place.start(command)).collect();
    running
        .into_iter()
        .map(RunningCommand::wait)
        .map(|said| (said.code, said.stdout + &said.stderr))
        .collect()
}

#[test]
fn four_parallel_creates_send_one_email() {
    for _ in 0..3 {
        let place = TestEnv::new(1);
        let ends = run_in_parallel(&place, &vec![vec!["create", "same@example.com", "--yes"]; 4]);
        let done = ends.iter().filter(|(code, _)| *code == 0).count();
        assert_eq!(done, 1, "{ends:?}");
        assert!(ends.iter().all(|(code, _)| matches!(code, 0 | 7 | 8)), "{ends:?}");
        assert_eq!((place.email_count("same@example.com"), place.request_count("POST")), (1, 1), "{ends:?}");
    }
}

#[test]
fn create_that_waited_skips_people_invited_since() {
    let place = TestEnv::new(0);
    place.set_faults([Rule::for_method("POST", Action::Hang(FaultTiming::Before))]);
    let first = place.start(&["create", "a@example.com", "same@example.com", "--yes"]);
    wait_until("the create hangs", || place.control.hanging_requests() == 1);
    let second = place.start(&["import", &place.write_file("list", "new@example.com"), "--yes"]);
    second.wait_for_stderr("Waiting");
    place.control.create("new@example.com", "from a colleague").expect("an invite");
    place.control.release_hanging();
    first.wait().assert_code(0);
    let said = second.wait().assert_code(8).assert_stderr("1 already invited");
    assert_eq!(said.outcome_counts(), ["1 already invited create"]);
    assert_eq!((place.email_count("same@example.com"), place.email_count("new@example.com")), (1, 1));
}

#[test]
fn overlapping_imports_send_one_email_to_each() {
    let place = TestEnv::new(0);
    let lists = [0..12, 6..18, 3..15].map(|range| {
        let name = format!("list{}", range.start);
        place.write_file(&name, guest_emails(range).join("\n"))
    });
    let commands: Vec<Vec<&str>> = lists.iter().map(|list| vec!["import", list, "--yes"]).collect();
    let ends = run_in_parallel(&place, &commands);
    // People skipped because another plan invites them are invited once that plan was killed or refused.
    let rest = place.write_file("rest", guest_emails(0..18).join("\n"));
    place.run(&["import", &rest, "--yes"]);
    for guest in guest_emails(0..18) {
        assert_eq!(place.email_count(&guest), 1, "{guest}: {ends:?}");
    }
}

#[test]
fn resume_skips_people_invited_by_a_colleague_since() {
    let place = TestEnv::new(0);
    let list = place.write_file("list", guest_emails(0..20).join("\n"));
    let at = KillPoint { method: "POST", nth: 5, timing: FaultTiming::After };
    run_and_kill(&place, &["import", &list, "--yes"], at);
    for guest in guest_emails(12..20) {
        place.control.create(&guest, "from a colleague").expect("an invite");
    }
    let said =
        place.run(&["plan", "resume", "--yes"]).assert_code(5).assert_stderr("12 done, 8 already invited");
    // The step that was killed during its request is reconciled and reported too.
    assert_eq!(said.outcome_counts(), ["7 done create", "8 already invited create"]);
    for guest in guest_emails(0..20) {
        assert_eq!(place.email_count(&guest), 1, "{guest}");
    }
}

#[test]
fn effect_after_the_kill_is_not_repeated() {
    let place = TestEnv::new(0);
    place.set_faults([Rule::for_method("POST", Action::LateEffectMs(9_000))]);
    let running = place.start(&["create", "late@example.com", "--yes"]);
    wait_until("it is on the wire", || place.request_count("POST") == 1);
    running.kill();
    place.run(&["create", "late@example.com", "--yes"]).assert_code(7).assert_stderr("plan resume");
    place.run(&["plan", "resume", "--yes"]).assert_code(0);
    assert_eq!((place.request_count("POST"), place.email_count("late@example.com")), (1, 1));
}

#[test]
fn yes_alone_never_repeats_a_possibly_sent_create() {
    let place = TestEnv::new(0);
    run_and_kill(
        &place,
        &["create", "lost@example.com", "--yes"],
        KillPoint { method: "POST", nth: 0, timing: FaultTiming::Before },
    );
    place.run(&["plan", "resume", "--yes"]).assert_code(6).assert_stderr("not in the list yet");
    assert_eq!(place.request_count("POST"), 1);
    place
        .run(&["create", "Lost@example.com", "--yes"])
        .assert_code(7)
        .assert_stderr("It is unknown whether plan");
    let file = place.write_file("list", "lost@example.com");
    place.run(&["import", &file, "--yes"]).assert_stderr("another plan already sends to it");
    assert_eq!(place.request_count("POST"), 1);
    place.run(&["plan", "resume", "--yes", "--send-again"]).assert_code(0);
    assert_eq!((place.request_count("POST"), place.email_count("lost@example.com")), (2, 1));
}
