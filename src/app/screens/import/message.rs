//! The third step: the message with its placeholders, how it reads for an entry, and the plan of all good entries.
//! What would be sent wrongly to a single one of them refuses the whole, with the line.

use crate::app::ops::plans::{self, Details};
use crate::app::screens::import::{BEING_CHECKED, Import, Message, MessageFocus as Focus, Stage};
use crate::app::{Context, Effect};
use crate::domain::Step;
use crate::domain::list::checking::Judged;
use crate::domain::list::{Template, Unfit};
use crate::domain::text::{count, visible};
use crate::keys::Action;
use crate::ui::list::moved;

impl Message {
    /// What the text is filled from.
    pub fn template(&self) -> Template {
        Template::new(self.text.text())
    }

    fn move_focus(&mut self, action: Action) {
        const ORDER: [Focus; 3] = [Focus::Text, Focus::Entry, Focus::GoOn];
        self.focus = ORDER[moved(self.focus as usize, action, ORDER.len())];
    }
}

impl Import {
    /// How the message reads for the entry under the cursor, and why it could not be sent like that.
    pub fn preview(&self) -> Option<(String, Option<Unfit>)> {
        let entry = self.sheet.entries.get(self.lines.cursor)?;
        let template = self.message.template();
        Some((template.preview(&self.sheet, entry), template.draft(&self.sheet, entry).err()))
    }

    /// Goes on to the message, if there is anybody to send it to.
    pub(super) fn open_message(&mut self, cx: &mut Context<'_>) {
        self.said = self.not_ready_reason();
        if self.said.is_some() {
            return;
        }
        self.stage = Stage::Message;
        // It is shown for somebody who gets it.
        if !self.judged.get(self.lines.cursor).is_some_and(Judged::is_good) {
            let first = self.judged.iter().position(Judged::is_good).unwrap_or(0);
            self.go_to(first, cx);
        }
    }

    /// Why there can be no plan yet.
    fn not_ready_reason(&self) -> Option<String> {
        if self.looking.is_some() {
            return Some(BEING_CHECKED.to_owned());
        }
        if let Some(hold) = &self.sheet.hold {
            return Some(hold.sentence().to_owned());
        }
        let good = self.judged.iter().any(Judged::is_good);
        (!good).then(|| "None of them can be sent as it is.".to_owned())
    }

    pub(super) fn act_on_message(&mut self, action: Action, cx: &mut Context<'_>) {
        let focus = self.message.focus;
        match action {
            Action::Next | Action::Previous => self.message.move_focus(action),
            Action::CursorRight if focus == Focus::Entry => self.preview_other(false, cx),
            Action::CursorLeft if focus == Focus::Entry => self.preview_other(true, cx),
            Action::Accept if focus != Focus::GoOn => self.message.move_focus(Action::Next),
            Action::Accept | Action::Send => self.propose(cx),
            Action::Editor => cx.effect(Effect::Edit(self.message.text.text().to_owned())),
            Action::Back => (self.stage, self.said) = (Stage::Review, None),
            _ => {}
        }
    }

    /// Shows the message for the next good entry, or for the one before.
    fn preview_other(&mut self, back: bool, cx: &mut Context<'_>) {
        let at = self.lines.cursor;
        let is_good = |place: &usize| self.judged.get(*place).is_some_and(Judged::is_good);
        let next = match back {
            true => (0..at).rev().find(is_good),
            false => (at + 1..self.judged.len()).find(is_good),
        };
        if let Some(next) = next {
            self.go_to(next, cx);
        }
    }

    /// Asks about a plan of the good entries, or says which of them cannot be sent.
    fn propose(&mut self, cx: &mut Context<'_>) {
        let refused = self.not_ready_reason().map(|why| (self.lines.cursor, why));
        let steps = match refused.map_or_else(|| self.steps(cx), Err) {
            Ok(steps) => steps,
            Err((place, why)) => {
                self.said = Some(why);
                return self.go_to(place, cx);
            }
        };
        let good = self.judged.iter().filter(|judged| judged.is_good()).count();
        let note = format!("{} of {} in the list: {}.", count(good), count(self.judged.len()), self.tally);
        // It is about the list, and not about what the filter shows.
        self.planned = Some(plans::propose(cx, steps, Details { note, ..Details::default() }));
        self.said = None;
    }

    /// A step for each good entry; where one cannot be sent, its place and why.
    fn steps(&self, cx: &Context<'_>) -> Result<Vec<Step>, (usize, String)> {
        let steps = cx.invites.planner().import(&self.sheet, &self.judged, &self.message.template());
        steps.map_err(|refused| {
            let (place, why) = refused.into_iter().next().unwrap_or_default();
            let entry = self.sheet.entries.get(place);
            let of = entry.map(|entry| format!("Line {}, {}: ", entry.line, visible(&entry.email)));
            (place, of.unwrap_or_default() + &why)
        })
    }
}
