//! Annotations: notes, snoozes, and dismissed problems.
//! Stored by normalized email, so they survive a resend.

use hashbrown::{HashMap, HashSet};
use jiff::civil::{DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::invite_store::InviteStore;
use super::lint::{DismissalKey, Problem};
use super::{Expiry, Step, email};

/// Maximum length of a note, in code points.
pub const MAX_NOTE_CHARS: usize = 500;

/// How long a row stays hidden. It reappears automatically.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Snooze {
    /// Until this time.
    Until(Timestamp),
    /// Until the link has only this long left.
    BeforeExpiry(SignedDuration),
}

impl Snooze {
    /// Until the link has only a day left.
    pub const DAY_BEFORE_EXPIRY: Snooze = Snooze::BeforeExpiry(SignedDuration::from_hours(24));

    /// Returns a snooze until the start of the next Monday in this time zone.
    /// `None` outside of the supported time range.
    pub fn until_monday(now: Timestamp, zone: &TimeZone) -> Option<Snooze> {
        let monday = now.to_zoned(zone.clone()).date().nth_weekday(1, Weekday::Monday).ok()?;
        Some(Snooze::Until(monday.to_zoned(zone.clone()).ok()?.timestamp()))
    }

    /// Returns a snooze until the start of tomorrow in this time zone. `None` outside of the supported time
    /// range.
    pub fn until_tomorrow(now: Timestamp, zone: &TimeZone) -> Option<Snooze> {
        let tomorrow = now.to_zoned(zone.clone()).date().tomorrow().ok()?;
        Some(Snooze::Until(tomorrow.to_zoned(zone.clone()).ok()?.timestamp()))
    }

    /// Parses the end of a snooze: `tomorrow`, `monday`, a day, or a time.
    pub fn parse_until(text: &str, now: Timestamp, zone: &TimeZone) -> Option<Snooze> {
        match text.to_lowercase().as_str() {
            "tomorrow" => Snooze::until_tomorrow(now, zone),
            "monday" => Snooze::until_monday(now, zone),
            _ => {
                let day = || text.parse::<DateTime>().ok()?.to_zoned(zone.clone()).ok();
                let time = text.parse::<Timestamp>().ok();
                time.or_else(|| Some(day()?.timestamp())).map(Snooze::Until)
            }
        }
    }

    /// Returns a snooze for this number of 24-hour periods, to the minute.
    pub fn for_days(now: Timestamp, days: i64) -> Option<Snooze> {
        let seconds = now.as_second() - now.as_second().rem_euclid(60) + days * 24 * 60 * 60;
        Timestamp::from_second(seconds).ok().map(Snooze::Until)
    }

    /// Returns when an invite with this expiry reappears. `None` if that depends on an unknown expiry: then
    /// the invite was never hidden.
    pub fn due_at(self, expiry: Expiry) -> Option<Timestamp> {
        match self {
            Snooze::Until(at) => Some(at),
            Snooze::BeforeExpiry(left) => expiry.0?.checked_sub(left).ok(),
        }
    }

    /// True if an invite with this expiry is hidden at `now`.
    pub fn is_snoozed(self, expiry: Expiry, now: Timestamp) -> bool {
        self.due_at(expiry).is_some_and(|at| at > now)
    }
}

/// A change of annotations. The store normalizes the emails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnnotationChange {
    /// Replaces the note on an email; a blank text deletes the note.
    Note {
        /// The email.
        email: String,
        /// The note; text beyond [`MAX_NOTE_CHARS`] is cut.
        note: String,
    },
    /// Moves or copies a note from a person's old email to the new email. If the new email already has a
    /// note, nothing changes.
    MoveNote {
        /// The old email.
        from: String,
        /// The new email.
        to: String,
        /// True to keep the note on the old email too.
        keeps_old: bool,
    },
    /// Snoozes the rows of these emails; `None` ends their snooze.
    Snooze {
        /// The emails.
        emails: Vec<String>,
        /// Until when.
        until: Option<Snooze>,
    },
    /// Dismisses a problem, or with `false` undoes the dismissal.
    Dismiss(DismissalKey, bool),
}

