//! What the console has to say beside the table. Errors stay until they are dismissed and can be read in full;
//! what went well goes by itself.

use std::collections::VecDeque;
use std::time::Duration;

use crate::domain::{Error, Now, PlanId};

/// How long a message of success stays.
pub const SUCCESS_DURATION: Duration = Duration::from_secs(5);
/// More than this many errors are not kept; the oldest go first.
const MAX_NOTIFICATIONS: usize = 100;

/// How a message is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// It worked; goes by itself.
    Success,
    /// Worth knowing; goes by itself.
    Info,
    /// It did not work; stays.
    Error,
}

/// One thing that was said.
#[derive(Debug, Clone, PartialEq)]
pub struct Notification {
    /// How it is meant.
    pub severity: Severity,
    /// The sentence; raw text from outside may be in it.
    pub text: String,
    /// Everything known about a failure, for the detail view.
    pub failure: Option<Error>,
    /// When it was said.
    pub at: Now,
    /// How often the same was said in a row.
    pub count: usize,
    /// It is about reading the list, and over when that works again.
    pub is_load_error: bool,
    /// It is about what this plan did not do, and over when that was decided.
    pub plan: Option<PlanId>,
}

/// The messages that were not dismissed, the oldest first, and all that were said lately.
#[derive(Debug, Clone, Default)]
pub struct Notifications {
    shown: Vec<Notification>,
    history: VecDeque<Notification>,
}

impl Notifications {
    /// Says that something worked.
    pub fn success(&mut self, text: impl Into<String>, now: Now) {
        self.push(Severity::Success, text.into(), None, now);
    }

    /// Says something worth knowing.
    pub fn info(&mut self, text: impl Into<String>, now: Now) {
        self.push(Severity::Info, text.into(), None, now);
    }

    /// Says what went wrong.
    pub fn error(&mut self, failure: Error, now: Now) {
        self.push(Severity::Error, failure.to_string(), Some(failure), now);
    }

    /// Says why the list could not be read; taken away by [`Notifications::clear_load_errors`].
    pub fn load_error(&mut self, failure: Error, now: Now) {
        self.error(failure, now);
        if let Some(message) = self.shown.last_mut() {
            message.is_load_error = true;
        }
    }

    /// Says what a plan did not do, and what can be done; taken away by [`Notifications::clear_plan_errors`].
    pub fn plan_error(&mut self, failure: Error, plan: PlanId, now: Now) {
        self.error(failure, now);
        if let Some(message) = self.shown.last_mut() {
            message.plan = Some(plan);
        }
    }

    /// Says where a plan stands; taken away as [`Notifications::plan_error`] is, and goes by itself.
    pub fn plan_info(&mut self, text: impl Into<String>, plan: PlanId, now: Now) {
        self.info(text, now);
        if let Some(message) = self.shown.last_mut() {
            message.plan = Some(plan);
        }
    }

    /// A plan goes on, is given up, or another does its work: what was said of it does not hold any more.
    pub fn clear_plan_errors(&mut self, plan: PlanId) {
        self.shown.retain(|message| message.plan != Some(plan));
    }

    fn push(&mut self, tone: Severity, text: String, failure: Option<Error>, now: Now) {
        if tone != Severity::Error {
            self.shown.retain(|message| message.severity == Severity::Error);
        }
        if let Some(same) = self.shown.iter().position(|message| message.text == text) {
            let before = self.shown.remove(same);
            self.shown.push(Notification { at: now, failure, count: before.count + 1, ..before });
        } else {
            self.shown.push(Notification {
                severity: tone,
                text,
                failure,
                at: now,
                count: 1,
                is_load_error: false,
                plan: None,
            });
        }
        if self.shown.len() > MAX_NOTIFICATIONS {
            self.shown.remove(0);
        }
        if let Some(said) = self.shown.last() {
            self.history.retain(|other| other.text != said.text);
            self.history.push_front(said.clone());
            self.history.truncate(MAX_NOTIFICATIONS);
        }
    }

    /// What was said lately and is not shown any more, the newest first.
    pub fn earlier(&self) -> impl Iterator<Item = &Notification> {
        let is_shown = |said: &Notification| self.shown.iter().any(|other| other.text == said.text);
        self.history.iter().filter(move |said| !is_shown(said))
    }

    /// The one to show: the newest of all.
    pub fn newest(&self) -> Option<&Notification> {
        self.shown.last()
    }

    /// All of them, the newest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Notification> {
        self.shown.iter().rev()
    }

    /// How many errors were not dismissed.
    pub fn error_count(&self) -> usize {
        self.shown.iter().filter(|message| message.severity == Severity::Error).count()
    }

    /// Dismisses the one that is shown. False when there was none.
    pub fn dismiss_newest(&mut self) -> bool {
        self.shown.pop().is_some()
    }

    /// Takes away errors about reading the list: it works now.
    pub fn clear_load_errors(&mut self) {
        self.shown.retain(|message| !message.is_load_error);
    }

    /// Lets go what has stayed long enough.
    pub fn remove_expired(&mut self, now: Now) {
        self.shown.retain(|message| {
            message.severity == Severity::Error || now.mono < message.at.mono + SUCCESS_DURATION
        });
    }

    /// When the next one goes by itself.
    pub fn next_expiry(&self) -> Option<Duration> {
        self.shown
            .iter()
            .filter(|message| message.severity != Severity::Error)
            .map(|message| message.at.mono + SUCCESS_DURATION)
            .min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ErrorKind;

    fn at(seconds: u64) -> Now {
        Now { wall: jiff::Timestamp::UNIX_EPOCH, mono: Duration::from_secs(seconds) }
    }

    fn failure(what: &str) -> Error {
        Error::new(ErrorKind::TimedOut, what, "no answer", "Try again.")
    }

    #[test]
    fn errors_stay_and_successes_expire() {
        let mut messages = Notifications::default();
        messages.error(failure("A"), at(0));
        messages.success("sent", at(1));
        assert_eq!(messages.newest().map(|message| message.text.as_str()), Some("sent"));
        assert_eq!(messages.next_expiry(), Some(Duration::from_secs(6)));
        messages.remove_expired(at(6));
        assert_eq!(messages.newest().map(|message| message.severity), Some(Severity::Error));
        messages.remove_expired(at(99_999));
        assert_eq!(messages.error_count(), 1);
    }

    #[test]
    fn expired_notifications_are_in_the_history() {
        let mut messages = Notifications::default();
        messages.success("sent", at(1));
        messages.info("read", at(2));
        messages.remove_expired(at(60));
        let earlier: Vec<&str> = messages.earlier().map(|message| message.text.as_str()).collect();
        assert_eq!(earlier, ["read", "sent"]);
        messages.error(failure("A"), at(61));
        assert_eq!(messages.earlier().count(), 2, "what is shown is not repeated");
        messages.dismiss_newest();
        assert_eq!(messages.earlier().count(), 3);
    }

    #[test]
    fn repeated_error_is_counted_not_added() {
        let mut messages = Notifications::default();
        for second in 0..3 {
            messages.load_error(failure("A"), at(second));
        }
        assert_eq!(messages.newest().map(|message| message.count), Some(3));
        assert_eq!(messages.error_count(), 1);
        messages.clear_load_errors();
        assert_eq!(messages.error_count(), 0);
    }
}
