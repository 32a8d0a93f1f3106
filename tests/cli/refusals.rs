//! Reasons why a command changes nothing: no prompt possible, read-only, no token, a usage error.

use crate::harness::{RunningCommand, TestEnv, guest_email};

const MUTATING_COMMANDS: &[&[&str]] = &[
    &["create", "a@b"],
    &["delete", "guest0@example.com"],
    &["resend", "guest0@example.com"],
    &["import", "list"],
    &["plan", "resume"],
];

#[test]
fn change_without_terminal_and_yes_is_refused() {
    let env = TestEnv::new(1);
    env.write_file("list", "a@b\n");
    for args in MUTATING_COMMANDS {
        env.run(args).assert_code(7).assert_stderr("Use --yes");
    }
    assert!(env.control.requests().is_empty(), "no request is made");
}

#[test]
fn read_only_refuses_every_change_in_any_flag_position() {
    let env = TestEnv::new(1);
    env.write_file("list", "a@b\n");
    for args in MUTATING_COMMANDS {
        env.run(&[args, &["--yes", "--read-only"][..]].concat()).assert_code(7).assert_stderr("--read-only");
        env.run(&[&["--read-only"][..], args, &["--yes"]].concat()).assert_code(7);
    }
    assert!(env.control.requests().is_empty());
}

#[test]
fn command_without_configuration_opens_no_sandbox() {
    let env = TestEnv::new(0);
    let run = |args: &[&str]| RunningCommand::start(env.bare_command(args)).wait();
    run(&["create", "a@b", "--yes"])
        .assert_code(2)
        .assert_stderr("No token is configured")
        .assert_stderr("--token-file");
    run(&["create", "a@b", "--yes", "--sandbox"])
        .assert_code(2)
        .assert_stderr("Commands do not start the sandbox")
        .assert_stderr("guestlist sandbox");
}

#[test]
fn commands_use_the_same_configuration_as_the_console() {
    let env = TestEnv::new(1);
    let config = format!("url = \"{}\"\ntoken_file = \"{}\"\n", env.url(), env.token_file());
    let config = env.write_file("mine.toml", config);
    let run = |args: &[&str]| RunningCommand::start(env.bare_command(args)).wait();
    run(&["delete", &guest_email(0), "--yes", "--config", &config]).assert_code(0);
    let bad = env.write_file("bad.toml", "undo_secs = 1\n");
    run(&["delete", &guest_email(0), "--yes", "--config", &bad]).assert_code(2).assert_stderr("undo_secs");
    run(&["--url", "http://example.com", "delete", "x", "--yes"])
        .assert_code(2)
        .assert_stderr("http://example.com");
}

#[test]
fn invalid_command_line_is_a_usage_error() {
    let env = TestEnv::new(0);
    for args in [
        &["create"][..],
        &["delete"],
        &["export"],
        &["show"],
        &["completions"],
        &["plan", "apply"],
        &["import"],
        &["fly"],
        &["journal", "prune"],
        &["plan"],
    ] {
        env.run(args).assert_code(2);
    }
    env.run(&["sandbox"]).assert_code(2).assert_stderr("Connection options have no effect");
    env.run(&["journal", "prune", "--before", "yesterday", "--yes"])
        .assert_code(2)
        .assert_stderr("yesterday");
    assert!(env.control.requests().is_empty());
}
