//! What the footer offers in each view when nothing lies in front of it.

use crate::app::screens::journal::Level;
use crate::app::screens::plans::{Item, items};
use crate::app::screens::problems::Line;
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::domain::lint::{Fix, Kind};
use crate::domain::plan::PlanState;
use crate::domain::plan_progress::Phase;
use crate::keys::action::Action;

pub(crate) fn in_list(state: &App) -> Vec<(Action, &'static str)> {
    let mut shown = Vec::new();
    if state.model.plans.held().is_some() {
        shown.push((Action::Undo, "undo"));
    }
    if !state.model.plans.unfinished.is_empty() {
        shown.push((Action::ViewPlan, "plans"));
    }
    if state.model.notifications.errors() > 0 {
        shown.push((Action::Details, "messages"));
    }
    if matches!(state.screens.last(), Some(Overlay::Detail(_))) {
        shown.push((Action::Back, "back"));
    }
    shown.extend([
        (Action::Help, "help"),
        (Action::New, "new"),
        (Action::Mark, "mark"),
        (Action::Delete, "revoke"),
        (Action::Resend, "resend"),
        (Action::Edit, "correct"),
        (Action::Filter, "filter"),
        (Action::Many, "many"),
    ]);
    if state.model.invites.reading.is_some() {
        shown.push((Action::Stop, "stop reading"));
    }
    shown.extend([
        (Action::Open, "open"),
        (Action::Triage, "triage"),
        (Action::Commands, "commands"),
        (Action::Quit, "quit"),
        (Action::Refresh, "refresh"),
        (Action::Pane, "pane"),
        (Action::Note, "note"),
        (Action::Snooze, "put off"),
    ]);
    shown
}

/// What can be done with the selected plan or step.
pub(crate) fn in_plans(state: &App) -> Vec<(Action, &'static str)> {
    let mut shown = Vec::new();
    let selected = items::selected(state);
    match selected {
        Some(item) if items::is_staged(state, item) => {
            shown.push((Action::Open, "run all staged"));
            if matches!(item, Item::Step(..)) {
                shown.push((Action::TakeOut, "un-stage"));
            }
            shown.push((Action::Drop, "drop all staged"));
        }
        Some(Item::Plan(id) | Item::Step(id, _)) => {
            match (state.model.plans.get(id), state.model.plans.left(id)) {
                (Some(change), _) => {
                    shown.push(match change.progress.phase {
                        Phase::Held { .. } => (Action::Undo, "undo"),
                        _ => (Action::Pause, "pause"),
                    });
                    shown.push((Action::Stop, "stop"));
                }
                (None, Some(left)) if left.entry.state != PlanState::Finished => {
                    shown.extend([(Action::Resume, "go on"), (Action::Drop, "give up")]);
                }
                _ => {}
            }
        }
        _ => {}
    }
    let opened = items::opened(state).is_some();
    let is_staged = selected.is_some_and(|item| items::is_staged(state, item));
    if selected.is_some() && !opened && !is_staged {
        shown.push((Action::Open, "its steps"));
    }
    shown.extend([
        (Action::Back, "back"),
        (Action::Help, "help"),
        (Action::ViewPending, "pending"),
        (Action::Quit, "quit"),
    ]);
    shown
}

pub(crate) fn in_journal(state: &App) -> Vec<(Action, &'static str)> {
    let mut shown = vec![(Action::Back, "back")];
    if state.journal.entries.is_empty() {
        shown.extend([(Action::Refresh, "refresh"), (Action::Help, "help"), (Action::Quit, "quit")]);
        return shown;
    }
    shown.push((Action::Restore, "restore"));
    if state.model.plans.held().is_some() {
        shown.insert(0, (Action::Undo, "undo"));
    }
    if state.journal.level == Level::Step {
        shown.push((Action::Down, "scroll"));
    } else {
        shown.insert(0, (Action::Open, "open"));
    }
    shown.extend([
        (Action::Filter, "filter"),
        (Action::Refresh, "refresh"),
        (Action::Help, "help"),
        (Action::Quit, "quit"),
    ]);
    shown
}

pub(crate) fn in_requests(state: &App) -> Vec<(Action, &'static str)> {
    let mut shown = vec![(Action::Back, "back"), (Action::Copy, "copy curl"), (Action::CopyChoose, "copy…")];
    match state.screens.last() {
        Some(Overlay::RequestDetail(_)) => shown.push((Action::Down, "scroll")),
        _ => shown.push((Action::Open, "open")),
    }
    shown.extend([(Action::Help, "help"), (Action::Quit, "quit")]);
    shown
}

pub(crate) fn in_changes(state: &App) -> Vec<(Action, &'static str)> {
    let view = &state.changes;
    let mut shown = Vec::new();
    if state.model.plans.held().is_some() {
        shown.push((Action::Undo, "undo"));
    }
    if view.opened.is_some() {
        shown.extend([(Action::Back, "back"), (Action::Down, "scroll")]);
    } else if view.items.is_empty() {
        shown.extend([(Action::Back, "back"), (Action::Refresh, "refresh")]);
    } else {
        shown.extend([(Action::Open, "open"), (Action::Back, "back"), (Action::Mark, "mark")]);
    }
    if !view.items.is_empty() {
        shown.extend([(Action::Restore, "invite again"), (Action::MarkSeen, "all seen")]);
    }
    shown.extend([(Action::Help, "help"), (Action::Quit, "quit")]);
    shown
}

pub(crate) fn in_problems(state: &App) -> Vec<(Action, &'static str)> {
    let mut shown = match (state.problems.line(), state.problems.problem()) {
        (Some(Line::All { opened, .. }), _) => {
            vec![(Action::Open, if opened { "fold" } else { "unfold" })]
        }
        (_, Some(problem)) => {
            let dismissed = state.model.annotations.is_dismissed(problem);
            let mend = match problem.fix {
                Some(Fix::Resend) => (Action::Resend, "resend"),
                Some(Fix::Revoke) => (Action::Delete, "revoke"),
                None if problem.kind == Kind::Duplicate => (Action::Delete, "revoke"),
                _ => (Action::Edit, "mend"),
            };
            let other = if dismissed { "a problem after all" } else { "no problem" };
            vec![mend, (Action::DismissProblem, other), (Action::Open, "in the list")]
        }
        _ => Vec::new(),
    };
    if state.problems.dismissed > 0 {
        let words = if state.problems.with_dismissed { "hide dismissed" } else { "dismissed too" };
        shown.push((Action::ShowDismissed, words));
    }
    shown.extend([
        (Action::Back, "back"),
        (Action::Help, "help"),
        (Action::Refresh, "refresh"),
        (Action::Quit, "quit"),
    ]);
    shown
}
