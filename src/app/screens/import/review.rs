//! The second step: what is known of each entry before any call, and what a person says about it: corrected in place,
//! taken as it is, or left out.

use std::sync::Arc;

use crate::app::effect::Effect;
use crate::app::screens::import::{Import, Place, many_mut, message, recheck, suggestions};
use crate::app::screens::pager::Pager;
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::domain::list::checking::Judged;
use crate::domain::recipient;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;
use crate::ui::text_field::TextField;

pub(crate) fn act(state: &mut App, action: Action) -> Vec<Effect> {
    let page = state.model.metrics.text_height.saturating_sub(1).max(1);
    let Some(many) = many_mut(state) else { return Vec::new() };
    let at = many.lines.cursor;
    many.said = None;
    let helps = matches!(action, Action::EmailColumn | Action::Previous | Action::Help | Action::Back);
    if many.sheet.hold.is_some() && !helps {
        return Vec::new();
    }
    match action {
        Action::Down => go_to(state, at + 1),
        Action::Up => go_to(state, at.saturating_sub(1)),
        Action::First => go_to(state, 0),
        Action::Last => go_to(state, usize::MAX),
        Action::PageDown => go_to(state, at + page),
        Action::PageUp => go_to(state, at.saturating_sub(page)),
        Action::NextDoubtful => next_doubtful(state),
        Action::Edit => edit(many),
        Action::EmailColumn => return recheck::with_next_column(state),
        Action::TakeSuggestions => suggestions::open(many),
        Action::Insist => return insist(state),
        Action::InsistAll => return insist_all(state),
        Action::LeaveOut => return leave_out(state),
        Action::Accept | Action::Send => message::open(state),
        Action::Previous => many.place = Place::Source,
        Action::Help => state.screens.push(Overlay::Pager(Pager::help(KeyContext::Many))),
        Action::Back => crate::app::screens::import::leave(state),
        _ => {}
    }
    Vec::new()
}

pub(crate) fn go_to(state: &mut App, to: usize) {
    let height = state.model.metrics.text_height;
    if let Some(many) = many_mut(state) {
        many.lines.go_to(to, many.judged.len(), height);
    }
}

/// The next entry below that needs somebody, or the first one from the top.
fn next_doubtful(state: &mut App) {
    let now = state.model.server_now(state.model.now);
    let key = state.model.key(KeyContext::Many, Action::Accept);
    let Some(many) = many_mut(state) else { return };
    let (above, from) = many.judged.split_at((many.lines.cursor + 1).min(many.judged.len()));
    let needs = |judged: &Judged| judged.needs_somebody(now);
    let below = from.iter().position(needs).map(|place| place + above.len());
    match below.or_else(|| above.iter().position(needs)) {
        Some(place) => go_to(state, place),
        None => many.said = Some(format!("None of them needs anybody: {key} goes on to the message.")),
    }
}

fn edit(many: &mut Import) {
    if let Some(entry) = many.sheet.entries.get(many.lines.cursor) {
        many.correcting = Some(TextField::new(&entry.email));
        many.place = Place::Correcting;
    }
}

/// While an address is being corrected.
pub(crate) fn correct(state: &mut App, action: Action) -> Vec<Effect> {
    let Some(many) = many_mut(state) else { return Vec::new() };
    match action {
        Action::Next => {
            let suggestion = many.judged.get(many.lines.cursor).and_then(Judged::suggestion);
            if let Some(suggestion) = suggestion {
                many.correcting = Some(TextField::new(suggestion));
            }
        }
        Action::Accept | Action::Send => return corrected(state),
        Action::Back => (many.correcting, many.place) = (None, Place::Verdicts),
        _ => {}
    }
    Vec::new()
}

fn corrected(state: &mut App) -> Vec<Effect> {
    let Some(many) = many_mut(state) else { return Vec::new() };
    many.place = Place::Verdicts;
    let Some(field) = many.correcting.take() else { return Vec::new() };
    let at = many.lines.cursor;
    let Some(entry) = Arc::make_mut(&mut many.sheet).entries.get_mut(at) else { return Vec::new() };
    let typed = field.text().trim();
    let email = recipient::parse(typed).map_or_else(|_| typed.to_owned(), |found| found.email);
    if entry.email != email || entry.doubt.is_some() {
        entry.correct(&email);
    }
    many.left_out.remove(&at);
    many.changed(at);
    recheck::again(state)
}

/// Takes an entry as it is, or takes that back.
fn insist(state: &mut App) -> Vec<Effect> {
    let now = state.model.server_now(state.model.now);
    let Some(many) = many_mut(state) else { return Vec::new() };
    let at = many.lines.cursor;
    let Some(judged) = many.judged.get(at) else { return Vec::new() };
    let insisted = many.sheet.entries.get(at).is_some_and(|entry| entry.as_it_is);
    if !insisted && !judged.can_be_insisted_on(now) {
        many.said = Some(match judged {
            Judged::Looking => "It is being looked at. Try again in a moment.".into(),
            _ if judged.is_good() => "It goes into the plan already.".into(),
            _ => format!("It cannot be sent as it is: {}.", judged.words(now)),
        });
        return Vec::new();
    }
    if let Some(entry) = Arc::make_mut(&mut many.sheet).entries.get_mut(at) {
        entry.as_it_is = !insisted;
    }
    many.changed(at);
    recheck::again(state)
}

/// Takes all that were sent before and have expired since.
fn insist_all(state: &mut App) -> Vec<Effect> {
    let now = state.model.server_now(state.model.now);
    let Some(many) = many_mut(state) else { return Vec::new() };
    let expired = |(at, judged): (usize, &Judged)| judged.has_expired(now).then_some(at);
    let expired: Vec<usize> = many.judged.iter().enumerate().filter_map(expired).collect();
    if expired.is_empty() {
        many.said = Some("None of them was sent before and has expired since.".to_owned());
        return Vec::new();
    }
    let sheet = Arc::make_mut(&mut many.sheet);
    for at in &expired {
        if let Some(entry) = sheet.entries.get_mut(*at) {
            entry.as_it_is = true;
        }
    }
    expired.iter().for_each(|at| many.changed(*at));
    recheck::again(state)
}

/// Leaves an entry out, or takes it in again.
fn leave_out(state: &mut App) -> Vec<Effect> {
    let Some(many) = many_mut(state) else { return Vec::new() };
    let at = many.lines.cursor;
    if at >= many.judged.len() {
        return Vec::new();
    }
    if !many.left_out.remove(&at) {
        many.left_out.insert(at);
    }
    many.changed(at);
    recheck::again(state)
}
