//! Inviting somebody again with the message of an invite that is dead: what can be sent, what is left out and why, and
//! the question about the plan. Whose invites these are is chosen elsewhere.

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

/// Invites that are to be sent again, gathered one by one.
#[derive(Debug, Default)]
pub(crate) struct ReinviteBuilder {
    steps: Vec<Step>,
    skipped: Vec<(&'static str, usize)>,
    emails: HashSet<String>,
    emails_in_flight: HashSet<String>,
}

impl ReinviteBuilder {
    /// None yet.
    pub(crate) fn new(model: &Model) -> ReinviteBuilder {
        ReinviteBuilder { emails_in_flight: model.plans.emails_in_flight(), ..ReinviteBuilder::default() }
    }

    /// Takes one. One that the list still shows is replaced by the new one; others are created anew.
    pub(crate) fn add(&mut self, model: &Model, invite: &Invite, is_listed: bool) {
        match self.build_step(model, invite, is_listed) {
            Ok(step) => {
                self.emails.insert(normalize(step.email()));
                self.steps.push(step);
            }
            Err(why) => self.skip(why),
        }
    }

    /// Leaves one out, for a reason in words that follow a number.
    pub(crate) fn skip(&mut self, why: &'static str) {
        match self.skipped.iter_mut().find(|(other, _)| *other == why) {
            Some((_, n)) => *n += 1,
            None => self.skipped.push((why, 1)),
        }
    }

    /// Asks about the plan, or says why there is nothing to ask. `what` names them in the sentence about nothing;
    /// `head` is said in front of what it means; `mailed` behind what was left out.
    pub(crate) fn propose(self, cx: &mut Context<'_>, what: &str, head: &str, mailed: &str) {
        let left: Vec<String> = self.skipped.iter().map(|(why, n)| format!("{n} {why}")).collect();
        let left = left.join(", ");
        if self.steps.is_empty() {
            return cx.info(format!("Nothing of {what}: {left}.{mailed}"));
        }
        let listed = self.steps.iter().filter(|step| step.target().is_some()).count();
        let mut note = format!("{head}{}", impact_text(self.steps.len(), listed));
        if !left.is_empty() {
            note.push_str(&format!(" Left out: {left}.{mailed}"));
        }
        if !cx.invites.is_complete() {
            note.push_str(
                " The list is not complete: an address may be pending again without being known here.",
            );
        }
        plans::propose_ordered(cx, self.steps, ProposalDetails { note, ..ProposalDetails::default() });
    }

    fn build_step(&self, model: &Model, invite: &Invite, is_listed: bool) -> Result<Step, &'static str> {
        let draft = Draft { email: invite.email.clone(), message: invite.message.clone() };
        match draft.error() {
            Some(DraftError::NoEmail) => return Err("without an address"),
            Some(DraftError::NotAnEmail(_)) => return Err("with an email that is not one"),
            Some(DraftError::EmailTooLong(_)) => return Err("with an address that is too long to be sent"),
            Some(DraftError::MessageTooLong(_)) => {
                return Err("with a message that is too long to be sent again");
            }
            None => {}
        }
        let is_itself = |identity| is_listed && identity == invite.identity;
        if model.invites.shown.by_email(&draft.email).any(|row| !is_itself(row.identity())) {
            return Err("pending again");
        }
        if self.emails_in_flight.contains(&normalize(&draft.email)) {
            return Err("in another plan that is not over");
        }
        if self.emails.contains(&normalize(&draft.email)) {
            return Err("to an address that is there already");
        }
        let planner = model.invites.planner();
        Ok(planner.record_versions(match is_listed {
            true => Step::Resend { invite: invite.clone(), known_versions: None },
            false => Step::Create { draft, known_versions: None },
        }))
    }
}

/// What so many new invites mean, of which some take the place of dead ones that the list still shows.
fn impact_text(invites: usize, listed: usize) -> String {
    let words = match invites {
        1 => "This is a new invite, with a new e-mail and a new expiry; the old link stays dead.".to_owned(),
        n => format!(
            "These are {}, with {n} new e-mails and new expiries; the old links stay dead.",
            format_plural(n, "new invite")
        ),
    };
    let removed = match (invites, listed) {
        (_, 0) => return words,
        (1, _) => "the expired one: it is removed when the new one is there".to_owned(),
        (_, 1) => "1 of the expired ones: it is removed when the new one is there".to_owned(),
        (_, n) => format!("{n} of the expired ones: each is removed when its new one is there"),
    };
    format!("{words} The list still shows {removed}.")
}

