//! Row state of the terminal: decides which cells and rows of a frame are written.
//! Rows with a cell of ambiguous width are drawn whole, because terminals disagree on the width.

use ratatui::buffer::Cell;
use unicode_width::UnicodeWidthStr;

/// Changes of a frame.
#[derive(Debug, PartialEq, Eq)]
pub enum RowChange {
    /// Cells to write, by column and row.
    /// One change can have several rows, because each [`RowChange`] repeats its colors.
    Cells(Vec<(u16, u16)>),
    /// A whole row, cleared first.
    WholeRow(u16),
}

/// The written cells of all rows.
#[derive(Debug, Default)]
pub struct Rows(Vec<Row>);

#[derive(Debug, Default)]
struct Row {
    cells: Vec<Cell>,
    /// True if the row has a cell of ambiguous width.
    has_ambiguous_width: bool,
}

static BLANK: Cell = Cell::EMPTY;

impl Rows {
    /// Stores the changed cells of a frame, and returns what to write.
    pub fn update<'a>(&mut self, content: impl Iterator<Item = (u16, u16, &'a Cell)>) -> Vec<RowChange> {
        let mut positions = Vec::new();
        for (x, y, cell) in content {
            self.set_cell(x, y, cell);
            positions.push((x, y));
        }
        let mut changed = Vec::new();
        for row in positions.chunk_by(|(_, one), (_, other)| one == other) {
            let y = row[0].1;
            match changed.last_mut() {
                _ if self.take_whole_row(y) => changed.push(RowChange::WholeRow(y)),
                Some(RowChange::Cells(cells)) => cells.extend_from_slice(row),
                _ => changed.push(RowChange::Cells(row.to_vec())),
            }
        }
        changed
    }

    fn set_cell(&mut self, x: u16, y: u16, cell: &Cell) {
        let (x, y) = (usize::from(x), usize::from(y));
        if self.0.len() <= y {
            self.0.resize_with(y + 1, Row::default);
        }
        let cells = &mut self.0[y].cells;
        if cells.len() <= x {
            cells.resize(x + 1, Cell::EMPTY);
        }
        cells[x].clone_from(cell);
    }

    /// Updates the ambiguity of a row; true if it has, or had, a cell of ambiguous width.
    fn take_whole_row(&mut self, y: u16) -> bool {
        let Some(row) = self.0.get_mut(usize::from(y)) else { return false };
        let is_ambiguous = columns(&row.cells).any(|x| is_ambiguous_width(row.cells[x].symbol()));
        std::mem::replace(&mut row.has_ambiguous_width, is_ambiguous) || is_ambiguous
    }

    /// Returns a written cell.
    pub fn cell(&self, x: u16, y: u16) -> &Cell {
        let row = self.0.get(usize::from(y));
        row.and_then(|row| row.cells.get(usize::from(x))).unwrap_or(&BLANK)
    }

    /// Splits the columns of a row into runs; the cursor is set at the start of each.
    pub fn runs(&self, y: u16) -> Vec<Vec<u16>> {
        let Some(row) = self.0.get(usize::from(y)) else { return Vec::new() };
        let mut runs = vec![Vec::new()];
        for x in columns(&row.cells) {
            if let Some(run) = runs.last_mut() {
                run.push(x as u16);
            }
            if is_ambiguous_width(row.cells[x].symbol()) {
                runs.push(Vec::new());
            }
        }
        runs.retain(|run| !run.is_empty());
        runs
    }
}

/// Returns the columns of a row without those that a wide cell covers.
fn columns(cells: &[Cell]) -> impl Iterator<Item = usize> {
    let mut next = 0;
    std::iter::from_fn(move || {
        let x = next;
        next += cells.get(x)?.symbol().width().max(1);
        Some(x)
    })
}

/// Returns true if terminals may disagree on the width.
/// That is anything but one character of one column, emoji and the like.
fn is_ambiguous_width(symbol: &str) -> bool {
    let mut chars = symbol.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => !c.is_ascii() && (c > '\u{ffff}' || symbol.width() != 1),
        (None, _) => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn update(rows: &mut Rows, text: &[(u16, &str)]) -> Vec<RowChange> {
        let cells: Vec<(u16, Cell)> = text
            .iter()
            .map(|(x, symbol)| {
                let mut cell = Cell::default();
                cell.set_symbol(symbol);
                (*x, cell)
            })
            .collect();
        rows.update(cells.iter().map(|(x, cell)| (*x, 0, cell)))
    }

    #[test]
    fn plain_row_writes_only_changed_cells() {
        let mut rows = Rows::default();
        assert_eq!(
            update(&mut rows, &[(0, "│"), (1, "é"), (2, "…")]),
            [RowChange::Cells(vec![(0, 0), (1, 0), (2, 0)])]
        );
        assert_eq!(update(&mut rows, &[(1, "e")]), [RowChange::Cells(vec![(1, 0)])]);
    }

    #[test]
    fn row_with_uncertain_width_is_redrawn_whole() {
        for symbol in ["👍🏽", "❤\u{fe0f}", "e\u{301}", "招", "🇩🇪", "\u{1f1e9}"] {
            let mut rows = Rows::default();
            update(&mut rows, &[(0, "a"), (1, symbol), (3, "b"), (4, "c")]);
            assert_eq!(update(&mut rows, &[(4, "d")]), [RowChange::WholeRow(0)], "{symbol}");
            let last = rows.runs(0).pop();
            assert!(last.is_some_and(|run| run.ends_with(&[3, 4]) && run[0] > 1), "{symbol}");
            assert_eq!(update(&mut rows, &[(1, "x"), (2, "y")]), [RowChange::WholeRow(0)], "{symbol}");
            assert_eq!(update(&mut rows, &[(1, "z")]), [RowChange::Cells(vec![(1, 0)])], "{symbol}");
        }
    }
}
