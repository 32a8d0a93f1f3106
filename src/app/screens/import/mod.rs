//! Import at once: a list is pasted or read from a file, each entry is judged before any call and can be mended, and the
//! good ones become one plan with a message filled from the list's columns. Leaving keeps the list and all that was
//! done to it until the plan is confirmed. How entries are judged is in `domain::list`.

mod review;
mod source;
pub mod view;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use crate::app::ops::access;
use crate::app::screen::{ScreenPart, UnsavedWork};
use crate::app::{Context, Hint, Model, Nav, Screen, hints};
use crate::domain::import::check_job::EntryState;
use crate::domain::import::{ColumnChoice, EntryStatus, ImportError, ImportList, SentHistory};
use crate::domain::{Expiry, PlanId};
use crate::keys::{Action, Key, KeyContext};
use crate::ui::{ListState, TextField};

const BEING_CHECKED_TEXT: &str = "The list is being looked at. Try again in a moment.";

/// How far the import is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ImportStep {
    /// Where the list comes from.
    #[default]
    Source,
    /// What is known of each entry.
    Review,
    /// The address of one entry is corrected.
    EditAddress,
    /// All suggestions.
    Suggestions,
    /// The message.
    Message,
}

/// What has the focus in the first step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SourceFocus {
    /// The list.
    #[default]
    List,
    /// The name of a file.
    File,
    /// The button that goes on.
    Continue,
}

/// Where a list comes from.
#[derive(Debug, Clone, Default)]
pub struct SourceStep {
    /// The list as it was pasted or read, with `\n` as its only line end.
    pub text: String,
    /// How many lines it has.
    pub lines: usize,
    /// A file's name.
    pub file: TextField,
    /// What has the focus.
    pub focus: SourceFocus,
    /// The list that is judged was read from this very text.
    is_parsed: bool,
}

/// What has the focus in the third step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MessageFocus {
    /// The text.
    #[default]
    Text,
    /// The entry for which it is shown.
    Entry,
    /// The button that makes the plan.
    Continue,
}

/// The message for all of them.
#[derive(Debug, Clone, Default)]
pub struct MessageStep {
    /// The text, with placeholders in it.
    pub text: TextField,
    /// What has the focus.
    pub focus: MessageFocus,
}

/// The pending invites that the verdicts are of: how many, and as of when where they are complete; and how many members
/// were known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct CheckBasis {
    rows: usize,
    complete: Option<Timestamp>,
    members: Option<usize>,
}

/// A list and what was done to it.
#[derive(Debug, Clone, Default)]
pub struct ImportDialog {
    /// How far it is.
    pub step: ImportStep,
    /// Where the list comes from.
    pub source: SourceStep,
    /// The list as it was read, with what was corrected in it.
    pub list: Arc<ImportList>,
    /// What is known of each entry; empty before it was looked at.
    pub entry_states: Vec<EntryState>,
    /// How many got which verdict, in words.
    pub summary: String,
    /// How many were sent before and have expired since, and could be sent again.
    pub expired_count: usize,
    /// The place among the entries.
    pub list_state: ListState,
    /// The place among the suggestions.
    pub suggestions_state: ListState,
    /// The address that is being corrected.
    pub address_field: Option<TextField>,
    /// The message for all.
    pub message: MessageStep,
    /// What there is to say about the last key; raw text from outside may be in it.
    pub notice: Option<String>,
    /// Why it is not known what was sent before, as a sentence.
    pub history_error: Option<String>,
    excluded: HashSet<usize>,
    /// The email column that the user has chosen.
    column_choice: Option<ColumnChoice>,
    /// The lists of the other email columns that were looked at, and what was left out of them: nothing that was corrected is
    /// lost with the column.
    other_columns: HashMap<usize, (Arc<ImportList>, HashSet<usize>)>,
    /// The text was not read yet.
    needs_parse: bool,
    pending_file_read: Option<u64>,
    pending_check: Option<u64>,
    check_basis: CheckBasis,
    sent_history: Option<SentHistory>,
    /// The plan that was made of it last.
    plan_id: Option<PlanId>,
    is_parked: bool,
}

impl ImportDialog {
    /// Opens an import, with the list that was left, if one was. Where the journal cannot be written, the list that was
    /// left stays parked.
    pub(crate) fn open(parked: Option<Box<ImportDialog>>, cx: &mut Context<'_>) -> Option<Box<ImportDialog>> {
        if !access::check_journal(cx) {
            if parked.is_some() {
                cx.navigate(Nav::ParkImport);
            }
            return parked;
        }
        let mut import = parked.unwrap_or_default();
        import.is_parked = false;
        import.request_journal(cx);
        import.recheck(cx);
        Some(import)
    }

