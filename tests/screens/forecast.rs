//! The forecast under the table: its layout, its counts and its keys.

use jiff::SignedDuration;

use super::assert_screens;
use crate::harness::{TestApp, new_invite, sample_error, sample_invites};
use guestlist::domain::{Expiry, Identity};
use guestlist::ui::Theme;

/// The line of the forecast with the text of the selected day.
fn selected_day_text(app: &mut TestApp) -> String {
    let screen = app.screen_text(80, 24);
    let line = screen.lines().find(|line| line.contains(" Jun: ")).unwrap_or_default();
    line.trim_matches(['│', ' ']).to_owned()
}

#[test]
fn forecast() {
    let mut app = TestApp::with_rows();
    app.press("f l");
    assert_screens("forecast", app);
}

#[test]
fn forecast_at_its_end_with_a_marked_and_filtered_day() {
    let mut app = TestApp::with_rows();
    app.press("f l l l l l space enter");
    assert_screens("forecast_weekend", app);
}

#[test]
fn forecast_of_a_partial_list() {
    let mut app = TestApp::new();
    app.deliver_page(sample_invites(app.now.wall));
    app.press("f space");
    assert_screens("forecast_partial", app);
}

#[test]
fn days_and_selection_are_readable_without_color() {
    let mut app = TestApp::with_rows();
    let screen = app.press("f l l").screen_text(80, 24);
    for text in ["now", "Tue", "SAT", "SUN", "▌Wed", "▌ 5"] {
        assert!(screen.contains(text), "{text}:\n{screen}");
    }
    let buffer = app.draw(80, 24, &Theme::none());
    let bars = buffer.content().iter().filter(|cell| "▁▂▃▄▅▆▇█".contains(cell.symbol())).count();
    assert!(bars > 10, "{bars} cells of bars");
}

#[test]
fn narrow_forecast_puts_each_name_over_its_day() {
    let mut app = TestApp::with_rows();
    let screen = app.press("f").screen_text(40, 20);
    let lines = screen.lines().skip_while(|line| !line.contains(" Jun: "));
    let lines: Vec<Vec<char>> = lines.map(|line| line.chars().collect()).collect();
    let names = lines.iter().find(|line| line.iter().collect::<String>().contains("Tue")).expect("names");
    let numbers = &lines[lines.iter().position(|line| line == names).expect("the line exists") + 1];
    let word_starts = |line: &[char]| {
        let is_start = |at: &usize| line[*at].is_alphanumeric() && !line[at - 1].is_alphanumeric();
        (1..line.len()).filter(is_start).collect::<Vec<_>>()
    };
    let (names, numbers) = (word_starts(names), word_starts(numbers));
    assert_eq!(names.len(), numbers.len(), "{screen}");
    assert!(names.iter().zip(&numbers).all(|(name, number)| name.abs_diff(*number) <= 1), "{screen}");
}

#[test]
fn forecast_counts_the_whole_list_and_shows_if_partial() {
    let mut app = TestApp::with_rows();
    app.press("/").type_text("jane").press("enter f");
    let first = selected_day_text(&mut app);
    assert!(first.contains(" of 59 · rest of today"), "{first}");
    let mut app = TestApp::new();
    app.press("f");
    app.deliver_page(sample_invites(app.now.wall));
    assert!(
        selected_day_text(&mut app).contains(" of 59 loaded so far"),
        "the count follows the loaded rows"
    );
    app.fail_list(sample_error("List incomplete"));
    let text = selected_day_text(&mut app);
    assert!(text.contains(" of 59 loaded ·"), "{text}");
}

#[test]
fn forecast_moves_to_both_ends_and_closes() {
    let mut app = TestApp::with_rows();
    app.press("f h");
    assert!(selected_day_text(&mut app).starts_with("Mon 3 Jun: "));
    app.press(&["right"; 20].join(" "));
    assert!(selected_day_text(&mut app).starts_with("Sun 16 Jun: "), "the last of fourteen days");
    assert!(app.screen_text(40, 24).contains("▌16"), "the forecast scrolls in a narrow window");
    app.press("left");
    assert!(selected_day_text(&mut app).starts_with("Sat 15 Jun: "));
    app.press("f f w");
    assert!(selected_day_text(&mut app).starts_with("Sat 8 Jun: "));
    app.press("l w w");
    assert!(selected_day_text(&mut app).starts_with("Sat 15 Jun: "), "the last weekend");
    // Other keys go to the table.
    let selected = app.state.model.table.selected_identity.clone();
    app.press("j");
    assert_ne!(app.state.model.table.selected_identity, selected);
    for keys in ["esc", "f", "f", "2"] {
        app.press(keys);
    }
    assert!(app.press("1").state.views.pending.forecast.is_none(), "another view closes it");
    app.press("enter f");
    assert_eq!(
        selected_day_text(&mut app).split(':').next(),
        Some("Mon 3 Jun"),
        "the forecast replaces the detail pane"
    );
    assert!(app.press("f").state.views.pending.forecast.is_none());
}

