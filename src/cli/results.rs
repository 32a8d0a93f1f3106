//! The only writer of standard output.
//! A closed pipe ends the command silently; any other write error fails the command, and the error says
//! whether changes were made.

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::exit_code::{CliError, OK};

/// First write error. Nothing is written after it.
static WRITE_ERROR: OnceLock<io::Error> = OnceLock::new();

/// Sentence about the changes made, for the error about lost results.
static CHANGE_SUMMARY: Mutex<Option<&'static str>> = Mutex::new(None);

/// Unbuffered standard output that records write errors.
#[derive(Debug)]
pub(super) struct Results;

impl Write for Results {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(failure) = WRITE_ERROR.get() {
            return Err(failure.kind().into());
        }
        match write_raw(bytes) {
            Err(error) if error.kind() != ErrorKind::Interrupted => {
                let kind = error.kind();
                let _ = WRITE_ERROR.set(error);
                Err(kind.into())
            }
            written => written,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes to the file descriptor, because [`io::stdout`] ignores the errors of a closed standard
/// output.
#[cfg(unix)]
fn write_raw(bytes: &[u8]) -> io::Result<usize> {
    use std::os::fd::AsFd as _;
    static OUTPUT: OnceLock<File> = OnceLock::new();
    let mut output = match OUTPUT.get() {
        Some(output) => output,
        None => {
            let descriptor = io::stdout().as_fd().try_clone_to_owned()?;
            OUTPUT.get_or_init(|| File::from(descriptor))
        }
    };
    output.write(bytes)
}

#[cfg(not(unix))]
fn write_raw(bytes: &[u8]) -> io::Result<usize> {
    let mut output = io::stdout().lock();
    let written = output.write(bytes)?;
    output.flush()?;
    Ok(written)
}

/// Writes a line. Errors are checked at the end.
pub(super) fn print_line(text: &str) {
    let _ = Results.write_all(format!("{text}\n").as_bytes());
}

/// Records what the command has changed: "The plan was discarded."
pub(super) fn record_change(sentence: &'static str) {
    *CHANGE_SUMMARY.lock().unwrap_or_else(PoisonError::into_inner) = Some(sentence);
}

/// Returns the exit code of a command that has written its results. Fails only on a formatting error.
/// Write errors are checked at the end of every command.
pub(super) fn finish(result: io::Result<()>, code: u8) -> Result<u8, CliError> {
    match result {
        Err(error) if WRITE_ERROR.get().is_none() => Err(lost_results_error(Ok(code), &error)),
        _ => Ok(code),
    }
}

/// Returns the final result of a command: never success if results were lost.
pub(super) fn check_write_errors(result: Result<u8, CliError>) -> Result<u8, CliError> {
    match WRITE_ERROR.get().filter(|failure| failure.kind() != ErrorKind::BrokenPipe) {
        None => result,
        Some(failure) => Err(lost_results_error(result, failure)),
    }
}

fn lost_results_error(result: Result<u8, CliError>, failure: &io::Error) -> CliError {
    let change = *CHANGE_SUMMARY.lock().unwrap_or_else(PoisonError::into_inner);
    let hint = match change {
        Some(change) => format!("{change} Do not run the command again for its results."),
        None if failure.kind() == ErrorKind::StorageFull => {
            "Free some space or write them elsewhere, then run the command again.".to_owned()
        }
        // The program itself makes no errors of this kind except for --jq and --template.
        None if failure.kind() == ErrorKind::Other => {
            "Correct the expression, then run the command again.".to_owned()
        }
        None => "Write them elsewhere, then run the command again.".to_owned(),
    };
    let sentence = format!("Could not write the results: {failure}. {hint}");
    match result {
        Ok(OK) => CliError::failed(sentence),
        Ok(code) => CliError::new(code, sentence),
        Err(CliError { code, message }) if message.is_empty() => CliError::new(code, sentence),
        Err(CliError { code, message }) => CliError::new(code, format!("{message}\n{sentence}")),
    }
}
