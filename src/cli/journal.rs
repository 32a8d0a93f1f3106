//! `guestlist journal`: lists, exports, checks and cleans up the journal of this machine.
//! Needs no server and no token.

use clap::{Args, Subcommand};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;

use super::exit_code::{CliError, OK};
use super::format::FormatArgs;
use super::global_args::{GlobalArgs, ResolvedConfig};
use super::item::Item;
use super::journal_export;
use super::kinds::PLAN;
use super::run_plan::ConfirmArgs;
use super::{confirm, output, plan_text, results};
use crate::clock::Clock;
use crate::domain::Step;
use crate::domain::email::normalize;
use crate::domain::journal::JournalEntry;
use crate::domain::text::{format_plural, sanitize};
use crate::service::maintenance;

/// Subcommands of `journal`.
#[derive(Debug, Subcommand)]
pub(super) enum JournalCommand {
    /// List the newest plans of all tenancies
    #[command(after_help = include_str!("help/journal_list.txt"))]
    List(ListArgs),
    /// Print all plans with their steps and requests as data
    #[command(after_help = include_str!("help/journal_export.txt"))]
    Export(FormatArgs),
    /// Check that the whole journal is readable and consistent
    #[command(after_help = include_str!("help/journal_verify.txt"))]
    Verify(FormatArgs),
    /// Remove plans made before a day, except plans that can be resumed
    #[command(after_help = include_str!("help/journal_prune.txt"))]
    Prune(PruneArgs),
    /// Remove everything about an email
    #[command(after_help = include_str!("help/journal_forget.txt"))]
    Forget(ForgetArgs),
}

/// Arguments of `journal list`.
#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// Maximum number of plans
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
    #[command(flatten)]
    format: FormatArgs,
}

/// Arguments of `journal prune`.
#[derive(Debug, Args)]
pub(super) struct PruneArgs {
    /// First day to keep, such as 2024-06-01, in local time
    #[arg(long, value_name = "DATE")]
    before: Date,
    #[command(flatten)]
    confirm: ConfirmArgs,
}

/// Arguments of `journal forget`.
#[derive(Debug, Args)]
pub(super) struct ForgetArgs {
    /// Email to remove
    #[arg(value_name = "EMAIL")]
    email: String,
    #[command(flatten)]
    confirm: ConfirmArgs,
}

/// Runs the subcommand.
pub(super) async fn run(global: GlobalArgs, command: JournalCommand, clock: Clock) -> Result<u8, CliError> {
    let config = global.resolve()?;
    match command {
        JournalCommand::List(args) => list(&config, &args, clock.now().wall).await,
        JournalCommand::Export(args) => journal_export::run(&config, &args).await,
        JournalCommand::Verify(args) => verify(&config, &args).await,
        JournalCommand::Prune(args) => prune(&config, args).await,
        JournalCommand::Forget(args) => forget(&config, args).await,
    }
}

async fn list(config: &ResolvedConfig, args: &ListArgs, now: Timestamp) -> Result<u8, CliError> {
    let printer = args.format.printer(&PLAN)?;
    let entries = maintenance::list(&config.paths.state, args.limit).await?;
    printer.print_all(entries.iter().map(|entry| plan_item(entry, now)), Vec::new(), OK)
}

/// Returns the item of a plan: id, time, state, steps, outcomes, tenancy.
pub(super) fn plan_item(entry: &JournalEntry, now: Timestamp) -> Item {
    let plan = &entry.plan;
    Item::new([
        ("plan", json!(plan.id)),
        ("created_at", json!(plan.created_at.to_string())),
        ("state", json!(entry.state.label())),
        ("steps", json!(plan_text::verb_summary(plan))),
        ("tally", json!(plan_text::count_outcomes(entry).to_string())),
        ("tenancy", json!(plan.tenancy.0)),
    ])
    .with_short_text("plan", plan_text::short_id(plan.id))
    .with_short_text("created_at", plan_text::format_time(plan.created_at, now))
}

