//! One pending invite, with the fields that the API has and no others: there is no created time,
//! inviter, state, role, link or delivery status, so none is ever shown.

use serde::{Deserialize, Serialize};

use super::{Expiry, Identity};

/// A pending invite as the server last told it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// Its name on the server.
    pub identity: Identity,
    /// To whom it was sent; raw text from outside.
    pub email: String,
    /// The text in the e-mail; raw text from outside, possibly empty or over the limit.
    pub message: String,
    /// When the link stops working.
    pub expiry: Expiry,
}
