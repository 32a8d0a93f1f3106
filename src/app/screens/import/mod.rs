//! Import dialog: a pasted list or a file becomes one plan, with a message filled from its columns.
//!
//! Each entry is checked and can be fixed before any request. Leaving the dialog keeps the list and the edits until
//! the plan is confirmed. The checks are in the domain layer.

mod message;
mod message_view;
mod recheck;
mod review;
mod review_view;
mod row_view;
mod row_widths;
mod source;
mod source_view;
mod suggestions;
mod suggestions_view;
pub mod table;
mod title_view;
pub mod view;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use crate::app::screen::{ScreenPart, UnsavedWork};
use crate::app::screens::import::table::ReviewTable;
use crate::app::{Context, Hint, Model, Nav, Screen, hints};
use crate::domain::import::{ColumnChoice, EntryState, ImportList, SentHistory};
use crate::domain::{Expiry, PlanId};
use crate::keys::{Action, Key, KeyContext};
use crate::ui::{ListState, TextField};

const BEING_CHECKED_TEXT: &str = "The list is being checked. Try again in a moment.";

/// Current step of the import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ImportStep {
    /// Source of the list.
    #[default]
    Source,
    /// The status of each entry.
    Review,
    /// The email of one entry is being edited.
    EditAddress,
    /// All suggested emails.
    Suggestions,
    /// The message for all entries.
    Message,
}

/// Focused field of the source step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SourceFocus {
    /// The pasted list.
    #[default]
    List,
    /// The file name.
    File,
    /// The button that continues.
    Continue,
}

/// Pasted text or file.
#[derive(Debug, Clone, Default)]
pub struct SourceStep {
    /// Text of the list; line ends are `\n`.
    pub text: String,
    /// Number of lines.
    pub line_count: usize,
    /// Typed file name.
    pub file: TextField,
    /// Focused field.
    pub focus: SourceFocus,
    /// Whether the checked entries were parsed from this text.
    is_parsed: bool,
}

/// Focused field of the message step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MessageFocus {
    /// The message text.
    #[default]
    Text,
    /// The button that proposes the plan.
    Continue,
}

/// Numbers of invites and members at the last check, and the load time of a complete list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct CheckBasis {
    rows: usize,
    complete: Option<Timestamp>,
    members: Option<usize>,
}

/// State of the import.
#[derive(Debug, Clone, Default)]
pub struct ImportDialog {
    /// Current step.
    pub step: ImportStep,
    /// Source of the list.
    pub source: SourceStep,
    /// Parsed list with the user's edits.
    pub list: Arc<ImportList>,
    /// Status of each entry; empty before the first check.
    pub entry_states: Vec<EntryState>,
    /// Summary of the entry statuses.
    pub summary: String,
    /// Number of entries with an expired earlier invite that the user can include.
    pub expired_count: usize,
    /// The entries of the chosen tab, as shown.
    pub table: ReviewTable,
    /// Selection in the rows of the table.
    pub list_state: ListState,
    /// Selection in the suggestions.
    pub suggestions_state: ListState,
    /// Position in the list of the entry whose email is being edited.
    pub edited_entry: usize,
    /// Email being edited.
    pub address_field: Option<TextField>,
    /// Placeholders that the list can fill. Found once for the message step, because a long list takes time.
    pub placeholders: Vec<String>,
    /// Message for all entries, with placeholders.
    pub message: TextField,
    /// Focused field of the message step.
    pub message_focus: MessageFocus,
    /// Position in the list of the entry whose message is previewed.
    pub preview_entry: usize,
    /// Feedback on the last key; can contain raw text from outside.
    pub notice: Option<String>,
    /// Why earlier invites are unknown, as a sentence.
    pub history_error: Option<String>,
    /// Grows when a check replaces what the keys act on; see [`ScreenPart`].
    shown_version: u64,
    excluded: HashSet<usize>,
    /// Email column chosen by the user.
    column_choice: Option<ColumnChoice>,
    /// Lists and exclusions of the other email columns, so that edits survive a change of column.
    other_columns: HashMap<usize, (Arc<ImportList>, HashSet<usize>)>,
    /// Whether the text is not parsed yet.
    needs_parse: bool,
    pending_file_read: Option<u64>,
    pending_check: Option<u64>,
    check_basis: CheckBasis,
    sent_history: Option<SentHistory>,
    /// Last plan made from this import.
    plan_id: Option<PlanId>,
    is_parked: bool,
}

