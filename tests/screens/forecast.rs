//! The forecast under the table: what it looks like, what it is of, and what its keys do.

use jiff::SignedDuration;

use super::assert_screens;
use crate::harness::{TestApp, new_invite, sample_error, sample_invites};
use guestlist::domain::{Expiry, Identity};
use guestlist::ui::Theme;

/// The line of the strip that says the selected day in words.
fn selected_day_text(stage: &mut TestApp) -> String {
    let screen = stage.screen_text(80, 24);
    let line = screen.lines().find(|line| line.contains(" Jun: ")).unwrap_or_default();
    line.trim_matches(['│', ' ']).to_owned()
}

#[test]
fn forecast() {
    let mut stage = TestApp::with_rows();
    stage.press("f l");
    assert_screens("forecast", stage);
}

#[test]
fn forecast_at_its_end_with_a_marked_and_filtered_day() {
    let mut stage = TestApp::with_rows();
    stage.press("f l l l l l space enter");
    assert_screens("forecast_weekend", stage);
}

#[test]
fn forecast_of_a_partial_list() {
    let mut stage = TestApp::new();
    stage.deliver_page(sample_invites(stage.now.wall));
    stage.press("f space");
    assert_screens("forecast_partial", stage);
}

#[test]
fn days_and_selection_are_readable_without_color() {
    let mut stage = TestApp::with_rows();
    let screen = stage.press("f l l").screen_text(80, 24);
    for text in ["now", "Tue", "SAT", "SUN", "▌Wed", "▌ 5"] {
        assert!(screen.contains(text), "{text}:\n{screen}");
    }
    let buffer = stage.draw(80, 24, &Theme::none());
    let bars = buffer.content().iter().filter(|cell| "▁▂▃▄▅▆▇█".contains(cell.symbol())).count();
    assert!(bars > 10, "{bars} cells of bars");
}

#[test]
fn narrow_forecast_puts_each_name_over_its_day() {
    let mut stage = TestApp::with_rows();
    let screen = stage.press("f").screen_text(40, 20);
    let strip = screen.lines().skip_while(|line| !line.contains(" Jun: "));
    let strip: Vec<Vec<char>> = strip.map(|line| line.chars().collect()).collect();
    let names = strip.iter().find(|line| line.iter().collect::<String>().contains("Tue")).expect("names");
    let numbers = &strip[strip.iter().position(|line| line == names).expect("it is there") + 1];
    let starts = |line: &[char]| {
        let word = |at: &usize| line[*at].is_alphanumeric() && !line[at - 1].is_alphanumeric();
        (1..line.len()).filter(word).collect::<Vec<_>>()
    };
    let (names, numbers) = (starts(names), starts(numbers));
    assert_eq!(names.len(), numbers.len(), "{screen}");
    assert!(names.iter().zip(&numbers).all(|(name, number)| name.abs_diff(*number) <= 1), "{screen}");
}

#[test]
fn forecast_counts_the_whole_list_and_shows_if_partial() {
    let mut stage = TestApp::with_rows();
    stage.press("/").type_text("jane").press("enter f");
    let first = selected_day_text(&mut stage);
    assert!(first.contains(" of 59 · rest of today"), "{first}");
    let mut stage = TestApp::new();
    stage.press("f");
    stage.deliver_page(sample_invites(stage.now.wall));
    assert!(selected_day_text(&mut stage).contains(" of 59 loaded so far"), "it follows what arrives");
    stage.fail_list(sample_error("List incomplete"));
    let part = selected_day_text(&mut stage);
    assert!(part.contains(" of 59 loaded ·"), "{part}");
}

#[test]
fn forecast_moves_to_both_ends_and_closes() {
    let mut stage = TestApp::with_rows();
    stage.press("f h");
    assert!(selected_day_text(&mut stage).starts_with("Mon 3 Jun: "));
    stage.press(&["right"; 20].join(" "));
    assert!(selected_day_text(&mut stage).starts_with("Sun 16 Jun: "), "the last of fourteen days");
    assert!(stage.screen_text(40, 24).contains("▌16"), "it scrolls where not all fit");
    stage.press("left");
    assert!(selected_day_text(&mut stage).starts_with("Sat 15 Jun: "));
    stage.press("f f w");
    assert!(selected_day_text(&mut stage).starts_with("Sat 8 Jun: "));
    stage.press("l w w");
    assert!(selected_day_text(&mut stage).starts_with("Sat 15 Jun: "), "the last one of them");
    // The other keys are the table's.
    let selected = stage.app.model.table.selected_identity.clone();
    stage.press("j");
    assert_ne!(stage.app.model.table.selected_identity, selected);
    for keys in ["esc", "f", "f", "2"] {
        stage.press(keys);
    }
    assert!(stage.press("1").app.views.pending.forecast.is_none(), "another view closes it");
    stage.press("enter f");
    assert_eq!(
        selected_day_text(&mut stage).split(':').next(),
        Some("Mon 3 Jun"),
        "it takes the detail's place"
    );
    assert!(stage.press("f").app.views.pending.forecast.is_none());
}

