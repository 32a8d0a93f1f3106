//! Shared state of one sandbox: clock, tenancy, tokens, faults. Handlers and control both use it.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::watch;
use uuid::Uuid;

use super::active_faults::Faults;
use super::email;
use super::fault_rules::OnDuplicate;
use super::invite_table::InviteRow;
use super::lock::lock_ignoring_poison;
use super::request_log::RequestLog;
use super::response::ErrorResponse;
use super::server_time::ServerTime;
use super::settings::SandboxError;
use super::tenancy::Tenancy;
use super::tokens::{TokenRequest, TokenStore};
use super::workdir::WorkDir;
use crate::domain::limits;

/// State that the handlers and the control share.
pub(super) struct ServerState {
    pub(super) clock: ServerTime,
    pub(super) tenancy: Mutex<Tenancy>,
    pub(super) tokens: TokenStore,
    pub(super) faults: Faults,
    pub(super) requests: RequestLog,
    /// Invite quota; `None`: no limit.
    pub(super) quota: Mutex<Option<usize>>,
    /// Creation time of each invite of this run, for delayed lists.
    pub(super) created_at: Mutex<HashMap<Uuid, Duration>>,
    pub(super) work_dir: WorkDir,
    /// Incremented when hanging requests are released.
    pub(super) released: watch::Sender<u64>,
    /// `true` once the sandbox stops: connections break and waits end.
    pub(super) stop: watch::Sender<bool>,
    /// Required `Host` header of the control API.
    pub(super) host: String,
    /// Secret in the path of the control API.
    pub(super) secret: String,
}

impl ServerState {
    /// Stores an invite and writes its email.
    /// The email comes first: if it cannot be written, nothing is stored.
    pub(super) fn create_invite(
        &self,
        email: &str,
        message: &str,
        on_duplicate: OnDuplicate,
    ) -> Result<InviteRow, ErrorResponse> {
        let now = self.clock.now();
        let mut tenancy = lock_ignoring_poison(&self.tenancy);
        let existing = match on_duplicate {
            OnDuplicate::Duplicate => None,
            OnDuplicate::Refuse | OnDuplicate::Renew => tenancy.rows().find_by_email(email).cloned(),
        };
        if on_duplicate == OnDuplicate::Refuse && existing.is_some() {
            return Err(ErrorResponse::already_invited());
        }
        let lifetime = SignedDuration::try_from(limits::INVITE_LIFETIME).unwrap_or_default();
        let row = InviteRow {
            order: existing.as_ref().map_or(tenancy.rows().next_order(), |row| row.order),
            uuid: existing.as_ref().map_or_else(Uuid::new_v4, |row| row.uuid),
            email: existing.as_ref().map_or_else(|| email.into(), |row| row.email.clone()),
            message: message.to_owned().into(),
            expiry: now.as_second() + lifetime.as_secs(),
        };
        let outbox = self.work_dir.outbox();
        email::write_email(outbox, &row, now).map_err(|error| SandboxError::file(outbox, error))?;
        match existing {
            Some(_) => tenancy.renew(row.clone())?,
            None => {
                tenancy.create(row.clone())?;
                lock_ignoring_poison(&self.created_at).insert(row.uuid, self.clock.monotonic());
            }
        }
        Ok(row)
    }

    /// Returns the invites that a server with this delay does not show yet.
    pub(super) fn hidden_invites(&self, lag: Duration) -> HashSet<Uuid> {
        if lag.is_zero() {
            return HashSet::new();
        }
        let now = self.clock.monotonic();
        let created = lock_ignoring_poison(&self.created_at);
        created.iter().filter(|(_, at)| now < **at + lag).map(|(uuid, _)| *uuid).collect()
    }

    /// Returns the remaining quota; `None`: no limit.
    pub(super) fn remaining_quota(&self) -> Option<usize> {
        let quota = *lock_ignoring_poison(&self.quota);
        quota.map(|quota| quota.saturating_sub(lock_ignoring_poison(&self.tenancy).rows().all().len()))
    }

    /// Writes a new token to the token file.
    pub(super) fn renew_token_file(&self) -> Result<(), SandboxError> {
        self.work_dir.write_token(|| self.tokens.issue(TokenRequest::default(), self.clock.now()))
    }

    /// Waits until the hanging requests are released, or the sandbox stops.
    pub(super) async fn wait_for_release(&self) {
        let mut released = self.released.subscribe();
        tokio::select! {
            _ = released.changed() => {}
            () = self.wait_for_stop() => {}
        }
    }

    /// Waits until the sandbox stops.
    pub(super) async fn wait_for_stop(&self) {
        let mut stop = self.stop.subscribe();
        let _ = stop.wait_for(|stop| *stop).await;
    }
}
