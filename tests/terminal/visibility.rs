//! Keys have no effect on anything that is not drawn.
//! Examples are a view behind a window that is too small, and a prompt that is not drawn yet.

use crate::pty::{CTRL_C, CTRL_S, ESC, Pty, until};
use crate::sandbox_server::SandboxServer;
use crate::test_env::TestEnv;

fn resize_too_small(pty: &mut Pty, columns: u16, rows: u16) {
    pty.resize(columns, rows);
    pty.wait_until("the message about the small window", |screen| {
        let text = screen.contents().split_whitespace().collect::<Vec<_>>().join(" ");
        text.contains("is too small")
    });
}

/// Waits until the program has read the typed keys.
/// A key that is read after a resize belongs to the larger window.
fn wait_until_keys_are_read(pty: &Pty) {
    until("the keys are read", || pty.unread_bytes() == 0);
}

/// Quits without a prompt: nothing runs, and there is no draft.
fn quit_without_changes(mut pty: Pty, server: &SandboxServer) {
    // Ctrl-c always acts; another key needs a pause after what was typed unseen.
    pty.type_keys(CTRL_C);
    assert_eq!(pty.wait_for_clean_exit().code, 0);
    assert_eq!((server.request_count("DELETE"), server.request_count("POST")), (0, 0));
}

#[test]
fn keys_in_a_window_that_is_too_small_do_nothing() {
    let (env, server) = (TestEnv::new(), SandboxServer::start());
    let mut pty = Pty::start(server.console_command(&env));
    pty.wait_for_table("412");
    resize_too_small(&mut pty, 20, 5);
    pty.type_keys("dy");
    pty.type_keys("d");
    pty.type_keys("y");
    wait_until_keys_are_read(&pty);
    pty.resize(80, 24);
    pty.wait_for_table("412");
    resize_too_small(&mut pty, 25, 8);
    pty.type_keys("n");
    pty.type_keys("unseen@example.com");
    pty.type_keys(CTRL_S);
    pty.paste("unseen@example.com");
    wait_until_keys_are_read(&pty);
    pty.resize(80, 24);
    pty.wait_for_table("412");
    quit_without_changes(pty, &server);
}

#[test]
fn ctrl_c_quits_in_a_window_that_is_too_small() {
    let env = TestEnv::new();
    let mut pty = Pty::start(env.console_command(&[]));
    pty.wait_for_table("412");
    resize_too_small(&mut pty, 20, 5);
    pty.type_keys(CTRL_C);
    assert_eq!(pty.wait_for_clean_exit().code, 0);
}

#[test]
fn keys_of_one_read_do_not_answer_the_prompt_they_open() {
    let (env, server) = (TestEnv::new(), SandboxServer::start());
    let mut pty = Pty::start(server.console_command(&env));
    pty.wait_for_table("412");
    for burst in ["dylan.moss@acme.com\rdyer@acme.com\r", "dy", "d\t\r"] {
        pty.type_keys(burst);
        pty.wait_for_text("this invite?");
        pty.type_keys(ESC);
        pty.wait_for_text_gone("this invite?");
    }
    quit_without_changes(pty, &server);
}
