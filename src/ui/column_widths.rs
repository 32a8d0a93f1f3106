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
/// Blanks between two columns.
const COLUMN_GAP: usize = 2;
/// Minimum columns that distinguish emails and messages.
const MIN_EMAIL_WIDTH: usize = 28;
const MIN_MESSAGE_WIDTH: usize = 16;
/// Minimum width that the user can set.
const MIN_COLUMN_WIDTH: usize = 8;

/// Columns that fit, in their order, with their widths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnWidths(Vec<(Column, usize)>);

impl ColumnWidths {
    /// Distributes the width of the table, including the signs before and the blank behind each row.
    pub fn fit(columns: &ColumnSet, all: usize) -> ColumnWidths {
        let mut shown: Vec<ColumnState> = columns.visible().collect();
        if flexible_width(&shown, all) < min_flexible_width(&shown) {
            // Another column is more important than a wide one.
            for placed in &mut shown {
                placed.width_delta = placed.width_delta.min(0);
            }
        }
        for least in [Column::Identity, Column::Sent, Column::Note, Column::Message] {
            if flexible_width(&shown, all) >= min_flexible_width(&shown) {
                break;
            }
            shown.retain(|placed| placed.column != least);
        }
        let texts = split_flexible_width(&shown, flexible_width(&shown, all));
        let width = |placed: &ColumnState| match placed.column {
            Column::Email => texts.0,
            Column::Message => texts.1,
            _ => fixed_width(placed),
        };
        ColumnWidths(shown.iter().map(|placed| (placed.column, width(placed))).collect())
    }

    /// Returns the columns in their order.
    pub fn iter(&self) -> impl Iterator<Item = (Column, usize)> + '_ {
        self.0.iter().copied()
    }

    /// Returns whether a column fits.
    pub fn has(&self, column: Column) -> bool {
        self.0.iter().any(|(other, _)| *other == column)
    }
}

/// Returns the width left for email and message.
fn flexible_width(shown: &[ColumnState], all: usize) -> usize {
    let others: usize = shown.iter().filter(|placed| !is_flexible(placed)).map(fixed_width).sum();
    all.saturating_sub(SIGNS_WIDTH + 1 + others + COLUMN_GAP * shown.len().saturating_sub(1))
}

fn min_flexible_width(shown: &[ColumnState]) -> usize {
    shown.iter().filter(|placed| is_flexible(placed)).map(min_width).sum()
}

fn is_flexible(placed: &ColumnState) -> bool {
    matches!(placed.column, Column::Email | Column::Message)
}

fn min_width(placed: &ColumnState) -> usize {
    let least = if placed.column == Column::Email { MIN_EMAIL_WIDTH } else { MIN_MESSAGE_WIDTH };
    least.saturating_add_signed(placed.width_delta.min(0).into()).max(MIN_COLUMN_WIDTH)
}

fn fixed_width(placed: &ColumnState) -> usize {
    let width = match placed.column {
        Column::Sent => SENT_WIDTH,
        Column::Identity => IDENTITY_WIDTH,
        Column::Note => NOTE_WIDTH,
        _ => EXPIRES_WIDTH,
    };
    width.saturating_add_signed(placed.width_delta.into()).max(MIN_COLUMN_WIDTH)
}

/// Returns the widths of email and message. Widening one narrows the other.
fn split_flexible_width(shown: &[ColumnState], room: usize) -> (usize, usize) {
    let of = |column| shown.iter().find(|placed| placed.column == column);
    let wider = |column| isize::from(of(column).map_or(0, |placed| placed.width_delta));
    let Some(message) = of(Column::Message) else {
        let email = room.saturating_add_signed(wider(Column::Email).min(0));
        return (email.max(MIN_COLUMN_WIDTH.min(room)), 0);
    };
    let email = ((room + COLUMN_GAP) * 55 / 100).clamp(MIN_EMAIL_WIDTH, 48);
    let email = email.saturating_add_signed(wider(Column::Email) - wider(Column::Message));
    let most = room.saturating_sub(min_width(message)).max(MIN_COLUMN_WIDTH);
    let email = email.clamp(MIN_COLUMN_WIDTH, most);
    (email, room.saturating_sub(email))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(keys: impl FnOnce(&mut ColumnSet)) -> ColumnSet {
        let mut columns = ColumnSet::default();
        keys(&mut columns);
        columns
    }

    fn widths(columns: &ColumnSet, all: usize) -> Vec<usize> {
        ColumnWidths::fit(columns, all).iter().map(|(_, width)| width).collect()
    }

    fn all_shown() -> ColumnSet {
        columns(|columns| assert!(columns.toggle(3) && columns.toggle(4)))
    }

    #[test]
    fn default_columns_share_the_width_and_message_is_hidden_first() {
        let columns = ColumnSet::default();
        assert_eq!(widths(&columns, 118), [48, 12, 49]);
        assert_eq!(widths(&columns, 78), [32, 12, 25]);
        assert_eq!(widths(&columns, 65), [28, 12, 16]);
        assert_eq!(widths(&columns, 64), [45, 12]);
        assert_eq!(widths(&columns, 38), [19, 12]);
    }

    #[test]
    fn important_columns_are_hidden_last() {
        let kept = |all| {
            ColumnWidths::fit(&all_shown(), all)
                .iter()
                .map(|(column, _)| column.heading())
                .collect::<Vec<_>>()
        };
        assert_eq!(kept(118), ["Email", "Expires in", "Message", "Sent ~", "Identity"]);
        assert_eq!(kept(110), ["Email", "Expires in", "Message", "Sent ~"]);
        assert_eq!(kept(70), ["Email", "Expires in", "Message"]);
        assert_eq!(kept(50), ["Email", "Expires in"]);
    }

    #[test]
    fn widened_column_narrows_the_other_down_to_a_limit() {
        let wide = columns(|columns| columns.resize(0, false));
        assert_eq!(widths(&wide, 118), [50, 12, 47]);
        let wide = columns(|columns| columns.resize(2, false));
        assert_eq!(widths(&wide, 118), [46, 12, 51]);
        let widest = columns(|columns| (0..99).for_each(|_| columns.resize(0, false)));
        assert_eq!(widths(&widest, 118), [81, 12, 16]);
        let narrow = columns(|columns| (0..99).for_each(|_| columns.resize(1, true)));
        assert_eq!(widths(&narrow, 118), [48, 8, 53]);
    }

    #[test]
    fn widened_column_shrinks_before_another_is_hidden() {
        let mut columns = columns(|columns| (0..10).for_each(|_| columns.resize(1, false)));
        assert_eq!(widths(&columns, 118), [43, 32, 34]);
        assert_eq!(widths(&columns, 78), [32, 12, 25]);
        columns.resize(2, true);
        assert_eq!(widths(&columns, 83), [28, 32, 14]);
    }

    #[test]
    fn every_width_fits_and_shows_email_and_expiry() {
        for widened in 0..5 {
            for narrower in [false, true] {
                let mut columns = all_shown();
                (0..60).for_each(|_| columns.resize(widened, narrower));
                for all in 38..260 {
                    let widths = ColumnWidths::fit(&columns, all);
                    let sum: usize = widths.iter().map(|(_, width)| width + COLUMN_GAP).sum();
                    assert!(SIGNS_WIDTH + sum <= all + 1, "{widened} {narrower} {all}: {widths:?}");
                    assert!(widths.has(Column::Email) && widths.has(Column::Expiry));
                    assert!(widths.iter().all(|(_, width)| width >= MIN_COLUMN_WIDTH));
                }
            }
        }
    }
}
