//! Reads a line that the terminal does not show, such as a token.
//! Not line by line as the terminal reads: a terminal cuts such a line after 4,096 characters, on some systems after
//! 1,024, and a token can be longer.

use std::io::{self, Read as _};

use secrecy::SecretString;

/// Maximum length of a line.
const MAX_BYTES: usize = 64 * 1024;

/// The terminal without echo; dropping it restores the terminal.
#[cfg(unix)]
#[derive(Debug)]
pub struct HiddenInput(rustix::termios::Termios);

#[cfg(unix)]
impl HiddenInput {
    /// Turns off the echo. Ctrl-c still works; Ctrl-z does not, because the shell would have no echo.
    pub fn start() -> io::Result<HiddenInput> {
        use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};
        let modes = tcgetattr(io::stdin())?;
        let mut hidden = modes.clone();
        hidden.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON);
        hidden.special_codes[SpecialCodeIndex::VMIN] = 1;
        hidden.special_codes[SpecialCodeIndex::VTIME] = 0;
        hidden.special_codes[SpecialCodeIndex::VSUSP] = 0;
        tcsetattr(io::stdin(), OptionalActions::Now, &hidden)?;
        Ok(HiddenInput(modes))
    }
}

#[cfg(unix)]
impl Drop for HiddenInput {
    fn drop(&mut self) {
        let _ = rustix::termios::tcsetattr(io::stdin(), rustix::termios::OptionalActions::Now, &self.0);
    }
}

/// The terminal of a system on which guestlist cannot hide what is typed.
#[cfg(not(unix))]
#[derive(Debug)]
pub struct HiddenInput(());

#[cfg(not(unix))]
impl HiddenInput {
    /// Fails: the typed text would be visible.
    pub fn start() -> io::Result<HiddenInput> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// Reads one line from standard input while the echo is off. Blocks. `None` if the input has ended.
pub fn read_hidden_line() -> io::Result<Option<SecretString>> {
    read_line(io::stdin().lock().bytes())
}

fn read_line(bytes: impl Iterator<Item = io::Result<u8>>) -> io::Result<Option<SecretString>> {
    const BACKSPACE: u8 = 0x08;
    const DELETE: u8 = 0x7f;
    const CTRL_U: u8 = 0x15;
    const CTRL_D: u8 = 0x04;
    let mut line = Vec::new();
    for byte in bytes {
        match byte? {
            b'\n' | b'\r' => {
                let text = String::from_utf8_lossy(&line).into_owned();
                return Ok(Some(SecretString::from(text)));
            }
            CTRL_D if line.is_empty() => return Ok(None),
            BACKSPACE | DELETE => drop(line.pop()),
            CTRL_U => line.clear(),
            byte if line.len() < MAX_BYTES => line.push(byte),
            _ => return Err(io::Error::other("the line is too long")),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn hidden_line_can_be_corrected_and_may_be_long() {
        let read = |typed: &str| {
            let line = read_line(typed.bytes().map(Ok)).expect("a line");
            line.map(|line| line.expose_secret().to_owned())
        };
        assert_eq!(read("abd\u{7f}c\nnext").as_deref(), Some("abc"));
        assert_eq!(read("old\u{15}new\r").as_deref(), Some("new"));
        assert_eq!(read("\u{4}"), None);
        let long = "x".repeat(20_000);
        assert_eq!(read(&format!("{long}\n")), Some(long));
        assert!(read_line("x".repeat(MAX_BYTES + 1).bytes().map(Ok)).is_err());
    }
}
