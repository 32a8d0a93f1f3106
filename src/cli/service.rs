//! A command's channels to the service task: opens it, sends requests, receives replies and signals, closes it.
//! Commands
//! use the same service task as the console.

use std::io;
use std::io::IsTerminal as _;
use std::path::PathBuf;

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::exit_code::{CliError, FAILED, USAGE, for_signal};
use super::global_args::ResolvedConfig;
use super::output;
use super::progress::ProgressLine;
use crate::clock::Clock;
use crate::domain::invite_store::InviteStore;
use crate::domain::journal::JournalEntry;
use crate::domain::members::Members;
use crate::domain::plan_analysis::quota_needed;
use crate::domain::profile_settings::TokenSourceConfig;
use crate::domain::service_msg::{FetchEnd, Page, UnfinishedPlan, unreadable_warning};
use crate::domain::{
    Connection, Error, Expiry, HttpRecord, Identity, Invite, Now, PlanId, RequestId, ServiceReply,
    ServiceRequest, Step, TenancyKey,
};
use crate::keys::Signal;
use crate::log::LogError;
use crate::service::{OpenOptions, maintenance};
use crate::terminal::{PANIC_EXIT_CODE, Signals};
use crate::{log, service};

/// Maximum number of plans to read from the journal.
const MAX_PLANS: usize = 1_000;

/// A connection to the service task.
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
    /// The tenancy of the newest token.
    pub(super) tenancy: TenancyKey,
    /// The reason why changes are impossible.
    pub(super) journal_error: Option<Error>,
    /// Unfinished plans of earlier runs, once they were checked.
    pub(super) unfinished: Option<Vec<UnfinishedPlan>>,
    /// Facts about the connection.
    pub(super) connection: Connection,
    /// Warnings about the connection.
    warnings: Vec<String>,
    /// Number of unreadable rows in the last list.
    pub(super) unreadable_rows: usize,
    /// Whether to print the warnings after the list was loaded; false if the command reports them itself.
    pub(super) prints_warnings: bool,
}

/// A part of a list load.
#[derive(Debug)]
pub(super) enum FetchEvent {
    Page(Page),
    /// The load starts over: discard the rows so far.
    Restarted,
    /// The load has ended; the failure if the list is incomplete.
    Finished(Option<Error>),
}

/// An event to handle.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "short-lived")]
pub(super) enum ClientEvent {
    Reply(RequestId, ServiceReply),
    Signal(Signal),
    /// The progress line has to be redrawn.
    Tick,
}