#[test]
fn day_is_marked_and_unmarked_as_a_whole() {
    let mut stage = TestApp::with_rows();
    stage.press("f l");
    let day = selected_day_text(&mut stage);
    let count: usize = day.split([' ', ':']).filter_map(|word| word.parse().ok()).nth(1).expect("a count");
    assert_eq!(stage.press("space").app.model.marks.len(), count);
    assert!(stage.screen_text(80, 24).contains(&format!("{count} invites of Tue 4 Jun marked.")));
    stage.press("k space");
    assert!(stage.app.model.marks.is_empty());
    stage.press("/").type_text("=nobody").press("enter space");
    let screen = stage.screen_text(80, 24);
    assert!(screen.contains(&format!("marked, {count} marks hidden by the filter.")), "{screen}");
}

#[test]
fn day_of_a_partial_list_is_not_marked() {
    let mut stage = TestApp::new();
    stage.deliver_page(sample_invites(stage.now.wall));
    stage.press("f l space");
    assert!(stage.app.model.marks.is_empty());
    assert!(stage.screen_text(80, 24).contains("mark-day: still loading (59 rows so far)"));
    stage.complete_list();
    assert!(!stage.press("space").app.model.marks.is_empty());
    let screen = stage.press("U l l l l l l l l l l l l l l space").screen_text(80, 24);
    assert!(screen.contains("No invites expire on Sun 16 Jun"), "{screen}");
}

#[test]
fn day_filter_is_a_text_and_shows_the_counted_rows() {
    let mut stage = TestApp::with_rows();
    stage.press("/").type_text("person").press("enter f");
    for _ in 0..3 {
        let counted = selected_day_text(&mut stage);
        stage.press("enter");
        let shown = stage.app.model.table.order.len().to_string();
        assert_eq!(counted.split([' ', ':']).nth(4), Some(shown.as_str()), "{counted}");
        stage.press("l");
    }
    assert_eq!(stage.app.model.table.query.filter.text(), "exp:2024-06-05");
    stage.press("esc esc / up up up up");
    assert!(stage.screen_text(80, 24).contains("/person"), "the filter before is not lost");
}

#[test]
fn today_shows_only_unexpired_invites() {
    let mut stage = TestApp::with_rows();
    stage.press("f enter");
    assert_eq!(stage.app.model.table.query.filter.text(), "exp:2024-06-03 !expired");
    let gone: Identity = new_invite(4, "", "", Expiry(None)).identity;
    let shown = &stage.app.model.table.order;
    let rows = stage.app.model.invites.shown.rows();
    assert!(!shown.is_empty());
    assert!(shown.iter().filter_map(|row| rows.get(*row)).all(|row| row.identity() != gone));
}

#[test]
fn counts_follow_the_clock_and_the_day_stays_selected() {
    let mut stage = TestApp::with_rows();
    stage.press("f l l");
    let expired = |stage: &TestApp| match &stage.app.views.pending.forecast {
        Some(forecast) => forecast.counts.expired,
        None => panic!("it is open"),
    };
    assert_eq!(expired(&stage), 1);
    let wake =
        guestlist::app::shell::next_redraw::next_redraw(&stage.app, stage.now).expect("a number changes");
    assert!(wake > stage.now.mono);
    stage.now.wall += SignedDuration::from_mins(5 * 60 + 1);
    stage.pass_deadline();
    assert_eq!(expired(&stage), 2);
    stage.now.wall += SignedDuration::from_hours(24);
    stage.pass_deadline();
    assert!(selected_day_text(&mut stage).starts_with("Wed 5 Jun: "), "{}", selected_day_text(&mut stage));
    let screen = stage.screen_text(80, 24);
    assert!(screen.contains("now") && !screen.contains("now  Tue"), "{screen}");
}

#[test]
fn forecast_recounts_for_row_changes_but_not_for_sort() {
    let mut stage = TestApp::with_rows();
    stage.press("f l");
    let rows = |stage: &TestApp| stage.app.views.pending.forecast.as_ref().map(|it| it.counted_rows.clone());
    let before = rows(&stage).expect("it is open");
    stage.press("O o e enter");
    assert!(rows(&stage).expect("it is open").is_same(&before));
    let loaded = selected_day_text(&mut stage);
    stage.press("ctrl-r");
    stage.deliver_page(sample_invites(stage.now.wall).split_off(20));
    assert_eq!(
        selected_day_text(&mut stage),
        loaded,
        "the older rows are shown until the new ones are all there"
    );
    stage.complete_list();
    assert!(selected_day_text(&mut stage).contains(" of 39"), "{}", selected_day_text(&mut stage));
}

#[test]
fn table_keeps_at_least_three_rows_below_the_forecast() {
    for (height, bars) in [(24, true), (15, true), (14, false), (12, false)] {
        let mut stage = TestApp::with_rows();
        stage.screen_text(40, height);
        let without = stage.app.model.metrics.table_height;
        let screen = stage.press("f").screen_text(40, height);
        let with = stage.app.model.metrics.table_height;
        assert!(with >= 3 && with < without, "{with} of {without}:\n{screen}");
        assert_eq!(screen.contains("enlarge the window to see bars"), !bars, "{screen}");
        stage.press("G");
        assert!(stage.screen_text(40, height).contains('▌'));
    }
}
