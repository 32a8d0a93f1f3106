//! From rows and a verb to a plan that asks to be confirmed, or to a sentence that says why there is none. A verb is
//! about the marked rows that are shown, or else about the selected one. Nothing is sent from here.

use crate::domain::email::folded;
use crate::domain::forecast::Day;
use crate::domain::roster::Row;
use crate::domain::text::plural;
use crate::domain::{Draft, Invite, Now, Step, planning};

use crate::app::model::view::View;
use crate::app::ops::annotations;
use crate::app::ops::marking;
use crate::app::screens::invite_form::{Focus, InviteForm};
use crate::app::screens::{confirm, journal};
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

/// What a verb is about.
struct Chosen {
    invites: Vec<Invite>,
    marked: bool,
    /// What is left out of it, in sentences.
    notes: Vec<String>,
}

fn key(state: &App, action: Action) -> String {
    state.model.key(KeyContext::List, action)
}

/// Revokes them, if that is confirmed.
pub(crate) fn delete(state: &mut App, now: Now) {
    if let Some(chosen) = chosen(state, "revoke", now) {
        revoke(state, chosen, now);
    }
}

/// Revokes this one, if that is confirmed.
pub(crate) fn delete_one(state: &mut App, invite: Invite, now: Now) {
    if let Some(chosen) = only(state, invite, now) {
        revoke(state, chosen, now);
    }
}

/// Revokes the invites that expire on a day and are shown, if that is confirmed.
pub(crate) fn delete_day(state: &mut App, day: &Day, now: Now) {
    if let Some(chosen) = of_day(state, day, "revoke", now) {
        revoke(state, chosen, now);
    }
}

/// Sends the invites again that expire on a day and are shown, if that is confirmed.
pub(crate) fn resend_day(state: &mut App, day: &Day, now: Now) {
    if let Some(chosen) = of_day(state, day, "send again", now) {
        send_again(state, chosen, now);
    }
}

fn revoke(state: &mut App, Chosen { invites, marked, notes }: Chosen, now: Now) {
    let steps = invites.into_iter().map(|invite| Step::Delete { invite }).collect();
    ask(state, steps, marked, notes, now);
}

/// Sends them again and revokes the old ones, if that is confirmed.
pub(crate) fn resend(state: &mut App, now: Now) {
    if let Some(chosen) = chosen(state, "send again", now) {
        send_again(state, chosen, now);
    }
}

/// Sends this one again and revokes the old one, if that is confirmed.
pub(crate) fn resend_one(state: &mut App, invite: Invite, now: Now) {
    if let Some(chosen) = only(state, invite, now) {
        send_again(state, chosen, now);
    }
}

fn send_again(state: &mut App, Chosen { invites, marked, mut notes }: Chosen, now: Now) {
    let (sending, one) = (journal::being_sent(state), invites.len() == 1);
    let (mut steps, mut cannot, mut twice) = (Vec::new(), Vec::new(), 0);
    for invite in invites {
        let step = state.model.invites.planner().pin(Step::Resend { invite, before: None });
        match step.draft().and_then(|draft| draft.error()) {
            Some(error) => cannot.push(error),
            None if sending.contains(&folded(step.email())) => twice += 1,
            None => steps.push(step),
        }
    }
    if let (true, [error]) = (one, cannot.as_slice()) {
        let words =
            format!("It cannot be sent again as it is. {error} {} corrects it.", key(state, Action::Edit));
        return state.model.notifications.note(words, now);
    }
    if !cannot.is_empty() {
        let n = plural(cannot.len(), "invite");
        let edit = key(state, Action::Edit);
        notes.push(format!("Left out: {n} with a text that is too long or no address; {edit} corrects one."));
    }
    if twice > 0 {
        let n = plural(twice, "invite");
        notes.push(format!("Left out: {n} to an address to which another plan still sends."));
    }
    if steps.is_empty() {
        return state.model.notifications.note(format!("Nothing is sent again. {}", notes.join(" ")), now);
    }
    ask(state, steps, marked, notes, now);
}

/// Opens the form that corrects one of them.
pub(crate) fn edit(state: &mut App, now: Now) {
    let marked = state.model.marks.shown(&state.model.table, &state.model.invites.shown).count();
    if marked > 1 {
        let none = key(state, Action::MarkNone);
        let words = format!(
            "One invite at a time is corrected, and {marked} are marked; {none} takes all marks away."
        );
        return state.model.notifications.note(words, now);
    }
    let Some(mut chosen) = chosen(state, "correct", now) else { return };
    if let Some(invite) = chosen.invites.pop() {
        open_form(state, invite, Focus::Email);
    }
}

/// Opens the form that corrects this one.
pub(crate) fn edit_one(state: &mut App, invite: Invite, focus: Focus, now: Now) {
    let chosen = only(state, invite, now).and_then(|mut chosen| chosen.invites.pop());
    if let Some(invite) = chosen {
        open_form(state, invite, focus);
    }
}

fn open_form(state: &mut App, invite: Invite, focus: Focus) {
    let before = state.model.corrected.take_if(|(identity, _)| *identity == invite.identity);
    let form = InviteForm::correcting(invite, before.map(|(_, draft)| draft));
    state.screens.push(Overlay::InviteForm(InviteForm { focus, ..form }));
}

