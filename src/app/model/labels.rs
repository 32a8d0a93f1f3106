//! Text fragments: keys, views, times, labels of steps, and why changes are not allowed.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Model;
use crate::app::View;
use crate::domain::connection::OTHER_TENANCY_HINT;
use crate::domain::error::REFRESH_KEY;
use crate::domain::plan::Progress;
use crate::domain::service_msg::{FetchEnd, PlanEvent};
use crate::domain::text::{format_count, format_plural};
use crate::domain::{Error, Outcome, Plan, ServiceReply, Step};
use crate::keys::{Action, KeyContext};

/// How much attention a step or a plan needs, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OutcomeSeverity {
    /// Succeeded.
    Ok,
    /// Not sent, or not finished.
    Open,
    /// Refused, failed, or the old invite still works.
    Failed,
    /// Outcome unknown.
    Unknown,
    /// The old invite was deleted, and the new one was not created.
    NotReinvited,
}

impl OutcomeSeverity {
    /// Returns the severity of a step.
    pub fn for_step(step: &Step, progress: &Progress) -> OutcomeSeverity {
        match progress.outcome {
            _ if step.is_half_done(progress) => OutcomeSeverity::NotReinvited,
            Some(Outcome::Done | Outcome::AlreadyGone) => OutcomeSeverity::Ok,
            Some(Outcome::Refused | Outcome::Failed | Outcome::OldStillActive) => OutcomeSeverity::Failed,
            Some(Outcome::Unknown) => OutcomeSeverity::Unknown,
            Some(Outcome::AlreadyInvited | Outcome::Skipped) | None => OutcomeSeverity::Open,
        }
    }

    /// Returns the sign drawn for a severity.
    pub fn sign(self) -> &'static str {
        match self {
            OutcomeSeverity::Ok => " ",
            OutcomeSeverity::Open => "·",
            OutcomeSeverity::Failed => "✗",
            OutcomeSeverity::Unknown => "?",
            OutcomeSeverity::NotReinvited => "!",
        }
    }
}

/// Returns the outcome of a step; `None` before it ended.
pub fn outcome_label(step: &Step, progress: &Progress) -> Option<&'static str> {
    if step.is_half_done(progress) { Some("not re-invited") } else { progress.outcome.map(Outcome::label) }
}

/// Returns the participle of a step, such as "deleted" in "is being deleted".
pub fn past_participle(step: &Step) -> &'static str {
    match step {
        Step::Create { .. } => "created",
        Step::Delete { .. } => "deleted",
        Step::Resend { .. } => "resent",
        Step::Replace { .. } | Step::DeleteFirst { .. } => "replaced",
    }
}

/// Returns what a finished plan did: "22 invites deleted", "3 resent", "1 failed".
pub fn result_parts(plan: &Plan, progress: &[Progress]) -> Vec<String> {
    let mut parts = Vec::new();
    for participle in ["created", "deleted", "resent", "replaced"] {
        let steps = plan.steps.iter().zip(progress);
        let done = steps.filter(|(step, progress)| {
            past_participle(step) == participle && progress.outcome == Some(Outcome::Done)
        });
        match done.count() {
            0 => {}
            n if parts.is_empty() => parts.push(format!("{} {participle}", format_plural(n, "invite"))),
            n => parts.push(format!("{} {participle}", format_count(n))),
        }
    }
    for label in ["already gone", "already invited", "failed", "unknown", "not sent"] {
        let n = progress.iter().filter(|progress| other_label(progress.outcome) == Some(label)).count();
        parts.extend((n > 0).then(|| format!("{} {label}", format_count(n))));
    }
    parts
}

/// Returns the label of an outcome that is not simply done.
fn other_label(outcome: Option<Outcome>) -> Option<&'static str> {
    Some(match outcome {
        Some(Outcome::Done) => return None,
        Some(Outcome::AlreadyGone) => "already gone",
        Some(Outcome::AlreadyInvited) => "already invited",
        Some(Outcome::Refused | Outcome::Failed | Outcome::OldStillActive) => "failed",
        Some(Outcome::Unknown) => "unknown",
        Some(Outcome::Skipped) | None => "not sent",
    })
}

/// Formats a duration approximately: "about 15 s".
pub fn approx_duration(time: Duration) -> String {
    match time.as_secs() {
        0..10 => "a few seconds".to_owned(),
        seconds @ 10..120 => format!("about {} s", seconds.div_ceil(5) * 5),
        seconds @ 120..7_200 => format!("about {} min", seconds.div_ceil(60)),
        seconds => format!("about {} h", seconds.div_ceil(3_600)),
    }
}

