//! What follows when something happens. The only way in which the state changes; it waits for nothing.

use crate::domain::roster::Row;
use crate::domain::{Expiry, Now, query};

use crate::app::effect::Effect;
use crate::app::model::export;
use crate::app::msg::Msg;
use crate::app::ops::auto_refresh;
use crate::app::ops::clipboard;
use crate::app::ops::plan_events;
use crate::app::ops::reading;
use crate::app::screens::{import, invite_form, problems};
use crate::app::shell::app::App;
use crate::app::shell::attention;
use crate::app::shell::mouse;
use crate::app::shell::reply;
use crate::app::shell::stack;
use crate::app::shell::stack::Overlay;
use crate::keys::input::{Input, Key, Signal};
use crate::keys::keymap::Found;

/// Takes what has happened into the state, and says what is to be done about it.
pub fn update(state: &mut App, msg: Msg, now: Now) -> Vec<Effect> {
    state.model.now = now;
    let mut effects = match msg {
        Msg::Input(input) => on_input(state, input, false, now),
        Msg::Early(input) => on_input(state, input, true, now),
        msg => take(state, msg, now),
    };
    attention::keep_up(state);
    effects.extend(state.arrange_for_the_time());
    crate::app::screens::pending::forecast::count_for_the_time(state);
    effects.extend(import::keep_up(state));
    effects.extend(auto_refresh::keep_up(state, now));
    effects.extend(reading::keep_up(state, now));
    effects.extend(problems::keep_up(state));
    token_runs_out(state, now);
    effects
}

/// Says once of each token that it runs out soon, where nothing renews it by itself.
fn token_runs_out(state: &mut App, now: Now) {
    let server_now = state.model.server_now(now);
    let end = state.model.session.as_ref().and_then(|session| session.runs_out_soon(server_now));
    if end.is_some() && end != state.end_was_said {
        state.end_was_said = end;
        let left = Expiry(end).words(server_now);
        let place = state.model.options.token.as_deref().unwrap_or("its place");
        let words = format!(
            "The token expires in {left} and is not renewed automatically. Put a new one into {place}."
        );
        state.model.notifications.note(words, now);
    }
}

fn on_input(state: &mut App, input: Input, early: bool, now: Now) -> Vec<Effect> {
    if !attention::admits(state, &input, early, now) {
        return Vec::new();
    }
    match input {
        Input::Key(key) => on_key(state, key, now),
        Input::Paste(text) => on_paste(state, &text),
        Input::Resize { width, height } => {
            state.model.options.size = (width, height);
            if state.model.metrics.too_small { plan_events::hold_again(state) } else { Vec::new() }
        }
        Input::Wheel { down } => mouse::wheel(state, down, now),
        Input::Click { column, row } => mouse::click(state, column, row),
        Input::Focus(_) => Vec::new(),
    }
}

fn take(state: &mut App, msg: Msg, now: Now) -> Vec<Effect> {
    match msg {
        Msg::Input(_) | Msg::Early(_) => Vec::new(),
        Msg::Reply(tenancy, id, reply) => {
            if tenancy == state.model.options.tenancy {
                return reply::on_reply(state, id, reply, now);
            }
            state.model.stale_replies += 1;
            Vec::new()
        }
        Msg::Arranged { number, order } => on_arranged(state, number, order, now),
        Msg::Edited(text) => {
            if !import::edited(state, &text) {
                invite_form::edited(state, text);
            }
            let mut effects = plan_events::hold_again(state);
            effects.push(Effect::Redraw);
            effects
        }
        Msg::Copied { what, sent } => {
            clipboard::sent(state, &what, sent, now);
            Vec::new()
        }
        Msg::Exported { number, exported } => export::ended(state, number, exported, now),
        Msg::ListRead { number, read } => import::read(state, number, read),
        Msg::Judged(answer) => {
            import::found(state, answer);
            Vec::new()
        }
        Msg::ProblemsFound(found) => problems::found(state, found),
        Msg::Deadline => {
            state.model.notifications.let_go(now);
            state.model.waiting = state.model.waiting.take().filter(|waiting| waiting.until > now.mono);
            Vec::new()
        }
        Msg::Signal(Signal::Suspend) => vec![Effect::Suspend],
        Msg::Signal(Signal::Resume) => {
            let mut effects = plan_events::hold_again(state);
            effects.push(Effect::Redraw);
            effects
        }
        Msg::Signal(Signal::Interrupt | Signal::Terminate | Signal::Hangup | Signal::Fatal { .. }) => {
            vec![Effect::Quit]
        }
    }
}

/// The first request: the console begins by reading the list, or by asking which profile to open.
pub fn begin(state: &mut App, now: Now) -> Vec<Effect> {
    if state.model.options.chooses {
        crate::app::screens::switch_profile::choose(state);
        return Vec::new();
    }
    state.read(now)
}

fn on_key(state: &mut App, key: Key, now: Now) -> Vec<Effect> {
    state.typed.push(key);
    let contexts = Overlay::place(state.screens.last(), state.view).read_with();
    match state.model.options.keys.find(contexts, &state.typed) {
        Found::Begins => Vec::new(),
        Found::Action(action) => {
            state.typed.clear();
            stack::act(state, action, now)
        }
        Found::Nothing => {
            state.typed.clear();
            if import::type_key(state, key) {
                return Vec::new();
            }
            let changed = stack::field(state).is_some_and(|field| field.type_key(key));
            if changed { stack::typed(state) } else { Vec::new() }
        }
    }
}

/// Pasted text goes into the field that has the focus, and nowhere else: it never acts as keys.
fn on_paste(state: &mut App, text: &str) -> Vec<Effect> {
    if import::paste(state, text) {
        return Vec::new();
    }
    match stack::field(state) {
        Some(field) => {
            field.paste(text);
            stack::typed(state)
        }
        None => Vec::new(),
    }
}

fn on_arranged(state: &mut App, number: u64, mut order: Vec<Row>, now: Now) -> Vec<Effect> {
    if let Some(effects) = crate::app::ops::mark_matching::found(state, number, &order, now) {
        return effects;
    }
    let Some(arranging) = state.model.arranging.take_if(|arranging| arranging.number == number) else {
        state.model.stale_replies += 1;
        return Vec::new();
    };
    if let Some(ending) = arranging.swaps_in {
        state.end_list(ending);
    }
    query::without_gone(state.model.invites.shown.rows(), &mut order);
    state.take_order(order);
    if arranging.outdated { state.arrange() } else { Vec::new() }
}