impl AnnotationChange {
    /// Returns the change that takes the note along if a step has changed the email of an invite.
    /// `None` if there is nothing to move, or the new email already has a note.
    pub fn move_note(step: &Step, annotations: &Annotations, keeps_old: bool) -> Option<AnnotationChange> {
        let (from, to) = (step.target()?.email.clone(), step.draft()?.email);
        let is_other = email::normalize(&from) != email::normalize(&to);
        let has_note_to_move = annotations.note(&from).is_some() && annotations.note(&to).is_none();
        (is_other && has_note_to_move).then_some(AnnotationChange::MoveNote { from, to, keeps_old })
    }
}

/// Number of snoozed rows, and when that number changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SnoozeSummary {
    /// Hidden rows.
    pub snoozed_rows: usize,
    /// When the first snoozed row reappears, by the server's clock: the list must be filtered again then.
    pub next_due: Option<Timestamp>,
}

/// All annotations of one tenancy, by normalized email.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Annotations {
    /// Notes; raw text of the user.
    pub notes: HashMap<String, String>,
    /// Snoozed rows.
    pub snoozes: HashMap<String, Snooze>,
    /// Dismissed problems.
    pub dismissed: HashSet<DismissalKey>,
}

impl Annotations {
    /// Returns the note on an email, ignoring case.
    pub fn note(&self, email: &str) -> Option<&str> {
        let note = (!self.notes.is_empty()).then(|| self.notes.get(&email::normalize(email))).flatten();
        note.map(String::as_str)
    }

    /// True if an invite to this email is hidden at `now`.
    pub fn is_snoozed(&self, email: &str, expiry: Expiry, now: Timestamp) -> bool {
        let snooze = (!self.snoozes.is_empty()).then(|| self.snoozes.get(&email::normalize(email))).flatten();
        snooze.is_some_and(|snooze| snooze.is_snoozed(expiry, now))
    }

    /// Returns the changes that restore what a change of a note or of snoozes overwrites.
    pub fn inverse(&self, change: &AnnotationChange) -> Vec<AnnotationChange> {
        match change {
            AnnotationChange::Note { email, .. } => {
                let note = self.note(email).unwrap_or_default().to_owned();
                vec![AnnotationChange::Note { email: email.clone(), note }]
            }
            AnnotationChange::Snooze { emails, .. } => {
                let mut groups: Vec<(Option<Snooze>, Vec<String>)> = Vec::new();
                for email in emails {
                    let until = self.snoozes.get(&email::normalize(email)).copied();
                    match groups.iter_mut().find(|(other, _)| *other == until) {
                        Some((_, group)) => group.push(email.clone()),
                        None => groups.push((until, vec![email.clone()])),
                    }
                }
                let to_change = |(until, emails)| AnnotationChange::Snooze { emails, until };
                groups.into_iter().map(to_change).collect()
            }
            AnnotationChange::MoveNote { .. } | AnnotationChange::Dismiss(..) => Vec::new(),
        }
    }

    /// Returns the snoozed rows at `now`. Iterates over the few snoozes, not over all rows.
    pub fn snooze_summary(&self, store: &InviteStore, now: Timestamp) -> SnoozeSummary {
        let mut summary = SnoozeSummary::default();
        for (email, snooze) in &self.snoozes {
            let due_times = store.find_by_email(email).filter_map(|row| snooze.due_at(row.expiry));
            for at in due_times.filter(|at| *at > now) {
                summary.snoozed_rows += 1;
                summary.next_due = Some(summary.next_due.map_or(at, |next: Timestamp| next.min(at)));
            }
        }
        summary
    }

