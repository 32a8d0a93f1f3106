//! A sandbox in this process, and the real binary with its own home, connected to the sandbox.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, RwLock};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use guestlist::clock::Clock;
use guestlist::sandbox::{Control, Rule, Sandbox, Settings};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The program under test.
pub const GUESTLIST: &str = env!("CARGO_BIN_EXE_guestlist");
/// Maximum wait of a test, in real time.
const MAX_WAIT: Duration = Duration::from_secs(60);

/// Locked while a terminal is created: a child started at that moment would inherit it and keep it open.
pub static PROCESS_START: RwLock<()> = RwLock::new(());

pub struct TestEnv {
    dir: TempDir,
    pub control: Control,
    sandbox: Sandbox,
    /// Keeps the sandbox running; dropped after it.
    _runtime: Runtime,
}

/// Result of a command.
#[derive(Debug)]
pub struct CommandOutput {
    /// Exit code; -1 if it was killed.
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// A running command.
pub struct RunningCommand {
    child: Child,
    stdout: JoinHandle<String>,
    stderr: (Arc<Mutex<String>>, JoinHandle<()>),
}

impl TestEnv {
    /// A tenancy with `guest0@example.com` and so on, and a new home.
    pub fn new(invites: usize) -> TestEnv {
        let env = TestEnv::with_settings(Settings { invites: 0, ..Settings::default() });
        for n in 0..invites {
            env.control.create(&guest_email(n), &format!("message {n}")).expect("an invite");
        }
        env
    }

    /// A tenancy with the sample invites, and a new home.
    pub fn with_settings(settings: Settings) -> TestEnv {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let sandbox = runtime.block_on(Sandbox::start(settings, Clock::system())).expect("started");
        let control = sandbox.control();
        let dir = TempDir::new().expect("a folder");
        fs::create_dir(dir.path().join("tmp")).expect("a folder");
        TestEnv { dir, control, sandbox, _runtime: runtime }
    }

    /// Writes a file into the home.
    pub fn write_file(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.dir.path().join(name);
        fs::write(&path, text).expect("written");
        path.to_str().expect("a path").to_owned()
    }

    /// Path of a file in the home that does not exist yet.
    pub fn path(&self, name: &str) -> String {
        self.dir.path().join(name).to_str().expect("a path").to_owned()
    }

    /// Folder of the journal.
    pub fn state_dir(&self) -> PathBuf {
        self.dir.path().join("state/guestlist")
    }

    pub fn url(&self) -> String {
        self.sandbox.url().to_owned()
    }

    pub fn token_file(&self) -> String {
        self.sandbox.token_file().to_str().expect("a path").to_owned()
    }

    pub fn client_id(&self) -> String {
        self.sandbox.client_id().to_owned()
    }

    pub fn client_secret(&self) -> String {
        self.sandbox.client_secret().to_owned()
    }

    /// The program in its own environment, without a configuration.
    pub fn bare_command(&self, args: &[&str]) -> Command {
        self.program_command(GUESTLIST, args)
    }

    /// Another program in that environment.
    pub fn program_command(&self, program: &str, args: &[&str]) -> Command {
        let mut command = Command::new(program);
        let home = self.dir.path();
        command.args(args).env_clear().current_dir(home).env("HOME", home).env("TMPDIR", home.join("tmp"));
        // Set explicitly: some systems have these folders elsewhere.
        command.env("XDG_CONFIG_HOME", home.join("config")).env("XDG_STATE_HOME", home.join("state"));
        command.env("XDG_CACHE_HOME", home.join("cache")).env("TZ", "UTC");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// A command for the sandbox.
    pub fn command(&self, args: &[&str]) -> Command {
        let (url, token_file) = (self.url(), self.token_file());
        let connection = ["--url", &url, "--token-file", &token_file];
        self.bare_command(&[&connection[..], args].concat())
    }

    /// Runs a command against the sandbox.
    pub fn run(&self, args: &[&str]) -> CommandOutput {
        RunningCommand::start(self.command(args)).wait()
    }

    /// Runs a command with standard input.
    pub fn run_with_input(&self, args: &[&str], input: &str) -> CommandOutput {
        let mut command = self.command(args);
        command.stdin(fs::File::open(self.write_file("input", input)).expect("opened"));
        RunningCommand::start(command).wait()
    }

    pub fn start(&self, args: &[&str]) -> RunningCommand {
        RunningCommand::start(self.command(args))
    }

    pub fn set_faults(&self, rules: impl IntoIterator<Item = Rule>) {
        self.control.set_faults(rules.into_iter().collect()).expect("valid rules");
    }

    /// Number of requests with this method.
    pub fn request_count(&self, method: &str) -> usize {
        self.control.requests().iter().filter(|call| call.method == method).count()
    }

    /// Emails of the pending invites, oldest first.
    pub fn pending_emails(&self) -> Vec<String> {
        self.control.invites().into_iter().map(|invite| invite.email).collect()
    }

    /// Identities of the invites of an email.
    pub fn identities_for(&self, email: &str) -> Vec<String> {
        let invites = self.control.invites().into_iter().filter(|invite| invite.email == email);
        invites.map(|invite| invite.uuid.to_string()).collect()
    }

    /// Number of emails to a person.
    pub fn email_count(&self, email: &str) -> usize {
        let files = fs::read_dir(self.sandbox.outbox()).expect("the outbox");
        let to = format!("To: <{email}>");
        let is_for = |text: &String| text.lines().any(|line| line.trim_end() == to);
        files
            .map(|file| fs::read_to_string(file.expect("a file").path()).expect("text"))
            .filter(is_for)
            .count()
    }
}

/// The n-th email.
pub fn guest_email(n: usize) -> String {
    format!("guest{n}@example.com")
}

/// Waits for a condition.
#[allow(clippy::disallowed_methods, reason = "waits for a condition, with a limit, in real time")]
pub fn wait_until(expectation: &str, mut condition: impl FnMut() -> bool) {
    let pause = Duration::from_millis(2);
    for _ in 0..MAX_WAIT.as_millis() / pause.as_millis() {
        if condition() {
            return;
        }
        thread::sleep(pause);
    }
    panic!("timed out waiting for {expectation}");
}

impl RunningCommand {
    pub fn start(command: Command) -> RunningCommand {
        RunningCommand::spawn(command, true)
    }

