//! Converts tables without separators to tables with separators.
//! Handles columns aligned with spaces, as terminals print them. Also handles rows quoted as a whole, as
//! spreadsheets save a file that they read into one column. Lines keep their numbers.

use std::borrow::Cow;

const SEPARATORS: [char; 4] = ['\t', ';', '|', ','];

/// Returns the text with separators; unchanged if it has none of these layouts.
pub(super) fn with_separators(text: &str) -> Cow<'_, str> {
    let separated = unwrap_rows(text).or_else(|| split_aligned_columns(text));
    separated.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Unwraps `"Name,Email"` in each line. A line with a single cell may have no quotes.
fn unwrap_rows(text: &str) -> Option<String> {
    let first = text.lines().find(|line| !line.trim().is_empty())?.trim();
    if !first.starts_with('"') || !first.contains(SEPARATORS) {
        return None;
    }
    let row = |line: &str| -> Option<String> {
        let line = line.trim();
        if !line.contains('"') {
            return Some(line.to_owned());
        }
        let inner = line.strip_prefix('"')?.strip_suffix('"')?;
        (!inner.replace("\"\"", "").contains('"')).then(|| inner.replace("\"\"", "\""))
    };
    let rows: Option<Vec<String>> = text.lines().map(row).collect();
    Some(rows?.join("\n"))
}

/// Splits columns that are two or more spaces apart, the same number in each line.
fn split_aligned_columns(text: &str) -> Option<String> {
    if !text.contains("  ") || text.contains(['\t', ';', '|', '"']) {
        return None;
    }
    let is_rule = |line: &str| line.chars().all(|c| matches!(c, '-' | '=' | ' '));
    let cells = |line: &str| -> Vec<String> {
        line.trim().split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect()
    };
    let width = cells(text.lines().find(|line| !is_rule(line))?).len();
    let mut rows = Vec::new();
    for line in text.lines() {
        let cells = if is_rule(line) { Vec::new() } else { cells(line) };
        if !cells.is_empty() && cells.len() != width {
            return None;
        }
        rows.push(cells.join("\t"));
    }
    let is_table = width > 1 && rows.iter().filter(|row| !row.is_empty()).count() > 1;
    is_table.then(|| rows.join("\n"))
}
