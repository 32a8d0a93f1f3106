//! The import while its list or the status of an entry changes, and clicks.

use guestlist::app::shell::early_input::input_target;
use guestlist::domain::import::DecodedText;
use guestlist::domain::{Expiry, ServiceReply};

use crate::harness::{TestApp, new_invite, sample_invites};
use crate::import::checked_import;
use crate::mouse::click;

#[test]
fn list_stays_when_its_replacement_is_too_long() {
    let long = "x".repeat(9 * 1024 * 1024);
    let mut app = TestApp::with_rows();
    app.press("N").paste("ann@acme.com\nbob@acme.com").press("ctrl-e");
    app.close_editor(&long);
    let screen = app.screen_text(120, 40);
    assert!(screen.contains("so it was not changed.") && screen.contains("bob@acme.com"), "{screen}");
    app.press("tab").type_text("list.csv").press("enter");
    let (text, encoding) = (long, "UTF-8");
    app.deliver_import_file(DecodedText { text, encoding, is_uncertain: false });
    let screen = app.screen_text(120, 40);
    assert!(screen.contains("so it was not changed.") && screen.contains("bob@acme.com"), "{screen}");
}

#[test]
fn line_from_the_editor_goes_into_the_list() {
    let mut app = TestApp::with_rows();
    app.press("N tab ctrl-e");
    app.close_editor("ann@acme.com\n");
    let screen = app.press("ctrl-s").screen_text(120, 40);
    assert!(screen.contains("Import · 2/3"), "{screen}");
}

#[test]
fn key_for_an_entry_that_left_its_tab_is_dropped() {
    let mut app = TestApp::new();
    app.deliver_page(sample_invites(app.now.wall));
    app.press("N").paste("ann@acme.com\nbob@acme.com\ncat@acme.com").press("ctrl-s");
    app.deliver_journal_reply(ServiceReply::Journal(Vec::new()));
    app.press("]");
    let shown = input_target(&app.state);
    // Now pending, so the entry leaves the tab, and the next entry is selected.
    app.deliver_page(vec![new_invite(50, "ann@acme.com", "hi", Expiry(None))]);
    app.complete_list();
    assert_ne!(input_target(&app.state), shown);
    app.send_early_key("d");
    let screen = app.screen_text(120, 40);
    assert!(!screen.contains("excluded") && screen.contains("new 2"), "{screen}");
    app.send_early_key("j");
    let screen = app.press("d").screen_text(120, 40);
    assert!(screen.contains("excluded 1") && screen.contains("new 1"), "{screen}");
}

#[test]
fn click_on_a_tab_or_an_entry_shows_it() {
    let mut app = checked_import();
    click(&mut app, "typo 1");
    let screen = app.screen_text(120, 40);
    assert!(screen.contains("rows 1–1 of 1") && screen.contains("ed@gmial.com"), "{screen}");
    click(&mut app, "All 10");
    click(&mut app, "kim@other.org");
    let screen = app.screen_text(120, 40);
    assert!(screen.contains("Line 8: kim@other.org"), "{screen}");
}
