//! Everything the console knows. Changed by `update` alone, read by `ui`.

use std::collections::HashSet;
use std::time::Duration;

use jiff::Timestamp;
use uuid::Builder;

use crate::domain::journal::JournalEntry;
use crate::domain::members::Members;
use crate::domain::query::{self, ARRANGED_AT_ONCE};
use crate::domain::remark::Remarks;
use crate::domain::roster::{Roster, Row};
use crate::domain::{
    Caps, Draft, Failure, Identity, Invite, Now, Outcome, Plan, PlanId, Request, RequestId, Session, Step,
    Walk,
};

use crate::app::effect::Effect;
use crate::app::model::export::Job;
use crate::app::model::filter_history::FilterHistory;
use crate::app::model::invites::{Ending, InviteList};
pub use crate::app::model::latency::{Latency, Waiting};
use crate::app::model::marks::Marks;
use crate::app::model::notifications::Notifications;
pub use crate::app::model::options::{AppOptions, Badge, TryOut};
use crate::app::model::plans::{Plans, Staging};
pub use crate::app::model::render_metrics::{RenderMetrics, RowsAt};
use crate::app::model::request_log::RequestLog;
use crate::app::model::sessions::SessionStatus;
use crate::app::model::table::Table;
use crate::app::model::view::View;
use crate::app::ops::access;
use crate::app::ops::annotations;
use crate::app::ops::annotations::Annotating;
use crate::app::ops::auto_refresh::AutoRefresh;
use crate::app::ops::table_prefs::TablePrefs;
use crate::app::shell::stack;
use crate::app::shell::stack::Overlay;
use crate::keys::action::Action;
use crate::keys::input::Key;

/// Where the detail pane goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pane {
    /// Where the window has room for it.
    #[default]
    AsItFits,
    /// On the right.
    Side,
    /// Below the table.
    Below,
    /// Nowhere.
    Off,
}

/// The console.
#[derive(Debug, Clone)]
pub struct App {
    /// What it was started with.
    pub start: AppOptions,
    /// What is known of the connection.
    pub session: Option<Session>,
    /// The invites, and how many of them are known.
    pub list: InviteList,
    /// The table.
    pub table: Table,
    /// Where the detail pane goes.
    pub pane: Pane,
    /// What fills the window when nothing lies in front of it.
    pub view: View,
    /// The marked invites.
    pub marks: Marks,
    /// The server has refused the token.
    pub token_rejected: bool,
    /// Why all changes are refused until a person allows them, as half a sentence; `None` where they are not.
    pub read_only: Option<String>,
    /// What was written last in place of an invite and is not in a plan that runs.
    pub corrected: Option<(Identity, Draft)>,
    /// A triage walk that was left in the middle.
    pub walk: Option<Walk>,
    /// A list of many that was left in the middle.
    pub many: Option<Box<stack::Import>>,
    /// The commands that were run from the palette, the newest first.
    pub commands: Vec<Action>,
    /// How quickly calls are answered.
    pub pace: Latency,
    /// The place in the view of plans.
    pub plans: crate::app::screens::plans::PlansCursor,
    /// How the tenancies stand that are open behind this one.
    pub elsewhere: Vec<SessionStatus>,
    /// The view of what changed.
    pub changed: crate::app::screens::changes::Changes,
    /// The view of what looks wrong.
    pub problems: crate::app::screens::problems::Problems,
    /// The members, once they are known.
    pub members: Option<Members>,
    /// What is left of the cap of invites, where the server tells one.
    pub caps: Option<Caps>,
    /// Notes, what was put off, and problems that are none.
    pub remarks: Remarks,
    /// Reading the list again by itself.
    pub watch: AutoRefresh,
    /// The view of the journal.
    pub journal: crate::app::screens::journal::Journal,
    /// The calls that were made.
    pub requests: RequestLog,
    /// The export that is being written, or waits for an answer about a file that is there.
    pub exporting: Option<Job>,
    /// What lies in front of the view; the last one gets the keys.
    pub screens: Vec<Overlay>,
    /// Drafts that were not sent, or not taken by the server; the last one is opened next.
    pub drafts: Vec<Draft>,
    /// Plans that are not over.
    pub changes: Plans,
    /// What there is to say.
    pub messages: Notifications,
    /// The wait that is going on.
    pub waiting: Option<Waiting>,
    /// Why nothing can be changed, where the journal cannot be used.
    pub no_journal: Option<Failure>,
    /// The filters that were kept, the newest first.
    pub past_filters: FilterHistory,
    /// When the invite in the detail pane was last looked up.
    pub looked_up: Option<(Invite, Timestamp)>,
    /// The look-ups that were not answered yet; only the last one is still wanted.
    pub looking_up: Vec<(RequestId, Identity)>,
    /// Keys typed so far of a longer one.
    pub typed: Vec<Key>,
    /// What the last draw found out.
    pub drawn: RenderMetrics,
    /// Replies that came too late.
    pub stale_replies: usize,
    /// When the last thing happened.
    pub now: Now,
    pub(crate) attention: crate::app::shell::attention::Attention,
    pub(crate) keeping: TablePrefs,
    pub(crate) remarking: Annotating,
    /// The end of the token of which it was said that it comes soon.
    pub(crate) end_was_said: Option<Timestamp>,
    /// The search, off the loop, whose rows are to be marked.
    pub(crate) matching: Option<u64>,
    pub(crate) arranging: Option<Arranging>,
    /// The server's date and time for which the rows were arranged.
    pub(crate) arranged_for: Timestamp,
    last_number: u64,
    plans_made: u128,
}