/// So many of the newest plans are searched for one that revoked anything.
const MAX_PLANS_SEARCHED: usize = 20;
const SENT_EMAIL_TEXT: &str = "An e-mail that went out cannot be taken back; revoke the new invite instead.";

/// Takes the held plan back; without one, asks the journal for what can be restored.
pub(crate) fn undo(cx: &mut Context<'_>) {
    if let Some(held) = cx.plans.in_undo_window().map(|change| change.plan.id) {
        cx.request(ServiceRequest::UndoPlan(held));
        return;
    }
    let open = |change: &PlanRun| change.progress.steps.iter().any(|progress| progress.outcome.is_none());
    if cx.plans.running.iter().any(|change| change.plan.deletes() && open(change)) {
        let text = "Its calls are being made. When it has ended, what it revoked can be restored.";
        return cx.info(text);
    }
    cx.request_for(RequestPurpose::Undo, ServiceRequest::LoadJournal { limit: MAX_PLANS_SEARCHED });
}

/// Offers to restore what the newest plan that revoked anything has revoked.
pub(crate) fn on_journal(cx: &mut Context<'_>, entries: &[JournalEntry]) {
    let Some(at) =
        entries.iter().position(|entry| steps_with_progress(entry).any(|(step, end)| is_deleted(step, end)))
    else {
        let why = match entries.is_empty() {
            true => "nothing was changed from here",
            false => "no change is waiting, and the newest plans have left nothing to restore",
        };
        let has_sent_email =
            if entries.iter().any(has_sent_email) { format!(" {SENT_EMAIL_TEXT}") } else { String::new() };
        return cx.info(format!("There is nothing to take back: {why}.{has_sent_email}"));
    };
    if cx.ui.has_overlay || cx.ui.captures_keys {
        // Keys that are meant for what came in front meanwhile must not answer a question.
        let undo = cx.key(KeyContext::Views, Action::Undo);
        return cx.info(format!("{undo} asks again what can be restored."));
    }
    let all: Vec<usize> = (0..entries[at].plan.steps.len()).collect();
    confirm_reinvite(cx, &entries[at], &all);
}

fn steps_with_progress(entry: &JournalEntry) -> impl Iterator<Item = (&Step, &Progress)> {
    entry.plan.steps.iter().zip(&entry.progress)
}

/// Whether our own DELETE has removed it, and nothing was sent in its place.
fn is_deleted(step: &Step, progress: &Progress) -> bool {
    matches!(step, Step::Delete { .. }) && progress.outcome == Some(Outcome::Done)
}

fn has_sent_email(entry: &JournalEntry) -> bool {
    steps_with_progress(entry).any(|(step, progress)| step.sends_email() && progress.created.is_some())
}

/// Asks about a plan that invites again whom these steps have revoked, or says why there is nothing to ask.
pub(crate) fn confirm_reinvite(cx: &mut Context<'_>, entry: &JournalEntry, chosen: &[usize]) {
    let mut again = ReinviteBuilder::new(cx);
    for (step, progress) in
        steps_with_progress(entry).enumerate().filter(|(at, _)| chosen.contains(at)).map(|(_, it)| it)
    {
        match deleted_invite(step, progress) {
            Ok(invite) => again.add(cx, invite, false),
            Err(why) => again.skip(why),
        }
    }
    let sent = chosen.iter().filter_map(|at| entry.progress.get(*at)).any(|end| end.created.is_some());
    let mailed = if sent { format!(" {SENT_EMAIL_TEXT}") } else { String::new() };
    let of = cx.time(entry.plan.created_at, "%-d %b %Y %H:%M");
    let what = format!("the plan of {of} can be restored");
    again.propose(cx, &what, &format!("Revoked by the plan of {of}. "), &mailed);
}

/// The invite that a step has revoked, or why it has not, in words that follow a number.
fn deleted_invite<'a>(step: &'a Step, progress: &Progress) -> Result<&'a Invite, &'static str> {
    let Step::Delete { invite } = step else {
        return Err(match (step, &progress.created) {
            _ if step.is_half_done(progress) => "owed by that plan itself, which can go on",
            (_, None) => "not revoked by it",
            (Step::Create { .. }, _) => "sent and not revoked",
            _ => "replaced by a new invite",
        });
    };
    match progress.outcome {
        Some(Outcome::Done) => Ok(invite),
        Some(Outcome::AlreadyGone) => Err("gone before, accepted or revoked elsewhere"),
        Some(Outcome::Unknown) => Err("not revoked for certain"),
        _ => Err("not revoked by it"),
    }
}
