//! Marks, and the dialogs that plans of all sizes are confirmed in: looked at in each size, and what has to hold.

use std::time::Duration;

use crate::look;
use crate::stage::{Stage, failure, invite, some_invites};
use guestlist::app::Overlay;
use guestlist::domain::{Error, ErrorKind, Expiry, HttpRecord, Method, ServiceReply};

/// Rows with short addresses, so that what is cut off is the dialog's doing.
fn with_plain_rows(rows: u128) -> Stage {
    let mut stage = Stage::new();
    let expires =
        |n: u128| Expiry(stage.now.wall.checked_add(jiff::SignedDuration::from_hours(5 + 7 * n as i64)).ok());
    let rows = (0..rows).map(|n| invite(n + 1, &format!("person.{n:02}@example.com"), "Hello", expires(n)));
    stage.page(rows.collect());
    stage.complete();
    stage
}

/// Calls were answered at this pace.
fn paced(stage: &mut Stage, millis: u64) {
    stage.reply(ServiceReply::RequestMade(HttpRecord {
        method: Method::Get,
        path: "/".into(),
        sent_at: stage.now.wall,
        duration: Duration::from_millis(millis),
        status: Some(200),
        request_id: None,
        request_body: None,
        response_body: String::new(),
        note: None,
    }));
}

fn mark(stage: &mut Stage, rows: usize) {
    stage.text(80, 24);
    for _ in 0..rows {
        stage.press("space");
    }
}

#[test]
fn marked_rows() {
    let mut stage = Stage::with_rows();
    stage.text(80, 24);
    stage.press("space j space v j j");
    look("marked", stage);
}

#[test]
fn marked_rows_behind_a_filter() {
    let mut stage = Stage::with_rows();
    mark(&mut stage, 3);
    stage.press("/").type_text("jane").press("enter d");
    let screen = stage.text(80, 24);
    assert!(screen.contains("3 marked, 2 hidden"), "{screen}");
    look("marked_hidden", stage);
}

#[test]
fn a_resend_of_one() {
    let mut stage = Stage::with_rows();
    paced(&mut stage, 700);
    stage.press("r");
    look("confirm_resend", stage);
}

#[test]
fn three_to_revoke() {
    let mut stage = with_plain_rows(9);
    mark(&mut stage, 3);
    stage.press("d j");
    look("confirm_three", stage);
}

#[test]
fn seven_to_send_again_after_a_y_that_is_not_enough() {
    let mut stage = with_plain_rows(9);
    paced(&mut stage, 700);
    mark(&mut stage, 7);
    stage.press("r y");
    look("confirm_seven", stage);
}

#[test]
fn thirty_with_their_number_typed() {
    let mut stage = with_plain_rows(30);
    paced(&mut stage, 300);
    stage.press("* r").type_text("30");
    stage.press("pgdn pgdn j");
    look("confirm_thirty", stage);
}

#[test]
fn twins_and_what_cannot_be_sent() {
    let mut stage = Stage::new();
    let later = Expiry(stage.now.wall.checked_add(jiff::SignedDuration::from_hours(50)).ok());
    stage.page(vec![
        invite(1, "bob@job", "one", later),
        invite(2, "Bob@job", "two", later),
        invite(3, "eve@job", "first", later),
        invite(4, "eve@job", "second", later),
        invite(5, "dan@job", &"x".repeat(300), later),
    ]);
    stage.complete();
    stage.press("* o e g g");
    let last_of_eve = stage.state.model.table.order.len() - 1;
    (0..last_of_eve).for_each(|_| {
        stage.press("j");
    });
    stage.press("space r");
    look("confirm_twins", stage);
}

#[test]
fn a_correction_and_its_dialog() {
    let mut stage = Stage::with_rows();
    stage.press("e");
    stage.type_text("x");
    look("correct", stage);
    let mut stage = Stage::with_rows();
    stage.press("e").type_text(".uk").press("ctrl-s");
    look("confirm_correct", stage);
}

#[test]
fn read_only() {
    let mut stage = Stage::with_rows();
    stage.press("% d");
    look("read_only", stage);
}

