//! Ways to find a command: the keys after a prefix, the help that filters, the palette, and the theme picker.

use std::time::Duration;

use ratatui::buffer::Buffer;

use crate::assert_screens;
use crate::harness::{TestApp, sample_error};
use guestlist::app::model::options::ProfileEntry;
use guestlist::app::{Effect, Msg, update};
use guestlist::config::keys_file;
use guestlist::domain::ServiceReply;
use guestlist::domain::service_msg::PlanEvent;
use guestlist::keys::Input;
use guestlist::ui::Theme;

fn status_text(app: &mut TestApp) -> String {
    let screen = app.screen_text(100, 30);
    screen.lines().rev().nth(1).unwrap_or_default().trim().to_owned()
}

#[test]
fn which_key() {
    let mut app = TestApp::with_rows();
    app.press("o");
    assert_screens("which_key", app);
}

#[test]
fn which_key_lists_the_keys_of_any_prefix() {
    let mut app = TestApp::with_rows();
    let table =
        "[list]\ndelete = [\"ctrl-x d\"]\n[views]\nundo = [\"ctrl-x u z\"]\n[triage]\nkeep = [\"x k\"]";
    app.state.model.options.keys = keys_file::parse(table).expect("a valid key table");
    let screen = app.press("ctrl-x").screen_text(100, 30);
    assert!(
        screen.contains("d   Delete the selected") && screen.contains("uz  Undo, or re-invite"),
        "{screen}"
    );
    let screen = app.press("u").screen_text(100, 30);
    assert!(screen.contains("┌ Ctrl-x u ─"), "{screen}");
    assert!(screen.contains("z  Undo") && !screen.contains("Delete the selected"), "{screen}");
    let screen = app.press("esc").screen_text(100, 30);
    assert!(!screen.contains("Undo, or re-invite") && !screen.contains("does nothing"), "{screen}");
    let screen = app.press("t x").screen_text(100, 30);
    assert!(screen.contains("k  Keep the invite as it is"), "{screen}");
    let screen = app.press("k").screen_text(100, 30);
    assert!(!screen.contains("Keep the invite as it is"), "{screen}");
}

#[test]
fn which_key_box_fits_the_smallest_window() {
    let mut app = TestApp::with_rows();
    let table: String = ('a'..='z').map(|c| format!("\"space {c}\",")).collect();
    let table = format!("[list]\nmark = []\ndelete = [{table}]");
    app.state.model.options.keys = keys_file::parse(&table).expect("a valid key table");
    let screen = app.press("space").screen_text(40, 10);
    assert!(screen.contains("and 22 more keys"), "{screen}");
}

#[test]
fn unknown_key_is_answered_once() {
    let mut app = TestApp::with_rows();
    app.press("J");
    assert_eq!(status_text(&mut app), "· J does nothing here; ? help");
    app.press("H");
    assert_eq!(status_text(&mut app), "· J does nothing here; ? help", "not answered again");
    app.press("j");
    assert_eq!(status_text(&mut app), "", "a known key removes the answer");
    app.press("g x");
    assert_eq!(status_text(&mut app), "· gx does nothing here; ? help");
    app.press("j !");
    assert!(!app.screen_text(100, 30).contains("does nothing"), "not in the history");
}

#[test]
fn unknown_key_in_a_dialog_is_answered_without_its_help() {
    let mut app = TestApp::with_rows();
    app.press("y Y");
    app.now.mono += Duration::from_secs(6);
    app.pass_deadline();
    app.press("W");
    assert_eq!(status_text(&mut app), "· W does nothing here");
}

#[test]
fn unknown_key_never_hides_an_error_or_an_undo_window() {
    let mut app = TestApp::with_rows();
    app.press("ctrl-r");
    app.fail_list(sample_error("Could not load invites"));
    let before = status_text(&mut app);
    app.press("J");
    assert_eq!(status_text(&mut app), before);

    let mut app = TestApp::with_rows();
    app.press("d y");
    let until = app.now.mono + Duration::from_secs(5);
    app.deliver_plan_event(PlanEvent::UndoWindow { until });
    let before = status_text(&mut app);
    assert!(before.contains("undo"), "{before}");
    app.press("J");
    assert_eq!(status_text(&mut app), before);
}

