//! A console on a buffer: the real loop, service task and journal over real HTTP, with a manual clock. Tests wait for
//! screens with a limit in real time; nothing sleeps.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use tempfile::TempDir;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::buffer_tty::BufferTty;
use guestlist::app::{App, AppOptions};
use guestlist::clock::Clock;
use guestlist::config::keys_file;
use guestlist::console::{ExitReason, ServiceChannel, Session, Sessions, TtyEvent};
use guestlist::domain::profile_settings::TokenSourceConfig;
use guestlist::keys::{Input, Key, KeyCode};
use guestlist::sandbox::{Control, Rule, Sandbox, Settings};
use guestlist::service::OpenOptions;
use guestlist::ui::Theme;
use guestlist::{console, service};

/// Maximum wait of a test, in real time.
const MAX_WAIT: Duration = Duration::from_secs(20);

/// A sandbox with a home; several consoles can be opened on it.
pub struct TestEnv {
    pub sandbox: Sandbox,
    pub clock: Clock,
    pub home: TempDir,
    /// False is `--no-cache`.
    pub uses_cache: bool,
}

impl TestEnv {
    /// A sandbox with the sample tenancy.
    pub async fn new() -> TestEnv {
        TestEnv::with_invites(412).await
    }

    /// A sandbox with this number of invites.
    pub async fn with_invites(invites: usize) -> TestEnv {
        let clock = Clock::manual("2024-06-03T10:31:07Z".parse().expect("a time"));
        let sandbox = Sandbox::start(Settings { invites, ..Settings::default() }, clock.clone());
        let (sandbox, home) = (sandbox.await.expect("a sandbox"), TempDir::new().expect("a folder"));
        TestEnv { sandbox, clock, home, uses_cache: true }
    }

    /// A sandbox with the sample tenancy and fault rules.
    pub async fn with_faults(rules: Vec<Rule>) -> TestEnv {
        let env = TestEnv::new().await;
        env.control().set_faults(rules).expect("valid rules");
        env
    }

    pub fn control(&self) -> Control {
        self.sandbox.control()
    }

    /// Number of requests with this method that arrived.
    pub fn request_count(&self, method: &str) -> usize {
        self.control().requests().iter().filter(|request| request.method == method).count()
    }

    /// Waits until a request with this method has arrived.
    pub async fn wait_for_request(&self, method: &str) {
        let arrival = async {
            while self.request_count(method) == 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(MAX_WAIT, arrival).await.expect("the request arrives");
    }

    pub fn state_dir(&self) -> PathBuf {
        self.home.path().join("state")
    }

    fn dirs(&self) -> (PathBuf, Option<PathBuf>) {
        (self.state_dir(), self.uses_cache.then(|| self.home.path().join("cache")))
    }

    /// Opens a console on the sandbox.
    pub fn open_console(&self) -> TestConsole {
        self.open_with_url(self.sandbox.url(), Ok(self.sandbox.token_file().to_owned()))
    }

    /// Opens a console on the sandbox with a token file of this content.
    pub fn open_with_token(&self, content: &str) -> TestConsole {
        let file = self.home.path().join("token.txt");
        std::fs::write(&file, content).expect("written");
        self.open_with_url(self.sandbox.url(), Ok(file))
    }

    /// Opens a console on a server URL.
    pub fn open_with_url(&self, url: &str, token_file: Result<PathBuf, Vec<PathBuf>>) -> TestConsole {
        TestConsole::open(url, token_file, self.dirs(), self.clock.clone(), &[])
    }

    /// Opens a console on the sandbox with these allowed domains for imports.
    pub fn open_with_allowed_domains(&self, allowed_domains: &[&str]) -> TestConsole {
        let token_file = Ok(self.sandbox.token_file().to_owned());
        TestConsole::open(self.sandbox.url(), token_file, self.dirs(), self.clock.clone(), allowed_domains)
    }
}

/// Opens a session and its service task.
pub fn open_session(
    options: OpenOptions,
    clock: &Clock,
    cancel: &CancellationToken,
) -> (Session, JoinHandle<()>) {
    let url = options.settings.url.clone();
    let (session, service) = service::open(options, clock.clone(), cancel.clone()).expect("a valid URL");
    let options = AppOptions {
        url,
        keys: keys_file::parse("").expect("the default keys"),
        undo_window: Duration::from_secs(5),
        seed: uuid::Uuid::new_v4().as_u128(),
        ..AppOptions::for_tenancy(session.key.clone())
    };
    let channel =
        ServiceChannel { tenancy: session.key, requests: service.requests, replies: service.replies };
    (Session { state: App::new(options), channel }, service.task)
}

/// A running console.
pub struct TestConsole {
    events: mpsc::UnboundedSender<TtyEvent>,
    screen: watch::Receiver<String>,
    frame: Arc<Mutex<Buffer>>,
    pub clock: Clock,
    cancel: CancellationToken,
    task: JoinHandle<ExitReason>,
    service: JoinHandle<()>,
    editor_text: Arc<Mutex<Option<String>>>,
    copied: Arc<Mutex<Vec<String>>>,
    away_seconds: Arc<Mutex<u64>>,
}

impl TestConsole {
    fn open(
        url: &str,
        token_file: Result<PathBuf, Vec<PathBuf>>,
        (state, cache): (PathBuf, Option<PathBuf>),
        clock: Clock,
        allowed_domains: &[&str],
    ) -> TestConsole {
        let cancel = CancellationToken::new();
        let source = token_file.map_or_else(TokenSourceConfig::Missing, TokenSourceConfig::File);
        let options = OpenOptions { cache_dir: cache, ..OpenOptions::new(url, source, state) };
        let (mut session, service) = open_session(options, &clock, &cancel);
        session.state.model.options.guards.allowed_domains =
            allowed_domains.iter().map(|domain| (*domain).to_owned()).collect();
        TestConsole::start(Sessions::new(session, None), service, clock, cancel)
    }

