//! Exporting what is shown: which rows those are, where they go, and what is said when they have got there. The
//! rows are those of the moment in which the form was opened, so that it and the file say the same. The formats
//! are in `domain::export`; files are written by the console, off the loop.

use crate::domain::Now;
use crate::domain::export::Format;
use crate::domain::request::unreadable_label;
use crate::domain::roster::{Row, Rows};
use crate::domain::text::{count, plural};

use crate::app::effect::Effect;
use crate::app::ops::clipboard;
use crate::app::screens::export::Export;
use crate::app::screens::prompt;
use crate::app::screens::prompt::PromptKind;
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;

/// Rows as they were shown.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// Where they lie.
    pub rows: Rows,
    /// Which of them, in order.
    pub order: Vec<Row>,
    /// They are the marked ones of those that were shown.
    pub marked: bool,
    /// So many marked ones were not shown, and are not among them.
    pub hidden: usize,
    /// How much of the list was known, where that was not all of it: "1,200 of 3,000".
    pub part: Option<String>,
}

impl Shown {
    /// The marked rows among those that are shown; all that are shown where none is marked.
    pub(crate) fn now(state: &App) -> Shown {
        let mut shown = Shown {
            rows: state.model.invites.shown.rows().clone(),
            order: clipboard::marked_rows(state),
            marked: !state.model.marks.is_empty(),
            hidden: 0,
            part: part(state),
        };
        if shown.marked {
            shown.hidden = state.model.marks.len() - shown.order.len();
        } else {
            shown.order.clone_from(&state.model.table.order);
        }
        shown
    }
}

fn part(state: &App) -> Option<String> {
    if state.model.invites.is_complete() {
        return None;
    }
    let total = state.model.invites.reading.as_ref().and_then(|reading| reading.total);
    let of = total.map_or("an unknown number".to_owned(), |total| count(total as usize));
    Some(format!("{} of {of}", count(state.model.invites.shown.len())))
}

/// Where rows go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Into the terminal's clipboard, if it is no longer than so many bytes.
    Clipboard {
        /// Bytes.
        most: usize,
    },
    /// Into a file.
    File {
        /// Its name as it was typed.
        name: String,
        /// A person wants it in the place of the one that is there.
        replace: bool,
    },
}

/// One export.
#[derive(Debug, Clone)]
pub struct Job {
    /// Names it.
    pub number: u64,
    /// How the rows are written.
    pub format: Format,
    /// Which.
    pub shown: Shown,
    /// Where to.
    pub target: Target,
}

/// What became of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exported {
    /// It is in a file.
    File {
        /// The whole path.
        path: String,
        /// How many rows.
        rows: usize,
    },
    /// It is a text, ready to be copied.
    Text {
        /// The text.
        text: String,
        /// How many rows.
        rows: usize,
    },
    /// There is a file of this name; nothing was written.
    Exists,
    /// It is too long for a clipboard.
    TooLong,
    /// The sentence says why not.
    Failed(String),
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
