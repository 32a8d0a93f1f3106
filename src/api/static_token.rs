//! A token that is not renewed. A file is checked before each request and reloaded when it changes. A pipe or
//! standard input is read once. A variable never changes. The forms of a token file are in `token_format`, its
//! claims in `claims`. No function here shows, logs or stores a token.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use secrecy::{ExposeSecret, SecretString};

use super::token::{Token, TokenError};
use super::token_format;
use crate::domain::text::sanitize;

/// Maximum size of a token file. Real ones have one or two thousand bytes.
const MAX_TOKEN_FILE_BYTES: u64 = 64 * 1024;

/// How texts name a token file, and the file of a client secret.
const TOKEN_FILE_LABEL: &str = "the token file";
const SECRET_FILE_LABEL: &str = "the secret file";

/// Hint if no credential is configured for the server.
const NO_CREDENTIAL_HINT: &str = "Name the token file for this server with --token-file, or set the server URL where the token is \
                       set (DATATRAILS_URL, or url in the profile).";

/// Detects changes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileStamp {
    modified: Option<SystemTime>,
    bytes: u64,
    inode: u64,
}

#[derive(Default)]
struct CachedFileToken {
    token: Option<(FileStamp, Token)>,
    rejected: Option<SecretString>,
}

/// Where the token is.
pub(super) enum StaticSource {
    File(PathBuf),
    Stdin,
    EnvVar {
        name: String,
        value: Option<SecretString>,
    },
    /// No source; these paths were searched.
    Missing(Vec<PathBuf>),
    /// The configured sources are for other servers.
    Withheld(String),
}

/// Holds the token that was read last, and reloads it when needed.
pub(super) struct StaticToken {
    source: StaticSource,
    cached: Mutex<CachedFileToken>,
    /// The token of a pipe or of standard input, which can be read only once. Locked while it is read.
    pipe_token: Mutex<Option<Token>>,
}

impl StaticToken {
    pub fn new(source: StaticSource) -> StaticToken {
        StaticToken { source, cached: Mutex::default(), pipe_token: Mutex::default() }
    }

    /// Returns the source of the token, as text for display.
    pub fn source_label(&self) -> String {
        match &self.source {
            StaticSource::File(path) => format!("{TOKEN_FILE_LABEL} {}", display_path(path)),
            StaticSource::Stdin => "standard input".to_owned(),
            StaticSource::EnvVar { name, .. } => format!("the variable {}", sanitize(name)),
            StaticSource::Missing(_) | StaticSource::Withheld(_) => "nowhere".to_owned(),
        }
    }

    /// Returns the current token. Blocks on the file system.
    pub fn current(&self) -> Result<Token, TokenError> {
        let path = match &self.source {
            StaticSource::File(path) => path,
            StaticSource::Stdin => return self.read_once(read_stdin),
            StaticSource::EnvVar { name, value } => return read_variable(name, value.as_ref()),
            StaticSource::Missing(searched) => return Err(missing_error(searched)),
            StaticSource::Withheld(cause) => {
                return Err(TokenError::new(sanitize(cause), NO_CREDENTIAL_HINT));
            }
        };
        let (stamp, warning) = match check_file(path)? {
            FileKind::File(stamp, warning) => (stamp, warning),
            FileKind::Pipe => return self.read_once(|| read_token(path)),
        };
        if let Some((cached, token)) = &self.lock().token
            && *cached == stamp
        {
            return Ok(Token { warning, ..token.clone() });
        }
        let secret = read_token(path)?;
        let token = Token { warning, ..Token::new(secret) };
        self.lock().token = Some((stamp, token.clone()));
        Ok(token)
    }

    /// Returns the token if it is known without waiting for the writer of a pipe.
    pub fn peek(&self) -> Option<Token> {
        match self.is_read_once() {
            true => self.pipe_token.try_lock().ok().and_then(|token| token.clone()),
            false => self.current().ok(),
        }
    }

    /// Returns what the user can do after the server has rejected the token.
    pub fn rejection_hint(&self) -> String {
        let source = self.source_label();
        match &self.source {
            StaticSource::EnvVar { name, .. } => new_variable_hint(name),
            _ if self.is_read_once() => format!("{source} is read only once. Restart with a new token."),
            _ => format!("Put a new token into {source} and try again."),
        }
    }

    fn is_read_once(&self) -> bool {
        match &self.source {
            StaticSource::Stdin => true,
            StaticSource::File(path) => matches!(check_file(path), Ok(FileKind::Pipe)),
            _ => false,
        }
    }

    /// Waits until the pipe is written and closed; keeps its token, because a pipe can be read only once.
    fn read_once(
        &self,
        read: impl FnOnce() -> Result<SecretString, TokenError>,
    ) -> Result<Token, TokenError> {
        let mut pipe_token = self.pipe_token.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = pipe_token.as_ref() {
            return Ok(token.clone());
        }
        let token = Token::new(read()?);
        Ok(pipe_token.insert(token).clone())
    }

