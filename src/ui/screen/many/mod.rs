//! A list of many in its three steps, in a box nearly as large as the window; a file each.

mod message;
mod source;
mod suggestions;
mod verdicts;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use crate::app::screen::Many;
use crate::app::screen::many::Place;
use crate::app::state::{Drawn, State};
use crate::domain::Now;
use crate::domain::text::visible;

use super::super::dialog;
use super::super::theme::Theme;
use super::super::wrap::wrap;

/// Draws it.
pub fn draw(many: &Many, state: &State, theme: &Theme, now: Now, drawn: &mut Drawn, frame: &mut Frame<'_>) {
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
        Place::Source => source::draw(many, theme, inside, frame),
        Place::Verdicts | Place::Correcting => {
            verdicts::draw(many, state, theme, now, inside, drawn, frame);
        }
        Place::Suggestions => suggestions::draw(many, state, theme, inside, drawn, frame),
        Place::Message => message::draw(many, theme, inside, frame),
    }
}

/// What there is to say about the last key, or else about the list as a whole.
fn said(many: &Many, theme: &Theme, area: Rect) -> Vec<Line<'static>> {
    match (&many.said, &many.unknown) {
        (Some(said), _) => wrapped(said, area, theme.soon),
        (None, Some(unknown)) => wrapped(unknown, area, theme.bad),
        (None, None) => Vec::new(),
    }
}

fn wrapped(text: &str, area: Rect, style: Style) -> Vec<Line<'static>> {
    let lines = wrap(&visible(text), area.width as usize);
    lines.into_iter().take(area.height as usize).map(|line| Line::styled(line, style)).collect()
}
