//! `guestlist import`: creates invites for a list, with the checks of the console's import. People with a pending
//! invite
//! are skipped; every other skipped line is reported with its reason.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::exit_code::{CliError, FAILED, OK, PARTIAL, USAGE};
use super::global_args::GlobalArgs;
use super::input_args::{self, ListMessageArgs};
use super::output;
use super::output_file;
use super::rejected_file::{self, RejectedEntry};
use super::run_plan::{PlanArgs, PlanDraft, PlanInput, run_command};
use crate::clock::Clock;
use crate::config::typed_path_arg;
use crate::domain::import::check_job::{CheckInput, CheckJob, EntryState, run_check};
use crate::domain::import::{
    ColumnChoice, EntryStatus, ImportEntry, ImportError, ImportList, Template, decode, parse, sent_history,
};
use crate::domain::planner::Planner;
use crate::domain::text::{format_count, sanitize};
use crate::domain::{email_history, plan_analysis};

/// Arguments of `import`.
#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// List to import, or - for standard input: one email per line, `Name <a@b>`, a table, JSON or vCard, up to 8 MB;
    /// lines
    /// that start with # are skipped
    #[arg(value_name = "FILE", value_parser = typed_path_arg)]
    file: PathBuf,
    #[command(flatten)]
    message: ListMessageArgs,
    /// Take the emails from this column, by name or number [default: the only clear one]
    #[arg(long, value_name = "NAME|N")]
    email_column: Option<String>,
    /// Write the skipped entries to a CSV file, with the reason, to fix and import again
    #[arg(long, value_name = "FILE", value_parser = typed_path_arg)]
    rejected: Option<PathBuf>,
    /// Include likely typos, and people whose earlier invite is expired or gone
    #[arg(long)]
    include_flagged: bool,
    #[command(flatten)]
    plan: PlanArgs,
}

/// Imports the list.
pub(super) async fn run(global: GlobalArgs, args: ImportArgs, clock: Clock) -> Result<u8, CliError> {
    if args.rejected.as_deref().is_some_and(output_file::is_stdout)
        && args.plan.plan_file.as_deref().is_none_or(output_file::is_stdout)
    {
        let sentence = "Could not write the skipped entries to standard output: the results go there. \
                        Name a file, or write the plan to one with --plan-file.";
        return Err(CliError::new(USAGE, sentence.to_owned()));
    }
    let list = decode(&input_args::read_bytes(&args.file)?);
    let mut sheet = parse(&list.text, args.email_column.clone().map(ColumnChoice::Typed).as_ref());
    match &sheet.error {
        Some(ImportError::ChooseColumn(why)) => {
            return Err(CliError::refused(format!(
                "{why} Choose one with --email-column NAME or N. No changes were made."
            )));
        }
        Some(ImportError::Unreadable(why)) => {
            return Err(CliError::new(USAGE, format!("{}: {why}", args.file.display())));
        }
        None => {}
    }
    if let Some(path) = &args.rejected {
        output_file::ensure_absent(path, output_file::NO_FORCE_HINT)?;
    }
    if list.is_uncertain {
        output::info(&format!(
            "The list was read as {}, which is a guess. Check that names look right.",
            list.encoding
        ));
    }
    sheet.entries.iter_mut().for_each(|entry| entry.include_anyway = args.include_flagged);
    let make = PlanArgs { needs_members: true, ..args.plan };
    let (mut left_out, mut is_empty) = (false, false);
    let code = run_command(global, make, clock, |seen| {
        let template = Template::new(args.message.read(&seen.config.settings.templates)?);
        let wish = build_draft(sheet, &template, args.rejected.as_deref(), seen)?;
        (left_out, is_empty) = (wish.is_partial, wish.steps.is_empty());
        Ok(wish)
    })
    .await?;
    // Dry runs and lists without a valid entry also report skipped entries.
    Ok(match code {
        OK if left_out => PARTIAL,
        FAILED if left_out && is_empty => PARTIAL,
        code => code,
    })
}

fn build_draft(
    sheet: ImportList,
    template: &Template,
    rejected_file: Option<&Path>,
    seen: &PlanInput<'_>,
) -> Result<PlanDraft, CliError> {
    let answer = run_check(&CheckJob {
        number: 0,
        input: CheckInput::List(Arc::new(sheet)),
        excluded: HashSet::new(),
        pending: seen.store.clone(),
        is_complete: true,
        sending_emails: email_history::unfinished_sends(seen.plans).into_keys().collect(),
        members: seen.members.cloned(),
        allowed_domains: seen.config.settings.guards.allowed_domains.clone(),
        sent_history: sent_history(seen.plans),
        now: seen.now,
    });
    let (sheet, judged) = (&answer.list, &answer.states);
    let (mut wish, mut rejected) = (PlanDraft::default(), Vec::new());
    wish.notes.extend(answer.list.column_text());
    for (entry, judged) in sheet.entries.iter().zip(judged).filter(|(_, judged)| !judged.is_included()) {
        let is_so =
            matches!(judged, EntryState::Checked(EntryStatus::AlreadyPending(_) | EntryStatus::Duplicate(_)));
        let reason = judged.description(seen.now);
        wish.notes.push(entry_line(entry, &reason));
        if !is_so {
            let suggestion = judged.suggestion().map(str::to_owned);
            rejected.push(RejectedEntry { entry, reason, suggestion });
        }
    }
    wish.steps = Planner::new(seen.store, true).import_steps(sheet, judged, template).map_err(|refused| {
        let lines =
            refused.iter().filter_map(|(place, why)| Some(entry_line(sheet.entries.get(*place)?, why)));
        CliError::refused(format!("{}\nNo changes were made.", lines.collect::<Vec<_>>().join("\n")))
    })?;
    wish.is_partial = !rejected.is_empty();
    if let Some(path) = rejected_file.filter(|_| wish.is_partial) {
        output_file::write(path, rejected_file::to_csv(&answer.list, &rejected)?.as_bytes(), false)?;
        let entries = if rejected.len() == 1 { "entry" } else { "entries" };
        let place =
            if output_file::is_stdout(path) { "standard output".into() } else { path.to_string_lossy() };
        wish.notes.push(format!("{} {entries} skipped, written to {place}.", format_count(rejected.len())));
    }
    plan_analysis::sort_steps(&mut wish.steps, seen.now);
    let entries = match answer.list.entries.len() {
        1 => "1 entry".to_owned(),
        n => format!("{} entries", format_count(n)),
    };
    wish.notes.push(format!("{entries}: {}", answer.summary));
    Ok(wish)
}

fn entry_line(entry: &ImportEntry, what: &str) -> String {
    let cells = [&entry.email].into_iter().chain(&entry.cells);
    match cells.into_iter().find(|cell| !cell.is_empty()) {
        None => format!("line {}: {what}", entry.line),
        Some(shown) => format!("line {}: {}: {what}", entry.line, sanitize(shown)),
    }
}
