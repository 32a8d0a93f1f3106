//! Invite form: an email and a message, with warnings while the user types.
//!
//! Leaving the form keeps the draft. Only input that the server would certainly reject blocks sending.

pub mod view;

use std::collections::HashSet;

use crate::app::nav::{FormField, FormPurpose};
use crate::app::ops::plans::ProposalDetails;
use crate::app::ops::{drafts, plan_checks, plans, row_actions};
use crate::app::screen::UnsavedWork;
use crate::app::{Context, Effect, Hint, Model, Nav, Screen, View, hints};
use crate::domain::email::normalize;
use crate::domain::lint::{Fix, ProblemKind};
use crate::domain::text::to_single_line;
use crate::domain::{Draft, Invite, Step, email_history, lint, recipient};
use crate::keys::{Action, KeyContext};
use crate::ui::TextField;
use crate::ui::list::cycle;

/// State of the form.
#[derive(Debug, Clone)]
pub struct InviteForm {
    /// Email field.
    pub email: TextField,
    /// Message field.
    pub message: TextField,
    /// Focused field.
    pub focus: FormField,
    /// Reason why the last attempt to send was refused.
    pub error: Option<String>,
    /// Invite being edited; `None` for a new invite.
    pub edited_invite: Option<Invite>,
    for_triage: bool,
}

/// Warning about the typed email, with a suggestion that is drawn after the typed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressWarning {
    /// Lower-case fragment without a trailing period; safe to show.
    pub reason: String,
    /// Suggested email; raw.
    pub suggestion: Option<String>,
}

impl InviteForm {
    pub(crate) fn open(purpose: FormPurpose) -> InviteForm {
        let (draft, focus, edited_invite, for_triage) = match purpose {
            FormPurpose::New(draft) => (draft, FormField::Email, None, false),
            FormPurpose::Edit { invite, before, focus, for_triage } => {
                let old = || Draft { email: invite.email.clone(), message: invite.message.clone() };
                (before.unwrap_or_else(old), focus, Some(invite), for_triage)
            }
        };
        InviteForm {
            email: TextField::new(&draft.email),
            message: TextField::new(&draft.message),
            focus,
            error: None,
            edited_invite,
            for_triage,
        }
    }

    /// Returns the draft in the form.
    ///
    /// A name typed with the email is dropped; an invalid email stays as typed. An unedited message keeps
    /// its line breaks, although the field shows one paragraph.
    pub fn draft(&self) -> Draft {
        let (email, message) = (self.email.text(), self.message.text());
        let email =
            recipient::parse(email).map_or_else(|_| email.trim().to_owned(), |recipient| recipient.email);
        let unchanged = self.edited_invite.as_ref().filter(|old| to_single_line(&old.message) == message);
        Draft { email, message: unchanged.map_or(message, |old| &old.message).to_owned() }
    }

    /// Returns whether the draft equals the invite being edited; false for a new invite.
    pub fn is_unchanged(&self) -> bool {
        let draft = self.draft();
        self.edited_invite
            .as_ref()
            .is_some_and(|old| old.email == draft.email && old.message == draft.message)
    }

    /// Returns a warning about the email, unless the email looks unfinished. Warnings never block.
    pub fn address_warning(&self, model: &Model) -> Option<AddressWarning> {
        let email = self.draft().email;
        let (kind, reason, fix) = lint::address_problem(&email, &model.domain_stats)?;
        let suggestion = match fix {
            Fix::ReplaceEmail(replacement) if replacement != email => Some(replacement),
            _ => None,
        };
        let reason = match kind {
            ProblemKind::Confusable => reason,
            ProblemKind::Typo => format!("typo? {reason}"),
            // An unfinished email is always invalid, so an invalid email without a suggestion gets no
            // warning. A dot at the end is usually the middle of a domain.
            ProblemKind::InvalidAddress if self.edited_invite.is_none() && email.ends_with('.') => {
                return None;
            }
            ProblemKind::InvalidAddress if suggestion.is_some() => reason,
            _ => return None,
        };
        Some(AddressWarning { reason, suggestion })
    }

    /// Returns the suggestion that a key would put into the focused email field.
    pub fn suggestion(&self, model: &Model) -> Option<String> {
        (self.focus == FormField::Email).then(|| self.address_warning(model)?.suggestion).flatten()
    }

    fn move_focus(&mut self, action: Action) {
        let order = [FormField::Email, FormField::Message, FormField::Send];
        self.focus = cycle(&order, self.focus, action == Action::Previous);
    }

    /// Uses the suggested email, or moves to the next field.
    fn accept_suggestion_or_move_on(&mut self, model: &Model) {
        match self.suggestion(model) {
            Some(suggestion) => (self.email, self.error) = (TextField::new(&suggestion), None),
            None => self.move_focus(Action::Next),
        }
    }

    fn close_and_save(&self, cx: &mut Context<'_>) {
        cx.close();
        match &self.edited_invite {
            Some(_) if self.is_unchanged() => {}
            Some(invite) => drafts::save_edit(cx, invite.identity.clone(), self.draft()),
            None => drafts::save(cx, self.draft()),
        }
    }

