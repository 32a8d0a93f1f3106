//! What follows when the service task says something. Replies to what is no longer asked for are dropped and
//! counted: a late answer never overwrites a newer one.

use crate::domain::query::ARRANGED_AT_ONCE;
use crate::domain::request::{LeftOver, Page, ReadEnd};
use crate::domain::{Failure, Invite, Now, Reply, RequestId, Session};

use super::effect::Effect;
use super::list::List;
use super::plan_event;
use super::screen::{Screen, Unfinished, question};
use super::state::{State, Waiting};

pub(super) fn on_reply(state: &mut State, id: RequestId, reply: Reply, now: Now) -> Vec<Effect> {
    if is_stale(state, id, &reply) {
        state.stale_replies += 1;
        return Vec::new();
    }
    match reply {
        Reply::Session(session) => return on_session(state, session, now),
        Reply::Page(page) => return on_page(state, &page),
        Reply::ReadAgain { why } => state.list.begin_again(why),
        Reply::ReadEnded(ReadEnd::Complete) => return on_complete(state, now),
        Reply::ReadEnded(ReadEnd::Partial(failure)) => {
            state.messages.reading_error(failure.clone(), now);
            state.list.fail(failure);
            return state.arrange();
        }
        Reply::Invite(invite) => return on_invite(state, invite, now),
        Reply::Failed(failure) => return on_failed(state, id, failure, now),
        Reply::Waiting { until, why } => state.waiting = Some(Waiting { until, why }),
        Reply::WaitOver => state.waiting = None,
        Reply::AskWait { wait } => question::ask(state, question::About::Waiting(wait)),
        Reply::Plan(plan, event) => return plan_event::on_plan(state, plan, event, now),
        Reply::LeftOver(left) => on_left_over(state, left),
        Reply::JournalUnusable(failure) => {
            state.messages.error(failure.clone(), now);
            state.no_journal = Some(failure);
        }
    }
    Vec::new()
}

fn is_stale(state: &State, id: RequestId, reply: &Reply) -> bool {
    match reply {
        Reply::Page(_) | Reply::ReadAgain { .. } | Reply::ReadEnded(_) => {
            state.list.reading.as_ref().is_none_or(|reading| reading.id != id)
        }
        Reply::Invite(_) => state.looking_up != Some(id),
        _ => false,
    }
}

/// Another tenancy's token was put in the place of ours: nothing of the old list may be shown under it.
fn on_session(state: &mut State, session: Session, now: Now) -> Vec<Effect> {
    let other_tenancy =
        state.session.as_ref().is_some_and(|known| known.key != session.key && known.claims.tenant.is_some());
    for warning in &session.warnings {
        if !state.session.as_ref().is_some_and(|known| known.warnings.contains(warning)) {
            state.messages.note(warning.clone(), now);
        }
    }
    state.session = Some(session);
    if !other_tenancy {
        return Vec::new();
    }
    state.messages.note("The token is for another tenancy now. Its list is being read.", now);
    state.list = List::default();
    let mut effects = state.read(now);
    effects.extend(state.arrange());
    effects
}

fn on_page(state: &mut State, page: &Page) -> Vec<Effect> {
    state.list.take(&page.rows, page.total);
    if state.list.streams() { state.arrange_after_arrival() } else { Vec::new() }
}

fn on_complete(state: &mut State, now: Now) -> Vec<Effect> {
    state.messages.reading_works();
    match &state.list.incoming {
        Some(incoming) if incoming.len() > ARRANGED_AT_ONCE => state.arrange_elsewhere(Some(now.wall)),
        _ => {
            state.list.complete(now.wall);
            state.arrange_after_arrival()
        }
    }
}

fn on_invite(state: &mut State, invite: Invite, now: Now) -> Vec<Effect> {
    state.looking_up = None;
    let changed = state.list.shown.invite(&invite.identity).as_ref() != Some(&invite);
    state.looked_up = Some((invite.clone(), now.wall));
    if !changed {
        return Vec::new();
    }
    state.messages.note("This invite has changed since the list was read; here it is as it is now.", now);
    state.list.insert(&invite);
    state.arrange()
}

fn on_failed(state: &mut State, id: RequestId, failure: Failure, now: Now) -> Vec<Effect> {
    if state.looking_up != Some(id) {
        state.messages.error(failure, now);
        return Vec::new();
    }
    state.looking_up = None;
    let gone = state.table.selected.clone().filter(|_| failure.status() == Some(404));
    let Some(identity) = gone else {
        state.messages.error(failure, now);
        return Vec::new();
    };
    state.screens.retain(|screen| !matches!(screen, Screen::Detail(_)));
    state.messages.note("This invite is gone: it was accepted, or it expired, or somebody revoked it.", now);
    state.remove(&identity);
    Vec::new()
}

fn on_left_over(state: &mut State, left: Vec<LeftOver>) {
    state.changes.unfinished.extend(left);
    if !state.changes.unfinished.is_empty() && state.screens.is_empty() {
        state.screens.push(Screen::Unfinished(Unfinished::default()));
    }
}
