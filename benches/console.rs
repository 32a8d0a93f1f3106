//! Time of a key, a frame and a query over a list of 100,000 invites.

#![allow(missing_docs, clippy::expect_used, reason = "criterion's own items, and a bench fails by panicking")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::{SignedDuration, Timestamp};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use guestlist::app::shell::frame;
use guestlist::app::{App, AppOptions, Effect, Msg, begin, update};
use guestlist::config::keys_file;
use guestlist::domain::query::{Filter, NamedFilters, Query, Sort};
use guestlist::domain::service_msg::{FetchEnd, Page};
use guestlist::domain::{Expiry, Identity, Invite, Now, ServiceReply, TenancyKey, forecast, query};
use guestlist::keys::Input;
use guestlist::ui::Theme;

const ROWS: usize = 100_000;
const NOW: Now = Now { wall: Timestamp::UNIX_EPOCH, mono: Duration::ZERO };

fn invite(n: usize) -> Invite {
    let minutes = (n as i64 * 7_919) % 14_400;
    Invite {
        identity: Identity::from_uuid(uuid::Uuid::from_u128(1 + n as u128)),
        email: format!("person.{:06}@company-{}.example.com", n * 7_919 % ROWS, n % 40),
        message: format!("Hello {n}, this gives you access to our audit trail."),
        expiry: Expiry(NOW.wall.checked_add(SignedDuration::from_mins(minutes)).ok()),
    }
}

/// Returns a console with a complete, sorted list.
fn app_with_rows() -> App {
    let tenancy = TenancyKey("bench".into());
    let mut state = App::new(AppOptions {
        url: "https://example.com".into(),
        keys: keys_file::parse("").expect("the built-in keys"),
        undo_window: Duration::from_secs(5),
        seed: 1,
        ..AppOptions::for_tenancy(tenancy.clone())
    });
    begin(&mut state, NOW);
    let id = state.model.invites.fetch.as_ref().expect("a running fetch").id;
    let page = Page { number: 1, rows: (0..ROWS).map(invite).collect(), total: None, unreadable_rows: 0 };
    let mut effects = Vec::new();
    for reply in [ServiceReply::Page(page), ServiceReply::ListFinished(FetchEnd::Complete)] {
        effects.extend(update(&mut state, Msg::Reply(tenancy.clone(), id, reply), NOW));
    }
    while let Some(effect) = effects.pop() {
        if let Effect::RunQuery { number, rows, query, now, marked } = effect {
            let order = query::run(&rows, &query, now, &marked);
            effects.extend(update(&mut state, Msg::QueryFinished { number, order }, NOW));
        }
    }
    assert_eq!(state.model.table.order.len(), ROWS);
    state
}

fn bench_console(criterion: &mut Criterion) {
    let mut state = app_with_rows();
    let down = Msg::Input(Input::Key("j".parse().expect("a key")));
    criterion.bench_function("update/a key", |b| b.iter(|| update(&mut state, down.clone(), NOW)));

    let mut terminal = Terminal::new(TestBackend::new(120, 40)).expect("a buffer");
    let theme = Theme::terminal();
    criterion.bench_function("draw/120x40", |b| {
        b.iter(|| {
            let frame = terminal.draw(|frame| state.model.metrics = frame::draw(&state, &theme, NOW, frame));
            frame.expect("a buffer can be drawn on");
        });
    });

    let rows = state.model.invites.shown.rows();
    let time_zone = jiff::tz::TimeZone::UTC;
    criterion.bench_function("forecast", |b| {
        b.iter(|| black_box(forecast::forecast(rows, NOW.wall, &time_zone)));
    });

    let marked = (0..ROWS / 10).map(|n| invite(n * 10).identity).collect();
    for (name, filter, sort) in [
        ("expiry", "", Sort::Expiry),
        ("email", "", Sort::Email),
        ("message", "", Sort::Message),
        ("filtered", "company-7 audit", Sort::Expiry),
        ("a word everywhere", "audit", Sort::Expiry),
        ("a rare word", "099995", Sort::Expiry),
        ("not", "!audit", Sort::Expiry),
        ("domain", "@company-7.example.com", Sort::Expiry),
        ("exact", "=person.000007@company-7.example.com", Sort::Expiry),
        ("time left", "exp<48h", Sort::Expiry),
        ("pattern", "/^person.*7@/", Sort::Expiry),
        ("fuzzy", "~prsn7", Sort::Expiry),
        ("marked", "is:marked", Sort::Expiry),
    ] {
        let filter = Filter::parse(filter, &NamedFilters::default()).expect("a good filter");
        let query = Query { filter, sort, ..Query::default() };
        criterion.bench_function(&format!("query/{name}"), |b| {
            b.iter(|| black_box(query::run(rows, &query, NOW.wall, &marked)));
        });
    }
}

criterion_group!(console_benches, bench_console);
criterion_main!(console_benches);
