//! Signals as an async source.
//! While [`Signals`] exists, they do not end or stop the process; the reader must act.

use std::io;

use crate::keys::Signal;

/// Number of QUIT, which Ctrl-\ sends to the process that has the terminal.
pub const SIGQUIT: u8 = 3;

#[cfg(unix)]
pub use unix::Signals;

#[cfg(not(unix))]
pub use other::Signals;

#[cfg(unix)]
mod unix {
    use std::task::{Context, Poll, Waker};

    use rustix::process::{Signal as Raw, getpid, kill_process};
    use tokio::signal::unix::{self, SignalKind, signal};

    use super::{Signal, io};

    /// Signals besides TERM, HUP and INT that end a process by default.
    /// Without those of memory errors, after which it cannot continue.
    const FATAL: &[Raw] = &[
        Raw::QUIT,
        Raw::USR1,
        Raw::USR2,
        Raw::ALARM,
        Raw::VTALARM,
        Raw::PROF,
        Raw::IO,
        Raw::XCPU,
        Raw::XFSZ,
        Raw::ABORT,
        Raw::TRAP,
        #[cfg(target_os = "linux")]
        Raw::POWER,
    ];

    /// INT, TERM, HUP, TSTP, CONT, and the others that end the process.
    #[derive(Debug)]
    pub struct Signals {
        terminate: unix::Signal,
        hangup: unix::Signal,
        interrupt: unix::Signal,
        suspend: unix::Signal,
        resume: unix::Signal,
        fatal: Vec<(u8, unix::Signal)>,
    }

    impl Signals {
        /// Starts to listen; signals wait until [`Signals::next`] reads them.
        /// Needs a Tokio runtime with its I/O driver.
        pub fn listen() -> io::Result<Signals> {
            // 18 and 20 on Linux, 19 and 18 on macOS and the BSDs: tokio has no names for these two.
            let number = |signal: Raw| SignalKind::from_raw(signal.as_raw());
            let mut fatal = Vec::new();
            for &raw in FATAL {
                fatal.push((raw.as_raw() as u8, signal(number(raw))?));
            }
            Ok(Signals {
                terminate: signal(SignalKind::terminate())?,
                hangup: signal(SignalKind::hangup())?,
                interrupt: signal(SignalKind::interrupt())?,
                suspend: signal(number(Raw::TSTP))?,
                resume: signal(number(Raw::CONT))?,
                fatal,
            })
        }

        /// Waits for the next signal; those that end the program come first. Cancel-safe.
        pub async fn next(&mut self) -> Signal {
            let fatal = &mut self.fatal;
            let any_fatal = std::future::poll_fn(|context| {
                let number = fatal
                    .iter_mut()
                    .find_map(|(number, signal)| signal.poll_recv(context).is_ready().then_some(*number));
                number.map_or(Poll::Pending, Poll::Ready)
            });
            tokio::select! {
                biased;
                Some(()) = self.terminate.recv() => Signal::Terminate,
                Some(()) = self.hangup.recv() => Signal::Hangup,
                number = any_fatal => Signal::Fatal { number },
                Some(()) = self.interrupt.recv() => Signal::Interrupt,
                Some(()) = self.resume.recv() => Signal::Resume,
                Some(()) = self.suspend.recv() => Signal::Suspend,
                else => std::future::pending().await,
            }
        }

        /// Drops pending INT and QUIT: they were for a program that had the terminal.
        pub async fn forget_interrupts(&mut self) {
            drain(&mut self.resume);
            // Signals arrive a moment after they were raised. When our own signal arrives, earlier ones have
            // arrived, too. Of two pending ones the later can come first, so a second one follows.
            for _ in 0..2 {
                if kill_process(getpid(), Raw::CONT).is_ok() {
                    self.resume.recv().await;
                }
            }
            drain(&mut self.interrupt);
            let quit = self.fatal.iter_mut().filter(|(number, _)| *number == super::SIGQUIT);
            quit.for_each(|(_, signal)| drain(signal));
        }
    }

    /// Drops a pending signal.
    fn drain(signal: &mut unix::Signal) {
        let mut context = Context::from_waker(Waker::noop());
        while signal.poll_recv(&mut context).is_ready() {}
    }
}

#[cfg(not(unix))]
mod other {
    use super::{Signal, io};

    /// Ctrl-c, if it does not arrive as a key.
    #[derive(Debug)]
    pub struct Signals(());

    impl Signals {
        /// Starts to listen.
        pub fn listen() -> io::Result<Signals> {
            Ok(Signals(()))
        }

        /// Waits for the next signal. Cancel-safe.
        pub async fn next(&mut self) -> Signal {
            match tokio::signal::ctrl_c().await {
                Ok(()) => Signal::Interrupt,
                Err(_) => std::future::pending().await,
            }
        }

        /// Does nothing: no signals are pending here.
        pub async fn forget_interrupts(&mut self) {}
    }
}

#[cfg(all(test, unix))]
mod tests {
    use rustix::process::{Signal as Raw, getpid, kill_process};

    use super::*;

    #[tokio::test]
    async fn signals_are_mapped_and_do_not_end_the_program() {
        let mut signals = Signals::listen().expect("listening");
        for (raw, expected) in [
            (Raw::TERM, Signal::Terminate),
            (Raw::HUP, Signal::Hangup),
            (Raw::INT, Signal::Interrupt),
            (Raw::TSTP, Signal::Suspend),
            (Raw::CONT, Signal::Resume),
            (Raw::USR1, Signal::Fatal { number: Raw::USR1.as_raw() as u8 }),
        ] {
            kill_process(getpid(), raw).expect("sent");
            assert_eq!(signals.next().await, expected);
        }
    }
}
