//! The real terminal: screen, inputs, signals and panics.

use std::io;
use std::path::PathBuf;

use ratatui::Frame;

use super::editor;
use super::editor::{ChildEnd, EditResult};
use super::login;
use super::login::LoginRequest;
use super::tty::{Tty, TtyEvent};
use crate::keys::{Input, Signal};
use crate::terminal::{Clipboard, EventReader, PanicMonitor, SIGQUIT, Signals, Tui, TuiError, stop_job};

/// The terminal that the program was started in.
#[derive(Debug)]
pub struct RealTty {
    tui: Tui,
    events: Option<EventReader>,
    signals: Signals,
    panic_monitor: PanicMonitor,
    editor: Option<String>,
    clipboard: Clipboard,
    hidden_vars: Vec<String>,
    /// File of `--config`, for other runs of guestlist.
    config_file: Option<PathBuf>,
    /// Event to report next. It happened during a draw or while another program had the terminal.
    pending_event: Option<TtyEvent>,
}

impl RealTty {
    /// Enters the terminal.
    ///
    /// `editor` is `$VISUAL` or `$EDITOR`. `hidden_vars` are the environment variables that hold tokens and
    /// secrets; the editor does not get them.
    pub fn enter(
        signals: Signals,
        panic_monitor: PanicMonitor,
        editor: Option<String>,
        hidden_vars: Vec<String>,
        clipboard: Clipboard,
    ) -> Result<RealTty, TuiError> {
        let tui = Tui::enter(&signals)?;
        Ok(RealTty {
            tui,
            events: None,
            signals,
            panic_monitor,
            editor,
            clipboard,
            hidden_vars,
            config_file: None,
            pending_event: None,
        })
    }

    /// Sets the file of `--config`.
    pub fn with_config_file(self, config_file: Option<PathBuf>) -> RealTty {
        RealTty { config_file, ..self }
    }

    /// Gives the terminal to another program.
    fn leave(&mut self) {
        self.events = None;
        // Ignore errors: the program may work anyway, and the modes are restored again on return.
        let _ = self.tui.leave();
    }

    /// Enters the terminal after another program has ended with a result. `Err` is the event that ended it.
    async fn come_back(&mut self, ended: Result<Result<String, String>, TtyEvent>) -> Result<String, String> {
        self.signals.forget_interrupts().await;
        let result = match ended {
            Ok(result) => result,
            Err(event) => {
                self.pending_event = Some(event);
                // Restore the terminal here, because a killed program does not.
                let _ = self.tui.force_restore();
                return Err("The program was closed because guestlist is exiting.".into());
            }
        };
        match self.reacquire() {
            Ok(()) => result,
            Err(error) => Err(format!("Could not restore the terminal: {error}.")),
        }
    }

    /// Enters the terminal again after another program had it.
    fn reacquire(&mut self) -> io::Result<()> {
        let resumed = self.tui.resume();
        self.events = Some(EventReader::start()?);
        resumed
    }
}

impl Tty for RealTty {
    fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        // Handle a lost terminal like a hang-up; the HUP signal may follow.
        if let Err(error) = self.tui.draw(render) {
            tracing::warn!(%error, "the terminal is gone");
            self.pending_event = Some(TtyEvent::HungUp);
        }
        Ok(())
    }

    fn redraw_all(&mut self) -> io::Result<()> {
        self.tui.redraw_all()
    }

    async fn next(&mut self) -> TtyEvent {
        if let Some(event) = self.pending_event.take() {
            return event;
        }
        // The reader starts here, not in `enter`: the first frame must not wait for the reader.
        let inputs = match &mut self.events {
            Some(inputs) => inputs,
            slot => match EventReader::start() {
                Ok(inputs) => slot.insert(inputs),
                Err(_) => return TtyEvent::HungUp,
            },
        };
        tokio::select! {
            biased;
            () = self.panic_monitor.wait_for_panic() => TtyEvent::Crashed,
            signal = self.signals.next() => {
                // Another process stopped guestlist, and a program may have changed the terminal modes.
                if signal == Signal::Resume && self.tui.resume().is_err() {
                    return TtyEvent::HungUp;
                }
                TtyEvent::Signal(signal)
            }
            inputs = inputs.next() => inputs.map_or(TtyEvent::HungUp, TtyEvent::Inputs),
        }
    }

    fn pending_inputs(&mut self) -> Vec<Input> {
        self.events.as_mut().map(EventReader::pending_inputs).unwrap_or_default()
    }

    fn copy(&mut self, text: &str) -> io::Result<()> {
        self.tui.copy(text, self.clipboard)
    }

    async fn suspend(&mut self) -> io::Result<bool> {
        self.events = None;
        if !self.tui.suspend()? {
            self.events = Some(EventReader::start()?);
            return Ok(false);
        }
        loop {
            match self.signals.next().await {
                Signal::Suspend => {}
                Signal::Resume => break,
                signal => {
                    // The shell keeps the terminal.
                    self.pending_event = Some(TtyEvent::Signal(signal));
                    return Ok(true);
                }
            }
        }
        self.reacquire().map(|()| true)
    }

    async fn edit(&mut self, text: String) -> Result<String, String> {
        self.leave();
        let interruption = wait_for_end(&mut self.signals, &mut self.panic_monitor);
        let edited = editor::edit(self.editor.as_deref(), &self.hidden_vars, &text, interruption).await;
        self.come_back(match edited {
            EditResult::Text(text) => Ok(Ok(text)),
            EditResult::Failed(sentence) => Ok(Err(sentence)),
            EditResult::Interrupted(event) => Err(event),
        })
        .await
    }

    async fn log_in(&mut self, request: LoginRequest) -> Result<String, String> {
        self.leave();
        let interruption = wait_for_end(&mut self.signals, &mut self.panic_monitor);
        let ended = login::run(request, self.config_file.as_ref(), &self.hidden_vars, interruption).await;
        self.come_back(match ended {
            ChildEnd::Exited(Some(profile), _) => Ok(Ok(profile)),
            ChildEnd::Exited(None, _) => Ok(Err("Not signed in. No changes were made.".to_owned())),
            ChildEnd::Failed(sentence) => Ok(Err(sentence)),
            ChildEnd::Interrupted(event) => Err(event),
        })
        .await
    }
}

/// Waits for events that end guestlist while another program has the terminal.
/// Ctrl-c and Ctrl-\\ only affect the other program; Ctrl-z stops both programs.
async fn wait_for_end(signals: &mut Signals, panic_monitor: &mut PanicMonitor) -> TtyEvent {
    loop {
        let signal = tokio::select! {
            biased;
            () = panic_monitor.wait_for_panic() => return TtyEvent::Crashed,
            signal = signals.next() => signal,
        };
        match signal {
            Signal::Interrupt | Signal::Resume => {}
            Signal::Fatal { number } if number == SIGQUIT => {}
            Signal::Suspend => stop_job(),
            Signal::Terminate | Signal::Hangup | Signal::Fatal { .. } => return TtyEvent::Signal(signal),
        }
    }
}
