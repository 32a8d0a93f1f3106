//! Message step of the import: the message for all entries, its preview for one, and the plan.

use crate::app::ops::plans;
use crate::app::ops::plans::ProposalDetails;
use crate::app::screens::import::{BEING_CHECKED_TEXT, ImportDialog, ImportStep, MessageFocus};
use crate::app::{Context, Effect, Route};
use crate::domain::Step;
use crate::domain::import::EntryState;
use crate::domain::import::{ImportEntry, Template, TemplateError};
use crate::domain::text::{format_count, sanitize};
use crate::keys::{Action, KeyContext};
use crate::ui::list::cycle;

impl ImportDialog {
    fn template(&self) -> Template {
        Template::new(self.message.text())
    }

    /// Returns the entry of the preview, its message, and the reason if the message cannot be sent.
    pub fn preview(&self) -> Option<(&ImportEntry, String, Option<TemplateError>)> {
        let entry = self.list.entries.get(self.preview_entry)?;
        let template = self.template();
        Some((entry, template.preview(&self.list, entry), template.draft(&self.list, entry).err()))
    }

    /// Returns the position of the preview among the entries of the plan, from 1.
    pub fn preview_position(&self) -> usize {
        let states = self.entry_states.iter().take(self.preview_entry + 1);
        states.filter(|state| state.is_included()).count()
    }

    /// Continues to the message step if there is an entry to invite.
    pub(super) fn open_message(&mut self) {
        self.notice = self.not_ready_reason();
        if self.notice.is_some() {
            return;
        }
        self.step = ImportStep::Message;
        self.placeholders = self.list.placeholders();
        // Previews the message for the selected entry if it is in the plan, else for the first one that is.
        let selected = self.selected_entry();
        let is_included = |index: &usize| self.entry_states.get(*index).is_some_and(EntryState::is_included);
        self.preview_entry =
            std::iter::once(selected).chain(0..self.entry_states.len()).find(is_included).unwrap_or_default();
    }

    /// Returns why the plan cannot be created yet, or `None` if it can.
    fn not_ready_reason(&self) -> Option<String> {
        if self.pending_check.is_some() {
            return Some(BEING_CHECKED_TEXT.to_owned());
        }
        if let Some(error) = &self.list.error {
            return Some(error.text().to_owned());
        }
        let has_included = self.entry_states.iter().any(EntryState::is_included);
        (!has_included).then(|| "No entry can be invited.".to_owned())
    }

    pub(super) fn act_on_message(&mut self, action: Action, cx: &mut Context<'_>) {
        let focus = self.message_focus;
        let order = [MessageFocus::Text, MessageFocus::Continue];
        match action {
            Action::Next | Action::Previous => {
                self.message_focus = cycle(&order, focus, action == Action::Previous);
            }
            Action::NextEntry => self.preview_adjacent(false),
            Action::PreviousEntry => self.preview_adjacent(true),
            Action::Confirm if focus == MessageFocus::Text => self.message_focus = MessageFocus::Continue,
            Action::Confirm | Action::Send => self.propose(cx),
            Action::Editor => cx.push_effect(Effect::OpenEditor(self.message.text().to_owned())),
            Action::Help => cx.open(Route::Help(KeyContext::ImportForm)),
            Action::Back => (self.step, self.notice) = (ImportStep::Review, None),
            _ => {}
        }
    }

    /// Previews the message for the next or previous entry of the plan.
    fn preview_adjacent(&mut self, back: bool) {
        let current = self.preview_entry;
        let is_included = |index: &usize| self.entry_states.get(*index).is_some_and(EntryState::is_included);
        let next = match back {
            true => (0..current).rev().find(is_included),
            false => (current + 1..self.entry_states.len()).find(is_included),
        };
        self.preview_entry = next.unwrap_or(current);
    }

    /// Proposes a plan of the included entries, or shows why an entry cannot be invited.
    fn propose(&mut self, cx: &mut Context<'_>) {
        let error = self.not_ready_reason().map(|reason| (self.preview_entry, reason));
        let steps = match error.map_or_else(|| self.build_steps(cx), Err) {
            Ok(steps) => steps,
            Err((index, reason)) => {
                (self.notice, self.preview_entry) = (Some(reason), index);
                return;
            }
        };
        let included = self.entry_states.iter().filter(|state| state.is_included()).count();
        let note = format!(
            "{} of {} in the list: {}.",
            format_count(included),
            format_count(self.entry_states.len()),
            self.summary
        );
        // The plan is based on the list, not on the filter of the table.
        self.plan_id =
            Some(plans::propose(cx, steps, ProposalDetails { note, ..ProposalDetails::default() }));
        self.notice = None;
    }

    /// Returns a step for each included entry.
    ///
    /// # Errors
    ///
    /// Fails with the index of the first entry that cannot be invited, and the reason.
    fn build_steps(&self, cx: &Context<'_>) -> Result<Vec<Step>, (usize, String)> {
        let steps = cx.invites.planner().import_steps(&self.list, &self.entry_states, &self.template());
        steps.map_err(|errors| {
            let (index, reason) = errors.into_iter().next().unwrap_or_default();
            let entry = self.list.entries.get(index);
            let prefix = entry.map(|entry| format!("Line {}, {}: ", entry.line, sanitize(&entry.email)));
            (index, prefix.unwrap_or_default() + &reason)
        })
    }
}
