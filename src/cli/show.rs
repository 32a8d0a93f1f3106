//! `guestlist show`: one invite in full.

use clap::Args;

use super::exit_code::{CliError, OK};
use super::global_args::GlobalArgs;
use super::output;
use super::query;
use super::resolve;
use super::results;
use super::rows::Fields;
use super::service::ServiceClient;
use crate::clock::Clock;
use crate::domain::invite_store::InviteStore;
use crate::domain::text::sanitize_lines;
use crate::domain::{Identity, Invite};

/// Arguments of `show`.
#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// A UUID, invites/UUID, or an email that has one invite
    #[arg(value_name = "ID")]
    id: String,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Prints the invite.
pub(super) async fn run(global: GlobalArgs, args: ShowArgs, clock: Clock) -> Result<u8, CliError> {
    let decided = query::resolve_config(global)?;
    let mut link = ServiceClient::open(&decided, clock)?;
    let found = find(&mut link, &args.id).await;
    let now = link.server_now();
    link.close().await;
    let invite = found?;
    if args.json {
        let mut roster = InviteStore::new_exact();
        roster.insert(&invite);
        let all = Fields::parse("").map_err(|why| CliError::new(super::exit_code::FAILED, why))?;
        for row in roster.rows().iter().filter_map(|row| roster.rows().get(row)) {
            output::result(&all.to_json(&row).map_err(|error| results::format_error(&error))?);
        }
        return Ok(OK);
    }
    let left = invite.expiry.remaining_text(now);
    let left = if invite.expiry.0.is_none_or(|at| at <= now) { left } else { format!("in {left}") };
    let expires = invite.expiry.0.map_or(left.clone(), |at| format!("{at} ({left})"));
    output::result(&format!("email     {}", invite.email));
    output::result(&format!("expires   {expires}"));
    let message = sanitize_lines(&invite.message).join(" ");
    output::result(format!("message   {message}").trim_end());
    output::result(&format!("identity  {}", invite.identity));
    Ok(OK)
}

/// Finds the invite. A UUID needs one request; an email needs the whole list.
async fn find(link: &mut ServiceClient, id: &str) -> Result<Invite, CliError> {
    let id = id.trim();
    let named = if id.contains('@') { None } else { Identity::parse(id) };
    if let Some(identity) = named.filter(|identity| identity.uuid().is_some()) {
        return link.fetch_invite(identity).await;
    }
    let roster = link.fetch_list().await?;
    let mut found = resolve::resolve(&[id.to_owned()], &roster)?;
    found.pop().ok_or_else(|| CliError::new(super::exit_code::FAILED, "There is no such invite."))
}
