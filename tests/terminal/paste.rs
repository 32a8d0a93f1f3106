//! Pasted text is text: it submits nothing and triggers nothing.

use std::cell::{Cell, RefCell};

use rustix::process::Signal;

use crate::outside::Server;
use crate::place::Place;
use crate::pty::{CTRL_S, Pty, TAB, until};

#[test]
fn a_paste_into_the_form_keeps_the_text_and_submits_nothing() {
    let (place, server) = (Place::new(), Server::start());
    let mut pty = Pty::start(server.console(&place));
    pty.shows_table("412");
    pty.send("n");
    pty.shows("New invite");
    pty.paste("pasted@example.com\r\n");
    pty.shows("18/128");
    pty.send(TAB);
    pty.paste("first line\rsecond line\nthird line\r\n");
    pty.shows("first line second line third line");
    pty.shows("New invite");
    assert_eq!(server.count("POST"), 0);
    pty.send(CTRL_S);
    pty.shows_table("413");
    assert_eq!((server.count("POST"), server.pending("pasted@example.com")), (1, 1));
    let sent = server.control().invites().into_iter().find(|invite| invite.email == "pasted@example.com");
    assert_eq!(sent.expect("it is there").message, "first line second line third line");
    pty.leave_after_change();
    assert_eq!(pty.ended().code, 0);
}

#[test]
fn a_long_paste_arrives_whole() {
    let place = Place::new();
    let mut pty = Pty::start(place.console(&[]));
    pty.shows_table("412");
    pty.send("n");
    pty.shows("New invite");
    pty.send(TAB);
    pty.paste(&"0123456789\n".repeat(900));
    pty.shows("9899/256");
    pty.send("\x03");
    pty.shows("Quit?");
    pty.send("y");
    assert_eq!(pty.ended().code, 0);
}

#[test]
fn half_a_paste_does_not_hold_up_the_loop() {
    let place = Place::new();
    let mut pty = Pty::start(place.console(&[]));
    pty.shows_table("412");
    pty.send("n");
    pty.shows("New invite");
    pty.send("\x1b[200~one ");
    pty.resize(100, 30);
    // The reader sees nothing before the paste goes on, not even the other size; all else does not wait for it.
    pty.signal(Signal::CONT);
    pty.until("the other size is drawn", |screen| {
        screen.cell(3, 99).is_some_and(|cell| cell.contents() == "┐")
    });
    pty.send("two\x1b[201~");
    pty.shows("7/128");
    pty.send("\x03");
    pty.shows("Quit?");
    pty.send("y");
    assert_eq!(pty.ended().code, 0);
    place.is_clean();
}

#[test]
fn a_paste_onto_the_table_does_nothing() {
    let (place, server) = (Place::new(), Server::start());
    let mut pty = Pty::start(server.console(&place));
    pty.shows_table("412");
    let rows = |screen: &vt100::Screen| screen.contents_between(3, 0, 13, 80);
    let before = pty.screen(rows);
    pty.paste("jjjdy\nq\r\n");
    pty.send("?");
    pty.shows("Help");
    pty.send("q");
    pty.until("the table as it was", |screen| rows(screen) == before);
    until("no changes were made", || server.count("DELETE") + server.count("POST") == 0);
    pty.send("q");
    assert_eq!(pty.ended().code, 0);
}

#[test]
fn ctrl_c_leaves_a_paste_that_never_ends() {
    let place = Place::new();
    let mut pty = Pty::start(place.console(&[]));
    pty.shows_table("412");
    pty.send("n");
    pty.shows("New invite");
    pty.send("\x1b[200~half");
    // Ctrl-c is text until the paste has stalled. The user presses it again, and not too fast.
    let (pty, looks) = (RefCell::new(pty), Cell::new(0));
    until("it asks", || {
        if looks.replace(looks.get() + 1) % 400 == 0 {
            pty.borrow_mut().send("\x03");
        }
        pty.borrow().screen(|screen| screen.contents().contains("Quit?"))
    });
    let mut pty = pty.into_inner();
    pty.send("y");
    assert_eq!(pty.ended().code, 0);
}
