//! Copies text through the terminal with the escape sequence OSC 52, which also works over ssh.
//! The terminal does not confirm a copy. The caller limits the length of the text.

use std::io;

use crossterm::Command;
use crossterm::clipboard::CopyToClipboard;

/// Multiplexer between guestlist and the terminal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Clipboard {
    /// No known multiplexer.
    #[default]
    Direct,
    /// tmux. With `set-clipboard on`, tmux handles OSC 52 itself.
    /// With `allow-passthrough`, tmux forwards a wrapped sequence. tmux ignores a sequence that is not
    /// allowed, so both are written.
    Tmux,
}

impl Clipboard {
    /// Returns the bytes that ask the terminal to copy a text.
    pub fn sequence(self, text: &str) -> io::Result<String> {
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
    fn terminal_receives_base64() {
        let sequence = Clipboard::Direct.sequence("jané\u{1b}").expect("a sequence");
        assert_eq!(sequence, "\x1b]52;c;amFuw6kb\x1b\\");
    }

    #[test]
    fn tmux_receives_plain_and_wrapped_sequences() {
        let sequence = Clipboard::Tmux.sequence("a").expect("a sequence");
        let plain = "\u{1b}]52;c;YQ==\u{1b}\\";
        let wrapped = "\u{1b}Ptmux;\u{1b}\u{1b}]52;c;YQ==\u{1b}\u{1b}\\\u{1b}\\";
        assert_eq!(sequence, format!("{plain}{wrapped}"));
    }
}
