//! What is known of each entry of a list, worked out off the loop: reading and judging a long list takes seconds.
//! What came meanwhile makes the answer void or asks for another look; nothing is sent from here.

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

/// What is known of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judged {
    /// It was changed, and is being looked at.
    Looking,
    /// A person has left it out.
    LeftOut,
    /// Another plan sends to this address, or still could.
    BeingSent,
    /// Its old invite has expired and is in the list still; a person wants a new one in its place.
    Again,
    /// What the list, the domains and the journal say.
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

    /// Whether it goes into the plan.
    pub fn is_good(&self) -> bool {
        matches!(self, Judged::Again | Judged::Is(Verdict::New))
    }

    /// Whether it would go into the plan if a person said so.
    pub fn can_be_insisted_on(&self, now: Timestamp) -> bool {
        match self {
            Judged::Is(verdict) => verdict.can_be_insisted_on() || is_expired(verdict, now),
            _ => false,
        }
    }

    /// Whether it was sent before and has expired since, wherever that is known from.
    pub fn has_expired(&self, now: Timestamp) -> bool {
        matches!(self, Judged::Is(verdict) if matches!(verdict, Verdict::SentAndExpired { .. }) || is_expired(verdict, now))
    }

    /// Whether somebody has to say what becomes of it; it stays behind otherwise.
    pub fn needs_somebody(&self, now: Timestamp) -> bool {
        match self {
            Judged::Is(Verdict::Outside | Verdict::Invalid { .. }) => true,
            _ => self.can_be_insisted_on(now),
        }
    }

    /// The address that it should be, where one is known.
    pub fn suggestion(&self) -> Option<&str> {
        match self {
            Judged::Is(verdict) => verdict.suggestion(),
            _ => None,
        }
    }

    /// The words for it, safe to show.
    pub fn words(&self, now: Timestamp) -> String {
        match self {
            Judged::Looking => "looking…".into(),
            Judged::LeftOut => "left out".into(),
            Judged::BeingSent => "another plan sends to it already".into(),
            Judged::Again => "sent again, in place of the invite that has expired".into(),
            Judged::Is(verdict) => verdict.words(now),
        }
    }
}

/// An invite that is in the list although nobody can use it any more.
fn is_expired(verdict: &Verdict, now: Timestamp) -> bool {
    matches!(verdict, Verdict::PendingAlready(expiry) if expiry.urgency(now) == Urgency::Expired)
}

/// What is judged.
#[derive(Debug, Clone)]
pub enum What {
    /// A text that has to be read first, and the email column that the user has chosen.
    Text(Arc<str>, Option<ColumnChoice>),
    /// A list that was read, in which something was corrected.
    Sheet(Arc<Sheet>),
}

/// One look at a list, with all that the verdicts depend on.
#[derive(Debug, Clone)]
pub struct Job {
    /// Names it; only the newest counts.
    pub number: u64,
    /// What is judged.
    pub what: What,
    /// The places of the entries that a person has left out.
    pub left_out: HashSet<usize>,
    /// The pending invites.
    pub pending: Roster,
    /// Whether these are all of them.
    pub complete: bool,
    /// The members, where they are known.
    pub members: Option<Members>,
    /// The folded addresses to which a plan sends already.
    pub sending: HashSet<String>,
    /// The domains that may be invited; empty: all.
    pub allowed: Vec<String>,
    /// What was sent from here before.
    pub earlier: Earlier,
    /// The server's date and time.
    pub now: Timestamp,
}

/// What a look has found.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Which look it was.
    pub number: u64,
    /// The list as it was read.
    pub sheet: Arc<Sheet>,
    /// What is known of each of its entries, in order.
    pub judged: Vec<Judged>,
    /// How many got which verdict, in words.
    pub tally: String,
    /// How many were sent before and have expired since, and could be sent again.
    pub expired: usize,
}

/// Looks. Takes seconds for a hundred thousand entries: never call it from `update`.
pub fn judge(job: &Job) -> Answer {
    let sheet = match &job.what {
        What::Text(text, choice) => Arc::new(super::read(text, choice.as_ref())),
        What::Sheet(sheet) => Arc::clone(sheet),
    };
    let mut kept = Sheet::clone(&sheet);
    // What was left out is not the first of its kind either.
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

/// "41 new, 12 pending already, 1 left out".
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
        (of(Judged::Again), "to be sent again"),
        (of(Judged::BeingSent), "in another plan"),
        (of(Judged::LeftOut), "left out"),
    ];
    let others = others.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!(", {} {what}", count(*n)));
    Tally::of(&verdicts).words(complete) + &others.collect::<String>()
}
