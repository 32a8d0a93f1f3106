//! `guestlist delete`: deletes invites.

use clap::Args;

use super::exit_code::CliError;
use super::global_args::GlobalArgs;
use super::run_plan::PlanArgs;
use super::select_args::SelectArgs;
use crate::clock::Clock;
use crate::domain::Step;

/// Arguments of `delete`.
#[derive(Debug, Args)]
pub(super) struct DeleteArgs {
    #[command(flatten)]
    select: SelectArgs,
    #[command(flatten)]
    plan: PlanArgs,
}

/// Deletes the invites.
pub(super) async fn run(global: GlobalArgs, args: DeleteArgs, clock: Clock) -> Result<u8, CliError> {
    let make_step = |invite| Step::Delete { invite };
    args.select.run_plan(global, args.plan, clock, make_step, |steps| steps).await
}
