//! Journal data: plans, the progress of their steps, and each changing request.
//! The intent is written before the request, and the result after it.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::limits::MAX_EFFECT_DELAY;
use super::plan::{PlanState, Progress, ResumeScope};
use super::{Identity, Method, Outcome, Plan, PlanId, Step};

/// A changing request that is about to be made.
/// The journal stores the intent before the first byte is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// The plan of the request.
    pub plan: PlanId,
    /// Position of the step in the plan, from 0.
    pub step: usize,
    /// `POST` or `DELETE`.
    pub method: Method,
    /// The deleted invite; `None` for a create.
    pub identity: Option<Identity>,
    /// When the request starts, by this machine's clock.
    pub requested_at: Timestamp,
}

/// Id of a request in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CallId(pub i64);

/// Result of a changing request, from the HTTP response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallResult {
    /// The server reported success.
    Succeeded,
    /// The server reported that there is no such invite.
    NotFound,
    /// The request certainly had no effect and may be repeated.
    #[serde(rename = "did_nothing")]
    NoEffect,
    /// The server rejected the request.
    Refused,
    /// There was no conclusive response.
    #[serde(rename = "unanswered")]
    NoResponse,
}

/// How a request ended, with its status and time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallOutcome {
    /// The result.
    pub result: CallResult,
    /// The HTTP status, if any.
    pub status: Option<u16>,
    /// The server's id of the request, if it reported one.
    pub request_id: Option<String>,
    /// When the response arrived.
    pub responded_at: Timestamp,
}

/// A request in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalCall {
    /// Id of the request.
    pub id: CallId,
    /// The intent, as written before the request.
    pub intent: Intent,
    /// The result; `None` if the program ended while the request was in flight.
    pub response: Option<CallOutcome>,
}

impl JournalCall {
    /// True if two complete lists without a new invite prove that this create had no effect. `loaded_at` is
    /// the time of the first list. Always false after a success.
    pub fn is_disproved_by_absence(&self, loaded_at: Timestamp) -> bool {
        !self.has_succeeded() && is_effect_visible(self.intent.requested_at, loaded_at)
    }

    /// True if the request has no conclusive response, so it may have worked.
    fn is_open(&self) -> bool {
        self.response.as_ref().is_none_or(|outcome| outcome.result == CallResult::NoResponse)
    }

    /// True if the server responded with a success, readable or not.
    pub fn has_succeeded(&self) -> bool {
        let status = self.response.as_ref().and_then(|outcome| outcome.status);
        status.is_some_and(|status| (200..300).contains(&status))
    }
}

/// True if the list at `now` certainly shows the effect of a request made at `requested_at`.
pub fn is_effect_visible(requested_at: Timestamp, now: Timestamp) -> bool {
    let delay = SignedDuration::try_from(MAX_EFFECT_DELAY).unwrap_or(SignedDuration::MAX);
    now.duration_since(requested_at) >= delay
}

/// A plan in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// The plan as it was confirmed.
    pub plan: Plan,
    /// State of the plan.
    pub state: PlanState,
    /// Progress of each step; as long as `plan.steps`.
    pub progress: Vec<Progress>,
    /// Changing requests of the plan, oldest first.
    pub calls: Vec<JournalCall>,
}

impl JournalEntry {
    /// Returns the steps, each with its progress.
    pub fn steps_with_progress(&self) -> impl Iterator<Item = (&Step, &Progress)> {
        self.plan.steps.iter().zip(&self.progress)
    }

    /// Returns the creates of a step, oldest first.
    fn creates(&self, step: usize) -> impl DoubleEndedIterator<Item = &JournalCall> {
        let is_create = move |intent: &Intent| intent.step == step && intent.method == Method::Post;
        self.calls.iter().filter(move |call| is_create(&call.intent))
    }

    /// Returns intent and response of the step's last create that the server confirmed.
    pub fn last_create(&self, step: usize) -> Option<(&Intent, &CallOutcome)> {
        let mut answered =
            self.creates(step).filter_map(|call| Some((&call.intent, call.response.as_ref()?)));
        answered.rfind(|(_, outcome)| outcome.result == CallResult::Succeeded)
    }

    /// Returns the step's request without a conclusive response, which may have worked. This is the last
    /// request or an earlier create. A repeated create stays open until the step's invite is known.
    pub fn open_call(&self, step: usize) -> Option<&JournalCall> {
        let mut calls = self.calls.iter().rev().filter(|call| call.intent.step == step);
        let last = calls.next()?;
        if last.is_open() {
            return Some(last);
        }
        let has_created = self.progress.get(step).is_some_and(|progress| progress.created.is_some());
        calls.find(|call| call.intent.method == Method::Post && call.is_open()).filter(|_| !has_created)
    }

    /// Returns the progress of each step. Steps whose end was not journaled get an outcome too.
    pub fn known_progress(&self) -> Vec<Progress> {
        let steps = self.steps_with_progress().enumerate();
        steps
            .map(|(index, (step, progress))| Progress {
                outcome: step.outcome_so_far(progress, self.may_take_effect(index)),
                ..progress.clone()
            })
            .collect()
    }

    /// True if the plan can be resumed.
    pub fn is_resumable(&self) -> bool {
        !matches!(self.state, PlanState::Finished | PlanState::Discarded)
    }

    /// True if the last request of a step may still take effect. It is a create or delete without a
    /// conclusive response.
    pub fn may_take_effect(&self, step: usize) -> bool {
        self.open_call(step).is_some() || self.has_unknown_delete(step)
    }

    /// True if a DELETE of this step may have worked.
    pub fn has_unknown_delete(&self, step: usize) -> bool {
        let mut calls = self.calls.iter().filter(|call| call.intent.step == step);
        calls.any(|call| call.intent.method == Method::Delete && call.is_open())
    }

    /// Returns the step's newest create with an unknown outcome. Includes a create that was declared
    /// ineffective before the list could prove that.
    pub fn unknown_create(&self, step: usize) -> Option<&JournalCall> {
        let progress = self.progress.get(step)?;
        if progress.created.is_some() {
            return None;
        }
        let not_sent = progress.outcome == Some(Outcome::Skipped);
        let is_unproven = |call: &JournalCall, outcome: &CallOutcome| {
            not_sent
                && outcome.result == CallResult::NoEffect
                && !matches!(outcome.status, Some(401 | 429))
                && !is_effect_visible(call.intent.requested_at, outcome.responded_at)
        };
        self.creates(step).rfind(|call| {
            call.is_open() || call.response.as_ref().is_some_and(|outcome| is_unproven(call, outcome))
        })
    }

    /// Returns the steps whose create has an unknown outcome. The user may repeat them.
    pub fn unknown_creates(&self) -> Vec<Step> {
        let is_open = |index: &usize| self.unknown_create(*index).is_some_and(|call| !call.has_succeeded());
        (0..self.plan.steps.len()).filter(is_open).map(|index| self.plan.steps[index].clone()).collect()
    }

    /// Returns the remaining steps of a plan that is resumed with this scope.
    pub fn remaining_steps(&self, scope: ResumeScope) -> Vec<Step> {
        let steps = self.steps_with_progress().enumerate();
        steps
            .filter(|(index, (step, progress))| step.has_work(progress, self.may_take_effect(*index)))
            .filter(|(_, (step, progress))| {
                scope != ResumeScope::WithoutEmail || !step.sends_email() || progress.created.is_some()
            })
            .map(|(_, (step, _))| step.clone())
            .collect()
    }
}
