//! Draws one frame: header, view, notifications, footer and overlay.
//!
//! Drawing never changes the state. It returns measured sizes as `RenderMetrics`.

mod header;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Clear, Paragraph};

use crate::app::render::status_lines;
use crate::app::screen::ScreenPart;
use crate::app::screens::{
    changes, columns, confirm, copy_menu, domains, export, filter, import, invite_form, journal, note, pager,
    palette, pending, plans, problems, prompt, requests, snooze, switch_profile, triage, unlock,
};
use crate::app::{App, Hint, Overlay, PromptKind, RenderContext, RenderMetrics, View};
use crate::domain::Now;
use crate::domain::text::width;
use crate::keys::{Action, KeyContext};
use crate::ui::{Lines, Theme, ascii, dialog, wrap};

/// Minimum window width.
pub const MIN_WINDOW_WIDTH: u16 = 40;
/// Minimum window height.
pub const MIN_WINDOW_HEIGHT: u16 = 10;

/// Minimum window height in which a line for messages and progress is always free.
const MIN_HEIGHT_WITH_STATUS_LINE: u16 = 16;

/// Draws the whole screen.
pub fn draw(app: &App, theme: &Theme, now: Now, frame: &mut Frame<'_>) -> RenderMetrics {
    let metrics = draw_parts(app, theme, now, frame);
    if app.model.options.ascii {
        ascii::convert(frame.buffer_mut());
    }
    metrics
}

fn draw_parts(app: &App, theme: &Theme, now: Now, frame: &mut Frame<'_>) -> RenderMetrics {
    let area = frame.area();
    if area.width < MIN_WINDOW_WIDTH || area.height < MIN_WINDOW_HEIGHT {
        return draw_too_small(app, area, frame);
    }
    let cx = RenderContext { model: &app.model, theme, now, columns: area.width as usize };
    let filter_lines = filter_lines(app, &cx, (area.width as usize).saturating_sub(2));
    let status_height = u16::from(area.height >= MIN_HEIGHT_WITH_STATUS_LINE);
    let [header_area, view_area, status_area, filter_area, footer_area] = Layout::vertical([
        Constraint::Length(header::height(app)),
        Constraint::Min(5),
        Constraint::Length(status_height),
        Constraint::Length(filter_lines.len() as u16),
        Constraint::Length(1),
    ])
    .areas(area);
    header::draw(app, theme, now, header_area, frame);
    let mut metrics = draw_view(app, &cx, view_area, frame);
    if app.views.current != View::Pending {
        // While another view is shown the table keeps its height, so scroll position and page size stay.
        metrics.table_height = app.model.metrics.table_height;
    }
    metrics.view = Some(app.views.current);
    metrics.too_small = false;
    if app.overlays.last().is_some_and(|overlay| !matches!(overlay, Overlay::Filter(_))) {
        dim(header_area, view_area, theme, frame.buffer_mut());
    }
    let status_lines = status_lines::lines(&cx, app.top_screen().key_context(), area.width);
    draw_status_lines(&status_lines, status_area, frame);
    frame.render_widget(Paragraph::new(filter_lines), filter_area);
    draw_footer(app, theme, footer_area, frame);
    match (app.overlays.last(), app.views.current) {
        (Some(overlay), _) => draw_overlay(overlay, &cx, &mut metrics, frame),
        (None, View::Journal) => journal::view::place_cursor(&app.views.journal, &cx, frame),
        (None, _) => {}
    }
    metrics
}

/// Dims the header and the view behind a dialog. A list without the focus shows only the sign of its selected row.
///
/// Badges and the current tab stay: they name what the dialog is about.
fn dim(header: Rect, view: Rect, theme: &Theme, buffer: &mut Buffer) {
    for position in header.positions().chain(view.positions()) {
        let cell = &mut buffer[position];
        let is_block = cell.bg != Color::Reset || cell.modifier.contains(Modifier::REVERSED);
        if !is_block || !header.contains(position) {
            cell.set_style(Style::reset().patch(theme.backdrop));
        }
    }
}

