//! What cannot be done at this moment, and why: for the command palette, which shows it beside the command.
//! The actions themselves refuse in their own words; nothing is decided here.

use super::action::Action;
use super::state::State;
use super::view::View;

/// Why an action would do nothing where the person is, as half a sentence; `None` where it would do something.
pub fn unavailable(state: &State, action: Action) -> Option<String> {
    let reason = match action {
        Action::Delete | Action::Resend | Action::Edit if state.view == View::Pending => {
            return cannot_change(state);
        }
        Action::Open | Action::Mark | Action::MarkRange if state.view == View::Pending => no_row(state)?,
        Action::MarkAll | Action::MarkInvert if !state.list.is_complete() => "the list is not complete",
        Action::Many if state.no_journal.is_some() => "the journal cannot be used",
        Action::MarkNone if state.marks.is_empty() => "nothing is marked",
        Action::Stop if state.view == View::Pending => {
            let nothing = state.list.reading.is_none() && state.changes.under_way.is_empty();
            nothing.then_some("nothing is being read or changed")?
        }
        Action::Suspend if cfg!(not(unix)) => "this system has no such thing",
        _ => return None,
    };
    Some(reason.to_owned())
}

fn no_row(state: &State) -> Option<&'static str> {
    state.table.row().is_none().then_some("no row is selected")
}

fn cannot_change(state: &State) -> Option<String> {
    if let Some(why) = &state.read_only {
        return Some(format!("read-only, because {why}"));
    }
    if state.no_journal.is_some() {
        return Some("the journal cannot be used".to_owned());
    }
    no_row(state).map(str::to_owned)
}
