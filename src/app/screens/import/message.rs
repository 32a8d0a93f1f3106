//! The third step: the message with its placeholders, how it reads for an entry, and the plan of all good entries.
//! What would be sent wrongly to a single one of them refuses the whole, with the line.

use crate::domain::list::{Template, Unfit};
use crate::domain::text::{count, visible};
use crate::domain::{Now, Step, planning};

use crate::app::effect::Effect;
use crate::app::screens::confirm;
use crate::app::screens::import::review::go_to;
use crate::app::screens::import::{Import, Place, many, many_mut};
use crate::app::shell::app::App;
use crate::domain::list::checking::Judged;
use crate::keys::action::Action;
use crate::ui::text_field::TextField;

/// What has the focus.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Focus {
    /// The text.
    #[default]
    Text,
    /// The entry for which it is shown.
    Entry,
    /// The button that makes the plan.
    GoOn,
}

/// The message for all of them.
#[derive(Debug, Clone, Default)]
pub struct Message {
    /// The text, with placeholders in it.
    pub text: TextField,
    /// What has the focus.
    pub focus: Focus,
}

impl Message {
    /// What the text is filled from.
    pub fn template(&self) -> Template {
        Template::new(self.text.text())
    }

    fn move_focus(&mut self, back: bool) {
        self.focus = match (self.focus, back) {
            (Focus::Text, false) | (Focus::GoOn, true) => Focus::Entry,
            (Focus::Entry, false) | (Focus::Text, true) => Focus::GoOn,
            (Focus::GoOn, false) | (Focus::Entry, true) => Focus::Text,
        };
    }
}

/// How the message reads for the entry under the cursor, and why it could not be sent like that.
pub fn preview(many: &Import) -> Option<(String, Option<Unfit>)> {
    let entry = many.sheet.entries.get(many.lines.cursor)?;
    let template = many.message.template();
    Some((template.preview(&many.sheet, entry), template.draft(&many.sheet, entry).err()))
}

/// Goes on to the message, if there is anybody to send it to.
pub(crate) fn open(state: &mut App) {
    let Some(many) = many_mut(state) else { return };
    if let Some(why) = not_ready(many) {
        many.said = Some(why);
        return;
    }
    many.place = Place::Message;
    // It is shown for somebody who gets it.
    if !many.judged.get(many.lines.cursor).is_some_and(Judged::is_good) {
        let first = many.judged.iter().position(Judged::is_good).unwrap_or(0);
        go_to(state, first);
    }
}

/// Why there can be no plan yet.
fn not_ready(many: &Import) -> Option<String> {
    if many.looking.is_some() {
        return Some("The list is being looked at. Try again in a moment.".to_owned());
    }
    if let Some(hold) = &many.sheet.hold {
        return Some(hold.sentence().to_owned());
    }
    let good = many.judged.iter().any(Judged::is_good);
    (!good).then(|| "None of them can be sent as it is.".to_owned())
}

pub(crate) fn act(state: &mut App, action: Action, now: Now) -> Vec<Effect> {
    let Some(many) = many_mut(state) else { return Vec::new() };
    let focus = many.message.focus;
    match action {
        Action::Next => many.message.move_focus(false),
        Action::Previous => many.message.move_focus(true),
        Action::CursorRight if focus == Focus::Entry => turn(state, false),
        Action::CursorLeft if focus == Focus::Entry => turn(state, true),
        Action::Send => plan(state, now),
        Action::Accept if focus == Focus::GoOn => plan(state, now),
        Action::Accept => many.message.move_focus(false),
        Action::Editor => return vec![Effect::Edit(many.message.text.text().to_owned())],
        Action::Back => (many.place, many.said) = (Place::Verdicts, None),
        _ => {}
    }
    Vec::new()
}

/// Shows the message for the next good entry, or for the one before.
fn turn(state: &mut App, back: bool) {
    let Some(many) = many_mut(state) else { return };
    let at = many.lines.cursor;
    let is_good = |place: &usize| many.judged.get(*place).is_some_and(Judged::is_good);
    let next = match back {
        true => (0..at).rev().find(is_good),
        false => (at + 1..many.judged.len()).find(is_good),
    };
    if let Some(next) = next {
        go_to(state, next);
    }
}

/// Asks about a plan of the good entries, or says which of them cannot be sent.
fn plan(state: &mut App, now: Now) {
    let Some(many) = many(state) else { return };
    let refused = not_ready(many).map(|why| (many.lines.cursor, why));
    match refused.map_or_else(|| steps(state, many), Err) {
        Err((place, why)) => {
            if let Some(many) = many_mut(state) {
                many.said = Some(why);
            }
            go_to(state, place);
        }
        Ok(steps) => ask(state, steps, now),
    }
}

/// A step for each good entry; where one cannot be sent, its place and why.
fn steps(state: &App, many: &Import) -> Result<Vec<Step>, (usize, String)> {
    let steps = state.model.invites.planner().import(&many.sheet, &many.judged, &many.message.template());
    steps.map_err(|refused| {
        let (place, why) = refused.into_iter().next().unwrap_or_default();
        let entry = many.sheet.entries.get(place);
        let of = entry.map(|entry| format!("Line {}, {}: ", entry.line, visible(&entry.email)));
        (place, of.unwrap_or_default() + &why)
    })
}

fn ask(state: &mut App, mut steps: Vec<Step>, now: Now) {
    planning::order(&mut steps, state.model.server_now(now));
    let mut plan = state.model.plan(steps, now);
    // It is about the list, and not about what the filter shows.
    plan.filter.clear();
    let Some(many) = many_mut(state) else { return };
    (many.planned, many.said) = (Some(plan.id), None);
    let good = many.judged.iter().filter(|judged| judged.is_good()).count();
    let note = format!("{} of {} in the list: {}.", count(good), count(many.judged.len()), many.tally);
    confirm::ask_saying(state, plan, Vec::new(), note);
}
