//! One pending invite, with exactly the fields of the API.
//! It has no creation time, inviter, state, role, link or delivery status.

use serde::{Deserialize, Serialize};

use super::{Expiry, Identity};

/// A pending invite as last reported by the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// The identity on the server.
    pub identity: Identity,
    /// The invitee's email; raw text from outside.
    pub email: String,
    /// The message in the email; raw text from outside. May be empty, or longer than the server accepts.
    pub message: String,
    /// When the link expires.
    pub expiry: Expiry,
}
