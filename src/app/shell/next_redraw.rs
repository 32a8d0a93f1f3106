//! When the screen has to be drawn again although nothing happens: the next moment at which a visible text
//! changes. `None` when none ever does, so that an idle console never wakes up.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::domain::{Expiry, Now};

use crate::app::model::plans::next_second;
use crate::app::model::view::View;
use crate::app::ops::auto_refresh;
use crate::app::ops::reading;
use crate::app::screens::import;
use crate::app::screens::pending::forecast::holds_until;
use crate::app::screens::plans::items::{Item, is_staged, items};
use crate::app::shell::app::App;
use crate::app::shell::attention;

/// The next moment, on the monotonic clock, at which a visible text changes by itself.
pub fn deadline(state: &App, now: Now) -> Option<Duration> {
    let waiting = state.model.waiting.as_ref().and_then(|waiting| next_second(waiting.until, now.mono));
    [
        state.model.notifications.next_change(),
        state.model.plans.next_change(now.mono),
        waiting,
        filtered(state, now),
        in_words(state, now).map(|length| now.mono + length),
        forecast(state, now),
        back_from_snooze(state, now),
        auto_refresh::deadline(state),
        attention::deadline(state),
        reading::deadline(state),
        problems(state, now),
    ]
    .into_iter()
    .flatten()
    .min()
    .map(|at| at.max(now.mono))
}

/// A filter that asks for the time may let other rows through at the server's next full minute.
fn filtered(state: &App, now: Now) -> Option<Duration> {
    if !state.model.table.query.filter.asks_time() || state.model.is_arranging() {
        return None;
    }
    // A minute can begin while a key is being answered; what it lets through must not wait for the next one.
    if state.model.server_now(now) != state.model.arranged_for {
        return Some(now.mono);
    }
    let next = state.model.server_now(now).checked_add(SignedDuration::from_mins(1)).ok()?;
    let left = next.duration_since(state.model.exact_server_now(now)).unsigned_abs();
    Some(now.mono + left)
}

/// The forecast's numbers are those of a full minute: they change at the first one at which they are outdated.
fn forecast(state: &App, now: Now) -> Option<Duration> {
    full_minute(state, holds_until(state)?, now)
}

/// What was put off comes back at the first full minute at which its time has come.
fn back_from_snooze(state: &App, now: Now) -> Option<Duration> {
    if state.model.is_arranging() {
        return None;
    }
    full_minute(state, state.model.table.put_off.next_wake?, now)
}

/// So are the words about problems, where they are seen.
fn problems(state: &App, now: Now) -> Option<Duration> {
    let until = state.problems.holds_until().filter(|_| state.view == View::Problems)?;
    full_minute(state, until, now)
}

/// The first full minute of the server's at which this moment has come; at once where it is over.
fn full_minute(state: &App, until: Timestamp, now: Now) -> Option<Duration> {
    let seconds = until.as_second() + i64::from(until.subsec_nanosecond() > 0);
    let minute = Timestamp::from_second(seconds + (-seconds).rem_euclid(60)).ok()?;
    let left = minute.duration_since(state.model.exact_server_now(now));
    Some(now.mono + left.max(SignedDuration::ZERO).unsigned_abs())
}

/// How long the words about expiries hold: of the rows in the window and of the token.
fn in_words(state: &App, now: Now) -> Option<Duration> {
    let server_now = state.model.server_now(now);
    let (table, rows) = (&state.model.table, state.model.invites.shown.rows());
    let window = table.order.iter().skip(table.top).take(state.model.metrics.table_height);
    let selected = table.row();
    let in_table = window.chain(selected.as_ref()).filter_map(|row| rows.get(*row)).map(|row| row.expiry);
    // Of the other views only that of the plans shows expiries: those of the staged steps in its window.
    let expiries: Vec<Expiry> = match state.view {
        View::Pending => in_table.collect(),
        View::Plan => of_staged(state),
        View::Changes | View::Problems | View::Journal | View::Requests => Vec::new(),
    };
    let in_front = import::expiries(state);
    let kept = reading::shown_as_of(state).map(|at| Expiry(Some(at)));
    let token = state.model.session.as_ref().map(|session| Expiry(session.claims.expires));
    let holds = expiries
        .into_iter()
        .chain(in_front)
        .chain(token)
        .chain(kept)
        .filter_map(|expiry| expiry.words_change_in(server_now))
        .min()?;
    // The words are those of a full minute, and so they change at a full minute.
    let minutes = (holds - SignedDuration::from_millis(50)).as_secs_f64().max(1.0) / 60.0;
    let changes = server_now.checked_add(SignedDuration::from_secs(60 * minutes.ceil() as i64)).ok()?;
    Some(changes.duration_since(state.model.exact_server_now(now)).unsigned_abs())
}

