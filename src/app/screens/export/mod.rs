//! Stub.
#![allow(unused, missing_docs)]

pub mod view;

use crate::app::model::Model;
use crate::app::model::export::Exported;
use crate::app::nav::*;
use crate::app::ops::context::Context;
use crate::app::screen::{Hint, Part, Screen, Unsaved};
use crate::domain::*;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

#[derive(Debug, Clone, Default)]
pub struct Export {}

impl Export {
    pub(crate) fn open(_cx: &mut Context<'_>) -> Option<Export> {
        todo!()
    }
}
/// The file stays as it is.
pub(crate) fn keep_file(_cx: &mut Context<'_>) {
    todo!()
}
pub(crate) fn replace_file(_cx: &mut Context<'_>) {
    todo!()
}
/// What became of an export; true where the form is to be closed.
pub(crate) fn ended(
    _form: Option<&mut Export>,
    _number: u64,
    _exported: Exported,
    _cx: &mut Context<'_>,
) -> bool {
    todo!()
}

impl Screen for Export {
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
