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
pub struct Journal {
    pub search: Option<crate::ui::text_field::TextField>,
}

impl Journal {
    pub(crate) fn read(&mut self, _cx: &mut Context<'_>) {
        todo!()
    }
    pub(crate) fn arrived(&mut self, _entries: Vec<crate::domain::journal::JournalEntry>, _model: &Model) {
        todo!()
    }
    pub(crate) fn failed(&mut self, _failure: Failure) {
        todo!()
    }
}

impl Screen for Journal {
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
