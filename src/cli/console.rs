//! `guestlist` without a command: opens the console on the configured server or on a sandbox.
//! Starts the log, the sandbox and the service tasks, and stops them at exit. The event loop is in
//! [`crate::console`].

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::exit_code::{CliError, OK, for_signal};
use super::global_args::{GlobalArgs, ResolvedConfig};
use super::service::{signal_error, start_log};
use super::sessions;
use super::sessions::SessionManager;
use crate::app::App;
use crate::app::model::options::SandboxInfo;
use crate::clock::Clock;
use crate::config::paths::Paths;
use crate::config::theme_choice::ThemeChoice;
use crate::config::{Environment, Target, keys_file};
use crate::console::{ExitReason, RealTty, Session, Sessions};
use crate::domain::profile_settings::TokenSourceConfig;
use crate::keys::KeyMap;
use crate::sandbox::Sandbox;
use crate::service::OpenOptions;
use crate::terminal::{Clipboard, PANIC_EXIT_CODE, PanicMonitor, Signals, enable_mouse};
use crate::ui::Theme;
use crate::{console, log, sandbox};

struct ConsoleSetup {
    args: GlobalArgs,
    theme: Theme,
    config: ResolvedConfig,
    keys: KeyMap,
}

fn prepare(args: GlobalArgs) -> Result<ConsoleSetup, CliError> {
    let config = args.clone().resolve()?;
    if args.reads_stdin() {
        return Err(CliError::usage(
            "Could not start the console: it needs standard input for keys, but --token-file - reads the token \
             from standard input. Use a token file, or a pipe: --token-file <(COMMAND)",
        ));
    }
    let keys = keys_file::read(&config.paths.config.join("keys.toml"))
        .map_err(|error| CliError::usage(error.to_string()))?
        .with_ascii_names(config.settings.ascii);
    let theme = load_theme(sessions::theme_name(&config), &config.paths, &config.environment)
        .map_err(CliError::usage)?;
    Ok(ConsoleSetup { args, theme, config, keys })
}

/// Loads the chosen theme.
///
/// # Errors
/// A sentence for the user.
pub(super) fn load_theme(
    theme_name: &str,
    paths: &Paths,
    environment: &Environment,
) -> Result<Theme, String> {
    let choice = ThemeChoice::read(theme_name, &paths.config, environment.home.as_deref());
    match choice.map_err(|error| error.to_string())? {
        ThemeChoice::Named(name) => Theme::built_in(&name).ok_or_else(|| {
            let names: Vec<&str> = Theme::built_in_names().collect();
            format!("Unknown theme {name:?}. Use one of {}, or a .toml file.", names.join(", "))
        }),
        ThemeChoice::File { path, text } => {
            Theme::parse(&text).map_err(|error| format!("Could not read {}:\n{error}", path.display()))
        }
    }
}

/// Runs the console until the user leaves it; returns the exit code.
pub(super) async fn run(args: GlobalArgs, clock: Clock) -> Result<u8, CliError> {
    let setup = prepare(args)?;
    let signals = Signals::listen().map_err(signal_error)?;
    // All files of the sandbox are in this folder, which is removed at exit.
    let has_sandbox = setup.config.settings.target == Target::Sandbox && !setup.config.needs_profile_choice();
    let temp_dir = has_sandbox.then(|| tempfile::Builder::new().prefix("guestlist-").tempdir()).transpose();
    let temp_dir = temp_dir
        .map_err(|error| CliError::failed(format!("Could not create a folder for the sandbox: {error}.")))?;
    let state_dir =
        temp_dir.as_ref().map_or(setup.config.paths.state.clone(), |dir| dir.path().join("state"));
    start_log(&setup.config, &state_dir)?;
    let crash = watch_for_crashes(&setup.config.paths.state);
    let result = run_in_terminal(&setup, temp_dir.as_ref(), state_dir, signals, crash, clock).await;
    // An error is ignored: the remaining files are in the system's temporary folder.
    let _ = temp_dir.map(TempDir::close);
    result
}

