//! Triage: the user decides about one invite at a time, then applies one plan.
//!
//! The position is stored after each decision. Leaving early stages the decisions.

pub mod view;

use std::collections::HashSet;

use crate::app::nav::{FormField, FormPurpose};
use crate::app::ops::plans::ProposalDetails;
use crate::app::ops::{drafts, plans, table};
use crate::app::screen::ScreenPart;
use crate::app::{Context, Hint, Model, Route, Screen, View, hints};
use crate::domain::triage::Decision;
use crate::domain::{
    Draft, Identity, Invite, Plan, PlanId, ServiceRequest, Step, TriageSession, plan_analysis,
};
use crate::keys::{Action, KeyContext};
use crate::ui::TextField;

/// State of the triage.
#[derive(Debug, Clone)]
pub struct TriageScreen {
    /// Invites, decisions and position.
    pub session: TriageSession,
    /// Typed number of the invite to go to.
    pub number_field: TextField,
    /// Scroll offset of the invite's text.
    pub scroll: usize,
}

impl TriageScreen {
    /// Resumes the earlier triage, unless other rows are marked. Otherwise starts a new triage.
    ///
    /// A new triage contains the visible marked rows, or all visible rows if no row is marked.
    pub(crate) fn open(cx: &mut Context<'_>) -> Option<TriageScreen> {
        match drafts::take_triage(cx) {
            Some(session) if !has_other_marked_rows(cx, &session) => {
                return Some(TriageScreen::resume(session, cx));
            }
            Some(session) => end_earlier_triage(cx, &session),
            None => {}
        }
        TriageScreen::start(cx)
    }

    fn start(cx: &mut Context<'_>) -> Option<TriageScreen> {
        let (rows, staged) = rows_to_triage(cx);
        if rows.is_empty() {
            cx.info(match staged {
                0 => "No invites to triage.",
                _ => "All of these invites are already staged.",
            });
            return None;
        }
        if staged > 0 {
            cx.info(format!("Skipped {staged}: already staged or running."));
        }
        let mut session = TriageSession::new(rows, cx.now.wall);
        // Starts at the selected row if it is part of the triage.
        let selected = cx.selected_invite().map(|invite| invite.identity);
        session.position = session.rows.iter().position(|row| Some(row) == selected.as_ref()).unwrap_or(0);
        Some(TriageScreen::new(session))
    }

    fn resume(mut session: TriageSession, cx: &mut Context<'_>) -> TriageScreen {
        session.resume(cx.plans.staged_plans());
        let (decided, rows) = (session.decision_counts().total(), session.rows.len());
        cx.info(format!("Resumed triage: {decided} of {rows} decided."));
        TriageScreen::new(session)
    }

    fn new(session: TriageSession) -> TriageScreen {
        TriageScreen { session, number_field: TextField::default(), scroll: 0 }
    }

    /// Returns the current invite; `None` if it no longer exists, or at the end.
    pub fn current_invite(&self, model: &Model) -> Option<Invite> {
        model.invites.shown.invite(self.session.current()?)
    }

    /// Stores the edit of the current invite.
    pub(crate) fn decide_edit(&mut self, draft: Draft, cx: &mut Context<'_>) {
        self.decide(Decision::Edit(draft), cx);
    }

    fn decide(&mut self, decision: Decision, cx: &mut Context<'_>) {
        let Some(invite) = self.current_invite(cx) else {
            let skip = cx.key(KeyContext::Triage, Action::Skip);
            return cx.info(format!("This invite no longer exists. Press {skip} to continue."));
        };
        if decision == Decision::Resend {
            let draft = Draft { email: invite.email, message: invite.message };
            if let Some(error) = draft.error() {
                let edit = cx.key(KeyContext::Triage, Action::Edit);
                return cx.info(format!("This invite cannot be resent: {error} Press {edit} to edit it."));
            }
        }
        self.session.decide(decision);
        self.on_moved(cx);
    }

