//! Snapshots of each screen in each state and size, and rules for any size and text.

#![allow(clippy::expect_used, clippy::panic, reason = "tests report failures by panicking")]

mod access;
mod annotations;
mod ascii;
mod changes;
mod columns;
mod commands;
mod consequences;
mod dialogs;
mod disabled_reasons;
mod first_run;
mod footer;
mod forecast;
mod harness;
mod import;
mod import_changes;
mod import_files;
mod invariants;
mod journal;
mod key_labels;
mod large_list;
mod mouse;
mod plans;
mod problems;
mod requests;
mod selection;
mod small_windows;
mod triage;
mod triage_sessions;
mod unreadable_rows;

use std::time::Duration;

use harness::{TestApp, sample_error, sample_invites};
use ratatui::style::Modifier;

use guestlist::domain::journal::JournalEntry;
use guestlist::domain::plan::{PlanState, Progress};
use guestlist::domain::service_msg::{PlanEvent, UnfinishedPlan};
use guestlist::domain::{Outcome, Plan, PlanId, ServiceReply};
use guestlist::ui::Theme;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (40, 12)];

/// Compares a console with its snapshots, one for each size.
fn assert_screens(name: &str, app: TestApp) {
    assert_screens_at(&SIZES, name, app);
}

/// Compares a console with its snapshots of these sizes.
fn assert_screens_at(sizes: &[(u16, u16)], name: &str, mut app: TestApp) {
    for &(width, height) in sizes {
        insta::assert_snapshot!(format!("{name}_{width}x{height}"), app.screen_text(width, height));
    }
}

#[test]
fn loading() {
    assert_screens("loading", TestApp::new());
}

#[test]
fn empty() {
    let mut app = TestApp::new();
    app.complete_list();
    assert_screens("empty", app);
}

#[test]
fn rows() {
    assert_screens("rows", TestApp::with_rows());
}

#[test]
fn rows_of_a_sandbox() {
    let mut app = TestApp::sandbox();
    app.deliver_page(sample_invites(app.now.wall));
    app.complete_list();
    assert_screens("sandbox", app);
}

#[test]
fn rows_while_loading() {
    let mut app = TestApp::new();
    app.deliver_page(sample_invites(app.now.wall));
    assert_screens("streaming", app);
}

#[test]
fn error() {
    let mut app = TestApp::new();
    app.fail_list(sample_error("Could not load invites"));
    assert_screens("error", app);
}

#[test]
fn partial() {
    let mut app = TestApp::new();
    app.deliver_page(sample_invites(app.now.wall));
    app.fail_list(sample_error("List incomplete: page 5 could not be read"));
    assert_screens("partial", app);
}

#[test]
fn stale() {
    let mut app = TestApp::with_rows();
    app.press("ctrl-r");
    app.fail_list(sample_error("Could not load invites"));
    assert_screens("stale", app);
}

#[test]
fn waiting() {
    let mut app = TestApp::with_rows();
    let until = app.now.mono + Duration::from_secs(20);
    app.deliver_reply(ServiceReply::Waiting { until, reason: "the server asked for 20 s".into() });
    assert_screens("waiting", app);
}

#[test]
fn detail() {
    let mut app = TestApp::with_rows();
    app.screen_text(80, 24);
    app.press("j j enter");
    assert_screens("detail", app);
}

#[test]
fn filter() {
    let mut app = TestApp::with_rows();
    app.press("/").type_text("company 1");
    assert_screens("filter", app);
}

#[test]
fn filter_hint() {
    let mut app = TestApp::with_rows();
    app.press("/");
    assert_screens("filter_hint", app);
}

#[test]
fn filter_error() {
    let mut app = TestApp::with_rows();
    app.press("/").type_text("@example.com exp<x");
    assert_screens("filter_error", app);
}

#[test]
fn filter_help() {
    let mut app = TestApp::with_rows();
    app.press("/ f1");
    assert_screens("filter_help", app);
}

#[test]
fn filter_matches_are_highlighted_cell_by_cell() {
    let mut app = TestApp::with_rows();
    app.press("/").type_text("~jdoe person");
    let theme = Theme::none();
    let matched = |app: &mut TestApp| {
        let buffer = app.draw(160, 40, &theme);
        let cells = buffer.content().iter().filter(|cell| cell.modifier.contains(Modifier::UNDERLINED));
        cells.map(|cell| cell.symbol().to_owned()).collect::<String>()
    };
    // Only one row matches both words.
    assert_eq!(matched(&mut app), "jdoeperson");
    app.press("ctrl-u").type_text("msg:招待状 @例え.jp");
    assert_eq!(matched(&mut app), "@例え.jp招待状");
    app.press("ctrl-u").type_text("!person =gone@example.com");
    assert_eq!(matched(&mut app), "gone@example.com");
}

#[test]
fn cursor_follows_the_text_in_long_filters_and_above_help() {
    for (width, text) in
        [(80, "ann"), (80, "exp<x"), (40, "exp<x"), (40, "a long filter that does not fit exp<x")]
    {
        let mut app = TestApp::with_rows();
        app.press("/").type_text(text);
        for (steps_left, expected) in [(0, "x"), (1, "<")] {
            let (cursor, buffer) = app.cursor(width, 24);
            let before = buffer[(cursor.x - 1, cursor.y)].symbol().to_owned();
            let expected = if text == "ann" { "n" } else { expected };
            assert_eq!(before, expected, "{text:?} at width {width}, {steps_left} to the left");
            app.press("left");
        }
    }
}

