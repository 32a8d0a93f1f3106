//! The view of what looks wrong: moving in it, mending one, and dismissing it. What is a problem is told in
//! `domain::lint`, and looked for in `finding`; what its fix leads to is in `mending`.

pub mod fix;
pub mod scan;
pub mod view;

use std::collections::HashSet;

use jiff::Timestamp;

use crate::domain::lint::{Kind, Problem};
use crate::domain::remark::Remark;
use crate::domain::roster::Rows;
use crate::domain::text::plural;
use crate::domain::{Identity, Now, Request};

use crate::app::effect::Effect;
use crate::app::model::view::View;
use crate::app::ops::row_actions;
pub(crate) use crate::app::screens::problems::scan::{found, keep_up, outdate};
use crate::app::shell::app::App;
use crate::app::shell::dispatch;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;
use crate::ui::list_state::{ListState, moved_by};

/// More problems of a kind that comes with time stand in one line, until somebody opens it: they come by themselves
/// every day, and a typo must not be looked for among them.
const A_FEW: usize = 3;

/// One line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// A problem, by its place in what was found.
    One(usize),
    /// All problems of one kind.
    All {
        /// The kind.
        kind: Kind,
        /// How many there are.
        problems: usize,
        /// Whether they stand in the lines below.
        opened: bool,
    },
}

/// What the selected line is about, so that another look does not move the selection.
type Key = (Kind, Option<Identity>);

/// What is known of the problems, and the place in them.
#[derive(Debug, Clone, Default)]
pub struct Problems {
    /// The place in `shown`.
    pub lines: ListState,
    /// What was found last, dismissed or not.
    pub found: Vec<Problem>,
    /// The lines.
    pub shown: Vec<Line>,
    /// Whether the dismissed ones are among them.
    pub with_dismissed: bool,
    /// How many were dismissed.
    pub dismissed: usize,
    /// How many were not, beside those that come with time.
    pub count: usize,
    opened: HashSet<Kind>,
    selected: Option<Key>,
    /// Whether a person has done something here. Before, the first line stays selected, whatever is found.
    moved: bool,
    /// The rows that were looked at.
    of: Option<Rows>,
    looking: Option<(u64, Rows)>,
    outdated: bool,
    holds_until: Option<Timestamp>,
}

impl Problems {
    /// Of how many invites these are the problems; `None` before the first look.
    pub fn invites(&self) -> Option<usize> {
        self.of.as_ref().map(Rows::len)
    }

    /// The problem of the selected line.
    pub fn problem(&self) -> Option<&Problem> {
        match self.line()? {
            Line::One(at) => self.found.get(at),
            Line::All { .. } => None,
        }
    }

    /// The selected line.
    pub fn line(&self) -> Option<Line> {
        self.shown.get(self.lines.cursor).copied()
    }

    /// The others of the problem's group.
    pub fn others<'a>(&'a self, problem: &'a Problem) -> impl Iterator<Item = &'a Problem> {
        self.found.iter().filter(move |other| {
            problem.group.is_some() && other.group == problem.group && other.identity != problem.identity
        })
    }

    /// When the words in it change by themselves; not while that is being looked at.
    pub(crate) fn holds_until(&self) -> Option<Timestamp> {
        self.holds_until.filter(|_| self.looking.is_none())
    }

    fn key(&self, line: Line) -> Option<Key> {
        match line {
            Line::One(at) => self.found.get(at).map(|problem| (problem.kind, Some(problem.identity.clone()))),
            Line::All { kind, .. } => Some((kind, None)),
        }
    }

    fn go_to(&mut self, line: usize, height: usize) {
        self.lines.go_to(line, self.shown.len(), height);
        self.selected = self.line().and_then(|line| self.key(line));
    }
}

/// Whether problems of this kind come with time alone.
fn comes_with_time(kind: Kind) -> bool {
    matches!(kind, Kind::Expired | Kind::ExpiresSoon)
}

