//! Controls a running sandbox: actions of other people (accept, create, delete), and faults.
//! Tests in the same process use it directly; others use the HTTP interface in [`super::control_api`].

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::fault_rules::{OnDuplicate, Rule};
use super::invite_table::InviteRow;
use super::lock::lock_ignoring_poison;
use super::paging::format_expiry;
use super::request_log::LoggedRequest;
use super::response::ErrorResponse;
use super::server_state::ServerState;
use super::settings::SandboxError;
use super::tokens::TokenRequest;

/// Result of a control action.
pub type ControlResult<T> = Result<T, SandboxError>;

/// An invite of the sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteView {
    /// UUID.
    pub uuid: Uuid,
    /// Email of the invitee.
    pub email: String,
    /// Message of the invite.
    pub message: String,
    /// Expiry: whole seconds, UTC.
    pub expiry_time: String,
}

impl From<&InviteRow> for InviteView {
    fn from(row: &InviteRow) -> InviteView {
        InviteView {
            uuid: row.uuid,
            email: row.email.to_string(),
            message: row.message.to_string(),
            expiry_time: format_expiry(row.expiry),
        }
    }
}

/// Handle that controls a sandbox. Cheap to clone; does not keep the sandbox running.
#[derive(Clone)]
pub struct Control(pub(super) Arc<ServerState>);

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Control")
    }
}

impl Control {
    /// Accepts an invite: it disappears and a member appears.
    /// Of several invites for an email, the oldest is accepted.
    pub fn accept(&self, email_or_uuid: &str) -> ControlResult<()> {
        let mut tenancy = lock_ignoring_poison(&self.0.tenancy);
        let uuid = Uuid::parse_str(email_or_uuid)
            .ok()
            .or_else(|| tenancy.rows().find_by_email(email_or_uuid).map(|row| row.uuid));
        let row = uuid.map(|uuid| tenancy.accept(uuid)).transpose()?.flatten();
        row.map(drop).ok_or_else(|| SandboxError::NoSuchInvite(email_or_uuid.to_owned()))
    }

    /// Creates an invite as another person, and writes its email to the outbox.
    pub fn create(&self, email: &str, message: &str) -> ControlResult<InviteView> {
        // Duplicates are never refused here: only the storage can fail.
        let row = self.0.create_invite(email, message, OnDuplicate::Duplicate);
        row.map(|row| InviteView::from(&row)).map_err(|error: ErrorResponse| {
            SandboxError::file(self.0.work_dir.outbox(), std::io::Error::other(format!("{error:?}")))
        })
    }

    /// Deletes an invite as another person.
    pub fn delete(&self, uuid: Uuid) -> ControlResult<()> {
        let row = lock_ignoring_poison(&self.0.tenancy).delete(uuid)?;
        row.map(drop).ok_or_else(|| SandboxError::NoSuchInvite(uuid.to_string()))
    }

    /// Moves the sandbox's clock forward or back.
    /// This can expire issued tokens, so the token file is written again.
    pub fn advance(&self, seconds: i64) -> ControlResult<()> {
        self.0.clock.advance(seconds);
        self.0.renew_token_file()
    }

    /// Sets the invite quota; `None` for no limit. Creates of other people ignore it.
    pub fn set_quota(&self, quota: Option<usize>) {
        *lock_ignoring_poison(&self.0.quota) = quota;
    }

    /// Replaces all fault rules.
    pub fn set_faults(&self, rules: Vec<Rule>) -> ControlResult<()> {
        self.0.faults.set(rules)
    }

    /// Removes all fault rules; hanging requests continue to hang.
    pub fn clear_faults(&self) {
        let result = self.0.faults.set(Vec::new());
        debug_assert!(result.is_ok(), "an empty list of rules is always valid");
    }

    /// Returns the number of hanging requests. A request is logged before it counts as hanging.
    pub fn hanging_request_count(&self) -> usize {
        self.0.released.receiver_count()
    }

    /// Releases all hanging requests.
    pub fn release_hanging(&self) {
        self.0.released.send_modify(|count| *count += 1);
    }

    /// Issues a token.
    pub fn issue_token(&self, request: TokenRequest) -> String {
        self.0.tokens.issue(request, self.0.clock.now())
    }

    /// Returns the logged requests, oldest first.
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.0.requests.all()
    }

    /// Returns all invites in creation order.
    pub fn invites(&self) -> Vec<InviteView> {
        lock_ignoring_poison(&self.0.tenancy).rows().all().iter().map(InviteView::from).collect()
    }
}
