//! A plan that asks to be confirmed: it shows every step and what it costs, and Cancel has the focus, so that nobody
//! confirms by pressing Enter twice. The more steps, the more is asked for: `y`, `Y`, or their number; their number
//! also where the profile is guarded, or a limit of its is exceeded.

pub mod view;

use crate::app::nav::Proposal;
use crate::app::ops::{access, invites, plans};
use crate::app::screen::ScreenPart;
use crate::app::{Context, Hint, Model, Nav, Screen};
use crate::domain::plan_analysis::PlanImpact;
use crate::domain::service_msg::ResumeScope;
use crate::domain::text::format_plural;
use crate::domain::{Plan, PlanId, Step};
use crate::keys::{Action, KeyContext};
use crate::ui::TextField;
use crate::ui::list::cycle_selection;

/// Up to so many steps `y` is enough.
const MAX_STEPS_LOWERCASE_Y: usize = 5;
/// Up to so many `Y` is; above, their number is to be typed.
const MAX_STEPS_UPPERCASE_Y: usize = 25;

/// The buttons; one has the focus.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ConfirmFocus {
    /// The button that does nothing.
    #[default]
    Cancel,
    /// The button that runs the plan.
    Apply,
    /// The button that sets it aside.
    Stage,
}

/// What it takes to run the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequiredInput {
    /// A small key.
    LowercaseY,
    /// A large one.
    UppercaseY,
    /// This number.
    StepCount(usize),
}

/// A plan to confirm.
#[derive(Debug, Clone)]
pub struct ConfirmPlan {
    /// What would be done.
    pub plan: Plan,
    /// The staged plans that it is made of.
    pub replaces: Vec<PlanId>,
    /// What else is to be known of it, as sentences; empty where that is nothing.
    pub note: String,
    /// What it costs.
    pub impact: PlanImpact,
    /// What is doubtful about it, as sentences.
    pub warnings: Vec<String>,
    /// The step under the cursor.
    pub selected: usize,
    /// What has the focus.
    pub focus: ConfirmFocus,
    /// The number, as far as it is typed.
    pub count_field: TextField,
    /// Why it was not run, after somebody tried.
    pub error: Option<String>,
    /// Whether its number is needed, however few steps it has.
    requires_step_count: bool,
    /// Somebody tried to run it while the list that is shown was an old one.
    from_cached_list: bool,
    removed_steps: Vec<Step>,
    /// It is what is left of a plan that was set aside, of which these steps go on.
    resume_scope: Option<ResumeScope>,
}

impl ConfirmPlan {
    pub(crate) fn open(proposal: Proposal, model: &Model) -> ConfirmPlan {
        let Proposal { plan, replaces, note, resume_scope: resumes } = proposal;
        ConfirmPlan {
            impact: PlanImpact::from_steps(&plan.steps),
            warnings: plans::warnings(&plan, model),
            requires_step_count: needs_step_count(&plan, model),
            plan,
            replaces,
            note,
            selected: 0,
            focus: ConfirmFocus::default(),
            count_field: TextField::default(),
            error: None,
            from_cached_list: false,
            removed_steps: Vec::new(),
            resume_scope: resumes,
        }
    }

    /// What it takes to run the plan.
    pub fn required_input(&self) -> RequiredInput {
        match self.plan.steps.len() {
            steps if self.requires_step_count => RequiredInput::StepCount(steps),
            steps if steps <= MAX_STEPS_LOWERCASE_Y => RequiredInput::LowercaseY,
            steps if steps <= MAX_STEPS_UPPERCASE_Y => RequiredInput::UppercaseY,
            steps => RequiredInput::StepCount(steps),
        }
    }

    /// Whether the number that it takes is there.
    pub fn is_step_count_typed(&self) -> bool {
        matches!(self.required_input(), RequiredInput::StepCount(number) if self.count_field.text() == number.to_string())
    }

    /// Whether it is what is left of a plan that was set aside. That goes on as it is, or not.
    pub fn is_resume(&self) -> bool {
        self.resume_scope.is_some()
    }

