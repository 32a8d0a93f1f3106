//! What follows when the service task says something. Replies to what is no longer asked for are dropped and
//! counted: a late answer never overwrites a newer one.

use crate::domain::plan::PlanState;
use crate::domain::request::{LeftOver, Page, PlanEvent, ReadEnd, unreadable_warning};
use crate::domain::text::plural;
use crate::domain::{Failure, Invite, Now, PlanId, Reply, Request, RequestId, Session};

use crate::app::effect::Effect;
use crate::app::model::invites::{Ending, InviteList};
use crate::app::model::key_labels;
use crate::app::model::latency::Waiting;
use crate::app::model::view::View;
use crate::app::ops::access;
use crate::app::ops::annotations;
use crate::app::ops::auto_refresh;
use crate::app::ops::mark_matching;
use crate::app::ops::plan_events;
use crate::app::ops::reading;
use crate::app::ops::table_prefs;
use crate::app::ops::token;
use crate::app::screens::prompt;
use crate::app::screens::prompt::PromptKind;
use crate::app::screens::{changes, import, journal, problems, triage};
use crate::app::shell::app::App;
use crate::app::shell::attention;
use crate::app::shell::dispatch;
use crate::app::shell::stack::Overlay;

pub(crate) fn on_reply(state: &mut App, id: RequestId, mut reply: Reply, now: Now) -> Vec<Effect> {
    key_labels::put_right(&state.model, &mut reply);
    if is_stale(state, id, &reply) {
        state.model.stale_replies += 1;
        state.journal.forget_void(id);
        state.looking_up.retain(|(other, _)| *other != id);
        return Vec::new();
    }
    match reply {
        Reply::Session(session) => return on_session(state, session, now),
        Reply::Page(page) => {
            token::works(state);
            return on_page(state, &page);
        }
        Reply::ReadAgain { why } => state.model.invites.begin_again(why),
        Reply::ReadEnded(ReadEnd::Complete) => return on_complete(state, id, now),
        Reply::ReadEnded(ReadEnd::Partial(mut failure)) => {
            access::note(state, &mut failure);
            if !auto_refresh::failed(state, id) {
                state.model.notifications.reading_error(failure.clone(), now);
            }
            let mut effects = state.end_reading(Ending::Part(failure));
            effects.extend(reading::ask(state));
            return effects;
        }
        Reply::Invite(invite) => return on_invite(state, invite, now),
        Reply::Failed(failure) => return on_failed(state, id, failure, now),
        Reply::Waiting { until, why } => {
            state.model.latency.wait(until.saturating_sub(now.mono));
            state.model.waiting = Some(Waiting { until, why });
        }
        Reply::WaitOver => {
            state.model.waiting = None;
            prompt::no_wait(state);
        }
        Reply::AskWait { wait } => prompt::ask_wait(state, wait),
        Reply::Plan(plan, event) => return on_plan(state, plan, event, now),
        Reply::Unfinished(unfinished) => state.model.plans.announced = Some(unfinished),
        Reply::LeftOver(left) => {
            state.model.plans.announced = None;
            return on_left_over(state, left);
        }
        Reply::Walk(walk) => triage::found(state, *walk),
        Reply::View(view) => return table_prefs::found(state, view),
        Reply::Members(members) => {
            let mut effects = changes::members_told(state, members);
            // One after the other: neither is in a hurry.
            effects.push(state.ask(Request::Caps).1);
            return effects;
        }
        Reply::Compared(compared) => changes::heard(state, compared),
        Reply::Kept(kept) => return reading::found(state, kept, now),
        Reply::CacheTrouble(sentence) => state.model.notifications.note(sentence, now),
        Reply::Caps(caps) => state.model.caps = caps,
        Reply::Remarks(remarks) => return annotations::arrived(state, id, remarks, now),
        Reply::Journal(entries) if import::awaits(state, id) => {
            return import::journal_arrived(state, &entries);
        }
        Reply::Journal(entries) => journal::arrived(state, id, entries, now),
        Reply::Called(record) => {
            state.model.latency.note(record.took);
            state.model.request_log.note(record);
        }
        Reply::JournalUnusable(failure) => {
            state.model.notifications.error(failure.clone(), now);
            state.model.no_journal = Some(failure);
        }
    }
    Vec::new()
}

