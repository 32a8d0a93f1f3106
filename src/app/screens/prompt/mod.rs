//! Stub.
#![allow(unused, missing_docs)]

pub mod view;

use crate::app::model::Model;
use crate::app::nav::*;
use crate::app::ops::context::Context;
use crate::app::screen::{Hint, Part, Screen, Unsaved};
use crate::domain::*;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

#[derive(Debug, Clone)]
pub struct Prompt {
    pub kind: PromptKind,
    pub unsaved: Vec<Unsaved>,
}

impl Prompt {
    pub(crate) fn new(_kind: PromptKind) -> Prompt {
        todo!()
    }
    pub(crate) fn deaf_until(_kind: PromptKind, _until: std::time::Duration) -> Prompt {
        todo!()
    }
}

impl Screen for Prompt {
    fn keys(&self) -> KeyContext {
        todo!()
    }
    fn act(&mut self, _action: Action, _cx: &mut Context<'_>) {
        todo!()
    }
    fn hints(&self, _model: &Model) -> Vec<Hint> {
        todo!()
    }
}
