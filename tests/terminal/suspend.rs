//! Ctrl-z in a shell with job control: the shell gets its terminal, and the console takes it back.

use portable_pty::CommandBuilder;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use crate::pty::{CTRL_Z, Pty, until};
use crate::test_env::{GUESTLIST, TestEnv};

/// Returns a shell with job control. It does not restore modes that a stopped job left.
fn shell_command(env: &TestEnv) -> CommandBuilder {
    let mut command = env.command_for("/bin/sh", &["-i"]);
    command.env("PS1", "ready> ");
    command.env("CONSOLE", GUESTLIST);
    command
}

fn start_in_shell(env: &TestEnv) -> Pty {
    let mut pty = Pty::start(shell_command(env));
    pty.wait_for_text("ready> ");
    pty.type_keys("MODES=$(stty -g)\n");
    pty.type_keys("sh -c 'echo $$ >pid; exec \"$CONSOLE\"'\n");
    pty.wait_for_table("412");
    pty
}

fn console_pid(env: &TestEnv) -> Pid {
    env.read_file("pid").trim().parse().ok().and_then(Pid::from_raw).expect("a process id")
}

/// Quits the shell after the console has ended; the shell must own its terminal.
/// Before that, the console would read the input.
fn exit_shell(mut pty: Pty, env: &TestEnv) {
    until("the console ends", || test_kill_process(console_pid(env)).is_err());
    pty.wait_for_restored_terminal();
    pty.type_keys("exit 7\n");
    assert_eq!(pty.wait_for_clean_exit().code, 7);
    env.assert_temp_dir_is_empty();
}

#[test]
fn ctrl_z_suspends_and_fg_resumes() {
    let env = TestEnv::new();
    let mut pty = start_in_shell(&env);
    for round in ["first", "second"] {
        pty.type_keys(CTRL_Z);
        pty.wait_for_text("Stopped");
        pty.wait_for_restored_terminal();
        pty.type_keys(&format!("echo {round}-$((40 + 2))\n"));
        pty.wait_for_text(&format!("{round}-42"));
        pty.type_keys("fg\n");
        pty.wait_for_table("412");
        pty.type_keys("G");
        pty.wait_until("the last page is shown", |screen| screen.contents().contains("–412 of 412"));
        pty.type_keys("gg");
        pty.wait_until("the first page is shown", |screen| screen.contents().contains("rows 1–"));
    }
    pty.type_keys("q");
    exit_shell(pty, &env);
}

#[test]
fn window_resized_while_suspended_is_filled() {
    let env = TestEnv::new();
    let mut pty = start_in_shell(&env);
    pty.type_keys(CTRL_Z);
    pty.wait_for_text("Stopped");
    pty.resize(100, 30);
    pty.type_keys("fg\n");
    pty.wait_for_table("412");
    pty.wait_until("the window is filled", |screen| {
        screen.contents_between(29, 0, 29, 100).contains("help") && screen.contents().contains("expires in")
    });
    pty.type_keys("q");
    exit_shell(pty, &env);
}

#[test]
fn console_stopped_by_another_process_reacquires_the_terminal() {
    let env = TestEnv::new();
    let mut pty = start_in_shell(&env);
    kill_process(console_pid(&env), Signal::STOP).expect("sent");
    pty.wait_for_text("Stopped");
    pty.type_keys("stty $MODES\n");
    until("the shell restores its terminal", || pty.is_cooked());
    // The screen is cleared before the console continues: it must draw everything.
    pty.clear_screen();
    pty.type_keys("fg\n");
    pty.wait_for_table("412");
    pty.type_keys("q");
    exit_shell(pty, &env);
}

#[test]
fn signal_while_suspended_ends_with_its_exit_code() {
    let env = TestEnv::new();
    let mut pty = start_in_shell(&env);
    pty.type_keys(CTRL_Z);
    pty.wait_for_text("Stopped");
    pty.type_keys("kill -TERM %1\n");
    pty.type_keys("fg; echo code-$?\n");
    pty.wait_until("the code is shown", |screen| {
        screen.contents().lines().any(|line| line.starts_with("code-"))
    });
    pty.wait_until("the code is 143", |screen| screen.contents().contains("code-143"));
    exit_shell(pty, &env);
}

#[test]
fn ctrl_z_without_a_shell_does_not_suspend() {
    let env = TestEnv::new();
    let mut pty = Pty::start(env.console_command(&[]));
    pty.wait_for_table("412");
    pty.type_keys(CTRL_Z);
    pty.wait_for_text("no shell can resume guestlist here");
    pty.type_keys("q");
    assert_eq!(pty.wait_for_clean_exit().code, 0);
    env.assert_temp_dir_is_empty();
}

#[test]
fn undo_window_starts_again_after_fg() {
    let env = TestEnv::new();
    env.write_file(".config/guestlist/config.toml", "undo_seconds = 3\n");
    let mut pty = start_in_shell(&env);
    pty.type_keys("d");
    pty.wait_for_text("Delete this invite?");
    pty.type_keys("y");
    pty.wait_for_text("starts in");
    pty.type_keys(CTRL_Z);
    pty.wait_for_text("Stopped");
    // Longer than the undo window. The shell waits, and then prints.
    pty.type_keys("sleep 4; echo over-$((40 + 2))\n");
    pty.wait_for_text("over-42");
    pty.type_keys("fg\n");
    pty.wait_for_text("starts in 3 s; press z to undo");
    pty.type_keys("z");
    pty.wait_for_text("Undone: no changes were made.");
    pty.type_keys("q");
    exit_shell(pty, &env);
}
