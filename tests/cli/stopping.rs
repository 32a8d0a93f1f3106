//! Signals while a plan runs: the current step is finished, the rest is kept, and the output names the resume
//! command.

use guestlist::sandbox::{Action, FaultTiming, Rule};
use rustix::process::Signal;

use crate::place::{Place, Running, guest, until};

/// Three deletes of which the second hangs after its effect.
fn hanging(place: &Place) -> Running {
    place.faults([Rule { skip: 1, ..Rule::for_method("DELETE", Action::Hang(FaultTiming::After)) }]);
    let running = place.start(&["delete", &guest(0), &guest(1), &guest(2), "--yes"]);
    until("the second is on the wire", || place.calls("DELETE") == 2);
    running
}

#[test]
fn an_interrupt_stops_after_the_step_in_hand_and_resume_does_the_rest() {
    let place = Place::new(4);
    let running = hanging(&place);
    running.signal(Signal::INT);
    running.says("Stopping after the current step");
    place.control.release_hanging();
    let said = running.ended().is(130).says("Stopped: 2 done, 1 not sent.");
    assert_eq!(said.outcomes(), ["2 done delete", "1 not sent delete"]);
    let name = said.err.split("plan resume ").nth(1).and_then(|rest| rest.split(' ').next()).expect("a name");

    let again = place.run(&["delete", &guest(3), "--dry-run"]).is(0);
    again.says("stopped: 2 done, 1 not sent").says(&format!("guestlist plan resume {name} to resume"));
    let said = place.run(&["plan", "resume", name, "--yes"]).is(0);
    assert_eq!(said.outcomes(), ["1 done delete"]);
    assert_eq!((place.calls("DELETE"), place.pending()), (3, vec![guest(3)]));
}

#[test]
fn a_second_interrupt_and_a_termination_leave_at_once() {
    for signals in [&[Signal::INT, Signal::INT][..], &[Signal::TERM], &[Signal::HUP]] {
        let place = Place::new(3);
        let running = hanging(&place);
        for (n, signal) in signals.iter().enumerate() {
            if n > 0 {
                running.says("Stopping after the current step");
            }
            running.signal(*signal);
        }
        let said = running.ended().is(6).says("Interrupted: 1 done, 1 not sent, 1 unknown.");
        assert_eq!(said.outcomes(), ["1 done delete", "1 unknown delete", "1 not sent delete"]);
        place.control.clear_faults();
        let said = place.run(&["plan", "resume", "--yes"]).is(0);
        assert_eq!(said.outcomes(), ["2 done delete"], "the second was settled by looking");
        assert_eq!((place.calls("DELETE"), place.pending().len()), (3, 0));
        place.run(&["journal", "verify"]).is(0);
    }
}

#[test]
fn an_interrupt_while_the_list_is_read_changes_nothing() {
    let place = Place::new(1);
    place.faults([Rule::for_method("GET", Action::Hang(FaultTiming::Before))]);
    let running = place.start(&["delete", &guest(0), "--yes"]);
    until("it reads", || place.calls("GET") == 1);
    running.signal(Signal::INT);
    running.ended().is(130).says("no changes were made");
    assert_eq!(place.calls("DELETE"), 0);
}

#[test]
fn what_was_killed_is_told_by_the_next_command_and_does_not_keep_it_from_its_work() {
    let place = Place::new(4);
    hanging(&place).kill();
    place.control.clear_faults();
    let said = place.run(&["delete", &guest(3), "--yes"]).is(0);
    said.says("1 done, 1 not sent, 1 unknown. Run guestlist plan resume");
    assert_eq!(place.pending(), [guest(2)]);
}

#[test]
fn a_plan_in_the_hands_of_another_program_is_waited_for_and_not_begun() {
    let place = Place::new(3);
    let first = hanging(&place);
    let second = place.start(&["plan", "resume", "--yes"]);
    let lists = || place.control.requests().iter().filter(|call| call.path.contains("page_size")).count();
    until("it has read the list", || lists() >= 2);
    place.control.release_hanging();
    first.ended().is(0);
    second.ended().is(0).says("3 done.");
    assert_eq!(place.calls("DELETE"), 3);
}

#[test]
fn interrupt_while_a_create_is_looked_for_ends_as_unknown() {
    let place = Place::new(0);
    place.faults([Rule::for_method("POST", Action::Drop(FaultTiming::Before))]);
    let running = place.start(&["create", "bob@job.example", "eve@job.example", "--yes"]);
    until("the create is on the wire", || place.calls("POST") == 1);
    running.signal(Signal::INT);
    let said = running.ended().is(6).says("Stopped: 1 not sent, 1 unknown.");
    assert_eq!(said.outcomes(), ["1 unknown create", "1 not sent create"]);
}
