//! The last line: the keys that matter where one is, taken from the key table, so that it cannot lie.
//! As many as fit; what helps most comes first.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::screens::confirm;
use crate::app::screens::confirm::Needs;
use crate::app::screens::export::Export;
use crate::app::screens::export::Focus;
use crate::app::screens::import::{Import, Place, message};
use crate::app::screens::invite_form::address_hint;
use crate::app::screens::pager::About;
use crate::app::screens::prompt;
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::domain::list::Hold;
use crate::domain::text::width;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

use crate::app::shell::frame::view_footers::{
    in_changes, in_journal, in_list, in_plans, in_problems, in_requests,
};
use crate::ui::theme::Theme;

/// Draws it.
pub fn draw(state: &App, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let mut spans = vec![Span::raw(" ")];
    let mut room = area.width.saturating_sub(2) as usize;
    for (_, key, words) in offered(state) {
        let columns = width(&key) + 1 + width(words);
        if columns > room {
            continue;
        }
        room = room.saturating_sub(columns + 2);
        spans.push(Span::styled(key, theme.key));
        spans.push(Span::raw(format!(" {words}  ")));
    }
    frame.render_widget(Paragraph::new(Line::from(spans)), area);
}

/// What is offered in front of the person: an action, the first key that leads to it there, and a word for it. What
/// has no key is not offered.
pub fn offered(state: &App) -> Vec<(Action, String, &'static str)> {
    let place = Overlay::place(state.screens.last(), state.view);
    let with_key = |(action, words)| {
        let key = state.model.options.keys.keys_in(place, action).into_iter().next()?;
        Some((action, key, words))
    };
    shown(state, place).into_iter().filter_map(with_key).collect()
}

/// What is offered where, with the shortest word for it.
fn shown(state: &App, context: KeyContext) -> Vec<(Action, &'static str)> {
    match state.screens.last() {
        Some(Overlay::CopyMenu(_)) => {
            return vec![(Action::Accept, "copy"), (Action::Next, "next"), (Action::Back, "leave")];
        }
        Some(Overlay::Note(_)) => return vec![(Action::Accept, "keep it"), (Action::Back, "leave")],
        Some(Overlay::Unlock(_)) => return vec![(Action::Accept, "allow changes"), (Action::Back, "leave")],
        Some(Overlay::SwitchProfile(_)) => {
            let back = if state.model.options.chooses { "quit" } else { "leave" };
            return vec![(Action::Accept, "open"), (Action::Next, "next"), (Action::Back, back)];
        }
        Some(Overlay::Snooze(_)) => {
            return vec![(Action::Accept, "do it"), (Action::Next, "next"), (Action::Back, "leave")];
        }
        Some(Overlay::Export(export)) => return in_export(export),
        Some(Overlay::Import(many)) => return in_many(many),
        Some(Overlay::Filter(typed)) if typed.marks() => {
            return vec![
                (Action::Accept, "mark what matches"),
                (Action::Back, "leave"),
                (Action::Help, "the language"),
                (Action::Older, "earlier ones"),
            ];
        }
        _ => {}
    }
    match context {
        KeyContext::List => in_list(state),
        KeyContext::Forecast => vec![
            (Action::DayAfter, "next day"),
            (Action::MarkDay, "mark the day"),
            (Action::NextWeekend, "week-end"),
            (Action::FilterDay, "filter to it"),
            (Action::Resend, "resend"),
            (Action::Delete, "revoke"),
            (Action::Back, "close"),
            (Action::Help, "help"),
        ],
        KeyContext::Filter => vec![
            (Action::Accept, "keep it"),
            (Action::Back, "as it was"),
            (Action::Help, "the language"),
            (Action::Older, "earlier ones"),
        ],
        KeyContext::Form | KeyContext::Field => {
            let corrects =
                matches!(state.screens.last(), Some(Overlay::InviteForm(form)) if form.corrects.is_some());
            let ghost = matches!(state.screens.last(), Some(Overlay::InviteForm(form)) if address_hint::offered(state, form).is_some());
            vec![
                (Action::Send, if corrects { "go on" } else { "send" }),
                (Action::Next, if ghost { "take it" } else { "next" }),
                (Action::Back, if corrects { "leave it" } else { "keep as draft" }),
                (Action::Editor, "editor"),
            ]
        }
        KeyContext::Dialog if is_offer(state) => vec![
            (Action::Accept, "do it"),
            (Action::Resume, "resume"),
            (Action::Drop, "give up"),
            (Action::Back, "later"),
        ],
        KeyContext::Dialog => {
            vec![(Action::Yes, "yes"), (Action::Back, "no"), (Action::Next, "other button")]
        }
        KeyContext::Confirm => in_confirm(state),
        KeyContext::Plan => in_plans(state),
        KeyContext::Requests => in_requests(state),
        KeyContext::Changes => in_changes(state),
        KeyContext::Problems => in_problems(state),
        KeyContext::Journal => in_journal(state),
        KeyContext::Text => in_text(state),
        KeyContext::Triage => vec![
            (Action::Keep, "keep"),
            (Action::Delete, "revoke"),
            (Action::Resend, "resend"),
            (Action::Edit, "correct"),
            (Action::Skip, "skip"),
            (Action::BackOne, "back"),
            (Action::Back, "stop"),
        ],
        KeyContext::Palette => {
            vec![(Action::Accept, "run"), (Action::Complete, "complete"), (Action::Back, "close")]
        }
        KeyContext::Columns => vec![
            (Action::Back, "close"),
            (Action::ShowHide, "show or hide"),
            (Action::MoveUp, "up"),
            (Action::MoveDown, "down"),
            (Action::Widen, "wider"),
            (Action::Narrow, "narrower"),
            (Action::ResetColumns, "as they come"),
            (Action::Help, "help"),
        ],
        KeyContext::Many | KeyContext::Views | KeyContext::Anywhere => Vec::new(),
    }
}

