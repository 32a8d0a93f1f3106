//! Profiles: the badge, the number for a guarded profile, the banner for a token of another tenancy, and the warning
//! before a token expires.

use jiff::SignedDuration;

use crate::assert_screens;
use crate::harness::{TestApp, sample_error};
use guestlist::app::Overlay;
use guestlist::domain::profile_settings::Badge;
use guestlist::domain::profile_settings::PlanLimits;
use guestlist::domain::service_msg::PlanEvent;
use guestlist::domain::{Connection, Expiry, ServiceReply};

fn with_badge() -> TestApp {
    let mut app = TestApp::with_rows();
    app.state.model.options.badge = Some(Badge { text: "ACME PROD".into(), color: Some("red".into()) });
    app.screen_text(80, 24);
    app
}

fn connection(app: &TestApp) -> Connection {
    app.state.model.connection.clone().expect("a session")
}

/// A console whose token is for another tenancy than the profile.
fn with_other_tenancy() -> TestApp {
    let mut app = with_badge();
    let reason = "the profile expects tenant 9b1f, but the token is for tenant 4f2c8a01-77".to_owned();
    let connection = Connection { wrong_tenancy_reason: Some(reason), ..connection(&app) };
    app.deliver_reply(ServiceReply::Connection(connection));
    app
}

#[test]
fn header_shows_the_profile_badge() {
    assert!(with_badge().screen_text(80, 24).contains(" ACME PROD "));
    assert!(with_badge().screen_text(40, 20).contains(" ACME PROD "));
    let mut app = with_badge();
    app.press("%");
    let screen = app.screen_text(40, 20);
    assert!(screen.contains(" ACME PROD ") && screen.contains(" READ-ONLY "), "{screen}");
}

#[test]
fn wrong_tenancy() {
    assert_screens("wrong_tenancy", with_other_tenancy());
}

#[test]
fn wrong_tenancy_changes_nothing_for_any_key() {
    let mut app = with_other_tenancy();
    app.press("% d");
    assert!(app.state.overlays.is_empty() && app.state.model.read_only_reason.is_none());
    assert!(app.screen_text(120, 40).contains("Changes are not allowed: the profile expects tenant 9b1f"));
    let connection = Connection { wrong_tenancy_reason: None, ..connection(&app) };
    app.deliver_reply(ServiceReply::Connection(connection));
    app.press("d");
    assert!(matches!(app.state.overlays.last(), Some(Overlay::Confirm(_))));
}

#[test]
fn guarded_profile_needs_the_number_even_for_one_step() {
    let mut app = with_badge();
    app.state.model.options.guards =
        PlanLimits { profile: "acme".into(), guarded: true, ..PlanLimits::default() };
    app.press("d y");
    assert!(app.plans.is_empty(), "y does not confirm");
    assert!(app.screen_text(80, 24).contains("Type 1 to apply"));
    app.press("1 enter");
    assert_eq!(app.plans.len(), 1);
}

#[test]
fn guarded_resume_needs_the_number_again() {
    let mut app = with_badge();
    app.state.model.options.guards =
        PlanLimits { profile: "acme".into(), guarded: true, ..PlanLimits::default() };
    app.press("d 1 enter");
    app.deliver_plan_event(PlanEvent::Paused(sample_error("Could not delete the invite")));
    app.press("2 space");
    let screen = app.screen_text(80, 24);
    for text in ["Resume 1 step?", "Remaining steps of a started plan", "[ Cancel ]      Resume"] {
        assert!(screen.contains(text), "{screen}");
    }
    assert!(
        !screen.contains("tage") && !screen.contains("remove step"),
        "a resumed plan cannot be changed: {screen}"
    );
    app.press("s");
    assert!(app.screen_text(80, 24).contains("A started plan cannot be changed. Resume it or cancel."));
    app.press("1 enter");
    assert!(app.state.overlays.is_empty() && app.state.model.plans.unfinished.is_empty());
}

#[test]
fn plan_beyond_a_limit_shows_why_and_needs_the_number() {
    let mut app = with_badge();
    app.state.model.options.guards =
        PlanLimits { allowed_domains: vec!["else.org".into()], ..PlanLimits::default() };
    app.press("r");
    let screen = app.screen_text(80, 24);
    assert!(screen.contains("is not in an allowed domain") && screen.contains("Type 1 to apply"), "{screen}");
    app.press("esc d");
    assert!(!app.screen_text(80, 24).contains("Type 1"), "a delete invites no one");
}

#[test]
fn expiring_token_without_renewal_is_reported_once() {
    for (is_renewed, count) in [(false, 1), (true, 0)] {
        let mut app = TestApp::with_rows();
        let mut connection = connection(&app);
        connection.is_token_renewed = is_renewed;
        connection.claims.expires_at = app.now.wall.checked_add(SignedDuration::from_mins(4)).ok();
        assert!(Expiry(connection.claims.expires_at).0.is_some());
        app.deliver_reply(ServiceReply::Connection(connection.clone()));
        app.deliver_reply(ServiceReply::Connection(connection));
        let text = "The token expires in 4 min and is not renewed automatically";
        assert_eq!(app.screen_text(160, 40).matches(text).count(), count);
    }
}

#[test]
fn only_the_profile_name_lifts_its_guard() {
    let mut app = with_badge();
    app.state.model.options.guards =
        PlanLimits { profile: "acme".into(), guarded: true, ..PlanLimits::default() };
    app.state.model.read_only_reason = Some("the profile acme is guarded".into());
    for wrong in ["%", "enter", "a c m enter"] {
        app.press(wrong);
        assert!(app.state.model.read_only_reason.is_some(), "{wrong}");
    }
    assert!(app.screen_text(40, 10).contains("Type acme."), "{}", app.screen_text(40, 10));
    app.press("e enter");
    assert!(app.state.model.read_only_reason.is_none() && app.state.overlays.is_empty());
    app.press("%");
    assert!(app.state.model.read_only_reason.is_some(), "one key makes the console read-only");
}
