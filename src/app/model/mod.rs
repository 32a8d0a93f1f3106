//! State that all screens share.
//!
//! Screens read the model directly and change it only through `ops`. The model depends on no screen and no
//! effect.

pub mod click_area;
pub mod command_search;
pub mod filter_tabs;
pub mod in_flight;
pub mod invites;
pub mod labels;
pub mod marks;
pub mod notifications;
pub mod options;
pub mod plan_results;
pub mod plans;
pub mod request_log;
pub mod table;
pub mod view;

use std::sync::Arc;

use in_flight::InFlight;
use invites::{AutoRefresh, InviteList, PendingQuery};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use marks::Marks;
use notifications::Notifications;
use options::{AppOptions, SessionStatus};
use plans::Plans;
use request_log::{LatencyEstimator, RateLimitWait, RequestLog};
use table::{FilterHistory, Table, TablePrefsSync};
use uuid::Builder;
use view::RenderMetrics;

use crate::domain::annotation::{AnnotationChange, Annotations};
use crate::domain::export::ExportJob;
use crate::domain::invite_store::RowId;
use crate::domain::journal::JournalEntry;
use crate::domain::lint::DomainStats;
use crate::domain::members::Members;
use crate::domain::overview::Overview;
use crate::domain::past_changes::PastChanges;
use crate::domain::{
    Connection, Draft, Error, Identity, Invite, Now, Outcome, Plan, PlanId, Quota, RequestId, Step,
    TenancyKey, TriageSession, email,
};

/// Shared state of the console.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// Start options.
    pub options: AppOptions,
    /// Time of the last event.
    pub now: Now,
    /// Connection data; `None` until the service task reports it.
    pub connection: Option<Connection>,
    /// Why the last request had no valid token, for the header; `None` if it had one.
    pub token_problem: Option<&'static str>,
    /// True if the user has hidden the line about the sandbox.
    pub is_sandbox_line_hidden: bool,
    /// Why the console is read-only, a fragment without trailing period; `None` if it is not.
    pub read_only_reason: Option<String>,
    /// Why the journal is unusable, if it is.
    pub journal_error: Option<Error>,
    /// The invites and their completeness.
    pub invites: InviteList,
    /// The invite that was looked up last, and when.
    pub last_lookup: Option<(Invite, Timestamp)>,
    /// Rows, selection and scroll position of the table.
    pub table: Table,
    /// State of loading and saving the table's sort order and columns.
    pub table_prefs_sync: TablePrefsSync,
    /// The marked invites.
    pub marks: Marks,
    /// Filter and sort job that runs in the background.
    pub pending_query: Option<PendingQuery>,
    /// Server time for which the rows were filtered.
    pub queried_at: Timestamp,
    /// Background search whose rows will be marked.
    pub pending_mark_search: Option<u64>,
    /// Filters that were used, the newest first.
    pub filter_history: FilterHistory,
    /// Plans that have not ended.
    pub plans: Plans,
    /// Unsent or rejected drafts; the last one is opened next.
    pub drafts: Vec<Draft>,
    /// Latest edit of an invite that is not in a running plan.
    pub unsent_edit: Option<(Identity, Draft)>,
    /// Triage session that was left before its end.
    pub triage: Option<TriageSession>,
    /// Plan made from the decisions of the open triage session, while the plan is being confirmed.
    pub triage_plan: Option<PlanId>,
    /// Submitted plan with its triage session, until the service task accepts the plan.
    pub submitted_triage: Option<(PlanId, TriageSession)>,
    /// Notes, snoozes and dismissed problems.
    pub annotations: Annotations,
    /// State of writing notes and snoozes to the journal.
    pub annotation_sync: AnnotationSync,
    /// The members, once they are known.
    pub members: Option<Members>,
    /// Remaining quota, if the server reports one.
    pub quota: Option<Quota>,
    /// Counts for the header and the filter tabs, from the last search for problems.
    pub overview: Overview,
    /// The last change of each email from this machine.
    pub past_changes: PastChanges,
    /// Email domains of the tenancy, from the last search for problems.
    pub domain_stats: Arc<DomainStats>,
    /// Service requests without a reply.
    pub in_flight: InFlight,
    /// Notifications to the user.
    pub notifications: Notifications,
    /// Log of API requests.
    pub request_log: RequestLog,
    /// Latency of API requests.
    pub latency: LatencyEstimator,
    /// Current wait before the next request.
    pub rate_limit_wait: Option<RateLimitWait>,
    /// State of auto-refresh.
    pub auto_refresh: AutoRefresh,
    /// Export that is being written, or waits for permission to overwrite a file.
    pub export: Option<ExportJob>,
    /// Status of the background sessions.
    pub background_sessions: Vec<SessionStatus>,
    /// Name of the theme that the user chose or previews; `None` for the configured theme.
    pub theme_name: Option<String>,
    /// Sizes measured by the last frame.
    pub metrics: RenderMetrics,
    /// Number of stale replies.
    pub stale_replies: usize,
    last_number: u64,
    plan_count: u128,
}

