//! The question before a plan is executed: every step, what it costs, and what will happen. In a low window the list
//! gives way, never the buttons.

use ratatui::Frame;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::action::Action;
use crate::app::keymap::Context;
use crate::app::screen::Confirm;
use crate::app::screen::confirm::{Focus, Needs};
use crate::app::state::{Drawn, State};
use crate::domain::expiry::span;
use crate::domain::text::{count, fit, plural, visible, width};
use crate::domain::{Now, Step};

use super::super::dialog;
use super::super::theme::Theme;
use super::super::wrap::wrap;
use super::detail::expiry_words;

/// Columns of a verb in the list.
const VERB: usize = 12;
/// Columns of an expiry in the list.
const EXPIRES: usize = 12;

/// Draws it.
pub fn draw(
    confirm: &Confirm,
    state: &State,
    theme: &Theme,
    now: Now,
    drawn: &mut Drawn,
    frame: &mut Frame<'_>,
) {
    let columns = dialog::room(76, frame);
    let words = columns as usize;
    let below = below(confirm, state, theme, words);
    let alone = confirm.plan.steps.len() == 1;
    let listed =
        if alone { alone_lines(confirm, state, theme, now, words).len() } else { confirm.plan.steps.len() };
    let wanted = listed.saturating_add(below.len()).min(u16::MAX as usize) as u16;
    let inside = dialog::open(
        &title(confirm),
        columns,
        wanted.min(frame.area().height.saturating_sub(4)),
        theme,
        frame,
    );
    let height = inside.height as usize;
    // What is below is cut from its beginning where even that does not fit.
    let list = height.saturating_sub(below.len()).max(1);
    let hidden = (list + below.len()).saturating_sub(height);
    drawn.text_height = list;
    let mut lines = match alone {
        true => alone_lines(confirm, state, theme, now, words),
        false => listed_lines(confirm, list, state, theme, now, words),
    };
    lines.truncate(list);
    lines.extend(below.into_iter().skip(hidden));
    frame.render_widget(Paragraph::new(lines), inside);
}

fn title(confirm: &Confirm) -> String {
    let steps = &confirm.plan.steps;
    let verb = match steps.first() {
        Some(Step::Delete { .. }) => "Revoke",
        Some(Step::Resend { .. }) => "Resend",
        Some(Step::Replace { .. }) => "Correct",
        Some(Step::Create { .. }) => "Send",
        Some(Step::DeleteFirst { .. }) | None => "Revoke first, then send",
    };
    let same = steps.first().is_none_or(|first| steps.iter().all(|step| step.verb() == first.verb()));
    match (steps.len(), same) {
        (1, _) => format!("{verb} this invite?"),
        (n, true) => format!("{verb} {}?", plural(n, "invite")),
        (n, false) => format!("Run a plan of {}?", plural(n, "step")),
    }
}

/// The word for a step in the list.
fn verb(step: &Step) -> &'static str {
    match step {
        Step::Create { .. } => "send",
        Step::Delete { .. } => "revoke",
        Step::Resend { .. } => "resend",
        Step::Replace { .. } => "correct",
        Step::DeleteFirst { .. } => "revoke first",
    }
}

/// A single step, in full.
fn alone_lines(
    confirm: &Confirm,
    state: &State,
    theme: &Theme,
    now: Now,
    columns: usize,
) -> Vec<Line<'static>> {
    let Some(step) = confirm.plan.steps.first() else { return Vec::new() };
    let mut lines = Vec::new();
    let mut say = |text: &str, style| {
        lines.extend(wrap(text, columns).into_iter().map(|line| Line::styled(line, style)));
    };
    if let Some(invite) = step.target() {
        say(&visible(&invite.email), theme.title);
        say(&format!("expires {}", expiry_words(invite.expiry, state, now)), theme.quiet);
    }
    match step {
        Step::Create { draft, .. } => say(&visible(&draft.email), theme.title),
        Step::Replace { draft, .. } => {
            say(&format!("in its place: {}", visible(&draft.email)), theme.title);
            say(&format!("message: {}", visible(&draft.message)), theme.quiet);
        }
        Step::Delete { .. } | Step::Resend { .. } | Step::DeleteFirst { .. } => {}
    }
    lines
}

