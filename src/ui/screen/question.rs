//! Questions with two answers, in words.

use ratatui::Frame;
use ratatui::text::Line;

use crate::app::exporting::Target;
use crate::app::screen::Question;
use crate::app::screen::question::About;
use crate::app::state::State;
use crate::domain::expiry::span;
use crate::domain::text::{plural, visible};

use super::super::dialog;
use super::super::theme::Theme;
use super::super::wrap::wrap;

/// Draws it.
pub fn draw(question: Question, state: &State, theme: &Theme, frame: &mut Frame<'_>) {
    let (title, sentences, buttons) = match question.about {
        About::Quitting => ("Quit?", quitting(state), ["Stay", "Quit"]),
        About::Waiting(wait) => (
            "Wait that long?",
            vec![format!(
                "The server asks to send nothing for {}. Without waiting, what was asked for fails now.",
                span(wait.as_secs() as i64)
            )],
            ["Do not wait", "Wait"],
        ),
        About::Replacing => ("Replace the file?", vec![replacing(state)], ["Keep it", "Replace it"]),
    };
    let columns = dialog::room(60, frame);
    let mut lines: Vec<Line<'static>> =
        sentences.iter().flat_map(|sentence| wrap(sentence, columns as usize)).map(Line::from).collect();
    lines.push(Line::default());
    lines.push(dialog::buttons(&buttons, usize::from(question.on_yes), theme));
    dialog::ask(title, lines, columns, theme, frame);
}

fn replacing(state: &State) -> String {
    let name = match state.exporting.as_ref().map(|job| &job.target) {
        Some(Target::File { name, .. }) => visible(name).into_owned(),
        _ => String::new(),
    };
    format!("There is a file {name} already. Replaced, what is in it now is lost.")
}

fn quitting(state: &State) -> Vec<String> {
    let mut sentences = Vec::new();
    let open = state.changes.open_steps();
    if open > 0 && state.start.try_out.is_none() {
        sentences.push(format!(
            "{} under way. What was not sent by then stays unsent; the next start says how far it got and asks.",
            plural(open, "change")
        ));
    } else if open > 0 {
        sentences.push(format!("{} under way. The try-out keeps nothing.", plural(open, "change")));
    }
    if open == 0 || state.drafts.iter().any(|draft| !draft.is_blank()) {
        sentences.push("A draft was not sent. It is lost when you quit.".to_owned());
    }
    sentences
}
