//! Every command reports results that cannot be written, and exits with an error.

use std::fs::{File, OpenOptions};

use guestlist::sandbox::{Action, Rule, StatusReply};

use crate::harness::{CommandOutput, RunningCommand, TestEnv, guest_email};

/// Runs a command whose standard output is this file.
fn run_with_stdout(env: &TestEnv, args: &[&str], output: File) -> CommandOutput {
    let mut command = env.command(args);
    command.stdout(output);
    RunningCommand::start_without_stdout_pipe(command).wait()
}

fn open_full_device() -> File {
    OpenOptions::new().write(true).open("/dev/full").expect("opened")
}

/// Opens a file that is not writable.
fn open_read_only() -> File {
    File::open("/dev/null").expect("opened")
}

/// A tenancy with a finished plan and a plan that was paused after its first step.
pub fn set_up_plans() -> TestEnv {
    let env = TestEnv::new(9);
    env.set_faults([Rule { skip: 1, ..Rule::for_method("DELETE", Action::Status(StatusReply::new(403))) }]);
    env.run(&["delete", &guest_email(0), &guest_email(1), "--yes"]).assert_code(4);
    env.control.clear_faults();
    env.run(&["changes", "--mark-seen"]).assert_code(0);
    env.run(&["delete", &guest_email(2), "--yes"]).assert_code(0);
    env.write_file("list.txt", "many@example.com\n");
    env
}

/// Every command that changes nothing and prints results.
fn read_only_commands(env: &TestEnv) -> Vec<Vec<String>> {
    let (list, plan, eight) = (env.path("list.txt"), env.path("plan.json"), guest_email(8));
    env.run_with_input(&["resend", &eight, "--plan-file", &plan], "").assert_code(0);
    let commands: &[&[&str]] = &[
        &["list"],
        &["list", "--json"],
        &["list", "--sort", "email"],
        &["list", "-o", "table"],
        &["list", "-o", "name"],
        &["list", "--jq", ".items[].email"],
        &["list", "--template", "{{ email }}"],
        &["show", &eight],
        &["show", &eight, "--json"],
        &["export", "--format", "csv"],
        &["changes"],
        &["changes", "--json"],
        &["list", "--watch", "2"],
        &["changes", "--follow", "2"],
        &["problems", "--json"],
        &["forecast"],
        &["wait", &eight, "--for", "pending"],
        &["note", &eight, "--json"],
        &["api", "?page_size=1"],
        &["api", "?page_size=1", "--jq", "."],
        &["edit", &eight, "--message", "another", "--dry-run"],
        &["create", "new@example.com", "--dry-run"],
        &["delete", &eight, "--dry-run", "--json"],
        &["resend", &eight, "--dry-run"],
        &["import", &list, "--dry-run"],
        &["plan", "show"],
        &["plan", "show", "-o", "csv"],
        &["plan", "resume", "--dry-run"],
        &["plan", "apply", &plan, "--dry-run"],
        &["plan", "discard", "--dry-run"],
        &["journal", "list"],
        &["journal", "export"],
        &["journal", "export", "--format", "csv"],
        &["journal", "verify"],
        &["journal", "verify", "--json"],
        &["journal", "prune", "--before", "2124-01-01", "--dry-run"],
        &["journal", "forget", &eight, "--dry-run"],
        &["doctor"],
        &["doctor", "--json"],
        &["config", "path"],
        &["config", "check"],
        &["config", "show"],
        &["config", "show", "--json"],
        &["cache", "path"],
        &["cache", "path", "-o", "name"],
        &["completions", "bash"],
        &["man"],
        &["--help"],
        &["help", "create"],
        &["create", "--help"],
        &["--version"],
    ];
    commands.iter().map(|args| args.iter().map(|arg| (*arg).to_owned()).collect()).collect()
}

