//! Requests to the service task and its replies.
//! Data only: the task is in `crate::service`. Every reply has the id of its request, so late replies can be
//! detected.

use std::time::Duration;

use jiff::Timestamp;

use super::annotation::{AnnotationChange, Annotations};
use super::diff::{DiffReport, FullList, Snapshot};
use super::journal::JournalEntry;
use super::members::Members;
use super::past_changes::PastChanges;
pub use super::plan::ResumeScope;
use super::plan::{PlanState, Progress};
use super::text::format_plural;
use super::{
    Connection, Error, HttpRecord, Identity, Invite, Plan, PlanId, Quota, TablePrefs, TriageSession,
};

/// Id of a request. A reply whose id is no longer current is dropped and counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RequestId(pub u64);

/// Maximum delay until a program notices the end of an undo window.
/// If it notices later, it could not show the window.
const MAX_UNDO_END_DELAY: Duration = Duration::from_secs(1);

/// A request to the service task.
#[derive(Debug, Clone, PartialEq)]
pub enum ServiceRequest {
    /// Load the whole list, page by page. A new load ends the previous one.
    FetchList,
    /// Load the first rows of the list, page by page, at least this number. A new load ends the previous one.
    FetchFirst(usize),
    /// Fetch one invite; the reply is [`ServiceReply::Invite`] or [`ServiceReply::Failed`].
    Get(Identity),
    /// Find the invites of an email without loading the whole list; the reply is
    /// [`ServiceReply::InvitesByEmail`] or [`ServiceReply::Failed`].
    FindByEmail(String),
    /// Fetch the body at a path of the server; the reply is [`ServiceReply::Body`] or [`ServiceReply::Failed`].
    GetPath(String),
    /// Write a confirmed plan to the journal, wait for its undo window, and execute it.
    ApplyPlan {
        /// The plan.
        plan: Plan,
        /// The undo window, in which no request is made. If zero, the plan starts immediately.
        undo_window: Duration,
        /// The staged plans that the plan is made of. The same transaction removes them from the journal.
        replaces: Vec<PlanId>,
    },
    /// Write a plan to the journal and keep it there until the user confirms it. The reply is
    /// [`PlanEvent::Staged`], or [`ServiceReply::Failed`] if nothing was changed.
    StagePlan {
        /// The plan. A plan without steps is not written; only the replaced plans are removed.
        plan: Plan,
        /// The staged plans whose steps the plan contains.
        replaces: Vec<PlanId>,
    },
    /// Undo a plan during its undo window.
    UndoPlan(PlanId),
    /// Start a plan whose undo window is over and was visible. Sent after [`PlanEvent::UndoWindowOver`].
    BeginPlan {
        /// The plan.
        plan: PlanId,
        /// The end of the undo window that was visible. If the plan has another window now, nothing happens.
        until: Duration,
    },
    /// Restart the undo window of a plan. The window was not visible, so the user could not undo the plan.
    RestartUndoWindow(PlanId),
    /// Stop a running plan after the current step; during its undo window, undo it.
    StopPlan(PlanId),
    /// Like [`ServiceRequest::StopPlan`], but the plan becomes paused instead of stopped.
    PausePlan(PlanId),
    /// Resume a plan that the user stopped, or that stopped at the end of an earlier run.
    ResumePlan {
        /// The plan.
        plan: PlanId,
        /// Which steps to resume.
        scope: ResumeScope,
        /// The undo window before its first request.
        undo_window: Duration,
    },
    /// Discard a stopped plan: it makes no more requests.
    DiscardPlan(PlanId),
    /// Cancel the work of a request.
    Cancel(RequestId),
    /// Accept the very long wait that the server asked for. Sent after [`ServiceReply::LongWait`].
    AcceptWait,
    /// Decline the wait: the waiting HTTP requests fail. Until that time, each later request causes another
    /// prompt. Sent after [`ServiceReply::LongWait`].
    DeclineWait,
    /// Save the triage session for a restart. The only reply is [`ServiceReply::Failed`], after an error.
    SaveTriage(Box<TriageSession>),
    /// Delete the finished triage session that started at this time.
    ClearTriage(Timestamp),
    /// Read the saved table view of this tenancy.
    /// The reply is [`ServiceReply::TablePrefs`] if there is one.
    LoadTablePrefs,
    /// Save the table view, and replace the saved one. The only reply is [`ServiceReply::Failed`], after an
    /// error.
    SaveTablePrefs(TablePrefs),
    /// Load the members; the reply is [`ServiceReply::Members`].
    FetchMembers,
    /// Load the quota; the reply is [`ServiceReply::Quota`].
    FetchQuota,
    /// Read all annotations; the reply is [`ServiceReply::Annotations`].
    LoadAnnotations,
    /// Save an annotation. The reply is [`ServiceReply::Annotations`] with all annotations.
    SaveAnnotation(AnnotationChange),
    /// Compare a list with the baseline, and cache it as the latest list. The reply is
    /// [`ServiceReply::DiffReady`]. A second reply follows after possibly gone invites were re-checked. A
    /// later request ends an earlier one.
    Diff {
        /// A complete list.
        list: FullList,
        /// The members, if known.
        members: Option<Members>,
    },
    /// Make this list the baseline, because the user has seen the changes up to it.
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
    /// Creates the request to apply a plan that replaces no staged plans.
    pub fn apply_plan(plan: Plan, undo_window: Duration) -> ServiceRequest {
        ServiceRequest::ApplyPlan { plan, undo_window, replaces: Vec::new() }
    }

