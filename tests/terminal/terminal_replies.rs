//! Responses of a terminal are no keys, and AltGr types a character.

use crate::pty::{CTRL_C, ESC, Pty};
use crate::test_env::TestEnv;

/// Responses to queries of another program, such as one that ran before, or tmux.
const TERMINAL_REPLIES: [&str; 8] = [
    "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\",
    "\x1bP>|tmux 3.3a\x1b\\",
    "\x1b_Gi=1;OK\x1b\\",
    "\x1b]52;c;aGVsbG8=\x07",
    "\x1b[>41;354;0c",
    "\x1b[?2026;2$y",
    "\x1b^dy\x1b\\",
    "\x1bXdy\x07",
];

fn quit(mut pty: Pty) {
    pty.type_keys(CTRL_C);
    pty.wait_for_text("Quit?");
    pty.type_keys("y");
    assert_eq!(pty.wait_for_clean_exit().code, 0);
}

#[test]
fn replies_in_the_form_are_ignored_even_in_pieces() {
    let env = TestEnv::new();
    let mut pty = Pty::start(env.console_command(&[]));
    pty.wait_for_table("412");
    pty.type_keys("n");
    pty.wait_for_text("New invite");
    for (n, reply) in TERMINAL_REPLIES.into_iter().enumerate() {
        pty.type_keys(reply);
        pty.type_keys("x");
        pty.wait_for_text(&format!("{}/128", 2 * n + 1));
        let (start, end) = reply.split_at(reply.len() / 2);
        pty.type_keys(start);
        pty.type_keys(end);
        pty.type_keys("x");
        pty.wait_for_text(&format!("{}/128", 2 * n + 2));
    }
    pty.wait_for_text(&"x".repeat(2 * TERMINAL_REPLIES.len()));
    quit(pty);
}

#[test]
fn replies_in_the_list_act_as_no_keys() {
    let env = TestEnv::new();
    let mut pty = Pty::start(env.console_command(&[]));
    pty.wait_for_table("412");
    for reply in TERMINAL_REPLIES {
        pty.type_keys(reply);
        pty.type_keys("?");
        pty.wait_for_text("Help");
        pty.type_keys("?");
        pty.wait_for_text_gone("Help");
        assert!(!pty.screen(|screen| screen.contents().contains("this invite?")), "{reply:?}");
    }
    pty.type_keys("q");
    assert_eq!(pty.wait_for_clean_exit().code, 0);
}

#[test]
fn altgr_characters_are_typed() {
    let env = TestEnv::new();
    let mut pty = Pty::start(env.console_command(&[]));
    pty.wait_for_table("412");
    pty.type_keys("n");
    pty.wait_for_text("New invite");
    pty.type_keys("bob\x1b[64;7ujob");
    pty.wait_for_text("bob@job");
    pty.type_keys("\x1b[27;7;123~");
    pty.wait_for_text("bob@job{");
    quit(pty);
}

#[test]
fn escape_alone_is_still_a_key() {
    let env = TestEnv::new();
    let mut pty = Pty::start(env.console_command(&[]));
    pty.wait_for_table("412");
    pty.type_keys("d");
    pty.wait_for_text("this invite?");
    pty.type_keys(ESC);
    pty.wait_for_text_gone("this invite?");
    pty.type_keys("q");
    assert_eq!(pty.wait_for_clean_exit().code, 0);
}
