//! Changes view: the diff since the last visit, with marks for re-inviting people.
//!
//! The diff itself is computed in the domain layer.

pub mod view;

use std::collections::HashSet;

use crate::app::ops::invites;
use crate::app::ops::reinvite::ReinviteBuilder;
use crate::app::{Context, Hint, Model, RequestPurpose, Screen, View, hints};
use crate::domain::diff::{Change, ChangeGroup, ChangeKey, ChangeKind, DiffReport, FullList};
use crate::domain::{Identity, ServiceRequest, diff};
use crate::keys::{Action, KeyContext};
use crate::ui::ListState;
use crate::ui::list::scroll_delta;

/// Row of the Changes view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangesItem {
    /// Heading of a group, with its number of changes.
    Heading(ChangeGroup, usize),
    /// Change at this index.
    Change(usize),
}

/// State of the Changes view.
#[derive(Debug, Clone, Default)]
pub struct ChangesView {
    /// Result of the last comparison.
    pub report: Option<DiffReport>,
    /// Rows: headings, each followed by its changes.
    pub items: Vec<ChangesItem>,
    /// Selection and scroll offset.
    pub list_state: ListState,
    /// Scroll offset of the opened change; `None` if no change is open.
    pub detail_scroll: Option<usize>,
    /// Marked invites, to be re-invited together.
    pub marked: HashSet<Identity>,
    /// Changes marked as seen in this session. Seen changes stay listed until guestlist quits.
    seen: HashSet<ChangeKey>,
    unseen: usize,
    /// Complete list that is compared with the baseline.
    full_list: Option<FullList>,
}

impl ChangesView {
    /// Returns the diff, if there is a baseline to compare with.
    pub fn diff(&self) -> Option<&diff::Diff> {
        self.report.as_ref()?.diff.as_ref()
    }

    /// Returns the change of a row; `None` for a heading.
    pub fn change_at(&self, item: ChangesItem) -> Option<&Change> {
        match item {
            ChangesItem::Heading(..) => None,
            ChangesItem::Change(index) => self.diff()?.changes.get(index),
        }
    }

    /// Returns all changes in row order.
    fn all_changes(&self) -> impl Iterator<Item = &Change> {
        self.items.iter().filter_map(|item| self.change_at(*item))
    }

    /// Returns the selected row.
    pub fn selected_item(&self) -> Option<ChangesItem> {
        self.items.get(self.list_state.selected).copied()
    }

    /// Returns whether a change is new and not yet marked as seen.
    pub fn is_unseen(&self, change: &Change) -> bool {
        change.is_unseen() && !self.seen.contains(&change.key())
    }

    /// Returns the number of unseen changes.
    pub fn unseen_count(&self) -> usize {
        self.unseen
    }

    /// Updates the cached number of unseen changes.
    fn update_unseen_count(&mut self) {
        self.unseen = self.all_changes().filter(|change| self.is_unseen(change)).count();
    }

    /// Returns the selected change, or all changes of the selected heading.
    pub fn selected_changes(&self) -> Vec<&Change> {
        match self.selected_item() {
            Some(ChangesItem::Heading(group, _)) => {
                self.all_changes().filter(|change| change.group() == group).collect()
            }
            Some(item) => self.change_at(item).into_iter().collect(),
            None => Vec::new(),
        }
    }

    fn move_by(&mut self, lines: isize, model: &Model) {
        let metrics = &model.metrics;
        match &mut self.detail_scroll {
            Some(scroll) => *scroll = scroll.saturating_add_signed(lines).min(metrics.max_scroll),
            None => self.list_state.move_by(lines, self.items.len(), metrics.text_height),
        }
    }

    /// Marks or unmarks the selected row; on a heading, all rows of its group.
    fn toggle_mark(&mut self, cx: &mut Context<'_>) {
        let changes = self.selected_changes().into_iter().filter(|change| change.can_reinvite());
        let identities: Vec<Identity> = changes.map(|change| change.invite.identity.clone()).collect();
        if identities.iter().all(|identity| self.marked.contains(identity)) {
            self.marked.retain(|identity| !identities.contains(identity));
        } else {
            self.marked.extend(identities);
        }
        let is_heading = matches!(self.selected_item(), Some(ChangesItem::Heading(..)));
        if !is_heading && self.detail_scroll.is_none() {
            self.move_by(1, cx);
        }
    }

    /// Proposes a plan that re-invites the marked people, or the people of the selected row.
    fn reinvite(&self, cx: &mut Context<'_>) {
        let mut changes = self.selected_changes();
        if !self.marked.is_empty() {
            changes =
                self.all_changes().filter(|change| self.marked.contains(&change.invite.identity)).collect();
        }
        let mut builder = ReinviteBuilder::new(cx);
        for change in changes {
            match skip_reason(change) {
                None => {
                    builder.add(cx, &change.invite, change.kind == ChangeKind::Expired { is_listed: true })
                }
                Some(reason) => builder.skip(reason),
            }
        }
        builder.propose(cx, "this selection", "", "");
    }
}

