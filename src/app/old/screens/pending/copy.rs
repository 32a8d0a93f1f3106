//! What is copied of the list, with one key or by choice: addresses, identities, whole rows, and the calls that
//! read or delete an invite.

use crate::domain::export::{self, Format};
use crate::domain::roster::RowRef;
use crate::domain::{Method, Now, curl};

use crate::app::effect::Effect;
use crate::app::model::request_log::Only;
use crate::app::model::view::View;
use crate::app::ops::clipboard;
use crate::app::ops::clipboard::Copied;
use crate::app::nav::Choice;
use crate::app::shell::app::App;
use crate::app::shell::dispatch;

const NO_ROW: &str = "There is no invite to copy here.";

/// Copies the address of the row, or those of the marked rows that are shown.
pub(crate) fn address(state: &mut App, now: Now) -> Vec<Effect> {
    let Some(copied) = Copied::now(state) else {
        state.model.notifications.note(NO_ROW, now);
        return Vec::new();
    };
    let (text, what) = (copied.addresses(state), copied.what("address", "addresses"));
    clipboard::send(state, text, what, now)
}

/// Lets the person choose what is copied of them.
pub(crate) fn choose(state: &mut App, now: Now) {
    let Some(copied) = Copied::now(state) else { return state.model.notifications.note(NO_ROW, now) };
    let row = |format| move |row: &RowRef<'_>| export::one(format, row).unwrap_or_default();
    let mut choices = vec![
        choice("address", copied.what("address", "addresses"), copied.addresses(state)),
        choice(
            "identity",
            copied.what("identity", "identities"),
            copied.lines(state, |row| row.identity().to_string()),
        ),
        choice(
            "as JSON",
            copied.what("row as JSON", "rows as JSON"),
            copied.lines(state, row(Format::Ndjson)),
        ),
        choice("as CSV", copied.what("row as CSV", "rows as CSV"), copied.lines(state, row(Format::Csv))),
    ];
    if let Some(session) = &state.model.session {
        for (method, name) in [(Method::Get, "curl, reads it"), (Method::Delete, "curl, revokes it")] {
            let line = |row: &RowRef<'_>| {
                curl::of_invite(&session.address, &session.base_path, method, &row.identity())
            };
            let verb = method.as_str();
            let what = copied.what(&format!("curl call ({verb})"), &format!("curl calls ({verb})"));
            choices.push(choice(name, what, copied.lines(state, line)));
        }
    }
    clipboard::choose(state, copied.title(), choices);
}

/// Goes to the calls that were made about the selected row.
pub(crate) fn requests_of_row(state: &mut App, now: Now) -> Vec<Effect> {
    let Some(invite) = state.model.selected_invite() else {
        state.model.notifications.note("There is no invite here whose requests could be shown.", now);
        return Vec::new();
    };
    state.model.request_log.show_only(Some(Only { identity: invite.identity, email: invite.email }));
    dispatch::go(state, View::Requests)
}

pub(crate) fn choice(name: &'static str, what: String, text: String) -> Choice {
    Choice { name, what, text }
}
