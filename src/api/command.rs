//! A program of the person's that prints a token or a secret. It is run without a shell and without our terminal, with
//! nothing to read, within a time, and without our tokens and secrets in its environment. Nothing that it prints is ever
//! shown, on neither side: what programs say when they fail can hold a secret.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use process_wrap::tokio::{ChildWrapper, CommandWrap};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::Command;

use super::token::{Road, TokenError};
use crate::domain::access::SECRET_VARIABLES;
use crate::domain::text::{plural, visible};

/// Most bytes of what it prints.
const PRINTED_BYTES: usize = 64 * 1024;
/// So long we still read after its end: a program that it started can keep the pipe open for ever.
const REST: Duration = Duration::from_millis(200);

/// Runs it to its end; what it printed. `name` is the entry in which it stands.
pub(super) async fn run(name: &str, words: &[String], road: &Road) -> Result<Vec<u8>, TokenError> {
    let [program, arguments @ ..] = words else {
        return Err(TokenError::new(format!("{name} names no program"), "Correct it in config.toml."));
    };
    let mut child = start(program, arguments, &road.hidden).map_err(|error| {
        let why = format!("{name} could not be started: {} ({error})", visible(program));
        TokenError::new(why, "Correct it in config.toml, or install the program.")
    })?;
    let Ok(ended) = tokio::time::timeout(road.command_patience, to_its_end(child.as_mut())).await else {
        // With everything that it started; that it has ended already is as good.
        let _ = child.start_kill();
        let seconds = usize::try_from(road.command_patience.as_secs()).unwrap_or(usize::MAX);
        let why = format!("{name} did not end within {}", plural(seconds, "second"));
        return Err(TokenError::new(why, "Run it by hand to see what it waits for, or set command_timeout."));
    };
    match ended {
        Ok((status, printed)) if status.success() => Ok(printed),
        Ok((status, _)) => {
            let next =
                format!("Run the program of {name} in a shell to see its error output, and try again.");
            Err(TokenError::new(format!("{name} failed ({status})"), next))
        }
        Err(error) => Err(TokenError::new(format!("{name} could not be followed ({error})"), "Try again.")),
    }
}

fn start(program: &str, arguments: &[String], hidden: &[String]) -> std::io::Result<Box<dyn ChildWrapper>> {
    let mut command = Command::new(program);
    command.args(arguments).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    for variable in SECRET_VARIABLES.into_iter().chain(hidden.iter().map(String::as_str)) {
        command.env_remove(variable);
    }
    let mut command = CommandWrap::from(command);
    // In a session of its own it has no terminal to ask on, and none to read what is typed into the console.
    #[cfg(unix)]
    command.wrap(process_wrap::tokio::ProcessSession);
    command.spawn()
}

/// Waits for the program itself, not for what it leaves running, and reads what it printed until then.
async fn to_its_end(child: &mut dyn ChildWrapper) -> std::io::Result<(ExitStatus, Vec<u8>)> {
    let out = child.stdout().take();
    let mut printed = Vec::new();
    let status = {
        let reading = read(out, &mut printed);
        tokio::pin!(reading);
        let mut is_read = false;
        let status = loop {
            tokio::select! {
                status = child.inner_mut().wait() => break status?,
                () = &mut reading, if !is_read => is_read = true,
            }
        };
        if !is_read {
            let _ = tokio::time::timeout(REST, reading).await;
        }
        status
    };
    Ok((status, printed))
}

/// Reads to the end, or as much as a token can have. What was read stays when it is cancelled.
async fn read(from: Option<impl AsyncRead + Unpin>, into: &mut Vec<u8>) {
    let Some(mut from) = from else { return };
    while into.len() < PRINTED_BYTES && from.read_buf(into).await.is_ok_and(|bytes| bytes > 0) {}
}
