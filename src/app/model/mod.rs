//! What all screens share. Screens read it, and change it only through `ops`. It knows no screen and no effect.

pub mod in_flight;
pub mod invites;
pub mod labels;
pub mod marks;
pub mod notifications;
pub mod options;
pub mod plans;
pub mod request_log;
pub mod table;
pub mod view;

use std::sync::Arc;

use crate::domain::export::ExportJob;
use in_flight::InFlight;
use invites::{AutoRefresh, InviteList, PendingQuery};
use jiff::Timestamp;
use marks::Marks;
use notifications::Notifications;
use options::{AppOptions, SessionStatus};
use plans::Plans;
use request_log::{LatencyEstimator, RateLimitWait, RequestLog};
use table::{FilterHistory, Table, TablePrefsSync};
use uuid::Builder;
use view::RenderMetrics;

use crate::domain::annotation::Annotations;
use crate::domain::invite_store::RowId;
use crate::domain::journal::JournalEntry;
use crate::domain::lint::DomainStats;
use crate::domain::members::Members;
use crate::domain::{
    Connection, Draft, Error, Identity, Invite, Now, Outcome, Plan, PlanId, Quota, RequestId, Step,
    TenancyKey, TriageSession, email,
};

/// The data of the console.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// What it was started with.
    pub options: AppOptions,
    /// When the last thing happened.
    pub now: Now,
    /// What is known of the connection.
    pub connection: Option<Connection>,
    /// The server has refused the token.
    pub token_rejected: bool,
    /// Why all changes are refused until a person allows them, as half a sentence; `None` where they are not.
    pub read_only_reason: Option<String>,
    /// Why nothing can be changed, where the journal cannot be used.
    pub journal_error: Option<Error>,
    /// The invites, and how many of them are known.
    pub invites: InviteList,
    /// When the invite in the detail pane was last looked up.
    pub last_lookup: Option<(Invite, Timestamp)>,
    /// The table.
    pub table: Table,
    /// Whether the order and the columns of the table are to be saved, and for whom.
    pub table_prefs_sync: TablePrefsSync,
    /// The marked invites.
    pub marks: Marks,
    /// An arrangement of rows that is being made off the loop.
    pub pending_query: Option<PendingQuery>,
    /// The server's date and time for which the rows were arranged.
    pub queried_at: Timestamp,
    /// The search, off the loop, whose rows are to be marked.
    pub pending_mark_search: Option<u64>,
    /// The filters that were kept, the newest first.
    pub filter_history: FilterHistory,
    /// Plans that are not over.
    pub plans: Plans,
    /// Drafts that were not sent, or not taken by the server; the last one is opened next.
    pub drafts: Vec<Draft>,
    /// What was written last in place of an invite and is not in a plan that runs.
    pub unsent_edit: Option<(Identity, Draft)>,
    /// A triage session that was left in the middle.
    pub triage: Option<TriageSession>,
    /// The plan that was made from all decisions of that session, while it is asked about.
    pub triage_plan: Option<PlanId>,
    /// Notes, snoozes, and problems that were dismissed.
    pub annotations: Annotations,
    /// The notes and snoozes that are being written to the journal.
    pub annotation_sync: AnnotationSync,
    /// The members, once they are known.
    pub members: Option<Members>,
    /// What is left of the quota of invites, where the server tells one.
    pub quota: Option<Quota>,
    /// The domains of the tenancy, as they were learned when the list was last searched for problems.
    pub domain_stats: Arc<DomainStats>,
    /// The requests that were not answered yet.
    pub in_flight: InFlight,
    /// What there is to say.
    pub notifications: Notifications,
    /// The requests that were made.
    pub request_log: RequestLog,
    /// How quickly requests are answered.
    pub latency: LatencyEstimator,
    /// The wait that is going on.
    pub rate_limit_wait: Option<RateLimitWait>,
    /// Loading the list again automatically.
    pub auto_refresh: AutoRefresh,
    /// The export that is being written, or waits for an answer about a file that is there.
    pub export: Option<ExportJob>,
    /// How the sessions stand that are open in the background.
    pub background_sessions: Vec<SessionStatus>,
    /// What the last frame found out about sizes.
    pub metrics: RenderMetrics,
    /// Replies that came too late.
    pub stale_replies: usize,
    last_number: u64,
    plans_made: u128,
}

impl Model {
    /// The data before anything has happened.
    pub fn new(mut options: AppOptions) -> Model {
        options.filters = options.filters.with_zone(options.zone.clone());
        let read_only = options.initial_read_only_reason();
        Model { options, read_only_reason: read_only, ..Model::default() }
    }

