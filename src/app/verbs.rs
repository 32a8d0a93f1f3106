//! From a verb and the rows it is meant for to a plan that asks to be confirmed, or to the reason why there is none.
//! A verb acts on the row, or on the marked rows that are shown; marks that the filter hides are left alone.

use crate::domain::text::plural;
use crate::domain::{Draft, Identity, Invite, Now, Step, planning};

use super::screen::{confirm, marking};
use super::state::State;

/// What can be done to many rows at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    /// Revoke them.
    Delete,
    /// Send them again.
    Resend,
}

/// Asks about a plan for the rows that are meant.
pub(super) fn begin(state: &mut State, verb: Verb, now: Now) {
    if refused(state, now) {
        return;
    }
    let (targets, mut notes) = targets(state);
    if targets.is_empty() {
        return state.messages.note("There is no invite here to do that to.", now);
    }
    let alone = targets.len() == 1;
    let (free, busy): (Vec<Invite>, Vec<Invite>) =
        targets.into_iter().partition(|invite| !is_busy(state, &invite.identity));
    if alone && !busy.is_empty() {
        let words = "This invite is in a plan already: 2 Plan shows it.";
        return state.messages.note(words, now);
    }
    if !busy.is_empty() {
        notes.push(format!("Left out: {} in a plan already.", plural(busy.len(), "invite")));
    }
    let mut steps: Vec<Step> = free.into_iter().map(|invite| step(state, verb, invite)).collect();
    let unsendable = planning::unsendable(&steps);
    if let ([(_, error)], true) = (unsendable.as_slice(), alone) {
        return state.messages.note(format!("It cannot be sent again as it is: {error} e corrects it."), now);
    }
    if !unsendable.is_empty() {
        notes.push(format!(
            "Left out: {} that cannot be sent again as they are (no address, or too long); e corrects each.",
            plural(unsendable.len(), "invite")
        ));
        let places: Vec<usize> = unsendable.into_iter().map(|(place, _)| place).collect();
        let mut place = 0..;
        steps.retain(|_| !place.next().is_some_and(|place| places.contains(&place)));
    }
    if steps.is_empty() {
        return state.messages.note(format!("There is nothing to do. {}", notes.join(" ")), now);
    }
    planning::order(&mut steps, state.server_now(now));
    let plan = state.plan(steps, now);
    confirm::ask_saying(state, plan, Vec::new(), notes.join(" "));
}

/// Whether nothing can be changed at all; then it is said why.
pub(super) fn refused(state: &mut State, now: Now) -> bool {
    if let Some(failure) = state.no_journal.clone() {
        state.messages.error(failure, now);
    } else if let Some(why) = &state.read_only {
        state.messages.note(format!("This console is read-only, because {why}. % allows changes."), now);
    } else {
        return false;
    }
    true
}

/// Whether something is to happen to an invite already.
pub(super) fn is_busy(state: &State, identity: &Identity) -> bool {
    state.changes.on_row(identity).is_some() || state.changes.staged_on_row(identity).is_some()
}

/// The rows that are meant, and what is to be said about those that are not.
fn targets(state: &State) -> (Vec<Invite>, Vec<String>) {
    let marked = marking::marked(state);
    if marked.is_empty() {
        return (state.selected_invite().into_iter().collect(), Vec::new());
    }
    let hidden = state.marks.hidden();
    let notes = match hidden {
        0 => Vec::new(),
        n => vec![format!("{} hidden by the filter and left alone.", are(n, "marked invite"))],
    };
    (marked.iter().filter_map(|identity| state.list.shown.invite(identity)).collect(), notes)
}

fn are(n: usize, what: &str) -> String {
    format!("{} {}", plural(n, what), if n == 1 { "is" } else { "are" })
}

fn step(state: &State, verb: Verb, invite: Invite) -> Step {
    match verb {
        Verb::Delete => Step::Delete { invite },
        Verb::Resend => {
            let before = state.list.is_complete().then(|| state.list.shown.pins(&invite.email));
            Step::Resend { invite, before }
        }
    }
}

/// Asks about a plan that sends something else in place of one invite.
pub(super) fn replace(state: &mut State, invite: Invite, draft: Draft, now: Now) {
    let before = state.list.is_complete().then(|| state.list.shown.pins(&draft.email));
    let plan = state.plan(vec![Step::Replace { invite, draft, before }], now);
    confirm::ask(state, plan, Vec::new());
}
