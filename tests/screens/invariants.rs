//! Rules for any window size and any text: no panic, no control characters, no meaning by color alone.

use proptest::prelude::*;
use ratatui::style::Color;

use crate::harness::{TestApp, new_invite};
use guestlist::app::{Msg, update};
use guestlist::domain::{Expiry, ServiceReply};
use guestlist::keys::{Input, Key, KeyCode};
use guestlist::ui::Theme;

/// Keys that open the screens to test in every size.
const SCREEN_KEYS: [&str; 32] = [
    "j",
    "d",
    "n",
    "/",
    "?",
    "enter",
    "!",
    "2",
    "5",
    ":",
    "6",
    "6 enter",
    "6 Y",
    "Y",
    "E",
    "e",
    "r",
    "* r",
    "* d",
    "v G",
    "d tab s",
    "f",
    "f l l space",
    "f enter",
    "f l space r",
    "C",
    "C j j j space j space K > esc",
    "+",
    "N",
    "a",
    "s",
    "S w",
];

fn any_key() -> impl Strategy<Value = Key> {
    let code = prop_oneof![
        any::<char>().prop_map(KeyCode::Char),
        proptest::sample::select(
            "jkgGdnNyzqopxuhlreviIsUYECfJKaSw@t*~%/?!O+-<> 0123456789".chars().collect::<Vec<_>>()
        )
        .prop_map(KeyCode::Char),
        proptest::sample::select(vec![
            KeyCode::Enter,
            KeyCode::Esc,
            KeyCode::Tab,
            KeyCode::Backspace,
            KeyCode::Up,
            KeyCode::Left,
            KeyCode::Right,
            KeyCode::Down,
            KeyCode::PageDown,
            KeyCode::PageUp,
        ]),
    ];
    (code, any::<bool>()).prop_map(|(code, ctrl)| Key {
        code,
        ctrl: ctrl && code != KeyCode::Esc,
        alt: false,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_size_and_text_draws_without_control_characters(
        (width, height) in (0u16..200, 0u16..100),
        email in any::<String>(),
        message in any::<String>(),
    ) {
        for screen in SCREEN_KEYS {
            let mut app = TestApp::with_rows();
            app.deliver_page(vec![]);
            app.press("ctrl-r");
            app.deliver_page(vec![new_invite(99, &email, &message, Expiry(None)), new_invite(98, &message, &email, Expiry(Some(app.now.wall)))]);
            app.complete_list();
            app.add_request(&email, &message);
            app.press(screen).type_text(&email);
            let buffer = app.draw(width, height, &Theme::terminal());
            let hostile = buffer.content().iter().find(|cell| cell.symbol().chars().any(|c| c.is_control()));
            prop_assert!(hostile.is_none(), "{hostile:?}");
        }
    }

    #[test]
    fn any_list_in_any_size_draws_without_control_characters(
        (width, height) in (0u16..200, 0u16..100),
        list in any::<String>(),
        email in any::<String>(),
        template in any::<String>(),
        keys in "[jknedi]{0,8}",
    ) {
        let mut app = TestApp::with_rows();
        app.press("N");
        app.deliver_journal_reply(ServiceReply::Journal(Vec::new()));
        for text in [list.clone(), format!("email,name\n{email},{list}\nann@example.com,{list}")] {
            app.press("ctrl-u").paste(&text).press("ctrl-s").type_text(&keys).paste(&email).press("esc");
            for step in ["N", "enter"] {
                app.press(step);
                app.deliver_journal_reply(ServiceReply::Journal(Vec::new()));
                app.paste(&template);
                let buffer = app.draw(width, height, &Theme::none());
                let hostile = buffer.content().iter().find(|cell| cell.symbol().chars().any(|c| c.is_control()));
                prop_assert!(hostile.is_none(), "{hostile:?}");
            }
            app.press("esc backtab");
        }
    }

    #[test]
    fn any_keys_leave_the_selection_on_a_row(keys in proptest::collection::vec(any_key(), 0..60), height in 0u16..50) {
        let mut app = TestApp::with_rows();
        for key in keys {
            update(&mut app.state, Msg::Input(Input::Key(key)), app.now);
            app.draw(80, height, &Theme::none());
            let table = &app.state.model.table;
            prop_assert!(table.order.is_empty() || table.selected_line < table.order.len());
            let shown = table.selected_row().and_then(|row| app.state.model.invites.shown.rows().get(row)).map(|row| row.identity());
            prop_assert_eq!(&table.selected_identity, &shown);
        }
    }
}

#[test]
fn no_color_theme_has_no_colors_and_shows_the_selection() {
    for screen in SCREEN_KEYS {
        let mut app = TestApp::with_rows();
        let buffer = app.press(screen).draw(100, 30, &Theme::none());
        let colors = [Color::Reset];
        assert!(buffer.content().iter().all(|cell| colors.contains(&cell.fg) && colors.contains(&cell.bg)));
    }
    let buffer = TestApp::with_rows().draw(80, 24, &Theme::none());
    let is_reversed =
        |y| (0..80).any(|x| buffer[(x, y)].modifier.contains(ratatui::style::Modifier::REVERSED));
    let rows: Vec<u16> = (0..24).filter(|y| is_reversed(*y)).collect();
    assert_eq!(rows, [1, 2, 5], "the current view, the current tab and the selected row");
}
