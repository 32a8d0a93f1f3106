//! A terminal with a program in it: types, reads the screen, waits for texts, and checks at the end that the terminal
//! was
//! restored.

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
pub const LIMIT: Duration = Duration::from_secs(30);

pub const ENTER: &str = "\r";
pub const ESC: &str = "\x1b";
pub const CTRL_C: &str = "\x03";
pub const CTRL_L: &str = "\x0c";
pub const CTRL_O: &str = "\x0f";
pub const CTRL_S: &str = "\x13";
pub const CTRL_Z: &str = "\x1a";
pub const TAB: &str = "\t";

/// Between making a terminal and marking it as private to this process another test must not start a child:
/// that would inherit it, and keep it open.
static STARTING: Mutex<()> = Mutex::new(());

/// Held while a process is started.
pub fn starting() -> MutexGuard<'static, ()> {
    STARTING.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Waits for a condition outside the terminal.
#[allow(clippy::disallowed_methods, reason = "waits for a condition, with a limit, in real time")]
pub fn until(what: &str, condition: impl Fn() -> bool) {
    let pause = Duration::from_millis(2);
    for _ in 0..LIMIT.as_millis() / pause.as_millis() {
        if condition() {
            return;
        }
        thread::sleep(pause);
    }
    panic!("never: {what}");
}

/// Output of the program.
struct Output {
    parser: Parser,
    raw: Vec<u8>,
    ended: bool,
}

#[derive(Clone)]
struct Seen(Arc<(Mutex<Output>, Condvar)>);

impl Seen {
    fn change(&self, change: impl FnOnce(&mut Output)) {
        change(&mut self.0.0.lock().expect("the output"));
        self.0.1.notify_all();
    }

    fn until(&self, what: &str, condition: impl Fn(&Output) -> bool) {
        let output = self.0.0.lock().expect("the output");
        let waited = self.0.1.wait_timeout_while(output, LIMIT, |output| !condition(output) && !output.ended);
        let output = waited.expect("the output").0;
        let met = condition(&output);
        let screen = output.parser.screen().contents();
        drop(output);
        assert!(met, "never: {what}; the screen shows:\n{screen}");
    }
}

/// A terminal, and the program that was started in it.
pub struct Pty {
    master: Option<Box<dyn MasterPty + Send>>,
    /// Kept open until the program has ended, so that all of its output is read.
    slave: Option<Box<dyn SlavePty + Send>>,
    writer: Option<Box<dyn Write + Send>>,
    seen: Seen,
    stop_reading: Arc<AtomicBool>,
    reader: Option<JoinHandle<()>>,
    status: Receiver<ExitStatus>,
    has_ended: bool,
    pid: Pid,
    /// The modes before the program was started.
    cooked: String,
}

/// How the program ended, with what the terminal shows then.
pub struct Ended {
    pub code: u32,
    pub signal: Option<String>,
    pub screen: String,
    pub raw: Vec<u8>,
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

fn lines(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).expect("more than none")
}

impl Pty {
    /// Starts a program in a window of 80×24.
    pub fn start(command: CommandBuilder) -> Pty {
        let started = starting();
        let pair = native_pty_system().openpty(size(80, 24)).expect("a terminal");
        let cooked = modes(&*pair.master);
        let mut child = pair.slave.spawn_command(command).expect("the program starts");
        drop(started);
        let pid = child.process_id().and_then(|pid| Pid::from_raw(pid as i32)).expect("a process");
        let (tell, status) = mpsc::channel();
        thread::spawn(move || tell.send(child.wait().expect("it can be waited for")));
        let parser = Parser::new(lines(24), lines(80), 0);
        let seen = Seen(Arc::new((Mutex::new(Output { parser, raw: vec![], ended: false }), Condvar::new())));
        let stop_reading = Arc::new(AtomicBool::new(false));
        let reader = {
            let from = pair.master.try_clone_reader().expect("a reader");
            let (seen, stop) = (seen.clone(), stop_reading.clone());
            thread::spawn(move || read(from, &seen, &stop))
        };
        let writer = pair.master.take_writer().expect("a writer");
        Pty {
            master: Some(pair.master),
            slave: Some(pair.slave),
            writer: Some(writer),
            seen,
            stop_reading,
            reader: Some(reader),
            status,
            has_ended: false,
            pid,
            cooked,
        }
    }

    fn master(&self) -> &dyn MasterPty {
        &**self.master.as_ref().expect("not hung up")
    }

    /// Types.
    pub fn send(&mut self, keys: &str) {
        let writer = self.writer.as_mut().expect("not hung up");
        writer.write_all(keys.as_bytes()).and_then(|()| writer.flush()).expect("typed");
    }

    /// Quits as soon as a completed change is recorded; that takes a moment, and until then the console prompts.
    pub fn leave_after_change(&mut self) {
        loop {
            self.send("q");
            self.until("it leaves or asks", |screen| {
                !screen.alternate_screen() || screen.contents().contains("Quit?")
            });
            if !self.screen(Screen::alternate_screen) {
                return;
            }
            self.send(ESC);
            self.hides("Quit?");
        }
    }

    /// Pastes, as a terminal does that was told to bracket what is pasted.
    pub fn paste(&mut self, text: &str) {
        self.send(&format!("\x1b[200~{text}\x1b[201~"));
    }

