//! What each screen looks like in each situation and size, against snapshots that were looked at; and what has to
//! hold whatever the size and the text.

#![allow(clippy::expect_used, clippy::panic, reason = "a test tells by failing")]

mod access;
mod agreement;
mod always;
mod available;
mod calls;
mod changed;
mod columns;
mod consequences;
mod dialogs;
mod forecast;
mod journal;
mod large;
mod lists;
mod many;
mod plans;
mod problems;
mod remarks;
mod stage;
mod unreadable;

use std::time::Duration;

use ratatui::style::Modifier;
use stage::{Stage, failure, some_invites};

use guestlist::domain::journal::JournalEntry;
use guestlist::domain::plan::{PlanState, Progress};
use guestlist::domain::service_msg::{PlanEvent, UnfinishedPlan};
use guestlist::domain::{Outcome, Plan, PlanId, ServiceReply};
use guestlist::ui::Theme;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (40, 12)];

/// Holds a situation against its snapshots, one for each size.
fn look(name: &str, mut stage: Stage) {
    for (width, height) in SIZES {
        insta::assert_snapshot!(format!("{name}_{width}x{height}"), stage.text(width, height));
    }
}

#[test]
fn loading() {
    look("loading", Stage::new());
}

#[test]
fn empty() {
    let mut stage = Stage::new();
    stage.complete();
    look("empty", stage);
}

#[test]
fn rows() {
    look("rows", Stage::with_rows());
}

#[test]
fn rows_of_a_try_out() {
    let mut stage = Stage::try_out();
    stage.page(some_invites(stage.now.wall));
    stage.complete();
    look("try_out", stage);
}

#[test]
fn rows_still_streaming_in() {
    let mut stage = Stage::new();
    stage.page(some_invites(stage.now.wall));
    look("streaming", stage);
}

#[test]
fn error() {
    let mut stage = Stage::new();
    stage.fails(failure("Could not load invites"));
    look("error", stage);
}

#[test]
fn partial() {
    let mut stage = Stage::new();
    stage.page(some_invites(stage.now.wall));
    stage.fails(failure("List incomplete: page 5 could not be read"));
    look("partial", stage);
}

#[test]
fn stale() {
    let mut stage = Stage::with_rows();
    stage.press("ctrl-r");
    stage.fails(failure("Could not load invites"));
    look("stale", stage);
}

#[test]
fn waiting() {
    let mut stage = Stage::with_rows();
    let until = stage.now.mono + Duration::from_secs(20);
    stage.reply(ServiceReply::Waiting { until, reason: "the server asked for 20 s".into() });
    look("waiting", stage);
}

#[test]
fn detail() {
    let mut stage = Stage::with_rows();
    stage.text(80, 24);
    stage.press("j j enter");
    look("detail", stage);
}

#[test]
fn filter() {
    let mut stage = Stage::with_rows();
    stage.press("/").type_text("company 1");
    look("filter", stage);
}

#[test]
fn filter_hint() {
    let mut stage = Stage::with_rows();
    stage.press("/");
    look("filter_hint", stage);
}

#[test]
fn filter_mistake() {
    let mut stage = Stage::with_rows();
    stage.press("/").type_text("@example.com exp<x");
    look("filter_mistake", stage);
}

#[test]
fn filter_help() {
    let mut stage = Stage::with_rows();
    stage.press("/ f1");
    look("filter_help", stage);
}

#[test]
fn what_a_filter_matched_is_marked_cell_by_cell() {
    let mut stage = Stage::with_rows();
    stage.press("/").type_text("~jdoe person");
    let theme = Theme::none();
    let matched = |stage: &mut Stage| {
        let buffer = stage.draw(120, 40, &theme);
        let cells = buffer.content().iter().filter(|cell| cell.modifier.contains(Modifier::UNDERLINED));
        cells.map(|cell| cell.symbol().to_owned()).collect::<String>()
    };
    // Its message has the word, and so no other row is left.
    assert_eq!(matched(&mut stage), "jdoeperson");
    stage.press("ctrl-u").type_text("msg:招待状 @例え.jp");
    assert_eq!(matched(&mut stage), "@例え.jp招待状");
    stage.press("ctrl-u").type_text("!person =gone@example.com");
    assert_eq!(matched(&mut stage), "gone@example.com");
}

#[test]
fn the_cursor_is_where_one_writes_also_in_a_long_filter_and_above_a_long_explanation() {
    for (width, text) in
        [(80, "ann"), (80, "exp<x"), (40, "exp<x"), (40, "a long filter that does not fit exp<x")]
    {
        let mut stage = Stage::with_rows();
        stage.press("/").type_text(text);
        for (left, expected) in [(0, "x"), (1, "<")] {
            let (cursor, buffer) = stage.cursor(width, 24);
            let before = buffer[(cursor.x - 1, cursor.y)].symbol().to_owned();
            let expected = if text == "ann" { "n" } else { expected };
            assert_eq!(before, expected, "{text:?} at {width}, {left} to the left");
            stage.press("left");
        }
    }
}

