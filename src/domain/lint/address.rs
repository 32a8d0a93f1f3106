//! Addresses that cannot be right, or that no single person reads. A broken one is mended where it is plain
//! what was meant; whether the mended address exists, nobody here knows.

use super::domains::split;
use crate::domain::limits;
use crate::domain::recipient::{self, Recipient};

/// Local parts that belong to a task and not to a person.
const ROLES: &[&str] = &[
    "abuse",
    "accounting",
    "accounts",
    "admin",
    "administrator",
    "all",
    "billing",
    "careers",
    "contact",
    "donotreply",
    "enquiries",
    "everyone",
    "finance",
    "hello",
    "help",
    "helpdesk",
    "hostmaster",
    "hr",
    "info",
    "it",
    "jobs",
    "legal",
    "mail",
    "mailer-daemon",
    "marketing",
    "newsletter",
    "no-reply",
    "noreply",
    "office",
    "orders",
    "postmaster",
    "press",
    "privacy",
    "purchasing",
    "reception",
    "root",
    "sales",
    "security",
    "service",
    "staff",
    "support",
    "sysadmin",
    "team",
    "webmaster",
];

/// What is wrong with how an address is written, and what it should be where that is plain.
pub fn broken(address: &str) -> Option<(String, Option<String>)> {
    if recipient::is_email(address) || too_long(address).is_some() {
        return None;
    }
    match recipient::parse(address) {
        Ok(found) if address.trim() == found.email => {
            Some(("there are blanks around it".to_owned(), Some(found.email)))
        }
        Ok(Recipient { email, repair, .. }) => {
            Some((repair.unwrap_or_else(|| "there is more than an address in it".to_owned()), Some(email)))
        }
        Err(refusal) => Some((refusal.reason, refusal.suggestion)),
    }
}

/// The same for an address longer than the server takes, or than mail knows.
pub fn too_long(address: &str) -> Option<String> {
    let length = address.trim().chars().count();
    if length > limits::EMAIL {
        return Some(format!("{length} characters; the server takes {}", limits::EMAIL));
    }
    let (local, domain) = split(address.trim())?;
    if local.len() > 64 {
        Some(format!("{} bytes before the @; mail knows 64", local.len()))
    } else if domain.split('.').any(|part| part.len() > 63) {
        Some("a part of the domain has more than 63 bytes".to_owned())
    } else {
        None
    }
}

/// The local part of an address that belongs to a task: `info`, `admin`. What follows a plus does not count.
pub fn role(address: &str) -> Option<&str> {
    let (local, _) = split(address.trim())?;
    let local = local.split('+').next().unwrap_or(local);
    ROLES.iter().any(|role| role.eq_ignore_ascii_case(local)).then_some(local)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_broken_is_said_and_mended_where_it_is_plain() {
        for (address, reason, mended) in [
            ("", "there is no address", None),
            ("jane.doe", "there is no @ in it", None),
            ("jane@@acme.com", "there is more than one @ in it", Some("jane@acme.com")),
            ("jane@acme,com", "there is , in it", Some("jane@acme.com")),
            ("jane doe@acme.com", "there is a blank in it", None),
            ("Jane <jane@acme.com>", "there is more than an address in it", Some("jane@acme.com")),
            ("jane@acme..com", "there are two dots in a row", Some("jane@acme.com")),
            ("<jane@acme.com>", "there is more than an address in it", Some("jane@acme.com")),
            ("jane@acme.com.", "there was . at its end", Some("jane@acme.com")),
            (" jane@acme.com", "there are blanks around it", Some("jane@acme.com")),
            ("a@b@c.com", "there is more than one @ in it", None),
        ] {
            let expected = Some((reason.to_owned(), mended.map(str::to_owned)));
            assert_eq!(broken(address), expected, "{address:?}");
        }
        for address in ["bob@job", "jane.doe+x@example.com", "jané@example.com"] {
            assert_eq!(broken(address), None, "{address}");
        }
    }

    #[test]
    fn lengths_are_those_of_the_server_and_of_mail() {
        let long = format!("{}@{}.com", "a".repeat(60), "b".repeat(64));
        assert_eq!(too_long(&long).as_deref(), Some("129 characters; the server takes 128"));
        assert_eq!(broken(&long), None, "it is told once, as too long");
        let local = format!("{}@x.com", "a".repeat(65));
        assert_eq!(too_long(&local).as_deref(), Some("65 bytes before the @; mail knows 64"));
        assert_eq!(too_long("jane@acme.com"), None);
    }

    #[test]
    fn a_task_is_no_person() {
        assert_eq!(role("Info@acme.com"), Some("Info"));
        assert_eq!(role("admin+eu@acme.com"), Some("admin"));
        assert_eq!(role("information@acme.com"), None);
    }
}
