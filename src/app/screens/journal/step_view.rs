//! One step of the journal in full: what was asked, what is known, how it ended, and each attempt.

use ratatui::text::Line;

use crate::app::screens::journal::labels::{Mark, outcome_words, verb, when};
use crate::app::shell::app::App;
use crate::domain::journal::{CallResult, JournalCall, JournalEntry};
use crate::domain::text::{visible, visible_lines};
use crate::domain::{Invite, Step};

use crate::app::screens::journal::view::style_of;
use crate::app::screens::pending::detail_view::labelled;
use crate::ui::theme::Theme;
use crate::ui::wrap::wrap;

const TIME: &str = "%-d %b %Y %H:%M:%S";

/// The lines that are shown, what stands in the frame below them, and how far they can be scrolled.
pub(crate) fn lines(
    state: &App,
    theme: &Theme,
    columns: usize,
    height: usize,
) -> (Vec<Line<'static>>, String, usize) {
    let view = &state.journal;
    let Some(entry) = view.entry() else { return (Vec::new(), String::new(), 0) };
    let room = columns.saturating_sub(2);
    let all = all_lines(entry, view.steps.cursor, state, theme, room);
    let limit = all.len().saturating_sub(height);
    let shown = all.into_iter().skip(view.scroll.min(limit)).take(height).map(|mut line| {
        line.spans.insert(0, " ".into());
        line
    });
    let below = format!("─ step {} of {} ", view.steps.cursor + 1, entry.plan.steps.len());
    (shown.collect(), below, limit)
}

fn all_lines(
    entry: &JournalEntry,
    at: usize,
    state: &App,
    theme: &Theme,
    columns: usize,
) -> Vec<Line<'static>> {
    let (Some(step), Some(progress)) = (entry.plan.steps.get(at), entry.progress.get(at)) else {
        return Vec::new();
    };
    let mark = Mark::of(step, progress);
    let put = |label: &str, words: &str| labelled(label, words, columns, theme);
    let head = format!("{} {}", verb(step), visible(step.email()));
    let mut lines = vec![Line::default()];
    lines.extend(wrap(&head, columns).into_iter().map(|line| Line::styled(line, theme.title)));
    let mut outcome = put("outcome", format!("{} {}", mark.sign(), outcome_words(entry, at)).trim_start());
    outcome.iter_mut().for_each(|line| line.style = style_of(mark, theme));
    lines.extend(outcome);
    if let Some(note) = &progress.note {
        lines.extend(put("note", &visible(note)));
    }
    for (label, words) in asked(step, state) {
        lines.extend(put(label, &words));
    }
    lines.push(Line::default());
    for words in known(step, entry, at, state) {
        lines.extend(put("known", &words));
    }
    lines.push(Line::default());
    let calls: Vec<&JournalCall> = entry.calls.iter().filter(|call| call.intent.step == at).collect();
    if calls.is_empty() {
        lines.extend(put("calls", "none was made"));
    }
    for (i, call) in calls.iter().enumerate() {
        lines.extend(put(&format!("call {}", i + 1), &call_words(call, state)));
    }
    lines
}

/// What was to be done, as it was confirmed.
fn asked(step: &Step, state: &App) -> Vec<(&'static str, String)> {
    let mut asked = Vec::new();
    if let Some(old) = step.target() {
        asked.push(("old", invite_words(old, state)));
        if step.draft().is_none_or(|draft| draft.message != old.message) {
            asked.push(("message", message_words(&old.message)));
        }
    }
    if let Some(draft) = step.draft() {
        let words = format!("an invite to {}", visible(&draft.email));
        asked.push(("send", words));
        asked.push(("message", message_words(&draft.message)));
    }
    asked
}

fn message_words(message: &str) -> String {
    if message.is_empty() { "(none)".to_owned() } else { visible_lines(message).join("\n") }
}

/// An invite by its name and its expiry.
fn invite_words(invite: &Invite, state: &App) -> String {
    let expiry = match invite.expiry.0 {
        Some(at) => format!("expires {}", when(state, at, TIME)),
        None => "when it expires the server did not say".to_owned(),
    };
    format!("{}\n{expiry}", visible(&invite.identity.to_string()))
}

/// What is known to be done, and what is not known to be.
fn known(step: &Step, entry: &JournalEntry, at: usize, state: &App) -> Vec<String> {
    let mut known = Vec::new();
    let Some(progress) = entry.progress.get(at) else { return known };
    if let Some(created) = &progress.created {
        known.push(format!("the server has the new invite {}", invite_words(created, state)));
    }
    if progress.verified {
        known.push("it was read back, and equals what was sent".to_owned());
    }
    if progress.old_deleted {
        known.push("the old invite is gone".to_owned());
    }
    if step.owes(progress) {
        known.push("its address was not given the new one: that is owed".to_owned());
    }
    if known.is_empty() {
        known.push("nothing of it is known to be done".to_owned());
    }
    known
}

/// An attempt: when, what, and what came of it.
fn call_words(call: &JournalCall, state: &App) -> String {
    let intent = &call.intent;
    let name = intent.identity.as_ref().map(|name| format!(" {}", visible(&name.to_string())));
    let asked = format!(
        "{}{}\nsent {}",
        intent.method.as_str(),
        name.unwrap_or_default(),
        when(state, intent.at, TIME)
    );
    let Some(answer) = &call.answer else {
        return format!("{asked}\nno answer: it was under way when this was written last");
    };
    let status = answer.status.map_or("no status".to_owned(), |status| format!("status {status}"));
    let request = match &answer.request_id {
        Some(id) => format!("request id {}", visible(id)),
        None => "no request id".to_owned(),
    };
    let at = when(state, answer.at, TIME);
    format!("{asked}\n{} · {status} · {request}\nknown since {at}", result_words(answer.result))
}

fn result_words(result: CallResult) -> &'static str {
    match result {
        CallResult::Succeeded => "succeeded",
        CallResult::NotFound => "no such invite",
        CallResult::DidNothing => "did nothing for certain",
        CallResult::Refused => "refused",
        CallResult::Unanswered => "no answer that tells",
    }
}
