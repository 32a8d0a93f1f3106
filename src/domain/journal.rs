//! What the journal keeps, as data: plans, how far their steps are, and each changing call with the
//! intent that was written before it and the result written after it. How it is kept is the store's affair.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::plan::{PlanState, Progress};
use super::request::GoOn;
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
    /// The last call of a step that has no answer that tells: it may have happened.
    pub fn open_call(&self, step: usize) -> Option<&JournalCall> {
        let last = self.calls.iter().rfind(|call| call.intent.step == step)?;
        let open = match &last.answer {
            None => true,
            Some(answer) => answer.result == CallResult::Unanswered,
        };
        open.then_some(last)
    }

    /// What is known of each step, with an outcome also for those whose end was not written any more.
    pub fn known(&self) -> Vec<Progress> {
        let steps = self.plan.steps.iter().zip(&self.progress).enumerate();
        steps
            .map(|(place, (step, progress))| Progress {
                outcome: step.outcome_so_far(progress, self.open_call(place).is_some()),
                ..progress.clone()
            })
            .collect()
    }

    /// The steps of which something is left to do, where it goes on with these.
    pub fn left(&self, what: GoOn) -> Vec<Step> {
        let steps = self.plan.steps.iter().zip(&self.progress).enumerate();
        steps
            .filter(|(place, (step, progress))| match progress.outcome {
                None | Some(Outcome::NotSent) => true,
                Some(Outcome::Unknown) => self.open_call(*place).is_some(),
                Some(_) => step.owes(progress),
            })
            .filter(|(_, (step, progress))| {
                what == GoOn::Everything || !step.mails() || progress.created.is_some()
            })
            .map(|(_, (step, _))| step.clone())
            .collect()
    }
}
