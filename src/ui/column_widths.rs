//! Column widths of the table.
//!
//! A narrow window drops columns in this order: identity, sent time, note, message. Email and expiry always stay.

use crate::domain::table_prefs::{Column, ColumnSet, ColumnState};

/// Columns of an expiry or a running step: `expired 23 h`, `deleting 5 s`.
const EXPIRES_WIDTH: usize = 12;
/// Columns of the sent time: `~365 d ago`.
const SENT_WIDTH: usize = 10;
/// Columns of a UUID.
const IDENTITY_WIDTH: usize = 36;
/// Columns of a note.
const NOTE_WIDTH: usize = 24;
/// Columns of the signs before a row.
pub const SIGNS_WIDTH: usize = 4;
/// Number of blanks between two columns.
const COLUMN_GAP: usize = 2;
/// Minimum width of the emails, which otherwise follow the list.
const MIN_EMAIL_WIDTH: usize = 20;
/// Minimum width in which most messages are still distinguishable.
const MIN_MESSAGE_WIDTH: usize = 16;
/// Minimum width that the user can set.
const MIN_COLUMN_WIDTH: usize = 8;

/// Visible columns in display order, with their widths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnWidths(Vec<(Column, usize)>);

impl ColumnWidths {
    /// Chooses the columns that fit and their widths, so that the emails are cut last.
    /// `total_width` includes the signs before each row and the blank behind it. `email_width` is the
    /// width of the emails in the list.
    pub fn fit(columns: &ColumnSet, email_width: usize, total_width: usize) -> ColumnWidths {
        let mut shown: Vec<ColumnState> = columns.visible_columns().collect();
        if flexible_width(&shown, total_width) < min_flexible_width(&shown, email_width) {
            // One more column is more important than a wide column.
            for state in &mut shown {
                state.width_delta = state.width_delta.min(0);
            }
        }
        for column in [Column::Identity, Column::Sent, Column::Note, Column::Message] {
            if flexible_width(&shown, total_width) >= min_flexible_width(&shown, email_width) {
                break;
            }
            shown.retain(|state| state.column != column);
        }
        let (email, message) = split_flexible_width(&shown, email_width, flexible_width(&shown, total_width));
        let width = |state: &ColumnState| match state.column {
            Column::Email => email,
            Column::Message => message,
            _ => fixed_width(state),
        };
        ColumnWidths(shown.iter().map(|state| (state.column, width(state))).collect())
    }

    /// Returns the width of a table that shows only whole emails and expiries.
    pub fn width_of_whole_emails(email_width: usize) -> usize {
        SIGNS_WIDTH + wanted_email_width(email_width) + COLUMN_GAP + EXPIRES_WIDTH + 1
    }

    /// Returns the columns in display order, with their widths.
    pub fn iter(&self) -> impl Iterator<Item = (Column, usize)> + '_ {
        self.0.iter().copied()
    }

    /// Returns true if a column fits.
    pub fn has(&self, column: Column) -> bool {
        self.0.iter().any(|(other, _)| *other == column)
    }
}

/// Returns the width left for email and message.
fn flexible_width(shown: &[ColumnState], total_width: usize) -> usize {
    let others: usize = shown.iter().filter(|state| !is_flexible(state)).map(fixed_width).sum();
    total_width.saturating_sub(SIGNS_WIDTH + 1 + others + COLUMN_GAP * shown.len().saturating_sub(1))
}

fn min_flexible_width(shown: &[ColumnState], email_width: usize) -> usize {
    shown.iter().filter(|state| is_flexible(state)).map(|state| min_width(state, email_width)).sum()
}

fn is_flexible(state: &ColumnState) -> bool {
    matches!(state.column, Column::Email | Column::Message)
}

/// Returns the width that the emails need.
fn wanted_email_width(email_width: usize) -> usize {
    email_width.max(MIN_EMAIL_WIDTH)
}

fn min_width(state: &ColumnState, email_width: usize) -> usize {
    let min = if state.column == Column::Email { wanted_email_width(email_width) } else { MIN_MESSAGE_WIDTH };
    min.saturating_add_signed(state.width_delta.min(0).into()).max(MIN_COLUMN_WIDTH)
}

fn fixed_width(state: &ColumnState) -> usize {
    let width = match state.column {
        Column::Sent => SENT_WIDTH,
        Column::Identity => IDENTITY_WIDTH,
        Column::Note => NOTE_WIDTH,
        _ => EXPIRES_WIDTH,
    };
    width.saturating_add_signed(state.width_delta.into()).max(MIN_COLUMN_WIDTH)
}