/// The list was read to its end: what follows from that, and what is asked for after it.
fn on_complete(state: &mut App, id: RequestId, now: Now) -> Vec<Effect> {
    token::works(state);
    state.model.notifications.reading_works();
    // Rows that stream in are counted in the header as they come, but were not reported yet.
    let reported = if state.model.invites.streams() { 0 } else { state.model.invites.unreadable };
    auto_refresh::read_to_the_end(state, id, now);
    let mut effects = changes::listed(state, now);
    effects.extend(state.end_reading(Ending::Complete(now.wall)));
    if state.model.invites.unreadable != reported {
        let warning = unreadable_warning(state.model.invites.unreadable);
        warning.into_iter().for_each(|warning| state.model.notifications.note(warning, now));
    }
    effects.extend(table_prefs::session(state, true));
    effects.push(state.ask(Request::Members).1);
    if state.view == View::Plan {
        crate::app::ops::staging::count_news(state);
    }
    effects
}

fn on_plan(state: &mut App, plan: PlanId, event: PlanEvent, now: Now) -> Vec<Effect> {
    let ended = matches!(event, PlanEvent::Ended { .. } | PlanEvent::Paused(_) | PlanEvent::TakenBack);
    let mut effects = plan_events::on_plan(state, plan, event, now);
    if !ended {
        return effects;
    }
    effects.extend(changes::compare(state));
    if state.model.caps.is_some() {
        effects.push(state.ask(Request::Caps).1);
    }
    if state.view == View::Journal {
        effects.extend(journal::read(state));
    }
    effects
}

fn is_stale(state: &App, id: RequestId, reply: &Reply) -> bool {
    match reply {
        Reply::Page(_) | Reply::ReadAgain { .. } | Reply::ReadEnded(_) => {
            state.model.invites.reading.as_ref().is_none_or(|reading| reading.id != id)
        }
        Reply::Invite(_) => state.looking_up.last().is_none_or(|(last, _)| *last != id),
        Reply::Kept(_) => state.model.invites.asked_kept != Some(id),
        Reply::Compared(_) => !changes::awaits(state, id),
        Reply::Journal(_) => !state.journal.awaits(id) && !import::awaits(state, id),
        // What the tenancy before was asked is no answer of this one's.
        Reply::Members(_) | Reply::Caps(_) | Reply::Remarks(_) | Reply::View(_) => {
            table_prefs::is_of_the_one_before(state, id)
        }
        Reply::Failed(_) if state.journal.is_void(id) => true,
        Reply::Failed(_) => state.looking_up.iter().rev().skip(1).any(|(superseded, _)| *superseded == id),
        _ => false,
    }
}

/// Another tenancy's token was put in the place of ours: nothing of the old list may be shown under it.
fn on_session(state: &mut App, session: Session, now: Now) -> Vec<Effect> {
    let other_tenancy = state.model.session.as_ref().is_some_and(|known| {
        let has_rows = !state.model.invites.shown.is_empty() || state.model.invites.is_complete();
        known.key != session.key && (known.claims.tenant.is_some() || has_rows)
    });
    for warning in &session.warnings {
        if !state.model.session.as_ref().is_some_and(|known| known.warnings.contains(warning)) {
            state.model.notifications.note(warning.clone(), now);
        }
    }
    if state.model.session.as_ref().is_some_and(|known| known.claims != session.claims) {
        token::works(state);
    }
    state.model.session = Some(session);
    if !other_tenancy {
        return table_prefs::session(state, false);
    }
    state.model.notifications.note("The token is for another tenancy now. Its list is being read.", now);
    mark_matching::forget(state, now);
    state.model.invites = InviteList::default();
    state.model.marks.clear();
    table_prefs::forget(state);
    changes::forget(state);
    (state.model.members, state.model.caps) = (None, None);
    annotations::forget(state);
    problems::forget(state);
    let mut effects = state.read(now);
    effects.extend(table_prefs::session(state, false));
    effects.extend(state.arrange());
    effects.extend(journal::forget(state));
    effects.extend(import::forget(state));
    triage::forget(state);
    effects
}

