//! Terminal input as plain types, so the state machine depends on no terminal library.
//!
//! Also parses the key names of the key table and of tests: `ctrl-s`, `G`, `space`, `pgdn`.

use std::fmt;
use std::str::FromStr;

/// Event from the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key was pressed or is held down.
    Key(Key),
    /// Text was pasted. It is not escaped.
    Paste(String),
    /// The window size changed.
    Resize {
        /// Columns.
        width: u16,
        /// Rows.
        height: u16,
    },
    /// The mouse wheel was turned; only if mouse support is on.
    Scroll {
        /// True if turned down.
        down: bool,
    },
    /// The left mouse button was pressed; only if mouse support is on.
    Click {
        /// Column, from 0.
        column: u16,
        /// Row, from 0.
        row: u16,
    },
}

/// Signal from the operating system, a shell or another program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// INT from another process; in the console Ctrl-c arrives as a key.
    Interrupt,
    /// TERM: exit immediately.
    Terminate,
    /// HUP: the terminal was closed.
    Hangup,
    /// Another signal that ends programs, such as QUIT or USR1: exit immediately.
    Fatal {
        /// Signal number.
        number: u8,
    },
    /// TSTP: restore the terminal and stop until CONT.
    Suspend,
    /// CONT: guestlist owns the terminal again, in an unknown state.
    Resume,
}

impl Signal {
    /// True if the program ends because of this signal.
    pub fn is_terminating(self) -> bool {
        !matches!(self, Signal::Suspend | Signal::Resume)
    }
}

/// Key with its modifiers. For characters, Shift is part of the character: `G`, not shift-g.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// The key.
    pub code: KeyCode,
    /// True if Ctrl is pressed.
    pub ctrl: bool,
    /// True if Alt is pressed.
    pub alt: bool,
}

/// Key without its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "they are the names of keys")]
pub enum KeyCode {
    Char(char),
    Enter,
    Esc,
    Tab,
    BackTab,
    Backspace,
    Delete,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    F(u8),
}

const NAMED: &[(&str, KeyCode)] = &[
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("backtab", KeyCode::BackTab),
    ("backspace", KeyCode::Backspace),
    ("del", KeyCode::Delete),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pgup", KeyCode::PageUp),
    ("pgdn", KeyCode::PageDown),
    ("space", KeyCode::Char(' ')),
];

impl From<KeyCode> for Key {
    fn from(code: KeyCode) -> Key {
        Key { code, ctrl: false, alt: false }
    }
}

impl FromStr for Key {
    type Err = String;

    fn from_str(text: &str) -> Result<Key, String> {
        let (ctrl, rest) = strip_modifier(text, "ctrl-");
        let (alt, rest) = strip_modifier(rest, "alt-");
        let named = NAMED.iter().find(|(name, _)| *name == rest).map(|(_, code)| *code);
        let mut chars = rest.chars();
        let code = match (named, chars.next(), chars.as_str()) {
            (Some(code), _, _) => code,
            (None, Some(c), "") if !c.is_control() => KeyCode::Char(c),
            (None, Some('f'), number) => {
                let number = number.parse().ok().filter(|n| (1..=12).contains(n));
                KeyCode::F(number.ok_or_else(|| format!("{text:?} is not a key"))?)
            }
            _ => return Err(format!("{text:?} is not a key")),
        };
        Ok(Key { code, ctrl, alt })
    }
}

fn strip_modifier<'a>(text: &'a str, prefix: &str) -> (bool, &'a str) {
    match text.strip_prefix(prefix) {
        Some(rest) if !rest.is_empty() => (true, rest),
        _ => (false, text),
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            f.write_str("ctrl-")?;
        }
        if self.alt {
            f.write_str("alt-")?;
        }
        match NAMED.iter().find(|(_, code)| *code == self.code) {
            Some((name, _)) => f.write_str(name),
            None => match self.code {
                KeyCode::Char(c) => write!(f, "{c}"),
                KeyCode::F(n) => write!(f, "f{n}"),
                _ => Ok(()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_parsed_from_their_names() {
        for text in [
            "a", "G", "-", "ctrl-s", "ctrl--", "alt-x", "space", "pgdn", "f1", "f12", "f", "?", "é",
            "backtab",
        ] {
            assert_eq!(text.parse::<Key>().expect(text).to_string(), text);
        }
    }

    #[test]
    fn invalid_key_names_are_rejected() {
        for text in ["", "ab", "f13", "f0", "ctrl-", "\u{1b}", "Enter"] {
            assert!(text.parse::<Key>().is_err(), "{text:?}");
        }
    }
}
