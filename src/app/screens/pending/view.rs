//! Stub.
#![allow(unused, missing_docs)]
use super::Pending;
use crate::app::model::render_metrics::RenderMetrics;
use crate::app::render::RenderContext;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

pub fn draw(_it: &Pending, _cx: &RenderContext<'_>, _area: Rect, _frame: &mut Frame<'_>) -> RenderMetrics {
    todo!()
}
