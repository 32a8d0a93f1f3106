//! How sentences name keys and views: as the key table in force has them, so that what is said can be done. Sentences
//! that come from other rooms name the keys of our own table; they are put right when they come in.

use crate::domain::failure::READS_AGAIN;
use crate::domain::request::{PlanEvent, ReadEnd};
use crate::domain::{Failure, Reply};

use crate::app::model::Model;
use crate::app::model::view::View;
use crate::keys::action::Action;
use crate::keys::context::KeyContext;

impl Model {
    /// The key of an action in a place, or what else leads to it.
    pub fn key(&self, place: KeyContext, action: Action) -> String {
        self.options.keys.name_in(place, action)
    }

    /// What leads to the refusal of all changes, and back from it.
    pub fn read_only_key(&self) -> String {
        self.key(KeyContext::Views, Action::ReadOnly)
    }

    /// The first key that goes to a view.
    pub fn view_key(&self, view: View) -> Option<String> {
        self.options.keys.keys_in(KeyContext::Views, view.action()).into_iter().next()
    }

    /// A view as the header names it: with its key, where it has one.
    pub fn view_name(&self, view: View) -> String {
        match self.view_key(view) {
            Some(key) => format!("{key} {}", view.name()),
            None => view.name().to_owned(),
        }
    }
}

/// Puts the key that reads again, as it is here, into what is to be done about a failure.
pub(crate) fn put_right(model: &Model, reply: &mut Reply) {
    let key = || model.key(KeyContext::List, Action::Refresh);
    if let Some(failure) = failure_in(reply)
        && failure.next.contains(READS_AGAIN)
    {
        failure.next = failure.next.replace(READS_AGAIN, &key());
    }
}

fn failure_in(reply: &mut Reply) -> Option<&mut Failure> {
    match reply {
        Reply::Failed(failure)
        | Reply::JournalUnusable(failure)
        | Reply::ReadEnded(ReadEnd::Partial(failure))
        | Reply::Plan(_, PlanEvent::Paused(failure)) => Some(failure),
        Reply::Plan(_, PlanEvent::StepEnded { failure, .. }) => failure.as_mut(),
        _ => None,
    }
}
