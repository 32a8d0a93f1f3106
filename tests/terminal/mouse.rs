//! The mouse: off by default, so that the terminal's own selection works; if enabled, it selects and scrolls.

use vt100::MouseProtocolMode;

use crate::place::Place;
use crate::pty::Pty;

#[test]
fn unless_asked_for_the_mouse_is_left_to_the_terminal() {
    let place = Place::new();
    let mut pty = Pty::start(place.console(&[]));
    pty.shows_table("412");
    assert_eq!(pty.screen(|screen| screen.mouse_protocol_mode()), MouseProtocolMode::None);
    pty.send("q");
    assert_eq!(pty.ended().code, 0);
}

#[test]
fn asked_for_a_click_selects_and_the_wheel_moves() {
    let place = Place::new();
    place.write(".config/guestlist/config.toml", "mouse = true\n");
    let mut pty = Pty::start(place.console(&[]));
    pty.shows_table("412");
    // Buttons only: movements would wake the console all the time.
    assert_eq!(pty.screen(|screen| screen.mouse_protocol_mode()), MouseProtocolMode::PressRelease);
    let selected = |line: u16| {
        move |screen: &vt100::Screen| screen.cell(line, 1).is_some_and(|cell| cell.contents() == "▌")
    };
    // Lines and columns of the sequence count from 1, those of the screen from 0.
    pty.send("\x1b[<0;10;9M\x1b[<0;10;9m");
    pty.until("the fourth row is selected", selected(8));
    pty.send("\x1b[<65;10;9M");
    pty.until("three rows further down", selected(11));
    pty.send("\x1b[<64;10;9M");
    pty.until("and up again", selected(8));
    pty.send("\x1b[<0;10;2M\x1b[<0;79;24M");
    pty.send("?");
    pty.shows("Shift");
    pty.send("qq");
    assert_eq!(pty.ended().code, 0, "and the mouse is the terminal's again");
}
