//! A list of 100,000 rows: keys are handled at once while a query runs, and the screen shows that it runs.

use crate::harness::{TestApp, new_invite};
use guestlist::app::{Effect, Msg, update};
use guestlist::domain::{Expiry, query};
use guestlist::keys::{Input, Key};

const ROW_COUNT: u128 = 100_000;

/// Presses a key, and returns the query that it starts.
fn press_key(app: &mut TestApp, key: Key) -> Option<Effect> {
    let effects = update(&mut app.state, Msg::Input(Input::Key(key)), app.now);
    effects.into_iter().find(|effect| matches!(effect, Effect::RunQuery { .. }))
}

/// Runs a query and delivers its result.
fn run_query(app: &mut TestApp, effects: Effect) {
    let Effect::RunQuery { number, rows, query, now, marked } = effects else { return };
    let order = query::run(&rows, &query, now, &marked);
    let effects = update(&mut app.state, Msg::QueryFinished { number, order }, app.now);
    assert!(effects.is_empty(), "the newest query starts no other one");
}

#[test]
fn filter_over_100000_rows_does_not_delay_keys() {
    let mut app = TestApp::new();
    app.deliver_page(
        (0..ROW_COUNT).map(|n| new_invite(n, &format!("p{n:06}@x"), "", Expiry(None))).collect(),
    );
    app.complete_list();
    // Reverses the sort order, so that a query runs.
    let effects = press_key(&mut app, "O".parse().expect("a key")).expect("a query");
    run_query(&mut app, effects);
    assert_eq!(app.state.model.table.order.len(), ROW_COUNT as usize);

    assert!(press_key(&mut app, "/".parse().expect("a key")).is_none());
    let mut effects = Vec::new();
    for c in ["p", "0", "9", "9", "9", "9", "9"] {
        effects.extend(press_key(&mut app, c.parse().expect("a key")));
        assert!(app.state.model.is_query_pending());
        assert_eq!(
            app.state.model.table.order.len(),
            ROW_COUNT as usize,
            "no query runs while a key is handled"
        );
        let screen = app.screen_text(80, 24);
        assert!(screen.contains("searching…") && screen.contains("rows 1–"), "{screen}");
    }
    assert_eq!(effects.len(), 7, "each character starts a query");
    // Keys work while the query runs: the filter is applied, and the cursor moves in the current rows.
    press_key(&mut app, "enter".parse().expect("a key"));
    for _ in 0..3 {
        assert!(press_key(&mut app, "j".parse().expect("a key")).is_none());
    }
    assert_eq!(app.state.model.table.selected_line, 3);
    assert!(app.screen_text(80, 24).contains("searching…"));
    // Only the result of the newest query is used.
    let newest = effects.pop().expect("the newest query");
    let older = effects.pop().expect("an older query");
    let Effect::RunQuery { number, .. } = older else { panic!("not a query") };
    update(&mut app.state, Msg::QueryFinished { number, order: Vec::new() }, app.now);
    assert_eq!(app.state.model.stale_replies, 1);
    run_query(&mut app, newest);
    let screen = app.screen_text(80, 24);
    assert!(screen.contains("/p099999   1 of 100,000") && !screen.contains("searching…"), "{screen}");
}
