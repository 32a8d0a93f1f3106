//! Undoes the plan in its undo window, else the last note or snooze. If there is neither, offers to re-invite
//! the people of the newest deletes.

use crate::app::model::plans::PlanRun;
use crate::app::ops::annotations;
use crate::app::ops::reinvite::ReinviteBuilder;
use crate::app::{Context, RequestPurpose};
use crate::domain::journal::JournalEntry;
use crate::domain::plan::Progress;
use crate::domain::{Invite, Outcome, ServiceRequest, Step};
use crate::keys::{Action, KeyContext};

/// Number of recent plans that are searched for deleted invites.
const MAX_PLANS_SEARCHED: usize = 20;
const SENT_EMAIL_TEXT: &str = "Sent emails cannot be undone; delete the new invite instead.";

/// Undoes the plan in its undo window, else a note or snooze, else offers to re-invite.
pub(crate) fn undo(cx: &mut Context<'_>) {
    if let Some(id) = cx.plans.plan_in_undo_window().map(|run| run.plan.id) {
        cx.request(ServiceRequest::UndoPlan(id));
        return;
    }
    if annotations::undo(cx) {
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
    let Some(index) = entries.iter().position(has_deleted) else {
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

/// True if a plan deleted invites whose people can be re-invited.
pub(crate) fn has_deleted(entry: &JournalEntry) -> bool {
    entry.steps_with_progress().any(|(step, progress)| is_deleted(step, progress))
}

/// True if a delete step removed the invite and did not replace it.
fn is_deleted(step: &Step, progress: &Progress) -> bool {
    matches!(step, Step::Delete { .. }) && progress.outcome == Some(Outcome::Done)
}

fn has_sent_email(entry: &JournalEntry) -> bool {
    entry.steps_with_progress().any(|(step, progress)| step.sends_email() && progress.created.is_some())
}

/// Opens the confirmation of a plan that re-invites the people of these deletes.
///
/// If there is no one to re-invite, the user is notified of the reason.
pub(crate) fn confirm_reinvite(cx: &mut Context<'_>, entry: &JournalEntry, chosen: &[usize]) {
    let mut builder = ReinviteBuilder::new(cx);
    let mut has_sent_email = false;
    for (index, (step, progress)) in entry.steps_with_progress().enumerate() {
        if !chosen.contains(&index) {
            continue;
        }
        has_sent_email |= progress.created.is_some();
        match deleted_invite(step, progress) {
            Ok(invite) => builder.add(cx, invite, false),
            Err(reason) => builder.skip(reason),
        }
    }
    let suffix = if has_sent_email { format!(" {SENT_EMAIL_TEXT}") } else { String::new() };
    let created_at = cx.time(entry.plan.created_at, "%-d %b %Y %H:%M");
    let source = format!("the plan of {created_at}");
    builder.propose(cx, &source, &format!("Deleted by the plan of {created_at}. "), &suffix);
}

/// Returns the invite that a step deleted, or a reason for [`ReinviteBuilder::skip`].
fn deleted_invite<'a>(step: &'a Step, progress: &Progress) -> Result<&'a Invite, &'static str> {
    let Step::Delete { invite } = step else {
        return Err(match (step, &progress.created) {
            _ if step.is_half_done(progress) => "not re-invited yet by that plan, which can be resumed",
            (_, None) => "not deleted by that plan",
            (Step::Create { .. }, _) => "created, not deleted",
            _ => "replaced by a new invite",
        });
    };
    match progress.outcome {
        Some(Outcome::Done) => Ok(invite),
        Some(Outcome::AlreadyGone) => Err("already gone (accepted or deleted elsewhere)"),
        Some(Outcome::Unknown) => Err("with unknown outcome"),
        _ => Err("not deleted by that plan"),
    }
}
