//! Writes invites as CSV, JSON, NDJSON or Markdown.
//! Writes row by row, so memory use does not grow with the number of rows. Rows are untrusted: in every
//! format, neither a terminal nor the program that opens the file executes any part of a row.

use std::io::{self, Write};

use serde::Serialize;
use strum::IntoStaticStr;

use super::invite_store::{RowId, RowRef, Rows};
use super::json;
use super::text::{is_unsafe, sanitize};

/// The columns, with their names in every format.
pub const COLUMNS: [&str; 4] = ["email", "message", "expiry_time", "identity"];

/// File format of an export.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "UPPERCASE")]
pub enum Format {
    /// A header line, then one line for each invite. Control characters are escaped. A cell that a
    /// spreadsheet would execute gets an apostrophe before its text.
    #[default]
    Csv,
    /// One object with the list `items`. Strings are exact; characters that act on a terminal are written as `\uXXXX`.
    Json,
    /// One JSON object per line.
    Ndjson,
    /// A table. Markdown characters are escaped; line ends become `<br>`.
    #[strum(serialize = "Markdown")]
    Markdown,
}

impl Format {
    /// All formats, in the order of the dialog.
    pub const ALL: [Format; 4] = [Format::Csv, Format::Json, Format::Ndjson, Format::Markdown];

    /// Returns the name of the format.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Returns the file extension, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Json => "json",
            Format::Ndjson => "ndjson",
            Format::Markdown => "md",
        }
    }
}

/// Writes all rows, with the format's start and end. Returns the number of rows.
///
/// # Errors
///
/// Returns the errors of `out`.
pub fn write<'a>(
    format: Format,
    rows: impl IntoIterator<Item = RowRef<'a>>,
    out: &mut impl Write,
) -> io::Result<usize> {
    match format {
        Format::Csv => out.write_all(csv_line(COLUMNS.map(str::to_owned))?.as_bytes())?,
        Format::Json => out.write_all(b"{\"items\":[")?,
        Format::Ndjson => {}
        Format::Markdown => writeln!(out, "| {} |\n|---|---|---|---|", COLUMNS.join(" | "))?,
    }
    let mut written = 0;
    for row in rows {
        if format == Format::Json {
            out.write_all(if written == 0 { b"\n" } else { b",\n" })?;
        }
        out.write_all(format_row(format, &row)?.as_bytes())?;
        if format == Format::Ndjson {
            out.write_all(b"\n")?;
        }
        written += 1;
    }
    if format == Format::Json {
        out.write_all(if written == 0 { b"]}\n" } else { b"\n]}\n" })?;
    }
    Ok(written)
}

/// Formats one row: a JSON object without a line end, or a whole line of the other formats.
///
/// # Errors
///
/// None in practice: the CSV and JSON writers write to memory.
pub fn format_row(format: Format, row: &RowRef<'_>) -> io::Result<String> {
    let object = ExportObject::from_row(row);
    match format {
        Format::Json | Format::Ndjson => Ok(json::escape_for_terminal(&serde_json::to_string(&object)?)),
        Format::Csv => csv_line(object.cells().map(csv_cell)),
        Format::Markdown => Ok(format!("| {} |\n", object.cells().map(markdown_cell).join(" | "))),
    }
}

/// The values of an invite, one for each of [`COLUMNS`].
#[derive(Debug, Serialize)]
pub struct ExportObject<'a> {
    email: &'a str,
    message: &'a str,
    expiry_time: Option<String>,
    identity: String,
}