impl Model {
    /// Returns the key of an action in a context; without a key, its palette command or name.
    pub fn key(&self, context: KeyContext, action: Action) -> String {
        self.options.keys.key_label(context, action)
    }

    /// Returns the key that turns read-only mode on or off.
    pub fn read_only_key(&self) -> String {
        self.key(KeyContext::Views, Action::ToggleReadOnly)
    }

    /// Returns the first key that goes to a view.
    pub fn view_key(&self, view: View) -> Option<String> {
        self.options.keys.keys_in(KeyContext::Views, view.action()).into_iter().next()
    }

    /// Returns the name of a view as in the header, with its key: "2 Plans".
    pub fn view_name(&self, view: View) -> String {
        match self.view_key(view) {
            Some(key) => format!("{key} {}", view.name()),
            None => view.name().to_owned(),
        }
    }
}

/// Replaces the default refresh key in an error's hint with the configured key.
pub(crate) fn localize_keys(model: &Model, reply: &mut ServiceReply) {
    if let Some(failure) = find_error(reply)
        && failure.hint.contains(REFRESH_KEY)
    {
        failure.hint = failure.hint.replace(REFRESH_KEY, &model.key(KeyContext::List, Action::Refresh));
    }
}

fn find_error(reply: &mut ServiceReply) -> Option<&mut Error> {
    match reply {
        ServiceReply::Failed(failure)
        | ServiceReply::JournalUnusable(failure)
        | ServiceReply::ListFinished(FetchEnd::Partial(failure))
        | ServiceReply::Plan(_, PlanEvent::Paused(failure)) => Some(failure),
        ServiceReply::Plan(_, PlanEvent::StepEnded { failure, .. }) => failure.as_mut(),
        _ => None,
    }
}

impl Model {
    /// Returns the time zone of displayed times; UTC if it is unknown.
    pub fn zone(&self) -> TimeZone {
        self.options.zone.clone().filter(|zone| !zone.is_unknown()).unwrap_or(TimeZone::UTC)
    }

    /// Formats a time in the configured time zone, with a strftime format.
    pub fn time(&self, at: Timestamp, format: &str) -> String {
        at.to_zoned(self.zone()).strftime(format).to_string()
    }

    /// Formats a time in full: "Fri 17 Jun 2022 11:30 UTC".
    pub fn full_time(&self, at: Timestamp) -> String {
        self.time(at, "%a %-d %b %Y %H:%M %Z")
    }

    /// Formats a time briefly: "Fri 17:00" within six days, "17 Jun 17:00" within the year.
    ///
    /// A time in another year is "17 Jun 2022".
    pub fn short_time(&self, at: Timestamp) -> String {
        let now = self.server_now(self.now);
        let format = match now.duration_since(at).abs().as_hours() / 24 {
            ..6 => "%a %H:%M",
            _ if self.time(at, "%Y") == self.time(now, "%Y") => "%-d %b %H:%M",
            _ => "%-d %b %Y",
        };
        self.time(at, format)
    }
}

impl Model {
    /// Returns why the token's tenancy is wrong, which prevents all changes.
    ///
    /// The reason is a fragment without trailing period.
    pub fn wrong_tenancy_reason(&self) -> Option<&str> {
        self.connection.as_ref()?.wrong_tenancy_reason.as_deref()
    }

    /// Returns sentences about a wrong tenancy: the reason and what to do.
    pub fn wrong_tenancy_text(&self) -> Option<String> {
        self.wrong_tenancy_reason()
            .map(|reason| format!("Changes are not allowed: {reason}. {OTHER_TENANCY_HINT}"))
    }

    /// Returns sentences about why changes are not allowed and what to do; `None` if they are allowed.
    pub fn read_only_text(&self) -> Option<String> {
        self.wrong_tenancy_text().or_else(|| {
            let (reason, key) = (self.read_only_reason.as_ref()?, self.read_only_key());
            Some(format!("Read-only: {reason}. Press {key} to allow changes."))
        })
    }

    /// Returns why changes are not allowed, a fragment without trailing period.
    pub fn change_disabled_reason(&self) -> Option<String> {
        let wrong_tenancy = self.wrong_tenancy_reason().map(str::to_owned);
        let read_only = || Some(format!("read-only: {}", self.read_only_reason.as_ref()?));
        wrong_tenancy.or_else(read_only).or_else(|| self.journal_disabled_reason())
    }

    /// Returns why the journal cannot be written, a fragment without trailing period.
    pub fn journal_disabled_reason(&self) -> Option<String> {
        self.journal_error.is_some().then(|| "the journal is unusable".to_owned())
    }
}
