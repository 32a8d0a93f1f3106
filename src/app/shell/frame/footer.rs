//! Draws the footer: the hints of the front screen on the left, and the keys that always work on the right.

use std::borrow::Cow;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::model::click_area::ClickTarget;
use crate::app::{App, Hint, RenderContext};
use crate::domain::text::width;
use crate::keys::Action;

/// Keys at the right end of every footer, in this order.
const FIXED: [Hint; 3] = [
    Hint { action: Action::Help, label: Cow::Borrowed("help") },
    Hint { action: Action::Palette, label: Cow::Borrowed("commands") },
    Hint { action: Action::Quit, label: Cow::Borrowed("quit") },
];
/// Minimum width in which all fixed keys are shown; a narrower window shows only the help.
const MIN_WIDTH_WITH_ALL_FIXED: u16 = 60;
/// Columns between two hints.
const GAP: usize = 2;

/// A hint with its first key.
type KeyHint = (Action, String, Cow<'static, str>);

/// Draws the footer. Hints that do not fit are replaced by an ellipsis.
pub(super) fn draw(app: &App, cx: &RenderContext<'_>, area: Rect, frame: &mut Frame<'_>) {
    let is_fixed = |hint: &KeyHint| FIXED.iter().any(|fixed| fixed.action == hint.0);
    let (mut fixed, hints): (Vec<KeyHint>, Vec<KeyHint>) = key_hints(app).into_iter().partition(is_fixed);
    if area.width < MIN_WIDTH_WITH_ALL_FIXED {
        fixed.retain(|(action, ..)| *action == Action::Help);
    }
    let fixed_width = total_width(&fixed);
    // One blank column at both ends.
    let columns = (area.width as usize).saturating_sub(2);
    let mut available = columns.saturating_sub(if fixed.is_empty() { 0 } else { fixed_width + GAP });
    let is_cut = total_width(&hints) > available;
    available = available.saturating_sub(if is_cut { GAP + 1 } else { 0 });
    // While changes are not allowed, their hints are dimmed. Otherwise no hint is checked, because drawing must be fast.
    let blocked = app.model.change_disabled_reason();
    let is_blocked =
        |action| blocked.is_some() && app.top_screen().disabled_reason(action, &app.model) == blocked;
    let mut line = FooterLine::new(cx, area);
    for hint in hints {
        let columns = hint_width(&hint);
        if columns <= available {
            available = available.saturating_sub(columns + GAP);
            line.push(&hint, is_blocked(hint.0));
        }
    }
    if is_cut {
        line.spans.push(Span::styled("…", cx.theme.muted));
    }
    line.pad_to((area.width as usize).saturating_sub(fixed_width + 1));
    fixed.iter().for_each(|hint| line.push(hint, false));
    frame.render_widget(Paragraph::new(Line::from(line.spans)), area);
}

/// Returns the drawn footer as text.
pub(super) fn text(area: Rect, frame: &mut Frame<'_>) -> String {
    let buffer = frame.buffer_mut();
    area.positions().filter_map(|position| buffer.cell(position).map(|cell| cell.symbol())).collect()
}

/// The footer while it is built, which makes each hint clickable.
struct FooterLine<'a> {
    cx: &'a RenderContext<'a>,
    area: Rect,
    spans: Vec<Span<'static>>,
}

impl<'a> FooterLine<'a> {
    fn new(cx: &'a RenderContext<'a>, area: Rect) -> FooterLine<'a> {
        FooterLine { cx, area, spans: vec![Span::raw(" ")] }
    }

    fn columns(&self) -> usize {
        self.spans.iter().map(Span::width).sum()
    }

    fn push(&mut self, hint: &KeyHint, is_dimmed: bool) {
        let (action, key, label) = hint;
        let hint_area = Rect {
            x: self.area.x + self.columns() as u16,
            width: hint_width(hint) as u16,
            height: 1,
            ..self.area
        };
        // The second click of a double-click lands on the footer of the confirmation that the first one opened.
        if !matches!(action, Action::Yes | Action::YesUppercase | Action::Stage) {
            self.cx.add_click(hint_area, ClickTarget::Action(*action));
        }
        let theme = self.cx.theme;
        let (key_style, style) =
            if is_dimmed { (theme.muted, theme.muted) } else { (theme.key, Style::new()) };
        self.spans.push(Span::styled(key.clone(), key_style));
        self.spans.push(Span::styled(format!(" {label}  "), style));
    }

    fn pad_to(&mut self, columns: usize) {
        let padding = columns.saturating_sub(self.columns());
        self.spans.push(Span::raw(" ".repeat(padding)));
    }
}

fn hint_width((_, key, label): &KeyHint) -> usize {
    width(key) + 1 + width(label)
}

/// Returns the width of hints with the gaps between them.
fn total_width(hints: &[KeyHint]) -> usize {
    hints.iter().map(|hint| hint_width(hint) + GAP).sum::<usize>().saturating_sub(GAP)
}

/// Returns the hints of the current context: action, first key and label. The fixed ones are the last.
///
/// Actions without a key are left out. A dialog shows the help if it has a key for it.
pub fn key_hints(app: &App) -> Vec<KeyHint> {
    let (screen, keys) = (app.top_screen(), &app.model.options.keys);
    // Not while the user types a search in a view.
    let is_view = app.overlays.is_empty() && screen.key_context().has_palette();
    let of_screen = screen.hints(&app.model);
    let fixed = FIXED.iter().filter_map(|fixed| {
        let own = of_screen.iter().find(|hint| hint.action == fixed.action).cloned();
        let applies = is_view || fixed.action == Action::Help;
        own.or_else(|| applies.then(|| fixed.clone()))
    });
    let is_fixed = |hint: &&Hint| FIXED.iter().any(|fixed| fixed.action == hint.action);
    let hints = of_screen.iter().filter(|hint| !is_fixed(hint)).cloned().chain(fixed);
    let with_key = |hint: Hint| {
        let key = keys.keys_in(screen.key_context(), hint.action).into_iter().next()?;
        Some((hint.action, key, hint.label))
    };
    hints.filter_map(with_key).collect()
}
