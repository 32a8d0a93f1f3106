//! Re-invites people whose invites are gone or were deleted.
//!
//! Builds the plan, reports who was skipped and why, and opens the confirmation. Callers select the invites.

use std::collections::HashSet;

use crate::app::model::plans::PlanRun;
use crate::app::ops::plans;
use crate::app::ops::plans::ProposalDetails;
use crate::app::{Context, Model, RequestPurpose};
use crate::domain::draft::DraftError;
use crate::domain::email::normalize;
use crate::domain::journal::JournalEntry;
use crate::domain::plan::Progress;
use crate::domain::text::format_plural;
use crate::domain::{Draft, Invite, Outcome, ServiceRequest, Step};
use crate::keys::{Action, KeyContext};

/// Collects invites for a re-invite plan.
#[derive(Debug, Default)]
pub(crate) struct ReinviteBuilder {
    steps: Vec<Step>,
    skipped: Vec<(&'static str, usize)>,
    emails: HashSet<String>,
    emails_in_flight: HashSet<String>,
}

impl ReinviteBuilder {
    /// Creates an empty collection.
    pub(crate) fn new(model: &Model) -> ReinviteBuilder {
        ReinviteBuilder { emails_in_flight: model.plans.emails_in_flight(), ..ReinviteBuilder::default() }
    }

    /// Adds an invite. It is resent if the list still shows it, otherwise created.
    pub(crate) fn add(&mut self, model: &Model, invite: &Invite, is_listed: bool) {
        match self.build_step(model, invite, is_listed) {
            Ok(step) => {
                self.emails.insert(normalize(step.email()));
                self.steps.push(step);
            }
            Err(reason) => self.skip(reason),
        }
    }

    /// Skips an invite, for a reason that follows a number.
    pub(crate) fn skip(&mut self, reason: &'static str) {
        match self.skipped.iter_mut().find(|(other, _)| *other == reason) {
            Some((_, n)) => *n += 1,
            None => self.skipped.push((reason, 1)),
        }
    }

    /// Opens the confirmation of the plan, or notifies the user why there is nothing to do.
    ///
    /// `source` names where the invites come from; `intro` precedes the explanation; `suffix` follows the
    /// skipped invites.
    pub(crate) fn propose(self, cx: &mut Context<'_>, source: &str, intro: &str, suffix: &str) {
        let skipped: Vec<String> = self.skipped.iter().map(|(reason, n)| format!("{n} {reason}")).collect();
        let skipped = skipped.join(", ");
        if self.steps.is_empty() {
            return cx.info(format!("Nothing to re-invite in {source}: {skipped}.{suffix}"));
        }
        let listed = self.steps.iter().filter(|step| step.target().is_some()).count();
        let mut note = format!("{intro}{}", impact_text(self.steps.len(), listed));
        if !skipped.is_empty() {
            note.push_str(&format!(" Skipped: {skipped}.{suffix}"));
        }
        if !cx.invites.is_complete() {
            note.push_str(" The list is incomplete: some of these people may already have a new invite.");
        }
        plans::propose_ordered(cx, self.steps, ProposalDetails { note, ..ProposalDetails::default() });
    }

    fn build_step(&self, model: &Model, invite: &Invite, is_listed: bool) -> Result<Step, &'static str> {
        let draft = Draft { email: invite.email.clone(), message: invite.message.clone() };
        match draft.error() {
            Some(DraftError::NoEmail) => return Err("without an email"),
            Some(DraftError::NotAnEmail(_)) => return Err("with an invalid email"),
            Some(DraftError::EmailTooLong(_)) => return Err("with an email that is too long"),
            Some(DraftError::MessageTooLong(_)) => {
                return Err("with a message that is too long");
            }
            None => {}
        }
        let is_same_invite = |identity| is_listed && identity == invite.identity;
        if model.invites.shown.find_by_email(&draft.email).any(|row| !is_same_invite(row.identity())) {
            return Err("already invited again");
        }
        if self.emails_in_flight.contains(&normalize(&draft.email)) {
            return Err("in another unfinished plan");
        }
        if self.emails.contains(&normalize(&draft.email)) {
            return Err("to an email that is already in this plan");
        }
        let planner = model.invites.planner();
        Ok(planner.record_versions(match is_listed {
            true => Step::Resend { invite: invite.clone(), known_versions: None },
            false => Step::Create { draft, known_versions: None },
        }))
    }
}

/// Returns what these new invites do.
///
/// `listed` is how many of them replace expired invites that the list still shows.
fn impact_text(invites: usize, listed: usize) -> String {
    let text = match invites {
        1 => "Sends a new invite with a new expiry. The old link stays invalid.".to_owned(),
        n => {
            format!("Sends {} with new expiries. The old links stay invalid.", format_plural(n, "new invite"))
        }
    };
    let replaced = match (invites, listed) {
        (_, 0) => return text,
        (1, _) => "the expired invite; it is deleted when the new one exists".to_owned(),
        (_, 1) => "1 expired invite; it is deleted when the new one exists".to_owned(),
        (_, n) => format!("{n} expired invites; each is deleted when its new one exists"),
    };
    format!("{text} The list still shows {replaced}.")
}

