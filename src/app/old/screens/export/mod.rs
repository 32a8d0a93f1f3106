//! The form of an export: the format, whether it goes to a file or to the clipboard, and the file's name. It
//! stays open until the file is written, so that nothing has to be typed again when that fails.

pub mod view;

use crate::domain::Now;
use crate::domain::export::Format;

use crate::app::effect::Effect;
use crate::app::model::export;
use crate::app::model::export::{Job, Shown, Target};
use crate::app::ops::clipboard;
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::keys::action::Action;
use crate::ui::text_field::TextField;

/// What has the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// The format.
    Format,
    /// File or clipboard.
    Target,
    /// The file's name.
    Name,
}

/// The form.
#[derive(Debug, Clone)]
pub struct Export {
    /// The rows.
    pub shown: Shown,
    /// How they are written.
    pub format: Format,
    /// Into the clipboard, and into no file.
    pub to_clipboard: bool,
    /// The file's name.
    pub name: TextField,
    /// What has the focus.
    pub focus: Focus,
    /// Why nothing was written, after somebody tried.
    pub refused: Option<String>,
}

impl Export {
    pub(crate) fn field(&mut self) -> Option<&mut TextField> {
        (self.focus == Focus::Name).then_some(&mut self.name)
    }

    /// The clipboard has no name, so its field is passed over.
    fn move_focus(&mut self, back: bool) {
        let places: &[Focus] = match self.to_clipboard {
            true => &[Focus::Format, Focus::Target],
            false => &[Focus::Format, Focus::Target, Focus::Name],
        };
        let at = places.iter().position(|place| *place == self.focus).unwrap_or(0);
        let step = if back { places.len() - 1 } else { 1 };
        self.focus = places[(at + step) % places.len()];
    }

    /// Another format; the name ends as it should as long as nobody gave it another ending.
    fn choose_format(&mut self, back: bool) {
        let ending = |format: Format| format!(".{}", format.extension());
        let at = Format::ALL.iter().position(|format| *format == self.format).unwrap_or(0);
        let step = if back { Format::ALL.len() - 1 } else { 1 };
        let next = Format::ALL[(at + step) % Format::ALL.len()];
        if let Some(stem) = self.name.text().strip_suffix(&ending(self.format)) {
            self.name = TextField::new(&format!("{stem}{}", ending(next)));
        }
        self.format = next;
    }
}

/// Opens the form on what is shown.
pub(crate) fn open(state: &mut App, now: Now) {
    let words = if state.model.export.is_some() {
        "Another export is still being written. Try again in a moment."
    } else if state.model.is_arranging() && !state.model.invites.streams() {
        "The rows are still being searched. Try again in a moment."
    } else if state.model.table.order.is_empty() {
        "There is nothing to export: no invite is shown."
    } else {
        let shown = Shown::now(state);
        if shown.order.is_empty() {
            "None of the marked invites is shown. Show them, or take the marks away."
        } else {
            let name = TextField::new(&usual_name(state, &shown, now));
            let form = Export {
                shown,
                format: Format::Csv,
                to_clipboard: false,
                name,
                focus: Focus::Format,
                refused: None,
            };
            return state.screens.push(Overlay::Export(form));
        }
    };
    state.model.notifications.note(words, now);
}

/// `invites-ACME-2024-06-03.csv`, and `-part` in it where the list is not complete.
fn usual_name(state: &App, shown: &Shown, now: Now) -> String {
    let claims = state.model.session.as_ref().map(|session| &session.claims);
    let tenant = claims.and_then(|claims| claims.tenant.as_deref()).map(|tenant| {
        let id = tenant.rsplit('/').next().unwrap_or(tenant);
        id.chars().take(8).collect()
    });
    let name = claims.and_then(|claims| claims.name.clone()).or(tenant).unwrap_or_default();
    let fit = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '_') { c } else { '-' };
    let name: String = name.chars().take(40).map(fit).collect();
    let name = name.trim_matches(['-', '.']);
    let zone = if state.model.options.zone.is_unknown() {
        jiff::tz::TimeZone::UTC
    } else {
        state.model.options.zone.clone()
    };
    let date = now.wall.to_zoned(zone).strftime("%Y-%m-%d");
    let dash = if name.is_empty() { "" } else { "-" };
    let part = if shown.part.is_some() { "-part" } else { "" };
    format!("invites{dash}{name}-{date}{part}.csv")
}

