//! What the console asks of the service task, and what comes back. Data only: the task itself is in
//! `crate::service`. Every answer carries the id of what it answers, so that a late one can be told.

use std::time::Duration;

use super::change::{Compared, Listed, Snapshot};
use super::journal::JournalEntry;
use super::members::Members;
pub use super::plan::GoOn;
use super::plan::{PlanState, Progress};
use super::remark::{Remark, Remarks};
use super::text::plural;
use super::{CallRecord, Caps, Failure, Identity, Invite, Plan, PlanId, Session, TableView, Walk};

/// Names one request. A reply whose id is no longer current is dropped and counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RequestId(pub u64);

/// The end of an undo window is noticed within so long, where the program was there to show it.
const HOLD_OVER_SEEN: Duration = Duration::from_secs(1);

/// What the service task can be asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// Read the whole list, page by page. A new reading ends the one before it.
    Read,
    /// Read one invite; answered by `Reply::Invite` or `Reply::Failed`.
    Get(Identity),
    /// Write a confirmed plan to the journal, wait out its hold, and execute it.
    Run {
        /// The plan.
        plan: Plan,
        /// The undo window: how long the plan can be undone with no request made. Zero: it starts at once.
        hold: Duration,
        /// The staged plans that it is made of; they leave the journal in the moment in which it enters.
        replaces: Vec<PlanId>,
    },
    /// Write a plan to the journal and leave it there until a person confirms it; answered by
    /// `PlanEvent::Staged`, or by `Reply::Failed` and nothing was changed.
    Stage {
        /// The plan. One without steps is not written: then only those that it replaces go.
        plan: Plan,
        /// The staged plans whose steps it has taken over.
        replaces: Vec<PlanId>,
    },
    /// Take a plan back during its hold.
    TakeBack(PlanId),
    /// The undo window of a plan is over and was seen: begin. Answers [`PlanEvent::HoldOver`].
    Begin {
        /// The plan.
        plan: PlanId,
        /// The end of the undo window that was seen; another one is not ended by this.
        until: Duration,
    },
    /// Start the undo window of a plan again: nobody could see it, or undo the plan.
    HoldAgain(PlanId),
    /// Stop a running plan after the step in hand; during its hold, take it back.
    Stop(PlanId),
    /// The same, but meant to go on: the plan ends up paused and not stopped.
    Pause(PlanId),
    /// Go on with a plan that was stopped, by us or by the end of an earlier run.
    Resume {
        /// The plan.
        plan: PlanId,
        /// Which of its steps.
        what: GoOn,
        /// How long the plan can be undone before its first request.
        hold: Duration,
    },
    /// Give a stopped plan up: nothing more of it is sent.
    Drop(PlanId),
    /// End what a request is doing.
    Cancel(RequestId),
    /// Wait as long as the server asked, although that is very long. Answers `Reply::AskWait`.
    WaitOut,
    /// Do not wait: fail what is waiting; a later call asks again while that time is not over. Answers
    /// `Reply::AskWait`.
    DoNotWait,
    /// Keep where a triage walk stands, so that it can go on after a restart; answered only by `Reply::Failed`.
    SaveWalk(Box<Walk>),
    /// The walk is over: forget it.
    ForgetWalk,
    /// How was the table of this tenancy looked at last? Answered by `Reply::View` where that is known.
    View,
    /// Keep how the table is looked at; of several the last one is kept. Answered only by `Reply::Failed`.
    SaveView(TableView),
    /// Who is a member already? Answered by `Reply::Members`.
    Members,
    /// How many more invites may there be? Answered by `Reply::Caps` where the server tells; it need not.
    Caps,
    /// What was remarked about addresses? Answered by `Reply::Remarks`.
    Remarks,
    /// Keep a remark; answered by `Reply::Remarks`, with all of them as they are then.
    Remark(Remark),
    /// What changed since the list that a person has seen? The list is kept as the last one. Answered by
    /// `Reply::Compared`, by a second one when what is perhaps gone was looked at. A later one ends an earlier one.
    Compare {
        /// A complete list.
        listed: Listed,
        /// The members, where they are known.
        members: Option<Members>,
    },
    /// A person has seen what changed up to this list: the next visit is told what changes from here on.
    Seen(Listed),
    /// The last complete list of this tenancy that was kept; answered by `Reply::Kept`.
    Kept,
    /// Read the newest plans of this tenancy from the journal, at most so many; answered by `Reply::Journal`.
    Journal {
        /// How many.
        limit: usize,
    },
}

impl Request {
    /// Runs a plan that is made of no staged ones.
    pub fn run(plan: Plan, hold: Duration) -> Request {
        Request::Run { plan, hold, replaces: Vec::new() }
    }

    /// What follows the end of an undo window, by the time at which its end is noticed. Late means that the program
    /// was stopped, or could not show anything: then nobody could undo the plan, and the window starts again.
    pub fn after_hold(plan: PlanId, until: Duration, mono: Duration) -> Request {
        match mono > until + HOLD_OVER_SEEN {
            true => Request::HoldAgain(plan),
            false => Request::Begin { plan, until },
        }
    }

    /// Goes on with all that is left of a plan.
    pub fn resume(plan: PlanId) -> Request {
        Request::Resume { plan, what: GoOn::Everything, hold: Duration::ZERO }
    }
}