fn of_staged(state: &App) -> Vec<Expiry> {
    let window =
        items(state).into_iter().skip(state.model.metrics.first_item).take(state.model.metrics.items);
    let staged = window.filter(|item| is_staged(state, *item));
    let invites = staged.filter_map(|item| match item {
        Item::Step(id, step) => state.model.plans.left(id)?.entry.plan.steps.get(step)?.target(),
        _ => None,
    });
    invites.map(|invite| invite.expiry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::model::options::AppOptions;
    use crate::app::model::render_metrics::RenderMetrics;
    use crate::app::msg::Msg;
    use crate::app::screens::pending::forecast::toggle;
    use crate::app::shell::app::App;
    use crate::app::update;
    use crate::domain::query::{Filter, Names};
    use crate::domain::{Identity, Invite, TenancyKey};
    use crate::keys::input::Input;

    fn at(text: &str) -> Now {
        Now { wall: text.parse().expect("a time"), mono: Duration::from_secs(1_000) }
    }

    fn showing(expiry: &str) -> App {
        let mut state = App::new(AppOptions::of(TenancyKey("x".into())));
        let identity = Identity::parse("a").expect("usable");
        let expiry = Expiry::parse(expiry);
        state.model.invites.insert(&Invite { identity, email: "a@x".into(), message: String::new(), expiry });
        state.model.table.order = vec![0];
        state.model.metrics = RenderMetrics { table_height: 10, ..RenderMetrics::default() };
        update(&mut state, Msg::Input(Input::Focus(true)), at("2024-06-03T10:31:07Z"));
        state
    }

    #[test]
    fn words_change_at_full_minutes_and_at_no_other_moment() {
        let now = at("2024-06-03T10:31:07Z");
        for expiry in ["2024-06-03T10:45:00Z", "2024-06-03T10:45:30Z", "2024-06-03T10:45:59Z"] {
            let wake = deadline(&showing(expiry), now).expect("the words change");
            assert_eq!(wake, Duration::from_secs(1_000 + 53), "{expiry}");
        }
        let hours = deadline(&showing("2024-06-03T15:45:30Z"), now).expect("the words change");
        assert_eq!(hours, Duration::from_secs(1_000 + 53 + 14 * 60), "five hours hold until 10:46");
    }

    #[test]
    fn a_filter_that_asks_for_the_time_is_asked_again_each_minute() {
        let now = at("2024-06-03T10:31:07Z");
        for (filter, wake) in [("exp<48h", Some(Duration::from_secs(1_000 + 53))), ("a@x", None)] {
            let mut state = showing("unreadable");
            state.model.table.query.filter = Filter::parse(filter, &Names::default()).expect("good");
            state.arrange();
            assert_eq!(deadline(&state, now), wake, "{filter}");
        }
    }

    #[test]
    fn the_forecast_wakes_when_a_number_changes() {
        let now = at("2024-06-03T10:31:07Z");
        let mut state = showing("2024-06-03T15:45:30Z");
        // Out of the window, so that only the forecast knows of it.
        state.model.table.order.clear();
        assert_eq!(deadline(&state, now), None);
        toggle(&mut state);
        let full_minute = Duration::from_secs(1_000 + 53 + (5 * 60 + 14) * 60);
        assert_eq!(
            deadline(&state, now),
            Some(full_minute),
            "15:46:00, when its row says that it is expired"
        );
        let mut state = showing("unreadable");
        toggle(&mut state);
        let midnight = Duration::from_secs(1_000 + 53 + (13 * 60 + 28) * 60);
        assert_eq!(deadline(&state, now), Some(midnight), "then it is another day");
    }

    #[test]
    fn what_never_changes_never_wakes_anybody() {
        assert_eq!(deadline(&showing("unreadable"), at("2024-06-03T10:31:07Z")), None);
    }
}
