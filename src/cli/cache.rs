//! `guestlist cache`: where the lists lie that are kept on this machine, and how they leave it. No server is asked, and
//! no token is needed.

use clap::{Args, Subcommand};

use super::codes::{Ended, FAILED, OK, USAGE};
use super::global::GlobalArgs;
use super::results;
use super::say;
use crate::service::archive;

/// What is typed after `cache`.
#[derive(Debug, Subcommand)]
pub(super) enum CacheCommand {
    /// Say where the lists are kept, and how large the file is
    Path(CacheArgs),
    /// Delete the lists of all tenancies; the journal is no part of them
    Clear(CacheArgs),
}

/// How it is printed.
#[derive(Debug, Args)]
pub(super) struct CacheArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Does it.
pub(super) fn run(global: GlobalArgs, command: &CacheCommand) -> Result<u8, Ended> {
    let folder = global.decide().map_err(|sentence| Ended::new(USAGE, sentence))?.paths.cache;
    let (CacheCommand::Path(CacheArgs { json }) | CacheCommand::Clear(CacheArgs { json })) = command;
    say::as_json(*json);
    match command {
        CacheCommand::Path(_) => path(&archive::cache_file(&folder)),
        CacheCommand::Clear(_) => {
            let file = archive::cache_file(&folder);
            let cleared = archive::clear_cache(&folder).map_err(|error| {
                let words = format!("{} could not be deleted: {error}.", file.display());
                Ended::new(FAILED, words)
            })?;
            results::changed("The lists on this machine were deleted.");
            let sentence = if cleared {
                "The lists that were kept are deleted."
            } else {
                "There was nothing to delete."
            };
            say::counted(sentence, &[("files", usize::from(cleared))]);
            Ok(OK)
        }
    }
}

fn path(file: &std::path::Path) -> Result<u8, Ended> {
    say::record(&[("path", &file.display().to_string())]);
    match file.metadata() {
        Ok(metadata) => say::told(&format!("It has {} kB.", metadata.len().div_ceil(1_000))),
        Err(_) => say::told("There is no such file: no list is kept."),
    }
    Ok(OK)
}
