//! Command line: clap definitions, one module per command.
//! Output for people and scripts; no HTTP and no SQL. Commands that make changes share `run_plan` (plan,
//! confirm, run), `service` (channels to the service task) and `plan_progress` (follows a running plan).

mod api;
mod apply;
mod arguments;
mod cache;
mod changes;
mod command_line;
mod complete;
mod completions;
mod config;
mod config_edit;
mod config_writer;
mod confirm;
pub mod console;
mod create;
mod doctor;
mod document;
mod duration_arg;
mod edit;
pub mod exit_code;
mod export;
mod fetch;
mod flagged_args;
mod forecast;
mod format;
pub mod global_args;
mod help;
mod import;
mod input_args;
mod invite_item;
mod item;
mod journal;
mod journal_export;
mod jq;
mod kinds;
mod list;
mod login;
mod logout;
mod man;
mod note;
mod output;
mod output_file;
mod plan_file;
mod plan_follower;
mod plan_show;
mod plan_text;
mod printer;
mod problems;
mod progress;
mod prompt;
mod query;
mod reinvite;
mod rejected_file;
mod results;
mod resume;
mod run_plan;
pub mod sandbox;
mod select;
mod service;
mod sessions;
mod show;
mod step_results;
mod table;
mod template;
mod wait;
mod watch;
mod whoami;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::clock::Clock;
use exit_code::CliError;
pub use exit_code::FAILED;
pub use output::fail;

/// Manage DataTrails tenancy invites from the terminal
///
/// Without a token, guestlist opens a sandbox with sample data. Commands show a plan, ask for confirmation,
/// record it in a journal and never send an invite twice.
#[derive(Debug, Parser)]
#[command(name = "guestlist", version = env!("GUESTLIST_VERSION"), max_term_width = 100)]
#[command(after_help = include_str!("help/guestlist.txt"), disable_help_subcommand = true)]
pub struct Cli {
    #[command(flatten)]
    global: global_args::GlobalArgs,
    #[command(flatten)]
    output: output::OutputArgs,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the pending invites
    #[command(after_help = include_str!("help/list.txt"), visible_alias = "ls")]
    List(list::ListArgs),
    /// Show one invite in full
    #[command(after_help = include_str!("help/show.txt"), visible_alias = "get")]
    Show(show::ShowArgs),
    /// Export pending invites as CSV, JSON, NDJSON or Markdown
    #[command(after_help = include_str!("help/export.txt"))]
    Export(export::ExportArgs),
    /// Show changes since your last visit
    #[command(after_help = include_str!("help/changes.txt"))]
    Changes(changes::ChangesArgs),
    /// List problems of the pending invites
    #[command(after_help = include_str!("help/problems.txt"))]
    Problems(problems::ProblemsArgs),
    /// Count the invites that expire on each of the next 14 days
    #[command(after_help = include_str!("help/forecast.txt"))]
    Forecast(forecast::ForecastArgs),
    /// Wait until an invite is gone, pending or expired
    #[command(after_help = include_str!("help/wait.txt"))]
    Wait(wait::WaitArgs),
    /// Show, write or remove the note on an email
    #[command(after_help = include_str!("help/note.txt"))]
    Note(note::NoteArgs),
    /// Hide emails in the console until a time
    #[command(after_help = include_str!("help/snooze.txt"))]
    Snooze(note::SnoozeArgs),
    /// Create invites
    #[command(after_help = include_str!("help/create.txt"))]
    Create(create::CreateArgs),
    /// Delete invites: their links stop working
    #[command(after_help = include_str!("help/delete.txt"), visible_alias = "rm")]
    Delete(select::DeleteArgs),
    /// Create the same invites again, then delete the old ones
    #[command(after_help = include_str!("help/resend.txt"))]
    Resend(select::ResendArgs),
    /// Change the email or message of an invite
    #[command(after_help = include_str!("help/edit.txt"))]
    Edit(edit::EditArgs),
    /// Invite people again whose invites are expired or gone
    #[command(after_help = include_str!("help/reinvite.txt"))]
    Reinvite(reinvite::ReinviteArgs),
    /// Create invites for a list of emails
    #[command(after_help = include_str!("help/import.txt"))]
    Import(import::ImportArgs),
    /// Show, resume, apply or discard plans
    #[command(subcommand)]
    Plan(PlanCommand),
    /// Inspect and clean up the journal of this machine
    #[command(subcommand)]
    Journal(journal::JournalCommand),
    /// Make a GET request to the API and print the body
    #[command(after_help = include_str!("help/api.txt"))]
    Api(api::ApiArgs),
    /// Sign in: store a token or a client secret, and write a profile
    #[command(after_help = include_str!("help/login.txt"))]
    Login(login::LoginArgs),
    /// Remove what login wrote for a profile
    #[command(after_help = include_str!("help/logout.txt"))]
    Logout(logout::LogoutArgs),
    /// Show the profile, the server and the owner of the token
    #[command(after_help = include_str!("help/whoami.txt"))]
    Whoami(format::FormatArgs),
    /// Diagnose connection and configuration problems
    #[command(after_help = include_str!("help/doctor.txt"))]
    Doctor(format::FormatArgs),
    /// Write, check and show the configuration
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Show or clear the local cache
    #[command(subcommand)]
    Cache(cache::CacheCommand),
    /// Generate shell completions
    #[command(after_help = include_str!("help/completions.txt"))]
    Completions(completions::CompletionsArgs),
    /// Print the manual page, or write one page for each command
    #[command(after_help = include_str!("help/man.txt"))]
    Man(man::ManArgs),
    /// Run a fake Invites API on this machine, with sample data
    #[command(after_help = include_str!("help/sandbox.txt"))]
    Sandbox(sandbox::SandboxArgs),
    /// Print the version
    #[command(after_help = include_str!("help/version.txt"))]
    Version,
    /// Print help for a command or a topic
    #[command(after_help = include_str!("help/help.txt"))]
    Help(help::HelpArgs),
}