    /// Remembers that the server rejected this token.
    pub fn mark_rejected(&self, secret: &SecretString) {
        self.lock().rejected = Some(secret.clone());
    }

    /// Reloads the source, changed or not; returns true if there is a token that was not rejected.
    pub fn reload(&self) -> bool {
        let refused = {
            let mut cached = self.lock();
            let last = cached.token.take().map(|(_, token)| token.secret);
            cached.rejected.clone().or(last)
        };
        match (self.current(), refused) {
            (Ok(token), Some(refused)) => token.secret.expose_secret() != refused.expose_secret(),
            (Ok(_), None) => true,
            (Err(_), _) => false,
        }
    }

    fn lock(&self) -> MutexGuard<'_, CachedFileToken> {
        self.cached.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read_variable(name: &str, value: Option<&SecretString>) -> Result<Token, TokenError> {
    let variable_error =
        |cause: &str| TokenError::new(format!("the variable {name} {cause}"), new_variable_hint(name));
    let value = value.ok_or_else(|| variable_error("is not set"))?;
    token_format::parse(value.expose_secret().as_bytes()).map(Token::new).map_err(variable_error)
}

fn new_variable_hint(name: &str) -> String {
    format!("Set {} to a new token and restart.", sanitize(name))
}

fn missing_error(searched: &[PathBuf]) -> TokenError {
    let paths: Vec<_> = searched.iter().map(|path| display_path(path)).collect();
    let (cause, action) = match paths.as_slice() {
        [] => ("no token found".to_owned(), "Name a token file with --token-file".to_owned()),
        [first, ..] => (
            format!("no token found (searched {})", paths.join(", ")),
            format!("Put a token into {first}, or name another file with --token-file"),
        ),
    };
    TokenError::new(cause, format!("{action}, and restart."))
}

/// Kind of file at the path of a token file.
enum FileKind {
    /// A regular file, with a warning if others can read it.
    File(FileStamp, Option<String>),
    /// A pipe, such as `<(pass show acme)` of a shell.
    Pipe,
}

/// Checks the file without opening it; rejects directories and devices.
fn check_file(path: &Path) -> Result<FileKind, TokenError> {
    let metadata = std::fs::metadata(path).map_err(|error| unreadable_error(path, &error))?;
    if is_pipe(&metadata) {
        return Ok(FileKind::Pipe);
    }
    if !metadata.is_file() {
        return Err(unusable_error(path, "is not a file"));
    }
    if metadata.len() > MAX_TOKEN_FILE_BYTES {
        return Err(unusable_error(path, "is too large for a token"));
    }
    let (inode, is_public) = inode_and_is_public(&metadata);
    let warning = is_public.then(|| {
        let path = path.to_string_lossy().replace('\'', r"'\''");
        format!("Others can read {TOKEN_FILE_LABEL}. Run: chmod 600 '{}'", sanitize(&path))
    });
    Ok(FileKind::File(
        FileStamp { modified: metadata.modified().ok(), bytes: metadata.len(), inode },
        warning,
    ))
}

#[cfg(unix)]
fn is_pipe(metadata: &std::fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&metadata.file_type())
}

#[cfg(not(unix))]
fn is_pipe(_: &std::fs::Metadata) -> bool {
    false
}

#[cfg(unix)]
fn inode_and_is_public(metadata: &std::fs::Metadata) -> (u64, bool) {
    use std::os::unix::fs::MetadataExt;
    (metadata.ino(), metadata.mode() & 0o044 != 0)
}

#[cfg(not(unix))]
fn inode_and_is_public(_: &std::fs::Metadata) -> (u64, bool) {
    (0, false)
}

fn read_token(path: &Path) -> Result<SecretString, TokenError> {
    let bytes = read_contents(path)?;
    token_format::parse(&bytes).map_err(|cause| unusable_error(path, cause))
}

fn read_stdin() -> Result<SecretString, TokenError> {
    use std::io::Read;
    let stdin_error = |cause: &str| {
        TokenError::new(format!("standard input {cause}"), "Pipe one token into the command, and restart.")
    };
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .take(MAX_TOKEN_FILE_BYTES)
        .read_to_end(&mut bytes)
        .map_err(|error| stdin_error(&format!("cannot be read ({error})")))?;
    token_format::parse(&bytes).map_err(stdin_error)
}

fn read_contents(path: &Path) -> Result<Vec<u8>, TokenError> {
    use std::io::Read;
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(MAX_TOKEN_FILE_BYTES).read_to_end(&mut bytes))
        .map_err(|error| unreadable_error(path, &error))?;
    Ok(bytes)
}

