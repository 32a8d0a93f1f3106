//! A program of the person's that prints a token or a secret. It is run without a shell, with nothing to read, within
//! a time, and without our tokens and secrets in its environment. What it prints is never shown, only what it says on
//! standard error when it fails.

use std::process::Stdio;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::Command;

use super::renewing::Road;
use super::token::TokenError;
use crate::domain::access::SECRET_VARIABLES;
use crate::domain::text::{fit, plural, visible};

/// Most bytes of what it prints, on each side.
const PRINTED_BYTES: u64 = 64 * 1024;

/// Runs it to its end; what it printed. `name` is the entry in which it stands.
pub(super) async fn run(name: &str, words: &[String], road: &Road) -> Result<Vec<u8>, TokenError> {
    let [program, arguments @ ..] = words else {
        return Err(TokenError::new(format!("{name} names no program"), "Mend it in config.toml."));
    };
    let mut command = Command::new(program);
    command.args(arguments).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for variable in SECRET_VARIABLES.into_iter().chain(road.hidden.iter().map(String::as_str)) {
        command.env_remove(variable);
    }
    let mut child = command.spawn().map_err(|error| {
        let why = format!("{name} could not be started: {} ({error})", visible(program));
        TokenError::new(why, "Mend it in config.toml, or install the program.")
    })?;
    let (out, err) = (read(child.stdout.take()), read(child.stderr.take()));
    let ended = async { tokio::join!(child.wait(), out, err) };
    let Ok((status, out, err)) = tokio::time::timeout(road.command_patience, ended).await else {
        let seconds = usize::try_from(road.command_patience.as_secs()).unwrap_or(usize::MAX);
        let why = format!("{name} did not end within {}", plural(seconds, "second"));
        return Err(TokenError::new(why, "Run it by hand to see what it waits for, or set command_seconds."));
    };
    match status {
        Ok(status) if status.success() => Ok(out),
        Ok(status) => {
            let said = said(&err, &out);
            let said =
                if said.is_empty() { "it said nothing".to_owned() } else { format!("it said: {said}") };
            let why = format!("{name} failed ({status}); {said}");
            Err(TokenError::new(why, "Run it by hand, mend what it says, and try again."))
        }
        Err(error) => Err(TokenError::new(format!("{name} could not be followed ({error})"), "Try again.")),
    }
}

async fn read(from: Option<impl AsyncRead + Unpin>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(from) = from {
        // What could be read is what it printed.
        let _ = from.take(PRINTED_BYTES).read_to_end(&mut bytes).await;
    }
    bytes
}

/// What it said on standard error, made visible and cut, without anything that it printed or that looks like a token.
fn said(err: &[u8], out: &[u8]) -> String {
    let (err, out) = (String::from_utf8_lossy(err), String::from_utf8_lossy(out));
    let printed: Vec<&str> = out.split_whitespace().filter(|word| word.len() >= 8).collect();
    let word = |word: &str| {
        let secret = word.contains("eyJ") || printed.iter().any(|printed| word.contains(printed));
        if secret { "<hidden>".to_owned() } else { word.to_owned() }
    };
    let words: Vec<String> = err.split_whitespace().map(word).collect();
    fit(&words.join(" "), 200)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_says_is_cut_made_visible_and_without_tokens() {
        let said = said(b"gpg: \x1b[31mno key\nfor secret-token-1 eyJhbGciOi.x.y", b"secret-token-1\n");
        assert_eq!(said, "gpg: ␛[31mno key for <hidden> <hidden>");
        assert!(super::said(&[b'x'; 5_000], b"").chars().count() <= 200);
    }
}