impl ImportDialog {
    /// Opens the import, with the parked list if there is one.
    pub(crate) fn open(parked: Option<Box<ImportDialog>>, cx: &mut Context<'_>) -> Box<ImportDialog> {
        let mut import = parked.unwrap_or_default();
        import.is_parked = false;
        import.request_journal(cx);
        import.recheck(cx);
        import
    }

    /// Leaves the import. A list or message with text stays for the next import.
    fn park(&mut self, cx: &mut Context<'_>) {
        self.is_parked = self.unsaved_work().is_some();
        if self.is_parked { cx.navigate(Nav::ParkImport) } else { cx.close() }
    }

    /// Returns the position in the list of the selected entry.
    pub fn selected_entry(&self) -> usize {
        self.table.rows.get(self.list_state.selected).copied().unwrap_or_default()
    }

    /// Returns the status of the selected entry.
    pub fn selected_state(&self) -> Option<&EntryState> {
        self.entry_states.get(self.selected_entry())
    }

    /// Returns whether this plan was made from the import.
    pub(crate) fn is_source_of(&self, plan: PlanId) -> bool {
        self.plan_id == Some(plan)
    }

    /// Returns whether the list is being checked or its file is being read.
    pub fn is_checking(&self) -> bool {
        self.pending_check.is_some() || self.pending_file_read.is_some()
    }
}

impl Screen for ImportDialog {
    fn key_context(&self) -> KeyContext {
        match self.step {
            ImportStep::Review | ImportStep::Suggestions => KeyContext::Import,
            ImportStep::Source | ImportStep::EditAddress | ImportStep::Message => KeyContext::ImportForm,
        }
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        match self.step {
            ImportStep::Source => self.act_on_source(action, cx),
            ImportStep::Review => self.act_on_entries(action, cx),
            ImportStep::EditAddress => self.act_on_address_field(action, cx),
            ImportStep::Suggestions => self.act_on_suggestions(action, cx),
            ImportStep::Message => self.act_on_message(action, cx),
        }
    }

    fn on_row_clicked(&mut self, row: usize, cx: &mut Context<'_>) {
        match self.step {
            ImportStep::Review => self.select_row(row, cx),
            ImportStep::Suggestions => self.select_suggestion(row, cx),
            ImportStep::Source | ImportStep::EditAddress | ImportStep::Message => {}
        }
    }

    fn on_tab_clicked(&mut self, tab: usize, cx: &mut Context<'_>) {
        if let (ImportStep::Review, Some(tab)) = (self.step, self.table.tabs().get(tab)) {
            self.show_tab(*tab, cx);
        }
    }

    fn focus_button(&mut self, button: usize) -> bool {
        match self.step {
            ImportStep::Source => self.source.focus = SourceFocus::Continue,
            ImportStep::Message => self.message_focus = MessageFocus::Continue,
            ImportStep::Review | ImportStep::EditAddress | ImportStep::Suggestions => return false,
        }
        button == 0
    }

