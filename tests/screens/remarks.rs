//! Notes, rows that are put off, and the list that is read again by itself.

use std::time::Duration;

use jiff::SignedDuration;

use super::look;
use crate::stage::{Stage, failure, some_invites};
use guestlist::app::shell::next_redraw::next_redraw;
use guestlist::domain::annotation::{Annotations, Snooze};
use guestlist::domain::{Error, ErrorKind, ServiceReply};
use guestlist::keys::Action;

/// A console in which notes are there and rows are put off: jane and odd until Monday, person.07 until a day before
/// it expires, which has come.
fn remarked() -> Stage {
    let mut stage = Stage::with_rows();
    let mut remarks = Annotations::default();
    let note = "on leave until \u{1b}[31mJune\u{202e}; ask 招待 instead";
    remarks.notes.insert("quiet@example.com".into(), note.into());
    remarks.notes.insert("gone@example.com".into(), "left the company".into());
    let of_nine = "person.09@a-rather-long-company-name.example.com";
    remarks.notes.insert(of_nine.into(), "asked twice".into());
    let monday = Snooze::Until("2024-06-10T00:00:00Z".parse().expect("a time"));
    remarks.snoozes.insert("jane.doe@example.com".into(), monday);
    remarks.snoozes.insert("odd@example.com".into(), monday);
    let person = "person.07@a-rather-long-company-name.example.com";
    remarks.snoozes.insert(person.into(), Snooze::BeforeExpiry(SignedDuration::from_hours(24)));
    stage.reply(ServiceReply::Annotations(remarks));
    stage
}

fn screen_has(stage: &mut Stage, texts: &[&str]) {
    let screen = stage.text(80, 24);
    texts.iter().for_each(|text| assert!(screen.contains(text), "{text}:\n{screen}"));
}

#[test]
fn the_list_with_notes_and_without_what_is_put_off() {
    let mut stage = remarked();
    stage.press("j");
    look("remarks", stage);
}

#[test]
fn what_is_put_off_is_shown_too() {
    let mut stage = remarked();
    stage.press("S g g enter");
    look("remarks_snoozed", stage);
}

#[test]
fn notes_have_a_column_where_it_is_wanted() {
    let mut stage = remarked();
    let screen = stage.press("p p p C j j j j j space K K K K esc").text(120, 40);
    let heads = screen.lines().find(|line| line.contains("Expires in")).unwrap_or_default();
    assert!(heads.find("Note") < heads.find("Expires in") && heads.contains("Note"), "{screen}");
    assert!(screen.contains("¶ asked twice"), "{screen}");
}

#[test]
fn a_note_in_the_detail_is_made_harmless() {
    let mut stage = remarked();
    stage.press("/").type_text("note:leave").press("enter enter");
    let screen = stage.text(80, 24);
    assert!(screen.contains("note     on leave until"), "{screen}");
    assert!(!screen.contains('\u{1b}') && !screen.contains('\u{202e}'), "{screen}");
}

#[test]
fn a_note_is_written() {
    let mut stage = remarked();
    stage.press("a").type_text("Writes back in July.");
    look("note", stage);
}

#[test]
fn a_note_that_is_there_is_changed() {
    let mut stage = remarked();
    stage.press("/").type_text("left the").press("ctrl-u").type_text("note:left").press("enter a ctrl-u");
    look("note_emptied", stage);
}

#[test]
fn a_note_that_is_too_long_is_not_kept_and_not_lost() {
    let mut stage = remarked();
    stage.press("a").paste(&"ü".repeat(501)).press("enter");
    screen_has(&mut stage, &["501/500", "1 character too many"]);
    stage.press("backspace");
    screen_has(&mut stage, &["500/500", "Enter keeps it."]);
}

#[test]
fn what_was_typed_is_there_again_when_it_was_left_or_not_written() {
    let mut stage = remarked();
    stage.press("a").type_text("half a thought").press("esc a");
    screen_has(&mut stage, &["half a thought"]);
    stage.press("esc j a");
    assert!(!stage.text(80, 24).contains("half a thought"), "that was of another person");
    stage.press("esc k a enter");
    assert!(stage.state.overlays.is_empty() && stage.state.model.annotations.note("x").is_none());
    stage.press("a");
    screen_has(&mut stage, &["half a thought"]);
}

