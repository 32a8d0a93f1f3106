//! Exit codes of commands. `--help` and docs/cli.md list them.

use std::fmt;

use crate::domain::plan::{Progress, StepCounts};
use crate::domain::{Error, ErrorKind, Outcome};
use crate::keys::Signal;
use crate::terminal::PANIC_EXIT_CODE;

/// Everything requested is done.
pub const OK: u8 = 0;
/// Failed; no changes were made.
pub const FAILED: u8 = 1;
/// Wrong usage or configuration, or no terminal.
pub const USAGE: u8 = 2;
/// An ID or email was not found; no changes were made.
pub const NOT_FOUND: u8 = 3;
/// Not authenticated, or not allowed.
pub const NOT_ALLOWED: u8 = 4;
/// Partly done.
pub const PARTIAL: u8 = 5;
/// Outcome unknown: the change may have happened.
pub const UNKNOWN: u8 = 6;
/// Refused by guestlist; no changes were made.
pub const REFUSED: u8 = 7;
/// Other users had already invited all people; no email was sent.
pub const ALREADY_INVITED: u8 = 8;
/// `problems` found a severe problem.
pub const PROBLEMS: u8 = 9;
/// `wait` ended before the invite was in the expected state.
pub const TIMEOUT: u8 = 10;
/// Ended by the signal HUP.
pub const SIGHUP: u8 = 129;
/// Ended by the signal INT (Ctrl-c).
pub const SIGINT: u8 = 130;
/// Ended by the signal TERM.
pub const SIGTERM: u8 = 143;

/// Returns the stable name of an exit code, for JSON errors. docs/json.md lists the names.
pub(super) fn kind(code: u8) -> &'static str {
    match code {
        USAGE => "usage",
        NOT_FOUND => "not_found",
        NOT_ALLOWED => "not_allowed",
        PARTIAL => "partial",
        UNKNOWN => "unknown",
        REFUSED => "refused",
        ALREADY_INVITED => "already_invited",
        PROBLEMS => "problems",
        TIMEOUT => "timeout",
        PANIC_EXIT_CODE => "internal",
        128.. => "interrupted",
        _ => "failed",
    }
}

/// Error that ends a command: exit code and message.
#[derive(Debug)]
pub(super) struct CliError {
    pub(super) code: u8,
    /// Text for standard error; empty if the command has already printed it.
    pub(super) message: String,
}

impl CliError {
    pub(super) fn new(code: u8, message: impl Into<String>) -> CliError {
        CliError { code, message: message.into() }
    }

    /// Returns the error for a command that failed without changes.
    pub(super) fn failed(message: impl Into<String>) -> CliError {
        CliError::new(FAILED, message)
    }

    /// Returns the error for an ID or email that was not found.
    pub(super) fn not_found(message: impl Into<String>) -> CliError {
        CliError::new(NOT_FOUND, message)
    }

    /// Returns the error for wrong usage or configuration.
    pub(super) fn usage(message: impl Into<String>) -> CliError {
        CliError::new(USAGE, message)
    }

    /// Returns the error for a command that guestlist refuses.
    pub(super) fn refused(message: impl Into<String>) -> CliError {
        CliError::new(REFUSED, message)
    }
}

impl From<Error> for CliError {
    fn from(failure: Error) -> CliError {
        CliError::new(for_error(&failure), failure.to_string())
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// Returns the code of a command, or the console, that a signal ended.
pub(super) fn for_signal(signal: Signal) -> u8 {
    match signal {
        Signal::Interrupt => SIGINT,
        Signal::Hangup => SIGHUP,
        Signal::Fatal { number } => 128 + number,
        Signal::Terminate | Signal::Suspend | Signal::Resume => SIGTERM,
    }
}

/// Returns the code for a failed operation.
pub(super) fn for_error(failure: &Error) -> u8 {
    match failure.kind {
        ErrorKind::Token | ErrorKind::Status(401 | 403) => NOT_ALLOWED,
        ErrorKind::Refused => REFUSED,
        _ => FAILED,
    }
}

/// Returns the code for a plan that ran. An unknown outcome has precedence:
/// repeating the plan could send second emails.
pub(super) fn for_steps(steps: &[Progress], paused: Option<&Error>) -> u8 {
    let counts = StepCounts::from_progress(steps);
    let changed = |step: &Progress| step.created.is_some() || step.old_deleted;
    if counts.unknown > 0 {
        UNKNOWN
    } else if paused.is_some_and(|failure| for_error(failure) == NOT_ALLOWED) {
        NOT_ALLOWED
    } else if counts.failed + counts.not_sent + counts.already_invited == 0 {
        OK
    } else if counts.done > 0
        || steps.iter().any(|step| step.outcome == Some(Outcome::OldStillActive) || changed(step))
    {
        PARTIAL
    } else if counts.failed + counts.not_sent == 0 {
        ALREADY_INVITED
    } else {
        FAILED
    }
}

/// Returns the code for a paused plan.
/// Never [`OK`], even if only the journal record of the last step is missing.
pub(super) fn for_paused(steps: &[Progress], failure: &Error) -> u8 {
    match for_steps(steps, Some(failure)) {
        OK => PARTIAL,
        code => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn progress_with(outcomes: &[Option<Outcome>]) -> Vec<Progress> {
        outcomes.iter().map(|outcome| Progress { outcome: *outcome, ..Progress::default() }).collect()
    }

    fn failure(kind: ErrorKind) -> Error {
        Error::new(kind, "It failed", "so", "Try again.")
    }

    #[test]
    fn exit_code_prefers_unknown_and_ok_needs_every_step() {
        use Outcome::{AlreadyGone, AlreadyInvited, Done, Failed, OldStillActive, Refused, Skipped, Unknown};
        let quota = failure(ErrorKind::Status(402));
        let expired = failure(ErrorKind::Status(401));
        for (steps, paused, code) in [
            (vec![Some(Done), Some(AlreadyGone)], None, OK),
            (vec![Some(Done), Some(Unknown), None], Some(&expired), UNKNOWN),
            (vec![Some(Done), None], Some(&expired), NOT_ALLOWED),
            (vec![Some(Done), None], Some(&quota), PARTIAL),
            (vec![None, None], Some(&quota), FAILED),
            (vec![Some(Refused), Some(Failed)], None, FAILED),
            (vec![Some(Done), Some(Refused)], None, PARTIAL),
            (vec![Some(OldStillActive)], None, PARTIAL),
            (vec![Some(AlreadyInvited)], None, ALREADY_INVITED),
            (vec![Some(AlreadyInvited), Some(Done)], None, PARTIAL),
            (vec![Some(AlreadyInvited), Some(Refused)], None, FAILED),
            (vec![Some(AlreadyInvited), Some(Unknown)], None, UNKNOWN),
            (vec![Some(Skipped)], Some(&failure(ErrorKind::Refused)), FAILED),
        ] {
            assert_eq!(for_steps(&progress_with(&steps), paused), code, "{steps:?}");
        }
        let half_done = Progress { old_deleted: true, ..Progress::default() };
        assert_eq!(for_steps(&[half_done], Some(&quota)), PARTIAL, "its first half is done");
    }
}
