//! Confirmation dialog of a plan: shows every step and the costs.
//!
//! Cancel has the focus, so that pressing Enter twice does not confirm. The confirmation depends on the number
//! of steps: `y`, `Y`, or the step count. An exceeded limit always needs the step count. A guarded profile needs
//! the step count or, for a large plan, its name.

mod step_view;
pub mod view;

use crate::app::nav::Proposal;
use crate::app::ops::{access, invites, plan_checks, plans};
use crate::app::screen::ScreenPart;
use crate::app::{Context, Hint, Model, Nav, Screen, hints};
use crate::domain::plan_analysis::PlanImpact;
use crate::domain::service_msg::ResumeScope;
use crate::domain::text::format_plural;
use crate::domain::{Plan, PlanId, Step};
use crate::keys::{Action, KeyContext};
use crate::ui::TextField;
use crate::ui::list::cycle_selection;

/// Maximum steps that `y` confirms.
const MAX_STEPS_LOWERCASE_Y: usize = 5;
/// Maximum steps that `Y` confirms; for more, the user types the step count.
const MAX_STEPS_UPPERCASE_Y: usize = 25;

/// Button with the focus.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ConfirmFocus {
    /// Closes the dialog.
    #[default]
    Cancel,
    /// Applies the plan.
    Apply,
    /// Stages the plan.
    Stage,
}

/// Confirmation that a plan needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequiredInput {
    /// The lower-case `y`.
    Yes,
    /// The upper-case `Y`.
    UppercaseY,
    /// The user types this step count.
    StepCount(usize),
    /// The user presses `y` and types the profile's name. Names have letters, which are keys of the dialog before.
    ProfileName,
}

/// State of the confirmation dialog.
#[derive(Debug, Clone)]
pub struct ConfirmPlan {
    /// Plan to confirm.
    pub plan: Plan,
    /// Staged plans that this plan replaces.
    pub replaces: Vec<PlanId>,
    /// Additional sentences; empty if there are none.
    pub note: String,
    /// Emails, deleted invites and requests of the plan.
    pub impact: PlanImpact,
    /// Warnings, as sentences.
    pub warnings: Vec<String>,
    /// Index of the selected step.
    pub selected: usize,
    /// Focused button.
    pub focus: ConfirmFocus,
    /// Typed step count or profile name.
    pub count_field: TextField,
    /// Whether the keys type the profile's name.
    pub is_typing_name: bool,
    /// Reason why the last attempt to apply was refused.
    pub error: Option<String>,
    /// Whether the user must type the step count even for a small plan.
    requires_step_count: bool,
    /// Whether the user tried to apply the plan while the list was out of date.
    needs_recheck: bool,
    /// Name of the profile if it is guarded.
    pub guarded_profile: Option<String>,
    removed_steps: Vec<Step>,
    /// Which steps of a started plan to resume; `None` for a new plan.
    resume_scope: Option<ResumeScope>,
}

impl ConfirmPlan {
    pub(crate) fn open(proposal: Proposal, model: &Model) -> ConfirmPlan {
        let Proposal { plan, replaces, note, resume_scope } = proposal;
        ConfirmPlan {
            impact: PlanImpact::from_steps(&plan.steps),
            warnings: plan_checks::warnings(&plan, model),
            requires_step_count: needs_step_count(&plan, model),
            plan,
            replaces,
            note,
            selected: 0,
            focus: ConfirmFocus::default(),
            count_field: TextField::default(),
            is_typing_name: false,
            guarded_profile: model.options.guards.guarded_profile().map(str::to_owned),
            error: None,
            needs_recheck: false,
            removed_steps: Vec::new(),
            resume_scope,
        }
    }

    /// Returns the confirmation that the plan needs.
    pub fn required_input(&self) -> RequiredInput {
        match self.plan.steps.len() {
            steps if steps > MAX_STEPS_UPPERCASE_Y && self.guarded_profile.is_some() => {
                RequiredInput::ProfileName
            }
            steps if self.requires_step_count => RequiredInput::StepCount(steps),
            steps if steps <= MAX_STEPS_LOWERCASE_Y => RequiredInput::Yes,
            steps if steps <= MAX_STEPS_UPPERCASE_Y => RequiredInput::UppercaseY,
            steps => RequiredInput::StepCount(steps),
        }
    }

    /// Returns the text that the user must type; `None` if a key is enough.
    pub fn expected_text(&self) -> Option<String> {
        match self.required_input() {
            RequiredInput::StepCount(count) => Some(count.to_string()),
            RequiredInput::ProfileName => self.guarded_profile.clone(),
            RequiredInput::Yes | RequiredInput::UppercaseY => None,
        }
    }

