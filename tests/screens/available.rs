//! The palette says of each command that cannot be run why that is so, in each view; the others run.

use crate::stage::Stage;
use guestlist::keys::Action;

fn why(stage: &Stage, action: Action) -> String {
    stage.state.disabled_reason(action).unwrap_or_default()
}

#[test]
fn an_empty_view_says_that_there_is_nothing() {
    let mut stage = Stage::new();
    stage.page(vec![]);
    stage.complete();
    assert_eq!(why(&stage, Action::Delete), "no row is selected");
    assert_eq!(why(&stage, Action::Copy), "no row is selected");
    assert_eq!(why(&stage, Action::Triage), "no invite is shown");
    assert_eq!(why(&stage, Action::MarkNone), "nothing is marked");
    assert_eq!(why(&stage, Action::Stop), "nothing is being read or changed");
    stage.press("2");
    assert_eq!(why(&stage, Action::Resume), "there is no plan here");
    assert_eq!(why(&stage, Action::Stop), "no plan runs");
    stage.press("5");
    assert_eq!(why(&stage, Action::Reinvite), "no plan is selected");
    stage.press("6");
    assert_eq!(why(&stage, Action::Copy), "no request is selected");
    stage.some_calls();
    assert_eq!(why(&stage, Action::Copy), "");
}

#[test]
fn read_only_is_a_reason_for_all_that_changes_and_for_nothing_else() {
    let mut stage = Stage::with_rows();
    for action in [Action::Delete, Action::Resend, Action::Edit, Action::Undo, Action::Triage, Action::Export]
    {
        assert_eq!(why(&stage, action), "", "{action:?}");
    }
    stage.press("%");
    for action in [Action::Delete, Action::Resend, Action::Edit, Action::Undo] {
        assert_eq!(why(&stage, action), "read-only, because you asked for it", "{action:?}");
    }
    for action in [Action::Copy, Action::Export, Action::Refresh, Action::ToggleReadOnly, Action::New] {
        assert_eq!(why(&stage, action), "", "{action:?}");
    }
}

#[test]
fn what_is_marked_and_what_runs_decide_what_can_be_done() {
    let mut stage = Stage::with_rows();
    stage.press("*");
    assert!(why(&stage, Action::Edit).contains("are marked; U takes all marks away"));
    stage.press("U d y");
    stage.press("2");
    assert_eq!(why(&stage, Action::Resume), "it is under way already");
    assert_eq!(why(&stage, Action::RemoveStep), "only what is staged can be taken out");
    assert_eq!(why(&stage, Action::Stop), "");
    stage.press("enter");
    assert_eq!(why(&stage, Action::Open), "its steps are shown already");
}

#[test]
fn a_command_that_cannot_be_run_is_shown_with_the_reason_and_does_nothing() {
    let mut stage = Stage::with_rows();
    let screen = stage.press("% :").type_text("resend").text(100, 30);
    assert!(screen.contains("not now: read-only, because you asked for it"), "{screen}");
    stage.press("enter");
    let screen = stage.text(100, 30);
    assert!(screen.contains("Commands") && screen.contains("resend: read-only"), "{screen}");
}
