//! Review step of the import: the status of each entry, and the actions edit, include and exclude.
//!
//! All suggested emails can be listed and used together. The statuses depend on the pending invites, the journal and
//! the user's edits; when one of these changes, the list is checked again.

use std::sync::Arc;

use crate::app::model::invites::Completeness;
use crate::app::ops::invites;
use crate::app::screens::import::{BEING_CHECKED_TEXT, CheckBasis, ImportDialog, ImportStep};
use crate::app::{Context, Effect, Model, RequestPurpose, Route};
use crate::domain::import::check_job::{CheckInput, CheckJob, CheckResult};
use crate::domain::import::{ColumnChoice, EntryState, ImportEntry, sent_history};
use crate::domain::journal::JournalEntry;
use crate::domain::members::Members;
use crate::domain::{Error, ServiceRequest, recipient};
use crate::keys::{Action, KeyContext};
use crate::ui::TextField;
use crate::ui::list::scroll_delta;

/// Maximum plans searched for earlier invites, the newest first.
const MAX_JOURNAL_PLANS: usize = 500;

impl CheckBasis {
    fn from_model(model: &Model) -> CheckBasis {
        let complete = match &model.invites.completeness {
            Completeness::Complete { at } => Some(*at),
            _ => None,
        };
        CheckBasis {
            rows: model.invites.shown.len(),
            complete,
            members: model.members.as_ref().map(Members::len),
        }
    }
}

// Entries.
impl ImportDialog {
    pub(super) fn act_on_entries(&mut self, action: Action, cx: &mut Context<'_>) {
        self.notice = None;
        let works_without_list =
            matches!(action, Action::EmailColumn | Action::Previous | Action::Help | Action::Back);
        if self.list.error.is_some() && !works_without_list {
            return;
        }
        match action {
            Action::NextFlagged => self.select_next_flagged(cx),
            Action::Edit => self.open_address_field(),
            Action::EmailColumn => self.select_next_column(cx),
            Action::TakeSuggestions => self.open_suggestions(),
            Action::Include => self.toggle_include_anyway(cx),
            Action::IncludeExpired => self.include_all_expired(cx),
            Action::Exclude => self.toggle_exclude(cx),
            Action::Confirm | Action::Send => self.open_message(cx),
            Action::Previous => self.step = ImportStep::Source,
            Action::Help => cx.open(Route::Help(KeyContext::Import)),
            Action::Back => self.park(cx),
            _ => {
                if let Some(by) = scroll_delta(action, cx.metrics.text_height) {
                    self.select_entry(self.list_state.selected.saturating_add_signed(by), cx);
                }
            }
        }
    }

    pub(super) fn select_entry(&mut self, to: usize, model: &Model) {
        self.list_state.go_to(to, self.entry_states.len(), model.metrics.text_height);
    }

    /// Selects the next entry that needs attention, wrapping around.
    fn select_next_flagged(&mut self, model: &Model) {
        let now = model.server_now(model.now);
        let needs_attention =
            |index: &usize| self.entry_states.get(*index).is_some_and(|state| state.needs_attention(now));
        let (selected, count) = (self.list_state.selected, self.entry_states.len());
        match (selected + 1..count).chain(0..=selected).find(needs_attention) {
            Some(index) => self.select_entry(index, model),
            None => {
                let key = model.key(KeyContext::Import, Action::Confirm);
                self.notice = Some(format!("No entry needs attention. Press {key} to continue."));
            }
        }
    }

    fn open_address_field(&mut self) {
        if let Some(entry) = self.list.entries.get(self.list_state.selected) {
            self.address_field = Some(TextField::new(&entry.email));
            self.step = ImportStep::EditAddress;
        }
    }

    pub(super) fn act_on_address_field(&mut self, action: Action, cx: &mut Context<'_>) {
        match action {
            Action::Next => {
                if let Some(suggestion) = self.selected_state().and_then(EntryState::suggestion) {
                    self.address_field = Some(TextField::new(suggestion));
                }
            }
            Action::Confirm | Action::Send => self.apply_address(cx),
            Action::Back => (self.address_field, self.step) = (None, ImportStep::Review),
            _ => {}
        }
    }

    fn apply_address(&mut self, cx: &mut Context<'_>) {
        self.step = ImportStep::Review;
        let Some(field) = self.address_field.take() else { return };
        let index = self.list_state.selected;
        let typed = field.text().trim();
        let email = recipient::parse(typed).map_or_else(|_| typed.to_owned(), |recipient| recipient.email);
        self.excluded.remove(&index);
        let update = |entry: &mut ImportEntry, _: &EntryState| {
            if entry.email != email || entry.warning.is_some() {
                entry.replace_email(&email);
            }
        };
        self.change_entries([index], update, cx);
    }