    /// Sends the draft.
    ///
    /// A new invite needs no further confirmation, because the form shows the whole invite. An edit is
    /// confirmed first, because it deletes the old invite.
    fn send(&mut self, cx: &mut Context<'_>) {
        let draft = self.draft();
        if let Some(error) = self.validation_error(&draft, cx) {
            self.error = Some(error);
            return;
        }
        let Some(invite) = self.edited_invite.clone() else { return self.send_new(draft, cx) };
        cx.close();
        if self.for_triage {
            return cx.navigate(Nav::TriageEdited(invite.identity, draft));
        }
        drafts::save_edit(cx, invite.identity.clone(), draft.clone());
        row_actions::replace(cx, invite, draft);
    }

    /// Applies the plan of a new invite, or asks first if there is a warning.
    ///
    /// The form stays open under the dialog.
    fn send_new(&self, draft: Draft, cx: &mut Context<'_>) {
        let steps = vec![cx.invites.planner().record_versions(Step::Create { draft, known_versions: None })];
        let repair = recipient::parse(self.email.text()).ok().and_then(|recipient| recipient.repair);
        let warnings = plan_checks::email_warnings(&steps, cx, &cx.plans.emails_in_flight());
        if warnings.is_empty() && repair.is_none() {
            cx.close();
            let plan = plans::new_plan(cx, steps);
            return plans::apply(cx, plan, Vec::new());
        }
        let shown_in_dialog = plan_checks::email_warnings(&steps, cx, &HashSet::new());
        let note: Vec<String> = repair
            .map(|text| format!("Check the email: {text}."))
            .into_iter()
            .chain(warnings.into_iter().filter(|warning| !shown_in_dialog.contains(warning)))
            .collect();
        let filter = cx.table.query.filter.text().to_owned();
        plans::propose(
            cx,
            steps,
            ProposalDetails { filter, note: note.join(" "), ..ProposalDetails::default() },
        );
    }

    /// Returns why the draft cannot be sent, or `None` if it can.
    fn validation_error(&self, draft: &Draft, model: &Model) -> Option<String> {
        if let Some(error) = draft.error() {
            return Some(error.to_string());
        }
        if self.is_unchanged() {
            let resend = model.key(KeyContext::List, Action::Resend);
            return Some(format!("No changes. To resend the same invite, press {resend} in the list."));
        }
        let (email, plans) = (normalize(&draft.email), model.view_name(View::Plans));
        if self.edited_invite.is_some() && model.plans.emails_in_flight().contains(&email) {
            return Some(format!("Another plan is already inviting this email: see {plans}."));
        }
        let entries = model.plans.unfinished.iter().map(|unfinished| &unfinished.entry);
        if email_history::unknown_creates(entries).contains_key(&email) {
            return Some(format!(
                "Another plan may have invited this email. Resume or discard that plan in {plans} first."
            ));
        }
        model.read_only_text().or_else(|| model.journal_error.as_ref().map(ToString::to_string))
    }
}

impl Screen for InviteForm {
    fn key_context(&self) -> KeyContext {
        KeyContext::Form
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        match action {
            Action::Next => self.accept_suggestion_or_move_on(cx),
            Action::Previous => self.move_focus(action),
            Action::Confirm if self.focus != FormField::Send => self.move_focus(Action::Next),
            Action::Confirm | Action::Send => self.send(cx),
            Action::Editor => cx.push_effect(Effect::OpenEditor(self.message.text().to_owned())),
            Action::Back => self.close_and_save(cx),
            _ => {}
        }
    }

    fn focus_button(&mut self, button: usize) -> bool {
        self.focus = FormField::Send;
        button == 0
    }

    fn hints(&self, model: &Model) -> Vec<Hint> {
        let next = if self.suggestion(model).is_some() { "use suggestion" } else { "next" };
        let (send, back) = match self.edited_invite {
            Some(_) => ("continue", "back"),
            None => ("send", "keep as draft"),
        };
        let confirm = if self.focus == FormField::Send { send } else { "next field" };
        hints([
            (Action::Send, send),
            (Action::Next, next),
            (Action::Confirm, confirm),
            (Action::Back, back),
            (Action::Editor, "editor"),
        ])
    }

    fn text_field(&mut self) -> Option<&mut TextField> {
        match self.focus {
            FormField::Email => Some(&mut self.email),
            FormField::Message => Some(&mut self.message),
            FormField::Send => None,
        }
    }

    fn on_text_changed(&mut self, _cx: &mut Context<'_>) {
        self.error = None;
    }

    fn on_editor_text(&mut self, text: Result<String, String>) {
        match text {
            Ok(text) => self.message = TextField::new(&text),
            Err(reason) => self.error = Some(reason),
        }
    }

    fn unsaved_work(&self) -> Option<UnsavedWork> {
        let is_empty =
            if self.edited_invite.is_some() { self.is_unchanged() } else { self.draft().is_blank() };
        (!is_empty).then_some(UnsavedWork::Draft)
    }

    /// Detaches the form from the triage under it, because the triage closes.
    fn on_tenancy_changed(&mut self, _cx: &mut Context<'_>) -> bool {
        self.for_triage = false;
        true
    }
}
