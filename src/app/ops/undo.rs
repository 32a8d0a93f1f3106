//! Undo: what waits out its hold is taken back; afterwards whom a plan has revoked for certain can be invited again,
//! by a plan like any other, which is asked about. What cannot be undone is said, and why.

use crate::app::model::in_flight::RequestPurpose;
use crate::app::model::plans::PlanRun;
use crate::app::ops::access;
use crate::app::ops::context::Context;
use crate::app::ops::reinvite::Reinvite;
use crate::domain::journal::JournalEntry;
use crate::domain::plan::Progress;
use crate::domain::{Invite, Outcome, Request, Step};
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

/// So many of the newest plans are searched for one that revoked anything.
const LOOKED_THROUGH: usize = 20;
const MAILED: &str = "An e-mail that went out cannot be taken back; revoke the new invite instead.";

/// Takes the held plan back; without one, asks the journal for what can be restored.
pub(crate) fn undo(cx: &mut Context<'_>) {
    if let Some(held) = cx.plans.held().map(|change| change.plan.id) {
        cx.ask(Request::TakeBack(held));
        return;
    }
    let open = |change: &PlanRun| change.progress.steps.iter().any(|progress| progress.outcome.is_none());
    if cx.plans.under_way.iter().any(|change| change.plan.deletes() && open(change)) {
        let text = "Its calls are being made. When it has ended, what it revoked can be restored.";
        return cx.note(text);
    }
    if access::may_change(cx) {
        cx.ask_for(RequestPurpose::Undo, Request::Journal { limit: LOOKED_THROUGH });
    }
}

/// Offers to restore what the newest plan that revoked anything has revoked.
pub(crate) fn newest(cx: &mut Context<'_>, entries: &[JournalEntry]) {
    let Some(at) = entries.iter().position(|entry| steps(entry).any(|(step, end)| revoked(step, end))) else {
        let mut words =
            "There is nothing to take back: no change is waiting, and the newest plans have left \
                         nothing to restore."
                .to_owned();
        if entries.is_empty() {
            words = "There is nothing to take back: nothing was changed from here.".to_owned();
        }
        if entries.iter().any(mailed) {
            words = format!("{words} {MAILED}");
        }
        return cx.note(words);
    };
    if cx.place.overlay || cx.place.occupied {
        // Keys that are meant for what came in front meanwhile must not answer a question.
        let undo = cx.key(KeyContext::Views, Action::Undo);
        return cx.note(format!("{undo} asks again what can be restored."));
    }
    let all: Vec<usize> = (0..entries[at].plan.steps.len()).collect();
    offer(cx, &entries[at], &all);
}

fn steps(entry: &JournalEntry) -> impl Iterator<Item = (&Step, &Progress)> {
    entry.plan.steps.iter().zip(&entry.progress)
}

/// Whether our own DELETE has removed it, and nothing was sent in its place.
fn revoked(step: &Step, progress: &Progress) -> bool {
    matches!(step, Step::Delete { .. }) && progress.outcome == Some(Outcome::Done)
}

fn mailed(entry: &JournalEntry) -> bool {
    steps(entry).any(|(step, progress)| step.mails() && progress.created.is_some())
}

/// Asks about a plan that invites again whom these steps have revoked, or says why there is nothing to ask.
pub(crate) fn offer(cx: &mut Context<'_>, entry: &JournalEntry, chosen: &[usize]) {
    let mut again = Reinvite::new(cx);
    for (step, progress) in steps(entry).enumerate().filter(|(at, _)| chosen.contains(at)).map(|(_, it)| it) {
        match revoked_invite(step, progress) {
            Ok(invite) => again.take(cx, invite, false),
            Err(why) => again.leave_out(why),
        }
    }
    let sent = chosen.iter().filter_map(|at| entry.progress.get(*at)).any(|end| end.created.is_some());
    let mailed = if sent { format!(" {MAILED}") } else { String::new() };
    let of = cx.time(entry.plan.made, "%-d %b %Y %H:%M");
    let what = format!("the plan of {of} can be restored");
    again.ask(cx, &what, &format!("Revoked by the plan of {of}. "), &mailed);
}

/// The invite that a step has revoked, or why it has not, in words that follow a number.
fn revoked_invite<'a>(step: &'a Step, progress: &Progress) -> Result<&'a Invite, &'static str> {
    let Step::Delete { invite } = step else {
        return Err(match (step, &progress.created) {
            _ if step.owes(progress) => "owed by that plan itself, which can go on",
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