#[test]
fn without_a_journal_it_is_refused_with_the_reason() {
    let mut stage = remarked();
    let why = Error::new(ErrorKind::Refused, "The journal cannot be used", "the disk is full", "Make room.");
    stage.reply(ServiceReply::JournalUnusable(why));
    for key in ["a", "s"] {
        stage.press(key);
        assert!(stage.state.overlays.is_empty());
        screen_has(&mut stage, &["The journal cannot be used", "the disk is full"]);
    }
    for action in [Action::Note, Action::Snooze] {
        assert_eq!(stage.state.disabled_reason(action).as_deref(), Some("the journal cannot be used"));
    }
}

#[test]
fn until_when_a_row_is_put_off() {
    let mut stage = remarked();
    stage.press("s j");
    look("snooze", stage);
}

#[test]
fn until_when_marked_rows_are_put_off_one_of_which_sleeps() {
    let mut stage = remarked();
    stage.press("S * s");
    look("snooze_marked", stage);
}

#[test]
fn what_sleeps_is_not_marked_with_all_and_a_mark_on_it_is_hidden() {
    let mut stage = remarked();
    assert_eq!(stage.press("*").state.model.marks.len(), 57);
    stage.press("S *");
    assert_eq!((stage.state.model.marks.len(), stage.state.model.marks.hidden_count()), (59, 0));
    stage.press("S d");
    screen_has(&mut stage, &["2 marked invites hidden", "being put off"]);
    stage.press("esc U t");
    screen_has(&mut stage, &["Triage · 1 of 57"]);
}

#[test]
fn filters_ask_for_notes_and_for_what_is_put_off() {
    let mut stage = remarked();
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
        stage.press("/ ctrl-u").type_text(filter).press("enter");
        assert_eq!(stage.state.model.table.order.len(), rows, "{filter}");
    }
    stage.press("/ ctrl-u").type_text("is:asleep");
    screen_has(&mut stage, &["Use is:marked, is:noted or is:snoozed"]);
}

#[test]
fn rows_come_back_at_the_minute_that_was_said_and_nothing_wakes_up_before() {
    let mut stage = remarked();
    stage.text(80, 24);
    assert_eq!(stage.state.model.table.snoozed.snoozed_rows, 2);
    // Behind a filter that lets nothing through and without a token, only the snoozes know of time.
    stage.press("/").type_text("=nobody").press("enter");
    stage.state.model.connection.as_mut().expect("a session").claims.expires_at = None;
    let left = Duration::from_secs(6 * 24 * 60 * 60 + (13 * 60 + 28) * 60 + 53);
    assert_eq!(next_redraw(&stage.state, stage.now), Some(stage.now.mono + left));
    stage.now.mono += left;
    stage.now.wall += SignedDuration::try_from(left).expect("not too long");
    stage.deadline();
    assert_eq!(
        (stage.state.model.table.snoozed.snoozed_rows, next_redraw(&stage.state, stage.now)),
        (0, None)
    );
    stage.press("esc");
    assert_eq!(stage.state.model.table.order.len(), 59);
}

#[test]
fn when_all_is_put_off_the_empty_table_says_so() {
    let mut stage = Stage::new();
    stage.page(some_invites(stage.now.wall).into_iter().take(1).collect());
    stage.complete();
    let mut remarks = Annotations::default();
    let week = Snooze::for_days(stage.now.wall, 7).expect("a time");
    remarks.snoozes.insert("jane.doe@example.com".into(), week);
    stage.reply(ServiceReply::Annotations(remarks));
    screen_has(&mut stage, &["All that is here is put off. S shows it.", "1 put off"]);
}

#[test]
fn it_says_that_the_list_is_read_by_itself_and_how_that_is_stopped() {
    let mut stage = remarked();
    stage.press("w");
    look("watching", stage);
}

/// Lets time go by, in one step.
fn later(stage: &mut Stage, minutes: u64) {
    stage.now.mono += Duration::from_secs(60 * minutes);
    stage.now.wall += SignedDuration::from_mins(minutes as i64);
    stage.deadline();
}