/// Opens the terminal and draws a first frame before connecting, because connecting can take a while.
async fn run_in_terminal(
    setup: &ConsoleSetup,
    temp_dir: Option<&TempDir>,
    state_dir: PathBuf,
    signals: Signals,
    crash: PanicMonitor,
    clock: Clock,
) -> Result<u8, CliError> {
    let clipboard = if setup.config.environment.tmux { Clipboard::Tmux } else { Clipboard::Direct };
    if setup.config.settings.mouse {
        enable_mouse();
    }
    let (editor, hidden_vars) =
        (setup.config.environment.editor.clone(), setup.config.settings.hidden_vars.clone());
    let mut tty = RealTty::enter(signals, crash.clone(), editor, hidden_vars, clipboard)
        .map_err(|error| CliError::usage(error.to_string()))?
        .with_config_file(setup.args.config_flag());
    let theme = &setup.theme;
    let profiles = sessions::list_profiles(&setup.config, &sessions::server_url(&setup.config));
    let mut state = sessions::initial_state(&setup.config, &setup.keys, profiles);
    console::draw(&mut tty, &mut state, theme, clock.now())
        .map_err(|error| CliError::failed(format!("Could not write to the terminal: {error}.")))?;
    let services = SessionManager::default();
    let (first, sandbox) = connect(setup, temp_dir, state_dir, state, &services, &clock).await?;
    // The sandbox's URL is known only now.
    let profiles = sessions::list_profiles(&setup.config, &first.state.model.options.url);
    let opener = services.session_opener(setup.args.clone(), setup.keys.clone(), profiles, clock.clone());
    let mut sessions = Sessions::new(first, Some(opener));
    let exit = console::run(&mut tty, &mut sessions, theme, &clock).await;
    drop((tty, sessions));
    services.close().await;
    if let Some(sandbox) = sandbox {
        sandbox.stop().await;
    }
    exit_code(exit, &crash)
}

/// Starts the service task, and the sandbox if needed, and sets the server URL in the console's state.
async fn connect(
    setup: &ConsoleSetup,
    temp_dir: Option<&TempDir>,
    state_dir: PathBuf,
    mut state: App,
    services: &SessionManager,
    clock: &Clock,
) -> Result<(Session, Option<Sandbox>), CliError> {
    if setup.config.needs_profile_choice() {
        return Ok((sessions::empty_session(state), None));
    }
    let (options, sandbox) = match setup.config.open_options(state_dir.clone()) {
        Some(options) => (options, None),
        None => {
            let settings = sandbox::Settings {
                work_dir: temp_dir.map(|dir| dir.path().join("sandbox")),
                ..Default::default()
            };
            let sandbox = Sandbox::start(settings, clock.clone())
                .await
                .map_err(|error| CliError::failed(format!("Could not start the sandbox: {error}.")))?;
            // The sandbox's lists are cached in its own folder and removed with it.
            let cache = setup.config.cache.as_ref().and(temp_dir).map(|dir| dir.path().join("cache"));
            let token = TokenSourceConfig::File(sandbox.token_file().to_owned());
            let options = OpenOptions::new(sandbox.url(), token, state_dir);
            (OpenOptions { cache_dir: cache, ..options }, Some(sandbox))
        }
    };
    state.model.options.url.clone_from(&options.settings.url);
    state.model.options.sandbox =
        sandbox.as_ref().map(|sandbox| SandboxInfo { outbox: sandbox.outbox().display().to_string() });
    let session = services.open(options, state, clock).map_err(CliError::usage)?;
    if sandbox.is_none() {
        sessions::save_last_profile(&setup.config);
    }
    Ok((session, sandbox))
}

fn watch_for_crashes(state_dir: &Path) -> PanicMonitor {
    let state_dir = state_dir.to_owned();
    PanicMonitor::install(move |report| log::write_crash_report(&state_dir, report))
}

fn exit_code(exit: std::io::Result<ExitReason>, crash: &PanicMonitor) -> Result<u8, CliError> {
    if crash.has_panicked() {
        return Ok(PANIC_EXIT_CODE);
    }
    match exit {
        Ok(ExitReason::Quit) => Ok(OK),
        Ok(ExitReason::Crashed) => Ok(PANIC_EXIT_CODE),
        Ok(ExitReason::Signal(signal)) => Ok(for_signal(signal)),
        Err(error) => Err(CliError::failed(format!("Could not use the terminal: {error}."))),
    }
}
