//! Stub.
#![allow(unused, missing_docs)]

pub mod view;

use crate::app::model::Model;
use crate::app::nav::*;
use crate::app::ops::context::Context;
use crate::app::screen::{Hint, Part, Screen, Unsaved};
use crate::domain::list::{Decoded, checking};
use crate::domain::*;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

#[derive(Debug, Clone, Default)]
pub struct Import {}

impl Import {
    pub(crate) fn open(_parked: Option<Box<Import>>, _cx: &mut Context<'_>) -> Option<Box<Import>> {
        todo!()
    }
    pub(crate) fn is_planned(&self, _plan: PlanId) -> bool {
        todo!()
    }
    pub(crate) fn list_read(&mut self, _number: u64, _read: Result<Decoded, String>, _cx: &mut Context<'_>) {
        todo!()
    }
    pub(crate) fn checked(&mut self, _answer: checking::Answer, _cx: &mut Context<'_>) {
        todo!()
    }
    pub(crate) fn journal_arrived(
        &mut self,
        _entries: &[crate::domain::journal::JournalEntry],
        _cx: &mut Context<'_>,
    ) {
        todo!()
    }
    pub(crate) fn journal_failed(&mut self, _failure: &Failure, _cx: &mut Context<'_>) {
        todo!()
    }
}

impl Screen for Import {
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
