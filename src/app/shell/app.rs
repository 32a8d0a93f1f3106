//! The console: the shared data, what each view and the shell keep for themselves, and what lies in front.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::domain::query::{self, ARRANGED_AT_ONCE};
use crate::domain::roster::{Roster, Row};
use crate::domain::{Identity, Now, Plan, PlanId, Request, RequestId, Walk};

use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::model::invites::{Arranging, Ending};
use crate::app::model::options::AppOptions;
use crate::app::model::plans::Staging;
use crate::app::model::render_metrics::Pane;
use crate::app::model::view::View;
use crate::app::ops::annotations;
use crate::app::shell::attention::Attention;
use crate::app::shell::stack::{self, Overlay};
use crate::keys::action::Action;
use crate::keys::input::Key;

/// The console.
#[derive(Debug, Clone)]
pub struct App {
    /// What all screens share.
    pub model: Model,
    /// Where the detail pane goes.
    pub pane: Pane,
    /// What fills the window when nothing lies in front of it.
    pub view: View,
    /// A triage walk that was left in the middle.
    pub walk: Option<Walk>,
    /// A list of many that was left in the middle.
    pub many: Option<Box<stack::Import>>,
    /// The commands that were run from the palette, the newest first.
    pub commands: Vec<Action>,
    /// The place in the view of plans.
    pub plans_view: crate::app::screens::plans::PlansCursor,
    /// The view of what changed.
    pub changes: crate::app::screens::changes::Changes,
    /// The view of what looks wrong.
    pub problems: crate::app::screens::problems::Problems,
    /// The view of the journal.
    pub journal: crate::app::screens::journal::Journal,
    /// What lies in front of the view; the last one gets the keys.
    pub screens: Vec<Overlay>,
    /// The look-ups that were not answered yet; only the last one is still wanted.
    pub looking_up: Vec<(RequestId, Identity)>,
    /// Keys typed so far of a longer one.
    pub typed: Vec<Key>,
    pub(crate) attention: Attention,
    /// The end of the token of which it was said that it comes soon.
    pub(crate) end_was_said: Option<Timestamp>,
}

impl App {
    /// The console before anything has happened.
    pub fn new(options: AppOptions) -> App {
        App {
            model: Model::new(options),
            pane: Pane::default(),
            view: View::default(),
            walk: None,
            many: None,
            commands: Vec::new(),
            plans_view: Default::default(),
            changes: Default::default(),
            problems: Default::default(),
            journal: Default::default(),
            screens: Vec::new(),
            looking_up: Vec::new(),
            typed: Vec::new(),
            attention: Attention::default(),
            end_was_said: None,
        }
    }

    /// A request with a new name, as an effect.
    pub(crate) fn ask(&mut self, request: Request) -> (RequestId, Effect) {
        let id = RequestId(self.model.next_number());
        (id, Effect::Ask(id, request))
    }

    /// Begins to read the list.
    pub(crate) fn read(&mut self, now: Now) -> Vec<Effect> {
        let (id, effect) = self.ask(Request::Read);
        // An arrangement of rows that were about to be shown is void with them.
        self.model.arranging = self.model.arranging.take().filter(|arranging| arranging.swaps_in.is_none());
        self.model.invites.begin(id, now.mono);
        vec![effect]
    }

    /// Hands a confirmed plan to the service task. The staged plans that it is made of are a part of it now.
    pub(crate) fn run(&mut self, plan: Plan, replaces: Vec<PlanId>) -> Vec<Effect> {
        self.model.plans.begin(plan.clone(), &replaces);
        let (_, effect) = self.ask(Request::Run { plan, hold: self.model.options.hold, replaces });
        vec![effect]
    }

    /// Has a plan written to the journal as staged, in place of staged plans whose steps it has taken over.
    pub(crate) fn stage(&mut self, plan: Plan, replaces: Vec<PlanId>) -> Vec<Effect> {
        let (asked, effect) = self.ask(Request::Stage { plan: plan.clone(), replaces: replaces.clone() });
        self.model.plans.staging.push(Staging { asked, plan, replaces });
        vec![effect]
    }