    /// Returns whether the step count or the profile's name is typed.
    pub fn is_expected_text_typed(&self) -> bool {
        self.expected_text().is_some_and(|expected| self.count_field.text().trim() == expected)
    }

    /// Returns whether the dialog resumes a started plan, whose steps cannot be changed.
    pub fn is_resume(&self) -> bool {
        self.resume_scope.is_some()
    }

    /// Returns the buttons of the dialog.
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
            return cx.info("The plan has no steps left. No changes were made.");
        }
        self.impact = PlanImpact::from_steps(&self.plan.steps);
        self.warnings = plan_checks::warnings(&self.plan, cx);
        self.requires_step_count = needs_step_count(&self.plan, cx);
        self.selected = self.selected.min(self.plan.steps.len() - 1);
        self.clear_field();
    }

    /// Clears the typed text. The keys act on the dialog again.
    fn clear_field(&mut self) {
        (self.count_field, self.is_typing_name) = (TextField::default(), false);
        (self.focus, self.error) = (ConfirmFocus::Cancel, None);
    }

    /// Returns why nothing can apply the plan now.
    fn blocked_reason(&self, model: &Model) -> Option<String> {
        if let Some(reason) = model.read_only_text() {
            let key = model.key(KeyContext::ConfirmPlan, Action::Stage);
            return Some(if self.is_resume() {
                reason
            } else {
                format!("{reason} Press {key} to stage the plan instead.")
            });
        }
        if let Some(error) = &model.journal_error {
            return Some(error.to_string());
        }
        if self.is_resume() { None } else { plan_checks::blocked_reason(&self.plan, model) }
    }

    /// Returns what the user must press or type instead of this key, or `None` if it applies the plan.
    fn missing_input_reason(&self, action: Action, model: &Model) -> Option<String> {
        match self.required_input() {
            RequiredInput::UppercaseY if action != Action::YesUppercase => {
                let key = model.key(KeyContext::ConfirmPlan, Action::YesUppercase);
                Some(format!("{}: press {key} to apply.", format_plural(self.plan.steps.len(), "step")))
            }
            RequiredInput::StepCount(count) if self.count_field.text().is_empty() => Some(match count {
                1 => "1 step: type 1 to apply.".to_owned(),
                _ => format!("{}: type {count} to apply.", format_plural(count, "step")),
            }),
            RequiredInput::StepCount(count) if !self.is_expected_text_typed() => {
                Some(format!("{} is not the step count: type {count} to apply.", self.count_field.text()))
            }
            RequiredInput::ProfileName if !self.is_expected_text_typed() => {
                let profile = self.guarded_profile.as_deref().unwrap_or_default();
                Some(format!("Wrong profile name. Type {profile} to apply."))
            }
            _ => None,
        }
    }

    fn apply(&mut self, action: Action, cx: &mut Context<'_>) {
        if let Some(reason) = self.blocked_reason(cx) {
            // The reason names keys of the dialog, which the field would take as text.
            self.clear_field();
            self.error = Some(reason);
            return;
        }
        if self.required_input() == RequiredInput::ProfileName && !self.is_typing_name {
            (self.error, self.is_typing_name, self.focus) = (None, true, ConfirmFocus::Apply);
            return;
        }
        self.error = self.missing_input_reason(action, cx);
        if self.error.is_some() {
            return;
        }
        if let Some(text) = invites::offline_blocked_reason(cx) {
            (self.error, self.needs_recheck) = (Some(text), true);
            if cx.invites.fetch.is_none() {
                invites::refresh(cx);
            }
            return;
        }
        if self.recheck_warnings(cx) {
            return;
        }
        cx.close();
        if let Some(scope) = self.resume_scope {
            return plans::resume_now(cx, self.plan.id, scope);
        }
        cx.navigate(Nav::PlanSubmitted(self.plan.id));
        let was_staged = !self.replaces.is_empty();
        if !was_staged {
            plans::record_kept(cx, self.plan.id, &self.removed_steps);
        }
        plans::apply(cx, self.plan.clone(), std::mem::take(&mut self.replaces));
        // Steps removed from staged plans are staged again, so that they are not lost.
        if was_staged && !self.removed_steps.is_empty() {
            let plan = plans::new_plan(cx, std::mem::take(&mut self.removed_steps));
            plans::stage(cx, plan, Vec::new());
        }
    }

    /// Re-checks a plan that was made from an old list, after the list was refreshed.
    ///
    /// Pins the steps to the pending invites of the new list. Returns true if there are new warnings, which
    /// the user must review before applying the plan.
    fn recheck_warnings(&mut self, model: &Model) -> bool {
        if !self.needs_recheck {
            return false;
        }
        let planner = model.invites.planner();
        let steps = std::mem::take(&mut self.plan.steps);
        self.plan.steps = steps.into_iter().map(|step| planner.record_versions(step)).collect();
        let warnings = plan_checks::warnings(&self.plan, model);
        let is_new = warnings.iter().any(|warning| !self.warnings.contains(warning));
        (self.warnings, self.needs_recheck) = (warnings, false);
        if is_new {
            let text = "The refreshed list raised new warnings. Review them, then apply again.";
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
        if self.is_typing_name { KeyContext::Form } else { KeyContext::ConfirmPlan }
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        let page = cx.metrics.text_height.max(1);
        let last = self.plan.steps.len().saturating_sub(1);
        if self.is_typing_name {
            // A click focuses a button before it confirms.
            return match (action, self.focus) {
                (Action::Confirm, ConfirmFocus::Cancel) => cx.close(),
                (Action::Confirm, ConfirmFocus::Stage) => self.stage(cx),
                (Action::Confirm | Action::Send, _) => self.apply(action, cx),
                (Action::Back | Action::Next | Action::Previous, _) => self.clear_field(),
                _ => {}
            };
        }
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
                self.error = Some("A started plan cannot be changed. Resume it or cancel.".to_owned());
            }
            (Action::RemoveStep, _) => self.remove_step(cx),
            (Action::Stage, _) | (Action::Confirm, ConfirmFocus::Stage) => self.stage(cx),
            (Action::Yes | Action::YesUppercase, _) | (Action::Confirm, ConfirmFocus::Apply) => {
                self.apply(action, cx)
            }
            (Action::Back, _) | (Action::Confirm, ConfirmFocus::Cancel) => cx.close(),
            _ => {}
        }
    }

    fn on_row_clicked(&mut self, row: usize, _cx: &mut Context<'_>) {
        self.selected = row.min(self.plan.steps.len().saturating_sub(1));
    }

    fn focus_button(&mut self, button: usize) -> bool {
        let focus = self.buttons().get(button).copied();
        self.focus = focus.unwrap_or(self.focus);
        focus.is_some()
    }

    fn hints(&self, _model: &Model) -> Vec<Hint> {
        let apply = match self.required_input() {
            RequiredInput::Yes => Some(Action::Yes),
            RequiredInput::UppercaseY => Some(Action::YesUppercase),
            RequiredInput::StepCount(_) => (self.is_expected_text_typed()
                && self.focus == ConfirmFocus::Apply)
                .then_some(Action::Confirm),
            RequiredInput::ProfileName if self.is_typing_name => {
                return hints([(Action::Confirm, "apply"), (Action::Back, "back")]);
            }
            RequiredInput::ProfileName => Some(Action::Yes),
        };
        // A started plan cannot be changed.
        let (has_many, is_new) = (self.plan.steps.len() > 1, !self.is_resume());
        let hints = [
            (apply, "apply"),
            (Some(Action::Back), "cancel"),
            (is_new.then_some(Action::Stage), "stage"),
            ((has_many && is_new).then_some(Action::RemoveStep), "remove step"),
            (has_many.then_some(Action::Down), "down"),
            (Some(Action::Next), "next button"),
        ];
        let shown = hints
            .into_iter()
            .filter_map(|(action, label)| Some(Hint { action: action?, label: label.into() }));
        shown.collect()
    }

    /// Returns the field for the step count or the profile's name, if the plan needs it.
    fn text_field(&mut self) -> Option<&mut TextField> {
        let has_field = self.is_typing_name || matches!(self.required_input(), RequiredInput::StepCount(_));
        has_field.then_some(&mut self.count_field)
    }

    /// Keeps only digits, unless the profile's name is typed. The correct text moves the focus to the Apply button.
    fn on_text_changed(&mut self, _cx: &mut Context<'_>) {
        self.error = None;
        if self.is_typing_name {
            self.focus = ConfirmFocus::Apply;
            return;
        }
        let digits: String = self.count_field.text().chars().filter(char::is_ascii_digit).take(7).collect();
        self.count_field = TextField::new(&digits);
        self.focus = if self.is_expected_text_typed() { ConfirmFocus::Apply } else { ConfirmFocus::Cancel };
    }

    fn part(&self) -> ScreenPart {
        if self.is_typing_name {
            return ScreenPart::Index(self.plan.steps.len());
        }
        ScreenPart::Plan(self.plan.id, self.plan.steps.len())
    }

    /// Closes the dialog: its steps belong to the previous tenancy.
    fn on_tenancy_changed(&mut self, _cx: &mut Context<'_>) -> bool {
        false
    }
}

/// Returns whether the user must type the step count even for a small plan.
fn needs_step_count(plan: &Plan, model: &Model) -> bool {
    model.options.guards.needs_step_count(&plan.steps) || plan_checks::clock_warning(plan, model).is_some()
}
