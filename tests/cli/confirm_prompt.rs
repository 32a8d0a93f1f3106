//! Prompts on a terminal: the plan is shown, Enter cancels, and a confirmed plan can be undone.

use guestlist::sandbox::{Action, FaultTiming, Rule};
use portable_pty::CommandBuilder;

use crate::harness::{PROCESS_START, TestEnv, guest_email, wait_until};
use crate::pty::{CTRL_C, ENTER, Pty};

fn run_in_terminal(env: &TestEnv, args: &[&str]) -> Pty {
    start_in_terminal(&env.command(args))
}

/// Returns the same command with the same environment, for a terminal.
pub fn start_in_terminal(bare: &std::process::Command) -> Pty {
    let mut command = CommandBuilder::new(bare.get_program());
    command.args(bare.get_args());
    command.env_clear();
    for (name, value) in bare.get_envs() {
        command.env(name, value.expect("a value"));
    }
    command.env("TERM", "xterm-256color");
    command.cwd(bare.get_current_dir().expect("a folder"));
    let _starting = PROCESS_START.write().expect("nobody failed in between");
    Pty::start(command)
}

#[test]
fn plan_is_shown_and_enter_alone_does_nothing() {
    let env = TestEnv::new(1);
    let mut pty = run_in_terminal(&env, &["delete", &guest_email(0)]);
    pty.wait_for_text("1 link deleted");
    pty.wait_for_text("Type y to confirm");
    pty.type_keys(ENTER);
    let ended = pty.wait_for_clean_exit();
    assert_eq!(ended.code, 7, "{}", ended.screen);
    assert!(ended.screen.contains("No changes were made."), "{}", ended.screen);
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
    let ended = pty.wait_for_clean_exit();
    assert_eq!(ended.code, 130, "{}", ended.screen);
    assert!(ended.screen.contains("Undone: no changes were made."), "{}", ended.screen);
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
    let ended = pty.wait_for_clean_exit();
    assert_eq!(ended.code, 0, "{}", ended.screen);
    assert!(ended.screen.contains("Finished: 6 done."), "{}", ended.screen);
    assert_eq!(env.pending_emails(), Vec::<String>::new());
}

#[test]
fn possibly_sent_create_is_confirmed_with_its_risk() {
    let env = TestEnv::new(0);
    env.set_faults([Rule::for_method("POST", Action::Hang(FaultTiming::Before))]);
    let running = env.start(&["create", "lost@example.com", "--yes"]);
    wait_until("the create hangs", || env.control.hanging_requests() == 1);
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
    let ended = pty.wait_for_clean_exit();
    assert_eq!(ended.code, 130, "{}", ended.screen);
    assert!(
        ended.screen.contains("Undone: no changes were made. Run guestlist plan resume"),
        "{}",
        ended.screen
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
    let ended = pty.wait_for_clean_exit();
    assert_eq!(ended.code, 130, "{}", ended.screen);
    assert!(ended.screen.contains("Undone: no changes were made."), "{}", ended.screen);
    assert_eq!(env.request_count("POST"), 0);
}

#[test]
fn undo_window_of_zero_starts_at_once() {
    let env = TestEnv::new(0);
    let config = env.write_file("mine.toml", "undo_seconds = 0\n");
    let mut pty = run_in_terminal(&env, &["--config", &config, "create", "jane@example.com"]);
    pty.wait_for_text("Type y to confirm");
    pty.type_keys("y\r");
    let ended = pty.wait_for_clean_exit();
    assert_eq!(ended.code, 0);
    assert!(!ended.screen.contains("not started yet"), "{}", ended.screen);
    assert_eq!(env.pending_emails(), ["jane@example.com"]);
}
