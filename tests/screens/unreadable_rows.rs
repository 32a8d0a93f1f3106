//! Unreadable rows, and a server with a wrong clock.

use jiff::SignedDuration;

use crate::harness::{TestApp, sample_invites};

fn app_with_unreadable(rows: usize) -> TestApp {
    let mut app = TestApp::new();
    app.deliver_page_with_unreadable(sample_invites(app.now.wall), rows);
    app.complete_list();
    app
}

#[test]
fn header_counts_the_rows_that_cannot_be_shown() {
    let mut app = app_with_unreadable(2);
    let screen = app.screen_text(120, 40);
    let header = screen.lines().next().expect("a header");
    assert!(header.contains("complete") && header.contains("2 rows could not be read"), "{header}");
    assert!(screen.contains("Each may be an invite for any email."), "{screen}");
    let screen = app.screen_text(40, 10);
    assert!(screen.lines().next().is_some_and(|header| header.contains("2 unreadable")), "{screen}");
    assert!(!app_with_unreadable(0).screen_text(120, 40).contains("could not be read"));
}

#[test]
fn plan_that_sends_names_the_rows_that_cannot_be_shown() {
    let mut app = app_with_unreadable(1);
    assert!(app.press("r").screen_text(120, 40).contains("It may be an invite for any email."));
    let mut app = app_with_unreadable(1);
    app.press("* d");
    let screen = app.screen_text(120, 40);
    let dialog: Vec<_> = screen.lines().filter(|line| line.contains("! ")).collect();
    assert!(
        !dialog.iter().any(|line| line.contains("could not be read")),
        "a delete sends no email: {screen}"
    );
}

#[test]
fn deleting_several_with_a_clock_far_off_takes_the_number() {
    let mut app = TestApp::with_rows();
    app.set_clock_offset(SignedDuration::from_hours(24 * 27_000));
    let screen = app.screen_text(120, 40);
    assert!(screen.contains("CLOCK OFF") && screen.contains("27,000 days ahead"), "{screen}");
    app.press("* d");
    let screen = app.screen_text(120, 40);
    assert!(screen.contains("! The server's clock is 27,000 days ahead"), "{screen}");
    app.press("y");
    assert!(app.plans.is_empty(), "y does not confirm");
    let steps = app.state.model.marks.len();
    app.press(&steps.to_string().chars().map(String::from).collect::<Vec<_>>().join(" ")).press("enter");
    assert_eq!(app.plans.len(), 1);
}

#[test]
fn clock_a_few_hours_off_changes_nothing() {
    let mut app = TestApp::with_rows();
    app.set_clock_offset(SignedDuration::from_hours(23));
    assert!(!app.screen_text(120, 40).contains("CLOCK OFF"));
}
