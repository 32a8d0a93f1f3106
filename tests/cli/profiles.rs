//! Profiles with each token source: which token is sent, when it is renewed, what a guard refuses, and that no secret is
//! stored.

use std::fs;
use std::path::Path;
use std::process::Command;

use guestlist::sandbox::{Action, FaultTiming, Rule, TokenRequest};
use rustix::process::{Pid, Signal, kill_process};

use crate::confirm_prompt::start_in_terminal;
use crate::harness::{CommandOutput, GUESTLIST, RunningCommand, TestEnv, guest_email, wait_until};

/// A command that uses a profile with these settings and the sandbox's URL.
fn profile_command(env: &TestEnv, entries: &str, args: &[&str]) -> Command {
    let text = format!("[profiles.p]\nurl = \"{}\"\n{entries}\n", env.url());
    let config = env.write_file("profiles.toml", text);
    let mut command = env.bare_command(&[&["--config", &config, "--profile", "p"][..], args].concat());
    command.env("GUESTLIST_LOG", "trace").env("PATH", "/usr/bin:/bin");
    command
}

fn run(command: Command) -> CommandOutput {
    RunningCommand::start(command).wait()
}

fn read_token(env: &TestEnv) -> String {
    let text = fs::read_to_string(env.token_file()).expect("a token");
    text.trim().trim_start_matches("Authorization: Bearer ").to_owned()
}

/// Files below a folder that contain a text.
fn find_files_containing(dir: &Path, text: &str, files: &mut Vec<String>) {
    for entry in fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("a file").path();
        if path.is_dir() {
            find_files_containing(&path, text, files);
        } else if fs::read(&path)
            .is_ok_and(|bytes| bytes.windows(text.len()).any(|part| part == text.as_bytes()))
        {
            files.push(path.display().to_string());
        }
    }
}

#[test]
fn each_token_source_works_and_stores_no_secret() {
    let env = TestEnv::new(4);
    let (token, secret) = (read_token(&env), env.client_secret());
    let client = env.client_id();
    let token_file = env.token_file();
    let secret_file = env.write_file("secret", &secret);
    make_private(&secret_file);
    let sources = [
        format!("token_file = \"{token_file}\""),
        "token_env = \"T\"".to_owned(),
        format!("token_command = [\"cat\", \"{token_file}\"]"),
        format!("client_id = \"{client}\"\nclient_secret_env = \"S\""),
        format!("client_id = \"{client}\"\nclient_secret_file = \"{secret_file}\""),
        format!("client_id = \"{client}\"\nclient_secret_command = [\"cat\", \"{secret_file}\"]"),
    ];
    for (n, source) in sources.iter().enumerate() {
        let email = format!("new{n}@example.com");
        for args in [
            &["create", &email, "--yes"][..],
            &["resend", &email, "--yes"],
            &["delete", &email, "--yes"],
            &["journal", "list"],
            &["plan", "show"],
            &["config", "show"],
            &["config", "check"],
        ] {
            let mut command = profile_command(&env, source, args);
            command.env("T", &token).env("S", &secret);
            let output = run(command).assert_code(0);
            for hidden in [&token, &secret] {
                assert!(
                    !output.stdout.contains(hidden) && !output.stderr.contains(hidden),
                    "{source}: {output:?}"
                );
            }
        }
    }
    // The error does not quote a wrong secret either.
    let mut command = profile_command(&env, &sources[3], &["create", "a@example.com", "--yes"]);
    command.env("S", "not-the-secret");
    let output = run(command).assert_code(4).assert_stderr("client id or secret rejected (401)");
    assert!(!output.stderr.contains("not-the-secret"));
    let home = env.state_dir().parent().and_then(Path::parent).expect("the home").to_owned();
    for (hidden, allowed) in
        [(token.as_str(), &[][..]), ("not-the-secret", &[]), (&secret, &[secret_file.as_str()])]
    {
        let mut files = Vec::new();
        find_files_containing(&home, hidden, &mut files);
        assert_eq!(files, allowed, "no file contains the secret");
    }
    assert!(env.request_count("POST") > 12, "the requests were made");
}

