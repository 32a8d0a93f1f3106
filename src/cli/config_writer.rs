//! Reads, checks and writes `config.toml`, and writes the files of `guestlist login`. A file is complete or unchanged.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::exit_code::CliError;
use crate::config::ConfigText;
use crate::config::config_file::ConfigFile;
use crate::domain::import::Template;
use crate::domain::server_url::VENDOR_URL;
use crate::domain::text::sanitize;
use crate::files;
use crate::service::validate_server_url;

/// Reads the file for an edit; a missing file is empty.
pub(super) fn read(path: &Path) -> Result<ConfigText, CliError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(ConfigText::new(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(ConfigText::new("")),
        Err(error) => {
            let cause = files::read_error_text(&error);
            Err(CliError::usage(format!("Could not read {}: {cause}.", path.display())))
        }
    }
}

/// Returns the error for an edit that the file does not allow.
pub(super) fn edit_error(path: &Path, mistakes: &str) -> CliError {
    CliError::usage(format!(
        "Could not change {}:\n{mistakes}\nNo changes were made. Run guestlist config edit to change it.",
        path.display()
    ))
}

/// Checks the edited text and writes it.
pub(super) fn write(path: &Path, text: &ConfigText) -> Result<(), CliError> {
    let text = text.new_text().map_err(|mistakes| edit_error(path, &mistakes))?;
    write_private(path, text.as_bytes())
}

/// Writes a file that only its owner can read, and its folder. Follows a link to the file.
pub(super) fn write_private(path: &Path, content: &[u8]) -> Result<(), CliError> {
    let path = absolute(path);
    let target = path.canonicalize().unwrap_or(path);
    let dir = target.parent().unwrap_or(&target);
    files::create_private_dir(dir)
        .and_then(|()| files::write_atomic(&target, true, |file| file.write_all(content)))
        .map_err(|error| CliError::failed(files::write_error_text(&target, &error)))
}

/// Returns the path from the root, so that a profile finds its files from every folder.
pub(super) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Returns the mistakes in templates and server URLs, each with its line.
pub(super) fn value_mistakes(file: &ConfigFile) -> Vec<String> {
    let mut mistakes = Vec::new();
    for entries in file.profiles.values().map(|profile| &profile.value).chain([&file.defaults]) {
        for (name, text) in &entries.templates {
            if let Some(reason) = Template::new(&text.value).error_reason() {
                let (line, name) = (text.line, sanitize(name));
                mistakes.push(format!(
                    "line {line}: the template {name}: {reason}. Write placeholders as {{name}}."
                ));
            }
        }
        let base_path = entries.base_path.as_ref();
        let url = entries.url.as_ref().map_or(VENDOR_URL, |url| url.value.as_str());
        let line = entries.url.as_ref().or(base_path).map(|value| value.line);
        if let Some(line) = line
            && let Err(failure) = validate_server_url(url, base_path.map(|path| path.value.as_str()))
        {
            mistakes.push(format!("line {line}: {failure}"));
        }
    }
    mistakes
}
