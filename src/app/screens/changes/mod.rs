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
pub struct Changes {}

impl Changes {
    pub(crate) fn listed(&mut self, _cx: &mut Context<'_>) {
        todo!()
    }
    pub(crate) fn compare(&mut self, _cx: &mut Context<'_>) {
        todo!()
    }
    pub(crate) fn compared(&mut self, _compared: crate::domain::change::Compared, _model: &Model) {
        todo!()
    }
    pub fn unseen(&self) -> usize {
        todo!()
    }
}

impl Screen for Changes {
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