    /// The buttons that it has.
    fn buttons(&self) -> &'static [ConfirmFocus] {
        if self.is_resume() {
            &[ConfirmFocus::Cancel, ConfirmFocus::Apply]
        } else {
            &[ConfirmFocus::Cancel, ConfirmFocus::Apply, ConfirmFocus::Stage]
        }
    }

    fn remove_step(&mut self, cx: &mut Context<'_>) {
        if self.selected < self.plan.steps.len() {
            self.removed_steps.push(self.plan.steps.remove(self.selected));
        }
        if self.plan.steps.is_empty() {
            cx.close();
            return cx.info("Nothing is left of the plan; nothing was sent.");
        }
        self.impact = PlanImpact::from_steps(&self.plan.steps);
        self.warnings = plans::warnings(&self.plan, cx);
        self.requires_step_count = needs_step_count(&self.plan, cx);
        self.selected = self.selected.min(self.plan.steps.len() - 1);
        (self.count_field, self.focus, self.error) = (TextField::default(), ConfirmFocus::Cancel, None);
    }

    /// Why the plan is not run by this key; `None` where it is.
    fn blocked_reason(&self, action: Action, model: &Model) -> Option<String> {
        if let Some(why) = model.read_only_text() {
            let key = model.key(KeyContext::ConfirmPlan, Action::Stage);
            return Some(if self.is_resume() {
                why
            } else {
                format!("{why} {key} stages the plan instead.")
            });
        }
        if let Some(failure) = &model.journal_error {
            return Some(failure.to_string());
        }
        if !self.is_resume()
            && let Some(reason) = plans::blocked_reason(&self.plan, model)
        {
            return Some(reason);
        }
        match self.required_input() {
            RequiredInput::UppercaseY if action != Action::YesUppercase => {
                let key = model.key(KeyContext::ConfirmPlan, Action::YesUppercase);
                Some(format!("These are {}: {key} runs them.", format_plural(self.plan.steps.len(), "step")))
            }
            RequiredInput::StepCount(number) if self.count_field.text().is_empty() => Some(match number {
                1 => "This is 1 step: type 1 to run it.".to_owned(),
                _ => format!("These are {}: type {number} to run them.", format_plural(number, "step")),
            }),
            RequiredInput::StepCount(number) if !self.is_step_count_typed() => {
                Some(format!("{} is not their number: type {number}.", self.count_field.text()))
            }
            _ => None,
        }
    }

    fn apply(&mut self, action: Action, cx: &mut Context<'_>) {
        self.error = self.blocked_reason(action, cx);
        if self.error.is_some() {
            return;
        }
        if let Some(text) = invites::offline_blocked_reason(cx) {
            (self.error, self.from_cached_list) = (Some(text), true);
            if cx.invites.fetch.is_none() {
                invites::refresh(cx);
            }
            return;
        }
        if self.recheck_warnings(cx) {
            return;
        }
        cx.close();
        if let Some(what) = self.resume_scope {
            return plans::resume_now(cx, self.plan.id, what);
        }
        cx.navigate(Nav::PlanSubmitted(self.plan.id));
        let was_staged = !self.replaces.is_empty();
        plans::apply(cx, self.plan.clone(), std::mem::take(&mut self.replaces));
        // What was taken out of staged work is not done; it is not lost either.
        if was_staged && !self.removed_steps.is_empty() {
            let plan = plans::new_plan(cx, std::mem::take(&mut self.removed_steps));
            plans::stage(cx, plan, Vec::new());
        }
    }

    /// A plan that was made from an old list is looked at again when the list of now is there: its steps are pinned to
    /// what is pending now, and what is doubtful now is shown before anything is sent.
    fn recheck_warnings(&mut self, model: &Model) -> bool {
        if !self.from_cached_list {
            return false;
        }
        let planner = model.invites.planner();
        let steps = std::mem::take(&mut self.plan.steps);
        self.plan.steps = steps.into_iter().map(|step| planner.record_versions(step)).collect();
        let warnings = plans::warnings(&self.plan, model);
        let is_new = warnings.iter().any(|warning| !self.warnings.contains(warning));
        (self.warnings, self.from_cached_list) = (warnings, false);
        if is_new {
            let text = "By the list of now there is something to look at first: see the warnings.";
            self.error = Some(text.to_owned());
        }
        is_new
    }

    fn stage(&mut self, cx: &mut Context<'_>) {
        if access::check_journal(cx) {
            cx.close();
            cx.navigate(Nav::PlanSubmitted(self.plan.id));
            plans::stage(cx, self.plan.clone(), std::mem::take(&mut self.replaces));
        }
    }
}

