//! Checks of an imported list, and the choice of its email column.
//!
//! The statuses depend on the pending invites, the journal and the user's edits; when one of these changes, the list is
//! checked again.

use std::sync::Arc;

use crate::app::model::invites::Completeness;
use crate::app::ops::invites;
use crate::app::screens::import::{BEING_CHECKED_TEXT, CheckBasis, ImportDialog, ImportStep};
use crate::app::{Context, Effect, Model, RequestPurpose};
use crate::domain::import::check_job::{CheckInput, CheckJob, CheckResult};
use crate::domain::import::{ColumnChoice, EntryState, sent_history};
use crate::domain::journal::JournalEntry;
use crate::domain::members::Members;
use crate::domain::{Error, ServiceRequest};

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
        (self.summary, self.expired_count, self.table) = Default::default();
        self.excluded.clear();
        (self.column_choice, self.list_state) = (choice, Default::default());
        self.source.is_parsed = true;
        (self.step, self.needs_parse) = (ImportStep::Review, true);
    }

    /// Switches to the next email column. A list parsed from that column earlier keeps its edits.
    pub(super) fn select_next_column(&mut self, cx: &mut Context<'_>) {
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
        let (selected, suggestion) = (self.selected_entry(), self.selected_suggestion());
        let suggested = std::mem::take(&mut self.table.suggested);
        (self.pending_check, self.needs_parse) = (None, false);
        (self.list, self.entry_states) = (result.list, result.states);
        (self.summary, self.expired_count) = (result.summary, result.expired);
        self.table.update(&self.list, &self.entry_states, cx.server_now(cx.now));
        // An entry whose status changed can leave the tab; the next one is then selected.
        self.select_row(self.table.row_of(selected), cx);
        let suggestion = suggestion.map(|entry| self.table.suggested.partition_point(|other| *other < entry));
        self.select_suggestion(suggestion.unwrap_or_default(), cx);
        let is_replaced = match self.step {
            ImportStep::Suggestions => self.table.suggested != suggested,
            ImportStep::Review => self.selected_entry() != selected,
            // The edited entry stays.
            ImportStep::Source | ImportStep::EditAddress | ImportStep::Message => false,
        };
        self.shown_version += u64::from(is_replaced);
        if self.step == ImportStep::Suggestions && self.table.suggested.is_empty() {
            self.step = ImportStep::Review;
        }
    }
}
