//! The footer: the keys that always work stay at its right end.

use crate::harness::TestApp;

fn footer(app: &mut TestApp, width: u16) -> String {
    app.screen_text(width, 24).lines().last().unwrap_or_default().trim_end().to_owned()
}

#[test]
fn footer_of_each_view_ends_with_the_same_keys() {
    for view in ["1", "2", "3", "4", "5", "6"] {
        let mut app = TestApp::with_rows();
        app.press(view);
        for width in [60, 80, 120] {
            let footer = footer(&mut app, width);
            assert!(footer.ends_with("  ? help  : commands  q quit"), "view {view}: {footer}");
            assert!(footer.chars().count() < width as usize, "{footer}");
        }
        let footer = footer(&mut app, 40);
        assert!(footer.ends_with("? help"), "view {view}: {footer}");
    }
}

#[test]
fn footer_shows_that_hints_were_left_out() {
    let mut app = TestApp::with_rows();
    assert!(footer(&mut app, 80).contains("  …  "));
    assert!(!footer(&mut app, 250).contains('…'));
}
