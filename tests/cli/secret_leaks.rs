//! No command leaks tokens or secrets into its output, log, journal, files, process arguments or variables.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use guestlist::sandbox::{Action, FaultTiming, Rule};

use crate::harness::{RunningCommand, TestEnv, guest_email, wait_until};

/// Texts that must not appear anywhere.
struct Secrets(Vec<String>);

impl Secrets {
    fn assert_absent(&self, location: &str, bytes: &[u8]) {
        for hidden in &self.0 {
            let found = bytes.windows(hidden.len()).any(|part| part == hidden.as_bytes());
            assert!(!found, "{location} contains a token or a secret");
        }
    }

    /// Searches all files below a folder except `exceptions`, and returns their number.
    fn assert_absent_below(&self, dir: &Path, exceptions: &[PathBuf]) -> usize {
        let mut file_count = 0;
        for entry in fs::read_dir(dir).expect("a folder") {
            let path = entry.expect("a file").path();
            if path.is_dir() {
                file_count += self.assert_absent_below(&path, exceptions);
            } else if !exceptions.contains(&path) {
                self.assert_absent(&path.display().to_string(), &fs::read(&path).expect("readable"));
                file_count += 1;
            }
        }
        file_count
    }
}

/// Writes a program that records its arguments and variables, and then prints a file.
fn write_recording_program(env: &TestEnv, name: &str, file: &str) -> String {
    let notes = env.path("notes");
    let text = format!(
        "#!/bin/sh\nmkdir -p {notes}\ncat /proc/$$/cmdline /proc/$PPID/cmdline > {notes}/{name}.cmdline 2>/dev/null\n\
         env > {notes}/{name}.env\ncat {file}\n"
    );
    let path = env.write_file(name, text);
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).expect("set");
    path
}

fn traced_command(env: &TestEnv, config: &str, args: &[&str]) -> Command {
    let mut command = env.bare_command(&[&["--config", config, "--profile", "p"][..], args].concat());
    command.env("GUESTLIST_LOG", "trace").env("PATH", "/usr/bin:/bin").env("RUST_BACKTRACE", "full");
    command
}

/// All commands; each finds what the earlier ones created.
fn all_commands(env: &TestEnv, round: usize) -> Vec<Vec<String>> {
    let file = |name: &str| env.path(name);
    let guest = |n: usize| guest_email(4 * round + n);
    let list = env.write_file("list.txt", "Ann <ann@example.com>\nbob@example.com\n");
    let lines = [
        "doctor".to_owned(),
        "doctor --json".to_owned(),
        "changes --mark-seen".to_owned(),
        "changes --json".to_owned(),
        "-v list".to_owned(),
        "list --json --filter exp>1h".to_owned(),
        format!("-v show {}", guest(0)),
        format!("export --format csv --output {}", file("out.csv")),
        format!("-v create new{round}@example.com --message hello --yes"),
        format!("-v resend {} --yes", guest(0)),
        format!("-v delete {} --yes", guest(1)),
        format!("-v import {list} --message hi --yes"),
        format!("delete {} --plan-file {}", guest(2), file("plan.json")),
        format!("-v plan apply {} --yes", file("plan.json")),
        format!("-vv edit {} --message another --yes", guest(3)),
        "--debug-http list".to_owned(),
        "--debug-http api ?page_size=5".to_owned(),
        "-vv problems --json".to_owned(),
        "forecast".to_owned(),
        format!("note {} a-note", guest(3)),
        format!("snooze {} --for 1d", guest(3)),
        format!("-vv wait {} --for pending", guest(3)),
        format!("-vv reinvite {} --yes", guest(1)),
        "plan show".to_owned(),
        "plan resume --yes".to_owned(),
        "journal list".to_owned(),
        "journal export".to_owned(),
        "journal export --format csv".to_owned(),
        "journal verify".to_owned(),
        "config path".to_owned(),
        "config show".to_owned(),
        "config check".to_owned(),
        "config profiles".to_owned(),
        "config get token_command".to_owned(),
        "config get profiles.p.url".to_owned(),
        "config set undo_seconds 4".to_owned(),
        "whoami".to_owned(),
        "whoami --json".to_owned(),
        "cache path".to_owned(),
        "--help".to_owned(),
        "completions bash".to_owned(),
        "man".to_owned(),
    ];
    lines.iter().map(|line| line.split(' ').map(str::to_owned).collect()).collect()
}

