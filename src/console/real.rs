//! The real terminal: screen, inputs, signals and the crash watch as one.

use std::io;

use ratatui::Frame;

use super::editor;
use super::editor::Edited;
use super::tty::{Happened, Tty};
use crate::keys::{Input, Signal};
use crate::terminal::{Clipboard, Crash, EnterError, Inputs, SIGQUIT, Screen, Signals, stop_job};

/// The terminal that the program was started in.
#[derive(Debug)]
pub struct RealTty {
    screen: Screen,
    inputs: Option<Inputs>,
    signals: Signals,
    crash: Crash,
    editor: Option<String>,
    clipboard: Clipboard,
    /// Variables that the editor is not given.
    hidden: Vec<String>,
    /// What is to be told next: it happened where it could not be told.
    untold: Option<Happened>,
}

impl RealTty {
    /// Takes the terminal. `editor` is what `$VISUAL` or `$EDITOR` say.
    pub fn enter(signals: Signals, crash: Crash, editor: Option<String>) -> Result<RealTty, EnterError> {
        let screen = Screen::enter(&signals)?;
        Ok(RealTty {
            screen,
            inputs: None,
            signals,
            crash,
            editor,
            clipboard: Clipboard::default(),
            hidden: Vec::new(),
            untold: None,
        })
    }

    /// Says what stands between us and the terminal.
    pub fn behind(self, clipboard: Clipboard) -> RealTty {
        RealTty { clipboard, ..self }
    }

    /// Names the variables of the environment that hold tokens and secrets: no editor is given them.
    pub fn hiding(self, hidden: Vec<String>) -> RealTty {
        RealTty { hidden, ..self }
    }

    /// Takes the terminal again after somebody else had it.
    fn take_again(&mut self) -> io::Result<()> {
        let resumed = self.screen.resume();
        self.inputs = Some(Inputs::start()?);
        resumed
    }
}

impl Tty for RealTty {
    fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        // Nothing is there to be drawn on: the same as a hang-up, whose signal may be a moment behind.
        if let Err(error) = self.screen.draw(render) {
            tracing::warn!(%error, "the terminal is gone");
            self.untold = Some(Happened::Gone);
        }
        Ok(())
    }

    fn redraw_all(&mut self) -> io::Result<()> {
        self.screen.redraw_all()
    }

    async fn next(&mut self) -> Happened {
        if let Some(untold) = self.untold.take() {
            return untold;
        }
        // Started here and not on entering, so that the first frame does not wait for it.
        let inputs = match &mut self.inputs {
            Some(inputs) => inputs,
            none => match Inputs::start() {
                Ok(inputs) => none.insert(inputs),
                Err(_) => return Happened::Gone,
            },
        };
        tokio::select! {
            biased;
            () = self.crash.happened() => Happened::Crashed,
            signal = self.signals.next() => {
                // Stopped by somebody else: whoever had the terminal meanwhile may have changed its modes.
                if signal == Signal::Resume && self.screen.resume().is_err() {
                    return Happened::Gone;
                }
                Happened::Signal(signal)
            }
            inputs = inputs.next() => inputs.map_or(Happened::Gone, Happened::Inputs),
        }
    }

    fn arrived(&mut self) -> Vec<Input> {
        self.inputs.as_mut().map(Inputs::arrived).unwrap_or_default()
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        self.screen.copy(text, self.clipboard)
    }

    async fn suspend(&mut self) -> io::Result<bool> {
        self.inputs = None;
        if !self.screen.suspend()? {
            self.inputs = Some(Inputs::start()?);
            return Ok(false);
        }
        loop {
            match self.signals.next().await {
                Signal::Suspend => {}
                Signal::Resume => break,
                ends => {
                    // The terminal stays with the shell.
                    self.untold = Some(Happened::Signal(ends));
                    return Ok(true);
                }
            }
        }
        self.take_again().map(|()| true)
    }

    async fn edit(&mut self, text: String) -> Result<String, String> {
        self.inputs = None;
        // What cannot be given back is tried again on the way back; the editor is worth trying all the same.
        let _ = self.screen.leave();
        let ended = ends(&mut self.signals, &mut self.crash);
        let edited = editor::edit(self.editor.as_deref(), &self.hidden, &text, ended).await;
        self.signals.forget_interrupts().await;
        let edited = match edited {
            Edited::Text(text) => Ok(text),
            Edited::Failed(sentence) => Err(sentence),
            Edited::Interrupted(why) => {
                self.untold = Some(why);
                // The terminal stays as it was before the editor, which could not tidy up.
                let _ = self.screen.clean_up();
                return Err("The editor was ended with the program.".into());
            }
        };
        match self.take_again() {
            Ok(()) => edited,
            Err(error) => Err(format!("The terminal could not be taken again: {error}.")),
        }
    }
}

/// Waits for what ends the program while another one has the terminal. The keys Ctrl-c and Ctrl-\\ are meant for that
/// one; Ctrl-z stops both.
async fn ends(signals: &mut Signals, crash: &mut Crash) -> Happened {
    loop {
        let signal = tokio::select! {
            biased;
            () = crash.happened() => return Happened::Crashed,
            signal = signals.next() => signal,
        };
        match signal {
            Signal::Interrupt | Signal::Resume => {}
            Signal::Fatal { number } if number == SIGQUIT => {}
            Signal::Suspend => stop_job(),
            Signal::Terminate | Signal::Hangup | Signal::Fatal { .. } => return Happened::Signal(signal),
        }
    }
}
