//! Questions with a few answers, the harmless one first and with the focus: leaving while something is not over,
//! waiting as long as the server asks, and how plans go on that cannot go on by themselves. Whose matter it is acts on
//! the answer.

pub mod view;

use std::time::Duration;

use crate::app::screen::{ScreenPart, UnsavedWork};
use crate::app::{Context, Hint, Model, Nav, PromptKind, Screen, hints};
use crate::keys::{Action, KeyContext};

/// A prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// What is asked.
    pub kind: PromptKind,
    /// The answer that has the focus; at first the harmless one.
    pub focus: usize,
    /// What would be lost by leaving.
    pub unsaved_work: Vec<UnsavedWork>,
    /// Until then it takes the harmless answer only.
    ignore_keys_until: Duration,
}

impl Prompt {
    /// A prompt that was asked for, and takes any answer.
    pub fn new(kind: PromptKind) -> Prompt {
        Prompt::ignoring_keys_until(kind, Duration::ZERO)
    }

    /// A prompt that opens automatically.
    pub(crate) fn ignoring_keys_until(kind: PromptKind, deaf_until: Duration) -> Prompt {
        Prompt { kind, focus: 0, unsaved_work: Vec::new(), ignore_keys_until: deaf_until }
    }

    /// Whether it offers to go on with a plan: there is no plain yes to that, but an answer for each key.
    fn is_resume_offer(&self) -> bool {
        matches!(self.kind, PromptKind::UnfinishedPlans(Some(_)))
    }
}

impl Screen for Prompt {
    fn key_context(&self) -> KeyContext {
        KeyContext::Prompt
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        let answers = self.kind.answers().len();
        let answer = match action {
            Action::Next => return self.focus = (self.focus + 1) % answers,
            Action::Previous => return self.focus = (self.focus + answers - 1) % answers,
            Action::Confirm => self.focus,
            Action::LowercaseY if !self.is_resume_offer() => 1,
            Action::Resume if self.is_resume_offer() => 1,
            Action::Discard if self.is_resume_offer() => 2,
            Action::Back => 0,
            _ => return,
        };
        if answer > 0 && cx.now.mono < self.ignore_keys_until {
            return;
        }
        cx.close();
        // Their harmless answer does something as well.
        let only_closes =
            matches!(self.kind, PromptKind::UnfinishedPlans(_) | PromptKind::RetryUnknownCreates(_));
        if !(action == Action::Back && only_closes) {
            cx.navigate(Nav::PromptAnswered(self.kind, answer));
        }
    }

    fn hints(&self, _model: &Model) -> Vec<Hint> {
        if self.is_resume_offer() {
            return hints([
                (Action::Confirm, "do it"),
                (Action::Resume, "resume"),
                (Action::Discard, "give up"),
                (Action::Back, "later"),
            ]);
        }
        hints([(Action::LowercaseY, "yes"), (Action::Back, "no"), (Action::Next, "other button")])
    }

    fn part(&self) -> ScreenPart {
        ScreenPart::Prompt(self.kind)
    }
}
