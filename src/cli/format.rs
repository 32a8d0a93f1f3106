//! Output options of every command with results: `--format`, `--json`, `--jq` and `--template`.

use clap::{Args, ValueEnum};

use super::exit_code::CliError;
use super::item::ItemKind;
use super::printer::{Printer, Style};
use super::template::ItemTemplate;
use super::{jq, output};

/// Options that choose the format of the results.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct FormatArgs {
    /// Output format [default: table on a terminal, else tsv]
    #[arg(long, short = 'o', value_name = "FORMAT", value_enum, help_heading = "Output", display_order = 0)]
    format: Option<Format>,
    /// Print JSON with all fields, or with these fields
    #[arg(
        long,
        value_name = "FIELDS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "",
        help_heading = "Output",
        display_order = 1
    )]
    json: Option<String>,
    /// Apply a jq expression to the JSON
    #[arg(long, value_name = "EXPR", help_heading = "Output", display_order = 2)]
    jq: Option<String>,
    /// Print a line for each item, such as '{{ email }}'
    #[arg(long, value_name = "TEXT", conflicts_with = "jq", help_heading = "Output", display_order = 3)]
    template: Option<String>,
}

/// Output formats. docs/cli.md explains them: text here would make every help screen longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Table,
    Wide,
    Tsv,
    Csv,
    Json,
    Ndjson,
    Name,
}

impl FormatArgs {
    /// Returns the printer for items of this kind. Call it before the command makes requests.
    ///
    /// # Errors
    /// Two options choose different formats, or a field, an expression or a template is wrong.
    pub(super) fn printer(&self, kind: &'static ItemKind) -> Result<Printer, CliError> {
        let format = match (self.format, &self.json) {
            (Some(format), Some(_)) if format != Format::Json => {
                return Err(conflict("--json", "another --format"));
            }
            (None | Some(_), Some(_)) => Some(Format::Json),
            (format, None) => format,
        };
        let fields = self.json.as_deref().map_or(Ok(Vec::new()), |text| parse_fields(text, kind))?;
        let fields = if fields.is_empty() { kind.fields.to_vec() } else { fields };
        let style = match (format, &self.jq, &self.template) {
            (Some(format), Some(_), _) if format != Format::Json => {
                return Err(conflict("--jq", "a --format other than json"));
            }
            (Some(_), _, Some(_)) => return Err(conflict("--template", "--format or --json")),
            (_, Some(expression), _) => {
                jq::compile(expression)
                    .map_err(|reason| CliError::usage(format!("Could not read --jq: {reason}.")))?;
                Style::Jq { expression: expression.clone() }
            }
            (None, _, Some(text)) => {
                let template = ItemTemplate::new(text, kind)
                    .map_err(|reason| CliError::usage(format!("Could not read --template: {reason}.")))?;
                Style::Template(Box::new(template))
            }
            (format, None, None) => style_of(format),
        };
        Ok(Printer::new(kind, style, fields, self.is_default()))
    }

    /// Returns these options, or JSON if no option chooses a format.
    pub(super) fn or_json(&self) -> FormatArgs {
        match self.is_default() {
            true => FormatArgs { format: Some(Format::Json), ..FormatArgs::default() },
            false => self.clone(),
        }
    }

    /// Returns these options, or lines of JSON if no option chooses a format.
    pub(super) fn or_ndjson(&self) -> FormatArgs {
        match self.is_default() {
            true => FormatArgs { format: Some(Format::Ndjson), ..FormatArgs::default() },
            false => self.clone(),
        }
    }

    /// Returns true if no option chooses a format.
    fn is_default(&self) -> bool {
        self.format.is_none() && self.json.is_none() && self.jq.is_none() && self.template.is_none()
    }
}

/// Returns the style of a format. Without a format: a table on a terminal, otherwise tabs.
fn style_of(format: Option<Format>) -> Style {
    match format {
        Some(Format::Wide) => Style::Table { is_wide: true },
        Some(Format::Table) => Style::Table { is_wide: false },
        None if output::is_terminal() => Style::Table { is_wide: false },
        Some(Format::Tsv) | None => Style::Tsv,
        Some(Format::Csv) => Style::Csv,
        Some(Format::Json) => Style::Json,
        Some(Format::Ndjson) => Style::Ndjson,
        Some(Format::Name) => Style::Name,
    }
}

fn conflict(option: &str, other: &str) -> CliError {
    CliError::usage(format!(
        "Could not choose a format: {option} cannot be used with {other}. Use one of them."
    ))
}

fn parse_fields(text: &str, kind: &ItemKind) -> Result<Vec<&'static str>, CliError> {
    let find = |name: &str| kind.fields.iter().copied().find(|field| *field == name.trim());
    let names = text.split(',').filter(|name| !text.is_empty() || !name.is_empty());
    names.map(find).collect::<Option<Vec<_>>>().ok_or_else(|| {
        CliError::usage(format!(
            "Could not read --json: a field is unknown. Use some of: {}.",
            kind.fields.join(",")
        ))
    })
}