async fn verify(config: &ResolvedConfig, args: &FormatArgs) -> Result<u8, CliError> {
    let printer = args.printer(&PLAN)?;
    let counts = maintenance::verify(&config.paths.state).await?;
    let (plans, steps) = (format_plural(counts.plans, "plan"), format_plural(counts.steps, "step"));
    let sentence =
        format!("The journal is intact: {plans}, {steps}, {}.", format_plural(counts.calls, "request"));
    let numbers = [("plans", counts.plans), ("steps", counts.steps), ("calls", counts.calls)];
    printer.print_summary(&sentence, numbers.map(|(name, count)| (name, json!(count))).into(), OK)
}

async fn prune(config: &ResolvedConfig, args: PruneArgs) -> Result<u8, CliError> {
    let (printer, is_dry_run) = (args.confirm.format.printer(&PLAN)?, args.confirm.dry_run);
    let summary = |plans: usize| vec![("dry_run", json!(is_dry_run)), ("plans", json!(plans))];
    let day = args.before;
    let no_midnight = |error| CliError::usage(format!("{day} has no midnight in this time zone: {error}."));
    let before = day.to_zoned(output::time_zone()).map_err(no_midnight)?.timestamp();
    let entries = maintenance::list(&config.paths.state, usize::MAX).await?;
    let is_removed = |entry: &&JournalEntry| entry.plan.created_at < before && !entry.is_resumable();
    let count = entries.iter().filter(is_removed).count();
    let plans = format_plural(count, "plan");
    if is_dry_run {
        let sentence = format!("{plans} made before {day} would be removed.");
        return printer.print_summary(&sentence, summary(count), OK);
    }
    confirm::ask_yes_no(args.confirm.yes, &format!("Remove {plans} made before {day}?")).await?;
    let removed = maintenance::prune(&config.paths.state, before).await?;
    results::record_change("The plans were removed.");
    printer.print_summary(&format!("{} removed.", format_plural(removed, "plan")), summary(removed), OK)
}

async fn forget(config: &ResolvedConfig, args: ForgetArgs) -> Result<u8, CliError> {
    let (printer, is_dry_run) = (args.confirm.format.printer(&PLAN)?, args.confirm.dry_run);
    let summary = |steps: usize, plans: usize| {
        vec![("dry_run", json!(is_dry_run)), ("steps", json!(steps)), ("plans", json!(plans))]
    };
    let email = sanitize(args.email.trim());
    if is_dry_run {
        let (steps, plans) = count_steps_about(config, &args.email).await?;
        let sentence = format!("{} about {email} would be removed.", format_plural(steps, "step"));
        return printer.print_summary(&sentence, summary(steps, plans), OK);
    }
    let question = format!("Remove everything about {email} from the journal?");
    confirm::ask_yes_no(args.confirm.yes, &question).await?;
    let report = maintenance::forget(&config.paths.state, &args.email).await?;
    results::record_change("The email was removed from the journal.");
    let (steps, plans) = (format_plural(report.steps, "step"), format_plural(report.plans, "plan"));
    let sentence = format!("{steps} removed, and {plans} that had no other step.");
    printer.print_summary(&sentence, summary(report.steps, report.plans), OK)
}

/// Counts the steps about an email, and the plans that have no other step.
async fn count_steps_about(config: &ResolvedConfig, email: &str) -> Result<(usize, usize), CliError> {
    let normalized = normalize(email);
    let has_email = |step: &&Step| {
        normalize(step.email()) == normalized
            || step.target().is_some_and(|old| normalize(&old.email) == normalized)
    };
    let (mut steps, mut plans) = (0, 0);
    for entry in maintenance::list(&config.paths.state, usize::MAX).await? {
        let count = entry.plan.steps.iter().filter(has_email).count();
        steps += count;
        plans += usize::from(count > 0 && count == entry.plan.steps.len());
    }
    Ok((steps, plans))
}
