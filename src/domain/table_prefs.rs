//! Table view: the order of the rows, and the columns with their order and widths.
//! Can be saved for each tenancy.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use super::query::Sort;

/// Change of a column's width per key press, in terminal columns.
const WIDTH_STEP: i16 = 2;
/// Maximum difference from a column's default width, in terminal columns.
const MAX_WIDTH_CHANGE: i16 = 80;

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// The email.
    Email,
    /// The remaining time.
    #[strum(serialize = "Expires in")]
    Expiry,
    /// The message.
    Message,
    /// When the invite was probably sent. Inferred, because the server does not report this date.
    #[strum(serialize = "Sent ~")]
    Sent,
    /// The identity on the server.
    Identity,
    /// The note.
    Note,
}

impl Column {
    /// All columns, in the default order.
    pub const ALL: &'static [Column] = Column::VARIANTS;

    /// Returns the heading. Headings of inferred columns contain a `~`.
    pub fn heading(self) -> &'static str {
        self.into()
    }

    /// Returns the description for the column dialog.
    pub fn description(self) -> &'static str {
        match self {
            Column::Email => "the email; always shown",
            Column::Expiry => "the time until its link expires; always shown",
            Column::Message => "the message in the email",
            Column::Sent => {
                "inferred from the expiry: the server reports no date, and an invite usually expires after 10 days. \
                 Sorted by expiry"
            }
            Column::Identity => "the identity on the server",
            Column::Note => "your note, stored only on this machine",
        }
    }

    /// True if the column cannot be hidden, because the user needs it to identify a row.
    pub fn is_required(self) -> bool {
        matches!(self, Column::Email | Column::Expiry)
    }
}

/// A column in its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnState {
    /// The column.
    pub column: Column,
    /// True if the user wants to see the column. A narrow window may still have no space for it.
    #[serde(rename = "shown")]
    pub is_visible: bool,
    /// Difference from the default width, in terminal columns.
    #[serde(rename = "wider")]
    pub width_delta: i16,
}

impl ColumnState {
    fn new(column: Column) -> ColumnState {
        let is_visible = !matches!(column, Column::Sent | Column::Identity | Column::Note);
        ColumnState { column, is_visible, width_delta: 0 }
    }
}

/// All columns in order, each once, including hidden ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<ColumnState>", into = "Vec<ColumnState>")]
pub struct ColumnSet(Vec<ColumnState>);

impl Default for ColumnSet {
    fn default() -> ColumnSet {
        ColumnSet(Column::ALL.iter().copied().map(ColumnState::new).collect())
    }
}

impl TryFrom<Vec<ColumnState>> for ColumnSet {
    type Error = &'static str;

    /// Checks saved columns, and appends columns that the saving version did not have.
    fn try_from(mut states: Vec<ColumnState>) -> Result<ColumnSet, &'static str> {
        let count_of = |column| states.iter().filter(|state| state.column == column).count();
        if Column::ALL.iter().any(|column| count_of(*column) > 1) {
            return Err("a column occurs twice");
        }
        if states.iter().any(|state| !state.is_visible && state.column.is_required()) {
            return Err("a required column is hidden");
        }
        if states.iter().any(|state| !(-MAX_WIDTH_CHANGE..=MAX_WIDTH_CHANGE).contains(&state.width_delta)) {
            return Err("a column width is out of range");
        }
        let missing = Column::ALL.iter().copied().filter(|column| count_of(*column) == 0).collect::<Vec<_>>();
        states.extend(missing.into_iter().map(ColumnState::new));
        Ok(ColumnSet(states))
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
    pub fn visible_columns(&self) -> impl Iterator<Item = ColumnState> + '_ {
        self.0.iter().copied().filter(|state| state.is_visible)
    }

    /// Shows or hides the column at this position. Returns false if the column cannot be hidden.
    pub fn toggle(&mut self, index: usize) -> bool {
        match self.0.get_mut(index).filter(|state| !state.column.is_required()) {
            Some(state) => {
                state.is_visible = !state.is_visible;
                true
            }
            None => false,
        }
    }

    /// Swaps a column with its neighbor, and returns the column's new position.
    pub fn move_column(&mut self, index: usize, back: bool) -> usize {
        let target = if back { index.saturating_sub(1) } else { index + 1 };
        if index >= self.0.len() || target >= self.0.len() {
            return index;
        }
        self.0.swap(index, target);
        target
    }

    /// Widens or narrows the column at this position.
    pub fn resize(&mut self, index: usize, narrower: bool) {
        if let Some(state) = self.0.get_mut(index) {
            let step = if narrower { -WIDTH_STEP } else { WIDTH_STEP };
            state.width_delta = (state.width_delta + step).clamp(-MAX_WIDTH_CHANGE, MAX_WIDTH_CHANGE);
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
    /// All columns, with their order and widths.
    pub columns: ColumnSet,
    /// Filters that the user saved as tabs.
    #[serde(default)]
    pub saved_filters: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column_order(columns: &ColumnSet) -> Vec<Column> {
        columns.visible_columns().map(|state| state.column).collect()
    }

    #[test]
    fn column_set_moves_hides_and_stops_at_the_ends() {
        let mut columns = ColumnSet::default();
        assert_eq!(column_order(&columns), [Column::Email, Column::Expiry, Column::Message]);
        assert_eq!((columns.move_column(0, true), columns.move_column(5, false)), (0, 5));
        assert_eq!((columns.move_column(2, true), columns.toggle(3)), (1, true));
        assert_eq!(column_order(&columns), [Column::Email, Column::Message, Column::Expiry, Column::Sent]);
        assert!(!columns.toggle(0) && !columns.toggle(9), "the email is always shown");
        (0..99).for_each(|_| columns.resize(0, true));
        assert_eq!(columns.all()[0].width_delta, -MAX_WIDTH_CHANGE);
    }

    #[test]
    fn table_prefs_round_trip_and_invalid_ones_are_rejected() {
        let mut prefs = TablePrefs { sort: Sort::Message, reversed: true, ..TablePrefs::default() };
        prefs.columns.toggle(3);
        prefs.columns.move_column(3, true);
        prefs.columns.resize(0, false);
        let text = serde_json::to_string(&prefs).expect("it is plain data");
        assert_eq!(serde_json::from_str::<TablePrefs>(&text).expect("it was written so"), prefs);
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
        let older = ColumnSet::default().0[..3].to_vec();
        assert_eq!(ColumnSet::try_from(older), Ok(ColumnSet::default()));
    }
}
