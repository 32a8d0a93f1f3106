//! A sandbox in this process for consoles in terminals; tests count its requests.

use std::path::Path;

use guestlist::clock::Clock;
use guestlist::sandbox::{Control, Sandbox, Settings};
use portable_pty::CommandBuilder;
use tokio::runtime::Runtime;

use crate::test_env::TestEnv;

pub struct SandboxServer {
    sandbox: Sandbox,
    /// Keeps the sandbox running; dropped after it.
    _runtime: Runtime,
}

impl SandboxServer {
    pub fn start() -> SandboxServer {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let sandbox = runtime.block_on(Sandbox::start(Settings::default(), Clock::system()));
        SandboxServer { sandbox: sandbox.expect("a running sandbox"), _runtime: runtime }
    }

    pub fn control(&self) -> Control {
        self.sandbox.control()
    }

    pub fn url(&self) -> &str {
        self.sandbox.url()
    }

    pub fn token_file(&self) -> &Path {
        self.sandbox.token_file()
    }

    /// Returns a console that connects to this server.
    pub fn console_command(&self, env: &TestEnv) -> CommandBuilder {
        console(env, self.sandbox.url(), self.sandbox.token_file())
    }

    /// Returns the number of requests with this method.
    pub fn request_count(&self, method: &str) -> usize {
        self.control().requests().iter().filter(|call| call.method == method).count()
    }

    /// Returns the number of pending invites of an email.
    pub fn pending_count(&self, email: &str) -> usize {
        self.control().invites().iter().filter(|invite| invite.email == email).count()
    }
}

/// Returns a console for a server, with an undo window of one second.
pub fn console(env: &TestEnv, url: &str, token_file: &Path) -> CommandBuilder {
    let config = env.write_file("config.toml", "undo_seconds = 1\n");
    let (token_file, config) = (token_file.to_str().expect("a path"), config.to_str().expect("a path"));
    env.console_command(&["--url", url, "--token-file", token_file, "--config", config])
}