fn on_page(state: &mut App, page: &Page) -> Vec<Effect> {
    state.model.invites.take(&page.rows, page.total, page.unreadable);
    if state.model.invites.streams() { state.arrange_after_arrival() } else { Vec::new() }
}

fn on_invite(state: &mut App, invite: Invite, now: Now) -> Vec<Effect> {
    token::works(state);
    state.looking_up.pop();
    // A row that went meanwhile does not come back: the answer may be older than its end.
    let Some(known) = state.model.invites.shown.invite(&invite.identity) else { return Vec::new() };
    state.model.looked_up = Some((invite.clone(), now.wall));
    if known == invite {
        return Vec::new();
    }
    state
        .model
        .notifications
        .note("This invite has changed since the list was read; here it is as it is now.", now);
    state.model.invites.insert(&invite);
    state.arrange()
}

fn on_failed(state: &mut App, id: RequestId, failure: Failure, now: Now) -> Vec<Effect> {
    if import::awaits(state, id) {
        return import::journal_failed(state, &failure);
    }
    let Some(failure) = annotations::failed(state, id, failure, now) else { return Vec::new() };
    state.model.plans.not_staged(id);
    let Some(mut failure) = journal::failed(state, id, failure, now) else { return Vec::new() };
    access::note(state, &mut failure);
    let looked_up = state.looking_up.pop_if(|(last, _)| *last == id);
    let Some((_, identity)) = looked_up.filter(|_| failure.status() == Some(404)) else {
        state.model.notifications.error(failure, now);
        return Vec::new();
    };
    // The person may have gone on to another row: it is the one that was asked for that is gone.
    if state.model.table.selected.as_ref() == Some(&identity) {
        state.screens.retain(|screen| !matches!(screen, Overlay::Detail(_)));
    }
    state
        .model
        .notifications
        .note("This invite is gone: it was accepted, or it expired, or somebody revoked it.", now);
    state.remove(&identity);
    Vec::new()
}

/// What an earlier run left over is offered where it can go on; what only became known is shown, and what was
/// only staged is said: nothing of it was begun.
fn on_left_over(state: &mut App, left: Vec<LeftOver>) -> Vec<Effect> {
    if left.is_empty() {
        return Vec::new();
    }
    for left in left {
        let steps = left.entry.plan.steps.iter().zip(&left.entry.progress);
        for (step, _) in steps.filter(|(_, progress)| progress.created.is_some()) {
            // It was sent after all: its draft is none that waits to be sent.
            state.model.drafts.retain(|draft| Some(draft) != step.draft().as_ref());
        }
        // One that was paused by us meanwhile is there already; what looking found out is newer.
        state.model.plans.leave_over(left);
    }
    let stopped: Vec<PlanId> = state.model.plans.stopped().map(|left| left.entry.plan.id).collect();
    let ended = state.model.plans.unfinished.iter().any(|left| left.entry.state == PlanState::Finished);
    let staged = state.model.plans.staged_steps();
    match stopped.as_slice() {
        [] if ended && state.screens.is_empty() && attention::is_quiet(state) => {
            return dispatch::go(state, View::Plan);
        }
        [] if ended => {
            let plans = state.model.view_name(View::Plan);
            let words = format!("An earlier run has left something open; {plans} shows what became of it.");
            state.model.notifications.note(words, state.model.now);
        }
        [] if staged > 0 => {
            let (steps, plans) = (plural(staged, "staged step"), state.model.view_name(View::Plan));
            let words = format!("{steps} left from before, not sent: {plans} shows which.");
            state.model.notifications.note(words, state.model.now);
        }
        [] => {}
        [one] => prompt::ask_by_itself(state, PromptKind::LeftOver(Some(*one))),
        _ => prompt::ask_by_itself(state, PromptKind::LeftOver(None)),
    }
    Vec::new()
}

#[cfg(test)]
mod tests;
