//! A terminal with a program in it: types, reads the screen, and waits for texts.
//! At the end it checks that the terminal was restored.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use portable_pty::{CommandBuilder, ExitStatus, MasterPty, PtySize, SlavePty, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use vt100::{Parser, Screen};

/// Maximum wait of a test.
pub const MAX_WAIT: Duration = Duration::from_secs(30);

pub const ENTER: &str = "\r";
pub const ESC: &str = "\x1b";
pub const CTRL_C: &str = "\x03";
pub const CTRL_L: &str = "\x0c";
pub const CTRL_O: &str = "\x0f";
pub const CTRL_S: &str = "\x13";
pub const CTRL_Z: &str = "\x1a";
pub const TAB: &str = "\t";

/// Locked from the creation of a terminal until it is marked as private to this process.
/// A child that another test starts in between would inherit the terminal and keep it open.
static PTY_CREATION: Mutex<()> = Mutex::new(());

/// Locks the creation of terminals while a process is started.
pub fn lock_pty_creation() -> MutexGuard<'static, ()> {
    PTY_CREATION.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Waits for a condition outside the terminal.
#[allow(clippy::disallowed_methods, reason = "waits for a condition, with a limit, in real time")]
pub fn until(what: &str, condition: impl Fn() -> bool) {
    let pause = Duration::from_millis(2);
    for _ in 0..MAX_WAIT.as_millis() / pause.as_millis() {
        if condition() {
            return;
        }
        thread::sleep(pause);
    }
    panic!("never: {what}");
}

/// Output of the program.
struct PtyOutput {
    parser: Parser,
    raw: Vec<u8>,
    has_ended: bool,
}

#[derive(Clone)]
struct SharedOutput(Arc<(Mutex<PtyOutput>, Condvar)>);

impl SharedOutput {
    fn update(&self, change: impl FnOnce(&mut PtyOutput)) {
        change(&mut self.0.0.lock().expect("the output"));
        self.0.1.notify_all();
    }

    fn wait_until(&self, what: &str, condition: impl Fn(&PtyOutput) -> bool) {
        let output = self.0.0.lock().expect("the output");
        let result =
            self.0.1.wait_timeout_while(output, MAX_WAIT, |output| !condition(output) && !output.has_ended);
        let output = result.expect("the output").0;
        let is_met = condition(&output);
        let screen = output.parser.screen().contents();
        drop(output);
        assert!(is_met, "never: {what}; the screen shows:\n{screen}");
    }
}

/// A terminal, and the program that was started in it.
pub struct Pty {
    master: Option<Box<dyn MasterPty + Send>>,
    /// Kept open until the program has ended, so that all of its output is read.
    slave: Option<Box<dyn SlavePty + Send>>,
    writer: Option<Box<dyn Write + Send>>,
    output: SharedOutput,
    stop_reading: Arc<AtomicBool>,
    reader: Option<JoinHandle<()>>,
    status: Receiver<ExitStatus>,
    has_ended: bool,
    pid: Pid,
    /// The modes before the program was started.
    initial_modes: String,
}

/// Result of the program, and the final screen.
pub struct PtyResult {
    pub code: u32,
    pub signal: Option<String>,
    pub screen: String,
    pub raw: Vec<u8>,
}

fn pty_size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

fn line_count(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).expect("a positive number")
}

