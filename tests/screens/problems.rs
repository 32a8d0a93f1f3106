//! The Problems view, the suggestion in the form, and the remaining quota.

use jiff::{SignedDuration, Timestamp};

use super::assert_screens;
use crate::harness::{TestApp, new_invite};
use guestlist::domain::annotation::Annotations;
use guestlist::domain::{Expiry, Invite, Quota, ServiceReply};
use guestlist::keys::Action;
use guestlist::ui::Theme;

/// Invites with all kinds of problems.
fn problem_rows(now: Timestamp) -> Vec<Invite> {
    let after = |hours: i64| Expiry(now.checked_add(SignedDuration::from_hours(hours)).ok());
    let mut rows: Vec<Invite> =
        (10..51).map(|n| new_invite(n, &format!("person{n}@acme.com"), "Hello", after(90))).collect();
    rows.extend([
        new_invite(1, "jane.doe@acme.co", "Hello", after(90)),
        new_invite(2, "jane@@acme.com", "Hello", after(90)),
        new_invite(3, "p\u{430}ul@acme.com", "Hello", after(90)),
        new_invite(4, "kim@acme.com", "Dear {name}, hello", after(90)),
        new_invite(5, "lee@acme.com", &"x".repeat(300), after(90)),
        new_invite(6, "mary@acme.com", "Hello", after(90)),
        new_invite(7, "info@acme.com", "Hello", after(90)),
        new_invite(8, "bob.ray@acme.com", "Hello", after(80)),
        new_invite(9, "Bob.Ray@acme.com", "Hello", after(90)),
        new_invite(60, "evil\u{1b}[2J@example.com", "Hello", after(90)),
    ]);
    rows.extend((70..78).map(|n| new_invite(n, &format!("soon{n}@acme.com"), "Hello", after(5))));
    rows.extend((80..82).map(|n| new_invite(n, &format!("late{n}@acme.com"), "Hello", after(-5))));
    rows
}

fn app_with_problems() -> TestApp {
    let mut app = TestApp::new();
    app.deliver_page(problem_rows(app.now.wall));
    app.complete_list();
    app.deliver_reply(ServiceReply::Members(Some(["mary@acme.com"].into_iter().collect())));
    app.press("4");
    app
}

#[test]
fn problems() {
    assert_screens("problems", app_with_problems());
}

#[test]
fn no_problems() {
    let mut app = TestApp::new();
    let now = app.now.wall.checked_add(SignedDuration::from_hours(90)).ok();
    app.deliver_page(vec![new_invite(1, "ann@example.com", "Hello", Expiry(now))]);
    app.complete_list();
    app.press("4");
    assert_screens("problems_none", app);
}

#[test]
fn problems_while_the_list_loads() {
    let mut app = TestApp::new();
    app.press("4");
    assert_screens("problems_reading", app);
    let mut app = TestApp::new();
    app.deliver_page(problem_rows(app.now.wall));
    app.press("4");
    assert_screens("problems_partial", app);
}

#[test]
fn dismissed_problems_shown() {
    let mut app = app_with_problems();
    let mut annotations = Annotations::default();
    annotations
        .dismissed
        .extend(app.state.views.problems.problems.iter().take(2).map(|problem| problem.dismissal_key()));
    app.deliver_reply(ServiceReply::Annotations(annotations));
    app.press("X g g");
    assert_screens("problems_dismissed", app);
}

#[test]
fn problems_opened_and_duplicates() {
    let mut app = app_with_problems();
    app.screen_text(80, 24);
    app.press("G k enter k k k");
    assert_screens("problems_opened", app);
}

#[test]
fn email_suggestion_in_the_form() {
    let mut app = app_with_problems();
    while app
        .state
        .views
        .problems
        .selected_problem()
        .is_some_and(|problem| problem.email != "jane.doe@acme.co")
    {
        app.press("j");
    }
    app.press("e");
    assert_screens("create_suggestion", app);
}

#[test]
fn email_suggestion_is_muted_and_not_part_of_the_text() {
    let mut app = app_with_problems();
    app.press("1 n").type_text("zoe@acme.co");
    let buffer = app.draw(80, 24, &Theme::terminal());
    let muted = Theme::terminal().muted;
    let ghost: String = buffer
        .content()
        .iter()
        .filter(|cell| {
            cell.style().add_modifier.contains(muted.add_modifier) && "→zoe@acm.".contains(cell.symbol())
        })
        .map(|cell| cell.symbol())
        .collect();
    assert!(ghost.contains("→zoe@acme.com"), "{ghost}");
    let (before, _) = app.cursor(80, 24);
    app.press("tab");
    let (after, _) = app.cursor(80, 24);
    assert_eq!(after.x, before.x + 1, "the cursor is after the accepted text, not after the suggestion");
    let screen = app.type_text("x").screen_text(80, 24);
    assert!(screen.contains("zoe@acme.comx"), "{screen}");
}

#[test]
fn form_warns_about_a_member_and_asks() {
    let mut app = app_with_problems();
    let screen = app.press("1 n").type_text("MARY@acme.com").screen_text(80, 24);
    assert!(screen.contains("already a member"), "{screen}");
    let screen = app.press("ctrl-s").screen_text(80, 24);
    assert!(screen.contains("Send this invite?") && screen.contains("already a member."), "{screen}");
    assert!(app.plans.is_empty(), "Cancel has the focus");
    let screen = app.press("enter").screen_text(80, 24);
    assert!(screen.contains("New invite") && screen.contains("MARY@acme.com"), "the form is kept:\n{screen}");
    app.press("ctrl-s y");
    assert_eq!(app.plans.len(), 1);
    assert!(!app.screen_text(80, 24).contains("New invite"), "the form is closed");
}

#[test]
fn header_shows_the_remaining_quota_if_it_fits() {
    let mut app = app_with_problems();
    app.deliver_reply(ServiceReply::Quota(Some(Quota { remaining: 6, limit: Some(10) })));
    assert!(app.screen_text(120, 40).contains("6 of 10 left"));
    assert!(!app.screen_text(40, 12).contains("of 10 left"));
    app.deliver_reply(ServiceReply::Quota(None));
    assert!(!app.screen_text(120, 40).contains("of 10 left"));
}

#[test]
fn plan_beyond_the_quota_shows_a_warning() {
    let mut app = app_with_problems();
    app.deliver_reply(ServiceReply::Quota(Some(Quota { remaining: 0, limit: Some(10) })));
    let screen = app.press("1 r").screen_text(120, 40);
    assert!(screen.contains("Quota: 0 more allowed"), "{screen}");
}

#[test]
fn palette_shows_why_a_problem_cannot_be_fixed() {
    let reason = |app: &TestApp, action| app.state.disabled_reason(action).unwrap_or_default();
    let mut app = app_with_problems();
    for action in [Action::Edit, Action::Resend, Action::Delete, Action::Open, Action::ToggleDismiss] {
        assert_eq!(reason(&app, action), "", "{action:?}");
    }
    assert_eq!(reason(&app, Action::ShowDismissed), "no problem is dismissed");
    app.press("%");
    assert_eq!(reason(&app, Action::Edit), "read-only: you turned it on");
    assert_eq!(reason(&app, Action::ToggleDismiss), "");
    let mut app = TestApp::new();
    app.press("4");
    assert_eq!(reason(&app, Action::Edit), "no problem is selected");
}
