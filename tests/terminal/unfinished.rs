//! Killed with -9 during a change: the next start reports the outcome, and no email is sent twice.

use guestlist::sandbox::{Action, FaultTiming, Rule};
use rustix::process::Signal;

use crate::outside::Server;
use crate::place::Place;
use crate::pty::{CTRL_S, ENTER, Pty, TAB, until};

fn kill(mut pty: Pty) {
    pty.signal(Signal::KILL);
    let (_, signal) = pty.status();
    assert!(signal.is_some(), "it was killed");
}

fn leave(mut pty: Pty) {
    pty.send("q");
    pty.hides("Not finished");
    pty.send("q");
    assert_eq!(pty.ended().code, 0);
}

#[test]
fn killed_during_the_hold_nothing_was_sent_and_it_is_not_begun() {
    let (place, server) = (Place::new(), Server::start());
    let mut pty = Pty::start(server.console(&place));
    pty.shows_table("412");
    pty.send(&format!("/quiet.one{ENTER}"));
    pty.shows("1 of 412");
    pty.send("d");
    pty.shows("Revoke this invite?");
    pty.send("y");
    pty.shows("revoking 1 s");
    kill(pty);
    assert_eq!(server.count("DELETE"), 0);

    let mut pty = Pty::start(server.console(&place));
    pty.shows("2 Plan +1");
    pty.shows_table("412");
    assert_eq!(server.count("DELETE"), 0, "nothing is sent before somebody says so");
    pty.send("2");
    pty.shows("Staged: 1 step");
    pty.send("\r");
    pty.shows("Revoke this invite?");
    pty.send("y");
    pty.shows_table("411");
    assert_eq!((server.count("DELETE"), server.pending("quiet.one@northwind.example")), (1, 0));
    pty.leave_after_change();
    assert_eq!(pty.ended().code, 0);

    let mut pty = Pty::start(server.console(&place));
    pty.shows_table("411");
    pty.send("2");
    pty.shows("No plan runs or waits for you");
    leave(pty);
}

/// Starts a create whose request gets no response, and kills the console.
fn killed_while_sending(server: &Server, place: &Place, when: FaultTiming) {
    let hang = Rule::for_method("POST", Action::Hang(when));
    server.control().set_faults(vec![hang]).expect("a good rule");
    let mut pty = Pty::start(server.console(place));
    pty.shows_table("412");
    pty.send("n");
    pty.shows("New invite");
    pty.send("late@example.com");
    pty.send(TAB);
    pty.send("hello");
    pty.send(CTRL_S);
    pty.shows("sending");
    until("the call arrives", || server.count("POST") == 1);
    until("its effect", || server.pending("late@example.com") == usize::from(when == FaultTiming::After));
    kill(pty);
}

#[test]
fn killed_after_the_server_has_sent_an_invite_it_is_found() {
    let (place, server) = (Place::new(), Server::start());
    killed_while_sending(&server, &place, FaultTiming::After);
    let pty = Pty::start(server.console(&place));
    pty.shows_table("413");
    pty.shows("What became of it");
    pty.shows("The invite to late@example.com was sent; confirmed by the list.");
    leave(pty);
    assert_eq!((server.count("POST"), server.pending("late@example.com")), (1, 1));
}

#[test]
fn killed_before_the_server_has_sent_an_invite_it_is_said_and_not_sent_by_itself() {
    let (place, server) = (Place::new(), Server::start());
    killed_while_sending(&server, &place, FaultTiming::Before);
    let pty = Pty::start(server.console(&place));
    pty.shows_table("412");
    pty.shows("Not finished");
    pty.shows("sent: not in the list yet.");
    leave(pty);
    assert_eq!((server.count("POST"), server.pending("late@example.com")), (1, 0));
}
