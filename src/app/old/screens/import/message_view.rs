//! The third step: the message with its placeholders, and how it reads for one entry.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::screens::import::Import;
use crate::app::screens::import::message::{Focus, preview};
use crate::domain::limits;
use crate::domain::list::checking::Judged;
use crate::domain::text::{count, fit, visible};

use crate::app::screens::invite_form::view::{field, label};
use crate::ui::dialog;
use crate::ui::theme::Theme;

/// Draws it.
pub fn draw(many: &Import, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let low = area.height < 14;
    let text_lines = if low { 2 } else { 4 };
    let [names, text, fills, head, shown, said, buttons] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(text_lines),
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Min(1),
        Constraint::Length(if low { 1 } else { 2 }),
        Constraint::Length(1),
    ])
    .areas(area);
    let focus = many.message.focus;
    let name = if focus == Focus::Text { theme.title } else { theme.quiet };
    frame.render_widget(Paragraph::new(Span::styled("Message for all", name)), names);
    field(&many.message.text, focus == Focus::Text, text, frame);
    let fillable: Vec<String> =
        many.sheet.placeholders().iter().map(|name| format!("{{{}}}", visible(name))).collect();
    let words = format!("filled from the list: {}", fillable.join(" "));
    frame.render_widget(Paragraph::new(Span::styled(fit(&words, fills.width as usize), theme.quiet)), fills);
    draw_preview(many, theme, head, shown, frame);
    frame.render_widget(Paragraph::new(crate::app::screens::import::view::said(many, theme, said)), said);
    let good = many.judged.iter().filter(|judged| judged.is_good()).count();
    let mut line = dialog::buttons(&["Go on"], if focus == Focus::GoOn { 0 } else { usize::MAX }, theme);
    line.push_span(Span::styled(format!("a plan of {}, which asks once more", count(good)), theme.quiet));
    frame.render_widget(Paragraph::new(line), buttons);
}

/// The message as the selected entry would get it, and what is wrong with that.
fn draw_preview(many: &Import, theme: &Theme, head: Rect, area: Rect, frame: &mut Frame<'_>) {
    let entry = many.sheet.entries.get(many.lines.cursor);
    let (Some(entry), Some((text, unfit))) = (entry, preview(many)) else { return };
    let letters = text.chars().count();
    let style = if letters > limits::MESSAGE { theme.bad } else { theme.quiet };
    let left_out = !many.judged.get(many.lines.cursor).is_some_and(Judged::is_good);
    let not = if left_out { ", who gets none" } else { "" };
    let room = (head.width as usize).saturating_sub(10);
    let name = fit(&format!("For line {}, {}{not}", count(entry.line), visible(&entry.email)), room);
    let focused = many.message.focus == Focus::Entry;
    label(&name, focused, letters, limits::MESSAGE, style, theme, head, frame);
    let mut lines: Vec<Line<'static>> = Vec::new();
    if let Some(unfit) = unfit {
        lines.extend(crate::app::screens::import::view::wrapped(&format!("! {unfit}"), area, theme.bad));
    }
    let empty = "(no message: the e-mail goes out without one)";
    match text.is_empty() {
        true => lines.extend(crate::app::screens::import::view::wrapped(empty, area, theme.quiet)),
        false => lines.extend(crate::app::screens::import::view::wrapped(&text, area, Style::new())),
    }
    frame.render_widget(Paragraph::new(lines), area);
}
