//! The command line: what can be typed after `guestlist`, one file a command. Commands talk to people and
//! to scripts; the work is done in the other rooms, and none of it speaks HTTP or SQL here. What all changing
//! commands share is in `change` (the road of a plan), `link` (the line to the service task) and `drive`.

mod apply;
mod cache;
mod change;
mod changes;
pub mod codes;
mod config;
mod confirm;
pub mod console;
mod create;
mod delete;
mod doctor;
mod drive;
mod export;
mod file;
mod flagged;
pub mod global;
mod help;
mod ids;
mod import;
mod invite;
mod journal;
mod journal_export;
mod link;
mod list;
mod manner;
mod message;
mod opener;
mod plan_file;
mod plans;
mod progress;
mod query;
mod rejected;
mod resend;
mod results;
mod resume;
mod rows;
pub mod sandbox;
mod say;
mod select;
mod shell;
mod show;
mod signals;
mod typed;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::clock::Clock;
use codes::Ended;
pub use codes::FAILED;
pub use say::fail;

/// The keyboard console for tenancy invites: see, send, resend and revoke them.
///
/// Without an address and a token it opens a sandbox: an Invites API on this machine, with invented invites.
/// Commands change invites without the console, on the same road: shown, confirmed, journalled, never sent twice.
#[derive(Debug, Parser)]
#[command(name = "guestlist", version = env!("GUESTLIST_VERSION"), after_help = help::GUESTLIST, max_term_width = 100)]
pub struct Arguments {
    #[command(flatten)]
    global: global::GlobalArgs,
    #[command(flatten)]
    manner: manner::MannerArgs,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the pending invites
    #[command(after_help = help::LIST)]
    List(list::ListArgs),
    /// Show one invite in full
    #[command(after_help = help::SHOW_INVITE)]
    Show(invite::InviteArgs),
    /// Write the pending invites for somebody else: CSV, JSON, NDJSON or Markdown
    #[command(after_help = help::EXPORT)]
    Export(export::ExportArgs),
    /// Say what changed since the console was last looked at
    #[command(after_help = help::CHANGES)]
    Changes(changes::ChangesArgs),
    /// Send new invites
    #[command(after_help = help::CREATE)]
    Create(create::CreateArgs),
    /// Revoke invites: their links stop working
    #[command(after_help = help::DELETE)]
    Delete(delete::DeleteArgs),
    /// Send invites again, and revoke the old ones
    #[command(after_help = help::RESEND)]
    Resend(resend::ResendArgs),
    /// Send new invites to a list of addresses
    #[command(after_help = help::IMPORT)]
    Import(import::ImportArgs),
    /// Look at plans that did not come to their end, and go on with them
    #[command(subcommand)]
    Plan(PlanCommand),
    /// Look at what was done from this machine, check it, and remove what is no longer needed
    #[command(subcommand)]
    Journal(journal::JournalCommand),
    /// Look at everything between this machine and the tenancy, and say what to do
    #[command(after_help = help::DOCTOR)]
    Doctor(doctor::DoctorArgs),
    /// Write, check and show the configuration
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Say where the lists are kept that were read, and delete them
    #[command(subcommand)]
    Cache(cache::CacheCommand),
    /// Print what a shell needs to complete commands and flags
    #[command(after_help = help::COMPLETIONS)]
    Completions(shell::CompletionsArgs),
    /// Print the manual page, or write one for each command
    #[command(after_help = help::MAN)]
    Man(shell::ManArgs),
    /// Run the Invites API on this machine, with invented invites
    Sandbox(sandbox::SandboxArgs),
}

#[derive(Debug, Subcommand)]
enum PlanCommand {
    /// Show what did not come to its end
    #[command(after_help = help::SHOW)]
    Show(plans::ShowArgs),
    /// Go on with a plan that was stopped
    #[command(after_help = help::RESUME)]
    Resume(resume::ResumeArgs),
    /// Run a plan that --plan-file wrote
    #[command(after_help = help::APPLY)]
    Apply(apply::ApplyArgs),
    /// Discard a plan
    #[command(after_help = help::DISCARD)]
    Discard(plans::DiscardArgs),
}

/// Reads the command line; `Err` is the exit code after help, a version or why it was not understood was printed.
pub fn parse() -> Result<Arguments, ExitCode> {
    Arguments::try_parse().map_err(|error| typed::report(&error))
}

/// Does what was typed.
pub async fn run(arguments: Arguments, clock: Clock) -> ExitCode {
    let Arguments { global, manner, command } = arguments;
    say::in_this_manner(manner);
    message::keep_stdin_for_token(global.reads_stdin());
    let ended = match command {
        None => return console::run(global, clock).await,
        Some(Command::Sandbox(_)) if !global.is_empty() => Err(Ended::new(
            codes::USAGE,
            "The sandbox is a server of its own: what says how to connect to one means nothing to it.",
        )),
        Some(Command::Sandbox(args)) => match sandbox::run(args, clock).await {
            Ok(()) => Ok(codes::OK),
            // Its sentence has the system's reason in it already.
            Err(error) => Err(Ended::new(FAILED, error.to_string())),
        },
        Some(Command::Completions(args)) => shell::completions(&args, Arguments::command()),
        Some(Command::Man(args)) => shell::man(&args, Arguments::command()),
        Some(Command::List(args)) => list::run(global, args, clock).await,
        Some(Command::Show(args)) => invite::run(global, args, clock).await,
        Some(Command::Export(args)) => export::run(global, args, clock).await,
        Some(Command::Changes(args)) => changes::run(global, args, clock).await,
        Some(Command::Create(args)) => create::run(global, args, clock).await,
        Some(Command::Delete(args)) => delete::run(global, args, clock).await,
        Some(Command::Resend(args)) => resend::run(global, args, clock).await,
        Some(Command::Import(args)) => import::run(global, args, clock).await,
        Some(Command::Plan(PlanCommand::Apply(args))) => apply::run(global, args, clock).await,
        Some(Command::Plan(PlanCommand::Show(args))) => plans::show(global, args, clock).await,
        Some(Command::Plan(PlanCommand::Discard(args))) => plans::discard(global, args, clock).await,
        Some(Command::Journal(command)) => journal::run(global, command, clock).await,
        Some(Command::Doctor(args)) => doctor::run(global, args, clock).await,
        Some(Command::Config(command)) => config::run(global, command),
        Some(Command::Cache(command)) => cache::run(global, &command),
        Some(Command::Plan(PlanCommand::Resume(args))) => resume::run(global, args, clock).await,
    };
    match results::checked(ended) {
        Ok(code) => ExitCode::from(code),
        Err(ended) => fail(ended.code, &ended.sentence),
    }
}
