//! The signals that reach the program, as a source the loop can wait for. While this lives none of them ends or
//! stops the program by itself: whoever listens has to act.

use std::io;

use crate::app::input::Signal;

#[cfg(unix)]
pub use unix::Signals;

#[cfg(not(unix))]
pub use elsewhere::Signals;

#[cfg(unix)]
mod unix {
    use tokio::signal::unix::{self, SignalKind, signal};

    use super::{Signal, io};

    /// INT, TERM, HUP, TSTP and CONT.
    #[derive(Debug)]
    pub struct Signals {
        terminate: unix::Signal,
        hangup: unix::Signal,
        interrupt: unix::Signal,
        suspend: unix::Signal,
        resume: unix::Signal,
    }

    impl Signals {
        /// Starts to listen; from here on the signals wait to be read by [`Signals::next`].
        /// Needs a tokio runtime with its I/O driver.
        pub fn listen() -> io::Result<Signals> {
            // 18 and 20 on Linux, 19 and 18 on macOS and the BSDs: tokio has no names for these two.
            let number = |signal: rustix::process::Signal| SignalKind::from_raw(signal.as_raw());
            Ok(Signals {
                terminate: signal(SignalKind::terminate())?,
                hangup: signal(SignalKind::hangup())?,
                interrupt: signal(SignalKind::interrupt())?,
                suspend: signal(number(rustix::process::Signal::TSTP))?,
                resume: signal(number(rustix::process::Signal::CONT))?,
            })
        }

        /// Waits for the next signal; those that end the program come first. Safe to cancel.
        pub async fn next(&mut self) -> Signal {
            tokio::select! {
                biased;
                Some(()) = self.terminate.recv() => Signal::Terminate,
                Some(()) = self.hangup.recv() => Signal::Hangup,
                Some(()) = self.interrupt.recv() => Signal::Interrupt,
                Some(()) = self.resume.recv() => Signal::Resume,
                Some(()) = self.suspend.recv() => Signal::Suspend,
                else => std::future::pending().await,
            }
        }
    }
}

#[cfg(not(unix))]
mod elsewhere {
    use super::{Signal, io};

    /// Ctrl-c, where it does not arrive as a key.
    #[derive(Debug)]
    pub struct Signals(());

    impl Signals {
        /// Starts to listen.
        pub fn listen() -> io::Result<Signals> {
            Ok(Signals(()))
        }

        /// Waits for the next signal. Safe to cancel.
        pub async fn next(&mut self) -> Signal {
            match tokio::signal::ctrl_c().await {
                Ok(()) => Signal::Interrupt,
                Err(_) => std::future::pending().await,
            }
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use rustix::process::{Signal as Raw, getpid, kill_process};

    use super::*;

    #[tokio::test]
    async fn signals_are_heard_in_our_words_and_do_not_end_the_program() {
        let mut signals = Signals::listen().expect("listening");
        for (raw, heard) in [
            (Raw::TERM, Signal::Terminate),
            (Raw::HUP, Signal::Hangup),
            (Raw::INT, Signal::Interrupt),
            (Raw::TSTP, Signal::Suspend),
            (Raw::CONT, Signal::Resume),
        ] {
            kill_process(getpid(), raw).expect("sent");
            assert_eq!(signals.next().await, heard);
        }
    }
}
