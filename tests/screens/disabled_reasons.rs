//! Reasons why a command is disabled in each view.

use crate::harness::{TestApp, sample_error};
use guestlist::domain::ServiceReply;
use guestlist::keys::Action;

fn disabled_reason(app: &TestApp, action: Action) -> String {
    app.state.disabled_reason(action).unwrap_or_default()
}

#[test]
fn empty_view_gives_reasons() {
    let mut app = TestApp::new();
    app.deliver_page(vec![]);
    app.complete_list();
    assert_eq!(disabled_reason(&app, Action::Delete), "no row is selected");
    assert_eq!(disabled_reason(&app, Action::Copy), "no row is selected");
    assert_eq!(disabled_reason(&app, Action::Triage), "no invite is shown");
    assert_eq!(disabled_reason(&app, Action::MarkNone), "nothing is marked");
    assert_eq!(disabled_reason(&app, Action::Stop), "nothing is running");
    app.press("2");
    assert_eq!(disabled_reason(&app, Action::Resume), "no plan is selected");
    assert_eq!(disabled_reason(&app, Action::Stop), "no plan is running");
    app.press("5");
    assert_eq!(disabled_reason(&app, Action::Reinvite), "no plan is selected");
    app.press("6");
    assert_eq!(disabled_reason(&app, Action::Copy), "no request is selected");
    app.add_sample_requests();
    assert_eq!(disabled_reason(&app, Action::Copy), "");
}

#[test]
fn read_only_disables_exactly_the_changing_actions() {
    let mut app = TestApp::with_rows();
    for action in [Action::Delete, Action::Resend, Action::Edit, Action::Undo, Action::Triage, Action::Export]
    {
        assert_eq!(disabled_reason(&app, action), "", "{action:?}");
    }
    app.press("%");
    for action in [Action::Delete, Action::Resend, Action::Edit, Action::Undo] {
        assert_eq!(disabled_reason(&app, action), "read-only: you turned it on", "{action:?}");
    }
    for action in [Action::Copy, Action::Export, Action::Refresh, Action::ToggleReadOnly, Action::New] {
        assert_eq!(disabled_reason(&app, action), "", "{action:?}");
    }
}

#[test]
fn unusable_journal_disables_import_and_triage() {
    let mut app = TestApp::with_rows();
    app.press("t space esc");
    assert!(app.state.model.triage.is_some(), "the session can be resumed");
    app.deliver_reply(ServiceReply::JournalUnusable(sample_error("The journal cannot be used")));
    for key in ["t", "N"] {
        app.press(key);
        assert!(app.state.overlays.is_empty(), "{key}");
    }
    app.state.model.triage = None;
    for action in [Action::Triage, Action::Import] {
        assert_eq!(disabled_reason(&app, action), "the journal is unusable", "{action:?}");
    }
}

#[test]
fn marks_and_running_plans_decide_available_actions() {
    let mut app = TestApp::with_rows();
    app.press("*");
    assert!(disabled_reason(&app, Action::Edit).contains("press U to clear the 59 marks"));
    app.press("U d y");
    app.press("2");
    assert_eq!(disabled_reason(&app, Action::Resume), "the plan is already running");
    assert_eq!(disabled_reason(&app, Action::RemoveStep), "only staged steps can be removed");
    assert_eq!(disabled_reason(&app, Action::Stop), "");
    app.press("enter");
    assert_eq!(disabled_reason(&app, Action::Open), "the steps are already shown");
}

#[test]
fn disabled_command_shows_its_reason_and_does_nothing() {
    let mut app = TestApp::with_rows();
    let screen = app.press("% :").type_text("resend").screen_text(100, 30);
    assert!(screen.contains("not now: read-only: you turned it on"), "{screen}");
    app.press("enter");
    let screen = app.screen_text(100, 30);
    assert!(screen.contains("Commands") && screen.contains("resend: read-only"), "{screen}");
}
