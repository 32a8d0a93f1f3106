//! Client of the service task for commands. Starts and stops it, sends requests, receives replies and
//! signals. The console uses the same service task.

use std::io;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::exit_code::{CliError, for_signal};
use super::global_args::ResolvedConfig;
use super::output;
use super::progress::ProgressLine;
use crate::clock::Clock;
use crate::domain::journal::JournalEntry;
use crate::domain::profile_settings::TokenSourceConfig;
use crate::domain::service_msg::UnfinishedPlan;
use crate::domain::{
    Connection, Error, Expiry, HttpRecord, Now, PlanId, RequestId, ServiceReply, ServiceRequest,
};
use crate::keys::Signal;
use crate::log::LogError;
use crate::service::{OpenOptions, maintenance};
use crate::terminal::{PANIC_EXIT_CODE, Signals};
use crate::{log, service};

/// Maximum number of plans to read from the journal.
pub(super) const MAX_PLANS: usize = 1_000;

/// A command's channels to the service task.
#[derive(Debug)]
pub(super) struct ServiceClient {
    requests: mpsc::Sender<(RequestId, ServiceRequest)>,
    replies: mpsc::Receiver<(RequestId, ServiceReply)>,
    /// `None` once the task has ended.
    task: Option<JoinHandle<()>>,
    /// Folder of the journal.
    state_dir: PathBuf,
    cancel: CancellationToken,
    signals: Signals,
    clock: Clock,
    last_id: u64,
    /// Error of the journal. If it is set, changes are refused.
    pub(super) journal_error: Option<Error>,
    /// Unfinished plans of earlier runs; `None` until they are reconciled.
    pub(super) unfinished: Option<Vec<UnfinishedPlan>>,
    /// Server URL, claims and tenancy of the newest token, and clock offset.
    pub(super) connection: Connection,
    /// Warnings about the connection.
    pub(super) warnings: Vec<String>,
    /// Number of unreadable rows in the last list.
    pub(super) unreadable_rows: usize,
    /// True to print the warnings after the list was loaded; false if the command itself reports the
    /// warnings.
    pub(super) prints_warnings: bool,
}

/// An event to handle.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "short-lived")]
pub(super) enum ClientEvent {
    Reply(RequestId, ServiceReply),
    Signal(Signal),
}

impl ServiceClient {
    /// Starts the service task for the resolved server.
    ///
    /// # Errors
    /// No server is configured. Commands never start a sandbox, because its data would be lost at exit.
    pub(super) fn open(config: &ResolvedConfig, clock: Clock) -> Result<ServiceClient, CliError> {
        ServiceClient::open_with(open_options(config)?, config, clock)
    }

    /// Starts the service task with these options.
    pub(super) fn open_with(
        options: OpenOptions,
        config: &ResolvedConfig,
        clock: Clock,
    ) -> Result<ServiceClient, CliError> {
        start_log(config, &config.paths.state)?;
        let signals = Signals::listen_for_end().map_err(signal_error)?;
        let cancel = CancellationToken::new();
        let (connection, service) = service::open(options, clock.clone(), cancel.clone())
            .map_err(|failure| CliError::usage(failure.to_string()))?;
        Ok(ServiceClient {
            requests: service.requests,
            replies: service.replies,
            task: Some(service.task),
            state_dir: config.paths.state.clone(),
            cancel,
            signals,
            clock,
            last_id: 0,
            journal_error: None,
            unfinished: None,
            warnings: Vec::new(),
            unreadable_rows: 0,
            prints_warnings: true,
            connection,
        })
    }

    /// Returns the current time.
    pub(super) fn now(&self) -> Now {
        self.clock.now()
    }

    /// Sends a request to the service task.
    pub(super) async fn send_request(&mut self, request: ServiceRequest) -> Result<RequestId, CliError> {
        self.last_id += 1;
        let id = RequestId(self.last_id);
        self.requests.send((id, request)).await.map_err(|_| internal_error())?;
        Ok(id)
    }

