//! A note on a person, in one line. Enter keeps it, an empty one takes it away; what was typed and not kept is there
//! again when the same person is written about next.

pub mod view;

use crate::domain::remark::LONGEST_NOTE;
use crate::domain::text::plural;
use crate::domain::{Now, email};

use crate::app::effect::Effect;
use crate::app::ops::annotations;
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::keys::action::Action;
use crate::ui::text_field::TextField;

/// The field.
#[derive(Debug, Clone)]
pub struct Note {
    /// On whom; raw.
    pub address: String,
    /// What is typed.
    pub field: TextField,
    /// The note that is kept at this moment; empty where there is none.
    pub kept: String,
    /// Why it cannot be kept as it is.
    pub refused: Option<String>,
}

impl Note {
    /// How many characters it has; blanks at its ends are not kept.
    pub fn letters(&self) -> usize {
        self.field.text().trim().chars().count()
    }

    /// Whether what is typed is another note than the one that is kept.
    pub fn differs(&self) -> bool {
        self.field.text().trim() != self.kept.trim()
    }
}

/// Opens it on the selected row, with what was typed before or else the note that is there.
pub(crate) fn open(state: &mut App, now: Now) {
    if annotations::refused(state, now) {
        return;
    }
    let Some(invite) = state.model.selected_invite() else {
        return state.model.notifications.note("There is no row to write a note on.", now);
    };
    if email::folded(&invite.email).is_empty() {
        return state.model.notifications.note("This row has no address that a note could stay with.", now);
    }
    let kept = state.model.annotations.note(&invite.email).unwrap_or_default().to_owned();
    let text = annotations::unkept(state, &invite.email).unwrap_or_else(|| kept.clone());
    let note = Note { address: invite.email, field: TextField::new(&text), kept, refused: None };
    state.screens.push(Overlay::Note(note));
}

pub(crate) fn typed(state: &mut App) -> Vec<Effect> {
    if let Some(Overlay::Note(note)) = state.screens.last_mut() {
        note.refused = None;
    }
    Vec::new()
}

pub(crate) fn act(state: &mut App, action: Action) -> Vec<Effect> {
    match action {
        Action::Accept | Action::Send => keep(state),
        Action::Back => {
            if let Some(Overlay::Note(note)) = state.screens.pop() {
                put_by(state, &note);
            }
            Vec::new()
        }
        _ => Vec::new(),
    }
}

fn keep(state: &mut App) -> Vec<Effect> {
    let Some(Overlay::Note(note)) = state.screens.last_mut() else { return Vec::new() };
    let over = note.letters().saturating_sub(LONGEST_NOTE);
    if over > 0 {
        note.refused = Some(format!("{} too many: a note is one line.", plural(over, "character")));
        return Vec::new();
    }
    let note = note.clone();
    state.screens.pop();
    // Until it is in the journal it is only what was typed.
    put_by(state, &note);
    match note.differs() {
        true => annotations::note(state, note.address, note.field.text().trim().to_owned()),
        false => Vec::new(),
    }
}

fn put_by(state: &mut App, note: &Note) {
    match note.differs() {
        true => annotations::put_by(state, &note.address, note.field.text().to_owned()),
        false => annotations::let_go(state, &note.address),
    }
}
