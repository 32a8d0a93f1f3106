//! Formats invites as rows, in every format of `list`. Escapes text from outside.

use std::io;

use clap::ValueEnum;
use jiff::Timestamp;

use crate::domain::export::{self, ExportObject, Format};
use crate::domain::invite_store::RowRef;
use crate::domain::json::escape_for_terminal;
use crate::domain::text::{sanitize, truncate, width};

/// Output formats of `list`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ListFormat {
    /// Aligned columns on a terminal, tab-separated otherwise
    Table,
    /// CSV with a header, for spreadsheets
    Csv,
    /// One JSON object per line
    Ndjson,
}

/// Names of the chosen fields, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fields(Vec<&'static str>);

impl Fields {
    /// Parses comma-separated field names for clap; an empty text means all fields.
    pub(super) fn parse(text: &str) -> Result<Fields, String> {
        if text.is_empty() {
            return Ok(Fields(export::COLUMNS.to_vec()));
        }
        let find = |name: &str| export::COLUMNS.into_iter().find(|column| *column == name.trim());
        let fields: Option<Vec<_>> = text.split(',').map(find).collect();
        fields.map(Fields).ok_or_else(|| format!("the fields are {}", export::COLUMNS.join(", ")))
    }

    /// Returns one line of JSON with these fields.
    pub(super) fn to_json(&self, row: &RowRef<'_>) -> io::Result<String> {
        let object = serde_json::to_value(ExportObject::from_row(row))?;
        let parts: Vec<String> = self.0.iter().map(|name| format!("\"{name}\":{}", object[*name])).collect();
        Ok(escape_for_terminal(&format!("{{{}}}", parts.join(","))))
    }
}

/// Format of printed rows.
#[derive(Debug, Clone)]
pub(super) enum RowStyle {
    /// One JSON array.
    Json(Fields),
    Ndjson,
    Csv,
    /// Full texts with tabs between them.
    Tsv,
    /// Aligned columns for a terminal of this width.
    Columns {
        width: usize,
        is_colored: bool,
    },
}

impl RowStyle {
    /// Returns the text before the first row.
    pub(super) fn header(&self) -> String {
        match self {
            RowStyle::Json(_) => "[".to_owned(),
            RowStyle::Csv => export::COLUMNS.join(",") + "\n",
            RowStyle::Columns { width, .. } => format_columns(["EMAIL", "EXPIRES IN", "MESSAGE"], *width),
            RowStyle::Ndjson | RowStyle::Tsv => String::new(),
        }
    }

    /// Formats a row; `is_first` is true for the first row.
    pub(super) fn format_row(&self, row: &RowRef<'_>, is_first: bool, now: Timestamp) -> io::Result<String> {
        Ok(match self {
            RowStyle::Json(fields) => {
                format!("{}\n{}", if is_first { "" } else { "," }, fields.to_json(row)?)
            }
            RowStyle::Ndjson => export::format_row(Format::Ndjson, row)? + "\n",
            RowStyle::Csv => export::format_row(Format::Csv, row)?,
            RowStyle::Tsv => {
                let object = ExportObject::from_row(row);
                let [email, message, expiry, identity] = object.cells();
                [email, expiry, message, identity].map(sanitize).join("\t") + "\n"
            }
            RowStyle::Columns { width, is_colored } => {
                let line = format_columns([row.email, &row.expiry.remaining_text(now), row.message], *width);
                if *is_colored { color_expiry(&line, row, now) } else { line }
            }
        })
    }

    /// Returns the text after the last row.
    pub(super) fn footer(&self, is_empty: bool) -> &'static str {
        match (self, is_empty) {
            (RowStyle::Json(_), true) => "]\n",
            (RowStyle::Json(_), false) => "\n]\n",
            _ => "",
        }
    }
}

/// Formats three columns for a width: the email gets two fifths, the message gets the rest.
fn format_columns(cells: [&str; 3], columns: usize) -> String {
    const EXPIRY_WIDTH: usize = 13;
    let [email, expiry, message] = cells;
    let email_width = (columns * 2 / 5).max(12);
    let rest = columns.saturating_sub(email_width + EXPIRY_WIDTH + 2);
    let pad = |text: &str, columns: usize| {
        let text = truncate(text, columns);
        let padding = " ".repeat(columns - width(&text));
        text + &padding
    };
    let line =
        format!("{} {} {}", pad(email, email_width), pad(expiry, EXPIRY_WIDTH), truncate(message, rest));
    line.trim_end().to_owned() + "\n"
}

/// Colors the expiry by urgency; the text alone has the same information.
fn color_expiry(line: &str, row: &RowRef<'_>, now: Timestamp) -> String {
    use crate::domain::expiry::Urgency;
    let color = match row.expiry.urgency(now) {
        Urgency::WithinDay => "31",
        Urgency::Soon => "33",
        Urgency::Expired => "2",
        Urgency::Later | Urgency::Unknown => return line.to_owned(),
    };
    format!("\u{1b}[{color}m{}\u{1b}[0m\n", line.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::invite_store::InviteStore;
    use crate::domain::{Expiry, Identity, Invite};

    #[test]
    fn fields_are_parsed_by_name_and_rows_fit_the_width() {
        assert!(Fields::parse("email,role").is_err_and(|reason| reason.contains("expiry_time")));
        let mut store = InviteStore::default();
        store.insert(&Invite {
            identity: Identity::parse("a").expect("an identity"),
            email: "招待@example.com".repeat(9),
            message: "a\u{1b}[31m\"b".repeat(40),
            expiry: Expiry(None),
        });
        let row = store.rows().get(0).expect("a row");
        let fields = Fields::parse("expiry_time,message").expect("known");
        let object = fields.to_json(&row).expect("JSON");
        assert!(object.starts_with("{\"expiry_time\":null,\"message\":\"a\\u001b[31m\\\"b"), "{object}");
        let now = "2024-06-01T12:00:00Z".parse().expect("a time");
        for columns in 0..200 {
            let line = RowStyle::Columns { width: columns, is_colored: false }
                .format_row(&row, true, now)
                .expect("text");
            assert!(width(line.trim_end()) <= columns.max(30), "{columns}: {line}");
            assert!(!line.contains('\u{1b}'));
        }
    }
}
