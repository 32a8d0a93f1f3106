//! The palette says of each command that cannot be run why that is so, in each view; the others run.

use crate::harness::TestApp;
use guestlist::keys::Action;

fn disabled_reason(stage: &TestApp, action: Action) -> String {
    stage.app.disabled_reason(action).unwrap_or_default()
}

#[test]
fn empty_view_gives_reasons() {
    let mut stage = TestApp::new();
    stage.deliver_page(vec![]);
    stage.complete_list();
    assert_eq!(disabled_reason(&stage, Action::Delete), "no row is selected");
    assert_eq!(disabled_reason(&stage, Action::Copy), "no row is selected");
    assert_eq!(disabled_reason(&stage, Action::Triage), "no invite is shown");
    assert_eq!(disabled_reason(&stage, Action::MarkNone), "nothing is marked");
    assert_eq!(disabled_reason(&stage, Action::Stop), "nothing is running");
    stage.press("2");
    assert_eq!(disabled_reason(&stage, Action::Resume), "no plan is selected");
    assert_eq!(disabled_reason(&stage, Action::Stop), "no plan is running");
    stage.press("5");
    assert_eq!(disabled_reason(&stage, Action::Reinvite), "no plan is selected");
    stage.press("6");
    assert_eq!(disabled_reason(&stage, Action::Copy), "no request is selected");
    stage.add_sample_requests();
    assert_eq!(disabled_reason(&stage, Action::Copy), "");
}

#[test]
fn read_only_disables_exactly_the_changing_actions() {
    let mut stage = TestApp::with_rows();
    for action in [Action::Delete, Action::Resend, Action::Edit, Action::Undo, Action::Triage, Action::Export]
    {
        assert_eq!(disabled_reason(&stage, action), "", "{action:?}");
    }
    stage.press("%");
    for action in [Action::Delete, Action::Resend, Action::Edit, Action::Undo] {
        assert_eq!(disabled_reason(&stage, action), "read-only: you turned it on", "{action:?}");
    }
    for action in [Action::Copy, Action::Export, Action::Refresh, Action::ToggleReadOnly, Action::New] {
        assert_eq!(disabled_reason(&stage, action), "", "{action:?}");
    }
}

#[test]
fn marks_and_running_plans_decide_available_actions() {
    let mut stage = TestApp::with_rows();
    stage.press("*");
    assert!(disabled_reason(&stage, Action::Edit).contains("press U to clear the 59 marks"));
    stage.press("U d y");
    stage.press("2");
    assert_eq!(disabled_reason(&stage, Action::Resume), "the plan is already running");
    assert_eq!(disabled_reason(&stage, Action::RemoveStep), "only staged steps can be removed");
    assert_eq!(disabled_reason(&stage, Action::Stop), "");
    stage.press("enter");
    assert_eq!(disabled_reason(&stage, Action::Open), "the steps are already shown");
}

#[test]
fn disabled_command_shows_its_reason_and_does_nothing() {
    let mut stage = TestApp::with_rows();
    let screen = stage.press("% :").type_text("resend").screen_text(100, 30);
    assert!(screen.contains("not now: read-only: you turned it on"), "{screen}");
    stage.press("enter");
    let screen = stage.screen_text(100, 30);
    assert!(screen.contains("Commands") && screen.contains("resend: read-only"), "{screen}");
}
