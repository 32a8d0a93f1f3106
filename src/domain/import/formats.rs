//! Parses lists in the formats of other programs: JSON, NDJSON, vCard and LDIF become tables. A text
//! that starts like one of these formats but cannot be read is rejected. The error contains the format.

use serde_json::Value;

use super::address_book;
use super::records::Record;
use super::table::Table;

/// Maximum number of columns. Each object can add columns, and each row gets a cell for every column.
const MAX_COLUMNS: usize = 1000;

/// Parses a text in one of these formats; `None` if it is in none of them.
pub(super) fn parse(text: &str) -> Option<Result<Table, String>> {
    let start = text.trim_start();
    let has_line = |line: &str| start.lines().take(100).any(|other| other.trim().eq_ignore_ascii_case(line));
    if has_line("BEGIN:VCARD") {
        return Some(address_book::parse_vcards(text));
    }
    if start.lines().take(100).any(|line| line.starts_with("dn: ") || line.starts_with("dn:: ")) {
        return Some(address_book::parse_ldif(text));
    }
    if has_line("BEGIN:VCALENDAR") {
        return Some(Err(
            "This is an iCalendar file, not a list of people. Export the emails as CSV.".to_owned()
        ));
    }
    if let Some((_, format)) = BINARY_SIGNATURES.iter().find(|(mark, _)| start.starts_with(mark)) {
        return Some(Err(format!("This is {format}, which cannot be read. Save it as CSV.")));
    }
    if !start.starts_with(['[', '{']) {
        return None;
    }
    match serde_json::from_str::<Value>(text) {
        Ok(value) => Some(parse_json(value)),
        Err(error) => parse_ndjson(text).or_else(|| {
            let is_json =
                ["{\"", "[{", "[\"", "{}", "[]", "{\n", "[\n"].iter().any(|mark| start.starts_with(mark));
            is_json.then(|| Err(format!("This looks like JSON, but cannot be read: {error}.")))
        }),
    }
}

/// First bytes of files that are not lists, with the name of the format.
const BINARY_SIGNATURES: &[(&str, &str)] = &[
    ("PK\u{3}\u{4}", "a spreadsheet or ZIP file"),
    ("%PDF-", "a PDF file"),
    ("{\\rtf", "an RTF file"),
    ("<!DOCTYPE", "a web page"),
    ("<!doctype", "a web page"),
    ("<html", "a web page"),
    ("<?xml", "an XML file"),
];

/// Parses one object per line.
fn parse_ndjson(text: &str) -> Option<Result<Table, String>> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let rows: Option<Vec<(usize, Value)>> =
        lines.map(|(index, line)| Some((index + 1, serde_json::from_str(line).ok()?))).collect();
    Some(parse_objects(rows?))
}

/// Parses an array of emails or objects, or an object that contains such an array.
fn parse_json(value: Value) -> Result<Table, String> {
    let rows = match value {
        Value::Array(rows) => rows,
        Value::Object(mut object) => {
            let is_list = |value: &Value| {
                value.as_array().is_some_and(|rows| rows.iter().any(|row| row.is_object() || row.is_string()))
            };
            let lists: Vec<String> =
                object.iter().filter(|(_, value)| is_list(value)).map(|(name, _)| name.clone()).collect();
            let is_person =
                object.values().any(|value| value.as_str().is_some_and(|text| text.contains('@')));
            match lists.as_slice() {
                _ if is_person => vec![Value::Object(object)],
                [name] => object.remove(name).and_then(|rows| rows.as_array().cloned()).unwrap_or_default(),
                [] => vec![Value::Object(object)],
                _ => {
                    let lists = lists.join(", ");
                    return Err(format!(
                        "The JSON contains several lists: {lists}. Keep only the list of people."
                    ));
                }
            }
        }
        _ => return Err("This is JSON, but neither a list of emails nor a list of objects.".to_owned()),
    };
    parse_objects(rows.into_iter().enumerate().map(|(index, row)| (index + 1, row)).collect())
}

fn parse_objects(rows: Vec<(usize, Value)>) -> Result<Table, String> {
    let mut table = Table::default();
    for (line, row) in rows {
        let mut cells = Vec::new();
        table.set_value(&mut cells, "", &row);
        table.rows.push(Record { line, cells, ..Record::default() });
    }
    table.pad_rows()
}

impl Table {
    /// Puts a value of a row into the column of a path such as `profile.email`. Texts of a list go into `email`.
    fn set_value(&mut self, cells: &mut Vec<String>, path: &str, value: &Value) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    self.set_value(cells, &path, value);
                }
            }
            Value::Array(values) if values.iter().all(Value::is_string) => {
                let texts: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
                self.set_cell(cells, path, &texts.join("; "));
            }
            Value::Array(values) => {
                let mut names: Vec<String> = Vec::new();
                for (index, value) in values.iter().enumerate() {
                    let name = object_kind(value).filter(|name| !names.contains(name));
                    let name = name.unwrap_or_else(|| (index + 1).to_string());
                    self.set_value(cells, &format!("{path}.{name}"), value);
                    names.push(name);
                }
            }
            Value::String(text) => self.set_cell(cells, if path.is_empty() { "email" } else { path }, text),
            Value::Null => {}
            other => self.set_cell(cells, path, &other.to_string()),
        }
    }

    /// Sets a cell of a row by column name. A new name extends the header, to at most one column more than
    /// allowed.
    pub(super) fn set_cell(&mut self, cells: &mut Vec<String>, column: &str, text: &str) {
        let existing = self.header.iter().position(|name| name == column);
        if existing.is_none() && self.header.len() > MAX_COLUMNS {
            return;
        }
        let index = existing.unwrap_or_else(|| {
            self.header.push(column.to_owned());
            self.header.len() - 1
        });
        if cells.len() <= index {
            cells.resize(index + 1, String::new());
        }
        cells[index] = text.trim().to_owned();
    }

    /// Returns the table with all rows as wide as the header.
    ///
    /// # Errors
    ///
    /// Returns a sentence if the table has too many columns.
    pub(super) fn pad_rows(mut self) -> Result<Table, String> {
        let width = self.header.len();
        if width > MAX_COLUMNS {
            let error = "The list has more than 1,000 columns. Remove the columns that you do not need.";
            return Err(error.to_owned());
        }
        self.rows.iter_mut().for_each(|row| row.cells.resize(width, String::new()));
        self.is_exact = true;
        Ok(self)
    }
}

/// Returns the kind of an object in an array: `work` for `{"type": "work", "value": "a@b"}`.
fn object_kind(value: &Value) -> Option<String> {
    let named = ["type", "label", "kind"].iter().find_map(|key| value.get(key)?.as_str());
    let is_primary = value.get("primary").and_then(Value::as_bool) == Some(true);
    named.map(str::to_lowercase).or_else(|| is_primary.then(|| "primary".to_owned()))
}
