//! The order and the columns of the table, saved for each tenancy: asked for as soon as it is known which tenancy it is,
//! saved after each change. What a person has changed meanwhile is never put back.

use crate::app::model::Model;
use crate::app::model::in_flight::RequestPurpose;
use crate::app::ops::arranging;
use crate::app::ops::context::Context;
use crate::domain::session::Claims;
use crate::domain::view::ColumnSet;
use crate::domain::{Request, TableView};

/// Something about the connection became known. A token that tells nothing of itself is told from one that was not
/// read yet when a reading has ended.
pub(crate) fn load(cx: &mut Context<'_>, reading_ended: bool) {
    let Some(session) = &cx.session else { return };
    let known = reading_ended || session.claims != Claims::default();
    if !known || cx.table_prefs.asked_for.as_ref() == Some(&session.key) {
        return;
    }
    cx.model.table_prefs.asked_for = Some(session.key.clone());
    if cx.table_prefs.touched {
        cx.ask(Request::SaveView(of_table(cx)));
    } else {
        cx.ask_for(RequestPurpose::TablePrefs, Request::View);
    }
    cx.ask_for(RequestPurpose::Annotations, Request::Remarks);
}

/// How the table was looked at last.
pub(crate) fn arrived(cx: &mut Context<'_>, view: TableView) {
    if cx.table_prefs.touched {
        return;
    }
    let table = &mut cx.model.table;
    let same_order = (table.query.sort, table.query.reversed) == (view.sort, view.reversed);
    (table.query.sort, table.query.reversed) = (view.sort, view.reversed);
    table.columns = view.columns;
    if !same_order {
        arranging::arrange(cx);
    }
}

/// A person has changed it. Saved at once, or when it is known for which tenancy.
pub(crate) fn save(cx: &mut Context<'_>) {
    cx.model.table_prefs.touched = true;
    if cx.table_prefs.asked_for.is_some() {
        cx.ask(Request::SaveView(of_table(cx)));
    }
}

/// Changes the columns, and saves them where that made a difference.
pub(crate) fn change_columns(cx: &mut Context<'_>, change: impl FnOnce(&mut ColumnSet)) {
    let before = cx.table.columns.clone();
    change(&mut cx.model.table.columns);
    if before != cx.table.columns {
        save(cx);
    }
}

