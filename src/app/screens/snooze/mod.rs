//! Snooze menu for the selected row or the visible marked rows.
//!
//! The due times are computed when the menu opens, so that the menu shows the exact times.

pub mod view;

use jiff::Timestamp;

use crate::app::ops::annotations;
use crate::app::{Context, Hint, Model, Screen, hints};
use crate::domain::annotation::Snooze;
use crate::domain::text::format_plural;
use crate::domain::{Expiry, email};
use crate::keys::{Action, KeyContext};
use crate::ui::list;

/// Entry of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnoozeOption {
    /// Label of the entry.
    pub name: &'static str,
    /// End of the snooze; `None` ends the snooze now.
    pub until: Option<Snooze>,
}

/// State of the snooze menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnoozeMenu {
    /// Email, if the menu is for one row; raw.
    pub email: Option<String>,
    /// Distinct emails of the rows; normalized.
    emails: Vec<String>,
    /// Expiries of the rows.
    expiries: Vec<Expiry>,
    /// Entries of the menu.
    pub options: Vec<SnoozeOption>,
    /// Index of the selected entry.
    pub selected: usize,
    opened_at: Timestamp,
}

impl SnoozeMenu {
    /// Opens the menu for the visible marked rows, or for the selected row.
    pub(crate) fn open(cx: &mut Context<'_>) -> Option<SnoozeMenu> {
        let snooze = SnoozeMenu::from_rows(cx);
        if snooze.is_none() {
            cx.info("Could not snooze: no row has an email.");
        }
        snooze
    }

    fn from_rows(model: &Model) -> Option<SnoozeMenu> {
        let (rows, _) = model.target_rows();
        let opened_at = model.server_now(model.now);
        let (mut emails, mut expiries, mut snoozed) = (Vec::new(), Vec::new(), 0);
        let mut email = None;
        for row in rows.iter().filter_map(|row| model.invites.shown.rows().get(*row)) {
            let folded = email::normalize(row.email);
            if folded.is_empty() {
                continue;
            }
            snoozed += usize::from(model.annotations.is_snoozed(row.email, row.expiry, opened_at));
            email = Some(row.email.to_owned());
            emails.push(folded);
            expiries.push(row.expiry);
        }
        if expiries.is_empty() {
            return None;
        }
        emails.sort_unstable();
        emails.dedup();
        let email = email.filter(|_| expiries.len() == 1);
        let options = build_options(model, opened_at, snoozed, expiries.len());
        Some(SnoozeMenu { email, emails, expiries, options, selected: 0, opened_at })
    }

    /// Returns the number of rows to snooze.
    pub fn row_count(&self) -> usize {
        self.expiries.len()
    }

    /// Returns the selected entry.
    pub fn selected_option(&self) -> Option<&SnoozeOption> {
        self.options.get(self.selected)
    }

    /// Returns how many rows cannot be snoozed, because they expire too soon or their expiry is unknown.
    pub fn unaffected_row_count(&self, until: Snooze) -> usize {
        self.expiries.iter().filter(|expiry| !until.is_snoozed(**expiry, self.opened_at)).count()
    }

    /// Returns how many rows expire while they are snoozed.
    pub fn rows_expiring_while_snoozed(&self, until: Snooze) -> usize {
        let expires_first = |expiry: &&Expiry| {
            let due = until.due_at(**expiry).filter(|at| *at > self.opened_at);
            due.zip(expiry.0).is_some_and(|(due, expires)| self.opened_at < expires && expires < due)
        };
        self.expiries.iter().filter(expires_first).count()
    }

    fn apply(&self, cx: &mut Context<'_>) {
        let Some(option) = self.selected_option() else { return };
        let text = match option.until {
            None => format!("{} no longer snoozed.", format_plural(self.row_count(), "row")),
            Some(until) => self.success_text(option.name, until, cx),
        };
        annotations::snooze(cx, self.emails.clone(), option.until, text);
        cx.close();
    }

    /// Returns the notification about the snoozed rows.
    fn success_text(&self, name: &str, until: Snooze, model: &Model) -> String {
        let key = model.key(KeyContext::List, Action::ShowSnoozed);
        let unaffected = self.unaffected_row_count(until);
        let snoozed = format_plural(self.row_count() - unaffected, "row");
        let rest = match unaffected {
            0 => String::new(),
            1 => " 1 expires too soon.".to_owned(),
            _ => format!(" {unaffected} expire too soon."),
        };
        format!("{snoozed} snoozed {name}. Press {key} to show snoozed rows.{rest}")
    }
}

/// Returns the entries of the menu, with days in the user's time zone.
///
/// The entry that ends a snooze comes first if all rows are snoozed, and last if only some rows are.
fn build_options(model: &Model, now: Timestamp, snoozed: usize, rows: usize) -> Vec<SnoozeOption> {
    let zone = &model.zone();
    let until = [
        ("until tomorrow", Snooze::until_tomorrow(now, zone)),
        ("until Monday", Snooze::until_monday(now, zone)),
        ("for 3 days", Snooze::for_days(now, 3)),
        ("for a week", Snooze::for_days(now, 7)),
        ("until 24 h before expiry", Some(Snooze::DAY_BEFORE_EXPIRY)),
    ];
    let options =
        until.into_iter().filter_map(|(name, until)| Some(SnoozeOption { name, until: Some(until?) }));
    let mut options: Vec<SnoozeOption> = options.collect();
    let index = if snoozed == rows { 0 } else { options.len() };
    if snoozed > 0 {
        options.insert(index, SnoozeOption { name: "end snooze now", until: None });
    }
    options
}

impl Screen for SnoozeMenu {
    fn key_context(&self) -> KeyContext {
        KeyContext::Prompt
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        match action {
            Action::Confirm | Action::Yes => self.apply(cx),
            Action::Back => cx.close(),
            _ => self.selected = list::cycle_selection(self.selected, action, self.options.len()),
        }
    }

    fn on_row_clicked(&mut self, row: usize, _cx: &mut Context<'_>) {
        self.selected = row;
    }

    fn hints(&self, _model: &Model) -> Vec<Hint> {
        hints([(Action::Confirm, "confirm"), (Action::Next, "next"), (Action::Back, "cancel")])
    }

    fn on_tenancy_changed(&mut self, _cx: &mut Context<'_>) -> bool {
        false
    }
}
