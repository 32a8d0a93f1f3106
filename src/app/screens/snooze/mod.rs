//! Putting rows off: until when, from a few answers, for the row or for the marked rows that are shown. When they come
//! back is computed when it is opened, so that what is chosen is what was seen.

pub mod view;

use jiff::{SignedDuration, Timestamp};

use crate::app::ops::annotations;
use crate::app::{Context, Hint, Model, Screen, hints};
use crate::domain::annotation::Snooze as Until;
use crate::domain::text::format_plural;
use crate::domain::{Expiry, email};
use crate::keys::{Action, KeyContext};
use crate::ui::list;

/// So long before its link stops working a row comes back.
const BEFORE_EXPIRY: SignedDuration = SignedDuration::from_hours(24);

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnoozeOption {
    /// In words.
    pub name: &'static str,
    /// Until when; `None` brings them back now.
    pub until: Option<Until>,
}

/// The question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnoozeMenu {
    /// The email, where it is about one; raw.
    pub email: Option<String>,
    /// Of whom the rows are; folded, each once.
    emails: Vec<String>,
    /// When the links of the rows stop working.
    expiries: Vec<Expiry>,
    /// What can be answered.
    pub options: Vec<SnoozeOption>,
    /// Which has the focus.
    pub selected: usize,
    opened_at: Timestamp,
}

impl SnoozeMenu {
    /// The question about the marked rows that are shown, or about the selected one.
    pub(crate) fn open(cx: &mut Context<'_>) -> Option<SnoozeMenu> {
        let snooze = SnoozeMenu::from_rows(cx);
        if snooze.is_none() {
            cx.info("There is no row with an address to put off.");
        }
        snooze
    }

    fn from_rows(model: &Model) -> Option<SnoozeMenu> {
        let mut rows = model.marked_rows();
        if rows.is_empty() {
            rows.extend(model.table.selected_row());
        }
        let opened = model.server_now(model.now);
        let (mut emails, mut expiries, mut asleep) = (Vec::new(), Vec::new(), 0);
        let mut about = None;
        for row in rows.iter().filter_map(|row| model.invites.shown.rows().get(*row)) {
            let folded = email::normalize(row.email);
            if folded.is_empty() {
                continue;
            }
            asleep += usize::from(model.annotations.is_asleep(row.email, row.expiry, opened));
            about = Some(row.email.to_owned());
            emails.push(folded);
            expiries.push(row.expiry);
        }
        if expiries.is_empty() {
            return None;
        }
        emails.sort_unstable();
        emails.dedup();
        let about = about.filter(|_| expiries.len() == 1);
        let choices = build_options(model, opened, asleep, expiries.len());
        Some(SnoozeMenu { email: about, emails, expiries, options: choices, selected: 0, opened_at: opened })
    }

    /// How many rows it is about.
    pub fn row_count(&self) -> usize {
        self.expiries.len()
    }

    /// The answer that has the focus.
    pub fn selected_option(&self) -> Option<&SnoozeOption> {
        self.options.get(self.selected)
    }

    /// How many of the rows an answer does not put off: they expire too soon for it, or nobody knows when.
    pub fn unaffected_rows(&self, until: Until) -> usize {
        self.expiries.iter().filter(|expiry| !until.is_snoozed(**expiry, self.opened_at)).count()
    }

    /// How many of the rows expire while they are put off.
    pub fn rows_expiring_first(&self, until: Until) -> usize {
        let dies = |expiry: &&Expiry| {
            let wakes = until.due_at(**expiry).filter(|at| *at > self.opened_at);
            wakes.zip(expiry.0).is_some_and(|(wakes, dies)| self.opened_at < dies && dies < wakes)
        };
        self.expiries.iter().filter(dies).count()
    }

    fn apply(&self, cx: &mut Context<'_>) {
        let Some(choice) = self.selected_option() else { return };
        let text = match choice.until {
            None => format!("{} brought back.", format_plural(self.row_count(), "row")),
            Some(until) => self.success_text(choice.name, until, cx),
        };
        annotations::snooze(cx, self.emails.clone(), choice.until, text);
        cx.close();
    }

    /// What is said when the rows are put off.
    fn success_text(&self, name: &str, until: Until, model: &Model) -> String {
        let show = model.key(KeyContext::List, Action::ShowSnoozed);
        let stay = self.unaffected_rows(until);
        let off = format_plural(self.row_count() - stay, "row");
        let stays = match stay {
            0 => String::new(),
            1 => " 1 stays: it expires too soon for that.".to_owned(),
            _ => format!(" {stay} stay: they expire too soon for that."),
        };
        format!("{off} put off {name}; {show} shows what is.{stays}")
    }
}

/// Days begin where the person is. Bringing back comes first where all of the rows sleep, and last where some do.
fn build_options(model: &Model, at: Timestamp, asleep: usize, rows: usize) -> Vec<SnoozeOption> {
    let zone = &model.options.zone;
    let until = [
        ("until tomorrow", Until::until_tomorrow(at, zone)),
        ("until Monday", Until::until_monday(at, zone)),
        ("for 3 days", Until::for_days(at, 3)),
        ("for a week", Until::for_days(at, 7)),
        ("until 24 h before expiry", Some(Until::BeforeExpiry(BEFORE_EXPIRY))),
    ];
    let off = until.into_iter().filter_map(|(name, until)| Some(SnoozeOption { name, until: Some(until?) }));
    let mut choices: Vec<SnoozeOption> = off.collect();
    let place = if asleep == rows { 0 } else { choices.len() };
    if asleep > 0 {
        choices.insert(place, SnoozeOption { name: "bring back now", until: None });
    }
    choices
}

impl Screen for SnoozeMenu {
    fn key_context(&self) -> KeyContext {
        KeyContext::Prompt
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        match action {
            Action::Confirm | Action::LowercaseY => self.apply(cx),
            Action::Back => cx.close(),
            _ => self.selected = list::cycle_selection(self.selected, action, self.options.len()),
        }
    }

    fn hints(&self, _model: &Model) -> Vec<Hint> {
        hints([(Action::Confirm, "do it"), (Action::Next, "next"), (Action::Back, "leave")])
    }

    fn on_tenancy_changed(&mut self, _cx: &mut Context<'_>) -> bool {
        false
    }
}
