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

#[derive(Debug, Clone, Default)]
pub struct InviteForm {}

impl InviteForm {
    pub(crate) fn open(_purpose: FormPurpose) -> InviteForm {
        todo!()
    }
}

impl Screen for InviteForm {
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
