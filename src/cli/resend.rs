//! `guestlist resend`: creates the same invites again, which sends new emails, and deletes the old
//! ones.

use clap::Args;

use super::exit_code::CliError;
use super::global_args::GlobalArgs;
use super::run_plan::PlanArgs;
use super::select_args::SelectArgs;
use crate::clock::Clock;
use crate::domain::Step;
use crate::domain::plan_analysis::to_delete_first;

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
pub(super) async fn run(global: GlobalArgs, args: ResendArgs, clock: Clock) -> Result<u8, CliError> {
    let make_step = |invite| Step::Resend { invite, known_versions: None };
    let finish = |steps| if args.delete_first { to_delete_first(steps) } else { steps };
    args.select.run_plan(global, args.plan, clock, make_step, finish).await
}
