//! `guestlist` without a command: opens the console on the configured server or on a sandbox. Starts the parts and
//! stops
//! them at the end; the loop is in [`crate::console`].

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use tempfile::TempDir;

use super::exit_code::{FAILED, USAGE};
use super::global_args::{GlobalArgs, ResolvedConfig};
use super::output::fail;
use super::sessions::SessionManager;
use super::{output, sessions};
use crate::app::App;
use crate::app::model::options::{ProfileEntry, SandboxInfo};
use crate::clock::Clock;
use crate::config::paths::Paths;
use crate::config::theme_choice::ThemeChoice;
use crate::config::{Environment, Target, keys};
use crate::console::{ExitReason, RealTty, Session, Sessions};
use crate::keys::{KeyMap, Signal};
use crate::sandbox::Sandbox;
use crate::service::OpenOptions;
use crate::terminal::{Clipboard, PANIC_EXIT_CODE, PanicMonitor, Signals, enable_mouse};
use crate::ui::Theme;
use crate::{console, log, sandbox};

/// Runs the console until the user leaves it.
pub async fn run(args: GlobalArgs, clock: Clock) -> ExitCode {
    match prepare(args) {
        Ok(prepared) => open(prepared, clock).await,
        Err(sentence) => fail(USAGE, &sentence),
    }
}

struct ConsoleSetup {
    args: GlobalArgs,
    theme: Theme,
    config: ResolvedConfig,
    keys: KeyMap,
}

fn prepare(args: GlobalArgs) -> Result<ConsoleSetup, String> {
    let decided = args.clone().resolve()?;
    if args.reads_stdin() {
        return Err("Could not start the console: it needs standard input for keys, but --token-file - reads the token \
                    from it. Name a file, or use a pipe: --token-file <(COMMAND)"
            .to_owned());
    }
    let keys = keys::read(&decided.paths.config.join("keys.toml")).map_err(|error| error.to_string())?;
    let chosen = if output::is_never_colored() { "none" } else { &decided.settings.theme };
    let theme = load_theme(chosen, &decided.paths, &decided.environment)?;
    Ok(ConsoleSetup { args, theme, config: decided, keys })
}

/// Loads the chosen theme.
///
/// # Errors
/// A sentence for the user.
pub(super) fn load_theme(chosen: &str, paths: &Paths, environment: &Environment) -> Result<Theme, String> {
    let choice = ThemeChoice::read(chosen, &paths.config, environment.home.as_deref());
    match choice.map_err(|error| error.to_string())? {
        ThemeChoice::Named(name) => Theme::built_in(&name).ok_or_else(|| {
            let names: Vec<&str> = Theme::built_in_names().collect();
            format!("Unknown theme {name:?}. Use one of {}, or name a .toml file.", names.join(", "))
        }),
        ThemeChoice::File { path, text } => {
            Theme::parse(&text).map_err(|error| format!("Could not read {}:\n{error}", path.display()))
        }
    }
}

async fn open(prepared: ConsoleSetup, clock: Clock) -> ExitCode {
    let signals = match Signals::listen() {
        Ok(signals) => signals,
        Err(error) => return fail(FAILED, &format!("Could not register signal handlers: {error}.")),
    };
    // The sandbox keeps nothing: all its files are in this folder, which is removed at the end.
    let folder = match &prepared.config.settings.target {
        _ if prepared.config.needs_profile_choice() => None,
        Target::Server { .. } => None,
        Target::Sandbox => match tempfile::Builder::new().prefix("guestlist-").tempdir() {
            Ok(folder) => Some(folder),
            Err(error) => {
                return fail(FAILED, &format!("Could not create a folder for the sandbox: {error}."));
            }
        },
    };
    let state_folder =
        folder.as_ref().map_or(prepared.config.paths.state.clone(), |folder| folder.path().join("state"));
    // The console also works without a log.
    let level = prepared.config.environment.log.as_deref().unwrap_or("info");
    if let Err(error @ log::LogError::Level(_)) = log::start(&state_folder, level) {
        return fail(USAGE, &format!("{error} It is set in GUESTLIST_LOG."));
    }
    let crash = watch_for_crashes(&prepared.config.paths.state);
    let code = run_in_terminal(&prepared, folder.as_ref(), state_folder, signals, crash, clock).await;
    // Files that cannot be removed are in the system's folder for temporary files.
    let _ = folder.map(TempDir::close);
    code
}

