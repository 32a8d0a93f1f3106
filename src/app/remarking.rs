//! Notes and snoozes as the console keeps them: asked for, answered, and said. What is shown changes when the journal
//! has them and not before; a note that could not be written is kept for the next attempt.

use jiff::Timestamp;

use crate::domain::remark::{Remark, Remarks, Snooze};
use crate::domain::text::plural;
use crate::domain::{Failure, Now, Request, RequestId, email};

use super::action::Action;
use super::effect::Effect;
use super::keymap::Context;
use super::state::State;

/// What is under way.
#[derive(Debug, Clone, Default)]
pub struct Remarking {
    asked: Vec<(RequestId, Asked)>,
    /// The last request whose answer is in force: an older answer does not take its place.
    newest: Option<RequestId>,
    /// A note that was typed and is not in the journal, with its address, folded.
    unkept: Option<(String, String)>,
}

/// Something that was asked to be remembered.
#[derive(Debug, Clone)]
enum Asked {
    Note { address: String, note: String },
    Snooze { words: String },
}

/// Why nothing can be remembered, in full, where that is so.
pub(super) fn refused(state: &mut State, now: Now) -> bool {
    let failure = state.no_journal.clone();
    if let Some(failure) = failure {
        state.messages.error(failure, now);
        return true;
    }
    false
}

/// What was typed on this address and is not in the journal.
pub(super) fn unkept(state: &State, address: &str) -> Option<String> {
    let folded = email::folded(address);
    state.remarking.unkept.as_ref().filter(|(other, _)| *other == folded).map(|(_, note)| note.clone())
}

/// Keeps what was typed for the next time that the address is written about.
pub(super) fn put_by(state: &mut State, address: &str, note: String) {
    state.remarking.unkept = Some((email::folded(address), note));
}

/// Lets go what was put by for this address.
pub(super) fn let_go(state: &mut State, address: &str) {
    let folded = email::folded(address);
    state.remarking.unkept.take_if(|(other, _)| *other == folded);
}

/// Has a note written; an empty one takes it away.
pub(super) fn note(state: &mut State, address: String, note: String) -> Vec<Effect> {
    let remark = Remark::Note { address: address.clone(), note: note.clone() };
    ask(state, remark, Asked::Note { address, note })
}

/// Has rows put off, or brought back.
pub(super) fn snooze(
    state: &mut State,
    addresses: Vec<String>,
    until: Option<Snooze>,
    words: String,
) -> Vec<Effect> {
    ask(state, Remark::Snooze { addresses, until }, Asked::Snooze { words })
}

fn ask(state: &mut State, remark: Remark, asked: Asked) -> Vec<Effect> {
    let (id, effect) = state.ask(Request::Remark(remark));
    state.remarking.asked.push((id, asked));
    vec![effect]
}

fn answered(state: &mut State, id: RequestId) -> Option<Asked> {
    let at = state.remarking.asked.iter().position(|(asked, _)| *asked == id)?;
    Some(state.remarking.asked.remove(at).1)
}

/// The journal has told all remarks, after it has written one where that was asked for.
pub(super) fn arrived(state: &mut State, id: RequestId, remarks: Remarks, now: Now) -> Vec<Effect> {
    match answered(state, id) {
        Some(Asked::Note { address, note }) => {
            let_go(state, &address);
            let words = if note.trim().is_empty() { "The note is gone." } else { "The note is kept." };
            state.messages.success(words, now);
        }
        Some(Asked::Snooze { words }) => state.messages.success(words, now),
        None => {}
    }
    if state.remarking.newest.is_some_and(|newest| id < newest) {
        return Vec::new();
    }
    state.remarking.newest = Some(id);
    take(state, remarks)
}

/// What the journal could not write is said, and what was typed is kept. `None` where the failure is of this.
pub(super) fn failed(state: &mut State, id: RequestId, mut failure: Failure, now: Now) -> Option<Failure> {
    match answered(state, id) {
        None => return Some(failure),
        Some(Asked::Note { address, note }) => {
            put_by(state, &address, note);
            let key = state.key(Context::List, Action::Note);
            let kept = format!("What you typed is kept: {key} on the same row opens it.");
            failure.next = format!("{} {kept}", failure.next).trim().to_owned();
        }
        Some(Asked::Snooze { .. }) => {}
    }
    state.messages.error(failure, now);
    None
}

/// The remarks are of another tenancy.
pub(super) fn forget(state: &mut State) {
    state.remarking = Remarking::default();
    state.remarks = Remarks::default();
    state.table.query.remarks = Default::default();
}

/// Takes the remarks into what is shown. Rows are arranged again only where that can make a difference.
fn take(state: &mut State, remarks: Remarks) -> Vec<Effect> {
    let same_snoozes = state.remarks.snoozes == remarks.snoozes;
    let asked_for = state.table.query.filter.asks_remarks();
    state.table.query.remarks = std::sync::Arc::new(remarks.clone());
    state.remarks = remarks;
    if same_snoozes && !asked_for { Vec::new() } else { state.arrange() }
}

/// Shows what was put off too, or hides it again.
pub(super) fn show_snoozed(state: &mut State, now: Now) -> Vec<Effect> {
    let query = &mut state.table.query;
    query.with_snoozed = !query.with_snoozed;
    let shown = query.with_snoozed;
    let effects = state.arrange();
    let rows = plural(state.table.put_off.rows, "row");
    let words = match (state.table.put_off.rows, shown) {
        (0, true) => "Nothing is put off. What will be is shown too, from now on.".to_owned(),
        (0, false) => "Nothing is put off.".to_owned(),
        (_, true) => format!("{rows} put off, and shown now."),
        (_, false) => format!("{rows} put off, and hidden again."),
    };
    state.messages.note(words, now);
    effects
}

/// Counts what is put off of the rows that are there, as of the moment for which they were arranged.
pub(super) fn count(state: &mut State) {
    state.table.put_off = match state.remarks.snoozes.is_empty() {
        true => Default::default(),
        false => state.remarks.put_off(&state.list.shown, state.arranged_for),
    };
}

/// Whether a row has come back at this moment of the server's, or would have.
pub(super) fn wakes(state: &State, server_now: Timestamp) -> bool {
    state.table.put_off.next_wake.is_some_and(|at| at <= server_now)
}

/// What hides marked rows, for a sentence about them.
pub(super) fn what_hides(state: &State) -> &'static str {
    let query = &state.table.query;
    match (query.filter.is_empty(), query.hides_snoozed() && state.table.put_off.rows > 0) {
        (_, false) => "the filter",
        (true, true) => "being put off",
        (false, true) => "the filter or being put off",
    }
}