    /// Returns the request for an undo window that ended at `until`, noticed at `mono`.
    /// If noticed late, the program was suspended or could not draw. The user could not undo the plan, so the
    /// window restarts.
    pub fn after_undo_window(plan: PlanId, until: Duration, mono: Duration) -> ServiceRequest {
        match mono > until + MAX_UNDO_END_DELAY {
            true => ServiceRequest::RestartUndoWindow(plan),
            false => ServiceRequest::BeginPlan { plan, until },
        }
    }

    /// Creates the request to resume all remaining steps of a plan.
    pub fn resume_plan(plan: PlanId) -> ServiceRequest {
        ServiceRequest::ResumePlan { plan, scope: ResumeScope::All, undo_window: Duration::ZERO }
    }
}

/// A reply of the service task.
#[derive(Debug, Clone, PartialEq)]
pub enum ServiceReply {
    /// Facts about the connection changed.
    Connection(Connection),
    /// A page of the list was loaded. A large page comes in several replies.
    Page(Page),
    /// The load ended.
    ListFinished(FetchEnd),
    /// The load starts over because it became unreliable. Drop the rows loaded so far.
    ListRestarted {
        /// The reason, a fragment: "an invite was deleted while loading".
        reason: String,
    },
    /// The requested invite.
    Invite(Invite),
    /// The invites of the email; `None` if only the whole list can show them.
    InvitesByEmail(Option<Vec<Invite>>),
    /// The body at the requested path, raw.
    Body(Vec<u8>),
    /// The request failed.
    Failed(Error),
    /// Requests wait, because the server asked for a pause or did not respond.
    Waiting {
        /// Time of the next HTTP request, on the monotonic clock.
        until: Duration,
        /// The reason, a fragment: "the server asked for 20 s".
        reason: String,
    },
    /// The wait is over.
    WaitOver,
    /// The server asks for a very long wait. Send [`ServiceRequest::AcceptWait`] or
    /// [`ServiceRequest::DeclineWait`].
    LongWait {
        /// Length of the wait, from now.
        wait: Duration,
    },
    /// An event of a plan.
    Plan(PlanId, PlanEvent),
    /// Counts of unfinished plans in the journal, before they are reconciled.
    Unfinished(UnfinishedCounts),
    /// Unfinished plans of an earlier run, reconciled as far as GET requests can.
    UnfinishedPlans(Vec<UnfinishedPlan>),
    /// The journal is unusable: changes are refused, reading still works.
    JournalUnusable(Error),
    /// The newest plans of this tenancy, newest first.
    Journal(Vec<JournalEntry>),
    /// The last change of each email, after the first complete list.
    PastChanges(PastChanges),
    /// An unfinished triage session.
    Triage(Box<TriageSession>),
    /// The saved table view of this tenancy.
    TablePrefs(TablePrefs),
    /// The members; `None` if the server does not report them.
    Members(Option<Members>),
    /// The quota; `None` if there is no quota, or if the server does not report it.
    Quota(Option<Quota>),
    /// All annotations of this tenancy.
    Annotations(Annotations),
    /// The changes since the baseline.
    DiffReady(DiffReport),
    /// The cached list, if there is one.
    CachedList(Option<Box<Snapshot>>),
    /// The cache is disabled or was reset.
    /// Contains the text for the user. Everything except the cache still works.
    CacheWarning(String),
    /// An HTTP request was made.
    RequestMade(HttpRecord),
}

