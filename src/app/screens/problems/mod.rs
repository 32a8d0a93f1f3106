//! Problems view: finding, fixing and dismissing problems.
//!
//! The rules are in the domain layer. Nothing is sent or fixed automatically.

pub mod view;

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;

use crate::app::nav::FormField;
use crate::app::ops::row_actions::Subject;
use crate::app::ops::{annotations, invites, row_actions, table};
use crate::app::{Context, Effect, Hint, Model, Screen, View, hints};
use crate::domain::annotation::Annotations;
use crate::domain::invite_store::Rows;
use crate::domain::lint::job::{LintJob, LintResult};
use crate::domain::lint::{Fix, Problem, ProblemKind};
use crate::domain::query::MAX_INLINE_ROWS;
use crate::domain::text::format_plural;
use crate::domain::{Identity, Invite};
use crate::keys::{Action, KeyContext};
use crate::ui::ListState;
use crate::ui::list::scroll_delta;

/// Maximum problems of a time-based kind that are shown as separate rows.
///
/// More problems are grouped into one row, because they appear every day and would hide other problems.
const MAX_UNGROUPED: usize = 3;

/// Row of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProblemRow {
    /// Index of a problem in [`ProblemsView::problems`].
    Problem(usize),
    /// The group of all problems of one kind.
    Group {
        /// Kind of the problems.
        kind: ProblemKind,
        /// Number of problems.
        problems: usize,
        /// Whether the group is unfolded.
        opened: bool,
    },
}

/// Identifies the selected row, so that a new scan does not move the selection.
type RowKey = (ProblemKind, Option<Identity>);

/// State of the Problems view.
#[derive(Debug, Clone, Default)]
pub struct ProblemsView {
    /// Selection in `rows`.
    pub list_state: ListState,
    /// Problems found by the last scan, including dismissed ones.
    pub problems: Vec<Problem>,
    /// Displayed rows.
    pub rows: Vec<ProblemRow>,
    /// Whether dismissed problems are displayed.
    pub shows_dismissed: bool,
    /// Number of dismissed problems.
    pub dismissed_count: usize,
    /// Number of problems that are neither dismissed nor time-based.
    pub count: usize,
    open_kinds: HashSet<ProblemKind>,
    selected_key: Option<RowKey>,
    /// Whether the user has pressed a key in this view. Until then the first row stays selected.
    moved_by_user: bool,
    /// Invites checked by the last scan.
    scanned_rows: Option<Rows>,
    pending_scan: Option<(u64, Rows)>,
    /// Saved filters whose matches the last scan counted.
    scanned_filters: Vec<String>,
    /// Notes and snoozes with which the last scan counted the matches.
    scanned_annotations: Arc<Annotations>,
    is_stale: bool,
    next_change_at: Option<Timestamp>,
}

impl ProblemsView {
    /// Returns the number of scanned invites; `None` before the first scan.
    pub fn scanned_invites(&self) -> Option<usize> {
        self.scanned_rows.as_ref().map(Rows::len)
    }

    /// Returns the selected problem; `None` on a group.
    pub fn selected_problem(&self) -> Option<&Problem> {
        match self.selected_row()? {
            ProblemRow::Problem(index) => self.problems.get(index),
            ProblemRow::Group { .. } => None,
        }
    }

    /// Returns the selected row.
    pub fn selected_row(&self) -> Option<ProblemRow> {
        self.rows.get(self.list_state.selected).copied()
    }

    /// Returns the other problems in the duplicate group of a problem.
    pub fn others_in_group<'a>(&'a self, problem: &'a Problem) -> impl Iterator<Item = &'a Problem> {
        self.problems.iter().filter(move |other| {
            problem.duplicate_group.is_some()
                && other.duplicate_group == problem.duplicate_group
                && other.identity != problem.identity
        })
    }

    fn row_key(&self, row: ProblemRow) -> Option<RowKey> {
        match row {
            ProblemRow::Problem(index) => {
                self.problems.get(index).map(|problem| (problem.kind, Some(problem.identity.clone())))
            }
            ProblemRow::Group { kind, .. } => Some((kind, None)),
        }
    }

