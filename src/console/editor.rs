//! Runs the user's editor on a private temporary file. The editor's environment contains no secrets.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;
#[cfg(unix)]
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command};

use crate::domain::profile_settings::SECRET_VARIABLES;

/// Editor if neither `$VISUAL` nor `$EDITOR` is set, as in git.
const DEFAULT_EDITOR: &str = "vi";
/// Time that an editor gets to exit after SIGTERM, before it is killed.
#[cfg(unix)]
const EXIT_TIMEOUT: Duration = Duration::from_secs(1);
/// Maximum bytes of the edited text, far more than any message or list needs.
const MAX_TEXT_BYTES: u64 = 64 * 1024 * 1024;
/// A shell runs `$EDITOR` if it contains one of these characters.
const SHELL_CHARACTERS: &[char] =
    &['|', '&', ';', '<', '>', '(', ')', '$', '`', '\\', '"', '\'', '*', '?', '[', '#', '~', '='];

/// Result of editing.
pub enum EditResult<E> {
    /// The edited text.
    Text(String),
    /// The text is unchanged. Holds the reason, a sentence.
    Failed(String),
    /// guestlist ended the editor because of this event.
    Interrupted(E),
}

/// Runs the editor until it exits or `interruption` completes. Always removes the file.
pub async fn edit<E>(
    editor: Option<&str>,
    hidden_vars: &[String],
    text: &str,
    interruption: impl Future<Output = E>,
) -> EditResult<E> {
    let sentence = |error: io::Error| EditResult::Failed(format!("Could not use the editor: {error}."));
    let file = match create_file(text) {
        Ok(file) => file,
        Err(error) => return sentence(error),
    };
    let command = editor_command(editor.unwrap_or(DEFAULT_EDITOR), file.path());
    match run_child(command, hidden_vars, |error| start_error(editor, &error), interruption).await {
        ChildEnd::Exited(true, _) => read_back(file.path()).map_or_else(sentence, EditResult::Text),
        ChildEnd::Exited(false, _) => {
            EditResult::Failed("The editor exited with an error; the text is unchanged.".into())
        }
        ChildEnd::Failed(reason) => EditResult::Failed(reason),
        ChildEnd::Interrupted(event) => EditResult::Interrupted(event),
    }
}

/// How a program in the terminal has ended.
#[derive(Debug)]
pub(super) enum ChildEnd<T, E> {
    /// It exited: its result, and its standard output if that is a pipe.
    Exited(T, String),
    /// It could not be started. Holds the reason, a sentence.
    Failed(String),
    /// guestlist ended it because of this event.
    Interrupted(E),
}

/// Runs a program in the terminal until it exits or `interruption` completes. It gets no secrets in its environment.
/// The result is true if it was successful.
pub(super) async fn run_child<E>(
    mut command: Command,
    hidden_vars: &[String],
    start_error: impl Fn(io::Error) -> String,
    interruption: impl Future<Output = E>,
) -> ChildEnd<bool, E> {
    for name in SECRET_VARIABLES.into_iter().chain(hidden_vars.iter().map(String::as_str)) {
        command.env_remove(name);
    }
    let mut child = match command.kill_on_drop(true).spawn() {
        Ok(child) => child,
        Err(error) => return ChildEnd::Failed(start_error(error)),
    };
    let status = tokio::select! {
        biased;
        status = child.wait() => status,
        event = interruption => {
            terminate(child).await;
            return ChildEnd::Interrupted(event);
        }
    };
    let mut output = String::new();
    if let Some(mut stdout) = child.stdout.take() {
        // Without its output, the program has no result.
        let _ = stdout.read_to_string(&mut output).await;
    }
    match status {
        Ok(status) => ChildEnd::Exited(status.success(), output),
        Err(error) => ChildEnd::Failed(start_error(error)),
    }
}

fn start_error(editor: Option<&str>, error: &io::Error) -> String {
    let failed = match editor {
        Some(editor) => format!("Could not start the editor {editor:?}: {error}"),
        None => format!(
            "Could not start an editor: VISUAL and EDITOR are not set, and {DEFAULT_EDITOR} cannot be started ({error})"
        ),
    };
    format!("{failed}. Set EDITOR, such as EDITOR=nano.")
}

/// Creates the file with mode 0600; dropping it removes the file.
fn create_file(text: &str) -> io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::Builder::new().prefix("guestlist-").suffix(".txt").tempfile()?;
    file.write_all(text.as_bytes())?;
    Ok(file)
}

fn editor_command(editor: &str, file: &Path) -> Command {
    if cfg!(unix) && editor.contains(SHELL_CHARACTERS) {
        let mut command = Command::new("sh");
        command.arg("-c").arg(format!("{editor} \"$@\"")).arg(editor).arg(file);
        return command;
    }
    let mut parts = editor.split_whitespace();
    let mut command = Command::new(parts.next().unwrap_or(editor));
    command.args(parts).arg(file);
    command
}

/// Asks the editor to exit. Kills it after `EXIT_TIMEOUT`.
async fn terminate(mut child: Child) {
    #[cfg(unix)]
    if let Some(id) = child.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed())) {
        let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
        if tokio::time::timeout(EXIT_TIMEOUT, child.wait()).await.is_ok() {
            return;
        }
    }
    let _ = child.kill().await;
}

/// Reads the text by file name, because editors may replace the file.
/// Anything but a regular file is an error; a pipe does not block.
fn read_back(path: &Path) -> io::Result<String> {
    let file = open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("the edited text is no longer a file"));
    }
    let mut text = String::new();
    file.take(MAX_TEXT_BYTES).read_to_string(&mut text)?;
    Ok(text)
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        rustix::fs::OFlags::NONBLOCK.bits().cast_signed(),
    );
    options.read(true).open(path)
}