#[test]
fn every_command_fails_if_its_results_cannot_be_written() {
    let env = set_up_plans();
    let (list, plan, other) = (env.path("list.txt"), env.path("plan.json"), env.path("other.toml"));
    let (three, four, five) = (guest_email(3), guest_email(4), guest_email(5));
    for args in read_only_commands(&env) {
        let args: &[&str] = &args.iter().map(String::as_str).collect::<Vec<_>>();
        for output in [open_full_device(), open_read_only()] {
            let output = run_with_stdout(&env, args, output)
                .assert_code(1)
                .assert_stderr("Could not write the results: ");
            let output = output.assert_stderr("then run the command again");
            assert_eq!(output.stderr.matches("Could not write").count(), 1, "{args:?}: {}", output.stderr);
        }
    }
    let changing_commands: &[(&[&str], &str)] = &[
        (&["create", "new@example.com", "--yes"], "Changes were made"),
        (&["create", "new2@example.com", "--yes", "--json"], "Changes were made"),
        (&["delete", &three, "--yes"], "Changes were made"),
        (&["resend", &four, "--yes"], "Changes were made"),
        (&["import", &list, "--yes"], "Changes were made"),
        (&["plan", "apply", &plan, "--yes"], "Changes were made"),
        (&["plan", "discard", "--yes"], "The plan was discarded"),
        (&["journal", "forget", &five, "--yes"], "was removed from the journal"),
        (&["journal", "prune", "--before", "2124-01-01", "--yes"], "The plans were removed"),
        (&["cache", "clear"], "were deleted"),
        (&["--config", &other, "config", "init"], "was written"),
    ];
    for (args, note) in changing_commands {
        let output = run_with_stdout(&env, args, open_full_device())
            .assert_code(1)
            .assert_stderr("Could not write the results: No space left");
        output.assert_stderr(note).assert_stderr("Do not run the command again");
    }
    let sandbox = RunningCommand::start_without_stdout_pipe({
        let mut command = env.bare_command(&["sandbox"]);
        command.stdout(open_full_device());
        command
    });
    sandbox.wait().assert_code(1).assert_stderr("Could not write the results");
    let text = "[profiles.acme]\nurl = \"https://example.com\"\n";
    let profiles = ["--config", &env.write_file("profiles.toml", text), "config", "profiles"];
    run_with_stdout(&env, &profiles, open_full_device())
        .assert_code(1)
        .assert_stderr("Could not write the results");
}

#[test]
fn resumed_plan_fails_if_its_results_cannot_be_written() {
    let env = set_up_plans();
    run_with_stdout(&env, &["plan", "resume", "--yes"], open_full_device())
        .assert_code(1)
        .assert_stderr("Changes were made");
    assert_eq!(env.run(&["journal", "list", "--limit", "9"]).rows().len(), 2);
    assert!(!env.pending_emails().contains(&guest_email(1)));
}

#[test]
fn changes_that_could_not_be_printed_are_not_marked_seen() {
    let env = set_up_plans();
    run_with_stdout(&env, &["changes", "--mark-seen"], open_full_device()).assert_code(1);
    assert!(env.run(&["changes"]).assert_code(0).stdout.contains(&guest_email(2)));
}

#[test]
fn failing_command_keeps_its_code_if_output_fails() {
    let env = TestEnv::new(2);
    env.set_faults([Rule { skip: 1, ..Rule::for_method("DELETE", Action::Status(StatusReply::new(403))) }]);
    run_with_stdout(&env, &["delete", &guest_email(0), &guest_email(1), "--yes"], open_full_device())
        .assert_code(4)
        .assert_stderr("Could not write the results");
}

#[test]
fn closed_pipe_ends_every_command_quietly() {
    let env = set_up_plans();
    let config = env.write_file("profiles.toml", "[profiles.acme]\nurl = \"https://example.com\"\n");
    let (six, file) = (guest_email(6), env.path("other.toml"));
    let mut commands = read_only_commands(&env);
    let others: &[&[&str]] = &[
        &["--config", &config, "config", "profiles"],
        &["--config", &file, "config", "init"],
        &["create", "new@example.com", "--yes"],
        &["delete", &six, "--yes", "--json"],
        &["resend", &guest_email(7), "--yes", "-o", "ndjson"],
        &["import", &env.path("list.txt"), "--yes"],
        &["plan", "resume", "--yes"],
        &["journal", "forget", &guest_email(5), "--yes"],
        &["journal", "prune", "--before", "2124-01-01", "--yes"],
        &["cache", "clear"],
        &["list", "--jq", "range(1e300)"],
        &["api", "?page_size=1", "--jq", "range(1e300)"],
    ];
    commands.extend(others.iter().map(|args| args.iter().map(|arg| (*arg).to_owned()).collect()));
    for args in commands {
        let args: Vec<&str> = ["--quiet"].into_iter().chain(args.iter().map(String::as_str)).collect();
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut command = env.command(&args);
        command.stdout(writer);
        let output = RunningCommand::start_without_stdout_pipe(command).wait();
        assert_eq!((output.code, output.stderr.as_str()), (0, ""), "{args:?}");
    }
}
