//! Terminal input as an async source: keys, pastes, sizes.
//!
//! A separate thread reads the bytes, because waiting for the rest of a key sequence takes time. While
//! [`EventReader`] exists, the thread reads every byte: drop it before an editor or a suspend, and start a
//! new one afterwards.

#[cfg(not(unix))]
pub use other::EventReader;
#[cfg(unix)]
pub use unix::EventReader;

#[cfg(unix)]
mod unix {
    use crate::keys::Input;
    use crate::terminal::parser::EventParser;
    use crate::terminal::{key, size};
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::Errno;
    use std::os::unix::net::UnixStream;
    use std::thread::JoinHandle;
    use std::time::Duration;
    use std::{io, thread};
    use tokio::signal::unix::{Signal, SignalKind, signal};
    use tokio::sync::mpsc;

    /// Maximum bytes of one burst, so that endless input cannot delay a frame forever.
    const MAX_BURST_BYTES: usize = 256 * 1024;
    /// Maximum bytes in one read that can be typed; more bytes are a paste without brackets.
    const MAX_TYPED_BYTES: usize = 1024;
    /// Maximum time until the rest of a paste without brackets.
    const PASTE_WAIT: Duration = Duration::from_millis(20);
    /// Delay of a size event, so that it comes after the keys that were typed before it.
    const RESIZE_WAIT: Duration = Duration::from_millis(5);
    /// Maximum number of bursts that [`EventReader::next`] returns in one call.
    const MAX_BURSTS: usize = 64;

    /// Terminal input, in order.
    #[derive(Debug)]
    pub struct EventReader {
        // Unbounded, because a blocked reader would leave bytes in the terminal. The queue stays short: users
        // type slowly, and a paste is one input.
        bursts: mpsc::UnboundedReceiver<Vec<Input>>,
        resized: Signal,
        has_resized: bool,
        /// Dropping the stream stops the reader thread.
        stop: Option<UnixStream>,
        reader: Option<JoinHandle<()>>,
    }

    impl EventReader {
        /// Starts the reader. Standard input must be a terminal.
        pub fn start() -> io::Result<EventReader> {
            let (sender, bursts) = mpsc::unbounded_channel();
            let (stop, stopped) = UnixStream::pair()?;
            let resized = signal(SignalKind::window_change())?;
            let reader = thread::Builder::new().name("inputs".into()).spawn(move || {
                // An error means that the terminal is gone; the channel then closes.
                let _ = read(&stopped, &sender);
            })?;
            Ok(EventReader { bursts, resized, has_resized: false, stop: Some(stop), reader: Some(reader) })
        }

        /// Waits for input and returns all available inputs, so that a burst needs only one frame.
        /// Returns `None` if the terminal is gone. Cancel-safe.
        #[allow(clippy::disallowed_methods, reason = "about the real window, not the session's clock")]
        pub async fn next(&mut self) -> Option<Vec<Input>> {
            let mut bursts = Vec::new();
            loop {
                tokio::select! {
                    biased;
                    _ = self.bursts.recv_many(&mut bursts, MAX_BURSTS) => {
                        return (!bursts.is_empty()).then(|| bursts.concat());
                    }
                    Some(()) = self.resized.recv(), if !self.has_resized => self.has_resized = true,
                    () = tokio::time::sleep(RESIZE_WAIT), if self.has_resized => {
                        self.has_resized = false;
                        let size = size::window_size();
                        return Some(vec![Input::Resize { width: size.width, height: size.height }]);
                    }
                }
            }
        }

        /// Returns available inputs without waiting.
        pub fn pending_inputs(&mut self) -> Vec<Input> {
            std::iter::from_fn(|| self.bursts.try_recv().ok()).flatten().collect()
        }
    }

    impl Drop for EventReader {
        fn drop(&mut self) {
            drop(self.stop.take());
            // The thread blocks only in `poll`, which dropping `stop` has woken.
            let _ = self.reader.take().map(JoinHandle::join);
        }
    }

    /// Reads inputs until it is stopped or the terminal is gone.
    fn read(stopped: &UnixStream, sender: &mpsc::UnboundedSender<Vec<Input>>) -> io::Result<()> {
        let stdin = io::stdin();
        let mut parser = EventParser::default();
        loop {
            let wait = parser.timeout().and_then(|wait| Timespec::try_from(wait).ok());
            let mut fds = [PollFd::new(&stdin, PollFlags::IN), PollFd::new(stopped, PollFlags::IN)];
            match poll(&mut fds, wait.as_ref()) {
                Err(Errno::INTR) => continue,
                ready => ready?,
            };
            if !fds[1].revents().is_empty() {
                return Ok(());
            }
            let mut events = Vec::new();
            if fds[0].revents().is_empty() {
                parser.on_timeout(&mut events);
            } else {
                read_burst(&mut parser, &mut events)?;
            }
            let inputs: Vec<Input> = events.into_iter().filter_map(key::convert_event).collect();
            if !inputs.is_empty() && sender.send(inputs).is_err() {
                return Ok(());
            }
        }
    }

    /// Reads all available bytes. They are one burst, even if the system returns them in pieces.
    fn read_burst(parser: &mut EventParser, events: &mut Vec<crossterm::event::Event>) -> io::Result<()> {
        let stdin = io::stdin();
        let (mut bytes, mut taken) = ([0; 4096], 0);
        while taken < MAX_BURST_BYTES {
            match rustix::io::read(&stdin, &mut bytes) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(n) => {
                    parser.feed(&bytes[..n], events);
                    taken += n;
                }
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(error) => return Err(error.into()),
            }
            // No one types so many bytes: this is a paste without brackets, so wait for its rest.
            let wait = if taken > MAX_TYPED_BYTES { PASTE_WAIT } else { Duration::ZERO };
            let wait = Timespec::try_from(wait).unwrap_or_default();
            let mut more = [PollFd::new(&stdin, PollFlags::IN)];
            if !matches!(poll(&mut more, Some(&wait)), Ok(1..)) {
                break;
            }
        }
        Ok(())
    }
}

#[cfg(not(unix))]
mod other {
    use crate::keys::Input;
    use crate::terminal::key;
    use crossterm::event::EventStream;
    use futures_util::{FutureExt, StreamExt};
    use std::io;

    /// Terminal input, in order.
    #[derive(Debug)]
    pub struct EventReader(EventStream);

    impl EventReader {
        /// Starts the reader. Standard input must be a terminal.
        pub fn start() -> io::Result<EventReader> {
            Ok(EventReader(EventStream::new()))
        }

        /// Waits for input. Returns `None` if the terminal is gone. Cancel-safe.
        pub async fn next(&mut self) -> Option<Vec<Input>> {
            let first = self.0.next().await?.ok()?;
            Some(key::convert_event(first).into_iter().chain(self.pending_inputs()).collect())
        }

        /// Returns available inputs without waiting.
        pub fn pending_inputs(&mut self) -> Vec<Input> {
            let events = std::iter::from_fn(|| self.0.next().now_or_never()?);
            events.filter_map(|event| key::convert_event(event.ok()?)).collect()
        }
    }
}
