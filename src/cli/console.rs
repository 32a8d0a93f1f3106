//! `guestlist` without a command: opens the console on the configured server, or on a sandbox of its own.
//! Puts the parts together and takes them apart again; what happens in between is the console's affair.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::codes::{FAILED, USAGE};
use super::fail;
use super::global::{Decided, GlobalArgs};
use super::say;
use crate::app::State;
use crate::app::input::Signal;
use crate::app::state::{Start, TryOut};
use crate::app::watch::Watch;
use crate::clock::Clock;
use crate::config::theme::ThemeChoice;
use crate::config::{Environment, Settings, Target, keys, paths::Paths};
use crate::console::{self, Left, Link, Open, RealTty, Tenancies};
use crate::domain::TenancyKey;
use crate::log;
use crate::sandbox::{self, Sandbox};
use crate::service::{self, Opening};
use crate::terminal::{CRASHED, Clipboard, Crash, Signals, with_mouse};
use crate::ui::theme::Theme;

/// Runs the console until it is left.
pub async fn run(args: GlobalArgs, clock: Clock) -> ExitCode {
    match prepare(args) {
        Ok(prepared) => open(prepared, clock).await,
        Err(sentence) => fail(USAGE, &sentence),
    }
}

struct Prepared {
    theme: Theme,
    read_only: bool,
    settings: Settings,
    keys: crate::app::keymap::KeyMap,
    environment: Environment,
    paths: Paths,
    cache: Option<PathBuf>,
}

fn prepare(args: GlobalArgs) -> Result<Prepared, String> {
    let Decided { read_only, settings, environment, paths, cache, .. } = args.decide()?;
    let keys = keys::read(&paths.config.join("keys.toml")).map_err(|error| error.to_string())?;
    let chosen = if say::is_never_coloured() { "none" } else { &settings.theme };
    let theme = theme(chosen, &paths, &environment)?;
    Ok(Prepared { theme, read_only, settings, keys, environment, paths, cache })
}

fn theme(chosen: &str, paths: &Paths, environment: &Environment) -> Result<Theme, String> {
    let choice = ThemeChoice::read(chosen, &paths.config, environment.home.as_deref());
    match choice.map_err(|error| error.to_string())? {
        ThemeChoice::Named(name) => Theme::built_in(&name).ok_or_else(|| {
            let names: Vec<&str> = Theme::names().collect();
            format!("There is no theme {name:?}: choose one of {}, or name a .toml file.", names.join(", "))
        }),
        ThemeChoice::File { path, text } => {
            Theme::parse(&text).map_err(|error| format!("{} is not understood:\n{error}", path.display()))
        }
    }
}

/// Everything that has to be taken apart again.
struct Running {
    service: JoinHandle<()>,
    cancel: CancellationToken,
    sandbox: Option<Sandbox>,
}

async fn open(prepared: Prepared, clock: Clock) -> ExitCode {
    let signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(error) => return fail(FAILED, &format!("Signals cannot be heard: {error}.")),
    };
    // A try-out keeps nothing: its whole state goes with this folder.
    let folder = match &prepared.settings.target {
        Target::Server { .. } => None,
        Target::TryOut => match tempfile::Builder::new().prefix("guestlist-").tempdir() {
            Ok(folder) => Some(folder),
            Err(error) => return fail(FAILED, &format!("A folder for the try-out cannot be made: {error}.")),
        },
    };
    let state_folder =
        folder.as_ref().map_or(prepared.paths.state.clone(), |folder| folder.path().join("state"));
    // A log that cannot be written is no reason not to work.
    let log = log::start(&state_folder, prepared.environment.log.as_deref().unwrap_or("info"));
    if let Err(error @ log::LogError::Level(_)) = &log {
        return fail(USAGE, &format!("{error} It is set in GUESTLIST_LOG."));
    }
    let crash = watch_for_crashes(&prepared.paths.state);
    let code = in_terminal(&prepared, folder.as_ref(), state_folder, signals, crash, clock).await;
    // What cannot be removed is in the folder for temporary files, where the system removes it.
    let _ = folder.map(TempDir::close);
    code
}

