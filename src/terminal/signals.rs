//! Signals as an async source.
//! While [`Signals`] exists, the caught signals do not end or stop the process; the caller must handle them.

use std::io;

use crate::keys::Signal;

/// Signal number of QUIT. Ctrl-\ sends it to the process that has the terminal.
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

    /// Signals other than TERM, HUP and INT that end a process by default.
    /// Excludes signals about memory errors, because the process cannot continue after them.
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

    /// Caught signals with their meaning. Signals that end the program come first.
    #[derive(Debug)]
    pub struct Signals(Vec<(Signal, unix::Signal)>);

    impl Signals {
        /// Starts to listen for every signal that ends, stops or resumes the process.
        /// Signals wait until [`Signals::next`] reads them. Needs a Tokio runtime with its I/O driver.
        pub fn listen() -> io::Result<Signals> {
            let fatal = FATAL.iter().map(|raw| (*raw, Signal::Fatal { number: raw.as_raw() as u8 }));
            let first = [(Raw::TERM, Signal::Terminate), (Raw::HUP, Signal::Hangup)];
            let last =
                [(Raw::INT, Signal::Interrupt), (Raw::CONT, Signal::Resume), (Raw::TSTP, Signal::Suspend)];
            Signals::listen_for(first.into_iter().chain(fatal).chain(last))
        }

        /// Starts to listen for TERM, HUP and INT, which end a command.
        /// The system handles the suspend signal, because commands do not change terminal modes.
        pub fn listen_for_end() -> io::Result<Signals> {
            Signals::listen_for([
                (Raw::TERM, Signal::Terminate),
                (Raw::HUP, Signal::Hangup),
                (Raw::INT, Signal::Interrupt),
            ])
        }

        fn listen_for(signals: impl IntoIterator<Item = (Raw, Signal)>) -> io::Result<Signals> {
            let listen =
                |(raw, meaning): (Raw, Signal)| Ok((meaning, signal(SignalKind::from_raw(raw.as_raw()))?));
            signals.into_iter().map(listen).collect::<io::Result<_>>().map(Signals)
        }

        /// Waits for the next signal. Cancel-safe.
        pub async fn next(&mut self) -> Signal {
            std::future::poll_fn(|context| {
                let mut signals = self.0.iter_mut();
                let next = signals
                    .find_map(|(meaning, signal)| signal.poll_recv(context).is_ready().then_some(*meaning));
                next.map_or(Poll::Pending, Poll::Ready)
            })
            .await
        }

        /// Drops pending INT and QUIT signals, which were for the program that had the terminal.
        pub async fn forget_interrupts(&mut self) {
            const QUIT: Signal = Signal::Fatal { number: super::SIGQUIT };
            let is_resume = |meaning| meaning == Signal::Resume;
            self.drain(is_resume);
            // Signals arrive with a delay. When a signal raised here arrives, all earlier signals have
            // arrived, too. Of two pending signals the later can arrive first, so a second signal is raised.
            for _ in 0..2 {
                if kill_process(getpid(), Raw::CONT).is_ok()
                    && let Some((_, resume)) = self.0.iter_mut().find(|(meaning, _)| is_resume(*meaning))
                {
                    resume.recv().await;
                }
            }
            self.drain(|meaning| meaning == Signal::Interrupt || meaning == QUIT);
        }

        /// Drops pending signals.
        fn drain(&mut self, is_dropped: impl Fn(Signal) -> bool) {
            let mut context = Context::from_waker(Waker::noop());
            for (_, signal) in self.0.iter_mut().filter(|(meaning, _)| is_dropped(*meaning)) {
                while signal.poll_recv(&mut context).is_ready() {}
            }
        }
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

        /// Starts to listen.
        pub fn listen_for_end() -> io::Result<Signals> {
            Signals::listen()
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
