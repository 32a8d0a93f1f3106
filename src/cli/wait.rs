//! `guestlist wait`: waits until an invite is gone, pending or expired.

use std::time::Duration;

use clap::{Args, ValueEnum};
use jiff::SignedDuration;
use serde_json::json;

use super::duration_arg::MIN_INTERVAL;
use super::exit_code::{CliError, FAILED, OK, TIMEOUT};
use super::format::FormatArgs;
use super::global_args::GlobalArgs;
use super::item::Item;
use super::kinds::INVITE_STATE;
use super::printer::Printer;
use super::service::{ServiceClient, with_client};
use super::{duration_arg, output};
use crate::clock::Clock;
use crate::domain::Invite;
use crate::domain::expiry::Urgency;
use crate::domain::text::sanitize;

/// Arguments of `wait`.
#[derive(Debug, Args)]
pub(super) struct WaitArgs {
    /// The email to wait for
    #[arg(value_name = "EMAIL")]
    email: String,
    /// The state to wait for
    #[arg(long = "for", value_name = "STATE", value_enum)]
    state: State,
    /// Maximum time to wait, such as 90s, 15m or 1h
    #[arg(long, value_name = "DURATION", value_parser = duration_arg::parse, default_value = "1h")]
    timeout: SignedDuration,
    /// Time between two requests, at least 2s
    #[arg(long, value_name = "DURATION", value_parser = duration_arg::parse_interval, default_value = "15s")]
    interval: Duration,
    #[command(flatten)]
    format: FormatArgs,
}

/// State of the invites of an email.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum State {
    /// Two lists in a row show no invite: it was accepted, or deleted elsewhere
    Gone,
    /// An invite is listed and not expired
    Pending,
    /// The invite is listed and expired
    Expired,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            State::Gone => "gone",
            State::Pending => "pending",
            State::Expired => "expired",
        }
    }
}

/// Waits for the state.
pub(super) async fn run(global: GlobalArgs, args: WaitArgs, clock: Clock) -> Result<u8, CliError> {
    let printer = args.format.printer(&INVITE_STATE)?;
    with_client(&global.resolve()?, clock, async |client| wait(client, &args, printer).await).await
}

async fn wait(client: &mut ServiceClient, args: &WaitArgs, printer: Printer) -> Result<u8, CliError> {
    let end = client.now().mono.saturating_add(args.timeout.unsigned_abs());
    let mut was_absent = false;
    loop {
        let mut status = "of unknown state".to_owned();
        match client.find_invites(&args.email).await {
            Ok(invites) => {
                let invite = invites.iter().max_by_key(|invite| invite.expiry.to_micros());
                let state = current_state(client, invite);
                // One list may lag, so a missing invite is gone only after a second list.
                if state == args.state && (state != State::Gone || was_absent) {
                    return print(printer, &args.email, state, invite);
                }
                was_absent = state == State::Gone;
                state.name().clone_into(&mut status);
            }
            Err(error) if error.code == FAILED => output::print_error(error.code, &error.message),
            Err(error) => return Err(error),
        }
        let now = client.now().mono;
        if now >= end {
            let (email, timeout) = (sanitize(&args.email), args.timeout);
            let reason = format!("{email} is {status}, not {}, after {timeout:#}", args.state.name());
            return Err(CliError::new(TIMEOUT, format!("Stopped waiting: {reason}. Run the command again.")));
        }
        output::print_verbose(&format!("{} is {status}.", args.email));
        // The second look, which confirms that an invite is gone, follows soon.
        let interval = if was_absent && args.state == State::Gone { MIN_INTERVAL } else { args.interval };
        duration_arg::pause(client, interval.min(end - now)).await?;
    }
}

fn current_state(client: &ServiceClient, invite: Option<&Invite>) -> State {
    match invite.map(|invite| invite.expiry.urgency(client.server_now())) {
        None => State::Gone,
        Some(Urgency::Expired) => State::Expired,
        Some(_) => State::Pending,
    }
}

fn print(printer: Printer, email: &str, state: State, invite: Option<&Invite>) -> Result<u8, CliError> {
    if printer.is_default() {
        let meaning = if state == State::Gone { ": accepted, or deleted elsewhere" } else { "" };
        output::print_result(&format!("{} is {}{meaning}.", email.trim(), state.name()));
        return Ok(OK);
    }
    let item = Item::new([
        ("email", json!(email.trim())),
        ("state", json!(state.name())),
        ("expiry_time", json!(invite.and_then(|invite| invite.expiry.0).map(|at| at.to_string()))),
        ("identity", json!(invite.map(|invite| invite.identity.to_string()))),
    ]);
    printer.print_all([item], Vec::new(), OK)
}