/// Only the steps that are seen are put together, however many there are.
fn listed_lines(
    confirm: &Confirm,
    height: usize,
    state: &State,
    theme: &Theme,
    now: Now,
    columns: usize,
) -> Vec<Line<'static>> {
    let steps = &confirm.plan.steps;
    let top = (confirm.cursor + 1).saturating_sub(height).min(steps.len().saturating_sub(height));
    let email = columns.saturating_sub(1 + VERB + EXPIRES + 2);
    let line = |(place, step): (usize, &Step)| {
        let selected = place == confirm.cursor;
        let expires = match step.target() {
            Some(invite) => invite.expiry.words(state.server_now(now)),
            None => "new".to_owned(),
        };
        let style = if selected { theme.selected } else { ratatui::style::Style::new() };
        Line::from(vec![
            Span::raw(if selected { "▌" } else { " " }),
            Span::styled(padded(verb(step), VERB), theme.quiet),
            Span::raw(" "),
            Span::styled(padded(step.email(), email), style),
            Span::styled(format!(" {}", padded(&expires, EXPIRES)), theme.quiet),
        ])
    };
    steps.iter().enumerate().skip(top).take(height).map(line).collect()
}

fn padded(text: &str, columns: usize) -> String {
    let text = fit(text, columns);
    let missing = columns.saturating_sub(width(&text));
    text + &" ".repeat(missing)
}

/// What stands below the steps, the buttons last.
fn below(confirm: &Confirm, state: &State, theme: &Theme, columns: usize) -> Vec<Line<'static>> {
    let mut lines = vec![Line::default()];
    let mut say = |text: &str, style| {
        lines.extend(wrap(text, columns).into_iter().map(|line| Line::styled(line, style)));
    };
    say(&costs(confirm, state), theme.title);
    for sentence in consequences(confirm, state) {
        say(&sentence, ratatui::style::Style::new());
    }
    for warning in &confirm.warnings {
        say(&format!("! {warning}"), theme.soon);
    }
    if !confirm.note.is_empty() {
        say(&confirm.note, ratatui::style::Style::new());
    }
    if let Some(reason) = &confirm.refused {
        say(&visible(reason), theme.bad);
    }
    lines.push(Line::default());
    lines.push(buttons(confirm, theme));
    lines
}

fn buttons(confirm: &Confirm, theme: &Theme) -> Line<'static> {
    let run = if confirm.plan.steps.len() == 1 { verb_alone(confirm) } else { "Run" };
    let focus = match confirm.focus {
        Focus::Cancel => 0,
        Focus::Run => 1,
        Focus::Stage => 2,
    };
    let mut line = dialog::buttons(&["Cancel", run, "Stage"], focus, theme);
    if let Needs::Number(number) = confirm.needs() {
        let typed = confirm.number.text();
        line.push_span(Span::raw(format!("type {number} to run it: {typed}▏")));
    }
    line
}

fn verb_alone(confirm: &Confirm) -> &'static str {
    match confirm.plan.steps.first() {
        Some(Step::Delete { .. }) => "Revoke",
        Some(Step::Resend { .. }) => "Resend",
        _ => "Send",
    }
}

/// "51 calls · 17 e-mails go out · 17 links stop working · about 12 s".
fn costs(confirm: &Confirm, state: &State) -> String {
    let costs = confirm.costs;
    let go = |n: usize, one: &str, does: &str, many_do: &str| {
        format!("{} {}", plural(n, one), if n == 1 { does } else { many_do })
    };
    let mut parts = vec![plural(costs.calls(), "call")];
    parts.push(match costs.mails {
        0 => "no e-mail goes out".to_owned(),
        n => go(n, "e-mail", "goes out", "go out"),
    });
    if costs.links > 0 {
        parts.push(go(costs.links, "link", "stops working", "stop working"));
    }
    let calls = u32::try_from(costs.calls()).unwrap_or(u32::MAX);
    if let Some(pace) = state.pace.per_call().filter(|_| calls > 3) {
        let seconds = pace.saturating_mul(calls).as_secs().max(1);
        parts.push(format!(
            "about {}",
            if seconds < 60 { format!("{seconds} s") } else { span(seconds as i64) }
        ));
    }
    parts.join(" · ")
}

/// What will happen, in sentences.
fn consequences(confirm: &Confirm, state: &State) -> Vec<String> {
    let steps = &confirm.plan.steps;
    let mut sentences = Vec::new();
    if steps.iter().any(|step| matches!(step, Step::DeleteFirst { .. })) {
        sentences.push(
            "The old invite goes first; until the new one is sent nobody is invited, and what is owed is kept in the \
             journal."
                .to_owned(),
        );
    }
    if steps.iter().any(|step| matches!(step, Step::Resend { .. } | Step::Replace { .. })) {
        sentences
            .push("A new invite is made and read back first; only then the old one is revoked.".to_owned());
    }
    if confirm.plan.deletes() {
        sentences.push("A link that was revoked cannot be brought back.".to_owned());
    }
    let hold = state.start.hold.as_secs();
    let undo = state.start.keys.keys_of(Context::Views, Action::Undo);
    if let Some(key) = undo.first().filter(|_| hold > 0 && confirm.plan.deletes()) {
        sentences.push(format!("For {} s nothing is sent, and {key} takes it back.", count(hold as usize)));
    }
    sentences
}
