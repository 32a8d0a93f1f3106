//! Signals while a plan runs: the current step is finished, the rest is kept, and the output names the resume
//! command.

use guestlist::sandbox::{Action, FaultTiming, Rule};
use rustix::process::Signal;

use crate::harness::{RunningCommand, TestEnv, guest_email, wait_until};

/// Three deletes; the second hangs after its effect.
fn start_hanging_delete(env: &TestEnv) -> RunningCommand {
    env.set_faults([Rule { skip: 1, ..Rule::for_method("DELETE", Action::Hang(FaultTiming::After)) }]);
    let running = env.start(&["delete", &guest_email(0), &guest_email(1), &guest_email(2), "--yes"]);
    wait_until("the second delete arrives", || env.request_count("DELETE") == 2);
    running
}

#[test]
fn interrupt_stops_after_the_current_step_and_resume_ends_it() {
    let env = TestEnv::new(4);
    let running = start_hanging_delete(&env);
    running.signal(Signal::INT);
    running.wait_for_stderr("Stopping after the current step");
    env.control.release_hanging();
    let output = running.wait().assert_code(130).assert_stderr("Stopped: 2 done, 1 not sent.");
    assert_eq!(output.outcome_counts(), ["2 done delete", "1 not sent delete"]);
    let name =
        output.stderr.split("plan resume ").nth(1).and_then(|rest| rest.split(' ').next()).expect("a name");

    let output = env.run(&["delete", &guest_email(3), "--dry-run"]).assert_code(0);
    output
        .assert_stderr("stopped: 2 done, 1 not sent")
        .assert_stderr(&format!("guestlist plan resume {name} to resume"));
    let output = env.run(&["plan", "resume", name, "--yes"]).assert_code(0);
    assert_eq!(output.outcome_counts(), ["1 done delete"]);
    assert_eq!((env.request_count("DELETE"), env.pending_emails()), (3, vec![guest_email(3)]));
}

#[test]
fn second_interrupt_or_sigterm_exits_at_once() {
    for signals in [&[Signal::INT, Signal::INT][..], &[Signal::TERM], &[Signal::HUP]] {
        let env = TestEnv::new(3);
        let running = start_hanging_delete(&env);
        for (n, signal) in signals.iter().enumerate() {
            if n > 0 {
                running.wait_for_stderr("Stopping after the current step");
            }
            running.signal(*signal);
        }
        let output =
            running.wait().assert_code(6).assert_stderr("Interrupted: 1 done, 1 not sent, 1 unknown.");
        assert_eq!(output.outcome_counts(), ["1 done delete", "1 unknown delete", "1 not sent delete"]);
        env.control.clear_faults();
        let output = env.run(&["plan", "resume", "--yes"]).assert_code(0);
        assert_eq!(output.outcome_counts(), ["2 done delete"], "the second delete was reconciled");
        assert_eq!((env.request_count("DELETE"), env.pending_emails().len()), (3, 0));
        env.run(&["journal", "verify"]).assert_code(0);
    }
}

#[test]
fn interrupt_while_the_list_loads_changes_nothing() {
    let env = TestEnv::new(1);
    env.set_faults([Rule::for_method("GET", Action::Hang(FaultTiming::Before))]);
    let running = env.start(&["delete", &guest_email(0), "--yes"]);
    wait_until("the list is requested", || env.request_count("GET") == 1);
    running.signal(Signal::INT);
    running.wait().assert_code(130).assert_stderr("no changes were made");
    assert_eq!(env.request_count("DELETE"), 0);
}

#[test]
fn next_command_reports_a_killed_plan_and_still_runs() {
    let env = TestEnv::new(4);
    start_hanging_delete(&env).kill();
    env.control.clear_faults();
    let output = env.run(&["delete", &guest_email(3), "--yes"]).assert_code(0);
    output.assert_stderr("1 done, 1 not sent, 1 unknown. Run guestlist plan resume");
    assert_eq!(env.pending_emails(), [guest_email(2)]);
}

#[test]
fn resume_waits_while_another_process_runs_the_plan() {
    let env = TestEnv::new(3);
    let first = start_hanging_delete(&env);
    let second = env.start(&["plan", "resume", "--yes"]);
    let is_whole_list = |path: &str| path.contains("page_size") && !path.contains("email=");
    let resumes = || env.control.requests().iter().any(|call| is_whole_list(&call.path));
    wait_until("the list load of the second command", resumes);
    env.control.release_hanging();
    first.wait().assert_code(0);
    second.wait().assert_code(0).assert_stderr("3 done.");
    assert_eq!(env.request_count("DELETE"), 3);
}

#[test]
fn interrupt_during_a_reconcile_ends_as_unknown() {
    let env = TestEnv::new(0);
    env.set_faults([Rule::for_method("POST", Action::Drop(FaultTiming::Before))]);
    let running = env.start(&["create", "bob@job.example", "eve@job.example", "--yes"]);
    wait_until("the create arrives", || env.request_count("POST") == 1);
    running.signal(Signal::INT);
    let output = running.wait().assert_code(6).assert_stderr("Stopped: 1 not sent, 1 unknown.");
    assert_eq!(output.outcome_counts(), ["1 unknown create", "1 not sent create"]);
}