/// What the service task says.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// Something about the connection became known or changed.
    Session(Session),
    /// A page arrived. Large pages come in several of these.
    Page(Page),
    /// The reading ended.
    ReadEnded(ReadEnd),
    /// The reading starts over, because something made it doubtful; what it brought so far is void.
    ReadAgain {
        /// Why, as half a sentence: "an invite was deleted meanwhile".
        why: String,
    },
    /// The invite that was asked for.
    Invite(Invite),
    /// What was asked for did not work.
    Failed(Failure),
    /// Nothing is sent until then, because the server asked for it or did not answer.
    Waiting {
        /// When the next call is made, on the monotonic clock.
        until: Duration,
        /// Why, as half a sentence: "the server asked for 20 s".
        why: String,
    },
    /// The wait is over.
    WaitOver,
    /// The server asks for a very long wait; `WaitOut` or `DoNotWait` decides.
    AskWait {
        /// How long, from now.
        wait: Duration,
    },
    /// Something happened to a plan.
    Plan(PlanId, PlanEvent),
    /// What the journal has of plans that were begun and are not finished, before anything of them was looked at.
    Unfinished(Unfinished),
    /// Plans that an earlier run left unfinished, with their open calls settled as far as looking can.
    LeftOver(Vec<LeftOver>),
    /// The journal cannot be used: changes are refused, reading still works.
    JournalUnusable(Failure),
    /// The newest plans of this tenancy, newest first.
    Journal(Vec<JournalEntry>),
    /// A triage walk that was not finished.
    Walk(Box<Walk>),
    /// How the table of this tenancy was looked at last.
    View(TableView),
    /// The members, as the server told them; `None` where it does not.
    Members(Option<Members>),
    /// What is left of the cap; `None` where there is none, or where it is not told.
    Caps(Option<Caps>),
    /// All remarks of this tenancy.
    Remarks(Remarks),
    /// What changed since the list that a person has seen.
    Compared(Compared),
    /// The last complete list that was kept, if there is one.
    Kept(Option<Box<Snapshot>>),
    /// The snapshots cannot be used, or began anew; a sentence. Everything else goes on.
    CacheTrouble(String),
    /// A call was made and answered, or failed.
    Called(CallRecord),
}

/// One page of the list, or a part of a large one.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Counted from 1.
    pub number: usize,
    /// Its rows, new to this reading or not.
    pub rows: Vec<Invite>,
    /// The server's count of all rows, when it told one; a hint.
    pub total: Option<u64>,
    /// How many other rows came with these that cannot be shown: each may be an invite for any email.
    pub unreadable: usize,
}

/// What is missing where rows cannot be shown, in a few words.
pub fn unreadable_label(rows: usize) -> Option<String> {
    (rows > 0).then(|| format!("{} could not be read", plural(rows, "row")))
}

/// The same with what follows from it.
pub fn unreadable_warning(rows: usize) -> Option<String> {
    let it = if rows == 1 { "It may be an invite" } else { "Each may be an invite" };
    Some(format!("{} and so not shown. {it} for any email.", unreadable_label(rows)?))
}

/// How a reading of the list ended.
#[derive(Debug, Clone, PartialEq)]
pub enum ReadEnd {
    /// Read to the end, nothing deleted by us meanwhile, and equal to the server's count where it told one.
    Complete,
    /// Not all of it is known.
    Partial(Failure),
}

/// What happens to a plan, in this order except for the ends.
#[derive(Debug, Clone, PartialEq)]
pub enum PlanEvent {
    /// It is in the journal and waits for a person; those that it replaces are gone from there.
    Staged,
    /// It is in the journal and waits; until then it can be taken back with no call made.
    Held {
        /// The end of the hold, on the monotonic clock.
        until: Duration,
    },
    /// The undo window is over. Nothing is done before [`Request::Begin`] or [`Request::HoldAgain`] answers: whoever
    /// shows the window knows whether it was seen.
    HoldOver {
        /// The end of the window.
        until: Duration,
    },
    /// Another plan of this tenancy runs on this machine; this one waits for it.
    Queued {
        /// For whom, as the lock file tells: "process 4711".
        holder: String,
    },
    /// The targets were looked at once more before the first call.
    LookedAt {
        /// How many were already gone.
        gone: usize,
        /// How many had another expiry than the one that was shown.
        renewed: usize,
    },
    /// A step's call is being made.
    StepStarted(usize),
    /// A call was not answered; the truth is being looked for.
    Settling(usize),
    /// A step ended, with what is known of it.
    StepEnded {
        /// Its place in the plan, from 0.
        step: usize,
        /// What is known of it now; its outcome is there.
        progress: Progress,
        /// Why it did not work, where it did not.
        failure: Option<Failure>,
    },
    /// It does not go on by itself.
    Paused(Failure),
    /// It was taken back during its hold; no call was made.
    TakenBack,
    /// It came to an end.
    Ended {
        /// `Finished`, `Stopped`, `Paused` by a person, or `Dropped`.
        state: PlanState,
        /// What is known of each step.
        progress: Vec<Progress>,
    },
}

/// Plans that were begun and are not finished, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unfinished {
    /// How many plans.
    pub plans: usize,
    /// How many of their steps are over.
    pub done: usize,
    /// How many steps they have.
    pub steps: usize,
}

/// A plan found unfinished in the journal.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOver {
    /// The plan with what is known of it, after looking.
    pub entry: JournalEntry,
    /// What looking found out, a sentence for each call that had no answer.
    pub findings: Vec<String>,
    /// The steps whose end was found out or written only now; no earlier command has reported them.
    pub settled: Vec<usize>,
}