#[test]
fn it_waits_while_something_is_open_and_reads_when_that_is_closed() {
    let mut stage = Stage::with_rows();
    stage.text(80, 24);
    later(&mut stage, 60);
    assert!(stage.state.model.invites.fetch.is_none(), "off by default");
    stage.press("w j");
    for keys in ["n", "?", "d", "o", "a", "s", "v"] {
        stage.press(keys);
        later(&mut stage, 6);
        assert!(stage.state.model.invites.fetch.is_none(), "while {keys}");
        let due = next_redraw(&stage.state, stage.now);
        assert!(due.is_none_or(|due| due > stage.now.mono), "nothing turns in circles while {keys}");
        stage.press("esc");
        assert!(stage.state.model.invites.fetch.is_some(), "after {keys}");
        stage.page(some_invites(stage.now.wall));
        stage.complete();
    }
    stage.press("d y");
    later(&mut stage, 6);
    assert!(stage.state.model.invites.fetch.is_none(), "a plan is held");
}

#[test]
fn a_reading_by_itself_moves_nothing_and_says_what_changed() {
    let mut stage = Stage::with_rows();
    stage.text(80, 24);
    stage.press("w o e ctrl-f j space space");
    let place = |stage: &Stage| {
        let table = &stage.state.model.table;
        (
            table.selected_identity.clone(),
            table.selected_line - table.offset,
            stage.state.model.marks.identities().clone(),
        )
    };
    let before = place(&stage);
    later(&mut stage, 5);
    let mut rows = some_invites(stage.now.wall);
    rows.remove(0);
    for n in 900..903 {
        let address = format!("a{n}@new.example.com");
        rows.push(crate::stage::invite(n, &address, "", guestlist::domain::Expiry(None)));
    }
    stage.page(rows);
    stage.complete();
    assert_eq!(place(&stage), before);
    screen_has(&mut stage, &["Read again: 3 new, 1 not listed any more."]);
    later(&mut stage, 5);
    stage.page(
        stage
            .state
            .model
            .invites
            .shown
            .rows()
            .iter()
            .filter_map(|row| Some(stage.state.model.invites.shown.rows().get(row)?.to_invite()))
            .collect(),
    );
    stage.complete();
    assert!(!stage.text(80, 24).contains("Read again"), "nothing is new");
}

#[test]
fn the_first_row_stays_selected_although_nobody_has_moved() {
    let mut stage = Stage::with_rows();
    stage.text(80, 24);
    stage.press("w");
    let selected = stage.state.model.table.selected_identity.clone();
    later(&mut stage, 5);
    let mut rows = some_invites(stage.now.wall);
    let soon = guestlist::domain::Expiry(stage.now.wall.checked_add(SignedDuration::from_mins(1)).ok());
    rows.push(crate::stage::invite(900, "sooner@example.com", "", soon));
    stage.page(rows);
    stage.complete();
    assert_eq!(stage.state.model.table.selected_identity, selected);
}

#[test]
fn a_failure_is_said_once_and_it_is_tried_more_and_more_rarely() {
    let mut stage = Stage::with_rows();
    stage.text(80, 24);
    stage.press("w");
    later(&mut stage, 5);
    stage.fails(failure("Could not load invites"));
    assert_eq!(stage.state.model.notifications.error_count(), 1);
    later(&mut stage, 9);
    assert!(stage.state.model.invites.fetch.is_none(), "it takes its time");
    later(&mut stage, 1);
    stage.fails(failure("Could not load invites"));
    let newest = stage.state.model.notifications.iter().find(|message| message.failure.is_some());
    assert_eq!(newest.map(|message| message.count), Some(1));
    stage.press("esc esc");
    later(&mut stage, 20);
    stage.fails(failure("Could not load invites"));
    assert_eq!(stage.state.model.notifications.error_count(), 0, "what was dismissed is not said again");
    screen_has(&mut stage, &["STALE"]);
    later(&mut stage, 40);
    stage.page(some_invites(stage.now.wall));
    stage.complete();
    later(&mut stage, 5);
    assert!(stage.state.model.invites.fetch.is_some(), "as before, since it worked");
}