    /// The server's date and time, to the minute: what expiries are counted down against. To the minute, so that
    /// all words about them change at the same moment and an idle console wakes up once a minute at the most.
    pub fn server_now(&self, now: Now) -> Timestamp {
        let seconds = self.exact_server_now(now).as_second();
        Timestamp::from_second(seconds - seconds.rem_euclid(60)).unwrap_or(now.wall)
    }

    /// The server's date and time.
    pub fn exact_server_now(&self, now: Now) -> Timestamp {
        let offset = self.connection.as_ref().map(|session| session.clock_offset).unwrap_or_default();
        now.wall.checked_add(offset).unwrap_or(now.wall)
    }

    /// The invite of the selected line.
    pub fn selected_invite(&self) -> Option<Invite> {
        let row = self.table.selected_row()?;
        self.invites.shown.rows().get(row).map(|row| row.to_invite())
    }

    /// Whether rows are being filtered and sorted at this moment.
    pub fn is_query_pending(&self) -> bool {
        self.pending_query.is_some()
    }

    /// A number that names one request, or one job off the loop; never used twice.
    pub(crate) fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    /// A new plan for this tenancy, chosen by no filter.
    pub(crate) fn new_plan(&mut self, steps: Vec<Step>, now: Now) -> Plan {
        self.plans_made += 1;
        let bytes =
            self.options.seed.wrapping_add(self.plans_made.wrapping_mul(0x9e37_79b9_7f4a_7c15)).to_be_bytes();
        let id = PlanId(Builder::from_random_bytes(bytes).into_uuid());
        Plan { id, tenancy: self.tenancy().clone(), created_at: now.wall, steps, filter: String::new() }
    }

    /// The tenancy of the token, or of the profile before a token was read.
    pub(crate) fn tenancy(&self) -> &TenancyKey {
        self.connection.as_ref().map_or(&self.options.tenancy, |session| &session.key)
    }

    /// Keeps what a plan would have sent and did not, so that nobody has to type it again.
    pub(crate) fn save_drafts(&mut self, entry: &JournalEntry) {
        for (step, progress) in entry.plan.steps.iter().zip(&entry.progress) {
            if let (Step::Create { draft, .. }, None | Some(Outcome::Skipped)) = (step, progress.outcome) {
                self.save_draft(draft);
            }
        }
    }

    /// Keeps a draft, once: sent from two copies it would mail somebody twice.
    pub(crate) fn save_draft(&mut self, draft: &Draft) {
        self.drafts.retain(|other| other != draft);
        self.drafts.push(draft.clone());
    }

    /// Whether something was written in place of an invite that is still there, and no plan has it.
    pub fn has_unsent_edit(&self) -> bool {
        self.unsent_edit.as_ref().is_some_and(|(invite, _)| {
            let is_planned =
                self.plans.staged_step_for(invite).is_some() || self.plans.running_step_for(invite).is_some();
            !is_planned && self.invites.shown.find(invite).is_some()
        })
    }

    /// The rows that are shown and marked, in the table's order.
    pub fn marked_rows(&self) -> Vec<RowId> {
        self.marks.shown_rows(&self.table, &self.invites.shown).collect()
    }

    /// The rows that a verb is about: the marked ones that are shown, or else the selected one. True where they are
    /// marked.
    pub fn target_rows(&self) -> (Vec<RowId>, bool) {
        let marked = self.marked_rows();
        if marked.is_empty() {
            (self.table.selected_row().into_iter().collect(), false)
        } else {
            (marked, true)
        }
    }

    /// What was typed on this email and is not in the journal.
    pub fn unsaved_note(&self, email: &str) -> Option<String> {
        let folded = email::normalize(email);
        self.annotation_sync
            .unsaved
            .as_ref()
            .filter(|(other, _)| *other == folded)
            .map(|(_, note)| note.clone())
    }

    /// What hides marked rows, for a sentence about them.
    pub fn hidden_by(&self) -> &'static str {
        let query = &self.table.query;
        match (query.filter.is_empty(), query.hides_snoozed() && self.table.snoozed.snoozed_rows > 0) {
            (_, false) => "the filter",
            (true, true) => "being put off",
            (false, true) => "the filter or being put off",
        }
    }
}

/// What is known of notes and snoozes beside those that the journal has told.
#[derive(Debug, Clone, Default)]
pub struct AnnotationSync {
    /// The last request whose answer is in force.
    pub(crate) newest: Option<RequestId>,
    /// A note that was typed and is not in the journal, with its folded email.
    pub(crate) unsaved: Option<(String, String)>,
}
