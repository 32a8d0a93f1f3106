//! The mouse: what can be clicked, and what a click cannot do.

use guestlist::app::{Msg, View, update};
use guestlist::domain::query::Sort;
use guestlist::keys::Input;

use crate::harness::TestApp;
use crate::plans::app_with_stopped_plans;

/// Returns the position of a text on the screen, from the last line that contains it.
fn find(app: &mut TestApp, text: &str) -> (u16, u16) {
    let screen = app.screen_text(120, 40);
    let lines: Vec<&str> = screen.lines().collect();
    let row =
        lines.iter().rposition(|line| line.contains(text)).unwrap_or_else(|| panic!("{text}:\n{screen}"));
    let before = lines[row].split(text).next().unwrap_or_default();
    ((before.chars().count() + text.chars().count() / 2) as u16, row as u16)
}

pub fn click(app: &mut TestApp, text: &str) {
    let (column, row) = find(app, text);
    app.send_input(Input::Click { column, row });
}

#[test]
fn click_selects_the_row_of_each_list() {
    for (keys, text) in [
        ("", "person.15@"),
        ("4", "evil"),
        ("6", "GET"),
        ("C", "[ ] Identity"),
        ("Y", "as JSON"),
        ("D", "│  example.com"),
        (":", "Triage: decide"),
    ] {
        let mut app = TestApp::with_rows();
        app.add_sample_requests();
        if !keys.is_empty() {
            app.press(keys);
        }
        let (_, row) = find(&mut app, text);
        click(&mut app, text);
        let screen = app.screen_text(120, 40);
        let line = screen.lines().nth(row as usize).unwrap_or_default();
        assert!(line.contains('▌'), "{text} after {keys:?} is selected:\n{screen}");
    }
}

#[test]
fn click_in_the_triage_goes_to_the_invite() {
    let mut app = TestApp::with_rows();
    app.press("t");
    click(&mut app, "person.09@");
    let screen = app.screen_text(120, 40);
    assert!(screen.contains("Triage · 4 of 59"), "{screen}");
    app.press("e");
    click(&mut app, "person.15@");
    let screen = app.press("esc").screen_text(120, 40);
    assert!(screen.contains("Triage · 4 of 59"), "behind the form nothing can be clicked: {screen}");
}

#[test]
fn click_selects_a_plan_step() {
    let mut app = app_with_stopped_plans();
    let (_, row) = find(&mut app, "unknown ");
    click(&mut app, "unknown ");
    let screen = app.screen_text(120, 40);
    assert!(screen.lines().nth(row as usize).is_some_and(|line| line.contains('▌')), "{screen}");
}

#[test]
fn click_on_tabs_headings_and_footer_acts_like_keys() {
    let mut app = TestApp::with_rows();
    click(&mut app, "4 Problems");
    assert_eq!(app.state.views.current, View::Problems);
    click(&mut app, "1 Pending");
    click(&mut app, "Expires in ▲");
    assert!(app.state.model.table.query.reversed, "the same column again reverses");
    click(&mut app, "Email  ");
    assert_eq!(
        (app.state.model.table.query.sort, app.state.model.table.query.reversed),
        (Sort::Email, false)
    );
    click(&mut app, "Expired 1");
    assert_eq!(app.state.model.table.query.filter.text(), "#expired");
    click(&mut app, "? help");
    assert!(app.screen_text(120, 40).contains(" Help "));
    click(&mut app, "All 59");
    assert_eq!(
        app.state.model.table.query.filter.text(),
        "#expired",
        "behind a dialog nothing can be clicked"
    );
}

#[test]
fn click_on_a_button_confirms_no_more_than_enter() {
    let mut app = TestApp::with_rows();
    app.press("d");
    click(&mut app, "Cancel");
    assert!(app.state.overlays.is_empty());
    app.press("v j j j j j v d");
    click(&mut app, "  Delete  ");
    let screen = app.screen_text(120, 40);
    assert!(screen.contains("6 steps: press Y to apply."), "{screen}");
    assert!(app.plans.is_empty(), "nothing is applied");
    app.press("esc U d");
    click(&mut app, "  Delete  ");
    assert_eq!(app.plans.len(), 1, "one step needs only the button");
}

#[test]
fn double_click_on_the_footer_only_opens_the_confirmation() {
    let mut app = TestApp::with_rows();
    let (column, row) = find(&mut app, "d delete");
    for column in [column, 2] {
        app.send_input(Input::Click { column, row });
        app.screen_text(120, 40);
    }
    assert_eq!(
        (app.state.overlays.len(), app.plans.len()),
        (1, 0),
        "the dialog is open and nothing is applied"
    );
}

#[test]
fn click_before_the_dialog_is_drawn_is_ignored() {
    let mut app = TestApp::with_rows();
    app.press("d");
    let (column, row) = find(&mut app, "  Delete  ");
    app.press("esc d");
    update(&mut app.state, Msg::Early(Input::Click { column, row }), app.now);
    assert_eq!(app.state.overlays.len(), 1, "the dialog is still open");
    assert!(app.state.model.plans.running.is_empty());
}

#[test]
fn wheel_moves_lists_but_no_answers() {
    let mut app = TestApp::with_rows();
    app.send_input(Input::Scroll { down: true });
    assert_eq!(app.state.model.table.selected_line, 3);
    app.press("Y");
    app.send_input(Input::Scroll { down: true });
    let screen = app.screen_text(120, 40);
    assert!(screen.contains("▌identity"), "{screen}");
}
