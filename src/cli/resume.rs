//! `guestlist plan resume`: resumes a plan that was stopped, paused or killed. Requests without a response are
//! checked
//! first; completed requests are never repeated.

use std::time::Duration;

use clap::Args;

use super::confirm;
use super::exit_code::{self, CliError, OK};
use super::global_args::{GlobalArgs, ResolvedConfig};
use super::output;
use super::plan_progress;
use super::plan_show::select_plan;
use super::plan_text;
use super::progress::ProgressLine;
use super::run_plan::{self, ConfirmArgs};
use super::service::ServiceClient;
use crate::clock::Clock;
use crate::domain::journal::JournalEntry;
use crate::domain::plan::{PlanState, StepCounts};
use crate::domain::profile_settings::PlanLimits;
use crate::domain::service_msg::ResumeScope;
use crate::domain::text::sanitize;
use crate::domain::{ServiceRequest, Step};

/// Arguments of `plan resume`.
#[derive(Debug, Args)]
pub(super) struct ResumeArgs {
    /// Plan id or prefix [default: the only resumable plan]
    #[arg(value_name = "PLAN")]
    plan: Option<String>,
    /// Skip steps that send email, for example after the quota was reached
    #[arg(long)]
    no_email: bool,
    /// Also repeat creates with an unknown outcome; may email a person twice
    #[arg(long, conflicts_with = "no_email")]
    send_again: bool,
    #[command(flatten)]
    confirm: ConfirmArgs,
}

/// Resumes the plan.
pub(super) async fn run(global: GlobalArgs, args: ResumeArgs, clock: Clock) -> Result<u8, CliError> {
    let decided = run_plan::check_writable(global, args.confirm)?;
    let mut link = ServiceClient::open(&decided, clock)?;
    let result = run_with_client(&mut link, &args, &decided).await;
    link.close().await;
    result
}

async fn run_with_client(
    link: &mut ServiceClient,
    args: &ResumeArgs,
    decided: &ResolvedConfig,
) -> Result<u8, CliError> {
    let guards = &decided.settings.guards;
    link.fetch_list().await?;
    let mut entries = link.load_plans().await?;
    // A plan that was reconciled since the list load may be finished; report it too.
    let is_settled = |entry: &JournalEntry| {
        let told = link.unfinished.iter().flatten();
        told.into_iter().any(|left| left.entry.plan.id == entry.plan.id)
    };
    entries.retain(|entry| plan_text::is_resumable(entry) || is_settled(entry));
    let now = link.now().wall;
    let Some(chosen) = select_plan(entries, args.plan.as_deref(), now)? else {
        output::info("There is no plan to resume.");
        return Ok(OK);
    };
    let (entry, settled) = wait_until_reconciled(link, chosen).await?;
    if !args.confirm.dry_run {
        print_reconciled(&entry, &settled);
    }
    let mut what = match (args.no_email, args.send_again) {
        (true, _) => ResumeScope::WithoutEmail,
        (_, true) => ResumeScope::RepeatUnknown,
        _ => ResumeScope::All,
    };
    let left = entry.remaining_steps(what);
    if !plan_text::is_resumable(&entry) || left.is_empty() {
        output::info(&format!("Nothing is left to do: {}.", StepCounts::from_progress(&entry.progress)));
        return Ok(exit_code::for_steps(&entry.progress, None));
    }
    let clock_warning = link.connection.clock_warning();
    let lacks = link.quota_warning(&left).await?.map(|words| format!("Warning: {words}"));
    if args.confirm.dry_run {
        plan_text::dry_run(&left, lacks, now);
        output::info("Dry run: no changes were made.");
        return Ok(OK);
    }
    run_plan::check_tenancy(link)?;
    // A started plan was already confirmed.
    let is_new = entry.state == PlanState::Staged;
    let doubt = run_plan::clock_warning_for(clock_warning, &entry.plan.filter, decided).filter(|_| is_new);
    let mut hold = Duration::ZERO;
    if args.confirm.yes {
        if let Some(doubt) = doubt.filter(|_| args.confirm.confirm_steps.is_none()) {
            return Err(run_plan::clock_mismatch_error(&doubt, left.len(), true));
        }
        confirm::check_step_count(guards, &left, args.confirm.confirm_steps)?;
        lacks.iter().for_each(|line| output::info(line));
    } else {
        plan_text::plan_lines(&left, now).iter().chain(&lacks).for_each(|line| output::always(line));
        let unknown = entry.unknown_creates();
        // Checking again needs no confirmation.
        if unknown.len() < left.len() {
            confirm::require_confirmation(link, "Resume the plan?", &left, guards, doubt).await?;
        }
        if what == ResumeScope::All && !unknown.is_empty() && confirm_repeat(link, &unknown, guards).await? {
            what = ResumeScope::RepeatUnknown;
        }
        if what == ResumeScope::RepeatUnknown || unknown.len() < left.len() {
            hold = decided.settings.undo_window;
        }
    }
    let request = ServiceRequest::ResumePlan { plan: entry.plan.id, scope: what, undo_window: hold };
    run_plan::run_plan(link, &entry.plan, entry.progress, request).await
}

/// Prints the steps whose outcome was just found; no other program has printed them.
fn print_reconciled(entry: &JournalEntry, settled: &[usize]) {
    for place in settled {
        if let (Some(step), Some(progress)) = (entry.plan.steps.get(*place), entry.progress.get(*place))
            && progress.has_final_outcome()
        {
            plan_progress::print_step(step, progress, None);
        }
    }
}

/// Asks whether to repeat creates with an unknown outcome, and names the risk.
async fn confirm_repeat(
    link: &mut ServiceClient,
    unknown: &[Step],
    guards: &PlanLimits,
) -> Result<bool, CliError> {
    for step in unknown {
        output::always(&format!(
            "The invite to {} may have been created: it is not in the list yet.",
            sanitize(step.email())
        ));
    }
    let what = "Create the invites that are not in the list again? This may email a person twice.";
    confirm::ask_to_confirm(link, what, unknown, guards, None).await
}

/// Waits until requests without a response are checked, and prints the findings. Waits for another program that runs
/// the plan.
async fn wait_until_reconciled(
    link: &mut ServiceClient,
    chosen: JournalEntry,
) -> Result<(JournalEntry, Vec<usize>), CliError> {
    let mut line = ProgressLine::new();
    line.set_text("checking the plan");
    loop {
        if let Some(failure) = link.journal_error.clone() {
            return Err(failure.into());
        }
        if let Some(told) = link.unfinished.take() {
            line.clear();
            let found = told.into_iter().find(|left| left.entry.plan.id == chosen.plan.id);
            let Some(left) = found else { return reload_entry(link, chosen).await };
            left.findings.iter().for_each(|finding| output::info(finding));
            return Ok((left.entry, left.reconciled_steps));
        }
        link.next_reply(&mut line).await?;
    }
}

/// Reads the plan again after another program has worked on it.
async fn reload_entry(
    link: &mut ServiceClient,
    chosen: JournalEntry,
) -> Result<(JournalEntry, Vec<usize>), CliError> {
    let now = link.load_plans().await?.into_iter().find(|entry| entry.plan.id == chosen.plan.id);
    Ok((now.unwrap_or(chosen), Vec::new()))
}
