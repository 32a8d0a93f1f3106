//! Paging: page tokens with an offset and their request, and the JSON of invites.
//! The JSON is written directly from the rows.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::active_faults::Quirks;
use super::invite_table::InviteRow;
use super::response::ErrorResponse;

/// Default rows per page.
const DEFAULT_PAGE_ROWS: usize = 100;
/// Maximum rows per page.
const MAX_PAGE_ROWS: usize = 1000;

/// Content of a page token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PageToken {
    orig_req: OriginalRequest,
    pub(super) skip: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OriginalRequest {
    page_size: usize,
    email: String,
}

/// A requested page: number of rows, number of rows to skip, and email.
/// An empty email means all emails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PageRequest {
    pub(super) size: usize,
    pub(super) skip: usize,
    pub(super) email: String,
}

impl PageRequest {
    /// Parses the query.
    pub(super) fn parse(
        size: Option<&str>,
        token: Option<&str>,
        email: Option<&str>,
    ) -> Result<Self, ErrorResponse> {
        let size = size.map(parse_size).transpose()?.flatten();
        let email = email.unwrap_or_default();
        let Some(token) = token.filter(|token| !token.is_empty()) else {
            let size = size.unwrap_or(DEFAULT_PAGE_ROWS);
            return Ok(PageRequest { size, skip: 0, email: email.to_owned() });
        };
        let token = parse_token(token).ok_or_else(|| ErrorResponse::bad_request("invalid page_token"))?;
        if !email.is_empty() && email != token.orig_req.email {
            return Err(ErrorResponse::bad_request("invalid page_token: it belongs to another request"));
        }
        let size = size.unwrap_or(token.orig_req.page_size.clamp(1, MAX_PAGE_ROWS));
        Ok(PageRequest { size, skip: token.skip, email: token.orig_req.email })
    }

    /// Returns the token of the page that starts after `skip` rows.
    pub(super) fn token_after(&self, skip: usize) -> String {
        let orig_req = OriginalRequest { page_size: self.size, email: self.email.clone() };
        // Two numbers and a text always serialize.
        STANDARD.encode(serde_json::to_vec(&PageToken { orig_req, skip }).unwrap_or_default())
    }
}

/// Parses the number of rows; `None` for zero.
fn parse_size(size: &str) -> Result<Option<usize>, ErrorResponse> {
    let size: i32 =
        size.parse().map_err(|_| ErrorResponse::bad_request("invalid page_size: not a number of 32 bits"))?;
    let size = usize::try_from(size).map_err(|_| {
        let message = "invalid ListInvitesRequest.PageSize: value must be greater than or equal to 0";
        ErrorResponse::bad_request(message)
    })?;
    Ok((size > 0).then_some(size.min(MAX_PAGE_ROWS)))
}

fn parse_token(token: &str) -> Option<PageToken> {
    serde_json::from_slice(&STANDARD.decode(token).ok()?).ok()
}

/// An invite on the wire.
#[derive(Serialize)]
struct InviteJson<'a> {
    identity: String,
    message: &'a str,
    email: &'a str,
    expiry_time: String,
}

/// Formats whole seconds, UTC, with a `Z`.
pub(super) fn format_expiry(seconds: i64) -> String {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX).to_string()
}

/// Appends the JSON of one invite to `json`.
pub(super) fn write_invite(json: &mut Vec<u8>, row: &InviteRow, quirks: &Quirks) {
    let uuid = row.uuid.hyphenated();
    let invite = InviteJson {
        identity: match quirks.upper_case_identities {
            true => format!("invites/{uuid:X}"),
            false => format!("invites/{uuid}"),
        },
        message: &row.message,
        email: &row.email,
        expiry_time: format_expiry(row.expiry),
    };
    // Writing into memory cannot fail.
    let _ = serde_json::to_writer(json, &invite);
}

/// Returns the JSON of a page.
pub(super) fn write_page<'a>(
    rows: impl Iterator<Item = &'a InviteRow>,
    next: &str,
    quirks: &Quirks,
) -> Vec<u8> {
    let mut json = Vec::with_capacity(16 * 1024);
    json.extend_from_slice(br#"{"invites":["#);
    for row in rows {
        write_invite(&mut json, row, quirks);
        json.push(b',');
    }
    if json.ends_with(b",") && !quirks.trailing_comma {
        json.pop();
    }
    let name = if quirks.page_token_name { "page_token" } else { "next_page_token" };
    // A token is base64: it needs no escaping.
    json.extend_from_slice(format!(r#"],"{name}":"{next}"}}"#).as_bytes());
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_token_holds_the_request_and_the_offset() {
        let first = PageRequest { size: 40, skip: 0, email: "bob@job".to_owned() };
        let token = first.token_after(40);
        let text = STANDARD.decode(&token).expect("base64");
        assert_eq!(text, br#"{"orig_req":{"page_size":40,"email":"bob@job"},"skip":40}"#);
        let second = PageRequest::parse(None, Some(&token), None).expect("a valid token");
        assert_eq!(second, PageRequest { size: 40, skip: 40, email: "bob@job".to_owned() });
    }

    #[test]
    fn page_sizes_are_validated() {
        let size = |text| PageRequest::parse(Some(text), None, None).map(|page| page.size).ok();
        assert_eq!(size("0"), Some(DEFAULT_PAGE_ROWS));
        assert_eq!(size("7"), Some(7));
        assert_eq!(size("2147483647"), Some(MAX_PAGE_ROWS));
        assert_eq!((size("-1"), size("ten"), size("2147483648")), (None, None, None));
    }
}
