//! Terminal interface of the event loop.
//! [`RealTty`](super::RealTty) implements the trait for a real terminal; tests have their own implementation.

use std::io;

use ratatui::Frame;

use super::login::LoginRequest;
use crate::keys::{Input, Signal};

/// An event from the terminal or the operating system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TtyEvent {
    /// Available inputs.
    Inputs(Vec<Input>),
    /// The terminal is gone.
    HungUp,
    /// A signal arrived.
    Signal(Signal),
    /// A task panicked; the crash report is written.
    Crashed,
}

/// A terminal to draw on and to receive events from.
pub trait Tty {
    /// Draws a frame.
    fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> io::Result<()>;

    /// Makes the next frame paint every cell.
    fn redraw_all(&mut self) -> io::Result<()>;

    /// Waits for the next event. Cancel-safe.
    fn next(&mut self) -> impl Future<Output = TtyEvent>;

    /// Returns available inputs without waiting.
    fn pending_inputs(&mut self) -> Vec<Input>;

    /// Asks the terminal to copy a text. The terminal does not confirm it.
    fn copy(&mut self, text: &str) -> io::Result<()>;

    /// Restores the terminal, stops the job and returns when the job continues.
    /// Returns `false` immediately if no shell could resume the job.
    fn suspend(&mut self) -> impl Future<Output = io::Result<bool>>;

    /// Lets the user edit a text in their editor; `Err` is a sentence for the user.
    fn edit(&mut self, text: String) -> impl Future<Output = Result<String, String>>;

    /// Runs `guestlist login`. Returns the profile that it wrote; `Err` is a sentence for the user.
    fn log_in(&mut self, request: LoginRequest) -> impl Future<Output = Result<String, String>>;
}
