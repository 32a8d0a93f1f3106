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
