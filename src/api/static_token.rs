//! Reads a token that is not renewed, and the file of a client secret. The forms of a token file are in
//! `token_format`, its claims in `claims`. No function here shows, logs or stores a token.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

use super::token::{Token, TokenContext, TokenError};
use super::token_format;
use crate::domain::profile_settings::TokenSourceConfig;
use crate::domain::text::sanitize;
use crate::files;

/// Maximum size of a token file. Real tokens have one or two thousand bytes.
const MAX_TOKEN_FILE_BYTES: u64 = 64 * 1024;

const TOO_LARGE: &str = "is too large for a token";

const TOKEN_FILE_LABEL: &str = "the token file";

/// Hint if no credential is configured for the server.
const NO_CREDENTIAL_HINT: &str = "Give the token file for this server with --token-file, or set the server URL next to the token \
                       (DATATRAILS_URL, or url in the profile).";

/// Reads the token of a source that is not renewed. Blocks on the file system.
pub(super) fn read(source: &TokenSourceConfig, context: &TokenContext) -> Result<Token, TokenError> {
    match source {
        TokenSourceConfig::File(path) => {
            let (secret, warning) = CredentialFile::token(path).read(token_format::parse)?;
            Ok(Token { warning, ..Token::new(secret) })
        }
        TokenSourceConfig::Stdin => read_stdin().map(Token::new),
        TokenSourceConfig::EnvVar(name) => read_variable(name, context.secret(name)),
        TokenSourceConfig::Missing(searched) => Err(missing_error(searched)),
        TokenSourceConfig::Withheld(reason) => Err(TokenError::new(sanitize(reason), NO_CREDENTIAL_HINT)),
        TokenSourceConfig::Command(_) | TokenSourceConfig::AppRegistration { .. } => {
            Err(TokenError::new("the token is not read but renewed", "Try again."))
        }
    }
}

/// Returns how texts name a token file.
pub(super) fn file_label(path: &Path) -> String {
    format!("{TOKEN_FILE_LABEL} {}", display_path(path))
}

/// True if the file is a pipe, such as `<(pass show acme)` of a shell.
pub(super) fn is_pipe(path: &Path) -> bool {
    CredentialFile::token(path).check().is_ok_and(|kind| kind.is_pipe)
}

fn read_variable(name: &str, value: Option<&SecretString>) -> Result<Token, TokenError> {
    let variable_error =
        |cause: &str| TokenError::new(format!("the variable {name} {cause}"), new_variable_hint(name));
    let value = value.ok_or_else(|| variable_error("is not set"))?;
    token_format::parse(value.expose_secret().as_bytes()).map(Token::new).map_err(variable_error)
}

/// Returns what to do after the server has rejected the token of a variable.
pub(super) fn new_variable_hint(name: &str) -> String {
    format!("Set {} to a new token and restart.", sanitize(name))
}

fn missing_error(searched: &[PathBuf]) -> TokenError {
    let paths: Vec<_> = searched.iter().map(|path| display_path(path)).collect();
    let (cause, action) = match paths.as_slice() {
        [] => ("no token found".to_owned(), "Give a token file with --token-file".to_owned()),
        [first, ..] => (
            format!("no token found (searched {})", paths.join(", ")),
            format!("Put a token into {first}, or give another file with --token-file"),
        ),
    };
    TokenError::new(cause, format!("{action}, and restart."))
}

/// A file with a token or a secret.
struct CredentialFile<'a> {
    path: &'a Path,
    /// How texts name the file.
    label: &'static str,
    /// What to do if it cannot be used.
    hint: &'static str,
}

/// Facts about the file.
struct FileCheck {
    is_pipe: bool,
    /// Set if others can read the file.
    warning: Option<String>,
}

impl CredentialFile<'_> {
    fn token(path: &Path) -> CredentialFile<'_> {
        let hint = "Put a new token into the file and try again. No restart is needed.";
        CredentialFile { path, label: TOKEN_FILE_LABEL, hint }
    }

    /// Checks the file without opening it; rejects directories and devices.
    fn check(&self) -> Result<FileCheck, TokenError> {
        let metadata = std::fs::metadata(self.path).map_err(|error| self.io_error(&error))?;
        if is_fifo(&metadata) {
            return Ok(FileCheck { is_pipe: true, warning: None });
        }
        if !metadata.is_file() {
            return Err(self.error("is not a file"));
        }
        let warning = is_public(&metadata).then(|| {
            let path = self.path.to_string_lossy().replace('\'', r"'\''");
            format!("Other users can read {}. Run: chmod 600 '{}'", self.label, sanitize(&path))
        });
        Ok(FileCheck { is_pipe: false, warning })
    }

    /// Reads and parses the file. Also returns a warning if other users can read it.
    fn read(
        &self,
        parse: fn(&[u8]) -> Result<SecretString, &'static str>,
    ) -> Result<(SecretString, Option<String>), TokenError> {
        let warning = self.check()?.warning;
        let bytes = std::fs::File::open(self.path)
            .and_then(|file| files::read_bounded(file, MAX_TOKEN_FILE_BYTES))
            .map_err(|error| self.io_error(&error))?
            .ok_or_else(|| self.error(TOO_LARGE))?;
        Ok((parse(&bytes).map_err(|cause| self.error(cause))?, warning))
    }

    fn error(&self, cause: &str) -> TokenError {
        TokenError::new(format!("{} {} {cause}", self.label, display_path(self.path)), self.hint)
    }

    fn io_error(&self, error: &std::io::Error) -> TokenError {
        match error.kind() {
            std::io::ErrorKind::NotFound => self.error("does not exist"),
            std::io::ErrorKind::PermissionDenied => self.error("cannot be read: permission denied"),
            _ => self.error(&format!("cannot be read ({error})")),
        }
    }
}

