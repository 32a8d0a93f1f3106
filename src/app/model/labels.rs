//! Texts that sentences are made of: keys and views as the key map in force names them, times, what steps do, and why
//! nothing may be changed.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Model;
use crate::app::View;
use crate::domain::connection::OTHER_TENANCY_HINT;
use crate::domain::error::REFRESH_KEY;
use crate::domain::service_msg::{FetchEnd, PlanEvent};
use crate::domain::{Error, ServiceReply, Step};
use crate::keys::{Action, KeyContext};

const JOURNAL_UNUSABLE: &str = "the journal cannot be used";

/// What a step does, in a word or two.
pub fn step_label(step: &Step) -> &'static str {
    match step {
        Step::Create { .. } => "send",
        Step::Delete { .. } => "revoke",
        Step::Resend { .. } => "resend",
        Step::Replace { .. } => "correct",
        Step::DeleteFirst { .. } => "revoke first",
    }
}

/// What is done to the invite of a step: "this invite is being …".
pub fn past_participle(step: &Step) -> &'static str {
    match step {
        Step::Create { .. } => "sent",
        Step::Delete { .. } => "revoked",
        Step::Resend { .. } => "sent again",
        Step::Replace { .. } | Step::DeleteFirst { .. } => "corrected",
    }
}

/// A length of time about which nobody should be too exact.
pub fn approx_duration(time: Duration) -> String {
    match time.as_secs() {
        0..10 => "a few seconds".to_owned(),
        seconds @ 10..120 => format!("about {} s", seconds.div_ceil(5) * 5),
        seconds @ 120..7_200 => format!("about {} min", seconds.div_ceil(60)),
        seconds => format!("about {} h", seconds.div_ceil(3_600)),
    }
}

impl Model {
    /// The key of an action in a place, or what else leads to it.
    pub fn key(&self, place: KeyContext, action: Action) -> String {
        self.options.keys.key_label(place, action)
    }

    /// What leads to the refusal of all changes, and back from it.
    pub fn read_only_key(&self) -> String {
        self.key(KeyContext::Views, Action::ToggleReadOnly)
    }

    /// The first key that goes to a view.
    pub fn view_key(&self, view: View) -> Option<String> {
        self.options.keys.keys_in(KeyContext::Views, view.action()).into_iter().next()
    }

    /// A view as the header names it: with its key, where it has one.
    pub fn view_name(&self, view: View) -> String {
        match self.view_key(view) {
            Some(key) => format!("{key} {}", view.name()),
            None => view.name().to_owned(),
        }
    }
}

/// Puts the key that reads again, as it is here, into what is to be done about a failure.
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
    /// A time as `format` says, in the language of strftime.
    pub fn time(&self, at: Timestamp, format: &str) -> String {
        let zone = &self.options.zone;
        let zone = if zone.is_unknown() { TimeZone::UTC } else { zone.clone() };
        at.to_zoned(zone).strftime(format).to_string()
    }

    /// "Fri 17 Jun 2022 11:30 UTC".
    pub fn full_time(&self, at: Timestamp) -> String {
        self.time(at, "%a %-d %b %Y %H:%M %Z")
    }

    /// "Fri 17:00" within six days, then with the day of the month, in another year with the year.
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
    /// Why nothing may be changed whatever a person says, as half a sentence: the token is of another tenancy.
    pub fn wrong_tenancy_reason(&self) -> Option<&str> {
        self.connection.as_ref()?.wrong_tenancy_reason.as_deref()
    }

    /// The same as a sentence.
    pub fn wrong_tenancy_text(&self) -> Option<String> {
        self.wrong_tenancy_reason().map(|why| format!("Nothing is changed: {why}. {OTHER_TENANCY_HINT}"))
    }

    /// Why nothing may be changed, as a sentence, and how that ends; `None` where it may.
    pub fn read_only_text(&self) -> Option<String> {
        if let Some(text) = self.wrong_tenancy_text() {
            return Some(text);
        }
        let why = self.read_only_reason.as_ref()?;
        let key = self.read_only_key();
        Some(format!("Read-only, because {why}: nothing is changed. {key} allows changes again."))
    }

    /// Why nothing can be changed, as half a sentence.
    pub fn change_disabled_reason(&self) -> Option<String> {
        if let Some(why) = self.wrong_tenancy_reason() {
            return Some(why.to_owned());
        }
        if let Some(why) = &self.read_only_reason {
            return Some(format!("read-only, because {why}"));
        }
        self.journal_disabled_reason()
    }

    /// Why nothing can be written to the journal, as half a sentence.
    pub fn journal_disabled_reason(&self) -> Option<String> {
        self.journal_error.is_some().then(|| JOURNAL_UNUSABLE.to_owned())
    }
}
