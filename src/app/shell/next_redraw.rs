//! Computes when a visible text changes next, so the screen is redrawn in time without events.
//!
//! `None` if no text changes: an idle console never wakes up.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::app::model::plans::{PlanRun, RunPhase, next_countdown_change};
use crate::app::ops::auto_refresh;
use crate::app::render::progress_line::SPINNER_INTERVAL;
use crate::app::shell::early_input;
use crate::app::{App, Model, Overlay, Screen};
use crate::domain::{Expiry, Now};

/// Returns when a visible text changes next, on the monotonic clock.
pub fn next_redraw(app: &App, now: Now) -> Option<Duration> {
    let model = &app.model;
    let wait = model.rate_limit_wait.as_ref().and_then(|wait| next_countdown_change(wait.until, now.mono));
    let next_change = visible_screens(app).filter_map(Screen::next_change_at).min();
    [
        model.notifications.next_expiry(),
        model.plans.next_undo_window_change(now.mono),
        next_spinner_frame(model, now),
        wait,
        next_filter_change(model, now),
        next_expiry_text_change(app, now),
        next_change.map(|until| to_full_minute(model, until, now)),
        next_snooze_end(model, now),
        auto_refresh::next_refresh_time(model, app.ui_state()),
        early_input::next_prompt_time(app),
    ]
    .into_iter()
    .flatten()
    .min()
    .map(|at| at.max(now.mono))
}

/// Returns when the spinner moves, which it does only while a plan makes requests. A wait has a countdown.
fn next_spinner_frame(model: &Model, now: Now) -> Option<Duration> {
    let is_moving = |run: &PlanRun| {
        matches!(run.progress.phase, RunPhase::Requested | RunPhase::Running | RunPhase::Reconciling)
    };
    let is_shown = !model.metrics.too_small
        && model.rate_limit_wait.is_none()
        && model.plans.running.iter().any(is_moving);
    let interval = SPINNER_INTERVAL.as_millis() as u64;
    let next_frame = now.mono.as_millis() as u64 / interval + 1;
    is_shown.then(|| Duration::from_millis(next_frame * interval))
}

/// Returns the shown view and the overlays.
fn visible_screens(app: &App) -> impl Iterator<Item = &dyn Screen> {
    std::iter::once(app.views.current_screen()).chain(app.overlays.iter().map(Overlay::screen))
}

/// Returns the next full minute of the server if the filter depends on time.
fn next_filter_change(model: &Model, now: Now) -> Option<Duration> {
    if !model.table.query.filter.is_time_dependent() || model.is_query_pending() {
        return None;
    }
    // A minute can begin while a key is handled; do not wait for the next minute then.
    if model.server_now(now) != model.queried_at {
        return Some(now.mono);
    }
    let next_minute = model.server_now(now).checked_add(SignedDuration::from_mins(1)).ok()?;
    Some(to_mono_time(model, next_minute, now))
}

/// Returns the first full minute at which a snooze ends.
fn next_snooze_end(model: &Model, now: Now) -> Option<Duration> {
    let redraw_at = model.table.snoozed.next_due.filter(|_| !model.is_query_pending())?;
    Some(to_full_minute(model, redraw_at, now))
}

/// Returns the first full minute of the server at or after a time; now if it has passed.
fn to_full_minute(model: &Model, until: Timestamp, now: Now) -> Duration {
    let seconds = until.as_second() + i64::from(until.subsec_nanosecond() > 0);
    let minute = Timestamp::from_second(seconds + (-seconds).rem_euclid(60)).unwrap_or(until);
    to_mono_time(model, minute, now)
}

/// Converts a server time to the monotonic clock; now if it has passed.
fn to_mono_time(model: &Model, at: Timestamp, now: Now) -> Duration {
    let remaining = at.duration_since(model.exact_server_now(now));
    now.mono + remaining.max(SignedDuration::ZERO).unsigned_abs()
}

