//! Responses of a terminal are no keys, and AltGr types a character.

use crate::place::Place;
use crate::pty::{CTRL_C, ESC, Pty};

/// Responses to queries of another program, such as one that ran before, or tmux.
const REPLIES: [&str; 8] = [
    "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\",
    "\x1bP>|tmux 3.3a\x1b\\",
    "\x1b_Gi=1;OK\x1b\\",
    "\x1b]52;c;aGVsbG8=\x07",
    "\x1b[>41;354;0c",
    "\x1b[?2026;2$y",
    "\x1b^dy\x1b\\",
    "\x1bXdy\x07",
];

fn leave(mut pty: Pty) {
    pty.send(CTRL_C);
    pty.shows("Quit?");
    pty.send("y");
    assert_eq!(pty.ended().code, 0);
}

#[test]
fn replies_in_the_form_are_swallowed_also_in_pieces() {
    let place = Place::new();
    let mut pty = Pty::start(place.console(&[]));
    pty.shows_table("412");
    pty.send("n");
    pty.shows("New invite");
    for (n, reply) in REPLIES.into_iter().enumerate() {
        pty.send(reply);
        pty.send("x");
        pty.shows(&format!("{}/128", 2 * n + 1));
        let (start, end) = reply.split_at(reply.len() / 2);
        pty.send(start);
        pty.send(end);
        pty.send("x");
        pty.shows(&format!("{}/128", 2 * n + 2));
    }
    pty.shows(&"x".repeat(2 * REPLIES.len()));
    leave(pty);
}

#[test]
fn replies_in_the_list_act_as_no_keys() {
    let place = Place::new();
    let mut pty = Pty::start(place.console(&[]));
    pty.shows_table("412");
    for reply in REPLIES {
        pty.send(reply);
        pty.send("?");
        pty.shows("Help");
        pty.send("q");
        pty.hides("Help");
        assert!(!pty.screen(|screen| screen.contents().contains("this invite?")), "{reply:?}");
    }
    pty.send("q");
    assert_eq!(pty.ended().code, 0);
}

#[test]
fn altgr_characters_are_typed() {
    let place = Place::new();
    let mut pty = Pty::start(place.console(&[]));
    pty.shows_table("412");
    pty.send("n");
    pty.shows("New invite");
    pty.send("bob\x1b[64;7ujob");
    pty.shows("bob@job");
    pty.send("\x1b[27;7;123~");
    pty.shows("bob@job{");
    leave(pty);
}

#[test]
fn escape_is_still_a_key_of_its_own() {
    let place = Place::new();
    let mut pty = Pty::start(place.console(&[]));
    pty.shows_table("412");
    pty.send("d");
    pty.shows("this invite?");
    pty.send(ESC);
    pty.hides("this invite?");
    pty.send("q");
    assert_eq!(pty.ended().code, 0);
}
