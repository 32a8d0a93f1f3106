//! Triage: the user decides about a queue of invites, one at a time or by domain, then applies one plan.
//!
//! The session is stored after each decision, not after a move. Leaving early stages the decisions.

mod card_view;
mod decide;
mod queue;
mod queue_view;
mod rules;
mod start;
pub mod view;

pub use queue::Queue;

use crate::app::ops::{drafts, table};
use crate::app::screen::ScreenPart;
use crate::app::{Context, Hint, Model, Route, Screen, hints};
use crate::domain::query::{Filter, MAX_INLINE_ROWS};
use crate::domain::text::{format_count, format_plural};
use crate::domain::triage::Decision;
use crate::domain::{Expiry, Invite, TriageSession};
use crate::keys::{Action, KeyContext};
use crate::ui::TextField;

/// Rows above and below the current one whose remaining time can be visible.
const MAX_VISIBLE_ROWS: usize = 100;

/// State of the triage.
#[derive(Debug, Clone)]
pub struct TriageScreen {
    /// Invites, decisions and position.
    pub session: TriageSession,
    /// The invites in display order, and the filter.
    pub queue: Queue,
    /// Scroll offset of the invite's text.
    pub scroll: usize,
}

impl TriageScreen {
    /// Resumes the earlier triage or starts a new one.
    pub(crate) fn open(cx: &mut Context<'_>) -> Option<Box<TriageScreen>> {
        let session = start::open(cx)?;
        let queue = Queue::new(&session, cx);
        Some(Box::new(TriageScreen { session, queue, scroll: 0 }))
    }

    /// Returns the current invite; `None` if it no longer exists or the filter hides it.
    pub fn current_invite(&self, model: &Model) -> Option<Invite> {
        self.queue.place(self.session.position)?;
        model.invites.shown.invite(self.session.current()?)
    }

    /// Ends an earlier session that another one replaces, and stages its decisions.
    pub(crate) fn end_session(cx: &mut Context<'_>, session: &TriageSession) {
        start::end_earlier_triage(cx, session);
    }

    fn go_to(&mut self, row: Option<usize>, cx: &mut Context<'_>) {
        if let Some(row) = row {
            self.session.move_to(row);
            self.on_moved(cx);
        }
    }

    fn move_by(&mut self, distance: isize, cx: &mut Context<'_>) {
        self.go_to(self.queue.row_at_distance(&self.session, distance), cx);
    }

    fn skip(&mut self, cx: &mut Context<'_>) {
        match self.queue.next_open(&self.session) {
            Some(row) => self.go_to(Some(row), cx),
            None => cx.info("No other invite in the queue is undecided."),
        }
    }

    /// Shows the current invite from its top after a move.
    fn on_moved(&mut self, cx: &mut Context<'_>) {
        self.scroll = 0;
        if let Some(current) = self.session.current() {
            // After the triage, the table shows the same invite.
            table::select_if_shown(cx, current);
        }
    }

    /// Stores the session after a decision or a change of the order.
    fn on_changed(&mut self, cx: &mut Context<'_>) {
        self.on_moved(cx);
        drafts::save_triage(cx, self.session.clone());
    }

    /// Changes the order of what is undecided and goes to its first invite.
    fn toggle_order(&mut self, cx: &mut Context<'_>) {
        self.session.is_by_urgency = !self.session.is_by_urgency;
        self.queue.reorder(&self.session, cx);
        let first = self.queue.shown.iter().find(|row| self.session.decision(**row).is_none());
        self.session.move_to(first.copied().unwrap_or(self.session.position));
        self.on_changed(cx);
        cx.info(match self.session.is_by_urgency {
            true => "Undecided invites are ordered by urgency.",
            false => "The queue is in the order of the table.",
        });
    }

    /// Narrows the queue, and moves to an invite that is shown.
    fn set_filter(&mut self, filter: Filter, cx: &mut Context<'_>) {
        self.queue.filter = filter;
        self.queue.narrow(&self.session, cx);
        if self.queue.place(self.session.position).is_none() {
            let next = self.queue.next_open(&self.session).or(self.queue.shown.first().copied());
            self.go_to(next, cx);
        }
    }

