//! A plan that asks to be confirmed: it shows every step and what it costs, and Cancel has the focus, so that nobody
//! confirms by pressing Enter twice. The more steps, the more is asked for: `y`, `Y`, or their number; their number
//! also where the profile is guarded, or a limit of its is exceeded.

pub mod steps_view;
pub mod text_view;
pub mod view;

use crate::domain::planning::Costs;
use crate::domain::request::GoOn;
use crate::domain::text::plural;
use crate::domain::{Now, Plan, PlanId, Step};

use crate::app::effect::Effect;
use crate::app::ops::plan_checks;
use crate::app::ops::reading;
use crate::app::screens::{import, invite_form, plans};
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;
use crate::ui::text_field::TextField;

/// Up to so many steps `y` is enough.
const A_FEW: usize = 5;
/// Up to so many `Y` is; above, their number is to be typed.
const SOME: usize = 25;

/// What has the focus.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Focus {
    /// The button that does nothing.
    #[default]
    Cancel,
    /// The button that runs the plan.
    Run,
    /// The button that sets it aside.
    Stage,
}

/// What it takes to run the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// A small key.
    Yes,
    /// A large one.
    YesMany,
    /// This number.
    Number(usize),
}

/// The question.
#[derive(Debug, Clone)]
pub struct Confirm {
    /// What would be done.
    pub plan: Plan,
    /// The staged plans that it is made of.
    pub replaces: Vec<PlanId>,
    /// What else is to be known of it, as sentences; empty where that is nothing.
    pub note: String,
    /// What it costs.
    pub costs: Costs,
    /// What is doubtful about it, as sentences.
    pub warnings: Vec<String>,
    /// The step under the cursor.
    pub cursor: usize,
    /// What has the focus.
    pub focus: Focus,
    /// The number, as far as it is typed.
    pub number: TextField,
    /// Why it was not run, after somebody tried.
    pub refused: Option<String>,
    /// Whether its number is needed, however few steps it has.
    guarded: bool,
    /// Somebody tried to run it while the list that is shown was an old one.
    of_old_list: bool,
    taken_out: Vec<Step>,
    /// It is what is left of a plan that was set aside, which goes on with this.
    goes_on: Option<GoOn>,
}

impl Confirm {
    /// What it takes to run the plan.
    pub fn needs(&self) -> Needs {
        match self.plan.steps.len() {
            steps if self.guarded => Needs::Number(steps),
            steps if steps <= A_FEW => Needs::Yes,
            steps if steps <= SOME => Needs::YesMany,
            steps => Needs::Number(steps),
        }
    }

    /// The field for the number, where one is to be typed.
    pub(crate) fn field(&mut self) -> Option<&mut TextField> {
        matches!(self.needs(), Needs::Number(_)).then_some(&mut self.number)
    }

    /// Whether the number that it takes is there.
    pub fn is_typed(&self) -> bool {
        matches!(self.needs(), Needs::Number(number) if self.number.text() == number.to_string())
    }

    /// Whether it is what is left of a plan that was set aside. That goes on as it is, or not.
    pub fn goes_on(&self) -> bool {
        self.goes_on.is_some()
    }

    fn turn_focus(&mut self, back: bool) {
        if self.goes_on() {
            self.focus = if self.focus == Focus::Run { Focus::Cancel } else { Focus::Run };
            return;
        }
        self.focus = match (self.focus, back) {
            (Focus::Cancel, false) | (Focus::Stage, true) => Focus::Run,
            (Focus::Run, false) | (Focus::Cancel, true) => Focus::Stage,
            (Focus::Stage, false) | (Focus::Run, true) => Focus::Cancel,
        };
    }
}

/// Asks whether a plan is to be run. `replaces` are the staged plans that it is made of.
pub(crate) fn ask(state: &mut App, plan: Plan, replaces: Vec<PlanId>) {
    ask_saying(state, plan, replaces, String::new());
}

/// Whether the number of its steps is asked for, however few it has.
fn needs_the_number(plan: &Plan, state: &App) -> bool {
    state.model.options.guards.need_the_number(&plan.steps) || plan_checks::clock_doubt(plan, state).is_some()
}

