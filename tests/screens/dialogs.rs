//! Marks, and the confirmation dialogs of plans of all sizes.

use std::time::Duration;

use crate::assert_screens;
use crate::harness::{TestApp, new_invite, sample_error, sample_invites};
use guestlist::app::Overlay;
use guestlist::domain::{Error, ErrorKind, Expiry, HttpRecord, Method, ServiceReply};

/// Rows with short emails, which are cut off only by the dialog.
fn app_with_plain_rows(rows: u128) -> TestApp {
    let mut app = TestApp::new();
    let expiry =
        |n: u128| Expiry(app.now.wall.checked_add(jiff::SignedDuration::from_hours(5 + 7 * n as i64)).ok());
    let rows =
        (0..rows).map(|n| new_invite(n + 1, &format!("person.{n:02}@example.com"), "Hello", expiry(n)));
    app.deliver_page(rows.collect());
    app.complete_list();
    app
}

/// Adds a request with this duration.
fn add_request_taking(app: &mut TestApp, millis: u64) {
    app.deliver_reply(ServiceReply::RequestMade(HttpRecord {
        method: Method::Get,
        path: "/".into(),
        sent_at: app.now.wall,
        duration: Duration::from_millis(millis),
        status: Some(200),
        request_id: None,
        headers: guestlist::domain::HttpHeaders::default(),
        request_body: None,
        response_body: String::new(),
        note: None,
    }));
}

fn mark_rows(app: &mut TestApp, rows: usize) {
    app.screen_text(80, 24);
    for _ in 0..rows {
        app.press("space");
    }
}

#[test]
fn marked_rows() {
    let mut app = TestApp::with_rows();
    app.screen_text(80, 24);
    app.press("space j space v j j");
    assert_screens("marked", app);
}

#[test]
fn marked_rows_behind_a_filter() {
    let mut app = TestApp::with_rows();
    mark_rows(&mut app, 3);
    app.press("/").type_text("jane").press("enter d");
    let screen = app.screen_text(80, 24);
    assert!(screen.contains("3 marked, 2 hidden"), "{screen}");
    assert_screens("marked_hidden", app);
}

#[test]
fn confirm_one_resend() {
    let mut app = TestApp::with_rows();
    add_request_taking(&mut app, 700);
    app.press("r");
    assert_screens("confirm_resend", app);
}

#[test]
fn confirm_three_deletes() {
    let mut app = app_with_plain_rows(9);
    mark_rows(&mut app, 3);
    app.press("d j");
    assert_screens("confirm_three", app);
}

#[test]
fn confirm_seven_resends_after_an_insufficient_y() {
    let mut app = app_with_plain_rows(9);
    add_request_taking(&mut app, 700);
    mark_rows(&mut app, 7);
    app.press("r y");
    assert_screens("confirm_seven", app);
}

#[test]
fn confirm_thirty_with_the_number_typed() {
    let mut app = app_with_plain_rows(30);
    add_request_taking(&mut app, 300);
    app.press("* r").type_text("30");
    app.press("pgdn pgdn j");
    assert_screens("confirm_thirty", app);
}

#[test]
fn confirm_duplicates_and_unsendable_steps() {
    let mut app = TestApp::new();
    let expiry = Expiry(app.now.wall.checked_add(jiff::SignedDuration::from_hours(50)).ok());
    app.deliver_page(vec![
        new_invite(1, "bob@job", "one", expiry),
        new_invite(2, "Bob@job", "two", expiry),
        new_invite(3, "eve@job", "first", expiry),
        new_invite(4, "eve@job", "second", expiry),
        new_invite(5, "dan@job", &"x".repeat(300), expiry),
    ]);
    app.complete_list();
    app.press("* o e g g");
    let last_row = app.state.model.table.order.len() - 1;
    (0..last_row).for_each(|_| {
        app.press("j");
    });
    app.press("space r");
    assert_screens("confirm_duplicates", app);
}

