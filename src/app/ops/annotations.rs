//! Notes and snoozes as the console keeps them: asked for, answered, and said. What is shown changes when the journal
//! has them and not before; a note that could not be written is kept for the next attempt.

use jiff::Timestamp;

use crate::domain::remark::{Remark, Remarks, Snooze};
use crate::domain::text::plural;
use crate::domain::{Failure, Now, Request, RequestId, email};

use crate::app::effect::Effect;
use crate::app::model::annotations::{Annotating, Asked};
use crate::app::screens::problems;
use crate::app::shell::app::App;
use crate::app::shell::stack::Overlay;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

/// Why nothing can be remembered, in full, where that is so.
pub(crate) fn refused(state: &mut App, now: Now) -> bool {
    let failure = state.model.no_journal.clone();
    if let Some(failure) = failure {
        state.model.notifications.error(failure, now);
        return true;
    }
    false
}

/// What was typed on this address and is not in the journal.
pub(crate) fn unkept(state: &App, address: &str) -> Option<String> {
    let folded = email::folded(address);
    state.model.annotating.unkept.as_ref().filter(|(other, _)| *other == folded).map(|(_, note)| note.clone())
}

/// Keeps what was typed for the next time that the address is written about.
pub(crate) fn put_by(state: &mut App, address: &str, note: String) {
    state.model.annotating.unkept = Some((email::folded(address), note));
}

/// Lets go what was put by for this address.
pub(crate) fn let_go(state: &mut App, address: &str) {
    let folded = email::folded(address);
    state.model.annotating.unkept.take_if(|(other, _)| *other == folded);
}

/// Has a note written; an empty one takes it away.
pub(crate) fn note(state: &mut App, address: String, note: String) -> Vec<Effect> {
    let remark = Remark::Note { address: address.clone(), note: note.clone() };
    ask(state, remark, Asked::Note { address, note })
}

/// Has rows put off, or brought back.
pub(crate) fn snooze(
    state: &mut App,
    addresses: Vec<String>,
    until: Option<Snooze>,
    words: String,
) -> Vec<Effect> {
    ask(state, Remark::Snooze { addresses, until }, Asked::Snooze { words })
}

fn ask(state: &mut App, remark: Remark, asked: Asked) -> Vec<Effect> {
    let (id, effect) = state.ask(Request::Remark(remark));
    state.model.annotating.asked.push((id, asked));
    vec![effect]
}

fn answered(state: &mut App, id: RequestId) -> Option<Asked> {
    let at = state.model.annotating.asked.iter().position(|(asked, _)| *asked == id)?;
    Some(state.model.annotating.asked.remove(at).1)
}

/// The journal has told all remarks, after it has written one where that was asked for.
pub(crate) fn arrived(state: &mut App, id: RequestId, remarks: Remarks, now: Now) -> Vec<Effect> {
    match answered(state, id) {
        Some(Asked::Note { address, note }) => {
            let_go(state, &address);
            let words = if note.trim().is_empty() { "The note is gone." } else { "The note is kept." };
            state.model.notifications.success(words, now);
        }
        Some(Asked::Snooze { words }) => state.model.notifications.success(words, now),
        None => {}
    }
    if state.model.annotating.newest.is_some_and(|newest| id < newest) {
        return Vec::new();
    }
    state.model.annotating.newest = Some(id);
    take(state, remarks)
}

/// What the journal could not write is said, and what was typed is kept. `None` where the failure is of this.
pub(crate) fn failed(state: &mut App, id: RequestId, mut failure: Failure, now: Now) -> Option<Failure> {
    match answered(state, id) {
        None => return Some(failure),
        Some(Asked::Note { address, note }) => {
            put_by(state, &address, note);
            let key = state.model.key(KeyContext::List, Action::Note);
            let kept = format!("What you typed is kept: {key} on the same row opens it.");
            failure.next = format!("{} {kept}", failure.next).trim().to_owned();
        }
        Some(Asked::Snooze { .. }) => {}
    }
    state.model.notifications.error(failure, now);
    None
}

