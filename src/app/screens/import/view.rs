//! An import in its three steps, in a box nearly as large as the window.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::screens::import::source::Source;
use crate::app::screens::import::{Import, Stage, message, review_view, source};
use crate::app::{RenderContext, RenderMetrics};
use crate::domain::limits;
use crate::domain::list::checking::Judged;
use crate::domain::text::{count, fit, fit_middle, plural, visible, width};
use crate::keys::{Action, KeyContext};
use crate::ui::text_field::{Counter, field, label};
use crate::ui::{Theme, dialog, list, wrap};

const HINT: &str = "Paste a list: an address a line, Name <address>, or a table with its columns. Or name a \
                    file. Nothing is sent before you have seen what becomes of each.";

/// Draws the import, and notes how many lines there is room for.
pub fn draw(it: &Import, cx: &RenderContext<'_>, metrics: &mut RenderMetrics, frame: &mut Frame<'_>) {
    let title = match it.stage {
        Stage::Source => "Many at once · 1 of 3: the list",
        Stage::Review | Stage::Correction => "Many at once · 2 of 3: what is known of each",
        Stage::Suggestions => "Many at once · take all suggestions?",
        Stage::Message => "Many at once · 3 of 3: the message",
    };
    let columns = dialog::room(110, frame);
    // The footer stays in sight.
    let lines = frame.area().height.saturating_sub(4);
    let inside = dialog::open(title, columns, lines, cx.theme, frame);
    match it.stage {
        Stage::Source => draw_source(it, cx.theme, inside, frame),
        Stage::Review | Stage::Correction => review_view::draw(it, cx, inside, metrics, frame),
        Stage::Suggestions => draw_suggestions(it, cx, inside, metrics, frame),
        Stage::Message => draw_message(it, cx.theme, inside, frame),
    }
}

/// What there is to say about the last key, or else about the list as a whole.
pub(super) fn said(it: &Import, theme: &Theme, area: Rect) -> Vec<Line<'static>> {
    match (&it.said, &it.unknown) {
        (Some(said), _) => wrapped(said, area, theme.soon),
        (None, Some(unknown)) => wrapped(unknown, area, theme.bad),
        (None, None) => Vec::new(),
    }
}

pub(super) fn wrapped(text: &str, area: Rect, style: Style) -> Vec<Line<'static>> {
    let lines = wrap(&visible(text), area.width as usize);
    lines.into_iter().take(area.height as usize).map(|line| Line::styled(line, style)).collect()
}

/// The style of the name of a field.
fn name_style(has_focus: bool, theme: &Theme) -> Style {
    if has_focus { theme.title } else { theme.quiet }
}

/// The first step: the end of the list as far as it was pasted, and the field for a file's name.
fn draw_source(it: &Import, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let source = &it.source;
    // In a low window the hint gives way.
    let hint_lines = if area.height >= 12 { 3 } else { 0 };
    let [hint, label, list, file, below, buttons] = Layout::vertical([
        Constraint::Length(hint_lines),
        Constraint::Length(1),
        Constraint::Min(1),
        Constraint::Length(1),
        Constraint::Length(2),
        Constraint::Length(1),
    ])
    .areas(area);
    frame.render_widget(Paragraph::new(wrapped(HINT, hint, theme.quiet)), hint);
    let counted = if source.text.is_empty() { String::new() } else { plural(source.lines, "line") };
    let name = name_style(source.focus == source::Focus::List, theme);
    let head = Line::from(vec![Span::styled("list  ", name), Span::styled(counted, theme.quiet)]);
    frame.render_widget(Paragraph::new(head), label);
    draw_list(source, theme, list, frame);
    let name = name_style(source.focus == source::Focus::File, theme);
    frame.render_widget(Paragraph::new(Span::styled("file", name)), file);
    let after = Rect { x: file.x + 6, width: file.width.saturating_sub(6), ..file };
    field(&source.file, source.focus == source::Focus::File, after, frame);
    let words = match it.is_looking() {
        true => vec![Line::styled("reading…", theme.quiet)],
        false => said(it, theme, below),
    };
    frame.render_widget(Paragraph::new(words), below);
    let focus = if source.focus == source::Focus::GoOn { 0 } else { usize::MAX };
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
    if source.focus == source::Focus::List && room > 0 {
        let line = last.len().saturating_sub(1) as u16;
        let column = last.last().map_or(0, |text| width(&visible(text)).min(columns)) + numbers + 1;
        let x = area.x + (column as u16).min(area.width.saturating_sub(1));
        frame.set_cursor_position(Position::new(x, area.y + line));
    }
}

