//! Aligned columns. Columns are as wide as their values; on a narrow terminal the flexible column gives way.

use super::item::{Column, Item, ItemKind};
use crate::domain::text::{sanitize, truncate, width};

/// Minimum width of a column that gives way.
const MIN_FLEXIBLE_WIDTH: usize = 8;
const GAP: &str = "  ";

/// Formats rows; later rows use the widths of earlier rows.
#[derive(Debug)]
pub(super) struct Table {
    columns: Vec<&'static Column>,
    widths: Vec<usize>,
    /// Width of the terminal; `None` without a terminal.
    max_width: Option<usize>,
    /// True if columns other than the flexible one are never cut.
    is_wide: bool,
    is_colored: bool,
    has_header: bool,
}

impl Table {
    /// Returns a table for a terminal of this width.
    pub(super) fn new(
        kind: &'static ItemKind,
        is_wide: bool,
        max_width: Option<usize>,
        is_colored: bool,
    ) -> Table {
        let columns: Vec<_> = kind.columns.iter().filter(|column| is_wide || !column.is_wide).collect();
        let widths = columns.iter().map(|column| column.min_width.max(width(column.header))).collect();
        Table { columns, widths, max_width, is_wide, is_colored, has_header: false }
    }

    /// Makes the columns wide enough for these items.
    pub(super) fn fit(&mut self, items: &[Item]) {
        for (column, column_width) in self.columns.iter().zip(&mut self.widths) {
            let widths = items.iter().map(|item| width(&cell(item, column, self.max_width)));
            *column_width = widths.fold(*column_width, usize::max);
        }
    }

    /// Returns the rows, after the header if they are the first rows.
    pub(super) fn format_rows(&mut self, items: &[Item]) -> String {
        let widths = self.visible_widths();
        let mut text = String::new();
        if !items.is_empty() && !std::mem::replace(&mut self.has_header, true) {
            let headers: Vec<String> = self.columns.iter().map(|column| column.header.to_owned()).collect();
            text += &self.format_line(&headers, &widths);
            text.push('\n');
        }
        for item in items {
            let cells: Vec<String> =
                self.columns.iter().map(|column| cell(item, column, self.max_width)).collect();
            let line = self.format_line(&cells, &widths);
            match item.color.filter(|_| self.is_colored) {
                Some(color) => text += &format!("\u{1b}[{color}m{line}\u{1b}[0m\n"),
                None => text += &format!("{line}\n"),
            }
        }
        text
    }

    /// Returns the widths that fit the terminal: the flexible column gives way first, then the widest.
    fn visible_widths(&self) -> Vec<usize> {
        let mut widths = self.widths.clone();
        let Some(max_width) = self.max_width else { return widths };
        let gaps = GAP.len() * widths.len().saturating_sub(1);
        let excess = |widths: &[usize]| (widths.iter().sum::<usize>() + gaps).saturating_sub(max_width);
        if let Some(flexible) = self.columns.iter().position(|column| column.is_flexible) {
            let kept = widths[flexible].min(MIN_FLEXIBLE_WIDTH);
            widths[flexible] = widths[flexible].saturating_sub(excess(&widths)).max(kept);
        }
        while !self.is_wide && excess(&widths) > 0 {
            let Some(widest) = widths.iter_mut().max().filter(|widest| **widest > 1) else { break };
            *widest -= 1;
        }
        widths
    }

    fn format_line(&self, cells: &[String], widths: &[usize]) -> String {
        let pad = |(text, columns): (&String, &usize)| {
            let text = truncate(text, *columns);
            let padding = " ".repeat(columns.saturating_sub(width(&text)));
            text + &padding
        };
        let line = cells.iter().zip(widths).map(pad).collect::<Vec<_>>().join(GAP);
        match self.max_width.filter(|_| !self.is_wide) {
            Some(max_width) => truncate(line.trim_end(), max_width.max(1)),
            None => line.trim_end().to_owned(),
        }
    }
}

/// Returns the text of a cell. A table for a file or a pipe has the full values.
fn cell(item: &Item, column: &Column, max_width: Option<usize>) -> String {
    let text = if max_width.is_some() { item.short_text(column.field) } else { item.text(column.field) };
    sanitize(&text).into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cli::kinds::INVITE;

    fn invite(email: &str, message: &str) -> Item {
        let identity = "invites/f4e4b1b5-8186-4feb-9072-9999f89d4619";
        let values = [("email", json!(email)), ("message", json!(message)), ("identity", json!(identity))];
        Item::new(values).with_short_text("expiry_time", "5 h".to_owned())
    }

    fn format(width: Option<usize>, is_wide: bool, items: &[Item]) -> String {
        let mut table = Table::new(&INVITE, is_wide, width, false);
        table.fit(items);
        table.format_rows(items)
    }

    #[test]
    fn message_gives_way_to_a_long_email() {
        let email = "a.very.long.name.of.a.person@department.example.com";
        let text = format(Some(80), false, &[invite(email, &"message ".repeat(9)), invite("b@x", "hi")]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], format!("{:51}  EXPIRES IN  MESSAGE", "EMAIL"));
        assert_eq!(lines[1], format!("{email}  5 h         message messag…"));
        assert_eq!(lines[2], format!("{:51}  5 h         hi", "b@x"));
        assert!(!text.contains("invites/"));
    }

    #[test]
    fn wide_table_and_pipe_have_whole_values() {
        let item = invite("a@example.com", &"message ".repeat(9));
        for (width, is_wide) in [(None, true), (None, false)] {
            assert!(
                format(width, is_wide, std::slice::from_ref(&item)).contains("message ".repeat(9).trim())
            );
        }
        let text = format(Some(40), true, &[item]);
        assert!(text.contains("a@example.com") && text.contains("9999f89d4619\n"), "{text}");
        assert_eq!(format(None, false, &[]), "");
    }

    #[test]
    fn rows_fit_any_width_and_are_sanitized() {
        let item = invite(&"招待@example.com".repeat(9), &"a\u{1b}[31m\"b".repeat(40));
        for columns in 0..200 {
            for line in format(Some(columns), false, std::slice::from_ref(&item)).lines() {
                assert!(width(line) <= columns.max(1), "{columns}: {line}");
                assert!(!line.contains('\u{1b}'));
            }
        }
    }

    #[test]
    fn color_wraps_the_whole_row_only_if_asked() {
        let mut item = invite("a@x", "hi");
        item.color = Some("31");
        let mut table = Table::new(&INVITE, false, Some(80), true);
        assert!(table.format_rows(&[item]).contains("\u{1b}[31ma@x"));
    }
}
