//! Delete, resend and edit for rows: builds a plan and opens its confirmation.
//!
//! The actions apply to the shown marked rows, or else to the selected row. If there is nothing to do, the user
//! is notified of the reason. No requests are made here.

use crate::app::model::labels::past_participle;
use crate::app::nav::{FormField, FormPurpose};
use crate::app::ops::plans::ProposalDetails;
use crate::app::ops::{drafts, plans};
use crate::app::{Context, Model, Route, View};
use crate::domain::email::normalize;
use crate::domain::forecast::Day;
use crate::domain::invite_store::RowId;
use crate::domain::text::format_plural;
use crate::domain::{Draft, Invite, Step};
use crate::keys::{Action, KeyContext};

/// Invites that an action applies to, before they are looked up.
pub(crate) enum Subject<'a> {
    /// The shown marked rows, or else the selected row.
    Rows,
    /// One invite, regardless of selection and marks.
    Invite(Invite),
    /// The shown invites that expire on a day of the forecast.
    Day(&'a Day),
}

/// The invites that an action applies to.
struct Selection {
    invites: Vec<Invite>,
    /// True if the filter selected them.
    by_filter: bool,
    /// Sentences about skipped invites.
    notes: Vec<String>,
}

/// Opens the confirmation of a delete plan.
pub(crate) fn delete(cx: &mut Context<'_>, subject: Subject<'_>) {
    let Some(Selection { invites, by_filter, notes }) = select(cx, subject, "delete") else { return };
    let steps = invites.into_iter().map(|invite| Step::Delete { invite }).collect();
    propose(cx, steps, by_filter, notes);
}

/// Opens the confirmation of a resend plan.
pub(crate) fn resend(cx: &mut Context<'_>, subject: Subject<'_>) {
    let Some(Selection { invites, by_filter, mut notes }) = select(cx, subject, "resend") else { return };
    let (emails_in_flight, is_single) = (cx.plans.emails_in_flight(), invites.len() == 1);
    let (mut steps, mut errors, mut duplicates) = (Vec::new(), Vec::new(), 0);
    for invite in invites {
        let step = cx.model.invites.planner().record_versions(Step::Resend { invite, known_versions: None });
        match step.draft().and_then(|draft| draft.error()) {
            Some(error) => errors.push(error),
            None if emails_in_flight.contains(&normalize(step.email())) => duplicates += 1,
            None => steps.push(step),
        }
    }
    let edit = cx.key(KeyContext::List, Action::Edit);
    if let (true, [error]) = (is_single, errors.as_slice()) {
        return cx.info(format!("Cannot resend this invite. {error} Press {edit} to edit it."));
    }
    let unsendable = format!(": message too long or no email (press {edit} to edit)");
    notes.extend(skipped_note(errors.len(), "invite", &unsendable));
    notes.extend(skipped_note(duplicates, "invite", ": another plan is already inviting this email"));
    if steps.is_empty() {
        return cx.info(format!("No invites to resend. {}", notes.join(" ")));
    }
    propose(cx, steps, by_filter, notes);
}

/// Opens the form to edit an invite.
pub(crate) fn edit(cx: &mut Context<'_>, subject: Subject<'_>, focus: FormField) {
    let Some(invite) = select(cx, subject, "edit").and_then(|mut selection| selection.invites.pop()) else {
        return;
    };
    let before = drafts::take_edit(cx, &invite.identity);
    cx.open(Route::InviteForm(FormPurpose::Edit { invite, before, focus, for_triage: false }));
}

fn select(cx: &mut Context<'_>, subject: Subject<'_>, verb: &str) -> Option<Selection> {
    let selection = match subject {
        Subject::Rows => {
            let (rows, marked) = cx.target_rows();
            select_rows(cx, rows, marked, ("marked invite", cx.marks.hidden_count()))
        }
        Subject::Invite(invite) => select_invites(cx, vec![invite], false, ("invite", 0)),
        Subject::Day(day) => select_day(cx, day, verb),
    };
    selection.map_err(|reason| cx.info(reason)).ok()
}

/// Returns the shown invites that expire on a day of the forecast, or why there are none.
fn select_day(model: &Model, day: &Day, verb: &str) -> Result<Selection, String> {
    let (store, date) = (&model.invites.shown, day.date.strftime("%a %-d %b"));
    let is_on_day = |row: &RowId| store.rows().get(*row).is_some_and(|row| day.contains(row.expiry));
    let rows: Vec<RowId> = model.table.order.iter().copied().filter(is_on_day).collect();
    if rows.is_empty() {
        return Err(match day.count {
            0 => format!("No invites to {verb}: none expire on {date}."),
            n => format!("{} of {date} hidden by {}.", format_plural(n, "invite"), model.hidden_by_text()),
        });
    }
    let hidden = day.count.saturating_sub(rows.len());
    let mut selection = select_rows(model, rows, true, ("invite", hidden))?;
    selection.notes.insert(0, format!("All visible invites that expire on {date}."));
    Ok(selection)
}

