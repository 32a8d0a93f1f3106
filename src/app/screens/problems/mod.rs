//! The view of what looks wrong: looking for it, moving in it, correcting one, and dismissing it. What is a problem is told
//! in `domain::lint`. Nothing is sent from here, and nothing is corrected automatically.

pub mod view;

use std::collections::HashSet;

use jiff::Timestamp;

use crate::app::nav::FormField;
use crate::app::ops::row_actions::Subject;
use crate::app::ops::{annotations, invites, row_actions, table};
use crate::app::{Context, Effect, Hint, Model, Screen, View, hints};
use crate::domain::invite_store::Rows;
use crate::domain::lint::job::{LintJob, LintResult};
use crate::domain::lint::{Fix, Problem, ProblemKind};
use crate::domain::query::MAX_INLINE_ROWS;
use crate::domain::text::format_plural;
use crate::domain::{Identity, Invite};
use crate::keys::{Action, KeyContext};
use crate::ui::ListState;
use crate::ui::list::scroll_delta;

/// More problems of a kind that comes with time stand in one line, until somebody opens it: they come by themselves
/// every day, and a typo must not be looked for among them.
const MAX_UNGROUPED: usize = 3;

/// One line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemRow {
    /// A problem, by its place in what was found.
    Problem(usize),
    /// All problems of one kind.
    Group {
        /// The kind.
        kind: ProblemKind,
        /// How many there are.
        problems: usize,
        /// Whether they stand in the lines below.
        opened: bool,
    },
}

/// What the selected line is about, so that another look does not move the selection.
type RowKey = (ProblemKind, Option<Identity>);

/// What is known of the problems, and the place in them.
#[derive(Debug, Clone, Default)]
pub struct ProblemsView {
    /// The place in `shown`.
    pub list_state: ListState,
    /// What was found last, dismissed or not.
    pub problems: Vec<Problem>,
    /// The lines.
    pub rows: Vec<ProblemRow>,
    /// Whether the dismissed ones are among them.
    pub with_dismissed: bool,
    /// How many were dismissed.
    pub dismissed_count: usize,
    /// How many were not, beside those that come with time.
    pub count: usize,
    open_kinds: HashSet<ProblemKind>,
    selected_key: Option<RowKey>,
    /// Whether a person has done something here. Before, the first line stays selected, whatever is found.
    moved_by_user: bool,
    /// The rows that were looked at.
    scanned_rows: Option<Rows>,
    pending_scan: Option<(u64, Rows)>,
    is_stale: bool,
    next_change_at: Option<Timestamp>,
}

impl ProblemsView {
    /// Of how many invites these are the problems; `None` before the first look.
    pub fn scanned_invites(&self) -> Option<usize> {
        self.scanned_rows.as_ref().map(Rows::len)
    }

    /// The problem of the selected line.
    pub fn selected_problem(&self) -> Option<&Problem> {
        match self.selected_row()? {
            ProblemRow::Problem(at) => self.problems.get(at),
            ProblemRow::Group { .. } => None,
        }
    }

    /// The selected line.
    pub fn selected_row(&self) -> Option<ProblemRow> {
        self.rows.get(self.list_state.selected).copied()
    }

    /// The others of the problem's group.
    pub fn others_in_group<'a>(&'a self, problem: &'a Problem) -> impl Iterator<Item = &'a Problem> {
        self.problems.iter().filter(move |other| {
            problem.duplicate_group.is_some()
                && other.duplicate_group == problem.duplicate_group
                && other.identity != problem.identity
        })
    }

    fn row_key(&self, line: ProblemRow) -> Option<RowKey> {
        match line {
            ProblemRow::Problem(at) => {
                self.problems.get(at).map(|problem| (problem.kind, Some(problem.identity.clone())))
            }
            ProblemRow::Group { kind, .. } => Some((kind, None)),
        }
    }

    fn select_row(&mut self, line: usize, height: usize) {
        self.list_state.go_to(line, self.rows.len(), height);
        self.selected_key = self.selected_row().and_then(|line| self.row_key(line));
    }