    fn clear_filter(&mut self, cx: &mut Context<'_>) {
        (self.queue.field, self.queue.error) = (None, None);
        self.set_filter(Filter::default(), cx);
    }

    /// Handles an action while the user types the filter.
    fn handle_typing(&mut self, action: Action, cx: &mut Context<'_>) {
        match action {
            Action::Confirm if self.queue.error.is_none() => {
                let text = self.queue.field.take().map(|field| field.text().to_owned()).unwrap_or_default();
                if let Ok(filter) = Filter::parse(&text, &cx.options.filters) {
                    self.set_filter(filter, cx);
                }
            }
            Action::Back => self.clear_filter(cx),
            Action::Help => cx.open(Route::Help(KeyContext::Filter)),
            _ => {}
        }
    }

    /// Shows the plan, or ends the triage if everything stays as it is.
    fn show_plan(&mut self, cx: &mut Context<'_>) {
        if start::reject_unready_plan(cx, &self.session)
            || start::propose_plan(cx, &self.session, self.queue.open)
        {
            return;
        }
        if self.queue.open > 0 {
            return cx.info("No decision changes an invite yet.");
        }
        cx.close();
        drafts::end_triage(cx, self.session.started_at);
        cx.info(format!("Triage finished: {}. There is nothing to apply.", self.queue.counts));
    }

    /// Leaves the triage and stages the decisions. The next triage resumes if anything was decided.
    fn leave(&mut self, cx: &mut Context<'_>) {
        cx.close();
        start::stage(cx, &mut self.session);
        match self.queue.counts.total() {
            0 => drafts::end_triage(cx, self.session.started_at),
            _ => drafts::pause_triage(cx, self.session.clone()),
        }
    }

    /// Returns the label of the key that shows the plan; `None` if there is nothing to show.
    fn plan_label(&self) -> Option<String> {
        match self.queue.steps {
            0 => (self.queue.open == 0).then(|| "finish".to_owned()),
            steps => Some(format!("plan ({})", format_plural(steps, "step"))),
        }
    }
}

impl Screen for TriageScreen {
    fn key_context(&self) -> KeyContext {
        if self.queue.field.is_some() { KeyContext::Filter } else { KeyContext::Triage }
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        if self.queue.field.is_some() {
            return self.handle_typing(action, cx);
        }
        let metrics = cx.metrics.clone();
        match action {
            Action::Keep => self.decide(Decision::Keep, cx),
            Action::Delete => self.decide(Decision::Delete, cx),
            Action::Resend => self.decide(Decision::Resend, cx),
            Action::Snooze => self.decide(Decision::Snooze, cx),
            Action::KeepDomain => self.decide_domain(&Decision::Keep, cx),
            Action::DeleteDomain => self.decide_domain(&Decision::Delete, cx),
            Action::ResendDomain => self.decide_domain(&Decision::Resend, cx),
            Action::SnoozeDomain => self.decide_domain(&Decision::Snooze, cx),
            Action::Edit => self.edit(cx),
            Action::Fix => self.fix(cx),
            Action::Note => {
                if let Some(invite) = self.current_invite(cx) {
                    cx.open(Route::Note(invite.email));
                }
            }
            Action::UndoDecision => self.undo(cx),
            Action::Skip => self.skip(cx),
            Action::Down => self.move_by(1, cx),
            Action::Up => self.move_by(-1, cx),
            Action::First => self.go_to(self.queue.shown.first().copied(), cx),
            Action::Last => self.go_to(self.queue.shown.last().copied(), cx),
            Action::PageDown => self.scroll = (self.scroll + metrics.text_height).min(metrics.max_scroll),
            Action::PageUp => self.scroll = self.scroll.saturating_sub(metrics.text_height),
            Action::Filter => self.queue.field = Some(TextField::new(self.queue.filter.text())),
            Action::ToggleOrder => self.toggle_order(cx),
            Action::Confirm => self.show_plan(cx),
            Action::Help => cx.open(Route::Help(KeyContext::Triage)),
            Action::Back if !self.queue.filter.is_empty() => self.clear_filter(cx),
            Action::Back | Action::Later => self.leave(cx),
            _ => {}
        }
    }