/// Number of recent plans that are searched for deleted invites.
const MAX_PLANS_SEARCHED: usize = 20;
const SENT_EMAIL_TEXT: &str = "Sent emails cannot be undone; delete the new invite instead.";

/// Undoes the plan in its undo window; otherwise asks the journal for deleted invites to re-invite.
pub(crate) fn undo(cx: &mut Context<'_>) {
    if let Some(id) = cx.plans.in_undo_window().map(|run| run.plan.id) {
        cx.request(ServiceRequest::UndoPlan(id));
        return;
    }
    let open = |run: &PlanRun| run.progress.steps.iter().any(|progress| progress.outcome.is_none());
    if cx.plans.running.iter().any(|run| run.plan.deletes() && open(run)) {
        let text = "The plan is running. You can re-invite when it has finished.";
        return cx.info(text);
    }
    cx.request_for(RequestPurpose::Undo, ServiceRequest::LoadJournal { limit: MAX_PLANS_SEARCHED });
}

/// Offers to re-invite the people of the newest plan that deleted invites.
pub(crate) fn on_journal(cx: &mut Context<'_>, entries: &[JournalEntry]) {
    let Some(index) = entries
        .iter()
        .position(|entry| steps_with_progress(entry).any(|(step, progress)| is_deleted(step, progress)))
    else {
        let reason = match entries.is_empty() {
            true => "no changes have been made from this machine",
            false => "no plan is pending, and recent plans deleted nothing that can be re-invited",
        };
        let sent_email_text =
            if entries.iter().any(has_sent_email) { format!(" {SENT_EMAIL_TEXT}") } else { String::new() };
        return cx.info(format!("Nothing to undo: {reason}.{sent_email_text}"));
    };
    if cx.ui.has_overlay || cx.ui.captures_keys {
        // Keys meant for a dialog that opened in the meantime must not answer the confirmation.
        let undo = cx.key(KeyContext::Views, Action::Undo);
        return cx.info(format!("Press {undo} again to see what can be re-invited."));
    }
    let all: Vec<usize> = (0..entries[index].plan.steps.len()).collect();
    confirm_reinvite(cx, &entries[index], &all);
}

fn steps_with_progress(entry: &JournalEntry) -> impl Iterator<Item = (&Step, &Progress)> {
    entry.plan.steps.iter().zip(&entry.progress)
}

/// True if a DELETE of guestlist removed the invite without a replacement.
fn is_deleted(step: &Step, progress: &Progress) -> bool {
    matches!(step, Step::Delete { .. }) && progress.outcome == Some(Outcome::Done)
}

fn has_sent_email(entry: &JournalEntry) -> bool {
    steps_with_progress(entry).any(|(step, progress)| step.sends_email() && progress.created.is_some())
}

/// Opens the confirmation of a plan that re-invites the people of these deletes.
///
/// If there is no one to re-invite, the user is notified of the reason.
pub(crate) fn confirm_reinvite(cx: &mut Context<'_>, entry: &JournalEntry, chosen: &[usize]) {
    let mut builder = ReinviteBuilder::new(cx);
    for (step, progress) in steps_with_progress(entry)
        .enumerate()
        .filter(|(index, _)| chosen.contains(index))
        .map(|(_, pair)| pair)
    {
        match deleted_invite(step, progress) {
            Ok(invite) => builder.add(cx, invite, false),
            Err(reason) => builder.skip(reason),
        }
    }
    let sent = chosen
        .iter()
        .filter_map(|index| entry.progress.get(*index))
        .any(|progress| progress.created.is_some());
    let suffix = if sent { format!(" {SENT_EMAIL_TEXT}") } else { String::new() };
    let created_at = cx.time(entry.plan.created_at, "%-d %b %Y %H:%M");
    let source = format!("the plan of {created_at}");
    builder.propose(cx, &source, &format!("Deleted by the plan of {created_at}. "), &suffix);
}

/// Returns the invite that a step deleted, or why there is none, as words that follow a number.
fn deleted_invite<'a>(step: &'a Step, progress: &Progress) -> Result<&'a Invite, &'static str> {
    let Step::Delete { invite } = step else {
        return Err(match (step, &progress.created) {
            _ if step.is_half_done(progress) => "not re-invited yet by that plan, which can be resumed",
            (_, None) => "not deleted by it",
            (Step::Create { .. }, _) => "created, not deleted",
            _ => "replaced by a new invite",
        });
    };
    match progress.outcome {
        Some(Outcome::Done) => Ok(invite),
        Some(Outcome::AlreadyGone) => Err("already gone (accepted or deleted elsewhere)"),
        Some(Outcome::Unknown) => Err("with unknown outcome"),
        _ => Err("not deleted by it"),
    }
}