fn select_rows(
    model: &Model,
    rows: Vec<RowId>,
    by_filter: bool,
    noun_and_hidden: (&str, usize),
) -> Result<Selection, String> {
    let rows_of_list = model.invites.shown.rows();
    let invites = rows.into_iter().filter_map(|row| Some(rows_of_list.get(row)?.to_invite())).collect();
    select_invites(model, invites, by_filter, noun_and_hidden)
}

/// Returns the invites that are in no plan, or why there are none.
///
/// `noun` is the word for an invite in sentences about skipped invites; `hidden` is the number of hidden
/// invites.
fn select_invites(
    model: &Model,
    all: Vec<Invite>,
    by_filter: bool,
    (noun, hidden): (&str, usize),
) -> Result<Selection, String> {
    let requested_count = all.len();
    let (invites, busy): (Vec<Invite>, Vec<Invite>) =
        all.into_iter().partition(|invite| busy_reason(model, invite).is_none());
    if invites.is_empty() {
        return Err(match busy.as_slice() {
            [single] => busy_reason(model, single).unwrap_or_default(),
            _ if noun == "marked invite" => {
                let key = model.key(KeyContext::List, Action::MarkNone);
                format!(
                    "All {requested_count} {noun}s are already in a plan. Press {key} to clear the marks."
                )
            }
            _ => format!("All {requested_count} {noun}s are already in a plan."),
        });
    }
    let skipped = [
        skipped_note(busy.len(), noun, ": already in a plan"),
        skipped_note(hidden, noun, &format!(" hidden by {}", model.hidden_by_text())),
    ];
    Ok(Selection { invites, by_filter, notes: skipped.into_iter().flatten().collect() })
}

/// Returns a sentence about skipped invites, if any; `reason` follows their number and noun.
fn skipped_note(count: usize, noun: &str, reason: &str) -> Option<String> {
    (count > 0).then(|| format!("Skipped {}{reason}.", format_plural(count, noun)))
}

/// Returns a sentence about the plan that already contains an invite; `None` if there is no such plan.
fn busy_reason(model: &Model, invite: &Invite) -> Option<String> {
    if let Some((step, _)) = model.plans.running_step_for(&invite.identity) {
        return Some(format!("This invite is already being {}.", past_participle(step)));
    }
    let step = model.plans.staged_step_for(&invite.identity)?;
    let plans = model.view_name(View::Plans);
    Some(format!("This invite is already staged to be {}. See {plans}.", past_participle(step)))
}

fn propose(cx: &mut Context<'_>, steps: Vec<Step>, by_filter: bool, notes: Vec<String>) {
    // Without marks the plan is about this row, not about the filter.
    let filter = if by_filter { cx.table.query.filter.text().to_owned() } else { String::new() };
    plans::propose(
        cx,
        steps,
        ProposalDetails { filter, note: notes.join(" "), ..ProposalDetails::default() },
    );
}

/// Opens the confirmation of a plan that replaces an invite.
pub(crate) fn replace(cx: &mut Context<'_>, invite: Invite, draft: Draft) {
    let step =
        cx.model.invites.planner().record_versions(Step::Replace { invite, draft, known_versions: None });
    propose(cx, vec![step], false, Vec::new());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{App, AppOptions};
    use crate::domain::{Expiry, Identity, Now, TenancyKey};

    fn invite(n: u128, email: &str) -> Invite {
        let identity = Identity::from_uuid(uuid::Uuid::from_u128(n));
        Invite { identity, email: email.into(), message: "hello".into(), expiry: Expiry(None) }
    }

    #[test]
    fn invites_in_a_plan_are_not_selected_again() {
        let mut model = App::new(AppOptions::for_tenancy(TenancyKey("t".into()))).model;
        let rows = [invite(1, "ann@example.com"), invite(2, "bob@example.com"), invite(3, "eve@example.com")];
        let steps = rows[..2].iter().map(|row| Step::Delete { invite: row.clone() }).collect();
        let now = Now { wall: jiff::Timestamp::UNIX_EPOCH, mono: std::time::Duration::ZERO };
        let plan = model.new_plan(steps, now);
        model.plans.start(plan, &[]);
        let select = |count: usize, noun| select_invites(&model, rows[..count].to_vec(), true, (noun, 0));
        let reason = |count, noun| select(count, noun).err().unwrap_or_default();
        assert_eq!(reason(1, "invite"), "This invite is already being deleted.");
        assert_eq!(reason(2, "invite"), "All 2 invites are already in a plan.");
        let marked = reason(2, "marked invite");
        assert!(marked.starts_with("All 2 marked invites are already in a plan. Press "), "{marked}");
        let selection = select(3, "invite").expect("one invite is in no plan");
        assert_eq!(selection.invites, rows[2..]);
        assert_eq!(selection.notes, ["Skipped 2 invites: already in a plan."]);
    }
}
