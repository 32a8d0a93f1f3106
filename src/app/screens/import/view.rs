//! A list of many in its three steps, in a box nearly as large as the window; a file each.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use crate::app::model::render_metrics::RenderMetrics;
use crate::app::screens::import::Import;
use crate::app::screens::import::Place;
use crate::app::shell::app::App;
use crate::domain::Now;
use crate::domain::text::visible;

use crate::ui::dialog;
use crate::ui::theme::Theme;
use crate::ui::wrap::wrap;

/// Draws it.
pub fn draw(
    many: &Import,
    state: &App,
    theme: &Theme,
    now: Now,
    drawn: &mut RenderMetrics,
    frame: &mut Frame<'_>,
) {
    let title = match many.place {
        Place::Source => "Many at once · 1 of 3: the list",
        Place::Verdicts | Place::Correcting => "Many at once · 2 of 3: what is known of each",
        Place::Suggestions => "Many at once · take all suggestions?",
        Place::Message => "Many at once · 3 of 3: the message",
    };
    let columns = dialog::room(110, frame);
    // The footer stays in sight.
    let lines = frame.area().height.saturating_sub(4);
    let inside = dialog::open(title, columns, lines, theme, frame);
    match many.place {
        Place::Source => crate::app::screens::import::source_view::draw(many, theme, inside, frame),
        Place::Verdicts | Place::Correcting => {
            crate::app::screens::import::review_view::draw(many, state, theme, now, inside, drawn, frame);
        }
        Place::Suggestions => {
            crate::app::screens::import::suggestions_view::draw(many, state, theme, inside, drawn, frame)
        }
        Place::Message => crate::app::screens::import::message_view::draw(many, theme, inside, frame),
    }
}

/// What there is to say about the last key, or else about the list as a whole.
pub(crate) fn said(many: &Import, theme: &Theme, area: Rect) -> Vec<Line<'static>> {
    match (&many.said, &many.unknown) {
        (Some(said), _) => wrapped(said, area, theme.soon),
        (None, Some(unknown)) => wrapped(unknown, area, theme.bad),
        (None, None) => Vec::new(),
    }
}

pub(crate) fn wrapped(text: &str, area: Rect, style: Style) -> Vec<Line<'static>> {
    let lines = wrap(&visible(text), area.width as usize);
    lines.into_iter().take(area.height as usize).map(|line| Line::styled(line, style)).collect()
}
