//! The user's own editor on a private temporary file. It gets none of our secrets in its environment.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;
#[cfg(unix)]
use std::time::Duration;

use tokio::process::{Child, Command};

use crate::domain::access::SECRET_VARIABLES;

/// What is tried where neither `$VISUAL` nor `$EDITOR` names an editor, as git does.
const DEFAULT: &str = "vi";
/// An editor that is told to end has so long to do so.
#[cfg(unix)]
const ENDING: Duration = Duration::from_secs(1);
/// More of a text is not read back: far beyond any message and any list.
const MAX_TEXT_BYTES: u64 = 64 * 1024 * 1024;
/// With one of these the words of `$EDITOR` are the shell's affair.
const SHELL_CHARACTERS: &[char] =
    &['|', '&', ';', '<', '>', '(', ')', '$', '`', '\\', '"', '\'', '*', '?', '[', '#', '~', '='];

/// How the editor was left.
pub enum Edited<E> {
    /// With this text.
    Text(String),
    /// With nothing to use; a sentence says why, and the text is as it was.
    Failed(String),
    /// By us, because this happened.
    Interrupted(E),
}

/// Lets the user write until the editor ends. `interrupted` ends it earlier; the file is removed in any case.
pub async fn edit<E>(
    editor: Option<&str>,
    hidden: &[String],
    text: &str,
    interrupted: impl Future<Output = E>,
) -> Edited<E> {
    let sentence = |error: io::Error| Edited::Failed(format!("The editor could not be used: {error}."));
    let file = match file_with(text) {
        Ok(file) => file,
        Err(error) => return sentence(error),
    };
    let named = editor.unwrap_or(DEFAULT);
    let mut command = command(named, file.path());
    for name in SECRET_VARIABLES.into_iter().chain(hidden.iter().map(String::as_str)) {
        command.env_remove(name);
    }
    let mut child = match command.kill_on_drop(true).spawn() {
        Ok(child) => child,
        Err(error) => {
            return Edited::Failed(format!(
                "The editor {named:?} could not be started: {error}. Set EDITOR, such as EDITOR=nano."
            ));
        }
    };
    let status = tokio::select! {
        biased;
        status = child.wait() => status,
        why = interrupted => {
            end(child).await;
            return Edited::Interrupted(why);
        }
    };
    match status {
        Ok(status) if status.success() => read_back(file.path()).map_or_else(sentence, Edited::Text),
        Ok(_) => Edited::Failed("The editor ended with an error; the message is as it was.".into()),
        Err(error) => sentence(error),
    }
}

/// Made with mode 0600, and removed when it is dropped.
fn file_with(text: &str) -> io::Result<tempfile::NamedTempFile> {
    let mut file = tempfile::Builder::new().prefix("guestlist-").suffix(".txt").tempfile()?;
    file.write_all(text.as_bytes())?;
    Ok(file)
}

fn command(editor: &str, file: &Path) -> Command {
    if cfg!(unix) && editor.contains(SHELL_CHARACTERS) {
        let mut command = Command::new("sh");
        command.arg("-c").arg(format!("{editor} \"$@\"")).arg(editor).arg(file);
        return command;
    }
    let mut words = editor.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or(editor));
    command.args(words).arg(file);
    command
}

/// Tells the editor to end, and ends it where it does not.
async fn end(mut child: Child) {
    #[cfg(unix)]
    if let Some(id) = child.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed())) {
        let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
        if tokio::time::timeout(ENDING, child.wait()).await.is_ok() {
            return;
        }
    }
    let _ = child.kill().await;
}

/// The text, from whatever file has that name now: editors may put a new one in its place. Anything but a file is
/// refused, and never waited for.
fn read_back(path: &Path) -> io::Result<String> {
    let file = open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("what it left is not a file"));
    }
    let mut written = String::new();
    file.take(MAX_TEXT_BYTES).read_to_string(&mut written)?;
    Ok(written)
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