    /// Puts what was found into lines: after another look, and when something was dismissed.
    pub(crate) fn rebuild_rows(&mut self, model: &Model) {
        let (mut shown, mut count, mut dismissed, mut at) = (Vec::new(), 0, 0, 0);
        for of_kind in self.problems.chunk_by(|one, other| one.kind == other.kind) {
            let (kind, first) = (of_kind[0].kind, at);
            let mut lines = Vec::new();
            for (place, problem) in (first..).zip(of_kind) {
                let is_dismissed = model.annotations.is_dismissed(problem);
                dismissed += usize::from(is_dismissed);
                count += usize::from(!is_dismissed && !is_time_based(kind));
                if !is_dismissed || self.with_dismissed {
                    lines.push(ProblemRow::Problem(place));
                }
            }
            at += of_kind.len();
            if is_time_based(kind) && lines.len() > MAX_UNGROUPED {
                let opened = self.open_kinds.contains(&kind);
                shown.push(ProblemRow::Group { kind, problems: lines.len(), opened });
                if !opened {
                    continue;
                }
            }
            shown.extend(lines);
        }
        (self.rows, self.count, self.dismissed_count) = (shown, count, dismissed);
        let selected = self.selected_key.clone().filter(|_| self.moved_by_user);
        let is_selected = |line: &ProblemRow| self.row_key(*line) == selected;
        let line = selected.as_ref().and_then(|_| self.rows.iter().position(is_selected));
        self.select_row(line.unwrap_or(self.list_state.selected), model.metrics.text_height);
    }

    /// The members are others: what was found is void with them.
    pub(crate) fn invalidate(&mut self) {
        self.is_stale = true;
    }

    /// A look has found something. Only the newest counts.
    pub(crate) fn on_scanned(&mut self, found: LintResult, cx: &mut Context<'_>) {
        let Some((_, rows)) = self.pending_scan.take_if(|(number, _)| *number == found.number) else {
            invites::count_stale_reply(cx);
            return cx.push_effect(Effect::DropInBackground(found.problems));
        };
        let before = std::mem::replace(&mut self.problems, found.problems);
        invites::set_domain_stats(cx, found.domains);
        (self.scanned_rows, self.next_change_at) = (Some(rows), found.valid_until);
        self.rebuild_rows(cx);
        cx.push_effect(Effect::DropInBackground(before));
    }

    /// Whether the problems are of other rows, of other members or of another moment by now.
    fn needs_scan(&self, model: &Model, view: View) -> bool {
        let rows = model.invites.shown.rows();
        let Some(of) = &self.scanned_rows else { return !rows.is_empty() || model.invites.is_complete() };
        let now = model.server_now(model.now);
        let is_late = view == View::Problems && self.next_change_at.is_some_and(|until| until <= now);
        if self.is_stale || is_late {
            return true;
        }
        let few_came = rows.len() > MAX_INLINE_ROWS && rows.len() < of.len() + of.len() / 4;
        if model.invites.is_streaming() && few_came {
            return false;
        }
        !of.is_same(rows)
    }

    fn act_on_selected(&self, action: Action, cx: &mut Context<'_>) {
        let Some(problem) = self.selected_problem() else { return };
        if action == Action::ToggleDismiss {
            return annotations::toggle_dismissed(cx, problem);
        }
        let Some(invite) = cx.invites.shown.invite(&problem.identity) else {
            return cx.info("This invite is not in the list any more.");
        };
        match action {
            Action::Open => {
                cx.show_view(View::Pending);
                table::reveal(cx, &problem.identity);
            }
            Action::Resend => row_actions::resend(cx, Subject::Invite(invite)),
            Action::Delete => row_actions::delete(cx, Subject::Invite(invite)),
            _ => fix(problem, invite, cx),
        }
    }
}

impl Screen for ProblemsView {
    fn key_context(&self) -> KeyContext {
        KeyContext::Problems
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        self.moved_by_user = true;
        let height = cx.metrics.text_height;
        if let Some(lines) = scroll_delta(action, height) {
            return self.select_row(self.list_state.selected.saturating_add_signed(lines), height);
        }
        match (action, self.selected_row()) {
            (Action::Back, _) if cx.dismiss() => {}
            (Action::Back, _) => cx.show_view(View::Pending),
            (Action::Refresh, _) => invites::refresh(cx),
            (Action::ShowDismissed, _) => {
                self.with_dismissed = !self.with_dismissed;
                self.rebuild_rows(cx);
            }
            (Action::Open, Some(ProblemRow::Group { kind, .. })) => {
                if !self.open_kinds.remove(&kind) {
                    self.open_kinds.insert(kind);
                }
                self.rebuild_rows(cx);
            }
            (action, _) if is_row_action(action) => self.act_on_selected(action, cx),
            _ => {}
        }
    }