    fn select_row(&mut self, index: usize, height: usize) {
        self.list_state.go_to(index, self.rows.len(), height);
        self.selected_key = self.selected_row().and_then(|row| self.row_key(row));
    }

    /// Builds the rows, after a scan or when a problem was dismissed.
    pub(crate) fn rebuild_rows(&mut self, model: &Model) {
        let (mut rows, mut count, mut dismissed, mut next_index) = (Vec::new(), 0, 0, 0);
        for group in self.problems.chunk_by(|problem, other| problem.kind == other.kind) {
            let (kind, first) = (group[0].kind, next_index);
            let mut group_rows = Vec::new();
            for (index, problem) in (first..).zip(group) {
                let is_dismissed = model.annotations.is_dismissed(problem);
                dismissed += usize::from(is_dismissed);
                count += usize::from(!is_dismissed && !is_time_based(kind));
                if !is_dismissed || self.shows_dismissed {
                    group_rows.push(ProblemRow::Problem(index));
                }
            }
            next_index += group.len();
            if is_time_based(kind) && group_rows.len() > MAX_UNGROUPED {
                let opened = self.open_kinds.contains(&kind);
                rows.push(ProblemRow::Group { kind, problems: group_rows.len(), opened });
                if !opened {
                    continue;
                }
            }
            rows.extend(group_rows);
        }
        (self.rows, self.count, self.dismissed_count) = (rows, count, dismissed);
        let selected = self.selected_key.clone().filter(|_| self.moved_by_user);
        let is_selected = |row: &ProblemRow| self.row_key(*row) == selected;
        let index = selected.as_ref().and_then(|_| self.rows.iter().position(is_selected));
        self.select_row(index.unwrap_or(self.list_state.selected), model.metrics.text_height);
    }

    /// Requests a new scan because the members have changed.
    pub(crate) fn invalidate(&mut self) {
        self.is_stale = true;
    }

    /// Stores the result of the newest scan and ignores results of older scans.
    pub(crate) fn on_scanned(&mut self, result: LintResult, cx: &mut Context<'_>) {
        let Some((_, rows)) = self.pending_scan.take_if(|(number, _)| *number == result.number) else {
            invites::count_stale_reply(cx);
            return cx.push_effect(Effect::DropInBackground(result.problems));
        };
        let old = std::mem::replace(&mut self.problems, result.problems);
        invites::set_overview(cx, result.domains, result.overview);
        (self.scanned_rows, self.next_change_at) = (Some(rows), result.valid_until);
        self.rebuild_rows(cx);
        cx.push_effect(Effect::DropInBackground(old));
    }

    /// Returns whether rows, members or time have changed since the last scan.
    fn needs_scan(&self, model: &Model, view: View) -> bool {
        let rows = model.invites.shown.rows();
        let Some(scanned) = &self.scanned_rows else {
            return !rows.is_empty() || model.invites.is_complete();
        };
        let now = model.server_now(model.now);
        let is_counted_often = view == View::Problems || rows.len() <= MAX_INLINE_ROWS;
        let is_late = is_counted_often && self.next_change_at.is_some_and(|until| until <= now);
        let has_other_counts = self.scanned_filters != model.table.saved_filters
            || !Arc::ptr_eq(&self.scanned_annotations, &model.table.query.annotations);
        if self.is_stale || is_late || has_other_counts {
            return true;
        }
        let has_grown_little = rows.len() > MAX_INLINE_ROWS && rows.len() < scanned.len() + scanned.len() / 4;
        if model.invites.is_streaming() && has_grown_little {
            return false;
        }
        !scanned.is_same(rows)
    }