pub(crate) fn typed(state: &mut App) -> Vec<Effect> {
    if let Some(Overlay::Export(export)) = state.screens.last_mut() {
        export.refused = None;
    }
    Vec::new()
}

pub(crate) fn act(state: &mut App, action: Action) -> Vec<Effect> {
    let Some(Overlay::Export(export)) = state.screens.last_mut() else { return Vec::new() };
    match action {
        Action::Next => export.move_focus(false),
        Action::Previous => export.move_focus(true),
        Action::CursorLeft | Action::CursorRight if export.focus == Focus::Format => {
            export.choose_format(action == Action::CursorLeft);
        }
        Action::CursorLeft | Action::CursorRight => export.to_clipboard = !export.to_clipboard,
        Action::Accept | Action::Send => return write(state),
        Action::Back => drop(state.screens.pop()),
        _ => {}
    }
    Vec::new()
}

fn write(state: &mut App) -> Vec<Effect> {
    let number = state.model.next_number();
    let writing = state.model.export.is_some();
    let Some(Overlay::Export(export)) = state.screens.last_mut() else { return Vec::new() };
    // Enter twice in a row is one export.
    if writing {
        return Vec::new();
    }
    let name = export.name.text().trim().to_owned();
    let refused = if export.to_clipboard {
        None
    } else if name.is_empty() {
        Some("Give the file a name.")
    } else if name.starts_with('~') {
        Some("A ~ stands for nothing here: write the whole path, or a name in the current folder.")
    } else {
        None
    };
    export.refused = refused.map(str::to_owned);
    if refused.is_some() {
        return Vec::new();
    }
    let target = match export.to_clipboard {
        true => Target::Clipboard { most: clipboard::MOST },
        false => Target::File { name, replace: false },
    };
    let job = Job { number, format: export.format, shown: export.shown.clone(), target };
    export::begin(state, job)
}

/// Begins an export.
pub(crate) fn begin(state: &mut App, job: Job) -> Vec<Effect> {
    state.model.export = Some(job.clone());
    vec![Effect::Export(Box::new(job))]
}

/// The file may be replaced.
pub(crate) fn replace(state: &mut App) -> Vec<Effect> {
    let Some(mut job) = state.model.export.take() else { return Vec::new() };
    if let Target::File { replace, .. } = &mut job.target {
        *replace = true;
    }
    begin(state, job)
}

/// Takes in what became of it. Until then the form stays open, with all that was typed.
pub(crate) fn ended(state: &mut App, number: u64, exported: Exported, now: Now) -> Vec<Effect> {
    let Some(job) = state.model.export.take_if(|job| job.number == number) else {
        state.model.stale_replies += 1;
        return Vec::new();
    };
    match exported {
        Exported::File { path, rows } => {
            close(state);
            let mut words = format!("{} written to {path}.", invites(rows, &job));
            if let Some(unreadable) = unreadable_label(state.model.invites.unreadable) {
                words += &format!(" {unreadable}.");
            }
            if let Some(part) = &job.shown.part {
                words.push_str(&format!(" The list was incomplete: {part} were loaded."));
            }
            state.model.notifications.success(words, now);
        }
        Exported::Text { text, rows } => {
            close(state);
            let mut what = format!("{} as {}", invites(rows, &job), job.format.name());
            if let Some(part) = &job.shown.part {
                what.push_str(&format!(" (the list was incomplete: {part} were loaded)"));
            }
            return clipboard::send(state, text, what, now);
        }
        Exported::Exists if matches!(state.screens.last(), Some(Overlay::Export(_))) => {
            state.model.export = Some(job);
            prompt::ask(state, PromptKind::Replacing);
        }
        Exported::Exists => refuse(state, "There is a file of this name. Nothing was written.".into(), now),
        Exported::TooLong => {
            let words =
                "This is more than a terminal's clipboard takes. Choose the file, or show fewer rows.";
            refuse(state, words.into(), now);
        }
        Exported::Failed(why) => refuse(state, why, now),
    }
    Vec::new()
}

fn close(state: &mut App) {
    state.screens.retain(|screen| !matches!(screen, Overlay::Export(_)));
}

fn refuse(state: &mut App, why: String, now: Now) {
    match state.screens.last_mut() {
        Some(Overlay::Export(Export { refused, .. })) => *refused = Some(why),
        _ => state.model.notifications.note(why, now),
    }
}

fn invites(rows: usize, job: &Job) -> String {
    plural(rows, if job.shown.marked { "marked invite" } else { "invite" })
}