    fn on_row_clicked(&mut self, row: usize, cx: &mut Context<'_>) {
        self.go_to(self.queue.shown.get(row).copied(), cx);
    }

    fn hints(&self, model: &Model) -> Vec<Hint> {
        if self.queue.field.is_some() {
            return hints([(Action::Confirm, "apply"), (Action::Back, "show all"), (Action::Help, "syntax")]);
        }
        let (invite, is_done) = (self.current_invite(model), self.queue.open == 0);
        let has_fix = invite.as_ref().is_some_and(|invite| rules::suggested_draft(invite, model).is_some());
        let (plan, exists) = (self.plan_label(), invite.is_some());
        let same_domain = self.queue.same_domain_count(self.session.position);
        let domain = format!("delete all {}", format_count(same_domain));
        let offers = [
            (is_done, Action::Confirm, plan.clone().unwrap_or_default()),
            (exists, Action::Keep, "keep".to_owned()),
            (exists, Action::Delete, "delete".to_owned()),
            (exists, Action::Resend, "resend".to_owned()),
            (has_fix, Action::Fix, "fix".to_owned()),
            (!is_done && plan.is_some(), Action::Confirm, plan.unwrap_or_default()),
            (!self.session.history.is_empty(), Action::UndoDecision, "undo".to_owned()),
            (exists, Action::Edit, "edit".to_owned()),
            (true, Action::Later, "later".to_owned()),
            (exists, Action::Snooze, "snooze".to_owned()),
            (!is_done, Action::Skip, "skip".to_owned()),
            (exists && same_domain > 1, Action::DeleteDomain, domain),
            (true, Action::Filter, "narrow".to_owned()),
            (exists, Action::Note, "note".to_owned()),
            (true, Action::ToggleOrder, "order".to_owned()),
            (true, Action::Help, "help".to_owned()),
        ];
        let shown = offers.into_iter().filter(|(applies, ..)| *applies);
        shown.map(|(_, action, label)| Hint { action, label: label.into() }).collect()
    }

    fn text_field(&mut self) -> Option<&mut TextField> {
        self.queue.field.as_mut()
    }

    /// Narrows the queue while the user types, unless the list is too long for that.
    fn on_text_changed(&mut self, cx: &mut Context<'_>) {
        let Some(field) = &self.queue.field else { return };
        match Filter::parse_incomplete(field.text(), &cx.options.filters) {
            Ok(filter) => {
                self.queue.error = None;
                if cx.invites.shown.len() <= MAX_INLINE_ROWS {
                    self.set_filter(filter, cx);
                }
            }
            Err(error) => self.queue.error = Some(error),
        }
    }

    fn sync(&mut self, cx: &mut Context<'_>) {
        if self.queue.is_stale(cx) {
            self.queue.update(&self.session, cx);
        }
    }

    /// Returns the expiries of the current invite and of the rows around it.
    fn expiries(&self, model: &Model) -> Vec<Expiry> {
        let at = self.queue.place(self.session.position).unwrap_or(0);
        let rows =
            self.queue.shown.iter().skip(at.saturating_sub(MAX_VISIBLE_ROWS)).take(2 * MAX_VISIBLE_ROWS);
        let invites = rows.filter_map(|row| model.invites.shown.find(self.session.rows.get(*row)?));
        invites.filter_map(|row| Some(model.invites.shown.rows().get(row)?.expiry)).collect()
    }

    /// Returns whether the invite must be drawn before the action: true for decisions, false for moves.
    fn needs_to_be_seen(&self, action: Option<Action>) -> bool {
        let is_move = |action| {
            matches!(
                action,
                Action::Skip
                    | Action::Down
                    | Action::Up
                    | Action::First
                    | Action::Last
                    | Action::PageDown
                    | Action::PageUp
                    | Action::UndoDecision
                    | Action::Filter
                    | Action::Help
            )
        };
        self.queue.field.is_none() && action.is_some_and(|action| !is_move(action))
    }

    fn part(&self) -> ScreenPart {
        let row = self.session.position;
        let same_domain = self.queue.same_domain_count(row);
        ScreenPart::Triage { row, same_domain, queue: self.queue.version }
    }

    fn on_tenancy_changed(&mut self, _cx: &mut Context<'_>) -> bool {
        false
    }
}
