//! How commands talk: in colour or not, much or little. Said in front of a command or behind it.

use clap::{Args, ValueEnum};

/// What every command understands about its own output.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(super) struct MannerArgs {
    /// Colours: auto is only on a terminal, and not where NO_COLOR is set
    #[arg(long, global = true, value_name = "WHEN", value_enum, help_heading = "Output")]
    pub(super) color: Option<Colour>,
    /// Say only results, questions and what went wrong
    #[arg(long, short, global = true, conflicts_with = "verbose", help_heading = "Output")]
    pub(super) quiet: bool,
    /// Say more: each call to the server, on standard error
    #[arg(long, short, global = true, help_heading = "Output")]
    pub(super) verbose: bool,
}

/// When there are colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    #[default]
    Auto,
    Always,
    Never,
}
