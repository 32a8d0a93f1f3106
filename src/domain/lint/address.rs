//! Addresses that cannot be right, or that no single person reads. A broken one is mended where it is plain
//! what was meant; whether the mended address exists, nobody here knows.

use std::str::FromStr as _;

use email_address::EmailAddress;

use super::domains::split;
use crate::domain::{limits, text};

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
    let reason = if address.trim().is_empty() {
        "there is no address".to_owned()
    } else if let Some(reason) = malformed(address.trim()) {
        reason
    } else if address.trim() != address {
        "there are blanks around it".to_owned()
    } else {
        return None;
    };
    Some((reason, mended(address)))
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

fn malformed(address: &str) -> Option<String> {
    let odd = |c: &char| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>' | '(' | ')' | '"');
    if !address.contains('@') {
        Some("there is no @ in it".to_owned())
    } else if EmailAddress::from_str(address).is_ok() || too_long(address).is_some() {
        None
    } else if address.matches('@').count() > 1 {
        Some("there is more than one @ in it".to_owned())
    } else if let Some(c) = address.chars().find(odd) {
        let shown =
            if c.is_whitespace() { "a blank".into() } else { text::visible(&c.to_string()).into_owned() };
        Some(format!("there is {shown} in it"))
    } else if address.contains("..") {
        Some("there are two dots in a row".to_owned())
    } else {
        Some("this does not look like an address".to_owned())
    }
}

/// The address with what stands around it by accident taken off, where that makes it a good one.
pub fn mended(address: &str) -> Option<String> {
    let around = |c: char| {
        c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\'' | ',' | ';' | ':' | '.' | '(' | ')')
    };
    let lower = address.trim().to_lowercase();
    let rest = if lower.starts_with("mailto:") { &address.trim()["mailto:".len()..] } else { address };
    let mut mended: String = rest.trim_matches(around).chars().filter(|c| !c.is_whitespace()).collect();
    for (wrong, right) in [("@@", "@"), ("..", "."), ("@.", "@"), (".@", "@")] {
        mended = mended.replace(wrong, right);
    }
    if let Some((local, domain)) = mended.rsplit_once('@') {
        mended = format!("{local}@{}", domain.replace(',', "."));
    }
    let good = mended != address && too_long(&mended).is_none() && EmailAddress::from_str(&mended).is_ok();
    good.then_some(mended)
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
            ("jane doe@acme.com", "there is a blank in it", Some("janedoe@acme.com")),
            ("jane@acme..com", "there are two dots in a row", Some("jane@acme.com")),
            ("<jane@acme.com>", "there is < in it", Some("jane@acme.com")),
            ("jane@acme.com.", "this does not look like an address", Some("jane@acme.com")),
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
