//! What lies in front of the table, and the table itself, one file a screen: the twins of `app::screen`.

pub mod changed;
mod choose;
mod columns;
mod confirm;
mod create;
pub mod detail;
mod export;
pub mod filter;
pub mod forecast;
pub mod journal;
mod lift;
mod many;
mod note;
mod palette;
pub mod pending;
pub mod plan;
pub mod problems;
mod question;
pub mod requests;
mod snooze;
mod tenancies;
mod text;
mod triage;
mod widths;

use ratatui::Frame;

use crate::app::screen::Screen;
use crate::app::state::{Drawn, State};
use crate::domain::Now;

use super::theme::Theme;

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
        Screen::Filter(filter) => filter::place_cursor(filter, state, theme, frame),
        Screen::Create(create) => create::draw(create, state, theme, now, frame),
        Screen::Confirm(confirm) => confirm::draw(confirm, state, theme, now, drawn, frame),
        Screen::Question(question) => question::draw(*question, state, theme, frame),
        Screen::Triage(triage) => triage::draw(triage, state, theme, now, drawn, frame),
        Screen::Many(many) => many::draw(many, state, theme, now, drawn, frame),
        Screen::Palette(palette) => palette::draw(palette, state, theme, frame),
        Screen::Text(text) => text::draw(*text, state, theme, drawn, frame),
        Screen::Choose(choose) => choose::draw(choose, theme, frame),
        Screen::Lift(lift) => lift::draw(lift, state, theme, frame),
        Screen::Note(note) => note::draw(note, state, theme, frame),
        Screen::Snooze(snooze) => snooze::draw(snooze, state, theme, frame),
        Screen::Columns(columns) => columns::draw(*columns, state, theme, frame),
        Screen::Tenancies(tenancies) => tenancies::draw(*tenancies, state, theme, frame),
        Screen::Export(export) => export::draw(export, state, theme, frame),
    }
}
