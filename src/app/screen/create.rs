//! The create form: an address, a message, and what can be said about them while one types.
//! Leaving it keeps the draft; only what the server would surely refuse cannot be sent.

use crate::domain::email::folded;
use crate::domain::{Draft, Invite, Now, Step};

use super::super::action::Action;
use super::super::effect::Effect;
use super::super::field::{Field, one_paragraph};
use super::super::keymap::Context;
use super::super::read_only;
use super::super::state::State;
use super::super::verbs;
use super::super::view::View;
use super::{Screen, ghost, journal, triage};

/// What has the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// The address.
    Email,
    /// The message.
    Message,
    /// The button that sends.
    Send,
}

/// The form.
#[derive(Debug, Clone)]
pub struct Create {
    /// The address.
    pub email: Field,
    /// The message.
    pub message: Field,
    /// What has the focus.
    pub focus: Focus,
    /// Why it was not sent, after somebody tried.
    pub refused: Option<String>,
    /// The invite in whose place this is sent; `None` for a new one.
    pub corrects: Option<Invite>,
}

impl Create {
    pub(in crate::app) fn new(draft: Draft) -> Create {
        Create {
            email: Field::new(&draft.email),
            message: Field::new(&draft.message),
            focus: Focus::Email,
            refused: None,
            corrects: None,
        }
    }

    /// The form for another invite in place of this one, with what was written for it before, if anything was.
    pub(in crate::app) fn correcting(invite: Invite, before: Option<Draft>) -> Create {
        let draft =
            before.unwrap_or_else(|| Draft { email: invite.email.clone(), message: invite.message.clone() });
        Create { corrects: Some(invite), ..Create::new(draft) }
    }

    /// What is in the form, the address without blanks around it. What was not edited of an invite is sent byte for
    /// byte, whatever a field can show of it.
    pub fn draft(&self) -> Draft {
        let (email, message) = (self.email.text(), self.message.text());
        let typed = Draft { email: email.trim().to_owned(), message: message.to_owned() };
        let Some(old) = &self.corrects else { return typed };
        Draft {
            email: if one_paragraph(&old.email) == email { old.email.clone() } else { typed.email },
            message: if one_paragraph(&old.message) == message { old.message.clone() } else { typed.message },
        }
    }

    /// Whether something in it would be lost by leaving.
    pub fn is_unsent(&self) -> bool {
        if self.corrects.is_some() { !self.is_unchanged() } else { !self.draft().is_blank() }
    }

    /// Whether what is in the form is what the old invite says already.
    pub fn is_unchanged(&self) -> bool {
        let draft = self.draft();
        self.corrects.as_ref().is_some_and(|old| old.email == draft.email && old.message == draft.message)
    }

    pub(in crate::app) fn field(&mut self) -> Option<&mut Field> {
        match self.focus {
            Focus::Email => Some(&mut self.email),
            Focus::Message => Some(&mut self.message),
            Focus::Send => None,
        }
    }

    fn move_focus(&mut self, back: bool) {
        self.focus = match (self.focus, back) {
            (Focus::Email, false) | (Focus::Send, true) => Focus::Message,
            (Focus::Message, false) | (Focus::Email, true) => Focus::Send,
            (Focus::Send, false) | (Focus::Message, true) => Focus::Email,
        };
    }
}

pub(in crate::app) fn typed(state: &mut State) -> Vec<Effect> {
    if let Some(Screen::Create(create)) = state.screens.last_mut() {
        create.refused = None;
    }
    Vec::new()
}

pub(in crate::app) fn act(state: &mut State, action: Action, now: Now) -> Vec<Effect> {
    if action == Action::Next && ghost::take(state) {
        return Vec::new();
    }
    let Some(Screen::Create(create)) = state.screens.last_mut() else { return Vec::new() };
    match action {
        Action::Next => create.move_focus(false),
        Action::Previous => create.move_focus(true),
        Action::Accept if create.focus == Focus::Send => return send(state, now),
        Action::Accept => create.move_focus(false),
        Action::Send => return send(state, now),
        Action::Editor => return vec![Effect::Edit(create.message.text().to_owned())],
        Action::Back => leave(state),
        _ => {}
    }
    Vec::new()
}

/// Takes the text that was written in the editor.
pub(in crate::app) fn edited(state: &mut State, text: Result<String, String>) {
    let Some(Screen::Create(create)) = state.screens.last_mut() else { return };
    match text {
        Ok(text) => create.message = Field::new(&text),
        Err(reason) => create.refused = Some(reason),
    }
}

fn leave(state: &mut State) {
    let Some(Screen::Create(create)) = state.screens.pop() else { return };
    match &create.corrects {
        Some(_) if create.is_unchanged() => {}
        Some(invite) => state.corrected = Some((invite.identity.clone(), create.draft())),
        None if create.draft().is_blank() => {}
        None => state.drafts.push(create.draft()),
    }
}

/// Sends what is in the form: the plan of one step is confirmed by this, because the form shows all of it. What takes
/// the place of an invite asks once more, because it revokes.
fn send(state: &mut State, now: Now) -> Vec<Effect> {
    let Some(Screen::Create(create)) = state.screens.last() else { return Vec::new() };
    let (draft, corrects) = (create.draft(), create.corrects.clone());
    let refused = refusal(state, create, &draft);
    if let Some(Screen::Create(create)) = state.screens.last_mut()
        && refused.is_some()
    {
        create.refused = refused;
        return Vec::new();
    }
    state.screens.pop();
    if let Some(invite) = corrects {
        if matches!(state.screens.last(), Some(Screen::Triage(_))) {
            return triage::corrected(state, draft, now);
        }
        state.corrected = Some((invite.identity.clone(), draft.clone()));
        verbs::replace(state, invite, draft, now);
        return Vec::new();
    }
    let before = state.list.is_complete().then(|| state.list.shown.pins(&draft.email));
    let plan = state.plan(vec![Step::Create { draft, before }], now);
    state.run(plan, Vec::new())
}

fn resend_key(state: &State) -> String {
    state.key(Context::List, Action::Resend)
}

/// Why it cannot be sent as it is.
fn refusal(state: &State, create: &Create, draft: &Draft) -> Option<String> {
    if let Some(error) = draft.error() {
        return Some(error.to_string());
    }
    if create.is_unchanged() {
        return Some(format!("Nothing was changed: {} in the list sends the same again.", resend_key(state)));
    }
    if journal::being_sent(state).contains(&folded(&draft.email)) {
        return Some(format!(
            "Another plan still sends to this address: {} shows which.",
            state.view_name(View::Plan)
        ));
    }
    read_only::why(state).or_else(|| state.no_journal.as_ref().map(ToString::to_string))
}
