//! The list of the columns, the table with all of them, and the field in which a pattern is typed that marks rows.

use ratatui::style::Modifier;

use crate::look;
use crate::stage::Stage;
use guestlist::ui::Theme;

#[test]
fn the_columns() {
    let mut stage = Stage::with_rows();
    stage.text(80, 24);
    stage.press("C j j j space K + +");
    look("columns", stage);
}

#[test]
fn a_table_of_all_columns_in_another_order() {
    let mut stage = Stage::with_rows();
    stage.press("p p p C j j j space K K j j j space esc");
    look("columns_all", stage);
}

#[test]
fn a_pattern_that_marks_rows() {
    let mut stage = Stage::with_rows();
    stage.press("/").type_text("jane").press("enter +").type_text("person.1");
    look("marking", stage);
}

#[test]
fn rows_that_were_marked_by_a_pattern() {
    let mut stage = Stage::with_rows();
    stage.press("+").type_text("person.1").press("enter");
    look("marking_done", stage);
}

#[test]
fn the_help_says_that_the_time_of_sending_is_inferred_and_why() {
    let mut stage = Stage::with_rows();
    let screen = stage.press("C ?").text(80, 60);
    assert!(screen.contains("inferred from the expiry: the server reports no date"), "{screen}");
    assert!(stage.press("esc").text(80, 60).contains("[ ] Sent ~"), "the list is still there");
}

#[test]
fn wherever_the_address_is_only_it_and_the_signs_of_the_selected_row_are_reversed() {
    let mut stage = Stage::with_rows();
    stage.press("C J esc");
    let buffer = stage.draw(80, 24, &Theme::none());
    let of = |y: u16| {
        let cells = (0..80).filter(|x| buffer[(*x, y)].modifier.contains(Modifier::REVERSED));
        cells.map(|x| buffer[(x, y)].symbol()).collect::<String>()
    };
    let rows: Vec<String> = (0..24).map(of).filter(|row| !row.is_empty()).collect();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].split_whitespace().collect::<Vec<_>>(), ["▌", "●", "jane.doe@example.com"]);
}

#[test]
fn domains_are_listed_with_their_counts() {
    let mut stage = Stage::with_rows();
    stage.press("D j");
    look("domains", stage);
}

#[test]
fn table_keeps_its_window_and_its_pages_while_another_view_is_shown() {
    for view in ["2", "3", "4", "5", "6"] {
        let mut stage = Stage::with_rows();
        stage.text(80, 24);
        let before = stage.press("j j j").text(80, 24);
        stage.press(view).text(80, 24);
        assert_eq!(stage.press("1").text(80, 24), before, "after {view}");
        // The keys come before the table is drawn again.
        stage.press(view).text(80, 24);
        let paged = stage.press("1 pgdn").state.model.table.selected_line;
        assert!(paged > 10, "a page, and not a line: {paged} after {view}");
    }
}

#[test]
fn keys_with_nothing_to_open_or_to_unmark_do_nothing_and_take_no_esc() {
    let mut stage = Stage::with_rows();
    stage.press("/").type_text("nobody-here").press("enter").text(80, 24);
    stage.press("enter U esc");
    assert!(stage.state.model.table.query.filter.is_empty(), "Esc clears the filter");
}
