//! The first frames: the line about the sandbox, the cached list, and the screen in place of the rows without a valid
//! token. Also what a read-only or guarded profile shows.

use jiff::SignedDuration;
use ratatui::style::Style;

use crate::assert_screens;
use crate::harness::{TestApp, new_invite, sample_error, sample_invites};
use crate::mouse::click;
use guestlist::domain::connection::Claims;
use guestlist::domain::profile_settings::PlanLimits;
use guestlist::domain::service_msg::UnfinishedCounts;
use guestlist::domain::{Connection, Error, ErrorKind, Expiry, ServiceReply, TenancyKey};
use guestlist::ui::Theme;

const TOKEN_FILE: &str = "/home/ann/acme.token";

/// A console that is loading with a token from a file of the configuration.
fn app_with_token_file() -> TestApp {
    let mut app = TestApp::new();
    app.state.model.options.token_source = Some(TOKEN_FILE.into());
    app.state.model.options.token_setting = Some(format!("file {TOKEN_FILE} (config.toml line 3)"));
    app
}

fn rejected() -> Error {
    let cause = "token rejected (401)";
    Error::new(ErrorKind::Status(401), "Could not load invites", cause, "Get a new token and try again.")
}

#[test]
fn rejected_token() {
    let mut app = app_with_token_file();
    app.fail_list(rejected());
    assert_screens("token_rejected", app);
}

#[test]
fn missing_token() {
    let mut app = TestApp::new();
    app.state.model.options.token_setting = Some("none".into());
    app.fail_list(Error::new(
        ErrorKind::Token,
        "Could not load invites",
        "no token found (searched /home/ann/.datatrails/bearer-token.txt)",
        "Put a token into /home/ann/.datatrails/bearer-token.txt, or give another file with --token-file, and restart.",
    ));
    assert_screens("token_missing", app);
}

#[test]
fn error_in_place_of_the_rows_is_not_repeated_below() {
    let mut app = app_with_token_file();
    app.fail_list(rejected());
    let count = |app: &mut TestApp| app.screen_text(120, 40).matches("token rejected (401)").count();
    assert_eq!(count(&mut app), 1);
    app.press("5");
    assert_eq!(count(&mut app), 1, "other views show the message");
    app.press("1 ctrl-r");
    app.deliver_page(sample_invites(app.now.wall));
    app.complete_list();
    assert_eq!(count(&mut app), 0);
}

#[test]
fn rejected_token_while_working_names_the_file_and_the_key() {
    let mut app = TestApp::with_rows();
    app.state.model.options.token_source = Some(TOKEN_FILE.into());
    assert!(app.screen_text(120, 40).contains("token 42 min"));
    app.press("ctrl-r");
    app.fail_list(rejected());
    let screen = app.screen_text(120, 40);
    assert!(screen.contains("Put a new token into /home/ann/acme.token and press Ctrl-r."), "{screen}");
    assert!(screen.contains("token rejected  ") && !screen.contains("token 42 min"), "{screen}");
    app.press("ctrl-r");
    app.fail_list(Error::new(ErrorKind::Token, "Could not load invites", "it is empty", "Fix it."));
    assert!(app.screen_text(120, 40).contains("no usable token"));
}

#[test]
fn cached_list_is_shown_at_once_and_replaced_in_place() {
    let mut app = TestApp::new();
    app.deliver_cached_invites(sample_invites(app.now.wall));
    let screen = app.screen_text(80, 24);
    assert!(screen.contains("59 · cached (2 d ago) · loading…"), "{screen}");
    app.press("pgdn pgdn j");
    let rows_of = |app: &mut TestApp| -> Vec<String> {
        let screen = app.screen_text(80, 24);
        screen.lines().filter(|line| line.contains('@')).map(str::to_owned).collect()
    };
    let before = rows_of(&mut app);
    assert!(before[0].contains("person.") && before.iter().any(|row| row.starts_with("│▌")), "{before:?}");
    // A new invite that expires first is listed above the others.
    let soon = app.now.wall.checked_add(SignedDuration::from_mins(5)).ok();
    app.deliver_page(vec![new_invite(900, "new@example.com", "", Expiry(soon))]);
    app.deliver_page(sample_invites(app.now.wall));
    assert_eq!(rows_of(&mut app), before, "rows do not change while the list is loading");
    app.complete_list();
    assert!(app.screen_text(80, 24).contains("60 · complete"));
    assert_eq!(rows_of(&mut app), before, "the same rows on the same lines");
}

#[test]
fn cached_list_is_not_shown_without_a_valid_token() {
    let mut app = app_with_token_file();
    app.deliver_cached_invites(sample_invites(app.now.wall));
    app.fail_list(rejected());
    let screen = app.screen_text(80, 24);
    assert!(screen.contains("✗ Could not load invites") && !screen.contains("jane.doe"), "{screen}");
    // A retry with the same token does not show it either.
    app.press("ctrl-r");
    app.deliver_cached_invites(sample_invites(app.now.wall));
    assert!(!app.screen_text(80, 24).contains("jane.doe"));
}

#[test]
fn late_cached_list_is_shown_after_a_lost_connection() {
    for (error, is_shown) in [(sample_error("Could not load invites"), true), (rejected(), false)] {
        let mut app = TestApp::new();
        app.fail_list(error);
        app.deliver_cached_invites(sample_invites(app.now.wall));
        assert_eq!(app.screen_text(80, 24).contains("OFFLINE"), is_shown);
    }
}