    /// Makes the window another size.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.seen.change(|output| output.parser.set_size(lines(rows), lines(columns)));
        self.master().resize(size(columns, rows)).expect("another size");
    }

    /// The same without a screen of that size: what is drawn beyond the screen is not seen.
    pub fn resize_unseen(&self, columns: u16, rows: u16) {
        self.master().resize(size(columns, rows)).expect("another size");
    }

    /// The number of the program.
    pub fn pid(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// Sends a signal to the program.
    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid, signal).expect("sent");
    }

    /// Waits until the screen is as described.
    pub fn until(&self, what: &str, condition: impl Fn(&Screen) -> bool) {
        self.seen.until(what, |output| condition(output.parser.screen()));
    }

    /// Waits until the screen shows a text.
    pub fn shows(&self, text: &str) {
        self.until(&format!("{text:?} is shown"), |screen| screen.contents().contains(text));
    }

    /// Waits until the screen shows a text no more.
    pub fn hides(&self, text: &str) {
        self.until(&format!("{text:?} is hidden"), |screen| !screen.contents().contains(text));
    }

    /// Waits until anything has come out of the program.
    pub fn says_anything(&self) {
        self.seen.until("anything", |output| !output.raw.is_empty());
    }

    /// Forgets what the screen shows, so that only what is painted from now on is there.
    pub fn forget_screen(&self) {
        self.seen.change(|output| output.parser.process(b"\x1b[2J"));
    }

    /// What the screen shows now.
    pub fn screen<T>(&self, look: impl FnOnce(&Screen) -> T) -> T {
        look(self.seen.0.0.lock().expect("the output").parser.screen())
    }

    /// Whether lines and their keys are handled by the terminal again, as before the program was started.
    pub fn is_cooked(&self) -> bool {
        modes(self.master()) == self.cooked
    }

    /// Waits until the program is in possession of the terminal, with the table complete.
    pub fn shows_table(&self, rows: &str) {
        self.shows(&format!("{rows} · complete"));
        self.until("all modes are entered", |screen| {
            screen.alternate_screen() && screen.bracketed_paste() && screen.hide_cursor()
        });
        assert!(!self.is_cooked(), "keys are read raw");
    }

    /// How many bytes were typed that no program has read.
    pub fn waiting_bytes(&self) -> u64 {
        let name = self.master().tty_name().expect("it has a name");
        let noctty = rustix::fs::OFlags::RDWR | rustix::fs::OFlags::NOCTTY;
        let line = rustix::fs::open(name, noctty, rustix::fs::Mode::empty()).expect("opened");
        rustix::io::ioctl_fionread(line).expect("a number")
    }

    /// Waits until the terminal is as it was before, the program still being there.
    pub fn is_given_back(&self) {
        self.until("all modes are undone", is_plain);
        until("the terminal handles keys", || self.is_cooked());
    }

    /// Closes the connection, as when the window is closed.
    pub fn hang_up(&mut self) {
        self.stop_reading.store(true, Ordering::SeqCst);
        // A reader can only be stopped when there is something to read.
        self.send(CTRL_L);
        self.reader.take().expect("not hung up").join().expect("it ends");
        // The library's writer says goodbye with a line end and Ctrl-d: inside a paste that never ends they are
        // no keys, so that the program hears of the end and of nothing else.
        self.send("\x1b[200~");
        (self.writer, self.slave, self.master) = (None, None, None);
    }

    /// Waits for the end of the program, whatever it left behind.
    pub fn status(&mut self) -> (u32, Option<String>) {
        let status = self.status.recv_timeout(LIMIT);
        let Ok(status) = status else {
            panic!("it does not end; the screen shows:\n{}", self.screen(Screen::contents));
        };
        self.has_ended = true;
        (status.exit_code(), status.signal().map(str::to_owned))
    }

    /// Waits for the end of the program; the terminal has to be as it was before.
    pub fn ended(mut self) -> Ended {
        let (code, signal) = self.status();
        let modes = modes(self.master());
        drop(self.slave.take());
        self.reader.take().expect("not hung up").join().expect("it ends");
        let output = self.seen.0.0.lock().expect("the output");
        let screen = output.parser.screen();
        assert!(!screen.alternate_screen(), "the alternate screen is left");
        assert!(!screen.hide_cursor(), "the cursor is shown");
        assert!(!screen.bracketed_paste(), "pastes are no longer bracketed");
        assert!(is_plain(screen), "keypad, cursor keys and mouse are as they were");
        assert_eq!(modes, self.cooked, "the terminal handles keys");
        Ended { code, signal, screen: screen.contents(), raw: output.raw.clone() }
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        // Only a test that fails comes here with the program still running.
        if !self.has_ended && self.status.try_recv().is_err() {
            let _ = kill_process(self.pid, Signal::KILL);
        }
    }
}

fn is_plain(screen: &Screen) -> bool {
    !screen.alternate_screen()
        && !screen.hide_cursor()
        && !screen.bracketed_paste()
        && !screen.application_keypad()
        && !screen.application_cursor()
        && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
        && !screen.inverse()
        && !screen.bold()
}

fn modes(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios().expect("the terminal's modes"))
}

fn read(mut from: Box<dyn Read + Send>, seen: &Seen, stop: &AtomicBool) {
    let mut bytes = [0; 16 * 1024];
    while let Ok(n @ 1..) = from.read(&mut bytes) {
        if stop.load(Ordering::SeqCst) {
            return;
        }
        seen.change(|output| {
            output.parser.process(&bytes[..n]);
            output.raw.extend_from_slice(&bytes[..n]);
        });
    }
    seen.change(|output| output.ended = true);
}
