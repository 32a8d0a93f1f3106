//! Identity of an invite: the part of the server's `identity` after the last slash.
//! Marks, the selection, plans and the journal refer to it.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Name of one invite, without the leading `invites/`.
///
/// Never empty, never a dot segment, and without control characters and spaces. `DELETE BASE/{identity}` can
/// never address the whole collection. Every other character is part of the name: paths percent-encode it,
/// and nothing cuts or trims it. UUIDs are stored in lower case, because the server sends both cases.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Identity(Box<str>);

impl Identity {
    /// Parses an identity in any known form: `invites/<uuid>`, a bare UUID, or a whole URL, in any case and
    /// with or without a leading slash. `None` if the last part alone may mean another invite: a path that
    /// does not start with `invites/`, or a URL with a query or fragment, unless the last part is a UUID.
    pub fn parse(text: &str) -> Option<Identity> {
        let path =
            if text.contains("://") { text.split(['?', '#']).next().unwrap_or_default() } else { text };
        let (before, last) = path.rsplit_once('/').unwrap_or(("", path));
        if let Some(uuid) = parse_hyphenated(last) {
            return Some(Identity::from_uuid(uuid));
        }
        let is_invite = before.is_empty() || before.rsplit('/').next() == Some("invites");
        if !is_invite || path.len() < text.len() {
            return None;
        }
        let unusable = last.is_empty()
            || last == "."
            || last == ".."
            || last.chars().any(|c| c.is_control() || c.is_whitespace());
        (!unusable).then(|| Identity(last.into()))
    }

    /// Creates the identity of an invite with a UUID, the normal case.
    pub fn from_uuid(uuid: Uuid) -> Identity {
        Identity(uuid.hyphenated().to_string().into())
    }

    /// Returns the UUID, if the identity is one.
    pub fn uuid(&self) -> Option<Uuid> {
        parse_hyphenated(&self.0)
    }

    /// Returns the bare name, as in a path.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Parses a UUID with hyphens.
/// The server treats other forms, such as a UUID without hyphens, as different names.
fn parse_hyphenated(text: &str) -> Option<Uuid> {
    if text.len() == 36 { Uuid::try_parse(text).ok() } else { None }
}

/// Formats the server's form: `invites/<uuid>`.
impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invites/{}", self.0)
    }
}

impl TryFrom<String> for Identity {
    type Error = String;

    fn try_from(text: String) -> Result<Identity, String> {
        Identity::parse(&text).ok_or_else(|| format!("{text:?} is not the identity of an invite"))
    }
}

impl From<Identity> for String {
    fn from(identity: Identity) -> String {
        identity.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_form_names_the_same_invite() {
        let uuid = "f4e4b1b5-8186-4feb-9072-9999f89d4619";
        let upper = uuid.to_uppercase();
        for form in [
            uuid.to_owned(),
            format!("invites/{uuid}"),
            format!("/invites/{upper}"),
            format!("https://app.datatrails.ai/archivist/iam/v1/invites/{uuid}?x=1"),
        ] {
            assert_eq!(Identity::parse(&form).expect(&form).to_string(), format!("invites/{uuid}"));
        }
    }

    #[test]
    fn collection_paths_are_not_identities() {
        for text in
            ["", "invites/", "/", ".", "..", "invites/..", "a b", "a\u{1b}", " ", " a", "a\u{a0}", "a/"]
        {
            assert_eq!(Identity::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn identity_is_never_truncated_to_another() {
        for name in ["a?b", "a#b", "?", "a%2Fb", "%2e%2e", "a\\b", "a;b", "ü", "...", "a:b", "a?b#c"] {
            assert_eq!(Identity::parse(&format!("invites/{name}")).expect(name).as_str(), name);
            assert_eq!(Identity::parse(name).expect(name).as_str(), name);
        }
        for text in
            ["members/a", "invites/x/a", "https://h/invites/a?b", "https://h/invites/a#b", "x?y/a", "a/../b"]
        {
            assert_eq!(Identity::parse(text), None, "{text:?}");
        }
        assert_eq!(Identity::parse("https://h/invites/a").expect("usable").as_str(), "a");
    }

    #[test]
    fn only_the_hyphenated_uuid_form_is_parsed() {
        let bare = "F4E4B1B581864FEB90729999F89D4619";
        for name in [bare.to_owned(), format!("{{{}}}", bare), format!("urn:uuid:{bare}")] {
            let identity = Identity::parse(&name).expect("usable");
            assert_eq!((identity.as_str(), identity.uuid()), (name.as_str(), None));
        }
    }

    #[test]
    fn non_uuid_identity_is_kept_unchanged() {
        assert_eq!(Identity::parse("invites/Abc_7").expect("usable").as_str(), "Abc_7");
    }
}