#[test]
fn unfinished_plans_are_announced_before_the_list() {
    let mut app = TestApp::new();
    app.deliver_reply(ServiceReply::Unfinished(UnfinishedCounts { plans: 1, done: 5, steps: 23 }));
    let screen = app.screen_text(80, 24);
    assert!(screen.contains("1 plan is unfinished (5/23 done)") && screen.contains("1 open"), "{screen}");
    let screen = app.press("2").screen_text(80, 24);
    assert!(screen.contains("Unfinished plans appear here") && !screen.contains("No running"), "{screen}");
}

#[test]
fn line_about_the_sandbox_is_hidden_by_its_key() {
    let mut app = TestApp::sandbox();
    app.deliver_page(sample_invites(app.now.wall));
    app.complete_list();
    let text = "Press L to connect your tenancy. Esc hides this line.";
    assert!(app.screen_text(80, 24).contains(text));
    assert!(!app.press("2").screen_text(80, 24).contains(text), "other views have no such line");
    app.press("1 /").type_text("jane").press("enter");
    assert!(app.screen_text(80, 24).contains(text));
    let screen = app.press("esc").screen_text(80, 24);
    assert!(!screen.contains(text) && screen.contains(" SANDBOX ") && screen.contains("1 of 59"), "{screen}");
    assert!(!app.press("esc").screen_text(80, 24).contains("1 of 59"), "the next Esc clears the filter");
    assert!(app.press("?").screen_text(80, 24).contains("guestlist login"), "the help shows how to connect");
}

#[test]
fn read_only_dims_only_the_hints_of_changes() {
    let mut app = TestApp::with_rows();
    let theme = Theme::terminal();
    let style_of = |app: &mut TestApp, hint: &str| -> Style {
        let buffer = app.draw(120, 24, &theme);
        let footer: String = (0..120).map(|x| buffer[(x, 23)].symbol()).collect();
        let column = footer.find(hint).unwrap_or_else(|| panic!("{hint}: {footer}"));
        buffer[(column as u16, 23)].style()
    };
    let (delete, filter) = (style_of(&mut app, "d delete"), style_of(&mut app, "/ filter"));
    assert_eq!(delete, filter);
    app.press("%");
    assert_ne!(style_of(&mut app, "d delete"), delete, "a disabled hint is dimmed");
    assert_eq!(style_of(&mut app, "/ filter"), filter);
    app.press("%");
    assert_eq!(style_of(&mut app, "d delete"), delete, "one key lifts it without a guard");
}

/// A console with a guarded profile whose changes are allowed, and a dialog about this many deletes.
fn guarded_delete(rows: usize) -> TestApp {
    let mut app = TestApp::with_rows();
    app.state.model.options.guards =
        PlanLimits { profile: "acme".into(), guarded: true, ..PlanLimits::default() };
    app.screen_text(80, 24);
    for _ in 0..rows {
        app.press("space");
    }
    app.press("d");
    app
}

#[test]
fn guarded_large_plan() {
    let mut app = guarded_delete(26);
    app.press("y").type_text("acm");
    assert_screens("guarded_large_plan", app);
}

#[test]
fn guarded_large_plan_needs_the_profile_name() {
    let mut app = guarded_delete(26);
    let screen = app.screen_text(80, 24);
    assert!(screen.contains("The profile acme is guarded. Press y and type its name to apply."), "{screen}");
    app.press("2 6 enter");
    assert!(app.plans.is_empty(), "the number does not confirm");
    let mut app = guarded_delete(26);
    app.press("y").type_text("acm").press("enter");
    assert!(
        app.plans.is_empty() && app.screen_text(80, 24).contains("Wrong profile name. Type acme to apply.")
    );
    // Letters of the name are keys of the dialog: they are typed here.
    app.press("esc");
    assert!(!app.screen_text(80, 24).contains("Type acme to apply: "), "Esc leaves the field");
    app.press("y").type_text("acme").press("enter");
    assert_eq!(app.plans.len(), 1);
    let mut app = guarded_delete(26);
    app.press("y").type_text("acme");
    click(&mut app, "Cancel");
    assert_eq!((app.plans.len(), app.state.overlays.len()), (0, 0), "Cancel applies nothing");
}

#[test]
fn guarded_plan_of_25_steps_needs_the_number() {
    let mut app = guarded_delete(25);
    assert!(app.screen_text(80, 24).contains("Type 25 to apply"));
    app.type_text("25").press("enter");
    assert_eq!(app.plans.len(), 1);
}

#[test]
fn cached_list_of_a_token_program_is_requested_when_the_tenancy_is_known() {
    let mut app = TestApp::new();
    app.deliver_cached_list(ServiceReply::CachedList(None));
    let connection = app.state.model.connection.clone().expect("connected");
    // Until the program has printed the token, the tenancy is unknown.
    let unknown = Connection {
        key: TenancyKey::new("https://app.datatrails.ai", None, "default"),
        claims: Claims::default(),
        ..connection.clone()
    };
    app.state.model.connection = Some(unknown);
    app.deliver_reply(ServiceReply::Connection(connection));
    app.deliver_cached_invites(sample_invites(app.now.wall));
    assert!(app.screen_text(80, 24).contains("59 · cached (2 d ago)"), "{}", app.screen_text(80, 24));
}
