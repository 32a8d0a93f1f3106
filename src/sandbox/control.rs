//! The control of a running sandbox: what other people do (accept, create, revoke), and what goes wrong.
//! Tests in the same process use it directly; everybody else comes through the `door`.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::answer::Refusal;
use super::calls::Call;
use super::lock::held;
use super::page::written_expiry;
use super::rows::Row;
use super::rules::{Reinvite, Rule};
use super::settings::SandboxError;
use super::shared::Shared;
use super::tokens::TokenWish;

/// Whether what was asked for is done.
pub type Told<T> = Result<T, SandboxError>;

/// An invite as the sandbox has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteView {
    /// Its uuid.
    pub uuid: Uuid,
    /// To whom it went.
    pub email: String,
    /// The message in the letter.
    pub message: String,
    /// When it expires: whole seconds, in UTC.
    pub expiry_time: String,
}

impl From<&Row> for InviteView {
    fn from(row: &Row) -> InviteView {
        InviteView {
            uuid: row.uuid,
            email: row.email.to_string(),
            message: row.message.to_string(),
            expiry_time: written_expiry(row.expiry),
        }
    }
}

/// Steers a sandbox. Cheap to clone; it outlives the sandbox without keeping it running.
#[derive(Clone)]
pub struct Control(pub(super) Arc<Shared>);

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Control")
    }
}

impl Control {
    /// Somebody follows the link in the letter: the invite vanishes and a member appears. `who` is a uuid or
    /// an address; of several invites for an address it is the oldest.
    pub fn accept(&self, who: &str) -> Told<()> {
        let mut tenancy = held(&self.0.tenancy);
        let uuid = Uuid::parse_str(who).ok().or_else(|| tenancy.rows().first_for(who).map(|row| row.uuid));
        let row = uuid.map(|uuid| tenancy.accept(uuid)).transpose()?.flatten();
        row.map(drop).ok_or_else(|| SandboxError::NoSuchInvite(who.to_owned()))
    }

    /// Somebody else creates an invite; its letter is sent.
    pub fn create(&self, email: &str, message: &str) -> Told<InviteView> {
        // Duplicates are never refused here: what is left to fail is the storage.
        let row = self.0.invite(email, message, Reinvite::Duplicate);
        row.map(|row| InviteView::from(&row)).map_err(|refusal: Refusal| {
            SandboxError::file(self.0.folder.outbox(), std::io::Error::other(format!("{refusal:?}")))
        })
    }

    /// Somebody else revokes an invite.
    pub fn delete(&self, uuid: Uuid) -> Told<()> {
        let row = held(&self.0.tenancy).delete(uuid)?;
        row.map(drop).ok_or_else(|| SandboxError::NoSuchInvite(uuid.to_string()))
    }

    /// Moves the sandbox's clock, forward or back. What it issued before may be expired by that, so the token
    /// file is written anew.
    pub fn advance(&self, seconds: i64) -> Told<()> {
        self.0.time.advance(seconds);
        self.0.renew_token_file()
    }

    /// How many invites there may be from now on; `None` for no limit. Creates of other people are not kept from it.
    pub fn cap(&self, cap: Option<usize>) {
        *held(&self.0.cap) = cap;
    }

    /// Puts these fault rules in the place of all others.
    pub fn faults(&self, rules: Vec<Rule>) -> Told<()> {
        self.0.faults.set(rules)
    }

    /// Ends all faults; calls that hang go on hanging.
    pub fn clear_faults(&self) {
        let none = self.0.faults.set(Vec::new());
        debug_assert!(none.is_ok(), "no rule cannot be a bad one");
    }

    /// How many calls hang at this moment. A call is in the list of calls before it is known to hang.
    pub fn hanging(&self) -> usize {
        self.0.released.receiver_count()
    }

    /// Lets the calls go on that hang at this moment.
    pub fn release(&self) {
        self.0.released.send_modify(|count| *count += 1);
    }

    /// A token to use.
    pub fn token(&self, wish: TokenWish) -> String {
        self.0.tokens.issue(wish, self.0.time.now())
    }

    /// The API calls that arrived, oldest first.
    pub fn calls(&self) -> Vec<Call> {
        self.0.calls.all()
    }

    /// All invites in creation order.
    pub fn invites(&self) -> Vec<InviteView> {
        held(&self.0.tenancy).rows().all().iter().map(InviteView::from).collect()
    }
}
