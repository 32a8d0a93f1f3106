//! Output options: color, quiet, verbose. They may be before or after a command.

use clap::{Args, ValueEnum};

/// Output options of every command.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(super) struct OutputArgs {
    /// When to use color
    #[arg(long, global = true, value_name = "WHEN", value_enum, help_heading = "Output")]
    pub(super) color: Option<ColorChoice>,
    /// Print only results, prompts and errors
    #[arg(long, short, global = true, conflicts_with = "verbose", help_heading = "Output")]
    pub(super) quiet: bool,
    /// Log API requests to standard error
    #[arg(long, short, global = true, help_heading = "Output")]
    pub(super) verbose: bool,
}

/// Option of commands that print either text or JSON.
#[derive(Debug, Args)]
pub(super) struct JsonArgs {
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// When output is colored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorChoice {
    #[default]
    Auto,
    Always,
    Never,
}