    /// Starts the loop on these sessions.
    pub fn start(
        mut sessions: Sessions,
        service: JoinHandle<()>,
        clock: Clock,
        cancel: CancellationToken,
    ) -> TestConsole {
        let (events, event_receiver) = mpsc::unbounded_channel();
        let (screen_sender, screen) = watch::channel(String::new());
        let (editor_text, copied, frame) =
            (Arc::default(), Arc::default(), Arc::new(Mutex::new(Buffer::default())));
        let away_seconds: Arc<Mutex<u64>> = Arc::default();
        let terminal = Terminal::new(TestBackend::new(120, 40)).expect("a buffer");
        let mut tty = BufferTty {
            terminal,
            events: event_receiver,
            screen: screen_sender,
            frame: Arc::clone(&frame),
            editor_text: Arc::clone(&editor_text),
            copied: Arc::clone(&copied),
            away_seconds: Arc::clone(&away_seconds),
            clock: clock.clone(),
        };
        let task = tokio::spawn({
            let clock = clock.clone();
            async move {
                let theme = Theme::terminal();
                let result = console::run(&mut tty, &mut sessions, &theme, &clock);
                result.await.expect("no terminal error")
            }
        });
        TestConsole { events, screen, frame, clock, cancel, task, service, editor_text, copied, away_seconds }
    }

    /// Presses keys, in the syntax of `keys.toml`.
    pub fn press(&self, keys: &str) -> &TestConsole {
        for key in keys.split(' ') {
            self.send_input(Input::Key(key.parse().expect("a key")));
        }
        self
    }

    /// Presses keys that all arrive in one read.
    pub fn press_at_once(&self, keys: &str) -> &TestConsole {
        let keys = keys.split(' ').map(|key| Input::Key(key.parse().expect("a key"))).collect();
        self.events.send(TtyEvent::Inputs(keys)).expect("the console runs");
        self
    }

    /// Types a text, one key per character.
    pub fn type_text(&self, text: &str) -> &TestConsole {
        for c in text.chars() {
            self.send_input(Input::Key(Key::from(KeyCode::Char(c))));
        }
        self
    }

    pub fn paste(&self, text: &str) -> &TestConsole {
        self.send_input(Input::Paste(text.into()))
    }

