//! Ends from outside: a signal at any moment, or a terminal that is gone.

use rustix::process::Signal;

use crate::place::Place;
use crate::pty::{Pty, until};

#[test]
fn a_signal_ends_it_and_the_terminal_is_given_back() {
    let fatal = [
        Signal::QUIT,
        Signal::USR1,
        Signal::USR2,
        Signal::ALARM,
        Signal::VTALARM,
        Signal::PROF,
        Signal::IO,
        Signal::XCPU,
        Signal::XFSZ,
        Signal::ABORT,
        Signal::TRAP,
        #[cfg(target_os = "linux")]
        Signal::POWER,
    ];
    for signal in [Signal::INT, Signal::TERM, Signal::HUP].into_iter().chain(fatal) {
        let code = 128 + signal.as_raw() as u32;
        let place = Place::new();
        let pty = Pty::start(place.console(&[]));
        pty.shows_table("412");
        pty.signal(signal);
        let ended = pty.ended();
        assert_eq!((ended.code, ended.signal), (code, None));
        place.is_clean();
    }
}

#[test]
fn a_signal_before_the_first_frame_leaves_nothing_behind() {
    type Moment = fn(&Place, &Pty);
    let moments: [(&str, Moment); 3] = [
        ("at once", |_, _| {}),
        ("as the try-out begins", |place, _| until("its folder", || !place.left_behind().is_empty())),
        ("as the terminal is taken", |_, pty| pty.says_anything()),
    ];
    for (name, moment) in moments {
        let place = Place::new();
        let pty = Pty::start(place.console(&[]));
        moment(&place, &pty);
        pty.signal(Signal::TERM);
        let ended = pty.ended();
        // Before it listens to signals there is nothing to restore, and the system ends it.
        let by_system = name == "at once" && ended.signal.is_some();
        assert!(by_system || ended.code == 143, "{name}: {} {:?}", ended.code, ended.signal);
        place.is_clean();
    }
}

#[test]
fn it_ends_when_the_terminal_is_gone() {
    let place = Place::new();
    let mut pty = Pty::start(place.console(&[]));
    pty.shows_table("412");
    pty.hang_up();
    assert_eq!(pty.status(), (129, None));
    place.is_clean();
}

#[test]
fn it_ends_when_the_terminal_is_gone_and_no_signal_says_so() {
    let place = Place::new();
    // The system notifies only the session leader, which ignores it.
    let mut pty = Pty::start(place.shell("trap '' HUP; \"$0\"; exit $?"));
    pty.shows_table("412");
    pty.hang_up();
    assert_eq!(pty.status(), (129, None));
    place.is_clean();
}
