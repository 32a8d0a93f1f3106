//! Notifications to the user.
//!
//! Errors stay until they are dismissed; other notifications disappear automatically.

use std::collections::VecDeque;
use std::time::Duration;

use crate::domain::{Error, Now, PlanId};

/// Time until a success or note disappears.
pub const SUCCESS_DURATION: Duration = Duration::from_secs(5);
/// Maximum number of visible notifications; the oldest are removed first.
const MAX_NOTIFICATIONS: usize = 100;
/// Maximum number of notifications in the history; the oldest are removed first.
const MAX_HISTORY: usize = 500;

/// Kind of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Success; disappears automatically.
    Success,
    /// Information; disappears automatically.
    Info,
    /// Error; stays until dismissed.
    Error,
}

/// A message to the user.
#[derive(Debug, Clone, PartialEq)]
pub struct Notification {
    /// Kind of the notification.
    pub severity: Severity,
    /// The text; may contain raw text from the server or user.
    pub text: String,
    /// The error, which the notifications dialog shows in full.
    pub failure: Option<Error>,
    /// Time of the latest occurrence.
    pub at: Now,
    /// Number of occurrences.
    pub count: usize,
    /// What makes the notification obsolete before it expires or is dismissed.
    pub topic: Option<Topic>,
}

/// Subject of a notification; a change of the subject makes the notification obsolete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// Loading the list: obsolete when loading works again.
    Loading,
    /// A plan: obsolete when the plan is resumed, discarded or replaced.
    Plan(PlanId),
    /// A key without an action: obsolete after the next key. Not kept in the history.
    UnknownKey,
}

impl Notification {
    /// Returns when the notification disappears; `None` for an error.
    fn expires_at(&self) -> Option<Duration> {
        (self.severity != Severity::Error).then(|| self.at.mono + SUCCESS_DURATION)
    }
}

/// Visible notifications, the oldest first, and the recent history.
#[derive(Debug, Clone, Default)]
pub struct Notifications {
    shown: Vec<Notification>,
    history: VecDeque<Notification>,
}

impl Notifications {
    /// Adds a success notification.
    pub fn success(&mut self, text: impl Into<String>, now: Now) {
        self.push(Severity::Success, text.into(), None, None, now);
    }

    /// Adds an informational notification.
    pub fn info(&mut self, text: impl Into<String>, topic: Option<Topic>, now: Now) {
        self.push(Severity::Info, text.into(), None, topic, now);
    }

    /// Adds an error.
    pub fn error(&mut self, failure: Error, topic: Option<Topic>, now: Now) {
        self.push(Severity::Error, failure.to_string(), Some(failure), topic, now);
    }

    /// Removes the obsolete notifications about a topic.
    pub fn clear(&mut self, topic: Topic) {
        self.shown.retain(|notification| notification.topic != Some(topic));
    }

    fn push(
        &mut self,
        severity: Severity,
        text: String,
        failure: Option<Error>,
        topic: Option<Topic>,
        now: Now,
    ) {
        if severity != Severity::Error {
            self.shown.retain(|notification| notification.severity == Severity::Error);
        }
        if let Some(index) = self.shown.iter().position(|notification| notification.text == text) {
            let earlier = self.shown.remove(index);
            let (count, topic) = (earlier.count + 1, topic.or(earlier.topic));
            self.shown.push(Notification { at: now, failure, count, topic, ..earlier });
        } else {
            self.shown.push(Notification { severity, text, failure, at: now, count: 1, topic });
        }
        if self.shown.len() > MAX_NOTIFICATIONS {
            self.shown.remove(0);
        }
        if self.shown.last().is_some_and(|newest| newest.topic != Some(Topic::UnknownKey)) {
            self.add_to_history();
        }
    }

    /// Adds the newest notification to the history. Only a repetition of the latest entry is counted in it.
    fn add_to_history(&mut self) {
        let Some(notification) = self.shown.last() else { return };
        let latest = self.history.front().filter(|latest| latest.text == notification.text);
        let count = latest.map_or(1, |latest| latest.count + 1);
        if count > 1 {
            self.history.pop_front();
        }
        self.history.push_front(Notification { count, ..notification.clone() });
        self.history.truncate(MAX_HISTORY);
    }

