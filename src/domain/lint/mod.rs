//! What looks wrong about the pending invites: each problem with its reason, and a fix where one is plain.
//! Warnings only; nothing here keeps anybody from sending anything. Pure, and linear in the number of rows:
//! domains are learned once, and only rare ones are compared with frequent ones.

pub mod address;
pub mod domains;
mod known;
pub mod placeholder;
pub mod scan;
pub mod scripts;
pub mod twins;

use jiff::Timestamp;

use super::expiry::Urgency;
use super::recipient::{self, Recipient};
use super::roster::{RowRef, Rows};
use super::{Identity, email, limits, members::Members};
pub use domains::{Domains, Suggestion};

/// What kind of problem it is; the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// No mail can arrive at an address that is written like this.
    Broken,
    /// Longer than the server or mail takes.
    TooLong,
    /// Letters of another script, or hidden ones: the mail goes elsewhere.
    LookAlike,
    /// The domain is probably another one.
    Typo,
    /// A placeholder was left in the message.
    Placeholder,
    /// The message could not be sent again.
    LongMessage,
    /// The person is a member already.
    Member,
    /// The link is dead.
    Expired,
    /// One person, several invites.
    Duplicate,
    /// Less than a day is left.
    ExpiresSoon,
    /// An address that belongs to a task and not to a person.
    Role,
}

impl Kind {
    /// All of them, the gravest first.
    pub const ALL: [Kind; 11] = [
        Kind::Broken,
        Kind::TooLong,
        Kind::LookAlike,
        Kind::Typo,
        Kind::Placeholder,
        Kind::LongMessage,
        Kind::Member,
        Kind::Expired,
        Kind::Duplicate,
        Kind::ExpiresSoon,
        Kind::Role,
    ];

    /// The word for it on the screen and in the journal, which keeps dismissed ones by it: never change one.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Broken => "broken",
            Kind::TooLong => "too long",
            Kind::LookAlike => "look-alike",
            Kind::Typo => "typo?",
            Kind::Placeholder => "placeholder",
            Kind::LongMessage => "long message",
            Kind::Member => "member",
            Kind::Expired => "expired",
            Kind::Duplicate => "duplicate",
            Kind::ExpiresSoon => "expires soon",
            Kind::Role => "role account",
        }
    }
}

/// What would mend a problem. Nothing is done by it: each becomes a plan that a person confirms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fix {
    /// Replace the invite by one to this address.
    Address(String),
    /// Write the address anew; what is right is not known.
    EditAddress,
    /// Write the message anew.
    EditMessage,
    /// Send it again.
    Resend,
    /// Revoke it.
    Revoke,
}

/// Something that looks wrong about one invite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The invite.
    pub identity: Identity,
    /// Its address; raw.
    pub email: String,
    /// What it is.
    pub kind: Kind,
    /// Why, as half a sentence. Safe to show.
    pub reason: String,
    /// What would mend it, where that is known.
    pub fix: Option<Fix>,
    /// Duplicates of one person have the same number.
    pub group: Option<usize>,
}

/// What a dismissed problem is remembered by, beside the tenancy. It outlives a resend, except where it is about
/// one link's end: the next link's end is another matter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Dismissal {
    /// The folded address.
    pub address: String,
    /// The word of its kind, with the identity where it is about one link.
    pub about: String,
}

impl Problem {
    /// What to remember when it is dismissed.
    pub fn dismissal(&self) -> Dismissal {
        let word = self.kind.word();
        let about = match self.kind {
            Kind::Expired | Kind::ExpiresSoon => format!("{word} {}", self.identity.as_str()),
            _ => word.to_owned(),
        };
        Dismissal { address: email::folded(&self.email), about }
    }
}

/// What has to be known beside the rows.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The present, by the server's clock.
    pub now: Timestamp,
    /// The domains, learned from these rows and whatever else is known.
    pub domains: &'a Domains,
    /// The members, when they are known.
    pub members: Option<&'a Members>,
}

