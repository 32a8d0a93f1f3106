//! `guestlist delete`: invites that stop working.

use clap::Args;

use super::change::{ChangeArgs, Wish, change};
use super::codes::Ended;
use super::global::GlobalArgs;
use super::ids;
use crate::clock::Clock;
use crate::domain::Step;
use crate::domain::planning::order;

/// What is typed after `delete`.
#[derive(Debug, Args)]
pub(super) struct DeleteArgs {
    /// A uuid, invites/uuid, or an address that has one invite
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
    #[command(flatten)]
    change: ChangeArgs,
}

/// Deletes them.
pub(super) async fn run(global: GlobalArgs, args: DeleteArgs, clock: Clock) -> Result<u8, Ended> {
    change(global, args.change, clock, |roster, now| {
        let invites = ids::resolve(&args.ids, roster)?;
        let mut steps: Vec<Step> = invites.into_iter().map(|invite| Step::Delete { invite }).collect();
        order(&mut steps, now.wall);
        Ok(Wish { steps, ..Wish::default() })
    })
    .await
}
