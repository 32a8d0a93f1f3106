//! Unusual invites of the sample tenancy: hostile texts, extreme lengths, duplicates, likely typos.

use jiff::SignedDuration;

use super::names::parse_lines;
use super::seed_invite::SeedInvite;

/// Returns all unusual invites.
pub(super) fn invites() -> Vec<SeedInvite> {
    parse_lines(include_str!("texts/edge_cases.jsonl")).into_iter().filter_map(parse_invite).collect()
}

fn parse_invite(line: &str) -> Option<SeedInvite> {
    let (email, message, expires_in): (String, String, SignedDuration) = serde_json::from_str(line).ok()?;
    Some(SeedInvite { email, message: message.into(), expires_in: expires_in.as_secs() })
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_unusual_invite_is_read() {
        assert_eq!(super::invites().len(), 30);
    }
}