#[test]
fn unknown_key_in_a_text_field_and_a_paste_are_not_answered() {
    let mut app = TestApp::with_rows();
    for keys in ["/ ctrl-y", "esc : ctrl-y", "esc n ctrl-y", "esc ? ctrl-y"] {
        let screen = app.press(keys).screen_text(100, 30);
        assert!(!screen.contains("does nothing"), "{keys}: {screen}");
    }
    let screen = app.press("esc").paste("JJJ").screen_text(100, 30);
    assert!(!screen.contains("does nothing"), "{screen}");
}

#[test]
fn help_filtered() {
    let mut app = TestApp::with_rows();
    app.press("?").type_text("mark all").press("down");
    assert_screens("help_filtered", app);
}

#[test]
fn help_filters_by_key_name_action_and_description() {
    let mut app = TestApp::with_rows();
    for (text, expected, absent) in [
        ("ctrl-r", "Refresh", "Move down one row"),
        ("mark-invert", "Invert the marks", "Move down one row"),
        ("next-weekend", "Go to the next Saturday", "Invert the marks"),
        ("exp<", "Filter syntax", "Invert the marks"),
        ("within three", "○", "Invert the marks"),
    ] {
        let screen = app.press("?").type_text(text).screen_text(110, 40);
        assert!(screen.contains(expected) && !screen.contains(absent), "{text}: {screen}");
        app.press("esc");
        assert!(app.screen_text(110, 40).contains("┌ Help"), "the first Esc clears the text");
        app.press("esc");
        assert!(!app.screen_text(110, 40).contains("┌ Help"), "the second closes the help");
    }
    for close in ["?", "f1"] {
        app.press("?").press(close);
        assert!(!app.screen_text(110, 40).contains("┌ Help"), "{close}");
    }
}

#[test]
fn help_runs_the_selected_line() {
    let mut app = TestApp::with_rows();
    app.press("?").type_text("domains").screen_text(110, 40);
    let screen = app.press("enter").screen_text(110, 40);
    assert!(screen.contains("┌ 3 domains ─") && !screen.contains("┌ Help"), "{screen}");

    let mut app = TestApp::with_rows();
    app.press("?").type_text("keep the invite").press("enter");
    let screen = app.screen_text(110, 40);
    assert!(screen.contains("keep: only in Triage.") && screen.contains("┌ Help"), "{screen}");

    let mut app = TestApp::with_rows();
    app.press("t ?").type_text("keep the invite").press("enter");
    let screen = app.screen_text(110, 40);
    assert!(screen.contains("1 keep") && !screen.contains("┌ Help"), "{screen}");
}

#[test]
fn palette_fuzzy() {
    let mut app = TestApp::with_rows();
    app.press(":").type_text("dlt");
    assert_screens("palette_fuzzy", app);
}

#[test]
fn palette_empty_shows_the_useful_first() {
    let mut app = TestApp::with_rows();
    app.press(":").type_text("reload").press("enter");
    app.complete_list();
    app.press(":");
    assert_screens("palette_empty", app);
}

#[test]
fn palette_takes_a_filter_as_argument() {
    let mut app = TestApp::with_rows();
    app.press("/").type_text("odd").press("enter :").type_text("filter jane");
    let screen = app.screen_text(100, 30);
    assert!(screen.contains("▌filter jane  Show only matching rows"), "{screen}");
    let screen = app.press("enter").screen_text(100, 30);
    assert!(screen.contains("/jane") && screen.contains("jane.doe@example.com"), "{screen}");
    assert!(!screen.contains("odd@example.com") && !screen.contains("Enter apply"), "{screen}");
    let screen = app.press(":").type_text("filter exp<soon").press("enter").screen_text(100, 30);
    assert!(screen.contains("Enter apply"), "an invalid filter stays in the field: {screen}");
}

