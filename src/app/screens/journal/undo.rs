//! Undo: what waits out its hold is taken back; afterwards whom a plan has revoked for certain can be invited again,
//! by a plan like any other, which is asked about. What cannot be undone is said, and why.

use std::collections::HashSet;

use crate::domain::email::folded;
use crate::domain::journal::JournalEntry;
use crate::domain::plan::Progress;
use crate::domain::{Invite, Now, Outcome, Request, Step};

use crate::app::effect::Effect;
use crate::app::model::plan_run::PlanRun;
use crate::app::ops::reinvite::Again;
use crate::app::screens::journal::Level;
use crate::app::screens::journal::labels::when;
use crate::app::screens::journal::loading::{What, ask};
use crate::app::shell::app::App;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

/// So many of the newest plans are searched for one that revoked anything.
const LOOKED_THROUGH: usize = 20;
const MAILED: &str = "An e-mail that went out cannot be taken back; revoke the new invite instead.";

/// Takes the held plan back; without one, asks the journal for what can be restored.
pub(crate) fn undo(state: &mut App, now: Now) -> Vec<Effect> {
    if let Some(held) = state.model.plans.held().map(|change| change.plan.id) {
        return vec![state.ask(Request::TakeBack(held)).1];
    }
    let open = |change: &PlanRun| change.progress.steps.iter().any(|progress| progress.outcome.is_none());
    if state.model.plans.under_way.iter().any(|change| change.plan.deletes() && open(change)) {
        let words = "Its calls are being made. When it has ended, what it revoked can be restored.";
        state.model.notifications.note(words, now);
        return Vec::new();
    }
    if refused(state, now) { Vec::new() } else { ask(state, What::Undo, LOOKED_THROUGH) }
}

/// Offers to restore what is selected in the journal: a plan, or one step.
pub(crate) fn selected(state: &mut App, now: Now) {
    let view = &state.journal;
    let Some(entry) = view.entry().cloned() else {
        return state
            .model
            .notifications
            .note("There is no plan here of which anything could be restored.", now);
    };
    let steps = match view.level {
        Level::Plans => (0..entry.plan.steps.len()).collect(),
        Level::Steps | Level::Step => vec![view.steps.cursor],
    };
    if !refused(state, now) {
        offer(state, &entry, &steps, now);
    }
}

/// Offers to restore what the newest plan that revoked anything has revoked.
pub(crate) fn newest(state: &mut App, entries: &[JournalEntry], now: Now) {
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
        return state.model.notifications.note(words, now);
    };
    if state.screens.iter().any(|screen| !screen.is_beside_table()) {
        // Keys that are meant for what came in front meanwhile must not answer a question.
        let undo = state.model.key(KeyContext::Views, Action::Undo);
        return state.model.notifications.note(format!("{undo} asks again what can be restored."), now);
    }
    let all: Vec<usize> = (0..entries[at].plan.steps.len()).collect();
    offer(state, &entries[at], &all, now);
}

/// Whether nothing may be changed; then it is said why.
pub(crate) fn refused(state: &mut App, now: Now) -> bool {
    if let Some(words) = state.model.wrong_tenancy_text() {
        state.model.notifications.note(words, now);
    } else if let Some(why) = &state.model.read_only {
        let key = state.model.read_only_key();
        let words =
            format!("Nothing is restored: this console is read-only, because {why}. {key} allows changes.");
        state.model.notifications.note(words, now);
    } else if let Some(failure) = state.model.no_journal.clone() {
        state.model.notifications.error(failure, now);
    } else {
        return false;
    }
    true
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
fn offer(state: &mut App, entry: &JournalEntry, chosen: &[usize], now: Now) {
    let mut again = Again::new(state);
    for (step, progress) in steps(entry).enumerate().filter(|(at, _)| chosen.contains(at)).map(|(_, it)| it) {
        match revoked_invite(step, progress) {
            Ok(invite) => again.take(state, invite, false),
            Err(why) => again.leave_out(why),
        }
    }
    let sent = chosen.iter().filter_map(|at| entry.progress.get(*at)).any(|end| end.created.is_some());
    let mailed = if sent { format!(" {MAILED}") } else { String::new() };
    let of = when(state, entry.plan.made, "%-d %b %Y %H:%M");
    let what = format!("the plan of {of} can be restored");
    again.ask(state, &what, &format!("Revoked by the plan of {of}. "), &mailed, now);
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

/// The addresses to which a plan sends or still could send: from two plans somebody would be mailed twice.
pub(crate) fn being_sent(state: &App) -> HashSet<String> {
    let changes = &state.model.plans;
    let under_way = changes.under_way.iter().map(|change| (&change.plan, &change.progress.steps));
    let left = changes.unfinished.iter().map(|left| (&left.entry.plan, &left.entry.progress));
    let known = under_way
        .chain(left)
        .flat_map(|(plan, progress)| plan.steps.iter().zip(progress))
        .filter(|(step, progress)| step.may_still_mail(progress))
        .map(|(step, _)| step);
    let staging = changes.staging.iter().flat_map(|staging| &staging.plan.steps);
    known.chain(staging).filter(|step| step.mails()).map(|step| folded(step.email())).collect()
}