#[test]
fn day_is_marked_and_unmarked_as_a_whole() {
    let mut app = TestApp::with_rows();
    app.press("f l");
    let day = selected_day_text(&mut app);
    let count: usize =
        day.split([' ', ':']).filter_map(|is_start| is_start.parse().ok()).nth(1).expect("a count");
    assert_eq!(app.press("space").state.model.marks.len(), count);
    assert!(app.screen_text(80, 24).contains(&format!("{count} invites of Tue 4 Jun marked.")));
    app.press("k space");
    assert!(app.state.model.marks.is_empty());
    app.press("/").type_text("=nobody").press("enter space");
    let screen = app.screen_text(80, 24);
    assert!(screen.contains(&format!("marked, {count} marks hidden by the filter.")), "{screen}");
}

#[test]
fn day_of_a_partial_list_is_not_marked() {
    let mut app = TestApp::new();
    app.deliver_page(sample_invites(app.now.wall));
    app.press("f l space");
    assert!(app.state.model.marks.is_empty());
    assert!(app.screen_text(80, 24).contains("mark-day: still loading (59 rows so far)"));
    app.complete_list();
    assert!(!app.press("space").state.model.marks.is_empty());
    let screen = app.press("U l l l l l l l l l l l l l l space").screen_text(80, 24);
    assert!(screen.contains("No invites expire on Sun 16 Jun"), "{screen}");
}

#[test]
fn day_filter_is_a_text_and_shows_the_counted_rows() {
    let mut app = TestApp::with_rows();
    app.press("/").type_text("person").press("enter f");
    for _ in 0..3 {
        let day = selected_day_text(&mut app);
        app.press("enter");
        let shown = app.state.model.table.order.len().to_string();
        assert_eq!(day.split([' ', ':']).nth(4), Some(shown.as_str()), "{day}");
        app.press("l");
    }
    assert_eq!(app.state.model.table.query.filter.text(), "exp:2024-06-05");
    app.press("esc esc / up up up up");
    assert!(app.screen_text(80, 24).contains("/person"), "the previous filter is kept");
}

#[test]
fn today_shows_only_unexpired_invites() {
    let mut app = TestApp::with_rows();
    app.press("f enter");
    assert_eq!(app.state.model.table.query.filter.text(), "exp:2024-06-03 !expired");
    let gone: Identity = new_invite(4, "", "", Expiry(None)).identity;
    let shown = &app.state.model.table.order;
    let rows = app.state.model.invites.shown.rows();
    assert!(!shown.is_empty());
    assert!(shown.iter().filter_map(|row| rows.get(*row)).all(|row| row.identity() != gone));
}

#[test]
fn counts_follow_the_clock_and_the_day_stays_selected() {
    let mut app = TestApp::with_rows();
    app.press("f l l");
    let expired = |app: &TestApp| match &app.state.views.pending.forecast {
        Some(forecast) => forecast.counts.expired,
        None => panic!("the forecast is closed"),
    };
    assert_eq!(expired(&app), 1);
    let next = guestlist::app::shell::next_redraw::next_redraw(&app.state, app.now).expect("a redraw time");
    assert!(next > app.now.mono);
    app.now.wall += SignedDuration::from_mins(5 * 60 + 1);
    app.pass_deadline();
    assert_eq!(expired(&app), 2);
    app.now.wall += SignedDuration::from_hours(24);
    app.pass_deadline();
    assert!(selected_day_text(&mut app).starts_with("Wed 5 Jun: "), "{}", selected_day_text(&mut app));
    let screen = app.screen_text(80, 24);
    assert!(screen.contains("now") && !screen.contains("now  Tue"), "{screen}");
}

#[test]
fn forecast_recounts_for_row_changes_but_not_for_sort() {
    let mut app = TestApp::with_rows();
    app.press("f l");
    let rows = |app: &TestApp| {
        app.state.views.pending.forecast.as_ref().map(|forecast| forecast.counted_rows.clone())
    };
    let before = rows(&app).expect("the forecast is open");
    app.press("O o e enter");
    assert!(rows(&app).expect("the forecast is open").is_same(&before));
    let loaded = selected_day_text(&mut app);
    app.press("ctrl-r");
    app.deliver_page(sample_invites(app.now.wall).split_off(20));
    assert_eq!(selected_day_text(&mut app), loaded, "the old rows stay until all new ones are loaded");
    app.complete_list();
    assert!(selected_day_text(&mut app).contains(" of 39"), "{}", selected_day_text(&mut app));
}

#[test]
fn table_keeps_at_least_three_rows_below_the_forecast() {
    for (height, bars) in [(24, true), (15, true), (14, false), (12, false)] {
        let mut app = TestApp::with_rows();
        app.screen_text(40, height);
        let height_before = app.state.model.metrics.table_height;
        let screen = app.press("f").screen_text(40, height);
        let height_with = app.state.model.metrics.table_height;
        assert!(
            height_with >= 3 && height_with < height_before,
            "{height_with} of {height_before}:\n{screen}"
        );
        assert_eq!(screen.contains("enlarge the window to see bars"), !bars, "{screen}");
        app.press("G");
        assert!(app.screen_text(40, height).contains('▌'));
    }
}