fn in_export(export: &Export) -> Vec<(Action, &'static str)> {
    let mut shown = vec![(Action::Accept, "export"), (Action::Next, "next"), (Action::Back, "leave")];
    if export.focus != Focus::Name {
        shown.push((Action::CursorRight, "another"));
    }
    shown
}

fn in_many(many: &Import) -> Vec<(Action, &'static str)> {
    match many.place {
        Place::Source => vec![
            (Action::Send, "go on"),
            (Action::Next, "next"),
            (Action::Back, "leave"),
            (Action::Editor, "editor"),
        ],
        Place::Verdicts if many.sheet.hold.is_some() => {
            let choose = matches!(many.sheet.hold, Some(Hold::ChooseColumn(_)));
            let choose = choose.then_some((Action::EmailColumn, "email column"));
            let others = [(Action::Previous, "the list"), (Action::Back, "leave"), (Action::Help, "help")];
            choose.into_iter().chain(others).collect()
        }
        Place::Verdicts => vec![
            (Action::Accept, "message"),
            (Action::NextDoubtful, "next doubtful"),
            (Action::Edit, "correct"),
            (Action::Insist, "take it"),
            (Action::LeaveOut, "leave out"),
            (Action::Back, "leave"),
            (Action::Help, "help"),
            (Action::EmailColumn, "email column"),
            (Action::TakeSuggestions, "suggestions"),
            (Action::Previous, "the list"),
        ],
        Place::Suggestions => vec![(Action::Accept, "take all"), (Action::Back, "back")],
        Place::Correcting => {
            vec![
                (Action::Accept, "keep it"),
                (Action::Next, "take the suggestion"),
                (Action::Back, "as it was"),
            ]
        }
        Place::Message => {
            let mut shown = vec![(Action::Send, "the plan"), (Action::Next, "next"), (Action::Back, "back")];
            match many.message.focus {
                message::Focus::Entry => shown.push((Action::CursorRight, "the next one")),
                _ => shown.push((Action::Editor, "editor")),
            }
            shown
        }
    }
}

/// Whether the question in front offers to go on with a plan.
fn is_offer(state: &App) -> bool {
    match state.screens.last() {
        Some(Overlay::Prompt(asked)) => matches!(asked.about, prompt::PromptKind::LeftOver(Some(_))),
        _ => false,
    }
}

fn in_confirm(state: &App) -> Vec<(Action, &'static str)> {
    let mut shown = Vec::new();
    if let Some(Overlay::Confirm(confirm)) = state.screens.last() {
        match confirm.needs() {
            Needs::Yes => shown.push((Action::Yes, "run it")),
            Needs::YesMany => shown.push((Action::YesMany, "run it")),
            Needs::Number(_) if confirm.is_typed() && confirm.focus == confirm::Focus::Run => {
                shown.push((Action::Accept, "run it"));
            }
            Needs::Number(_) => {}
        }
        shown.push((Action::Back, "cancel"));
        // What was begun goes on as it is.
        if !confirm.goes_on() {
            shown.push((Action::Stage, "stage"));
        }
        if confirm.plan.steps.len() > 1 && !confirm.goes_on() {
            shown.push((Action::TakeOut, "take out"));
        }
        if confirm.plan.steps.len() > 1 {
            shown.push((Action::Down, "down"));
        }
    }
    shown.push((Action::Next, "other button"));
    shown
}

fn in_text(state: &App) -> Vec<(Action, &'static str)> {
    let mut shown = vec![(Action::Back, "back"), (Action::Down, "scroll")];
    if matches!(state.screens.last(), Some(Overlay::Pager(text)) if text.about == About::Messages) {
        shown.push((Action::Dismiss, "dismiss the newest"));
    }
    shown
}
