//! Converts the server's JSON to domain types.
//! Tolerates missing, null, unknown and oddly typed fields: one bad row never fails a page. Rows are parsed
//! directly into their fields, because a page may hold hundreds of them and a list a million.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error_body;
use super::lenient_json::{self, Parsed};
use super::rows::{Body, RowFields, RowObject};
use super::types::{Cap, ListPage, MemberPage};
use crate::domain::{Draft, Expiry, Identity, Invite};

/// Maximum size of an identity; a longer identity would not fit into a request line.
const MAX_IDENTITY_BYTES: usize = 1024;

/// Body of a create request: always exactly these two keys.
#[derive(Serialize)]
pub(super) struct NewInvite<'a> {
    message: &'a str,
    email: &'a str,
}

impl<'a> NewInvite<'a> {
    pub fn from_draft(draft: &'a Draft) -> NewInvite<'a> {
        NewInvite { message: &draft.message, email: draft.email.trim() }
    }
}

/// A text field: strings as they are, numbers and booleans as written, anything else as an empty text.
#[derive(Deserialize, Default)]
#[serde(from = "Value")]
struct LenientText(String);

impl From<Value> for LenientText {
    fn from(value: Value) -> LenientText {
        LenientText(match value {
            Value::String(text) => text,
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
        })
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct InviteFields {
    identity: Value,
    email: LenientText,
    message: LenientText,
    expiry_time: LenientText,
}

impl InviteFields {
    fn into_invite(self) -> Option<Invite> {
        Some(Invite {
            identity: parse_identity(&self.identity)?,
            email: self.email.0,
            message: self.message.0,
            expiry: Expiry::parse(&self.expiry_time.0),
        })
    }
}

/// Parses an identity.
/// Only a string identifies an invite, because the server may write a number differently. A string with a
/// replacement character is damaged and identifies no invite.
fn parse_identity(identity: &Value) -> Option<Identity> {
    let text =
        identity.as_str().filter(|text| text.len() <= MAX_IDENTITY_BYTES && !text.contains('\u{fffd}'));
    Identity::parse(text?)
}

impl RowFields for InviteFields {
    const FIELD: &'static str = "invites";
}

/// Parses a page of the list; `None` if the body is an error or not a page.
/// `total` comes from a header.
pub(super) fn parse_list(bytes: &[u8], total: Option<u64>) -> Option<Parsed<ListPage>> {
    let Parsed { value: body, note } = Body::<InviteFields>::parse(bytes)?;
    let (rows, next) = body.into_page()?;
    let row_count = rows.len();
    let invites: Vec<_> = rows.into_iter().filter_map(|row| row?.into_invite()).collect();
    let unusable_rows = row_count - invites.len();
    Some(Parsed { value: ListPage { invites, unusable_rows, next, total }, note })
}

/// Parses the invite in the response to a create or get; `None` unless it has an identity.
pub(super) fn parse_invite(bytes: &[u8]) -> Option<Parsed<Invite>> {
    let Parsed { value, note } = lenient_json::parse::<RowObject<InviteFields>>(bytes)?;
    Some(Parsed { value: value.0?.into_invite()?, note })
}

/// Parses the body of a successful delete; `None` unless it is empty, or JSON without an error.
pub(super) fn parse_deleted(bytes: &[u8]) -> Option<Parsed<()>> {
    if bytes.trim_ascii().is_empty() {
        return Some(Parsed { value: (), note: None });
    }
    let Parsed { value, note } = lenient_json::parse::<Value>(bytes)?;
    (!error_body::is_error_body(&value)).then_some(Parsed { value: (), note })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct MemberFields {
    email: LenientText,
}

impl RowFields for MemberFields {
    const FIELD: &'static str = "members";
}

/// Parses a page of the members. Its page token is in the field `page_token`.
pub(super) fn parse_members(bytes: &[u8]) -> Option<Parsed<MemberPage>> {
    let Parsed { value: body, note } = Body::<MemberFields>::parse(bytes)?;
    let (rows, next) = body.into_page()?;
    let row_count = rows.len();
    let is_readable = |email: &String| !email.trim().is_empty() && !email.contains('\u{fffd}');
    let emails: Vec<_> = rows.into_iter().flatten().map(|row| row.email.0).filter(is_readable).collect();
    let unusable_rows = row_count - emails.len();
    Some(Parsed { value: MemberPage { emails, unusable_rows, next }, note })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct CapFields {
    resource_type: LenientText,
    resource_remaining: LenientText,
    resource_cap: LenientText,
}

impl RowFields for CapFields {
    const FIELD: &'static str = "caps";
}

/// Parses the quotas. Their numbers are strings.
pub(super) fn parse_caps(bytes: &[u8]) -> Option<Parsed<Vec<Cap>>> {
    let Parsed { value: body, note } = Body::<CapFields>::parse(bytes)?;
    let (rows, _) = body.into_page()?;
    let cap = |row: CapFields| Cap {
        resource: row.resource_type.0,
        remaining: row.resource_remaining.0.trim().parse().ok(),
        cap: row.resource_cap.0.trim().parse().ok(),
    };
    Some(Parsed { value: rows.into_iter().flatten().map(cap).collect(), note })
}

#[cfg(test)]
mod tests;
