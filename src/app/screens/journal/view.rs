//! Stub.
#![allow(unused, missing_docs)]
use super::Journal;
use crate::app::model::render_metrics::RenderMetrics;
use crate::app::render::RenderContext;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

pub fn draw(_it: &Journal, _cx: &RenderContext<'_>, _area: Rect, _frame: &mut Frame<'_>) -> RenderMetrics {
    todo!()
}
pub fn search_lines(_it: &Journal, _cx: &RenderContext<'_>, _columns: usize) -> Vec<Line<'static>> {
    todo!()
}