/// The remarks are of another tenancy, and so would be what is being written about the rows of this one.
pub(crate) fn forget(state: &mut App) {
    state.screens.retain(|screen| !matches!(screen, Overlay::Note(_) | Overlay::Snooze(_)));
    state.model.annotating = Annotating::default();
    state.model.annotations = Remarks::default();
    state.model.table.query.remarks = Default::default();
    state.model.table.put_off = Default::default();
}

/// Takes the remarks into what is shown. Rows are arranged again only where that can make a difference.
fn take(state: &mut App, remarks: Remarks) -> Vec<Effect> {
    let same_snoozes = state.model.annotations.snoozes == remarks.snoozes;
    let asked_for = state.model.table.query.filter.asks_remarks();
    state.model.table.query.remarks = std::sync::Arc::new(remarks.clone());
    state.model.annotations = remarks;
    problems::arrange(state);
    if same_snoozes && !asked_for { Vec::new() } else { state.arrange() }
}

/// Shows what was put off too, or hides it again.
pub(crate) fn show_snoozed(state: &mut App, now: Now) -> Vec<Effect> {
    let query = &mut state.model.table.query;
    query.with_snoozed = !query.with_snoozed;
    let shown = query.with_snoozed;
    let effects = state.arrange();
    let rows = plural(state.model.table.put_off.rows, "row");
    let words = match (state.model.table.put_off.rows, shown) {
        (0, true) => "Nothing is put off. What will be is shown too, from now on.".to_owned(),
        (0, false) => "Nothing is put off.".to_owned(),
        (_, true) => format!("{rows} put off, and shown now."),
        (_, false) => format!("{rows} put off, and hidden again."),
    };
    state.model.notifications.note(words, now);
    effects
}

/// Counts what is put off of the rows that are there, as of the moment for which they were arranged.
pub(crate) fn count(state: &mut App) {
    state.model.table.put_off = match state.model.annotations.snoozes.is_empty() {
        true => Default::default(),
        false => state.model.annotations.put_off(&state.model.invites.shown, state.model.arranged_for),
    };
}

/// Whether a row has come back at this moment of the server's, or would have.
pub(crate) fn wakes(state: &App, server_now: Timestamp) -> bool {
    state.model.table.put_off.next_wake.is_some_and(|at| at <= server_now)
}

