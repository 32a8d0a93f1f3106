//! Prints the items of a command in the chosen format, and the summary of JSON.

use std::io::{self, BufWriter, Write as _};

use serde_json::Value;

use super::exit_code::CliError;
use super::item::{Item, ItemKind};
use super::results::{self, Results};
use super::table::Table;
use super::template::ItemTemplate;
use super::{jq, output};
use crate::domain::export::csv_record;
use crate::domain::json::escape_for_terminal;
use crate::domain::text::sanitize;
use crate::terminal;

/// Maximum size of a text before it is written.
const MAX_BUFFER_BYTES: usize = 64 * 1024;

/// How items are printed.
#[derive(Debug)]
pub(super) enum Style {
    Table { is_wide: bool },
    Tsv,
    Csv,
    Json,
    Ndjson,
    Name,
    Jq { expression: String },
    Template(Box<ItemTemplate>),
}

/// Values of the JSON document beside its items, in order.
pub(super) type Summary = Vec<(&'static str, Value)>;

/// Prints the results of one command: items in one or more batches, then [`Printer::finish`].
#[derive(Debug)]
pub(super) struct Printer {
    kind: &'static ItemKind,
    style: Style,
    fields: Vec<&'static str>,
    is_default: bool,
    table: Table,
    has_started: bool,
    /// Number of printed items.
    pub(super) count: usize,
    /// Text that is not written yet: the whole document for `--jq`.
    text: String,
}

impl Printer {
    /// Returns a printer of items. `is_default` is true if no option chose the style.
    pub(super) fn new(
        kind: &'static ItemKind,
        style: Style,
        fields: Vec<&'static str>,
        is_default: bool,
    ) -> Printer {
        let is_wide = matches!(style, Style::Table { is_wide: true });
        let table = Table::new(kind, is_wide, terminal::stdout_columns(), output::is_colored());
        Printer { kind, style, fields, is_default, table, has_started: false, count: 0, text: String::new() }
    }

    /// Returns true if no option chooses a format. The command may then print sentences instead of items.
    pub(super) fn is_default(&self) -> bool {
        self.is_default
    }

    /// Returns true if the results are one JSON document, so each item is printed once.
    pub(super) fn is_document(&self) -> bool {
        matches!(self.style, Style::Json | Style::Jq { .. })
    }

    /// Returns true for `--format csv`.
    pub(super) fn is_csv(&self) -> bool {
        matches!(self.style, Style::Csv)
    }

    /// Returns true if the results are a table for people.
    pub(super) fn is_table(&self) -> bool {
        matches!(self.style, Style::Table { .. })
    }

    /// Makes the columns of a table wide enough for these items, which are printed later.
    pub(super) fn reserve_columns(&mut self, items: &[Item]) {
        self.table.fit(items);
    }

    /// Prints items.
    ///
    /// # Errors
    /// The items cannot be formatted or written.
    pub(super) fn print(&mut self, items: impl IntoIterator<Item = Item>) -> io::Result<()> {
        self.start()?;
        if self.is_table() {
            let items: Vec<Item> = items.into_iter().collect();
            self.count += items.len();
            self.table.fit(&items);
            self.text += &self.table.format_rows(&items);
            return self.flush();
        }
        for item in items {
            self.push_item(&item)?;
            self.count += 1;
            if self.text.len() > MAX_BUFFER_BYTES {
                self.flush()?;
            }
        }
        self.flush()
    }

    /// Prints the end of the results. JSON contains the summary.
    ///
    /// # Errors
    /// The results cannot be formatted or written.
    pub(super) fn finish(&mut self, summary: Summary) -> io::Result<()> {
        self.start()?;
        if self.is_document() {
            self.text += if self.count == 0 { "]" } else { "\n]" };
            for (name, value) in summary {
                self.text += &escape_for_terminal(&format!(",\"{name}\":{value}"));
            }
            self.text += "}\n";
        }
        if let Style::Jq { expression } = &self.style {
            return jq::run(expression, &self.text, &mut BufWriter::new(Results));
        }
        write(&mut self.text)
    }

    /// Prints all items and the summary; returns the exit code.
    ///
    /// # Errors
    /// The results cannot be formatted. Write errors are reported at the end of every command.
    pub(super) fn print_all(
        mut self,
        items: impl IntoIterator<Item = Item>,
        summary: Summary,
        code: u8,
    ) -> Result<u8, CliError> {
        results::finish(self.print(items).and_then(|()| self.finish(summary)), code)
    }

    /// Prints the summary of a command without items: JSON, or a sentence for people.
    ///
    /// # Errors
    /// The results cannot be formatted.
    pub(super) fn print_summary(self, sentence: &str, summary: Summary, code: u8) -> Result<u8, CliError> {
        if self.is_default() || self.is_table() {
            output::print_result(sentence);
            return Ok(code);
        }
        self.print_all([], summary, code)
    }

    fn start(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.has_started, true) {
            return Ok(());
        }
        match &self.style {
            Style::Json | Style::Jq { .. } => self.text += "{\"items\":[",
            Style::Csv => self.text += &csv_record(&self.fields)?,
            _ => {}
        }
        Ok(())
    }

    fn push_item(&mut self, item: &Item) -> io::Result<()> {
        let line = match &self.style {
            Style::Json | Style::Jq { .. } => {
                self.text += if self.count == 0 { "\n" } else { ",\n" };
                self.text += &item.to_json(&self.fields)?;
                return Ok(());
            }
            Style::Ndjson => item.to_json(&self.fields)? + "\n",
            Style::Csv => {
                let cells: Vec<String> = self.fields.iter().map(|field| item.text(field)).collect();
                csv_record(&cells.iter().map(String::as_str).collect::<Vec<_>>())?
            }
            Style::Name => match item.text(self.kind.id) {
                id if id.is_empty() => String::new(),
                id => sanitize(&id).into_owned() + "\n",
            },
            Style::Template(template) => {
                template
                    .render(item)
                    .map_err(|reason| io::Error::other(format!("--template failed: {reason}")))?
                    + "\n"
            }
            Style::Tsv | Style::Table { .. } => {
                let cells = self.kind.columns.iter().map(|column| item.text(column.field));
                let cells: Vec<String> = cells.map(|text| sanitize(&text).into_owned()).collect();
                cells.join("\t") + "\n"
            }
        };
        self.text += &line;
        Ok(())
    }

    /// Writes the text so far, except a document for `--jq`.
    fn flush(&mut self) -> io::Result<()> {
        if matches!(self.style, Style::Jq { .. }) { Ok(()) } else { write(&mut self.text) }
    }
}

fn write(text: &mut String) -> io::Result<()> {
    Results.write_all(std::mem::take(text).as_bytes())
}
