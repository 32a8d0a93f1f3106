//! The views and what can lie in front of them, one file a screen, and which keys each of them reads.
//! What a screen looks like is drawn by its twin in `ui::screen`.

use crate::domain::Now;

use crate::app::effect::Effect;
use crate::app::model::view::View;
pub use crate::app::screens::columns::Columns;
pub use crate::app::screens::confirm::Confirm;
pub use crate::app::screens::copy_menu::CopyMenu;
pub use crate::app::screens::export::Export;
pub use crate::app::screens::filter::Filter;
pub use crate::app::screens::import::Import;
pub use crate::app::screens::invite_form::InviteForm;
pub use crate::app::screens::note::Note;
pub use crate::app::screens::pager::Pager;
pub use crate::app::screens::palette::Palette;
pub use crate::app::screens::pending::forecast::Forecast;
pub use crate::app::screens::prompt::Prompt;
pub use crate::app::screens::requests::RequestDetail;
pub use crate::app::screens::snooze::Snooze;
pub use crate::app::screens::switch_profile::SwitchProfile;
pub use crate::app::screens::triage::Triage;
pub use crate::app::screens::unlock::Unlock;
use crate::app::shell::app::App;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;
use crate::ui::text_field::TextField;

/// Something in front of the table.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// The selected invite in full, scrolled by so many lines.
    Detail(usize),
    /// The filter's field.
    Filter(Filter),
    /// The create form.
    InviteForm(InviteForm),
    /// A plan that asks to be confirmed.
    Confirm(Confirm),
    /// A question with two answers.
    Prompt(Prompt),
    /// A text to read.
    Pager(Pager),
    /// A choice of what is copied.
    CopyMenu(CopyMenu),
    /// A note on a person.
    Note(Note),
    /// Until when rows are put off.
    Snooze(Snooze),
    /// The table's columns.
    Columns(Columns),
    /// The form of an export.
    Export(Export),
    /// A request in full.
    RequestDetail(RequestDetail),
    /// The commands by their names.
    Palette(Palette),
    /// One invite after the other.
    Triage(Triage),
    /// A list of many.
    Import(Box<Import>),
    /// The forecast under the table.
    Forecast(Forecast),
    /// The tenancies between which one changes.
    SwitchProfile(SwitchProfile),
    /// The guard of the profile, which its name lifts.
    Unlock(Unlock),
}

impl Overlay {
    /// Whether it is a part of the table's window, and hides nothing that is asked in front of it.
    pub(crate) fn is_beside_table(&self) -> bool {
        matches!(self, Overlay::Detail(_) | Overlay::Forecast(_))
    }

    /// Where its keys are; those that are read behind them are in [`KeyContext::read_with`].
    pub fn place(screen: Option<&Overlay>, view: View) -> KeyContext {
        match screen {
            None | Some(Overlay::Detail(_) | Overlay::RequestDetail(_)) => view.place(),
            Some(Overlay::Forecast(_)) => KeyContext::Forecast,
            Some(Overlay::Filter(_)) => KeyContext::Filter,
            Some(Overlay::InviteForm(_) | Overlay::Export(_) | Overlay::Note(_) | Overlay::Unlock(_)) => {
                KeyContext::Form
            }
            Some(Overlay::Confirm(_)) => KeyContext::Confirm,
            Some(
                Overlay::Prompt(_) | Overlay::CopyMenu(_) | Overlay::Snooze(_) | Overlay::SwitchProfile(_),
            ) => KeyContext::Dialog,
            Some(Overlay::Pager(_)) => KeyContext::Text,
            Some(Overlay::Columns(_)) => KeyContext::Columns,
            Some(Overlay::Triage(_)) => KeyContext::Triage,
            Some(Overlay::Import(many)) => many.context(),
            Some(Overlay::Palette(_)) => KeyContext::Palette,
        }
    }
}

/// The field that takes what is typed, if one does.
pub(crate) fn field(state: &mut App) -> Option<&mut TextField> {
    match state.screens.last_mut()? {
        Overlay::Filter(filter) => Some(&mut filter.field),
        Overlay::InviteForm(create) => create.field(),
        Overlay::Confirm(confirm) => confirm.field(),
        Overlay::Export(export) => export.field(),
        Overlay::Note(note) => Some(&mut note.field),
        Overlay::Unlock(lift) => Some(&mut lift.field),
        Overlay::Palette(palette) => Some(&mut palette.field),
        Overlay::Triage(triage) => Some(&mut triage.number),
        Overlay::Import(many) => many.field(),
        _ => None,
    }
}

/// What follows when the text in a field has changed.
pub(crate) fn typed(state: &mut App) -> Vec<Effect> {
    match state.screens.last() {
        Some(Overlay::Filter(_)) => crate::app::screens::filter::typed(state),
        Some(Overlay::InviteForm(_)) => crate::app::screens::invite_form::typed(state),
        Some(Overlay::Confirm(_)) => crate::app::screens::confirm::typed(state),
        Some(Overlay::Export(_)) => crate::app::screens::export::typed(state),
        Some(Overlay::Note(_)) => crate::app::screens::note::typed(state),
        Some(Overlay::Unlock(_)) => crate::app::screens::unlock::typed(state),
        Some(Overlay::Palette(_)) => crate::app::screens::palette::typed(state),
        Some(Overlay::Triage(_)) => crate::app::screens::triage::typed(state),
        Some(Overlay::Import(_)) => crate::app::screens::import::typed(state),
        _ => Vec::new(),
    }
}

/// Does what an action means where the person is.
pub(crate) fn act(state: &mut App, action: Action, now: Now) -> Vec<Effect> {
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
        None | Some(Overlay::Detail(_) | Overlay::RequestDetail(_)) => {
            crate::app::shell::dispatch::act(state, action, now)
        }
        Some(Overlay::Filter(_)) => crate::app::screens::filter::act(state, action, now),
        Some(Overlay::Columns(_)) => crate::app::screens::columns::act(state, action, now),
        Some(Overlay::InviteForm(_)) => crate::app::screens::invite_form::act(state, action, now),
        Some(Overlay::Confirm(_)) => crate::app::screens::confirm::act(state, action, now),
        Some(Overlay::Prompt(_)) => crate::app::screens::prompt::act(state, action, now),
        Some(Overlay::Pager(_)) => crate::app::screens::pager::act(state, action),
        Some(Overlay::CopyMenu(_)) => crate::app::screens::copy_menu::act(state, action, now),
        Some(Overlay::Export(_)) => crate::app::screens::export::act(state, action),
        Some(Overlay::Note(_)) => crate::app::screens::note::act(state, action),
        Some(Overlay::Unlock(_)) => crate::app::screens::unlock::act(state, action, now),
        Some(Overlay::Snooze(_)) => crate::app::screens::snooze::act(state, action),
        Some(Overlay::Palette(_)) => crate::app::screens::palette::act(state, action, now),
        Some(Overlay::Triage(_)) => crate::app::screens::triage::act(state, action, now),
        Some(Overlay::Forecast(_)) => crate::app::screens::pending::forecast::act(state, action, now),
        Some(Overlay::SwitchProfile(_)) => crate::app::screens::switch_profile::act(state, action),
        Some(Overlay::Import(_)) => crate::app::screens::import::act(state, action, now),
    }
}
