//! Notes, snoozed rows, and auto-refresh.

use std::time::Duration;

use jiff::SignedDuration;

use super::assert_screens;
use crate::harness::{TestApp, sample_error, sample_invites};
use guestlist::app::shell::next_redraw::next_redraw;
use guestlist::domain::annotation::{Annotations, Snooze};
use guestlist::domain::{Error, ErrorKind, ServiceReply};
use guestlist::keys::Action;

/// A console with notes and snoozes: jane and odd until Monday, person.07 until a day before it expires, which is
/// past.
fn app_with_annotations() -> TestApp {
    let mut app = TestApp::with_rows();
    let mut annotations = Annotations::default();
    let note = "on leave until \u{1b}[31mJune\u{202e}; ask 招待 instead";
    annotations.notes.insert("quiet@example.com".into(), note.into());
    annotations.notes.insert("gone@example.com".into(), "left the company".into());
    let noted = "person.09@a-rather-long-company-name.example.com";
    annotations.notes.insert(noted.into(), "asked twice".into());
    let monday = Snooze::Until("2024-06-10T00:00:00Z".parse().expect("a time"));
    annotations.snoozes.insert("jane.doe@example.com".into(), monday);
    annotations.snoozes.insert("odd@example.com".into(), monday);
    let snoozed = "person.07@a-rather-long-company-name.example.com";
    annotations.snoozes.insert(snoozed.into(), Snooze::BeforeExpiry(SignedDuration::from_hours(24)));
    app.deliver_reply(ServiceReply::Annotations(annotations));
    app
}

fn assert_screen_contains(app: &mut TestApp, texts: &[&str]) {
    let screen = app.screen_text(80, 24);
    texts.iter().for_each(|text| assert!(screen.contains(text), "{text}:\n{screen}"));
}

#[test]
fn list_with_notes_and_without_snoozed_rows() {
    let mut app = app_with_annotations();
    app.press("j");
    assert_screens("annotations", app);
}

#[test]
fn list_with_snoozed_rows_shown() {
    let mut app = app_with_annotations();
    app.press("S g g enter");
    assert_screens("annotations_snoozed", app);
}

#[test]
fn note_column_is_optional() {
    let mut app = app_with_annotations();
    let screen = app.press("p p p C j j j j j space K K K K esc").screen_text(120, 40);
    let header = screen.lines().find(|line| line.contains("Expires in")).unwrap_or_default();
    assert!(header.find("Note") < header.find("Expires in") && header.contains("Note"), "{screen}");
    assert!(screen.contains("¶ asked twice"), "{screen}");
}

#[test]
fn note_is_sanitized_in_the_detail_pane() {
    let mut app = app_with_annotations();
    app.press("/").type_text("note:leave").press("enter enter");
    let screen = app.screen_text(80, 24);
    assert!(screen.contains("note     on leave until"), "{screen}");
    assert!(!screen.contains('\u{1b}') && !screen.contains('\u{202e}'), "{screen}");
}

#[test]
fn new_note() {
    let mut app = app_with_annotations();
    app.press("a").type_text("Writes back in July.");
    assert_screens("note", app);
}

#[test]
fn existing_note_edited() {
    let mut app = app_with_annotations();
    app.press("/").type_text("left the").press("ctrl-u").type_text("note:left").press("enter a ctrl-u");
    assert_screens("note_edited", app);
}

#[test]
fn too_long_note_is_not_saved_and_not_lost() {
    let mut app = app_with_annotations();
    app.press("a").paste(&"ü".repeat(501)).press("enter");
    assert_screen_contains(&mut app, &["501/500", "Too long by 1 character"]);
    app.press("backspace");
    assert_screen_contains(&mut app, &["500/500", "Press Enter to save."]);
}

#[test]
fn unsaved_note_text_is_restored_for_the_same_person() {
    let mut app = app_with_annotations();
    app.press("a").type_text("half a thought").press("esc a");
    assert_screen_contains(&mut app, &["half a thought"]);
    app.press("esc j a");
    assert!(!app.screen_text(80, 24).contains("half a thought"), "the draft belongs to another person");
    app.press("esc k a enter");
    assert!(app.state.overlays.is_empty() && app.state.model.annotations.note("x").is_none());
    app.press("a");
    assert_screen_contains(&mut app, &["half a thought"]);
}