#[derive(Debug, Subcommand)]
enum PlanCommand {
    /// Show unfinished plans
    #[command(after_help = include_str!("help/plan_show.txt"))]
    Show(plan_show::PlanShowArgs),
    /// Resume a plan
    #[command(after_help = include_str!("help/plan_resume.txt"))]
    Resume(resume::ResumeArgs),
    /// Apply a plan that --plan-file wrote
    #[command(after_help = include_str!("help/plan_apply.txt"))]
    Apply(apply::ApplyArgs),
    /// Discard a plan
    #[command(after_help = include_str!("help/plan_discard.txt"))]
    Discard(plan_show::DiscardArgs),
}

/// Returns the definition of the command line.
fn command_line() -> clap::Command {
    command_line::refine(Cli::command())
}

/// Completes the command line if a registration script asks for it; returns false otherwise.
pub fn complete(clock: Clock) -> bool {
    complete::complete(command_line, clock)
}

/// Parses the command line.
/// `Err` is the exit code after help, the version or a usage error was printed.
pub fn parse() -> Result<Cli, ExitCode> {
    let arguments = arguments::Arguments::new(std::env::args_os());
    output::init_errors(arguments.color, arguments.is_json);
    let parsed = command_line().try_get_matches_from(&arguments.words);
    let parsed = parsed.and_then(|matches| Cli::from_arg_matches(&matches));
    parsed.map_err(|error| output::print_clap(&arguments::add_hyphen_hint(error, &arguments.words)))
}

/// Runs the command.
pub async fn run(cli: Cli, clock: Clock) -> ExitCode {
    let Cli { global, output: output_args, command } = cli;
    output::init(output_args);
    input_args::reserve_stdin_for_token(global.reads_stdin());
    let result = match command {
        Some(Command::Help(args)) => return help::run(&args, command_line),
        Some(Command::Version) => {
            output::print_result(concat!("guestlist ", env!("GUESTLIST_VERSION")));
            Ok(exit_code::OK)
        }
        None => console::run(global, clock).await,
        Some(Command::Sandbox(_)) if global != global_args::GlobalArgs::default() => Err(CliError::usage(
            "Connection options have no effect with guestlist sandbox. Run guestlist sandbox without them.",
        )),
        Some(Command::Sandbox(args)) => sandbox::run(args, clock).await,
        Some(Command::Completions(args)) => completions::print_completions(&args),
        Some(Command::Man(args)) => man::write_man(&args, command_line()),
        Some(Command::List(args)) => list::run(global, args, clock).await,
        Some(Command::Show(args)) => show::run(global, args, clock).await,
        Some(Command::Export(args)) => export::run(global, args, clock).await,
        Some(Command::Changes(args)) => changes::run(global, args, clock).await,
        Some(Command::Problems(args)) => problems::run(global, args, clock).await,
        Some(Command::Forecast(args)) => forecast::run(global, args, clock).await,
        Some(Command::Wait(args)) => wait::run(global, args, clock).await,
        Some(Command::Note(args)) => note::note(global, args, clock).await,
        Some(Command::Snooze(args)) => note::snooze(global, args, clock).await,
        Some(Command::Edit(args)) => edit::run(global, args, clock).await,
        Some(Command::Reinvite(args)) => reinvite::run(global, args, clock).await,
        Some(Command::Create(args)) => create::run(global, args, clock).await,
        Some(Command::Delete(args)) => select::delete(global, args, clock).await,
        Some(Command::Resend(args)) => select::resend(global, args, clock).await,
        Some(Command::Import(args)) => import::run(global, args, clock).await,
        Some(Command::Plan(PlanCommand::Apply(args))) => apply::run(global, args, clock).await,
        Some(Command::Plan(PlanCommand::Show(args))) => plan_show::show(global, args, clock).await,
        Some(Command::Plan(PlanCommand::Discard(args))) => plan_show::discard(global, args, clock).await,
        Some(Command::Journal(command)) => journal::run(global, command, clock).await,
        Some(Command::Api(args)) => api::run(global, args, clock).await,
        Some(Command::Doctor(args)) => doctor::run(global, args, clock).await,
        Some(Command::Login(args)) => login::run(global, args, clock).await,
        Some(Command::Logout(args)) => logout::run(global, args).await,
        Some(Command::Whoami(args)) => whoami::run(global, args, clock).await,
        Some(Command::Config(command)) => config::run(global, command).await,
        Some(Command::Cache(command)) => cache::run(global, &command),
        Some(Command::Plan(PlanCommand::Resume(args))) => resume::run(global, args, clock).await,
    };
    output::report(result)
}
