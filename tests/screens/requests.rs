//! What the requests, copying and exporting look like.

use crate::assert_screens;
use crate::harness::{TestApp, sample_invites};
use guestlist::domain::export::ExportResult;

#[test]
fn requests() {
    let mut stage = TestApp::with_rows();
    stage.add_sample_requests();
    stage.screen_text(80, 24);
    stage.press("6 j j");
    assert_screens("requests", stage);
}

#[test]
fn no_requests() {
    let mut stage = TestApp::with_rows();
    stage.press("6");
    assert_screens("requests_none", stage);
}

#[test]
fn requests_of_an_invite() {
    let mut stage = TestApp::with_rows();
    stage.add_sample_requests();
    stage.press("j @");
    assert_screens("requests_of_invite", stage);
}

#[test]
fn request_in_full() {
    let mut stage = TestApp::with_rows();
    stage.add_sample_requests();
    stage.screen_text(80, 24);
    stage.press("6 j enter");
    assert_screens("request", stage);
}

#[test]
fn copy_menu() {
    let mut stage = TestApp::with_rows();
    stage.press("j j Y j");
    assert_screens("copy_menu", stage);
}

#[test]
fn export_form() {
    let mut stage = TestApp::with_rows();
    stage.press("E");
    assert_screens("export", stage);
}

#[test]
fn export_form_of_a_partial_list() {
    let mut stage = TestApp::new();
    stage.deliver_page(sample_invites(stage.now.wall));
    stage.press("E right right tab tab enter");
    assert_screens("export_partial", stage);
}

#[test]
fn export_over_an_existing_file() {
    let mut stage = TestApp::with_rows();
    stage.press("E enter");
    stage.finish_export(ExportResult::Exists);
    assert_screens("export_exists", stage);
}

#[test]
fn open_request_stays_and_reports_a_dropped_body() {
    let mut stage = TestApp::with_rows();
    stage.add_sample_requests();
    stage.screen_text(80, 24);
    stage.press("6 j enter");
    (0..60).for_each(|_| stage.add_sample_requests());
    let screen = stage.screen_text(80, 40);
    assert!(screen.contains("POST /archivist/iam/v1/invites"), "{screen}");
    assert!(screen.contains("Not kept (only the newest 50 responses)."), "{screen}");
    (0..100).for_each(|_| stage.add_sample_requests());
    let screen = stage.screen_text(80, 24);
    assert!(screen.contains("This request is no longer in the log."), "{screen}");
}

#[test]
fn result_of_another_export_changes_nothing() {
    let mut stage = TestApp::with_rows();
    stage.press("E enter");
    let path = "/tmp/x.csv".to_owned();
    stage.finish_export_number(0, ExportResult::File { path: path.clone(), rows: 1 });
    assert!(stage.screen_text(80, 24).contains("Export"));
    stage.finish_export(ExportResult::File { path, rows: 59 });
    let screen = stage.screen_text(80, 24);
    assert!(screen.contains("59 invites written to /tmp/x.csv.") && !screen.contains("format"), "{screen}");
}