/// Takes the terminal and draws a first frame before it connects, because connecting can take longer.
async fn run_in_terminal(
    prepared: &ConsoleSetup,
    folder: Option<&TempDir>,
    state_folder: PathBuf,
    signals: Signals,
    crash: PanicMonitor,
    clock: Clock,
) -> ExitCode {
    let clipboard = if prepared.config.environment.tmux { Clipboard::Tmux } else { Clipboard::Direct };
    if prepared.config.settings.mouse {
        enable_mouse();
    }
    let mut tty = match RealTty::enter(signals, crash.clone(), prepared.config.environment.editor.clone()) {
        Ok(tty) => {
            tty.with_clipboard(clipboard).with_hidden_env(prepared.config.settings.hidden_vars.clone())
        }
        Err(error) => return fail(USAGE, &error.to_string()),
    };
    let theme = &prepared.theme;
    let listed = sessions::list_profiles(&prepared.config);
    let mut state = sessions::initial_state(&prepared.config, &prepared.keys, listed.clone());
    if let Err(error) = console::draw(&mut tty, &mut state, theme, clock.now()) {
        drop(tty);
        return fail(FAILED, &format!("Could not write to the terminal: {error}."));
    }
    let services = SessionManager::default();
    let (first, sandbox) = match connect(prepared, folder, state_folder, state, &services, &clock).await {
        Ok(connected) => connected,
        Err((code, sentence)) => {
            drop(tty);
            return fail(code, &sentence);
        }
    };
    // The sandbox's URL is known only now.
    let here = (first.state.model.options.name.clone(), first.state.model.options.url.clone());
    let listed: Vec<ProfileEntry> = listed
        .into_iter()
        .map(
            |listed| {
                if listed.name == here.0 { ProfileEntry { url: here.1.clone(), ..listed } } else { listed }
            },
        )
        .collect();
    let opener = services.session_opener(prepared.args.clone(), prepared.keys.clone(), listed, clock.clone());
    let mut tenancies = Sessions::new(first, Some(opener));
    let left = console::run(&mut tty, &mut tenancies, theme, &clock).await;
    drop((tty, tenancies));
    services.close().await;
    if let Some(sandbox) = sandbox {
        sandbox.stop().await;
    }
    exit_code(left, &crash)
}

/// Starts the service task, and the sandbox if needed, and sets the server URL in the console's state.
async fn connect(
    prepared: &ConsoleSetup,
    folder: Option<&TempDir>,
    state_folder: PathBuf,
    mut state: App,
    services: &SessionManager,
    clock: &Clock,
) -> Result<(Session, Option<Sandbox>), (u8, String)> {
    if prepared.config.needs_profile_choice() {
        return Ok((sessions::empty_session(state), None));
    }
    let (opening, sandbox) = match prepared.config.open_options(state_folder.clone()) {
        Some(opening) => (opening, None),
        None => {
            let settings = sandbox::Settings {
                work_dir: folder.map(|folder| folder.path().join("sandbox")),
                ..Default::default()
            };
            let sandbox = Sandbox::start(settings, clock.clone())
                .await
                .map_err(|error| (FAILED, format!("Could not start the sandbox: {error}.")))?;
            // The sandbox's lists are cached in its own folder and removed with it.
            let cache = prepared.config.cache.as_ref().and(folder).map(|folder| folder.path().join("cache"));
            let token_file = sandbox.token_file().to_owned();
            let opening = ResolvedConfig::sandbox_options(sandbox.url(), token_file, state_folder);
            (OpenOptions { cache_dir: cache, ..opening }, Some(sandbox))
        }
    };
    state.model.options.url.clone_from(&opening.url);
    state.model.options.sandbox =
        sandbox.as_ref().map(|sandbox| SandboxInfo { outbox: sandbox.outbox().display().to_string() });
    let open = services.open(opening, state, clock).map_err(|sentence| (USAGE, sentence))?;
    if sandbox.is_none() {
        sessions::save_last_profile(&prepared.config);
    }
    Ok((open, sandbox))
}

fn watch_for_crashes(folder: &Path) -> PanicMonitor {
    let folder = folder.to_owned();
    PanicMonitor::install(move |report| log::write_crash_report(&folder, report))
}

fn exit_code(left: std::io::Result<ExitReason>, crash: &PanicMonitor) -> ExitCode {
    if crash.has_panicked() {
        return ExitCode::from(PANIC_EXIT_CODE);
    }
    match left {
        Ok(ExitReason::Quit) => ExitCode::SUCCESS,
        Ok(ExitReason::Crashed) => ExitCode::from(PANIC_EXIT_CODE),
        Ok(ExitReason::Signal(Signal::Interrupt)) => ExitCode::from(130),
        Ok(ExitReason::Signal(Signal::Hangup)) => ExitCode::from(129),
        Ok(ExitReason::Signal(Signal::Fatal { number })) => ExitCode::from(128 + number),
        Ok(ExitReason::Signal(_)) => ExitCode::from(143),
        Err(error) => fail(FAILED, &format!("Could not use the terminal: {error}.")),
    }
}
