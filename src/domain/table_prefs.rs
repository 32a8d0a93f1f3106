//! Table view: the order of the rows, and the columns with their order and widths. Can be saved for each
//! tenancy.

use serde::{Deserialize, Serialize};

use super::query::Sort;

/// Step by which a column is widened or narrowed.
const WIDTH_STEP: i16 = 2;
/// Maximum difference from a column's default width.
const MAX_WIDTH_CHANGE: i16 = 80;

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// The email.
    Email,
    /// The remaining time.
    Expiry,
    /// The message.
    Message,
    /// When it was probably sent. Inferred: the server does not report it.
    Sent,
    /// The identity on the server.
    Identity,
    /// The note.
    Note,
}

impl Column {
    /// All columns, in the default order.
    pub const ALL: [Column; 6] =
        [Column::Email, Column::Expiry, Column::Message, Column::Sent, Column::Identity, Column::Note];

    /// Returns the heading. Inferred columns have a `~`.
    pub fn heading(self) -> &'static str {
        match self {
            Column::Email => "Email",
            Column::Expiry => "Expires in",
            Column::Message => "Message",
            Column::Sent => "Sent ~",
            Column::Identity => "Identity",
            Column::Note => "Note",
        }
    }

    /// Returns the description.
    pub fn description(self) -> &'static str {
        match self {
            Column::Email => "the email; always shown",
            Column::Expiry => "the time until its link expires; always shown",
            Column::Message => "the message in the email",
            Column::Sent => {
                "inferred from the expiry: the server reports no date, and an invite usually lives 10 days. Sorted \
                 by expiry"
            }
            Column::Identity => "the identity on the server",
            Column::Note => "your note, stored only on this machine",
        }
    }

    /// True if it cannot be hidden: a row without it could not be identified.
    pub fn is_required(self) -> bool {
        matches!(self, Column::Email | Column::Expiry)
    }
}

/// A column in its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnState {
    /// The column.
    pub column: Column,
    /// True if it is wanted; a narrow window may still have no space for it.
    #[serde(rename = "shown")]
    pub is_visible: bool,
    /// Difference to the default width, in terminal columns.
    #[serde(rename = "wider")]
    pub width_delta: i16,
}

impl ColumnState {
    fn new(column: Column) -> ColumnState {
        ColumnState {
            column,
            is_visible: !matches!(column, Column::Sent | Column::Identity | Column::Note),
            width_delta: 0,
        }
    }
}

/// All columns in order, each once, including hidden ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<ColumnState>", into = "Vec<ColumnState>")]
pub struct ColumnSet(Vec<ColumnState>);

impl Default for ColumnSet {
    fn default() -> ColumnSet {
        ColumnSet(Column::ALL.map(ColumnState::new).to_vec())
    }
}

impl TryFrom<Vec<ColumnState>> for ColumnSet {
    type Error = &'static str;

    /// Appends missing columns: older versions did not have them.
    fn try_from(mut placed: Vec<ColumnState>) -> Result<ColumnSet, &'static str> {
        let named = |column| placed.iter().filter(|placed| placed.column == column).count();
        if Column::ALL.into_iter().any(|column| named(column) > 1) {
            return Err("a column occurs twice");
        }
        if placed.iter().any(|placed| !placed.is_visible && placed.column.is_required()) {
            return Err("a required column is hidden");
        }
        if placed.iter().any(|placed| !(-MAX_WIDTH_CHANGE..=MAX_WIDTH_CHANGE).contains(&placed.width_delta)) {
            return Err("a column width is out of range");
        }
        let missing = Column::ALL.into_iter().filter(|column| named(*column) == 0).collect::<Vec<_>>();
        placed.extend(missing.into_iter().map(ColumnState::new));
        Ok(ColumnSet(placed))
    }
}

impl From<ColumnSet> for Vec<ColumnState> {
    fn from(columns: ColumnSet) -> Vec<ColumnState> {
        columns.0
    }
}

impl ColumnSet {
    /// Returns all columns, in order.
    pub fn all(&self) -> &[ColumnState] {
        &self.0
    }

    /// Returns the wanted columns, in order.
    pub fn visible(&self) -> impl Iterator<Item = ColumnState> + '_ {
        self.0.iter().copied().filter(|placed| placed.is_visible)
    }

    /// Shows or hides the column at this position. Returns false if it is always shown.
    pub fn toggle(&mut self, at: usize) -> bool {
        match self.0.get_mut(at).filter(|placed| !placed.column.is_required()) {
            Some(placed) => {
                placed.is_visible = !placed.is_visible;
                true
            }
            None => false,
        }
    }

    /// Swaps a column with its neighbor, and returns its new position.
    pub fn move_column(&mut self, at: usize, back: bool) -> usize {
        let to = if back { at.saturating_sub(1) } else { at + 1 };
        if at >= self.0.len() || to >= self.0.len() {
            return at;
        }
        self.0.swap(at, to);
        to
    }

    /// Widens or narrows the column at this position.
    pub fn resize(&mut self, at: usize, narrower: bool) {
        if let Some(placed) = self.0.get_mut(at) {
            let step = if narrower { -WIDTH_STEP } else { WIDTH_STEP };
            placed.width_delta = (placed.width_delta + step).clamp(-MAX_WIDTH_CHANGE, MAX_WIDTH_CHANGE);
        }
    }
}

/// The saved table view of a tenancy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TablePrefs {
    /// The sort column.
    pub sort: Sort,
    /// True for reverse order.
    pub reversed: bool,
    /// Its columns.
    pub columns: ColumnSet,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column_order(columns: &ColumnSet) -> Vec<Column> {
        columns.visible().map(|placed| placed.column).collect()
    }

    #[test]
    fn column_set_moves_hides_and_stops_at_the_ends() {
        let mut columns = ColumnSet::default();
        assert_eq!(column_order(&columns), [Column::Email, Column::Expiry, Column::Message]);
        assert_eq!((columns.move_column(0, true), columns.move_column(5, false)), (0, 5));
        assert_eq!((columns.move_column(2, true), columns.toggle(3)), (1, true));
        assert_eq!(column_order(&columns), [Column::Email, Column::Message, Column::Expiry, Column::Sent]);
        assert!(!columns.toggle(0) && !columns.toggle(9), "the address is always shown");
        (0..99).for_each(|_| columns.resize(0, true));
        assert_eq!(columns.all()[0].width_delta, -MAX_WIDTH_CHANGE);
    }

    #[test]
    fn table_prefs_round_trip_and_invalid_ones_are_rejected() {
        let mut view = TablePrefs { sort: Sort::Message, reversed: true, ..TablePrefs::default() };
        view.columns.toggle(3);
        view.columns.move_column(3, true);
        view.columns.resize(0, false);
        let text = serde_json::to_string(&view).expect("it is plain data");
        assert_eq!(serde_json::from_str::<TablePrefs>(&text).expect("it was written so"), view);
        let broken = [
            text.replace("identity", "colour"),
            text.replace("identity", "email"),
            text.replacen("true,\"wider\":2", "false,\"wider\":2", 1),
            text.replacen(":2}", ":2000}", 1),
        ];
        for broken in broken {
            assert_ne!(broken, text);
            assert!(serde_json::from_str::<TablePrefs>(&broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn new_column_is_added_last_with_its_default_visibility() {
        let kept = ColumnSet::default().0[..3].to_vec();
        assert_eq!(ColumnSet::try_from(kept), Ok(ColumnSet::default()));
    }
}
