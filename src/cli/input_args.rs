//! Reads the message of an invite and lists of emails: from the command line, a file or standard input.
//! A message is one paragraph, as in the console.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;

use super::exit_code::CliError;
use crate::config::typed_path_arg;
use crate::domain::limits;
use crate::domain::text::sanitize;
use crate::domain::text::to_single_line;
use crate::files;

/// Maximum size of a message file or an email list.
const MAX_INPUT_BYTES: u64 = limits::MAX_IMPORT_BYTES as u64;

/// True if standard input holds the token.
static IS_STDIN_FOR_TOKEN: AtomicBool = AtomicBool::new(false);

/// Sets whether standard input holds the token. Reading anything else from it is then refused.
pub(super) fn reserve_stdin_for_token(is_for_token: bool) {
    IS_STDIN_FOR_TOKEN.store(is_for_token, Ordering::Relaxed);
}

/// Options for the message.
#[derive(Debug, Clone, Args)]
#[group(multiple = false)]
pub(super) struct MessageArgs {
    /// Message in the email, at most 256 characters [default: empty]
    #[arg(long, value_name = "TEXT")]
    message: Option<String>,
    /// Read the message from a file; line breaks become spaces
    #[arg(long, value_name = "FILE", value_parser = typed_path_arg)]
    message_file: Option<PathBuf>,
}

/// Options for the message of an import.
#[derive(Debug, Clone, Args)]
#[group(multiple = false)]
pub(super) struct ListMessageArgs {
    /// Message in the emails, at most 256 characters; {name} and {first name} stand for columns of the
    /// list, {name|there} has a default
    #[arg(long, value_name = "TEXT")]
    message: Option<String>,
    /// Read the message from a file; line breaks become spaces
    #[arg(long, value_name = "FILE", value_parser = typed_path_arg)]
    message_file: Option<PathBuf>,
    /// Use this message from [templates] in config.toml
    #[arg(long, value_name = "NAME")]
    message_template: Option<String>,
}

impl ListMessageArgs {
    /// Returns the message with its placeholders.
    pub(super) fn read(&self, templates: &BTreeMap<String, String>) -> Result<String, CliError> {
        let Some(name) = &self.message_template else {
            let (message, message_file) = (self.message.clone(), self.message_file.clone());
            return MessageArgs { message, message_file }.read();
        };
        let names: Vec<&str> = templates.keys().map(String::as_str).collect();
        let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let unknown = || {
            let (name, known) = (sanitize(name), sanitize(&known));
            CliError::usage(format!("config.toml has no template {name}. Use one of: {known}."))
        };
        templates.get(name).map(|text| to_single_line(text)).ok_or_else(unknown)
    }
}

impl MessageArgs {
    /// Returns true if an option gives the message.
    pub(super) fn is_given(&self) -> bool {
        self.message.is_some() || self.message_file.is_some()
    }

    /// Returns the message.
    pub(super) fn read(&self) -> Result<String, CliError> {
        match (&self.message, &self.message_file) {
            (Some(text), _) => Ok(to_single_line(text)),
            (None, Some(path)) => Ok(to_single_line(&read(path)?)),
            (None, None) => Ok(String::new()),
        }
    }
}

/// Replaces `-` by the lines of standard input. Skips blank lines and lines that begin with `#`.
///
/// # Errors
/// Standard input cannot be read, is too large, or is not UTF-8.
pub(super) fn expand_stdin(arguments: Vec<String>) -> Result<Vec<String>, CliError> {
    if !arguments.iter().any(|argument| argument == "-") {
        return Ok(arguments);
    }
    let text = read(Path::new("-"))?;
    let lines: Vec<&str> =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let (mut expanded, mut lines) = (Vec::new(), Some(lines));
    for argument in arguments {
        match argument.as_str() {
            "-" => expanded.extend(lines.take().unwrap_or_default().into_iter().map(str::to_owned)),
            _ => expanded.push(argument),
        }
    }
    Ok(expanded)
}

/// Reads a text file; `-` is standard input.
///
/// # Errors
/// The file cannot be read, is too large or is not UTF-8.
pub(super) fn read(path: &Path) -> Result<String, CliError> {
    let text = String::from_utf8(read_bytes(path)?)
        .map_err(|_| CliError::usage(format!("Could not read {}: it is not UTF-8 text.", path.display())))?;
    Ok(text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_owned))
}

/// Reads a file; `-` is standard input.
///
/// # Errors
/// The file cannot be read or is too large.
pub(super) fn read_bytes(path: &Path) -> Result<Vec<u8>, CliError> {
    let failed = |reason: String| CliError::usage(format!("Could not read {}: {reason}.", path.display()));
    if path == Path::new("-") && IS_STDIN_FOR_TOKEN.load(Ordering::Relaxed) {
        return Err(CliError::usage(
            "Could not read - as a file: standard input already holds the token (--token-file -). Put the token or \
             the other input into a file. No changes were made.",
        ));
    }
    let bytes = match path.to_str() {
        Some("-") => files::read_bounded(io::stdin().lock(), MAX_INPUT_BYTES),
        _ => File::open(path).and_then(|file| files::read_bounded(file, MAX_INPUT_BYTES)),
    };
    bytes
        .map_err(|error| failed(error.to_string()))?
        .ok_or_else(|| failed(format!("it is larger than {} MB", MAX_INPUT_BYTES >> 20)))
}