#[test]
fn no_command_leaks_the_token_or_the_secret() {
    let env = TestEnv::new(8);
    let token_line = fs::read_to_string(env.token_file()).expect("a token");
    let token = token_line.trim().trim_start_matches("Authorization: Bearer ").to_owned();
    let hidden = Secrets(vec![token, env.client_secret()]);
    let secret_file = env.write_file("secret", env.client_secret());
    let token_program = write_recording_program(&env, "print-token", &env.token_file());
    let secret_program = write_recording_program(&env, "print-secret", &secret_file);
    let url = env.url();
    let sources = [
        format!("token_command = [\"{token_program}\"]"),
        format!("client_id = \"{}\"\nclient_secret_command = [\"{secret_program}\"]", env.client_id()),
    ];
    for (round, source) in sources.iter().enumerate() {
        let config = env.write_file("p.toml", format!("[profiles.p]\nurl = \"{url}\"\n{source}\n"));
        for args in all_commands(&env, round) {
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            let output = RunningCommand::start(traced_command(&env, &config, &args)).wait();
            let command_line = args.join(" ");
            let is_unset = command_line == "config get token_command" && output.code == 1;
            assert!(is_unset || [0, 5, 7, 8].contains(&output.code), "{command_line}: {}", output.stderr);
            hidden.assert_absent(&format!("the output of {command_line}"), output.stdout.as_bytes());
            hidden.assert_absent(&format!("the errors of {command_line}"), output.stderr.as_bytes());
        }
    }
    assert!(env.request_count("POST") > 4 && env.request_count("DELETE") > 1, "the requests were made");
    let home = PathBuf::from(env.path(""));
    let file_count = hidden.assert_absent_below(&home, &[PathBuf::from(secret_file)]);
    assert!(file_count > 8, "journal, cache, log, plan, export and notes were searched");
    assert!(home.join("notes/print-token.cmdline").exists() && home.join("notes/print-secret.env").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn process_list_shows_no_secret_during_a_request() {
    let env = TestEnv::new(1);
    let text = format!(
        "[profiles.p]\nurl = \"{}\"\nclient_id = \"{}\"\nclient_secret_env = \"S\"\n",
        env.url(),
        env.client_id()
    );
    let config = env.write_file("p.toml", text);
    env.set_faults([Rule::for_method("DELETE", Action::Hang(FaultTiming::Before))]);
    let mut command = traced_command(&env, &config, &["delete", &guest_email(0), "--yes"]);
    command.env("S", env.client_secret());
    let running = RunningCommand::start(command);
    wait_until("the request hangs", || env.control.hanging_request_count() == 1);
    let hidden = Secrets(vec![env.client_secret()]);
    for process in fs::read_dir("/proc").expect("the process list").flatten() {
        // An ended process has no command line.
        if let Ok(line) = fs::read(process.path().join("cmdline")) {
            hidden.assert_absent("the process list", &line);
        }
    }
    env.control.clear_faults();
    env.control.release_hanging();
    running.wait().assert_code(0);
}

#[test]
fn login_leaves_the_credential_only_in_its_own_file() {
    let env = TestEnv::new(1);
    let token_line = fs::read_to_string(env.token_file()).expect("a token");
    let token = token_line.trim().trim_start_matches("Authorization: Bearer ").to_owned();
    let hidden = Secrets(vec![token, env.client_secret(), "wrong-secret".to_owned()]);
    let (url, client_id, secret) = (env.url(), env.client_id(), env.client_secret());
    let with_secret = ["--client-id", client_id.as_str(), "--with-secret"];
    for (args, input, code) in [
        (&["login", "a", "--with-token"][..], token_line.as_str(), 0),
        (&[&["login", "b"][..], &with_secret].concat(), &secret, 0),
        (&[&["login", "c"][..], &with_secret].concat(), "wrong-secret", 4),
        (&["login", "d", "--with-token"], "wrong-secret", 4),
        (&["login", "e", "--with-token"], "wrong-secret two", 4),
        (&["whoami", "-p", "b", "--json"], "", 0),
        (&["config", "show", "-p", "b"], "", 0),
        (&["config", "get", "profiles.b.client_secret_file"], "", 0),
    ] {
        let url = ["--url", &url];
        let url = if args[0] == "login" { &url[..] } else { &[] };
        let mut command = env.bare_command(&[&["-v"], args, url].concat());
        command.env("GUESTLIST_LOG", "trace");
        command.stdin(fs::File::open(env.write_file("input", input)).expect("opened"));
        let output = RunningCommand::start(command).wait().assert_code(code);
        hidden.assert_absent(&args.join(" "), output.stdout.as_bytes());
        hidden.assert_absent(&args.join(" "), output.stderr.as_bytes());
    }
    fs::remove_file(env.path("input")).expect("removed");
    let own_files =
        ["a.token", "b.secret"].map(|name| PathBuf::from(env.path("config/guestlist/tokens")).join(name));
    assert!(own_files.iter().all(|file| file.exists()));
    assert!(hidden.assert_absent_below(&PathBuf::from(env.path("")), &own_files) > 2);
}