    /// Changes these entries and checks the list again.
    fn change_entries(
        &mut self,
        indexes: impl IntoIterator<Item = usize>,
        update: impl Fn(&mut ImportEntry, &EntryState),
        cx: &mut Context<'_>,
    ) {
        let entries = &mut Arc::make_mut(&mut self.list).entries;
        for index in indexes {
            if let Some((entry, state)) = entries.get_mut(index).zip(self.entry_states.get_mut(index)) {
                update(entry, state);
                *state = EntryState::Checking;
            }
        }
        self.recheck(cx);
    }

    /// Toggles whether the selected entry is included despite its warning.
    fn toggle_include_anyway(&mut self, cx: &mut Context<'_>) {
        let (index, now) = (self.list_state.selected, cx.server_now(cx.now));
        let Some(state) = self.entry_states.get(index) else { return };
        let include_anyway = self.list.entries.get(index).is_some_and(|entry| entry.include_anyway);
        if !include_anyway && !state.can_include_anyway(now) {
            self.notice = Some(match state {
                EntryState::Checking => "This entry is being checked. Try again in a moment.".into(),
                _ if state.is_included() => "This entry is already in the plan.".into(),
                _ => format!("This entry cannot be included: {}.", state.description(now)),
            });
            return;
        }
        self.change_entries([index], |entry, _| entry.include_anyway = !include_anyway, cx);
    }

    /// Includes all entries whose earlier invite has expired.
    fn include_all_expired(&mut self, cx: &mut Context<'_>) {
        let now = cx.server_now(cx.now);
        let expired = |(index, state): (usize, &EntryState)| state.has_expired(now).then_some(index);
        let expired: Vec<usize> = self.entry_states.iter().enumerate().filter_map(expired).collect();
        if expired.is_empty() {
            self.notice = Some("No entry has an expired invite.".to_owned());
            return;
        }
        self.change_entries(expired, |entry, _| entry.include_anyway = true, cx);
    }

    /// Toggles whether the selected entry is excluded.
    fn toggle_exclude(&mut self, cx: &mut Context<'_>) {
        let index = self.list_state.selected;
        if index >= self.entry_states.len() {
            return;
        }
        if !self.excluded.remove(&index) {
            self.excluded.insert(index);
        }
        self.change_entries([index], |_, _| {}, cx);
    }
}

// Suggestions.
impl ImportDialog {
    /// Returns the index of each entry with a suggestion, and the suggested email.
    pub fn suggestions(&self) -> Vec<(usize, &str)> {
        let states = self.entry_states.iter().enumerate();
        states.filter_map(|(index, state)| Some((index, state.suggestion()?))).collect()
    }

    fn open_suggestions(&mut self) {
        match self.suggestions().is_empty() {
            true => self.notice = Some("No entry has a suggestion.".to_owned()),
            false => (self.step, self.suggestions_state) = (ImportStep::Suggestions, Default::default()),
        }
    }

    pub(super) fn act_on_suggestions(&mut self, action: Action, cx: &mut Context<'_>) {
        match action {
            Action::Confirm | Action::Send => self.accept_suggestions(cx),
            Action::Back | Action::Previous => self.step = ImportStep::Review,
            Action::Help => cx.open(Route::Help(KeyContext::Import)),
            _ => {
                let height = cx.metrics.text_height;
                let Some(by) = scroll_delta(action, height) else { return };
                let (lines, to) =
                    (self.suggestions().len(), self.suggestions_state.selected.saturating_add_signed(by));
                self.suggestions_state.go_to(to, lines, height);
            }
        }
    }

    fn accept_suggestions(&mut self, cx: &mut Context<'_>) {
        let accept = |entry: &mut ImportEntry, state: &EntryState| {
            state.suggestion().into_iter().for_each(|email| entry.replace_email(email));
        };
        self.step = ImportStep::Review;
        let indexes: Vec<usize> = self.suggestions().into_iter().map(|(index, _)| index).collect();
        self.change_entries(indexes, accept, cx);
    }
}

// Checks of the list.
impl ImportDialog {
    /// Requests earlier invites from the journal. The list is checked when the reply arrives.
    pub(super) fn request_journal(&mut self, cx: &mut Context<'_>) {
        cx.request_for(RequestPurpose::Import, ServiceRequest::LoadJournal { limit: MAX_JOURNAL_PLANS });
        self.sent_history = None;
    }

    /// Stores the earlier invites and checks the list.
    pub(crate) fn on_journal(&mut self, entries: &[JournalEntry], cx: &mut Context<'_>) {
        (self.sent_history, self.history_error) = (Some(sent_history(entries)), None);
        self.recheck(cx);
    }

