//! Draws one frame: header, view, notifications, footer and overlay.
//!
//! Drawing never changes the state. It returns measured sizes as `RenderMetrics`.

mod footer;
mod header;
mod which_key;

pub use footer::key_hints;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Line;
use ratatui::widgets::{Clear, Paragraph};

use crate::app::model::click_area::ClickTarget;
use crate::app::model::notifications::Severity;
use crate::app::render::{ClickAreas, status_lines};
use crate::app::screen::ScreenPart;
use crate::app::screens::import::ImportDialog;
use crate::app::screens::triage::TriageScreen;
use crate::app::screens::{
    changes, columns, confirm, copy_menu, domains, export, filter, help, import, invite_form, journal, note,
    pager, palette, pending, plans, problems, prompt, requests, snooze, switch_profile, theme_picker, triage,
    unlock,
};
use crate::app::{App, Overlay, PromptKind, RenderContext, RenderMetrics, View};
use crate::domain::Now;
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
    let theme = app.model.theme_name.as_deref().and_then(Theme::find_built_in).unwrap_or(theme);
    if area.width < MIN_WINDOW_WIDTH || area.height < MIN_WINDOW_HEIGHT {
        return draw_too_small(app, area, frame);
    }
    let clicks = ClickAreas::default();
    let cx = RenderContext { model: &app.model, theme, now, columns: area.width as usize, clicks: &clicks };
    let filter_lines = filter_lines(app, &cx, (area.width as usize).saturating_sub(2));
    let is_dialog = |overlay: &Overlay| {
        !matches!(overlay, Overlay::Filter(_) | Overlay::Theme(_) | Overlay::Triage(_) | Overlay::Import(_))
    };
    let is_dialog_open = app.overlays.last().is_some_and(is_dialog);
    let is_low = area.height < MIN_HEIGHT_WITH_STATUS_LINE;
    let mut status_lines = status_lines::lines(&cx, app.top_screen().key_context(), area.width);
    if is_low && is_dialog_open {
        // A dialog must not cover a part of a message.
        dialog::truncate_lines(&mut status_lines, 1, area.width as usize - 2);
    }
    let newest = cx.notifications.newest_notification();
    let status_height = match newest.map(|notification| notification.severity) {
        // An error stays, so it must cover nothing.
        Some(Severity::Error) => status_lines.len() as u16,
        _ => u16::from(!is_low),
    };
    let [header_area, view_area, status_area, filter_area, footer_area] = Layout::vertical([
        Constraint::Length(header::height(app)),
        Constraint::Min(4),
        Constraint::Length(status_height),
        Constraint::Length(filter_lines.len() as u16),
        Constraint::Length(1),
    ])
    .areas(area);
    header::draw(app, &cx, header_area, frame);
    let mut metrics = draw_view(app, &cx, view_area, frame);
    // Only the front screen can be clicked.
    clicks.retain(|_| app.overlays.is_empty());
    if let Some(triage) = open_triage(app) {
        triage::view::draw(triage, &cx, view_area, &mut metrics, frame);
    }
    if let Some(import) = import_behind_dialog(app) {
        import::view::draw(import, &cx, view_area, &mut metrics, frame);
    }
    if app.views.current != View::Pending {
        // While another view is shown the table keeps its height, so scroll position and page size stay.
        metrics.table_height = app.model.metrics.table_height;
    }
    metrics.view = Some(app.views.current);
    metrics.too_small = false;
    let is_triage = |overlay: &Overlay| matches!(overlay, Overlay::Triage(_));
    clicks.retain(|_| app.overlays.last().is_none_or(is_triage));
    if is_dialog_open {
        dim(header_area, view_area, theme, frame.buffer_mut());
    }
    // The list of notifications contains the message.
    if !matches!(app.overlays.last(), Some(Overlay::Pager(_))) {
        draw_status_lines(&status_lines, status_area, frame);
    }
    frame.render_widget(Paragraph::new(filter_lines), filter_area);
    footer::draw(app, &cx, footer_area, frame);
    let footer = footer::text(footer_area, frame);
    match (app.overlays.last(), app.views.current) {
        (Some(overlay), _) => draw_overlay(overlay, &cx, [view_area, filter_area], &mut metrics, frame),
        (None, View::Journal) => journal::view::place_cursor(&app.views.journal, &cx, filter_area, frame),
        (None, _) => {}
    }
    if footer::text(footer_area, frame) != footer {
        // In a low window a dialog covers the footer.
        clicks.retain(|area| area.y != footer_area.y || matches!(area.target, ClickTarget::Button(_)));
    }
    which_key::draw(app, &cx, frame);
    metrics.click_areas = clicks.into_areas();
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