    /// Leaves the import; nothing of it is lost.
    fn park(&mut self, cx: &mut Context<'_>) {
        self.is_parked = self.unsaved_work().is_some();
        if self.is_parked { cx.navigate(Nav::ParkImport) } else { cx.close() }
    }

    /// Whether this plan was made of it.
    pub(crate) fn is_made_into(&self, plan: PlanId) -> bool {
        self.plan_id == Some(plan)
    }

    /// Whether it is being looked at, or its file is being read.
    pub fn is_checking(&self) -> bool {
        self.pending_check.is_some() || self.pending_file_read.is_some()
    }
}

impl Screen for ImportDialog {
    fn key_context(&self) -> KeyContext {
        match self.step {
            ImportStep::Review | ImportStep::Suggestions => KeyContext::Import,
            ImportStep::Source | ImportStep::EditAddress | ImportStep::Message => KeyContext::Form,
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

    fn hints(&self, _model: &Model) -> Vec<Hint> {
        match self.step {
            ImportStep::Source => hints([
                (Action::Send, "go on"),
                (Action::Next, "next"),
                (Action::Back, "leave"),
                (Action::Editor, "editor"),
            ]),
            ImportStep::Review if self.list.error.is_some() => {
                let mut shown =
                    hints([(Action::Previous, "the list"), (Action::Back, "leave"), (Action::Help, "help")]);
                if matches!(self.list.error, Some(ImportError::ChooseColumn(_))) {
                    shown.insert(0, Hint { action: Action::EmailColumn, label: "email column" });
                }
                shown
            }
            ImportStep::Review => hints([
                (Action::Confirm, "message"),
                (Action::NextFlagged, "next doubtful"),
                (Action::Edit, "correct"),
                (Action::Include, "take it"),
                (Action::Exclude, "leave out"),
                (Action::Back, "leave"),
                (Action::Help, "help"),
                (Action::EmailColumn, "email column"),
                (Action::TakeSuggestions, "suggestions"),
                (Action::Previous, "the list"),
            ]),
            ImportStep::Suggestions => hints([(Action::Confirm, "take all"), (Action::Back, "back")]),
            ImportStep::EditAddress => hints([
                (Action::Confirm, "keep it"),
                (Action::Next, "take the suggestion"),
                (Action::Back, "as it was"),
            ]),
            ImportStep::Message => {
                let last = match self.message.focus {
                    MessageFocus::Entry => (Action::CursorRight, "the next one"),
                    _ => (Action::Editor, "editor"),
                };
                hints([(Action::Send, "the plan"), (Action::Next, "next"), (Action::Back, "back"), last])
            }
        }
    }

    fn text_field(&mut self) -> Option<&mut TextField> {
        match self.step {
            ImportStep::Source if self.source.focus == SourceFocus::File => Some(&mut self.source.file),
            ImportStep::EditAddress => self.address_field.as_mut(),
            ImportStep::Message if self.message.focus == MessageFocus::Text => Some(&mut self.message.text),
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
            (Ok(text), ImportStep::Source) => {
                self.source.text.clear();
                self.paste_list(&text);
            }
            (Ok(text), ImportStep::Message) => self.message.text = TextField::new(&text),
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
        let window = self.entry_states.iter().skip(self.list_state.offset).take(model.metrics.text_height);
        let expiry = |judged: &EntryState| match judged {
            EntryState::Checked(EntryStatus::AlreadyPending(expiry)) => Some(*expiry),
            EntryState::Checked(EntryStatus::PreviouslyExpired { expired_at: expired, .. }) => {
                Some(Expiry(Some(*expired)))
            }
            EntryState::Checked(EntryStatus::PreviouslyGone { sent_at: sent }) => Some(Expiry(Some(*sent))),
            _ => None,
        };
        window.filter_map(expiry).collect()
    }

    fn part(&self) -> ScreenPart {
        ScreenPart::Index(self.step as usize)
    }

    fn unsaved_work(&self) -> Option<UnsavedWork> {
        let is_empty = self.source.text.trim().is_empty() && self.message.text.text().trim().is_empty();
        (!is_empty).then_some(UnsavedWork::Import)
    }

    fn on_tenancy_changed(&mut self, cx: &mut Context<'_>) -> bool {
        self.entry_states.fill(EntryState::Checking);
        self.request_journal(cx);
        self.recheck(cx);
        true
    }
}
