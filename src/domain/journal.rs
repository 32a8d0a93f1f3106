//! What the journal keeps, as data: plans, how far their steps are, and each changing call with the
//! intent that was written before it and the result written after it. How it is kept is the store's affair.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::limits::LATE_EFFECT;
use super::plan::{GoOn, PlanState, Progress};
use super::{Identity, Method, Outcome, Plan, PlanId, Step};

/// A changing call that is about to be made. It is durable before the first byte is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// The plan it belongs to.
    pub plan: PlanId,
    /// The step's place in the plan, from 0.
    pub step: usize,
    /// `POST` or `DELETE`.
    pub method: Method,
    /// What is deleted; `None` for a create.
    pub identity: Option<Identity>,
    /// When, by this machine's clock.
    pub at: Timestamp,
}

/// Names a call in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CallId(pub i64);

/// How a changing call ended, as far as the wire told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallResult {
    /// The server said it did it.
    Succeeded,
    /// The server said that there is no such invite.
    NotFound,
    /// It did nothing, for certain, and may be sent again.
    DidNothing,
    /// The server said no.
    Refused,
    /// No answer that tells.
    Unanswered,
}

/// What came of a call. A call without one was in flight when the program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// How it ended.
    pub result: CallResult,
    /// The HTTP status, when there was one.
    pub status: Option<u16>,
    /// The server's name for the request, when it told one.
    pub request_id: Option<String>,
    /// When the answer was there.
    pub at: Timestamp,
}

/// A call as it stands in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalCall {
    /// Its name.
    pub id: CallId,
    /// What was about to be done.
    pub intent: Intent,
    /// What came of it; `None` when it was in flight as the program ended.
    pub answer: Option<Answer>,
}

impl JournalCall {
    /// Whether two complete lists without a new invite, the first of them read at `read`, prove that this create did
    /// nothing. After a success they never do.
    pub fn is_disproved_by_absence(&self, read: Timestamp) -> bool {
        !self.has_succeeded() && is_past_late_effect(self.intent.at, read)
    }

    /// Whether it has no response that tells: it may have worked.
    fn is_open(&self) -> bool {
        self.answer.as_ref().is_none_or(|answer| answer.result == CallResult::Unanswered)
    }

    /// Whether the server answered with a success, readable or not.
    pub fn has_succeeded(&self) -> bool {
        let status = self.answer.as_ref().and_then(|answer| answer.status);
        status.is_some_and(|status| (200..300).contains(&status))
    }
}

/// Whether an effect of a request that was made at `at` would be there at `now`.
pub fn is_past_late_effect(at: Timestamp, now: Timestamp) -> bool {
    let late = SignedDuration::try_from(LATE_EFFECT).unwrap_or(SignedDuration::MAX);
    now.duration_since(at) >= late
}

/// A plan as it stands in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// The plan as it was confirmed.
    pub plan: Plan,
    /// Where it is in its life.
    pub state: PlanState,
    /// How far each step is; as long as `plan.steps`.
    pub progress: Vec<Progress>,
    /// Its changing calls, oldest first.
    pub calls: Vec<JournalCall>,
}

impl JournalEntry {
    /// The request of a step that has no response that tells, so that it may have worked: its last one, or a create
    /// before it. A create that was repeated stays open until the invite of the step is known.
    pub fn open_call(&self, step: usize) -> Option<&JournalCall> {
        let mut calls = self.calls.iter().rev().filter(|call| call.intent.step == step);
        let last = calls.next()?;
        if last.is_open() {
            return Some(last);
        }
        let has_created = self.progress.get(step).is_some_and(|progress| progress.created.is_some());
        calls.find(|call| call.intent.method == Method::Post && call.is_open()).filter(|_| !has_created)
    }

    /// What is known of each step, with an outcome also for those whose end was not written any more.
    pub fn known(&self) -> Vec<Progress> {
        let steps = self.plan.steps.iter().zip(&self.progress).enumerate();
        steps
            .map(|(place, (step, progress))| Progress {
                outcome: step.outcome_so_far(progress, self.may_land(place)),
                ..progress.clone()
            })
            .collect()
    }

    /// Whether a request of a step may still have an effect: its last one, a create or a delete has no response that tells.
    pub fn may_land(&self, step: usize) -> bool {
        self.open_call(step).is_some() || self.has_unanswered_delete(step)
    }

    /// Whether a DELETE was sent for this step that may have worked.
    pub fn has_unanswered_delete(&self, step: usize) -> bool {
        let mut calls = self.calls.iter().filter(|call| call.intent.step == step);
        calls.any(|call| call.intent.method == Method::Delete && call.is_open())
    }

    /// The newest create of a step of which it is unknown whether it worked. One that an absence disproved earlier
    /// than an absence proves anything is among them.
    pub fn unknown_create(&self, step: usize) -> Option<&JournalCall> {
        let progress = self.progress.get(step)?;
        if progress.created.is_some() {
            return None;
        }
        let not_sent = progress.outcome == Some(Outcome::NotSent);
        self.calls.iter().rfind(|call| {
            call.intent.step == step
                && call.intent.method == Method::Post
                && match &call.answer {
                    None => true,
                    Some(answer) => match answer.result {
                        CallResult::Unanswered => true,
                        CallResult::DidNothing => {
                            not_sent
                                && !matches!(answer.status, Some(401 | 429))
                                && !is_past_late_effect(call.intent.at, answer.at)
                        }
                        _ => false,
                    },
                }
        })
    }

    /// The steps of which it is unknown whether they created an invite, and that the user may have sent again.
    pub fn unknown_creates(&self) -> Vec<Step> {
        let is_open = |place: &usize| self.unknown_create(*place).is_some_and(|call| !call.has_succeeded());
        (0..self.plan.steps.len()).filter(is_open).map(|place| self.plan.steps[place].clone()).collect()
    }

    /// The steps of which something is left to do, where it goes on with these.
    pub fn left(&self, what: GoOn) -> Vec<Step> {
        let steps = self.plan.steps.iter().zip(&self.progress).enumerate();
        steps
            .filter(|(place, (step, progress))| step.has_work(progress, self.may_land(*place)))
            .filter(|(_, (step, progress))| {
                what != GoOn::WithoutMail || !step.mails() || progress.created.is_some()
            })
            .map(|(_, (step, _))| step.clone())
            .collect()
    }
}
