//! Runs `guestlist login` in the terminal, as another program. It asks there, and prints the profile that it wrote.

use std::path::PathBuf;
use std::process::Stdio;

use tokio::process::Command;

use super::editor::{ChildEnd, run_child};
use crate::app::model::options::AppOptions;

/// What the console knows about the login.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoginRequest {
    /// Profile whose token is missing or rejected; `None` for a new one.
    pub profile: Option<String>,
    /// Server URL of a session without a profile.
    pub url: Option<String>,
}

impl LoginRequest {
    /// Returns the request of a session.
    pub(super) fn from_options(options: &AppOptions) -> LoginRequest {
        let is_named = options.guards.profile == options.name && !options.name.is_empty();
        LoginRequest {
            profile: is_named.then(|| options.name.clone()),
            url: (!is_named && options.sandbox.is_none()).then(|| options.url.clone()),
        }
    }

    fn arguments(self) -> Vec<String> {
        let url = self.url.map(|url| format!("--url={url}"));
        ["login".to_owned(), "--from-console".to_owned()].into_iter().chain(url).chain(self.profile).collect()
    }
}

/// Runs the login until it exits or `interruption` completes. Returns the profile that was written, or `None`.
/// `config` is the file of `--config`.
pub(super) async fn run<E>(
    request: LoginRequest,
    config: Option<&PathBuf>,
    hidden_vars: &[String],
    interruption: impl Future<Output = E>,
) -> ChildEnd<Option<String>, E> {
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => return ChildEnd::Failed(format!("Could not start guestlist login: {error}.")),
    };
    let mut command = Command::new(program);
    if let Some(config) = config {
        command.arg("--config").arg(config);
    }
    command.args(request.arguments()).stdout(Stdio::piped());
    let start_error = |error| format!("Could not start guestlist login: {error}.");
    match run_child(command, hidden_vars, start_error, interruption).await {
        ChildEnd::Exited(true, output) => {
            let profile = output.split(['\t', '\n']).next().unwrap_or_default().to_owned();
            ChildEnd::Exited((!profile.is_empty()).then_some(profile), String::new())
        }
        ChildEnd::Exited(false, _) => ChildEnd::Exited(None, String::new()),
        ChildEnd::Failed(reason) => ChildEnd::Failed(reason),
        ChildEnd::Interrupted(event) => ChildEnd::Interrupted(event),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::model::options::SandboxInfo;

    #[test]
    fn login_keeps_the_profile_or_the_server_of_its_session() {
        let mut options =
            AppOptions { url: "https://x".into(), name: "(default)".into(), ..AppOptions::default() };
        let request = LoginRequest::from_options(&options);
        assert_eq!(request.arguments(), ["login", "--from-console", "--url=https://x"]);
        options.sandbox = Some(SandboxInfo { outbox: String::new() });
        assert_eq!(LoginRequest::from_options(&options).arguments(), ["login", "--from-console"]);
        options.sandbox = None;
        (options.name, options.guards.profile) = ("acme".into(), "acme".into());
        assert_eq!(LoginRequest::from_options(&options).arguments(), ["login", "--from-console", "acme"]);
    }
}
