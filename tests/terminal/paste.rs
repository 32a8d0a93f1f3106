//! Pasted text is text: it submits nothing and triggers nothing.

use std::cell::{Cell, RefCell};

use rustix::process::Signal;

use crate::pty::{CTRL_S, Pty, TAB, until};
use crate::sandbox_server::SandboxServer;
use crate::test_env::TestEnv;

#[test]
fn a_paste_into_the_form_keeps_the_text_and_submits_nothing() {
    let (env, server) = (TestEnv::new(), SandboxServer::start());
    let mut pty = Pty::start(server.console_command(&env));
    pty.wait_for_table("412");
    pty.type_keys("n");
    pty.wait_for_text("New invite");
    pty.paste("pasted@example.com\r\n");
    pty.wait_for_text("18/128");
    pty.type_keys(TAB);
    pty.paste("first line\rsecond line\nthird line\r\n");
    pty.wait_for_text("first line second line third line");
    pty.wait_for_text("New invite");
    assert_eq!(server.request_count("POST"), 0);
    pty.type_keys(CTRL_S);
    pty.wait_for_table("413");
    assert_eq!((server.request_count("POST"), server.pending_count("pasted@example.com")), (1, 1));
    let sent = server.control().invites().into_iter().find(|invite| invite.email == "pasted@example.com");
    assert_eq!(sent.expect("an invite").message, "first line second line third line");
    pty.quit_after_change();
    assert_eq!(pty.wait_for_clean_exit().code, 0);
}

#[test]
fn a_long_paste_arrives_whole() {
    let env = TestEnv::new();
    let mut pty = Pty::start(env.console_command(&[]));
    pty.wait_for_table("412");
    pty.type_keys("n");
    pty.wait_for_text("New invite");
    pty.type_keys(TAB);
    pty.paste(&"0123456789\n".repeat(900));
    pty.wait_for_text("9899/256");
    pty.type_keys("\x03");
    pty.wait_for_text("Quit?");
    pty.type_keys("y");
    assert_eq!(pty.wait_for_clean_exit().code, 0);
}

#[test]
fn unfinished_paste_does_not_block_the_loop() {
    let env = TestEnv::new();
    let mut pty = Pty::start(env.console_command(&[]));
    pty.wait_for_table("412");
    // Nothing but the signal may draw the new size: the console drops what is typed before it continues.
    pty.wait_for_text("4 Problems 11");
    pty.type_keys("n");
    pty.wait_for_text("New invite");
    pty.type_keys("\x1b[200~one ");
    until("the paste has begun", || pty.unread_bytes() == 0);
    pty.resize(100, 30);
    // The reader sees nothing before the paste continues, not even the new size. Everything else still works.
    pty.signal(Signal::CONT);
    pty.wait_until("the other size is drawn", |screen| {
        screen.cell(4, 99).is_some_and(|cell| cell.contents() == "┐")
    });
    pty.type_keys("two\x1b[201~");
    pty.wait_for_text("7/128");
    pty.type_keys("\x03");
    pty.wait_for_text("Quit?");
    pty.type_keys("y");
    assert_eq!(pty.wait_for_clean_exit().code, 0);
    env.assert_temp_dir_is_empty();
}

#[test]
fn a_paste_onto_the_table_does_nothing() {
    let (env, server) = (TestEnv::new(), SandboxServer::start());
    let mut pty = Pty::start(server.console_command(&env));
    pty.wait_for_table("412");
    let rows = |screen: &vt100::Screen| screen.contents_between(3, 0, 13, 80);
    let before = pty.screen(rows);
    pty.paste("jjjdy\nq\r\n");
    pty.type_keys("?");
    pty.wait_for_text("Help");
    pty.type_keys("?");
    pty.wait_until("the table as it was", |screen| rows(screen) == before);
    until("no changes were made", || server.request_count("DELETE") + server.request_count("POST") == 0);
    pty.type_keys("q");
    assert_eq!(pty.wait_for_clean_exit().code, 0);
}

#[test]
fn ctrl_c_quits_during_an_endless_paste() {
    let env = TestEnv::new();
    let mut pty = Pty::start(env.console_command(&[]));
    pty.wait_for_table("412");
    pty.type_keys("n");
    pty.wait_for_text("New invite");
    pty.type_keys("\x1b[200~half");
    // Ctrl-c is text until the paste has stalled. The user presses it again after a pause.
    let (pty, checks) = (RefCell::new(pty), Cell::new(0));
    until("the prompt", || {
        if checks.replace(checks.get() + 1) % 400 == 0 {
            pty.borrow_mut().type_keys("\x03");
        }
        pty.borrow().screen(|screen| screen.contents().contains("Quit?"))
    });
    let mut pty = pty.into_inner();
    pty.type_keys("y");
    assert_eq!(pty.wait_for_clean_exit().code, 0);
}
