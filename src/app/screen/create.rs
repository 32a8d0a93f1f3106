//! The create form: an address, a message, and what can be said about them while one types.
//! Leaving it keeps the draft; only what the server would surely refuse cannot be sent.

use crate::domain::{Draft, Now, Step};

use super::super::action::Action;
use super::super::effect::Effect;
use super::super::field::Field;
use super::super::state::State;
use super::Screen;

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
}

impl Create {
    pub(in crate::app) fn new(draft: Draft) -> Create {
        Create {
            email: Field::new(&draft.email),
            message: Field::new(&draft.message),
            focus: Focus::Email,
            refused: None,
        }
    }

    /// What is in the form, the address without blanks around it.
    pub fn draft(&self) -> Draft {
        Draft { email: self.email.text().trim().to_owned(), message: self.message.text().to_owned() }
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
    if let Some(Screen::Create(create)) = state.screens.pop()
        && !create.draft().is_blank()
    {
        state.drafts.push(create.draft());
    }
}

/// Sends what is in the form: the plan of one step is confirmed by this, because the form shows all of it.
fn send(state: &mut State, now: Now) -> Vec<Effect> {
    let no_journal = state.no_journal.as_ref().map(|failure| failure.to_string());
    let Some(Screen::Create(create)) = state.screens.last_mut() else { return Vec::new() };
    let draft = create.draft();
    if let Some(reason) = draft.error().map(|error| error.to_string()).or(no_journal) {
        create.refused = Some(reason);
        return Vec::new();
    }
    state.screens.pop();
    let before = state.list.is_complete().then(|| state.list.shown.pins(&draft.email));
    let plan = state.plan(vec![Step::Create { draft, before }], now);
    state.run(plan, Vec::new())
}
