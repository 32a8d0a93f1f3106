//! What speaks against the address in the form, and the better one that is offered for it as a ghost: it is shown behind
//! what was typed and is no part of it before a key takes it. A warning, never a wall.

use crate::domain::lint::{self, Fix, Kind};

use crate::app::screens::invite_form::{Focus, InviteForm};
use crate::app::shell::app::App;
use crate::ui::text_field::TextField;

/// A doubt about the address in the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// Why, as half a sentence. Safe to show.
    pub reason: String,
    /// The address as it was probably meant; raw.
    pub ghost: Option<String>,
}

/// What speaks against the address, where that is more than that it is not finished.
pub fn doubt(state: &App, create: &InviteForm) -> Option<Doubt> {
    let email = create.draft().email;
    let (kind, reason, fix) = lint::doubt(&email, &state.model.domains)?;
    let ghost = match fix {
        Fix::Address(better) if better != email => Some(better),
        _ => None,
    };
    let reason = match kind {
        Kind::LookAlike => reason,
        Kind::Typo => format!("typo? {reason}"),
        // While one types most addresses are broken; only what can be mended is worth a word. A dot at the end is
        // most often the middle of a domain.
        Kind::Broken if create.corrects.is_none() && email.ends_with('.') => return None,
        Kind::Broken if ghost.is_some() => reason,
        _ => return None,
    };
    Some(Doubt { reason, ghost })
}

/// The address that a key would put into the field in this moment.
pub fn offered(state: &App, create: &InviteForm) -> Option<String> {
    (create.focus == Focus::Email).then(|| doubt(state, create)?.ghost).flatten()
}

/// Takes the ghost; true where there was one. A typo in what was mended is doubted by itself.
pub(crate) fn take(state: &mut App) -> bool {
    let Some(crate::app::shell::stack::Overlay::InviteForm(create)) = state.screens.last() else {
        return false;
    };
    let Some(ghost) = offered(state, create) else { return false };
    if let Some(crate::app::shell::stack::Overlay::InviteForm(create)) = state.screens.last_mut() {
        (create.email, create.refused) = (TextField::new(&ghost), None);
    }
    true
}
