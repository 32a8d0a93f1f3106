//! `guestlist changes`: prints the changes since the baseline, as the view Changes shows them. Only
//! `--mark-seen` moves the baseline.

use std::io::{self, BufWriter, ErrorKind, Write as _};

use clap::Args;
use serde_json::{Value, json};

use super::exit_code::{CliError, OK};
use super::global_args::GlobalArgs;
use super::output;
use super::progress::ProgressLine;
use super::results::Results;
use super::service::{ServiceClient, with_client};
use crate::clock::Clock;
use crate::domain::diff::{Change, ChangeGroup, ChangeKind, Diff, DiffReport, FullList};
use crate::domain::json::escape_for_terminal;
use crate::domain::text::{format_plural, sanitize};
use crate::domain::{ServiceReply, ServiceRequest};

/// Arguments of `changes`.
#[derive(Debug, Args)]
pub(super) struct ChangesArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Mark all changes as seen, as the console does when you leave the view Changes
    #[arg(long)]
    mark_seen: bool,
}

/// Prints the changes.
pub(super) async fn run(global: GlobalArgs, args: ChangesArgs, clock: Clock) -> Result<u8, CliError> {
    with_client(&global.resolve()?, clock, async |client| run_with_client(client, &args).await).await
}

async fn run_with_client(client: &mut ServiceClient, args: &ChangesArgs) -> Result<u8, CliError> {
    let store = client.fetch_list().await?;
    let members = client.fetch_members().await?;
    let list = FullList {
        tenancy: client.connection.key.clone(),
        at: client.server_now(),
        rows: store.rows().clone(),
    };
    let report = fetch_diff(client, ServiceRequest::Diff { list: list.clone(), members }).await?;
    if let Err(error) = print_changes(&report, args.json)
        && error.kind() != ErrorKind::BrokenPipe
    {
        // Changes that could not be printed do not count as seen.
        return Ok(OK);
    }
    print_notes(&report);
    if !args.mark_seen {
        // The first list becomes the baseline. The write is not awaited here: closing the service task waits for it.
        if report.diff.is_none() && report.has_cached_baseline {
            client.send_request(ServiceRequest::MarkSeen(list)).await?;
        }
        return Ok(OK);
    }
    // Possible changes must not be marked as seen: they would never be reported.
    let unconfirmed = report.diff.as_ref().map_or(0, |diff| diff.unconfirmed_identities().count());
    if unconfirmed > 0 {
        let gone = format!("{} possibly gone", format_plural(unconfirmed, "invite"));
        let message = format!("Could not mark changes as seen: {gone}. Run the command again later.");
        return Err(CliError::failed(message));
    }
    if !report.has_cached_baseline {
        return Err(CliError::failed(
            "Could not mark changes as seen: lists are not cached. Remove --no-cache or cache = false.",
        ));
    }
    client.send_request(ServiceRequest::MarkSeen(list)).await?;
    output::print_info("All changes are marked as seen, here and in the console.");
    Ok(OK)
}

/// Returns the final comparison.
/// Skips the preliminary comparison that the service reports while it still checks possibly gone invites.
async fn fetch_diff(client: &mut ServiceClient, request: ServiceRequest) -> Result<DiffReport, CliError> {
    let id = client.send_request(request).await?;
    let mut line = ProgressLine::new();
    line.set_text("comparing");
    loop {
        match client.next_reply(&mut line).await? {
            (from, ServiceReply::DiffReady(report)) if from == id && !report.is_rechecking => {
                return Ok(report);
            }
            (_, ServiceReply::CacheWarning(sentence)) => {
                line.clear();
                output::print_always(&sentence);
            }
            _ => {}
        }
    }
}

/// Prints the summary of the changes and warnings.
fn print_notes(report: &DiffReport) {
    match &report.diff {
        Some(diff) => output::print_info(&format!("Since {}: {}.", diff.from, diff.summary())),
        None if report.has_cached_baseline => output::print_info(
            "No baseline yet: this list is the baseline from now on, and the next run shows what changed.",
        ),
        None => output::print_info("No baseline: lists are not cached. Remove --no-cache or cache = false."),
    }
    if !report.local_changes_known {
        output::print_always("Could not read the journal: your own changes are not marked as yours.");
    }
}

fn print_changes(report: &DiffReport, as_json: bool) -> io::Result<()> {
    let mut out = BufWriter::new(Results);
    if as_json {
        writeln!(out, "{}", escape_for_terminal(&serde_json::to_string_pretty(&report_to_json(report))?))?;
        return out.flush();
    }
    let Some(diff) = &report.diff else { return Ok(()) };
    for change in changes_by_group(diff) {
        let (not_before, not_after) = (change.not_before.to_string(), change.not_after.to_string());
        let identity = change.invite.identity.to_string();
        let description = change.description(diff.members_known);
        let columns =
            [kind_name(change), &change.invite.email, description, &not_before, &not_after, &identity];
        writeln!(out, "{}", columns.map(sanitize).join("\t"))?;
    }
    out.flush()
}

/// Yields the changes in the order of the view Changes.
fn changes_by_group(diff: &Diff) -> impl Iterator<Item = &Change> {
    let in_group = |group: ChangeGroup| diff.changes.iter().filter(move |change| change.group() == group);
    ChangeGroup::ALL.iter().copied().flat_map(in_group)
}

fn report_to_json(report: &DiffReport) -> Value {
    let diff = report.diff.as_ref();
    json!({
        "from": diff.map(|diff| diff.from.to_string()),
        "to": report.taken_at.to_string(),
        "members_known": diff.is_some_and(|diff| diff.members_known),
        "local_known": report.local_changes_known,
        "changes": diff.map(|diff| {
            changes_by_group(diff).map(|change| change_to_json(change, diff.members_known)).collect::<Vec<_>>()
        }).unwrap_or_default(),
    })
}

fn change_to_json(change: &Change, members_known: bool) -> Value {
    let invite = &change.invite;
    let mut value = json!({
        "kind": kind_name(change),
        "description": change.description(members_known),
        "local": change.kind.is_local(),
        "not_before": change.not_before.to_string(),
        "not_after": change.not_after.to_string(),
        "email": invite.email,
        "message": invite.message,
        "expiry_time": invite.expiry.0.map(|at| at.to_string()),
        "identity": invite.identity.as_str(),
    });
    match &change.kind {
        ChangeKind::Renewed { old_expiry: old } => {
            value["expiry_time_was"] = json!(old.0.map(|at| at.to_string()))
        }
        ChangeKind::Modified { old_message: old } => value["message_was"] = json!(old),
        ChangeKind::Resent { replaced } => value["replaces"] = json!(replaced.as_str()),
        ChangeKind::Replaced { replacement } => value["replaced_by"] = json!(replacement.as_str()),
        _ => {}
    }
    value
}

/// Returns the `kind` of a change for scripts.
fn kind_name(change: &Change) -> &'static str {
    if change.is_certain { (&change.kind).into() } else { "possibly_gone" }
}
