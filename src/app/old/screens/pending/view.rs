//! The table of pending invites: only the rows in the window are put together, however many there are.

use jiff::Timestamp;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::symbols::merge::MergeStrategy;
use ratatui::text::{Line, Span};
use ratatui::widgets::Block;

use crate::app::model::invites::Known;
use crate::app::model::plans::seconds_left;
use crate::app::model::render_metrics::RowsAt;
use crate::app::shell::app::App;
use crate::domain::expiry::Urgency;
use crate::domain::plan_progress::Phase;
use crate::domain::query::{Field, Sort};
use crate::domain::roster::RowRef;
use crate::domain::text::{count, visible, width};
use crate::domain::view::Column;
use crate::domain::{Identity, Now, Step};
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

use crate::ui::cell::{matched, padded};
use crate::ui::column_widths::{SIGNS, Widths};
use crate::ui::theme::Theme;

/// At most so many invites that are being sent are shown above the rows.
const SENDING: usize = 3;

/// How many rows the table shows in this area.
pub fn height(state: &App, area: Rect) -> usize {
    let sending = state.model.plans.sending().count().min(SENDING);
    (area.height as usize).saturating_sub(3 + sending)
}

/// Where the first of its rows is.
pub fn rows_at(state: &App, area: Rect) -> RowsAt {
    let sending = state.model.plans.sending().count().min(SENDING) as u16;
    RowsAt { x: area.x + 1, y: area.y + 2 + sending, width: area.width.saturating_sub(2) }
}

/// Draws it.
pub fn draw(state: &App, theme: &Theme, now: Now, area: Rect, frame: &mut Frame<'_>) {
    let rows_shown = height(state, area);
    let block = Block::bordered()
        .merge_borders(MergeStrategy::Exact)
        .border_style(theme.quiet)
        .title_bottom(Line::styled(place(state, rows_shown, area.width as usize), theme.quiet));
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let columns = Widths::of(&state.model.table.columns, inner.width as usize);
    let mut lines = vec![heads(state, theme, &columns)];
    for (draft, phase) in state.model.plans.sending().take(SENDING) {
        lines.push(sending(&draft.email, &draft.message, phase, now, theme, &columns));
    }
    let window = state
        .model
        .table
        .order
        .iter()
        .enumerate()
        .skip(state.model.table.top_for(rows_shown))
        .take(rows_shown);
    for (line, row) in window {
        let Some(row) = state.model.invites.shown.rows().get(*row) else { continue };
        let selected = line == state.model.table.cursor;
        lines.push(row_line(&row, selected, state, theme, now, &columns));
    }
    if state.model.table.order.is_empty() {
        lines.push(Line::default());
        lines.push(Line::styled(format!("   {}", nothing(state)), theme.quiet));
    }
    // Set line by line: a `Paragraph` would go through each of them twice to find out where to wrap.
    for (line, y) in lines.iter().zip(inner.top()..inner.bottom()) {
        frame.buffer_mut().set_line(inner.x, y, line, inner.width);
    }
}

fn heads(state: &App, theme: &Theme, columns: &Widths) -> Line<'static> {
    let query = &state.model.table.query;
    let head = |(column, room): (Column, usize)| {
        let (sort, words) = match column {
            // A column that has no room still decides the order, and that is not to be guessed.
            Column::Email if query.sort == Sort::Message && !columns.has(Column::Message) => {
                (Some(Sort::Message), "Email by message")
            }
            Column::Email => (Some(Sort::Email), column.head()),
            Column::Expiry => (Some(Sort::Expiry), column.head()),
            Column::Message => (Some(Sort::Message), column.head()),
            Column::Sent | Column::Identity | Column::Note => (None, column.head()),
        };
        let arrow = match (sort == Some(query.sort), query.reversed) {
            (false, _) => "",
            (true, true) => " ▼",
            (true, false) => " ▲",
        };
        padded(&format!("{words}{arrow}"), room)
    };
    let heads: Vec<String> = columns.iter().map(head).collect();
    Line::styled(format!("{}{}", " ".repeat(SIGNS), heads.join("  ")), theme.title)
}

