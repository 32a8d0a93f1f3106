//! Source and message steps of the import: pasting, typing, reading a file, and filling the message.
//!
//! Pasting never continues to the next step.

use crate::app::ops::plans::ProposalDetails;
use crate::app::ops::{invites, plans};
use crate::app::screens::import::{
    BEING_CHECKED_TEXT, ImportDialog, ImportStep, MessageFocus, SourceFocus, SourceStep,
};
use crate::app::{Context, Effect};
use crate::domain::import::{DecodedText, EntryState, Template, TemplateError, normalize_pasted};
use crate::domain::text::{format_count, sanitize};
use crate::domain::{Step, limits};
use crate::keys::{Action, Key};
use crate::ui::list::cycle;
use crate::ui::text_field::typed_char;

impl SourceStep {
    /// Appends a text. Returns false, and appends nothing, if the list would be too long.
    fn append(&mut self, text: &str) -> bool {
        let fits = self.text.len() + text.len() <= limits::MAX_IMPORT_BYTES;
        if fits {
            self.text.push_str(text);
            self.on_changed();
        }
        fits
    }

    fn clear(&mut self) {
        self.text.clear();
        self.on_changed();
    }

    fn on_changed(&mut self) {
        self.line_count = self.text.lines().count();
        self.is_parsed = false;
    }
}

fn too_long_text() -> String {
    format!(
        "The list would exceed {} MB, so nothing was added. Split the list.",
        limits::MAX_IMPORT_BYTES >> 20
    )
}

impl ImportDialog {
    /// Pastes a text of any size: a single line into a focused file field, anything else into the list.
    pub(super) fn paste_list(&mut self, text: &str) {
        let (text, source) = (normalize_pasted(text), &mut self.source);
        if source.focus == SourceFocus::File && !text.trim_end().contains('\n') {
            return source.file.paste(&text);
        }
        source.focus = SourceFocus::List;
        if !source.text.is_empty() && !source.text.ends_with('\n') {
            source.append("\n");
        }
        let fits = source.append(&text);
        self.notice = (!fits).then(too_long_text);
    }

    /// Types a key into the list. Returns whether the key was used.
    pub(super) fn type_into_list(&mut self, key: Key) -> bool {
        let has_focus = self.source.focus == SourceFocus::List;
        let Some(c) = typed_char(key).filter(|_| has_focus) else { return false };
        self.notice = None;
        self.source.append(c.encode_utf8(&mut [0; 4]));
        true
    }

    pub(super) fn act_on_source(&mut self, action: Action, cx: &mut Context<'_>) {
        let focus = self.source.focus;
        self.notice = None;
        match action {
            Action::Next | Action::Previous => {
                let order = [SourceFocus::List, SourceFocus::File, SourceFocus::Continue];
                self.source.focus = cycle(&order, focus, action == Action::Previous);
            }
            Action::Confirm if focus == SourceFocus::List => drop(self.source.append("\n")),
            Action::Confirm if focus == SourceFocus::File => self.read_file(cx),
            Action::Confirm | Action::Send => self.check_list(cx),
            Action::Backspace if focus == SourceFocus::List => {
                self.source.text.pop();
                self.source.on_changed();
            }
            Action::ClearField if focus == SourceFocus::List => self.source.clear(),
            Action::Editor => cx.push_effect(Effect::OpenEditor(self.source.text.clone())),
            Action::Back => self.park(cx),
            _ => {}
        }
    }

    /// Continues to the review step.
    fn check_list(&mut self, cx: &mut Context<'_>) {
        if self.source.text.trim().is_empty() {
            if !self.source.file.text().trim().is_empty() {
                return self.read_file(cx);
            }
            self.notice = Some("Paste a list or enter a file name.".to_owned());
        } else if self.source.is_parsed {
            self.step = ImportStep::Review;
            self.recheck(cx);
        } else {
            self.check_text(cx);
        }
    }

