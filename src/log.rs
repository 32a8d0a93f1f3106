//! Log file and crash report: private files in the state folder.
//!
//! The log contains identities, but never emails, messages or tokens.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::files;

/// Size limit; at the next start, a larger log replaces the previous old log.
const MAX_LOG_BYTES: u64 = 5 * 1024 * 1024;

/// Why the log cannot start.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// Not one of the levels.
    #[error("Unknown log level {0:?}. Use off, error, warn, info, debug or trace.")]
    Level(String),
    /// The file or its folder could not be opened.
    #[error("Could not open the log {path}: {error}. Check the permissions of the file and its folder.")]
    File {
        /// Path of the log.
        path: PathBuf,
        /// Error from the operating system.
        error: io::Error,
    },
    /// The log has already started in this process.
    #[error("The log has already been started.")]
    AlreadyStarted,
}

/// Starts the log `guestlist.log` in the state folder.
///
/// Contains only lines that guestlist writes, because lines of libraries may contain URLs and headers.
/// Each line is written immediately, so a crash loses no lines.
pub fn start(dir: &Path, level: &str) -> Result<(), LogError> {
    let level = level.parse::<LevelFilter>().map_err(|_| LogError::Level(level.to_owned()))?;
    let path = file(dir);
    let file = open_log(&path, MAX_LOG_BYTES).map_err(|error| LogError::File { path, error })?;
    tracing_subscriber::registry()
        .with(Targets::new().with_target(env!("CARGO_PKG_NAME"), level))
        .with(tracing_subscriber::fmt::layer().with_ansi(false).with_writer(file))
        .try_init()
        .map_err(|_| LogError::AlreadyStarted)
}

/// Returns the path of the log in this folder, whether it exists or not.
pub fn file(dir: &Path) -> PathBuf {
    dir.join("guestlist.log")
}

/// Opens the log; a full one is renamed to `*.old` first.
fn open_log(path: &Path, max_bytes: u64) -> io::Result<File> {
    if path.metadata().is_ok_and(|log| log.len() >= max_bytes) {
        // Ignore errors: another process may have renamed the log at the same time.
        let _ = fs::rename(path, path.with_extension("log.old"));
    }
    open_private_file(path)
}

/// Writes a crash report to the state folder and returns its path.
pub fn write_crash_report(dir: &Path, report: &str) -> io::Result<PathBuf> {
    let path = dir.join(format!("crash-{}.txt", std::process::id()));
    open_private_file(&path)?.write_all(report.as_bytes())?;
    Ok(path)
}

/// Opens a file for appending, readable only by its owner, in a folder with the same restriction.
fn open_private_file(path: &Path) -> io::Result<File> {
    if let Some(parent) = path.parent() {
        files::create_private_dir(parent)?;
    }
    files::private_options().create(true).append(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_log_rotates_and_keeps_one_old_file() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("guestlist.log");
        let read = |name: &str| fs::read_to_string(dir.path().join(name)).expect(name);
        for line in ["first\n", "second\n", "third\n", "4th\n", "fifth\n", "sixth\n"] {
            let mut log = open_log(&path, 12).expect("opened");
            log.write_all(line.as_bytes()).expect("written");
        }
        assert_eq!(read("guestlist.log.old"), "third\n4th\nfifth\n");
        assert_eq!(read("guestlist.log"), "sixth\n");
        assert_eq!(fs::read_dir(dir.path()).expect("listed").count(), 2);
    }

    #[test]
    fn unknown_level_error_lists_the_valid_levels() {
        let dir = tempfile::tempdir().expect("a folder");
        let error = start(dir.path(), "loud").expect_err("refused").to_string();
        assert!(error.contains("\"loud\"") && error.contains("debug"), "{error}");
    }

    #[test]
    fn second_panic_is_appended_to_the_first_report() {
        let dir = tempfile::tempdir().expect("a folder");
        let first = write_crash_report(dir.path(), "one\n").expect("kept");
        let second = write_crash_report(dir.path(), "two\n").expect("kept");
        assert_eq!(first, second);
        assert_eq!(fs::read_to_string(first).expect("read"), "one\ntwo\n");
    }

    #[cfg(unix)]
    #[test]
    fn crash_report_is_readable_only_by_its_owner() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("a folder");
        let state = dir.path().join("state/guestlist");
        let report = write_crash_report(&state, "one\n").expect("kept");
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode(&report), 0o600);
        assert_eq!(mode(&state), 0o700);
    }
}
