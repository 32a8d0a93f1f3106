//! Runs a user's program that prints a token or a secret.
//! It runs with a timeout, without a shell, a terminal or standard input, and without guestlist's tokens and
//! secrets in its environment. Its output is never shown, because error messages can hold a secret.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use process_wrap::tokio::{ChildWrapper, CommandWrap};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::Command;

use super::token::{TokenContext, TokenError};
use crate::domain::profile_settings::SECRET_VARIABLES;
use crate::domain::text::{format_plural, sanitize};

/// Maximum number of bytes read from the program's output.
const MAX_OUTPUT_BYTES: usize = 64 * 1024;
/// Time to keep reading after the program has exited: a child process can keep the pipe open forever.
const DRAIN_TIMEOUT: Duration = Duration::from_millis(200);

/// Runs the program to its end and returns its output.
/// `name` is the setting that contains the command line.
pub(super) async fn run(
    name: &str,
    command_line: &[String],
    context: &TokenContext,
) -> Result<Vec<u8>, TokenError> {
    let [program, arguments @ ..] = command_line else {
        return Err(TokenError::new(format!("{name} is empty"), "Fix it in config.toml."));
    };
    let mut child = spawn(program, arguments, &context.settings.hidden_variables).map_err(|error| {
        let cause = format!("cannot start the program of {name}: {} ({error})", sanitize(program));
        TokenError::new(cause, "Fix it in config.toml, or install the program.")
    })?;
    let timeout = context.settings.command_timeout;
    let Ok(result) = tokio::time::timeout(timeout, wait_and_read(child.as_mut())).await else {
        // Kills its child processes too; an error means that it has already exited.
        let _ = child.start_kill();
        let seconds = usize::try_from(timeout.as_secs()).unwrap_or(usize::MAX);
        let cause = format!("{name} timed out after {}", format_plural(seconds, "second"));
        return Err(TokenError::new(
            cause,
            "Run it manually to see what it waits for, or increase command_timeout.",
        ));
    };
    match result {
        Ok((status, output)) if status.success() => Ok(output),
        Ok((status, _)) => {
            let hint =
                format!("Run the program of {name} in a shell to see its error output, and try again.");
            Err(TokenError::new(format!("{name} failed ({status})"), hint))
        }
        Err(error) => {
            Err(TokenError::new(format!("cannot read the output of {name} ({error})"), "Try again."))
        }
    }
}

fn spawn(program: &str, arguments: &[String], hidden: &[String]) -> std::io::Result<Box<dyn ChildWrapper>> {
    let mut command = Command::new(program);
    command.args(arguments).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    for variable in SECRET_VARIABLES.into_iter().chain(hidden.iter().map(String::as_str)) {
        command.env_remove(variable);
    }
    let mut command = CommandWrap::from(command);
    // A separate session has no terminal to prompt on, and cannot read what the user types into the console.
    #[cfg(unix)]
    command.wrap(process_wrap::tokio::ProcessSession);
    command.spawn()
}

/// Waits for the program itself, not for processes it leaves running, and reads its output until then.
async fn wait_and_read(child: &mut dyn ChildWrapper) -> std::io::Result<(ExitStatus, Vec<u8>)> {
    let out = child.stdout().take();
    let mut output = Vec::new();
    let status = {
        let reading = read_limited(out, &mut output);
        tokio::pin!(reading);
        let mut is_read = false;
        let status = loop {
            tokio::select! {
                status = child.inner_mut().wait() => break status?,
                () = &mut reading, if !is_read => is_read = true,
            }
        };
        if !is_read {
            let _ = tokio::time::timeout(DRAIN_TIMEOUT, reading).await;
        }
        status
    };
    Ok((status, output))
}

/// Reads to the end, or up to the maximum size. If canceled, `buffer` contains the bytes read so far.
async fn read_limited(reader: Option<impl AsyncRead + Unpin>, buffer: &mut Vec<u8>) {
    let Some(mut reader) = reader else { return };
    while buffer.len() < MAX_OUTPUT_BYTES && reader.read_buf(buffer).await.is_ok_and(|bytes| bytes > 0) {}
}
