//! The smallest window: what matters stays visible, and nothing is cut without a sign.

use crate::harness::{TestApp, sample_error};
use guestlist::app::model::options::SandboxInfo;
use guestlist::domain::profile_settings::Badge;

const SMALLEST: (u16, u16) = (40, 10);

fn smallest_screen(app: &mut TestApp) -> String {
    app.screen_text(SMALLEST.0, SMALLEST.1)
}

/// A console on the sandbox with rows, whose line about the sandbox is still shown.
fn sandbox_with_rows() -> TestApp {
    let mut app = TestApp::with_rows();
    app.state.model.options.sandbox = Some(SandboxInfo { outbox: "/tmp/outbox".into() });
    app
}

#[test]
fn filter_error_and_cursor_are_below_the_smallest_table() {
    let mut app = sandbox_with_rows();
    app.press("/").type_text("exp<x");
    let (cursor, buffer) = app.cursor(SMALLEST.0, SMALLEST.1);
    assert_eq!(buffer[(cursor.x - 1, cursor.y)].symbol(), "x");
    let screen = smallest_screen(&mut app);
    assert!(screen.contains("/exp<x") && screen.contains("✗ "), "{screen}");
}

#[test]
fn badge_of_a_profile_stays_beside_read_only() {
    let mut app = TestApp::with_rows();
    app.state.model.options.badge = Some(Badge { text: "ACME".into(), color: Some("red".into()) });
    app.press("%");
    let screen = smallest_screen(&mut app);
    assert!(screen.contains(" ACME ") && screen.contains(" READ-ONLY "), "{screen}");
    assert!(screen.contains("59 · complete"), "{screen}");
    app.state.model.options.badge = Some(Badge { text: "ACME PRODUCTION".into(), color: None });
    let screen = smallest_screen(&mut app);
    assert!(screen.contains(" ACME PRODUCTION "), "the badge is dropped last: {screen}");
}

#[test]
fn dialog_leaves_no_rest_of_a_message() {
    let mut app = sandbox_with_rows();
    app.state.model.options.guards.guarded = true;
    app.state.model.options.guards.profile = "acme".into();
    app.state.model.read_only_reason = Some("the profile acme is guarded".into());
    app.press("d");
    assert!(smallest_screen(&mut app).contains("Press % to allow changes."));
    app.press("%");
    let screen = smallest_screen(&mut app);
    assert!(screen.contains("Allow changes?"), "{screen}");
    assert!(screen.contains("· Read-only: the profile acme is") && screen.contains('…'), "{screen}");
    assert!(!screen.contains("Press % to allow changes."), "{screen}");
}

#[test]
fn long_warning_of_the_form_ends_with_an_ellipsis() {
    let mut app = TestApp::with_rows();
    app.press("n").type_text("jane.doe@example.com");
    app.press("tab");
    let screen = smallest_screen(&mut app);
    let warning = screen.lines().find(|line| line.contains("! already pending")).unwrap_or_default();
    assert!(warning.contains('…'), "{screen}");
    assert!(screen.contains("Message: one paragraph  "), "{screen}");
}

#[test]
fn failed_load_offers_only_what_can_be_done() {
    let mut app = TestApp::new();
    app.fail_list(sample_error("Could not load invites"));
    let screen = smallest_screen(&mut app);
    assert!(screen.contains("Ctrl-r refresh") && !screen.contains("d delete"), "{screen}");
    let wide = app.screen_text(120, 40);
    assert!(!wide.contains("No invite selected."), "an empty pane takes no space: {wide}");
    assert!(TestApp::with_rows().screen_text(120, 40).contains("d delete"));
}
