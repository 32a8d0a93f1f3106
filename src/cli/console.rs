//! `guestlist` without a command: opens the console on the configured server, or on a sandbox of its own.
//! Puts the parts together and takes them apart again; what happens in between is the console's affair.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{FAILED, USAGE, fail};
use crate::app::State;
use crate::app::input::Signal;
use crate::app::state::{Start, TryOut};
use crate::clock::Clock;
use crate::config::file::ThemeName;
use crate::config::{Environment, Flags, Settings, Target, file, keys, paths::Paths};
use crate::console::{self, Left, Link, RealTty};
use crate::log;
use crate::sandbox::{self, Sandbox};
use crate::service::{self, Opening, Service};
use crate::terminal::{CRASHED, Crash, Signals};
use crate::ui::theme::Theme;

/// What can be said about the console on the command line.
#[derive(Debug, Args)]
pub struct ConsoleArgs {
    /// The server's address [default: https://app.datatrails.ai]
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The file that holds the token [default: ~/.datatrails/bearer-token.txt]
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// Open a sandbox on this machine, whatever is configured
    #[arg(long, conflicts_with_all = ["url", "token_file"])]
    sandbox: bool,
    /// Read this configuration in place of the usual config.toml
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// What is open, besides the terminal.
struct Opened {
    opening: Opening,
    /// The sandbox of a try-out, and the folder that goes with it.
    try_out: Option<(Sandbox, TempDir)>,
}

/// Runs the console until it is left.
pub async fn run(args: ConsoleArgs, clock: Clock) -> ExitCode {
    match prepare(args) {
        Ok(prepared) => open(prepared, clock).await,
        Err(sentence) => fail(USAGE, &sentence),
    }
}

struct Prepared {
    settings: Settings,
    keys: crate::app::keymap::KeyMap,
    environment: Environment,
    paths: Paths,
}

fn prepare(args: ConsoleArgs) -> Result<Prepared, String> {
    let environment = Environment::read();
    let paths = Paths::usual().ok_or("There is no home folder to keep a journal in: set HOME.")?;
    let named = args.config.is_some();
    let path = args.config.unwrap_or_else(|| paths.config.join("config.toml"));
    let file = file::read(&path, named).map_err(|error| error.to_string())?;
    let keys = keys::read(&paths.config.join("keys.toml")).map_err(|error| error.to_string())?;
    let flags = Flags { url: args.url, token_file: args.token_file, sandbox: args.sandbox };
    let settings = Settings::new(&flags, &environment, &file);
    Ok(Prepared { settings, keys, environment, paths })
}

async fn open(prepared: Prepared, clock: Clock) -> ExitCode {
    let signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(error) => return fail(FAILED, &format!("Signals cannot be heard: {error}.")),
    };
    let opened = match target(&prepared, &clock).await {
        Ok(opened) => opened,
        Err(sentence) => return fail(FAILED, &sentence),
    };
    let code = with_target(&prepared, &opened, signals, clock).await;
    if let Some((sandbox, folder)) = opened.try_out {
        sandbox.stop().await;
        // What cannot be removed is in the folder for temporary files, where the system removes it.
        let _ = folder.close();
    }
    code
}

/// Where to, with which token, and where the state is kept; starts the sandbox of a try-out.
async fn target(prepared: &Prepared, clock: &Clock) -> Result<Opened, String> {
    match prepared.settings.target.clone() {
        Target::Server { url, base_path, token_file } => Ok(Opened {
            opening: Opening { address: url, base_path, token_file, state: prepared.paths.state.clone() },
            try_out: None,
        }),
        Target::TryOut => {
            let folder = tempfile::Builder::new().prefix("guestlist-").tempdir();
            let folder =
                folder.map_err(|error| format!("A folder for the try-out cannot be made: {error}."))?;
            let settings =
                sandbox::Settings { folder: Some(folder.path().join("sandbox")), ..Default::default() };
            let sandbox = Sandbox::start(settings, clock.clone())
                .await
                .map_err(|error| format!("The sandbox could not be started: {error}."))?;
            let opening = Opening {
                address: sandbox.url().to_owned(),
                base_path: None,
                token_file: Ok(sandbox.token_file().to_owned()),
                state: folder.path().join("state"),
            };
            Ok(Opened { opening, try_out: Some((sandbox, folder)) })
        }
    }
}

async fn with_target(prepared: &Prepared, opened: &Opened, signals: Signals, clock: Clock) -> ExitCode {
    let state_folder = opened.opening.state.clone();
    // A log that cannot be written is no reason not to work.
    let level = prepared.environment.log.as_deref().unwrap_or("info");
    let log = log::start(&state_folder, level);
    if let Err(error @ log::LogError::Level(_)) = &log {
        return fail(USAGE, &format!("{error} It is set in GUESTLIST_LOG."));
    }
    let crash =
        watch_for_crashes(if opened.try_out.is_some() { &prepared.paths.state } else { &state_folder });
    let cancel = CancellationToken::new();
    let (session, service) = match service::open(opened.opening.clone(), clock.clone(), cancel.clone()) {
        Ok(both) => both,
        Err(failure) => return fail(USAGE, &failure.to_string()),
    };
    let mut tty = match RealTty::enter(signals, crash.clone(), prepared.environment.editor.clone()) {
        Ok(tty) => tty,
        Err(error) => return fail(USAGE, &error.to_string()),
    };
    let Service { requests, replies, task } = service;
    let mut link = Link { tenancy: session.key.clone(), requests, replies };
    let mut state = State::new(start(prepared, opened, session.key));
    let theme = match prepared.settings.theme {
        ThemeName::Terminal => Theme::terminal(),
        ThemeName::None => Theme::none(),
    };
    let left = console::run(&mut tty, &mut state, &theme, &mut link, &clock).await;
    drop(tty);
    cancel.cancel();
    drop(link);
    // It ends at once when it is cancelled; what it was doing is in the journal.
    let _ = task.await;
    exit_code(left, &crash)
}

fn watch_for_crashes(folder: &Path) -> Crash {
    let folder = folder.to_owned();
    Crash::watch(move |report| log::keep_crash(&folder, report))
}

fn start(prepared: &Prepared, opened: &Opened, tenancy: crate::domain::TenancyKey) -> Start {
    Start {
        tenancy,
        address: opened.opening.address.clone(),
        try_out: opened
            .try_out
            .as_ref()
            .map(|(sandbox, _)| TryOut { outbox: sandbox.outbox().display().to_string() }),
        keys: prepared.keys.clone(),
        hold: prepared.settings.hold,
        zone: jiff::tz::TimeZone::system(),
        size: (80, 24),
        seed: Uuid::new_v4().as_u128(),
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
