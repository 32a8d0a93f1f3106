//! What comes from the terminal, as a source the loop can wait for: keys, pastes, sizes.
//!
//! A thread of its own reads, because reading can block in the middle of a key sequence (Alt-[ and a slow paste
//! are enough), and the loop never may. While `Inputs` lives the thread takes every byte; drop it before an
//! editor or a suspend, and start another one afterwards.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc as std_mpsc;
use std::thread;
use std::time::Duration;

use crossterm::event::{self, EventStream};
use tokio::sync::mpsc;

use super::key;
#[cfg(unix)]
use super::line::lost;
use crate::app::input::Input;

/// The reader waits this long, then waits again: long enough that an idle console does not wake up.
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How long dropping waits for the reader, which is stuck only when half a key sequence has arrived.
const STOPPING: Duration = Duration::from_millis(20);

/// The most that is taken in one go, so that a flood of keys cannot hold back a frame for ever.
const BURST: usize = 1024;

/// The inputs of the terminal, in order.
#[derive(Debug)]
pub struct Inputs {
    // Without a bound: a reader that waits would leave bytes behind that nothing announces again. People type
    // slowly, and a paste is one input.
    arrivals: mpsc::UnboundedReceiver<Input>,
    stopped: Arc<AtomicBool>,
    /// Never read from: dropping it is the only way to wake the library's blocking `poll`.
    waker: Option<EventStream>,
    /// Ends together with the reader.
    reader: std_mpsc::Receiver<()>,
}

impl Inputs {
    /// Starts to read. Standard input has to be a terminal.
    pub fn start() -> io::Result<Inputs> {
        // Creating the waker panics where the terminal cannot be read; asking first gives an error instead.
        event::poll(Duration::ZERO)?;
        let waker = Some(EventStream::new());
        let (to, arrivals) = mpsc::unbounded_channel();
        let (alive, reader) = std_mpsc::channel();
        let stopped = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&stopped);
        thread::Builder::new().name("inputs".into()).spawn(move || {
            let _alive: std_mpsc::Sender<()> = alive;
            read(&stop, &to)
        })?;
        Ok(Inputs { arrivals, stopped, waker, reader })
    }

    /// Waits for an input, then takes all that are there, so that a burst is handled before one frame.
    /// `None` at the end: the terminal is gone. Safe to cancel.
    pub async fn next(&mut self) -> Option<Vec<Input>> {
        let mut inputs = Vec::new();
        tokio::select! {
            biased;
            _ = self.arrivals.recv_many(&mut inputs, BURST) => {}
            () = lost() => {}
        }
        (!inputs.is_empty()).then_some(inputs)
    }
}

impl Drop for Inputs {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        drop(self.waker.take());
        // An error is what is hoped for: the reader has let go of its end.
        let _ = self.reader.recv_timeout(STOPPING);
    }
}

fn read(stopped: &AtomicBool, to: &mpsc::UnboundedSender<Input>) {
    while let Ok(some) = event::poll(A_DAY) {
        // What has arrived by now is kept in the library for the next reader.
        if stopped.load(Ordering::SeqCst) {
            return;
        }
        if some {
            let Ok(event) = event::read() else { return };
            if let Some(input) = key::input(event)
                && to.send(input).is_err()
            {
                return;
            }
        }
    }
}

#[cfg(not(unix))]
async fn lost() {
    std::future::pending().await
}
