//! The plans: those that are staged, that run and that were not finished; what each was, how far it got, and what
//! was found out about it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Padding, Paragraph};

use crate::app::state::State;
use crate::domain::Step;
use crate::domain::plan::{PlanState, Tally};
use crate::domain::request::LeftOver;
use crate::domain::text::{fit, plural, visible};

use super::super::theme::Theme;
use super::super::wrap::wrap;
use super::detail::time_of_day;

/// Draws it.
pub fn draw(state: &State, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let columns = area.width.saturating_sub(4);
    let all = &state.changes.unfinished;
    let mut lines = Vec::new();
    let mut selected = 0;
    if all.is_empty() {
        lines.push(Line::from("Every change was finished."));
    }
    for (i, left) in all.iter().enumerate() {
        if i == state.plans.cursor {
            selected = lines.len();
        }
        lines.extend(entry(left, i == state.plans.cursor, state, theme, columns as usize));
    }
    let mut title = "What became of it";
    if state.changes.can_go_on() {
        title = "Not finished";
        lines.push(Line::default());
        lines.push(Line::styled("Nothing is sent before you say so.", theme.quiet));
    }
    let block = Block::bordered().border_style(theme.quiet).title(title).padding(Padding::horizontal(1));
    let inside = block.inner(area);
    frame.render_widget(block, area);
    // Where not all of it fits, what the keys act on has to be seen.
    let hidden = selected.min(lines.len().saturating_sub(inside.height as usize));
    let shown: Vec<_> = lines.into_iter().skip(hidden).collect();
    frame.render_widget(Paragraph::new(shown), inside);
}

fn entry(
    left: &LeftOver,
    selected: bool,
    state: &State,
    theme: &Theme,
    columns: usize,
) -> Vec<Line<'static>> {
    let (plan, entry) = (&left.entry.plan, &left.entry);
    let what = match plan.steps.as_slice() {
        [only @ Step::Delete { .. }] => format!("revoke {}", only.email()),
        [only] => format!("{} {}", only.verb(), only.email()),
        steps => plural(steps.len(), "step"),
    };
    let word = match entry.state {
        PlanState::Staged => "not begun",
        PlanState::Finished => "ended",
        PlanState::Dropped => "given up",
        PlanState::Running | PlanState::Paused | PlanState::Stopped => "stopped",
    };
    let tally = Tally::of(&entry.progress);
    let head = format!("Plan of {} {word} ({tally})", time_of_day(state, plan.made));
    let sign = if selected { "▌ " } else { "  " };
    let style = if selected { theme.title } else { theme.quiet };
    let mut lines =
        vec![Line::from(vec![Span::raw(sign), Span::styled(fit(&head, columns.saturating_sub(2)), style)])];
    for text in std::iter::once(&what).chain(&left.findings) {
        let wrapped = wrap(&visible(text), columns.saturating_sub(4));
        lines.extend(wrapped.into_iter().map(|line| Line::from(format!("    {line}"))));
    }
    lines
}
