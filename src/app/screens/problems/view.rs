//! Stub.
#![allow(unused, missing_docs)]
use super::Problems;
use crate::app::model::render_metrics::RenderMetrics;
use crate::app::render::RenderContext;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

pub fn draw(_it: &Problems, _cx: &RenderContext<'_>, _area: Rect, _frame: &mut Frame<'_>) -> RenderMetrics {
    todo!()
}
