//! The modes of the terminal: raw keys, the alternate screen, bracketed paste, no cursor, no line breaks of the
//! terminal's own. They are entered in one place and undone in one place, whoever asks first: a normal end, an error, a panic in any thread.
//! Frames are written here too, so that none can follow after the terminal was given back.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crossterm::cursor::{Hide, Show};
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::style::{Attribute, SetAttribute};
use crossterm::terminal::{
    Clear, ClearType, DisableLineWrap, EnableLineWrap, EnterAlternateScreen, LeaveAlternateScreen,
};
use crossterm::{Command, execute, queue};

/// Whether the terminal is ours. Held while anything is written, so that giving back waits for a frame to end.
static OURS: Mutex<bool> = Mutex::new(false);
/// Whether the mouse is ours as well while the terminal is.
static MOUSE: AtomicBool = AtomicBool::new(false);

/// Buttons and wheel, in the form that has no bound on columns. Not the library's own command, which also asks for
/// every movement and would wake an idle console.
const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1000l";

/// Also takes the mouse, from the next time that the terminal is taken.
pub fn with_mouse() {
    MOUSE.store(true, Ordering::SeqCst);
}

fn ours() -> MutexGuard<'static, bool> {
    // A panic elsewhere must not keep the terminal from being given back.
    OURS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps the terminal ours; dropping it gives the terminal back.
#[derive(Debug)]
pub struct Guard(());

impl Guard {
    /// Takes the terminal. When that fails half-way, what was entered is undone.
    pub fn enter() -> io::Result<Guard> {
        let guard = Guard(());
        enter()?;
        Ok(guard)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // There is nobody left to tell; every mode was tried.
        let _ = give_back();
    }
}

/// Enters all modes; does nothing when the terminal is ours already.
pub fn enter() -> io::Result<()> {
    let mut ours = ours();
    if *ours {
        return Ok(());
    }
    *ours = true;
    line::make_raw()?;
    let mut modes = Vec::new();
    // A console without an alternate screen, as Linux's own, still shows what was there: hence the clearing.
    queue!(modes, EnterAlternateScreen, EnableBracketedPaste, DisableLineWrap, Hide, Clear(ClearType::All))?;
    if MOUSE.load(Ordering::SeqCst) {
        modes.extend_from_slice(MOUSE_ON);
    }
    send(&modes)
}

/// Undoes all modes, each on its own; the first error is returned after all were tried. Does nothing when the
/// terminal is not ours, so it may be called by anyone and as often as one likes.
pub fn give_back() -> io::Result<()> {
    let mut ours = ours();
    if !std::mem::take(&mut *ours) {
        return Ok(());
    }
    let undone = [
        undo(SetAttribute(Attribute::Reset)),
        if MOUSE.load(Ordering::SeqCst) { send(MOUSE_OFF) } else { Ok(()) },
        undo(DisableBracketedPaste),
        undo(EnableLineWrap),
        undo(LeaveAlternateScreen),
        undo(Show),
        line::restore(),
    ];
    undone.into_iter().collect()
}

/// As [`give_back`], also when the terminal is not ours: another program had it and was ended in its middle.
pub fn clean_up() -> io::Result<()> {
    *ours() = true;
    give_back()
}

/// Whether the terminal is ours now.
pub fn is_ours() -> bool {
    *ours()
}

fn undo(mode: impl Command) -> io::Result<()> {
    execute!(io::stdout(), mode)
}

fn send(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()
}

/// Standard output while the terminal is ours; what is written otherwise is dropped.
#[derive(Debug)]
pub struct Tty;

impl Write for Tty {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let ours = ours();
        if *ours {
            send(bytes)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How the line handles keys. What is given back is how it was at the start, whatever an editor has left behind.
#[cfg(unix)]
mod line {
    use std::io;
    use std::sync::OnceLock;

    use rustix::termios::{OptionalActions, QueueSelector, Termios, tcflush, tcgetattr, tcsetattr};

    static AT_START: OnceLock<Termios> = OnceLock::new();

    pub fn make_raw() -> io::Result<()> {
        let mut raw = match AT_START.get() {
            Some(at_start) => {
                // What was typed by now was meant for the program that had the terminal, and must not act here.
                tcflush(io::stdin(), QueueSelector::IFlush)?;
                at_start.clone()
            }
            None => {
                let now = tcgetattr(io::stdin())?;
                AT_START.get_or_init(|| now).clone()
            }
        };
        raw.make_raw();
        Ok(tcsetattr(io::stdin(), OptionalActions::Now, &raw)?)
    }

    pub fn restore() -> io::Result<()> {
        let Some(at_start) = AT_START.get() else { return Ok(()) };
        Ok(tcsetattr(io::stdin(), OptionalActions::Now, at_start)?)
    }
}

#[cfg(not(unix))]
mod line {
    pub use crossterm::terminal::{disable_raw_mode as restore, enable_raw_mode as make_raw};
}