#[test]
fn edit_form_and_its_confirmation() {
    let mut app = TestApp::with_rows();
    app.press("e");
    app.type_text("x");
    assert_screens("edit", app);
    let mut app = TestApp::with_rows();
    app.press("e").type_text(".uk").press("ctrl-s");
    assert_screens("confirm_edit", app);
}

#[test]
fn read_only() {
    let mut app = TestApp::with_rows();
    app.press("% d");
    assert_screens("read_only", app);
}

#[test]
fn staged_rows() {
    let mut app = TestApp::with_rows();
    mark_rows(&mut app, 2);
    app.press("d s");
    let id = app.state.model.plans.pending_stages[0].plan.id;
    app.deliver_reply(ServiceReply::Plan(id, guestlist::domain::service_msg::PlanEvent::Staged));
    assert!(app.state.model.marks.is_empty(), "staged rows are not marked");
    assert_screens("staged_rows", app);
}

#[test]
fn confirmation_of_5000_steps_draws_only_visible_ones() {
    let mut app = app_with_plain_rows(5_000);
    app.press("* d");
    let screen = app.screen_text(40, 12);
    assert!(screen.contains("Delete 5,000 invites?") && screen.contains("Cancel"), "{screen}");
    for _ in 0..2_000 {
        app.press("pgdn");
    }
    let screen = app.screen_text(80, 24);
    assert!(screen.contains("of 5,000") && screen.contains("person.4999"), "{screen}");
}

#[test]
fn mark_all_needs_a_complete_list() {
    let mut app = TestApp::new();
    app.deliver_page(sample_invites(app.now.wall));
    let screen = app.press("*").screen_text(80, 24);
    assert!(screen.contains("still loading (59 rows so far)"), "{screen}");
    assert!(app.state.model.marks.is_empty());
    app.press("space");
    assert_eq!(app.state.model.marks.len(), 1, "a visible row can be marked");
    app.complete_list();
    app.press("~");
    assert_eq!(app.state.model.marks.len(), 58);
    app.press("U");
    assert!(app.state.model.marks.is_empty());
}

#[test]
fn mark_survives_a_refresh_and_goes_with_its_invite() {
    let mut app = TestApp::with_rows();
    mark_rows(&mut app, 2);
    app.press("ctrl-r");
    let mut rows = sample_invites(app.now.wall);
    rows.retain(|row| row.email != "jane.doe@example.com");
    app.deliver_page(rows.clone());
    assert_eq!(app.state.model.marks.len(), 2, "a partial list removes no mark");
    app.fail_list(sample_error("Could not load invites"));
    assert_eq!(app.state.model.marks.len(), 2);
    app.press("ctrl-r");
    app.deliver_page(rows);
    app.complete_list();
    assert_eq!(app.state.model.marks.len(), 1, "the mark of a gone invite is removed");
}

#[test]
fn esc_never_removes_a_mark() {
    let mut app = TestApp::with_rows();
    mark_rows(&mut app, 2);
    app.press("v j esc esc esc esc");
    assert_eq!(app.state.model.marks.len(), 4);
}

#[test]
fn removing_the_last_step_closes_the_dialog() {
    let mut app = app_with_plain_rows(3);
    app.press("* d u u");
    assert!(app.screen_text(80, 24).contains("Delete this invite?"));
    let screen = app.press("u").screen_text(80, 24);
    assert!(screen.contains("The plan has no steps left") && app.state.overlays.is_empty(), "{screen}");
}

#[test]
fn larger_plans_need_a_stronger_confirmation() {
    for (rows, enough, not_enough) in
        [(5, "y", "enter"), (6, "Y", "y"), (25, "Y", "tab enter"), (26, "2 6 y", "2 5 y")]
    {
        let mut app = app_with_plain_rows(rows);
        app.press("* d").press(not_enough);
        assert!(app.plans.is_empty(), "{not_enough} does not confirm {rows} steps");
        let mut app = app_with_plain_rows(rows);
        app.press("* d").press(enough);
        assert_eq!(app.plans.len(), 1, "{enough} confirms {rows} steps");
    }
}

