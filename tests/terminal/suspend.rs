//! Ctrl-z under a shell with job control: the shell gets its terminal, and the console takes it back.

use portable_pty::CommandBuilder;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use crate::place::{GUESTLIST, Place};
use crate::pty::{CTRL_Z, Pty, until};

/// A shell with job control that does not restore modes which a stopped job left; not every shell is like that.
fn shell(place: &Place) -> CommandBuilder {
    let mut command = place.command("/bin/sh", &["-i"]);
    command.env("PS1", "ready> ");
    command.env("CONSOLE", GUESTLIST);
    command
}

fn started(place: &Place) -> Pty {
    let mut pty = Pty::start(shell(place));
    pty.shows("ready> ");
    pty.send("MODES=$(stty -g)\n");
    pty.send("sh -c 'echo $$ >pid; exec \"$CONSOLE\"'\n");
    pty.shows_table("412");
    pty
}

fn pid(place: &Place) -> Pid {
    place.read("pid").trim().parse().ok().and_then(Pid::from_raw).expect("its number")
}

/// Quits the shell after the console has ended, which would read the input otherwise; the shell must own its
/// terminal.
fn leave(mut pty: Pty, place: &Place) {
    until("the console ends", || test_kill_process(pid(place)).is_err());
    pty.is_given_back();
    pty.send("exit 7\n");
    assert_eq!(pty.ended().code, 7);
    place.is_clean();
}

#[test]
fn ctrl_z_gives_the_terminal_to_the_shell_and_fg_takes_it_again() {
    let place = Place::new();
    let mut pty = started(&place);
    for round in ["first", "second"] {
        pty.send(CTRL_Z);
        pty.shows("Stopped");
        pty.is_given_back();
        pty.send(&format!("echo {round}-$((40 + 2))\n"));
        pty.shows(&format!("{round}-42"));
        pty.send("fg\n");
        pty.shows_table("412");
        pty.send("G");
        pty.until("the last page is shown", |screen| screen.contents().contains("–412 of 412"));
        pty.send("gg");
        pty.until("the first page is shown", |screen| screen.contents().contains("rows 1–"));
    }
    pty.send("q");
    leave(pty, &place);
}

#[test]
fn a_window_that_changed_meanwhile_is_filled() {
    let place = Place::new();
    let mut pty = started(&place);
    pty.send(CTRL_Z);
    pty.shows("Stopped");
    pty.resize(100, 30);
    pty.send("fg\n");
    pty.shows_table("412");
    pty.until("the window is filled", |screen| {
        screen.contents_between(29, 0, 29, 100).contains("help") && screen.contents().contains("expires  ")
    });
    pty.send("q");
    leave(pty, &place);
}

#[test]
fn stopped_and_continued_by_somebody_else_it_takes_the_terminal_again() {
    let place = Place::new();
    let mut pty = started(&place);
    kill_process(pid(&place), Signal::STOP).expect("sent");
    pty.shows("Stopped");
    pty.send("stty $MODES\n");
    until("the shell has mended its terminal", || pty.is_cooked());
    // Before it is back: whatever it draws then has to be the whole screen.
    pty.forget_screen();
    pty.send("fg\n");
    pty.shows_table("412");
    pty.send("q");
    leave(pty, &place);
}

#[test]
fn a_signal_while_it_is_suspended_ends_it_with_that_signals_code() {
    let place = Place::new();
    let mut pty = started(&place);
    pty.send(CTRL_Z);
    pty.shows("Stopped");
    pty.send("kill -TERM %1\n");
    pty.send("fg; echo code-$?\n");
    pty.until("it ends", |screen| screen.contents().lines().any(|line| line.starts_with("code-")));
    pty.until("143 is its code", |screen| screen.contents().contains("code-143"));
    leave(pty, &place);
}

#[test]
fn without_a_shell_that_could_bring_it_back_it_goes_on() {
    let place = Place::new();
    let mut pty = Pty::start(place.console(&[]));
    pty.shows_table("412");
    pty.send(CTRL_Z);
    pty.shows("No shell could resume guestlist here");
    pty.send("q");
    assert_eq!(pty.ended().code, 0);
    place.is_clean();
}

#[test]
fn undo_window_starts_again_after_fg() {
    let place = Place::new();
    place.write(".config/guestlist/config.toml", "undo_seconds = 3\n");
    let mut pty = started(&place);
    pty.send("d");
    pty.shows("Revoke this invite?");
    pty.send("y");
    pty.shows("1 step to start in");
    pty.send(CTRL_Z);
    pty.shows("Stopped");
    // Longer than the window; the shell waits, and prints when that is over.
    pty.send("sleep 4; echo over-$((40 + 2))\n");
    pty.shows("over-42");
    pty.send("fg\n");
    pty.shows("1 step to start in 3 s: z undoes it");
    pty.send("z");
    pty.shows("Undone: no changes were made.");
    pty.send("q");
    leave(pty, &place);
}