/// Reads a secret file. Also returns a warning if other users can read the file.
pub(super) fn read_secret(path: &Path) -> Result<(SecretString, Option<String>), TokenError> {
    let file = CredentialFile { path, label: "the secret file", hint: "Fix the file, and try again." };
    if file.check()?.is_pipe {
        return Err(file.error("is not a file"));
    }
    file.read(token_format::parse_secret)
}

#[cfg(unix)]
fn is_fifo(metadata: &std::fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&metadata.file_type())
}

#[cfg(not(unix))]
fn is_fifo(_: &std::fs::Metadata) -> bool {
    false
}

#[cfg(unix)]
fn is_public(metadata: &std::fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::mode(metadata) & 0o044 != 0
}

#[cfg(not(unix))]
fn is_public(_: &std::fs::Metadata) -> bool {
    false
}

fn read_stdin() -> Result<SecretString, TokenError> {
    let stdin_error = |cause: &str| {
        TokenError::new(format!("standard input {cause}"), "Pipe one token into the command, and restart.")
    };
    let bytes = files::read_bounded(std::io::stdin().lock(), MAX_TOKEN_FILE_BYTES)
        .map_err(|error| stdin_error(&format!("cannot be read ({error})")))?
        .ok_or_else(|| stdin_error(TOO_LARGE))?;
    token_format::parse(&bytes).map_err(stdin_error)
}

fn display_path(path: &Path) -> String {
    sanitize(&path.to_string_lossy()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::token_provider::tests::test_context;

    fn token_file(text: &str) -> (tempfile::TempDir, PathBuf, TokenSourceConfig) {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("bearer-token.txt");
        std::fs::write(&path, text).expect("written");
        (dir, path.clone(), TokenSourceConfig::File(path))
    }

    #[test]
    fn changed_token_file_is_read_again() {
        let (_folder, path, source) = token_file("Authorization: Bearer first\n");
        let secret = || read(&source, &test_context()).expect("a token").secret.expose_secret().to_owned();
        assert_eq!(secret(), "first");
        std::fs::write(&path, "the-second-one").expect("written");
        assert_eq!(secret(), "the-second-one");
    }

    #[test]
    fn token_file_error_names_the_file() {
        let (dir, path, source) = token_file("");
        let error = || read(&source, &test_context()).expect_err("unusable").cause;
        assert!(error().ends_with("bearer-token.txt is empty"));
        std::fs::write(&path, "x".repeat(70_000)).expect("written");
        assert!(error().contains("too large"));
        std::fs::remove_file(&path).expect("removed");
        assert!(error().contains("does not exist"));
        let dir = TokenSourceConfig::File(dir.path().into());
        assert!(read(&dir, &test_context()).expect_err("a folder").cause.contains("is not a file"));
        let missing = TokenSourceConfig::Missing(vec!["/a".into(), "/b\u{1b}".into()]);
        let error = read(&missing, &test_context()).expect_err("none");
        assert_eq!(error.cause, "no token found (searched /a, /b␛)");
        assert!(error.hint.contains("/a"));
    }

    #[cfg(unix)]
    #[test]
    fn public_token_file_gets_a_warning_and_is_used() {
        use std::os::unix::fs::PermissionsExt;
        let (_folder, path, source) = token_file("token");
        let mode = |mode| std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).expect("set");
        mode(0o640);
        let warning = read(&source, &test_context()).expect("usable").warning.expect("a warning");
        assert_eq!(
            warning,
            format!("Other users can read {TOKEN_FILE_LABEL}. Run: chmod 600 '{}'", path.display())
        );
        mode(0o600);
        assert_eq!(read(&source, &test_context()).expect("usable").warning, None);
    }

    #[test]
    fn static_token_debug_hides_the_secret() {
        let (_folder, _path, source) = token_file("hidden-token");
        let token = read(&source, &test_context()).expect("a token");
        assert!(!format!("{token:?}").contains("hidden-token"));
    }
}
