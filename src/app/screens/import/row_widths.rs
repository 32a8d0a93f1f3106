//! Column widths of the review table.
//!
//! A narrow window first hides the names, then narrows and hides the results, then hides the line numbers and the words
//! of the statuses. The email is cut last, so a wider window never shows less of it. A long email is shown whole only
//! if all columns fit; the pane below the table always shows the selected one in full.

/// Blanks between two columns.
pub(super) const COLUMN_GAP: usize = 2;
/// Width of a status without its word: the sign.
pub(super) const SIGN_WIDTH: usize = 1;
/// Width of the cursor before a row.
const CURSOR_WIDTH: usize = 1;
/// Maximum width of an email that hides other columns.
const MAX_EMAIL_WIDTH: usize = 40;
/// Maximum width of a name.
const MAX_NAME_WIDTH: usize = 24;
/// Width of a result below which the names are hidden.
const GOOD_RESULT_WIDTH: usize = 28;
/// Minimum width of a result: `will be invited`.
const MIN_RESULT_WIDTH: usize = 15;

/// Widths of the columns; 0 hides a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RowWidths {
    /// Line number.
    pub line: usize,
    /// Sign and word of the status.
    pub status: usize,
    /// Email.
    pub email: usize,
    /// Name.
    pub name: usize,
    /// What happens to the entry.
    pub result: usize,
}

impl RowWidths {
    /// Chooses the widths for a number of columns. `widest` has the width of the widest cell of each column.
    pub(super) fn fit(widest: RowWidths, columns: usize) -> RowWidths {
        let (name, email) = (widest.name.min(MAX_NAME_WIDTH), widest.email.min(MAX_EMAIL_WIDTH));
        let mut widths = RowWidths { name, email, result: GOOD_RESULT_WIDTH, ..widest };
        let spare = columns.saturating_sub(widths.total());
        widths.email = widest.email.min(email + spare);
        let steps: [fn(&mut RowWidths); 5] = [
            |widths| widths.name = 0,
            |widths| widths.result = MIN_RESULT_WIDTH,
            |widths| widths.result = 0,
            |widths| widths.line = 0,
            |widths| widths.status = SIGN_WIDTH,
        ];
        for step in steps {
            if widths.total() <= columns {
                break;
            }
            step(&mut widths);
        }
        let others = widths.total() - widths.email;
        widths.email = widths.email.min(columns.saturating_sub(others));
        if widths.result > 0 {
            widths.result += columns.saturating_sub(widths.total());
        }
        widths
    }

    fn total(&self) -> usize {
        let shown = [self.line, self.status, self.email, self.name, self.result];
        let shown = shown.into_iter().filter(|width| *width > 0);
        CURSOR_WIDTH + shown.clone().sum::<usize>() + COLUMN_GAP * shown.count().saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDEST: RowWidths = RowWidths { line: 4, status: 11, email: 32, name: 30, result: 0 };

    #[test]
    fn columns_are_hidden_before_the_email_is_cut() {
        let fit = |columns| {
            let RowWidths { line, status, email, name, result } = RowWidths::fit(WIDEST, columns);
            [line, status, email, name, result]
        };
        assert_eq!(fit(156), [4, 11, 32, 24, 76]);
        assert_eq!(fit(108), [4, 11, 32, 24, 28]);
        assert_eq!(fit(107), [4, 11, 32, 0, 53]);
        assert_eq!(fit(76), [4, 11, 32, 0, 22]);
        assert_eq!(fit(60), [4, 11, 32, 0, 0]);
        assert_eq!(fit(48), [0, 11, 32, 0, 0]);
        assert_eq!(fit(36), [0, 1, 32, 0, 0]);
        assert_eq!(fit(34), [0, 1, 30, 0, 0]);
    }

    #[test]
    fn every_width_fits_and_a_wider_one_shows_as_much_of_the_email() {
        let mut shown = 0;
        for columns in 10..200 {
            let widths = RowWidths::fit(WIDEST, columns);
            assert!(widths.total() <= columns, "{columns}: {widths:?}");
            assert!(widths.email >= shown, "{columns}: {widths:?}");
            shown = widths.email;
        }
        assert_eq!(shown, WIDEST.email);
    }

    #[test]
    fn long_email_hides_no_column_that_fits_beside_a_usual_one() {
        let widest = RowWidths { email: 75, ..WIDEST };
        let fit = |columns| {
            let RowWidths { line, status, email, name, result } = RowWidths::fit(widest, columns);
            [line, status, email, name, result]
        };
        assert_eq!(fit(151), [4, 11, 75, 24, 28]);
        assert_eq!(fit(126), [4, 11, 50, 24, 28]);
        assert_eq!(fit(77), [4, 11, 40, 0, 15]);
        assert_eq!(fit(48), [0, 1, 40, 0, 0]);
    }
}