fn row_line(
    row: &RowRef<'_>,
    selected: bool,
    state: &App,
    theme: &Theme,
    now: Now,
    columns: &Widths,
) -> Line<'static> {
    let server_now = state.model.server_now(now);
    let filter = &state.model.table.query.filter;
    let (sign, urgency) = sign_of(row.expiry.urgency(server_now), theme);
    let identity = row.identity();
    let doing = state.model.plans.step_on_row(&identity);
    let (sign, expires, style) = match doing {
        None => (sign, row.expiry.words(server_now), Style::new()),
        Some((step, phase)) => ("-", phase_words(phase, step, now), theme.going),
    };
    let urgency = if doing.is_some() { theme.soon } else { urgency };
    let mark = mark_of(state, &identity, row, server_now);
    let noted = state.model.annotations.note(row.email).is_some();
    // The words about the expiry stay readable where the rest is struck through.
    let words_style = urgency.remove_modifier(style.add_modifier & theme.going.add_modifier);
    let bar = if selected { "▌" } else { " " };
    let mut spans = vec![
        Span::styled(bar, urgency),
        Span::styled(mark, theme.title),
        Span::styled(format!("{sign} "), urgency),
    ];
    if selected {
        spans = spans.into_iter().map(|span| reversed(span, theme)).collect();
    }
    let of_row = spans.len();
    let mut after_email = false;
    for (column, room) in columns.iter() {
        if spans.len() > of_row {
            // As readable as the words about the expiry, where the rest is struck through.
            let style = if column == Column::Expiry { words_style } else { Style::new() };
            let gap = if noted && after_email { "¶ " } else { "  " };
            spans.push(Span::styled(gap, style));
        }
        after_email = column == Column::Email;
        match column {
            Column::Email => {
                let email = matched(filter, Field::Email, row.email, room, theme);
                spans.extend(
                    email.into_iter().map(|span| if selected { reversed(span, theme) } else { span }),
                );
            }
            Column::Expiry => spans.push(Span::styled(padded(&expires, room), words_style)),
            Column::Message => {
                let message = row.message.replace(['\n', '\r'], " ");
                let message = matched(filter, Field::Message, &message, room, theme);
                spans.extend(message.into_iter().map(|span| span.patch_style(theme.quiet)));
            }
            Column::Sent => {
                spans.push(Span::styled(padded(&row.expiry.sent_words(server_now), room), theme.quiet));
            }
            Column::Note => {
                let note = state.model.annotations.note(row.email).unwrap_or_default();
                spans.push(Span::styled(padded(note, room), theme.quiet));
            }
            Column::Identity => spans.push(Span::styled(padded(identity.as_str(), room), theme.quiet)),
        }
    }
    if noted && after_email {
        spans.push(Span::raw("¶"));
    }
    Line::from(spans).style(style)
}

/// Only signs and address of the selected row are so: moving the selection has to be cheap over a slow link. And
/// without the sign's colour, which would be a loud block when reversed; its shape says the same.
fn reversed<'a>(span: Span<'a>, theme: &Theme) -> Span<'a> {
    let style = Style { fg: None, ..span.style }.patch(theme.selected);
    span.style(style)
}

/// A sign and a style for how urgent a row is; the words beside it say the same.
fn sign_of(urgency: Urgency, theme: &Theme) -> (&'static str, Style) {
    match urgency {
        Urgency::Today => ("●", theme.urgent),
        Urgency::Soon => ("○", theme.soon),
        Urgency::Expired => ("×", theme.over),
        Urgency::Later => (" ", Style::new()),
        Urgency::Unknown => ("?", theme.quiet),
    }
}

