//! `guestlist plan show` and `plan discard`: shows and discards unfinished plans.
//! Needs no server; resuming is in `resume`.

use clap::Args;
use jiff::Timestamp;
use serde_json::json;

use super::exit_code::{CliError, OK};
use super::format::FormatArgs;
use super::global_args::GlobalArgs;
use super::journal::plan_item;
use super::kinds::{PLAN, STEP};
use super::printer::Printer;
use super::run_plan::ConfirmArgs;
use super::step_results::step_item;
use super::{confirm, output, plan_text, results};
use crate::clock::Clock;
use crate::domain::journal::JournalEntry;
use crate::domain::text::sanitize;
use crate::service::{self, maintenance};

/// Arguments of `plan show`.
#[derive(Debug, Args)]
pub(super) struct PlanShowArgs {
    /// Plan id or prefix [default: list resumable plans]
    #[arg(value_name = "PLAN")]
    plan: Option<String>,
    #[command(flatten)]
    format: FormatArgs,
}

/// Arguments of `plan discard`.
#[derive(Debug, Args)]
pub(super) struct DiscardArgs {
    /// Plan id or prefix [default: the only resumable plan]
    #[arg(value_name = "PLAN")]
    plan: Option<String>,
    #[command(flatten)]
    confirm: ConfirmArgs,
}

/// Prints one plan in full, or lists the resumable plans.
pub(super) async fn show(global: GlobalArgs, args: PlanShowArgs, clock: Clock) -> Result<u8, CliError> {
    let plans = args.format.printer(&PLAN)?;
    let steps = args.format.printer(&STEP)?;
    let (config, now) = (global.resolve()?, clock.now().wall);
    let entries = maintenance::list(&config.paths.state, usize::MAX).await?;
    if args.plan.is_some() {
        let Some(entry) = select_plan(entries, args.plan.as_deref(), now)? else { return Ok(OK) };
        return print_plan(&entry, now, plans, steps);
    }
    let resumable = entries.iter().filter(|entry| entry.is_resumable());
    plans.print_all(resumable.map(|entry| plan_item(entry, now)), Vec::new(), OK)
}

/// Discards a plan.
pub(super) async fn discard(global: GlobalArgs, args: DiscardArgs, clock: Clock) -> Result<u8, CliError> {
    let (printer, is_dry_run) = (args.confirm.format.printer(&PLAN)?, args.confirm.dry_run);
    let (config, now) = (global.resolve()?, clock.now().wall);
    let summary = vec![("dry_run", json!(is_dry_run))];
    let mut entries = maintenance::list(&config.paths.state, usize::MAX).await?;
    entries.retain(JournalEntry::is_resumable);
    if args.plan.is_none()
        && let Some(options) = config.open_options(config.paths.state.clone())
        && let Some(tenancy) = service::tenancy_from_token(options, clock)
    {
        entries.retain(|entry| entry.plan.tenancy == tenancy);
    }
    let Some(entry) = select_plan(entries, args.plan.as_deref(), now)? else {
        output::print_info("There is no plan to discard.");
        return printer.print_all([], summary, OK);
    };
    let (id, counts) = (plan_text::short_id(entry.plan.id), plan_text::count_outcomes(&entry));
    if is_dry_run {
        output::print_info("Dry run: the plan would be discarded; no changes were made.");
        return match printer.is_default() {
            true => print_plan(&entry, now, printer, args.confirm.format.printer(&STEP)?),
            false => printer.print_all([plan_item(&entry, now)], summary, OK),
        };
    }
    let question = format!("Discard plan {id} ({counts})? Its remaining steps will not run.");
    confirm::ask_yes_no(args.confirm.yes, &question).await?;
    let discarded = maintenance::discard_plan(&config.paths.state, entry.plan.id).await?;
    results::record_change("The plan was discarded.");
    for draft in discarded.missing_invites {
        output::print_info(&format!(
            "{} has no invite: the plan deleted the old invite, and the new invite will not be created.",
            sanitize(&draft.email)
        ));
    }
    if printer.is_default() {
        let counts = plan_text::count_outcomes(&discarded.entry);
        output::print_result(&format!("discarded {id}: {counts}"));
        return Ok(OK);
    }
    printer.print_all([plan_item(&discarded.entry, now)], summary, OK)
}

/// Returns the plan with this id or prefix, or the only plan; `None` if there are no plans.
///
/// # Errors
/// No plan has this prefix, or several plans match: the error lists these plans.
pub(super) fn select_plan(
    mut entries: Vec<JournalEntry>,
    id: Option<&str>,
    now: Timestamp,
) -> Result<Option<JournalEntry>, CliError> {
    let prefix = id.unwrap_or_default().trim().to_lowercase();
    entries.retain(|entry| entry.plan.id.to_string().starts_with(&prefix));
    if entries.len() > 1 {
        let lines: Vec<String> = entries.iter().map(|entry| plan_text::plan_label(entry, now)).collect();
        let sentence = format!("Several plans match. Choose one of them:\n{}", lines.join("\n"));
        return Err(CliError::usage(sentence));
    }
    match (entries.pop(), id) {
        (None, Some(id)) => {
            let id = sanitize(id);
            Err(CliError::not_found(format!("No suitable plan has an id that begins with {id:?}.")))
        }
        (entry, _) => Ok(entry),
    }
}

/// Prints a plan and its steps; as JSON, the steps with the plan as their summary.
fn print_plan(entry: &JournalEntry, now: Timestamp, plans: Printer, steps: Printer) -> Result<u8, CliError> {
    let plan = plan_item(entry, now);
    if plans.is_default() {
        plans.print_all([plan.clone()], Vec::new(), OK)?;
    }
    let items = entry.steps_with_progress().enumerate();
    let items = items.map(|(index, (step, progress))| step_item(index, step, progress, None));
    steps.print_all(items, plan.values().to_vec(), OK)
}
