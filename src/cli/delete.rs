//! `guestlist delete`: deletes invites.

use clap::Args;

use super::exit_code::CliError;
use super::global_args::GlobalArgs;
use super::run_plan::{PlanArgs, run_command};
use super::select_args::SelectArgs;
use crate::clock::Clock;
use crate::domain::Step;
use crate::domain::plan_analysis::sort_steps;

/// Arguments of `delete`.
#[derive(Debug, Args)]
pub(super) struct DeleteArgs {
    #[command(flatten)]
    select: SelectArgs,
    #[command(flatten)]
    plan: PlanArgs,
}

/// Deletes the invites.
pub(super) async fn run(global: GlobalArgs, mut args: DeleteArgs, clock: Clock) -> Result<u8, CliError> {
    args.select.expand_stdin_ids(&args.plan)?;
    run_command(global, args.plan, clock, |input| {
        let invites = args.select.resolve_invites(input)?;
        let mut steps: Vec<Step> = invites.into_iter().map(|invite| Step::Delete { invite }).collect();
        sort_steps(&mut steps, input.now);
        Ok(args.select.into_draft(steps))
    })
    .await
}
