//! `guestlist resend`: creates the same invites again, which sends new emails, and deletes the old
//! ones.

use clap::Args;

use super::exit_code::CliError;
use super::global_args::GlobalArgs;
use super::run_plan::{PlanArgs, run_command};
use super::select_args::SelectArgs;
use crate::clock::Clock;
use crate::domain::planner::Planner;
use crate::domain::{Step, plan_analysis};

/// Arguments of `resend`.
#[derive(Debug, Args)]
pub(super) struct ResendArgs {
    #[command(flatten)]
    select: SelectArgs,
    /// Delete the old invite first, for a server that allows one invite per email
    #[arg(long)]
    delete_first: bool,
    #[command(flatten)]
    plan: PlanArgs,
}

/// Resends the invites.
pub(super) async fn run(global: GlobalArgs, mut args: ResendArgs, clock: Clock) -> Result<u8, CliError> {
    args.select.expand_stdin_ids(&args.plan)?;
    run_command(global, args.plan, clock, |input| {
        let invites = args.select.resolve_invites(input)?;
        let planner = Planner::new(input.store, true);
        let mut steps: Vec<Step> = invites
            .into_iter()
            .map(|invite| planner.record_versions(Step::Resend { invite, known_versions: None }))
            .collect();
        plan_analysis::sort_steps(&mut steps, input.now);
        let steps = if args.delete_first { plan_analysis::to_delete_first(steps) } else { steps };
        Ok(args.select.into_draft(steps))
    })
    .await
}
