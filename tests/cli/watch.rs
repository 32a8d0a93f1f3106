//! `wait`, `list --watch` and `changes --follow`: commands that read the list again and again.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::confirm_prompt::start_in_terminal;
use crate::harness::{PROCESS_START, RunningCommand, TestEnv, guest_email};
use crate::json_schema::Schema;

/// A command whose lines are read as they arrive.
struct Follower {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Follower {
    fn start(env: &TestEnv, args: &[&str]) -> Follower {
        let guard = PROCESS_START.read().expect("not poisoned");
        let mut child = env.command(args).spawn().expect("started");
        drop(guard);
        let lines = BufReader::new(child.stdout.take().expect("standard output")).lines();
        Follower { child, lines }
    }

    fn next(&mut self) -> Value {
        let line = self.lines.next().expect("a line").expect("text");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    fn interrupt(mut self) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).expect("a process")).expect("a process");
        kill_process(pid, Signal::INT).expect("sent");
        assert_eq!(self.child.wait().expect("ended").code(), Some(130));
    }
}

#[test]
fn watch_prints_one_event_for_each_change() {
    let env = TestEnv::new(2);
    let mut watch = Follower::start(&env, &["list", "--watch", "2", "--filter", "guest"]);
    for n in 0..2 {
        let event = watch.next();
        Schema::read().assert_valid("event", &event);
        assert_eq!((&event["event"], &event["email"]), (&"added".into(), &guest_email(n).into()));
    }
    env.control.create("other@example.com", "no match").expect("an invite");
    env.control.create(&guest_email(7), "hello").expect("an invite");
    assert_eq!(watch.next()["email"], guest_email(7));
    env.control.accept(&guest_email(0)).expect("accepted");
    let event = watch.next();
    assert_eq!((&event["event"], &event["email"]), (&"gone".into(), &guest_email(0).into()));
    watch.interrupt();
    for args in [["list", "--watch", "--json"], ["changes", "--follow", "--jq=."]] {
        env.run(&args).assert_code(2).assert_stderr("Use -o ndjson.");
    }
    env.run(&["list", "--watch", "1"]).assert_code(2).assert_stderr("the minimum is 2 seconds");
}

#[test]
fn watch_redraws_the_table_on_a_terminal() {
    let env = TestEnv::new(2);
    let mut pty = start_in_terminal(&env.command(&["list", "--watch", "2"]));
    pty.wait_for_text("2 invites · every 2 s · Ctrl-c ends");
    pty.wait_for_text(&guest_email(1));
    env.control.create("new@example.com", "hello").expect("an invite");
    pty.wait_for_text("3 invites · every 2 s");
    let headers = pty.screen(|screen| screen.contents().matches("EXPIRES IN").count());
    assert_eq!(headers, 1, "the old table is cleared");
    env.control.accept(&guest_email(0)).expect("accepted");
    pty.wait_for_text_gone(&guest_email(0));
    pty.type_keys("\x03");
    assert_eq!(pty.wait_for_clean_exit().code, 130);
}

#[test]
fn follow_prints_each_change_once() {
    let env = TestEnv::new(3);
    env.run(&["changes"]).assert_code(0);
    env.control.create("new@example.com", "hello").expect("an invite");
    let mut follow = Follower::start(&env, &["changes", "--follow", "2"]);
    let change = follow.next();
    Schema::read().assert_valid("change", &change);
    assert_eq!(change["kind"], "new");
    env.control.accept(&guest_email(1)).expect("accepted");
    assert_eq!(follow.next()["kind"], "became_member", "the first change is not printed again");
    follow.interrupt();
    let changes = env.run(&["changes"]).assert_code(0);
    assert_eq!(changes.rows().len(), 2, "the baseline has not moved");
}

#[test]
fn wait_ends_when_the_invite_is_gone_or_the_time_is_over() {
    let env = TestEnv::new(2);
    let email = guest_email(0);
    env.run(&["wait", &email, "--for", "pending"]).assert_code(0);
    env.run(&["wait", "none@example.com", "--for", "gone"]).assert_code(0);
    let error = env.run(&["wait", &email, "--for", "expired", "--timeout", "1s"]).assert_code(10);
    assert!(error.stderr.contains("is pending, not expired"), "{}", error.stderr);
    let waiting =
        RunningCommand::start(env.command(&["wait", &email, "--for", "gone", "--interval", "2s", "-v"]));
    waiting.wait_for_stderr("is pending.");
    env.control.accept(&email).expect("accepted");
    let output = waiting.wait().assert_code(0);
    assert_eq!(output.stdout, format!("{email} is gone: accepted, or deleted elsewhere.\n"));
    let interrupted = env.start(&["wait", &guest_email(1), "--for", "gone", "-v"]);
    interrupted.wait_for_stderr("is pending.");
    interrupted.signal(Signal::INT);
    interrupted.wait().assert_code(130);
}