    /// Opens the form for the current invite, with an earlier edit if there is one.
    fn edit(&mut self, cx: &mut Context<'_>) {
        let Some(invite) = self.current_invite(cx) else { return self.decide(Decision::Keep, cx) };
        let before = match self.session.decisions.get(self.session.position) {
            Some(Some(Decision::Edit(draft))) => Some(draft.clone()),
            _ => drafts::take_edit(cx, &invite.identity),
        };
        let focus = FormField::Email;
        cx.open(Route::InviteForm(FormPurpose::Edit { invite, before, focus, for_triage: true }));
    }

    fn go_to(&mut self, position: usize, cx: &mut Context<'_>) {
        self.session.move_to(position);
        self.on_moved(cx);
    }

    /// Stores the position after a move, or finishes at the end.
    fn on_moved(&mut self, cx: &mut Context<'_>) {
        (self.number_field, self.scroll) = (TextField::default(), 0);
        let Some(current) = self.session.current() else { return self.finish(cx) };
        // Selects the same row in the table under the dialog.
        table::select_if_shown(cx, current);
        drafts::save_triage(cx, self.session.clone());
    }

    /// Finishes the triage and proposes one plan of all decisions.
    fn finish(&mut self, cx: &mut Context<'_>) {
        cx.close();
        let (steps, replaces) = plan_steps(cx, &self.session);
        if steps.is_empty() {
            cx.request(ServiceRequest::ClearTriage);
            let decided = self.session.decision_counts();
            return cx.info(format!("Triage finished: {decided}. There is nothing to apply."));
        }
        let plan = plans::propose(cx, steps, ProposalDetails { replaces, ..ProposalDetails::default() });
        // If the user cancels the plan, the triage resumes at the last invite.
        self.session.position = self.session.position.min(self.session.rows.len().saturating_sub(1));
        drafts::pause_triage_until_submitted(cx, self.session.clone(), plan);
    }

    /// Leaves the triage early and stages the decisions. The triage can be resumed later.
    fn pause(&mut self, cx: &mut Context<'_>) {
        cx.close();
        self.session.staged = true;
        drafts::pause_triage(cx, self.session.clone());
        let (steps, replaces) = plan_steps(cx, &self.session);
        if !steps.is_empty() || !replaces.is_empty() {
            stage_decisions(cx, steps, replaces);
        }
    }
}

impl Screen for TriageScreen {
    fn key_context(&self) -> KeyContext {
        KeyContext::Triage
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        let (position, last) = (self.session.position, self.session.rows.len().saturating_sub(1));
        let metrics = cx.metrics.clone();
        match action {
            Action::PageDown => self.scroll = (self.scroll + metrics.text_height).min(metrics.max_scroll),
            Action::PageUp => self.scroll = self.scroll.saturating_sub(metrics.text_height),
            Action::Keep => self.decide(Decision::Keep, cx),
            Action::Delete => self.decide(Decision::Delete, cx),
            Action::Resend => self.decide(Decision::Resend, cx),
            Action::Edit => self.edit(cx),
            Action::Skip => self.go_to(position + 1, cx),
            Action::PreviousInvite => self.go_to(position.saturating_sub(1), cx),
            Action::NextUndecided => match self.session.next_undecided() {
                Some(open) => self.go_to(open, cx),
                None => self.finish(cx),
            },
            Action::First => self.go_to(0, cx),
            Action::Last => self.go_to(last, cx),
            Action::Confirm => match self.number_field.text().parse::<usize>() {
                Ok(number) => self.go_to(number.saturating_sub(1).min(last), cx),
                Err(_) => self.go_to(position + 1, cx),
            },
            Action::Help => cx.open(Route::Help(KeyContext::Triage)),
            Action::Back => self.pause(cx),
            _ => {}
        }
    }

