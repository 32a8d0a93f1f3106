//! The user starts and quits the console.

use crate::place::Place;
use crate::pty::{CTRL_C, ENTER, ESC, Pty};

#[test]
fn q_leaves_and_the_shell_is_as_it_was() {
    let place = Place::new();
    let mut pty = Pty::start(place.console(&[]));
    pty.shows("SANDBOX");
    pty.shows_table("412");
    assert_eq!(place.left_behind().len(), 1, "a try-out lives in a folder of its own");
    pty.send("jjG");
    pty.shows("of 412 · page");
    pty.send("q");
    let ended = pty.ended();
    assert_eq!((ended.code, ended.screen.trim()), (0, ""), "nothing is left on the screen");
    place.is_clean();
    assert!(!place.state().exists(), "a try-out leaves nothing in the home");
}

#[test]
fn ctrl_c_leaves() {
    let place = Place::new();
    let mut pty = Pty::start(place.console(&["--sandbox"]));
    pty.shows_table("412");
    pty.send(CTRL_C);
    assert_eq!(pty.ended().code, 0);
    place.is_clean();
}

#[test]
fn leaving_during_a_hold_asks_first() {
    let place = Place::new();
    let mut pty = Pty::start(place.console(&[]));
    pty.shows_table("412");
    pty.send("d");
    pty.shows("Revoke this invite?");
    pty.send(ENTER);
    pty.hides("Revoke this invite?");
    pty.send("d");
    pty.shows("Revoke this invite?");
    pty.send("y");
    pty.shows("revoking");
    pty.send("q");
    pty.shows("Quit?");
    pty.send(ESC);
    pty.hides("Quit?");
    pty.send("q");
    pty.shows("Quit?");
    pty.send("y");
    assert_eq!(pty.ended().code, 0);
    place.is_clean();
}
