//! The first step: the end of the list as far as it was pasted, and the field for a file's name.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::screens::import::Import;
use crate::app::screens::import::source::{Focus, Source};
use crate::domain::text::{fit, plural, visible, width};

use crate::app::screens::invite_form::view::field;
use crate::ui::dialog;
use crate::ui::theme::Theme;

const HINT: &str = "Paste a list: an address a line, Name <address>, or a table with its columns. Or name a \
                    file. Nothing is sent before you have seen what becomes of each.";

/// Draws it.
pub fn draw(many: &Import, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let source = &many.source;
    // In a low window the hint gives way.
    let hint_lines = if area.height >= 12 { 3 } else { 0 };
    let [hint, label, list, file, said, buttons] = Layout::vertical([
        Constraint::Length(hint_lines),
        Constraint::Length(1),
        Constraint::Min(1),
        Constraint::Length(1),
        Constraint::Length(2),
        Constraint::Length(1),
    ])
    .areas(area);
    frame.render_widget(
        Paragraph::new(crate::app::screens::import::view::wrapped(HINT, hint, theme.quiet)),
        hint,
    );
    let counted = if source.text.is_empty() { String::new() } else { plural(source.lines, "line") };
    let name = if source.focus == Focus::List { theme.title } else { theme.quiet };
    let head = Line::from(vec![Span::styled("list  ", name), Span::styled(counted, theme.quiet)]);
    frame.render_widget(Paragraph::new(head), label);
    draw_list(source, theme, list, frame);
    let name = if source.focus == Focus::File { theme.title } else { theme.quiet };
    frame.render_widget(Paragraph::new(Span::styled("file", name)), file);
    let after = Rect { x: file.x + 6, width: file.width.saturating_sub(6), ..file };
    field(&source.file, source.focus == Focus::File, after, frame);
    let words = match many.is_looking() {
        true => vec![Line::styled("reading…", theme.quiet)],
        false => crate::app::screens::import::view::said(many, theme, said),
    };
    frame.render_widget(Paragraph::new(words), said);
    let focus = if source.focus == Focus::GoOn { 0 } else { usize::MAX };
    let mut line = dialog::buttons(&["Go on"], focus, theme);
    line.push_span(Span::styled("looks at each of them", theme.quiet));
    frame.render_widget(Paragraph::new(line), buttons);
}

/// The end of the list, because that is where one types and what a paste has brought last.
fn draw_list(source: &Source, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let room = area.height as usize;
    let open = source.text.is_empty() || source.text.ends_with('\n');
    let lines = source.lines + usize::from(open);
    let numbers = lines.to_string().len();
    let first = lines.saturating_sub(room);
    let columns = (area.width as usize).saturating_sub(numbers + 2);
    let mut last: Vec<&str> = source.text.lines().rev().take(room).collect();
    last.reverse();
    if open {
        last.push("");
    }
    let skipped = last.len().saturating_sub(room);
    let last = &last[skipped..];
    let shown = last.iter().enumerate().map(|(nth, text)| {
        let number = format!("{:>numbers$} ", first + nth + 1);
        Line::from(vec![Span::styled(number, theme.quiet), Span::raw(fit(&visible(text), columns))])
    });
    frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()), area);
    if source.focus == Focus::List && room > 0 {
        let line = last.len().saturating_sub(1) as u16;
        let column = last.last().map_or(0, |text| width(&visible(text)).min(columns)) + numbers + 1;
        let x = area.x + (column as u16).min(area.width.saturating_sub(1));
        frame.set_cursor_position(Position::new(x, area.y + line));
    }
}