/// Everything that looks wrong, the gravest first, then by address; one row can have several problems.
pub fn problems(rows: &Rows, context: &Context<'_>) -> Vec<Problem> {
    let mut found = Vec::new();
    for row in rows.iter().filter_map(|row| rows.get(row)) {
        about_address(&row, context, &mut found);
        about_message(&row, &mut found);
        about_life(&row, context, &mut found);
    }
    about_twins(rows, &mut found);
    found.sort_by(|a, b| (a.kind, &a.email).cmp(&(b.kind, &b.email)));
    found
}

fn problem(row: &RowRef<'_>, kind: Kind, reason: impl Into<String>, fix: Option<Fix>) -> Problem {
    Problem {
        identity: row.identity(),
        email: row.email.to_owned(),
        kind,
        reason: reason.into(),
        fix,
        group: None,
    }
}

/// What is wrong with how an address is written, and what it should be where that is plain.
fn broken(address: &str) -> Option<(String, Option<String>)> {
    if recipient::is_email(address) || address::too_long(address).is_some() {
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

/// The gravest of what can be said against an address, with its reason and what would mend it. A mended one would only
/// be doubted again for its typo.
pub fn doubt(address: &str, domains: &Domains) -> Option<(Kind, String, Fix)> {
    let fix = |address: Option<String>| address.map_or(Fix::EditAddress, Fix::Address);
    if let Some(strange) = scripts::look_alike(address) {
        return Some((Kind::LookAlike, strange.reason, fix(strange.plain)));
    }
    if let Some((reason, mended)) = broken(address) {
        return Some((Kind::Broken, reason, fix(mended)));
    }
    if let Some(reason) = address::too_long(address) {
        return Some((Kind::TooLong, reason, Fix::EditAddress));
    }
    let suggestion = domains.suggest(address)?;
    Some((Kind::Typo, suggestion.reason, Fix::Address(suggestion.address)))
}

fn about_address(row: &RowRef<'_>, context: &Context<'_>, found: &mut Vec<Problem>) {
    if let Some((kind, reason, fix)) = doubt(row.email, context.domains) {
        found.push(problem(row, kind, reason, Some(fix)));
    }
    if let Some(role) = address::role(row.email) {
        let reason = format!("{role}@ is read by several people, or by nobody");
        found.push(problem(row, Kind::Role, reason, None));
    }
}

fn about_message(row: &RowRef<'_>, found: &mut Vec<Problem>) {
    if let Some(reason) = placeholder::reason(row.message) {
        found.push(problem(row, Kind::Placeholder, reason, Some(Fix::EditMessage)));
    }
    let length = row.message.chars().count();
    if length > limits::MESSAGE {
        let reason = format!("the message has {length} characters; the server takes {}", limits::MESSAGE);
        found.push(problem(row, Kind::LongMessage, reason, Some(Fix::EditMessage)));
    }
}

fn about_life(row: &RowRef<'_>, context: &Context<'_>, found: &mut Vec<Problem>) {
    if context.members.is_some_and(|members| members.has(row.email)) {
        found.push(problem(row, Kind::Member, "is a member already", Some(Fix::Revoke)));
    }
    match row.expiry.urgency(context.now) {
        Urgency::Expired => {
            found.push(problem(row, Kind::Expired, row.expiry.words(context.now), Some(Fix::Resend)));
        }
        Urgency::Today => {
            let reason = format!("expires in {}", row.expiry.words(context.now));
            found.push(problem(row, Kind::ExpiresSoon, reason, Some(Fix::Resend)));
        }
        Urgency::Soon | Urgency::Later | Urgency::Unknown => {}
    }
}

/// The invite of a group that lives longest stays; the others can go where it is certain that they are one person's.
fn about_twins(rows: &Rows, found: &mut Vec<Problem>) {
    for (group, twins) in twins::twins(rows).into_iter().enumerate() {
        for (place, row) in twins.rows.iter().enumerate() {
            let Some(row) = rows.get(*row) else { continue };
            let fix = (place > 0 && twins.like.is_certain()).then_some(Fix::Revoke);
            let problem = problem(&row, Kind::Duplicate, twins.like.reason(), fix);
            found.push(Problem { group: Some(group), ..problem });
        }
    }
}

#[cfg(test)]
mod tests;
