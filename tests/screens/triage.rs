//! Triage in all sizes: the queue, the current invite, and what is left to do.

use guestlist::app::Overlay;
use guestlist::domain::{Expiry, Invite};
use jiff::SignedDuration;

use crate::harness::{TestApp, new_invite};

const SIZES: [(u16, u16); 5] = [(40, 10), (40, 20), (80, 24), (120, 40), (160, 50)];

/// Compares the triage with its snapshots, one for each size.
fn assert_screens(name: &str, app: &mut TestApp) {
    for (width, height) in SIZES {
        insta::assert_snapshot!(format!("{name}_{width}x{height}"), app.screen_text(width, height));
    }
}

/// Invites of two large domains, one with a likely typo, and one each that expired or cannot be snoozed.
fn mixed_invites(app: &TestApp) -> Vec<Invite> {
    let after = |hours: i64| Expiry(app.now.wall.checked_add(SignedDuration::from_hours(hours)).ok());
    let message = "Hello, this gives you access to the audit room of our joint project.";
    let mut invites = vec![
        new_invite(1, "last.minute@contoso-logistics.example", "It is now or never.", after(1)),
        new_invite(2, "jane.doe@acme.co", "another message", after(30)),
        new_invite(3, "too.late@bluefin-energy.example", "", after(-30)),
        new_invite(4, "", "an invite without an email", after(40)),
    ];
    invites.extend((5..45).map(|n| {
        let domain = if n % 2 == 0 { "oldpartner.com" } else { "acme.com" };
        new_invite(n, &format!("person.{n:02}@{domain}"), message, after(31 + 4 * n as i64))
    }));
    invites
}

fn app_with_mixed_invites() -> TestApp {
    let mut app = TestApp::new();
    let invites = mixed_invites(&app);
    app.deliver_page(invites);
    app.complete_list();
    app.screen_text(80, 24);
    app
}

fn position(app: &TestApp) -> usize {
    match app.state.overlays.last() {
        Some(Overlay::Triage(triage)) => triage.session.position,
        other => panic!("no triage: {other:?}"),
    }
}

#[test]
fn triage() {
    let mut app = app_with_mixed_invites();
    app.press("t d j s space r r d");
    assert_screens("triage", &mut app);
}

#[test]
fn triage_of_a_typo() {
    let mut app = app_with_mixed_invites();
    app.press("t space");
    assert_screens("triage_typo", &mut app);
}

#[test]
fn triage_finished() {
    let mut app = app_with_mixed_invites();
    app.press("t space f space D K d");
    assert_screens("triage_finished", &mut app);
}

#[test]
fn triage_narrowed() {
    let mut app = app_with_mixed_invites();
    app.press("t /").type_text("oldpartner");
    assert_screens("triage_narrowed", &mut app);
}

#[test]
fn suggested_email_is_shown_to_its_end() {
    let mut app = app_with_mixed_invites();
    app.press("t j");
    for width in 40..=48 {
        let screen = app.screen_text(width, 24);
        assert!(screen.contains("fix: jane.doe@acme.com "), "{width}: {screen}");
    }
    let mut app = TestApp::new();
    let mut invites = mixed_invites(&app);
    invites.push(new_invite(90, "a.name.of.28.characters.long@acme.co", "", Expiry(None)));
    app.deliver_page(invites);
    app.complete_list();
    let screen = app.press("t /").type_text("name.of").press("enter").screen_text(40, 24);
    let shown: String = screen.chars().filter(|c| !c.is_whitespace() && *c != '│').collect();
    assert!(shown.contains("fix:a.name.of.28.characters.long@acme.com"), "{screen}");
}

#[test]
fn form_opens_in_front_of_the_triage() {
    let mut app = app_with_mixed_invites();
    let screen = app.press("t d e").screen_text(120, 40);
    assert!(screen.contains("Edit invite") && screen.contains("Triage · 2 of 44"), "{screen}");
}

#[test]
fn triage_starts_at_the_cursor_and_the_list_follows() {
    let mut app = app_with_mixed_invites();
    app.press("j j t");
    assert_eq!((position(&app), app.state.model.table.selected_line), (2, 2));
    app.press("tab space");
    assert_eq!((position(&app), app.state.model.table.selected_line), (4, 4));
}