/// Returns when a visible remaining time changes: of an invite, the snapshot or the token.
fn next_expiry_text_change(app: &App, now: Now) -> Option<Duration> {
    let model = &app.model;
    let server_now = model.server_now(now);
    let snapshot = model.invites.cached_at().map(|at| Expiry(Some(at)));
    let token = model.connection.as_ref().map(|connection| Expiry(connection.claims.expires_at));
    let valid_for = visible_screens(app)
        .flat_map(|screen| screen.expiries(model))
        .chain(token)
        .chain(snapshot)
        .filter_map(|expiry| expiry.text_valid_for(server_now))
        .min()?;
    // Texts are computed for full minutes, so they change at full minutes.
    let minutes = (valid_for - SignedDuration::from_millis(50)).as_secs_f64().max(1.0) / 60.0;
    let changes_at = server_now.checked_add(SignedDuration::from_secs(60 * minutes.ceil() as i64)).ok()?;
    Some(to_mono_time(model, changes_at, now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::ops::query;
    use crate::app::{AppOptions, Msg, RenderMetrics, update};
    use crate::domain::query::{Filter, NamedFilters};
    use crate::domain::{Identity, Invite, TenancyKey};
    use crate::keys::Action;

    fn at(text: &str) -> Now {
        Now { wall: text.parse().expect("a time"), mono: Duration::from_secs(1_000) }
    }

    fn app_with_expiry(expiry: &str) -> App {
        let mut app = App::new(AppOptions::for_tenancy(TenancyKey("x".into())));
        let identity = Identity::parse("a").expect("usable");
        let expiry = Expiry::parse(expiry);
        app.model.invites.insert(&Invite { identity, email: "a@x".into(), message: String::new(), expiry });
        app.model.table.order = vec![0];
        app.model.metrics = RenderMetrics { table_height: 10, ..RenderMetrics::default() };
        update(&mut app, Msg::Tick, at("2024-06-03T10:31:07Z"));
        app
    }

    #[test]
    fn texts_change_only_at_full_minutes() {
        let now = at("2024-06-03T10:31:07Z");
        for expiry in ["2024-06-03T10:45:00Z", "2024-06-03T10:45:30Z", "2024-06-03T10:45:59Z"] {
            let redraw_at = next_redraw(&app_with_expiry(expiry), now).expect("the text changes");
            assert_eq!(redraw_at, Duration::from_secs(1_000 + 53), "{expiry}");
        }
        let redraw_at = next_redraw(&app_with_expiry("2024-06-03T15:45:30Z"), now).expect("the text changes");
        assert_eq!(redraw_at, Duration::from_secs(1_000 + 53 + 14 * 60), "five hours stay until 10:46");
    }

    #[test]
    fn time_dependent_filter_runs_again_each_minute() {
        let now = at("2024-06-03T10:31:07Z");
        for (filter, redraw_at) in [("exp<48h", Some(Duration::from_secs(1_000 + 53))), ("a@x", None)] {
            let mut app = app_with_expiry("unreadable");
            app.model.table.query.filter = Filter::parse(filter, &NamedFilters::default()).expect("good");
            query::requery(&mut app.context());
            assert_eq!(next_redraw(&app, now), redraw_at, "{filter}");
        }
    }

    #[test]
    fn forecast_redraws_when_a_count_changes() {
        let now = at("2024-06-03T10:31:07Z");
        let mut app = app_with_expiry("2024-06-03T15:45:30Z");
        // The row is not visible, so only the forecast shows its expiry.
        app.model.table.order.clear();
        assert_eq!(next_redraw(&app, now), None);
        app.dispatch(Action::Forecast);
        let full_minute = Duration::from_secs(1_000 + 53 + (5 * 60 + 14) * 60);
        assert_eq!(
            next_redraw(&app, now),
            Some(full_minute),
            "15:46:00, when its row says that it is expired"
        );
        let mut app = app_with_expiry("unreadable");
        app.dispatch(Action::Forecast);
        let midnight = Duration::from_secs(1_000 + 53 + (13 * 60 + 28) * 60);
        assert_eq!(next_redraw(&app, now), Some(midnight), "then it is another day");
    }

    #[test]
    fn static_screen_never_redraws() {
        assert_eq!(next_redraw(&app_with_expiry("unreadable"), at("2024-06-03T10:31:07Z")), None);
    }
}
