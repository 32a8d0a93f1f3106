//! Ends from outside: a signal at any moment, or a terminal that is gone.

use rustix::process::Signal;

use crate::pty::{Pty, until};
use crate::test_env::TestEnv;

#[test]
fn signal_ends_the_console_and_restores_the_terminal() {
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
        let place = TestEnv::new();
        let pty = Pty::start(place.console_command(&[]));
        pty.wait_for_table("412");
        pty.signal(signal);
        let ended = pty.wait_for_clean_exit();
        assert_eq!((ended.code, ended.signal), (code, None));
        place.assert_temp_dir_is_empty();
    }
}

#[test]
fn signal_before_the_first_frame_leaves_no_files() {
    type Moment = fn(&TestEnv, &Pty);
    let moments: [(&str, Moment); 3] = [
        ("at once", |_, _| {}),
        ("as the try-out begins", |place, _| until("its folder", || !place.temp_files().is_empty())),
        ("as the terminal is taken", |_, pty| pty.wait_for_output()),
    ];
    for (name, moment) in moments {
        let place = TestEnv::new();
        let pty = Pty::start(place.console_command(&[]));
        moment(&place, &pty);
        pty.signal(Signal::TERM);
        let ended = pty.wait_for_clean_exit();
        // Before it listens to signals there is nothing to restore, and the system ends it.
        let by_system = name == "at once" && ended.signal.is_some();
        assert!(by_system || ended.code == 143, "{name}: {} {:?}", ended.code, ended.signal);
        place.assert_temp_dir_is_empty();
    }
}

#[test]
fn console_ends_when_the_terminal_is_gone() {
    let place = TestEnv::new();
    let mut pty = Pty::start(place.console_command(&[]));
    pty.wait_for_table("412");
    pty.hang_up();
    assert_eq!(pty.wait_for_exit(), (129, None));
    place.assert_temp_dir_is_empty();
}

#[test]
fn console_ends_without_terminal_even_without_a_signal() {
    let place = TestEnv::new();
    // The system notifies only the session leader, which ignores it.
    let mut pty = Pty::start(place.shell_command("trap '' HUP; \"$0\"; exit $?"));
    pty.wait_for_table("412");
    pty.hang_up();
    assert_eq!(pty.wait_for_exit(), (129, None));
    place.assert_temp_dir_is_empty();
}
