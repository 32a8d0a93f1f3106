//! A panic: the terminal is restored, two sentences remain on it, and a private report is written.
//!
//! The shipped program has no switch that makes it panic. So this test program starts itself in the terminal
//! and runs the console in itself. Either a task beside the console panics, or its loop does, on a terminal
//! whose draw panics.

use std::os::unix::fs::PermissionsExt;
use std::process::ExitCode;
use std::time::Duration;
use std::{fs, io};

use clap::Parser;
use portable_pty::CommandBuilder;
use ratatui::Frame;
use rustix::process::Signal;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use crate::pty::{Pty, PtyResult};
use crate::test_env::TestEnv;
use guestlist::app::{App, AppOptions};
use guestlist::cli::Cli;
use guestlist::clock::Clock;
use guestlist::config::paths::Paths;
use guestlist::console::{LoginRequest, RealTty, ServiceChannel, Session, Sessions, Tty, TtyEvent};
use guestlist::domain::TenancyKey;
use guestlist::keys::Input;
use guestlist::terminal::{Clipboard, PanicMonitor, Signals};
use guestlist::ui::Theme;
use guestlist::{cli, config, console, log};

/// Variable that marks a child process; without it the two child tests do nothing.
const CHILD_ENV_VAR: &str = "GUESTLIST_TEST_CHILD";

#[allow(clippy::disallowed_methods, reason = "the parent marks its child with a variable")]
fn is_child() -> bool {
    std::env::var_os(CHILD_ENV_VAR).is_some()
}

/// The same setup as in `main`.
fn runtime() -> Runtime {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime")
}

async fn wait_for_window_change() {
    signal(SignalKind::window_change()).expect("listening").recv().await;
}

#[test]
#[ignore = "runs in a terminal of its own, started by the test below"]
#[allow(clippy::disallowed_methods, reason = "exits as `main` does, not as a test")]
fn child_with_a_panic_in_a_task() {
    if !is_child() {
        return;
    }
    let runtime = runtime();
    let code = runtime.block_on(async {
        tokio::spawn(async {
            wait_for_window_change().await;
            panic!("a task \u{1b}[2J panics");
        });
        cli::run(Cli::parse_from(["guestlist"]), Clock::system()).await
    });
    runtime.shutdown_background();
    std::process::exit(if code == ExitCode::from(101) { 101 } else { 1 });
}

#[test]
#[ignore = "runs in a terminal of its own, started by the test below"]
fn child_with_a_panic_in_the_loop() {
    if !is_child() {
        return;
    }
    let paths = Paths::default_paths().expect("a home");
    let keys = config::keys_file::read(&paths.config.join("keys.toml")).expect("the built-in keys");
    let options = AppOptions {
        url: "http://127.0.0.1:9".into(),
        keys,
        undo_window: Duration::ZERO,
        seed: 1,
        ..AppOptions::for_tenancy(TenancyKey("test".into()))
    };
    runtime()
        .block_on(async {
            let signals = Signals::listen().expect("listening");
            let panic_monitor =
                PanicMonitor::install(move |report| log::write_crash_report(&paths.state, report));
            let tty = RealTty::enter(signals, panic_monitor, None, Vec::new(), Clipboard::Direct)
                .expect("a terminal");
            let (requests, _request_receiver) = mpsc::channel(8);
            let (_reply_sender, replies) = mpsc::channel(8);
            let channel = ServiceChannel { tenancy: options.tenancy.clone(), requests, replies };
            let mut tty = PanickingTty { tty, has_input: false };
            let (state, theme, clock) = (App::new(options), Theme::terminal(), Clock::system());
            let mut sessions = Sessions::new(Session { state, channel }, None);
            console::run(&mut tty, &mut sessions, &theme, &clock).await
        })
        .expect("a panic");
}

/// The real terminal; drawing panics in the first frame after an input.
struct PanickingTty {
    tty: RealTty,
    has_input: bool,
}

