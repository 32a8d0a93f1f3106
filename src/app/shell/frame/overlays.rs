//! What lies in front of the table, and the table itself, one file a screen: the twins of `app::screen`.

use ratatui::Frame;

use crate::app::model::render_metrics::Drawn;
use crate::app::shell::app::State;
use crate::app::shell::stack::Screen;
use crate::domain::Now;

use crate::ui::theme::Theme;

/// Draws the screen that is in front.
pub fn draw_in_front(
    screen: &Screen,
    state: &State,
    theme: &Theme,
    now: Now,
    drawn: &mut Drawn,
    frame: &mut Frame<'_>,
) {
    match screen {
        // They are a part of the body, and drawn with it.
        Screen::Detail(_) | Screen::Call(_) | Screen::Forecast(_) => {}
        Screen::Filter(filter) => {
            crate::app::screens::filter::view::place_cursor(filter, state, theme, frame)
        }
        Screen::Create(create) => {
            crate::app::screens::invite_form::view::draw(create, state, theme, now, frame)
        }
        Screen::Confirm(confirm) => {
            crate::app::screens::confirm::view::draw(confirm, state, theme, now, drawn, frame)
        }
        Screen::Question(question) => crate::app::screens::prompt::view::draw(*question, state, theme, frame),
        Screen::Triage(triage) => {
            crate::app::screens::triage::view::draw(triage, state, theme, now, drawn, frame)
        }
        Screen::Many(many) => crate::app::screens::import::view::draw(many, state, theme, now, drawn, frame),
        Screen::Palette(palette) => crate::app::screens::palette::view::draw(palette, state, theme, frame),
        Screen::Text(text) => crate::app::screens::pager::view::draw(*text, state, theme, drawn, frame),
        Screen::Choose(choose) => crate::app::screens::copy_menu::view::draw(choose, theme, frame),
        Screen::Lift(lift) => crate::app::screens::unlock::view::draw(lift, state, theme, frame),
        Screen::Note(note) => crate::app::screens::note::view::draw(note, state, theme, frame),
        Screen::Snooze(snooze) => crate::app::screens::snooze::view::draw(snooze, state, theme, frame),
        Screen::Columns(columns) => crate::app::screens::columns::view::draw(*columns, state, theme, frame),
        Screen::Tenancies(tenancies) => {
            crate::app::screens::switch_profile::view::draw(*tenancies, state, theme, frame)
        }
        Screen::Export(export) => crate::app::screens::export::view::draw(export, state, theme, frame),
    }
}
