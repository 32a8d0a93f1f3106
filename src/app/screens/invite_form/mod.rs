//! The create form: an address, a message, and what can be said about them while one types.
//! Leaving it keeps the draft; only what the server would surely refuse cannot be sent.

pub mod address_hint;
pub mod view;

use std::collections::HashSet;

use crate::domain::email::folded;
use crate::domain::{Draft, Invite, Now, Step, email_history, recipient};

use crate::app::effect::Effect;
use crate::app::model::view::View;
use crate::app::ops::plan_checks;
use crate::app::ops::row_actions;
use crate::app::screens::{confirm, journal, triage};
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::domain::text::one_paragraph;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;
use crate::ui::text_field::TextField;

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
pub struct InviteForm {
    /// The address.
    pub email: TextField,
    /// The message.
    pub message: TextField,
    /// What has the focus.
    pub focus: Focus,
    /// Why it was not sent, after somebody tried.
    pub refused: Option<String>,
    /// The invite in whose place this is sent; `None` for a new one.
    pub corrects: Option<Invite>,
}

impl InviteForm {
    pub(crate) fn new(draft: Draft) -> InviteForm {
        InviteForm {
            email: TextField::new(&draft.email),
            message: TextField::new(&draft.message),
            focus: Focus::Email,
            refused: None,
            corrects: None,
        }
    }

    /// The form for another invite in place of this one, with what was written for it before, if anything was.
    pub(crate) fn correcting(invite: Invite, before: Option<Draft>) -> InviteForm {
        let draft =
            before.unwrap_or_else(|| Draft { email: invite.email.clone(), message: invite.message.clone() });
        InviteForm { corrects: Some(invite), ..InviteForm::new(draft) }
    }

    /// What is in the form: the email alone if it was typed with a name, or what was typed if it is none. A message that
    /// was not edited is sent byte for byte, whatever a field can show of it.
    pub fn draft(&self) -> Draft {
        let (email, message) = (self.email.text(), self.message.text());
        let email = recipient::parse(email).map_or_else(|_| email.trim().to_owned(), |found| found.email);
        let typed = Draft { email, message: message.to_owned() };
        let Some(old) = &self.corrects else { return typed };
        Draft {
            email: typed.email,
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

    pub(crate) fn field(&mut self) -> Option<&mut TextField> {
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

pub(crate) fn typed(state: &mut App) -> Vec<Effect> {
    if let Some(Overlay::InviteForm(create)) = state.screens.last_mut() {
        create.refused = None;
    }
    Vec::new()
}

pub(crate) fn act(state: &mut App, action: Action, now: Now) -> Vec<Effect> {
    if action == Action::Next && address_hint::take(state) {
        return Vec::new();
    }
    let Some(Overlay::InviteForm(create)) = state.screens.last_mut() else { return Vec::new() };
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
pub(crate) fn edited(state: &mut App, text: Result<String, String>) {
    let Some(Overlay::InviteForm(create)) = state.screens.last_mut() else { return };
    match text {
        Ok(text) => create.message = TextField::new(&text),
        Err(reason) => create.refused = Some(reason),
    }
}

fn leave(state: &mut App) {
    let Some(Overlay::InviteForm(create)) = state.screens.pop() else { return };
    match &create.corrects {
        Some(_) if create.is_unchanged() => {}
        Some(invite) => state.model.corrected = Some((invite.identity.clone(), create.draft())),
        None if create.draft().is_blank() => {}
        None => state.model.drafts.push(create.draft()),
    }
}

/// Sends what is in the form: the plan of one step is confirmed by this, because the form shows all of it. What takes
/// the place of an invite asks once more, because it revokes.
fn send(state: &mut App, now: Now) -> Vec<Effect> {
    let Some(Overlay::InviteForm(create)) = state.screens.last() else { return Vec::new() };
    let (draft, corrects) = (create.draft(), create.corrects.clone());
    let refused = refusal(state, create, &draft);
    if let Some(Overlay::InviteForm(create)) = state.screens.last_mut()
        && refused.is_some()
    {
        create.refused = refused;
        return Vec::new();
    }
    if corrects.is_none() {
        return propose(state, draft, now);
    }
    state.screens.pop();
    if let Some(invite) = corrects {
        if matches!(state.screens.last(), Some(Overlay::Triage(_))) {
            return triage::corrected(state, draft, now);
        }
        state.model.corrected = Some((invite.identity.clone(), draft.clone()));
        row_actions::replace(state, invite, draft, now);
        return Vec::new();
    }
    Vec::new()
}

/// Runs the plan of a new invite, or asks first if its email is doubtful. The form stays behind the question.
fn propose(state: &mut App, draft: Draft, now: Now) -> Vec<Effect> {
    let plan =
        state.model.plan(vec![state.model.invites.planner().pin(Step::Create { draft, before: None })], now);
    let repair = match state.screens.last() {
        Some(Overlay::InviteForm(form)) => {
            recipient::parse(form.email.text()).ok().and_then(|found| found.repair)
        }
        _ => None,
    };
    let flags = plan_checks::flags(&plan.steps, state, &journal::being_sent(state));
    if flags.is_empty() && repair.is_none() {
        state.screens.pop();
        return state.run(plan, Vec::new());
    }
    let shown = plan_checks::flags(&plan.steps, state, &HashSet::new());
    let note: Vec<String> = repair
        .map(|what| format!("What you typed is not quite an email: {what}."))
        .into_iter()
        .chain(flags.into_iter().filter(|flag| !shown.contains(flag)))
        .collect();
    confirm::ask_saying(state, plan, Vec::new(), note.join(" "));
    Vec::new()
}

/// A plan was confirmed or staged: the form that it was made from is done with.
pub(crate) fn planned(state: &mut App) {
    if matches!(state.screens.last(), Some(Overlay::InviteForm(_))) {
        state.screens.pop();
    }
}

fn resend_key(state: &App) -> String {
    state.model.key(KeyContext::List, Action::Resend)
}

/// Why it cannot be sent as it is.
fn refusal(state: &App, create: &InviteForm, draft: &Draft) -> Option<String> {
    if let Some(error) = draft.error() {
        return Some(error.to_string());
    }
    if create.is_unchanged() {
        return Some(format!("Nothing was changed: {} in the list sends the same again.", resend_key(state)));
    }
    let email = folded(&draft.email);
    if create.corrects.is_some() && journal::being_sent(state).contains(&email) {
        return Some(format!(
            "Another plan still sends to this email: see {}.",
            state.model.view_name(View::Plan)
        ));
    }
    let entries = state.model.plans.unfinished.iter().map(|left| &left.entry);
    if email_history::unknown_creates(entries).contains_key(&email) {
        return Some(format!(
            "It is unknown whether another plan has invited this email: resume or discard it in {} first.",
            state.model.view_name(View::Plan)
        ));
    }
    state.model.read_only_text().or_else(|| state.model.no_journal.as_ref().map(ToString::to_string))
}
