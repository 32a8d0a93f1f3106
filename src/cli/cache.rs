//! `guestlist cache`: shows or deletes the cached lists. Needs no server and no token.

use std::path::Path;

use clap::Subcommand;
use serde_json::json;

use super::config::file_item;
use super::exit_code::{CliError, OK};
use super::format::FormatArgs;
use super::global_args::GlobalArgs;
use super::kinds::FILE;
use super::printer::Printer;
use super::{output, results};
use crate::service::maintenance;

/// Subcommands of `cache`.
#[derive(Debug, Subcommand)]
pub(super) enum CacheCommand {
    /// Show the path and size of the cache file
    #[command(after_help = include_str!("help/cache_path.txt"))]
    Path(FormatArgs),
    /// Delete the cached lists of all tenancies; the journal stays
    #[command(after_help = include_str!("help/cache_clear.txt"))]
    Clear(FormatArgs),
}

/// Runs the subcommand.
pub(super) fn run(global: GlobalArgs, command: &CacheCommand) -> Result<u8, CliError> {
    let dir = global.resolve()?.paths.cache;
    let file = maintenance::cache_file(&dir);
    match command {
        CacheCommand::Path(args) => print_path(args.printer(&FILE)?, &file),
        CacheCommand::Clear(args) => clear(args.printer(&FILE)?, &dir, &file),
    }
}

fn clear(printer: Printer, dir: &Path, file: &Path) -> Result<u8, CliError> {
    let cleared = maintenance::clear_cache(dir)
        .map_err(|error| CliError::failed(format!("Could not delete {}: {error}.", file.display())))?;
    results::record_change("The cached lists were deleted.");
    let sentence =
        if cleared { "The cached lists are deleted." } else { "Nothing to delete: no lists are cached." };
    printer.print_summary(sentence, vec![("files", json!(usize::from(cleared)))], OK)
}

fn print_path(printer: Printer, file: &Path) -> Result<u8, CliError> {
    match file.metadata() {
        Ok(metadata) => output::print_info(&format!("Size: {} kB.", metadata.len().div_ceil(1_000))),
        Err(_) => output::print_info("The file does not exist: no lists are cached."),
    }
    if printer.is_default() {
        output::print_result(&file.display().to_string());
        return Ok(OK);
    }
    printer.print_all([file_item("cache", file)], Vec::new(), OK)
}