    /// Arranges the shown rows anew: at once where there are few, off the loop where there are many.
    pub(crate) fn arrange(&mut self) -> Vec<Effect> {
        self.model.arranged_for = self.model.server_now(self.model.now);
        // Rows that are about to be shown are arranged anew in their place, or they would never be.
        if let Some(ending) = self.model.arranging.take().and_then(|arranging| arranging.swaps_in) {
            return self.arrange_elsewhere(Some(ending));
        }
        if self.model.invites.shown.len() <= ARRANGED_AT_ONCE {
            let (rows, now) = (self.model.invites.shown.rows(), self.model.server_now(self.model.now));
            let order = query::arrange(rows, &self.model.table.query, now, self.model.marks.identities());
            self.take_order(order);
            return Vec::new();
        }
        self.arrange_elsewhere(None)
    }

    /// As [`App::arrange`], but leaves an arrangement that is under way its time, because rows arrive quicker
    /// than many of them can be sorted; and while a long list streams in, waits until it has grown by a quarter.
    pub(crate) fn arrange_after_arrival(&mut self) -> Vec<Effect> {
        let (rows, arranged) = (self.model.invites.shown.len(), self.model.table.order.len());
        if self.model.invites.streams() && rows > ARRANGED_AT_ONCE && rows < arranged + arranged / 4 {
            return Vec::new();
        }
        match &mut self.model.arranging {
            Some(arranging) => {
                arranging.outdated = true;
                Vec::new()
            }
            None => self.arrange(),
        }
    }

    /// Time has gone by: a filter that asks for the time may let other rows through now, and what was put off come back.
    pub(crate) fn arrange_for_the_time(&mut self) -> Vec<Effect> {
        let now = self.model.server_now(self.model.now);
        let asked = self.model.table.query.filter.asks_time() || annotations::wakes(self, now);
        if asked && now != self.model.arranged_for && self.model.arranging.is_none() {
            return self.arrange();
        }
        Vec::new()
    }

    /// A reading has ended. Rows that take the place of the shown ones do so together with their order: an
    /// order is of one roster, and names other invites in another.
    pub(crate) fn end_reading(&mut self, ending: Ending) -> Vec<Effect> {
        self.model.invites.reading = None;
        let coming = self
            .model
            .invites
            .incoming
            .as_ref()
            .filter(|_| self.model.invites.swaps(&ending))
            .map(Roster::len);
        if coming.is_some_and(|rows| rows > ARRANGED_AT_ONCE) {
            return self.arrange_elsewhere(Some(ending));
        }
        self.end_list(ending);
        if coming.is_some() { self.arrange() } else { self.arrange_after_arrival() }
    }

    /// Arranges off the loop. With `swaps_in` it is of the incoming rows, which replace the shown ones then.
    fn arrange_elsewhere(&mut self, swaps_in: Option<Ending>) -> Vec<Effect> {
        let number = self.model.next_number();
        let roster = match (&self.model.invites.incoming, &swaps_in) {
            (Some(incoming), Some(_)) => incoming,
            _ => &self.model.invites.shown,
        };
        self.model.arranging = Some(Arranging { number, swaps_in, outdated: false });
        let (rows, query) = (roster.rows().clone(), self.model.table.query.clone());
        let marked = match query.filter.asks_marks() {
            true => self.model.marks.identities().clone(),
            false => HashSet::new(),
        };
        vec![Effect::Arrange { number, rows, query, now: self.model.server_now(self.model.now), marked }]
    }

    /// The list is what the reading has brought; marks of invites that are gone by it go with them.
    pub(crate) fn end_list(&mut self, ending: Ending) {
        if self.model.invites.swaps(&ending) {
            crate::app::ops::mark_matching::forget(self, self.model.now);
        }
        self.model.invites.end(ending);
        if self.model.invites.is_complete() && self.model.invites.stale.is_none() {
            self.model.marks.prune(&self.model.invites.shown);
        }
    }

    pub(crate) fn take_order(&mut self, order: Vec<Row>) {
        self.model.table.arrange(order, &self.model.invites.shown, self.model.metrics.table_height);
        self.model.marks.rearranged(&self.model.table, &self.model.invites.shown);
        annotations::count(self);
        crate::app::screens::pending::forecast::follow_rows(self);
    }

    /// Takes a row away without sorting the others anew.
    pub(crate) fn remove(&mut self, identity: &Identity) {
        let row = self.model.invites.shown.find(identity);
        self.model.invites.remove(identity);
        self.model.marks.remove(identity);
        let order = self.model.table.order.iter().copied().filter(|other| Some(*other) != row).collect();
        self.take_order(order);
    }
}