impl ServiceClient {
    /// Starts the service task for the resolved server.
    ///
    /// # Errors
    /// No server is configured: commands never start a sandbox, because it keeps nothing.
    pub(super) fn open(decided: &ResolvedConfig, clock: Clock) -> Result<ServiceClient, CliError> {
        let opening = open_options(decided)?;
        let level = decided.environment.log.as_deref().unwrap_or("info");
        // Commands also work without a log.
        if let Err(error @ LogError::Level(_)) = log::start(&decided.paths.state, level) {
            return Err(CliError::new(USAGE, format!("{error} It is set in GUESTLIST_LOG.")));
        }
        let signals = Signals::listen_for_end().map_err(|error| {
            CliError::new(FAILED, format!("Could not register signal handlers: {error}."))
        })?;
        let cancel = CancellationToken::new();
        let (session, service) = service::open(opening, clock.clone(), cancel.clone())
            .map_err(|failure| CliError::new(USAGE, failure.to_string()))?;
        Ok(ServiceClient {
            requests: service.requests,
            replies: service.replies,
            task: Some(service.task),
            state_dir: decided.paths.state.clone(),
            cancel,
            signals,
            clock,
            last_id: 0,
            tenancy: session.key.clone(),
            journal_error: None,
            unfinished: None,
            warnings: Vec::new(),
            unreadable_rows: 0,
            prints_warnings: true,
            connection: session,
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

    /// Waits for the next event; signals come first.
    pub(super) async fn next_event(&mut self, line: &ProgressLine) -> Result<ClientEvent, CliError> {
        let change = line.next_change(self.clock.now().mono);
        let tick = async {
            match change {
                Some(at) => self.clock.sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        let heard = tokio::select! {
            biased;
            signal = self.signals.next() => return Ok(ClientEvent::Signal(signal)),
            said = self.replies.recv() => said,
            () = tick => return Ok(ClientEvent::Tick),
        };
        let (id, reply) = heard.ok_or_else(internal_error)?;
        match &reply {
            ServiceReply::Connection(session) => {
                self.tenancy = session.key.clone();
                self.warnings.clone_from(&session.warnings);
                self.warnings.extend(self.token_expiry_warning(session));
                self.connection = session.clone();
            }
            ServiceReply::JournalUnusable(failure) => self.journal_error = Some(failure.clone()),
            ServiceReply::UnfinishedPlans(told) => self.unfinished = Some(told.clone()),
            ServiceReply::RequestMade(call) => output::verbose(&request_line(call)),
            _ => {}
        }
        Ok(ClientEvent::Reply(id, reply))
    }

    /// Waits for the next reply while nothing runs that a signal would have to stop.
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
                ClientEvent::Tick => line.tick(self.clock.now().mono),
                ClientEvent::Reply(_, ServiceReply::Waiting { until, reason: why }) => {
                    line.start_wait(until, &why, self.clock.now().mono);
                }
                ClientEvent::Reply(_, ServiceReply::WaitOver) => line.end_wait(),
                ClientEvent::Reply(_, ServiceReply::LongWait { .. }) => {
                    self.send_request(ServiceRequest::DeclineWait).await?;
                }
                ClientEvent::Reply(id, reply) => return Ok((id, reply)),
            }
        }
    }

    /// Waits for a signal, beside a prompt.
    pub(super) async fn next_signal(&mut self) -> Signal {
        self.signals.next().await
    }

    /// Loads the whole list.
    ///
    /// # Errors
    /// The list is incomplete.
    pub(super) async fn fetch_list(&mut self) -> Result<InviteStore, CliError> {
        match self.fetch_partial().await? {
            (roster, None) => Ok(roster),
            (_, Some(failure)) => Err(failure.into()),
        }
    }

    /// Loads the list; returns the rows so far and the failure, if any.
    pub(super) async fn fetch_partial(&mut self) -> Result<(InviteStore, Option<Error>), CliError> {
        let mut line = ProgressLine::new();
        let id = self.send_request(ServiceRequest::FetchList).await?;
        let mut roster = InviteStore::new_exact();
        loop {
            match self.next_fetch_event(id, &mut line).await? {
                FetchEvent::Page(page) => {
                    for row in &page.rows {
                        roster.insert(row);
                    }
                    line.show_loading(roster.len(), page.total);
                }
                FetchEvent::Restarted => roster = InviteStore::new_exact(),
                FetchEvent::Finished(failure) => return Ok((roster, failure)),
            }
        }
    }

    /// Waits for the next part of a list load.
    pub(super) async fn next_fetch_event(
        &mut self,
        id: RequestId,
        line: &mut ProgressLine,
    ) -> Result<FetchEvent, CliError> {
        loop {
            match self.next_reply(line).await? {
                (from, ServiceReply::Page(page)) if from == id => {
                    self.unreadable_rows += page.unreadable_rows;
                    return Ok(FetchEvent::Page(page));
                }
                (from, ServiceReply::ListRestarted { .. }) if from == id => {
                    self.unreadable_rows = 0;
                    return Ok(FetchEvent::Restarted);
                }
                (from, ServiceReply::ListFinished(end)) if from == id => {
                    line.clear();
                    if let Some(warning) = unreadable_warning(self.unreadable_rows) {
                        output::always(&format!("Warning: {warning}"));
                    }
                    return Ok(match end {
                        FetchEnd::Complete => {
                            let warnings = self.warnings.iter().filter(|_| self.prints_warnings);
                            warnings.for_each(|warning| output::info(&format!("Warning: {warning}")));
                            FetchEvent::Finished(None)
                        }
                        FetchEnd::Partial(failure) => FetchEvent::Finished(Some(failure)),
                    });
                }
                _ => {}
            }
        }
    }

    /// Fetches one invite.
    pub(super) async fn fetch_invite(&mut self, identity: Identity) -> Result<Invite, CliError> {
        let id = self.send_request(ServiceRequest::Get(identity)).await?;
        loop {
            match self.next_reply(&mut ProgressLine::new()).await? {
                (from, ServiceReply::Invite(invite)) if from == id => return Ok(invite),
                (from, ServiceReply::Failed(failure)) if from == id => return Err(failure.into()),
                _ => {}
            }
        }
    }

    /// Loads the members; `None` if the server does not have them.
    pub(super) async fn fetch_members(&mut self) -> Result<Option<Members>, CliError> {
        let id = self.send_request(ServiceRequest::FetchMembers).await?;
        loop {
            match self.next_reply(&mut ProgressLine::new()).await? {
                (from, ServiceReply::Members(members)) if from == id => return Ok(members),
                _ => {}
            }
        }
    }

    /// Returns a warning if the quota is too small for these steps; `None` if they need no quota or the server has
    /// none.
    pub(super) async fn quota_warning(&mut self, steps: &[Step]) -> Result<Option<String>, CliError> {
        let needed = quota_needed(steps);
        if needed == 0 {
            return Ok(None);
        }
        let id = self.send_request(ServiceRequest::FetchQuota).await?;
        loop {
            match self.next_reply(&mut ProgressLine::new()).await? {
                (from, ServiceReply::Quota(caps)) if from == id => {
                    return Ok(caps.and_then(|caps| caps.warning(needed)));
                }
                _ => {}
            }
        }
    }

    /// Returns a warning if the token expires soon and is not renewed automatically.
    fn token_expiry_warning(&self, session: &Connection) -> Option<String> {
        let now = self.clock.now().wall.checked_add(session.clock_offset).ok()?;
        session.expires_soon(now).map(|_| {
            let left = Expiry(session.claims.expires_at).remaining_text(now);
            format!("The token expires in {left} and is not renewed automatically. Replace it.")
        })
    }

    /// Returns the newest plans of this tenancy, newest first. The tenancy is known after the first list load.
    pub(super) async fn load_plans(&mut self) -> Result<Vec<JournalEntry>, CliError> {
        let id = self.send_request(ServiceRequest::LoadJournal { limit: MAX_PLANS }).await?;
        loop {
            match self.next_reply(&mut ProgressLine::new()).await? {
                (from, ServiceReply::Journal(entries)) if from == id => return Ok(entries),
                (from, ServiceReply::Failed(failure)) if from == id => return Err(failure.into()),
                _ => {}
            }
        }
    }

    /// Returns the server's date and time, as far as it is known.
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

fn open_options(decided: &ResolvedConfig) -> Result<OpenOptions, CliError> {
    if let Some(opening) = decided.open_options(decided.paths.state.clone()) {
        if opening.source == TokenSourceConfig::Stdin && io::stdin().is_terminal() {
            return Err(CliError::new(
                USAGE,
                "Could not read the token: standard input is a terminal (--token-file -). Pipe the token into the \
                 command, as in: pass show acme | guestlist --token-file - list",
            ));
        }
        return Ok(opening);
    }
    Err(match decided.is_sandbox_requested {
        true => CliError::new(
            USAGE,
            "Commands do not start the sandbox. Run guestlist sandbox in another terminal, and pass the server URL \
             and the token file that it prints with --url and --token-file.",
        ),
        false => CliError::new(
            USAGE,
            "No token is configured. Name the file that holds the token with --token-file, BEARER_TOKEN_FILE or \
             token_file in config.toml, or name a profile with --profile. Name the server with --url if it is not \
             the vendor's.",
        ),
    })
}

/// Returns one line about a request, for `--verbose`.
fn request_line(call: &HttpRecord) -> String {
    let status = call.status.map_or("no response".to_owned(), |status| status.to_string());
    let (method, path, took) = (call.method.as_str(), &call.path, call.duration.as_millis());
    let name = call.request_id.as_ref().map(|id| format!(" · request {id}")).unwrap_or_default();
    format!("{method} {path}: {status} after {took} ms{name}")
}

fn internal_error() -> CliError {
    CliError::new(PANIC_EXIT_CODE, "Internal error: the service task stopped. Please report this bug.")
}