#[test]
fn staged_rows() {
    let mut stage = Stage::with_rows();
    mark(&mut stage, 2);
    stage.press("d s");
    let staged = stage.state.model.plans.pending_stages[0].plan.id;
    stage.reply(ServiceReply::Plan(staged, guestlist::domain::service_msg::PlanEvent::Staged));
    assert!(stage.state.model.marks.is_empty(), "what is staged says so itself");
    look("staged_rows", stage);
}

#[test]
fn five_thousand_steps_are_one_dialog_of_which_only_what_is_seen_is_drawn() {
    let mut stage = with_plain_rows(5_000);
    stage.press("* d");
    let screen = stage.text(40, 12);
    assert!(screen.contains("Revoke 5,000 invites?") && screen.contains("Cancel"), "{screen}");
    for _ in 0..2_000 {
        stage.press("pgdn");
    }
    let screen = stage.text(80, 24);
    assert!(screen.contains("of 5,000") && screen.contains("person.4999"), "{screen}");
}

#[test]
fn all_can_be_marked_only_where_all_is_known() {
    let mut stage = Stage::new();
    stage.page(some_invites(stage.now.wall));
    let screen = stage.press("*").text(80, 24);
    assert!(screen.contains("only 59 rows loaded so far"), "{screen}");
    assert!(stage.state.model.marks.is_empty());
    stage.press("space");
    assert_eq!(stage.state.model.marks.len(), 1, "one that is seen can be");
    stage.complete();
    stage.press("~");
    assert_eq!(stage.state.model.marks.len(), 58);
    stage.press("U");
    assert!(stage.state.model.marks.is_empty());
}

#[test]
fn a_mark_outlives_a_refresh_and_goes_with_its_invite() {
    let mut stage = Stage::with_rows();
    mark(&mut stage, 2);
    stage.press("ctrl-r");
    let mut rows = some_invites(stage.now.wall);
    rows.retain(|row| row.email != "jane.doe@example.com");
    stage.page(rows.clone());
    assert_eq!(stage.state.model.marks.len(), 2, "a part proves nothing");
    stage.fails(failure("Could not load invites"));
    assert_eq!(stage.state.model.marks.len(), 2);
    stage.press("ctrl-r");
    stage.page(rows);
    stage.complete();
    assert_eq!(stage.state.model.marks.len(), 1, "it is gone for certain");
}

#[test]
fn esc_never_takes_a_mark_away() {
    let mut stage = Stage::with_rows();
    mark(&mut stage, 2);
    stage.press("v j esc esc esc esc");
    assert_eq!(stage.state.model.marks.len(), 4);
}

#[test]
fn the_last_step_taken_out_closes_the_dialog() {
    let mut stage = with_plain_rows(3);
    stage.press("* d u u");
    assert!(stage.text(80, 24).contains("Revoke this invite?"));
    let screen = stage.press("u").text(80, 24);
    assert!(screen.contains("Nothing is left of the plan") && stage.state.overlays.is_empty(), "{screen}");
}

#[test]
fn the_more_steps_the_more_is_asked_for() {
    for (rows, enough, not_enough) in
        [(5, "y", "enter"), (6, "Y", "y"), (25, "Y", "tab enter"), (26, "2 6 y", "2 5 y")]
    {
        let mut stage = with_plain_rows(rows);
        stage.press("* d").press(not_enough);
        assert!(stage.plans.is_empty(), "{rows} are not run by {not_enough}");
        let mut stage = with_plain_rows(rows);
        stage.press("* d").press(enough);
        assert_eq!(stage.plans.len(), 1, "{rows} are run by {enough}");
    }
}

#[test]
fn enter_runs_it_once_the_right_number_is_typed() {
    let mut stage = with_plain_rows(26);
    stage.press("* d 2 6 enter");
    assert_eq!(stage.plans.len(), 1);
}

#[test]
fn an_incomplete_list_pins_nothing_and_the_dialog_says_so() {
    let mut stage = Stage::new();
    stage.page(some_invites(stage.now.wall));
    let screen = stage.press("r").text(120, 40);
    assert!(screen.contains("The list is not complete"), "{screen}");
    let Some(Overlay::Confirm(confirm)) = stage.state.overlays.last() else { panic!("nothing is asked") };
    assert!(format!("{:?}", confirm.plan.steps).contains("before: None"));
}

