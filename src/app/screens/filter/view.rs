//! The filter's line, with what it searched, the line below it that explains, and the cursor in it. The lines
//! are drawn with the messages, right above the footer.

use ratatui::Frame;
use ratatui::layout::Position;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::model::view::View;
use crate::app::screens::filter::Filter;
use crate::app::screens::filter::Purpose;
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::domain::query::{HINT, doubt};
use crate::domain::text::{count, fit, visible, width};

use crate::app::render::notifications::end_of;
use crate::app::screens::journal::view;
use crate::ui::theme::Theme;
use crate::ui::wrap::wrap;

/// What can be typed over the journal.
const IN_JOURNAL: &str = "words of addresses, verbs, outcomes and states: jane@  resend  failed  stopped";
/// A mistake is explained in so many lines at most.
const MOST_LINES: usize = 3;

/// The filter while it is typed or in force, with what it searched; while it is typed, also what it could be or
/// why it is none.
pub fn lines(state: &App, theme: &Theme, columns: usize) -> Vec<Line<'static>> {
    let typed = match state.screens.last() {
        Some(Overlay::Filter(typed)) => Some(typed),
        _ => None,
    };
    let filter = match state.view {
        View::Pending => state.model.table.query.filter.text(),
        View::Journal => state.journal.filter.as_str(),
        View::Plan | View::Changes | View::Problems | View::Requests => return Vec::new(),
    };
    if typed.is_none() && filter.is_empty() {
        return Vec::new();
    }
    let searched = searched(state, typed);
    let room = room(&searched, columns);
    // While typing the end of a long filter matters, where the cursor is; afterwards its beginning.
    let (text, style) = match typed {
        Some(typed) => (end_of(&visible(typed.field.text()), room), Style::new()),
        None => (fit(filter, room), theme.quiet),
    };
    let sign = if typed.is_some_and(Filter::marks) { " +" } else { " /" };
    let mut lines = vec![Line::from(vec![
        Span::styled(sign, theme.key),
        Span::styled(text, style),
        Span::styled(format!("   {searched}"), theme.quiet),
    ])];
    lines.extend(typed.into_iter().flat_map(|typed| below(typed, theme, columns)));
    lines
}

/// Puts the terminal's cursor where one writes, so that input methods know it.
pub fn place_cursor(typed: &Filter, state: &App, theme: &Theme, frame: &mut Frame<'_>) {
    let area = frame.area();
    let columns = (area.width as usize).saturating_sub(2);
    let text = typed.field.text();
    let all = visible(text);
    let cut = width(&all) - width(&end_of(&all, room(&searched(state, Some(typed)), columns)));
    let before: String = text.chars().take(typed.field.cursor()).collect();
    let column =
        (2 + width(&visible(&before)).saturating_sub(cut)).min(area.width.saturating_sub(1) as usize);
    // Above the lines that explain, and the footer.
    let up = below(typed, theme, columns).len() as u16 + 2;
    frame.set_cursor_position(Position::new(area.x + column as u16, area.bottom().saturating_sub(up)));
}

/// Columns for what is typed.
fn room(searched: &str, columns: usize) -> usize {
    columns.saturating_sub(width(searched) + 4)
}

/// How many were found of how many. With a mistake in the field the rows are still those of the last good text.
fn searched(state: &App, typed: Option<&Filter>) -> String {
    if state.view == View::Journal {
        return view::found(&state.journal);
    }
    if let Some(Filter { purpose: Purpose::Mark { found }, mistake, .. }) = typed {
        return match (mistake, found) {
            (Some(_), _) => String::new(),
            (None, Some(found)) => {
                format!("{} of all {}", count(*found), count(state.model.invites.shown.len()))
            }
            (None, None) => format!("marks of all {}", count(state.model.invites.shown.len())),
        };
    }
    if state.model.is_arranging() {
        return "searching…".to_owned();
    }
    let still = if typed.is_some_and(|typed| typed.mistake.is_some()) { "still " } else { "" };
    let (found, loaded) = (count(state.model.table.order.len()), count(state.model.invites.shown.len()));
    let so_far = if state.model.invites.is_complete() { "" } else { " loaded so far" };
    format!("{still}{found} of {loaded}{so_far}")
}

/// The mistake, or what could be typed. There is always a line of it, so that the table keeps its height.
fn below(typed: &Filter, theme: &Theme, columns: usize) -> Vec<Line<'static>> {
    let Some(mistake) = &typed.mistake else {
        if typed.view != View::Journal
            && let Some(doubt) = doubt(typed.field.text())
        {
            let doubt = fit(&format!("? {doubt}"), columns.saturating_sub(2));
            return vec![Line::styled(format!(" {doubt}"), theme.soon)];
        }
        let hint = if typed.view == View::Journal { IN_JOURNAL } else { HINT };
        return vec![Line::styled(format!("  {}", fit(hint, columns.saturating_sub(2))), theme.quiet)];
    };
    let room = columns.saturating_sub(3);
    let mut words = wrap(&visible(&mistake.sentence), room);
    if words.len() > MOST_LINES {
        let rest = words[MOST_LINES - 1..].join(" ");
        words.truncate(MOST_LINES - 1);
        words.push(fit(&rest, room));
    }
    let sign = |nth: usize| if nth == 0 { " ✗ " } else { "   " };
    words
        .into_iter()
        .enumerate()
        .map(|(nth, line)| Line::styled(format!("{}{line}", sign(nth)), theme.bad))
        .collect()
}