    pub fn resize(&self, width: u16, height: u16) -> &TestConsole {
        self.send_input(Input::Resize { width, height })
    }

    /// Sets the text that the next editor returns.
    pub fn set_editor_text(&self, text: &str) -> &TestConsole {
        *self.editor_text.lock().expect("not poisoned") = Some(text.into());
        self
    }

    /// Sets the time that passes while the next program has the terminal.
    pub fn set_away_seconds(&self, seconds: u64) -> &TestConsole {
        *self.away_seconds.lock().expect("not poisoned") = seconds;
        self
    }

    /// The text last copied to the terminal's clipboard.
    pub fn copied_text(&self) -> String {
        self.copied.lock().expect("not poisoned").last().cloned().unwrap_or_default()
    }

    fn send_input(&self, input: Input) -> &TestConsole {
        self.events.send(TtyEvent::Inputs(vec![input])).expect("the console runs");
        self
    }

    /// Waits until a text is on the screen, and returns the screen.
    pub async fn wait_for(&mut self, text: &str) -> String {
        self.wait_until(&format!("{text:?}"), |screen| screen.contains(text)).await
    }

    /// Waits until a text is not on the screen.
    pub async fn wait_until_gone(&mut self, text: &str) -> String {
        self.wait_until(&format!("no {text:?}"), |screen| !screen.is_empty() && !screen.contains(text)).await
    }

    /// Waits until the screen meets a condition, and returns the screen.
    pub async fn wait_until(&mut self, expectation: &str, condition: impl Fn(&str) -> bool) -> String {
        let found =
            async { self.screen.wait_for(|screen| condition(screen)).await.map(|screen| screen.clone()) };
        match tokio::time::timeout(MAX_WAIT, found).await {
            Ok(Ok(screen)) => screen,
            _ => panic!("timed out waiting for {expectation}; the screen:\n{}", self.screen()),
        }
    }

    /// The text on the screen.
    pub fn screen(&self) -> String {
        self.screen.borrow().clone()
    }

    /// The screen with its colors.
    pub fn frame(&self) -> Buffer {
        self.frame.lock().expect("not poisoned").clone()
    }

    /// Advances the clock.
    pub fn advance(&self, seconds: u64) -> &TestConsole {
        self.clock.advance(Duration::from_secs(seconds));
        self
    }

    /// Lets the undo window of a confirmed plan pass.
    pub async fn pass_undo_window(&mut self) -> &TestConsole {
        self.wait_for("z undo").await;
        self.advance(5)
    }

    /// Quits with q, and waits until the console has exited.
    pub async fn quit(self) -> ExitReason {
        self.press("q");
        self.wait_for_exit().await
    }

    /// Ends the console like kill -9, without any cleanup.
    pub async fn kill(self) {
        self.cancel.cancel();
        self.task.abort();
        // The task was aborted.
        let _ = self.task.await;
        self.service.await.expect("no panic");
    }
}

impl TestConsole {
    /// Waits for a text while the clock advances one second at a time.
    pub async fn wait_while_advancing(&mut self, text: &str) -> String {
        let mut screen = self.screen.clone();
        let clock = self.clock.clone();
        let tick = async {
            loop {
                clock.advance(Duration::from_secs(1));
                // Gives the sockets real time to keep up with the clock.
                let never = std::future::pending::<()>();
                let _ = tokio::time::timeout(Duration::from_millis(20), never).await;
            }
        };
        let found =
            async { screen.wait_for(|screen| screen.contains(text)).await.map(|screen| screen.clone()) };
        let limited = tokio::time::timeout(MAX_WAIT, async {
            tokio::select! { screen = found => screen.ok(), () = tick => None }
        });
        match limited.await {
            Ok(Some(screen)) => screen,
            _ => panic!("timed out waiting for {text:?}; the screen:\n{}", self.screen()),
        }
    }

    /// Waits until the console has exited.
    pub async fn wait_for_exit(self) -> ExitReason {
        let result =
            tokio::time::timeout(MAX_WAIT, self.task).await.expect("the console exits").expect("no panic");
        self.cancel.cancel();
        self.service.await.expect("no panic");
        result
    }
}