/// An arrangement that is being made off the loop.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Arranging {
    pub number: u64,
    /// It is of the incoming rows of a reading that ended so; they are shown as soon as it is there.
    pub swaps_in: Option<Ending>,
    /// Rows have arrived since: it is to be made again.
    pub outdated: bool,
}

impl App {
    /// The console before anything has happened.
    pub fn new(mut start: AppOptions) -> App {
        start.filters = start.filters.in_zone(start.zone.clone());
        let read_only = access::at_the_start(&start);
        App {
            start,
            session: None,
            list: InviteList::default(),
            table: Table::default(),
            pane: Pane::default(),
            view: View::default(),
            marks: Marks::default(),
            token_rejected: false,
            read_only,
            corrected: None,
            walk: None,
            many: None,
            commands: Vec::new(),
            pace: Latency::default(),
            plans: crate::app::screens::plans::PlansCursor::default(),
            elsewhere: Vec::new(),
            changed: crate::app::screens::changes::Changes::default(),
            problems: crate::app::screens::problems::Problems::default(),
            members: None,
            caps: None,
            remarks: Remarks::default(),
            watch: AutoRefresh::default(),
            journal: crate::app::screens::journal::Journal::default(),
            requests: RequestLog::default(),
            exporting: None,
            screens: Vec::new(),
            drafts: Vec::new(),
            changes: Plans::default(),
            messages: Notifications::default(),
            waiting: None,
            no_journal: None,
            past_filters: FilterHistory::default(),
            looked_up: None,
            looking_up: Vec::new(),
            typed: Vec::new(),
            drawn: RenderMetrics::default(),
            stale_replies: 0,
            now: Now { wall: Timestamp::UNIX_EPOCH, mono: Duration::ZERO },
            attention: Default::default(),
            keeping: TablePrefs::default(),
            remarking: Annotating::default(),
            end_was_said: None,
            matching: None,
            arranging: None,
            arranged_for: Timestamp::UNIX_EPOCH,
            last_number: 0,
            plans_made: 0,
        }
    }

    /// The server's date and time, to the minute: what expiries are counted down against. To the minute, so that
    /// all words about them change at the same moment and an idle console wakes up once a minute at the most.
    pub fn server_now(&self, now: Now) -> Timestamp {
        let seconds = self.exact_server_now(now).as_second();
        Timestamp::from_second(seconds - seconds.rem_euclid(60)).unwrap_or(now.wall)
    }

