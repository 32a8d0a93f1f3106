//! Starts and stops the server, and returns its URLs and files.

use std::fmt;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::active_faults::Faults;
use super::control::Control;
use super::cuttable_stream::{ConnectionKiller, CuttableListener};
use super::fault_rules::Rule;
use super::lock::lock_ignoring_poison;
use super::request_log::RequestLog;
use super::routes::router;
use super::server_state::ServerState;
use super::server_time::ServerTime;
use super::settings::{SandboxError, Settings};
use super::tenancy::Tenancy;
use super::tokens::{TokenStore, random_secret};
use super::workdir::WorkDir;
use crate::clock::Clock;

/// Age at which the token file is renewed. Its token is valid ten minutes longer.
const RENEW_AFTER: Duration = Duration::from_secs(50 * 60);

/// A running sandbox.
/// Dropping the sandbox stops the server and removes its files.
/// [`Sandbox::stop`] also waits for the shutdown.
pub struct Sandbox {
    state: Arc<ServerState>,
    url: String,
    control_url: String,
    server: JoinHandle<()>,
    renewal: JoinHandle<()>,
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Starts a sandbox. It is ready when this returns, and its token file exists.
    ///
    /// # Errors
    ///
    /// The address is not loopback or is in use, files cannot be created or read, or the fault rules are
    /// invalid.
    pub async fn start(settings: Settings, clock: Clock) -> Result<Sandbox, SandboxError> {
        if !settings.listen.ip().is_loopback() {
            return Err(SandboxError::NotLoopback(settings.listen));
        }
        let listen = |source| SandboxError::Listen { address: settings.listen, source };
        let listener = TcpListener::bind(settings.listen).await.map_err(listen)?;
        let host = listener.local_addr().map_err(listen)?.to_string();
        let state = Arc::new(build_state(&settings, clock, host.clone())?);
        state.renew_token_file()?;
        let renewal = tokio::spawn(renew_token_periodically(state.clone()));
        let server = tokio::spawn(serve(listener, state.clone()));
        let url = format!("http://{host}");
        let control_url = format!("{url}/control/{}/", state.secret);
        Ok(Sandbox { state, url, control_url, server, renewal })
    }

    /// Returns the server URL: `http://127.0.0.1:PORT`, without a path.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the token file: one line, `Authorization: Bearer <jwt>`, renewed before the token expires.
    pub fn token_file(&self) -> &Path {
        self.state.work_dir.token_file()
    }

    /// Returns the folder with the emails.
    pub fn outbox(&self) -> &Path {
        self.state.work_dir.outbox()
    }

    /// Returns the client id that may request tokens.
    pub fn client_id(&self) -> &str {
        &self.state.tokens.client_id
    }

    /// Returns the client secret.
    pub fn client_secret(&self) -> &str {
        &self.state.tokens.client_secret
    }

    /// Returns the URL of the control API: `http://127.0.0.1:PORT/control/<secret>/`.
    pub fn control_url(&self) -> &str {
        &self.control_url
    }

    /// Returns a handle that controls the sandbox without HTTP.
    pub fn control(&self) -> Control {
        Control(self.state.clone())
    }

    /// Stops immediately: connections are cut, hanging requests end, files are removed.
    /// The port is free when this returns.
    pub async fn stop(mut self) {
        self.shut_down();
        // An aborted or panicked task has ended as well.
        let _ = (&mut self.server).await;
        let _ = (&mut self.renewal).await;
    }

    fn shut_down(&self) {
        self.state.stop.send_replace(true);
        // A remaining control handle must not lock the database for the next sandbox.
        lock_ignoring_poison(&self.state.tenancy).close();
        self.state.work_dir.close();
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.shut_down();
    }
}

/// Creates everything that the handlers need.
fn build_state(settings: &Settings, clock: Clock, host: String) -> Result<ServerState, SandboxError> {
    let time = ServerTime::new(clock);
    let faults = Faults::default();
    if let Some(path) = &settings.faults {
        faults.set(read_rules(path)?)?;
    }
    let tenancy = Tenancy::open(settings.db.as_deref(), settings.invites, time.now())?;
    Ok(ServerState {
        tenancy: Mutex::new(tenancy),
        tokens: TokenStore::new(settings.token_ttl),
        faults,
        requests: RequestLog::default(),
        quota: Mutex::new(settings.quota),
        created_at: Mutex::default(),
        work_dir: WorkDir::open(settings.work_dir.as_deref(), settings.outbox.as_deref())?,
        released: watch::Sender::new(0),
        stop: watch::Sender::new(false),
        host,
        secret: random_secret(),
        clock: time,
    })
}

fn read_rules(path: &Path) -> Result<Vec<Rule>, SandboxError> {
    let text = fs::read(path).map_err(|error| SandboxError::file(path, error))?;
    let rules = serde_json::from_slice(&text);
    rules.map_err(|error| SandboxError::Faults(format!("{}: {error}", path.display())))
}

/// Serves requests until the sandbox stops. Open connections are cut, so shutdown is fast.
async fn serve(listener: TcpListener, state: Arc<ServerState>) {
    let cuttable_listener = CuttableListener { listener, stop: state.stop.subscribe() };
    let service = router(state.clone()).into_make_service_with_connect_info::<ConnectionKiller>();
    let server = axum::serve(cuttable_listener, service)
        .with_graceful_shutdown(async move { state.wait_for_stop().await });
    if let Err(error) = server.await {
        tracing::warn!(%error, "the sandbox's server ended");
    }
}

/// Renews the token file before its token expires, until the sandbox stops.
async fn renew_token_periodically(state: Arc<ServerState>) {
    loop {
        tokio::select! {
            () = state.clock.sleep(RENEW_AFTER) => {}
            () = state.wait_for_stop() => return,
        }
        if let Err(error) = state.renew_token_file() {
            tracing::warn!(%error, "could not renew the sandbox's token file");
        }
    }
}
