//! Requests to the service task and its replies. Data only: the task is in `crate::service`. Every reply has the
//! id of its request, so late ones can be detected.

use std::time::Duration;

use super::change::{Compared, Listed, Snapshot};
use super::journal::JournalEntry;
use super::members::Members;
pub use super::plan::GoOn;
use super::plan::{PlanState, Progress};
use super::remark::{Remark, Remarks};
use super::text::plural;
use super::{CallRecord, Caps, Failure, Identity, Invite, Plan, PlanId, Session, TableView, Walk};

/// Id of a request. A reply whose id is no longer current is dropped and counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RequestId(pub u64);

/// Maximum delay with which the end of an undo window is noticed by a program that could show it.
const HOLD_OVER_SEEN: Duration = Duration::from_secs(1);

/// A request to the service task.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// Load the whole list, page by page. A new load ends the previous one.
    Read,
    /// Fetch one invite; the reply is `Reply::Invite` or `Reply::Failed`.
    Get(Identity),
    /// Write a confirmed plan to the journal, wait for its undo window, and execute it.
    Run {
        /// The plan.
        plan: Plan,
        /// The undo window, in which no request is made. Zero: starts at once.
        hold: Duration,
        /// The staged plans that it is made of; they leave the journal in the same transaction.
        replaces: Vec<PlanId>,
    },
    /// Write a plan to the journal and keep it there until the user confirms it; the reply is `PlanEvent::Staged`,
    /// or `Reply::Failed` if nothing was changed.
    Stage {
        /// The plan. One without steps is not written: then only the replaced ones are removed.
        plan: Plan,
        /// The staged plans whose steps it contains.
        replaces: Vec<PlanId>,
    },
    /// Undo a plan during its undo window.
    TakeBack(PlanId),
    /// The undo window of a plan is over and was visible: start. Answers [`PlanEvent::HoldOver`].
    Begin {
        /// The plan.
        plan: PlanId,
        /// The end of the visible undo window; another window is not ended by this.
        until: Duration,
    },
    /// Restart the undo window of a plan: it was not visible, so the user could not undo the plan.
    HoldAgain(PlanId),
    /// Stop a running plan after the current step; during its undo window, undo it.
    Stop(PlanId),
    /// Like `Stop`, but to be resumed: the plan becomes paused instead of stopped.
    Pause(PlanId),
    /// Resume a plan that was stopped, by the user or by the end of an earlier run.
    Resume {
        /// The plan.
        plan: PlanId,
        /// Which of its steps.
        what: GoOn,
        /// The undo window before its first request.
        hold: Duration,
    },
    /// Discard a stopped plan: it makes no more requests.
    Drop(PlanId),
    /// Cancel the work of a request.
    Cancel(RequestId),
    /// Wait as long as the server asked, although that is very long. Answers `Reply::AskWait`.
    WaitOut,
    /// Do not wait: fail the waiting HTTP requests; a later one prompts again while that time is not over. Answers
    /// `Reply::AskWait`.
    DoNotWait,
    /// Save the triage session for a restart; replies only `Reply::Failed`.
    SaveWalk(Box<Walk>),
    /// Delete the finished triage session.
    ForgetWalk,
    /// Read the saved table view of this tenancy; the reply is `Reply::View` if there is one.
    View,
    /// Save the table view; of several the last one is kept. Replies only `Reply::Failed`.
    SaveView(TableView),
    /// Load the members; the reply is `Reply::Members`.
    Members,
    /// Load the quota; the reply is `Reply::Caps` if the server reports it.
    Caps,
    /// Read all annotations; the reply is `Reply::Remarks`.
    Remarks,
    /// Save an annotation; the reply is `Reply::Remarks` with all of them.
    Remark(Remark),
    /// Compare a list with the baseline, and cache it as the latest one. The reply is `Reply::Compared`, and a
    /// second one after possibly gone invites were re-checked. A later request ends an earlier one.
    Compare {
        /// A complete list.
        listed: Listed,
        /// The members, if known.
        members: Option<Members>,
    },
    /// The user has seen the changes up to this list: it becomes the baseline.
    Seen(Listed),
    /// Read the cached list of this tenancy; the reply is `Reply::Kept`.
    Kept,
    /// Read the newest plans of this tenancy from the journal; the reply is `Reply::Journal`.
    Journal {
        /// Maximum number of plans.
        limit: usize,
    },
}

impl Request {
    /// Runs a plan that replaces no staged ones.
    pub fn run(plan: Plan, hold: Duration) -> Request {
        Request::Run { plan, hold, replaces: Vec::new() }
    }

    /// Returns the request after the end of an undo window, by the time at which its end is noticed. Late means that
    /// the program was suspended or could not draw: then the user could not undo the plan, and the window restarts.
    pub fn after_hold(plan: PlanId, until: Duration, mono: Duration) -> Request {
        match mono > until + HOLD_OVER_SEEN {
            true => Request::HoldAgain(plan),
            false => Request::Begin { plan, until },
        }
    }

    /// Resumes all remaining steps of a plan.
    pub fn resume(plan: PlanId) -> Request {
        Request::Resume { plan, what: GoOn::Everything, hold: Duration::ZERO }
    }
}