/// All suggestions at once: what stands in the list, and what would take its place.
fn draw_suggestions(
    it: &Import,
    cx: &RenderContext<'_>,
    area: Rect,
    metrics: &mut RenderMetrics,
    frame: &mut Frame<'_>,
) {
    let theme = cx.theme;
    let [rows, keys] = Layout::vertical([Constraint::Min(1), Constraint::Length(1)]).areas(area);
    metrics.text_height = rows.height as usize;
    let found = it.suggestions();
    let top = it.suggested.top_for(found.len(), rows.height as usize);
    let numbers = it.sheet.entries.last().map_or(1, |entry| entry.line.to_string().len());
    let room = (rows.width as usize).saturating_sub(numbers + 6) / 2;
    let shown = found.iter().enumerate().skip(top).take(rows.height as usize).map(|(place, (at, email))| {
        let entry = it.sheet.entries.get(*at);
        let (line, written) = entry.map_or((0, ""), |entry| (entry.line, entry.email.as_str()));
        Line::from(vec![
            Span::raw(list::sign(place == it.suggested.cursor)),
            Span::styled(format!("{line:>numbers$} "), theme.quiet),
            Span::raw(fit_middle(&visible(written), room)),
            Span::styled(" → ", theme.quiet),
            Span::styled(fit_middle(&visible(email), room), theme.good),
        ])
    });
    frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()), rows);
    let key = |action| cx.key(KeyContext::Many, action);
    let words = format!("{} takes all {}, {} none.", key(Action::Accept), found.len(), key(Action::Back));
    frame.render_widget(Paragraph::new(Span::styled(fit(&words, keys.width as usize), theme.soon)), keys);
}

/// The third step: the message with its placeholders, and how it reads for one entry.
fn draw_message(it: &Import, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let low = area.height < 14;
    let text_lines = if low { 2 } else { 4 };
    let [names, text, fills, head, shown, below, buttons] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(text_lines),
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Min(1),
        Constraint::Length(if low { 1 } else { 2 }),
        Constraint::Length(1),
    ])
    .areas(area);
    let focus = it.message.focus;
    let name = name_style(focus == message::Focus::Text, theme);
    frame.render_widget(Paragraph::new(Span::styled("Message for all", name)), names);
    field(&it.message.text, focus == message::Focus::Text, text, frame);
    let fillable: Vec<String> =
        it.sheet.placeholders().iter().map(|name| format!("{{{}}}", visible(name))).collect();
    let words = format!("filled from the list: {}", fillable.join(" "));
    frame.render_widget(Paragraph::new(Span::styled(fit(&words, fills.width as usize), theme.quiet)), fills);
    draw_preview(it, theme, head, shown, frame);
    frame.render_widget(Paragraph::new(said(it, theme, below)), below);
    let good = it.judged.iter().filter(|judged| judged.is_good()).count();
    let focus = if focus == message::Focus::GoOn { 0 } else { usize::MAX };
    let mut line = dialog::buttons(&["Go on"], focus, theme);
    line.push_span(Span::styled(format!("a plan of {}, which asks once more", count(good)), theme.quiet));
    frame.render_widget(Paragraph::new(line), buttons);
}

/// The message as the selected entry would get it, and what is wrong with that.
fn draw_preview(it: &Import, theme: &Theme, head: Rect, area: Rect, frame: &mut Frame<'_>) {
    let entry = it.sheet.entries.get(it.lines.cursor);
    let (Some(entry), Some((text, unfit))) = (entry, it.preview()) else { return };
    let (used, limit) = (text.chars().count(), limits::MESSAGE);
    let style = if used > limit { theme.bad } else { theme.quiet };
    let left_out = !it.judged.get(it.lines.cursor).is_some_and(Judged::is_good);
    let not = if left_out { ", who gets none" } else { "" };
    let room = (head.width as usize).saturating_sub(10);
    let name = fit(&format!("For line {}, {}{not}", count(entry.line), visible(&entry.email)), room);
    let has_focus = it.message.focus == message::Focus::Entry;
    label(&name, has_focus, Counter { used, limit, style }, theme, head, frame);
    let mut lines: Vec<Line<'static>> = Vec::new();
    if let Some(unfit) = unfit {
        lines.extend(wrapped(&format!("! {unfit}"), area, theme.bad));
    }
    let empty = "(no message: the e-mail goes out without one)";
    match text.is_empty() {
        true => lines.extend(wrapped(empty, area, theme.quiet)),
        false => lines.extend(wrapped(&text, area, Style::new())),
    }
    frame.render_widget(Paragraph::new(lines), area);
}
