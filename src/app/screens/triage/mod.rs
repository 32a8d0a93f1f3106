//! The triage walk: each invite in full, a decision for each, and one plan of all of them at the end. Where it stands
//! is kept after each decision, and what was decided is staged when it is left in the middle: nothing of it is lost.

pub mod view;

use std::collections::HashSet;

use crate::app::nav::{FormField, FormPurpose};
use crate::app::ops::plans::ProposalDetails;
use crate::app::ops::{access, drafts, plans, table};
use crate::app::screen::ScreenPart;
use crate::app::{Context, Hint, Model, Route, Screen, View, hints};
use crate::domain::triage::Decision;
use crate::domain::{
    Draft, Identity, Invite, Plan, PlanId, ServiceRequest, Step, TriageSession, plan_analysis,
};
use crate::keys::{Action, KeyContext};
use crate::ui::TextField;

/// The walk in front.
#[derive(Debug, Clone)]
pub struct TriageScreen {
    /// The walk.
    pub session: TriageSession,
    /// A number being typed, to go to that invite.
    pub number_field: TextField,
    /// How far the text of the invite is scrolled.
    pub scroll: usize,
}

impl TriageScreen {
    /// Begins a walk over the marked rows that are shown, or over all that are shown; goes on with one that was left.
    pub(crate) fn open(cx: &mut Context<'_>) -> Option<TriageScreen> {
        if !access::check_journal(cx) {
            return None;
        }
        match drafts::take_triage(cx) {
            Some(walk) if !has_other_marked_rows(cx, &walk) => return Some(TriageScreen::resume(walk, cx)),
            Some(walk) => discard(cx, &walk),
            None => {}
        }
        TriageScreen::start(cx)
    }

    fn start(cx: &mut Context<'_>) -> Option<TriageScreen> {
        let (rows, staged) = rows_to_triage(cx);
        if rows.is_empty() {
            cx.info(match staged {
                0 => "There is no invite to go through.",
                _ => "All of these are staged already.",
            });
            return None;
        }
        if staged > 0 {
            cx.info(format!("{staged} that are staged or under way already are left out."));
        }
        let mut walk = TriageSession::new(rows, cx.now.wall);
        // From the row under the cursor on, where that is one of them.
        let under_cursor = cx.selected_invite().map(|invite| invite.identity);
        walk.position = walk.rows.iter().position(|row| Some(row) == under_cursor.as_ref()).unwrap_or(0);
        Some(TriageScreen::new(walk))
    }

    fn resume(mut walk: TriageSession, cx: &mut Context<'_>) -> TriageScreen {
        walk.resume(cx.plans.staged_plans());
        let (decided, rows) = (walk.decision_counts().total(), walk.rows.len());
        cx.info(format!("This walk goes on: {decided} of {rows} were decided."));
        TriageScreen::new(walk)
    }

    fn new(walk: TriageSession) -> TriageScreen {
        TriageScreen { session: walk, number_field: TextField::default(), scroll: 0 }
    }

    /// The invite in hand as it is known now; `None` where it is gone, or at the end.
    pub fn current_invite(&self, model: &Model) -> Option<Invite> {
        model.invites.shown.invite(self.session.current()?)
    }

    /// Takes what was written in the form for the invite in hand.
    pub(crate) fn decide_edit(&mut self, draft: Draft, cx: &mut Context<'_>) {
        self.decide(Decision::Edit(draft), cx);
    }

    fn decide(&mut self, decision: Decision, cx: &mut Context<'_>) {
        let Some(invite) = self.current_invite(cx) else {
            let skip = cx.key(KeyContext::Triage, Action::Skip);
            return cx.info(format!("This invite is gone: there is nothing to decide. {skip} goes on."));
        };
        if decision == Decision::Resend {
            let draft = Draft { email: invite.email, message: invite.message };
            if let Some(error) = draft.error() {
                let edit = cx.key(KeyContext::Triage, Action::Edit);
                return cx.info(format!("It cannot be sent again as it is: {error} {edit} corrects it."));
            }
        }
        self.session.decide(decision);
        self.on_moved(cx);
    }

    /// Opens the form for the invite in hand, with what was written for it before, if anything was.
    fn edit(&mut self, cx: &mut Context<'_>) {
        let Some(invite) = self.current_invite(cx) else { return self.decide(Decision::Keep, cx) };
        let before = match self.session.decisions.get(self.session.position) {
            Some(Some(Decision::Edit(draft))) => Some(draft.clone()),
            _ => drafts::take_edit(cx, &invite.identity),
        };
        let focus = FormField::Email;
        cx.open(Route::InviteForm(FormPurpose::Edit { invite, before, focus, for_triage: true }));
    }

    fn go_to(&mut self, at: usize, cx: &mut Context<'_>) {
        self.session.move_to(at);
        self.on_moved(cx);
    }

    /// After each move: where the walk stands is kept, and at its end there is a plan.
    fn on_moved(&mut self, cx: &mut Context<'_>) {
        (self.number_field, self.scroll) = (TextField::default(), 0);
        let Some(current) = self.session.current() else { return self.finish(cx) };
        // The list behind follows.
        table::select_if_shown(cx, current);
        drafts::save_triage(cx, self.session.clone());
    }

