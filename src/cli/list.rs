//! `guestlist list`: prints the pending invites.
//! Without `--sort` it prints rows as pages arrive; otherwise it loads the whole list first. A closed
//! standard output ends the command silently.

use std::collections::HashSet;
use std::io::{self, IsTerminal as _};
use std::time::Duration;

use clap::Args;
use jiff::Timestamp;
use serde_json::json;

use super::exit_code::{CliError, NOT_ALLOWED, OK, PARTIAL, for_error};
use super::fetch::FetchEvent;
use super::format::FormatArgs;
use super::global_args::GlobalArgs;
use super::invite_item::invite_item;
use super::kinds::INVITE;
use super::printer::Printer;
use super::progress::ProgressLine;
use super::query::{self, QueryArgs};
use super::service::{ServiceClient, with_client};
use super::watch::Watch;
use super::{duration_arg, output, results};
use crate::clock::Clock;
use crate::domain::annotation::Annotations;
use crate::domain::invite_store::{InviteStore, RowRef};
use crate::domain::query::Filter;
use crate::domain::text::format_plural;
use crate::domain::{Error, Identity, ServiceRequest};

/// Arguments of `list`.
#[derive(Debug, Args)]
pub(super) struct ListArgs {
    #[command(flatten)]
    query: QueryArgs,
    /// Maximum number of rows
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Load the list again and again; prints events without a terminal [default: 30 seconds]
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "30",
        value_parser = duration_arg::parse_interval, conflicts_with = "limit")]
    watch: Option<Duration>,
    #[command(flatten)]
    format: FormatArgs,
}

/// Prints the invites.
pub(super) async fn run(global: GlobalArgs, args: ListArgs, clock: Clock) -> Result<u8, CliError> {
    if let Some(interval) = args.watch {
        return watch(global, args, interval, clock).await;
    }
    let printer = args.format.printer(&INVITE)?;
    let mut config = global.resolve()?;
    let filter = args.query.parse_filter(&config)?;
    if filter.is_empty() && args.query.sort_order().is_none() {
        config.page_size = args.limit;
    }
    let out = RowPrinter { printer, remaining_rows: args.limit.unwrap_or(usize::MAX) };
    // Annotations belong to a tenancy, which is known only after a list load.
    let needs_whole_list = args.query.sort_order().is_some() || filter.uses_annotations();
    with_client(&config, clock, async |client| match needs_whole_list {
        true => print_whole(client, &args.query, filter, out).await,
        false => print_streamed(client, &filter, config.page_size, out).await,
    })
    .await
}

async fn watch(global: GlobalArgs, args: ListArgs, interval: Duration, clock: Clock) -> Result<u8, CliError> {
    let config = global.resolve()?;
    let watch = Watch {
        query: &args.query,
        filter: args.query.parse_filter(&config)?,
        format: &args.format,
        interval,
    };
    watch.check()?;
    with_client(&config, clock, async |client| watch.run(client).await).await
}

/// Prints rows up to a limit.
struct RowPrinter {
    printer: Printer,
    remaining_rows: usize,
}

impl RowPrinter {
    fn print_rows<'a>(&mut self, rows: impl Iterator<Item = RowRef<'a>>, now: Timestamp) -> io::Result<()> {
        let count = self.printer.count;
        let result = self.printer.print(rows.take(self.remaining_rows).map(|row| invite_item(&row, now)));
        self.remaining_rows -= self.printer.count - count;
        result
    }

    /// Prints the end of the results, and the number of rows if a user reads the table.
    fn finish(&mut self, is_complete: bool) -> io::Result<()> {
        self.printer.finish(vec![("complete", json!(is_complete))])?;
        if self.printer.is_table() && io::stderr().is_terminal() {
            output::print_info(&match self.printer.count {
                0 => "No invites match.".to_owned(),
                count => format_plural(count, "invite"),
            });
        }
        Ok(())
    }
}

async fn print_whole(
    client: &mut ServiceClient,
    query: &QueryArgs,
    filter: Filter,
    mut out: RowPrinter,
) -> Result<u8, CliError> {
    let (store, failure) = client.fetch_partial().await?;
    let is_complete = failure.is_none();
    let code = list_exit_code(store.len(), failure)?;
    let (rows, now) = (store.rows(), client.server_now());
    let annotations = client.load_annotations_for(&filter).await?;
    let order = query.run_query(rows, filter, now, &annotations);
    let printed = out.print_rows(order.iter().filter_map(|row| rows.get(*row)), now);
    results::finish(printed.and_then(|()| out.finish(is_complete)), code)
}

async fn print_streamed(
    client: &mut ServiceClient,
    filter: &Filter,
    first_rows: Option<usize>,
    mut out: RowPrinter,
) -> Result<u8, CliError> {
    let mut line = ProgressLine::new();
    let request = first_rows.map_or(ServiceRequest::FetchList, ServiceRequest::FetchFirst);
    let id = client.send_request(request).await?;
    let mut seen: HashSet<Identity> = HashSet::new();
    loop {
        let event = client.next_fetch_event(id, &mut line).await?;
        let (code, is_over, is_complete) = match &event {
            FetchEvent::Finished(failure) => {
                (list_exit_code(seen.len(), failure.clone())?, true, failure.is_none())
            }
            _ => (OK, false, false),
        };
        let now = client.server_now();
        let printed = line.suspend(|| {
            if let FetchEvent::Page(page) = &event {
                // Skips rows that were printed before the load started over.
                let mut store = InviteStore::new_exact();
                page.rows.iter().filter(|row| seen.insert(row.identity.clone())).for_each(|row| {
                    store.insert(row);
                });
                let rows = query::filter_rows(store.rows(), filter, now, &Annotations::default());
                out.print_rows(rows.iter().filter_map(|row| store.rows().get(*row)), now)?;
            }
            // A limit ends the list on request, so the list is what the user asked for.
            let is_full = out.remaining_rows == 0;
            if is_over || is_full { out.finish(is_complete || is_full) } else { Ok(()) }
        });
        if printed.is_err() || is_over || out.remaining_rows == 0 {
            return results::finish(printed, code);
        }
        if let FetchEvent::Page(page) = &event
            && !output::is_terminal()
        {
            line.show_loading(seen.len(), page.total);
        }
    }
}

/// Returns the exit code for a complete or partial list; reports a partial one.
///
/// # Errors
/// No row was loaded.
fn list_exit_code(rows: usize, failure: Option<Error>) -> Result<u8, CliError> {
    let Some(failure) = failure else { return Ok(OK) };
    if rows == 0 {
        return Err(failure.into());
    }
    let rows = format_plural(rows, "invite");
    let code = if for_error(&failure) == NOT_ALLOWED { NOT_ALLOWED } else { PARTIAL };
    output::print_error(code, &format!("PARTIAL: {rows} shown, but the list is incomplete. {failure}"));
    Ok(code)
}