impl Screen for ConfirmPlan {
    fn key_context(&self) -> KeyContext {
        KeyContext::ConfirmPlan
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        let page = cx.metrics.text_height.max(1);
        let last = self.plan.steps.len().saturating_sub(1);
        match (action, self.focus) {
            (Action::Next | Action::Previous, _) => {
                let buttons = self.buttons();
                self.focus = buttons[cycle_selection(self.focus as usize, action, buttons.len())];
            }
            (Action::Down, _) => self.selected = (self.selected + 1).min(last),
            (Action::Up, _) => self.selected = self.selected.saturating_sub(1),
            (Action::PageDown, _) => self.selected = (self.selected + page).min(last),
            (Action::PageUp, _) => self.selected = self.selected.saturating_sub(page),
            (Action::RemoveStep | Action::Stage, _) if self.is_resume() => {
                self.error = Some("It was begun: it goes on as it is, or not.".to_owned());
            }
            (Action::RemoveStep, _) => self.remove_step(cx),
            (Action::Stage, _) | (Action::Confirm, ConfirmFocus::Stage) => self.stage(cx),
            (Action::LowercaseY | Action::YesUppercase, _) | (Action::Confirm, ConfirmFocus::Apply) => {
                self.apply(action, cx)
            }
            (Action::Back, _) | (Action::Confirm, ConfirmFocus::Cancel) => cx.close(),
            _ => {}
        }
    }

    fn hints(&self, _model: &Model) -> Vec<Hint> {
        let run = match self.required_input() {
            RequiredInput::LowercaseY => Some(Action::LowercaseY),
            RequiredInput::UppercaseY => Some(Action::YesUppercase),
            RequiredInput::StepCount(_) => {
                (self.is_step_count_typed() && self.focus == ConfirmFocus::Apply).then_some(Action::Confirm)
            }
        };
        // What was begun goes on as it is.
        let (has_many, is_new) = (self.plan.steps.len() > 1, !self.is_resume());
        let hints = [
            (run, "run it"),
            (Some(Action::Back), "cancel"),
            (is_new.then_some(Action::Stage), "stage"),
            ((has_many && is_new).then_some(Action::RemoveStep), "take out"),
            (has_many.then_some(Action::Down), "down"),
            (Some(Action::Next), "other button"),
        ];
        let offered = hints.into_iter().filter_map(|(action, label)| Some(Hint { action: action?, label }));
        offered.collect()
    }

    /// The field for the number, where one is to be typed.
    fn text_field(&mut self) -> Option<&mut TextField> {
        matches!(self.required_input(), RequiredInput::StepCount(_)).then_some(&mut self.count_field)
    }

    /// Only digits are typed; the right number moves the focus to the button that runs the plan.
    fn on_text_changed(&mut self, _cx: &mut Context<'_>) {
        let digits: String = self.count_field.text().chars().filter(char::is_ascii_digit).take(7).collect();
        self.count_field = TextField::new(&digits);
        self.focus = if self.is_step_count_typed() { ConfirmFocus::Apply } else { ConfirmFocus::Cancel };
        self.error = None;
    }

    fn part(&self) -> ScreenPart {
        ScreenPart::Plan(self.plan.id, self.plan.steps.len())
    }

    /// Its steps are of the tenancy before.
    fn on_tenancy_changed(&mut self, _cx: &mut Context<'_>) -> bool {
        false
    }
}

/// Whether the number of its steps is asked for, however few it has.
fn needs_step_count(plan: &Plan, model: &Model) -> bool {
    model.options.guards.require_step_count(&plan.steps) || plans::clock_warning(plan, model).is_some()
}
