//! `guestlist sandbox`: runs the sandbox server alone, to connect consoles and tests to it.
//! Prints how to connect and runs until a signal arrives.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::exit_code::{CliError, OK};
use super::results::Results;
use crate::clock::Clock;
use crate::config::{Environment, typed_path_arg};
use crate::domain::curl::shell_quote;
use crate::sandbox::{Sandbox, Settings};
use crate::terminal::Signals;

/// Run a fake Invites API on this machine, with sample data
#[derive(Debug, Clone, Args)]
pub struct SandboxArgs {
    /// Address to listen on, loopback only; port 0 picks a free port
    #[arg(long, value_name = "127.0.0.1:PORT", default_value = "127.0.0.1:0", value_parser = parse_loopback)]
    pub listen: SocketAddr,
    /// Keep the invites in this SQLite file; created and filled if it does not exist
    #[arg(long, value_name = "FILE", value_parser = typed_path_arg)]
    pub db: Option<PathBuf>,
    /// Number of invites in a new tenancy
    #[arg(long, value_name = "N", default_value_t = 412, value_parser = parse_invite_count)]
    pub invites: usize,
    /// Invite quota [default: unlimited]
    #[arg(long, value_name = "N")]
    pub quota: Option<usize>,
    /// Start with the fault rules in this JSON file
    #[arg(long, value_name = "FILE", value_parser = typed_path_arg)]
    pub faults: Option<PathBuf>,
    /// Write emails to this directory and keep them
    #[arg(long, value_name = "DIR", value_parser = typed_path_arg)]
    pub outbox: Option<PathBuf>,
    /// Lifetime of tokens for the client id and secret
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(1..=86_400))]
    pub token_ttl: Option<i64>,
    /// Print one line of JSON
    #[arg(long)]
    pub json: bool,
    /// Print shell commands that set the server URL and token file
    #[arg(long, conflicts_with = "json")]
    pub env: bool,
}

/// Maximum number of invites at the start: they are all in memory.
const MAX_INVITES: usize = 2_000_000;

fn parse_invite_count(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| *number <= MAX_INVITES);
    number.ok_or_else(|| format!("must be a number from 0 to {MAX_INVITES}"))
}

fn parse_loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr = text.parse().map_err(|_| "must be 127.0.0.1:PORT".to_owned())?;
    if address.ip().is_loopback() {
        return Ok(address);
    }
    Err("the sandbox listens on this machine only: use 127.0.0.1:PORT".to_owned())
}

/// Runs the sandbox until INT, TERM or HUP, then removes its files.
///
/// # Errors
/// The sandbox could not start, or its URL could not be printed.
pub(super) async fn run(args: SandboxArgs, clock: Clock) -> Result<u8, CliError> {
    // Registered before any file exists: otherwise a signal could leave files behind.
    let mut signals = Signals::listen_for_end().map_err(|error| CliError::failed(error.to_string()))?;
    let settings = Settings {
        listen: args.listen,
        db: args.db,
        invites: args.invites,
        quota: args.quota,
        faults: args.faults,
        outbox: args.outbox,
        work_dir: None,
        token_ttl: args.token_ttl,
    };
    let sandbox =
        Sandbox::start(settings, clock).await.map_err(|error| CliError::failed(error.to_string()))?;
    let printed = print_text(&match (args.json, args.env) {
        (true, _) => to_json_line(&sandbox),
        (_, true) => to_shell_exports(&sandbox),
        _ => to_text(&sandbox),
    });
    if printed.is_ok() {
        // All signals end the sandbox the same way.
        let _ = signals.next().await;
    }
    sandbox.stop().await;
    match printed {
        // A sandbox with an unknown URL is useless, even if the reader closed the pipe on purpose.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            Err(CliError::failed(format!("Could not print the sandbox's URL: {error}.")))
        }
        // Other write errors are reported at the end of every command.
        _ => Ok(OK),
    }
}

fn print_text(text: &str) -> io::Result<()> {
    Results.write_all(text.as_bytes())
}

fn to_json_line(sandbox: &Sandbox) -> String {
    let line = json!({
        "url": sandbox.url(),
        "token_file": sandbox.token_file(),
        "client_id": sandbox.client_id(),
        "client_secret": sandbox.client_secret(),
        "control_url": sandbox.control_url(),
        "outbox": sandbox.outbox(),
    });
    format!("{line}\n")
}

/// Returns lines for a POSIX shell. Unsets `GUESTLIST_PROFILE` and `DATATRAILS_TOKEN`, which would have precedence.
fn to_shell_exports(sandbox: &Sandbox) -> String {
    let token_file = sandbox.token_file().to_string_lossy();
    let export = |name: &str, value: &str| format!("export {name}={}\n", shell_quote(value));
    let url = export("DATATRAILS_URL", sandbox.url());
    let environment = Environment::read();
    let profile = if environment.profile.is_some() { "unset GUESTLIST_PROFILE\n" } else { "" };
    let token = if environment.has_token { "unset DATATRAILS_TOKEN\n" } else { "" };
    format!("{url}{}{profile}{token}", export("BEARER_TOKEN_FILE", &token_file))
}

fn to_text(sandbox: &Sandbox) -> String {
    let (url, token_file) = (sandbox.url(), sandbox.token_file().display());
    let (client, secret) = (sandbox.client_id(), sandbox.client_secret());
    let (control, outbox) = (sandbox.control_url(), sandbox.outbox().display());
    format!(
        "Sandbox: a fake Invites API on this machine. Its emails never leave the machine.\n\n\
         server URL     {url}\n\
         token file     {token_file}\n\
         control URL    {control}\n\
         emails         {outbox}\n\
         client id      {client}\n\
         client secret  {secret}\n\n\
         Connect a console from another terminal:\n\n    \
         guestlist --url {url} --token-file {token_file}\n\n\
         Or store its token in a profile, so that all commands use it:\n\n    \
         guestlist login sandbox --url {url} --with-token < {token_file}\n\n\
         Press Ctrl-c to stop the sandbox.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn non_loopback_listen_address_is_rejected() {
        assert!(parse_loopback("127.0.0.1:8080").is_ok() && parse_loopback("[::1]:0").is_ok());
        for address in ["0.0.0.0:8080", "192.168.0.7:80", "[::]:80"] {
            assert!(
                parse_loopback(address).is_err_and(|reason| reason.contains("this machine only")),
                "{address}"
            );
        }
        assert!(parse_loopback("localhost").is_err_and(|reason| reason.contains("127.0.0.1:PORT")));
    }

    #[tokio::test]
    async fn sandbox_prints_its_addresses_as_json_or_text() {
        let settings = Settings { invites: 1, ..Settings::default() };
        let sandbox = Sandbox::start(settings, Clock::system()).await.expect("the sandbox starts");
        let line = to_json_line(&sandbox);
        assert_eq!(line.find('\n'), Some(line.len() - 1));
        let object: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        let mut keys: Vec<&String> = object.as_object().expect("an object").keys().collect();
        keys.sort();
        assert_eq!(keys, ["client_id", "client_secret", "control_url", "outbox", "token_file", "url"]);
        let command =
            format!("guestlist --url {} --token-file {}", sandbox.url(), sandbox.token_file().display());
        assert!(to_text(&sandbox).contains(&command));
    }
}
