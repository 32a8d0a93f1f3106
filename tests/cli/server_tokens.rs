//! Which token goes to which server: neither of two sandboxes may receive the token of the other.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command};

use guestlist::sandbox::{Action, FaultTiming, Rule, TokenRequest};

use crate::harness::{CommandOutput, GUESTLIST, RunningCommand, TestEnv, wait_until};

/// A configuration whose profile `staging` is this sandbox.
fn write_staging_config(env: &TestEnv, entries: &str) -> String {
    let (url, token_file) = (env.url(), env.token_file());
    env.write_file(
        "s.toml",
        format!("{entries}[profiles.staging]\nurl = \"{url}\"\ntoken_file = \"{token_file}\"\n"),
    )
}

fn run_with_env(mut command: Command, variables: &[(&str, &str)]) -> CommandOutput {
    command.envs(variables.iter().copied());
    RunningCommand::start(command).wait()
}

#[test]
fn named_profile_ignores_environment_url_and_token() {
    let (own, other) = (TestEnv::new(1), TestEnv::new(5));
    let config = write_staging_config(&own, "");
    let (url, token_file) = (other.url(), other.token_file());
    let variables = [("DATATRAILS_URL", url.as_str()), ("BEARER_TOKEN_FILE", token_file.as_str())];
    let output = run_with_env(own.bare_command(&["--config", &config, "-p", "staging", "list"]), &variables)
        .assert_code(0);
    assert_eq!(output.stdout.lines().count(), 1, "{}", output.stdout);
    let notices: Vec<&str> = output.stderr.lines().filter(|line| line.starts_with("Ignored:")).collect();
    assert_eq!(notices.len(), 1, "{}", output.stderr);
    for part in ["DATATRAILS_URL", "BEARER_TOKEN_FILE", "staging"] {
        assert!(notices[0].contains(part), "{}", notices[0]);
    }
    assert_eq!(other.control.requests().len(), 0);
}

#[test]
fn token_of_a_profile_goes_to_no_other_server() {
    let (own, other) = (TestEnv::new(1), TestEnv::new(5));
    let url = other.url();
    let config = write_staging_config(&own, "");
    let flags = ["--config", &config, "-p", "staging", "--url", &url];
    let output = run_with_env(own.bare_command(&[&flags[..], &["list"]].concat()), &[]).assert_code(2);
    assert!(
        output.stderr.contains(&own.url()) && output.stderr.contains("--token-file"),
        "{}",
        output.stderr
    );
    let token_file = other.token_file();
    let output =
        run_with_env(own.bare_command(&[&flags[..], &["--token-file", &token_file, "list"]].concat()), &[])
            .assert_code(0);
    assert_eq!(output.stdout.lines().count(), 5, "the token of the flag is used");
    let before = other.control.requests().len();

    // The default profile of the file does not override the environment, and keeps its token.
    let config = write_staging_config(&own, "profile = \"staging\"\n");
    let variables = [("DATATRAILS_URL", url.as_str())];
    let output = run_with_env(own.bare_command(&["--config", &config, "list"]), &variables).assert_code(4);
    assert!(
        output.stderr.contains("token_file (config.toml line 4) is for http://127.0.0.1"),
        "{}",
        output.stderr
    );
    let output = run_with_env(own.bare_command(&["--config", &config, "doctor"]), &variables).assert_code(4);
    assert!(output.stdout.contains(&format!("no token is configured for {url}")), "{}", output.stdout);
    let output =
        run_with_env(own.bare_command(&["--config", &config, "config", "show"]), &variables).assert_code(0);
    assert!(output.stdout.contains("token\tnone: no token is configured for"), "{}", output.stdout);
    // Neither are the app registration and the token file of the environment used without their URL.
    let (id, secret) = (other.client_id(), other.client_secret());
    let app = [("DATATRAILS_CLIENT_ID", id.as_str()), ("DATATRAILS_CLIENT_SECRET", secret.as_str())];
    let output = run_with_env(own.bare_command(&["--url", &url, "list"]), &app).assert_code(4);
    assert!(output.stderr.contains("DATATRAILS_CLIENT_ID is for the vendor's servers"), "{}", output.stderr);
    let file = [("BEARER_TOKEN_FILE", token_file.as_str())];
    let output = run_with_env(own.bare_command(&["--url", &url, "list"]), &file).assert_code(4);
    assert!(output.stderr.contains("BEARER_TOKEN_FILE is for the vendor's servers"), "{}", output.stderr);
    assert_eq!(other.control.requests().len(), before, "nothing was sent");
}

/// A sandbox in its own process; it ends with the test.
pub struct SandboxProcess(Child);

impl SandboxProcess {
    /// Starts `guestlist sandbox`; returns also the first line that it prints.
    pub fn start(env: &TestEnv, args: &[&str]) -> (SandboxProcess, String) {
        let mut sandbox = SandboxProcess(env.bare_command(args).spawn().expect("started"));
        let mut line = String::new();
        let output = sandbox.0.stdout.take().expect("standard output");
        BufReader::new(output).read_line(&mut line).expect("a line");
        (sandbox, line)
    }
}

