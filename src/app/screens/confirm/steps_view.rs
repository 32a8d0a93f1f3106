//! The steps of a plan that asks to be confirmed: one in full, or the visible ones of many, a line each.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::model::labels::step_label;
use crate::app::render::RenderContext;
use crate::app::render::invite::expiry_text;
use crate::app::screens::confirm::Confirm;
use crate::domain::Step;
use crate::domain::email::folded;
use crate::domain::text::{fit, fit_middle, visible, width};
use crate::ui::list::sign;
use crate::ui::wrap::wrap;

/// The only step of a plan.
pub(super) fn alone(step: &Step, cx: &RenderContext<'_>, columns: usize) -> Vec<Line<'static>> {
    let (theme, mut lines) = (cx.theme, Vec::new());
    let mut say = |words: &str, style: Style| {
        lines.extend(wrap(words, columns).into_iter().map(|line| Line::styled(line, style)));
    };
    let invite = step.target();
    say(&visible(invite.map_or(step.email(), |invite| &invite.email)), theme.title);
    if let Some(invite) = invite {
        say(&format!("expires {}", expiry_text(invite.expiry, cx)), theme.quiet);
    }
    let Some(draft) = step.draft() else { return lines };
    if invite.is_some_and(|invite| invite.email != draft.email) {
        say(&format!("goes to {} instead", visible(&draft.email)), theme.title);
    }
    // An old message that goes out again is not news.
    if invite.is_none_or(|invite| invite.message != draft.message) {
        let message = if draft.message.is_empty() { "(none)".into() } else { visible(&draft.message) };
        say(&format!("message {message}"), theme.quiet);
    }
    lines
}

/// The first step that is seen, in a list of so many lines.
pub(super) fn top(confirm: &Confirm, list: usize) -> usize {
    let steps = confirm.plan.steps.len();
    confirm.cursor.saturating_sub(list / 2).min(steps.saturating_sub(list))
}

/// The steps around the cursor.
pub(super) fn listed(
    confirm: &Confirm,
    list: usize,
    cx: &RenderContext<'_>,
    columns: usize,
) -> Vec<Line<'static>> {
    let (theme, server_now) = (cx.theme, cx.server_now(cx.now));
    let steps = &confirm.plan.steps;
    let labels = steps.iter().map(|step| step_label(step).len()).max().unwrap_or(0);
    let seen = steps.iter().enumerate().skip(top(confirm, list)).take(list);
    let seen: Vec<(usize, &Step, String)> = seen
        .map(|(at, step)| (at, step, step.target().map_or("new".into(), |it| it.expiry.words(server_now))))
        .collect();
    let expires = seen.iter().map(|(_, _, text)| width(text)).max().unwrap_or(0);
    let emails = columns.saturating_sub(1 + labels + 2 + 2 + expires);
    let lines = seen.into_iter().map(|(at, step, text)| {
        let selected = at == confirm.cursor;
        let style = if selected { theme.selected } else { Style::new() };
        let email = address(step, emails);
        let gap = " ".repeat(emails.saturating_sub(width(&email)));
        Line::from(vec![
            Span::raw(sign(selected)),
            Span::styled(
                format!("{:<labels$}  ", step_label(step)),
                if selected { style } else { theme.quiet },
            ),
            Span::styled(format!("{email}{gap}"), style),
            Span::styled(format!("  {text}"), theme.quiet),
        ])
    });
    lines.collect()
}

/// To whom; of a correction also to whom it was.
fn address(step: &Step, columns: usize) -> String {
    match step.target().filter(|invite| folded(&invite.email) != folded(step.email())) {
        Some(old) => {
            let half = columns.saturating_sub(3) / 2;
            let new = fit_middle(step.email(), columns.saturating_sub(half + 3));
            fit(&format!("{} → {new}", fit_middle(&old.email, half)), columns)
        }
        None => fit_middle(step.email(), columns),
    }
}