    fn hints(&self, _model: &Model) -> Vec<Hint> {
        hints([
            (Action::Keep, "keep"),
            (Action::Delete, "delete"),
            (Action::Resend, "resend"),
            (Action::Edit, "edit"),
            (Action::Skip, "skip"),
            (Action::PreviousInvite, "back"),
            (Action::Back, "stop"),
        ])
    }

    fn text_field(&mut self) -> Option<&mut TextField> {
        Some(&mut self.number_field)
    }

    /// Accepts only digits: the number of the invite to go to.
    fn on_text_changed(&mut self, _cx: &mut Context<'_>) {
        let digits: String = self.number_field.text().chars().filter(char::is_ascii_digit).take(7).collect();
        self.number_field = TextField::new(&digits);
    }

    /// Returns whether the invite must be drawn before the action: true for decisions, false for moves.
    fn needs_to_be_seen(&self, action: Option<Action>) -> bool {
        matches!(action, Some(Action::Keep | Action::Delete | Action::Resend | Action::Edit | Action::Back))
    }

    fn part(&self) -> ScreenPart {
        ScreenPart::Index(self.session.position)
    }

    fn on_tenancy_changed(&mut self, _cx: &mut Context<'_>) -> bool {
        false
    }
}

/// Returns whether a visible marked row is not part of the triage. If so, a new triage starts.
fn has_other_marked_rows(model: &Model, session: &TriageSession) -> bool {
    let rows: HashSet<&Identity> = session.rows.iter().collect();
    let shown = model.invites.shown.rows();
    let is_other = |row| shown.get(row).is_some_and(|row| !rows.contains(&row.identity()));
    model.marked_rows().into_iter().any(is_other)
}

/// Ends an earlier triage that a new one replaces, and stages its decisions.
fn end_earlier_triage(cx: &mut Context<'_>, session: &TriageSession) {
    let plans = cx.view_name(View::Plans);
    cx.info(format!("Previous triage ended; its decisions are in {plans}."));
    let (steps, replaces) = plan_steps(cx, session);
    if !session.staged && !steps.is_empty() {
        stage_decisions(cx, steps, replaces);
    }
}

/// Returns the rows to triage, and the number of rows skipped because they are staged or running.
fn rows_to_triage(model: &Model) -> (Vec<Identity>, usize) {
    let shown = model.table.order.iter().filter_map(|row| model.invites.shown.rows().get(*row));
    let shown: Vec<Identity> = shown.map(|row| row.identity()).collect();
    let marked: Vec<Identity> =
        shown.iter().filter(|identity| model.marks.contains(identity)).cloned().collect();
    let rows = if marked.is_empty() { shown } else { marked };
    let planned: HashSet<&Identity> = model
        .plans
        .staged_plans()
        .chain(model.plans.running.iter().map(|run| &run.plan))
        .flat_map(|plan| &plan.steps)
        .filter_map(Step::target)
        .map(|invite| &invite.identity)
        .collect();
    let (skipped, rows): (Vec<Identity>, Vec<Identity>) =
        rows.into_iter().partition(|identity| planned.contains(identity));
    (rows, skipped.len())
}

/// Returns the steps of a triage, and the staged plans that they replace.
fn plan_steps(cx: &mut Context<'_>, session: &TriageSession) -> (Vec<Step>, Vec<PlanId>) {
    let (steps, gone) = session.steps(&cx.invites.shown, cx.invites.is_complete());
    if gone > 0 {
        cx.info(format!("{gone} decided invites no longer exist and were skipped."));
    }
    (steps, session.staged_plans(cx.plans.staged_plans()))
}

/// Stages decisions, soonest expiry first, without the filter of the table.
fn stage_decisions(cx: &mut Context<'_>, mut steps: Vec<Step>, replaces: Vec<PlanId>) {
    plan_analysis::sort_steps(&mut steps, cx.server_now(cx.now));
    let plan = Plan { filter: String::new(), ..plans::new_plan(cx, steps) };
    plans::stage(cx, plan, replaces);
}