impl Drop for SandboxProcess {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn sandbox_env_prints_variables_for_the_shell() {
    let env = TestEnv::new(0);
    let mut command = env.bare_command(&["sandbox", "--env", "--invites", "3"]);
    let mut sandbox = SandboxProcess(command.env("DATATRAILS_TOKEN", "a.b.c").spawn().expect("started"));
    let lines = BufReader::new(sandbox.0.stdout.take().expect("standard output")).lines();
    let lines: Vec<String> = lines.take(3).map(|line| line.expect("text")).collect();
    assert!(lines[..2].iter().all(|line| line.starts_with("export ")), "{lines:?}");
    // The token of another server must not go to the sandbox.
    assert_eq!(lines[2], "unset DATATRAILS_TOKEN");
    let script = format!("{}\n\"$0\" list", lines.join("\n"));
    let token = [("DATATRAILS_TOKEN", "a.b.c")];
    let output =
        run_with_env(env.program_command("/bin/sh", &["-c", &script, GUESTLIST]), &token).assert_code(0);
    assert_eq!(output.stdout.lines().count(), 3, "{}", output.stderr);
}

#[test]
fn token_file_may_be_a_pipe_or_begin_with_a_tilde() {
    let env = TestEnv::new(2);
    let script = "exec \"$0\" --url \"$1\" --token-file <(cat \"$2\") delete guest0@example.com --yes";
    let output = run_with_env(
        env.program_command("/bin/bash", &["-c", script, GUESTLIST, &env.url(), &env.token_file()]),
        &[],
    );
    output.assert_code(0);
    assert_eq!((env.request_count("DELETE"), env.pending_emails().len()), (1, 1), "the token is read once");
    env.write_file("tok", std::fs::read(env.token_file()).expect("a token"));
    let url = env.url();
    run_with_env(env.bare_command(&["--url", &url, "--token-file=~/tok", "list"]), &[]).assert_code(0);
    let variables = [("DATATRAILS_URL", url.as_str()), ("BEARER_TOKEN_FILE", "~/tok")];
    run_with_env(env.bare_command(&["list"]), &variables).assert_code(0);
}

#[test]
fn token_of_standard_input_is_read_once_and_kept() {
    let env = TestEnv::new(2);
    let run_piped = |line: &str, args: &[&str]| {
        let script = format!("cat \"$2\" | \"$0\" --url \"$1\" --token-file - {line}");
        let (url, token_file) = (env.url(), env.token_file());
        let own = ["-c", &script, GUESTLIST, &url, &token_file];
        run_with_env(env.program_command("/bin/sh", &[&own[..], args].concat()), &[])
    };
    run_piped("delete guest0@example.com --yes", &[]).assert_code(0);
    assert_eq!((env.request_count("DELETE"), env.pending_emails().len()), (1, 1));
    run_piped("doctor", &[]).assert_code(0);
    for line in ["create - --yes", "import - --yes", "create a@example.com --message-file - --yes"] {
        let output = run_piped(line, &[]).assert_code(2);
        assert!(output.stderr.contains("already holds the token"), "{}", output.stderr);
    }
    let output = run_piped("create a@example.com", &[]).assert_code(7);
    assert!(output.stderr.contains("--yes"), "no prompt is possible: {}", output.stderr);
    let output = run_piped("", &[]).assert_code(2);
    assert!(output.stderr.contains("needs standard input for keys"), "{}", output.stderr);
    assert_eq!(env.request_count("POST"), 0);
    let url = env.url();
    let empty =
        run_with_env(env.bare_command(&["--url", &url, "--token-file", "-", "list"]), &[]).assert_code(4);
    assert!(empty.stderr.contains("standard input is empty"), "{}", empty.stderr);
}

#[test]
fn rejected_token_error_has_a_hint_for_its_source() {
    let env = TestEnv::new(1);
    env.write_file("bad", "a.b.c");
    let (url, bad) = (env.url(), env.path("bad"));
    let output =
        run_with_env(env.bare_command(&["--url", &url, "--token-file", &bad, "list"]), &[]).assert_code(4);
    assert!(
        output.stderr.contains(&format!("Put a new token into the token file {bad}")),
        "{}",
        output.stderr
    );
    let script = "exec \"$0\" --url \"$1\" --token-file <(cat \"$2\") list";
    let output = run_with_env(env.program_command("/bin/bash", &["-c", script, GUESTLIST, &url, &bad]), &[])
        .assert_code(4);
    assert!(output.stderr.contains("read only once. Restart"), "{}", output.stderr);
    let text = format!("[profiles.p]\nurl = \"{url}\"\ntoken_env = \"T\"\n");
    let config = env.write_file("t.toml", text);
    let output = run_with_env(env.bare_command(&["--config", &config, "-p", "p", "list"]), &[("T", "a.b.c")])
        .assert_code(4);
    assert!(output.stderr.contains("Set T to a new token"), "{}", output.stderr);
}

#[test]
fn plan_belongs_to_the_tenancy_of_its_list() {
    let env = TestEnv::new(1);
    let token_file = env.write_file("own-token", env.control.issue_token(TokenRequest::default()));
    env.set_faults([Rule::for_method("GET", Action::Hang(FaultTiming::Before))]);
    let (url, args) = (env.url(), ["create", "new@example.com", "--yes"]);
    let command = env.bare_command(&[&["--url", &url, "--token-file", &token_file], &args[..]].concat());
    let running = RunningCommand::start(command);
    wait_until("the list hangs", || env.control.hanging_request_count() == 1);
    let token_request = TokenRequest { tenant: Some("tenant/elsewhere".into()), ..TokenRequest::default() };
    env.write_file("own-token", env.control.issue_token(token_request));
    env.control.clear_faults();
    env.control.release_hanging();
    let output = running.wait();
    assert_ne!(output.code, 0);
    for part in ["tenant/elsewhere", "own-token"] {
        assert!(output.stderr.contains(part), "{}", output.stderr);
    }
    assert_eq!(env.request_count("POST"), 0);
}
