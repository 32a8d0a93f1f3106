//! Journal view: plans applied from this machine, their steps, and their requests.
//!
//! The only change possible here is a plan that re-invites people whose invites were deleted.

pub mod labels;
pub mod steps_view;
pub mod view;

use jiff::Timestamp;
use labels::{outcome_label, step_at};

use crate::app::model::labels::OutcomeSeverity;
use crate::app::model::table::FilterField;
use crate::app::ops::{table, undo};
use crate::app::{Context, Hint, Model, RequestPurpose, Screen, View, hints};
use crate::domain::journal::JournalEntry;
use crate::domain::{Error, PlanId, ServiceRequest};
use crate::keys::{Action, KeyContext};
use crate::ui::list::scroll_delta;
use crate::ui::{ListState, TextField};

/// Maximum number of plans loaded, the newest first.
pub const MAX_PLANS: usize = 500;
/// Maximum words of a filter. More words are ignored, so that a long paste cannot block a frame.
const MAX_SEARCH_WORDS: usize = 32;

/// Level of detail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum JournalLevel {
    /// Plans, the newest first.
    #[default]
    Plans,
    /// Steps of the selected plan.
    Steps,
    /// Selected step in full.
    Step,
}

/// State of the Journal view.
#[derive(Debug, Clone, Default)]
pub struct JournalView {
    /// Loaded plans, the newest first, at most [`MAX_PLANS`].
    pub entries: Vec<JournalEntry>,
    /// Load time; `None` before the first load.
    pub loaded_at: Option<Timestamp>,
    /// Error of the last load; the plans of an earlier load stay.
    pub load_error: Option<Error>,
    /// Filter text.
    pub filter: String,
    /// Filter field, while it is open.
    pub search: Option<FilterField>,
    /// Indexes of the matching plans in `entries`.
    pub shown: Vec<usize>,
    /// Displayed level.
    pub level: JournalLevel,
    /// Selection in `shown`.
    pub plans_state: ListState,
    /// Selection in the steps of the selected plan.
    pub steps_state: ListState,
    /// Scroll offset of the opened step.
    pub scroll: usize,
    /// Selected plan, so that a refresh does not move the selection.
    selected: Option<PlanId>,
    /// Plan that the selection in `steps_state` belongs to.
    steps_plan: Option<PlanId>,
}

impl JournalView {
    /// Requests the journal.
    pub(crate) fn request_load(&self, cx: &mut Context<'_>) {
        cx.request_for(RequestPurpose::Journal, ServiceRequest::LoadJournal { limit: MAX_PLANS });
    }

    /// Stores the loaded plans.
    pub(crate) fn on_loaded(&mut self, entries: Vec<JournalEntry>, model: &Model) {
        (self.entries, self.loaded_at, self.load_error) = (entries, Some(model.now.wall), None);
        self.apply_filter(model.metrics.text_height);
    }

    /// Stores the error of a failed load.
    pub(crate) fn on_load_failed(&mut self, failure: Error) {
        self.load_error = Some(failure);
    }

    /// Returns the selected plan.
    pub fn selected_entry(&self) -> Option<&JournalEntry> {
        self.entries.get(*self.shown.get(self.plans_state.selected)?)
    }

    /// Applies the filter to the loaded plans. The selected plan stays selected if it still matches.
    fn apply_filter(&mut self, height: usize) {
        self.shown = matching_plans(&self.entries, &self.filter);
        let is_selected = |index: &usize| Some(self.entries[*index].plan.id) == self.selected;
        let line_on_screen = self.plans_state.selected.saturating_sub(self.plans_state.offset);
        match self.shown.iter().position(is_selected) {
            Some(line) => {
                self.plans_state.selected = line;
                // A scrolled list keeps the screen line of the selected plan. At the top, the newest plans
                // stay visible.
                if self.plans_state.offset > 0 {
                    self.plans_state.offset = line.saturating_sub(line_on_screen);
                }
            }
            None => self.level = JournalLevel::Plans,
        }
        self.select_plan(self.plans_state.selected, height);
    }

    fn select_plan(&mut self, line: usize, height: usize) {
        self.plans_state.go_to(line, self.shown.len(), height);
        self.selected = self.selected_entry().map(|entry| entry.plan.id);
    }

