//! Asking for a look at the list, and taking in what it found. The verdicts are of a list of pending invites, of a
//! journal and of corrections: when one of these is another, there is another look.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::journal::JournalEntry;
use crate::domain::list::checking::{Answer, Job, Judged, What};
use crate::domain::list::{ColumnChoice, Sheet, Verdict, earlier};
use crate::domain::members::Members;
use crate::domain::{Failure, Request, RequestId};

use crate::app::effect::Effect;
use crate::app::model::invites::Known;
use crate::app::screens::import::{Import, Overlay, Place, many_mut};
use crate::app::screens::journal;
use crate::app::shell::app::App;

/// The pending invites that the verdicts are of: how many, and as of when where they are complete; and how many members
/// were known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    rows: usize,
    complete: Option<Timestamp>,
    members: Option<usize>,
}

impl Seen {
    fn now(state: &App) -> Seen {
        let complete = match &state.model.invites.known {
            Known::All { at } if state.model.invites.is_complete() => Some(*at),
            _ => None,
        };
        Seen {
            rows: state.model.invites.shown.len(),
            complete,
            members: state.model.members.as_ref().map(Members::len),
        }
    }
}

/// Asks the journal what was sent before; until it answers nothing is judged.
pub(crate) fn ask_journal(state: &mut App) -> Vec<Effect> {
    let (id, effect) = state.ask(Request::Journal { limit: journal::LIMIT });
    let Some(many) = many_mut(state) else { return Vec::new() };
    (many.asked, many.earlier) = (Some(id), None);
    vec![effect]
}

/// Whether the answer to this question is awaited here.
pub(crate) fn awaits(state: &App, id: RequestId) -> bool {
    crate::app::screens::import::many(state).is_some_and(|many| many.asked == Some(id))
}

/// The journal has answered.
pub(crate) fn journal_arrived(state: &mut App, entries: &[JournalEntry]) -> Vec<Effect> {
    let Some(many) = many_mut(state) else { return Vec::new() };
    (many.asked, many.earlier) = (None, Some(earlier(entries)));
    again(state)
}

/// The journal could not be read; that is said, and the list is judged without it.
pub(crate) fn journal_failed(state: &mut App, failure: &Failure) -> Vec<Effect> {
    let Some(many) = many_mut(state) else { return Vec::new() };
    (many.asked, many.earlier) = (None, Some(Default::default()));
    many.unknown = Some(format!("What was sent before is not known: {failure}"));
    again(state)
}

/// Has the text read and judged.
pub(crate) fn at_text(state: &mut App) -> Vec<Effect> {
    if let Some(many) = many_mut(state) {
        many.by_column.clear();
    }
    with_column(state, None)
}

fn with_column(state: &mut App, choice: Option<ColumnChoice>) -> Vec<Effect> {
    let Some(many) = many_mut(state) else { return Vec::new() };
    (many.sheet, many.judged) = Default::default();
    (many.tally, many.expired) = Default::default();
    many.left_out.clear();
    many.choice = choice;
    many.lines = Default::default();
    many.source.taken = true;
    (many.place, many.unread) = (Place::Verdicts, true);
    again(state)
}

/// Takes the addresses from the next column that holds some.
pub(crate) fn with_next_column(state: &mut App) -> Vec<Effect> {
    let Some(many) = many_mut(state) else { return Vec::new() };
    let indexes: Vec<usize> = many.sheet.columns.iter().map(|column| column.index).collect();
    let next = indexes.iter().find(|index| many.sheet.column.is_none_or(|current| **index > current));
    let next = next.or(indexes.first()).copied().filter(|next| many.sheet.column != Some(*next));
    let Some(next) = next.filter(|_| many.looking.is_none()) else {
        many.said = Some(match (many.looking, &many.sheet.columns[..]) {
            (Some(_), _) => "The list is being looked at. Try again in a moment.".to_owned(),
            (None, []) => "The list has no columns.".to_owned(),
            (None, _) => "No other column holds addresses.".to_owned(),
        });
        return Vec::new();
    };
    if let Some(current) = many.sheet.column {
        many.by_column.insert(current, (Arc::clone(&many.sheet), many.left_out.clone()));
    }
    let before = many.by_column.remove(&next);
    let effects = with_column(state, Some(ColumnChoice::Index(next)));
    match before {
        Some((sheet, left_out)) => restore(state, sheet, left_out),
        None => effects,
    }
}

