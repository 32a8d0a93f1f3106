//! The question before a plan is run: every step in a list that scrolls, and below it what will happen. In a low
//! window the list and the other sentences give way; the consequences, what runs the plan, and what drops it, are
//! always seen.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::model::render_metrics::RenderMetrics;
use crate::app::screens::confirm::Confirm;
use crate::app::screens::confirm::{Focus, Needs};
use crate::app::shell::app::App;
use crate::domain::Now;
use crate::domain::text::{count, visible, width};
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

use crate::ui::dialog;
use crate::ui::theme::Theme;
use crate::ui::wrap::wrap;

/// So many steps are seen in any window, before the sentences get room.
const LEAST_STEPS: usize = 3;

/// In a dialog of so many columns the consequences are said in whole sentences, below in short ones.
const WIDE: usize = 50;

/// In a window of so many lines the dialog leaves some to what lies behind it.
const HIGH: u16 = 20;

/// Draws it, and notes how many steps are seen.
pub fn draw(
    confirm: &Confirm,
    state: &App,
    theme: &Theme,
    now: Now,
    drawn: &mut RenderMetrics,
    frame: &mut Frame<'_>,
) {
    let columns = dialog::room(70, frame);
    // Where there is room for it, the keys below and the first line above stay in sight.
    let around = if frame.area().height < HIGH { 2 } else { 6 };
    let room = (frame.area().height as usize).saturating_sub(around);
    let alone = match confirm.plan.steps.as_slice() {
        [only] => {
            Some(crate::app::screens::confirm::steps_view::alone(only, state, theme, now, columns as usize))
        }
        _ => None,
    };
    let wanted = alone.as_ref().map_or(confirm.plan.steps.len(), Vec::len);
    let mut ask = ask_lines(confirm, state, theme, columns as usize);
    let is_low = frame.area().height < HIGH;
    let costs = cost_lines(confirm, state, is_low, theme, columns as usize);
    let mut text = text_lines(confirm, state, theme, columns as usize);
    let consequences = consequence_lines(confirm, columns as usize);
    let rest = room.saturating_sub(costs.len() + consequences.len() + 1);
    // Why it was not run is worth more than the steps.
    dialog::cut(&mut ask, rest.max(1), columns as usize);
    let rest = rest.saturating_sub(ask.len());
    let place_line = usize::from(rest > LEAST_STEPS + 1);
    let rest = rest.saturating_sub(place_line);
    let wanted_least = if is_low && !confirm.warnings.is_empty() { 1 } else { LEAST_STEPS };
    let least = wanted.min(wanted_least).min(rest);
    let gap = usize::from(rest > least + text.len());
    dialog::cut(&mut text, rest.saturating_sub(least + gap), columns as usize);
    let list = wanted.min(rest.saturating_sub(text.len() + gap));

    let mut lines = match alone {
        Some(lines) => lines.into_iter().take(list).collect(),
        None => crate::app::screens::confirm::steps_view::listed(
            confirm,
            list,
            state,
            theme,
            now,
            columns as usize,
        ),
    };
    drawn.text_height = list;
    lines.extend((0..place_line).map(|_| place(confirm, list, theme)));
    lines.extend(costs);
    lines.extend(text);
    lines.extend(consequences);
    lines.extend((0..gap).map(|_| Line::default()));
    let asked_at = lines.len();
    lines.extend(ask);
    let focus = match confirm.focus {
        Focus::Cancel => 0,
        Focus::Run => 1,
        Focus::Stage => 2,
    };
    let buttons = ["Cancel", crate::app::screens::confirm::text_view::button(confirm), "Stage"];
    let buttons = if confirm.goes_on() { &buttons[..2] } else { &buttons[..] };
    lines.push(dialog::buttons(buttons, focus, theme));
    let inside = dialog::open(
        &crate::app::screens::confirm::text_view::title(confirm),
        columns,
        lines.len() as u16,
        theme,
        frame,
    );
    frame.render_widget(Paragraph::new(lines), inside);
    place_cursor(confirm, asked_at, inside, frame);
}

/// Which of the steps are seen, where not all of them are.
fn place(confirm: &Confirm, list: usize, theme: &Theme) -> Line<'static> {
    let steps = confirm.plan.steps.len();
    if steps == 1 || list >= steps {
        return Line::default();
    }
    let top = crate::app::screens::confirm::steps_view::top(confirm, list);
    let words = format!("  steps {}–{} of {}", count(top + 1), count(top + list), count(steps));
    Line::styled(words, theme.quiet)
}

fn text_lines(confirm: &Confirm, state: &App, theme: &Theme, columns: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let mut say = |sentence: &str, style: Style| {
        let wrapped = wrap(&visible(sentence), columns);
        lines.extend(wrapped.into_iter().map(|line| Line::styled(line, style)));
    };
    for warning in &confirm.warnings {
        say(&format!("! {warning}"), theme.soon);
    }
    if !confirm.note.is_empty() {
        say(&confirm.note, Style::new());
    }
    if let Some(hold) = crate::app::screens::confirm::text_view::hold(confirm, state) {
        say(&hold, theme.quiet);
    }
    lines
}

/// How many emails go out and how many links stop working: never cut. In a low window without what that takes.
fn cost_lines(
    confirm: &Confirm,
    state: &App,
    is_low: bool,
    theme: &Theme,
    columns: usize,
) -> Vec<Line<'static>> {
    let mut words = crate::app::screens::confirm::text_view::effects(confirm);
    if !is_low {
        words = format!("{words} · {}", crate::app::screens::confirm::text_view::calls(confirm, state));
    }
    wrap(&words, columns).into_iter().map(|line| Line::styled(line, theme.title)).collect()
}

/// What cannot be undone later. Never cut.
fn consequence_lines(confirm: &Confirm, columns: usize) -> Vec<Line<'static>> {
    crate::app::screens::confirm::text_view::consequences(confirm, columns < WIDE)
        .into_iter()
        .flat_map(|sentence| wrap(sentence, columns))
        .map(Line::from)
        .collect()
}

/// What it takes to run it, or why it was not run.
fn ask_lines(confirm: &Confirm, state: &App, theme: &Theme, columns: usize) -> Vec<Line<'static>> {
    let mut lines: Vec<Line<'static>> = confirm
        .refused
        .iter()
        .flat_map(|reason| wrap(&visible(reason), columns))
        .map(|line| Line::styled(line, theme.bad))
        .collect();
    match confirm.needs() {
        Needs::Number(n) => lines.insert(0, number_line(confirm, n)),
        Needs::YesMany if lines.is_empty() => {
            let key = state.model.key(KeyContext::Confirm, Action::YesMany);
            lines.push(Line::from(format!("{key} runs it.")));
        }
        _ => {}
    }
    lines
}

fn number_line(confirm: &Confirm, n: usize) -> Line<'static> {
    let field = format!("{:<9}", confirm.number.text());
    Line::from(vec![Span::raw(number_label(n)), Span::styled(field, Style::new().underlined())])
}

fn number_label(n: usize) -> String {
    format!("Type {n} to run it: ")
}

fn place_cursor(confirm: &Confirm, line: usize, inside: Rect, frame: &mut Frame<'_>) {
    let Needs::Number(n) = confirm.needs() else { return };
    let x = width(&number_label(n)) + confirm.number.cursor();
    if line < inside.height as usize && x < inside.width as usize {
        frame.set_cursor_position(Position::new(inside.x + x as u16, inside.y + line as u16));
    }
}