impl Model {
    /// Creates the initial state.
    pub fn new(mut options: AppOptions) -> Model {
        options.filters = options.filters.with_zone(options.zone.clone().unwrap_or(TimeZone::UTC));
        let read_only_reason = options.initial_read_only_reason();
        Model { options, read_only_reason, ..Model::default() }
    }

    /// Returns the server time rounded to the minute, the reference for expiries.
    ///
    /// All relative times then change together, and an idle console wakes up at most once a minute.
    pub fn server_now(&self, now: Now) -> Timestamp {
        let seconds = self.exact_server_now(now).as_second();
        Timestamp::from_second(seconds - seconds.rem_euclid(60)).unwrap_or(now.wall)
    }

    /// Returns the exact server time.
    pub fn exact_server_now(&self, now: Now) -> Timestamp {
        let offset = self.connection.as_ref().map(|connection| connection.clock_offset).unwrap_or_default();
        now.wall.checked_add(offset).unwrap_or(now.wall)
    }

    /// Returns the selected invite.
    pub fn selected_invite(&self) -> Option<Invite> {
        let row = self.table.selected_row()?;
        self.invites.shown.rows().get(row).map(|row| row.to_invite())
    }

    /// True if rows are being filtered and sorted.
    pub fn is_query_pending(&self) -> bool {
        self.pending_query.is_some()
    }

    /// Returns a unique number for a request or a background job.
    pub(crate) fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    /// Creates a plan for this tenancy, without a filter.
    pub(crate) fn new_plan(&mut self, steps: Vec<Step>, now: Now) -> Plan {
        self.plan_count += 1;
        let bytes =
            self.options.seed.wrapping_add(self.plan_count.wrapping_mul(0x9e37_79b9_7f4a_7c15)).to_be_bytes();
        let id = PlanId(Builder::from_random_bytes(bytes).into_uuid());
        Plan { id, tenancy: self.tenancy().clone(), created_at: now.wall, steps, filter: String::new() }
    }

    /// Returns the tenancy of the token; the tenancy of the profile until a token was read.
    pub(crate) fn tenancy(&self) -> &TenancyKey {
        self.connection.as_ref().map_or(&self.options.tenancy, |connection| &connection.key)
    }

    /// Stores the unsent drafts of a plan, so the user need not retype them.
    pub(crate) fn save_drafts(&mut self, entry: &JournalEntry) {
        for (step, progress) in entry.steps_with_progress() {
            if let (Step::Create { draft, .. }, None | Some(Outcome::Skipped)) = (step, progress.outcome) {
                self.save_draft(draft);
            }
        }
    }

    /// Stores a draft unless it is stored already: two copies could send two emails.
    pub(crate) fn save_draft(&mut self, draft: &Draft) {
        self.drafts.retain(|other| other != draft);
        self.drafts.push(draft.clone());
    }

    /// True if there is an edit of an existing invite that is in no plan.
    pub fn has_unsent_edit(&self) -> bool {
        self.unsent_edit.as_ref().is_some_and(|(invite, _)| {
            let is_planned =
                self.plans.staged_step_for(invite).is_some() || self.plans.running_step_for(invite).is_some();
            !is_planned && self.invites.shown.find(invite).is_some()
        })
    }

    /// Returns the shown marked rows, in the order of the table.
    pub fn marked_rows(&self) -> Vec<RowId> {
        self.marks.shown_rows(&self.table, &self.invites.shown).collect()
    }

    /// Returns the rows that an action applies to: the shown marked rows, or else the selected row.
    ///
    /// The bool is true if the rows are marked.
    pub fn target_rows(&self) -> (Vec<RowId>, bool) {
        let marked = self.marked_rows();
        if marked.is_empty() {
            (self.table.selected_row().into_iter().collect(), false)
        } else {
            (marked, true)
        }
    }

    /// Returns the unsaved note about this email.
    pub fn unsaved_note(&self, email: &str) -> Option<String> {
        let (other, note) = self.annotation_sync.unsaved_note.as_ref()?;
        (*other == email::normalize(email)).then(|| note.clone())
    }

    /// Returns what hides marked rows, for use after "hidden by".
    pub fn hidden_by_text(&self) -> &'static str {
        let query = &self.table.query;
        match (query.filter.is_empty(), query.hides_snoozed() && self.table.snoozed.snoozed_rows > 0) {
            (_, false) => "the filter",
            (true, true) => "a snooze",
            (false, true) => "the filter or a snooze",
        }
    }
}

/// How to undo a note or a snooze.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnotationUndo {
    /// Changes that restore the notes or snoozes before it.
    pub(crate) changes: Vec<AnnotationChange>,
    /// Notification for success.
    pub(crate) text: &'static str,
}

/// Notes and snoozes that are not in the journal yet.
#[derive(Debug, Clone, Default)]
pub struct AnnotationSync {
    /// Request whose annotations are applied; replies to older requests are ignored.
    pub(crate) newest_request: Option<RequestId>,
    /// Normalized email and unsaved note about it.
    pub(crate) unsaved_note: Option<(String, String)>,
    /// Undoes the last note or snooze of this session; `None` if a plan is newer.
    pub(crate) undo: Option<AnnotationUndo>,
}
