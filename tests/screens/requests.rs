//! The Requests view, the copy menu and the export form.

use crate::assert_screens;
use crate::harness::{TestApp, sample_invites};
use guestlist::domain::export::ExportResult;

#[test]
fn requests() {
    let mut app = TestApp::with_rows();
    app.add_sample_requests();
    app.screen_text(80, 24);
    app.press("6 j j");
    assert_screens("requests", app);
}

#[test]
fn no_requests() {
    let mut app = TestApp::with_rows();
    app.press("6");
    assert_screens("requests_none", app);
}

#[test]
fn requests_of_an_invite() {
    let mut app = TestApp::with_rows();
    app.add_sample_requests();
    app.press("j @");
    assert_screens("requests_of_invite", app);
}

#[test]
fn request_in_full() {
    let mut app = TestApp::with_rows();
    app.add_sample_requests();
    app.screen_text(80, 24);
    app.press("6 j enter");
    assert_screens("request", app);
}

#[test]
fn copy_menu() {
    let mut app = TestApp::with_rows();
    app.press("j j Y j");
    assert_screens("copy_menu", app);
}

#[test]
fn export_form() {
    let mut app = TestApp::with_rows();
    app.press("E");
    assert_screens("export", app);
}

#[test]
fn export_form_of_a_partial_list() {
    let mut app = TestApp::new();
    app.deliver_page(sample_invites(app.now.wall));
    app.press("E right right tab tab enter");
    assert_screens("export_partial", app);
}

#[test]
fn export_over_an_existing_file() {
    let mut app = TestApp::with_rows();
    app.press("E enter");
    app.finish_export(ExportResult::Exists);
    assert_screens("export_exists", app);
}

#[test]
fn open_request_stays_and_reports_a_dropped_body() {
    let mut app = TestApp::with_rows();
    app.add_sample_requests();
    app.screen_text(80, 24);
    app.press("6 j enter");
    (0..60).for_each(|_| app.add_sample_requests());
    let screen = app.screen_text(80, 40);
    assert!(screen.contains("POST /archivist/iam/v1/invites"), "{screen}");
    assert!(screen.contains("Only the newest 50 responses are kept."), "{screen}");
    (0..100).for_each(|_| app.add_sample_requests());
    let screen = app.screen_text(80, 24);
    assert!(screen.contains("This request is no longer in the log."), "{screen}");
}

#[test]
fn result_of_another_export_changes_nothing() {
    let mut app = TestApp::with_rows();
    app.press("E enter");
    let path = "/tmp/x.csv".to_owned();
    app.finish_export_number(0, ExportResult::File { path: path.clone(), rows: 1 });
    assert!(app.screen_text(80, 24).contains("Export"));
    app.finish_export(ExportResult::File { path, rows: 59 });
    let screen = app.screen_text(80, 24);
    assert!(screen.contains("59 invites written to /tmp/x.csv.") && !screen.contains("format"), "{screen}");
}