impl Screen for ChangesView {
    fn key_context(&self) -> KeyContext {
        KeyContext::Changes
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        if let Some(lines) = scroll_delta(action, cx.metrics.text_height) {
            return self.move_by(lines, cx);
        }
        match action {
            // Opens the selected change, or the explanation of the selected heading.
            Action::Open => self.detail_scroll = Some(0),
            // Closes the opened change, else dismisses the notification, else shows the Pending view.
            Action::Back if self.detail_scroll.take().is_some() || cx.dismiss() => {}
            Action::Back => cx.show_view(View::Pending),
            Action::Mark => self.toggle_mark(cx),
            Action::Reinvite => self.reinvite(cx),
            Action::MarkSeen => self.mark_seen(cx),
            Action::Refresh => invites::refresh(cx),
            _ => {}
        }
    }

    fn on_row_clicked(&mut self, row: usize, cx: &mut Context<'_>) {
        self.list_state.go_to(row, self.items.len(), cx.metrics.text_height);
    }

    fn hints(&self, model: &Model) -> Vec<Hint> {
        let mut shown = Vec::new();
        if model.plans.plan_in_undo_window().is_some() {
            shown.extend(hints([(Action::Undo, "undo")]));
        }
        shown.extend(match (self.detail_scroll, self.items.is_empty()) {
            (Some(_), _) => hints([(Action::Back, "back"), (Action::Down, "scroll")]),
            (None, true) => hints([(Action::Back, "back"), (Action::Refresh, "refresh")]),
            (None, false) => hints([(Action::Open, "open"), (Action::Back, "back"), (Action::Mark, "mark")]),
        });
        if !self.items.is_empty() {
            shown.extend(hints([(Action::Reinvite, "re-invite"), (Action::MarkSeen, "mark seen")]));
        }
        shown.extend(hints([(Action::Help, "help"), (Action::Quit, "quit")]));
        shown
    }

    fn disabled_reason(&self, action: Action, model: &Model) -> Option<String> {
        let no_change = || self.selected_item().is_none().then(|| "no change is selected".to_owned());
        match action {
            Action::Open => no_change(),
            Action::Mark if !self.selected_changes().iter().any(|change| change.can_reinvite()) => {
                let key = model.key(KeyContext::Changes, Action::Reinvite);
                Some(format!("no selected change can be re-invited with {key}"))
            }
            // Rows that cannot be re-invited are counted, with the reason, when the plan is proposed.
            Action::Reinvite => model.change_disabled_reason().or_else(no_change),
            Action::MarkSeen => self.report.is_none().then(|| "the changes are not loaded yet".to_owned()),
            _ => None,
        }
    }

    fn needs_to_be_seen(&self, action: Option<Action>) -> bool {
        action == Some(Action::MarkSeen)
    }

    /// Marks all confirmed changes as seen, if the view was drawn before the user left it.
    fn on_leave(&mut self, cx: &mut Context<'_>) {
        if cx.ui.view == View::Changes && cx.metrics.view == Some(View::Changes) {
            self.advance_baseline(cx).ok();
        }
    }

    fn on_tenancy_changed(&mut self, _cx: &mut Context<'_>) -> bool {
        *self = ChangesView::default();
        true
    }
}

/// Returns the rows of a diff. In each group new members come first; other changes keep their order.
fn build_items(diff: &diff::Diff) -> Vec<ChangesItem> {
    let mut items = Vec::new();
    for &group in ChangeGroup::ALL {
        let of_group = |index: &usize| diff.changes[*index].group() == group;
        let mut indexes: Vec<usize> = (0..diff.changes.len()).filter(of_group).collect();
        indexes.sort_by_key(|index| diff.changes[*index].kind != ChangeKind::BecameMember);
        if !indexes.is_empty() {
            items.push(ChangesItem::Heading(group, indexes.len()));
            items.extend(indexes.into_iter().map(ChangesItem::Change));
        }
    }
    items
}

/// Returns why a change cannot be re-invited, as text after a number: "2 pending".
fn skip_reason(change: &Change) -> Option<&'static str> {
    match change.kind {
        _ if change.can_reinvite() => None,
        _ if !change.is_certain => Some("possibly gone, not confirmed"),
        ChangeKind::BecameMember => Some("in the tenancy already"),
        ChangeKind::New
        | ChangeKind::Resent { .. }
        | ChangeKind::Renewed { .. }
        | ChangeKind::Modified { .. } => Some("pending"),
        _ => Some("created on this machine"),
    }
}