/// A reply of the service task.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// Facts about the connection changed.
    Session(Session),
    /// A page arrived. Large pages come in several of these.
    Page(Page),
    /// The load ended.
    ReadEnded(ReadEnd),
    /// The load starts over because it became unreliable; its rows so far are void.
    ReadAgain {
        /// The reason, a fragment: "an invite was deleted while loading".
        why: String,
    },
    /// The requested invite.
    Invite(Invite),
    /// The request failed.
    Failed(Failure),
    /// Requests pause until then, because the server asked for it or did not respond.
    Waiting {
        /// Time of the next HTTP request, on the monotonic clock.
        until: Duration,
        /// The reason, a fragment: "the server asked for 20 s".
        why: String,
    },
    /// The wait is over.
    WaitOver,
    /// The server asks for a very long wait; `WaitOut` or `DoNotWait` decides.
    AskWait {
        /// Its length, from now.
        wait: Duration,
    },
    /// An event of a plan.
    Plan(PlanId, PlanEvent),
    /// Counts of unfinished plans in the journal, before they are reconciled.
    Unfinished(Unfinished),
    /// Unfinished plans of an earlier run, reconciled as far as reading can.
    LeftOver(Vec<LeftOver>),
    /// The journal is unusable: changes are refused, reading still works.
    JournalUnusable(Failure),
    /// The newest plans of this tenancy, newest first.
    Journal(Vec<JournalEntry>),
    /// An unfinished triage session.
    Walk(Box<Walk>),
    /// The saved table view of this tenancy.
    View(TableView),
    /// The members; `None` if the server does not report them.
    Members(Option<Members>),
    /// The quota; `None` if there is none, or if it is not reported.
    Caps(Option<Caps>),
    /// All annotations of this tenancy.
    Remarks(Remarks),
    /// The changes since the baseline.
    Compared(Compared),
    /// The cached list, if there is one.
    Kept(Option<Box<Snapshot>>),
    /// The cache is disabled or was reset; a text. Everything else still works.
    CacheTrouble(String),
    /// An HTTP request was made.
    Called(CallRecord),
}

/// One page of the list, or a part of a large one.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Counted from 1.
    pub number: usize,
    /// Its rows, new to this load or not.
    pub rows: Vec<Invite>,
    /// The server's count of all rows, if reported; a hint.
    pub total: Option<u64>,
    /// Number of further rows that cannot be shown: each may be an invite for any email.
    pub unreadable: usize,
}

/// Returns a label for rows that cannot be shown.
pub fn unreadable_label(rows: usize) -> Option<String> {
    (rows > 0).then(|| format!("{} could not be read", plural(rows, "row")))
}

/// Returns a warning for rows that cannot be shown.
pub fn unreadable_warning(rows: usize) -> Option<String> {
    let it = if rows == 1 { "It may be an invite" } else { "Each may be an invite" };
    Some(format!("{}. {it} for any email.", unreadable_label(rows)?))
}

/// How a load of the list ended.
#[derive(Debug, Clone, PartialEq)]
pub enum ReadEnd {
    /// Loaded to the end, without a DELETE of ours in the meantime, and equal to the server's count if reported.
    Complete,
    /// Incomplete.
    Partial(Failure),
}

/// Events of a plan, in this order except for the ends.
#[derive(Debug, Clone, PartialEq)]
pub enum PlanEvent {
    /// It is in the journal and waits for the user; replaced plans were removed.
    Staged,
    /// It is in the journal and in its undo window, without any request.
    Held {
        /// The end of the undo window, on the monotonic clock.
        until: Duration,
    },
    /// The undo window is over. Waits for [`Request::Begin`] or [`Request::HoldAgain`]: only the sender of them
    /// knows whether the window was visible.
    HoldOver {
        /// The end of the window.
        until: Duration,
    },
    /// Another plan of this tenancy is running on this machine; this one waits for it.
    Queued {
        /// The other process from the lock file: "process 4711".
        holder: String,
    },
    /// The targets were re-checked before the first request.
    LookedAt {
        /// Number of already gone invites.
        gone: usize,
        /// Number of invites with another expiry than displayed.
        renewed: usize,
    },
    /// A step's HTTP request starts.
    StepStarted(usize),
    /// A response was lost; its request is being reconciled.
    Settling(usize),
    /// A step ended.
    StepEnded {
        /// Its position in the plan, from 0.
        step: usize,
        /// Its progress, with an outcome.
        progress: Progress,
        /// The failure, if there was one.
        failure: Option<Failure>,
    },
    /// It does not continue automatically.
    Paused(Failure),
    /// It was undone during its undo window, without any request.
    TakenBack,
    /// It ended.
    Ended {
        /// `Finished`, `Stopped`, `Paused` by the user, or `Dropped`.
        state: PlanState,
        /// Progress of each step.
        progress: Vec<Progress>,
    },
}

/// Counts of unfinished plans.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unfinished {
    /// Number of plans.
    pub plans: usize,
    /// Number of their ended steps.
    pub done: usize,
    /// Number of their steps.
    pub steps: usize,
}

/// An unfinished plan in the journal.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOver {
    /// The plan with its progress after reconciling.
    pub entry: JournalEntry,
    /// Results of reconciling, a sentence for each request without a response.
    pub findings: Vec<String>,
    /// Steps whose end was found or written only now; no earlier command has reported them.
    pub settled: Vec<usize>,
}