#[test]
fn note_without_a_journal_is_refused_with_a_reason() {
    let mut app = app_with_annotations();
    let error =
        Error::new(ErrorKind::Refused, "The journal cannot be used", "the disk is full", "Make room.");
    app.deliver_reply(ServiceReply::JournalUnusable(error));
    for key in ["a", "s"] {
        app.press(key);
        assert!(app.state.overlays.is_empty());
        assert_screen_contains(&mut app, &["The journal cannot be used", "the disk is full"]);
    }
    for action in [Action::Note, Action::Snooze] {
        assert_eq!(app.state.disabled_reason(action).as_deref(), Some("the journal is unusable"));
    }
}

#[test]
fn snooze_menu() {
    let mut app = app_with_annotations();
    app.press("s j");
    assert_screens("snooze", app);
}

#[test]
fn snooze_menu_for_marked_rows() {
    let mut app = app_with_annotations();
    app.press("S * s");
    assert_screens("snooze_marked", app);
}

#[test]
fn mark_all_skips_snoozed_rows_and_their_marks_are_hidden() {
    let mut app = app_with_annotations();
    assert_eq!(app.press("*").state.model.marks.len(), 57);
    app.press("S *");
    assert_eq!((app.state.model.marks.len(), app.state.model.marks.hidden_count()), (59, 0));
    app.press("S d");
    assert_screen_contains(&mut app, &["2 marked invites hidden", "a snooze"]);
    app.press("esc U t");
    assert_screen_contains(&mut app, &["Triage · 1 of 57"]);
}

#[test]
fn filters_match_notes_and_snoozes() {
    let mut app = app_with_annotations();
    for (filter, rows) in [
        ("is:snoozed", 2),
        ("!is:snoozed", 57),
        ("is:noted", 3),
        ("note:", 3),
        ("note:LEAVE", 1),
        ("!note: @example.com", 1),
        ("=jane.doe@example.com", 0),
        ("=jane.doe@example.com is:snoozed", 1),
    ] {
        app.press("/ ctrl-u").type_text(filter).press("enter");
        assert_eq!(app.state.model.table.order.len(), rows, "{filter}");
    }
    app.press("/ ctrl-u").type_text("is:asleep");
    assert_screen_contains(&mut app, &["Use is:marked, is:noted or is:snoozed"]);
}

#[test]
fn snoozed_rows_return_on_time_without_earlier_redraws() {
    let mut app = app_with_annotations();
    app.screen_text(80, 24);
    assert_eq!(app.state.model.table.snoozed.snoozed_rows, 2);
    // Without visible rows and without a token expiry, only the snoozes need a redraw.
    app.press("/").type_text("=nobody").press("enter");
    app.state.model.connection.as_mut().expect("a session").claims.expires_at = None;
    let until_due = Duration::from_secs(6 * 24 * 60 * 60 + (13 * 60 + 28) * 60 + 53);
    assert_eq!(next_redraw(&app.state, app.now), Some(app.now.mono + until_due));
    app.now.mono += until_due;
    app.now.wall += SignedDuration::try_from(until_due).expect("a valid duration");
    app.pass_deadline();
    assert_eq!((app.state.model.table.snoozed.snoozed_rows, next_redraw(&app.state, app.now)), (0, None));
    app.press("esc");
    assert_eq!(app.state.model.table.order.len(), 59);
}

#[test]
fn empty_table_shows_if_all_rows_are_snoozed() {
    let mut app = TestApp::new();
    app.deliver_page(sample_invites(app.now.wall).into_iter().take(1).collect());
    app.complete_list();
    let mut annotations = Annotations::default();
    let snooze = Snooze::for_days(app.now.wall, 7).expect("a time");
    annotations.snoozes.insert("jane.doe@example.com".into(), snooze);
    app.deliver_reply(ServiceReply::Annotations(annotations));
    assert_screen_contains(&mut app, &["All rows are snoozed. Press S to show them.", "1 snoozed"]);
}

#[test]
fn auto_refresh_is_shown_with_its_key() {
    let mut app = app_with_annotations();
    app.press("w");
    assert_screens("auto_refresh", app);
}

/// Advances the clock in one step.
fn advance_minutes(app: &mut TestApp, minutes: u64) {
    app.now.mono += Duration::from_secs(60 * minutes);
    app.now.wall += SignedDuration::from_mins(minutes as i64);
    app.pass_deadline();
}

