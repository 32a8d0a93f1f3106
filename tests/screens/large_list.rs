//! A list of many rows: a key is answered at once, whatever is being searched meanwhile, and the screen says so.

use crate::harness::{TestApp, new_invite};
use guestlist::app::{Effect, Msg, update};
use guestlist::domain::{Expiry, query};
use guestlist::keys::{Input, Key};

const ROW_COUNT: u128 = 100_000;

/// Sends a key, and returns the arrangement that it asks for.
fn press_key(app: &mut TestApp, key: Key) -> Option<Effect> {
    let effects = update(&mut app.state, Msg::Input(Input::Key(key)), app.now);
    effects.into_iter().find(|effect| matches!(effect, Effect::RunQuery { .. }))
}

/// Does what was asked for off the loop.
fn run_query(app: &mut TestApp, effects: Effect) {
    let Effect::RunQuery { number, rows, query, now, marked } = effects else { return };
    let order = query::run(&rows, &query, now, &marked);
    let effects = update(&mut app.state, Msg::QueryFinished { number, order }, app.now);
    assert!(effects.is_empty(), "it is the newest");
}

#[test]
fn filter_over_100000_rows_does_not_delay_keys() {
    let mut app = TestApp::new();
    app.deliver_page(
        (0..ROW_COUNT).map(|n| new_invite(n, &format!("p{n:06}@x"), "", Expiry(None))).collect(),
    );
    app.complete_list();
    // Sorted the other way round, so that there is something to wait for.
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
            "nothing is searched while a key is answered"
        );
        let screen = app.screen_text(80, 24);
        assert!(screen.contains("searching…") && screen.contains("rows 1–"), "{screen}");
    }
    assert_eq!(effects.len(), 7, "each letter asks anew");
    // One goes on working meanwhile: the filter is kept, and the cursor moves in the rows that are there.
    press_key(&mut app, "enter".parse().expect("a key"));
    for _ in 0..3 {
        assert!(press_key(&mut app, "j".parse().expect("a key")).is_none());
    }
    assert_eq!(app.state.model.table.selected_line, 3);
    assert!(app.screen_text(80, 24).contains("searching…"));
    // The newest wins; those before it are dropped.
    let newest = effects.pop().expect("the newest query");
    let older = effects.pop().expect("an older query");
    let Effect::RunQuery { number, .. } = older else { panic!("it was an arrangement") };
    update(&mut app.state, Msg::QueryFinished { number, order: Vec::new() }, app.now);
    assert_eq!(app.state.model.stale_replies, 1);
    run_query(&mut app, newest);
    let screen = app.screen_text(80, 24);
    assert!(screen.contains("/p099999   1 of 100,000") && !screen.contains("searching…"), "{screen}");
}
