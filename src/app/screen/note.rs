//! A note on a person, in one line. Enter keeps it, an empty one takes it away; what was typed and not kept is there
//! again when the same person is written about next.

use crate::domain::remark::LONGEST_NOTE;
use crate::domain::text::plural;
use crate::domain::{Now, email};

use super::super::action::Action;
use super::super::effect::Effect;
use super::super::field::Field;
use super::super::remarking;
use super::super::state::State;
use super::Screen;

/// The field.
#[derive(Debug, Clone)]
pub struct Note {
    /// On whom; raw.
    pub address: String,
    /// What is typed.
    pub field: Field,
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
pub(in crate::app) fn open(state: &mut State, now: Now) {
    if remarking::refused(state, now) {
        return;
    }
    let Some(invite) = state.selected_invite() else {
        return state.messages.note("There is no row to write a note on.", now);
    };
    if email::folded(&invite.email).is_empty() {
        return state.messages.note("This row has no address that a note could stay with.", now);
    }
    let kept = state.remarks.note(&invite.email).unwrap_or_default().to_owned();
    let text = remarking::unkept(state, &invite.email).unwrap_or_else(|| kept.clone());
    let note = Note { address: invite.email, field: Field::new(&text), kept, refused: None };
    state.screens.push(Screen::Note(note));
}

pub(in crate::app) fn typed(state: &mut State) -> Vec<Effect> {
    if let Some(Screen::Note(note)) = state.screens.last_mut() {
        note.refused = None;
    }
    Vec::new()
}

pub(in crate::app) fn act(state: &mut State, action: Action) -> Vec<Effect> {
    match action {
        Action::Accept | Action::Send => keep(state),
        Action::Back => {
            if let Some(Screen::Note(note)) = state.screens.pop() {
                put_by(state, &note);
            }
            Vec::new()
        }
        _ => Vec::new(),
    }
}

fn keep(state: &mut State) -> Vec<Effect> {
    let Some(Screen::Note(note)) = state.screens.last_mut() else { return Vec::new() };
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
        true => remarking::note(state, note.address, note.field.text().trim().to_owned()),
        false => Vec::new(),
    }
}

fn put_by(state: &mut State, note: &Note) {
    match note.differs() {
        true => remarking::put_by(state, &note.address, note.field.text().to_owned()),
        false => remarking::let_go(state, &note.address),
    }
}