    fn hints(&self, model: &Model) -> Vec<Hint> {
        let mut shown = match (self.selected_row(), self.selected_problem()) {
            (Some(ProblemRow::Group { opened: true, .. }), _) => hints([(Action::Open, "fold")]),
            (Some(ProblemRow::Group { opened: false, .. }), _) => hints([(Action::Open, "unfold")]),
            (_, Some(problem)) => {
                let correct = match problem.fix {
                    Some(Fix::Resend) => (Action::Resend, "resend"),
                    Some(Fix::Delete) => (Action::Delete, "revoke"),
                    None if problem.kind == ProblemKind::Duplicate => (Action::Delete, "revoke"),
                    _ => (Action::Edit, "mend"),
                };
                let is_dismissed = model.annotations.is_dismissed(problem);
                let other = if is_dismissed { "a problem after all" } else { "no problem" };
                hints([correct, (Action::ToggleDismiss, other), (Action::Open, "in the list")])
            }
            _ => Vec::new(),
        };
        if self.dismissed_count > 0 {
            let label = if self.with_dismissed { "hide dismissed" } else { "dismissed too" };
            shown.extend(hints([(Action::ShowDismissed, label)]));
        }
        shown.extend(hints([
            (Action::Back, "back"),
            (Action::Help, "help"),
            (Action::Refresh, "refresh"),
            (Action::Quit, "quit"),
        ]));
        shown
    }

    fn disabled_reason(&self, action: Action, model: &Model) -> Option<String> {
        let no_problem = || match self.selected_row() {
            None => Some("no problem is selected".to_owned()),
            Some(ProblemRow::Group { problems, .. }) if action != Action::Open => {
                let (invites, open) =
                    (format_plural(problems, "invite"), model.key(self.key_context(), Action::Open));
                Some(format!("this line stands for {invites}; {open} shows each of them"))
            }
            Some(_) => None,
        };
        match action {
            Action::Edit | Action::Resend | Action::Delete => {
                model.change_disabled_reason().or_else(no_problem)
            }
            Action::ShowDismissed if self.dismissed_count == 0 => Some("none was dismissed".to_owned()),
            _ if is_row_action(action) => no_problem(),
            _ => None,
        }
    }

    fn needs_to_be_seen(&self, action: Option<Action>) -> bool {
        action == Some(Action::ToggleDismiss)
    }

    /// Another look, where the problems are of another list by now. One at a time: while a long list streams in, rows
    /// come quicker than they can be looked at.
    fn sync(&mut self, cx: &mut Context<'_>) {
        if self.pending_scan.is_some() || !self.needs_scan(cx, cx.ui.view) {
            return;
        }
        let (number, now) = (cx.next_number(), cx.server_now(cx.now));
        let rows = cx.invites.shown.rows().clone();
        self.pending_scan = Some((number, rows.clone()));
        self.is_stale = false;
        let members = cx.members.clone();
        cx.push_effect(Effect::FindProblems(Box::new(LintJob { number, rows, members, now })));
    }

    /// When something else would be found; not while that is being looked for.
    fn next_change_at(&self) -> Option<Timestamp> {
        self.next_change_at.filter(|_| self.pending_scan.is_none())
    }

    fn on_tenancy_changed(&mut self, _cx: &mut Context<'_>) -> bool {
        *self = ProblemsView::default();
        true
    }
}

/// Whether an action is about the selected line.
fn is_row_action(action: Action) -> bool {
    matches!(action, Action::Open | Action::Edit | Action::Resend | Action::Delete | Action::ToggleDismiss)
}

/// Opens the form where something is to be written anew, and asks where something is to be sent again or revoked.
fn fix(problem: &Problem, invite: Invite, cx: &mut Context<'_>) {
    match &problem.fix {
        Some(Fix::Resend) => row_actions::resend(cx, Subject::Invite(invite)),
        Some(Fix::Delete) => row_actions::delete(cx, Subject::Invite(invite)),
        Some(Fix::EditMessage) => row_actions::edit(cx, Subject::Invite(invite), FormField::Message),
        None if problem.kind == ProblemKind::Duplicate => {
            let key = cx.key(KeyContext::Problems, Action::Delete);
            cx.info(format!("There is nothing to correct: {key} revokes the one that is too many."));
        }
        Some(Fix::ReplaceEmail(_) | Fix::EditEmail) | None => {
            row_actions::edit(cx, Subject::Invite(invite), FormField::Email);
        }
    }
}

/// Whether problems of this kind come with time alone.
fn is_time_based(kind: ProblemKind) -> bool {
    matches!(kind, ProblemKind::Expired | ProblemKind::ExpiresSoon)
}

#[cfg(test)]
mod tests;
