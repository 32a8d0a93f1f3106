//! Prompts on a terminal: the plan is shown, Enter cancels, and a confirmed plan can be undone.

use guestlist::sandbox::{Action, FaultTiming, Rule};
use portable_pty::CommandBuilder;

use crate::harness::{PROCESS_START, TestEnv, guest_email, wait_until};
use crate::pty::{CTRL_C, ENTER, Pty};

fn run_in_terminal(env: &TestEnv, args: &[&str]) -> Pty {
    start_in_terminal(&env.command(args))
}

/// Returns the same command with the same environment, for a terminal.
pub fn start_in_terminal(source: &std::process::Command) -> Pty {
    let mut command = CommandBuilder::new(source.get_program());
    command.args(source.get_args());
    command.env_clear();
    for (name, value) in source.get_envs() {
        command.env(name, value.expect("a value"));
    }
    command.env("TERM", "xterm-256color");
    command.env("LANG", "C.UTF-8");
    command.cwd(source.get_current_dir().expect("a folder"));
    let _start_guard = PROCESS_START.write().expect("not poisoned");
    Pty::start(command)
}

#[test]
fn plan_is_shown_and_enter_alone_does_nothing() {
    let env = TestEnv::new(1);
    let mut pty = run_in_terminal(&env, &["delete", &guest_email(0)]);
    pty.wait_for_text("1 link deleted");
    pty.wait_for_text("Type y to confirm");
    pty.type_keys(ENTER);
    let exit = pty.wait_for_clean_exit();
    assert_eq!(exit.code, 7, "{}", exit.screen);
    assert!(exit.screen.contains("No changes were made."), "{}", exit.screen);
    assert_eq!(env.request_count("DELETE"), 0);
}

#[test]
fn interrupt_in_the_undo_window_undoes_the_plan() {
    let env = TestEnv::new(1);
    let mut pty = run_in_terminal(&env, &["delete", &guest_email(0)]);
    pty.wait_for_text("Type y to confirm");
    pty.type_keys("y\r");
    pty.wait_for_text("not started yet");
    pty.type_keys(CTRL_C);
    let exit = pty.wait_for_clean_exit();
    assert_eq!(exit.code, 130, "{}", exit.screen);
    assert!(exit.screen.contains("Undone: no changes were made."), "{}", exit.screen);
    assert_eq!(env.request_count("DELETE"), 0);
    env.run(&["plan", "resume", "--yes"]).assert_code(0).assert_stderr("no plan to resume");
}

#[test]
fn delete_completes_after_the_undo_window() {
    let env = TestEnv::new(6);
    let config = env.write_file("mine.toml", "undo_seconds = 1\n");
    let guests: Vec<String> = (0..6).map(guest_email).collect();
    let mut args = vec!["--config", &config, "delete"];
    args.extend(guests.iter().map(String::as_str));
    let mut pty = run_in_terminal(&env, &args);
    pty.wait_for_text("Type Y to confirm");
    pty.type_keys("Y\r");
    let exit = pty.wait_for_clean_exit();
    assert_eq!(exit.code, 0, "{}", exit.screen);
    assert!(exit.screen.contains("Finished: 6 done."), "{}", exit.screen);
    assert_eq!(env.pending_emails(), Vec::<String>::new());
}

#[test]
fn possibly_sent_create_is_confirmed_with_its_risk() {
    let env = TestEnv::new(0);
    env.set_faults([Rule::for_method("POST", Action::Hang(FaultTiming::Before))]);
    let running = env.start(&["create", "lost@example.com", "--yes"]);
    wait_until("the create hangs", || env.control.hanging_request_count() == 1);
    running.kill();
    env.control.clear_faults();
    let resume = |answer: &str| {
        let mut pty = run_in_terminal(&env, &["plan", "resume"]);
        pty.wait_for_text("The invite to lost@example.com may have been created");
        pty.wait_for_text("This may email a person twice. Type y");
        pty.type_keys(answer);
        pty
    };
    let mut pty = resume("y\r");
    pty.wait_for_text("not started yet");
    pty.type_keys(CTRL_C);
    let exit = pty.wait_for_clean_exit();
    assert_eq!(exit.code, 130, "{}", exit.screen);
    assert!(
        exit.screen.contains("Undone: no changes were made. Run guestlist plan resume"),
        "{}",
        exit.screen
    );
    assert_eq!(env.request_count("POST"), 1);
    assert_eq!(resume("y\r").wait_for_clean_exit().code, 0);
    assert_eq!((env.request_count("POST"), env.email_count("lost@example.com")), (2, 1));
}

#[test]
fn create_undone_in_its_window_sends_nothing() {
    let env = TestEnv::new(0);
    let mut pty = run_in_terminal(&env, &["create", "jane@example.com"]);
    pty.wait_for_text("Type y to confirm");
    pty.type_keys("y\r");
    pty.wait_for_text("not started yet");
    pty.type_keys(CTRL_C);
    let exit = pty.wait_for_clean_exit();
    assert_eq!(exit.code, 130, "{}", exit.screen);
    assert!(exit.screen.contains("Undone: no changes were made."), "{}", exit.screen);
    assert_eq!(env.request_count("POST"), 0);
}

#[test]
fn undo_window_of_zero_starts_at_once() {
    let env = TestEnv::new(0);
    let config = env.write_file("mine.toml", "undo_seconds = 0\n");
    let mut pty = run_in_terminal(&env, &["--config", &config, "create", "jane@example.com"]);
    pty.wait_for_text("Type y to confirm");
    pty.type_keys("y\r");
    let exit = pty.wait_for_clean_exit();
    assert_eq!(exit.code, 0);
    assert!(!exit.screen.contains("not started yet"), "{}", exit.screen);
    assert_eq!(env.pending_emails(), ["jane@example.com"]);
}
