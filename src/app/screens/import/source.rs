//! The first step: where a list is pasted, typed, or named as a file. Pasting never goes on by itself, and nothing is
//! sent from here.

use crate::app::ops::reading;
use crate::app::screens::import::{Import, Source, SourceFocus as Focus, Stage};
use crate::app::{Context, Effect};
use crate::domain::limits;
use crate::domain::list::{Decoded, pasted};
use crate::keys::{Action, Key, KeyCode};
use crate::ui::list::moved;

impl Source {
    /// Puts a text behind what is there. False if the list would be too long; then nothing is added.
    fn add(&mut self, text: &str) -> bool {
        let fits = self.text.len() + text.len() <= limits::LIST_BYTES;
        if fits {
            self.text.push_str(text);
            self.changed();
        }
        fits
    }

    fn clear(&mut self) {
        self.text.clear();
        self.changed();
    }

    fn changed(&mut self) {
        self.lines = self.text.lines().count();
        self.taken = false;
    }

    fn move_focus(&mut self, action: Action) {
        const ORDER: [Focus; 3] = [Focus::List, Focus::File, Focus::GoOn];
        self.focus = ORDER[moved(self.focus as usize, action, ORDER.len())];
    }
}

fn too_long() -> String {
    format!("The list would be larger than {} MB: nothing was added. Split it.", limits::LIST_BYTES >> 20)
}

impl Import {
    /// Takes a paste of any size. A line goes into the file's name where that has the focus; all else is a list.
    pub(super) fn paste_list(&mut self, text: &str) {
        let (text, source) = (pasted(text), &mut self.source);
        if source.focus == Focus::File && !text.trim_end().contains('\n') {
            return source.file.paste(&text);
        }
        source.focus = Focus::List;
        if !source.text.is_empty() && !source.text.ends_with('\n') {
            source.add("\n");
        }
        let whole = source.add(&text);
        self.said = (!whole).then(too_long);
    }

    /// Types into the list. True where the key was taken.
    pub(super) fn type_into_list(&mut self, key: Key) -> bool {
        match key {
            Key { code: KeyCode::Char(c), ctrl, alt }
                if ctrl == alt && !c.is_control() && self.source.focus == Focus::List =>
            {
                self.said = None;
                self.source.add(c.encode_utf8(&mut [0; 4]));
                true
            }
            _ => false,
        }
    }

    pub(super) fn act_on_source(&mut self, action: Action, cx: &mut Context<'_>) {
        let focus = self.source.focus;
        self.said = None;
        match action {
            Action::Next | Action::Previous => self.source.move_focus(action),
            Action::Accept if focus == Focus::List => drop(self.source.add("\n")),
            Action::Accept if focus == Focus::File => self.read_file(cx),
            Action::Accept | Action::Send => self.check_list(cx),
            Action::DeleteLeft if focus == Focus::List => {
                self.source.text.pop();
                self.source.changed();
            }
            Action::DeleteAll if focus == Focus::List => self.source.clear(),
            Action::Editor => cx.effect(Effect::Edit(self.source.text.clone())),
            Action::Back => self.leave(cx),
            _ => {}
        }
    }

    /// Goes on to the second step.
    fn check_list(&mut self, cx: &mut Context<'_>) {
        if self.source.text.trim().is_empty() {
            if !self.source.file.text().trim().is_empty() {
                return self.read_file(cx);
            }
            self.said = Some("Paste a list, or name a file.".to_owned());
        } else if self.source.taken {
            self.stage = Stage::Review;
            self.recheck(cx);
        } else {
            self.check_text(cx);
        }
    }

    fn read_file(&mut self, cx: &mut Context<'_>) {
        let path = self.source.file.text().trim().to_owned();
        if path.is_empty() {
            self.said = Some("Name a file, or paste a list.".to_owned());
            return;
        }
        let number = cx.next_number();
        self.reading = Some(number);
        cx.effect(Effect::ReadList { number, path });
    }

    /// A file was read, or not: its text takes the place of what was pasted.
    pub(crate) fn list_read(&mut self, number: u64, read: Result<Decoded, String>, cx: &mut Context<'_>) {
        if self.reading != Some(number) {
            return reading::count_stale_reply(cx);
        }
        self.reading = None;
        self.said = read.map_or_else(Some, |decoded| self.take_list(&decoded, cx));
    }

    /// Takes the text of a file; what there is to say about it.
    fn take_list(&mut self, decoded: &Decoded, cx: &mut Context<'_>) -> Option<String> {
        self.source.clear();
        if !self.source.add(&decoded.text) {
            return Some(too_long());
        }
        self.check_text(cx);
        let guess =
            || format!("Read as {}, which was a guess: look whether the names are right.", decoded.encoding);
        decoded.doubtful.then(guess)
    }
}