/// Takes the terminal and shows a first frame before anything is opened, because that can take longer.
async fn in_terminal(
    prepared: &Prepared,
    folder: Option<&TempDir>,
    state_folder: PathBuf,
    signals: Signals,
    crash: Crash,
    clock: Clock,
) -> ExitCode {
    let clipboard = if prepared.environment.tmux { Clipboard::Tmux } else { Clipboard::Direct };
    if prepared.settings.mouse {
        with_mouse();
    }
    let mut tty = match RealTty::enter(signals, crash.clone(), prepared.environment.editor.clone()) {
        Ok(tty) => tty.behind(clipboard),
        Err(error) => return fail(USAGE, &error.to_string()),
    };
    let theme = &prepared.theme;
    let mut state = State::new(start(prepared));
    state.watch = Watch::every(prepared.settings.refresh);
    if let Err(error) = console::paint(&mut tty, &mut state, theme, clock.now()) {
        drop(tty);
        return fail(FAILED, &format!("The terminal failed: {error}."));
    }
    let (link, running) = match connect(prepared, folder, state_folder, &mut state.start, &clock).await {
        Ok(running) => running,
        Err((code, sentence)) => {
            drop(tty);
            return fail(code, &sentence);
        }
    };
    let mut tenancies = Tenancies::new(Open { state, link }, None);
    let left = console::run(&mut tty, &mut tenancies, theme, &clock).await;
    drop((tty, tenancies));
    running.close().await;
    exit_code(left, &crash)
}

/// Starts the sandbox of a try-out and the service task, and tells the console what they are.
async fn connect(
    prepared: &Prepared,
    folder: Option<&TempDir>,
    state_folder: PathBuf,
    start: &mut Start,
    clock: &Clock,
) -> Result<(Link, Running), (u8, String)> {
    let (opening, sandbox) = match (prepared.settings.target.clone(), folder) {
        (Target::Server { url, base_path, token_file }, _) => (
            Opening {
                address: url,
                base_path,
                token_file,
                state: state_folder,
                cache: prepared.cache.clone(),
            },
            None,
        ),
        (Target::TryOut, folder) => {
            let settings = sandbox::Settings {
                folder: folder.map(|folder| folder.path().join("sandbox")),
                ..Default::default()
            };
            let sandbox = Sandbox::start(settings, clock.clone())
                .await
                .map_err(|error| (FAILED, format!("The sandbox could not be started: {error}.")))?;
            // A try-out keeps its lists where the rest of it is, and they go with it.
            let cache = prepared.cache.as_ref().and(folder).map(|folder| folder.path().join("cache"));
            let (address, token_file) = (sandbox.url().to_owned(), Ok(sandbox.token_file().to_owned()));
            (Opening { address, base_path: None, token_file, state: state_folder, cache }, Some(sandbox))
        }
    };
    start.address.clone_from(&opening.address);
    start.try_out = sandbox.as_ref().map(|sandbox| TryOut { outbox: sandbox.outbox().display().to_string() });
    let cancel = CancellationToken::new();
    let (session, service) = service::open(opening, clock.clone(), cancel.clone())
        .map_err(|failure| (USAGE, failure.to_string()))?;
    start.tenancy = session.key.clone();
    let link = Link { tenancy: session.key, requests: service.requests, replies: service.replies };
    Ok((link, Running { service: service.task, cancel, sandbox }))
}

impl Running {
    async fn close(self) {
        self.cancel.cancel();
        // It ends at once when it is cancelled; what it was doing is in the journal.
        let _ = self.service.await;
        if let Some(sandbox) = self.sandbox {
            sandbox.stop().await;
        }
    }
}

fn watch_for_crashes(folder: &Path) -> Crash {
    let folder = folder.to_owned();
    Crash::watch(move |report| log::keep_crash(&folder, report))
}

/// What is known before anything is open.
fn start(prepared: &Prepared) -> Start {
    let (address, try_out) = match &prepared.settings.target {
        Target::Server { url, .. } => (url.clone(), None),
        Target::TryOut => ("starting…".to_owned(), Some(TryOut { outbox: String::new() })),
    };
    let tenancy = TenancyKey::new(&address, None, "default");
    Start {
        address,
        try_out,
        keys: prepared.keys.clone(),
        allowed: prepared.settings.allowed.clone(),
        hold: prepared.settings.hold,
        zone: jiff::tz::TimeZone::system(),
        seed: Uuid::new_v4().as_u128(),
        filters: prepared.settings.filters.clone(),
        read_only: prepared.read_only,
        mouse: prepared.settings.mouse,
        ..Start::of(tenancy)
    }
}

fn exit_code(left: std::io::Result<Left>, crash: &Crash) -> ExitCode {
    if crash.has_happened() {
        return ExitCode::from(CRASHED);
    }
    match left {
        Ok(Left::Quit) => ExitCode::SUCCESS,
        Ok(Left::Crashed) => ExitCode::from(CRASHED),
        Ok(Left::Signal(Signal::Interrupt)) => ExitCode::from(130),
        Ok(Left::Signal(Signal::Hangup)) => ExitCode::from(129),
        Ok(Left::Signal(_)) => ExitCode::from(143),
        Err(error) => fail(FAILED, &format!("The terminal failed: {error}.")),
    }
}
