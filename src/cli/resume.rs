//! `guestlist plan resume`: resumes a plan that was stopped, paused or killed.
//! Requests without a response are checked first; completed requests are never repeated.

use std::time::Duration;

use clap::Args;

use super::exit_code::{self, CliError, OK};
use super::global_args::{GlobalArgs, ResolvedConfig};
use super::plan_show::select_plan;
use super::progress::ProgressLine;
use super::run_plan::{self, ConfirmArgs};
use super::service::{ServiceClient, with_client};
use super::step_results::StepResults;
use super::{confirm, output, plan_text};
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
    let mut results = StepResults::new(&args.confirm.format)?;
    let config = run_plan::check_writable(global, &args.confirm)?;
    with_client(&config, clock, async |client| run_with_client(client, &args, &config, &mut results).await)
        .await
}

async fn run_with_client(
    client: &mut ServiceClient,
    args: &ResumeArgs,
    config: &ResolvedConfig,
    results: &mut StepResults,
) -> Result<u8, CliError> {
    let guards = &config.settings.guards;
    client.fetch_list().await?;
    let mut entries = client.load_plans().await?;
    // A plan that was reconciled since the list load may be finished; report it too.
    let is_reconciled = |entry: &JournalEntry| {
        let unfinished = client.unfinished.iter().flatten();
        unfinished.into_iter().any(|plan| plan.entry.plan.id == entry.plan.id)
    };
    entries.retain(|entry| entry.is_resumable() || is_reconciled(entry));
    let now = client.now().wall;
    let Some(chosen) = select_plan(entries, args.plan.as_deref(), now)? else {
        output::print_info("There is no plan to resume.");
        return results.finish(None, StepCounts::default(), args.confirm.dry_run, OK);
    };
    let (entry, reconciled) = wait_until_reconciled(client, chosen).await?;
    if !args.confirm.dry_run {
        print_reconciled(&entry, &reconciled, results);
    }
    let mut scope = match (args.no_email, args.send_again) {
        (true, _) => ResumeScope::WithoutEmail,
        (_, true) => ResumeScope::RepeatUnknown,
        _ => ResumeScope::All,
    };
    let steps = entry.remaining_steps(scope);
    if !entry.is_resumable() || steps.is_empty() {
        let counts = StepCounts::from_progress(&entry.progress);
        output::print_info(&format!("Nothing is left to do: {counts}."));
        let code = exit_code::for_steps(&entry.progress, None);
        return results.finish(Some(entry.plan.id), counts, args.confirm.dry_run, code);
    }
    let clock_warning = client.connection.clock_warning();
    let quota_warning = client.quota_warning(&steps).await?;
    if args.confirm.dry_run {
        return results.print_dry_run(&steps, quota_warning, now, OK);
    }
    run_plan::check_tenancy(client)?;
    // A started plan was already confirmed.
    let is_new = entry.state == PlanState::Staged;
    let clock_warning =
        run_plan::clock_warning_for(clock_warning, &entry.plan.filter, config).filter(|_| is_new);
    let mut undo_window = Duration::ZERO;
    if args.confirm.yes {
        if let Some(clock_warning) = clock_warning.filter(|_| args.confirm.confirm_steps.is_none()) {
            return Err(run_plan::clock_mismatch_error(&clock_warning, steps.len(), true));
        }
        confirm::check_step_count(guards, &steps, args.confirm.confirm_steps)?;
        quota_warning.iter().for_each(|line| output::print_info(line));
    } else {
        plan_text::plan_lines(&steps, Some(now))
            .iter()
            .chain(&quota_warning)
            .for_each(|line| output::print_always(line));
        let unknown = entry.unknown_creates();
        // Checking again needs no confirmation.
        if unknown.len() < steps.len()
            && !confirm::ask_to_confirm(client, "Resume the plan?", &steps, guards, clock_warning).await?
        {
            return Err(confirm::unconfirmed_error());
        }
        if scope == ResumeScope::All
            && !unknown.is_empty()
            && confirm_repeat(client, &unknown, guards).await?
        {
            scope = ResumeScope::RepeatUnknown;
        }
        if scope == ResumeScope::RepeatUnknown || unknown.len() < steps.len() {
            undo_window = config.settings.undo_window;
        }
    }
    let request = ServiceRequest::ResumePlan { plan: entry.plan.id, scope, undo_window };
    run_plan::run_plan(client, &entry.plan, entry.progress, request, results).await
}

/// Prints the steps whose outcome was found just before this resume.
fn print_reconciled(entry: &JournalEntry, reconciled: &[usize], results: &mut StepResults) {
    for index in reconciled {
        if let (Some(step), Some(progress)) = (entry.plan.steps.get(*index), entry.progress.get(*index))
            && progress.has_final_outcome()
        {
            results.print_step(*index, step, progress, None);
        }
    }
}

/// Asks whether to repeat creates with an unknown outcome, and states the risk.
async fn confirm_repeat(
    client: &mut ServiceClient,
    unknown: &[Step],
    guards: &PlanLimits,
) -> Result<bool, CliError> {
    for step in unknown {
        let email = sanitize(step.email());
        output::print_always(&format!(
            "The invite to {email} may have been created: it is not in the list yet."
        ));
    }
    let question = "Create again the invites that are not in the list? This may email a person twice.";
    confirm::ask_to_confirm(client, question, unknown, guards, None).await
}

/// Waits until requests without a response are checked, and prints the findings.
/// If another process runs the plan, waits for that process.
async fn wait_until_reconciled(
    client: &mut ServiceClient,
    chosen: JournalEntry,
) -> Result<(JournalEntry, Vec<usize>), CliError> {
    let mut line = ProgressLine::new();
    line.set_text("checking the plan");
    loop {
        if let Some(failure) = client.journal_error.clone() {
            return Err(failure.into());
        }
        if let Some(unfinished) = client.unfinished.take() {
            line.clear();
            let found = unfinished.into_iter().find(|plan| plan.entry.plan.id == chosen.plan.id);
            let Some(plan) = found else {
                // Another process has run the plan.
                let mut entries = client.load_plans().await?.into_iter();
                let now = entries.find(|entry| entry.plan.id == chosen.plan.id);
                return Ok((now.unwrap_or(chosen), Vec::new()));
            };
            plan.findings.iter().for_each(|finding| output::print_info(finding));
            return Ok((plan.entry, plan.reconciled_steps));
        }
        client.next_reply(&mut line).await?;
    }
}
