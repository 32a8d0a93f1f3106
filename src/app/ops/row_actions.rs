//! From rows and a verb to a plan that asks to be confirmed, or to a sentence that says why there is none. A verb is
//! about the marked rows that are shown, or else about the selected one. Nothing is sent from here.

use crate::app::model::labels::past_participle;
use crate::app::nav::{FormField, FormPurpose};
use crate::app::ops::plans::ProposalDetails;
use crate::app::ops::{access, drafts, plans};
use crate::app::{Context, Model, Route, View};
use crate::domain::email::normalize;
use crate::domain::forecast::Day;
use crate::domain::invite_store::RowId;
use crate::domain::text::format_plural;
use crate::domain::{Draft, Invite, Step};
use crate::keys::{Action, KeyContext};

/// What a verb is about.
pub(crate) enum Subject<'a> {
    /// The marked rows that are shown, or else the selected one.
    Rows,
    /// One invite, whatever is selected or marked.
    Invite(Invite),
    /// The invites that expire on a day of the forecast and are shown.
    Day(&'a Day),
}

/// The invites that a verb is about.
struct Selection {
    invites: Vec<Invite>,
    /// They were chosen by what the filter shows.
    by_filter: bool,
    /// What is left out of it, in sentences.
    notes: Vec<String>,
}

fn key_label(model: &Model, action: Action) -> String {
    model.key(KeyContext::List, action)
}

/// Revokes them, if that is confirmed.
pub(crate) fn delete(cx: &mut Context<'_>, subject: Subject<'_>) {
    let Some(Selection { invites, by_filter, notes }) = select(cx, subject, "revoke") else { return };
    let steps = invites.into_iter().map(|invite| Step::Delete { invite }).collect();
    propose(cx, steps, by_filter, notes);
}

/// Sends them again and revokes the old ones, if that is confirmed.
pub(crate) fn resend(cx: &mut Context<'_>, subject: Subject<'_>) {
    let Some(Selection { invites, by_filter, mut notes }) = select(cx, subject, "send again") else { return };
    let (sending, one) = (cx.plans.emails_in_flight(), invites.len() == 1);
    let (mut steps, mut cannot, mut twice) = (Vec::new(), Vec::new(), 0);
    for invite in invites {
        let step = cx.model.invites.planner().record_versions(Step::Resend { invite, known_versions: None });
        match step.draft().and_then(|draft| draft.error()) {
            Some(error) => cannot.push(error),
            None if sending.contains(&normalize(step.email())) => twice += 1,
            None => steps.push(step),
        }
    }
    if let (true, [error]) = (one, cannot.as_slice()) {
        let words =
            format!("It cannot be sent again as it is. {error} {} corrects it.", key_label(cx, Action::Edit));
        return cx.info(words);
    }
    if !cannot.is_empty() {
        let n = format_plural(cannot.len(), "invite");
        let edit = key_label(cx, Action::Edit);
        notes.push(format!("Left out: {n} with a text that is too long or no address; {edit} corrects one."));
    }
    if twice > 0 {
        let n = format_plural(twice, "invite");
        notes.push(format!("Left out: {n} to an address to which another plan still sends."));
    }
    if steps.is_empty() {
        return cx.info(format!("Nothing is sent again. {}", notes.join(" ")));
    }
    propose(cx, steps, by_filter, notes);
}

/// Opens the form that corrects one of them.
pub(crate) fn edit(cx: &mut Context<'_>, subject: Subject<'_>, focus: FormField) {
    let Some(invite) = select(cx, subject, "correct").and_then(|mut chosen| chosen.invites.pop()) else {
        return;
    };
    let before = drafts::take_edit(cx, &invite.identity);
    cx.open(Route::InviteForm(FormPurpose::Edit { invite, before, focus, for_triage: false }));
}

fn select(cx: &mut Context<'_>, subject: Subject<'_>, verb: &str) -> Option<Selection> {
    if !access::check_writable(cx) {
        return None;
    }
    let chosen = match subject {
        Subject::Rows => {
            let (rows, marked) = cx.target_rows();
            select_rows(cx, rows, marked, ("marked invite", cx.marks.hidden_count()), verb)
        }
        Subject::Invite(invite) => select_invites(cx, vec![invite], false, ("invite", 0), verb),
        Subject::Day(day) => select_day(cx, day, verb),
    };
    chosen.map_err(|why| cx.info(why)).ok()
}

