//! The form of an export: which rows, in which format, and where to.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::{Export, Focus};
use crate::app::RenderContext;
use crate::app::model::export::Shown;
use crate::domain::export::Format;
use crate::domain::text::{plural, visible, width};
use crate::ui::wrap::end_of;
use crate::ui::{Theme, dialog, wrap};

/// Columns of the labels on the left.
const LABEL: usize = 8;

/// Draws the form.
pub fn draw(export: &Export, cx: &RenderContext<'_>, frame: &mut Frame<'_>) {
    let theme = cx.theme;
    let columns = dialog::room(70, frame);
    let mut lines: Vec<Line<'static>> = Vec::new();
    for (sentence, style) in sentences(&export.shown, theme) {
        lines.extend(wrap(&sentence, columns as usize).into_iter().map(|line| Line::styled(line, style)));
    }
    lines.push(Line::default());
    let formats: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
    let format = Format::ALL.iter().position(|format| *format == export.format).unwrap_or(0);
    lines.extend(choice("format", &formats, format, export.focus == Focus::Format, theme, columns as usize));
    let target = usize::from(export.to_clipboard);
    let targets = ["file", "clipboard"];
    lines.extend(choice("to", &targets, target, export.focus == Focus::Target, theme, columns as usize));
    let name_line = lines.len() as u16;
    if !export.to_clipboard {
        lines.push(name(export, theme, columns as usize));
    }
    if let Some(why) = &export.refused {
        lines.push(Line::default());
        let why = wrap(&visible(why), columns as usize);
        lines.extend(why.into_iter().map(|line| Line::styled(line, theme.bad)));
    }
    if cx.export.is_some() {
        lines.extend([Line::default(), Line::styled("Being written…", theme.quiet)]);
    }
    let inside = dialog::open("Export", columns, lines.len() as u16, theme, frame);
    // In a low window the fields have to be seen, whatever else does not fit.
    let hidden = (lines.len() as u16).saturating_sub(inside.height);
    frame.render_widget(Paragraph::new(lines).scroll((hidden, 0)), inside);
    if export.focus == Focus::Name && name_line >= hidden {
        place_cursor(export, inside, name_line - hidden, frame);
    }
}

fn sentences(shown: &Shown, theme: &Theme) -> Vec<(String, Style)> {
    let rows = plural(shown.order.len(), if shown.marked { "marked invite" } else { "invite" });
    let mut sentences = vec![(format!("{rows} as shown, in this order."), Style::new())];
    if shown.hidden > 0 {
        let hidden = plural(shown.hidden, "marked one");
        sentences.push((format!("{hidden} not shown: left out."), theme.soon));
    }
    if let Some(part) = &shown.part {
        sentences.push((format!("! The list is incomplete: {part} are loaded."), theme.soon));
    }
    sentences
}

/// Words of which one is chosen; those that do not fit go on in the next line.
fn choice(
    label: &str,
    words: &[&'static str],
    chosen: usize,
    focused: bool,
    theme: &Theme,
    columns: usize,
) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let mut spans = vec![labelled(label, focused, theme)];
    let mut used = LABEL;
    for (i, word) in words.iter().enumerate() {
        let (text, style) = match (i == chosen, focused) {
            (true, true) => (format!("[{word}]"), theme.selected),
            (true, false) => (format!("[{word}]"), theme.title),
            (false, _) => (format!(" {word} "), theme.quiet),
        };
        if used + width(&text) > columns {
            lines.push(Line::from(std::mem::take(&mut spans)));
            spans.push(Span::raw(" ".repeat(LABEL)));
            used = LABEL;
        }
        used += width(&text) + 1;
        spans.push(Span::styled(text, style));
        spans.push(Span::raw(" "));
    }
    lines.push(Line::from(spans));
    lines
}

fn labelled(label: &str, focused: bool, theme: &Theme) -> Span<'static> {
    Span::styled(format!("{label:<LABEL$}"), if focused { theme.title } else { theme.quiet })
}

/// The end of the name matters most, and the cursor is mostly there.
fn name(export: &Export, theme: &Theme, columns: usize) -> Line<'static> {
    let room = columns.saturating_sub(LABEL + 1);
    let text = end_of(&visible(export.name.text()), room);
    let missing = room.saturating_sub(width(&text));
    let text = format!("{text}{}", " ".repeat(missing));
    Line::from(vec![
        labelled("name", export.focus == Focus::Name, theme),
        Span::styled(text, Style::new().underlined()),
    ])
}

fn place_cursor(export: &Export, inside: Rect, line: u16, frame: &mut Frame<'_>) {
    let room = (inside.width as usize).saturating_sub(LABEL + 1);
    let before: String = export.name.text().chars().take(export.name.cursor()).collect();
    let all = width(&visible(export.name.text()));
    let column = width(&visible(&before)).saturating_sub(all.saturating_sub(room));
    let x = inside.x + (LABEL + column).min(inside.width.saturating_sub(1) as usize) as u16;
    if line < inside.height {
        frame.set_cursor_position(Position::new(x, inside.y + line));
    }
}
