//! Draws the import over the whole view: the frame with the step and the number of emails, and the step inside.

use ratatui::Frame;
use ratatui::layout::{Margin, Rect};
use ratatui::widgets::Clear;

use super::{message_view, review_view, source_view, suggestions_view};
use crate::app::screens::import::{ImportDialog, ImportStep};
use crate::app::{RenderContext, RenderMetrics};

/// Height of a view below which the import also covers the names of the views.
const LOW_VIEW: u16 = 12;

/// Draws the import and stores the number of visible rows in `metrics`. `view` is the area of the view behind it.
pub fn draw(
    import: &ImportDialog,
    cx: &RenderContext<'_>,
    view: Rect,
    metrics: &mut RenderMetrics,
    frame: &mut Frame<'_>,
) {
    let y = if view.height < LOW_VIEW { view.y.min(1) } else { view.y };
    let area = Rect { y, height: view.bottom() - y, ..view };
    frame.render_widget(Clear, area);
    match import.step {
        ImportStep::Source => source_view::draw(import, cx.theme, area, frame),
        ImportStep::Review | ImportStep::EditAddress => {
            metrics.text_height = review_view::draw(import, cx, area, frame);
        }
        ImportStep::Suggestions => metrics.text_height = suggestions_view::draw(import, cx, area, frame),
        ImportStep::Message => message_view::draw(import, cx.theme, area, frame),
    }
    if matches!(import.step, ImportStep::Source | ImportStep::Message) {
        // The button is in the last line inside the border.
        let inner = area.inner(Margin::new(2, 1));
        let last_line = Rect { y: inner.bottom().saturating_sub(1), height: 1, ..inner };
        cx.add_button_clicks(&["Continue"], None, last_line);
    }
}
