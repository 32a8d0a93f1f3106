//! The view of the journal: the plans of this tenancy that were run from this machine, their steps, and each call.
//! Read only, but for what can be restored from it: a plan like any other. Here are the levels and the moving
//! between them; reading is in `reading`, restoring in `restore`, the filter in `search`.

pub mod labels;
pub mod loading;
pub mod plans_view;
pub mod search;
pub mod step_view;
pub mod steps_view;
pub mod view;

use jiff::Timestamp;

use crate::domain::journal::JournalEntry;
use crate::domain::{Failure, Now, PlanId};

use crate::app::effect::Effect;
use crate::app::ops::{access, undo};
use crate::app::model::view::View;
use crate::app::screens::filter::Filter;
use crate::app::screens::journal::loading::Asked;
pub(crate) use crate::app::screens::journal::loading::{arrived, failed, forget, read};
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::keys::action::Action;
use crate::ui::list_state::{ListState, moved_by};

/// So many of the newest plans are read.
pub const LIMIT: usize = 500;

/// What of the journal is looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Level {
    /// The plans, the newest first.
    #[default]
    Plans,
    /// The steps of the selected plan.
    Steps,
    /// The selected step in full.
    Step,
}

/// What is known of the journal, and the place in it.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    /// The plans that were read last, the newest first, at most [`LIMIT`].
    pub entries: Vec<JournalEntry>,
    /// When they were read; `None` before they were.
    pub read_at: Option<Timestamp>,
    /// Why the last reading failed; what was read before stays.
    pub failed: Option<Failure>,
    /// The words that are looked for.
    pub filter: String,
    /// The places in `entries` of the plans that match.
    pub shown: Vec<usize>,
    /// What is looked at.
    pub level: Level,
    /// The place in `shown`.
    pub plans: ListState,
    /// The place in the steps of the selected plan.
    pub steps: ListState,
    /// The first line of the step in full that is shown.
    pub scroll: usize,
    /// The plan of the selected line, so that a reading does not move the selection.
    selected: Option<PlanId>,
    /// The plan that `steps` is a place in.
    steps_of: Option<PlanId>,
    asked: Vec<Asked>,
}

impl Journal {
    /// The plan of the selected line.
    pub fn entry(&self) -> Option<&JournalEntry> {
        self.entries.get(*self.shown.get(self.plans.cursor)?)
    }

    /// Takes what was read, or a new filter: the same plan stays selected where it still is shown.
    fn arrange(&mut self, height: usize) {
        self.shown = search::plans(&self.entries, &self.filter);
        let is_selected = |at: &usize| Some(self.entries[*at].plan.id) == self.selected;
        let line_on_screen = self.plans.cursor.saturating_sub(self.plans.top);
        match self.shown.iter().position(is_selected) {
            Some(line) => {
                self.plans.cursor = line;
                // At the top the newest plans stay in sight; further down the selected one keeps its line.
                if self.plans.top > 0 {
                    self.plans.top = line.saturating_sub(line_on_screen);
                }
            }
            None => self.level = Level::Plans,
        }
        self.go_to_plan(self.plans.cursor, height);
    }

    fn go_to_plan(&mut self, line: usize, height: usize) {
        self.plans.go_to(line, self.shown.len(), height);
        self.selected = self.entry().map(|entry| entry.plan.id);
    }

    /// Opens the selected plan: at the step where one was, or at the first one that the filter looks for.
    fn open_steps(&mut self, height: usize) {
        let Some(entry) = self.entry() else { return };
        let (id, steps) = (entry.plan.id, entry.plan.steps.len());
        if self.steps_of != Some(id) {
            let words = search::words(&self.filter);
            let first = (0..steps).find(|step| search::step_matches(&words, entry, *step)).unwrap_or(0);
            (self.steps, self.steps_of) = (ListState::default(), Some(id));
            self.steps.go_to(first, steps, height);
        }
        self.level = Level::Steps;
    }
}

pub(crate) fn act(state: &mut App, action: Action, now: Now) -> Vec<Effect> {
    if let Some(lines) = moved_by(action, state.model.metrics.text_height) {
        move_by(state, lines);
        return Vec::new();
    }
    match action {
        Action::Open => open(state),
        Action::Back => back(state),
        Action::Filter => {
            state.journal.level = Level::Plans;
            let filter = Filter::over(View::Journal, &state.journal.filter);
            state.screens.push(Overlay::Filter(filter));
        }
        Action::Refresh => return read(state),
        Action::Restore => crate::app::screens::journal::undo::selected(state, now),
        _ => {}
    }
    Vec::new()
}

fn move_by(state: &mut App, lines: isize) {
    let (drawn, view) = (state.model.metrics, &mut state.journal);
    let height = drawn.text_height;
    match view.level {
        Level::Plans => view.go_to_plan(view.plans.cursor.saturating_add_signed(lines), height),
        Level::Steps => {
            let steps = view.entry().map_or(0, |entry| entry.plan.steps.len());
            view.steps.go_to(view.steps.cursor.saturating_add_signed(lines), steps, height);
        }
        Level::Step => view.scroll = view.scroll.saturating_add_signed(lines).min(drawn.scroll_limit),
    }
}

fn open(state: &mut App) {
    let (height, view) = (state.model.metrics.text_height, &mut state.journal);
    match view.level {
        Level::Plans => view.open_steps(height),
        Level::Steps => (view.level, view.scroll) = (Level::Step, 0),
        Level::Step => {}
    }
}

/// One step back: one level up, then away with a message, then with the filter, then to the list.
fn back(state: &mut App) {
    match state.journal.level {
        Level::Step => state.journal.level = Level::Steps,
        Level::Steps => state.journal.level = Level::Plans,
        Level::Plans if state.model.notifications.dismiss_newest() => {}
        Level::Plans if state.journal.filter.is_empty() => state.view = View::Pending,
        Level::Plans => filter(state, String::new()),
    }
}

/// Looks for other words.
pub(crate) fn filter(state: &mut App, words: String) {
    state.journal.filter = words;
    // What is typed leads to the steps that match, not to where one was in them before.
    state.journal.steps_of = None;
    state.journal.arrange(state.model.metrics.text_height);
}

#[cfg(test)]
mod tests;

/// Offers to restore what is selected in the journal: a plan, or one step.
pub(crate) fn selected(state: &mut App, now: Now) {
    let view = &state.journal;
    let Some(entry) = view.entry().cloned() else {
        return state.model.notifications.note("There is no plan here of which anything could be restored.", now);
    };
    let steps = match view.level {
        Level::Plans => (0..entry.plan.steps.len()).collect(),
        Level::Steps | Level::Step => vec![view.steps.cursor],
    };
    state.with(|cx| {
        if access::may_change(cx) {
            undo::offer(cx, &entry, &steps);
        }
    });
}