/// One page of the list, or a part of a large one.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Number of the page, from 1.
    pub number: usize,
    /// Rows of the page. Earlier pages may contain some of them too.
    pub rows: Vec<Invite>,
    /// The server's count of all rows, if reported. May be wrong.
    pub total: Option<u64>,
    /// Number of further rows that could not be read. Each may be an invite for any email.
    pub unreadable_rows: usize,
}

/// Returns a label for rows that could not be read; `None` for zero rows.
pub fn unreadable_label(rows: usize) -> Option<String> {
    (rows > 0).then(|| format!("{} could not be read", format_plural(rows, "row")))
}

/// Returns a warning for rows that could not be read; `None` for zero rows.
pub fn unreadable_warning(rows: usize) -> Option<String> {
    let subject = if rows == 1 { "It may be an invite" } else { "Each may be an invite" };
    Some(format!("{}. {subject} for any email.", unreadable_label(rows)?))
}

/// How a load of the list ended.
#[derive(Debug, Clone, PartialEq)]
pub enum FetchEnd {
    /// The list was loaded to the end, and guestlist made no DELETE during the load. The number of rows
    /// equals the server's count, if reported.
    Complete,
    /// The list is incomplete; contains the reason.
    Partial(Error),
}

/// Events of a running plan.
#[derive(Debug, Clone, PartialEq)]
pub enum PlanEvent {
    /// The plan is in the journal and waits for the user. The replaced plans were removed.
    Staged,
    /// The plan is in the journal and in its undo window. No request was made.
    UndoWindow {
        /// The end of the undo window, on the monotonic clock.
        until: Duration,
    },
    /// The undo window is over. The plan waits for [`ServiceRequest::BeginPlan`] or
    /// [`ServiceRequest::RestartUndoWindow`], because only the receiver of this event knows whether the
    /// window was visible.
    UndoWindowOver {
        /// The end of the window.
        until: Duration,
    },
    /// Another plan of this tenancy is running on this machine, and this plan waits for it.
    Queued {
        /// The other process from the lock file: "process 4711".
        holder: String,
    },
    /// The targets were re-checked before the first request.
    Rechecked {
        /// Number of invites that are already gone.
        gone: usize,
        /// Number of invites whose expiry differs from the displayed one.
        renewed: usize,
    },
    /// A step's HTTP request starts.
    StepStarted(usize),
    /// A response was lost; its request is being reconciled.
    Reconciling(usize),
    /// A step ended.
    StepEnded {
        /// Position of the step in the plan, from 0.
        step: usize,
        /// Progress of the step, with an outcome.
        progress: Progress,
        /// The error, if the step failed.
        failure: Option<Error>,
    },
    /// The plan was paused by an error. It does not continue automatically.
    Paused(Error),
    /// The plan was undone during its undo window. No request was made.
    Undone,
    /// The plan ended.
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
    /// Number of ended steps in all these plans.
    pub done: usize,
    /// Number of steps in all these plans.
    pub steps: usize,
}

/// An unfinished plan in the journal.
#[derive(Debug, Clone, PartialEq)]
pub struct UnfinishedPlan {
    /// The plan with its progress after reconciling.
    pub entry: JournalEntry,
    /// Results of reconciling, a sentence for each request without a response.
    pub findings: Vec<String>,
    /// Steps whose outcome was found only now, so no earlier command has reported it.
    pub reconciled_steps: Vec<usize>,
}