    /// True if the user dismissed this problem.
    pub fn is_dismissed(&self, problem: &Problem) -> bool {
        !self.dismissed.is_empty() && self.dismissed.contains(&problem.dismissal_key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Identity, Invite};

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn snoozed_row_returns_when_due() {
        let day = Snooze::BeforeExpiry(SignedDuration::from_hours(24));
        let expiry = Expiry::parse("2024-06-11T12:00:00Z");
        assert!(day.is_snoozed(expiry, at("2024-06-10T11:59:59Z")));
        assert!(!day.is_snoozed(expiry, at("2024-06-10T12:00:00Z")));
        assert!(!day.is_snoozed(Expiry(None), at("2024-06-10T11:59:59Z")), "it would never come back");
        let mut annotations = Annotations::default();
        annotations.snoozes.insert("ann@x.com".into(), day);
        annotations.snoozes.insert("bob@x.com".into(), Snooze::Until(at("2024-06-10T09:00:00Z")));
        let mut store = InviteStore::default();
        for (n, email) in ["Ann@X.com", "ann@x.com", "bob@x.com", "kim@x.com"].into_iter().enumerate() {
            let identity = Identity::from_uuid(uuid::Uuid::from_u128(1 + n as u128));
            store.insert(&Invite { identity, email: email.into(), message: String::new(), expiry });
        }
        let summary = |now| {
            let summary = annotations.snooze_summary(&store, at(now));
            (summary.snoozed_rows, summary.next_due)
        };
        assert_eq!(summary("2024-06-09T00:00:00Z"), (3, Some(at("2024-06-10T09:00:00Z"))));
        assert_eq!(summary("2024-06-10T09:00:00Z"), (2, Some(at("2024-06-10T12:00:00Z"))));
        assert_eq!(summary("2024-06-10T12:00:00Z"), (0, None));
        assert!(annotations.is_snoozed("ANN@x.com", expiry, at("2024-06-09T00:00:00Z")));
    }

    #[test]
    fn inverse_restores_notes_and_mixed_snoozes() {
        let mut annotations = Annotations::default();
        annotations.notes.insert("ann@x.com".into(), "old".into());
        let monday = Snooze::Until(at("2024-06-10T00:00:00Z"));
        annotations.snoozes.insert("ann@x.com".into(), monday);
        let note =
            |email: &str, note: &str| AnnotationChange::Note { email: email.into(), note: note.into() };
        assert_eq!(annotations.inverse(&note("Ann@x.com", "new")), [note("Ann@x.com", "old")]);
        assert_eq!(annotations.inverse(&note("bob@x.com", "new")), [note("bob@x.com", "")]);
        let snooze = |emails: &[&str], until| AnnotationChange::Snooze {
            emails: emails.iter().map(|email| (*email).to_owned()).collect(),
            until,
        };
        let all =
            snooze(&["bob@x.com", "ann@x.com", "kim@x.com"], Snooze::for_days(at("2024-06-09T00:00:00Z"), 3));
        let expected = [snooze(&["bob@x.com", "kim@x.com"], None), snooze(&["ann@x.com"], Some(monday))];
        assert_eq!(annotations.inverse(&all), expected);
    }

    #[test]
    fn until_monday_uses_local_time() {
        let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("a zone");
        let monday = |now| Snooze::until_monday(at(now), &zone);
        let expected = Some(Snooze::Until(at("2024-06-09T22:00:00Z")));
        assert_eq!(monday("2024-06-07T12:00:00Z"), expected, "from a Friday");
        assert_eq!(monday("2024-06-09T21:59:00Z"), expected, "from a Sunday just before midnight");
        assert_eq!(
            Snooze::until_tomorrow(at("2024-06-08T23:00:00Z"), &zone),
            expected,
            "from a Sunday at one"
        );
        let days = Snooze::for_days(at("2024-06-09T22:00:59.5Z"), 3);
        assert_eq!(days, Some(Snooze::Until(at("2024-06-12T22:00:00Z"))), "to the minute");
        assert_eq!(monday("2024-06-09T22:00:00Z"), Some(Snooze::Until(at("2024-06-16T22:00:00Z"))));
    }
}