/// Draws the status lines. A longer message covers the bottom of the view for a moment instead of moving the list.
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

/// Returns the open triage session, which covers the view. A dialog can be in front of the session.
fn open_triage(app: &App) -> Option<&TriageScreen> {
    app.overlays.iter().find_map(|overlay| match overlay {
        Overlay::Triage(triage) => Some(&**triage),
        _ => None,
    })
}

/// Returns the import that covers the view behind a dialog, such as its help.
fn import_behind_dialog(app: &App) -> Option<&ImportDialog> {
    let (_, behind) = app.overlays.split_last()?;
    behind.iter().find_map(|overlay| match overlay {
        Overlay::Import(import) => Some(&**import),
        _ => None,
    })
}

/// Returns the lines of the current filter, or of the filter being typed.
fn filter_lines(app: &App, cx: &RenderContext<'_>, columns: usize) -> Lines {
    if let Some(triage) = open_triage(app) {
        return triage::view::filter_lines(triage, cx, columns);
    }
    match (app.overlays.last(), app.views.current) {
        (Some(Overlay::Filter(typed)), _) => filter::view::filter_lines(Some(typed), cx, columns),
        // The import covers the view.
        _ if app.overlays.iter().any(|overlay| matches!(overlay, Overlay::Import(_))) => Vec::new(),
        (_, View::Journal) => journal::view::search_lines(&app.views.journal, cx, columns),
        (_, View::Pending) => filter::view::filter_lines(None, cx, columns),
        _ => Vec::new(),
    }
}

fn draw_overlay(
    overlay: &Overlay,
    cx: &RenderContext<'_>,
    [view_area, filter_area]: [Rect; 2],
    metrics: &mut RenderMetrics,
    frame: &mut Frame<'_>,
) {
    match overlay {
        Overlay::Columns(overlay) => columns::view::draw(overlay, cx, frame),
        Overlay::Confirm(overlay) => metrics.text_height = confirm::view::draw(overlay, cx, frame),
        Overlay::CopyMenu(overlay) => copy_menu::view::draw(overlay, cx, frame),
        Overlay::Domains(overlay) => domains::view::draw(overlay, cx, frame),
        Overlay::Export(overlay) => export::view::draw(overlay, cx, frame),
        Overlay::Filter(overlay) => filter::view::place_cursor(overlay, cx, filter_area, frame),
        Overlay::Help(overlay) => help::view::draw(overlay, cx, metrics, frame),
        Overlay::Import(overlay) => import::view::draw(overlay, cx, view_area, metrics, frame),
        Overlay::InviteForm(overlay) => invite_form::view::draw(overlay, cx, frame),
        Overlay::Note(overlay) => note::view::draw(overlay, cx, frame),
        Overlay::Pager(overlay) => pager::view::draw(overlay, cx, metrics, frame),
        Overlay::Palette(overlay) => palette::view::draw(overlay, cx, frame),
        Overlay::Prompt(overlay) => prompt::view::draw(overlay, cx, frame),
        Overlay::Snooze(overlay) => snooze::view::draw(overlay, cx, frame),
        Overlay::SwitchProfile(overlay) => switch_profile::view::draw(overlay, cx, frame),
        Overlay::Theme(overlay) => theme_picker::view::draw(overlay, cx, frame),
        Overlay::Triage(overlay) => triage::view::place_cursor(overlay, cx, filter_area, frame),
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