impl Tty for PanickingTty {
    fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        let has_input = self.has_input;
        self.tty.draw(|frame| {
            render(frame);
            assert!(!has_input, "a frame \u{1b}[2J panics");
        })
    }

    fn redraw_all(&mut self) -> io::Result<()> {
        self.tty.redraw_all()
    }

    async fn next(&mut self) -> TtyEvent {
        let event = self.tty.next().await;
        self.has_input = matches!(event, TtyEvent::Inputs(_));
        event
    }

    fn pending_inputs(&mut self) -> Vec<Input> {
        self.tty.pending_inputs()
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        self.tty.copy(text)
    }

    async fn suspend(&mut self) -> io::Result<bool> {
        self.tty.suspend().await
    }

    async fn log_in(&mut self, request: LoginRequest) -> Result<String, String> {
        self.tty.log_in(request).await
    }

    async fn edit(&mut self, text: String) -> Result<String, String> {
        self.tty.edit(text).await
    }
}

/// Returns a command that runs one child test of this program.
fn child_command(env: &TestEnv, child: &str) -> CommandBuilder {
    let program = std::env::current_exe().expect("this program");
    let name = format!("panics::{child}");
    let args = ["--exact", &name, "--ignored", "--nocapture", "--test-threads=1", "--quiet"];
    let mut command = env.command_for(program, &args);
    command.env(CHILD_ENV_VAR, "1");
    command
}

fn run_panicking_child(child: &str, expected: &str, trigger: impl FnOnce(&mut Pty)) -> (PtyResult, String) {
    let env = TestEnv::new();
    let mut pty = Pty::start(child_command(&env, child));
    pty.wait_for_text(expected);
    trigger(&mut pty);
    let result = pty.wait_for_clean_exit();
    assert_eq!((result.code, &result.signal), (101, &None), "{}", result.screen);
    env.assert_temp_dir_is_empty();
    let mut reports = fs::read_dir(env.state_dir()).expect("the state folder");
    let report = reports.next().expect("a report").expect("an entry").path();
    assert!(reports.next().is_none(), "the sandbox leaves no other file");
    let mode = fs::metadata(&report).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "only the owner may read the report");
    let screen = result.screen.replace('\n', "");
    let first = "guestlist crashed. This is a bug.";
    let second = format!("A report was written to {}.", report.display());
    assert!(screen.contains(first) && screen.contains(&second), "{}", result.screen);
    let starts_a_line = result.screen.lines().any(|line| line.starts_with("guestlist crashed"));
    assert!(starts_a_line, "{}", result.screen);
    (result, fs::read_to_string(report).expect("the report"))
}

#[test]
fn panic_in_a_task_ends_the_console_and_restores_terminal() {
    let (_, report) = run_panicking_child("child_with_a_panic_in_a_task", "412 · complete", |pty| {
        pty.signal(Signal::WINCH)
    });
    assert!(report.contains("message  a task \\u{1b}[2J panics"), "{report}");
    assert!(report.contains("tests/terminal/panics.rs"), "{report}");
}

#[test]
fn panic_in_the_loop_restores_the_terminal() {
    let (_, report) =
        run_panicking_child("child_with_a_panic_in_the_loop", "loading…", |pty| pty.type_keys("j"));
    assert!(report.contains("message  a frame \\u{1b}[2J panics"), "{report}");
    assert!(report.contains("guestlist::console::event_loop::draw"), "{report}");
}

#[test]
fn crash_report_and_log_contain_no_token() {
    const TOKEN: &str = "token-that-was-in-use";
    let env = TestEnv::new();
    // Nothing listens at this URL: only the token in memory matters for the crash.
    let text = "[profiles.p]\nurl = \"http://127.0.0.1:9\"\ntoken_env = \"T\"\n";
    env.write_file(".config/guestlist/config.toml", &format!("profile = \"p\"\n{text}"));
    let mut command = child_command(&env, "child_with_a_panic_in_a_task");
    for (name, value) in [("T", TOKEN), ("GUESTLIST_LOG", "trace"), ("RUST_BACKTRACE", "full")] {
        command.env(name, value);
    }
    let pty = Pty::start(command);
    pty.wait_for_text("refused");
    pty.signal(Signal::WINCH);
    let result = pty.wait_for_clean_exit();
    assert_eq!(result.code, 101, "{}", result.screen);
    let entries = fs::read_dir(env.state_dir()).expect("the state folder");
    let files: Vec<_> =
        entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file()).collect();
    let is_report = |path: &std::path::PathBuf| path.to_string_lossy().contains("crash");
    assert!(files.iter().any(is_report) && files.len() > 1, "{files:?}");
    for file in files {
        let bytes = fs::read(&file).expect("a file");
        let found = bytes.windows(TOKEN.len()).any(|part| part == TOKEN.as_bytes());
        assert!(!found, "the token is in {}", file.display());
    }
}
