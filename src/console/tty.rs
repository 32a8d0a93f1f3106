//! What the loop needs of a terminal. The real one is in `real`; tests have one without a window.

use std::io;

use ratatui::Frame;

use crate::keys::{Input, Signal};

/// Something that came from outside the service task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happened {
    /// What was typed, all that was there.
    Inputs(Vec<Input>),
    /// The terminal is gone.
    Gone,
    /// The system sent a signal.
    Signal(Signal),
    /// A part of the program panicked; its report is kept already.
    Crashed,
}

/// A terminal to draw on and to hear from.
pub trait Tty {
    /// Draws a frame.
    fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> io::Result<()>;

    /// Makes the next frame paint every cell.
    fn redraw_all(&mut self) -> io::Result<()>;

    /// Waits for what happens next. Safe to cancel.
    fn next(&mut self) -> impl Future<Output = Happened>;

    /// What has been typed by now and was not told yet, without waiting.
    fn arrived(&mut self) -> Vec<Input>;

    /// Sends a text to the terminal's clipboard. Whether it gets there nobody can know.
    fn copy(&mut self, text: &str) -> io::Result<()>;

    /// Gives the terminal back and stops the job; returns when it goes on. `false` where that is impossible.
    fn suspend(&mut self) -> impl Future<Output = io::Result<bool>>;

    /// Lets the person write a text in their editor; `Err` says in a sentence why there is none.
    fn edit(&mut self, text: String) -> impl Future<Output = Result<String, String>>;
}
