//! Source step of the import: pasting, typing, and reading a file.
//!
//! Pasting never continues to the next step.

use crate::app::ops::invites;
use crate::app::screens::import::{ImportDialog, ImportStep, SourceFocus, SourceStep};
use crate::app::{Context, Effect, Route};
use crate::domain::import::{DecodedText, normalize_pasted};
use crate::domain::limits;
use crate::keys::{Action, Key, KeyContext};
use crate::ui::list::cycle;
use crate::ui::text_field::typed_char;

/// What happens to the list if a text that would replace it is too long.
const KEPT_TEXT: &str = "it was not changed";

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

    /// Replaces the list. Returns false, and keeps the list, if the text is too long.
    fn replace(&mut self, text: String) -> bool {
        let fits = text.len() <= limits::MAX_IMPORT_BYTES;
        if fits {
            self.text = text;
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

fn too_long_text(result: &str) -> String {
    format!("The list would exceed {} MB, so {result}. Split the list.", limits::MAX_IMPORT_BYTES >> 20)
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
        self.notice = (!fits).then(|| too_long_text("nothing was added"));
    }

    /// Replaces the list with the text of the editor.
    pub(super) fn use_editor_text(&mut self, text: &str) {
        self.source.focus = SourceFocus::List;
        let fits = self.source.replace(normalize_pasted(text));
        self.notice = (!fits).then(|| too_long_text(KEPT_TEXT));
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
            Action::Help => cx.open(Route::Help(KeyContext::ImportForm)),
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
        if !self.source.replace(decoded.text.clone()) {
            return Some(too_long_text(KEPT_TEXT));
        }
        self.check_text(cx);
        let warning = || format!("Encoding guessed as {}. Check that names look right.", decoded.encoding);
        decoded.is_uncertain.then(warning)
    }
}
