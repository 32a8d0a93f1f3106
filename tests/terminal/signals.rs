//! The console ends from outside: by a signal at any moment, or because the terminal is gone.

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
        let env = TestEnv::new();
        let pty = Pty::start(env.console_command(&[]));
        pty.wait_for_table("412");
        pty.signal(signal);
        let result = pty.wait_for_clean_exit();
        assert_eq!((result.code, result.signal), (code, None));
        env.assert_temp_dir_is_empty();
    }
}

#[test]
fn signal_before_the_first_frame_leaves_no_files() {
    type Moment = fn(&TestEnv, &Pty);
    let moments: [(&str, Moment); 3] = [
        ("at once", |_, _| {}),
        ("when the sandbox starts", |env, _| until("the sandbox folder", || !env.temp_files().is_empty())),
        ("when the console enters the terminal", |_, pty| pty.wait_for_output()),
    ];
    for (name, wait_for_moment) in moments {
        let env = TestEnv::new();
        let pty = Pty::start(env.console_command(&[]));
        wait_for_moment(&env, &pty);
        pty.signal(Signal::TERM);
        let result = pty.wait_for_clean_exit();
        // Before the console listens to signals, there is nothing to restore, and the system ends it.
        let by_system = name == "at once" && result.signal.is_some();
        assert!(by_system || result.code == 143, "{name}: {} {:?}", result.code, result.signal);
        env.assert_temp_dir_is_empty();
    }
}

#[test]
fn console_ends_when_the_terminal_is_gone() {
    let env = TestEnv::new();
    let mut pty = Pty::start(env.console_command(&[]));
    pty.wait_for_table("412");
    pty.hang_up();
    assert_eq!(pty.wait_for_exit(), (129, None));
    env.assert_temp_dir_is_empty();
}

#[test]
fn console_ends_without_terminal_even_without_a_signal() {
    let env = TestEnv::new();
    // The system notifies only the session leader, which ignores it.
    let mut pty = Pty::start(env.shell_command("trap '' HUP; \"$0\"; exit $?"));
    pty.wait_for_table("412");
    pty.hang_up();
    assert_eq!(pty.wait_for_exit(), (129, None));
    env.assert_temp_dir_is_empty();
}