    fn move_by(&mut self, lines: isize, model: &Model) {
        let height = model.metrics.text_height;
        match self.level {
            JournalLevel::Plans => {
                self.select_plan(self.plans_state.selected.saturating_add_signed(lines), height)
            }
            JournalLevel::Steps => {
                let steps = self.selected_entry().map_or(0, |entry| entry.plan.steps.len());
                self.steps_state.move_by(lines, steps, height);
            }
            JournalLevel::Step => {
                self.scroll = self.scroll.saturating_add_signed(lines).min(model.metrics.max_scroll);
            }
        }
    }

    /// Opens the selected plan or step. A plan opens at its last selected step, else at the first match.
    fn open(&mut self, height: usize) {
        if self.level != JournalLevel::Plans {
            (self.level, self.scroll) = (JournalLevel::Step, 0);
            return;
        }
        let Some(entry) = self.selected_entry() else { return };
        let (id, steps) = (entry.plan.id, entry.plan.steps.len());
        if self.steps_plan != Some(id) {
            let words = search_words(&self.filter);
            let first = (0..steps).find(|step| step_matches(&words, entry, *step)).unwrap_or(0);
            (self.steps_state, self.steps_plan) = (ListState::default(), Some(id));
            self.steps_state.go_to(first, steps, height);
        }
        self.level = JournalLevel::Steps;
    }

    /// Goes back one step.
    ///
    /// Goes one level up, else dismisses the notification, else clears the filter, else shows the Pending
    /// view.
    fn on_back(&mut self, cx: &mut Context<'_>) {
        match self.level {
            JournalLevel::Step => self.level = JournalLevel::Steps,
            JournalLevel::Steps => self.level = JournalLevel::Plans,
            JournalLevel::Plans if cx.dismiss() => {}
            JournalLevel::Plans if self.filter.is_empty() => cx.show_view(View::Pending),
            JournalLevel::Plans => self.set_filter(String::new(), cx.metrics.text_height),
        }
    }

    /// Proposes to re-invite the people of the selected plan or step.
    fn reinvite(&self, cx: &mut Context<'_>) {
        let Some(entry) = self.selected_entry() else { return };
        let steps: Vec<usize> = match self.level {
            JournalLevel::Plans => (0..entry.plan.steps.len()).collect(),
            JournalLevel::Steps | JournalLevel::Step => vec![self.steps_state.selected],
        };
        undo::confirm_reinvite(cx, entry, &steps);
    }

    /// Filters the loaded plans; an empty text shows all of them.
    fn set_filter(&mut self, text: String, height: usize) {
        self.filter = text;
        // After a new filter, a plan opens at a matching step, not at the last selected step.
        self.steps_plan = None;
        self.apply_filter(height);
    }

    fn start_search(&mut self) {
        self.level = JournalLevel::Plans;
        self.search = Some(FilterField::new(&self.filter));
    }

    fn act_in_search(&mut self, action: Action, cx: &mut Context<'_>) {
        let Some(search) = &mut self.search else { return };
        let text = match action {
            Action::Confirm => search.field.text().to_owned(),
            Action::Back => search.original_text.clone(),
            Action::HistoryPrevious | Action::HistoryNext if search.recall(&cx.filter_history, action) => {
                return self.on_text_changed(cx);
            }
            _ => return,
        };
        if action == Action::Confirm {
            table::save_filter(cx, &text);
        }
        self.search = None;
        self.set_filter(text, cx.metrics.text_height);
    }
}

impl Screen for JournalView {
    fn key_context(&self) -> KeyContext {
        if self.search.is_some() { KeyContext::Filter } else { KeyContext::Journal }
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        if self.search.is_some() {
            return self.act_in_search(action, cx);
        }
        if let Some(lines) = scroll_delta(action, cx.metrics.text_height) {
            return self.move_by(lines, cx);
        }
        match action {
            Action::Open => self.open(cx.metrics.text_height),
            Action::Back => self.on_back(cx),
            Action::Filter => self.start_search(),
            Action::Refresh => self.request_load(cx),
            Action::Reinvite => self.reinvite(cx),
            _ => {}
        }
    }