/// This one alone, whatever is selected or marked in the list.
fn only(state: &mut App, invite: Invite, now: Now) -> Option<Chosen> {
    if !may_change(state, now) {
        return None;
    }
    if let Some(why) = busy(state, &invite) {
        state.model.notifications.note(why, now);
        return None;
    }
    Some(Chosen { invites: vec![invite], marked: false, notes: Vec::new() })
}

/// Whether anything may be changed; where not, it is said why.
fn may_change(state: &mut App, now: Now) -> bool {
    if let Some(words) = state.model.read_only_text() {
        state.model.notifications.note(words, now);
        return false;
    }
    if let Some(failure) = state.model.no_journal.clone() {
        state.model.notifications.error(failure, now);
        return false;
    }
    true
}

fn chosen(state: &mut App, verb: &str, now: Now) -> Option<Chosen> {
    if !may_change(state, now) {
        return None;
    }
    let mut rows: Vec<Row> =
        state.model.marks.shown(&state.model.table, &state.model.invites.shown).collect();
    let marked = !rows.is_empty();
    if !marked {
        rows.extend(state.model.table.row());
    }
    let hidden = state.model.marks.hidden();
    of_rows(state, rows, marked, ("marked invite", hidden), verb, now)
}

/// The shown invites of a day of the forecast.
fn of_day(state: &mut App, day: &Day, verb: &str, now: Now) -> Option<Chosen> {
    if !may_change(state, now) {
        return None;
    }
    if let Some(why) = marking::misleads(state) {
        state.model.notifications.note(why, now);
        return None;
    }
    let (roster, date) = (&state.model.invites.shown, day.date.strftime("%a %-d %b"));
    let holds = |row: &Row| roster.rows().get(*row).is_some_and(|row| day.holds(row.expiry));
    let rows: Vec<Row> = state.model.table.order.iter().copied().filter(holds).collect();
    if rows.is_empty() {
        let words = match day.count {
            0 => format!("Nothing expires on {date}, so there is nothing to {verb}."),
            n => format!("{} of {date} hidden by {}.", plural(n, "invite"), annotations::what_hides(state)),
        };
        state.model.notifications.note(words, now);
        return None;
    }
    let hidden = day.count.saturating_sub(rows.len());
    let mut chosen = of_rows(state, rows, true, ("invite", hidden), verb, now)?;
    chosen.notes.insert(0, format!("All that are shown and expire on {date}."));
    Some(chosen)
}

/// The invites of rows that are in no plan; what is left out of them is said in sentences that call them `what`.
fn of_rows(
    state: &mut App,
    rows: Vec<Row>,
    marked: bool,
    (what, hidden): (&str, usize),
    verb: &str,
    now: Now,
) -> Option<Chosen> {
    let roster = &state.model.invites.shown;
    let all: Vec<Invite> = rows.iter().filter_map(|row| Some(roster.rows().get(*row)?.to_invite())).collect();
    let asked = all.len();
    let (invites, taken): (Vec<Invite>, Vec<Invite>) =
        all.into_iter().partition(|invite| busy(state, invite).is_none());
    if invites.is_empty() {
        let words = match taken.as_slice() {
            [] => format!("There is no invite to {verb} here."),
            [only] => busy(state, only).unwrap_or_default(),
            _ => {
                let none = key(state, Action::MarkNone);
                let marks = if what == "marked invite" {
                    format!(" {none} takes the marks away.")
                } else {
                    String::new()
                };
                format!("All {asked} {what}s are in a plan already.{marks}")
            }
        };
        state.model.notifications.note(words, now);
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
            let (n, why) = (plural(n, what), annotations::what_hides(state));
            notes.push(format!("Left alone: {n} hidden by {why}."));
        }
    }
    Some(Chosen { invites, marked, notes })
}

/// Why an invite is in no new plan, as a sentence: it is in one.
fn busy(state: &App, invite: &Invite) -> Option<String> {
    if let Some((step, _)) = state.model.plans.step_on_row(&invite.identity) {
        return Some(format!("This invite is being {} already.", done_to(step)));
    }
    let step = state.model.plans.staged_on_row(&invite.identity)?;
    let plans = state.model.view_name(View::Plan);
    Some(format!("This invite is staged to be {} already: {plans} shows it.", done_to(step)))
}

fn done_to(step: &Step) -> &'static str {
    match step {
        Step::Create { .. } => "sent",
        Step::Delete { .. } => "revoked",
        Step::Resend { .. } => "sent again",
        Step::Replace { .. } | Step::DeleteFirst { .. } => "replaced",
    }
}

fn ask(state: &mut App, mut steps: Vec<Step>, marked: bool, notes: Vec<String>, now: Now) {
    planning::order(&mut steps, state.model.server_now(now));
    let mut plan = state.model.plan(steps, now);
    if !marked {
        // It is about this row, and not about what the filter shows.
        plan.filter.clear();
    }
    confirm::ask_saying(state, plan, Vec::new(), notes.join(" "));
}

/// Asks about a plan that sends something else in place of one invite.
pub(crate) fn replace(state: &mut App, invite: Invite, draft: Draft, now: Now) {
    let step = state.model.invites.planner().pin(Step::Replace { invite, draft, before: None });
    ask(state, vec![step], false, Vec::new(), now);
}
