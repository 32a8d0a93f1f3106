//! The views and what can lie in front of them, one file a screen, and which keys each of them reads.
//! What a screen looks like is drawn by its twin in `ui::screen`.

mod again;
pub mod changed;
pub mod choose;
pub mod columns;
pub mod confirm;
mod copy;
pub mod create;
pub mod export;
pub mod filter;
pub mod forecast;
pub mod ghost;
pub mod journal;
pub mod lift;
pub mod many;
pub(super) mod marking;
pub(super) mod matching;
pub mod note;
pub mod palette;
pub mod pending;
pub mod plan;
pub mod problems;
pub mod question;
pub mod requests;
pub mod second;
pub mod snooze;
pub mod tenancies;
pub mod text;
pub mod triage;
pub(super) mod views;

use crate::domain::Now;

use super::action::Action;
use super::effect::Effect;
use super::field::Field;
use super::keymap::Context;
use super::state::State;
use super::view::View;
pub use choose::Choose;
pub use columns::Columns;
pub use confirm::Confirm;
pub use create::Create;
pub use export::Export;
pub use filter::Filter;
pub use forecast::Forecast;
pub use lift::Lift;
pub use many::Many;
pub use note::Note;
pub use palette::Palette;
pub use question::Question;
pub use requests::Call;
pub use snooze::Snooze;
pub use tenancies::Tenancies;
pub use text::Text;
pub use triage::Triage;

/// Something in front of the table.
#[derive(Debug, Clone)]
pub enum Screen {
    /// The selected invite in full, scrolled by so many lines.
    Detail(usize),
    /// The filter's field.
    Filter(Filter),
    /// The create form.
    Create(Create),
    /// A plan that asks to be confirmed.
    Confirm(Confirm),
    /// A question with two answers.
    Question(Question),
    /// A text to read.
    Text(Text),
    /// A choice of what is copied.
    Choose(Choose),
    /// A note on a person.
    Note(Note),
    /// Until when rows are put off.
    Snooze(Snooze),
    /// The table's columns.
    Columns(Columns),
    /// The form of an export.
    Export(Export),
    /// A request in full.
    Call(Call),
    /// The commands by their names.
    Palette(Palette),
    /// One invite after the other.
    Triage(Triage),
    /// A list of many.
    Many(Box<Many>),
    /// The forecast under the table.
    Forecast(Forecast),
    /// The tenancies between which one changes.
    Tenancies(Tenancies),
    /// The guard of the profile, which its name lifts.
    Lift(Lift),
}

impl Screen {
    /// Whether it is a part of the table's window, and hides nothing that is asked in front of it.
    pub(super) fn is_beside_table(&self) -> bool {
        matches!(self, Screen::Detail(_) | Screen::Forecast(_))
    }

    /// Where its keys are; those that are read behind them are in [`Context::read_with`].
    pub fn place(screen: Option<&Screen>, view: View) -> Context {
        match screen {
            None | Some(Screen::Detail(_) | Screen::Call(_)) => view.place(),
            Some(Screen::Forecast(_)) => Context::Forecast,
            Some(Screen::Filter(_)) => Context::Filter,
            Some(Screen::Create(_) | Screen::Export(_) | Screen::Note(_) | Screen::Lift(_)) => Context::Form,
            Some(Screen::Confirm(_)) => Context::Confirm,
            Some(Screen::Question(_) | Screen::Choose(_) | Screen::Snooze(_) | Screen::Tenancies(_)) => {
                Context::Dialog
            }
            Some(Screen::Text(_)) => Context::Text,
            Some(Screen::Columns(_)) => Context::Columns,
            Some(Screen::Triage(_)) => Context::Triage,
            Some(Screen::Many(many)) => many.context(),
            Some(Screen::Palette(_)) => Context::Palette,
        }
    }
}

/// The field that takes what is typed, if one does.
pub(super) fn field(state: &mut State) -> Option<&mut Field> {
    match state.screens.last_mut()? {
        Screen::Filter(filter) => Some(&mut filter.field),
        Screen::Create(create) => create.field(),
        Screen::Confirm(confirm) => confirm.field(),
        Screen::Export(export) => export.field(),
        Screen::Note(note) => Some(&mut note.field),
        Screen::Lift(lift) => Some(&mut lift.field),
        Screen::Palette(palette) => Some(&mut palette.field),
        Screen::Triage(triage) => Some(&mut triage.number),
        Screen::Many(many) => many.field(),
        _ => None,
    }
}

/// What follows when the text in a field has changed.
pub(super) fn typed(state: &mut State) -> Vec<Effect> {
    match state.screens.last() {
        Some(Screen::Filter(_)) => filter::typed(state),
        Some(Screen::Create(_)) => create::typed(state),
        Some(Screen::Confirm(_)) => confirm::typed(state),
        Some(Screen::Export(_)) => export::typed(state),
        Some(Screen::Note(_)) => note::typed(state),
        Some(Screen::Lift(_)) => lift::typed(state),
        Some(Screen::Palette(_)) => palette::typed(state),
        Some(Screen::Triage(_)) => triage::typed(state),
        Some(Screen::Many(_)) => many::typed(state),
        _ => Vec::new(),
    }
}

/// Does what an action means where the person is.
pub(super) fn act(state: &mut State, action: Action, now: Now) -> Vec<Effect> {
    match action {
        Action::Redraw => return vec![Effect::Redraw],
        Action::Suspend => return vec![Effect::Suspend],
        Action::Quit => return question::quit(state),
        _ => {}
    }
    if let Some(field) = field(state)
        && field.act(action)
    {
        return typed(state);
    }
    match state.screens.last() {
        None | Some(Screen::Detail(_) | Screen::Call(_)) => views::act(state, action, now),
        Some(Screen::Filter(_)) => filter::act(state, action, now),
        Some(Screen::Columns(_)) => columns::act(state, action, now),
        Some(Screen::Create(_)) => create::act(state, action, now),
        Some(Screen::Confirm(_)) => confirm::act(state, action, now),
        Some(Screen::Question(_)) => question::act(state, action, now),
        Some(Screen::Text(_)) => text::act(state, action),
        Some(Screen::Choose(_)) => choose::act(state, action, now),
        Some(Screen::Export(_)) => export::act(state, action),
        Some(Screen::Note(_)) => note::act(state, action),
        Some(Screen::Lift(_)) => lift::act(state, action, now),
        Some(Screen::Snooze(_)) => snooze::act(state, action),
        Some(Screen::Palette(_)) => palette::act(state, action, now),
        Some(Screen::Triage(_)) => triage::act(state, action, now),
        Some(Screen::Forecast(_)) => forecast::act(state, action, now),
        Some(Screen::Tenancies(_)) => tenancies::act(state, action),
        Some(Screen::Many(_)) => many::act(state, action, now),
    }
}
