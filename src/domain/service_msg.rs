//! Requests to the service task and its replies. Data only: the task is in `crate::service`. Every reply has the
//! id of its request, so late ones can be detected.

use std::time::Duration;

use super::annotation::{AnnotationChange, Annotations};
use super::diff::{DiffReport, FullList, Snapshot};
use super::journal::JournalEntry;
use super::members::Members;
pub use super::plan::ResumeScope;
use super::plan::{PlanState, Progress};
use super::text::format_plural;
use super::{
    Connection, Error, HttpRecord, Identity, Invite, Plan, PlanId, Quota, TablePrefs, TriageSession,
};

/// Id of a request. A reply whose id is no longer current is dropped and counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RequestId(pub u64);

/// Maximum delay with which the end of an undo window is noticed by a program that could show it.
const MAX_UNDO_END_DELAY: Duration = Duration::from_secs(1);

/// A request to the service task.
#[derive(Debug, Clone, PartialEq)]
pub enum ServiceRequest {
    /// Load the whole list, page by page. A new load ends the previous one.
    FetchList,
    /// Fetch one invite; the reply is [`ServiceReply::Invite`] or [`ServiceReply::Failed`].
    Get(Identity),
    /// Write a confirmed plan to the journal, wait for its undo window, and execute it.
    ApplyPlan {
        /// The plan.
        plan: Plan,
        /// The undo window, in which no request is made. Zero: starts at once.
        undo_window: Duration,
        /// The staged plans that it is made of; they leave the journal in the same transaction.
        replaces: Vec<PlanId>,
    },
    /// Write a plan to the journal and keep it there until the user confirms it. The reply is
    /// [`PlanEvent::Staged`], or [`ServiceReply::Failed`] if nothing was changed.
    StagePlan {
        /// The plan. One without steps is not written: then only the replaced ones are removed.
        plan: Plan,
        /// The staged plans whose steps it contains.
        replaces: Vec<PlanId>,
    },
    /// Undo a plan during its undo window.
    UndoPlan(PlanId),
    /// Start a plan whose undo window is over and was visible. Responds to [`PlanEvent::UndoWindowOver`].
    BeginPlan {
        /// The plan.
        plan: PlanId,
        /// The end of the visible undo window; no other window is ended.
        until: Duration,
    },
    /// Restart the undo window of a plan: it was not visible, so the user could not undo the plan.
    RestartUndoWindow(PlanId),
    /// Stop a running plan after the current step; during its undo window, undo it.
    StopPlan(PlanId),
    /// Like [`ServiceRequest::StopPlan`], but the plan becomes paused instead of stopped.
    PausePlan(PlanId),
    /// Resume a plan that was stopped, by the user or by the end of an earlier run.
    ResumePlan {
        /// The plan.
        plan: PlanId,
        /// Which of its steps.
        scope: ResumeScope,
        /// The undo window before its first request.
        undo_window: Duration,
    },
    /// Discard a stopped plan: it makes no more requests.
    DiscardPlan(PlanId),
    /// Cancel the work of a request.
    Cancel(RequestId),
    /// Wait as long as the server asked, although that is very long. Responds to [`ServiceReply::LongWait`].
    AcceptWait,
    /// Do not wait: fail the waiting HTTP requests. A later request prompts again while that time is not over.
    /// Responds to [`ServiceReply::LongWait`].
    DeclineWait,
    /// Save the triage session for a restart; replies only [`ServiceReply::Failed`].
    SaveTriage(Box<TriageSession>),
    /// Delete the finished triage session.
    ClearTriage,
    /// Read the saved table view of this tenancy. The reply is [`ServiceReply::TablePrefs`] if there is one.
    LoadTablePrefs,
    /// Save the table view; of several the last one is kept. Replies only [`ServiceReply::Failed`].
    SaveTablePrefs(TablePrefs),
    /// Load the members; the reply is [`ServiceReply::Members`].
    FetchMembers,
    /// Load the quota; the reply is [`ServiceReply::Quota`].
    FetchQuota,
    /// Read all annotations; the reply is [`ServiceReply::Annotations`].
    LoadAnnotations,
    /// Save an annotation; the reply is [`ServiceReply::Annotations`] with all of them.
    SaveAnnotation(AnnotationChange),
    /// Compare a list with the baseline, and cache it as the latest one. The reply is
    /// [`ServiceReply::DiffReady`], and a second one after possibly gone invites were re-checked. A later
    /// request ends an earlier one.
    Diff {
        /// A complete list.
        list: FullList,
        /// The members, if known.
        members: Option<Members>,
    },
    /// The user has seen the changes up to this list: it becomes the baseline.
    MarkSeen(FullList),
    /// Read the cached list of this tenancy; the reply is [`ServiceReply::CachedList`].
    LoadCachedList,
    /// Read the newest plans of this tenancy from the journal; the reply is [`ServiceReply::Journal`].
    LoadJournal {
        /// Maximum number of plans.
        limit: usize,
    },
}

impl ServiceRequest {
    /// Runs a plan that replaces no staged ones.
    pub fn apply_plan(plan: Plan, undo_window: Duration) -> ServiceRequest {
        ServiceRequest::ApplyPlan { plan, undo_window, replaces: Vec::new() }
    }

    /// Returns the request after the end of an undo window, by the time at which its end is noticed. Late means that
    /// the program was suspended or could not draw: then the user could not undo the plan, and the window restarts.
    pub fn after_undo_window(plan: PlanId, until: Duration, mono: Duration) -> ServiceRequest {
        match mono > until + MAX_UNDO_END_DELAY {
            true => ServiceRequest::RestartUndoWindow(plan),
            false => ServiceRequest::BeginPlan { plan, until },
        }
    }

