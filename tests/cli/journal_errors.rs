//! Journal errors and signals during a request: known facts are reported.

use guestlist::sandbox::{Action, FaultTiming, Rule, StatusReply};
use rusqlite::Connection;
use rustix::process::Signal;

use crate::harness::{CommandOutput, TestEnv, guest_email, wait_until};

/// Opens the journal after one command.
fn open_journal(env: &TestEnv) -> Connection {
    env.run(&["list"]).assert_code(0);
    Connection::open(env.state_dir().join("journal.db")).expect("a journal")
}

/// Makes this kind of change fail like on a full disk.
fn simulate_full_disk(env: &TestEnv, change: &str) -> Connection {
    let journal = open_journal(env);
    let trigger = format!(
        "CREATE TRIGGER full BEFORE {change} BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
    );
    journal.execute_batch(&trigger).expect("a trigger");
    journal
}

fn run_create(env: &TestEnv, emails: &[&str]) -> CommandOutput {
    env.run(&[&["create"], emails, &["--yes"]].concat())
}

const THREE_EMAILS: [&str; 3] = ["a@example.com", "b@example.com", "c@example.com"];

#[test]
fn create_with_a_full_disk_reports_the_sent_invite() {
    for change in ["UPDATE ON call", "UPDATE ON step"] {
        let env = TestEnv::new(0);
        simulate_full_disk(&env, change);
        let output = run_create(&env, &THREE_EMAILS)
            .assert_code(5)
            .assert_stderr("1 done, 2 not sent")
            .assert_stderr("disk is full");
        assert_eq!(output.outcome_counts(), ["1 done create", "2 not sent create"], "{change}");
        assert!(
            output.stdout.contains("not recorded in the journal: database or disk is full"),
            "{}",
            output.stdout
        );
        assert_eq!(env.request_count("POST"), 1);
    }
    let env = TestEnv::new(0);
    simulate_full_disk(&env, "UPDATE ON call");
    run_create(&env, &THREE_EMAILS[..1]).assert_code(5).assert_stderr("1 done");
}

#[test]
fn create_with_a_full_disk_before_the_request_sends_nothing() {
    let env = TestEnv::new(0);
    simulate_full_disk(&env, "INSERT ON call");
    let output = run_create(&env, &THREE_EMAILS).assert_code(1).assert_stderr("3 not sent");
    assert_eq!(
        (output.outcome_counts(), env.request_count("POST")),
        (vec!["3 not sent create".to_owned()], 0)
    );
}

#[test]
fn create_without_response_and_with_a_full_disk_is_unknown() {
    let env = TestEnv::new(0);
    simulate_full_disk(&env, "UPDATE ON call");
    env.set_faults([Rule::for_method("POST", Action::Status(StatusReply::new(504)))]);
    let output = run_create(&env, &THREE_EMAILS).assert_code(6).assert_stderr("2 not sent, 1 unknown");
    assert_eq!(output.outcome_counts(), ["1 unknown create", "2 not sent create"]);
}

#[test]
fn delete_and_resend_with_a_full_disk_report_changes() {
    let env = TestEnv::new(4);
    simulate_full_disk(&env, "UPDATE ON call");
    let output = env
        .run(&["delete", &guest_email(0), &guest_email(1), "--yes"])
        .assert_code(5)
        .assert_stderr("1 done, 1 not sent");
    assert_eq!(output.outcome_counts(), ["1 done delete", "1 not sent delete"]);
    // A new environment: on a full disk the first plan could not be reconciled either.
    let env = TestEnv::new(4);
    simulate_full_disk(&env, "UPDATE ON call");
    let output = env
        .run(&["resend", &guest_email(2), &guest_email(3), "--yes"])
        .assert_code(5)
        .assert_stderr("1 failed, 1 not sent");
    assert_eq!(output.outcome_counts(), ["1 old one still works resend", "1 not sent resend"]);
}

#[test]
fn create_with_a_locked_journal_reports_the_sent_invite() {
    let env = TestEnv::new(0);
    let mut connection = open_journal(&env);
    env.set_faults([Rule::for_method("POST", Action::Hang(FaultTiming::After))]);
    let running = env.start(&["create", THREE_EMAILS[0], THREE_EMAILS[1], "--yes"]);
    wait_until("the request arrives", || env.request_count("POST") == 1);
    let lock =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).expect("a lock");
    wait_until("the reported error", || {
        env.control.release_hanging();
        running.stderr_contains("locked")
    });
    let output = running.wait().assert_code(5).assert_stderr("1 done, 1 not sent").assert_stderr("locked");
    assert_eq!(output.outcome_counts(), ["1 done create", "1 not sent create"]);
    drop(lock);
}

#[test]
fn terminated_create_reports_its_steps_and_resume_the_rest() {
    let env = TestEnv::new(0);
    env.set_faults([Rule { skip: 1, ..Rule::for_method("POST", Action::Hang(FaultTiming::After)) }]);
    let running = env.start(&[&["create"], &THREE_EMAILS[..], &["--yes"]].concat());
    wait_until("the second create arrives", || env.request_count("POST") == 2);
    running.signal(Signal::TERM);
    let output = running.wait().assert_code(6).assert_stderr("1 done, 1 not sent, 1 unknown");
    assert_eq!(output.outcome_counts(), ["1 done create", "1 unknown create", "1 not sent create"]);
    env.control.clear_faults();
    let output = env.run(&["plan", "resume", "--yes", "--json"]).assert_code(0);
    let lines = output.items();
    let steps: Vec<_> = lines.iter().map(|line| (line["email"].as_str(), line["outcome"].as_str())).collect();
    let done = |email| (Some(email), Some("done"));
    assert_eq!(steps, [done(THREE_EMAILS[1]), done(THREE_EMAILS[2])]);
    assert_eq!(env.request_count("POST"), 3);
}

#[test]
fn resume_with_nothing_left_reports_the_reconciled_step() {
    let env = TestEnv::new(1);
    env.set_faults([Rule::for_method("DELETE", Action::Hang(FaultTiming::After))]);
    let running = env.start(&["delete", &guest_email(0), "--yes"]);
    wait_until("the request arrives", || env.request_count("DELETE") == 1);
    running.kill();
    env.control.clear_faults();
    let output = env.run(&["plan", "resume", "--yes"]).assert_code(0);
    assert_eq!((output.outcome_counts(), env.request_count("DELETE")), (vec!["1 done delete".to_owned()], 1));
}