/// Returns the widths of email and message. Widening one narrows the other.
fn split_flexible_width(shown: &[ColumnState], email_width: usize, available: usize) -> (usize, usize) {
    let find = |column| shown.iter().find(|state| state.column == column);
    let delta = |column| isize::from(find(column).map_or(0, |state| state.width_delta));
    let Some(message) = find(Column::Message) else {
        let email = available.saturating_add_signed(delta(Column::Email).min(0));
        return (email.max(MIN_COLUMN_WIDTH.min(available)), 0);
    };
    let email = wanted_email_width(email_width);
    let email = email.saturating_add_signed(delta(Column::Email) - delta(Column::Message));
    let max_email = available.saturating_sub(min_width(message, email_width)).max(MIN_COLUMN_WIDTH);
    let email = email.clamp(MIN_COLUMN_WIDTH, max_email);
    (email, available.saturating_sub(email))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(change: impl FnOnce(&mut ColumnSet)) -> ColumnSet {
        let mut columns = ColumnSet::default();
        change(&mut columns);
        columns
    }

    /// Returns the widths in a list whose widest email has 32 columns.
    fn widths(columns: &ColumnSet, total_width: usize) -> Vec<usize> {
        ColumnWidths::fit(columns, 32, total_width).iter().map(|(_, width)| width).collect()
    }

    fn all_shown() -> ColumnSet {
        columns(|columns| assert!(columns.toggle(3) && columns.toggle(4)))
    }

    #[test]
    fn default_columns_share_the_width_and_message_is_hidden_first() {
        let columns = ColumnSet::default();
        assert_eq!(widths(&columns, 118), [32, 12, 65]);
        assert_eq!(widths(&columns, 78), [32, 12, 25]);
        assert_eq!(widths(&columns, 69), [32, 12, 16]);
        assert_eq!(widths(&columns, 68), [49, 12]);
        assert_eq!(widths(&columns, 38), [19, 12]);
    }

    #[test]
    fn important_columns_are_hidden_last() {
        let headings = |total_width| {
            ColumnWidths::fit(&all_shown(), 28, total_width)
                .iter()
                .map(|(column, _)| column.heading())
                .collect::<Vec<_>>()
        };
        assert_eq!(headings(118), ["Email", "Expires in", "Message", "Sent ~", "Identity"]);
        assert_eq!(headings(110), ["Email", "Expires in", "Message", "Sent ~"]);
        assert_eq!(headings(70), ["Email", "Expires in", "Message"]);
        assert_eq!(headings(50), ["Email", "Expires in"]);
    }

    #[test]
    fn widened_column_narrows_the_other_down_to_a_limit() {
        let wide = columns(|columns| columns.resize(0, false));
        assert_eq!(widths(&wide, 118), [34, 12, 63]);
        let wide = columns(|columns| columns.resize(2, false));
        assert_eq!(widths(&wide, 118), [30, 12, 67]);
        let widest = columns(|columns| (0..99).for_each(|_| columns.resize(0, false)));
        assert_eq!(widths(&widest, 118), [81, 12, 16]);
        let narrow = columns(|columns| (0..99).for_each(|_| columns.resize(1, true)));
        assert_eq!(widths(&narrow, 118), [32, 8, 69]);
    }

    #[test]
    fn widened_column_shrinks_before_another_is_hidden() {
        let mut columns = columns(|columns| (0..10).for_each(|_| columns.resize(1, false)));
        assert_eq!(widths(&columns, 118), [32, 32, 45]);
        assert_eq!(widths(&columns, 78), [32, 12, 25]);
        columns.resize(2, true);
        assert_eq!(widths(&columns, 87), [32, 32, 14]);
    }

    #[test]
    fn wider_window_never_shows_less_of_an_email() {
        for columns in [ColumnSet::default(), all_shown()] {
            let shown: Vec<usize> = (38..260).map(|total| widths(&columns, total)[0].min(32)).collect();
            assert!(shown.is_sorted() && shown.ends_with(&[32]), "{shown:?}");
        }
    }

    #[test]
    fn every_width_fits_and_shows_email_and_expiry() {
        for index in 0..5 {
            for narrow in [false, true] {
                let mut columns = all_shown();
                (0..60).for_each(|_| columns.resize(index, narrow));
                for total_width in 38..260 {
                    let widths = ColumnWidths::fit(&columns, 40, total_width);
                    let sum: usize = widths.iter().map(|(_, width)| width + COLUMN_GAP).sum();
                    assert!(
                        SIGNS_WIDTH + sum <= total_width + 1,
                        "{index} {narrow} {total_width}: {widths:?}"
                    );
                    assert!(widths.has(Column::Email) && widths.has(Column::Expiry));
                    assert!(widths.iter().all(|(_, width)| width >= MIN_COLUMN_WIDTH));
                }
            }
        }
    }
}
