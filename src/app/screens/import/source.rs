//! The first step: where a list is pasted, typed, or named as a file. Pasting never goes on by itself, and nothing is
//! sent from here.

use crate::domain::limits;
use crate::domain::list::{Decoded, pasted};

use crate::app::effect::Effect;
use crate::app::screens::import::{Import, Place, many_mut, recheck};
use crate::app::shell::app::App;
use crate::keys::action::Action;
use crate::keys::input::{Key, KeyCode};
use crate::ui::text_field::TextField;

/// What has the focus.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Focus {
    /// The list.
    #[default]
    List,
    /// The name of a file.
    File,
    /// The button that goes on.
    GoOn,
}

/// Where a list comes from.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// The list as it was pasted or read, with `\n` as its only line end.
    pub text: String,
    /// How many lines it has.
    pub lines: usize,
    /// A file's name.
    pub file: TextField,
    /// What has the focus.
    pub focus: Focus,
    /// The list that is judged was read from this very text.
    pub(crate) taken: bool,
}

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

    fn changed(&mut self) {
        self.lines = self.text.lines().count();
        self.taken = false;
    }

    fn move_focus(&mut self, back: bool) {
        self.focus = match (self.focus, back) {
            (Focus::List, false) | (Focus::GoOn, true) => Focus::File,
            (Focus::File, false) | (Focus::List, true) => Focus::GoOn,
            (Focus::GoOn, false) | (Focus::File, true) => Focus::List,
        };
    }
}

/// Takes a paste of any size. A line goes into the file's name where that has the focus; all else is a list.
pub(crate) fn paste(many: &mut Import, text: &str) {
    let text = pasted(text);
    if many.source.focus == Focus::File && !text.trim_end().contains('\n') {
        return many.source.file.paste(&text);
    }
    many.source.focus = Focus::List;
    if !many.source.text.is_empty() && !many.source.text.ends_with('\n') {
        many.source.add("\n");
    }
    let whole = many.source.add(&text);
    many.said = (!whole).then(too_long);
}

fn too_long() -> String {
    format!("The list would be larger than {} MB: nothing was added. Split it.", limits::LIST_BYTES >> 20)
}

/// Types into the list. True where the key was taken.
pub(crate) fn type_key(many: &mut Import, key: Key) -> bool {
    match key {
        Key { code: KeyCode::Char(c), ctrl, alt }
            if ctrl == alt && !c.is_control() && many.source.focus == Focus::List =>
        {
            many.said = None;
            many.source.add(c.encode_utf8(&mut [0; 4]));
            true
        }
        _ => false,
    }
}

/// Takes what was written in the editor.
pub(crate) fn edited(many: &mut Import, text: &str) {
    many.source.text.clear();
    paste(many, text);
}

pub(crate) fn act(state: &mut App, action: Action) -> Vec<Effect> {
    let Some(many) = many_mut(state) else { return Vec::new() };
    let focus = many.source.focus;
    many.said = None;
    match action {
        Action::Next => many.source.move_focus(false),
        Action::Previous => many.source.move_focus(true),
        Action::Accept if focus == Focus::List => drop(many.source.add("\n")),
        Action::Accept if focus == Focus::File => return read_file(state),
        Action::Accept | Action::Send => return go_on(state),
        Action::DeleteLeft if focus == Focus::List => {
            many.source.text.pop();
            many.source.changed();
        }
        Action::DeleteAll if focus == Focus::List => {
            many.source.text.clear();
            many.source.changed();
        }
        Action::Editor => return vec![Effect::Edit(many.source.text.clone())],
        Action::Back => crate::app::screens::import::leave(state),
        _ => {}
    }
    Vec::new()
}

fn go_on(state: &mut App) -> Vec<Effect> {
    let Some(many) = many_mut(state) else { return Vec::new() };
    let named = !many.source.file.text().trim().is_empty();
    if many.source.text.trim().is_empty() {
        if named {
            return read_file(state);
        }
        many.said = Some("Paste a list, or name a file.".to_owned());
        return Vec::new();
    }
    if many.source.taken {
        many.place = Place::Verdicts;
        return recheck::again(state);
    }
    recheck::at_text(state)
}

fn read_file(state: &mut App) -> Vec<Effect> {
    let number = state.model.next_number();
    let Some(many) = many_mut(state) else { return Vec::new() };
    let path = many.source.file.text().trim().to_owned();
    many.said = path.is_empty().then(|| "Name a file, or paste a list.".to_owned());
    if many.said.is_some() {
        return Vec::new();
    }
    many.reading = Some(number);
    vec![Effect::ReadList { number, path }]
}

/// A file was read, or not: its text takes the place of what was pasted.
pub(crate) fn read(state: &mut App, number: u64, read: Result<Decoded, String>) -> Vec<Effect> {
    let Some(many) = many_mut(state).filter(|many| many.reading == Some(number)) else {
        state.model.stale_replies += 1;
        return Vec::new();
    };
    many.reading = None;
    let decoded = match read {
        Ok(decoded) => decoded,
        Err(why) => {
            many.said = Some(why);
            return Vec::new();
        }
    };
    many.source.text.clear();
    many.source.changed();
    if !many.source.add(&decoded.text) {
        many.said = Some(too_long());
        return Vec::new();
    }
    let effects = recheck::at_text(state);
    if let Some(many) = many_mut(state) {
        let doubt =
            format!("Read as {}, which was a guess: look whether the names are right.", decoded.encoding);
        many.said = decoded.doubtful.then_some(doubt);
    }
    effects
}
