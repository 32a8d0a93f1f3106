//! The user starts and quits the console.

use crate::pty::{CTRL_C, ENTER, ESC, Pty};
use crate::test_env::TestEnv;

#[test]
fn q_quits_and_restores_the_shell() {
    let env = TestEnv::new();
    let mut pty = Pty::start(env.console_command(&[]));
    pty.wait_for_text("SANDBOX");
    pty.wait_for_table("412");
    assert_eq!(env.temp_files().len(), 1, "the sandbox has its own folder");
    pty.type_keys("jjG");
    pty.wait_for_text("of 412 · page");
    pty.type_keys("q");
    let result = pty.wait_for_clean_exit();
    assert_eq!((result.code, result.screen.trim()), (0, ""), "nothing is left on the screen");
    env.assert_temp_dir_is_empty();
    assert!(!env.state_dir().exists(), "the sandbox leaves nothing in the home");
}

#[test]
fn ctrl_c_quits() {
    let env = TestEnv::new();
    let mut pty = Pty::start(env.console_command(&["--sandbox"]));
    pty.wait_for_table("412");
    pty.type_keys(CTRL_C);
    assert_eq!(pty.wait_for_clean_exit().code, 0);
    env.assert_temp_dir_is_empty();
}

#[test]
fn quit_in_an_undo_window_asks_first() {
    let env = TestEnv::new();
    let mut pty = Pty::start(env.console_command(&[]));
    pty.wait_for_table("412");
    pty.type_keys("d");
    pty.wait_for_text("Delete this invite?");
    pty.type_keys(ENTER);
    pty.wait_for_text_gone("Delete this invite?");
    pty.type_keys("d");
    pty.wait_for_text("Delete this invite?");
    pty.type_keys("y");
    pty.wait_for_text("deleting");
    pty.type_keys("q");
    pty.wait_for_text("Quit?");
    pty.type_keys(ESC);
    pty.wait_for_text_gone("Quit?");
    pty.type_keys("q");
    pty.wait_for_text("Quit?");
    pty.type_keys("y");
    assert_eq!(pty.wait_for_clean_exit().code, 0);
    env.assert_temp_dir_is_empty();
}