/// The same, with sentences that tell what else is to be known of it.
pub(crate) fn ask_saying(state: &mut App, plan: Plan, replaces: Vec<PlanId>, note: String) {
    let (costs, warnings) = (Costs::of(&plan.steps), plan_checks::warnings(&plan, state));
    let guarded = needs_the_number(&plan, state);
    state.screens.push(Overlay::Confirm(Confirm {
        plan,
        replaces,
        note,
        costs,
        warnings,
        cursor: 0,
        focus: Focus::default(),
        number: TextField::default(),
        refused: None,
        guarded,
        of_old_list: false,
        taken_out: Vec::new(),
        goes_on: None,
    }));
}

/// Asks whether a plan that was set aside goes on; `left` has the steps of which something is left to do.
pub(crate) fn ask_to_go_on(state: &mut App, left: Plan, what: GoOn) {
    ask_saying(state, left, Vec::new(), "This is what is left of a plan that was begun.".to_owned());
    if let Some(Overlay::Confirm(confirm)) = state.screens.last_mut() {
        confirm.goes_on = Some(what);
    }
}

/// Only digits are typed; the right number moves the focus to the button that runs the plan.
pub(crate) fn typed(state: &mut App) -> Vec<Effect> {
    if let Some(Overlay::Confirm(confirm)) = state.screens.last_mut() {
        let digits: String = confirm.number.text().chars().filter(char::is_ascii_digit).take(7).collect();
        confirm.number = TextField::new(&digits);
        confirm.focus = if confirm.is_typed() { Focus::Run } else { Focus::Cancel };
        confirm.refused = None;
    }
    Vec::new()
}

pub(crate) fn act(state: &mut App, action: Action, now: Now) -> Vec<Effect> {
    let page = state.model.metrics.text_height.max(1);
    let Some(Overlay::Confirm(confirm)) = state.screens.last_mut() else { return Vec::new() };
    let last = confirm.plan.steps.len().saturating_sub(1);
    match (action, confirm.focus) {
        (Action::Next, _) => confirm.turn_focus(false),
        (Action::Previous, _) => confirm.turn_focus(true),
        (Action::Down, _) => confirm.cursor = (confirm.cursor + 1).min(last),
        (Action::Up, _) => confirm.cursor = confirm.cursor.saturating_sub(1),
        (Action::PageDown, _) => confirm.cursor = (confirm.cursor + page).min(last),
        (Action::PageUp, _) => confirm.cursor = confirm.cursor.saturating_sub(page),
        (Action::TakeOut | Action::Stage, _) if confirm.goes_on() => {
            confirm.refused = Some("It was begun: it goes on as it is, or not.".to_owned());
        }
        (Action::TakeOut, _) => take_out(state, now),
        (Action::Stage, _) | (Action::Accept, Focus::Stage) => return stage(state, now),
        (Action::Yes | Action::YesMany, _) | (Action::Accept, Focus::Run) => return run(state, action, now),
        (Action::Back, _) | (Action::Accept, Focus::Cancel) => drop(state.screens.pop()),
        _ => {}
    }
    Vec::new()
}

fn take_out(state: &mut App, now: Now) {
    let Some(Overlay::Confirm(confirm)) = state.screens.last_mut() else { return };
    if confirm.cursor < confirm.plan.steps.len() {
        let step = confirm.plan.steps.remove(confirm.cursor);
        confirm.taken_out.push(step);
    }
    if confirm.plan.steps.is_empty() {
        state.screens.pop();
        return state.model.notifications.note("Nothing is left of the plan; nothing was sent.", now);
    }
    let plan = confirm.plan.clone();
    let (costs, warnings) = (Costs::of(&plan.steps), plan_checks::warnings(&plan, state));
    let guarded = needs_the_number(&plan, state);
    if let Some(Overlay::Confirm(confirm)) = state.screens.last_mut() {
        confirm.guarded = guarded;
        confirm.cursor = confirm.cursor.min(plan.steps.len() - 1);
        (confirm.costs, confirm.warnings, confirm.refused) = (costs, warnings, None);
        (confirm.number, confirm.focus) = (TextField::default(), Focus::Cancel);
    }
}