    /// Resumes all remaining steps of a plan.
    pub fn resume_plan(plan: PlanId) -> ServiceRequest {
        ServiceRequest::ResumePlan { plan, scope: ResumeScope::All, undo_window: Duration::ZERO }
    }
}

/// A reply of the service task.
#[derive(Debug, Clone, PartialEq)]
pub enum ServiceReply {
    /// Facts about the connection changed.
    Connection(Connection),
    /// A page arrived. Large pages come in several of these.
    Page(Page),
    /// The load ended.
    ListFinished(FetchEnd),
    /// The load starts over because it became unreliable; its rows so far are void.
    ListRestarted {
        /// The reason, a fragment: "an invite was deleted while loading".
        reason: String,
    },
    /// The requested invite.
    Invite(Invite),
    /// The request failed.
    Failed(Error),
    /// Requests pause until then, because the server asked for it or did not respond.
    Waiting {
        /// Time of the next HTTP request, on the monotonic clock.
        until: Duration,
        /// The reason, a fragment: "the server asked for 20 s".
        reason: String,
    },
    /// The wait is over.
    WaitOver,
    /// The server asks for a very long wait. [`ServiceRequest::AcceptWait`] or [`ServiceRequest::DeclineWait`]
    /// decides.
    LongWait {
        /// Its length, from now.
        wait: Duration,
    },
    /// An event of a plan.
    Plan(PlanId, PlanEvent),
    /// Counts of unfinished plans in the journal, before they are reconciled.
    Unfinished(UnfinishedCounts),
    /// Unfinished plans of an earlier run, reconciled as far as reading can.
    UnfinishedPlans(Vec<UnfinishedPlan>),
    /// The journal is unusable: changes are refused, reading still works.
    JournalUnusable(Error),
    /// The newest plans of this tenancy, newest first.
    Journal(Vec<JournalEntry>),
    /// An unfinished triage session.
    Triage(Box<TriageSession>),
    /// The saved table view of this tenancy.
    TablePrefs(TablePrefs),
    /// The members; `None` if the server does not report them.
    Members(Option<Members>),
    /// The quota; `None` if there is none, or if it is not reported.
    Quota(Option<Quota>),
    /// All annotations of this tenancy.
    Annotations(Annotations),
    /// The changes since the baseline.
    DiffReady(DiffReport),
    /// The cached list, if there is one.
    CachedList(Option<Box<Snapshot>>),
    /// The cache is disabled or was reset; a text. Everything else still works.
    CacheWarning(String),
    /// An HTTP request was made.
    RequestMade(HttpRecord),
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
    pub unreadable_rows: usize,
}

/// Returns a label for rows that cannot be shown.
pub fn unreadable_label(rows: usize) -> Option<String> {
    (rows > 0).then(|| format!("{} could not be read", format_plural(rows, "row")))
}

/// Returns a warning for rows that cannot be shown.
pub fn unreadable_warning(rows: usize) -> Option<String> {
    let subject = if rows == 1 { "It may be an invite" } else { "Each may be an invite" };
    Some(format!("{}. {subject} for any email.", unreadable_label(rows)?))
}

/// How a load of the list ended.
#[derive(Debug, Clone, PartialEq)]
pub enum FetchEnd {
    /// Loaded to the end, without a DELETE of ours during the load. Equal to the server's count if reported.
    Complete,
    /// Incomplete.
    Partial(Error),
}

/// Events of a plan, in this order except for the ends.
#[derive(Debug, Clone, PartialEq)]
pub enum PlanEvent {
    /// It is in the journal and waits for the user; replaced plans were removed.
    Staged,
    /// It is in the journal and in its undo window, without any request.
    UndoWindow {
        /// The end of the undo window, on the monotonic clock.
        until: Duration,
    },
    /// The undo window is over. Waits for [`ServiceRequest::BeginPlan`] or
    /// [`ServiceRequest::RestartUndoWindow`], because only their sender knows whether the window was visible.
    UndoWindowOver {
        /// The end of the window.
        until: Duration,
    },
    /// Another plan of this tenancy is running on this machine; this one waits for it.
    Queued {
        /// The other process from the lock file: "process 4711".
        holder: String,
    },
    /// The targets were re-checked before the first request.
    Rechecked {
        /// Number of already gone invites.
        gone: usize,
        /// Number of invites with another expiry than displayed.
        renewed: usize,
    },
    /// A step's HTTP request starts.
    StepStarted(usize),
    /// A response was lost; its request is being reconciled.
    Reconciling(usize),
    /// A step ended.
    StepEnded {
        /// Its position in the plan, from 0.
        step: usize,
        /// Its progress, with an outcome.
        progress: Progress,
        /// The failure, if there was one.
        failure: Option<Error>,
    },
    /// It does not continue automatically.
    Paused(Error),
    /// It was undone during its undo window, without any request.
    Undone,
    /// It ended.
    Ended {
        /// `Finished`, `Stopped`, `Paused` by the user, or `Discarded`.
        state: PlanState,
        /// Progress of each step.
        progress: Vec<Progress>,
    },
}

/// Counts of unfinished plans.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UnfinishedCounts {
    /// Number of plans.
    pub plans: usize,
    /// Number of their ended steps.
    pub done: usize,
    /// Number of their steps.
    pub steps: usize,
}

/// An unfinished plan in the journal.
#[derive(Debug, Clone, PartialEq)]
pub struct UnfinishedPlan {
    /// The plan with its progress after reconciling.
    pub entry: JournalEntry,
    /// Results of reconciling, a sentence for each request without a response.
    pub findings: Vec<String>,
    /// Steps whose end was found or written only now; no earlier command has reported them.
    pub reconciled_steps: Vec<usize>,
}
