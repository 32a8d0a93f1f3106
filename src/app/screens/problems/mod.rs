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
pub struct Problems {
    pub count: usize,
}

impl Problems {
    pub(crate) fn found(&mut self, _found: crate::domain::lint::scan::Found, _cx: &mut Context<'_>) {
        todo!()
    }
    pub(crate) fn outdate(&mut self) {
        todo!()
    }
    pub(crate) fn arrange(&mut self, _model: &Model) {
        todo!()
    }
}

impl Screen for Problems {
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
