//! From rows and a verb to a plan that asks to be confirmed, or to a sentence that says why there is none. A verb is
//! about the marked rows that are shown, or else about the selected one. Nothing is sent from here.

use crate::app::model::labels::done_label;
use crate::app::nav::{FormField, FormPurpose};
use crate::app::ops::plans::Details;
use crate::app::ops::{access, drafts, marking, plans};
use crate::app::{Context, Model, Route, View};
use crate::domain::email::folded;
use crate::domain::forecast::Day;
use crate::domain::roster::Row;
use crate::domain::text::plural;
use crate::domain::{Draft, Invite, Step};
use crate::keys::{Action, KeyContext};

/// What a verb is about.
struct Chosen {
    invites: Vec<Invite>,
    marked: bool,
    /// What is left out of it, in sentences.
    notes: Vec<String>,
}

fn key(model: &Model, action: Action) -> String {
    model.key(KeyContext::List, action)
}

/// Revokes them, if that is confirmed.
pub(crate) fn delete(cx: &mut Context<'_>) {
    if let Some(chosen) = chosen(cx, "revoke") {
        revoke(cx, chosen);
    }
}

/// Revokes this one, if that is confirmed.
pub(crate) fn delete_one(cx: &mut Context<'_>, invite: Invite) {
    if let Some(chosen) = only(cx, invite) {
        revoke(cx, chosen);
    }
}

/// Revokes the invites that expire on a day and are shown, if that is confirmed.
pub(crate) fn delete_day(cx: &mut Context<'_>, day: &Day) {
    if let Some(chosen) = of_day(cx, day, "revoke") {
        revoke(cx, chosen);
    }
}

/// Sends the invites again that expire on a day and are shown, if that is confirmed.
pub(crate) fn resend_day(cx: &mut Context<'_>, day: &Day) {
    if let Some(chosen) = of_day(cx, day, "send again") {
        send_again(cx, chosen);
    }
}

fn revoke(cx: &mut Context<'_>, Chosen { invites, marked, notes }: Chosen) {
    let steps = invites.into_iter().map(|invite| Step::Delete { invite }).collect();
    ask(cx, steps, marked, notes);
}

/// Sends them again and revokes the old ones, if that is confirmed.
pub(crate) fn resend(cx: &mut Context<'_>) {
    if let Some(chosen) = chosen(cx, "send again") {
        send_again(cx, chosen);
    }
}

/// Sends this one again and revokes the old one, if that is confirmed.
pub(crate) fn resend_one(cx: &mut Context<'_>, invite: Invite) {
    if let Some(chosen) = only(cx, invite) {
        send_again(cx, chosen);
    }
}

fn send_again(cx: &mut Context<'_>, Chosen { invites, marked, mut notes }: Chosen) {
    let (sending, one) = (cx.plans.sending_to(), invites.len() == 1);
    let (mut steps, mut cannot, mut twice) = (Vec::new(), Vec::new(), 0);
    for invite in invites {
        let step = cx.model.invites.planner().pin(Step::Resend { invite, before: None });
        match step.draft().and_then(|draft| draft.error()) {
            Some(error) => cannot.push(error),
            None if sending.contains(&folded(step.email())) => twice += 1,
            None => steps.push(step),
        }
    }
    if let (true, [error]) = (one, cannot.as_slice()) {
        let words =
            format!("It cannot be sent again as it is. {error} {} corrects it.", key(cx, Action::Edit));
        return cx.note(words);
    }
    if !cannot.is_empty() {
        let n = plural(cannot.len(), "invite");
        let edit = key(cx, Action::Edit);
        notes.push(format!("Left out: {n} with a text that is too long or no address; {edit} corrects one."));
    }
    if twice > 0 {
        let n = plural(twice, "invite");
        notes.push(format!("Left out: {n} to an address to which another plan still sends."));
    }
    if steps.is_empty() {
        return cx.note(format!("Nothing is sent again. {}", notes.join(" ")));
    }
    ask(cx, steps, marked, notes);
}

/// Opens the form that corrects one of them.
pub(crate) fn edit(cx: &mut Context<'_>) {
    let marked = cx.model.marks.shown(&cx.model.table, &cx.model.invites.shown).count();
    if marked > 1 {
        let none = key(cx, Action::MarkNone);
        let words = format!(
            "One invite at a time is corrected, and {marked} are marked; {none} takes all marks away."
        );
        return cx.note(words);
    }
    let Some(mut chosen) = chosen(cx, "correct") else { return };
    if let Some(invite) = chosen.invites.pop() {
        open_form(cx, invite, FormField::Email);
    }
}

/// Opens the form that corrects this one.
pub(crate) fn edit_one(cx: &mut Context<'_>, invite: Invite, focus: FormField) {
    let chosen = only(cx, invite).and_then(|mut chosen| chosen.invites.pop());
    if let Some(invite) = chosen {
        open_form(cx, invite, focus);
    }
}

