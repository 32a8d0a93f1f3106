//! Prompts with a few answers, such as quitting with unfinished work, or waiting for the server.
//!
//! The safe answer comes first and has the focus. The shell acts on the answer.

pub mod view;

use std::time::Duration;

use crate::app::screen::{ScreenPart, UnsavedWork};
use crate::app::{Context, Hint, Model, Nav, PromptKind, Screen, hints};
use crate::keys::{Action, KeyContext};
use crate::ui::list::cycle_selection;

/// State of a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// Kind of the question.
    pub kind: PromptKind,
    /// Index of the focused answer; initially the safe one.
    pub focus: usize,
    /// Unsaved work that quitting would lose.
    pub unsaved_work: Vec<UnsavedWork>,
    /// Until this time only the safe answer is accepted.
    ignore_keys_until: Duration,
}

impl Prompt {
    /// Creates a prompt opened by the user, which accepts any answer immediately.
    pub fn new(kind: PromptKind) -> Prompt {
        Prompt::ignoring_keys_until(kind, Duration::ZERO)
    }

    /// Creates a prompt that opens automatically.
    ///
    /// Until `ignore_keys_until` only the safe answer is accepted, so that keys meant for another screen
    /// cannot confirm the prompt.
    pub(crate) fn ignoring_keys_until(kind: PromptKind, ignore_keys_until: Duration) -> Prompt {
        Prompt { kind, focus: 0, unsaved_work: Vec::new(), ignore_keys_until }
    }

    /// Returns whether the prompt offers to resume a plan, with a key per answer instead of a plain yes.
    fn is_resume_offer(&self) -> bool {
        matches!(self.kind, PromptKind::UnfinishedPlans(Some(_)))
    }
}

impl Screen for Prompt {
    fn key_context(&self) -> KeyContext {
        KeyContext::Prompt
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        let answers = self.kind.button_labels().len();
        let answer = match action {
            Action::Next | Action::Previous => {
                return self.focus = cycle_selection(self.focus, action, answers);
            }
            Action::Confirm => self.focus,
            Action::Yes if !self.is_resume_offer() => 1,
            Action::Resume if self.is_resume_offer() => 1,
            Action::Discard if self.is_resume_offer() => 2,
            Action::Back => 0,
            _ => return,
        };
        if answer > 0 && cx.now.mono < self.ignore_keys_until {
            return;
        }
        cx.close();
        // In these prompts the safe answer has an effect too, so Back must not choose it.
        let only_closes =
            matches!(self.kind, PromptKind::UnfinishedPlans(_) | PromptKind::RetryUnknownCreates(_));
        if !(action == Action::Back && only_closes) {
            cx.navigate(Nav::PromptAnswered(self.kind, answer));
        }
    }

    fn focus_button(&mut self, button: usize) -> bool {
        self.focus = button;
        true
    }

    fn hints(&self, _model: &Model) -> Vec<Hint> {
        if self.is_resume_offer() {
            return hints([
                (Action::Confirm, "confirm"),
                (Action::Resume, "resume"),
                (Action::Discard, "discard"),
                (Action::Back, "later"),
            ]);
        }
        hints([(Action::Yes, "yes"), (Action::Back, "no"), (Action::Next, "next button")])
    }

    fn part(&self) -> ScreenPart {
        ScreenPart::Prompt(self.kind)
    }
}
