//! The overlays, one entry each. A forgotten one is a compile error.

use crate::app::Screen;
use crate::app::screens::columns::Columns;
use crate::app::screens::confirm::Confirm;
use crate::app::screens::copy_menu::CopyMenu;
use crate::app::screens::export::Export;
use crate::app::screens::filter::Filter;
use crate::app::screens::import::Import;
use crate::app::screens::invite_form::InviteForm;
use crate::app::screens::note::Note;
use crate::app::screens::pager::Pager;
use crate::app::screens::palette::Palette;
use crate::app::screens::prompt::Prompt;
use crate::app::screens::snooze::Snooze;
use crate::app::screens::switch_profile::SwitchProfile;
use crate::app::screens::triage::Triage;
use crate::app::screens::unlock::Unlock;

/// Something in front of the view.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// The table's columns.
    Columns(Columns),
    /// A plan to confirm.
    Confirm(Confirm),
    /// A choice of what is copied.
    CopyMenu(CopyMenu),
    /// The form of an export.
    Export(Export),
    /// The filter's field.
    Filter(Filter),
    /// An import.
    Import(Box<Import>),
    /// The form of an invite.
    InviteForm(InviteForm),
    /// A note on a person.
    Note(Note),
    /// A text to read.
    Pager(Pager),
    /// The commands by their names.
    Palette(Palette),
    /// A prompt.
    Prompt(Prompt),
    /// Until when rows are snoozed.
    Snooze(Snooze),
    /// The profiles.
    SwitchProfile(SwitchProfile),
    /// One invite after the other.
    Triage(Triage),
    /// The guard of the profile, which its name lifts.
    Unlock(Unlock),
}

/// The screen in an overlay; the last argument is how it is borrowed.
macro_rules! screen_in {
    ($overlay:expr, $($borrow:tt)+) => {
        match $overlay {
            Overlay::Columns(it) => it,
            Overlay::Confirm(it) => it,
            Overlay::CopyMenu(it) => it,
            Overlay::Export(it) => it,
            Overlay::Filter(it) => it,
            Overlay::Import(it) => $($borrow)+ **it,
            Overlay::InviteForm(it) => it,
            Overlay::Note(it) => it,
            Overlay::Pager(it) => it,
            Overlay::Palette(it) => it,
            Overlay::Prompt(it) => it,
            Overlay::Snooze(it) => it,
            Overlay::SwitchProfile(it) => it,
            Overlay::Triage(it) => it,
            Overlay::Unlock(it) => it,
        }
    };
}

impl Overlay {
    /// What the shell knows of it.
    pub fn screen(&self) -> &dyn Screen {
        screen_in!(self, &)
    }

    /// The same, to be changed.
    pub fn screen_mut(&mut self) -> &mut dyn Screen {
        screen_in!(self, &mut)
    }
}
