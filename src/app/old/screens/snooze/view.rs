//! Until when rows are put off: each answer with the moment at which they come back, and what is doubtful about the
//! one that has the focus.

use ratatui::Frame;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::screens::snooze::Choice;
use crate::app::screens::snooze::Snooze;
use crate::app::shell::app::App;
use crate::domain::remark::Snooze as Until;
use crate::domain::text::{count, fit, visible, width};

use crate::app::screens::pending::detail_view::{day, moment};
use crate::ui::dialog;
use crate::ui::theme::Theme;

/// Draws it.
pub fn draw(snooze: &Snooze, state: &App, theme: &Theme, frame: &mut Frame<'_>) {
    let columns = dialog::room(62, frame);
    let room = columns as usize;
    let title = match &snooze.about {
        Some(address) => format!("Put off {}", fit(&visible(address), room.saturating_sub(10))),
        None => format!("Put off {} rows", count(snooze.rows())),
    };
    let names = snooze.choices.iter().map(|choice| width(choice.name)).max().unwrap_or(0);
    let beside = room.saturating_sub(names + 3);
    let line = |(at, choice): (usize, &Choice)| {
        let focused = at == snooze.at;
        let sign = if focused { "▌" } else { " " };
        let name = format!("{sign}{}{}", choice.name, " ".repeat(names - width(choice.name)));
        let when = match choice.until {
            Some(Until::Until(at)) => match moment(at, state) {
                full if width(&full) > beside => day(at, state),
                full => full,
            },
            _ => String::new(),
        };
        let style = if focused { theme.selected } else { Style::new() };
        let when = fit(&when, beside);
        Line::from(vec![Span::styled(name, style), Span::raw("  "), Span::styled(when, theme.quiet)])
    };
    let mut lines: Vec<Line<'static>> = snooze.choices.iter().enumerate().map(line).collect();
    lines.push(Line::default());
    lines.push(Line::styled(fit(&doubt(snooze), room), theme.soon));
    dialog::ask(&title, lines, columns, theme, frame);
}

/// What would be a surprise about the answer in hand.
fn doubt(snooze: &Snooze) -> String {
    let Some(until) = snooze.choice().and_then(|choice| choice.until) else { return String::new() };
    let of = |rows: usize, one: &str, many: &str| match (rows, snooze.rows()) {
        (_, 1) => format!("! It {one}."),
        (rows, all) => format!("! {} of {} {}.", count(rows), count(all), if rows == 1 { one } else { many }),
    };
    match (snooze.stay(until), snooze.expire_first(until)) {
        (0, 0) => String::new(),
        (0, dead) => of(dead, "expires before it comes back", "expire before they come back"),
        (stay, _) => of(stay, "stays: too near, or no expiry is known", "stay: too near, or no expiry known"),
    }
}