/// The sign of a mark, or else of staged work, or else of a row that is put off and shown all the same.
fn mark_of(state: &App, identity: &Identity, row: &RowRef<'_>, server_now: Timestamp) -> &'static str {
    if state.model.marks.contains(identity) {
        "+"
    } else if state.model.plans.staged_on_row(identity).is_some() {
        "»"
    } else if state.model.annotations.is_asleep(row.email, row.expiry, server_now) {
        "z"
    } else {
        " "
    }
}

/// What is happening to a row, at most as wide as its column.
fn phase_words(phase: Option<&Phase>, step: &Step, now: Now) -> String {
    let (goes_on, held) = match step {
        Step::Delete { .. } => ("revoking", "revoking"),
        Step::Resend { .. } => ("resending", "resend"),
        Step::Create { .. } | Step::Replace { .. } | Step::DeleteFirst { .. } => ("correcting", "correct"),
    };
    match phase {
        Some(Phase::Held { until }) => format!("{held} {} s", seconds_left(until.saturating_sub(now.mono))),
        Some(Phase::Queued { .. }) | None => "waiting".into(),
        Some(Phase::Settling) => "checking".into(),
        Some(Phase::Asked | Phase::Running) => goes_on.into(),
    }
}

fn sending(
    email: &str,
    message: &str,
    phase: Option<&Phase>,
    now: Now,
    theme: &Theme,
    columns: &Widths,
) -> Line<'static> {
    let word = match phase {
        Some(Phase::Held { until }) => {
            format!("sends in {} s", seconds_left(until.saturating_sub(now.mono)))
        }
        Some(Phase::Settling) => "checking".into(),
        Some(Phase::Queued { .. }) | None => "waiting".into(),
        _ => "sending".to_owned(),
    };
    let cell = |(column, room): (Column, usize)| match column {
        Column::Email => padded(email, room),
        Column::Expiry => padded(&word, room),
        Column::Message => padded(message, room),
        Column::Sent | Column::Identity | Column::Note => " ".repeat(room),
    };
    let cells: Vec<String> = columns.iter().map(cell).collect();
    Line::styled(format!("  → {}", cells.join("  ")), theme.soon)
}

/// Where one is: "rows 1–40 of 412 · page 1/11 · 3 put off". Without the page where there is no room.
fn place(state: &App, rows_shown: usize, columns: usize) -> String {
    let rows = state.model.table.order.len();
    if rows_shown == 0 {
        return String::new();
    }
    let (top, cursor) = (state.model.table.top_for(rows_shown), state.model.table.cursor);
    let (page, pages) = (cursor / rows_shown + 1, rows.div_ceil(rows_shown));
    let last = (top + rows_shown).min(rows);
    let place = (rows > 0).then(|| format!("rows {}–{} of {}", count(top + 1), count(last), count(rows)));
    let page = (rows > 0).then(|| format!("page {}/{}", count(page), count(pages)));
    let together = |parts: [Option<String>; 3]| {
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if parts.is_empty() { String::new() } else { format!("─ {} ", parts.join(" · ")) }
    };
    let all = together([place.clone(), page, put_off(state)]);
    if width(&all) + 2 <= columns { all } else { together([place, None, put_off(state)]) }
}

/// How many rows are put off, and whether they are shown all the same.
fn put_off(state: &App) -> Option<String> {
    let rows = state.model.table.put_off.rows;
    let hidden = state.model.table.query.hides_snoozed();
    (rows > 0).then(|| format!("{} put off{}", count(rows), if hidden { "" } else { ", shown" }))
}

fn nothing(state: &App) -> String {
    let filter = visible(state.model.table.query.filter.text());
    let put_off = state.model.table.put_off.rows;
    match (&state.model.invites.known, &state.model.invites.reading) {
        _ if !filter.is_empty() && !state.model.invites.shown.is_empty() => {
            format!("Nothing matches “{filter}”.")
        }
        _ if put_off > 0 && put_off == state.model.invites.shown.len() => {
            let key = state.model.key(KeyContext::List, Action::ShowSnoozed);
            format!("All that is here is put off. {key} shows it.")
        }
        (_, Some(_)) => "Reading the list…".into(),
        (Known::All { .. }, None) => "No invite is pending.".into(),
        (Known::Kept { .. }, None) => "No invite was pending then.".into(),
        _ => "There is no list to show.".into(),
    }
}
