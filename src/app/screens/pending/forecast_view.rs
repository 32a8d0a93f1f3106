//! Draws the forecast strip: a bar per day, its count above and its date below.
//!
//! A narrow strip scrolls. A low strip shows only the selected day as text.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::RenderContext;
use crate::app::screens::pending::forecast::ForecastPane;
use crate::domain::forecast::Day;
use crate::domain::text::{format_count, truncate, width};
use crate::ui::{Lines, dialog};

/// Lines of a table with three rows: borders, heads, rows.
const MIN_TABLE_HEIGHT: u16 = 6;
/// Lines other than bars: text, counts, names of the days, dates, lower border.
const NON_BAR_HEIGHT: u16 = 5;
/// Minimum columns of a day: a sign, three letters, a blank.
const MIN_DAY_WIDTH: usize = 5;
/// Blocks in eighths of a line.
const BAR_GLYPHS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// Splits an area into the table and the strip below it, which share a border.
pub fn split(area: Rect) -> [Rect; 2] {
    let spare = area.height.saturating_sub(MIN_TABLE_HEIGHT);
    let bars = match spare {
        0..=5 => 0,
        6 => 1,
        7..=23 => 2,
        _ => 3,
    };
    // The upper border belongs to the table. If even three rows do not fit, the strip gets fewer lines.
    let lines = 1 + match (bars, spare) {
        (0, 0..=2) => 2,
        (0, _) => 3,
        (bars, _) => NON_BAR_HEIGHT + bars,
    };
    Layout::vertical([Constraint::Min(0), Constraint::Length(lines)]).spacing(-1).areas(area)
}

/// Draws the forecast strip.
pub fn draw(forecast: &ForecastPane, cx: &RenderContext<'_>, area: Rect, frame: &mut Frame<'_>) {
    let cx = &cx.with_columns((area.width as usize).saturating_sub(2));
    let inner = dialog::draw_frame("", &rest_text(forecast, cx.columns), cx.theme, area, frame);
    let bars = (inner.height + 1).saturating_sub(NON_BAR_HEIGHT) as usize;
    let lines = if bars == 0 {
        vec![day_line(forecast, cx, ""), no_bars_line(forecast, cx)]
    } else {
        chart(forecast, cx, bars)
    };
    dialog::draw_lines(&lines, inner, frame);
}

/// Returns the counts that belong to no day.
fn rest_text(forecast: &ForecastPane, columns: usize) -> String {
    let counts = &forecast.counts;
    let [expired, later, unknown] = [counts.expired, counts.later, counts.unknown].map(format_count);
    let numbers = format!("expired {expired} · later {later} · unknown {unknown} ");
    let long = format!("─ already {numbers}");
    if width(&long) <= columns { long } else { format!(" {numbers}") }
}

