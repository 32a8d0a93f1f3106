//! The triage walk: each invite in full, a decision for each, and one plan of all of them at the end. Where it stands
//! is kept after each decision, and what was decided is staged when it is left in the middle: nothing of it is lost.

pub mod view;

use std::collections::HashSet;

use crate::domain::triage::Decision;
use crate::domain::{Draft, Identity, Invite, Now, Plan, PlanId, Request, Step, Walk, planning};

use crate::app::effect::Effect;
use crate::app::model::view::View;
use crate::app::screens::confirm;
use crate::app::screens::pager::Pager;
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;
use crate::ui::text_field::TextField;

/// The walk in front.
#[derive(Debug, Clone)]
pub struct Triage {
    /// The walk.
    pub walk: Walk,
    /// A number being typed, to go to that invite.
    pub number: TextField,
    /// How far the text of the invite is scrolled.
    pub scroll: usize,
}

/// The invite in hand as it is known now; `None` where it is gone, or at the end.
pub fn current(state: &App, triage: &Triage) -> Option<Invite> {
    state.model.invites.shown.invite(triage.walk.current()?)
}

/// Begins a walk over the marked rows that are shown, or over all that are shown; goes on with one that was left.
pub(crate) fn begin(state: &mut App, now: Now) -> Vec<Effect> {
    if let Some(failure) = state.model.no_journal.clone() {
        state.model.notifications.error(failure, now);
        return Vec::new();
    }
    let mut effects = Vec::new();
    match state.walk.take() {
        Some(walk) if !is_about_others(state, &walk) => return go_on(state, walk, now),
        Some(walk) => effects = give_up(state, &walk, now),
        None => {}
    }
    let (rows, staged) = rows(state);
    if rows.is_empty() {
        let words = if staged == 0 {
            "There is no invite to go through."
        } else {
            "All of these are staged already."
        };
        state.model.notifications.note(words, now);
        return effects;
    }
    if staged > 0 {
        state
            .model
            .notifications
            .note(format!("{staged} that are staged or under way already are left out."), now);
    }
    let mut walk = Walk::new(rows, now.wall);
    // From the row under the cursor on, where that is one of them.
    let under_cursor = state.model.selected_invite().map(|invite| invite.identity);
    walk.at = walk.rows.iter().position(|row| Some(row) == under_cursor.as_ref()).unwrap_or(0);
    open(state, walk);
    effects
}

fn go_on(state: &mut App, mut walk: Walk, now: Now) -> Vec<Effect> {
    walk.go_on(state.model.plans.staged_plans());
    let words = format!("This walk goes on: {} of {} were decided.", walk.decided().all(), walk.rows.len());
    state.model.notifications.note(words, now);
    open(state, walk);
    Vec::new()
}

/// Whether rows are marked and shown that a walk is not about: then a new one is meant.
fn is_about_others(state: &App, walk: &Walk) -> bool {
    let rows: HashSet<&Identity> = walk.rows.iter().collect();
    let mut marked = state.model.marks.shown(&state.model.table, &state.model.invites.shown);
    marked.any(|row| {
        let row = state.model.invites.shown.rows().get(row);
        row.is_some_and(|row| !rows.contains(&row.identity()))
    })
}

/// Another walk takes the place of one that was left. What was decided in it is staged, by now at the latest.
fn give_up(state: &mut App, walk: &Walk, now: Now) -> Vec<Effect> {
    let plans = state.model.view_name(View::Plan);
    state
        .model
        .notifications
        .note(format!("The walk that was left is over; {plans} has what it decided."), now);
    let (steps, replaces) = plan_of(state, walk, now);
    if walk.staged || steps.is_empty() {
        return Vec::new();
    }
    let plan = made_of(state, steps, now);
    state.stage(plan, replaces)
}

/// Another tenancy was opened: neither a walk nor what was written in it is about its invites.
pub(crate) fn forget(state: &mut App) {
    (state.walk, state.model.corrected) = (None, None);
    state.screens.retain(|screen| !matches!(screen, Overlay::Triage(_)));
}

fn open(state: &mut App, walk: Walk) {
    state.screens.push(Overlay::Triage(Triage { walk, number: TextField::default(), scroll: 0 }));
}