/// Takes a list that was read before, as the user left it.
fn restore(state: &mut App, sheet: Arc<Sheet>, left_out: HashSet<usize>) -> Vec<Effect> {
    let Some(many) = many_mut(state) else { return Vec::new() };
    many.judged = vec![Judged::Looking; sheet.entries.len()];
    (many.sheet, many.left_out, many.unread) = (sheet, left_out, false);
    again(state)
}

/// Has the list judged anew. A look that is under way is void by this.
pub(crate) fn again(state: &mut App) -> Vec<Effect> {
    let (number, seen) = (state.model.next_number(), Seen::now(state));
    let Some(many) = crate::app::screens::import::many(state) else { return Vec::new() };
    let what = match many.unread {
        true if many.source.text.is_empty() => return Vec::new(),
        true => What::Text(many.source.text.as_str().into(), many.choice.clone()),
        false if many.sheet.entries.is_empty() => return Vec::new(),
        false => What::Sheet(Arc::clone(&many.sheet)),
    };
    // Without the journal what was sent before would be called new; its answer asks again.
    let job = many.earlier.clone().map(|earlier| Job {
        number,
        what,
        left_out: many.left_out.clone(),
        pending: state.model.invites.shown.clone(),
        complete: state.model.invites.is_complete(),
        members: state.model.members.clone(),
        sending: journal::being_sent(state),
        allowed: state.model.options.guards.allowed.clone(),
        earlier,
        now: state.model.server_now(state.model.now),
    });
    let Some(many) = many_mut(state) else { return Vec::new() };
    (many.looking, many.seen) = (Some(number), seen);
    job.map(|job| Effect::Judge(Box::new(job))).into_iter().collect()
}

/// Another look, where the pending invites are others by now. Not while they stream in: that would never end.
pub(crate) fn keep_up(state: &mut App) -> Vec<Effect> {
    let in_front = state.screens.iter().any(|screen| matches!(screen, Overlay::Import(_)));
    if !in_front || state.model.invites.streams() {
        return Vec::new();
    }
    let seen = Seen::now(state);
    let outdated = |many: &Import| many.looking.is_none() && many.seen != seen;
    let Some(many) = crate::app::screens::import::many(state).filter(|many| outdated(many)) else {
        return Vec::new();
    };
    let only_members = Seen { members: seen.members, ..many.seen } == seen;
    if only_members && !concern(many, state) {
        if let Some(many) = many_mut(state) {
            many.seen = seen;
        }
        return Vec::new();
    }
    again(state)
}

/// Whether the members are of any interest for the list: a look in passing takes the keys away for a moment.
fn concern(many: &Import, state: &App) -> bool {
    let is_member = |email: &str| state.model.members.as_ref().is_some_and(|members| members.has(email));
    many.judged.contains(&Judged::Is(Verdict::Member))
        || many.sheet.entries.iter().any(|entry| is_member(&entry.email))
}

/// A look has found something.
pub(crate) fn found(state: &mut App, answer: Answer) {
    let height = state.model.metrics.text_height;
    let Some(many) = many_mut(state).filter(|many| many.looking == Some(answer.number)) else {
        state.model.stale_replies += 1;
        return;
    };
    (many.looking, many.unread) = (None, false);
    (many.sheet, many.judged) = (answer.sheet, answer.judged);
    (many.tally, many.expired) = (answer.tally, answer.expired);
    many.lines.go_to(many.lines.cursor, many.judged.len(), height);
}

/// The tenancy is another one: what is known of the list is void.
pub(crate) fn forget(state: &mut App) -> Vec<Effect> {
    let Some(many) = many_mut(state) else { return Vec::new() };
    many.judged.iter_mut().for_each(|judged| *judged = Judged::Looking);
    ask_journal(state)
}
