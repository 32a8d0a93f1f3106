//! The menu of what can be copied, each with the beginning of its text.

use ratatui::Frame;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::screens::copy_menu::CopyMenu;
use crate::domain::text::{fit, width};

use crate::ui::dialog;
use crate::ui::theme::Theme;

/// Draws it.
pub fn draw(choose: &CopyMenu, theme: &Theme, frame: &mut Frame<'_>) {
    let columns = dialog::room(76, frame);
    let names = choose.choices.iter().map(|choice| width(choice.name)).max().unwrap_or(0);
    let line = |(i, choice): (usize, &crate::app::nav::Choice)| {
        let focused = i == choose.at;
        let sign = if focused { "▌" } else { " " };
        let name = format!("{sign}{}{}", choice.name, " ".repeat(names - width(choice.name)));
        // Cut before it is looked at: an answer is long.
        let start: String = choice.text.chars().take(columns as usize).collect();
        let text = fit(&start, (columns as usize).saturating_sub(names + 3));
        let style = if focused { theme.selected } else { Style::new() };
        Line::from(vec![Span::styled(name, style), Span::raw("  "), Span::styled(text, theme.quiet)])
    };
    let lines = choose.choices.iter().enumerate().map(line).collect();
    dialog::ask(&choose.title, lines, columns, theme, frame);
}
