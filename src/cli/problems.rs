//! `guestlist problems`: checks the list as the view Problems does. Exits with 9 if a problem is severe.

use clap::{Args, ValueEnum};
use serde_json::json;

use super::exit_code::{CliError, OK, PROBLEMS};
use super::format::FormatArgs;
use super::global_args::GlobalArgs;
use super::item::Item;
use super::kinds::PROBLEM;
use super::output;
use super::service::{ServiceClient, with_client};
use crate::clock::Clock;
use crate::domain::annotation::Annotations;
use crate::domain::lint::job::{self, LintJob};
use crate::domain::lint::{Fix, Problem, Severity};
use crate::domain::overview::OverviewInput;
use crate::domain::text::format_plural;

/// Arguments of `problems`.
#[derive(Debug, Args)]
pub(super) struct ProblemsArgs {
    /// Print only problems that are at least this severe
    #[arg(long, value_name = "SEVERITY", value_enum, default_value = "info")]
    severity: SeverityArg,
    /// Include problems that you dismissed in the console
    #[arg(long)]
    include_dismissed: bool,
    #[command(flatten)]
    format: FormatArgs,
}

/// Minimum severity. docs/cli.md explains them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SeverityArg {
    Severe,
    Warning,
    Info,
}

impl SeverityArg {
    fn severity(self) -> Severity {
        match self {
            SeverityArg::Severe => Severity::Severe,
            SeverityArg::Warning => Severity::Warning,
            SeverityArg::Info => Severity::Info,
        }
    }
}

/// Prints the problems.
pub(super) async fn run(global: GlobalArgs, args: ProblemsArgs, clock: Clock) -> Result<u8, CliError> {
    let printer = args.format.printer(&PROBLEM)?;
    let (mut problems, annotations) = with_client(&global.resolve()?, clock, find_problems).await?;
    let found = problems.len();
    if !args.include_dismissed {
        problems.retain(|problem| !annotations.is_dismissed(problem));
    }
    let dismissed = found - problems.len();
    problems.sort_by_key(|problem| problem.kind.severity());
    let severe = problems.iter().filter(|problem| problem.kind.severity() == Severity::Severe).count();
    problems.retain(|problem| problem.kind.severity() <= args.severity.severity());
    let code = if severe > 0 { PROBLEMS } else { OK };
    let summary = vec![("severe", json!(severe)), ("dismissed", json!(dismissed))];
    let shown = format_plural(problems.len(), "problem");
    let code = printer.print_all(problems.iter().map(problem_item), summary, code)?;
    output::print_info(&format!("{shown}, {severe} severe, {dismissed} dismissed."));
    Ok(code)
}

async fn find_problems(client: &mut ServiceClient) -> Result<(Vec<Problem>, Annotations), CliError> {
    let store = client.fetch_list().await?;
    let members = client.fetch_members().await?;
    // Without the journal, no problem counts as dismissed.
    let annotations = client.load_annotations().await.unwrap_or_default();
    let job = LintJob {
        number: 0,
        rows: store.rows().clone(),
        members,
        now: client.server_now(),
        overview: OverviewInput::default(),
    };
    Ok((job::run(&job).problems, annotations))
}

fn problem_item(problem: &Problem) -> Item {
    let severity = problem.kind.severity();
    let mut item = Item::new([
        ("severity", json!(severity.name())),
        ("problem", json!(problem.kind.label())),
        ("email", json!(problem.email)),
        ("reason", json!(problem.reason)),
        ("fix", json!(problem.fix.as_ref().map(Fix::name))),
        ("suggestion", json!(problem.fix.as_ref().and_then(Fix::suggestion))),
        ("identity", json!(problem.identity.to_string())),
    ]);
    item.color = match severity {
        Severity::Severe => Some("31"),
        Severity::Warning => Some("33"),
        Severity::Info => None,
    };
    item
}
