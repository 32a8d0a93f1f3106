//! `guestlist cache`: shows or deletes the cached lists. Needs no server and no token.

use clap::Subcommand;

use super::exit_code::{CliError, OK};
use super::global_args::GlobalArgs;
use super::output::{self, JsonArgs};
use super::results;
use crate::service::maintenance;

/// Subcommands of `cache`.
#[derive(Debug, Subcommand)]
pub(super) enum CacheCommand {
    /// Show the path and size of the cache file
    Path(JsonArgs),
    /// Delete the cached lists of all tenancies; the journal stays
    Clear(JsonArgs),
}

/// Runs the subcommand.
pub(super) fn run(global: GlobalArgs, command: &CacheCommand) -> Result<u8, CliError> {
    let dir = global.resolve()?.paths.cache;
    let (CacheCommand::Path(JsonArgs { json }) | CacheCommand::Clear(JsonArgs { json })) = command;
    output::set_json(*json);
    let file = maintenance::cache_file(&dir);
    if let CacheCommand::Path(_) = command {
        return print_path(&file);
    }
    let cleared = maintenance::clear_cache(&dir)
        .map_err(|error| CliError::failed(format!("Could not delete {}: {error}.", file.display())))?;
    results::record_change("The cached lists were deleted.");
    let sentence =
        if cleared { "The cached lists are deleted." } else { "Nothing to delete: no lists are cached." };
    output::print_summary(sentence, &[("files", usize::from(cleared))]);
    Ok(OK)
}

fn print_path(file: &std::path::Path) -> Result<u8, CliError> {
    output::print_record(&[("path", &file.display().to_string())]);
    match file.metadata() {
        Ok(metadata) => output::print_info(&format!("Size: {} kB.", metadata.len().div_ceil(1_000))),
        Err(_) => output::print_info("The file does not exist: no lists are cached."),
    }
    Ok(OK)
}
