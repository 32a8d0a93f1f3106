//! `guestlist journal`: lists, exports, checks and cleans up the journal of this machine.
//! Needs no server and no token.

use clap::{Args, Subcommand};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::exit_code::{CliError, OK};
use super::global_args::{GlobalArgs, ResolvedConfig};
use super::journal_export::{self, ExportArgs};
use super::output::{self, JsonArgs};
use super::run_plan::ConfirmArgs;
use super::{confirm, plan_text, results};
use crate::clock::Clock;
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
    Export(ExportArgs),
    /// Check that the whole journal is readable and consistent
    Verify(JsonArgs),
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
    /// Print JSON, one object per line
    #[arg(long)]
    json: bool,
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
        JournalCommand::List(args) => {
            output::set_json(args.json);
            list(&config, args.limit, clock.now().wall).await
        }
        JournalCommand::Export(args) => journal_export::run(&config, &args).await,
        JournalCommand::Verify(args) => {
            output::set_json(args.json);
            verify(&config).await
        }
        JournalCommand::Prune(args) => prune(&config, args).await,
        JournalCommand::Forget(args) => forget(&config, args).await,
    }
}

async fn list(config: &ResolvedConfig, limit: usize, now: Timestamp) -> Result<u8, CliError> {
    for entry in maintenance::list(&config.paths.state, limit).await? {
        print_plan_line(&entry, now);
    }
    Ok(OK)
}

/// Prints one line for a plan: id, time, state, steps, summary, tenancy.
pub(super) fn print_plan_line(entry: &JournalEntry, now: Timestamp) {
    let (id, created_at) = match output::is_json() {
        true => (entry.plan.id.to_string(), entry.plan.created_at.to_string()),
        false => (plan_text::short_id(entry.plan.id), plan_text::format_time(entry.plan.created_at, now)),
    };
    output::print_record(&[
        ("plan", &id),
        ("created_at", &created_at),
        ("state", entry.state.label()),
        ("steps", &plan_text::verb_summary(&entry.plan)),
        ("tally", &plan_text::count_outcomes(entry).to_string()),
        ("tenancy", &entry.plan.tenancy.0),
    ]);
}

async fn verify(config: &ResolvedConfig) -> Result<u8, CliError> {
    let counts = maintenance::verify(&config.paths.state).await?;
    let (plans, steps) = (format_plural(counts.plans, "plan"), format_plural(counts.steps, "step"));
    let sentence =
        format!("The journal is intact: {plans}, {steps}, {}.", format_plural(counts.calls, "request"));
    let numbers = [("plans", counts.plans), ("steps", counts.steps), ("calls", counts.calls)];
    output::print_summary(&sentence, &numbers);
    Ok(OK)
}

async fn prune(config: &ResolvedConfig, args: PruneArgs) -> Result<u8, CliError> {
    let day = args.before;
    let no_midnight = |error| CliError::usage(format!("{day} has no midnight in this time zone: {error}."));
    let before = day.to_zoned(TimeZone::system()).map_err(no_midnight)?.timestamp();
    let entries = maintenance::list(&config.paths.state, usize::MAX).await?;
    let is_removed = |entry: &&JournalEntry| entry.plan.created_at < before && !entry.is_resumable();
    let count = entries.iter().filter(is_removed).count();
    let plans = format_plural(count, "plan");
    output::set_json(args.confirm.json);
    if args.confirm.dry_run {
        output::print_summary(&format!("{plans} made before {day} would be removed."), &[("plans", count)]);
        return Ok(OK);
    }
    confirm::ask_yes_no(args.confirm.yes, &format!("Remove {plans} made before {day}?")).await?;
    let removed = maintenance::prune(&config.paths.state, before).await?;
    results::record_change("The plans were removed.");
    output::print_summary(&format!("{} removed.", format_plural(removed, "plan")), &[("plans", removed)]);
    Ok(OK)
}

async fn forget(config: &ResolvedConfig, args: ForgetArgs) -> Result<u8, CliError> {
    let email = sanitize(args.email.trim());
    output::set_json(args.confirm.json);
    if args.confirm.dry_run {
        let normalized = normalize(&args.email);
        let entries = maintenance::list(&config.paths.state, usize::MAX).await?;
        let steps = entries.iter().flat_map(|entry| &entry.plan.steps);
        let has_email = |step: &&crate::domain::Step| {
            normalize(step.email()) == normalized
                || step.target().is_some_and(|old| normalize(&old.email) == normalized)
        };
        let count = steps.filter(has_email).count();
        let steps = format_plural(count, "step");
        output::print_summary(&format!("{steps} about {email} would be removed."), &[("steps", count)]);
        return Ok(OK);
    }
    let question = format!("Remove everything about {email} from the journal?");
    confirm::ask_yes_no(args.confirm.yes, &question).await?;
    let report = maintenance::forget(&config.paths.state, &args.email).await?;
    results::record_change("The email was removed from the journal.");
    let (steps, plans) = (format_plural(report.steps, "step"), format_plural(report.plans, "plan"));
    let sentence = format!("{steps} removed, and {plans} that had no other step.");
    output::print_summary(&sentence, &[("steps", report.steps), ("plans", report.plans)]);
    Ok(OK)
}