    /// The end: one plan of all that was decided, for which the usual question is asked.
    fn finish(&mut self, cx: &mut Context<'_>) {
        cx.close();
        let (steps, replaces) = plan_steps(cx, &self.session);
        if steps.is_empty() {
            cx.request(ServiceRequest::ClearTriage);
            let decided = self.session.decision_counts();
            return cx.info(format!("The walk is over: {decided}. There is nothing to send."));
        }
        let plan = plans::propose(cx, steps, ProposalDetails { replaces, ..ProposalDetails::default() });
        // Who cancels the plan can go on from the last invite.
        self.session.position = self.session.position.min(self.session.rows.len().saturating_sub(1));
        drafts::pause_triage_until_submitted(cx, self.session.clone(), plan);
    }

    /// Leaves in the middle: what was decided is staged, and the walk can go on later.
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
        let (at, last) = (self.session.position, self.session.rows.len().saturating_sub(1));
        let metrics = cx.metrics;
        match action {
            Action::PageDown => self.scroll = (self.scroll + metrics.text_height).min(metrics.max_scroll),
            Action::PageUp => self.scroll = self.scroll.saturating_sub(metrics.text_height),
            Action::Keep => self.decide(Decision::Keep, cx),
            Action::Delete => self.decide(Decision::Delete, cx),
            Action::Resend => self.decide(Decision::Resend, cx),
            Action::Edit => self.edit(cx),
            Action::Skip => self.go_to(at + 1, cx),
            Action::PreviousInvite => self.go_to(at.saturating_sub(1), cx),
            Action::NextUndecided => match self.session.next_undecided() {
                Some(open) => self.go_to(open, cx),
                None => self.finish(cx),
            },
            Action::First => self.go_to(0, cx),
            Action::Last => self.go_to(last, cx),
            Action::Confirm => match self.number_field.text().parse::<usize>() {
                Ok(number) => self.go_to(number.saturating_sub(1).min(last), cx),
                Err(_) => self.go_to(at + 1, cx),
            },
            Action::Help => cx.open(Route::Help(KeyContext::Triage)),
            Action::Back => self.pause(cx),
            _ => {}
        }
    }

    fn hints(&self, _model: &Model) -> Vec<Hint> {
        hints([
            (Action::Keep, "keep"),
            (Action::Delete, "revoke"),
            (Action::Resend, "resend"),
            (Action::Edit, "correct"),
            (Action::Skip, "skip"),
            (Action::PreviousInvite, "back"),
            (Action::Back, "stop"),
        ])
    }

    fn text_field(&mut self) -> Option<&mut TextField> {
        Some(&mut self.number_field)
    }

    /// A number goes to that invite; nothing else is typed here.
    fn on_text_changed(&mut self, _cx: &mut Context<'_>) {
        let digits: String = self.number_field.text().chars().filter(char::is_ascii_digit).take(7).collect();
        self.number_field = TextField::new(&digits);
    }

    /// Going from one invite to another shows them; to decide about one it has to be seen.
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

/// Whether rows are marked and shown that a walk is not about: then a new one is meant.
fn has_other_marked_rows(model: &Model, walk: &TriageSession) -> bool {
    let rows: HashSet<&Identity> = walk.rows.iter().collect();
    let shown = model.invites.shown.rows();
    let is_other = |row| shown.get(row).is_some_and(|row| !rows.contains(&row.identity()));
    model.marked_rows().into_iter().any(is_other)
}

/// Another walk takes the place of one that was left. What was decided in it is staged, by now at the latest.
fn discard(cx: &mut Context<'_>, walk: &TriageSession) {
    let plans = cx.view_name(View::Plans);
    cx.info(format!("The walk that was left is over; {plans} has what it decided."));
    let (steps, replaces) = plan_steps(cx, walk);
    if !walk.staged && !steps.is_empty() {
        stage_decisions(cx, steps, replaces);
    }
}

/// The rows to go through, and how many are left out because something is to happen to them already.
fn rows_to_triage(model: &Model) -> (Vec<Identity>, usize) {
    let shown = model.table.order.iter().filter_map(|row| model.invites.shown.rows().get(*row));
    let shown: Vec<Identity> = shown.map(|row| row.identity()).collect();
    let marked: Vec<Identity> =
        shown.iter().filter(|identity| model.marks.contains(identity)).cloned().collect();
    let rows = if marked.is_empty() { shown } else { marked };
    let taken: HashSet<&Identity> = model
        .plans
        .staged_plans()
        .chain(model.plans.running.iter().map(|run| &run.plan))
        .flat_map(|plan| &plan.steps)
        .filter_map(Step::target)
        .map(|invite| &invite.identity)
        .collect();
    let (left_out, rows): (Vec<Identity>, Vec<Identity>) =
        rows.into_iter().partition(|identity| taken.contains(identity));
    (rows, left_out.len())
}

/// The steps of a walk, and the staged plans that they take the place of.
fn plan_steps(cx: &mut Context<'_>, walk: &TriageSession) -> (Vec<Step>, Vec<PlanId>) {
    let (steps, gone) = walk.steps(&cx.invites.shown, cx.invites.is_complete());
    if gone > 0 {
        cx.info(format!("{gone} that were decided about are gone meanwhile, and are left out."));
    }
    (steps, walk.staged_plans(cx.plans.staged_plans()))
}

/// Stages decisions, soonest to expire first. They are about these invites, and not about what a filter shows besides.
fn stage_decisions(cx: &mut Context<'_>, mut steps: Vec<Step>, replaces: Vec<PlanId>) {
    plan_analysis::sort_steps(&mut steps, cx.server_now(cx.now));
    let plan = Plan { filter: String::new(), ..plans::new_plan(cx, steps) };
    plans::stage(cx, plan, replaces);
}
