//! Drawing code that several views share, and the context for drawing.

pub mod invite_detail;
pub mod progress_line;
pub mod status_lines;

use std::ops::Deref;

use ratatui::style::Style;
use ratatui::text::Span;

use crate::app::Model;
use crate::app::model::command_search::CommandSearch;
use crate::app::model::labels::OutcomeSeverity;
use crate::domain::Now;
use crate::ui::Theme;

/// Context for drawing a view.
#[derive(Clone, Copy)]
pub struct RenderContext<'a> {
    /// The model.
    pub model: &'a Model,
    /// The theme.
    pub theme: &'a Theme,
    /// Time of this frame; `model.now` is the time of the last event.
    pub now: Now,
    /// Columns for the text of the part that is drawn: of the window, a frame or a dialog.
    pub columns: usize,
}

impl<'a> RenderContext<'a> {
    /// Returns the context for a part of the window.
    pub fn with_columns(self, columns: usize) -> RenderContext<'a> {
        RenderContext { columns, ..self }
    }
}

impl Deref for RenderContext<'_> {
    type Target = Model;

    fn deref(&self) -> &Model {
        self.model
    }
}

/// Returns a text in one style, with the parts highlighted that a search matched.
pub fn matched_spans(text: &str, search: &CommandSearch, style: Style, theme: &Theme) -> Vec<Span<'static>> {
    let (mut spans, mut end) = (Vec::new(), 0);
    for range in search.ranges(text) {
        spans.push(Span::styled(text[end..range.start].to_owned(), style));
        spans.push(Span::styled(text[range.clone()].to_owned(), style.patch(theme.matched)));
        end = range.end;
    }
    spans.push(Span::styled(text[end..].to_owned(), style));
    spans
}

/// Returns the style of an outcome.
pub fn severity_style(severity: OutcomeSeverity, theme: &Theme) -> Style {
    match severity {
        OutcomeSeverity::Ok => Style::new(),
        OutcomeSeverity::Open => theme.muted,
        OutcomeSeverity::Failed | OutcomeSeverity::NotReinvited => theme.error,
        OutcomeSeverity::Unknown => theme.warning,
    }
}
