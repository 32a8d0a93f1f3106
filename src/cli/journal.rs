//! `guestlist journal`: lists, exports, checks and cleans up the journal of this machine. Needs no server and no
//! token.

use clap::{Args, Subcommand};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::confirm;
use super::exit_code::{CliError, OK, USAGE};
use super::global_args::{GlobalArgs, ResolvedConfig};
use super::help;
use super::journal_export::{self, ExportArgs};
use super::output;
use super::plan_text;
use super::results;
use super::run_plan::ConfirmArgs;
use crate::clock::Clock;
use crate::domain::email::normalize;
use crate::domain::journal::JournalEntry;
use crate::domain::text::{format_plural, sanitize};
use crate::service::maintenance;

/// Subcommands of `journal`.
#[derive(Debug, Subcommand)]
pub(super) enum JournalCommand {
    /// List the newest plans of all tenancies
    #[command(after_help = help::JOURNAL_LIST)]
    List(ListArgs),
    /// Print all plans with their steps and requests as data
    #[command(after_help = help::JOURNAL_EXPORT)]
    Export(ExportArgs),
    /// Check that the whole journal is readable and consistent
    Verify(VerifyArgs),
    /// Remove plans that were finished or discarded before a day
    #[command(after_help = help::JOURNAL_PRUNE)]
    Prune(PruneArgs),
    /// Remove everything about an email
    #[command(after_help = help::JOURNAL_FORGET)]
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

/// Arguments of `journal verify`.
#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// Print JSON
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
    #[arg(value_name = "ADDRESS")]
    email: String,
    #[command(flatten)]
    confirm: ConfirmArgs,
}

/// Runs the subcommand.
pub(super) async fn run(global: GlobalArgs, command: JournalCommand, clock: Clock) -> Result<u8, CliError> {
    let decided = global.resolve().map_err(|sentence| CliError::new(USAGE, sentence))?;
    match command {
        JournalCommand::List(args) => {
            output::set_json(args.json);
            list(&decided, args.limit, clock.now().wall).await
        }
        JournalCommand::Export(args) => journal_export::run(&decided, &args).await,
        JournalCommand::Verify(args) => {
            output::set_json(args.json);
            verify(&decided).await
        }
        JournalCommand::Prune(args) => prune(&decided, args).await,
        JournalCommand::Forget(args) => forget(&decided, args).await,
    }
}

async fn list(decided: &ResolvedConfig, limit: usize, now: Timestamp) -> Result<u8, CliError> {
    for entry in maintenance::list(&decided.paths.state, limit).await? {
        print_plan_line(&entry, now);
    }
    Ok(OK)
}

/// Prints one line for a plan: id, time, state, steps, summary, tenancy.
pub(super) fn print_plan_line(entry: &JournalEntry, now: Timestamp) {
    let (name, made) = match output::is_json() {
        true => (entry.plan.id.to_string(), entry.plan.created_at.to_string()),
        false => (plan_text::short_id(entry.plan.id), plan_text::format_time(entry.plan.created_at, now)),
    };
    output::record(&[
        ("plan", &name),
        ("created_at", &made),
        ("state", entry.state.label()),
        ("steps", &plan_text::verb_summary(&entry.plan)),
        ("tally", &plan_text::count_outcomes(entry).to_string()),
        ("tenancy", &entry.plan.tenancy.0),
    ]);
}

async fn verify(decided: &ResolvedConfig) -> Result<u8, CliError> {
    let found = maintenance::verify(&decided.paths.state).await?;
    let (plans, steps) = (format_plural(found.plans, "plan"), format_plural(found.steps, "step"));
    let sentence =
        format!("The journal is intact: {plans}, {steps}, {}.", format_plural(found.calls, "request"));
    output::summary(&sentence, &[("plans", found.plans), ("steps", found.steps), ("calls", found.calls)]);
    Ok(OK)
}

async fn prune(decided: &ResolvedConfig, args: PruneArgs) -> Result<u8, CliError> {
    let before = args
        .before
        .to_zoned(TimeZone::system())
        .map_err(|error| {
            CliError::new(USAGE, format!("{} has no midnight in this time zone: {error}.", args.before))
        })?
        .timestamp();
    let entries = maintenance::list(&decided.paths.state, usize::MAX).await?;
    let goes = |entry: &&JournalEntry| entry.plan.created_at < before && !plan_text::is_resumable(entry);
    let going = entries.iter().filter(goes).count();
    let some = format_plural(going, "plan");
    output::set_json(args.confirm.json);
    if args.confirm.dry_run {
        output::summary(
            &format!("{some} made before {} would be removed.", args.before),
            &[("plans", going)],
        );
        return Ok(OK);
    }
    confirm::ask_yes_no(args.confirm.yes, &format!("Remove {some} made before {}?", args.before)).await?;
    let removed = maintenance::prune(&decided.paths.state, before).await?;
    results::record_change("The plans were removed.");
    output::summary(&format!("{} removed.", format_plural(removed, "plan")), &[("plans", removed)]);
    Ok(OK)
}

async fn forget(decided: &ResolvedConfig, args: ForgetArgs) -> Result<u8, CliError> {
    let address = sanitize(args.email.trim());
    output::set_json(args.confirm.json);
    if args.confirm.dry_run {
        let wanted = normalize(&args.email);
        let entries = maintenance::list(&decided.paths.state, usize::MAX).await?;
        let steps = entries.iter().flat_map(|entry| &entry.plan.steps);
        let has_it = |step: &&crate::domain::Step| {
            normalize(step.email()) == wanted
                || step.target().is_some_and(|old| normalize(&old.email) == wanted)
        };
        let having = steps.filter(has_it).count();
        let some = format_plural(having, "step");
        output::summary(&format!("{some} about {address} would be removed."), &[("steps", having)]);
        return Ok(OK);
    }
    confirm::ask_yes_no(args.confirm.yes, &format!("Remove everything about {address} from the journal?"))
        .await?;
    let gone = maintenance::forget(&decided.paths.state, &args.email).await?;
    results::record_change("The email was removed from the journal.");
    let (steps, plans) = (format_plural(gone.steps, "step"), format_plural(gone.plans, "plan"));
    let sentence = format!("{steps} removed, and {plans} that had no other step.");
    output::summary(&sentence, &[("steps", gone.steps), ("plans", gone.plans)]);
    Ok(OK)
}
