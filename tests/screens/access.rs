//! Profiles on the screen: the badge, a guarded profile and its number, the banner for a token of another tenancy, and
//! the warning before a token runs out.

use jiff::SignedDuration;

use crate::look;
use crate::stage::{Stage, failure};
use guestlist::app::Overlay;
use guestlist::app::model::options::Badge;
use guestlist::domain::profile_settings::PlanLimits;
use guestlist::domain::service_msg::PlanEvent;
use guestlist::domain::{Connection, Expiry, ServiceReply};

fn with_badge() -> Stage {
    let mut stage = Stage::with_rows();
    stage.state.model.options.badge = Some(Badge { text: "ACME PROD".into(), color: Some("red".into()) });
    stage.text(80, 24);
    stage
}

fn session(stage: &Stage) -> Connection {
    stage.state.model.connection.clone().expect("a session")
}

/// A token of another tenancy than the profile's.
fn pinned() -> Stage {
    let mut stage = with_badge();
    let why = "the profile expects tenant 9b1f, but the token is for tenant 4f2c8a01-77".to_owned();
    let session = Connection { wrong_tenancy_reason: Some(why), ..session(&stage) };
    stage.reply(ServiceReply::Connection(session));
    stage
}

#[test]
fn the_badge_of_a_profile_stands_in_the_header() {
    assert!(with_badge().text(80, 24).contains(" ACME PROD "));
    assert!(with_badge().text(40, 20).contains(" ACME PROD "));
}

#[test]
fn a_token_of_another_tenancy() {
    look("wrong_tenancy", pinned());
}

#[test]
fn nothing_is_changed_with_a_token_of_another_tenancy_whatever_key_is_pressed() {
    let mut stage = pinned();
    stage.press("% d");
    assert!(stage.state.overlays.is_empty() && stage.state.model.read_only_reason.is_none());
    assert!(stage.text(120, 40).contains("Nothing is changed: the profile expects tenant 9b1f"));
    let back = Connection { wrong_tenancy_reason: None, ..session(&stage) };
    stage.reply(ServiceReply::Connection(back));
    stage.press("d");
    assert!(matches!(stage.state.overlays.last(), Some(Overlay::Confirm(_))));
}

#[test]
fn a_guarded_profile_asks_for_the_number_of_even_one_step() {
    let mut stage = with_badge();
    stage.state.model.options.guards =
        PlanLimits { profile: "acme".into(), guarded: true, ..PlanLimits::default() };
    stage.press("d y");
    assert!(stage.plans.is_empty(), "a key is not enough");
    assert!(stage.text(80, 24).contains("Type 1 to run it"));
    stage.press("1 enter");
    assert_eq!(stage.plans.len(), 1);
}

#[test]
fn a_guarded_plan_that_was_set_aside_asks_for_the_number_again() {
    let mut stage = with_badge();
    stage.state.model.options.guards =
        PlanLimits { profile: "acme".into(), guarded: true, ..PlanLimits::default() };
    stage.press("d 1 enter");
    stage.plan(PlanEvent::Paused(failure("The invite could not be revoked")));
    stage.press("2 space");
    let shown = stage.text(80, 24);
    for words in ["Go on with 1 step?", "what is left of a plan that was begun", "[ Cancel ]    Go on"] {
        assert!(shown.contains(words), "{shown}");
    }
    assert!(!shown.contains("tage") && !shown.contains("take out"), "it goes on as it is: {shown}");
    stage.press("s");
    assert!(stage.text(80, 24).contains("It was begun: it goes on as it is, or not."));
    stage.press("1 enter");
    assert!(stage.state.overlays.is_empty() && stage.state.model.plans.unfinished.is_empty());
}

#[test]
fn beyond_a_limit_the_reason_is_shown_and_the_number_is_asked_for() {
    let mut stage = with_badge();
    stage.state.model.options.guards =
        PlanLimits { allowed_domains: vec!["else.org".into()], ..PlanLimits::default() };
    stage.press("r");
    let shown = stage.text(80, 24);
    assert!(shown.contains("is not in an allowed domain") && shown.contains("Type 1 to run it"), "{shown}");
    stage.press("esc d");
    assert!(!stage.text(80, 24).contains("Type 1"), "a revocation invites nobody");
}

#[test]
fn a_token_that_nothing_renews_is_said_to_run_out_once() {
    for (renews, said) in [(false, 1), (true, 0)] {
        let mut stage = Stage::with_rows();
        let mut ending = session(&stage);
        ending.is_token_renewed = renews;
        ending.claims.expires_at = stage.now.wall.checked_add(SignedDuration::from_mins(4)).ok();
        assert!(Expiry(ending.claims.expires_at).0.is_some());
        stage.reply(ServiceReply::Connection(ending.clone()));
        stage.reply(ServiceReply::Connection(ending));
        let words = "The token expires in 4 min and is not renewed automatically";
        assert_eq!(stage.text(160, 40).matches(words).count(), said);
    }
}

#[test]
fn guard_of_a_profile_is_lifted_by_its_name_alone() {
    let mut stage = with_badge();
    stage.state.model.options.guards =
        PlanLimits { profile: "acme".into(), guarded: true, ..PlanLimits::default() };
    stage.state.model.read_only_reason = Some("the profile acme is guarded".into());
    for wrong in ["%", "enter", "a c m enter"] {
        stage.press(wrong);
        assert!(stage.state.model.read_only_reason.is_some(), "{wrong}");
    }
    assert!(stage.text(40, 10).contains("type acme."), "{}", stage.text(40, 10));
    stage.press("e enter");
    assert!(stage.state.model.read_only_reason.is_none() && stage.state.overlays.is_empty());
    stage.press("%");
    assert!(stage.state.model.read_only_reason.is_some(), "what is safe takes one key");
}
