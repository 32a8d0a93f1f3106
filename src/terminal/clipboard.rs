//! Copying through the terminal: a sequence (OSC 52) that asks it to put a text into its clipboard. It works over
//! ssh, and nothing ever answers, so that nobody can know whether the terminal did. What is copied, and whether it
//! is short enough, is not decided here.

use std::io::{self, Write};

use crossterm::Command;
use crossterm::clipboard::CopyToClipboard;

/// What stands between us and the terminal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Clipboard {
    /// Nothing that we know of.
    #[default]
    Direct,
    /// tmux, which takes the sequence itself where `set-clipboard` is `on`, and hands on what is wrapped for it
    /// where `allow-passthrough` is. It ignores what is not allowed, so it gets both.
    Tmux,
}

impl Clipboard {
    /// Sends a text to the terminal's clipboard.
    ///
    /// # Errors
    ///
    /// The terminal cannot be written to.
    pub fn send(self, text: &str, to: &mut impl Write) -> io::Result<()> {
        to.write_all(self.sequence(text)?.as_bytes())?;
        to.flush()
    }

    fn sequence(self, text: &str) -> io::Result<String> {
        let mut sequence = String::new();
        CopyToClipboard::to_clipboard_from(text).write_ansi(&mut sequence).map_err(io::Error::other)?;
        if self == Clipboard::Tmux {
            let wrapped = sequence.replace('\u{1b}', "\u{1b}\u{1b}");
            sequence.push_str(&format!("\u{1b}Ptmux;{wrapped}\u{1b}\\"));
        }
        Ok(sequence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_the_text_in_base64() {
        let mut sent = Vec::new();
        Clipboard::Direct.send("jané\u{1b}", &mut sent).expect("sent");
        assert_eq!(sent, b"\x1b]52;c;amFuw6kb\x1b\\");
    }

    #[test]
    fn tmux_gets_it_for_itself_and_wrapped_for_the_terminal_around_it() {
        let sequence = Clipboard::Tmux.sequence("a").expect("a sequence");
        let plain = "\u{1b}]52;c;YQ==\u{1b}\\";
        let wrapped = "\u{1b}Ptmux;\u{1b}\u{1b}]52;c;YQ==\u{1b}\u{1b}\\\u{1b}\\";
        assert_eq!(sequence, format!("{plain}{wrapped}"));
    }
}