/// The rows to go through, and how many are left out because something is to happen to them already.
fn rows(state: &App) -> (Vec<Identity>, usize) {
    let shown = state.model.table.order.iter().filter_map(|row| state.model.invites.shown.rows().get(*row));
    let shown: Vec<Identity> = shown.map(|row| row.identity()).collect();
    let marked: Vec<Identity> =
        shown.iter().filter(|identity| state.model.marks.contains(identity)).cloned().collect();
    let rows = if marked.is_empty() { shown } else { marked };
    let taken: HashSet<&Identity> = state
        .model
        .plans
        .staged_plans()
        .chain(state.model.plans.under_way.iter().map(|change| &change.plan))
        .flat_map(|plan| &plan.steps)
        .filter_map(Step::target)
        .map(|invite| &invite.identity)
        .collect();
    let all = rows.len();
    let rows: Vec<Identity> = rows.into_iter().filter(|identity| !taken.contains(identity)).collect();
    let left_out = all - rows.len();
    (rows, left_out)
}

/// A number goes to that invite; nothing else is typed here.
pub(crate) fn typed(state: &mut App) -> Vec<Effect> {
    if let Some(Overlay::Triage(triage)) = state.screens.last_mut() {
        let digits: String = triage.number.text().chars().filter(char::is_ascii_digit).take(7).collect();
        triage.number = TextField::new(&digits);
    }
    Vec::new()
}

pub(crate) fn act(state: &mut App, action: Action, now: Now) -> Vec<Effect> {
    let drawn = state.model.metrics;
    let Some(Overlay::Triage(triage)) = state.screens.last_mut() else { return Vec::new() };
    let (at, last) = (triage.walk.at, triage.walk.rows.len().saturating_sub(1));
    match action {
        Action::PageDown => triage.scroll = (triage.scroll + drawn.text_height).min(drawn.scroll_limit),
        Action::PageUp => triage.scroll = triage.scroll.saturating_sub(drawn.text_height),
        Action::Keep => return decide(state, Decision::Keep, now),
        Action::Delete => return decide(state, Decision::Delete, now),
        Action::Resend => return decide(state, Decision::Resend, now),
        Action::Edit => return edit(state, now),
        Action::Skip => return go_to(state, at + 1, now),
        Action::BackOne => return go_to(state, at.saturating_sub(1), now),
        Action::NextOpen => match triage.walk.next_undecided() {
            Some(open) => return go_to(state, open, now),
            None => return finish(state, now),
        },
        Action::First => return go_to(state, 0, now),
        Action::Last => return go_to(state, last, now),
        Action::Accept => match triage.number.text().parse::<usize>() {
            Ok(number) => return go_to(state, number.saturating_sub(1).min(last), now),
            Err(_) => return go_to(state, at + 1, now),
        },
        Action::Help => state.screens.push(Overlay::Pager(Pager::help(KeyContext::Triage))),
        Action::Back => return leave(state, now),
        _ => {}
    }
    Vec::new()
}

fn decide(state: &mut App, decision: Decision, now: Now) -> Vec<Effect> {
    let Some(Overlay::Triage(triage)) = state.screens.last() else { return Vec::new() };
    let Some(invite) = current(state, triage) else {
        let skip = state.model.key(KeyContext::Triage, Action::Skip);
        state
            .model
            .notifications
            .note(format!("This invite is gone: there is nothing to decide. {skip} goes on."), now);
        return Vec::new();
    };
    if decision == Decision::Resend {
        let draft = Draft { email: invite.email, message: invite.message };
        if let Some(error) = draft.error() {
            let edit = state.model.key(KeyContext::Triage, Action::Edit);
            let words = format!("It cannot be sent again as it is: {error} {edit} corrects it.");
            state.model.notifications.note(words, now);
            return Vec::new();
        }
    }
    let Some(Overlay::Triage(triage)) = state.screens.last_mut() else { return Vec::new() };
    triage.walk.decide(decision);
    moved(state, now)
}

/// Takes what was written in the form for the invite in hand.
pub(crate) fn corrected(state: &mut App, draft: Draft, now: Now) -> Vec<Effect> {
    decide(state, Decision::Edit(draft), now)
}

