//! The mouse: it is off by default, so that the terminal's own selection works.
//! If enabled, it selects and scrolls.

use vt100::MouseProtocolMode;

use crate::pty::Pty;
use crate::test_env::TestEnv;

#[test]
fn mouse_is_off_by_default() {
    let env = TestEnv::new();
    let mut pty = Pty::start(env.console_command(&[]));
    pty.wait_for_table("412");
    assert_eq!(pty.screen(|screen| screen.mouse_protocol_mode()), MouseProtocolMode::None);
    pty.type_keys("q");
    assert_eq!(pty.wait_for_clean_exit().code, 0);
}

#[test]
fn mouse_option_makes_clicks_select_and_wheel_scroll() {
    let env = TestEnv::new();
    env.write_file(".config/guestlist/config.toml", "mouse = true\n");
    let mut pty = Pty::start(env.console_command(&[]));
    pty.wait_for_table("412");
    // Buttons only: movements would wake the console all the time.
    assert_eq!(pty.screen(|screen| screen.mouse_protocol_mode()), MouseProtocolMode::PressRelease);
    let selected = |line: u16| {
        move |screen: &vt100::Screen| screen.cell(line, 1).is_some_and(|cell| cell.contents() == "▌")
    };
    // Lines and columns of the sequence count from 1, those of the screen from 0.
    pty.type_keys("\x1b[<0;10;9M\x1b[<0;10;9m");
    pty.wait_until("the fourth row is selected", selected(8));
    pty.type_keys("\x1b[<65;10;9M");
    pty.wait_until("three rows further down", selected(11));
    pty.type_keys("\x1b[<64;10;9M");
    pty.wait_until("and up again", selected(8));
    pty.type_keys("\x1b[<0;10;2M\x1b[<0;80;24M");
    pty.type_keys("?");
    pty.wait_for_text("Shift");
    pty.type_keys("?q");
    assert_eq!(pty.wait_for_clean_exit().code, 0, "and the mouse is the terminal's again");
}
