//! The calls that were made, a line each, and one of them in full with the curl line that would repeat it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Padding, Paragraph};

use crate::app::model::render_metrics::RenderMetrics;
use crate::app::model::request_log::{ANSWERS_KEPT, LoggedRequest};
use crate::app::screens::requests::RequestDetail;
use crate::app::screens::requests::{answer_lines, curl_line};
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::domain::text::{count, fit, fit_middle, plural, visible, width};
use crate::domain::{CallRecord, limits};

use crate::app::screens::pending::detail_view::time_of_day;
use crate::ui::theme::Theme;
use crate::ui::wrap::wrap;

/// From so many columns on there is room for the request id.
const WIDE: usize = 100;
/// Below so many, time and duration go.
const NARROW: usize = 60;
/// Columns of a request id in the list.
const ID: usize = 20;

/// Draws the list, or the call that was opened in its place: what is said below stays in sight.
pub fn draw(state: &App, theme: &Theme, area: Rect, frame: &mut Frame<'_>) -> RenderMetrics {
    let opened = state.screens.iter().find_map(|screen| match screen {
        Overlay::RequestDetail(call) => Some(*call),
        _ => None,
    });
    match opened {
        Some(call) => draw_call(call, state, theme, area, frame),
        None => draw_list(state, theme, area, frame),
    }
}

fn draw_list(state: &App, theme: &Theme, area: Rect, frame: &mut Frame<'_>) -> RenderMetrics {
    let rows = area.height.saturating_sub(3) as usize;
    let title = match &state.model.request_log.only {
        Some(only) => format!(" Requests of {} ", fit(&only.email, (area.width as usize).saturating_sub(16))),
        None => " Requests ".to_owned(),
    };
    let block = Block::bordered()
        .border_style(theme.quiet)
        .title(Span::styled(title, theme.title))
        .title_bottom(Line::styled(place(state), theme.quiet));
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let columns = inner.width as usize;
    let mut lines = vec![Line::styled(heads(columns), theme.title)];
    let cursor = state.model.request_log.cursor();
    let window =
        state.model.request_log.shown().enumerate().skip(state.model.request_log.top_for(rows)).take(rows);
    lines.extend(window.map(|(line, kept)| row(kept, line == cursor, state, theme, columns)));
    if lines.len() == 1 {
        lines.push(Line::default());
        let words = if state.model.request_log.only.is_some() {
            "   No call that names it was made since guestlist was started."
        } else {
            "   No call was made yet."
        };
        lines.extend(wrap(words, columns).into_iter().map(|line| Line::styled(line, theme.quiet)));
    }
    frame.render_widget(Paragraph::new(lines), inner);
    RenderMetrics { text_height: rows, ..state.model.metrics }
}

/// "─ 3 of 120 calls ", and how many are kept at the most when that many were made.
fn place(state: &App) -> String {
    let (all, shown) = (state.model.request_log.len(), state.model.request_log.shown().count());
    if shown == 0 {
        return String::new();
    }
    let of = if shown == all { String::new() } else { format!(" of {}", count(all)) };
    let newest = if all >= crate::app::model::request_log::KEPT { "newest " } else { "" };
    let calls = format!("{}{of} {newest}call{}", count(shown), if all == 1 { "" } else { "s" });
    format!("─ {} / {calls} ", count(state.model.request_log.cursor() + 1))
}

fn heads(columns: usize) -> String {
    let (path, id) = (path_room(columns), if columns >= WIDE { "  request id" } else { "" });
    match columns < NARROW {
        true => format!("   {:<6} {:<9} path", "verb", "status"),
        false => {
            format!("   {:<8} {:<6} {:<9} {:>9}  {:<path$}{id}", "time", "verb", "status", "took", "path")
        }
    }
}

fn path_room(columns: usize) -> usize {
    match columns {
        narrow if narrow < NARROW => narrow.saturating_sub(20),
        wide if wide >= WIDE => wide.saturating_sub(40 + 2 + ID),
        usual => usual.saturating_sub(40),
    }
}