#[test]
fn palette_sorts_and_switches_the_profile_by_argument() {
    let mut app = TestApp::with_rows();
    let screen = app.press(":").type_text("sort email").press("enter").screen_text(100, 30);
    assert!(screen.contains("Email ▲"), "{screen}");

    let profile = |name: &str| ProfileEntry { name: name.into(), ..ProfileEntry::default() };
    app.state.model.options.profiles = vec![profile("acme"), profile("fabrikam")];
    app.press(":").type_text("profile fab");
    let screen = app.screen_text(100, 30);
    assert!(
        screen.contains("▌switch-profile fabrikam") && !screen.contains("switch-profile acme"),
        "{screen}"
    );
    let enter = Msg::Input(Input::Key("enter".parse().expect("a key")));
    let effects = update(&mut app.state, enter, app.now);
    assert!(matches!(&effects[..], [Effect::SwitchSession(name)] if name == "fabrikam"), "{effects:?}");
}

#[test]
fn palette_completes_the_name_and_its_argument() {
    let mut app = TestApp::with_rows();
    let screen = app.press(":").type_text("colors").press("tab").screen_text(100, 30);
    assert!(screen.contains(":theme ") && screen.contains("▌theme terminal"), "{screen}");
    let screen = app.press("down down tab").screen_text(100, 30);
    assert!(screen.contains(":theme dark"), "{screen}");
}

#[test]
fn theme_picker() {
    let mut app = TestApp::with_rows();
    app.press(":").type_text("theme").press("enter");
    app.press("j j");
    assert_screens("theme_picker", app);
}

fn title_style(app: &mut TestApp) -> ratatui::style::Style {
    let buffer: Buffer = app.draw(100, 30, &Theme::terminal());
    buffer[(1, 0)].style()
}

#[test]
fn theme_picker_previews_keeps_and_restores() {
    let mut app = TestApp::with_rows();
    app.state.model.options.config_file = "/home/jane/config.toml".into();
    let terminal = title_style(&mut app);
    app.press(":").type_text("theme").press("enter");
    app.screen_text(100, 30);
    app.press("down down");
    let dark = title_style(&mut app);
    assert_ne!(dark, terminal, "the selected theme is drawn at once");
    app.press("esc");
    assert_eq!(title_style(&mut app), terminal, "Esc restores the theme");
    app.press(":").type_text("theme dark").press("enter");
    assert_eq!(title_style(&mut app), dark);
    let hint = "Theme dark is on until you quit. To keep it, set theme = \"dark\" in /home/jane/config.toml.";
    assert!(status_text(&mut app).contains(hint), "{}", status_text(&mut app));
    app.press(":").type_text("theme").press("enter");
    app.screen_text(100, 30);
    app.press("k k enter");
    assert_eq!(title_style(&mut app), terminal);
    assert_eq!(status_text(&mut app), "· Theme terminal is on, as configured.");
}

#[test]
fn theme_picker_offers_the_configured_file() {
    let mut app = TestApp::with_rows();
    app.state.model.options.theme = "mine.toml".into();
    app.press(":").type_text("theme").press("enter");
    let screen = app.screen_text(100, 30);
    assert!(screen.contains("▌mine.toml") && screen.contains("your theme file · configured"), "{screen}");
}

#[test]
fn other_usual_keys_are_aliases() {
    let mut app = TestApp::with_rows();
    app.press("ctrl-n ctrl-n ctrl-p");
    assert_eq!(app.state.model.table.selected_line, 1);
    let screen = app.press("del").screen_text(100, 30);
    assert!(screen.contains("[ Cancel ]"), "{screen}");
    app.press("esc f5");
    app.deliver_reply(ServiceReply::WaitOver);
    assert!(app.screen_text(100, 30).contains("loading"), "{}", app.screen_text(100, 30));
}

#[test]
fn palette_finds_commands_by_other_words() {
    for (text, name) in [
        ("remove", "delete"),
        ("send", "resend"),
        ("search", "filter"),
        ("exit", "quit"),
        ("undo", "undo"),
        ("invite", "new"),
        ("reload", "refresh"),
        ("colors", "theme"),
        ("mrkall", "mark-all"),
    ] {
        let mut app = TestApp::with_rows();
        let screen = app.press(":").type_text(text).screen_text(100, 30);
        assert!(screen.contains(&format!("▌{name} ")), "{text}: {screen}");
    }
}

#[test]
fn long_paste_into_the_palette_is_drawn_quickly() {
    let mut app = TestApp::with_rows();
    let screen = app.press(":").paste(&"mark ".repeat(2_000)).screen_text(100, 30);
    assert!(screen.contains("▌mark "), "{screen}");
}
