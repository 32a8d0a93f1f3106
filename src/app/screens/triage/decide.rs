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
use crate::domain::{Draft, Invite};
use crate::keys::{Action, KeyContext};

impl TriageScreen {
    /// Stores the edit of the current invite.
    pub(crate) fn decide_edit(&mut self, draft: Draft, cx: &mut Context<'_>) {
        self.decide(Decision::Edit(draft), cx);
    }

    pub(super) fn decide(&mut self, decision: Decision, cx: &mut Context<'_>) {
        let Some(invite) = self.current_invite(cx) else { return self.report_missing(cx) };
        // Deciding the same again is always possible; an invite snoozed here counts as snoozed already.
        let is_same = self.session.decision(self.session.position) == Some(&decision);
        if let Some(reason) = blocked_reason(&decision, &invite, cx).filter(|_| !is_same) {
            return cx.info(reason);
        }
        self.record(&[self.session.position], &decision, cx);
    }

    /// Decides about all invites of the current invite's domain that can still be decided.
    pub(super) fn decide_domain(&mut self, decision: &Decision, cx: &mut Context<'_>) {
        if self.current_invite(cx).is_none() {
            return self.report_missing(cx);
        }
        let is_possible = |row: &usize| {
            let invite = self.session.rows.get(*row).and_then(|identity| cx.invites.shown.invite(identity));
            invite.is_some_and(|invite| blocked_reason(decision, &invite, cx).is_none())
        };
        let rows: Vec<usize> = self.queue.same_domain.iter().copied().filter(is_possible).collect();
        let skipped = self.queue.same_domain.len() - rows.len();
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
        if self.queue.place(self.session.position).is_none() {
            self.clear_filter(cx);
        }
        self.on_moved(cx);
    }

    /// Stores a decision and moves to the next invite that can be decided, if there is one.
    fn record(&mut self, rows: &[usize], decision: &Decision, cx: &mut Context<'_>) {
        let changed = self.session.decide(rows, decision);
        self.apply_snoozes(&changed, cx);
        if let Some(next) = self.queue.next_open(&self.session, cx) {
            self.session.move_to(next);
        }
        self.on_moved(cx);
    }

    /// Snoozes invites that are newly decided so, and ends the snooze of those that no longer are.
    fn apply_snoozes(&self, changed: &EarlierDecisions, cx: &mut Context<'_>) {
        let (mut started, mut ended) = (Vec::new(), Vec::new());
        for (row, earlier) in changed {
            let invite = self.session.rows.get(*row).and_then(|identity| cx.invites.shown.invite(identity));
            let Some(Invite { email, .. }) = invite else { continue };
            match (earlier == &Some(Decision::Snooze), self.session.decision(*row) == Some(&Decision::Snooze))
            {
                (false, true) => started.push(email),
                (true, false) => ended.push(email),
                _ => {}
            }
        }
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
