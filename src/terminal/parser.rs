//! Parses the bytes of the terminal into events.
//! Responses of the terminal (device attributes, colors, clipboard, names) are skipped completely, even if
//! they arrive in pieces. They never become keys. crossterm's parser is not used on Unix: it turns the rest
//! of unknown sequences into keys and hides the bytes.

use std::time::Duration;

use crossterm::event::{
    Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

/// Time without further bytes after which Esc is the Esc key. Users do not notice this delay.
const ESC_WAIT: Duration = Duration::from_millis(20);
/// Time in which the rest of a sequence may still arrive after Esc was reported as a key.
const LATE_WAIT: Duration = Duration::from_millis(300);
/// Time without further bytes after which the two bytes of a sequence start are a key with Alt.
const START_WAIT: Duration = Duration::from_millis(100);
/// Time without further bytes after which an incomplete sequence or response is dropped.
const REST_WAIT: Duration = Duration::from_secs(2);
/// Time without further bytes after which a paste is stalled; a control key then ends the paste.
const PASTE_WAIT: Duration = Duration::from_millis(200);
/// CSI sequences of this length or longer are ignored.
const MAX_CSI_BYTES: usize = 256;
const PASTE_END: &[u8] = b"\x1b[201~";
/// Modifiers that no action uses.
const FOREIGN_MODIFIERS: KeyModifiers =
    KeyModifiers::SUPER.union(KeyModifiers::HYPER).union(KeyModifiers::META);

/// State of the parser.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Ground,
    /// Inside a character of several bytes.
    Utf8 { missing: usize, alt: bool },
    /// After Esc.
    Escape,
    /// After an Esc that was reported as a key. If the rest of a sequence follows, it is skipped.
    LateEscape,
    /// After `Esc [`.
    Csi,
    /// After `Esc O`.
    Ss3,
    /// After `Esc [ [`, which starts F1 to F5 on the Linux console.
    LinuxKey,
    /// Inside a mouse report in the oldest format, which has three bytes.
    OldMouse { missing: usize },
    /// Inside a response that begins with Esc and this byte, and ends with BEL or `Esc \`.
    Reply { start: u8, after_escape: bool },
    /// Inside pasted text; stalled if no byte has come for a while.
    Paste { is_stalled: bool },
}

/// Parses the bytes of the terminal, in pieces of any size.
#[derive(Debug, Default)]
pub struct EventParser {
    state: State,
    /// Bytes of the current sequence, character or paste.
    bytes: Vec<u8>,
}

impl EventParser {
    /// Parses bytes, and appends completed events to `events`.
    pub fn feed(&mut self, bytes: &[u8], events: &mut Vec<Event>) {
        if self.state == (State::Paste { is_stalled: true }) && is_lone_control_key(bytes) {
            self.end_paste(events);
        }
        if self.state == State::LateEscape {
            self.reset(if is_rest_of_sequence(bytes) { State::Escape } else { State::Ground });
        }
        for byte in bytes {
            self.on_byte(*byte, events);
        }
    }

    /// Returns the time to wait for more bytes before calling [`EventParser::on_timeout`].
    /// `None` if no sequence is incomplete.
    pub fn timeout(&self) -> Option<Duration> {
        match self.state {
            State::Ground | State::Paste { is_stalled: true } => None,
            State::Paste { is_stalled: false } => Some(PASTE_WAIT),
            State::Escape => Some(ESC_WAIT),
            State::LateEscape => Some(LATE_WAIT),
            State::Ss3 => Some(START_WAIT),
            State::Csi | State::Reply { .. } if self.bytes.is_empty() => Some(START_WAIT),
            _ => Some(REST_WAIT),
        }
    }

    /// Handles an incomplete sequence after the timeout: its bytes are a key, or are dropped.
    pub fn on_timeout(&mut self, events: &mut Vec<Event>) {
        match self.state {
            State::Ground => return,
            State::Paste { .. } => return self.state = State::Paste { is_stalled: true },
            State::Escape => {
                events.push(key_event(KeyCode::Esc, KeyModifiers::NONE));
                return self.reset(State::LateEscape);
            }
            State::Ss3 => events.push(char_event('O', KeyModifiers::ALT)),
            State::Csi if self.bytes.is_empty() => events.push(char_event('[', KeyModifiers::ALT)),
            State::Reply { start, .. } if self.bytes.is_empty() => {
                events.push(char_event(char::from(start), KeyModifiers::ALT));
            }
            _ => {}
        }
        self.reset(State::Ground);
    }