impl<'a> ExportObject<'a> {
    /// Returns the values of a row.
    pub fn from_row(row: &RowRef<'a>) -> ExportObject<'a> {
        ExportObject {
            email: row.email,
            message: row.message,
            expiry_time: row.expiry.0.map(|at| at.to_string()),
            identity: row.identity().to_string(),
        }
    }

    /// Returns the values as texts; raw. An unknown expiry is empty.
    pub fn cells(&self) -> [&str; 4] {
        [self.email, self.message, self.expiry_time.as_deref().unwrap_or_default(), &self.identity]
    }
}

/// Formats a line of CSV. Each cell is made safe as in [`Format::Csv`].
///
/// # Errors
///
/// None in practice: the CSV writer writes to memory.
pub fn csv_record(cells: &[&str]) -> io::Result<String> {
    csv_line(cells.iter().map(|cell| csv_cell(cell)))
}

fn csv_line(cells: impl IntoIterator<Item = String>) -> io::Result<String> {
    let mut writer = csv::WriterBuilder::new().buffer_capacity(512).from_writer(Vec::new());
    writer.write_record(cells.into_iter().collect::<Vec<_>>()).map_err(io::Error::other)?;
    let line = writer.into_inner().map_err(|error| error.into_error())?;
    String::from_utf8(line).map_err(io::Error::other)
}

/// True if spreadsheets treat a cell as a formula, in quotes or not.
/// Some spreadsheets also accept full-width signs, or skip leading white space.
fn is_formula(text: &str) -> bool {
    let first = text.trim_start_matches(|c: char| c == ' ' || c == '\n' || is_unsafe(c)).chars().next();
    text.starts_with(['\t', '\r']) || matches!(first, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠'))
}

fn csv_cell(text: &str) -> String {
    let apostrophe = if is_formula(text) { "'" } else { "" };
    format!("{apostrophe}{}", sanitize(text))
}

fn markdown_cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let text = text.replace("\r\n", "\n");
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => out.push_str("<br>"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '$' => out.extend(['\\', c]),
            c => out.push_str(&sanitize(c.encode_utf8(&mut [0; 4]))),
        }
    }
    out
}

/// Rows to export, as displayed.
#[derive(Debug, Clone, Default)]
pub struct ExportRows {
    /// The rows of the list.
    pub rows: Rows,
    /// Ids of the exported rows, in display order.
    pub order: Vec<RowId>,
    /// True if only marked rows are exported.
    pub is_marked: bool,
    /// Number of marked rows that are not exported because they were not displayed.
    pub hidden_marked_count: usize,
    /// How much of the list was loaded, such as "1,200 of 3,000"; `None` if the list is complete.
    pub loaded_label: Option<String>,
}

/// Target of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportTarget {
    /// The terminal's clipboard.
    Clipboard {
        /// Maximum size of the text.
        max_bytes: usize,
    },
    /// A file.
    File {
        /// The file name, as typed.
        name: String,
        /// True to replace an existing file.
        overwrite: bool,
    },
}

/// An export to run outside of the event loop.
#[derive(Debug, Clone)]
pub struct ExportJob {
    /// Number of the export. The result contains the same number.
    pub number: u64,
    /// The file format.
    pub format: Format,
    /// The rows.
    pub rows: ExportRows,
    /// The target.
    pub target: ExportTarget,
}

