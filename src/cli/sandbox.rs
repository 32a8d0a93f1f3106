//! `guestlist sandbox`: the sandbox on its own, for trying a console against it and for tests from outside.
//! Says where it is and how to connect, and runs until it is told to stop. The server itself is another room's.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::results::Results;
use super::signals::Signals;
use crate::clock::Clock;
use crate::config::{Environment, typed_path_arg};
use crate::domain::curl::quoted;
use crate::sandbox::{Sandbox, Settings};

/// Run the Invites API on this machine, with invented invites
#[derive(Debug, Clone, Args)]
pub struct SandboxArgs {
    /// Where to listen; only loopback is possible, port 0 takes a free one
    #[arg(long, value_name = "127.0.0.1:PORT", default_value = "127.0.0.1:0", value_parser = loopback)]
    pub listen: SocketAddr,
    /// Keep the invites in this SQLite file; it is made and filled when it does not exist
    #[arg(long, value_name = "FILE", value_parser = typed_path_arg)]
    pub db: Option<PathBuf>,
    /// How many invites a fresh tenancy starts with
    #[arg(long, value_name = "N", default_value_t = 412, value_parser = invites)]
    pub invites: usize,
    /// How many invites there may be; one more is refused with 402. By default there is no limit
    #[arg(long, value_name = "N")]
    pub cap: Option<usize>,
    /// Start with the fault rules in this JSON file
    #[arg(long, value_name = "FILE", value_parser = typed_path_arg)]
    pub faults: Option<PathBuf>,
    /// Put the letters here, and leave them; by default they are removed at the end
    #[arg(long, value_name = "DIR", value_parser = typed_path_arg)]
    pub outbox: Option<PathBuf>,
    /// How long a token lives that is given for the client id and secret
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(1..=86_400))]
    pub token_ttl: Option<i64>,
    /// Print one line of JSON in place of sentences
    #[arg(long)]
    pub json: bool,
    /// Print lines for a POSIX shell that set URL and token file, in place of sentences
    #[arg(long, conflicts_with = "json")]
    pub env: bool,
}

/// The most invites that a sandbox starts with: they are all in memory.
const MAX_INVITES: usize = 2_000_000;

fn invites(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| *number <= MAX_INVITES);
    number.ok_or_else(|| format!("write a number from 0 to {MAX_INVITES}"))
}

fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr = text.parse().map_err(|_| "write it as 127.0.0.1:PORT".to_owned())?;
    if address.ip().is_loopback() {
        return Ok(address);
    }
    Err("the sandbox listens on this machine only: use 127.0.0.1:PORT".to_owned())
}

/// Runs the sandbox until an interrupt, a termination or a hang-up; then its files are removed.
///
/// # Errors
/// What kept it from starting, or from saying where it is.
pub async fn run(args: SandboxArgs, clock: Clock) -> anyhow::Result<()> {
    // From before there is something to remove: a signal in between would leave it behind.
    let mut signals = Signals::listen()?;
    let settings = Settings {
        listen: args.listen,
        db: args.db,
        invites: args.invites,
        cap: args.cap,
        faults: args.faults,
        outbox: args.outbox,
        folder: None,
        token_life: args.token_ttl,
    };
    let sandbox = Sandbox::start(settings, clock).await?;
    let said = say(&match (args.json, args.env) {
        (true, _) => one_line(&sandbox),
        (_, true) => exports(&sandbox),
        _ => sentences(&sandbox),
    });
    if said.is_ok() {
        // Each of them ends it in the same way.
        let _ = signals.next().await;
    }
    sandbox.stop().await;
    match said {
        // A server whose URL nobody knows is of no use, also where nobody wants to know it.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            Err(anyhow::anyhow!("Could not print the sandbox's URL: {error}."))
        }
        // Any other failure is reported at the end of every command.
        _ => Ok(()),
    }
}

fn say(text: &str) -> io::Result<()> {
    Results.write_all(text.as_bytes())
}

fn one_line(sandbox: &Sandbox) -> String {
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

/// Lines that a POSIX shell can run. A profile that is set in the environment would win over them.
fn exports(sandbox: &Sandbox) -> String {
    let token_file = sandbox.token_file().to_string_lossy();
    let export = |name: &str, value: &str| format!("export {name}={}\n", quoted(value));
    let url = export("DATATRAILS_URL", sandbox.url());
    let profile = if Environment::read().profile.is_some() { "unset GUESTLIST_PROFILE\n" } else { "" };
    format!("{url}{}{profile}", export("BEARER_TOKEN_FILE", &token_file))
}

fn sentences(sandbox: &Sandbox) -> String {
    let (url, token_file) = (sandbox.url(), sandbox.token_file().display());
    let (client, secret) = (sandbox.client_id(), sandbox.client_secret());
    let (control, outbox) = (sandbox.control_url(), sandbox.outbox().display());
    format!(
        "The Invites API, on this machine only. No letter leaves it.\n\n\
         address     {url}\n\
         token file  {token_file}\n\
         control     {control}\n\
         letters     {outbox}\n\
         client id   {client}\n\
         its secret  {secret}\n\n\
         Connect a console from another terminal:\n\n    \
         guestlist --url {url} --token-file {token_file}\n\n\
         Ctrl-c stops it.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_others_can_reach_is_refused() {
        assert!(loopback("127.0.0.1:8080").is_ok() && loopback("[::1]:0").is_ok());
        for address in ["0.0.0.0:8080", "192.168.0.7:80", "[::]:80"] {
            assert!(loopback(address).is_err_and(|why| why.contains("this machine only")), "{address}");
        }
        assert!(loopback("localhost").is_err_and(|why| why.contains("127.0.0.1:PORT")));
    }

    #[tokio::test]
    async fn it_says_where_it_is_in_one_line_of_json_or_in_sentences() {
        let settings = Settings { invites: 1, ..Settings::default() };
        let sandbox = Sandbox::start(settings, Clock::system()).await.expect("it starts");
        let line = one_line(&sandbox);
        assert_eq!(line.find('\n'), Some(line.len() - 1));
        let said: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        let mut keys: Vec<&String> = said.as_object().expect("an object").keys().collect();
        keys.sort();
        assert_eq!(keys, ["client_id", "client_secret", "control_url", "outbox", "token_file", "url"]);
        let command =
            format!("guestlist --url {} --token-file {}", sandbox.url(), sandbox.token_file().display());
        assert!(sentences(&sandbox).contains(&command));
    }
}
