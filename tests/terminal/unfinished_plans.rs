//! Killed with -9 during a change: the next start reports the outcome, and no email is sent twice.

use guestlist::sandbox::{Action, FaultTiming, Rule};
use rustix::process::Signal;

use crate::pty::{CTRL_S, ENTER, Pty, TAB, until};
use crate::sandbox_server::SandboxServer;
use crate::test_env::TestEnv;

fn kill_console(mut pty: Pty) {
    pty.signal(Signal::KILL);
    let (_, signal) = pty.wait_for_exit();
    assert!(signal.is_some(), "the console was killed");
}

fn quit(mut pty: Pty) {
    pty.type_keys("q");
    pty.wait_for_text_gone("Unfinished plans");
    pty.type_keys("q");
    assert_eq!(pty.wait_for_clean_exit().code, 0);
}

#[test]
fn kill_in_the_undo_window_sends_nothing() {
    let (env, server) = (TestEnv::new(), SandboxServer::start());
    let mut pty = Pty::start(server.console_command(&env));
    pty.wait_for_table("412");
    pty.type_keys(&format!("/quiet.one{ENTER}"));
    pty.wait_for_text("1 of 412");
    pty.type_keys("d");
    pty.wait_for_text("Delete this invite?");
    pty.type_keys("y");
    pty.wait_for_text("deleting 1 s");
    kill_console(pty);
    assert_eq!(server.request_count("DELETE"), 0);

    let mut pty = Pty::start(server.console_command(&env));
    pty.wait_for_text("2 Plans +1");
    pty.wait_for_table("412");
    assert_eq!(server.request_count("DELETE"), 0, "nothing happens until the user confirms");
    pty.type_keys("2");
    pty.wait_for_text("Staged: 1 step");
    pty.type_keys("\r");
    pty.wait_for_text("Delete this invite?");
    pty.type_keys("y");
    pty.wait_for_table("411");
    assert_eq!((server.request_count("DELETE"), server.pending_count("quiet.one@northwind.example")), (1, 0));
    pty.quit_after_change();
    assert_eq!(pty.wait_for_clean_exit().code, 0);

    let mut pty = Pty::start(server.console_command(&env));
    pty.wait_for_table("411");
    pty.type_keys("2");
    pty.wait_for_text("No running, paused or staged plans");
    quit(pty);
}

/// Starts a create whose request gets no response, and kills the console.
fn kill_during_create(server: &SandboxServer, env: &TestEnv, when: FaultTiming) {
    let hang = Rule::for_method("POST", Action::Hang(when));
    server.control().set_faults(vec![hang]).expect("a good rule");
    let mut pty = Pty::start(server.console_command(env));
    pty.wait_for_table("412");
    pty.type_keys("n");
    pty.wait_for_text("New invite");
    pty.type_keys("late@example.com");
    pty.type_keys(TAB);
    pty.type_keys("hello");
    pty.type_keys(CTRL_S);
    pty.wait_for_text("sending");
    until("the request arrives", || server.request_count("POST") == 1);
    until("the effect", || {
        server.pending_count("late@example.com") == usize::from(when == FaultTiming::After)
    });
    kill_console(pty);
}

#[test]
fn kill_after_the_create_finds_the_invite() {
    let (env, server) = (TestEnv::new(), SandboxServer::start());
    kill_during_create(&server, &env, FaultTiming::After);
    let pty = Pty::start(server.console_command(&env));
    pty.wait_for_table("413");
    pty.wait_for_text("Plans · results");
    pty.wait_for_text("The invite to late@example.com was sent; confirmed by the list.");
    quit(pty);
    assert_eq!((server.request_count("POST"), server.pending_count("late@example.com")), (1, 1));
}

#[test]
fn kill_before_the_create_reports_it_and_does_not_send() {
    let (env, server) = (TestEnv::new(), SandboxServer::start());
    kill_during_create(&server, &env, FaultTiming::Before);
    let pty = Pty::start(server.console_command(&env));
    pty.wait_for_table("412");
    pty.wait_for_text("Unfinished plans");
    pty.wait_for_text("sent: not in the list yet.");
    quit(pty);
    assert_eq!((server.request_count("POST"), server.pending_count("late@example.com")), (1, 0));
}
