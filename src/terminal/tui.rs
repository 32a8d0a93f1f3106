//! The screen, which guestlist leaves temporarily for an editor or a suspend.

use std::io::{self, IsTerminal};

use ratatui::Frame;

use super::clipboard::Clipboard;
use super::frame_encoder::FrameEncoder;
use super::mode::{self, TerminalGuard};
use super::signals::Signals;
use super::size::window_size;

/// Error when entering the screen.
#[derive(Debug, thiserror::Error)]
pub enum TuiError {
    /// Standard input or output is redirected.
    #[error(
        "The console must run in a terminal, but standard {0} is redirected. \
         Start it without redirection, or run a command such as guestlist list."
    )]
    NotATerminal(&'static str),
    /// A system error.
    #[error("Could not set up the terminal: {0}. Try another terminal window.")]
    Io(#[from] io::Error),
}

/// The whole window; guestlist owns it until this is dropped.
#[derive(Debug)]
pub struct Tui {
    frames: FrameEncoder,
    _guard: TerminalGuard,
}

impl Tui {
    /// Enters the terminal.
    /// Requires [`Signals`], so that no signal ends the program before the terminal is restored.
    pub fn enter(_signals: &Signals) -> Result<Tui, TuiError> {
        for (name, is_terminal) in
            [("input", io::stdin().is_terminal()), ("output", io::stdout().is_terminal())]
        {
            if !is_terminal {
                return Err(TuiError::NotATerminal(name));
            }
        }
        // With NO_COLOR, crossterm would write full resets, which also clear reverse and bold. The theme
        // handles NO_COLOR instead.
        crossterm::style::force_color_output(true);
        let guard = TerminalGuard::enter()?;
        Ok(Tui { frames: FrameEncoder::new(window_size())?, _guard: guard })
    }

    /// Draws a frame and writes the changes with one call. Writes nothing while the terminal is restored.
    /// An error means that the terminal is gone.
    pub fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        if mode::is_active() {
            mode::write_if_active(self.frames.draw(window_size(), render)?)?;
        }
        Ok(())
    }

    /// Copies a text through the terminal; writes nothing while the terminal is restored.
    pub fn copy(&mut self, text: &str, clipboard: Clipboard) -> io::Result<()> {
        mode::write_if_active(clipboard.sequence(text)?.as_bytes())
    }

    /// Makes the next frame paint every cell.
    pub fn redraw_all(&mut self) -> io::Result<()> {
        self.frames.redraw_all(window_size())
    }

    /// Restores the terminal for an editor or the shell. Drop the [`super::EventReader`] first.
    pub fn leave(&mut self) -> io::Result<()> {
        mode::restore()
    }

    /// Restores the terminal after another program had it and was killed.
    pub fn force_restore(&mut self) -> io::Result<()> {
        mode::force_restore()
    }

    /// Enters the terminal again from any state. The next frame paints every cell.
    pub fn resume(&mut self) -> io::Result<()> {
        // Another program may have changed the modes: undo and enter them again.
        let restored = mode::restore();
        mode::enter()?;
        self.redraw_all()?;
        restored
    }

    /// Restores the terminal and stops the whole job, as Ctrl-z does in other programs.
    /// The process stops before or shortly after this function returns. Call [`Tui::resume`] after
    /// `Signal::Resume`.
    ///
    /// Does nothing and returns `false` if no shell could resume guestlist, such as in its own window.
    #[cfg(unix)]
    pub fn suspend(&mut self) -> io::Result<bool> {
        if !super::job_control::can_be_resumed() {
            return Ok(false);
        }
        let restored = self.leave();
        super::job_control::stop()?;
        restored.map(|()| true)
    }

    /// Returns `false`: this system has no job control.
    #[cfg(not(unix))]
    pub fn suspend(&mut self) -> io::Result<bool> {
        Ok(false)
    }
}

/// Stops the whole job, if a shell could resume it: Ctrl-z while a child process has the terminal.
pub fn stop_job() {
    #[cfg(unix)]
    if super::job_control::can_be_resumed() {
        // Stopping processes of the same user cannot fail. If it did, the program would continue.
        let _ = super::job_control::stop();
    }
}
