//! The person's own editor on a private temporary file. It gets none of our secrets in its environment.

use std::fs::File;
use std::io::{Read, Write};

use tokio::process::Command;

use crate::domain::access::SECRET_VARIABLES;

/// Lets the person write; `Err` says in a sentence what went wrong, and the text is as it was.
pub async fn edit(editor: &str, hidden: &[String], text: String) -> Result<String, String> {
    let sentence = |error: std::io::Error| format!("The editor could not be used: {error}.");
    // Made with mode 0600, and removed when it is dropped.
    let mut file =
        tempfile::Builder::new().prefix("guestlist-").suffix(".txt").tempfile().map_err(sentence)?;
    file.write_all(text.as_bytes()).map_err(sentence)?;
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or(editor);
    let mut command = Command::new(program);
    command.args(words).arg(file.path()).kill_on_drop(true);
    for name in SECRET_VARIABLES.into_iter().chain(hidden.iter().map(String::as_str)) {
        command.env_remove(name);
    }
    let status = command
        .status()
        .await
        .map_err(|error| format!("The editor {program:?} could not be started: {error}."))?;
    if !status.success() {
        return Err("The editor ended with an error; the message is as it was.".into());
    }
    // Editors may put a new file in the place of the old one, so it is opened by name.
    let mut written = String::new();
    let mut opened = File::open(file.path()).map_err(sentence)?;
    opened.read_to_string(&mut written).map_err(sentence)?;
    Ok(written)
}