#[test]
fn a_column_without_room_that_decides_the_order_is_named() {
    let mut stage = Stage::with_rows();
    let screen = stage.press("o m").text(40, 20);
    assert!(screen.contains("by message ▲"), "{screen}");
    assert!(stage.press("O").text(40, 20).contains("by message ▼"));
    assert!(stage.text(120, 40).contains("Message ▼"));
}

#[test]
fn create() {
    let mut stage = Stage::with_rows();
    stage.press("n").type_text("jane.doe@example.com").press("tab");
    stage.type_text(
        "Please join our tenancy 招待状, so that you can look at the audit trail of the shipments.",
    );
    look("create", stage);
}

#[test]
fn create_refused() {
    let mut stage = Stage::with_rows();
    stage.press("n ctrl-s");
    look("create_refused", stage);
}

#[test]
fn sending() {
    let mut stage = Stage::with_rows();
    stage.press("n").type_text("new@example.com").press("tab").type_text("hi").press("ctrl-s");
    look("sending", stage);
}

#[test]
fn confirm() {
    let mut stage = Stage::with_rows();
    stage.press("d");
    look("confirm", stage);
}

#[test]
fn held() {
    let mut stage = Stage::with_rows();
    stage.press("d y");
    let until = stage.now.mono + Duration::from_millis(4_200);
    stage.plan(PlanEvent::UndoWindow { until });
    look("held", stage);
}

#[test]
fn revoked() {
    let mut stage = Stage::with_rows();
    stage.press("d y");
    let progress = Progress { outcome: Some(Outcome::Done), old_deleted: true, ..Progress::default() };
    stage.plan(PlanEvent::StepEnded { step: 0, progress: progress.clone(), failure: None });
    stage.plan(PlanEvent::Ended { state: PlanState::Finished, progress: vec![progress] });
    look("revoked", stage);
}

#[test]
fn unfinished() {
    let mut stage = Stage::with_rows();
    stage.press("d y");
    let plan = stage.state.model.plans.running[0].plan.clone();
    stage.state.model.plans.running.clear();
    let entry = |n: u128, state| {
        let plan = Plan { id: PlanId(uuid::Uuid::from_u128(n)), ..plan.clone() };
        JournalEntry { progress: plan.initial_progress(), plan, state, calls: Vec::new() }
    };
    let finding = "The invite of jane.doe@example.com is still there.".to_owned();
    stage.reply(ServiceReply::UnfinishedPlans(vec![
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
    look("unfinished", stage);
}

#[test]
fn quitting() {
    let mut stage = Stage::with_rows();
    stage.press("d y q");
    look("quitting", stage);
}

#[test]
fn messages() {
    let mut stage = Stage::with_rows();
    stage.press("ctrl-r");
    stage.fails(failure("Could not load invites"));
    stage.press("!");
    look("messages", stage);
}

#[test]
fn help() {
    let mut stage = Stage::try_out();
    stage.press("?");
    look("help", stage);
}

#[test]
fn a_question_about_waiting_stays_behind_a_form_and_goes_with_the_wait() {
    let mut stage = Stage::with_rows();
    stage.press("n");
    stage.reply(ServiceReply::LongWait { wait: Duration::from_secs(7_200) });
    let screen = stage.type_text("ny@example.com").text(80, 24);
    assert!(screen.contains("ny@example.com") && !screen.contains("Wait that long?"), "{screen}");
    stage.reply(ServiceReply::LongWait { wait: Duration::from_secs(3_600) });
    let screen = stage.press("esc").text(80, 24);
    assert!(!screen.contains("Wait that long?"), "a key was pressed a moment ago: {screen}");
    let screen = stage.pause().text(80, 24);
    assert!(screen.contains("send nothing for 1 h"), "{screen}");
    stage.reply(ServiceReply::WaitOver);
    assert!(!stage.text(80, 24).contains("Wait that long?"));
}

#[test]
fn in_a_low_window_the_selected_one_of_many_unfinished_plans_is_seen() {
    let mut stage = Stage::with_rows();
    stage.press("d y");
    let plan = stage.state.model.plans.running[0].plan.clone();
    let left = (1..=9).map(|n| {
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
    stage.reply(ServiceReply::UnfinishedPlans(left.collect()));
    stage.state.overlays.clear();
    stage.press("2");
    for keys in ["j", "j j", "j j j j j"] {
        let screen = stage.press(keys).text(40, 12);
        assert!(screen.contains('▌'), "{screen}");
    }
}

#[test]
fn commands() {
    let mut stage = Stage::with_rows();
    stage.press(": down");
    look("commands", stage);
}

#[test]
fn commands_that_match() {
    let mut stage = Stage::new();
    stage.press(":").type_text("row");
    look("commands_typed", stage);
}
