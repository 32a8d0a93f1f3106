//! Prompts on a terminal: the plan is shown, Enter cancels, and a confirmed plan can be undone.

use guestlist::sandbox::{Action, FaultTiming, Rule};
use portable_pty::CommandBuilder;

use crate::place::{Place, STARTING, guest, until};
use crate::pty::{CTRL_C, ENTER, Pty};

fn in_terminal(place: &Place, args: &[&str]) -> Pty {
    shown(&place.command(args))
}

/// Returns the same command with the same environment, for a terminal.
pub fn shown(bare: &std::process::Command) -> Pty {
    let mut command = CommandBuilder::new(bare.get_program());
    command.args(bare.get_args());
    command.env_clear();
    for (name, value) in bare.get_envs() {
        command.env(name, value.expect("a value"));
    }
    command.env("TERM", "xterm-256color");
    command.cwd(bare.get_current_dir().expect("a folder"));
    let _starting = STARTING.write().expect("nobody failed in between");
    Pty::start(command)
}

#[test]
fn the_plan_is_shown_and_enter_alone_does_nothing() {
    let place = Place::new(1);
    let mut pty = in_terminal(&place, &["delete", &guest(0)]);
    pty.shows("1 link deleted");
    pty.shows("Type y to confirm");
    pty.send(ENTER);
    let ended = pty.ended();
    assert_eq!(ended.code, 7, "{}", ended.screen);
    assert!(ended.screen.contains("No changes were made."), "{}", ended.screen);
    assert_eq!(place.calls("DELETE"), 0);
}

#[test]
fn what_was_confirmed_is_held_and_an_interrupt_takes_it_back() {
    let place = Place::new(1);
    let mut pty = in_terminal(&place, &["delete", &guest(0)]);
    pty.shows("Type y to confirm");
    pty.send("y\r");
    pty.shows("not started yet");
    pty.send(CTRL_C);
    let ended = pty.ended();
    assert_eq!(ended.code, 130, "{}", ended.screen);
    assert!(ended.screen.contains("Undone: no changes were made."), "{}", ended.screen);
    assert_eq!(place.calls("DELETE"), 0);
    place.run(&["plan", "resume", "--yes"]).is(0).says("no plan to resume");
}

#[test]
fn after_the_hold_it_is_done() {
    let place = Place::new(6);
    let config = place.write("mine.toml", "undo_seconds = 1\n");
    let guests: Vec<String> = (0..6).map(guest).collect();
    let mut args = vec!["--config", &config, "delete"];
    args.extend(guests.iter().map(String::as_str));
    let mut pty = in_terminal(&place, &args);
    pty.shows("Type Y to confirm");
    pty.send("Y\r");
    let ended = pty.ended();
    assert_eq!(ended.code, 0, "{}", ended.screen);
    assert!(ended.screen.contains("Finished: 6 done."), "{}", ended.screen);
    assert_eq!(place.pending(), Vec::<String>::new());
}

#[test]
fn what_may_have_been_sent_is_asked_about_with_its_risk() {
    let place = Place::new(0);
    place.faults([Rule::for_method("POST", Action::Hang(FaultTiming::Before))]);
    let running = place.start(&["create", "lost@example.com", "--yes"]);
    until("the create hangs", || place.control.hanging_requests() == 1);
    running.kill();
    place.control.clear_faults();
    let resume = |answer: &str| {
        let mut pty = in_terminal(&place, &["plan", "resume"]);
        pty.shows("The invite to lost@example.com may have been created");
        pty.shows("This may email a person twice. Type y");
        pty.send(answer);
        pty
    };
    let mut pty = resume("y\r");
    pty.shows("not started yet");
    pty.send(CTRL_C);
    let ended = pty.ended();
    assert_eq!(ended.code, 130, "{}", ended.screen);
    assert!(
        ended.screen.contains("Undone: no changes were made. Run guestlist plan resume"),
        "{}",
        ended.screen
    );
    assert_eq!(place.calls("POST"), 1);
    assert_eq!(resume("y\r").ended().code, 0);
    assert_eq!((place.calls("POST"), place.letters("lost@example.com")), (2, 1));
}

#[test]
fn create_undone_in_its_window_sends_nothing() {
    let place = Place::new(0);
    let mut pty = in_terminal(&place, &["create", "jane@example.com"]);
    pty.shows("Type y to confirm");
    pty.send("y\r");
    pty.shows("not started yet");
    pty.send(CTRL_C);
    let ended = pty.ended();
    assert_eq!(ended.code, 130, "{}", ended.screen);
    assert!(ended.screen.contains("Undone: no changes were made."), "{}", ended.screen);
    assert_eq!(place.calls("POST"), 0);
}

#[test]
fn undo_window_of_zero_starts_at_once() {
    let place = Place::new(0);
    let config = place.write("mine.toml", "undo_seconds = 0\n");
    let mut pty = in_terminal(&place, &["--config", &config, "create", "jane@example.com"]);
    pty.shows("Type y to confirm");
    pty.send("y\r");
    let ended = pty.ended();
    assert_eq!(ended.code, 0);
    assert!(!ended.screen.contains("not started yet"), "{}", ended.screen);
    assert_eq!(place.pending(), ["jane@example.com"]);
}