/// Returns whether the email of a change has another pending invite.
fn is_pending_again(model: &Model, change: &Change) -> bool {
    let invite = &change.invite;
    model.invites.shown.find_by_email(&invite.email).any(|row| row.identity() != invite.identity)
}

/// Formats the time of a change: "between Fri 17:00 and Mon 09:12"; "at 11:46" if it is known to the minute.
fn time_text(model: &Model, change: &Change) -> String {
    let (after, before) = (model.short_time(change.not_before), model.short_time(change.not_after));
    let day = |at| model.time(at, "%F");
    match change.is_time_known() {
        true if day(change.not_after) == day(model.server_now(model.now)) => {
            format!("at {}", model.time(change.not_after, "%H:%M"))
        }
        true => before,
        false => format!("between {after} and {before}"),
    }
}

impl ChangesView {
    /// Requests the diff of the baseline and the list that was just loaded.
    pub(crate) fn on_list_complete(&mut self, cx: &mut Context<'_>) {
        let rows = cx.invites.incoming.as_ref().unwrap_or(&cx.invites.shown).rows().clone();
        let tenancy =
            cx.connection.as_ref().map_or(&cx.options.tenancy, |connection| &connection.key).clone();
        self.full_list = Some(FullList { tenancy, at: cx.exact_server_now(cx.now), rows });
        self.request_diff(cx);
    }

    /// Requests the comparison again, after members were loaded or a plan changed something.
    pub(crate) fn request_diff(&mut self, cx: &mut Context<'_>) {
        if let Some(list) = self.full_list.clone() {
            let members = cx.members.clone();
            cx.request_for(RequestPurpose::Diff, ServiceRequest::Diff { list, members });
        }
    }

    /// Stores the result of a comparison. The selected change stays selected if it still exists.
    pub(crate) fn on_diff(&mut self, report: DiffReport, model: &Model) {
        let identity = |change: &Change| change.invite.identity.clone();
        let selected: Option<Identity> =
            self.selected_item().and_then(|item| self.change_at(item)).map(identity);
        self.items = report.diff.as_ref().map(build_items).unwrap_or_default();
        self.report = Some(report);
        self.update_unseen_count();
        let is_selected = |item: &ChangesItem| self.change_at(*item).map(identity) == selected;
        let position = selected.as_ref().and_then(|_| self.items.iter().position(is_selected));
        if position.is_none() {
            self.detail_scroll = None;
        }
        let line = position.unwrap_or(self.list_state.selected);
        self.list_state.go_to(line, self.items.len(), model.metrics.text_height);
        self.prune_marks(model);
    }

    /// Removes the marks of invites without a change and of people with a pending invite.
    fn prune_marks(&mut self, model: &Model) {
        if self.marked.is_empty() {
            return;
        }
        let changes =
            self.all_changes().filter(|change| change.can_reinvite() && !is_pending_again(model, change));
        let identities: HashSet<_> = changes.map(|change| change.invite.identity.clone()).collect();
        self.marked.retain(|identity| identities.contains(identity));
    }

    /// Marks all changes as seen and reports the result.
    fn mark_seen(&mut self, cx: &mut Context<'_>) {
        match self.advance_baseline(cx) {
            Ok(()) => cx.info("All changes marked as seen. They stay here until you quit."),
            Err(reason) => cx.info(format!("Could not mark changes as seen: {reason}.")),
        }
    }

    /// Marks all confirmed changes as seen.
    ///
    /// The baseline moves only if every change is confirmed. Otherwise the unconfirmed changes would never
    /// be shown again.
    ///
    /// # Errors
    ///
    /// Fails with the reason: a lower-case fragment without a trailing period.
    fn advance_baseline(&mut self, cx: &mut Context<'_>) -> Result<(), String> {
        if !cx.invites.is_complete() || cx.invites.refresh_error.is_some() {
            let key = cx.key(KeyContext::Changes, Action::Refresh);
            return Err(format!("the list is out of date; press {key} to refresh"));
        }
        let (Some(report), Some(list)) = (&self.report, &self.full_list) else {
            return Err("the changes are not loaded yet".to_owned());
        };
        if report.taken_at != list.at {
            return Err("a newer list is being compared".to_owned());
        }
        let changes = report.diff.iter().flat_map(|diff| &diff.changes);
        let (confirmed, unconfirmed): (Vec<_>, Vec<_>) = changes.partition(|change| change.is_certain);
        let (unconfirmed_count, list) = (unconfirmed.len(), list.clone());
        self.seen.extend(confirmed.into_iter().map(Change::key));
        self.update_unseen_count();
        if unconfirmed_count > 0 {
            return Err(format!("{unconfirmed_count} are still being checked"));
        }
        cx.request(ServiceRequest::MarkSeen(list));
        Ok(())
    }
}