impl Pty {
    /// Starts a program in a window of 80×24.
    pub fn start(command: CommandBuilder) -> Pty {
        let lock = lock_pty_creation();
        let pair = native_pty_system().openpty(pty_size(80, 24)).expect("a terminal");
        let initial_modes = terminal_modes(&*pair.master);
        let mut child = pair.slave.spawn_command(command).expect("the program starts");
        drop(lock);
        let pid = child.process_id().and_then(|pid| Pid::from_raw(pid as i32)).expect("a process");
        let (sender, status) = mpsc::channel();
        thread::spawn(move || sender.send(child.wait().expect("an exit status")));
        let parser = Parser::new(line_count(24), line_count(80), 0);
        let output = SharedOutput(Arc::new((
            Mutex::new(PtyOutput { parser, raw: vec![], has_ended: false }),
            Condvar::new(),
        )));
        let stop_reading = Arc::new(AtomicBool::new(false));
        let reader = {
            let reader = pair.master.try_clone_reader().expect("a reader");
            let (output, stop) = (output.clone(), stop_reading.clone());
            thread::spawn(move || read_output(reader, &output, &stop))
        };
        let writer = pair.master.take_writer().expect("a writer");
        Pty {
            master: Some(pair.master),
            slave: Some(pair.slave),
            writer: Some(writer),
            output,
            stop_reading,
            reader: Some(reader),
            status,
            has_ended: false,
            pid,
            initial_modes,
        }
    }

    fn master(&self) -> &dyn MasterPty {
        &**self.master.as_ref().expect("not hung up")
    }

    /// Types keys.
    pub fn type_keys(&mut self, keys: &str) {
        let writer = self.writer.as_mut().expect("not hung up");
        writer.write_all(keys.as_bytes()).and_then(|()| writer.flush()).expect("typed");
    }

    /// Quits as soon as a completed change is recorded.
    /// Until then the console prompts, and the prompt is canceled.
    pub fn quit_after_change(&mut self) {
        loop {
            self.type_keys("q");
            self.wait_until("the console exits or prompts", |screen| {
                !screen.alternate_screen() || screen.contents().contains("Quit?")
            });
            if !self.screen(Screen::alternate_screen) {
                return;
            }
            self.type_keys(ESC);
            self.wait_for_text_gone("Quit?");
        }
    }

    /// Pastes a text in brackets, as a terminal does.
    pub fn paste(&mut self, text: &str) {
        self.type_keys(&format!("\x1b[200~{text}\x1b[201~"));
    }