#[test]
fn canceling_a_triage_plan_returns_to_the_decisions() {
    let mut app = TestApp::with_rows();
    app.press("space space t").screen_text(120, 40);
    app.press("d").screen_text(120, 40);
    let screen = app.press("d").screen_text(120, 40);
    assert!(screen.contains("All 2 decided. Press Enter to see the plan of 2 steps."), "{screen}");
    assert!(matches!(app.state.overlays[..], [Overlay::Triage(_)]), "the plan does not open by surprise");
    app.press("enter").screen_text(120, 40);
    assert!(matches!(app.state.overlays[..], [Overlay::Triage(_), Overlay::Confirm(_)]));
    let screen = app.press("esc").screen_text(120, 40);
    assert!(screen.contains("Triage · 2 of 2    2 delete"), "{screen}");
    app.press("enter").screen_text(120, 40);
    app.press("y").screen_text(120, 40);
    assert!(app.state.overlays.is_empty() && app.plans.len() == 1, "it was applied");
    assert!(app.state.model.triage.is_none());
}

#[test]
fn impossible_decisions_are_refused_with_the_reason() {
    let mut app = app_with_mixed_invites();
    let screen = app.press("t s").screen_text(120, 40);
    assert!(screen.contains("This invite cannot be snoozed: it expires within a day."), "{screen}");
    app.press("G r");
    assert!(app.screen_text(120, 40).contains("1 resend"));
    app.press("/").type_text("without").press("enter");
    let screen = app.press("r").screen_text(120, 40);
    assert!(screen.contains("This invite cannot be resent: Enter an email. Press e to edit it."), "{screen}");
    let screen = app.press("R").screen_text(120, 40);
    assert!(screen.contains("No undecided invite of this domain is in the queue."), "{screen}");
}

#[test]
fn order_by_urgency_shows_what_is_undecided_first() {
    let mut app = app_with_mixed_invites();
    app.press("o e");
    app.screen_text(120, 40);
    app.press("g g t");
    let first = |app: &TestApp| match app.state.overlays.last() {
        Some(Overlay::Triage(triage)) => triage.current_invite(&app.state.model).map(|invite| invite.email),
        _ => None,
    };
    assert_eq!(first(&app).as_deref(), Some(""));
    app.press("d o");
    assert_eq!(first(&app).as_deref(), Some("last.minute@contoso-logistics.example"));
    let screen = app.screen_text(120, 40);
    assert!(
        screen.contains("Triage · 2 of 44    1 delete") && screen.contains("queue by urgency"),
        "{screen}"
    );
    app.press("o");
    assert_eq!(first(&app).as_deref(), Some("jane.doe@acme.co"));
}

#[test]
fn esc_shows_the_whole_queue_and_then_leaves() {
    let mut app = app_with_mixed_invites();
    app.press("t d /").type_text("jane").press("enter");
    assert_eq!(position(&app), 1);
    app.press("esc");
    assert_eq!(position(&app), 1);
    app.press("esc");
    assert!(app.state.overlays.is_empty() && app.state.model.triage.is_some());
}

#[test]
fn triage_without_decisions_is_not_resumed() {
    let mut app = app_with_mixed_invites();
    app.press("t j q j j j t");
    assert_eq!(position(&app), 4);
}

#[test]
fn snoozed_invite_that_cannot_be_resent_stays_snoozed() {
    let mut app = TestApp::new();
    let expiry = Expiry(app.now.wall.checked_add(SignedDuration::from_hours(40)).ok());
    app.deliver_page(vec![new_invite(1, "ann@example.com", &"x".repeat(300), expiry)]);
    app.complete_list();
    assert!(app.press("t s").screen_text(120, 40).contains("1 snooze"));
    let screen = app.press("r").screen_text(120, 40);
    assert!(screen.contains("cannot be resent: Message too long") && screen.contains("1 snooze"), "{screen}");
    assert!(app.press("u").screen_text(120, 40).contains("no decisions"));
}
