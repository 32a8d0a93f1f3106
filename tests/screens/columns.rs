//! The column menu, the table with all columns, and marking rows by a pattern.

use ratatui::style::Modifier;

use crate::assert_screens;
use crate::harness::TestApp;
use guestlist::domain::text::width;
use guestlist::ui::Theme;

#[test]
fn the_columns() {
    let mut app = TestApp::with_rows();
    app.screen_text(80, 24);
    app.press("C j j j space K + +");
    assert_screens("columns", app);
}

#[test]
fn a_table_of_all_columns_in_another_order() {
    let mut app = TestApp::with_rows();
    app.press("p p p C j j j space K K j j j space esc");
    assert_screens("columns_all", app);
}

#[test]
fn mark_matching_prompt() {
    let mut app = TestApp::with_rows();
    app.press("/").type_text("jane").press("enter +").type_text("person.1");
    assert_screens("mark_matching", app);
}

#[test]
fn rows_marked_by_a_pattern() {
    let mut app = TestApp::with_rows();
    app.press("+").type_text("person.1").press("enter");
    assert_screens("mark_matching_done", app);
}

#[test]
fn help_explains_that_the_sent_time_is_inferred() {
    let mut app = TestApp::with_rows();
    let screen = app.press("C ?").screen_text(80, 60);
    assert!(screen.contains("inferred from the expiry: the server reports no date"), "{screen}");
    assert!(app.press("esc").screen_text(80, 60).contains("[ ] Sent ~"), "the column menu is still open");
}

#[test]
fn selection_highlights_the_whole_row_up_to_the_borders() {
    let mut app = TestApp::with_rows();
    app.press("C J esc");
    let buffer = app.draw(80, 24, &Theme::none());
    let reversed_text = |y: u16| {
        let cells = (0..80).filter(|x| buffer[(*x, y)].modifier.contains(Modifier::REVERSED));
        cells.map(|x| buffer[(x, y)].symbol()).collect::<String>()
    };
    let rows: Vec<String> = (3..24).map(reversed_text).filter(|row| !row.is_empty()).collect();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].split_whitespace().collect::<Vec<_>>(), ["▌", "●", "5", "h", "jane.doe@example.com"]);
    assert_eq!(width(&rows[0]), 78);
}

#[test]
fn domains_are_listed_with_their_counts() {
    let mut app = TestApp::with_rows();
    app.press("D j");
    assert_screens("domains", app);
}

#[test]
fn table_keeps_its_offset_while_another_view_is_shown() {
    for view in ["2", "3", "4", "5", "6"] {
        let mut app = TestApp::with_rows();
        app.screen_text(80, 24);
        let before = app.press("j j j").screen_text(80, 24);
        app.press(view).screen_text(80, 24);
        assert_eq!(app.press("1").screen_text(80, 24), before, "after {view}");
        // The keys arrive before the table is drawn again.
        app.press(view).screen_text(80, 24);
        let line = app.press("1 pgdn").state.model.table.selected_line;
        assert!(line > 10, "pgdn moved to line {line} after {view}");
    }
}

#[test]
fn open_and_unmark_without_target_do_nothing() {
    let mut app = TestApp::with_rows();
    app.press("/").type_text("nobody-here").press("enter").screen_text(80, 24);
    app.press("enter U esc");
    assert!(app.state.model.table.query.filter.is_empty(), "Esc clears the filter");
}
