//! Resolves ids to invites: a UUID, `invites/uuid`, or an email that has one invite.

use std::collections::HashSet;

use super::exit_code::{CliError, FAILED, USAGE};
use crate::domain::invite_store::InviteStore;
use crate::domain::text::sanitize;
use crate::domain::{Identity, Invite};

/// Returns the invites in the given order, each once.
///
/// # Errors
/// An id is unknown, or an email has several invites: the error lists them.
pub(super) fn resolve(ids: &[String], store: &InviteStore) -> Result<Vec<Invite>, CliError> {
    let (mut found, mut seen) = (Vec::new(), HashSet::new());
    let (mut missing, mut ambiguous) = (Vec::new(), Vec::new());
    for id in ids {
        match find_matches(id, store).as_slice() {
            [] => missing.push(format!("No invite {} found.", sanitize(id))),
            [invite] => {
                if seen.insert(invite.identity.clone()) {
                    found.push(invite.clone());
                }
            }
            invites => ambiguous.push(ambiguous_id_error(id, invites)),
        }
    }
    if !ambiguous.is_empty() {
        ambiguous.extend(missing);
        return Err(CliError::new(USAGE, format!("{}\nNo changes were made.", ambiguous.join("\n"))));
    }
    if !missing.is_empty() {
        return Err(CliError::new(FAILED, format!("{}\nNo changes were made.", missing.join("\n"))));
    }
    Ok(found)
}

fn find_matches(id: &str, store: &InviteStore) -> Vec<Invite> {
    let id = id.trim();
    if !id.contains('@')
        && let Some(invite) = Identity::parse(id).and_then(|identity| store.invite(&identity))
    {
        return vec![invite];
    }
    store.find_by_email(id).map(|row| row.to_invite()).collect()
}

fn ambiguous_id_error(id: &str, invites: &[Invite]) -> String {
    let mut names: Vec<String> =
        invites.iter().map(|invite| format!("  {}", sanitize(&invite.identity.to_string()))).collect();
    names.sort();
    format!("{} has {} invites. Choose one of them:\n{}", sanitize(id), invites.len(), names.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Expiry;

    fn store() -> InviteStore {
        let mut store = InviteStore::default();
        for (name, email) in [("a1", "bob@job"), ("b1", "Ann@x"), ("b2", "ann@X")] {
            store.insert(&Invite {
                identity: Identity::parse(name).expect("an identity"),
                email: email.into(),
                message: String::new(),
                expiry: Expiry(None),
            });
        }
        store
    }

    fn to_strings(ids: &[&str]) -> Vec<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    #[test]
    fn invite_named_in_several_ways_is_selected_once() {
        let found =
            resolve(&to_strings(&["BOB@job", "invites/a1", "b2", "a1"]), &store()).expect("all are known");
        let names: Vec<_> = found.iter().map(|invite| invite.identity.as_str()).collect();
        assert_eq!(names, ["a1", "b2"]);
    }

    #[test]
    fn email_with_two_invites_is_ambiguous() {
        let error = resolve(&to_strings(&["a1", "ann@x", "c"]), &store()).expect_err("two of them");
        assert_eq!(error.code, USAGE);
        for part in
            ["ann@x has 2 invites", "invites/b1", "invites/b2", "No invite c", "No changes were made."]
        {
            assert!(error.message.contains(part), "{part:?} in {error}");
        }
        assert_eq!(resolve(&to_strings(&["c"]), &store()).expect_err("unknown").code, FAILED);
    }
}