    fn hints(&self, model: &Model) -> Vec<Hint> {
        match self.step {
            ImportStep::Source => hints([
                (Action::Send, "continue"),
                (Action::Back, "close"),
                (Action::Help, "help"),
                (Action::Next, "next field"),
                (Action::Editor, "editor"),
            ]),
            ImportStep::Review => self.review_hints(model),
            ImportStep::Suggestions => hints([
                (Action::Confirm, "use all"),
                (Action::Back, "back"),
                (Action::Help, "help"),
                (Action::Include, "use this one"),
            ]),
            ImportStep::EditAddress => {
                let mut shown =
                    hints([(Action::Confirm, "apply"), (Action::Back, "cancel"), (Action::Help, "help")]);
                let suggestion = Hint { action: Action::Next, label: "use suggestion".into() };
                shown.extend(self.edit_suggestion().map(|_| suggestion));
                shown
            }
            ImportStep::Message => hints([
                (Action::Send, "review plan"),
                (Action::Back, "back"),
                (Action::Help, "help"),
                (Action::NextEntry, "next person"),
                (Action::Next, "next field"),
                (Action::Editor, "editor"),
            ]),
        }
    }

    fn text_field(&mut self) -> Option<&mut TextField> {
        match self.step {
            ImportStep::Source if self.source.focus == SourceFocus::File => Some(&mut self.source.file),
            ImportStep::EditAddress => self.address_field.as_mut(),
            ImportStep::Message if self.message_focus == MessageFocus::Text => Some(&mut self.message),
            _ => None,
        }
    }

    fn on_text_changed(&mut self, _cx: &mut Context<'_>) {
        self.notice = None;
    }

    fn type_key(&mut self, key: Key) -> bool {
        self.step == ImportStep::Source && self.type_into_list(key)
    }

    fn paste(&mut self, text: &str) -> bool {
        if self.step == ImportStep::Source {
            self.paste_list(text);
        }
        self.step == ImportStep::Source
    }

    fn on_editor_text(&mut self, text: Result<String, String>) {
        match (text, self.step) {
            (Ok(text), ImportStep::Source) => self.use_editor_text(&text),
            (Ok(text), ImportStep::Message) => self.message = TextField::new(&text),
            (Ok(_), _) => {}
            (Err(reason), _) => self.notice = Some(reason),
        }
    }

    fn sync(&mut self, cx: &mut Context<'_>) {
        if !self.is_parked {
            self.recheck_if_stale(cx);
        }
    }

    fn expiries(&self, model: &Model) -> Vec<Expiry> {
        let rows = self.table.rows.iter().skip(self.list_state.offset).take(model.metrics.text_height);
        let window = rows.filter_map(|index| self.entry_states.get(*index));
        let expiry = |state: &EntryState| match state {
            EntryState::AlreadyPending(expiry) => Some(*expiry),
            EntryState::PreviouslyExpired { expired_at, .. } => Some(Expiry(Some(*expired_at))),
            EntryState::PreviouslyGone { sent_at } => Some(Expiry(Some(*sent_at))),
            _ => None,
        };
        window.filter_map(expiry).collect()
    }

    fn part(&self) -> ScreenPart {
        ScreenPart::Import { step: self.step as usize, version: self.shown_version }
    }

    /// Returns whether the entries must be drawn before the action: true for changes, false for moves.
    fn needs_to_be_seen(&self, action: Option<Action>) -> bool {
        let is_move = |action| {
            matches!(
                action,
                Action::Down
                    | Action::Up
                    | Action::First
                    | Action::Last
                    | Action::PageDown
                    | Action::PageUp
                    | Action::NextFlagged
                    | Action::NextTab
                    | Action::PreviousTab
            )
        };
        match self.key_context() {
            KeyContext::Import => action.is_none_or(|action| !is_move(action)),
            _ => matches!(action, Some(Action::Confirm | Action::Send)),
        }
    }

    fn unsaved_work(&self) -> Option<UnsavedWork> {
        let is_empty = self.source.text.trim().is_empty() && self.message.text().trim().is_empty();
        (!is_empty).then_some(UnsavedWork::Import)
    }

    fn on_tenancy_changed(&mut self, cx: &mut Context<'_>) -> bool {
        self.entry_states.fill(EntryState::Checking);
        self.request_journal(cx);
        self.recheck(cx);
        true
    }
}