#[test]
fn enter_applies_once_the_right_number_is_typed() {
    let mut app = app_with_plain_rows(26);
    app.press("* d 2 6 enter");
    assert_eq!(app.plans.len(), 1);
}

#[test]
fn partial_list_pins_nothing_and_the_dialog_shows_it() {
    let mut app = TestApp::new();
    app.deliver_page(sample_invites(app.now.wall));
    let screen = app.press("r").screen_text(120, 40);
    assert!(screen.contains("The list is incomplete"), "{screen}");
    let Some(Overlay::Confirm(confirm)) = app.state.overlays.last() else { panic!("no confirmation") };
    assert!(format!("{:?}", confirm.plan.steps).contains("known_versions: None"));
}

#[test]
fn invite_and_email_of_a_plan_are_blocked_in_other_plans() {
    let mut app = TestApp::new();
    app.deliver_page(vec![
        new_invite(1, "bob@job", "one", Expiry(None)),
        new_invite(2, "Bob@job", "two", Expiry(None)),
    ]);
    app.complete_list();
    app.press("r y");
    let screen = app.press("r").screen_text(120, 40);
    assert!(screen.contains("This invite is already being resent."), "{screen}");
    let screen = app.press("j r").screen_text(120, 40);
    assert!(screen.contains("another plan is already inviting this email"), "{screen}");
    assert_eq!(app.plans.len(), 1);
    let screen = app.press("d").screen_text(120, 40);
    assert!(screen.contains("Delete this invite?"), "a delete sends no email: {screen}");
}

#[test]
fn forbidden_change_makes_the_console_read_only() {
    let mut app = TestApp::with_rows();
    let error = Error::new(
        ErrorKind::Status(403),
        "Could not delete the invite",
        "no permission (403)",
        "Ask for it.",
    );
    app.press("d y");
    app.deliver_plan_event(guestlist::domain::service_msg::PlanEvent::Paused(error));
    let screen = app.screen_text(120, 40);
    assert!(screen.contains("READ-ONLY") && screen.contains("press % to allow changes"), "{screen}");
    let screen = app.press("j d").screen_text(120, 40);
    assert!(!screen.contains("Delete this invite?"), "{screen}");
    app.press("% d");
    assert!(app.screen_text(120, 40).contains("Delete this invite?"));
}

#[test]
fn unedited_text_is_sent_byte_for_byte() {
    let message = "two\r\nlines\n";
    let mut app = TestApp::new();
    app.deliver_page(vec![new_invite(1, "bob@job", message, Expiry(None))]);
    app.complete_list();
    let screen = app.press("e ctrl-s").screen_text(80, 24);
    assert!(screen.contains("No changes. To resend"), "{screen}");
    app.type_text(".uk").press("ctrl-s");
    let Some(Overlay::Confirm(confirm)) = app.state.overlays.last() else { panic!("no confirmation") };
    let draft = confirm.plan.steps[0].draft().expect("a sending step");
    assert_eq!((draft.email.as_str(), draft.message.as_str()), ("bob@job.uk", message));
    assert!(app.state.model.drafts.is_empty());
}

#[test]
fn message_field_shows_that_it_is_one_line() {
    let mut app = TestApp::with_rows();
    app.press("n");
    assert!(!app.screen_text(80, 24).contains("one paragraph"));
    app.press("tab");
    assert!(app.screen_text(80, 24).contains("Message: one paragraph; Ctrl-o opens your editor"));
}

#[test]
fn quit_asks_about_an_unsaved_note_and_edit() {
    let mut app = TestApp::with_rows();
    let screen = app.press("a").type_text("on leave").press("ctrl-c").screen_text(80, 24);
    assert!(screen.contains("A note is unsaved. It is lost when you quit."), "{screen}");
    app.pass_typing_pause().press("esc esc e").type_text("x").press("esc");
    let screen = app.press("q").screen_text(80, 24);
    assert!(screen.contains("A draft is unsent. A note is unsaved."), "{screen}");
}
