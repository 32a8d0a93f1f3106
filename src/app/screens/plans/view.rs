//! The plans: those that run, that wait for a person, and what is staged. Only the lines in the window are put
//! together, however many steps there are; the head of the plan that the cursor is in always stays in sight.

pub(crate) use crate::app::screens::plans::steps_view::verb;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, Padding, Paragraph};

use crate::app::model::render_metrics::RenderMetrics;
use crate::app::model::view::View;
use crate::app::screens::plans::Item;
use crate::app::screens::plans::items;
use crate::app::screens::plans::items::cursor;
use crate::app::shell::app::App;
use crate::domain::Now;
use crate::domain::text::count;

use crate::ui::theme::Theme;
use crate::ui::wrap::wrap;

/// What every line is drawn from.
#[derive(Clone, Copy)]
pub(crate) struct Sight<'a> {
    pub(crate) state: &'a App,
    pub(crate) theme: &'a Theme,
    pub(crate) now: Now,
    pub(crate) columns: usize,
}

/// Draws it, and notes which lines were in the window.
pub fn draw(state: &App, theme: &Theme, now: Now, area: Rect, frame: &mut Frame<'_>) -> RenderMetrics {
    let items = items::items(state);
    let at = cursor(state, &items);
    let changes = &state.model.plans;
    let title = match changes.stopped().next() {
        _ if items::opened(state).is_some() => " All its steps ",
        _ if !changes.under_way.is_empty() => " Plans ",
        Some(_) => " Not finished ",
        None if !changes.unfinished.is_empty() && changes.staged_steps() == 0 => " What became of it ",
        None => " Plans ",
    };
    let mut block = Block::bordered().border_style(theme.quiet).title(title).padding(Padding::horizontal(1));
    if let Some(at) = at.filter(|_| items.len() > 1) {
        let place = format!("─ line {} of {} ", count(at + 1), count(items.len()));
        block = block.title_bottom(Line::styled(place, theme.quiet));
    }
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let sight = Sight { state, theme, now, columns: inside.width as usize };
    let Some(at) = at else {
        let journal = state.model.view_name(View::Journal);
        let words =
            format!("No plan runs or waits for you, and nothing is staged. {journal} has what was done.");
        let lines: Vec<Line<'_>> = wrap(&words, sight.columns).into_iter().map(Line::from).collect();
        frame.render_widget(Paragraph::new(lines), inside);
        return RenderMetrics::default();
    };
    let (lines, first, drawn) = window(sight, &items, at, inside.height as usize);
    for (line, y) in lines.iter().zip(inside.top()..inside.bottom()) {
        frame.buffer_mut().set_line(inside.x, y, line, inside.width);
    }
    RenderMetrics { first_item: first, items: drawn, ..RenderMetrics::default() }
}

/// The lines in the window, the first of its items, and how many items there are in it.
fn window(sight: Sight<'_>, items: &[Item], at: usize, room: usize) -> (Vec<Line<'static>>, usize, usize) {
    let head = (0..=at).rev().find(|i| !matches!(items[*i], Item::Step(..))).unwrap_or(0);
    let mut first = first_in(sight, items, at, room);
    let mut lines = Vec::new();
    if first > head {
        // The head is above the window: it takes the first lines of it.
        lines = lines_of(sight, items[head], false, true);
        lines.truncate(room.saturating_sub(2));
        first = first_in(sight, items, at, room - lines.len().min(room)).max(head + 1);
    }
    let mut drawn = 0;
    for (i, item) in items.iter().enumerate().skip(first) {
        if lines.len() >= room {
            break;
        }
        lines.extend(lines_of(sight, *item, i == at, lines.is_empty()));
        drawn += 1;
    }
    (lines, first, drawn)
}

/// The first item of a window in which the cursor is about in the middle, or as far down as the end allows.
fn first_in(sight: Sight<'_>, items: &[Item], at: usize, room: usize) -> usize {
    let height = |i: usize| lines_of(sight, items[i], i == at, i == 0).len();
    let (mut first, mut used) = (at, height(at));
    while first > 0 && used + height(first - 1) <= room / 2 {
        first -= 1;
        used += height(first);
    }
    let mut last = at;
    while last + 1 < items.len() && used < room {
        last += 1;
        used += height(last);
    }
    // What is left below the end is given to what is above.
    while first > 0 && used + height(first - 1) <= room {
        first -= 1;
        used += height(first);
    }
    first
}

/// The lines of an item; all but the first of the view have a blank line above their head.
fn lines_of(sight: Sight<'_>, item: Item, selected: bool, first: bool) -> Vec<Line<'static>> {
    let lines = match item {
        Item::Plan(id) => crate::app::screens::plans::headers_view::plan(sight, id, selected),
        Item::Staged => crate::app::screens::plans::headers_view::staged(sight, selected),
        Item::Step(id, step) => {
            return crate::app::screens::plans::steps_view::step(sight, id, step, selected);
        }
    };
    let blank = (!first).then(Line::default);
    blank.into_iter().chain(lines).collect()
}
