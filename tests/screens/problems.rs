//! The view of what looks wrong, the ghost in the form, and what is left of the cap.

use jiff::{SignedDuration, Timestamp};

use super::look;
use crate::stage::{Stage, invite};
use guestlist::domain::annotation::Annotations;
use guestlist::domain::{Expiry, Invite, Quota, ServiceReply};
use guestlist::keys::Action;
use guestlist::ui::Theme;

/// A bit of everything that can look wrong.
fn rows(now: Timestamp) -> Vec<Invite> {
    let after = |hours: i64| Expiry(now.checked_add(SignedDuration::from_hours(hours)).ok());
    let mut rows: Vec<Invite> =
        (10..51).map(|n| invite(n, &format!("person{n}@acme.com"), "Hello", after(90))).collect();
    rows.extend([
        invite(1, "jane.doe@acme.co", "Hello", after(90)),
        invite(2, "jane@@acme.com", "Hello", after(90)),
        invite(3, "p\u{430}ul@acme.com", "Hello", after(90)),
        invite(4, "kim@acme.com", "Dear {name}, hello", after(90)),
        invite(5, "lee@acme.com", &"x".repeat(300), after(90)),
        invite(6, "mary@acme.com", "Hello", after(90)),
        invite(7, "info@acme.com", "Hello", after(90)),
        invite(8, "bob.ray@acme.com", "Hello", after(80)),
        invite(9, "Bob.Ray@acme.com", "Hello", after(90)),
        invite(60, "evil\u{1b}[2J@example.com", "Hello", after(90)),
    ]);
    rows.extend((70..78).map(|n| invite(n, &format!("soon{n}@acme.com"), "Hello", after(5))));
    rows.extend((80..82).map(|n| invite(n, &format!("late{n}@acme.com"), "Hello", after(-5))));
    rows
}

fn stage() -> Stage {
    let mut stage = Stage::new();
    stage.page(rows(stage.now.wall));
    stage.complete();
    stage.reply(ServiceReply::Members(Some(["mary@acme.com"].into_iter().collect())));
    stage.press("4");
    stage
}

#[test]
fn problems() {
    look("problems", stage());
}

#[test]
fn no_problems() {
    let mut stage = Stage::new();
    let now = stage.now.wall.checked_add(SignedDuration::from_hours(90)).ok();
    stage.page(vec![invite(1, "ann@example.com", "Hello", Expiry(now))]);
    stage.complete();
    stage.press("4");
    look("problems_none", stage);
}

#[test]
fn problems_while_the_list_is_read() {
    let mut stage = Stage::new();
    stage.press("4");
    look("problems_reading", stage);
    let mut stage = Stage::new();
    stage.page(rows(stage.now.wall));
    stage.press("4");
    look("problems_so_far", stage);
}

#[test]
fn dismissed_problems_shown() {
    let mut stage = stage();
    let mut remarks = Annotations::default();
    remarks
        .dismissed
        .extend(stage.state.views.problems.problems.iter().take(2).map(|problem| problem.dismissal_key()));
    stage.reply(ServiceReply::Annotations(remarks));
    stage.press("X g g");
    look("problems_dismissed", stage);
}

#[test]
fn problems_opened_and_duplicates() {
    let mut stage = stage();
    stage.text(80, 24);
    stage.press("G k enter k k k");
    look("problems_opened", stage);
}

#[test]
fn the_ghost_in_the_form() {
    let mut stage = stage();
    while stage
        .state
        .views
        .problems
        .selected_problem()
        .is_some_and(|problem| problem.email != "jane.doe@acme.co")
    {
        stage.press("j");
    }
    stage.press("e");
    look("create_ghost", stage);
}

#[test]
fn the_ghost_is_quiet_and_no_part_of_the_text() {
    let mut stage = stage();
    stage.press("1 n").type_text("zoe@acme.co");
    let buffer = stage.draw(80, 24, &Theme::terminal());
    let quiet = Theme::terminal().muted;
    let ghost: String = buffer
        .content()
        .iter()
        .filter(|cell| {
            cell.style().add_modifier.contains(quiet.add_modifier) && "→zoe@acm.".contains(cell.symbol())
        })
        .map(|cell| cell.symbol())
        .collect();
    assert!(ghost.contains("→zoe@acme.com"), "{ghost}");
    let (at, _) = stage.cursor(80, 24);
    stage.press("tab");
    let (after, _) = stage.cursor(80, 24);
    assert_eq!(after.x, at.x + 1, "the cursor stands behind what is taken, and not behind what is offered");
    let screen = stage.type_text("x").text(80, 24);
    assert!(screen.contains("zoe@acme.comx"), "{screen}");
}

#[test]
fn a_member_is_doubted_in_the_form_and_asked_about() {
    let mut stage = stage();
    let screen = stage.press("1 n").type_text("MARY@acme.com").text(80, 24);
    assert!(screen.contains("already a member"), "{screen}");
    let screen = stage.press("ctrl-s").text(80, 24);
    assert!(screen.contains("Send this invite?") && screen.contains("already a member."), "{screen}");
    assert!(stage.plans.is_empty(), "Cancel has the focus");
    let screen = stage.press("enter").text(80, 24);
    assert!(screen.contains("New invite") && screen.contains("MARY@acme.com"), "the form is kept:\n{screen}");
    stage.press("ctrl-s y");
    assert_eq!(stage.plans.len(), 1);
    assert!(!stage.text(80, 24).contains("New invite"), "the form is done with");
}

#[test]
fn what_is_left_of_the_cap_is_in_the_header_where_there_is_room() {
    let mut stage = stage();
    stage.reply(ServiceReply::Quota(Some(Quota { remaining: 6, limit: Some(10) })));
    assert!(stage.text(120, 40).contains("6 of 10 left"));
    assert!(!stage.text(40, 12).contains("of 10 left"));
    stage.reply(ServiceReply::Quota(None));
    assert!(!stage.text(120, 40).contains("of 10 left"));
}

#[test]
fn a_plan_says_when_it_needs_more_room_than_is_left() {
    let mut stage = stage();
    stage.reply(ServiceReply::Quota(Some(Quota { remaining: 0, limit: Some(10) })));
    let screen = stage.press("1 r").text(120, 40);
    assert!(screen.contains("Quota: 0 more allowed"), "{screen}");
}

#[test]
fn the_palette_says_why_a_problem_cannot_be_mended() {
    let why = |stage: &Stage, action| stage.state.disabled_reason(action).unwrap_or_default();
    let mut stage = stage();
    for action in [Action::Edit, Action::Resend, Action::Delete, Action::Open, Action::ToggleDismiss] {
        assert_eq!(why(&stage, action), "", "{action:?}");
    }
    assert_eq!(why(&stage, Action::ShowDismissed), "none was dismissed");
    stage.press("%");
    assert_eq!(why(&stage, Action::Edit), "read-only, because you asked for it");
    assert_eq!(why(&stage, Action::ToggleDismiss), "");
    let mut stage = Stage::new();
    stage.press("4");
    assert_eq!(why(&stage, Action::Edit), "no problem is selected");
}
