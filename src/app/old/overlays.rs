//! What lies in front of the table, and the table itself, one file a screen: the twins of `app::screen`.

use ratatui::Frame;

use crate::app::model::render_metrics::RenderMetrics;
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::domain::Now;

use crate::ui::theme::Theme;

/// Draws the screen that is in front.
pub fn draw_in_front(
    screen: &Overlay,
    state: &App,
    theme: &Theme,
    now: Now,
    drawn: &mut RenderMetrics,
    frame: &mut Frame<'_>,
) {
    match screen {
        // They are a part of the body, and drawn with it.
        Overlay::Detail(_) | Overlay::RequestDetail(_) | Overlay::Forecast(_) => {}
        Overlay::Filter(filter) => {
            crate::app::screens::filter::view::place_cursor(filter, state, theme, frame)
        }
        Overlay::InviteForm(create) => {
            crate::app::screens::invite_form::view::draw(create, state, theme, now, frame)
        }
        Overlay::Confirm(confirm) => {
            crate::app::screens::confirm::view::draw(confirm, state, theme, now, drawn, frame)
        }
        Overlay::Prompt(question) => crate::app::screens::prompt::view::draw(*question, state, theme, frame),
        Overlay::Triage(triage) => {
            crate::app::screens::triage::view::draw(triage, state, theme, now, drawn, frame)
        }
        Overlay::Import(many) => {
            crate::app::screens::import::view::draw(many, state, theme, now, drawn, frame)
        }
        Overlay::Palette(palette) => crate::app::screens::palette::view::draw(palette, state, theme, frame),
        Overlay::Pager(text) => crate::app::screens::pager::view::draw(*text, state, theme, drawn, frame),
        Overlay::CopyMenu(choose) => crate::app::screens::copy_menu::view::draw(choose, theme, frame),
        Overlay::Unlock(lift) => crate::app::screens::unlock::view::draw(lift, state, theme, frame),
        Overlay::Note(note) => crate::app::screens::note::view::draw(note, state, theme, frame),
        Overlay::Snooze(snooze) => crate::app::screens::snooze::view::draw(snooze, state, theme, frame),
        Overlay::Columns(columns) => crate::app::screens::columns::view::draw(*columns, state, theme, frame),
        Overlay::SwitchProfile(tenancies) => {
            crate::app::screens::switch_profile::view::draw(*tenancies, state, theme, frame)
        }
        Overlay::Export(export) => crate::app::screens::export::view::draw(export, state, theme, frame),
    }
}