#[test]
fn auto_refresh_waits_while_a_dialog_is_open() {
    let mut app = TestApp::with_rows();
    app.screen_text(80, 24);
    advance_minutes(&mut app, 60);
    assert!(app.state.model.invites.fetch.is_none(), "off by default");
    app.press("w j");
    for keys in ["n", "?", "d", "o", "a", "s", "v"] {
        app.press(keys);
        advance_minutes(&mut app, 6);
        assert!(app.state.model.invites.fetch.is_none(), "while {keys}");
        let due = next_redraw(&app.state, app.now);
        assert!(due.is_none_or(|due| due > app.now.mono), "no busy loop while {keys}");
        app.press("esc");
        assert!(app.state.model.invites.fetch.is_some(), "after {keys}");
        app.deliver_page(sample_invites(app.now.wall));
        app.complete_list();
    }
    app.press("d y");
    advance_minutes(&mut app, 6);
    assert!(app.state.model.invites.fetch.is_none(), "a plan is in its undo window");
}

#[test]
fn auto_refresh_moves_nothing_and_reports_changes() {
    let mut app = TestApp::with_rows();
    app.screen_text(80, 24);
    app.press("w o e ctrl-f j space space");
    let selection = |app: &TestApp| {
        let table = &app.state.model.table;
        (
            table.selected_identity.clone(),
            table.selected_line - table.offset,
            app.state.model.marks.identities().clone(),
        )
    };
    let before = selection(&app);
    advance_minutes(&mut app, 5);
    let mut rows = sample_invites(app.now.wall);
    rows.remove(0);
    for n in 900..903 {
        let email = format!("a{n}@new.example.com");
        rows.push(crate::harness::new_invite(n, &email, "", guestlist::domain::Expiry(None)));
    }
    app.deliver_page(rows);
    app.complete_list();
    assert_eq!(selection(&app), before);
    assert_screen_contains(&mut app, &["Refreshed: 3 new, 1 no longer listed."]);
    advance_minutes(&mut app, 5);
    app.deliver_page(
        app.state
            .model
            .invites
            .shown
            .rows()
            .iter()
            .filter_map(|row| Some(app.state.model.invites.shown.rows().get(row)?.to_invite()))
            .collect(),
    );
    app.complete_list();
    assert!(!app.screen_text(80, 24).contains("Refreshed"), "nothing is new");
}

#[test]
fn auto_refresh_keeps_the_first_row_selected() {
    let mut app = TestApp::with_rows();
    app.screen_text(80, 24);
    app.press("w");
    let selected = app.state.model.table.selected_identity.clone();
    advance_minutes(&mut app, 5);
    let mut rows = sample_invites(app.now.wall);
    let soon = guestlist::domain::Expiry(app.now.wall.checked_add(SignedDuration::from_mins(1)).ok());
    rows.push(crate::harness::new_invite(900, "sooner@example.com", "", soon));
    app.deliver_page(rows);
    app.complete_list();
    assert_eq!(app.state.model.table.selected_identity, selected);
}

#[test]
fn auto_refresh_failure_is_reported_once_and_retried_rarely() {
    let mut app = TestApp::with_rows();
    app.screen_text(80, 24);
    app.press("w");
    advance_minutes(&mut app, 5);
    app.fail_list(sample_error("Could not load invites"));
    assert_eq!(app.state.model.notifications.error_count(), 1);
    advance_minutes(&mut app, 9);
    assert!(app.state.model.invites.fetch.is_none(), "retries become rare");
    advance_minutes(&mut app, 1);
    app.fail_list(sample_error("Could not load invites"));
    let newest = app.state.model.notifications.iter().find(|message| message.failure.is_some());
    assert_eq!(newest.map(|message| message.count), Some(1));
    app.press("esc esc");
    advance_minutes(&mut app, 20);
    app.fail_list(sample_error("Could not load invites"));
    assert_eq!(app.state.model.notifications.error_count(), 0, "a dismissed error is not reported again");
    assert_screen_contains(&mut app, &["STALE"]);
    advance_minutes(&mut app, 40);
    app.deliver_page(sample_invites(app.now.wall));
    app.complete_list();
    advance_minutes(&mut app, 5);
    assert!(app.state.model.invites.fetch.is_some(), "the normal interval after a success");
}
