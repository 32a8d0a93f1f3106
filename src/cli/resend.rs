//! `guestlist resend`: the same invites again, with a new link and a new e-mail; the old ones stop working.

use clap::Args;

use super::change::{ChangeArgs, Wish, change};
use super::codes::Ended;
use super::global::GlobalArgs;
use super::ids;
use crate::clock::Clock;
use crate::domain::roster::Roster;
use crate::domain::{Invite, Step, planning};

/// What is typed after `resend`.
#[derive(Debug, Args)]
pub(super) struct ResendArgs {
    /// A uuid, invites/uuid, or an address that has one invite
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
    /// Delete the old one before the new one is sent, for a server that takes no second invite for an address
    #[arg(long)]
    delete_first: bool,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Sends them again.
pub(super) async fn run(global: GlobalArgs, args: ResendArgs, clock: Clock) -> Result<u8, Ended> {
    change(global, args.change, clock, |roster, now| {
        let invites = ids::resolve(&args.ids, roster)?;
        let mut steps: Vec<Step> = invites.into_iter().map(|invite| again(invite, roster)).collect();
        planning::order(&mut steps, now.wall);
        let steps = if args.delete_first { planning::delete_first(steps) } else { steps };
        Ok(Wish { steps, ..Wish::default() })
    })
    .await
}

fn again(invite: Invite, roster: &Roster) -> Step {
    let before = Some(roster.pins(&invite.email));
    Step::Resend { invite, before }
}