/// Draws the status lines. More lines than fit cover the bottom of the view, so that no message moves the list.
fn draw_status_lines(lines: &[Line<'_>], area: Rect, frame: &mut Frame<'_>) {
    let height = lines.len() as u16;
    let area = Rect { y: area.bottom().saturating_sub(height), height, ..area };
    frame.render_widget(Clear, area);
    dialog::draw_lines(lines, area, frame);
}

fn draw_view(app: &App, cx: &RenderContext<'_>, area: Rect, frame: &mut Frame<'_>) -> RenderMetrics {
    let views = &app.views;
    match views.current {
        View::Pending => pending::view::draw(&views.pending, cx, area, frame),
        View::Plans => plans::view::draw(&views.plans, cx, area, frame),
        View::Changes => changes::view::draw(&views.changes, cx, area, frame),
        View::Problems => problems::view::draw(&views.problems, cx, area, frame),
        View::Journal => journal::view::draw(&views.journal, cx, area, frame),
        View::Requests => requests::view::draw(&views.requests, cx, area, frame),
    }
}

/// Returns the lines of the current filter, or of the filter being typed.
fn filter_lines(app: &App, cx: &RenderContext<'_>, columns: usize) -> Lines {
    match (app.overlays.last(), app.views.current) {
        (Some(Overlay::Filter(typed)), _) => filter::view::filter_lines(Some(typed), cx, columns),
        (_, View::Journal) => journal::view::search_lines(&app.views.journal, cx, columns),
        (_, View::Pending) => filter::view::filter_lines(None, cx, columns),
        _ => Vec::new(),
    }
}

fn draw_overlay(
    overlay: &Overlay,
    cx: &RenderContext<'_>,
    metrics: &mut RenderMetrics,
    frame: &mut Frame<'_>,
) {
    match overlay {
        Overlay::Columns(overlay) => columns::view::draw(overlay, cx, frame),
        Overlay::Confirm(overlay) => metrics.text_height = confirm::view::draw(overlay, cx, frame),
        Overlay::CopyMenu(overlay) => copy_menu::view::draw(overlay, cx, frame),
        Overlay::Domains(overlay) => domains::view::draw(overlay, cx, frame),
        Overlay::Export(overlay) => export::view::draw(overlay, cx, frame),
        Overlay::Filter(overlay) => filter::view::place_cursor(overlay, cx, frame),
        Overlay::Import(overlay) => import::view::draw(overlay, cx, metrics, frame),
        Overlay::InviteForm(overlay) => invite_form::view::draw(overlay, cx, frame),
        Overlay::Note(overlay) => note::view::draw(overlay, cx, frame),
        Overlay::Pager(overlay) => pager::view::draw(overlay, cx, metrics, frame),
        Overlay::Palette(overlay) => palette::view::draw(overlay, cx, frame),
        Overlay::Prompt(overlay) => prompt::view::draw(overlay, cx, frame),
        Overlay::Snooze(overlay) => snooze::view::draw(overlay, cx, frame),
        Overlay::SwitchProfile(overlay) => switch_profile::view::draw(overlay, cx, frame),
        Overlay::Triage(overlay) => triage::view::draw(overlay, cx, metrics, frame),
        Overlay::Unlock(overlay) => unlock::view::draw(overlay, cx, frame),
    }
}

/// Draws the text "80×24 is too small" alone. Only global keys work in such a window.
fn draw_too_small(app: &App, area: Rect, frame: &mut Frame<'_>) -> RenderMetrics {
    let mut text = format!(
        "{}×{} is too small: guestlist needs {MIN_WINDOW_WIDTH}×{MIN_WINDOW_HEIGHT}.",
        area.width, area.height
    );
    if app.top_screen().part() == ScreenPart::Prompt(PromptKind::Quit) {
        let key = app.model.key(KeyContext::Global, Action::Quit);
        text.push_str(&format!(" Some work is unfinished. Press {key} to quit now."));
    }
    let lines: Vec<Line<'_>> = wrap(&text, area.width as usize).into_iter().map(Line::from).collect();
    frame.render_widget(Paragraph::new(lines), area);
    RenderMetrics { too_small: true, ..RenderMetrics::default() }
}

/// Draws the footer: as many key hints as fit, the most useful first.
fn draw_footer(app: &App, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let mut spans = vec![Span::raw(" ")];
    let mut available = area.width.saturating_sub(2) as usize;
    for (_, key, label) in key_hints(app) {
        let columns = width(&key) + 1 + width(label);
        if columns > available {
            continue;
        }
        available = available.saturating_sub(columns + 2);
        spans.push(Span::styled(key, theme.key));
        spans.push(Span::raw(format!(" {label}  ")));
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}

/// Returns the hints of the current context: action, first key and label.
///
/// Actions without a key are left out.
pub fn key_hints(app: &App) -> Vec<(Action, String, &'static str)> {
    let (screen, keys) = (app.top_screen(), &app.model.options.keys);
    let with_key = |hint: Hint| {
        let key = keys.keys_in(screen.key_context(), hint.action).into_iter().next()?;
        Some((hint.action, key, hint.label))
    };
    screen.hints(&app.model).into_iter().filter_map(with_key).collect()
}
