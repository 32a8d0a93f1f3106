//! When the screen has to be drawn again although nothing happens: the next moment at which a visible text
//! changes. `None` when none ever does, so that an idle console never wakes up.

use std::time::Duration;

use jiff::SignedDuration;

use crate::domain::{Expiry, Now};

use super::changes::next_second;
use super::state::State;

/// The next moment, on the monotonic clock, at which a visible text changes by itself.
pub fn deadline(state: &State, now: Now) -> Option<Duration> {
    let waiting = state.waiting.as_ref().and_then(|waiting| next_second(waiting.until, now.mono));
    [
        state.messages.next_change(),
        state.changes.next_change(now.mono),
        waiting,
        in_words(state, now).map(|length| now.mono + length),
    ]
    .into_iter()
    .flatten()
    .min()
    .map(|at| at.max(now.mono))
}

/// How long the words about expiries hold: of the rows in the window and of the token.
fn in_words(state: &State, now: Now) -> Option<Duration> {
    let server_now = state.server_now(now);
    let (table, rows) = (&state.table, state.list.shown.rows());
    let window = table.order.iter().skip(table.top).take(state.drawn.table_height);
    let selected = table.row();
    let expiries = window.chain(selected.as_ref()).filter_map(|row| rows.get(*row)).map(|row| row.expiry);
    let token = state.session.as_ref().map(|session| Expiry(session.claims.expires));
    expiries
        .chain(token)
        .filter_map(|expiry| expiry.words_change_in(server_now))
        .min()
        .filter(SignedDuration::is_positive)
        .map(SignedDuration::unsigned_abs)
}