fn open_form(cx: &mut Context<'_>, invite: Invite, focus: FormField) {
    let before = drafts::take_edited(cx, &invite.identity);
    cx.open(Route::InviteForm(FormPurpose::Edit { invite, before, focus, for_triage: false }));
}

/// This one alone, whatever is selected or marked in the list.
fn only(cx: &mut Context<'_>, invite: Invite) -> Option<Chosen> {
    if !access::may_change(cx) {
        return None;
    }
    if let Some(why) = busy(cx, &invite) {
        cx.note(why);
        return None;
    }
    Some(Chosen { invites: vec![invite], marked: false, notes: Vec::new() })
}

fn chosen(cx: &mut Context<'_>, verb: &str) -> Option<Chosen> {
    if !access::may_change(cx) {
        return None;
    }
    let mut rows: Vec<Row> = cx.model.marks.shown(&cx.model.table, &cx.model.invites.shown).collect();
    let marked = !rows.is_empty();
    if !marked {
        rows.extend(cx.model.table.row());
    }
    let hidden = cx.model.marks.hidden();
    of_rows(cx, rows, marked, ("marked invite", hidden), verb)
}

/// The shown invites of a day of the forecast.
fn of_day(cx: &mut Context<'_>, day: &Day, verb: &str) -> Option<Chosen> {
    if !access::may_change(cx) {
        return None;
    }
    if let Some(why) = marking::misleads(cx) {
        cx.note(why);
        return None;
    }
    let (roster, date) = (&cx.model.invites.shown, day.date.strftime("%a %-d %b"));
    let holds = |row: &Row| roster.rows().get(*row).is_some_and(|row| day.holds(row.expiry));
    let rows: Vec<Row> = cx.model.table.order.iter().copied().filter(holds).collect();
    if rows.is_empty() {
        let words = match day.count {
            0 => format!("Nothing expires on {date}, so there is nothing to {verb}."),
            n => format!("{} of {date} hidden by {}.", plural(n, "invite"), cx.what_hides()),
        };
        cx.note(words);
        return None;
    }
    let hidden = day.count.saturating_sub(rows.len());
    let mut chosen = of_rows(cx, rows, true, ("invite", hidden), verb)?;
    chosen.notes.insert(0, format!("All that are shown and expire on {date}."));
    Some(chosen)
}

/// The invites of rows that are in no plan; what is left out of them is said in sentences that call them `what`.
fn of_rows(
    cx: &mut Context<'_>,
    rows: Vec<Row>,
    marked: bool,
    (what, hidden): (&str, usize),
    verb: &str,
) -> Option<Chosen> {
    let roster = &cx.model.invites.shown;
    let all: Vec<Invite> = rows.iter().filter_map(|row| Some(roster.rows().get(*row)?.to_invite())).collect();
    let asked = all.len();
    let (invites, taken): (Vec<Invite>, Vec<Invite>) =
        all.into_iter().partition(|invite| busy(cx, invite).is_none());
    if invites.is_empty() {
        let words = match taken.as_slice() {
            [] => format!("There is no invite to {verb} here."),
            [only] => busy(cx, only).unwrap_or_default(),
            _ => {
                let none = key(cx, Action::MarkNone);
                let marks = if what == "marked invite" {
                    format!(" {none} takes the marks away.")
                } else {
                    String::new()
                };
                format!("All {asked} {what}s are in a plan already.{marks}")
            }
        };
        cx.note(words);
        return None;
    }
    let mut notes = Vec::new();
    match taken.len() {
        0 => {}
        n => notes.push(format!("Left out: {} in a plan already.", plural(n, what))),
    }
    match hidden {
        0 => {}
        n => {
            let (n, why) = (plural(n, what), cx.what_hides());
            notes.push(format!("Left alone: {n} hidden by {why}."));
        }
    }
    Some(Chosen { invites, marked, notes })
}

/// Why an invite is in no new plan, as a sentence: it is in one.
fn busy(model: &Model, invite: &Invite) -> Option<String> {
    if let Some((step, _)) = model.plans.step_on_row(&invite.identity) {
        return Some(format!("This invite is being {} already.", done_label(step)));
    }
    let step = model.plans.staged_on_row(&invite.identity)?;
    let plans = model.view_name(View::Plan);
    Some(format!("This invite is staged to be {} already: {plans} shows it.", done_label(step)))
}

fn ask(cx: &mut Context<'_>, steps: Vec<Step>, marked: bool, notes: Vec<String>) {
    // Without marks it is about this row, and not about what the filter shows.
    let filter = if marked { cx.table.query.filter.text().to_owned() } else { String::new() };
    plans::propose(cx, steps, Details { filter, note: notes.join(" "), ..Details::default() });
}

/// Asks about a plan that sends something else in place of one invite.
pub(crate) fn replace(cx: &mut Context<'_>, invite: Invite, draft: Draft) {
    let step = cx.model.invites.planner().pin(Step::Replace { invite, draft, before: None });
    ask(cx, vec![step], false, Vec::new());
}