    fn on_row_clicked(&mut self, row: usize, cx: &mut Context<'_>) {
        let height = cx.metrics.text_height;
        let steps = self.selected_entry().map_or(0, |entry| entry.plan.steps.len());
        match self.level {
            // While the user types a filter, the selection follows the matches.
            _ if self.search.is_some() => {}
            JournalLevel::Plans => self.select_plan(row, height),
            JournalLevel::Steps => self.steps_state.go_to(row, steps, height),
            JournalLevel::Step => {}
        }
    }

    fn hints(&self, model: &Model) -> Vec<Hint> {
        if self.search.is_some() {
            return hints([
                (Action::Confirm, "apply"),
                (Action::Back, "cancel"),
                (Action::Help, "syntax"),
                (Action::HistoryPrevious, "history"),
            ]);
        }
        let common = [(Action::Refresh, "refresh"), (Action::Help, "help"), (Action::Quit, "quit")];
        let mut shown = vec![(Action::Back, "back")];
        if !self.entries.is_empty() {
            shown.push((Action::Reinvite, "re-invite"));
            if model.plans.plan_in_undo_window().is_some() {
                shown.insert(0, (Action::Undo, "undo"));
            }
            match self.level {
                JournalLevel::Step => shown.push((Action::Down, "scroll")),
                JournalLevel::Plans | JournalLevel::Steps => shown.insert(0, (Action::Open, "open")),
            }
            shown.push((Action::Filter, "filter"));
        }
        shown.into_iter().chain(common).map(|(action, label)| Hint { action, label: label.into() }).collect()
    }

    fn disabled_reason(&self, action: Action, model: &Model) -> Option<String> {
        let no_plan = || self.selected_entry().is_none().then(|| "no plan is selected".to_owned());
        match action {
            Action::Open if self.level == JournalLevel::Step => Some("the step is already open".to_owned()),
            Action::Open => no_plan(),
            Action::Reinvite => no_plan().or_else(|| model.change_disabled_reason()),
            _ => None,
        }
    }

    fn text_field(&mut self) -> Option<&mut TextField> {
        self.search.as_mut().map(|search| &mut search.field)
    }

    fn on_text_changed(&mut self, cx: &mut Context<'_>) {
        if let Some(search) = &self.search {
            self.set_filter(search.field.text().to_owned(), cx.metrics.text_height);
        }
    }

    fn on_enter(&mut self, cx: &mut Context<'_>) {
        self.request_load(cx);
    }

    /// Resets the view. An open filter field stays open, because the user may be typing.
    fn on_tenancy_changed(&mut self, cx: &mut Context<'_>) -> bool {
        *self = JournalView { search: self.search.take(), ..JournalView::default() };
        if cx.ui.view == View::Journal {
            self.request_load(cx);
        }
        true
    }
}

/// Returns the lower-case words of a filter.
fn search_words(filter: &str) -> Vec<String> {
    filter.split_whitespace().take(MAX_SEARCH_WORDS).map(str::to_lowercase).collect()
}

/// Returns the indexes of the plans with a matching step.
fn matching_plans(entries: &[JournalEntry], filter: &str) -> Vec<usize> {
    let words = search_words(filter);
    let matches =
        |entry: &JournalEntry| (0..entry.plan.steps.len()).any(|step| step_matches(&words, entry, step));
    (0..entries.len()).filter(|index| words.is_empty() || matches(&entries[*index])).collect()
}

/// Returns whether a step matches all of these lower-case words.
///
/// A word matches a part of the email, action or outcome, or of the state of the plan.
fn step_matches(words: &[String], entry: &JournalEntry, index: usize) -> bool {
    let Some((step, progress)) = step_at(entry, index) else { return false };
    // The word "failed" finds every outcome that is counted as failed.
    let severity =
        if OutcomeSeverity::for_step(step, progress) == OutcomeSeverity::Failed { "failed" } else { "" };
    let email = step.email().to_lowercase();
    let texts = [&email, step.verb(), outcome_label(entry, index), severity, entry.state.label()];
    words.iter().all(|word| texts.iter().any(|text| text.contains(word.as_str())))
}

#[cfg(test)]
mod tests;