#[test]
fn hidden_sort_column_is_named() {
    let mut app = TestApp::with_rows();
    let screen = app.press("o m").screen_text(40, 20);
    assert!(screen.contains("by message ▲"), "{screen}");
    assert!(app.press("O").screen_text(40, 20).contains("by message ▼"));
    assert!(app.screen_text(160, 40).contains("Message ▼"));
}

#[test]
fn create() {
    let mut app = TestApp::with_rows();
    app.press("n").type_text("jane.doe@example.com").press("tab");
    app.type_text(
        "Please join our tenancy 招待状, so that you can look at the audit trail of the shipments.",
    );
    assert_screens("create", app);
}

#[test]
fn create_refused() {
    let mut app = TestApp::with_rows();
    app.press("n ctrl-s");
    assert_screens("create_refused", app);
}

#[test]
fn sending() {
    let mut app = TestApp::with_rows();
    app.press("n").type_text("new@example.com").press("tab").type_text("hi").press("ctrl-s");
    assert_screens("sending", app);
}

#[test]
fn confirm() {
    let mut app = TestApp::with_rows();
    app.press("d");
    assert_screens("confirm", app);
}

#[test]
fn undo_window() {
    let mut app = TestApp::with_rows();
    app.press("d y");
    let until = app.now.mono + Duration::from_millis(4_200);
    app.deliver_plan_event(PlanEvent::UndoWindow { until });
    assert_screens("undo_window", app);
}

#[test]
fn deleted() {
    let mut app = TestApp::with_rows();
    app.press("d y");
    let progress = Progress { outcome: Some(Outcome::Done), old_deleted: true, ..Progress::default() };
    app.deliver_plan_event(PlanEvent::StepEnded { step: 0, progress: progress.clone(), failure: None });
    app.deliver_plan_event(PlanEvent::Ended { state: PlanState::Finished, progress: vec![progress] });
    assert_screens("deleted", app);
}

#[test]
fn unfinished() {
    let mut app = TestApp::with_rows();
    app.press("d y");
    let plan = app.state.model.plans.running[0].plan.clone();
    app.state.model.plans.running.clear();
    let entry = |n: u128, state| {
        let plan = Plan { id: PlanId(uuid::Uuid::from_u128(n)), ..plan.clone() };
        JournalEntry { progress: plan.initial_progress(), plan, state, calls: Vec::new() }
    };
    let finding = "The invite of jane.doe@example.com is still there.".to_owned();
    app.deliver_reply(ServiceReply::UnfinishedPlans(vec![
        UnfinishedPlan {
            entry: entry(1, PlanState::Staged),
            findings: Vec::new(),
            reconciled_steps: Vec::new(),
        },
        UnfinishedPlan {
            entry: entry(2, PlanState::Running),
            findings: vec![finding],
            reconciled_steps: Vec::new(),
        },
    ]));
    assert_screens("unfinished", app);
}

#[test]
fn quitting() {
    let mut app = TestApp::with_rows();
    app.press("d y q");
    assert_screens("quit", app);
}

#[test]
fn notifications() {
    let mut app = TestApp::with_rows();
    app.press("ctrl-r");
    app.fail_list(sample_error("Could not load invites"));
    app.press("!");
    assert_screens("notifications", app);
}

#[test]
fn help() {
    let mut app = TestApp::sandbox();
    app.press("?");
    assert_screens("help", app);
}

#[test]
fn wait_prompt_stays_behind_a_form_and_ends_with_the_wait() {
    let mut app = TestApp::with_rows();
    app.press("n");
    app.deliver_reply(ServiceReply::LongWait { wait: Duration::from_secs(7_200) });
    let screen = app.type_text("ny@example.com").screen_text(80, 24);
    assert!(screen.contains("ny@example.com") && !screen.contains("Wait that long?"), "{screen}");
    app.deliver_reply(ServiceReply::LongWait { wait: Duration::from_secs(3_600) });
    let screen = app.press("esc").screen_text(80, 24);
    assert!(!screen.contains("Wait that long?"), "the typing pause is not over: {screen}");
    let screen = app.pass_typing_pause().screen_text(80, 24);
    assert!(screen.contains("a pause of 1 h"), "{screen}");
    app.deliver_reply(ServiceReply::WaitOver);
    assert!(!app.screen_text(80, 24).contains("Wait that long?"));
}

#[test]
fn selected_unfinished_plan_is_visible_in_a_low_window() {
    let mut app = TestApp::with_rows();
    app.press("d y");
    let plan = app.state.model.plans.running[0].plan.clone();
    let steps_left = (1..=9).map(|n| {
        let plan = Plan { id: PlanId(uuid::Uuid::from_u128(n)), ..plan.clone() };
        let findings = vec![format!("finding {n}")];
        UnfinishedPlan {
            entry: JournalEntry {
                progress: plan.initial_progress(),
                plan,
                state: PlanState::Stopped,
                calls: Vec::new(),
            },
            findings,
            reconciled_steps: Vec::new(),
        }
    });
    app.deliver_reply(ServiceReply::UnfinishedPlans(steps_left.collect()));
    app.state.overlays.clear();
    app.press("2");
    for keys in ["j", "j j", "j j j j j"] {
        let screen = app.press(keys).screen_text(40, 12);
        assert!(screen.contains('▌'), "{screen}");
    }
}

#[test]
fn commands() {
    let mut app = TestApp::with_rows();
    app.press(": down");
    assert_screens("commands", app);
}

#[test]
fn commands_that_match() {
    let mut app = TestApp::new();
    app.press(":").type_text("row");
    assert_screens("commands_typed", app);
}