/// Reads the secret from a file that holds only it, with a warning if others can read the file.
pub(super) fn read_secret(path: &Path) -> Result<(SecretString, Option<String>), TokenError> {
    let relabel = |error: TokenError| {
        let cause = error.cause.replacen(TOKEN_FILE_LABEL, SECRET_FILE_LABEL, 1);
        TokenError::new(cause, "Fix the file, and try again.")
    };
    let FileKind::File(_, warning) = check_file(path).map_err(relabel)? else {
        return Err(relabel(unusable_error(path, "is not a file")));
    };
    let bytes = read_contents(path).map_err(relabel)?;
    let secret = token_format::parse_secret(&bytes).map_err(|cause| relabel(unusable_error(path, cause)))?;
    Ok((secret, warning.map(|warning| warning.replacen(TOKEN_FILE_LABEL, SECRET_FILE_LABEL, 1))))
}

fn unusable_error(path: &Path, cause: &str) -> TokenError {
    let hint = "Put a new token into it (it is reloaded automatically) and try again.";
    TokenError::new(format!("{TOKEN_FILE_LABEL} {} {cause}", display_path(path)), hint)
}

fn unreadable_error(path: &Path, error: &std::io::Error) -> TokenError {
    let cause = match error.kind() {
        std::io::ErrorKind::NotFound => "does not exist".to_owned(),
        std::io::ErrorKind::PermissionDenied => "cannot be read: permission denied".to_owned(),
        _ => format!("cannot be read ({error})"),
    };
    unusable_error(path, &cause)
}

fn display_path(path: &Path) -> String {
    sanitize(&path.to_string_lossy()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn static_token(text: &str) -> (tempfile::TempDir, PathBuf, StaticToken) {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("bearer-token.txt");
        std::fs::write(&path, text).expect("written");
        let tokens = StaticToken::new(StaticSource::File(path.clone()));
        (dir, path, tokens)
    }

    fn secret(tokens: &StaticToken) -> String {
        tokens.current().expect("a token").secret.expose_secret().to_owned()
    }

    #[test]
    fn changed_token_file_is_read_again() {
        let (_folder, path, tokens) = static_token("Authorization: Bearer first\n");
        assert_eq!(secret(&tokens), "first");
        std::fs::write(&path, "the-second-one").expect("written");
        assert_eq!(secret(&tokens), "the-second-one");
    }

    #[test]
    fn rejected_token_is_retried_only_with_another() {
        let (_folder, path, tokens) = static_token("first");
        let refused = tokens.current().expect("a token").secret;
        tokens.mark_rejected(&refused);
        assert!(!tokens.reload());
        std::fs::write(&path, "other").expect("written");
        // Another request has loaded the new token before the rejected one reloads.
        assert_eq!(secret(&tokens), "other");
        assert!(tokens.reload());
        std::fs::write(&path, "Bearer null").expect("written");
        assert!(!tokens.reload());
    }

    #[test]
    fn token_file_error_names_the_file() {
        let (dir, path, tokens) = static_token("");
        assert!(tokens.current().expect_err("empty").cause.ends_with("bearer-token.txt is empty"));
        std::fs::write(&path, "x".repeat(70_000)).expect("written");
        assert!(tokens.current().expect_err("large").cause.contains("too large"));
        std::fs::remove_file(&path).expect("removed");
        assert!(tokens.current().expect_err("gone").cause.contains("does not exist"));
        let dir = StaticToken::new(StaticSource::File(dir.path().into()));
        assert!(dir.current().expect_err("a folder").cause.contains("is not a file"));
        let missing = StaticToken::new(StaticSource::Missing(vec!["/a".into(), "/b\u{1b}".into()]));
        let error = missing.current().expect_err("none");
        assert_eq!(error.cause, "no token found (searched /a, /b␛)");
        assert!(error.hint.contains("/a"));
    }

    #[cfg(unix)]
    #[test]
    fn public_token_file_gets_a_warning_and_is_used() {
        use std::os::unix::fs::PermissionsExt;
        let (_folder, path, tokens) = static_token("token");
        let mode = |mode| std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).expect("set");
        mode(0o640);
        let warning = tokens.current().expect("usable").warning.expect("a warning");
        assert_eq!(
            warning,
            format!("Others can read {TOKEN_FILE_LABEL}. Run: chmod 600 '{}'", path.display())
        );
        mode(0o600);
        assert_eq!(tokens.current().expect("usable").warning, None);
    }

    #[test]
    fn static_token_debug_hides_the_secret() {
        let (_folder, _path, tokens) = static_token("hidden-token");
        let token = tokens.current().expect("a token");
        assert!(!format!("{token:?}").contains("hidden-token"));
    }
}