/// Why the plan is not run by this key; `None` where it is.
fn refusal(state: &App, confirm: &Confirm, action: Action) -> Option<String> {
    if let Some(why) = state.model.read_only_text() {
        if confirm.goes_on() {
            return Some(why);
        }
        return Some(format!(
            "{why} {} stages the plan instead.",
            state.model.key(KeyContext::Confirm, Action::Stage)
        ));
    }
    if let Some(failure) = &state.model.no_journal {
        return Some(failure.to_string());
    }
    if !confirm.goes_on()
        && let Some(reason) = plan_checks::refusal(&confirm.plan, state)
    {
        return Some(reason);
    }
    match confirm.needs() {
        Needs::YesMany if action != Action::YesMany => {
            let key = state.model.key(KeyContext::Confirm, Action::YesMany);
            Some(format!("These are {}: {key} runs them.", plural(confirm.plan.steps.len(), "step")))
        }
        Needs::Number(number) if confirm.number.text().is_empty() => Some(match number {
            1 => "This is 1 step: type 1 to run it.".to_owned(),
            _ => format!("These are {}: type {number} to run them.", plural(number, "step")),
        }),
        Needs::Number(number) if !confirm.is_typed() => {
            Some(format!("{} is not their number: type {number}.", confirm.number.text()))
        }
        _ => None,
    }
}

fn run(state: &mut App, action: Action, now: Now) -> Vec<Effect> {
    let Some(Overlay::Confirm(confirm)) = state.screens.last() else { return Vec::new() };
    let refusal = refusal(state, confirm, action);
    if refusal.is_none()
        && let Some(words) = reading::no_plan(state)
    {
        if let Some(Overlay::Confirm(confirm)) = state.screens.last_mut() {
            (confirm.refused, confirm.of_old_list) = (Some(words), true);
        }
        return if state.model.invites.reading.is_none() { state.read(now) } else { Vec::new() };
    }
    if let Some(Overlay::Confirm(confirm)) = state.screens.last_mut()
        && refusal.is_some()
    {
        confirm.refused = refusal;
        return Vec::new();
    }
    if has_new_doubts(state) {
        return Vec::new();
    }
    let Some(Overlay::Confirm(confirm)) = state.screens.pop() else { return Vec::new() };
    if let Some(what) = confirm.goes_on {
        return plans::go_on(state, confirm.plan.id, what);
    }
    import::planned(state, confirm.plan.id);
    invite_form::planned(state);
    let was_staged = !confirm.replaces.is_empty();
    let mut effects = state.run(confirm.plan, confirm.replaces);
    // What was taken out of staged work is not done; it is not lost either.
    if was_staged && !confirm.taken_out.is_empty() {
        let plan = state.model.plan(confirm.taken_out, now);
        effects.extend(state.stage(plan, Vec::new()));
    }
    effects
}

/// A plan that was made from an old list is looked at again when the list of now is there: its steps are pinned to
/// what is pending now, and what is doubtful now is shown before anything is sent.
fn has_new_doubts(state: &mut App) -> bool {
    let Some(Overlay::Confirm(confirm)) = state.screens.last() else { return false };
    if !confirm.of_old_list {
        return false;
    }
    let mut plan = confirm.plan.clone();
    let planner = state.model.invites.planner();
    plan.steps = plan.steps.into_iter().map(|step| planner.pin(step)).collect();
    let warnings = plan_checks::warnings(&plan, state);
    let Some(Overlay::Confirm(confirm)) = state.screens.last_mut() else { return false };
    let is_new = warnings.iter().any(|warning| !confirm.warnings.contains(warning));
    (confirm.plan, confirm.warnings, confirm.of_old_list) = (plan, warnings, false);
    if is_new {
        confirm.refused =
            Some("By the list of now there is something to look at first: see the warnings.".to_owned());
    }
    is_new
}

fn stage(state: &mut App, now: Now) -> Vec<Effect> {
    if let Some(failure) = state.model.no_journal.clone() {
        state.model.notifications.error(failure, now);
        return Vec::new();
    }
    let Some(Overlay::Confirm(confirm)) = state.screens.pop() else { return Vec::new() };
    import::planned(state, confirm.plan.id);
    invite_form::planned(state);
    state.stage(confirm.plan, confirm.replaces)
}
