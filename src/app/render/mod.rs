//! Drawing code that several views share, and the context for drawing.

pub mod invite_detail;
pub mod progress_line;
pub mod status_lines;

use std::cell::RefCell;
use std::ops::Deref;

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::Model;
use crate::app::model::click_area::{ClickArea, ClickTarget};
use crate::app::model::command_search::CommandSearch;
use crate::app::model::labels::OutcomeSeverity;
use crate::domain::Now;
use crate::ui::{Theme, dialog};

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
    /// Collects what can be clicked.
    pub clicks: &'a ClickAreas,
}

impl<'a> RenderContext<'a> {
    /// Returns the context for a part of the window.
    pub fn with_columns(self, columns: usize) -> RenderContext<'a> {
        RenderContext { columns, ..self }
    }

    /// Makes an area clickable.
    pub fn add_click(&self, area: Rect, target: ClickTarget) {
        let Rect { x, y, width, height } = area;
        self.clicks.0.borrow_mut().push(ClickArea { x, y, width, height, target });
    }

    /// Makes the lines of an area clickable: one line for each row, starting with row `first`.
    pub fn add_row_clicks(&self, area: Rect, first: usize, rows: usize) {
        for (line, row) in (area.top()..area.bottom()).zip(first..first + rows) {
            self.add_click(Rect { y: line, height: 1, ..area }, ClickTarget::Row(row));
        }
    }

    /// Makes the tabs in a line clickable. The line is drawn at the start of an area.
    pub fn add_tab_clicks(&self, line: &Line<'_>, labels: &[String], area: Rect) {
        let (mut x, mut next) = (area.x, 0);
        for span in &line.spans {
            let width = span.width() as u16;
            if let Some(offset) = labels[next..].iter().position(|label| *label == span.content) {
                self.add_click(Rect { x, width, ..area }, ClickTarget::Tab(next + offset));
                next += offset + 1;
            }
            x += width;
        }
    }

    /// Makes the buttons of [`dialog::buttons`] clickable, drawn in the first line of an area.
    pub fn add_button_clicks(&self, labels: &[&str], destructive: Option<usize>, area: Rect) {
        for (index, button) in dialog::button_areas(labels, destructive, area).into_iter().enumerate() {
            self.add_click(button, ClickTarget::Button(index));
        }
    }
}

/// Collects what can be clicked while a frame is drawn.
#[derive(Debug, Default)]
pub struct ClickAreas(RefCell<Vec<ClickArea>>);

impl ClickAreas {
    /// Keeps the areas that meet a condition.
    pub fn retain(&self, condition: impl FnMut(&ClickArea) -> bool) {
        self.0.borrow_mut().retain(condition);
    }

    /// Returns all areas.
    pub fn into_areas(self) -> Vec<ClickArea> {
        self.0.into_inner()
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