/// Result of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportResult {
    /// The file was written.
    File {
        /// Absolute path of the file.
        path: String,
        /// Number of rows.
        rows: usize,
    },
    /// The text to copy.
    ClipboardText {
        /// The text.
        text: String,
        /// Number of rows.
        rows: usize,
    },
    /// A file of this name exists; nothing was written.
    Exists,
    /// The text is too long for the clipboard.
    TooLong,
    /// The export failed; the reason is a sentence.
    Failed(String),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::invite_store::InviteStore;
    use crate::domain::{Expiry, Identity, Invite};

    fn invite_store(rows: &[(&str, &str)]) -> InviteStore {
        let mut store = InviteStore::default();
        for (n, (email, message)) in rows.iter().enumerate() {
            store.insert(&Invite {
                identity: Identity::from_uuid(uuid::Uuid::from_u128(n as u128 + 1)),
                email: (*email).into(),
                message: (*message).into(),
                expiry: if n == 0 { Expiry::parse("2022-06-17T11:30:43Z") } else { Expiry(None) },
            });
        }
        store
    }

    fn export_text(format: Format, rows: &[(&str, &str)]) -> String {
        let store = invite_store(rows);
        let mut out = Vec::new();
        let stored_rows = store.rows().iter().filter_map(|row| store.rows().get(row));
        assert_eq!(write(format, stored_rows, &mut out).expect("written"), rows.len());
        String::from_utf8(out).expect("text")
    }

    const UNSAFE_ROWS: [(&str, &str); 2] =
        [("jane@x.example", "\u{1b}[2J\u{202e}a|b\r\nc,\"d\"\u{9b}"), ("", "é招待状")];

    #[test]
    fn csv_has_the_columns_and_quotes_as_needed() {
        let identity = "invites/00000000-0000-0000-0000-000000000001";
        assert_eq!(
            export_text(Format::Csv, &[("jane@x.example", "Hello, \"you\"")]),
            format!(
                "email,message,expiry_time,identity\n\
                 jane@x.example,\"Hello, \"\"you\"\"\",2022-06-17T11:30:43Z,{identity}\n"
            )
        );
    }

    #[test]
    fn csv_formula_cell_starts_with_an_apostrophe() {
        for text in
            ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "\rx", "\n=1", "  =1", "\u{200b}=1", "＝1", "－1"]
        {
            let cell = csv_cell(text);
            assert!(cell.starts_with('\''), "{text:?} became {cell:?}");
        }
        for text in ["jane@x.example", "a=1", "", "'=1", "1-2", "…"] {
            assert_eq!(csv_cell(text), text);
        }
        let csv = export_text(Format::Csv, &[("=cmd|' /C calc'!A0", "@x,y")]);
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let record = reader.records().next().expect("a record").expect("CSV");
        assert_eq!((&record[0], &record[1]), ("'=cmd|' /C calc'!A0", "'@x,y"));
    }

    #[test]
    fn json_keeps_texts_exactly() {
        let mut read: serde_json::Value =
            serde_json::from_str(&export_text(Format::Json, &UNSAFE_ROWS)).expect("JSON");
        let read = read["items"].take();
        for (i, (email, message)) in UNSAFE_ROWS.iter().enumerate() {
            assert_eq!((&read[i]["email"], &read[i]["message"]), (&(*email).into(), &(*message).into()));
        }
        assert_eq!(read[0]["expiry_time"], "2022-06-17T11:30:43Z");
        assert!(read[1]["expiry_time"].is_null());
        for line in export_text(Format::Ndjson, &UNSAFE_ROWS).lines() {
            serde_json::from_str::<serde_json::Value>(line).expect("an object a line");
        }
        assert_eq!(export_text(Format::Json, &[]), "{\"items\":[]}\n");
    }

    #[test]
    fn markdown_escapes_its_special_characters() {
        let cell = markdown_cell("a|b\r\n<script> [x](y) `c` **d** \\ &amp;\n\n# e");
        assert_eq!(cell, r"a\|b<br>\<script\> \[x\](y) \`c\` \*\*d\*\* \\ \&amp;<br><br># e");
        let table = export_text(Format::Markdown, &UNSAFE_ROWS);
        assert_eq!(table.lines().count(), 4, "{table}");
        assert!(
            table.starts_with("| email | message | expiry_time | identity |\n|---|---|---|---|\n| jane@")
        );
    }

    #[test]
    fn csv_message_with_line_breaks_is_one_line() {
        let message = "long ".repeat(5_000);
        let csv = export_text(Format::Csv, &[("a@x", &message)]);
        assert_eq!((csv.lines().count(), csv.contains(&message)), (2, true));
    }

    #[test]
    fn every_format_removes_control_characters() {
        for format in Format::ALL {
            let text = export_text(format, &UNSAFE_ROWS);
            let hostile = text.chars().find(|c| is_unsafe(*c) && *c != '\n');
            assert_eq!(hostile, None, "{}: {text:?}", format.name());
            assert!(text.contains("é招待状"));
        }
    }
}
