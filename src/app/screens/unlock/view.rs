//! Stub.
#![allow(unused, missing_docs)]
use super::Unlock;
use crate::app::model::render_metrics::RenderMetrics;
use crate::app::render::RenderContext;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

pub fn draw(_it: &Unlock, _cx: &RenderContext<'_>, _frame: &mut Frame<'_>) {
    todo!()
}