/// Puts what was found into lines: after another look, and when something was dismissed.
pub(crate) fn arrange(state: &mut App) {
    let (remarks, view) = (&state.model.annotations, &mut state.problems);
    let (mut shown, mut count, mut dismissed, mut at) = (Vec::new(), 0, 0, 0);
    for of_kind in view.found.chunk_by(|one, other| one.kind == other.kind) {
        let (kind, first) = (of_kind[0].kind, at);
        let mut lines = Vec::new();
        for (place, problem) in of_kind.iter().enumerate() {
            let is_dismissed = remarks.is_dismissed(problem);
            dismissed += usize::from(is_dismissed);
            count += usize::from(!is_dismissed && !comes_with_time(kind));
            if !is_dismissed || view.with_dismissed {
                lines.push(Line::One(first + place));
            }
        }
        at += of_kind.len();
        if comes_with_time(kind) && lines.len() > A_FEW {
            let opened = view.opened.contains(&kind);
            shown.push(Line::All { kind, problems: lines.len(), opened });
            if !opened {
                continue;
            }
        }
        shown.extend(lines);
    }
    (view.shown, view.count, view.dismissed) = (shown, count, dismissed);
    let selected = view.selected.clone().filter(|_| view.moved);
    let line =
        selected.and_then(|key| view.shown.iter().position(|line| view.key(*line).as_ref() == Some(&key)));
    view.go_to(line.unwrap_or(view.lines.cursor), state.model.metrics.text_height);
}

/// The tenancy is another one.
pub(crate) fn forget(state: &mut App) {
    state.problems = Problems::default();
}

pub(crate) fn act(state: &mut App, action: Action, now: Now) -> Vec<Effect> {
    state.problems.moved = true;
    if let Some(lines) = moved_by(action, state.model.metrics.text_height) {
        move_by(state, lines);
        return Vec::new();
    }
    match action {
        Action::Back if state.model.notifications.dismiss_newest() => {}
        Action::Back => return dispatch::go(state, View::Pending),
        Action::Refresh => return state.read(now),
        Action::ShowDismissed => {
            state.problems.with_dismissed = !state.problems.with_dismissed;
            arrange(state);
        }
        Action::Open if matches!(state.problems.line(), Some(Line::All { .. })) => open_or_close(state),
        Action::Open | Action::Edit | Action::Resend | Action::Delete | Action::DismissProblem => {
            return about_selected(state, action, now);
        }
        _ => {}
    }
    Vec::new()
}

fn move_by(state: &mut App, lines: isize) {
    let (view, height) = (&mut state.problems, state.model.metrics.text_height);
    view.go_to(view.lines.cursor.saturating_add_signed(lines), height);
}

fn open_or_close(state: &mut App) {
    let Some(Line::All { kind, .. }) = state.problems.line() else { return };
    if !state.problems.opened.remove(&kind) {
        state.problems.opened.insert(kind);
    }
    arrange(state);
}

fn about_selected(state: &mut App, action: Action, now: Now) -> Vec<Effect> {
    if let Some(Line::All { problems, .. }) = state.problems.line() {
        let open = state.model.key(KeyContext::Problems, Action::Open);
        let words =
            format!("This line stands for {}: {open} shows each of them.", plural(problems, "invite"));
        state.model.notifications.note(words, now);
        return Vec::new();
    }
    let Some(problem) = state.problems.problem().cloned() else { return Vec::new() };
    if action == Action::DismissProblem {
        return dismiss(state, &problem);
    }
    let Some(invite) = state.model.invites.shown.invite(&problem.identity) else {
        state.model.notifications.note("This invite is not in the list any more.", now);
        return Vec::new();
    };
    match action {
        Action::Open => return crate::app::screens::problems::fix::to_list(state, &problem.identity),
        Action::Resend => row_actions::resend_one(state, invite, now),
        Action::Delete => row_actions::delete_one(state, invite, now),
        _ => crate::app::screens::problems::fix::mend(state, &problem, invite, now),
    }
    Vec::new()
}

/// It is no problem; or it is one after all.
fn dismiss(state: &mut App, problem: &Problem) -> Vec<Effect> {
    let dismissed = !state.model.annotations.is_dismissed(problem);
    vec![state.ask(Request::Remark(Remark::Dismiss(problem.dismissal(), dismissed))).1]
}

#[cfg(test)]
mod tests;
