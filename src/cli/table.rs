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
