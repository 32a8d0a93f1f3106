//! Copying through the terminal: what is copied, and the one sentence about it. Whether the terminal does what it
//! is asked nobody can know, so nothing here says more than that it was sent. Copied texts are made visible first:
//! what came from outside must not act on the terminal into which somebody pastes it.

use crate::domain::Now;
use crate::domain::roster::{Row, RowRef};
use crate::domain::text::{count, plural, visible};

use crate::app::effect::Effect;
use crate::app::screens::copy_menu::{Choice, CopyMenu};
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;

/// Most bytes of a text: in base64 and with what stands around it these are the 100,000 bytes beyond which many
/// terminals take none of it.
pub const MOST: usize = 74_994;

/// Copies a text, if it is short enough.
pub(crate) fn send(state: &mut App, text: String, what: String, now: Now) -> Vec<Effect> {
    if text.len() > MOST {
        let words = format!(
            "{what}: too long for a terminal's clipboard, which takes {} bytes. Export it to a file instead.",
            count(MOST)
        );
        state.model.notifications.note(words, now);
        return Vec::new();
    }
    vec![Effect::Copy { text, what }]
}

/// It was sent, or could not be.
pub(crate) fn sent(state: &mut App, what: &str, sent: Result<(), String>, now: Now) {
    match sent {
        Ok(()) => {
            state.model.notifications.success(format!("{what}: sent to the terminal's clipboard."), now)
        }
        Err(why) => state.model.notifications.note(format!("{what}: not copied, {why}."), now),
    }
}

/// Lets the person choose what is copied.
pub(crate) fn choose(state: &mut App, title: String, choices: Vec<Choice>) {
    state.screens.push(Overlay::CopyMenu(CopyMenu { title, choices, at: 0 }));
}

/// The marked rows among those that are shown, in their order.
pub(crate) fn marked_rows(state: &App) -> Vec<Row> {
    if state.model.marks.is_empty() {
        return Vec::new();
    }
    let rows = state.model.invites.shown.rows();
    let marked = |row: &Row| rows.get(*row).is_some_and(|row| state.model.marks.contains(&row.identity()));
    state.model.table.order.iter().copied().filter(marked).collect()
}

/// What is copied of the list: the marked rows that are shown, or else the selected one.
pub(crate) struct Copied {
    rows: Vec<Row>,
    hidden: usize,
}

impl Copied {
    /// `None` where there is no row.
    pub fn now(state: &App) -> Option<Copied> {
        let rows = marked_rows(state);
        if rows.is_empty() {
            // All marked ones may be hidden: then it is about the row that is seen.
            return state.model.table.row().map(|row| Copied { rows: vec![row], hidden: 0 });
        }
        let hidden = state.model.marks.len() - rows.len();
        Some(Copied { rows, hidden })
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// "The address", or "3 addresses (2 marked ones are not shown and left out)".
    pub fn what(&self, one: &str, many: &str) -> String {
        let hidden = match self.hidden {
            0 => String::new(),
            1 => " (1 marked one is not shown and left out)".into(),
            n => format!(" ({} marked ones are not shown and left out)", count(n)),
        };
        match self.len() {
            1 => format!("The {one}{hidden}"),
            n => format!("{} {many}{hidden}", count(n)),
        }
    }

    /// Something of each row, one a line. Not much longer than what can be copied: the rest would be thrown away.
    pub fn lines(&self, state: &App, line: impl Fn(&RowRef<'_>) -> String) -> String {
        let mut text = String::new();
        for row in self.rows.iter().filter_map(|row| state.model.invites.shown.rows().get(*row)) {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(line(&row).trim_end_matches('\n'));
            if text.len() > MOST {
                break;
            }
        }
        text
    }

    /// The addresses, one a line.
    pub fn addresses(&self, state: &App) -> String {
        self.lines(state, |row| visible(row.email).into_owned())
    }

    /// A title for a choice about them.
    pub fn title(&self) -> String {
        match self.len() {
            1 => "Copy of this invite".into(),
            n => format!("Copy of {}", plural(n, "marked invite")),
        }
    }
}
