//! `guestlist list`: prints the pending invites.
//! Without `--sort` it prints rows as pages arrive; otherwise it loads the whole list first. A closed
//! standard output ends the command silently.

use std::collections::HashSet;
use std::io::{self, Write as _};

use clap::Args;
use jiff::Timestamp;

use super::exit_code::{CliError, NOT_ALLOWED, OK, PARTIAL, for_error};
use super::fetch::FetchEvent;
use super::global_args::GlobalArgs;
use super::output;
use super::progress::ProgressLine;
use super::query::{self, QueryArgs};
use super::results::{self, Results};
use super::rows::{Fields, ListFormat, RowStyle};
use super::service::{ServiceClient, with_client};
use crate::clock::Clock;
use crate::domain::invite_store::{InviteStore, RowRef};
use crate::domain::query::Filter;
use crate::domain::text::format_plural;
use crate::domain::{Error, Identity, ServiceRequest};
use crate::terminal;

/// Arguments of `list`.
#[derive(Debug, Args)]
pub(super) struct ListArgs {
    #[command(flatten)]
    query: QueryArgs,
    /// Maximum number of rows
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// JSON array [fields: email, message, expiry_time, identity]
    #[arg(long, value_name = "FIELDS", num_args = 0..=1, default_missing_value = "", value_parser = Fields::parse)]
    json: Option<Fields>,
    /// Output format
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = ListFormat::Table, conflicts_with = "json")]
    format: ListFormat,
}

/// Prints the invites.
pub(super) async fn run(global: GlobalArgs, args: ListArgs, clock: Clock) -> Result<u8, CliError> {
    let config = global.resolve()?;
    let filter = args.query.parse_filter(&config)?;
    let out = RowPrinter::new(row_style(&args), args.limit.unwrap_or(usize::MAX));
    with_client(&config, clock, async |client| match args.query.sort_order() {
        Some(_) => print_sorted(client, &args.query, filter, out).await,
        None => print_streamed(client, &filter, out).await,
    })
    .await
}

fn row_style(args: &ListArgs) -> RowStyle {
    match (&args.json, args.format) {
        (Some(fields), _) => RowStyle::Json(fields.clone()),
        (None, ListFormat::Csv) => RowStyle::Csv,
        (None, ListFormat::Ndjson) => RowStyle::Ndjson,
        (None, ListFormat::Table) => match terminal::stdout_columns() {
            Some(width) => RowStyle::Columns { width, is_colored: output::is_colored() },
            None if output::is_always_colored() => RowStyle::Columns { width: 80, is_colored: true },
            None => RowStyle::Tsv,
        },
    }
}

/// Prints rows up to a limit.
struct RowPrinter {
    style: RowStyle,
    remaining_rows: usize,
    printed_rows: usize,
}

impl RowPrinter {
    fn new(style: RowStyle, limit: usize) -> RowPrinter {
        RowPrinter { style, remaining_rows: limit, printed_rows: 0 }
    }

    fn print_header(&self) -> io::Result<()> {
        write(&self.style.header())
    }

    fn print_rows<'a>(&mut self, rows: impl Iterator<Item = RowRef<'a>>, now: Timestamp) -> io::Result<()> {
        let mut text = String::new();
        for row in rows.take(self.remaining_rows) {
            text += &self.style.format_row(&row, self.printed_rows == 0, now)?;
            self.printed_rows += 1;
            self.remaining_rows -= 1;
            if text.len() > 64 * 1024 {
                write(&std::mem::take(&mut text))?;
            }
        }
        write(&text)
    }

    fn print_footer(&self) -> io::Result<()> {
        write(self.style.footer(self.printed_rows == 0))
    }
}

fn write(text: &str) -> io::Result<()> {
    Results.write_all(text.as_bytes())
}

async fn print_sorted(
    client: &mut ServiceClient,
    query: &QueryArgs,
    filter: Filter,
    mut out: RowPrinter,
) -> Result<u8, CliError> {
    let (store, failure) = client.fetch_partial().await?;
    let code = list_exit_code(store.len(), failure)?;
    let (rows, now) = (store.rows(), client.server_now());
    let order = query.run_query(rows, filter, now);
    let printed = out.print_header().and_then(|()| {
        out.print_rows(order.iter().filter_map(|row| rows.get(*row)), now)?;
        out.print_footer()
    });
    results::finish(printed, code)
}

async fn print_streamed(
    client: &mut ServiceClient,
    filter: &Filter,
    mut out: RowPrinter,
) -> Result<u8, CliError> {
    let mut line = ProgressLine::new();
    let id = client.send_request(ServiceRequest::FetchList).await?;
    let mut seen: HashSet<Identity> = HashSet::new();
    let mut has_header = false;
    loop {
        let event = client.next_fetch_event(id, &mut line).await?;
        let (code, is_over) = match &event {
            // A later page may be missing, but the text in front of the first row does not depend on it.
            FetchEvent::Finished(failure) => (list_exit_code(seen.len(), failure.clone())?, true),
            _ => (OK, false),
        };
        let now = client.server_now();
        let printed = line.suspend(|| {
            if !std::mem::replace(&mut has_header, true) {
                out.print_header()?;
            }
            if let FetchEvent::Page(page) = &event {
                // Skips rows that were printed before the load started over.
                let mut store = InviteStore::new_exact();
                page.rows.iter().filter(|row| seen.insert(row.identity.clone())).for_each(|row| {
                    store.insert(row);
                });
                let rows = query::filter_rows(store.rows(), filter, now);
                out.print_rows(rows.iter().filter_map(|row| store.rows().get(*row)), now)?;
            }
            if is_over || out.remaining_rows == 0 { out.print_footer() } else { Ok(()) }
        });
        if let Err(error) = printed {
            return results::finish(Err(error), OK);
        }
        if is_over || out.remaining_rows == 0 {
            return Ok(code);
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
    output::print_error(&format!("PARTIAL: {rows} shown, but the list is incomplete. {failure}"));
    Ok(match for_error(&failure) {
        NOT_ALLOWED => NOT_ALLOWED,
        _ => PARTIAL,
    })
}
