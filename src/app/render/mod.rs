//! What several views draw, and what each is drawn from.

pub mod invite_detail;
pub mod status_lines;

use std::ops::Deref;

use crate::app::Model;
use crate::domain::Now;
use crate::ui::Theme;

/// What a view is drawn from.
#[derive(Clone, Copy)]
pub struct RenderContext<'a> {
    /// The data.
    pub model: &'a Model,
    /// The colors.
    pub theme: &'a Theme,
    /// The moment of this frame; `model.now` is the one of the last message.
    pub now: Now,
}

impl Deref for RenderContext<'_> {
    type Target = Model;

    fn deref(&self) -> &Model {
        self.model
    }
}
