//! The screen that frames are drawn on, from entering it to giving it back, with a pause for an editor or a
//! suspend in between. What is drawn is the caller's affair.

use std::io::{self, IsTerminal};

use ratatui::layout::Rect;
use ratatui::{Frame, Terminal};

use super::clipboard::Clipboard;
use super::guard::{self, Guard, Tty};
use super::output::Output;
use super::signals::Signals;

/// Why there is no screen.
#[derive(Debug, thiserror::Error)]
pub enum EnterError {
    /// Standard input or output leads elsewhere: into a pipe, from a file.
    #[error(
        "The console needs a terminal, but its standard {0} is not one. \
         Start it in a terminal window, without redirecting it."
    )]
    NotATerminal(&'static str),
    /// The system refused.
    #[error("The terminal could not be set up: {0}. Try another terminal window.")]
    Refused(#[from] io::Error),
}

/// The whole window, ours until this is dropped.
#[derive(Debug)]
pub struct Screen {
    terminal: Terminal<Output<Tty>>,
    _guard: Guard,
}

impl Screen {
    /// Takes the terminal. The signals are asked for because from here on none may end the program unheard.
    pub fn enter(_heard: &Signals) -> Result<Screen, EnterError> {
        for (name, is_terminal) in
            [("input", io::stdin().is_terminal()), ("output", io::stdout().is_terminal())]
        {
            if !is_terminal {
                return Err(EnterError::NotATerminal(name));
            }
        }
        // With NO_COLOR crossterm would send full resets that wipe reverse and bold as well; the theme obeys it.
        crossterm::style::force_color_output(true);
        let guard = Guard::enter()?;
        Ok(Screen { terminal: Terminal::new(Output::new(Tty))?, _guard: guard })
    }

    /// Draws a frame and sends what changed, in one write; nothing at all while the terminal is given back.
    /// An error means that the terminal is gone.
    pub fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        if guard::is_ours() {
            self.terminal.draw(render)?;
        }
        Ok(())
    }

    /// Asks the terminal to take a text into its clipboard; nothing is sent while the terminal is given back.
    pub fn copy(&mut self, text: &str, clipboard: Clipboard) -> io::Result<()> {
        clipboard.send(text, &mut Tty)
    }

    /// Makes the next frame paint every cell, whatever the terminal shows now.
    pub fn redraw_all(&mut self) -> io::Result<()> {
        // Not `clear`, which asks the terminal where its cursor is and waits for the answer.
        let size = self.terminal.size()?;
        self.terminal.resize(Rect::from(size))
    }

    /// Gives the terminal back for a while, to an editor or to the shell. Drop the [`super::Inputs`] first.
    pub fn leave(&mut self) -> io::Result<()> {
        guard::give_back()
    }

    /// Gives the terminal back once more, after another program had it and was ended in its middle.
    pub fn clean_up(&mut self) -> io::Result<()> {
        guard::clean_up()
    }

    /// Takes the terminal again, in whatever state it is; the next frame paints everything.
    pub fn resume(&mut self) -> io::Result<()> {
        // Somebody may have changed the modes under us: undo and enter again, rather than believe our memory.
        let left = guard::give_back();
        guard::enter()?;
        self.terminal.backend_mut().entered_again();
        self.redraw_all()?;
        left
    }

    /// Gives the terminal back and stops the whole job, as Ctrl-z does elsewhere. The program stands still on
    /// return or a moment later; `Signal::Resume` tells when it goes on, and [`Screen::resume`] answers that.
    ///
    /// `false`, and nothing was done, where no shell could ever resume it, as in a window of its own.
    #[cfg(unix)]
    pub fn suspend(&mut self) -> io::Result<bool> {
        if !super::job::can_be_resumed() {
            return Ok(false);
        }
        let left = self.leave();
        super::job::stop()?;
        left.map(|()| true)
    }

    /// There is no job control on this system.
    #[cfg(not(unix))]
    pub fn suspend(&mut self) -> io::Result<bool> {
        Ok(false)
    }
}

/// Stops the whole job where a shell could resume it: Ctrl-z while another program of ours has the terminal.
pub fn stop_job() {
    #[cfg(unix)]
    if super::job::can_be_resumed() {
        // It cannot fail for our own processes; if it did, the program would simply go on.
        let _ = super::job::stop();
    }
}