#[test]
fn a_row_in_a_plan_is_in_no_other_and_its_address_is_mailed_by_no_other() {
    let mut stage = Stage::new();
    stage.page(vec![invite(1, "bob@job", "one", Expiry(None)), invite(2, "Bob@job", "two", Expiry(None))]);
    stage.complete();
    stage.press("r y");
    let screen = stage.press("r").text(120, 40);
    assert!(screen.contains("This invite is being sent again already."), "{screen}");
    let screen = stage.press("j r").text(120, 40);
    assert!(screen.contains("another plan still sends"), "{screen}");
    assert_eq!(stage.plans.len(), 1);
    let screen = stage.press("d").text(120, 40);
    assert!(screen.contains("Revoke this invite?"), "revoking it mails nobody: {screen}");
}

#[test]
fn a_server_that_says_we_may_not_makes_it_read_only() {
    let mut stage = Stage::with_rows();
    let refused =
        Error::new(ErrorKind::Status(403), "It was not revoked", "no rights (403)", "Ask for them.");
    stage.press("d y");
    stage.plan(guestlist::domain::service_msg::PlanEvent::Paused(refused));
    let screen = stage.text(120, 40);
    assert!(screen.contains("READ-ONLY") && screen.contains("% allows changes again"), "{screen}");
    let screen = stage.press("j d").text(120, 40);
    assert!(!screen.contains("Revoke this invite?"), "{screen}");
    stage.press("% d");
    assert!(stage.text(120, 40).contains("Revoke this invite?"));
}

#[test]
fn what_was_not_edited_is_sent_byte_for_byte() {
    let raw = "two\r\nlines\n";
    let mut stage = Stage::new();
    stage.page(vec![invite(1, "bob@job", raw, Expiry(None))]);
    stage.complete();
    let screen = stage.press("e ctrl-s").text(80, 24);
    assert!(screen.contains("Nothing was changed"), "{screen}");
    stage.type_text(".uk").press("ctrl-s");
    let Some(Overlay::Confirm(confirm)) = stage.state.overlays.last() else { panic!("nothing is asked") };
    let draft = confirm.plan.steps[0].draft().expect("it sends");
    assert_eq!((draft.email.as_str(), draft.message.as_str()), ("bob@job.uk", raw));
    assert!(stage.state.model.drafts.is_empty());
}

#[test]
fn triage_starts_at_the_cursor_and_the_list_follows() {
    let mut stage = with_plain_rows(9);
    stage.text(80, 24);
    stage.press("j j t");
    let at = |stage: &Stage| match stage.state.overlays.last() {
        Some(Overlay::Triage(triage)) => triage.session.position,
        _ => panic!("no triage"),
    };
    assert_eq!((at(&stage), stage.state.model.table.selected_line), (2, 2));
    stage.press("s k");
    assert_eq!((at(&stage), stage.state.model.table.selected_line), (4, 4));
}

#[test]
fn message_field_says_that_it_is_one_paragraph() {
    let mut stage = Stage::with_rows();
    stage.press("n");
    assert!(!stage.text(80, 24).contains("one paragraph"));
    stage.press("tab");
    assert!(stage.text(80, 24).contains("The message is one paragraph."));
}

#[test]
fn canceled_plan_of_a_triage_session_loses_no_decision() {
    let mut stage = Stage::with_rows();
    stage.press("space space t").text(120, 40);
    stage.press("d").text(120, 40);
    stage.press("d").text(120, 40);
    assert!(matches!(stage.state.overlays[..], [Overlay::Confirm(_)]), "the plan is asked about");
    stage.press("esc").text(120, 40);
    let screen = stage.press("t").text(120, 40);
    assert!(screen.contains("2 of 2 were decided"), "{screen}");
    stage.press("enter").text(120, 40);
    stage.press("y").text(120, 40);
    assert!(stage.state.model.triage.is_none() && stage.plans.len() == 1, "it was applied");
}

#[test]
fn quitting_asks_about_a_note_and_an_edit_that_were_not_saved() {
    let mut stage = Stage::with_rows();
    let screen = stage.press("a").type_text("on leave").press("ctrl-c").text(80, 24);
    assert!(screen.contains("A note was not saved. It is lost when you quit."), "{screen}");
    stage.pause().press("esc esc e").type_text("x").press("esc");
    let screen = stage.press("q").text(80, 24);
    assert!(screen.contains("A draft was not sent. A note was not saved."), "{screen}");
}
