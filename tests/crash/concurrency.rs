//! Several processes at once, and slow servers: every person gets one email.
//! The server counts the emails.

use guestlist::sandbox::{Action, FaultTiming, Rule};

use crate::harness::{RunningCommand, TestEnv, guest_email, wait_until};
use crate::kill_point::{KillPoint, run_and_kill};

fn guest_emails(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(guest_email).collect()
}

/// Starts all processes, and returns their exit codes and outputs.
fn run_in_parallel(env: &TestEnv, commands: &[Vec<&str>]) -> Vec<(i32, String)> {
    let running: Vec<RunningCommand> = commands.iter().map(|command| env.start(command)).collect();
    running
        .into_iter()
        .map(RunningCommand::wait)
        .map(|output| (output.code, output.stdout + &output.stderr))
        .collect()
}

#[test]
fn four_parallel_creates_send_one_email() {
    for _ in 0..3 {
        let env = TestEnv::new(1);
        let results = run_in_parallel(&env, &vec![vec!["create", "same@example.com", "--yes"]; 4]);
        let done = results.iter().filter(|(code, _)| *code == 0).count();
        assert_eq!(done, 1, "{results:?}");
        assert!(results.iter().all(|(code, _)| matches!(code, 0 | 7 | 8)), "{results:?}");
        assert_eq!((env.email_count("same@example.com"), env.request_count("POST")), (1, 1), "{results:?}");
    }
}

#[test]
fn create_that_waited_skips_people_invited_since() {
    let env = TestEnv::new(0);
    env.set_faults([Rule::for_method("POST", Action::Hang(FaultTiming::Before))]);
    let first = env.start(&["create", "a@example.com", "same@example.com", "--yes"]);
    wait_until("the create hangs", || env.control.hanging_request_count() == 1);
    let second = env.start(&["import", &env.write_file("list", "new@example.com"), "--yes"]);
    second.wait_for_stderr("Waiting");
    env.control.create("new@example.com", "from a colleague").expect("an invite");
    env.control.release_hanging();
    first.wait().assert_code(0);
    let output = second.wait().assert_code(8).assert_stderr("1 already invited");
    assert_eq!(output.outcome_counts(), ["1 already invited create"]);
    assert_eq!((env.email_count("same@example.com"), env.email_count("new@example.com")), (1, 1));
}

#[test]
fn overlapping_imports_send_one_email_to_each() {
    let env = TestEnv::new(0);
    let lists = [0..12, 6..18, 3..15].map(|range| {
        let name = format!("list{}", range.start);
        env.write_file(&name, guest_emails(range).join("\n"))
    });
    let commands: Vec<Vec<&str>> = lists.iter().map(|list| vec!["import", list, "--yes"]).collect();
    let results = run_in_parallel(&env, &commands);
    // People skipped because another plan invites them are invited once that plan was killed or refused.
    let rest = env.write_file("rest", guest_emails(0..18).join("\n"));
    env.run(&["import", &rest, "--yes"]);
    for guest in guest_emails(0..18) {
        assert_eq!(env.email_count(&guest), 1, "{guest}: {results:?}");
    }
}

#[test]
fn resume_skips_people_invited_by_a_colleague_since() {
    let env = TestEnv::new(0);
    let list = env.write_file("list", guest_emails(0..20).join("\n"));
    let at = KillPoint { method: "POST", nth: 5, timing: FaultTiming::After };
    run_and_kill(&env, &["import", &list, "--yes"], at);
    for guest in guest_emails(12..20) {
        env.control.create(&guest, "from a colleague").expect("an invite");
    }
    let output =
        env.run(&["plan", "resume", "--yes"]).assert_code(5).assert_stderr("12 done, 8 already invited");
    // The step that was killed during its request is reconciled and reported too.
    assert_eq!(output.outcome_counts(), ["7 done create", "8 already invited create"]);
    for guest in guest_emails(0..20) {
        assert_eq!(env.email_count(&guest), 1, "{guest}");
    }
}

#[test]
fn effect_after_the_kill_is_not_repeated() {
    let env = TestEnv::new(0);
    env.set_faults([Rule::for_method("POST", Action::LateEffectMs(9_000))]);
    let running = env.start(&["create", "late@example.com", "--yes"]);
    wait_until("the request arrives", || env.request_count("POST") == 1);
    running.kill();
    env.run(&["create", "late@example.com", "--yes"]).assert_code(7).assert_stderr("plan resume");
    env.run(&["plan", "resume", "--yes"]).assert_code(0);
    assert_eq!((env.request_count("POST"), env.email_count("late@example.com")), (1, 1));
}

#[test]
fn yes_alone_never_repeats_a_possibly_sent_create() {
    let env = TestEnv::new(0);
    run_and_kill(
        &env,
        &["create", "lost@example.com", "--yes"],
        KillPoint { method: "POST", nth: 0, timing: FaultTiming::Before },
    );
    env.run(&["plan", "resume", "--yes"]).assert_code(6).assert_stderr("not in the list yet");
    assert_eq!(env.request_count("POST"), 1);
    env.run(&["create", "Lost@example.com", "--yes"])
        .assert_code(7)
        .assert_stderr("It is unknown whether plan");
    let file = env.write_file("list", "lost@example.com");
    env.run(&["import", &file, "--yes"]).assert_stderr("another plan already sends to this email");
    assert_eq!(env.request_count("POST"), 1);
    env.run(&["plan", "resume", "--yes", "--send-again"]).assert_code(0);
    assert_eq!((env.request_count("POST"), env.email_count("lost@example.com")), (2, 1));
}
