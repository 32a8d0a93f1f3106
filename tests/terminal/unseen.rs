//! Keys have no effect on anything that is not drawn: behind a window that is too small, or a prompt not drawn yet.

use crate::outside::Server;
use crate::place::Place;
use crate::pty::{CTRL_C, CTRL_S, ESC, Pty, until};

fn too_small(pty: &mut Pty, columns: u16, rows: u16) {
    pty.resize(columns, rows);
    pty.until("it is too small", |screen| {
        let words = screen.contents().split_whitespace().collect::<Vec<_>>().join(" ");
        words.contains("is too small")
    });
}

/// Waits until the program has read the typed keys: a key read after a resize belongs to the larger window.
fn all_read(pty: &Pty) {
    until("the keys are read", || pty.waiting_bytes() == 0);
}

/// Quits without a prompt: nothing runs, and there is no draft.
fn leave_with_nothing_done(mut pty: Pty, server: &Server) {
    // Ctrl-c always acts; another key needs a pause after what was typed unseen.
    pty.send(CTRL_C);
    assert_eq!(pty.ended().code, 0);
    assert_eq!((server.count("DELETE"), server.count("POST")), (0, 0));
}

#[test]
fn keys_in_a_window_that_is_too_small_do_nothing() {
    let (place, server) = (Place::new(), Server::start());
    let mut pty = Pty::start(server.console(&place));
    pty.shows_table("412");
    too_small(&mut pty, 20, 5);
    pty.send("dy");
    pty.send("d");
    pty.send("y");
    all_read(&pty);
    pty.resize(80, 24);
    pty.shows_table("412");
    too_small(&mut pty, 25, 8);
    pty.send("n");
    pty.send("unseen@example.com");
    pty.send(CTRL_S);
    pty.paste("unseen@example.com");
    all_read(&pty);
    pty.resize(80, 24);
    pty.shows_table("412");
    leave_with_nothing_done(pty, &server);
}

#[test]
fn ctrl_c_leaves_a_window_that_is_too_small() {
    let place = Place::new();
    let mut pty = Pty::start(place.console(&[]));
    pty.shows_table("412");
    too_small(&mut pty, 20, 5);
    pty.send(CTRL_C);
    assert_eq!(pty.ended().code, 0);
}

#[test]
fn keys_of_one_read_do_not_answer_the_question_they_open() {
    let (place, server) = (Place::new(), Server::start());
    let mut pty = Pty::start(server.console(&place));
    pty.shows_table("412");
    for burst in ["dylan.moss@acme.com\rdyer@acme.com\r", "dy", "d\t\r"] {
        pty.send(burst);
        pty.shows("this invite?");
        pty.send(ESC);
        pty.hides("this invite?");
    }
    leave_with_nothing_done(pty, &server);
}