    /// The server's date and time.
    pub(crate) fn exact_server_now(&self, now: Now) -> Timestamp {
        let offset = self.session.as_ref().map(|session| session.clock_offset).unwrap_or_default();
        now.wall.checked_add(offset).unwrap_or(now.wall)
    }

    /// The invite of the selected line.
    pub fn selected_invite(&self) -> Option<Invite> {
        let row = self.table.row()?;
        self.list.shown.rows().get(row).map(|row| row.to_invite())
    }

    /// Whether rows are being filtered and sorted at this moment.
    pub fn is_arranging(&self) -> bool {
        self.arranging.is_some()
    }

    /// A request with a new name, as an effect.
    pub(crate) fn ask(&mut self, request: Request) -> (RequestId, Effect) {
        let id = RequestId(self.next_number());
        (id, Effect::Ask(id, request))
    }

    /// Begins to read the list.
    pub(crate) fn read(&mut self, now: Now) -> Vec<Effect> {
        let (id, effect) = self.ask(Request::Read);
        // An arrangement of rows that were about to be shown is void with them.
        self.arranging = self.arranging.take().filter(|arranging| arranging.swaps_in.is_none());
        self.list.begin(id, now.mono);
        vec![effect]
    }

    /// A new plan for this tenancy.
    pub(crate) fn plan(&mut self, steps: Vec<Step>, now: Now) -> Plan {
        self.plans_made += 1;
        let bytes =
            self.start.seed.wrapping_add(self.plans_made.wrapping_mul(0x9e37_79b9_7f4a_7c15)).to_be_bytes();
        let id = PlanId(Builder::from_random_bytes(bytes).into_uuid());
        let tenancy = self.session.as_ref().map_or(&self.start.tenancy, |session| &session.key).clone();
        Plan { id, tenancy, made: now.wall, steps, filter: self.table.query.filter.text().to_owned() }
    }

    /// Hands a confirmed plan to the service task. The staged plans that it is made of are a part of it now.
    pub(crate) fn run(&mut self, plan: Plan, replaces: Vec<PlanId>) -> Vec<Effect> {
        self.changes.begin(plan.clone(), &replaces);
        let (_, effect) = self.ask(Request::Run { plan, hold: self.start.hold, replaces });
        vec![effect]
    }

    /// Has a plan written to the journal as staged, in place of staged plans whose steps it has taken over.
    pub(crate) fn stage(&mut self, plan: Plan, replaces: Vec<PlanId>) -> Vec<Effect> {
        let (asked, effect) = self.ask(Request::Stage { plan: plan.clone(), replaces: replaces.clone() });
        self.changes.staging.push(Staging { asked, plan, replaces });
        vec![effect]
    }

    /// Arranges the shown rows anew: at once where there are few, off the loop where there are many.
    pub(crate) fn arrange(&mut self) -> Vec<Effect> {
        self.arranged_for = self.server_now(self.now);
        // Rows that are about to be shown are arranged anew in their place, or they would never be.
        if let Some(ending) = self.arranging.take().and_then(|arranging| arranging.swaps_in) {
            return self.arrange_elsewhere(Some(ending));
        }
        if self.list.shown.len() <= ARRANGED_AT_ONCE {
            let (rows, now) = (self.list.shown.rows(), self.server_now(self.now));
            let order = query::arrange(rows, &self.table.query, now, self.marks.identities());
            self.take_order(order);
            return Vec::new();
        }
        self.arrange_elsewhere(None)
    }