fn make_private(path: &str) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("set");
    }
}

#[test]
fn token_expiring_during_a_plan_is_renewed_once() {
    let env = TestEnv::new(0);
    let source = format!("client_id = \"{}\"\nclient_secret_env = \"S\"", env.client_id());
    let emails: Vec<String> = (0..12).map(guest_email).collect();
    // The sandbox's clock moves by a day during a create, so that its tokens expire.
    let invites = Some("/invites".to_owned());
    env.set_faults([Rule {
        path_contains: invites,
        skip: 4,
        ..Rule::for_method("POST", Action::Hang(FaultTiming::After))
    }]);
    let mut args = vec!["create"];
    args.extend(emails.iter().map(String::as_str));
    args.extend(["--message", "hello", "--yes"]);
    let mut command = profile_command(&env, &source, &args);
    command.env("S", env.client_secret());
    let running = RunningCommand::start(command);
    wait_until("a request hangs", || env.control.hanging_request_count() == 1);
    env.control.advance(24 * 3600).expect("moved");
    env.control.clear_faults();
    env.control.release_hanging();
    running.wait().assert_code(0);
    assert_eq!(env.pending_emails().len(), 12);
    assert!(emails.iter().all(|email| env.email_count(email) == 1));
    let token_requests = env.control.requests().iter().filter(|call| call.path.ends_with("/token")).count();
    assert_eq!(token_requests, 2, "one request at the start, one renewal");
}

#[test]
fn token_program_has_a_time_limit_and_gets_no_secrets() {
    let env = TestEnv::new(1);
    let entries = "token_command = [\"sh\", \"-c\", \"echo shh-0 >&2; exit 3\"]";
    let output = run(profile_command(&env, entries, &["delete", &guest_email(0), "--yes"])).assert_code(4);
    assert!(
        output.stderr.contains("token_command failed (exit status: 3). Run the program"),
        "{}",
        output.stderr
    );
    assert!(!output.stderr.contains("shh"), "its output can contain a secret: {}", output.stderr);
    let entries = "command_timeout = 1\ntoken_command = [\"sleep\", \"600\"]";
    run(profile_command(&env, entries, &["delete", &guest_email(0), "--yes"]))
        .assert_code(4)
        .assert_stderr("timed out after 1 second");
    let entries = "token_command = [\"no-such-program\"]";
    run(profile_command(&env, entries, &["delete", &guest_email(0), "--yes"]))
        .assert_code(4)
        .assert_stderr("cannot start the program of token_command: no-such-program");
    let variables_file = env.path("seen");
    let entries = format!(
        "token_command = [\"sh\", \"-c\", \"env >{variables_file}; exit 1\"]\n[profiles.q]\ntoken_env = \"OTHER_TOKEN\""
    );
    let mut command = profile_command(&env, &entries, &["delete", &guest_email(0), "--yes"]);
    command.env("OTHER_TOKEN", "shh-1").env("DATATRAILS_CLIENT_SECRET", "shh-2").env("MINE", "kept");
    command.env("HTTPS_PROXY", "http://ann:shh-3@proxy:1").env("http_proxy", "http://proxy:2");
    run(command).assert_code(4);
    let variables_file = fs::read_to_string(variables_file).expect("the program ran");
    assert!(!variables_file.contains("shh-"), "{variables_file}");
    assert!(
        variables_file.contains("MINE=kept") && variables_file.contains("http_proxy=http://proxy:2"),
        "{variables_file}"
    );
}

#[test]
fn token_program_has_no_terminal_and_may_leave_children() {
    let env = TestEnv::new(1);
    // The sleep keeps the pipe open after the program's end.
    let script = env.write_file(
        "token.sh",
        format!(
            "(: </dev/tty) 2>/dev/null && exit 9\nsleep 120 &\necho $! >pid\ncat '{}'\n",
            env.token_file()
        ),
    );
    let entries = format!("token_command = [\"sh\", \"{script}\"]\ncommand_timeout = 40");
    let pty = start_in_terminal(&profile_command(&env, &entries, &[]));
    pty.wait_for_text("1 · complete");
    let pid =
        fs::read_to_string(env.path("pid")).expect("the program ran").trim().parse().expect("a process");
    kill_process(Pid::from_raw(pid).expect("a process"), Signal::KILL).expect("the process runs");
}