    /// Waits for the next event, and shows waits in the progress line; signals come first.
    pub(super) async fn next_event(&mut self, line: &mut ProgressLine) -> Result<ClientEvent, CliError> {
        loop {
            let next_change = line.next_change(self.clock.now().mono);
            let tick = async {
                match next_change {
                    Some(at) => self.clock.sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            let reply = tokio::select! {
                biased;
                signal = self.signals.next() => return Ok(ClientEvent::Signal(signal)),
                reply = self.replies.recv() => Some(reply.ok_or_else(internal_error)?),
                () = tick => None,
            };
            let now = self.clock.now().mono;
            match reply {
                None => line.tick(now),
                Some((_, ServiceReply::Waiting { until, reason })) => line.start_wait(until, &reason, now),
                Some((_, ServiceReply::WaitOver)) => line.end_wait(),
                Some((id, reply)) => {
                    self.record_state(&reply);
                    return Ok(ClientEvent::Reply(id, reply));
                }
            }
        }
    }

    /// Keeps what a reply says about the connection and the journal.
    fn record_state(&mut self, reply: &ServiceReply) {
        match reply {
            ServiceReply::Connection(connection) => {
                self.warnings.clone_from(&connection.warnings);
                self.warnings.extend(self.token_expiry_warning(connection));
                self.connection = connection.clone();
            }
            ServiceReply::JournalUnusable(failure) => self.journal_error = Some(failure.clone()),
            ServiceReply::UnfinishedPlans(plans) => self.unfinished = Some(plans.clone()),
            ServiceReply::RequestMade(record) => print_request(record),
            _ => {}
        }
    }

    /// Waits for the next reply. A signal ends the command: no plan is running.
    pub(super) async fn next_reply(
        &mut self,
        line: &mut ProgressLine,
    ) -> Result<(RequestId, ServiceReply), CliError> {
        loop {
            match self.next_event(line).await? {
                ClientEvent::Signal(signal) => {
                    line.clear();
                    return Err(CliError::new(for_signal(signal), "Interrupted: no changes were made."));
                }
                ClientEvent::Reply(_, ServiceReply::LongWait { .. }) => {
                    self.send_request(ServiceRequest::DeclineWait).await?;
                }
                ClientEvent::Reply(id, reply) => return Ok((id, reply)),
            }
        }
    }

    /// Waits until a time on the monotonic clock.
    ///
    /// # Errors
    /// A signal ended the command.
    pub(super) async fn sleep_until(&mut self, until: Duration) -> Result<(), CliError> {
        let clock = self.clock.clone();
        let mut line = ProgressLine::new();
        loop {
            tokio::select! {
                biased;
                reply = self.next_reply(&mut line) => drop(reply?),
                () = clock.sleep_until(until) => return Ok(()),
            }
        }
    }

    /// Waits for a signal while a prompt is open.
    pub(super) async fn next_signal(&mut self) -> Signal {
        self.signals.next().await
    }

    /// Returns a warning if the token expires soon and is not renewed automatically.
    fn token_expiry_warning(&self, connection: &Connection) -> Option<String> {
        let now = self.clock.now().wall.checked_add(connection.clock_offset).ok()?;
        connection.expires_soon(now).map(|_| {
            let remaining = Expiry(connection.claims.expires_at).remaining_text(now);
            format!("The token expires in {remaining} and is not renewed automatically. Replace it.")
        })
    }

    /// Returns the server's time, or local time if it is unknown.
    pub(super) fn server_now(&self) -> Timestamp {
        let now = self.clock.now().wall;
        now.checked_add(self.connection.clock_offset).unwrap_or(now)
    }

    /// Stops the task and returns its last replies. A request in flight stays open in the journal.
    pub(super) async fn stop(&mut self) -> Vec<(RequestId, ServiceReply)> {
        self.cancel.cancel();
        let mut replies = Vec::new();
        if let Some(mut task) = self.task.take() {
            loop {
                tokio::select! {
                    biased;
                    Some(reply) = self.replies.recv() => replies.push(reply),
                    _ = &mut task => break,
                }
            }
        }
        while let Ok(reply) = self.replies.try_recv() {
            replies.push(reply);
        }
        replies
    }

    /// Reads a plan from the journal; also works after the task has ended.
    pub(super) async fn load_plan(&self, plan: PlanId) -> Option<JournalEntry> {
        let entries = maintenance::list(&self.state_dir, MAX_PLANS).await.ok()?;
        entries.into_iter().find(|entry| entry.plan.id == plan)
    }

    /// Stops the task. A request in flight stays open in the journal; the next start checks its outcome.
    pub(super) async fn close(mut self) {
        drop(self.stop().await);
    }
}

/// Starts the service task, runs a command with it, and stops it.
///
/// # Errors
/// The task could not start, or the command has failed.
pub(super) async fn with_client<T>(
    config: &ResolvedConfig,
    clock: Clock,
    command: impl AsyncFnOnce(&mut ServiceClient) -> Result<T, CliError>,
) -> Result<T, CliError> {
    let mut client = ServiceClient::open(config, clock)?;
    let result = command(&mut client).await;
    client.close().await;
    result
}

fn open_options(config: &ResolvedConfig) -> Result<OpenOptions, CliError> {
    if let Some(options) = config.open_options(config.paths.state.clone()) {
        if options.settings.token == TokenSourceConfig::Stdin && io::stdin().is_terminal() {
            return Err(CliError::usage(
                "Could not read the token: standard input is a terminal (--token-file -). Pipe the token into the \
                 command, as in: pass show acme | guestlist --token-file - list",
            ));
        }
        return Ok(options);
    }
    Err(match config.is_sandbox_requested {
        true => CliError::usage(
            "Commands do not start the sandbox. Run guestlist sandbox in another terminal, and pass the server URL \
             and the token file that it prints with --url and --token-file.",
        ),
        false => CliError::usage(
            "No token is configured. Run guestlist login, or set the token file with --token-file, BEARER_TOKEN_FILE or \
             token_file in config.toml, or choose a profile with --profile. Set the server with --url if it is not \
             the vendor's.",
        ),
    })
}

/// Starts the log in this folder. Commands and the console also work without a log.
///
/// # Errors
/// The configured level is unknown.
pub(super) fn start_log(config: &ResolvedConfig, dir: &Path) -> Result<(), CliError> {
    let level = config.environment.log.as_deref().unwrap_or("info");
    match log::start(dir, level) {
        Err(error @ LogError::Level(_)) => {
            Err(CliError::usage(format!("{error} The level is set in GUESTLIST_LOG.")))
        }
        _ => Ok(()),
    }
}

/// Returns the error for signals that guestlist cannot receive.
pub(super) fn signal_error(error: io::Error) -> CliError {
    CliError::failed(format!("Could not register signal handlers: {error}."))
}

/// Logs a request: one line for `--verbose`, also its headers for `--debug-http`.
fn print_request(record: &HttpRecord) {
    if !output::logs_headers() {
        return output::print_verbose(&request_line(record));
    }
    output::print_always(&format!("> {} {}", record.method.as_str(), record.path));
    record
        .headers
        .request
        .iter()
        .for_each(|(name, value)| output::print_always(&format!("> {name}: {value}")));
    output::print_always(&format!("< {}", response_text(record)));
    record
        .headers
        .response
        .iter()
        .for_each(|(name, value)| output::print_always(&format!("< {name}: {value}")));
}

/// Returns one line about a request, for `--verbose`.
fn request_line(record: &HttpRecord) -> String {
    let name = record.request_id.as_ref().map(|id| format!(" · request {id}")).unwrap_or_default();
    format!("{} {}: {}{name}", record.method.as_str(), record.path, response_text(record))
}

fn response_text(record: &HttpRecord) -> String {
    let status = record.status.map_or("no response".to_owned(), |status| status.to_string());
    format!("{status} after {} ms", record.duration.as_millis())
}

fn internal_error() -> CliError {
    CliError::new(PANIC_EXIT_CODE, "Internal error: the service task stopped. Please report this bug.")
}