/// Opens the form for the invite in hand, with what was written for it before, if anything was.
fn edit(state: &mut App, now: Now) -> Vec<Effect> {
    let Some(Overlay::Triage(triage)) = state.screens.last() else { return Vec::new() };
    let Some(invite) = current(state, triage) else { return decide(state, Decision::Keep, now) };
    let before = match triage.walk.decisions.get(triage.walk.at) {
        Some(Some(Decision::Edit(draft))) => Some(draft.clone()),
        _ => state
            .model
            .corrected
            .take_if(|(identity, _)| *identity == invite.identity)
            .map(|(_, draft)| draft),
    };
    state
        .screens
        .push(Overlay::InviteForm(crate::app::screens::invite_form::InviteForm::correcting(invite, before)));
    Vec::new()
}

fn go_to(state: &mut App, at: usize, now: Now) -> Vec<Effect> {
    let Some(Overlay::Triage(triage)) = state.screens.last_mut() else { return Vec::new() };
    triage.walk.go_to(at);
    moved(state, now)
}

/// After each move: where the walk stands is kept, and at its end there is a plan.
fn moved(state: &mut App, now: Now) -> Vec<Effect> {
    let Some(Overlay::Triage(triage)) = state.screens.last_mut() else { return Vec::new() };
    (triage.number, triage.scroll) = (TextField::default(), 0);
    let Some(current) = triage.walk.current().cloned() else { return finish(state, now) };
    let walk = Box::new(triage.walk.clone());
    // The list behind follows.
    state.model.table.go_to_identity(&current, &state.model.invites.shown, state.model.metrics.table_height);
    vec![state.ask(Request::SaveWalk(walk)).1]
}

/// The end: one plan of all that was decided, for which the usual question is asked.
fn finish(state: &mut App, now: Now) -> Vec<Effect> {
    let Some(Overlay::Triage(triage)) = state.screens.pop() else { return Vec::new() };
    let walk = triage.walk;
    let (steps, replaces) = plan_of(state, &walk, now);
    let effects = vec![state.ask(Request::ForgetWalk).1];
    if steps.is_empty() {
        state
            .model
            .notifications
            .note(format!("The walk is over: {}. There is nothing to send.", walk.decided()), now);
        return effects;
    }
    let plan = made_of(state, steps, now);
    confirm::ask(state, plan, replaces);
    effects
}

/// Leaves in the middle: what was decided is staged, and the walk can go on later.
fn leave(state: &mut App, now: Now) -> Vec<Effect> {
    let Some(Overlay::Triage(triage)) = state.screens.pop() else { return Vec::new() };
    let mut walk = triage.walk;
    walk.staged = true;
    let mut effects = vec![state.ask(Request::SaveWalk(Box::new(walk.clone()))).1];
    let (steps, replaces) = plan_of(state, &walk, now);
    if !steps.is_empty() || !replaces.is_empty() {
        let plan = made_of(state, steps, now);
        effects.extend(state.stage(plan, replaces));
    }
    state.walk = Some(walk);
    effects
}

/// The steps of a walk, soonest to expire first, and the staged plans that they take the place of.
fn plan_of(state: &mut App, walk: &Walk, now: Now) -> (Vec<Step>, Vec<PlanId>) {
    let (mut steps, gone) = walk.steps(&state.model.invites.shown, state.model.invites.is_complete());
    planning::order(&mut steps, state.model.server_now(now));
    if gone > 0 {
        state
            .model
            .notifications
            .note(format!("{gone} that were decided about are gone meanwhile, and are left out."), now);
    }
    (steps, walk.plans(state.model.plans.staged_plans()))
}

/// A plan of decisions. It is about these invites, and not about what a filter shows besides.
fn made_of(state: &mut App, steps: Vec<Step>, now: Now) -> Plan {
    Plan { filter: String::new(), ..state.model.plan(steps, now) }
}

/// A walk that an earlier run left in the middle.
pub(crate) fn found(state: &mut App, walk: Walk) {
    let words = format!(
        "A walk was left at {} of {}: {} goes on with it.",
        (walk.at + 1).min(walk.rows.len()),
        walk.rows.len(),
        state.model.key(KeyContext::List, Action::Triage)
    );
    state.model.notifications.note(words, state.model.now);
    state.walk = Some(walk);
}
