//! `guestlist changes`: prints the changes since the baseline, as the view Changes shows them. Only
//! `--mark-seen` moves the baseline.

use std::collections::HashSet;
use std::io::ErrorKind;
use std::time::Duration;

use clap::Args;
use serde_json::json;

use super::exit_code::{CliError, FAILED, OK};
use super::format::FormatArgs;
use super::global_args::GlobalArgs;
use super::item::Item;
use super::kinds::CHANGE;
use super::printer::{Printer, Summary};
use super::progress::ProgressLine;
use super::service::{ServiceClient, with_client};
use super::{duration_arg, output, results};
use crate::clock::Clock;
use crate::domain::diff::{Change, ChangeGroup, ChangeKind, Diff, DiffReport, FullList};
use crate::domain::text::format_plural;
use crate::domain::{Identity, ServiceReply, ServiceRequest};

/// Arguments of `changes`.
#[derive(Debug, Args)]
pub(super) struct ChangesArgs {
    #[command(flatten)]
    format: FormatArgs,
    /// Mark all changes as seen, as the console does when you leave the view Changes
    #[arg(long)]
    mark_seen: bool,
    /// Keep running and print new changes [default: every 60 seconds]
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "60",
        value_parser = duration_arg::parse_interval, conflicts_with = "mark_seen")]
    follow: Option<Duration>,
}

/// Prints the changes.
pub(super) async fn run(global: GlobalArgs, args: ChangesArgs, clock: Clock) -> Result<u8, CliError> {
    if let Some(interval) = args.follow {
        return follow(global, &args.format, interval, clock).await;
    }
    let printer = args.format.printer(&CHANGE)?;
    let mark_seen = args.mark_seen;
    with_client(&global.resolve()?, clock, async |client| run_with_client(client, mark_seen, printer).await)
        .await
}

/// Prints changes as they are found, until a signal, or until standard output is closed. The baseline stays.
async fn follow(
    global: GlobalArgs,
    format: &FormatArgs,
    interval: Duration,
    clock: Clock,
) -> Result<u8, CliError> {
    let mut printer =
        if output::is_terminal() { format.clone() } else { format.or_ndjson() }.printer(&CHANGE)?;
    if printer.is_document() {
        return Err(CliError::usage(
            "--follow prints a change after the other, but --json and --jq print one document. Use -o ndjson.",
        ));
    }
    with_client(&global.resolve()?, clock, async |client| {
        let mut printed: HashSet<(&'static str, Identity)> = HashSet::new();
        loop {
            let (list, report) = match compare(client).await {
                Err(error) if error.code == FAILED => {
                    output::print_error(error.code, &error.message);
                    duration_arg::pause(client, interval).await?;
                    continue;
                }
                compared => compared?,
            };
            if report.diff.is_none() && report.has_cached_baseline {
                client.send_request(ServiceRequest::MarkSeen(list)).await?;
            }
            let members_known = report.diff.as_ref().is_some_and(|diff| diff.members_known);
            let changes = report.diff.iter().flat_map(changes_by_group);
            let new =
                changes.filter(|change| printed.insert((kind_name(change), change.invite.identity.clone())));
            let result = printer.print(new.map(|change| change_item(change, members_known)));
            if result.is_err() {
                return results::finish(result, OK);
            }
            client.prints_warnings = false;
            duration_arg::pause(client, interval).await?;
        }
    })
    .await
}

/// Loads the list and compares it with the baseline.
async fn compare(client: &mut ServiceClient) -> Result<(FullList, DiffReport), CliError> {
    let store = client.fetch_list().await?;
    let members = client.fetch_members().await?;
    let list = FullList {
        tenancy: client.connection.key.clone(),
        at: client.server_now(),
        rows: store.rows().clone(),
    };
    let report = fetch_diff(client, ServiceRequest::Diff { list: list.clone(), members }).await?;
    Ok((list, report))
}

async fn run_with_client(
    client: &mut ServiceClient,
    mark_seen: bool,
    mut printer: Printer,
) -> Result<u8, CliError> {
    let (list, report) = compare(client).await?;
    let members_known = report.diff.as_ref().is_some_and(|diff| diff.members_known);
    let changes = report.diff.iter().flat_map(changes_by_group);
    let items = changes.map(|change| change_item(change, members_known));
    let printed = printer.print(items).and_then(|()| printer.finish(summary(&report)));
    if printed.as_ref().is_err_and(|error| error.kind() != ErrorKind::BrokenPipe) {
        // Changes that could not be printed do not count as seen.
        return results::finish(printed, OK);
    }
    print_notes(&report);
    if !mark_seen {
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

/// Yields the changes in the order of the view Changes.
fn changes_by_group(diff: &Diff) -> impl Iterator<Item = &Change> {
    let in_group = |group: ChangeGroup| diff.changes.iter().filter(move |change| change.group() == group);
    ChangeGroup::ALL.iter().copied().flat_map(in_group)
}

fn summary(report: &DiffReport) -> Summary {
    let diff = report.diff.as_ref();
    vec![
        ("from", json!(diff.map(|diff| diff.from.to_string()))),
        ("to", json!(report.taken_at.to_string())),
        ("members_known", json!(diff.is_some_and(|diff| diff.members_known))),
        ("local_known", json!(report.local_changes_known)),
    ]
}

fn change_item(change: &Change, members_known: bool) -> Item {
    let invite = &change.invite;
    let (mut old_expiry, mut old_message, mut replaces, mut replaced_by) = (None, None, None, None);
    match &change.kind {
        ChangeKind::Renewed { old_expiry: old } => old_expiry = old.0.map(|at| at.to_string()),
        ChangeKind::Modified { old_message: old } => old_message = Some(old),
        ChangeKind::Resent { replaced } => replaces = Some(replaced.to_string()),
        ChangeKind::Replaced { replacement } => replaced_by = Some(replacement.to_string()),
        _ => {}
    }
    Item::new([
        ("kind", json!(kind_name(change))),
        ("description", json!(change.description(members_known))),
        ("local", json!(change.kind.is_local())),
        ("not_before", json!(change.not_before.to_string())),
        ("not_after", json!(change.not_after.to_string())),
        ("email", json!(invite.email)),
        ("message", json!(invite.message)),
        ("expiry_time", json!(invite.expiry.0.map(|at| at.to_string()))),
        ("identity", json!(invite.identity.to_string())),
        ("expiry_time_was", json!(old_expiry)),
        ("message_was", json!(old_message)),
        ("replaces", json!(replaces)),
        ("replaced_by", json!(replaced_by)),
    ])
}

/// Returns the `kind` of a change for scripts.
fn kind_name(change: &Change) -> &'static str {
    if change.is_certain { (&change.kind).into() } else { "possibly_gone" }
}
