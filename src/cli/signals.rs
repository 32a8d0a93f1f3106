//! Signals that end a command. While [`Signals`] exists, they do not end the process; the command must act.
//! Suspending is left to the system: commands change no terminal modes.

use std::io;

use super::exit_code::{SIGHUP, SIGINT, SIGTERM};
use crate::keys::Signal;

/// INT, TERM and HUP.
#[cfg(unix)]
#[derive(Debug)]
pub(super) struct Signals([tokio::signal::unix::Signal; 3]);

#[cfg(unix)]
impl Signals {
    /// Starts to listen; signals wait until they are read.
    pub(super) fn listen() -> io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        let [interrupt, terminate, hang_up] =
            [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()].map(signal);
        Ok(Signals([interrupt?, terminate?, hang_up?]))
    }

    /// Waits for the next signal. Cancel-safe.
    pub(super) async fn next(&mut self) -> Signal {
        let [interrupt, terminate, hang_up] = &mut self.0;
        tokio::select! {
            biased;
            Some(()) = terminate.recv() => Signal::Terminate,
            Some(()) = hang_up.recv() => Signal::Hangup,
            Some(()) = interrupt.recv() => Signal::Interrupt,
            else => std::future::pending().await,
        }
    }
}

/// Ctrl-c.
#[cfg(not(unix))]
#[derive(Debug)]
pub(super) struct Signals;

#[cfg(not(unix))]
impl Signals {
    /// Starts to listen.
    pub(super) fn listen() -> io::Result<Signals> {
        Ok(Signals)
    }

    /// Waits for the next signal. Cancel-safe.
    pub(super) async fn next(&mut self) -> Signal {
        match tokio::signal::ctrl_c().await {
            Ok(()) => Signal::Interrupt,
            Err(_) => std::future::pending().await,
        }
    }
}

/// Returns the exit code of a command that a signal ended.
pub(super) fn exit_code(signal: Signal) -> u8 {
    match signal {
        Signal::Terminate => SIGTERM,
        Signal::Hangup => SIGHUP,
        _ => SIGINT,
    }
}
