//! The ASCII form of the screens, and what is left without colors.

use std::fs;
use std::path::Path;

use crate::harness::TestApp;
use guestlist::keys::{Action, KeyContext};
use guestlist::ui::ascii::{self, ascii_char};
use ratatui::buffer::Buffer;

fn ascii_screen(app: &mut TestApp) -> String {
    let keys = std::mem::take(&mut app.state.model.options.keys);
    app.state.model.options.keys = keys.with_ascii_names(true);
    app.state.model.options.ascii = true;
    app.screen_text(80, 24)
}

#[test]
fn every_sign_in_a_snapshot_has_an_ascii_form() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/screens/snapshots");
    for file in fs::read_dir(dir).expect("the snapshots") {
        let path = file.expect("a file").path();
        let text = fs::read_to_string(&path).expect("a snapshot");
        // Letters and escaped control characters come from data.
        let is_data = |c: char| c.is_alphabetic() || ('\u{2400}'..='\u{2426}').contains(&c);
        let sign = text.chars().find(|c| !c.is_ascii() && !is_data(*c) && ascii_char(*c).is_none());
        assert_eq!(sign, None, "{} has a sign that src/ui/ascii.rs does not know", path.display());
    }
}

#[test]
fn ascii_form_shows_marks_selection_and_focus() {
    let mut app = TestApp::with_rows();
    app.press("space k");
    insta::assert_snapshot!("ascii_marked", ascii_screen(&mut app));
    app.press("d");
    insta::assert_snapshot!("ascii_confirm", ascii_screen(&mut app));
    assert!(
        app.state.model.options.keys.keys_for(KeyContext::List, Action::Down).contains(&"Down".to_owned())
    );
}

/// Fails if the ASCII form of a screen has other characters, or another width.
pub fn assert_ascii_form(buffer: &Buffer) {
    let mut ascii = buffer.clone();
    ascii::convert(&mut ascii);
    for y in 0..buffer.area.height {
        let (before, after) = (row_text(buffer, y), row_text(&ascii, y));
        assert!(after.is_ascii(), "{after:?}");
        assert_eq!(after.len(), unicode_width::UnicodeWidthStr::width(before.as_str()), "{before:?}");
    }
}

/// A row of a buffer. The cell after a wide character belongs to that character.
pub fn row_text(buffer: &Buffer, y: u16) -> String {
    let mut text = String::new();
    let mut x = 0;
    while x < buffer.area.width {
        let symbol = buffer[(x, y)].symbol();
        text.push_str(symbol);
        x += unicode_width::UnicodeWidthStr::width(symbol).max(1) as u16;
    }
    text
}
