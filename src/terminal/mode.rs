//! Enters and restores terminal modes.
//! The modes are raw mode, alternate screen, bracketed paste, hidden cursor and no line wrap. [`restore`] is
//! idempotent and safe to call from the panic hook. Frames are also written here, so that no frame is written
//! after the terminal was restored.

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

/// True while guestlist owns the terminal.
/// Locked during writes, so that restoring waits for the end of a frame.
static ACTIVE: Mutex<bool> = Mutex::new(false);
/// True if the mouse is enabled while guestlist owns the terminal.
static IS_MOUSE_ENABLED: AtomicBool = AtomicBool::new(false);

/// Enables reports of buttons and wheel, in SGR format, which has no column limit.
/// crossterm's command also reports every movement, which would wake an idle console.
const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1000l";

/// Enables the mouse from the next time the terminal is entered.
pub fn enable_mouse() {
    IS_MOUSE_ENABLED.store(true, Ordering::SeqCst);
}

fn lock_active() -> MutexGuard<'static, bool> {
    // A panic in another thread must not prevent restoring the terminal.
    ACTIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Owns the terminal; dropping it restores the terminal.
#[derive(Debug)]
pub struct TerminalGuard(());

impl TerminalGuard {
    /// Enters the terminal modes. An error undoes the modes that were already entered.
    pub fn enter() -> io::Result<TerminalGuard> {
        let guard = TerminalGuard(());
        enter()?;
        Ok(guard)
    }
}

impl Drop for TerminalGuard {
    fn drop(&mut self) {
        // Errors cannot be reported here. `restore` has tried to undo every mode.
        let _ = restore();
    }
}

/// Enters all modes. Does nothing if guestlist already owns the terminal.
pub fn enter() -> io::Result<()> {
    let mut is_active = lock_active();
    if *is_active {
        return Ok(());
    }
    *is_active = true;
    tty_mode::make_raw()?;
    let mut modes = Vec::new();
    // Clear the screen for terminals without an alternate screen, such as the Linux console.
    queue!(modes, EnterAlternateScreen, EnableBracketedPaste, DisableLineWrap, Hide, Clear(ClearType::All))?;
    if IS_MOUSE_ENABLED.load(Ordering::SeqCst) {
        modes.extend_from_slice(MOUSE_ON);
    }
    write_bytes(&modes)
}

/// Undoes every mode, even after an error, and returns the first error.
/// Does nothing if guestlist does not own the terminal, so it can be called at any time and more than once.
pub fn restore() -> io::Result<()> {
    let mut is_active = lock_active();
    if !std::mem::take(&mut *is_active) {
        return Ok(());
    }
    let results = [
        undo(SetAttribute(Attribute::Reset)),
        if IS_MOUSE_ENABLED.load(Ordering::SeqCst) { write_bytes(MOUSE_OFF) } else { Ok(()) },
        undo(DisableBracketedPaste),
        undo(EnableLineWrap),
        undo(LeaveAlternateScreen),
        undo(Show),
        tty_mode::restore(),
    ];
    results.into_iter().collect()
}

/// Undoes all modes even if guestlist does not own the terminal.
/// Needed after another program had the terminal and was killed.
pub fn force_restore() -> io::Result<()> {
    *lock_active() = true;
    restore()
}

/// Returns true if guestlist owns the terminal.
pub fn is_active() -> bool {
    *lock_active()
}

fn undo(mode: impl Command) -> io::Result<()> {
    execute!(io::stdout(), mode)
}

fn write_bytes(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()
}

/// Writes to the terminal with one call; writes nothing while guestlist does not own the terminal.
pub fn write_if_active(bytes: &[u8]) -> io::Result<()> {
    let is_active = lock_active();
    if *is_active { write_bytes(bytes) } else { Ok(()) }
}

/// Line settings of the terminal. Restores the settings at the start, even if an editor changed them.
#[cfg(unix)]
mod tty_mode {
    use std::io;
    use std::sync::OnceLock;

    use rustix::termios::{OptionalActions, QueueSelector, Termios, tcflush, tcgetattr, tcsetattr};

    static INITIAL_MODES: OnceLock<Termios> = OnceLock::new();

    pub fn make_raw() -> io::Result<()> {
        let mut raw = match INITIAL_MODES.get() {
            Some(initial_modes) => {
                // Drops keys that were typed for the program that had the terminal.
                tcflush(io::stdin(), QueueSelector::IFlush)?;
                initial_modes.clone()
            }
            None => {
                let now = tcgetattr(io::stdin())?;
                INITIAL_MODES.get_or_init(|| now).clone()
            }
        };
        raw.make_raw();
        Ok(tcsetattr(io::stdin(), OptionalActions::Now, &raw)?)
    }

    pub fn restore() -> io::Result<()> {
        let Some(initial_modes) = INITIAL_MODES.get() else { return Ok(()) };
        Ok(tcsetattr(io::stdin(), OptionalActions::Now, initial_modes)?)
    }
}

#[cfg(not(unix))]
mod tty_mode {
    pub use crossterm::terminal::{disable_raw_mode as restore, enable_raw_mode as make_raw};
}