    fn read_file(&mut self, cx: &mut Context<'_>) {
        let path = self.source.file.text().trim().to_owned();
        if path.is_empty() {
            self.notice = Some("Paste a list or enter a file name.".to_owned());
            return;
        }
        let number = cx.next_number();
        self.pending_file_read = Some(number);
        cx.push_effect(Effect::ReadImportFile { number, path });
    }

    /// Handles the result of reading a file. The text of the file replaces the list.
    pub(crate) fn on_file_read(
        &mut self,
        number: u64,
        result: Result<DecodedText, String>,
        cx: &mut Context<'_>,
    ) {
        if self.pending_file_read != Some(number) {
            return invites::count_stale_reply(cx);
        }
        self.pending_file_read = None;
        self.notice = result.map_or_else(Some, |decoded| self.set_list_text(&decoded, cx));
    }

    /// Replaces the list with the text of a file. Returns feedback for the user, if any.
    fn set_list_text(&mut self, decoded: &DecodedText, cx: &mut Context<'_>) -> Option<String> {
        self.source.clear();
        if !self.source.append(&decoded.text) {
            return Some(too_long_text());
        }
        self.check_text(cx);
        let warning = || format!("Encoding guessed as {}. Check that names look right.", decoded.encoding);
        decoded.is_uncertain.then(warning)
    }
}

impl ImportDialog {
    fn template(&self) -> Template {
        Template::new(self.message.text())
    }

    /// Returns the message for the selected entry, and the reason if the message cannot be sent.
    pub fn preview(&self) -> Option<(String, Option<TemplateError>)> {
        let entry = self.list.entries.get(self.list_state.selected)?;
        let template = self.template();
        Some((template.preview(&self.list, entry), template.draft(&self.list, entry).err()))
    }

    /// Continues to the message step if there is an entry to invite.
    pub(super) fn open_message(&mut self, cx: &mut Context<'_>) {
        self.notice = self.not_ready_reason();
        if self.notice.is_some() {
            return;
        }
        self.step = ImportStep::Message;
        // Previews the message for an entry that is in the plan.
        if !self.selected_state().is_some_and(EntryState::is_included) {
            let first = self.entry_states.iter().position(EntryState::is_included).unwrap_or(0);
            self.select_entry(first, cx);
        }
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
        let order = [MessageFocus::Text, MessageFocus::Entry, MessageFocus::Continue];
        match action {
            Action::Next | Action::Previous => {
                self.message_focus = cycle(&order, focus, action == Action::Previous);
            }
            Action::CursorRight if focus == MessageFocus::Entry => self.preview_adjacent(false, cx),
            Action::CursorLeft if focus == MessageFocus::Entry => self.preview_adjacent(true, cx),
            Action::Confirm if focus != MessageFocus::Continue => {
                self.message_focus = cycle(&order, focus, false)
            }
            Action::Confirm | Action::Send => self.propose(cx),
            Action::Editor => cx.push_effect(Effect::OpenEditor(self.message.text().to_owned())),
            Action::Back => (self.step, self.notice) = (ImportStep::Review, None),
            _ => {}
        }
    }

    /// Previews the message for the next or previous entry of the plan.
    fn preview_adjacent(&mut self, back: bool, cx: &mut Context<'_>) {
        let selected = self.list_state.selected;
        let is_included = |index: &usize| self.entry_states.get(*index).is_some_and(EntryState::is_included);
        let next = match back {
            true => (0..selected).rev().find(is_included),
            false => (selected + 1..self.entry_states.len()).find(is_included),
        };
        if let Some(next) = next {
            self.select_entry(next, cx);
        }
    }

    /// Proposes a plan of the included entries, or shows why an entry cannot be invited.
    fn propose(&mut self, cx: &mut Context<'_>) {
        let error = self.not_ready_reason().map(|reason| (self.list_state.selected, reason));
        let steps = match error.map_or_else(|| self.build_steps(cx), Err) {
            Ok(steps) => steps,
            Err((index, reason)) => {
                self.notice = Some(reason);
                return self.select_entry(index, cx);
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