    fn reset(&mut self, state: State) {
        self.state = state;
        self.bytes.clear();
    }

    fn on_byte(&mut self, byte: u8, events: &mut Vec<Event>) {
        match self.state {
            State::Ground | State::LateEscape => self.on_ground_byte(byte, false, events),
            State::Utf8 { missing, alt } => self.on_utf8_byte(byte, missing, alt, events),
            State::Escape => self.on_escape_byte(byte, events),
            State::Csi => self.on_csi_byte(byte, events),
            // Sequences contain no control characters: this is a key, and the end of the sequence is missing.
            State::Ss3 | State::LinuxKey | State::OldMouse { .. } if byte < 0x20 => {
                self.on_ground_byte(byte, false, events);
            }
            State::Ss3 => {
                self.reset(State::Ground);
                events.extend(letter_key(byte).map(|code| key_event(code, KeyModifiers::NONE)));
            }
            State::LinuxKey => {
                self.reset(State::Ground);
                if let b'A'..=b'E' = byte {
                    events.push(key_event(KeyCode::F(1 + byte - b'A'), KeyModifiers::NONE));
                }
            }
            State::OldMouse { missing: 1 } => self.reset(State::Ground),
            State::OldMouse { missing } => self.state = State::OldMouse { missing: missing - 1 },
            State::Reply { start, after_escape } => self.on_reply_byte(byte, start, after_escape, events),
            State::Paste { .. } => {
                self.state = State::Paste { is_stalled: false };
                self.bytes.push(byte);
                if self.bytes.ends_with(PASTE_END) {
                    self.bytes.truncate(self.bytes.len() - PASTE_END.len());
                    self.end_paste(events);
                }
            }
        }
    }

    fn end_paste(&mut self, events: &mut Vec<Event>) {
        events.push(Event::Paste(String::from_utf8_lossy(&self.bytes).into_owned()));
        self.reset(State::Ground);
    }

    fn on_ground_byte(&mut self, byte: u8, alt: bool, events: &mut Vec<Event>) {
        let with = if alt { KeyModifiers::ALT } else { KeyModifiers::NONE };
        let missing = match byte {
            0x1b => return self.reset(State::Escape),
            0xc2..=0xdf => 1,
            0xe0..=0xef => 2,
            0xf0..=0xf4 => 3,
            // No character begins with this byte.
            0x80..=0xff => return self.reset(State::Ground),
            _ => {
                self.reset(State::Ground);
                return events.push(ascii_event(byte, with));
            }
        };
        self.reset(State::Utf8 { missing, alt });
        self.bytes.push(byte);
    }

    fn on_utf8_byte(&mut self, byte: u8, missing: usize, alt: bool, events: &mut Vec<Event>) {
        if !(0x80..=0xbf).contains(&byte) {
            return self.on_ground_byte(byte, false, events);
        }
        self.bytes.push(byte);
        if missing > 1 {
            self.state = State::Utf8 { missing: missing - 1, alt };
            return;
        }
        let c = std::str::from_utf8(&self.bytes).ok().and_then(|text| text.chars().next());
        let with = if alt { KeyModifiers::ALT } else { KeyModifiers::NONE };
        events.extend(c.map(|c| char_event(c, with)));
        self.reset(State::Ground);
    }

    fn on_escape_byte(&mut self, byte: u8, events: &mut Vec<Event>) {
        match byte {
            0x1b => events.push(key_event(KeyCode::Esc, KeyModifiers::NONE)),
            b'[' => self.reset(State::Csi),
            b'O' => self.reset(State::Ss3),
            // OSC, DCS, APC, PM, SOS.
            b']' | b'P' | b'_' | b'^' | b'X' => {
                self.reset(State::Reply { start: byte, after_escape: false });
            }
            // The end of a response; another program has read its beginning.
            b'\\' => self.reset(State::Ground),
            _ => self.on_ground_byte(byte, true, events),
        }
    }

