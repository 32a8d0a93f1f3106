//! What the requests, copying and exporting look like.

use crate::look;
use crate::stage::{Stage, some_invites};
use guestlist::domain::export::ExportResult;

#[test]
fn requests() {
    let mut stage = Stage::with_rows();
    stage.some_calls();
    stage.text(80, 24);
    stage.press("6 j j");
    look("requests", stage);
}

#[test]
fn no_requests() {
    let mut stage = Stage::with_rows();
    stage.press("6");
    look("requests_none", stage);
}

#[test]
fn requests_of_a_row() {
    let mut stage = Stage::with_rows();
    stage.some_calls();
    stage.press("j @");
    look("requests_of_row", stage);
}

#[test]
fn request_in_full() {
    let mut stage = Stage::with_rows();
    stage.some_calls();
    stage.text(80, 24);
    stage.press("6 j enter");
    look("request", stage);
}

#[test]
fn choosing_what_to_copy() {
    let mut stage = Stage::with_rows();
    stage.press("j j Y j");
    look("choose", stage);
}

#[test]
fn exporting() {
    let mut stage = Stage::with_rows();
    stage.press("E");
    look("export", stage);
}

#[test]
fn exporting_a_part() {
    let mut stage = Stage::new();
    stage.page(some_invites(stage.now.wall));
    stage.press("E right right tab tab enter");
    look("export_part", stage);
}

#[test]
fn replacing_a_file() {
    let mut stage = Stage::with_rows();
    stage.press("E enter");
    stage.exported(ExportResult::Exists);
    look("export_exists", stage);
}

#[test]
fn a_request_stays_in_front_while_others_come_and_says_when_its_answer_was_let_go() {
    let mut stage = Stage::with_rows();
    stage.some_calls();
    stage.text(80, 24);
    stage.press("6 j enter");
    (0..60).for_each(|_| stage.some_calls());
    let screen = stage.text(80, 40);
    assert!(screen.contains("POST /archivist/iam/v1/invites"), "{screen}");
    assert!(screen.contains("Not kept: only the newest 50 answers are."), "{screen}");
    (0..100).for_each(|_| stage.some_calls());
    let screen = stage.text(80, 24);
    assert!(screen.contains("So many calls were made since that this one is not kept."), "{screen}");
}

#[test]
fn an_answer_to_another_export_changes_nothing() {
    let mut stage = Stage::with_rows();
    stage.press("E enter");
    let path = "/tmp/x.csv".to_owned();
    stage.exported_as(0, ExportResult::File { path: path.clone(), rows: 1 });
    assert!(stage.text(80, 24).contains("Export"));
    stage.exported(ExportResult::File { path, rows: 59 });
    let screen = stage.text(80, 24);
    assert!(screen.contains("59 invites written to /tmp/x.csv.") && !screen.contains("format"), "{screen}");
}
