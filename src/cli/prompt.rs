//! Questions of `guestlist login` on the terminal. A signal ends the command and restores the terminal.

use std::io;

use secrecy::{ExposeSecret as _, SecretString};

use super::exit_code::{CliError, for_signal};
use super::output;
use crate::domain::text::sanitize;
use crate::terminal::{HiddenInput, Signals, read_hidden_line};

/// Asks questions on the terminal.
#[derive(Debug)]
pub(super) struct Prompter(Signals);

impl Prompter {
    pub(super) fn new() -> Result<Prompter, CliError> {
        Signals::listen_for_end().map(Prompter).map_err(super::service::signal_error)
    }

    /// Asks for a line; an empty one is the default.
    pub(super) async fn ask(&mut self, question: &str, default: &str) -> Result<String, CliError> {
        let shown = if default.is_empty() { String::new() } else { format!(" [{default}]") };
        output::print_prompt(&format!("{}: ", sanitize(&format!("{question}{shown}"))));
        let mut line = String::new();
        let read = move || io::stdin().read_line(&mut line).map(|bytes| (bytes > 0).then_some(line));
        let answer = self.wait(read).await?.ok_or_else(no_answer)?;
        let answer = answer.trim();
        Ok(if answer.is_empty() { default.to_owned() } else { answer.to_owned() })
    }

    /// Asks for a line that the terminal does not show.
    pub(super) async fn ask_secret(&mut self, question: &str) -> Result<SecretString, CliError> {
        let hidden = HiddenInput::start().map_err(|error| {
            CliError::usage(format!(
                "Could not hide what you type: {error}. Pipe it into the command: --with-token or --with-secret."
            ))
        })?;
        output::print_prompt(&format!("{question} (hidden): "));
        let answer = self.wait(read_hidden_line).await;
        drop(hidden);
        output::print_always("");
        answer?.filter(|secret| !secret.expose_secret().trim().is_empty()).ok_or_else(no_answer)
    }

    async fn wait<T: Send + 'static>(
        &mut self,
        read: impl FnOnce() -> io::Result<Option<T>> + Send + 'static,
    ) -> Result<Option<T>, CliError> {
        let answer = tokio::task::spawn_blocking(read);
        tokio::select! {
            biased;
            signal = self.0.next() => {
                output::print_always("");
                Err(CliError::new(for_signal(signal), "Interrupted: no changes were made."))
            }
            answer = answer => match answer {
                Ok(Ok(answer)) => Ok(answer),
                Ok(Err(error)) => Err(CliError::failed(format!("Could not read the answer: {error}."))),
                Err(_) => Err(no_answer()),
            },
        }
    }
}

fn no_answer() -> CliError {
    CliError::refused("Nothing was entered. No changes were made.")
}