/// Returns the line about the selected day, with additional text at the right end.
fn day_line(forecast: &ForecastPane, cx: &RenderContext<'_>, right_text: &str) -> Line<'static> {
    let Some(day) = forecast.selected() else { return Line::default() };
    let so_far = match (cx.invites.is_complete(), &cx.invites.fetch) {
        (true, _) => "",
        (false, Some(_)) => " loaded so far",
        (false, None) => " loaded",
    };
    let suffix = match (day.is_today, day.is_weekend) {
        (true, true) => " · rest of today, weekend",
        (true, false) => " · rest of today",
        (false, true) => " · weekend",
        (false, false) => "",
    };
    let date = day.date.strftime("%a %-d %b");
    let [count, all] = [day.count, forecast.counted_rows.len()].map(format_count);
    let text = truncate(&format!(" {date}: {count} of {all}{so_far}{suffix}"), cx.columns);
    let gap = cx.columns.saturating_sub(width(&text) + width(right_text) + 1);
    let right_text = if gap > 0 { format!("{}{right_text}", " ".repeat(gap)) } else { String::new() };
    Line::from(vec![Span::styled(text, cx.theme.title), Span::styled(right_text, cx.theme.muted)])
}

fn no_bars_line(forecast: &ForecastPane, cx: &RenderContext<'_>) -> Line<'static> {
    let left = sign_if(forecast.selected_day > 0, "◂");
    let right = sign_if(forecast.selected_day + 1 < forecast.counts.days.len(), "▸");
    let text = format!(" {left} {right} enlarge the window to see bars");
    Line::styled(truncate(&text, cx.columns), cx.theme.muted)
}

/// Returns all lines of the strip: text, counts, bars, names of the days, dates.
fn chart(forecast: &ForecastPane, cx: &RenderContext<'_>, bars: usize) -> Lines {
    let (theme, days) = (cx.theme, &forecast.counts.days);
    let max = days.iter().map(|day| day.count).max().unwrap_or(0);
    // One column is for the sign of the selected day, one separates full-width counts.
    let min_width = (width(&format_count(max)) + 2).max(MIN_DAY_WIDTH);
    let day_width = (cx.columns / days.len().max(1)).clamp(min_width, min_width.max(6));
    let visible_days = (cx.columns / day_width).clamp(1, days.len().max(1));
    let first = first_visible_day(forecast.selected_day, visible_days, days.len());
    let window: Vec<(usize, &Day)> = days.iter().enumerate().skip(first).take(visible_days).collect();
    let arrows = match visible_days < days.len() {
        true => format!("{} {} ", sign_if(first > 0, "◂"), sign_if(first + visible_days < days.len(), "▸")),
        false => String::new(),
    };
    let cells = |reverse: bool, text: &dyn Fn(&Day) -> (String, Style)| {
        let spans = window.iter().flat_map(|(index, day)| {
            let (text, style) = text(day);
            // A reversed bar would look empty.
            let (selected, style) = match (*index == forecast.selected_day, reverse) {
                (true, true) => ("▌", theme.selected),
                (true, false) => ("▌", style),
                (false, _) => (" ", style),
            };
            let text_width = day_width - 2;
            let padded = format!("{text:^text_width$} ");
            [Span::styled(selected, theme.title), Span::styled(padded, style)]
        });
        Line::from(spans.collect::<Vec<_>>())
    };
    let mut lines = vec![day_line(forecast, cx, &arrows)];
    lines.push(cells(true, &|day| {
        (format_count(day.count), if day.count == 0 { theme.muted } else { Style::new() })
    }));
    for line in (0..bars).rev() {
        lines.push(cells(false, &|day| {
            // Today is as urgent as its rows.
            let style = if day.is_today { theme.urgent } else { theme.warning };
            (bar(day.count, max, bars, line).repeat(day_width - 2), style)
        }));
    }
    lines.push(cells(true, &|day| (day_name(day), if day.is_weekend { theme.title } else { theme.muted })));
    lines.push(cells(true, &|day| (day.date.day().to_string(), theme.muted)));
    lines
}

fn sign_if(condition: bool, sign: &'static str) -> &'static str {
    if condition { sign } else { " " }
}

/// Returns the index of the first visible day.
///
/// The selected day is always visible, if possible with some days before it.
fn first_visible_day(selected: usize, visible: usize, days: usize) -> usize {
    (selected + 1 + visible / 3).saturating_sub(visible).min(days.saturating_sub(visible))
}

/// Returns one line of a bar; line 0 is the lowest. A count above 0 is always visible.
fn bar(count: usize, max: usize, lines: usize, line: usize) -> &'static str {
    let eighths = if count == 0 { 0 } else { (count * lines * 8 / max.max(1)).max(1) };
    BAR_GLYPHS[eighths.saturating_sub(line * 8).min(8)]
}

/// Returns the name of a day: "now" for today, upper case for a weekend, so that no color is needed.
fn day_name(day: &Day) -> String {
    let name = if day.is_today { "now".to_owned() } else { day.date.strftime("%a").to_string() };
    if day.is_weekend { name.to_uppercase() } else { name }
}
