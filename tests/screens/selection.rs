//! The selected row: highlighted up to the border in every list, and only its sign without the focus.

use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use ratatui::style::Modifier;
use unicode_width::UnicodeWidthStr;

use crate::harness::TestApp;
use crate::{changes, journal, plans};
use guestlist::ui::Theme;

fn is_reversed(buffer: &Buffer, position: Position) -> bool {
    buffer[position].modifier.contains(Modifier::REVERSED)
}

fn draw_signs(app: &mut TestApp) -> (Buffer, Vec<Position>) {
    let buffer = app.draw(120, 40, &Theme::none());
    let signs = buffer.area.positions().filter(|position| buffer[*position].symbol() == "▌").collect();
    (buffer, signs)
}

#[test]
fn selected_row_is_highlighted_up_to_the_border() {
    let with_rows = |keys: &str| {
        let mut app = TestApp::with_rows();
        app.add_sample_requests();
        app.press(keys);
        app
    };
    let screens = ["j", "4", "6", ":", "C", "D", "Y", "s", "* d"];
    let screens = screens.map(|keys| (keys, with_rows(keys))).into_iter().chain([
        ("plans", plans::app_with_staged_plans()),
        ("changes", changes::show_sample_changes()),
        ("a change", {
            let mut app = changes::show_sample_changes();
            app.press("j");
            app
        }),
        ("journal", journal::open_journal("j")),
        ("steps", journal::open_journal("enter")),
    ]);
    for (name, mut app) in screens {
        let (buffer, mut signs) = draw_signs(&mut app);
        signs.retain(|sign| is_reversed(&buffer, *sign));
        let [sign] = signs[..] else { panic!("{name}: {signs:?}") };
        let row = |x| Position::new(x, sign.y);
        // A wide symbol covers the cell after it.
        let is_covered = |x: u16| buffer[row(x - 1)].symbol().width() > 1;
        let is_end = |x: &u16| !is_reversed(&buffer, row(*x)) && !is_covered(*x);
        let end = (sign.x..120).find(is_end).expect("the end of the row");
        let border: String = (end..120).take(2).map(|x| buffer[row(x)].symbol()).collect();
        assert!(end - sign.x > 20 && border.contains('│'), "{name}: {} to {end}, {border:?}", sign.x);
    }
}

#[test]
fn list_without_the_focus_shows_only_the_sign() {
    for keys in ["enter", "d"] {
        let mut app = TestApp::with_rows();
        app.press(keys);
        let (buffer, signs) = draw_signs(&mut app);
        assert!(
            !signs.is_empty() && signs.iter().all(|sign| !is_reversed(&buffer, *sign)),
            "{keys}: {signs:?}"
        );
    }
}