    /// Resizes the window and the screen.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.output.update(|output| output.parser.set_size(line_count(rows), line_count(columns)));
        self.master().resize(pty_size(columns, rows)).expect("another size");
    }

    /// Resizes only the window: anything drawn beyond the screen is not seen.
    pub fn resize_without_screen(&self, columns: u16, rows: u16) {
        self.master().resize(pty_size(columns, rows)).expect("another size");
    }

    /// Returns the process id of the program.
    pub fn pid(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// Sends a signal to the program.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid, signal).expect("sent");
    }

    /// Waits until the screen is as described.
    pub fn wait_until(&self, what: &str, condition: impl Fn(&Screen) -> bool) {
        self.output.wait_until(what, |output| condition(output.parser.screen()));
    }

    /// Waits until the screen shows a text.
    pub fn wait_for_text(&self, text: &str) {
        self.wait_until(&format!("{text:?} is shown"), |screen| screen.contents().contains(text));
    }

    /// Waits until the screen shows a text no more.
    pub fn wait_for_text_gone(&self, text: &str) {
        self.wait_until(&format!("{text:?} is hidden"), |screen| !screen.contents().contains(text));
    }

    /// Waits for the first output of the program.
    pub fn wait_for_output(&self) {
        self.output.wait_until("any output", |output| !output.raw.is_empty());
    }

    /// Clears the screen, so that it shows only what is drawn from now on.
    pub fn clear_screen(&self) {
        self.output.update(|output| output.parser.process(b"\x1b[2J"));
    }

    /// Reads the current screen.
    pub fn screen<T>(&self, look: impl FnOnce(&Screen) -> T) -> T {
        look(self.output.0.0.lock().expect("the output").parser.screen())
    }

    /// Returns true if the terminal has its initial modes again: it handles lines and their keys.
    pub fn is_cooked(&self) -> bool {
        terminal_modes(self.master()) == self.initial_modes
    }

    /// Waits until the program owns the terminal and the table is complete.
    pub fn wait_for_table(&self, rows: &str) {
        self.wait_for_text(&format!("{rows} · complete"));
        self.wait_until("all modes are entered", |screen| {
            screen.alternate_screen() && screen.bracketed_paste() && screen.hide_cursor()
        });
        assert!(!self.is_cooked(), "keys are read raw");
    }

    /// Returns the number of typed bytes that no program has read.
    pub fn unread_bytes(&self) -> u64 {
        let name = self.master().tty_name().expect("a name");
        let flags = rustix::fs::OFlags::RDWR | rustix::fs::OFlags::NOCTTY;
        let terminal = rustix::fs::open(name, flags, rustix::fs::Mode::empty()).expect("opened");
        rustix::io::ioctl_fionread(terminal).expect("a number")
    }

    /// Waits until the terminal has its initial modes while the program still runs.
    pub fn wait_for_restored_terminal(&self) {
        self.wait_until("all modes are undone", has_default_modes);
        until("the terminal handles keys", || self.is_cooked());
    }

    /// Closes the connection, as when the window is closed.
    pub fn hang_up(&mut self) {
        self.stop_reading.store(true, Ordering::SeqCst);
        // A reader stops only when there is something to read.
        self.type_keys(CTRL_L);
        self.reader.take().expect("not hung up").join().expect("the reader ends");
        // The library's writer sends a line end and Ctrl-d when it is dropped. Inside a paste that never ends
        // they are no keys, so the program sees only the end.
        self.type_keys("\x1b[200~");
        (self.writer, self.slave, self.master) = (None, None, None);
    }

    /// Waits for the end of the program; does not check the terminal.
    pub fn wait_for_exit(&mut self) -> (u32, Option<String>) {
        let status = self.status.recv_timeout(MAX_WAIT);
        let Ok(status) = status else {
            panic!("the program does not end; the screen shows:\n{}", self.screen(Screen::contents));
        };
        self.has_ended = true;
        (status.exit_code(), status.signal().map(str::to_owned))
    }

    /// Waits for the end of the program, and asserts that the terminal was restored.
    pub fn wait_for_clean_exit(mut self) -> PtyResult {
        let (code, signal) = self.wait_for_exit();
        let modes = terminal_modes(self.master());
        drop(self.slave.take());
        self.reader.take().expect("not hung up").join().expect("the reader ends");
        let output = self.output.0.0.lock().expect("the output");
        let screen = output.parser.screen();
        assert!(!screen.alternate_screen(), "the alternate screen is left");
        assert!(!screen.hide_cursor(), "the cursor is shown");
        assert!(!screen.bracketed_paste(), "pastes are no longer bracketed");
        assert!(has_default_modes(screen), "keypad, cursor keys and mouse are as they were");
        assert_eq!(modes, self.initial_modes, "the terminal handles keys");
        PtyResult { code, signal, screen: screen.contents(), raw: output.raw.clone() }
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // Only in a failed test the program still runs.
        if !self.has_ended && self.status.try_recv().is_err() {
            let _ = kill_process(self.pid, Signal::KILL);
        }
    }
}

fn has_default_modes(screen: &Screen) -> bool {
    !screen.alternate_screen()
        && !screen.hide_cursor()
        && !screen.bracketed_paste()
        && !screen.application_keypad()
        && !screen.application_cursor()
        && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
        && !screen.inverse()
        && !screen.bold()
}

fn terminal_modes(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios().expect("the terminal's modes"))
}

fn read_output(mut reader: Box<dyn Read + Send>, output: &SharedOutput, stop: &AtomicBool) {
    let mut bytes = [0; 16 * 1024];
    while let Ok(n @ 1..) = reader.read(&mut bytes) {
        if stop.load(Ordering::SeqCst) {
            return;
        }
        output.update(|output| {
            output.parser.process(&bytes[..n]);
            output.raw.extend_from_slice(&bytes[..n]);
        });
    }
    output.update(|output| output.has_ended = true);
}