fn row(kept: &LoggedRequest, selected: bool, state: &App, theme: &Theme, columns: usize) -> Line<'static> {
    let call = &kept.call;
    let (sign, style) = if call.failed() { ("✗", theme.bad) } else { (" ", Style::new()) };
    let bar = if selected { "▌" } else { " " };
    let path = fit_middle(&short_path(&call.path, state), path_room(columns));
    let missing = path_room(columns).saturating_sub(width(&path));
    let status = format!("{:<9}", status(call));
    let verb = format!("{:<6} ", call.method.as_str());
    let mut spans = vec![Span::styled(format!("{bar}{sign} "), style)];
    let took = format!(" {:>9}  ", took(call));
    if columns >= NARROW {
        spans.push(Span::styled(format!("{} ", time_of_day(state, call.at)), theme.quiet));
    }
    spans.extend([Span::raw(verb), Span::styled(status, style)]);
    spans.push(if columns >= NARROW { Span::styled(took, theme.quiet) } else { Span::raw(" ") });
    let path_style = if selected { theme.selected } else { Style::new() };
    spans.push(Span::styled(format!("{path}{}", " ".repeat(missing)), path_style));
    if columns >= WIDE {
        let id = fit(call.request_id.as_deref().unwrap_or_default(), ID);
        spans.push(Span::styled(format!("  {id}"), theme.quiet));
    }
    Line::from(spans)
}

/// The base path is the same in all of them, and what follows it matters.
fn short_path(path: &str, state: &App) -> String {
    let base = state.model.session.as_ref().map_or("", |session| session.base_path.as_str());
    match path.strip_prefix(base).filter(|_| !base.is_empty()) {
        Some(rest) => format!("…/{}{rest}", base.rsplit('/').next().unwrap_or_default()),
        None => path.to_owned(),
    }
}

fn status(call: &CallRecord) -> String {
    call.status.map_or("no answer".to_owned(), |status| status.to_string())
}

fn took(call: &CallRecord) -> String {
    format!("{} ms", count(call.took.as_millis() as usize))
}

fn draw_call(
    call: RequestDetail,
    state: &App,
    theme: &Theme,
    area: Rect,
    frame: &mut Frame<'_>,
) -> RenderMetrics {
    let block = Block::bordered()
        .border_style(theme.quiet)
        .title(Span::styled(" Request ", theme.title))
        .padding(Padding::horizontal(1));
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let lines = match state.model.request_log.get(call.number) {
        Some(kept) => call_lines(kept, state, theme, inside.width as usize),
        None => vec![Line::styled("So many calls were made since that this one is not kept.", theme.quiet)],
    };
    let text_height = inside.height as usize;
    let scroll_limit = lines.len().saturating_sub(text_height);
    let shown: Vec<_> = lines.into_iter().skip(call.scroll.min(scroll_limit)).take(text_height).collect();
    frame.render_widget(Paragraph::new(shown), inside);
    RenderMetrics { text_height, scroll_limit, ..state.model.metrics }
}

fn call_lines(kept: &LoggedRequest, state: &App, theme: &Theme, columns: usize) -> Vec<Line<'static>> {
    let call = &kept.call;
    let mut text = Text { lines: Vec::new(), columns };
    text.push(&format!("{} {}", call.method.as_str(), visible(&call.path)), theme.title);
    let sign = if call.failed() { "✗ " } else { "" };
    let status = match call.status {
        Some(status) => format!("{sign}status {status}"),
        None => format!("{sign}no answer"),
    };
    let head = format!("{status} · {} · sent {}", took(call), time_of_day(state, call.at));
    text.push(&head, if call.failed() { theme.bad } else { Style::new() });
    if let Some(id) = &call.request_id {
        text.push(&format!("request id {}", visible(id)), theme.quiet);
    }
    if let Some(note) = &call.note {
        text.push(&visible(note), theme.soon);
    }
    if let Some(asked) = &call.asked {
        text.head("Asked", theme);
        answer_lines(asked).iter().for_each(|line| text.push(line, Style::new()));
    }
    text.head("The same call from a shell", theme);
    text.push(&visible(&curl_line(state, kept)), Style::new());
    text.head("Answered", theme);
    if kept.answer_gone {
        let words = format!("Not kept: only the newest {} are.", plural(ANSWERS_KEPT, "answer"));
        text.push(&words, theme.quiet);
    } else if call.answered.is_empty() {
        text.push("nothing", theme.quiet);
    }
    if call.answered.len() + 4 > limits::KEPT_BODY_BYTES {
        let words = format!("Of a long answer the first {} KB are kept:", limits::KEPT_BODY_BYTES / 1024);
        text.push(&words, theme.quiet);
    }
    if !call.answered.is_empty() {
        answer_lines(&call.answered).iter().for_each(|line| text.push(line, Style::new()));
    }
    text.lines
}

/// Lines that are wrapped as they come.
struct Text {
    lines: Vec<Line<'static>>,
    columns: usize,
}

impl Text {
    fn push(&mut self, text: &str, style: Style) {
        self.lines.extend(wrap(text, self.columns).into_iter().map(|line| Line::styled(line, style)));
    }

    fn head(&mut self, words: &'static str, theme: &Theme) {
        self.lines.extend([Line::default(), Line::styled(words, theme.title)]);
    }
}