fn of_table(model: &Model) -> TableView {
    let query = &model.table.query;
    TableView { sort: query.sort, reversed: query.reversed, columns: model.table.columns.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::effect::Effect;
    use crate::app::model::options::AppOptions;
    use crate::app::msg::Msg;
    use crate::app::shell::app::App;
    use crate::app::shell::update::{begin, update};
    use crate::domain::query::Sort;
    use crate::domain::request::ReadEnd;
    use crate::domain::view::{Column, ColumnSet};
    use crate::domain::{Now, Reply, RequestId, Session, TenancyKey};
    use crate::keys::action::Action;
    use std::time::Duration;

    const NOW: Now = Now { wall: jiff::Timestamp::UNIX_EPOCH, mono: Duration::ZERO };

    fn begun() -> App {
        let mut app = App::new(AppOptions::of(TenancyKey("t".into())));
        begin(&mut app, NOW);
        app
    }

    /// What the service task is asked for when it says this.
    fn say(app: &mut App, reply: Reply) -> Vec<Request> {
        let id = match reply {
            Reply::ReadEnded(_) => app.model.invites.reading.as_ref().expect("it reads").id,
            // An answer to what was asked last.
            Reply::View(_) => RequestId(u64::MAX),
            _ => RequestId(0),
        };
        asked(update(app, Msg::Reply(TenancyKey("t".into()), id, reply), NOW))
    }

    fn asked(effects: Vec<Effect>) -> Vec<Request> {
        let asked = effects.into_iter().filter_map(|effect| match effect {
            // What else is asked for then is not about the table.
            Effect::Ask(_, Request::Read | Request::Members | Request::Caps | Request::Remarks) => None,
            Effect::Ask(_, Request::Compare { .. }) => None,
            Effect::Ask(_, request) => Some(request),
            _ => None,
        });
        asked.collect()
    }

    fn token_of(key: &str, tenant: Option<&str>) -> Reply {
        Reply::Session(Session {
            key: TenancyKey(key.into()),
            address: String::new(),
            base_path: String::new(),
            claims: Claims { tenant: tenant.map(str::to_owned), ..Claims::default() },
            clock_offset: jiff::SignedDuration::ZERO,
            warnings: Vec::new(),
            renews: false,
            wrong_tenancy: None,
        })
    }

    fn by_message() -> TableView {
        let mut columns = ColumnSet::default();
        columns.show_or_hide(3);
        TableView { sort: Sort::Message, reversed: true, columns }
    }

    #[test]
    fn it_is_asked_for_once_when_the_tenancy_is_known() {
        let mut app = begun();
        assert_eq!(say(&mut app, token_of("t", None)), [], "no token was read yet");
        assert_eq!(say(&mut app, token_of("t 4f", Some("4f"))), [Request::View]);
        assert_eq!(say(&mut app, token_of("t 4f", Some("4f"))), []);
        assert_eq!(say(&mut app, Reply::ReadEnded(ReadEnd::Complete)), []);
        say(&mut app, Reply::View(by_message()));
        assert_eq!((app.model.table.query.sort, app.model.table.query.reversed), (Sort::Message, true));
        assert!(app.model.table.columns.shown().any(|placed| placed.column == Column::Sent));
    }

    #[test]
    fn a_token_that_says_nothing_of_itself_is_one_tenancy_when_the_list_was_read() {
        let mut app = begun();
        assert_eq!(say(&mut app, token_of("t", None)), []);
        assert_eq!(say(&mut app, Reply::ReadEnded(ReadEnd::Complete)), [Request::View]);
    }

    #[test]
    fn what_a_person_changed_meanwhile_is_kept_and_not_put_back() {
        let mut app = begun();
        assert_eq!(asked(app.press(Action::SortEmail)), [], "nobody knows yet for which tenancy");
        let kept = TableView { sort: Sort::Email, ..TableView::default() };
        assert_eq!(say(&mut app, token_of("t 4f", Some("4f"))), [Request::SaveView(kept)]);
        say(&mut app, Reply::View(by_message()));
        assert_eq!(app.model.table.query.sort, Sort::Email);
        let kept = TableView { sort: Sort::Email, reversed: true, ..TableView::default() };
        assert_eq!(asked(app.press(Action::Reverse)), [Request::SaveView(kept)]);
    }

    #[test]
    fn another_tenancy_has_its_own() {
        let mut app = begun();
        say(&mut app, token_of("t 4f", Some("4f")));
        app.press(Action::SortEmail);
        assert_eq!(say(&mut app, token_of("t 5a", Some("5a"))), [Request::View]);
        say(&mut app, Reply::View(by_message()));
        assert_eq!(app.model.table.query.sort, Sort::Message);
    }

    #[test]
    fn each_change_of_the_columns_is_kept_and_moving_in_their_list_is_not() {
        let mut app = begun();
        say(&mut app, token_of("t 4f", Some("4f")));
        for (action, keeps) in [
            (Action::Columns, false),
            (Action::Down, false),
            (Action::ShowHide, false),
            (Action::Down, false),
            (Action::ShowHide, true),
            (Action::MoveUp, true),
            (Action::Widen, true),
            (Action::Narrow, true),
            (Action::ResetColumns, true),
            (Action::ResetColumns, false),
            (Action::Back, false),
        ] {
            let asked = asked(app.press(action));
            let kept = TableView { columns: app.model.table.columns.clone(), ..TableView::default() };
            let wanted = if keeps { vec![Request::SaveView(kept)] } else { Vec::new() };
            assert_eq!(asked, wanted, "{action:?}");
        }
        assert!(app.stack.is_empty());
    }
}