    /// As [`App::arrange`], but leaves an arrangement that is under way its time, because rows arrive quicker
    /// than many of them can be sorted; and while a long list streams in, waits until it has grown by a quarter.
    pub(crate) fn arrange_after_arrival(&mut self) -> Vec<Effect> {
        let (rows, arranged) = (self.list.shown.len(), self.table.order.len());
        if self.list.streams() && rows > ARRANGED_AT_ONCE && rows < arranged + arranged / 4 {
            return Vec::new();
        }
        match &mut self.arranging {
            Some(arranging) => {
                arranging.outdated = true;
                Vec::new()
            }
            None => self.arrange(),
        }
    }

    /// Time has gone by: a filter that asks for the time may let other rows through now, and what was put off come back.
    pub(crate) fn arrange_for_the_time(&mut self) -> Vec<Effect> {
        let now = self.server_now(self.now);
        let asked = self.table.query.filter.asks_time() || annotations::wakes(self, now);
        if asked && now != self.arranged_for && self.arranging.is_none() {
            return self.arrange();
        }
        Vec::new()
    }

    /// A reading has ended. Rows that take the place of the shown ones do so together with their order: an
    /// order is of one roster, and names other invites in another.
    pub(crate) fn end_reading(&mut self, ending: Ending) -> Vec<Effect> {
        self.list.reading = None;
        let coming = self.list.incoming.as_ref().filter(|_| self.list.swaps(&ending)).map(Roster::len);
        if coming.is_some_and(|rows| rows > ARRANGED_AT_ONCE) {
            return self.arrange_elsewhere(Some(ending));
        }
        self.end_list(ending);
        if coming.is_some() { self.arrange() } else { self.arrange_after_arrival() }
    }

    /// Arranges off the loop. With `swaps_in` it is of the incoming rows, which replace the shown ones then.
    fn arrange_elsewhere(&mut self, swaps_in: Option<Ending>) -> Vec<Effect> {
        let number = self.next_number();
        let roster = match (&self.list.incoming, &swaps_in) {
            (Some(incoming), Some(_)) => incoming,
            _ => &self.list.shown,
        };
        self.arranging = Some(Arranging { number, swaps_in, outdated: false });
        let (rows, query) = (roster.rows().clone(), self.table.query.clone());
        let marked = match query.filter.asks_marks() {
            true => self.marks.identities().clone(),
            false => HashSet::new(),
        };
        vec![Effect::Arrange { number, rows, query, now: self.server_now(self.now), marked }]
    }

    /// The list is what the reading has brought; marks of invites that are gone by it go with them.
    pub(crate) fn end_list(&mut self, ending: Ending) {
        if self.list.swaps(&ending) {
            crate::app::ops::mark_matching::forget(self, self.now);
        }
        self.list.end(ending);
        if self.list.is_complete() && self.list.stale.is_none() {
            self.marks.prune(&self.list.shown);
        }
    }

    pub(crate) fn take_order(&mut self, order: Vec<Row>) {
        self.table.arrange(order, &self.list.shown, self.drawn.table_height);
        self.marks.rearranged(&self.table, &self.list.shown);
        annotations::count(self);
        crate::app::screens::pending::forecast::follow_rows(self);
    }

    /// Keeps what a plan would have sent and did not, so that nobody has to type it again.
    pub(crate) fn keep_drafts(&mut self, entry: &JournalEntry) {
        for (step, progress) in entry.plan.steps.iter().zip(&entry.progress) {
            if let (Step::Create { draft, .. }, None | Some(Outcome::NotSent)) = (step, progress.outcome) {
                self.keep_draft(draft);
            }
        }
    }

    /// Keeps a draft, once: sent from two copies it would mail somebody twice.
    pub(crate) fn keep_draft(&mut self, draft: &Draft) {
        self.drafts.retain(|other| other != draft);
        self.drafts.push(draft.clone());
    }

    /// Takes a row away without sorting the others anew.
    pub(crate) fn remove(&mut self, identity: &Identity) {
        let row = self.list.shown.find(identity);
        self.list.remove(identity);
        self.marks.remove(identity);
        let order = self.table.order.iter().copied().filter(|other| Some(*other) != row).collect();
        self.take_order(order);
    }

    pub(crate) fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }
}
