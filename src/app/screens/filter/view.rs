//! Stub.
#![allow(unused, missing_docs)]
use super::Filter;
use crate::app::model::render_metrics::RenderMetrics;
use crate::app::render::RenderContext;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

pub fn lines(_typed: Option<&Filter>, _cx: &RenderContext<'_>, _columns: usize) -> Vec<Line<'static>> {
    todo!()
}
pub fn place_cursor(_typed: &Filter, _cx: &RenderContext<'_>, _frame: &mut Frame<'_>) {
    todo!()
}
