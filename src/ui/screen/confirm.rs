//! The question before a plan is executed: which invites, and what will happen to them.

use ratatui::Frame;
use ratatui::text::Line;

use crate::app::screen::Confirm;
use crate::app::state::State;
use crate::domain::text::{fit, plural, visible};
use crate::domain::{Now, Step};

use super::super::dialog;
use super::super::theme::Theme;
use super::super::wrap::wrap;
use super::detail::expiry_words;

/// At most so many steps are listed.
const LISTED: usize = 8;

/// Draws it.
pub fn draw(confirm: &Confirm, state: &State, theme: &Theme, now: Now, frame: &mut Frame<'_>) {
    let columns = dialog::room(64, frame);
    let steps = &confirm.plan.steps;
    let mut lines = Vec::new();
    for step in steps.iter().take(LISTED) {
        lines.extend(step_lines(step, state, theme, now, columns as usize));
    }
    if steps.len() > LISTED {
        lines.push(Line::styled(format!("and {} more", steps.len() - LISTED), theme.quiet));
    }
    lines.push(Line::default());
    for sentence in consequences(confirm, state).iter().chain(&confirm.note) {
        lines.extend(wrap(sentence, columns as usize).into_iter().map(Line::from));
    }
    lines.push(Line::default());
    let verb = if confirm.plan.deletes() { "Revoke" } else { "Send" };
    lines.push(dialog::buttons(&["Cancel", verb], usize::from(confirm.on_yes), theme));
    let title = if steps.len() == 1 {
        format!("{verb} this invite?")
    } else {
        format!("{verb} {}?", plural(steps.len(), "invite"))
    };
    dialog::ask(&title, lines, columns, theme, frame);
}

fn step_lines(step: &Step, state: &State, theme: &Theme, now: Now, columns: usize) -> Vec<Line<'static>> {
    let Some(invite) = step.target() else {
        return vec![Line::styled(fit(step.email(), columns), theme.title)];
    };
    let mut lines: Vec<Line<'static>> = wrap(&visible(&invite.email), columns)
        .into_iter()
        .map(|line| Line::styled(line, theme.title))
        .collect();
    let expires = format!("expires {}", expiry_words(invite.expiry, state, now));
    lines.extend(wrap(&expires, columns).into_iter().map(|line| Line::styled(line, theme.quiet)));
    lines
}

/// What will happen, in sentences.
fn consequences(confirm: &Confirm, state: &State) -> Vec<String> {
    if !confirm.plan.deletes() {
        return Vec::new();
    }
    let mut sentences = vec![match confirm.plan.steps.len() {
        1 => "Its link stops working. No e-mail is sent, and it cannot be undone.".to_owned(),
        n => format!("{n} links stop working. No e-mail is sent, and it cannot be undone."),
    }];
    let hold = state.start.hold.as_secs();
    let undo = state.start.keys.keys_of(crate::app::keymap::Context::Views, crate::app::action::Action::Undo);
    if let Some(key) = undo.first().filter(|_| hold > 0) {
        sentences.push(format!("For {hold} s nothing is sent, and {key} takes it back."));
    }
    sentences
}