    /// Starts a command with another standard output.
    pub fn start_without_stdout_pipe(command: Command) -> RunningCommand {
        RunningCommand::spawn(command, false)
    }

    fn spawn(mut command: Command, has_output: bool) -> RunningCommand {
        let start_guard = PROCESS_START.read().expect("not poisoned");
        let mut child = command.spawn().expect("started");
        drop(start_guard);
        let out = child.stdout.take();
        assert_eq!(out.is_some(), has_output);
        let err = BufReader::new(child.stderr.take().expect("standard error"));
        let out = thread::spawn(move || {
            let mut text = String::new();
            if let Some(mut out) = out {
                out.read_to_string(&mut text).expect("text");
            }
            text
        });
        let stderr_text = Arc::new(Mutex::new(String::new()));
        let reader = {
            let stderr_text = stderr_text.clone();
            thread::spawn(move || {
                for line in err.lines() {
                    let line = line.expect("text");
                    stderr_text.lock().expect("not poisoned").push_str(&(line + "\n"));
                }
            })
        };
        RunningCommand { child, stdout: out, stderr: (stderr_text, reader) }
    }

    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).expect("a process");
        kill_process(Pid::from_raw(pid).expect("a process"), signal).expect("sent");
    }

    /// Waits until standard error contains a text.
    pub fn wait_for_stderr(&self, text: &str) {
        wait_until(text, || self.stderr_contains(text));
    }

    /// Returns true if standard error contains a text.
    pub fn stderr_contains(&self, text: &str) -> bool {
        self.stderr.0.lock().expect("not poisoned").contains(text)
    }

    /// Waits for the end.
    pub fn wait(mut self) -> CommandOutput {
        let mut status = None;
        wait_until("the command ends", || {
            status = self.child.try_wait().expect("an exit status");
            status.is_some()
        });
        let code = status.and_then(|status| status.code()).unwrap_or(-1);
        let out = self.stdout.join().expect("standard output");
        self.stderr.1.join().expect("standard error");
        let err = self.stderr.0.lock().expect("not poisoned").clone();
        CommandOutput { code, stdout: out, stderr: err }
    }

    /// Kills the process with SIGKILL.
    pub fn kill(self) {
        self.signal(Signal::KILL);
        assert_eq!(self.wait().code, -1, "it was killed");
    }
}

impl CommandOutput {
    /// Asserts the exit code.
    pub fn assert_code(self, code: i32) -> CommandOutput {
        assert_eq!(self.code, code, "\nout:\n{}\nerr:\n{}", self.stdout, self.stderr);
        self
    }

    /// Asserts that standard error contains a text.
    pub fn assert_stderr(self, text: &str) -> CommandOutput {
        assert!(self.stderr.contains(text), "{text:?} in\n{}", self.stderr);
        self
    }

    /// The JSON document of the results.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }

    /// The items of the JSON document.
    pub fn items(&self) -> Vec<Value> {
        self.json()["items"].as_array().expect("items").clone()
    }

    /// Columns of each line of results.
    pub fn rows(&self) -> Vec<Vec<&str>> {
        self.stdout.lines().map(|line| line.split('\t').collect()).collect()
    }

    /// Outcome and verb of each line, counted: "3 done delete".
    pub fn outcome_counts(&self) -> Vec<String> {
        let mut counts: Vec<(String, usize)> = Vec::new();
        for row in self.rows() {
            let expectation = row[..2].join(" ");
            match counts.iter_mut().find(|(known, _)| *known == expectation) {
                Some((_, count)) => *count += 1,
                None => counts.push((expectation, 1)),
            }
        }
        counts.into_iter().map(|(expectation, count)| format!("{count} {expectation}")).collect()
    }
}
