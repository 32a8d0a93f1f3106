//! Terminal interface of the event loop.
//! [`RealTty`](super::RealTty) implements it; tests implement it without a window.

use std::io;

use ratatui::Frame;

use crate::keys::{Input, Signal};

/// An event from outside the service task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TtyEvent {
    /// Available inputs.
    Inputs(Vec<Input>),
    /// The terminal is gone.
    HungUp,
    /// A signal arrived.
    Signal(Signal),
    /// A task panicked; its report is written.
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

    /// Copies a text through the terminal. Success is unknown.
    fn copy(&mut self, text: &str) -> io::Result<()>;

    /// Restores the terminal and stops the job; returns when it continues. `false` if that is impossible.
    fn suspend(&mut self) -> impl Future<Output = io::Result<bool>>;

    /// Lets the user edit a text in their editor; `Err` is a sentence for the user.
    fn edit(&mut self, text: String) -> impl Future<Output = Result<String, String>>;
}
