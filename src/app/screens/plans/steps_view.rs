//! The line of a step: what it does to whom, and how that ended. The selected one says why, in full.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::model::plan_run::PlanRun;
use crate::app::model::plans::seconds_left;
use crate::domain::plan::{PlanState, Progress};
use crate::domain::plan_progress::Phase;
use crate::domain::text::{fit, visible};
use crate::domain::{Outcome, PlanId, Step};

use crate::app::screens::plans::items::plan_of;
use crate::app::screens::plans::view::Sight;
use crate::ui::cell::padded;
use crate::ui::wrap::wrap;

/// Columns of the signs before a step.
const SIGNS: usize = 3;
/// Columns of the words for what it does.
const VERB: usize = 12;
/// Columns of the words for how it ended, and of those for an expiry.
const ENDED: usize = 13;
/// At most so many lines of a reason.
const REASON: usize = 6;

/// What a step does, in a word or two.
pub(crate) fn verb(step: &Step) -> &'static str {
    match step {
        Step::Create { .. } => "send",
        Step::Delete { .. } => "revoke",
        Step::Resend { .. } => "resend",
        Step::Replace { .. } => "correct",
        Step::DeleteFirst { .. } => "revoke first",
    }
}

/// The lines of a step: one, and when it is selected, the reason below it.
pub(crate) fn step(sight: Sight<'_>, id: PlanId, at: usize, selected: bool) -> Vec<Line<'static>> {
    let Some((plan, progress)) = plan_of(sight.state, id) else { return Vec::new() };
    let (Some(step), Some(progress)) = (plan.steps.get(at), progress.get(at)) else { return Vec::new() };
    let change = sight.state.model.plans.get(id);
    let is_staged =
        sight.state.model.plans.left(id).is_some_and(|left| left.entry.state == PlanState::Staged);
    let (sign, words, style) = match change {
        _ if is_staged => staged(sight, id, step),
        Some(change) => under_way(sight, change, at, step, progress),
        None => ended(sight, step, progress),
    };
    let mut lines = vec![line(sight, step, sign, &words, style, selected, progress.note.as_deref())];
    if selected && let Some(note) = &progress.note {
        let reason = wrap(&visible(note), sight.columns.saturating_sub(5)).into_iter().take(REASON);
        lines.extend(reason.map(|line| Line::styled(format!("     {line}"), sight.theme.soon)));
    }
    lines
}

fn staged(sight: Sight<'_>, id: PlanId, step: &Step) -> (&'static str, String, Style) {
    if sight.state.model.plans.is_replaced(id) {
        return ("·", "being written".to_owned(), sight.theme.quiet);
    }
    let now = sight.state.model.server_now(sight.now);
    let expiry = step.target().map(|invite| invite.expiry.words(now));
    ("+", expiry.unwrap_or_default(), Style::new())
}

fn under_way(
    sight: Sight<'_>,
    change: &PlanRun,
    at: usize,
    step: &Step,
    progress: &Progress,
) -> (&'static str, String, Style) {
    if progress.outcome.is_some() {
        return ended(sight, step, progress);
    }
    match &change.progress.phase {
        Phase::Held { until } => {
            let left = seconds_left(until.saturating_sub(sight.now.mono));
            ("-", format!("in {left} s"), sight.theme.going)
        }
        Phase::Settling if change.progress.in_hand == Some(at) => {
            ("→", "checking".to_owned(), sight.theme.soon)
        }
        _ if change.progress.in_hand == Some(at) => ("→", "in hand".to_owned(), sight.theme.soon),
        _ if step.owes(progress) => ended(sight, step, progress),
        _ => ("·", "waits".to_owned(), sight.theme.quiet),
    }
}

fn ended(sight: Sight<'_>, step: &Step, progress: &Progress) -> (&'static str, String, Style) {
    let theme = sight.theme;
    if step.owes(progress) {
        return ("!", "owed".to_owned(), theme.bad);
    }
    let outcome = progress.outcome.unwrap_or(Outcome::NotSent);
    let word = match outcome {
        Outcome::OldStillLives => "old one works".to_owned(),
        outcome => outcome.word().to_owned(),
    };
    match outcome {
        Outcome::Done | Outcome::AlreadyGone => ("✓", word, theme.good),
        Outcome::Refused | Outcome::Failed | Outcome::OldStillLives => ("✗", word, theme.bad),
        Outcome::Unknown => ("?", word, theme.soon),
        Outcome::AlreadyInvited | Outcome::NotSent => ("·", word, theme.quiet),
    }
}

fn line(
    sight: Sight<'_>,
    step: &Step,
    sign: &str,
    words: &str,
    style: Style,
    selected: bool,
    note: Option<&str>,
) -> Line<'static> {
    let verbs = if sight.columns >= 60 { VERB + 2 } else { 0 };
    let rest = sight.columns.saturating_sub(SIGNS + verbs + ENDED + 2);
    // Where there is room the reason stands beside it; else it is read when the step is selected.
    let email = if note.is_some() && rest > 50 { rest / 2 } else { rest.min(60) };
    let mark = if selected { "▌" } else { " " };
    let email_style = if selected { sight.theme.selected } else { Style::new() };
    let struck = style.add_modifier & sight.theme.going.add_modifier;
    let mut spans = vec![
        Span::styled(format!("{mark}{sign} "), style.remove_modifier(struck)),
        Span::styled(padded(step.email(), email), email_style.add_modifier(struck)),
    ];
    if verbs > 0 {
        spans.push(Span::styled(format!("  {}", padded(verb(step), VERB)), sight.theme.quiet));
    }
    spans.push(Span::styled(format!("  {}", padded(words, ENDED)), style.remove_modifier(struck)));
    if let Some(note) = note.filter(|_| rest > 50 && !selected) {
        spans.push(Span::styled(
            format!("  {}", fit(note, rest.saturating_sub(email + 2))),
            sight.theme.quiet,
        ));
    }
    Line::from(spans)
}