/// What hides marked rows, for a sentence about them.
pub(crate) fn what_hides(state: &App) -> &'static str {
    let query = &state.model.table.query;
    match (query.filter.is_empty(), query.hides_snoozed() && state.model.table.put_off.rows > 0) {
        (_, false) => "the filter",
        (true, true) => "being put off",
        (false, true) => "the filter or being put off",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::model::invites::Ending;
    use crate::app::model::options::AppOptions;
    use crate::app::msg::Msg;
    use crate::app::shell::stack::act;
    use crate::app::shell::update::{begin, update};
    use crate::domain::query::{self, ARRANGED_AT_ONCE};
    use crate::domain::{Expiry, FailureKind, Identity, Invite, Reply, TenancyKey};
    use std::time::Duration;

    const NOW: Now = Now { wall: Timestamp::UNIX_EPOCH, mono: Duration::ZERO };

    fn showing(rows: usize) -> App {
        let mut state = App::new(AppOptions::of(TenancyKey("t".into())));
        begin(&mut state, NOW);
        for n in 0..rows {
            let identity = Identity::from_uuid(uuid::Uuid::from_u128(1 + n as u128));
            let email = format!("p{n:06}@x");
            state.model.invites.insert(&Invite {
                identity,
                email,
                message: String::new(),
                expiry: Expiry(None),
            });
        }
        state.end_list(Ending::Complete(NOW.wall));
        state.model.invites.reading = None;
        let effects = state.arrange();
        settle(&mut state, effects);
        state
    }

    /// Does what is asked for off the loop.
    fn settle(state: &mut App, effects: Vec<Effect>) {
        for effect in effects {
            if let Effect::Arrange { number, rows, query, now, marked } = effect {
                let order = query::arrange(&rows, &query, now, &marked);
                let more = update(state, Msg::Arranged { number, order }, NOW);
                settle(state, more);
            }
        }
    }

    fn say(state: &mut App, id: RequestId, reply: Reply) {
        let effects = update(state, Msg::Reply(TenancyKey("t".into()), id, reply), NOW);
        settle(state, effects);
    }

    fn with_note(note: &str) -> Remarks {
        let mut remarks = Remarks::default();
        remarks.notes.insert("p000000@x".into(), note.into());
        remarks
    }

    fn typed(state: &App) -> &str {
        match state.screens.last() {
            Some(Overlay::Note(note)) => note.field.text(),
            _ => "no note is open",
        }
    }

    /// Writes a note on the selected row, and returns the request.
    fn write(state: &mut App, text: &str) -> RequestId {
        act(state, Action::Note, NOW);
        if let Some(Overlay::Note(note)) = state.screens.last_mut() {
            note.field.paste(text);
        }
        match act(state, Action::Accept, NOW)[..] {
            [Effect::Ask(id, Request::Remark(_))] => id,
            ref other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_note_that_could_not_be_written_is_said_and_not_shown_and_what_was_typed_is_kept() {
        let mut state = showing(2);
        let id = write(&mut state, "on leave");
        assert_eq!(state.model.annotations.note("p000000@x"), None, "it is not in the journal yet");
        let full = Failure::new(FailureKind::Guard, "The note could not be written", "no room", "Make room.");
        say(&mut state, id, Reply::Failed(full));
        let said = state.model.notifications.newest().map(|message| message.text.clone()).unwrap_or_default();
        assert!(said.contains("no room") && said.contains("What you typed is kept"), "{said}");
        assert_eq!(state.model.annotations.note("p000000@x"), None);
        act(&mut state, Action::Note, NOW);
        assert_eq!(typed(&state), "on leave");
        act(&mut state, Action::Back, NOW);
        state.model.table.go_to(1, &state.model.invites.shown, 9);
        act(&mut state, Action::Note, NOW);
        assert_eq!(typed(&state), "", "it was about somebody else");
    }

    #[test]
    fn an_older_answer_does_not_take_the_place_of_a_newer_one() {
        let mut state = showing(1);
        let first = write(&mut state, "one");
        let second = write(&mut state, " two");
        say(&mut state, second, Reply::Remarks(with_note("one two")));
        say(&mut state, first, Reply::Remarks(with_note("one")));
        assert_eq!(state.model.annotations.note("P000000@x"), Some("one two"));
    }

    #[test]
    fn in_a_long_list_as_in_a_short_one_what_is_put_off_is_left_out() {
        for rows in [10, ARRANGED_AT_ONCE + 10] {
            let mut state = showing(rows);
            assert_eq!(state.model.table.order.len(), rows);
            let mut remarks = Remarks::default();
            let later = Snooze::for_days(NOW.wall, 3).expect("a time");
            remarks.snoozes.insert("p000003@x".into(), later);
            remarks.snoozes.insert("nobody@x".into(), later);
            say(&mut state, RequestId(0), Reply::Remarks(remarks));
            assert_eq!((state.model.table.order.len(), state.model.table.put_off.rows), (rows - 1, 1));
            let effects = act(&mut state, Action::ShowSnoozed, NOW);
            settle(&mut state, effects);
            assert_eq!(state.model.table.order.len(), rows);
            forget(&mut state);
            state.arrange();
            assert_eq!(state.model.table.put_off.rows, 0, "they were another tenancy's");
        }
    }
}
