//! Checks the entries of a list outside of the event loop, because a long list takes seconds. A change in the
//! meantime makes the result void or starts another check. Makes no requests.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::{ColumnChoice, Earlier, Entry, Known, Sheet, Tally, Verdict};
use crate::domain::email::folded;
use crate::domain::expiry::Urgency;
use crate::domain::lint::Domains;
use crate::domain::members::Members;
use crate::domain::roster::Roster;
use crate::domain::text::count;

/// Status of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judged {
    /// It was changed and is being checked.
    Looking,
    /// The user excluded it.
    LeftOut,
    /// Another plan sends to this email, or still may.
    BeingSent,
    /// Its old invite has expired and is still listed; the user wants a new one.
    Again,
    /// What the list, the domains and the journal report.
    Is(Verdict),
}

impl Judged {
    fn of(entry: &Entry, verdict: Verdict, sending: &HashSet<String>, now: Timestamp) -> Judged {
        let expired = is_expired(&verdict, now);
        let could_go = verdict.is_good() || verdict.can_be_insisted_on() || expired;
        if could_go && sending.contains(&folded(&entry.email)) {
            return Judged::BeingSent;
        }
        if expired && entry.as_it_is { Judged::Again } else { Judged::Is(verdict) }
    }

    /// True if the entry goes into the plan.
    pub fn is_good(&self) -> bool {
        matches!(self, Judged::Again | Judged::Is(Verdict::New))
    }

    /// True if the user can include it anyway.
    pub fn can_be_insisted_on(&self, now: Timestamp) -> bool {
        match self {
            Judged::Is(verdict) => verdict.can_be_insisted_on() || is_expired(verdict, now),
            _ => false,
        }
    }

    /// True if an invite was sent before and has expired.
    pub fn has_expired(&self, now: Timestamp) -> bool {
        matches!(self, Judged::Is(verdict) if matches!(verdict, Verdict::SentAndExpired { .. }) || is_expired(verdict, now))
    }

    /// True if the user must decide about it; otherwise it is skipped.
    pub fn needs_somebody(&self, now: Timestamp) -> bool {
        match self {
            Judged::Is(Verdict::Outside | Verdict::Invalid { .. }) => true,
            _ => self.can_be_insisted_on(now),
        }
    }

    /// Returns the suggested email, if there is one.
    pub fn suggestion(&self) -> Option<&str> {
        match self {
            Judged::Is(verdict) => verdict.suggestion(),
            _ => None,
        }
    }

    /// Returns the text of the status, sanitized.
    pub fn words(&self, now: Timestamp) -> String {
        match self {
            Judged::Looking => "looking…".into(),
            Judged::LeftOut => "excluded".into(),
            Judged::BeingSent => "another plan already sends to it".into(),
            Judged::Again => "resend, replaces the expired invite".into(),
            Judged::Is(verdict) => verdict.words(now),
        }
    }
}

/// True for an invite that is still listed although it has expired.
fn is_expired(verdict: &Verdict, now: Timestamp) -> bool {
    matches!(verdict, Verdict::PendingAlready(expiry) if expiry.urgency(now) == Urgency::Expired)
}

/// The list to check.
#[derive(Debug, Clone)]
pub enum What {
    /// A text that must be parsed first, and the email column that the user chose.
    Text(Arc<str>, Option<ColumnChoice>),
    /// A parsed list with the user's corrections.
    Sheet(Arc<Sheet>),
}

/// One check of a list, with all that its result depends on.
#[derive(Debug, Clone)]
pub struct Job {
    /// Number of the check; only the newest counts.
    pub number: u64,
    /// The list to check.
    pub what: What,
    /// Positions of the entries that the user excluded.
    pub left_out: HashSet<usize>,
    /// The pending invites.
    pub pending: Roster,
    /// True if all pending invites are loaded.
    pub complete: bool,
    /// The members, if known.
    pub members: Option<Members>,
    /// The folded emails that a plan already sends to.
    pub sending: HashSet<String>,
    /// The domains that may be invited; empty: all.
    pub allowed: Vec<String>,
    /// Invites sent from this machine before.
    pub earlier: Earlier,
    /// The server's time.
    pub now: Timestamp,
}

/// Result of a check.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Number of the check.
    pub number: u64,
    /// The parsed list.
    pub sheet: Arc<Sheet>,
    /// Status of each entry, in order.
    pub judged: Vec<Judged>,
    /// Summary of the statuses.
    pub tally: String,
    /// Number of entries with an expired invite that could be resent.
    pub expired: usize,
}

/// Runs the check. Takes seconds for a hundred thousand entries: never call it from `update`.
pub fn judge(job: &Job) -> Answer {
    let sheet = match &job.what {
        What::Text(text, choice) => Arc::new(super::read(text, choice.as_ref())),
        What::Sheet(sheet) => Arc::clone(sheet),
    };
    let mut kept = Sheet::clone(&sheet);
    // An excluded entry does not count as the first of its duplicates.
    let mut place = 0..;
    kept.entries.retain(|_| place.next().is_some_and(|place| !job.left_out.contains(&place)));
    let rows = job.pending.rows();
    let pending = rows.iter().filter_map(|row| rows.get(row)).map(|row| row.email);
    let domains = Domains::learn(pending.chain(kept.entries.iter().map(|entry| entry.email.as_str())));
    let known = Known {
        now: job.now,
        pending: &job.pending,
        members: job.members.as_ref(),
        domains: &domains,
        allowed: &job.allowed,
        earlier: &job.earlier,
    };
    let mut verdicts = super::judge(&kept, &known).into_iter();
    let mut judged = |(place, entry): (usize, &Entry)| match job.left_out.contains(&place) {
        true => Judged::LeftOut,
        false => verdicts
            .next()
            .map_or(Judged::Looking, |verdict| Judged::of(entry, verdict, &job.sending, job.now)),
    };
    let judged: Vec<Judged> = sheet.entries.iter().enumerate().map(&mut judged).collect();
    let tally = tally(&judged, job.complete);
    let expired = judged.iter().filter(|judged| judged.has_expired(job.now)).count();
    Answer { number: job.number, sheet, judged, tally, expired }
}

/// Returns a summary such as "41 new, 12 already pending, 1 excluded".
fn tally(judged: &[Judged], complete: bool) -> String {
    let verdicts: Vec<Verdict> = judged
        .iter()
        .filter_map(|judged| match judged {
            Judged::Is(verdict) => Some(verdict.clone()),
            _ => None,
        })
        .collect();
    let of = |kind: Judged| judged.iter().filter(|judged| **judged == kind).count();
    let others = [
        (of(Judged::Again), "to resend"),
        (of(Judged::BeingSent), "in another plan"),
        (of(Judged::LeftOut), "excluded"),
    ];
    let others = others.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!(", {} {what}", count(*n)));
    Tally::of(&verdicts).words(complete) + &others.collect::<String>()
}
