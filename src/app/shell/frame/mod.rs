//! The pure view: state in, one frame out. Nothing here changes the state; what the frame found out about sizes
//! goes back as `RenderMetrics`. `ui::screen` has a twin for each file of `app::screen`.

pub mod footer;
pub mod header;
pub mod overlays;
pub mod view_footers;

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::app::model::render_metrics::Pane;
use crate::app::model::render_metrics::RenderMetrics;
use crate::app::model::view::View;
use crate::app::screens::prompt::PromptKind;
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::domain::Now;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;
use crate::ui::theme::Theme;

/// The narrowest window in which the table can be read.
pub const LEAST_WIDTH: u16 = 40;
/// The lowest one.
pub const LEAST_HEIGHT: u16 = 10;

/// Draws the whole screen.
pub fn draw(state: &App, theme: &Theme, now: Now, frame: &mut Frame<'_>) -> RenderMetrics {
    let area = frame.area();
    if area.width < LEAST_WIDTH || area.height < LEAST_HEIGHT {
        return too_small(state, area, frame);
    }
    let say = crate::app::render::notifications::lines(state, theme, now, area.width);
    let [head, body, below, foot] = Layout::vertical([
        Constraint::Length(header::height(state)),
        Constraint::Min(5),
        Constraint::Length(say.len() as u16),
        Constraint::Length(1),
    ])
    .areas(area);
    header::draw(state, theme, now, head, frame);
    let mut drawn = match state.view {
        View::Pending => draw_body(state, theme, now, body, frame),
        View::Plan => {
            let plans = crate::app::screens::plans::view::draw(state, theme, now, body, frame);
            RenderMetrics {
                first_item: plans.first_item,
                items: plans.items,
                rows: None,
                ..state.model.metrics
            }
        }
        View::Changes => {
            let lines = crate::app::screens::changes::view::draw(state, theme, body, frame);
            RenderMetrics { table_height: state.model.metrics.table_height, rows: None, ..lines }
        }
        View::Problems => {
            let lines = crate::app::screens::problems::view::draw(state, theme, body, frame);
            RenderMetrics { table_height: state.model.metrics.table_height, rows: None, ..lines }
        }
        View::Journal => {
            let lines = crate::app::screens::journal::view::draw(state, theme, body, frame);
            RenderMetrics { table_height: state.model.metrics.table_height, rows: None, ..lines }
        }
        View::Requests => crate::app::screens::requests::view::draw(state, theme, body, frame),
    };
    drawn.view = Some(state.view);
    drawn.too_small = false;
    frame.render_widget(Paragraph::new(say), below);
    footer::draw(state, theme, foot, frame);
    if let Some(screen) = state.screens.last() {
        overlays::draw_in_front(screen, state, theme, now, &mut drawn, frame);
    }
    drawn
}

/// The table, with the detail pane beside it, below it, or in its place.
fn draw_body(state: &App, theme: &Theme, now: Now, area: Rect, frame: &mut Frame<'_>) -> RenderMetrics {
    let opened = state.screens.iter().find_map(|screen| match screen {
        Overlay::Detail(scroll) => Some(*scroll),
        _ => None,
    });
    let (table, detail) = match (pane_of(state.pane, area), opened) {
        (Some(Pane::Side), _) => {
            let side = Constraint::Length((area.width * 35 / 100).clamp(36, 64));
            let [table, detail] = Layout::horizontal([Constraint::Min(30), side]).spacing(-1).areas(area);
            (Some(table), Some(detail))
        }
        (Some(_), _) => {
            let [table, detail] =
                Layout::vertical([Constraint::Min(6), Constraint::Length(10)]).spacing(-1).areas(area);
            (Some(table), Some(detail))
        }
        (None, Some(_)) => (None, Some(area)),
        (None, None) => (Some(area), None),
    };
    let (table, forecast) = match table {
        Some(table) => crate::app::screens::pending::forecast_view::split(state, table),
        None => (None, None),
    };
    // Behind a detail in its place the table keeps its height, so that paging does not change.
    let mut drawn = RenderMetrics {
        table_height: crate::app::screens::pending::view::height(state, table.unwrap_or(area)),
        ..RenderMetrics::default()
    };
    if let Some(table) = table {
        drawn.rows = Some(crate::app::screens::pending::view::rows_at(state, table));
        crate::app::screens::pending::view::draw(state, theme, now, table, frame);
    }
    if let Some(forecast) = forecast {
        crate::app::screens::pending::forecast_view::draw(state, theme, forecast, frame);
    }
    if let Some(detail) = detail {
        crate::app::screens::pending::detail_view::draw(state, theme, now, opened, detail, &mut drawn, frame);
    }
    drawn
}

fn pane_of(pane: Pane, area: Rect) -> Option<Pane> {
    match pane {
        Pane::Off => None,
        Pane::Side if area.width >= 80 => Some(Pane::Side),
        Pane::Below if area.height >= 18 => Some(Pane::Below),
        Pane::AsItFits if area.width >= 100 => Some(Pane::Side),
        Pane::AsItFits if area.height >= 30 => Some(Pane::Below),
        _ => None,
    }
}

/// Nothing else is drawn, so that no key but those that act everywhere does anything.
fn too_small(state: &App, area: Rect, frame: &mut Frame<'_>) -> RenderMetrics {
    let mut words =
        format!("{}×{} is too small: guestlist needs {LEAST_WIDTH}×{LEAST_HEIGHT}.", area.width, area.height);
    if matches!(state.screens.last(), Some(Overlay::Prompt(asked)) if asked.about == PromptKind::Quitting) {
        let key = state.model.key(KeyContext::Anywhere, Action::Quit);
        words.push_str(&format!(" Some work is not finished: {key} quits now."));
    }
    let lines: Vec<Line<'_>> =
        crate::ui::wrap::wrap(&words, area.width as usize).into_iter().map(Line::from).collect();
    frame.render_widget(Paragraph::new(lines), area);
    RenderMetrics { too_small: true, ..RenderMetrics::default() }
}