    /// Returns the recent notifications that are no longer visible, the newest first.
    pub fn earlier_notifications(&self) -> impl Iterator<Item = &Notification> {
        let is_shown = |notification: &Notification| {
            self.shown.iter().any(|other| other.text == notification.text && other.at == notification.at)
        };
        self.history.iter().filter(move |notification| !is_shown(notification))
    }

    /// Returns the newest notification.
    pub fn newest_notification(&self) -> Option<&Notification> {
        self.shown.last()
    }

    /// Returns the visible notifications, the newest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Notification> {
        self.shown.iter().rev()
    }

    /// Returns the number of errors that were not dismissed.
    pub fn error_count(&self) -> usize {
        self.shown.iter().filter(|notification| notification.severity == Severity::Error).count()
    }

    /// Dismisses the newest notification. Returns false if there was none.
    pub fn dismiss_newest(&mut self) -> bool {
        self.shown.pop().is_some()
    }

    /// Removes expired notifications.
    pub fn remove_expired(&mut self, now: Now) {
        self.shown.retain(|notification| notification.expires_at().is_none_or(|at| now.mono < at));
    }

    /// Returns when the next notification disappears.
    pub fn next_expiry(&self) -> Option<Duration> {
        self.shown.iter().filter_map(Notification::expires_at).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ErrorKind;

    fn at(seconds: u64) -> Now {
        Now { wall: jiff::Timestamp::UNIX_EPOCH, mono: Duration::from_secs(seconds) }
    }

    fn failure(summary: &str) -> Error {
        Error::new(ErrorKind::TimedOut, summary, "no answer", "Try again.")
    }

    #[test]
    fn errors_stay_and_successes_expire() {
        let mut notifications = Notifications::default();
        notifications.error(failure("A"), None, at(0));
        notifications.success("sent", at(1));
        assert_eq!(
            notifications.newest_notification().map(|notification| notification.text.as_str()),
            Some("sent")
        );
        assert_eq!(notifications.next_expiry(), Some(Duration::from_secs(6)));
        notifications.remove_expired(at(6));
        assert_eq!(
            notifications.newest_notification().map(|notification| notification.severity),
            Some(Severity::Error)
        );
        notifications.remove_expired(at(99_999));
        assert_eq!(notifications.error_count(), 1);
    }

    #[test]
    fn expired_notifications_are_in_the_history() {
        let mut notifications = Notifications::default();
        notifications.success("sent", at(1));
        notifications.info("read", None, at(2));
        notifications.remove_expired(at(60));
        let earlier: Vec<&str> =
            notifications.earlier_notifications().map(|notification| notification.text.as_str()).collect();
        assert_eq!(earlier, ["read", "sent"]);
        notifications.error(failure("A"), None, at(61));
        assert_eq!(notifications.earlier_notifications().count(), 2, "what is shown is not repeated");
        notifications.dismiss_newest();
        assert_eq!(notifications.earlier_notifications().count(), 3);
    }

    #[test]
    fn history_keeps_each_time_of_a_message() {
        let mut notifications = Notifications::default();
        for (second, text) in [(1, "sent"), (20, "deleted"), (40, "sent"), (60, "sent")] {
            notifications.remove_expired(at(second));
            notifications.success(text, at(second));
        }
        notifications.remove_expired(at(99));
        let earlier: Vec<(&str, u64, usize)> = notifications
            .earlier_notifications()
            .map(|notification| {
                (notification.text.as_str(), notification.at.mono.as_secs(), notification.count)
            })
            .collect();
        assert_eq!(earlier, [("sent", 60, 2), ("deleted", 20, 1), ("sent", 1, 1)]);
    }

    #[test]
    fn repeated_error_is_counted_not_added() {
        let mut notifications = Notifications::default();
        for second in 0..3 {
            notifications.error(failure("A"), Some(Topic::Loading), at(second));
        }
        assert_eq!(notifications.newest_notification().map(|notification| notification.count), Some(3));
        assert_eq!(notifications.error_count(), 1);
        notifications.clear(Topic::Loading);
        assert_eq!(notifications.error_count(), 0);
    }
}