    fn on_reply_byte(&mut self, byte: u8, start: u8, after_escape: bool, events: &mut Vec<Event>) {
        match (byte, after_escape) {
            (0x07, _) | (b'\\', true) => self.reset(State::Ground),
            (0x1b, _) => self.state = State::Reply { start, after_escape: true },
            (_, true) => self.on_escape_byte(byte, events),
            // Responses contain no control characters: this is a key, and the end of the response is missing.
            (0x00..=0x1f | 0x7f, false) => self.on_ground_byte(byte, false, events),
            // One stored byte is enough to know that the response is not empty.
            (_, false) if self.bytes.is_empty() => self.bytes.push(byte),
            (_, false) => {}
        }
    }

    fn on_csi_byte(&mut self, byte: u8, events: &mut Vec<Event>) {
        match byte {
            b'[' if self.bytes.is_empty() => self.reset(State::LinuxKey),
            b'M' if self.bytes.is_empty() => self.reset(State::OldMouse { missing: 3 }),
            0x20..=0x3f if self.bytes.len() < MAX_CSI_BYTES => self.bytes.push(byte),
            0x20..=0x3f => {}
            0x40..=0x7e => {
                let parameters = std::mem::take(&mut self.bytes);
                let is_paste = parameters == b"200" && byte == b'~';
                self.reset(if is_paste { State::Paste { is_stalled: false } } else { State::Ground });
                if parameters.len() < MAX_CSI_BYTES {
                    events.extend(parse_sequence(&parameters, byte));
                }
            }
            // A key such as Esc in the middle of an incomplete sequence.
            _ => self.on_ground_byte(byte, false, events),
        }
    }
}

/// Returns true if the bytes of one read continue an escape sequence and were not typed.
fn is_rest_of_sequence(bytes: &[u8]) -> bool {
    match bytes {
        [b'[', next, ..] => matches!(next, b'0'..=b'9' | b'<'..=b'?' | b'A'..=b'D' | b'I' | b'O'),
        [b']', next, ..] => next.is_ascii_digit(),
        [b'P', next, ..] => matches!(next, b'0' | b'1' | b'>' | b'!'),
        [b'_', next, ..] => *next == b'G',
        _ => false,
    }
}

/// Returns true if a read has one byte, a control character other than line end and tab.
fn is_lone_control_key(bytes: &[u8]) -> bool {
    matches!(bytes, [0x00..=0x08 | 0x0b | 0x0c | 0x0e..=0x1f])
}

fn key_event(code: KeyCode, with: KeyModifiers) -> Event {
    Event::Key(KeyEvent::new(code, with))
}

fn char_event(c: char, with: KeyModifiers) -> Event {
    let shift = if c.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
    key_event(KeyCode::Char(c), with | shift)
}

/// Returns the key of a single byte.
fn ascii_event(byte: u8, with: KeyModifiers) -> Event {
    let ctrl = |c: u8| key_event(KeyCode::Char(char::from(c)), with | KeyModifiers::CONTROL);
    match byte {
        0x00 => ctrl(b' '),
        // Some terminals send this byte for Backspace.
        0x08 | 0x7f => key_event(KeyCode::Backspace, with),
        b'\t' => key_event(KeyCode::Tab, with),
        b'\r' => key_event(KeyCode::Enter, with),
        0x01..=0x1a => ctrl(byte - 1 + b'a'),
        0x1c..=0x1f => ctrl(byte - 0x1c + b'4'),
        _ => char_event(char::from(byte), with),
    }
}

/// Returns the key of a sequence that is identified by its last letter.
fn letter_key(letter: u8) -> Option<KeyCode> {
    Some(match letter {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'F' => KeyCode::End,
        b'H' => KeyCode::Home,
        b'M' => KeyCode::Enter,
        b'P'..=b'S' => KeyCode::F(1 + letter - b'P'),
        _ => return None,
    })
}

/// Returns the key of a numbered sequence that ends with `~`.
fn numbered_key(number: u32) -> Option<KeyCode> {
    Some(match number {
        1 | 7 => KeyCode::Home,
        2 => KeyCode::Insert,
        3 => KeyCode::Delete,
        4 | 8 => KeyCode::End,
        5 => KeyCode::PageUp,
        6 => KeyCode::PageDown,
        11..=15 => KeyCode::F(number as u8 - 10),
        17..=21 => KeyCode::F(number as u8 - 11),
        23 | 24 => KeyCode::F(number as u8 - 12),
        _ => return None,
    })
}

