//! Decides about one invite or about a domain, and undoes decisions.
//!
//! A snooze takes effect at once, because it stays on this machine and needs no plan. Undo ends it.

use super::TriageScreen;
use super::rules::{SNOOZE, blocked_reason, suggested_draft};
use crate::app::nav::{FormField, FormPurpose};
use crate::app::ops::{annotations, drafts};
use crate::app::{Context, Route};
use crate::domain::text::format_plural;
use crate::domain::triage::{Decision, EarlierDecisions};
use crate::domain::{Draft, Identity, email};
use crate::keys::{Action, KeyContext};

impl TriageScreen {
    /// Stores the edit of an invite, also if the filter hides it now. If it is gone, the draft is kept.
    pub(crate) fn decide_edit(&mut self, invite: &Identity, draft: Draft, cx: &mut Context<'_>) {
        let is_gone = cx.invites.is_complete() && cx.invites.shown.find(invite).is_none();
        let row = self.session.rows.iter().position(|row| row == invite).filter(|_| !is_gone);
        let Some(row) = row else {
            drafts::save(cx, draft);
            let key = cx.key(KeyContext::List, Action::New);
            let text = "The invite no longer exists. Your edit was kept as a draft.";
            return cx.info(format!("{text} Press {key} in the list to send it."));
        };
        let is_hidden = self.queue.place(row).is_none();
        self.session.move_to(row);
        self.record(&[row], &Decision::Edit(draft), cx);
        if is_hidden {
            if self.session.position == row {
                self.go_to(self.queue.shown.first().copied(), cx);
            }
            cx.info("Decided to edit the invite. The filter hides this invite.");
        }
    }

    pub(super) fn decide(&mut self, decision: Decision, cx: &mut Context<'_>) {
        let Some(invite) = self.current_invite(cx) else { return self.report_missing(cx) };
        // Deciding the same again is always possible; an invite snoozed here counts as snoozed already.
        let is_same = self.session.decision(self.session.position) == Some(&decision);
        let snoozed = &self.queue.snoozed_emails;
        if let Some(reason) = blocked_reason(&decision, &invite, snoozed, cx).filter(|_| !is_same) {
            return cx.info(reason);
        }
        self.record(&[self.session.position], &decision, cx);
    }

    /// Decides about all invites of the current invite's domain that can still be decided.
    pub(super) fn decide_domain(&mut self, decision: &Decision, cx: &mut Context<'_>) {
        if self.current_invite(cx).is_none() {
            return self.report_missing(cx);
        }
        let (same_domain, snoozed) = (self.queue.same_domain_rows(&self.session), &self.queue.snoozed_emails);
        let is_possible = |row: &usize| {
            let invite = self.session.rows.get(*row).and_then(|identity| cx.invites.shown.invite(identity));
            invite.is_some_and(|invite| blocked_reason(decision, &invite, snoozed, cx).is_none())
        };
        let rows: Vec<usize> = same_domain.iter().copied().filter(is_possible).collect();
        let skipped = same_domain.len() - rows.len();
        if rows.is_empty() && skipped == 0 {
            return cx.info("No undecided invite of this domain is in the queue.");
        }
        if skipped > 0 {
            let verb = if *decision == Decision::Snooze { "snoozed" } else { "resent" };
            cx.info(format!("Skipped {}: cannot be {verb}.", format_plural(skipped, "invite")));
        }
        if !rows.is_empty() {
            self.record(&rows, decision, cx);
        }
    }

    /// Decides to edit the current invite as suggested.
    pub(super) fn fix(&mut self, cx: &mut Context<'_>) {
        let Some(invite) = self.current_invite(cx) else { return self.report_missing(cx) };
        match suggested_draft(&invite, cx) {
            Some(draft) => self.decide(Decision::Edit(draft), cx),
            None => {
                let edit = cx.key(KeyContext::Triage, Action::Edit);
                cx.info(format!("There is no suggestion for this invite. Press {edit} to edit it."));
            }
        }
    }

    /// Opens the form for the current invite, with an earlier edit if there is one.
    pub(super) fn edit(&mut self, cx: &mut Context<'_>) {
        let Some(invite) = self.current_invite(cx) else { return self.report_missing(cx) };
        let before = match self.session.decision(self.session.position) {
            Some(Decision::Edit(draft)) => Some(draft.clone()),
            _ => drafts::take_edit(cx, &invite.identity),
        };
        let focus = FormField::Email;
        cx.open(Route::InviteForm(FormPurpose::Edit { invite, before, focus, for_triage: true }));
    }

    /// Undoes the last decision and moves there, also if the filter hides the invite.
    pub(super) fn undo(&mut self, cx: &mut Context<'_>) {
        let changed = self.session.undo();
        if changed.is_empty() {
            return cx.info("Nothing to undo in this triage.");
        }
        self.apply_snoozes(&changed, cx);
        self.queue.recount(&self.session);
        if self.queue.place(self.session.position).is_none() {
            self.clear_filter(cx);
        }
        self.on_changed(cx);
    }

    /// Stores a decision and moves to the next invite that can be decided, if there is one.
    fn record(&mut self, rows: &[usize], decision: &Decision, cx: &mut Context<'_>) {
        let changed = self.session.decide(rows, decision);
        self.apply_snoozes(&changed, cx);
        self.queue.recount(&self.session);
        if let Some(next) = self.queue.next_open(&self.session) {
            self.session.move_to(next);
        }
        self.on_changed(cx);
    }

    /// Snoozes emails that are newly decided so, and ends the snooze of those that no longer are.
    ///
    /// A snooze is about an email. It ends when no invite of the email is decided to be snoozed.
    fn apply_snoozes(&mut self, changed: &EarlierDecisions, cx: &mut Context<'_>) {
        let is_snooze = |decision: Option<&Decision>| decision == Some(&Decision::Snooze);
        let is_affected = |(row, earlier): &&(usize, Option<Decision>)| {
            is_snooze(earlier.as_ref()) != is_snooze(self.session.decision(*row))
        };
        let rows = changed.iter().filter(is_affected).filter_map(|(row, _)| self.session.rows.get(*row));
        let invites = rows.filter_map(|identity| cx.invites.shown.invite(identity));
        let emails: Vec<String> = invites.map(|invite| invite.email).collect();
        if emails.is_empty() {
            return;
        }
        let snoozed_before = std::mem::take(&mut self.queue.snoozed_emails);
        self.queue.update_snoozed(&self.session, cx);
        let snoozed = &self.queue.snoozed_emails;
        let is_changed = |email: &String| {
            let email = email::normalize(email);
            snoozed.contains(&email) != snoozed_before.contains(&email)
        };
        let emails = emails.into_iter().filter(is_changed);
        let (started, ended): (Vec<String>, Vec<String>) =
            emails.partition(|email| snoozed.contains(&email::normalize(email)));
        for (emails, until) in [(started, Some(SNOOZE)), (ended, None)] {
            if !emails.is_empty() {
                annotations::snooze_quietly(cx, emails, until);
            }
        }
    }

    fn report_missing(&self, cx: &mut Context<'_>) {
        let skip = cx.key(KeyContext::Triage, Action::Skip);
        cx.info(match cx.invites.is_complete() {
            _ if self.queue.shown.is_empty() => "No invite is shown.".to_owned(),
            true => format!("This invite no longer exists. Press {skip} to continue."),
            false => "This invite is not loaded.".to_owned(),
        });
    }
}