/// The shown invites of a day of the forecast, or why there are none.
fn select_day(model: &Model, day: &Day, verb: &str) -> Result<Selection, String> {
    let (roster, date) = (&model.invites.shown, day.date.strftime("%a %-d %b"));
    let holds = |row: &RowId| roster.rows().get(*row).is_some_and(|row| day.contains(row.expiry));
    let rows: Vec<RowId> = model.table.order.iter().copied().filter(holds).collect();
    if rows.is_empty() {
        return Err(match day.count {
            0 => format!("Nothing expires on {date}, so there is nothing to {verb}."),
            n => format!("{} of {date} hidden by {}.", format_plural(n, "invite"), model.hidden_by()),
        });
    }
    let hidden = day.count.saturating_sub(rows.len());
    let mut chosen = select_rows(model, rows, true, ("invite", hidden), verb)?;
    chosen.notes.insert(0, format!("All that are shown and expire on {date}."));
    Ok(chosen)
}

fn select_rows(
    model: &Model,
    rows: Vec<RowId>,
    by_filter: bool,
    named: (&str, usize),
    verb: &str,
) -> Result<Selection, String> {
    let roster = model.invites.shown.rows();
    let invites = rows.into_iter().filter_map(|row| Some(roster.get(row)?.to_invite())).collect();
    select_invites(model, invites, by_filter, named, verb)
}

/// Those of the invites that are in no plan, or why there are none. What is left out is said in sentences that call
/// them `what`.
fn select_invites(
    model: &Model,
    all: Vec<Invite>,
    by_filter: bool,
    (what, hidden): (&str, usize),
    verb: &str,
) -> Result<Selection, String> {
    let asked = all.len();
    let (invites, taken): (Vec<Invite>, Vec<Invite>) =
        all.into_iter().partition(|invite| busy_reason(model, invite).is_none());
    if invites.is_empty() {
        return Err(match taken.as_slice() {
            [] => format!("There is no invite to {verb} here."),
            [only] => busy_reason(model, only).unwrap_or_default(),
            _ if what == "marked invite" => {
                let none = key_label(model, Action::MarkNone);
                format!("All {asked} {what}s are in a plan already. {none} takes the marks away.")
            }
            _ => format!("All {asked} {what}s are in a plan already."),
        });
    }
    let mut notes = Vec::new();
    if !taken.is_empty() {
        notes.push(format!("Left out: {} in a plan already.", format_plural(taken.len(), what)));
    }
    if hidden > 0 {
        notes.push(format!("Left alone: {} hidden by {}.", format_plural(hidden, what), model.hidden_by()));
    }
    Ok(Selection { invites, by_filter, notes })
}

/// Why an invite is in no new plan, as a sentence: it is in one.
fn busy_reason(model: &Model, invite: &Invite) -> Option<String> {
    if let Some((step, _)) = model.plans.running_step_for(&invite.identity) {
        return Some(format!("This invite is being {} already.", past_participle(step)));
    }
    let step = model.plans.staged_step_for(&invite.identity)?;
    let plans = model.view_name(View::Plans);
    Some(format!("This invite is staged to be {} already: {plans} shows it.", past_participle(step)))
}

fn propose(cx: &mut Context<'_>, steps: Vec<Step>, by_filter: bool, notes: Vec<String>) {
    // Without marks it is about this row, and not about what the filter shows.
    let filter = if by_filter { cx.table.query.filter.text().to_owned() } else { String::new() };
    plans::propose(
        cx,
        steps,
        ProposalDetails { filter, note: notes.join(" "), ..ProposalDetails::default() },
    );
}

/// Asks about a plan that sends something else in place of one invite.
pub(crate) fn replace(cx: &mut Context<'_>, invite: Invite, draft: Draft) {
    let step =
        cx.model.invites.planner().record_versions(Step::Replace { invite, draft, known_versions: None });
    propose(cx, vec![step], false, Vec::new());
}
