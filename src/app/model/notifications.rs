//! Notifications to the user.
//!
//! Errors stay until they are dismissed; other notifications disappear automatically.

use std::collections::VecDeque;
use std::time::Duration;

use crate::domain::{Error, Now, PlanId};

/// Time until a success or note disappears.
pub const SUCCESS_DURATION: Duration = Duration::from_secs(5);
/// Maximum number of notifications; the oldest are removed first.
const MAX_NOTIFICATIONS: usize = 100;

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
    /// True for an error about loading the list; removed when loading works again.
    pub is_load_error: bool,
    /// Plan that the notification is about; removed when the plan is resumed or discarded.
    pub plan: Option<PlanId>,
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
        self.push(Severity::Success, text.into(), None, now);
    }

    /// Adds an informational notification.
    pub fn info(&mut self, text: impl Into<String>, now: Now) {
        self.push(Severity::Info, text.into(), None, now);
    }

    /// Adds an error.
    pub fn error(&mut self, failure: Error, now: Now) {
        self.push(Severity::Error, failure.to_string(), Some(failure), now);
    }

    /// Adds an error about loading the list; removed by [`Notifications::clear_load_errors`].
    pub fn load_error(&mut self, failure: Error, now: Now) {
        self.error(failure, now);
        if let Some(notification) = self.shown.last_mut() {
            notification.is_load_error = true;
        }
    }

    /// Adds an error about a plan; removed by [`Notifications::clear_plan_errors`].
    pub fn plan_error(&mut self, failure: Error, plan: PlanId, now: Now) {
        self.error(failure, now);
        self.set_plan_of_newest(plan);
    }

    /// Adds an informational notification about a plan.
    ///
    /// It disappears automatically, or is removed by [`Notifications::clear_plan_errors`].
    pub fn plan_info(&mut self, text: impl Into<String>, plan: PlanId, now: Now) {
        self.info(text, now);
        self.set_plan_of_newest(plan);
    }

    fn set_plan_of_newest(&mut self, plan: PlanId) {
        if let Some(notification) = self.shown.last_mut() {
            notification.plan = Some(plan);
        }
    }

    /// Removes the notifications about a plan that was resumed, discarded or replaced.
    pub fn clear_plan_errors(&mut self, plan: PlanId) {
        self.shown.retain(|notification| notification.plan != Some(plan));
    }

    fn push(&mut self, severity: Severity, text: String, failure: Option<Error>, now: Now) {
        if severity != Severity::Error {
            self.shown.retain(|notification| notification.severity == Severity::Error);
        }
        if let Some(index) = self.shown.iter().position(|notification| notification.text == text) {
            let earlier = self.shown.remove(index);
            self.shown.push(Notification { at: now, failure, count: earlier.count + 1, ..earlier });
        } else {
            self.shown.push(Notification {
                severity,
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
        if let Some(notification) = self.shown.last() {
            self.history.retain(|other| other.text != notification.text);
            self.history.push_front(notification.clone());
            self.history.truncate(MAX_NOTIFICATIONS);
        }
    }

    /// Returns the recent notifications that are no longer visible, the newest first.
    pub fn earlier_notifications(&self) -> impl Iterator<Item = &Notification> {
        let is_shown =
            |notification: &Notification| self.shown.iter().any(|other| other.text == notification.text);
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

    /// Removes errors about loading the list.
    pub fn clear_load_errors(&mut self) {
        self.shown.retain(|notification| !notification.is_load_error);
    }

    /// Removes expired notifications.
    pub fn remove_expired(&mut self, now: Now) {
        self.shown.retain(|notification| {
            notification.severity == Severity::Error || now.mono < notification.at.mono + SUCCESS_DURATION
        });
    }

    /// Returns when the next notification disappears.
    pub fn next_expiry(&self) -> Option<Duration> {
        self.shown
            .iter()
            .filter(|notification| notification.severity != Severity::Error)
            .map(|notification| notification.at.mono + SUCCESS_DURATION)
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

    fn failure(summary: &str) -> Error {
        Error::new(ErrorKind::TimedOut, summary, "no answer", "Try again.")
    }

    #[test]
    fn errors_stay_and_successes_expire() {
        let mut notifications = Notifications::default();
        notifications.error(failure("A"), at(0));
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
        notifications.info("read", at(2));
        notifications.remove_expired(at(60));
        let earlier: Vec<&str> =
            notifications.earlier_notifications().map(|notification| notification.text.as_str()).collect();
        assert_eq!(earlier, ["read", "sent"]);
        notifications.error(failure("A"), at(61));
        assert_eq!(notifications.earlier_notifications().count(), 2, "what is shown is not repeated");
        notifications.dismiss_newest();
        assert_eq!(notifications.earlier_notifications().count(), 3);
    }

    #[test]
    fn repeated_error_is_counted_not_added() {
        let mut notifications = Notifications::default();
        for second in 0..3 {
            notifications.load_error(failure("A"), at(second));
        }
        assert_eq!(notifications.newest_notification().map(|notification| notification.count), Some(3));
        assert_eq!(notifications.error_count(), 1);
        notifications.clear_load_errors();
        assert_eq!(notifications.error_count(), 0);
    }
}
