//! `guestlist show`: prints one invite in full.

use clap::Args;

use super::exit_code::{CliError, OK};
use super::format::FormatArgs;
use super::global_args::GlobalArgs;
use super::invite_item::invite_item;
use super::kinds::INVITE;
use super::service::{ServiceClient, with_client};
use super::{output, select};
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
    #[command(flatten)]
    format: FormatArgs,
}

/// Prints the invite.
pub(super) async fn run(global: GlobalArgs, args: ShowArgs, clock: Clock) -> Result<u8, CliError> {
    let printer = args.format.printer(&INVITE)?;
    let find =
        async |client: &mut ServiceClient| Ok((find_invite(client, &args.id).await?, client.server_now()));
    let (invite, now) = with_client(&global.resolve()?, clock, find).await?;
    if !printer.is_default() {
        let mut store = InviteStore::new_exact();
        store.insert(&invite);
        let row = store.rows().iter().find_map(|row| store.rows().get(row));
        return printer.print_all(row.map(|row| invite_item(&row, now)), Vec::new(), OK);
    }
    let remaining = invite.expiry.remaining_text(now);
    let remaining =
        if invite.expiry.0.is_none_or(|at| at <= now) { remaining } else { format!("in {remaining}") };
    let expires = invite.expiry.0.map_or(remaining.clone(), |at| format!("{at} ({remaining})"));
    output::print_result(&format!("email     {}", invite.email));
    output::print_result(&format!("expires   {expires}"));
    let message = sanitize_lines(&invite.message).join(" ");
    output::print_result(format!("message   {message}").trim_end());
    output::print_result(&format!("identity  {}", invite.identity));
    Ok(OK)
}

/// Finds the invite. A UUID needs one request, an email usually two.
async fn find_invite(client: &mut ServiceClient, id: &str) -> Result<Invite, CliError> {
    let id = id.trim();
    let identity = if id.contains('@') { None } else { Identity::parse(id) };
    if let Some(identity) = identity.filter(|identity| identity.uuid().is_some()) {
        return client.fetch_invite(identity).await;
    }
    let store = match id.contains('@') {
        true => client.fetch_for_emails(&[id.to_owned()]).await?,
        false => client.fetch_list().await?,
    };
    select::resolve_one(id, &store)
}
