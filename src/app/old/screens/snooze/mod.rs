//! Putting rows off: until when, from a few answers, for the row or for the marked rows that are shown. When they come
//! back is reckoned when it is opened, so that what is chosen is what was seen.

pub mod view;

use jiff::{SignedDuration, Timestamp};

use crate::domain::remark::Snooze as Until;
use crate::domain::roster::Row;
use crate::domain::text::plural;
use crate::domain::{Expiry, Now, email};

use crate::app::effect::Effect;
use crate::app::ops::annotations;
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

/// So long before its link stops working a row comes back.
const BEFORE: SignedDuration = SignedDuration::from_hours(24);

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// In words.
    pub name: &'static str,
    /// Until when; `None` brings them back now.
    pub until: Option<Until>,
}

/// The question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snooze {
    /// The address, where it is about one; raw.
    pub about: Option<String>,
    /// To whom the rows are; folded, each once.
    addresses: Vec<String>,
    /// When the links of the rows stop working.
    expiries: Vec<Expiry>,
    /// What can be answered.
    pub choices: Vec<Choice>,
    /// Which has the focus.
    pub at: usize,
    opened: Timestamp,
}

impl Snooze {
    /// How many rows it is about.
    pub fn rows(&self) -> usize {
        self.expiries.len()
    }

    /// The answer that has the focus.
    pub fn choice(&self) -> Option<&Choice> {
        self.choices.get(self.at)
    }

    /// How many of the rows an answer does not put off: they expire too soon for it, or nobody knows when.
    pub fn stay(&self, until: Until) -> usize {
        self.expiries.iter().filter(|expiry| !until.is_asleep(**expiry, self.opened)).count()
    }

    /// How many of the rows expire while they are put off.
    pub fn expire_first(&self, until: Until) -> usize {
        let dies = |expiry: &&Expiry| {
            let wakes = until.wakes_at(**expiry).filter(|at| *at > self.opened);
            wakes.zip(expiry.0).is_some_and(|(wakes, dies)| self.opened < dies && dies < wakes)
        };
        self.expiries.iter().filter(dies).count()
    }
}

/// Asks about the marked rows that are shown, or about the selected one.
pub(crate) fn open(state: &mut App, now: Now) {
    if annotations::refused(state, now) {
        return;
    }
    let roster = &state.model.invites.shown;
    let mut rows: Vec<Row> = state.model.marks.shown(&state.model.table, roster).collect();
    if rows.is_empty() {
        rows.extend(state.model.table.row());
    }
    let opened = state.model.server_now(now);
    let (mut addresses, mut expiries, mut asleep) = (Vec::new(), Vec::new(), 0);
    let mut about = None;
    for row in rows.iter().filter_map(|row| roster.rows().get(*row)) {
        let folded = email::folded(row.email);
        if folded.is_empty() {
            continue;
        }
        asleep += usize::from(state.model.annotations.is_asleep(row.email, row.expiry, opened));
        about = Some(row.email.to_owned());
        addresses.push(folded);
        expiries.push(row.expiry);
    }
    if expiries.is_empty() {
        return state.model.notifications.note("There is no row with an address to put off.", now);
    }
    addresses.sort_unstable();
    addresses.dedup();
    let about = about.filter(|_| expiries.len() == 1);
    let choices = choices(state, opened, asleep, expiries.len());
    state.screens.push(Overlay::Snooze(Snooze { about, addresses, expiries, choices, at: 0, opened }));
}

/// Days begin where the person is. Bringing back comes first where all of the rows sleep, and last where some do.
fn choices(state: &App, at: Timestamp, asleep: usize, rows: usize) -> Vec<Choice> {
    let zone = &state.model.options.zone;
    let until = [
        ("until tomorrow", Until::until_tomorrow(at, zone)),
        ("until Monday", Until::until_monday(at, zone)),
        ("for 3 days", Until::for_days(at, 3)),
        ("for a week", Until::for_days(at, 7)),
        ("until 24 h before expiry", Some(Until::BeforeExpiry(BEFORE))),
    ];
    let off = until.into_iter().filter_map(|(name, until)| Some(Choice { name, until: Some(until?) }));
    let mut choices: Vec<Choice> = off.collect();
    let place = if asleep == rows { 0 } else { choices.len() };
    if asleep > 0 {
        choices.insert(place, Choice { name: "bring back now", until: None });
    }
    choices
}

pub(crate) fn act(state: &mut App, action: Action) -> Vec<Effect> {
    let Some(Overlay::Snooze(snooze)) = state.screens.last_mut() else { return Vec::new() };
    let last = snooze.choices.len().saturating_sub(1);
    match action {
        Action::Next => snooze.at = if snooze.at >= last { 0 } else { snooze.at + 1 },
        Action::Previous => snooze.at = if snooze.at == 0 { last } else { snooze.at - 1 },
        Action::Accept | Action::Yes => return answer(state),
        Action::Back => drop(state.screens.pop()),
        _ => {}
    }
    Vec::new()
}

fn answer(state: &mut App) -> Vec<Effect> {
    let Some(Overlay::Snooze(snooze)) = state.screens.last() else { return Vec::new() };
    let Some(choice) = snooze.choice().cloned() else { return Vec::new() };
    let words = match choice.until {
        None => format!("{} brought back.", plural(snooze.rows(), "row")),
        Some(until) => {
            let show = state.model.key(KeyContext::List, Action::ShowSnoozed);
            let stay = snooze.stay(until);
            let off = plural(snooze.rows() - stay, "row");
            let stays =
                if stay > 0 { format!(" {} too soon for that.", expires(stay)) } else { String::new() };
            format!("{off} put off {}; {show} shows what is.{stays}", choice.name)
        }
    };
    let addresses = snooze.addresses.clone();
    state.screens.pop();
    annotations::snooze(state, addresses, choice.until, words)
}

fn expires(rows: usize) -> String {
    if rows == 1 { "1 stays: it expires".to_owned() } else { format!("{rows} stay: they expire") }
}