#[cfg(target_os = "linux")]
#[test]
fn process_leaves_no_core_dump() {
    let env = TestEnv::new(1);
    let script = env.write_file("limit.sh", format!("ulimit -c >limit\ncat '{}'\n", env.token_file()));
    let entries = format!("token_command = [\"sh\", \"{script}\"]");
    let mut command =
        env.program_command("/bin/sh", &["-c", "ulimit -c unlimited; exec \"$0\" \"$@\"", GUESTLIST]);
    let list_command = profile_command(&env, &entries, &["list"]);
    command.args(list_command.get_args());
    run(command).assert_code(0);
    assert_eq!(fs::read_to_string(env.path("limit")).expect("the program ran").trim(), "0");
}

#[test]
fn a_guarded_profile_needs_the_number_of_steps_beside_yes() {
    let env = TestEnv::new(3);
    let entries = format!("token_file = \"{}\"\nguarded = true", env.token_file());
    let (one, two) = (guest_email(0), guest_email(1));
    let args = ["delete", &one, &two, "--yes"];
    run(profile_command(&env, &entries, &args)).assert_code(7).assert_stderr(
        "The profile p is guarded. --yes alone is not enough: use --yes --confirm-steps 2 to run 2 steps. No changes were made.",
    );
    let wrong = [&args[..], &["--confirm-steps", "3"]].concat();
    run(profile_command(&env, &entries, &wrong))
        .assert_code(7)
        .assert_stderr("--confirm-steps 3 is not the number of steps: there are 2 steps.");
    assert_eq!(env.pending_emails().len(), 3);
    run(profile_command(&env, &entries, &[&args[..], &["--confirm-steps", "2"]].concat())).assert_code(0);
    assert_eq!(env.pending_emails(), [guest_email(2)]);
}

#[test]
fn profile_limits_need_confirm_steps_only_beyond_them() {
    let env = TestEnv::new(3);
    let entries = format!(
        "token_file = \"{}\"\nmax_plan_steps = 1\nallowed_domains = [\"acme.com\"]",
        env.token_file()
    );
    run(profile_command(&env, &entries, &["delete", &guest_email(0), "--yes"])).assert_code(0);
    run(profile_command(&env, &entries, &["create", "a@else.org", "--yes"])).assert_code(7).assert_stderr(
        "a@else.org is not in an allowed domain. --yes alone is not enough: use --yes --confirm-steps 1",
    );
    run(profile_command(&env, &entries, &["create", "a@acme.com", "b@acme.com", "--yes"]))
        .assert_code(7)
        .assert_stderr("2 steps: plans of this profile are limited to 1 step.");
    run(profile_command(&env, &entries, &["create", "a@else.org", "--yes", "--confirm-steps", "1"]))
        .assert_code(0);
    assert_eq!(env.email_count("a@else.org"), 1);
}

#[test]
fn token_of_another_tenancy_than_the_profile_changes_nothing() {
    let env = TestEnv::new(1);
    let token_request = TokenRequest { tenant: Some("tenant/other".into()), ..TokenRequest::default() };
    let other = env.control.issue_token(token_request);
    let file = env.write_file("other", other);
    make_private(&file);
    let entries = format!("token_file = \"{file}\"\ntenant = \"mine\"");
    run(profile_command(&env, &entries, &["delete", &guest_email(0), "--yes", "--confirm-steps", "1"])).assert_code(7).assert_stderr(
        "No changes were made: the profile expects tenant mine, but the token is for tenant other. Use a token of \
         that tenancy, or switch the profile.",
    );
    assert_eq!((env.pending_emails().len(), env.request_count("DELETE")), (1, 0));
    let entries = format!("token_file = \"{file}\"\ntenant = \"tenant/OTHER\"");
    run(profile_command(&env, &entries, &["delete", &guest_email(0), "--yes"])).assert_code(0);
}
