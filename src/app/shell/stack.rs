//! The views and what can lie in front of them, one file a screen, and which keys each of them reads.
//! What a screen looks like is drawn by its twin in `ui::screen`.

use crate::domain::Now;

use crate::app::effect::Effect;
use crate::app::model::view::View;
pub use crate::app::screens::columns::Columns;
pub use crate::app::screens::confirm::Confirm;
pub use crate::app::screens::copy_menu::Choose;
pub use crate::app::screens::export::Export;
pub use crate::app::screens::filter::Filter;
pub use crate::app::screens::import::Many;
pub use crate::app::screens::invite_form::Create;
pub use crate::app::screens::note::Note;
pub use crate::app::screens::pager::Text;
pub use crate::app::screens::palette::Palette;
pub use crate::app::screens::pending::forecast::Forecast;
pub use crate::app::screens::prompt::Question;
pub use crate::app::screens::requests::Call;
pub use crate::app::screens::snooze::Snooze;
pub use crate::app::screens::switch_profile::Tenancies;
pub use crate::app::screens::triage::Triage;
pub use crate::app::screens::unlock::Lift;
use crate::app::shell::app::State;
use crate::keys::action::Action;
use crate::keys::context::Context;
use crate::ui::text_field::Field;

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
    pub(crate) fn is_beside_table(&self) -> bool {
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
pub(crate) fn field(state: &mut State) -> Option<&mut Field> {
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
pub(crate) fn typed(state: &mut State) -> Vec<Effect> {
    match state.screens.last() {
        Some(Screen::Filter(_)) => crate::app::screens::filter::typed(state),
        Some(Screen::Create(_)) => crate::app::screens::invite_form::typed(state),
        Some(Screen::Confirm(_)) => crate::app::screens::confirm::typed(state),
        Some(Screen::Export(_)) => crate::app::screens::export::typed(state),
        Some(Screen::Note(_)) => crate::app::screens::note::typed(state),
        Some(Screen::Lift(_)) => crate::app::screens::unlock::typed(state),
        Some(Screen::Palette(_)) => crate::app::screens::palette::typed(state),
        Some(Screen::Triage(_)) => crate::app::screens::triage::typed(state),
        Some(Screen::Many(_)) => crate::app::screens::import::typed(state),
        _ => Vec::new(),
    }
}

/// Does what an action means where the person is.
pub(crate) fn act(state: &mut State, action: Action, now: Now) -> Vec<Effect> {
    match action {
        Action::Redraw => return vec![Effect::Redraw],
        Action::Suspend => return vec![Effect::Suspend],
        Action::Quit => return crate::app::screens::prompt::quit(state),
        _ => {}
    }
    if let Some(field) = field(state)
        && field.act(action)
    {
        return typed(state);
    }
    match state.screens.last() {
        None | Some(Screen::Detail(_) | Screen::Call(_)) => {
            crate::app::shell::dispatch::act(state, action, now)
        }
        Some(Screen::Filter(_)) => crate::app::screens::filter::act(state, action, now),
        Some(Screen::Columns(_)) => crate::app::screens::columns::act(state, action, now),
        Some(Screen::Create(_)) => crate::app::screens::invite_form::act(state, action, now),
        Some(Screen::Confirm(_)) => crate::app::screens::confirm::act(state, action, now),
        Some(Screen::Question(_)) => crate::app::screens::prompt::act(state, action, now),
        Some(Screen::Text(_)) => crate::app::screens::pager::act(state, action),
        Some(Screen::Choose(_)) => crate::app::screens::copy_menu::act(state, action, now),
        Some(Screen::Export(_)) => crate::app::screens::export::act(state, action),
        Some(Screen::Note(_)) => crate::app::screens::note::act(state, action),
        Some(Screen::Lift(_)) => crate::app::screens::unlock::act(state, action, now),
        Some(Screen::Snooze(_)) => crate::app::screens::snooze::act(state, action),
        Some(Screen::Palette(_)) => crate::app::screens::palette::act(state, action, now),
        Some(Screen::Triage(_)) => crate::app::screens::triage::act(state, action, now),
        Some(Screen::Forecast(_)) => crate::app::screens::pending::forecast::act(state, action, now),
        Some(Screen::Tenancies(_)) => crate::app::screens::switch_profile::act(state, action),
        Some(Screen::Many(_)) => crate::app::screens::import::act(state, action, now),
    }
}