/// Returns the event of a complete sequence; `None` for a response or an unknown sequence.
fn parse_sequence(parameters: &[u8], end: u8) -> Option<Event> {
    let text = std::str::from_utf8(parameters).ok()?;
    if let Some(report) = text.strip_prefix('<') {
        return parse_mouse(report, end);
    }
    // Responses begin with `?`, `>` or `=`, or have an intermediate byte such as `$` before the end.
    if text.contains(|c: char| !(c.is_ascii_digit() || c == ';' || c == ':')) {
        return None;
    }
    let parts: Vec<&str> = text.split(';').collect();
    let number = |at: usize| -> Option<u32> { parts.get(at)?.split(':').next()?.parse().ok() };
    let (with, kind) = parse_modifiers(parts.get(1).copied().unwrap_or_default());
    let pressed = |code| Some(Event::Key(KeyEvent::new_with_kind(code, with, kind)));
    match end {
        b'I' => Some(Event::FocusGained),
        b'O' => Some(Event::FocusLost),
        b'Z' => Some(key_event(KeyCode::BackTab, KeyModifiers::SHIFT)),
        // A cursor position. Some terminals send the same for F3, which has no action.
        b'R' | b'M' => None,
        // Super-d must not act as `d`.
        b'u' | b'~' if with.intersects(FOREIGN_MODIFIERS) => None,
        b'u' => pressed(kitty_key(number(0)?)?),
        b'~' if number(0) == Some(27) => pressed(kitty_key(number(2)?)?),
        b'~' => pressed(numbered_key(number(0)?)?),
        letter if parts.len() <= 2 && matches!(number(0), None | Some(1)) => pressed(letter_key(letter)?),
        _ => None,
    }
}

/// Returns the modifiers of a key in a sequence, and the kind: pressed, repeated or released.
fn parse_modifiers(part: &str) -> (KeyModifiers, KeyEventKind) {
    let mut numbers = part.split(':').map(|number| number.parse::<u16>().unwrap_or(1));
    let mask = numbers.next().unwrap_or(1).saturating_sub(1);
    let named = [
        (1, KeyModifiers::SHIFT),
        (2, KeyModifiers::ALT),
        (4, KeyModifiers::CONTROL),
        (8 | 16 | 32, FOREIGN_MODIFIERS),
    ];
    let with = named.into_iter().filter(|(bit, _)| mask & bit != 0).map(|(_, name)| name);
    let kind = match numbers.next() {
        Some(2) => KeyEventKind::Repeat,
        Some(3) => KeyEventKind::Release,
        _ => KeyEventKind::Press,
    };
    (with.fold(KeyModifiers::NONE, |all, one| all | one), kind)
}

/// Returns the key for a number of the kitty keyboard protocol.
fn kitty_key(number: u32) -> Option<KeyCode> {
    Some(match number {
        9 => KeyCode::Tab,
        13 | 57414 => KeyCode::Enter,
        27 => KeyCode::Esc,
        8 | 127 => KeyCode::Backspace,
        // The keypad.
        57399..=57408 => KeyCode::Char(char::from(b'0' + (number - 57399) as u8)),
        57409 => KeyCode::Char('.'),
        57410 => KeyCode::Char('/'),
        57411 => KeyCode::Char('*'),
        57412 => KeyCode::Char('-'),
        57413 => KeyCode::Char('+'),
        57415 => KeyCode::Char('='),
        57417 => KeyCode::Left,
        57418 => KeyCode::Right,
        57419 => KeyCode::Up,
        57420 => KeyCode::Down,
        57421 => KeyCode::PageUp,
        57422 => KeyCode::PageDown,
        57423 => KeyCode::Home,
        57424 => KeyCode::End,
        57426 => KeyCode::Delete,
        // Other keys without a character.
        57344..=63743 => return None,
        _ => KeyCode::Char(char::from_u32(number).filter(|c| !c.is_control())?),
    })
}

/// Returns a mouse event with column and row; the report counts from 1.
fn parse_mouse(report: &str, end: u8) -> Option<Event> {
    let mut numbers = report.split(';').map(str::parse::<u16>);
    let mut next = || numbers.next()?.ok();
    let (button, column, row) = (next()?, next()?.checked_sub(1)?, next()?.checked_sub(1)?);
    let kind = match (button & 0b1110_0011, end) {
        (0, b'M') => MouseEventKind::Down(MouseButton::Left),
        (64, b'M') => MouseEventKind::ScrollUp,
        (65, b'M') => MouseEventKind::ScrollDown,
        _ => return None,
    };
    Some(Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }))
}

#[cfg(test)]
mod tests;
