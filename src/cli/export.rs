//! `guestlist export`: writes the whole list, or the invites that match a filter, to a file.
//! Only a complete list is exported; an existing file needs `--force`.

use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::exit_code::{CliError, OK};
use super::global_args::GlobalArgs;
use super::query::QueryArgs;
use super::results::{self, Results};
use super::service::{ServiceClient, with_client};
use super::{output, output_file};
use crate::clock::Clock;
use crate::config::typed_path_arg;
use crate::domain::export::{self, Format};
use crate::domain::text::format_plural;

/// Arguments of `export`.
#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// File format
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: ExportFormat,
    #[command(flatten)]
    query: QueryArgs,
    /// Write to this file, readable by you alone, or - for standard output [default: -]
    #[arg(long, value_name = "FILE", value_parser = typed_path_arg)]
    output: Option<PathBuf>,
    /// Replace an existing file
    #[arg(long, requires = "output")]
    force: bool,
}

/// File formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ExportFormat {
    /// For spreadsheets; cells that look like formulas start with an apostrophe
    Csv,
    /// One object with the list items
    Json,
    /// One object per line
    Ndjson,
    /// A table
    Markdown,
}

/// Exports the invites.
pub(super) async fn run(global: GlobalArgs, args: ExportArgs, clock: Clock) -> Result<u8, CliError> {
    let config = global.resolve()?;
    let filter = args.query.parse_filter(&config)?;
    if let Some(path) = args.output.as_deref().filter(|_| !args.force) {
        output_file::ensure_absent(path, output_file::FORCE_HINT)?;
    }
    let fetch = async |client: &mut ServiceClient| {
        let (store, now) = (client.fetch_list().await?, client.server_now());
        Ok((store, now, client.load_annotations_for(&filter).await?))
    };
    let (store, now, annotations) = with_client(&config, clock, fetch).await?;
    let rows = store.rows();
    let order = args.query.run_query(rows, filter, now, &annotations);
    let format = match args.format {
        ExportFormat::Csv => Format::Csv,
        ExportFormat::Json => Format::Json,
        ExportFormat::Ndjson => Format::Ndjson,
        ExportFormat::Markdown => Format::Markdown,
    };
    let selected = order.iter().filter_map(|row| rows.get(*row));
    let Some(path) = args.output.as_deref().filter(|path| !output_file::is_stdout(path)) else {
        let mut out = BufWriter::new(Results);
        return results::finish(export::write(format, selected, &mut out).and_then(|_| out.flush()), OK);
    };
    let mut text = Vec::new();
    let written = export::write(format, selected, &mut text)
        .map_err(|error| CliError::failed(format!("Could not export the invites: {error}.")))?;
    output_file::write(path, &text, args.force)?;
    output::print_info(&format!("{} written to {}.", format_plural(written, "invite"), path.display()));
    Ok(OK)
}