    /// Stores the journal error and checks the list without earlier invites.
    pub(crate) fn on_journal_failed(&mut self, error: &Error, cx: &mut Context<'_>) {
        self.sent_history = Some(Default::default());
        self.history_error = Some(format!("Earlier invites are unknown: {error}"));
        self.recheck(cx);
    }

    /// Parses and checks the text.
    pub(super) fn check_text(&mut self, cx: &mut Context<'_>) {
        self.other_columns.clear();
        self.select_column(None);
        self.recheck(cx);
    }

    /// Discards the parsed entries, to parse the text again with this email column.
    fn select_column(&mut self, choice: Option<ColumnChoice>) {
        (self.list, self.entry_states) = Default::default();
        (self.summary, self.expired_count) = Default::default();
        self.excluded.clear();
        (self.column_choice, self.list_state) = (choice, Default::default());
        self.source.is_parsed = true;
        (self.step, self.needs_parse) = (ImportStep::Review, true);
    }

    /// Switches to the next email column. A list parsed from that column earlier keeps its edits.
    fn select_next_column(&mut self, cx: &mut Context<'_>) {
        let indexes: Vec<usize> = self.list.columns.iter().map(|column| column.index).collect();
        let next = indexes.iter().find(|index| self.list.column.is_none_or(|current| **index > current));
        let next = next.or(indexes.first()).copied().filter(|next| self.list.column != Some(*next));
        let Some(next) = next.filter(|_| self.pending_check.is_none()) else {
            let reason = match (self.pending_check, &self.list.columns[..]) {
                (Some(_), _) => BEING_CHECKED_TEXT,
                (None, []) => "The list has no columns.",
                (None, _) => "No other column contains emails.",
            };
            self.notice = Some(reason.to_owned());
            return;
        };
        if let Some(current) = self.list.column {
            self.other_columns.insert(current, (Arc::clone(&self.list), self.excluded.clone()));
        }
        self.select_column(Some(ColumnChoice::Index(next)));
        if let Some((list, excluded)) = self.other_columns.remove(&next) {
            self.entry_states = vec![EntryState::Checking; list.entries.len()];
            (self.list, self.excluded, self.needs_parse) = (list, excluded, false);
        }
        self.recheck(cx);
    }

    /// Requests a new check of the list. The result of a running check is ignored.
    pub(super) fn recheck(&mut self, cx: &mut Context<'_>) {
        let input = match self.needs_parse {
            true if self.source.text.is_empty() => return,
            true => CheckInput::Text(self.source.text.as_str().into(), self.column_choice.clone()),
            false if self.list.entries.is_empty() => return,
            false => CheckInput::List(Arc::clone(&self.list)),
        };
        let number = cx.next_number();
        (self.pending_check, self.check_basis) = (Some(number), CheckBasis::from_model(cx));
        // Without the journal, people invited earlier would look new. The check starts when the journal
        // arrives.
        let Some(sent_history) = self.sent_history.clone() else { return };
        cx.push_effect(Effect::CheckImport(Box::new(CheckJob {
            number,
            input,
            excluded: self.excluded.clone(),
            pending: cx.invites.shown.clone(),
            is_complete: cx.invites.is_complete(),
            members: cx.members.clone(),
            sending_emails: cx.plans.emails_in_flight(),
            allowed_domains: cx.options.guards.allowed_domains.clone(),
            sent_history,
            now: cx.server_now(cx.now),
        })));
    }

    /// Checks the list again if invites or members have changed.
    ///
    /// While invites are loading, there is no check, because every page would start a new one.
    pub(super) fn recheck_if_stale(&mut self, cx: &mut Context<'_>) {
        let basis = CheckBasis::from_model(cx);
        if cx.invites.is_streaming() || self.pending_check.is_some() || self.check_basis == basis {
            return;
        }
        let only_members = CheckBasis { members: basis.members, ..self.check_basis } == basis;
        if only_members && !self.depends_on_members(cx) {
            self.check_basis = basis;
            return;
        }
        self.recheck(cx);
    }

    /// Returns whether the members can change the status of an entry.
    ///
    /// An unnecessary check would block the keys for a short time.
    fn depends_on_members(&self, model: &Model) -> bool {
        let is_member = |email: &str| model.members.as_ref().is_some_and(|members| members.contains(email));
        self.entry_states.contains(&EntryState::AlreadyMember)
            || self.list.entries.iter().any(|entry| is_member(&entry.email))
    }

    /// Stores the result of a check.
    pub(crate) fn on_checked(&mut self, result: CheckResult, cx: &mut Context<'_>) {
        if self.pending_check != Some(result.number) {
            return invites::count_stale_reply(cx);
        }
        (self.pending_check, self.needs_parse) = (None, false);
        (self.list, self.entry_states) = (result.list, result.states);
        (self.summary, self.expired_count) = (result.summary, result.expired);
        self.select_entry(self.list_state.selected, cx);
    }
}