    fn act_on_selected(&self, action: Action, cx: &mut Context<'_>) {
        let Some(problem) = self.selected_problem() else { return };
        if action == Action::ToggleDismiss {
            return annotations::toggle_dismissed(cx, problem);
        }
        let Some(invite) = cx.invites.shown.invite(&problem.identity) else {
            return cx.info("This invite is no longer in the list.");
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
                self.shows_dismissed = !self.shows_dismissed;
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

    fn on_row_clicked(&mut self, row: usize, cx: &mut Context<'_>) {
        self.moved_by_user = true;
        self.select_row(row, cx.metrics.text_height);
    }

    fn hints(&self, model: &Model) -> Vec<Hint> {
        let mut shown = match (self.selected_row(), self.selected_problem()) {
            (Some(ProblemRow::Group { opened: true, .. }), _) => hints([(Action::Open, "fold")]),
            (Some(ProblemRow::Group { opened: false, .. }), _) => hints([(Action::Open, "unfold")]),
            (_, Some(problem)) => {
                let fix = match problem.fix {
                    Some(Fix::Resend) => (Action::Resend, "resend"),
                    Some(Fix::Delete) => (Action::Delete, "delete"),
                    None if problem.kind == ProblemKind::Duplicate => (Action::Delete, "delete"),
                    _ => (Action::Edit, "fix"),
                };
                let is_dismissed = model.annotations.is_dismissed(problem);
                let dismiss = if is_dismissed { "undo dismiss" } else { "dismiss" };
                hints([fix, (Action::ToggleDismiss, dismiss), (Action::Open, "go to invite")])
            }
            _ => Vec::new(),
        };
        if self.dismissed_count > 0 {
            let label = if self.shows_dismissed { "hide dismissed" } else { "show dismissed" };
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
                let (invites, key) =
                    (format_plural(problems, "invite"), model.key(self.key_context(), Action::Open));
                Some(format!("this row is a group of {invites}; press {key} to unfold it"))
            }
            Some(_) => None,
        };
        match action {
            Action::Edit | Action::Resend | Action::Delete => {
                model.change_disabled_reason().or_else(no_problem)
            }
            Action::ShowDismissed if self.dismissed_count == 0 => Some("no problem is dismissed".to_owned()),
            _ if is_row_action(action) => no_problem(),
            _ => None,
        }
    }

    fn needs_to_be_seen(&self, action: Option<Action>) -> bool {
        action == Some(Action::ToggleDismiss)
    }

    /// Starts a new scan if the last result is outdated and no scan is running.
    fn sync(&mut self, cx: &mut Context<'_>) {
        if self.pending_scan.is_some() || !self.needs_scan(cx, cx.ui.view) {
            return;
        }
        let (number, now) = (cx.next_number(), cx.server_now(cx.now));
        let rows = cx.invites.shown.rows().clone();
        self.pending_scan = Some((number, rows.clone()));
        self.is_stale = false;
        self.scanned_filters = cx.table.saved_filters.clone();
        self.scanned_annotations = cx.table.query.annotations.clone();
        let (members, overview) = (cx.members.clone(), cx.overview_input());
        cx.push_effect(Effect::FindProblems(Box::new(LintJob { number, rows, members, now, overview })));
    }

    /// Returns when the result changes with time; `None` during a scan.
    fn next_change_at(&self) -> Option<Timestamp> {
        self.next_change_at.filter(|_| self.pending_scan.is_none())
    }

    fn on_tenancy_changed(&mut self, _cx: &mut Context<'_>) -> bool {
        *self = ProblemsView::default();
        true
    }
}

/// Returns whether an action applies to the selected row.
fn is_row_action(action: Action) -> bool {
    matches!(action, Action::Open | Action::Edit | Action::Resend | Action::Delete | Action::ToggleDismiss)
}

/// Fixes a problem: opens the form for an edit, or proposes a resend or delete.
fn fix(problem: &Problem, invite: Invite, cx: &mut Context<'_>) {
    match &problem.fix {
        Some(Fix::Resend) => row_actions::resend(cx, Subject::Invite(invite)),
        Some(Fix::Delete) => row_actions::delete(cx, Subject::Invite(invite)),
        Some(Fix::EditMessage) => row_actions::edit(cx, Subject::Invite(invite), FormField::Message),
        None if problem.kind == ProblemKind::Duplicate => {
            let key = cx.key(KeyContext::Problems, Action::Delete);
            cx.info(format!("Nothing to edit. Press {key} to delete the duplicate."));
        }
        Some(Fix::ReplaceEmail(_) | Fix::EditEmail) | None => {
            row_actions::edit(cx, Subject::Invite(invite), FormField::Email);
        }
    }
}

/// Returns whether problems of this kind appear only because time passes.
fn is_time_based(kind: ProblemKind) -> bool {
    matches!(kind, ProblemKind::Expired | ProblemKind::ExpiresSoon)
}

#[cfg(test)]
mod tests;
