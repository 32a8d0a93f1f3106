//! Moves in the table, sorts and filters it.

use crate::app::model::table::Table;
use crate::app::ops::{marks, query};
use crate::app::{Context, Model, RequestPurpose};
use crate::domain::connection::Claims;
use crate::domain::query::{Filter, Sort};
use crate::domain::table_prefs::ColumnSet;
use crate::domain::{Identity, ServiceRequest, TablePrefs};
use crate::keys::{Action, KeyContext};

/// Maximum number of saved filters, so that their tabs fit into a wide window.
const MAX_SAVED_FILTERS: usize = 9;

/// Selects a line, or the last line if there are fewer, and extends an open range.
pub(crate) fn select_line(cx: &mut Context<'_>, line: usize) {
    let model = &mut *cx.model;
    model.table.select_line(line, &model.invites.shown, model.metrics.table_height);
    marks::on_cursor_moved(cx);
}

/// Moves by lines, up if negative.
pub(crate) fn move_by(cx: &mut Context<'_>, lines: isize) {
    select_line(cx, cx.table.selected_line.saturating_add_signed(lines));
}

/// Moves the window and the selection by lines.
pub(crate) fn page_by(cx: &mut Context<'_>, lines: isize) {
    let model = &mut *cx.model;
    model.table.page_by(lines, &model.invites.shown, model.metrics.table_height);
    marks::on_cursor_moved(cx);
}

/// Selects an invite. Clears the filter or shows snoozed rows if they hide it.
pub(crate) fn reveal(cx: &mut Context<'_>, identity: &Identity) {
    select_if_shown(cx, identity);
    let model = &mut *cx.model;
    if model.table.selected_identity.as_ref() == Some(identity) {
        return;
    }
    // A later sort selects the invite by its identity, even a sort in the background.
    (model.table.selected_identity, model.table.moved_by_user) = (Some(identity.clone()), true);
    model.table.query.filter = Default::default();
    let now = model.server_now(model.now);
    let invite = model.invites.shown.invite(identity);
    model.table.query.shows_snoozed |=
        invite.is_some_and(|invite| model.annotations.is_snoozed(&invite.email, invite.expiry, now));
    query::requery(cx);
}

/// Selects an invite if it is shown.
pub(crate) fn select_if_shown(cx: &mut Context<'_>, identity: &Identity) {
    let model = &mut *cx.model;
    model.table.select_identity(identity, &model.invites.shown, model.metrics.table_height);
}

/// Requests the current version of the selected invite, because the list may be out of date.
pub(crate) fn fetch_selected(cx: &mut Context<'_>) {
    let Some(identity) = cx.table.selected_identity.clone() else { return };
    cx.model.table.moved_by_user = true;
    cx.request_for(RequestPurpose::Lookup(identity.clone()), ServiceRequest::Get(identity));
}

/// Sorts by this key; reverses the order if it is the current key.
pub(crate) fn sort(cx: &mut Context<'_>, sort: Sort) {
    let query = &mut cx.model.table.query;
    query.reversed = query.sort == sort && !query.reversed;
    query.sort = sort;
    query::requery(cx);
    save_prefs(cx);
}

/// Reverses the order.
pub(crate) fn reverse(cx: &mut Context<'_>) {
    cx.model.table.query.reversed = !cx.table.query.reversed;
    query::requery(cx);
    save_prefs(cx);
}

/// Applies a filter, unless it is applied already.
pub(crate) fn set_filter(cx: &mut Context<'_>, filter: Filter) {
    if cx.table.query.filter != filter {
        cx.model.table.query.filter = filter;
        query::requery(cx);
    }
}

/// Goes to the next or previous filter tab. From a filter without a tab, goes to the tab of all rows.
pub(crate) fn cycle_tab(cx: &mut Context<'_>, back: bool) {
    let tabs = cx.filter_tabs();
    let index = match cx.current_tab(&tabs) {
        Some(index) if back => (index + tabs.len() - 1) % tabs.len(),
        Some(index) => (index + 1) % tabs.len(),
        None => 0,
    };
    go_to_tab(cx, index);
}

/// Applies the filter of the tab with this index.
pub(crate) fn go_to_tab(cx: &mut Context<'_>, index: usize) {
    let tabs = cx.filter_tabs();
    let filter = tabs.get(index).map(|tab| Filter::parse(&tab.filter, &cx.options.filters));
    if let Some(Ok(filter)) = filter {
        set_filter(cx, filter);
    }
}

/// Saves the filter as a tab, or removes its tab.
pub(crate) fn toggle_saved_filter(cx: &mut Context<'_>) {
    let text = cx.table.query.filter.text().to_owned();
    let has_tab = cx.current_tab(&cx.filter_tabs()).is_some();
    let [save, filter] = [Action::SaveFilter, Action::Filter].map(|action| cx.key(KeyContext::List, action));
    let saved = &mut cx.model.table.saved_filters;
    if let Some(index) = saved.iter().position(|other| *other == text) {
        saved.remove(index);
        cx.info(format!("Removed the tab of this filter. Press {save} to save it again."));
    } else if has_tab {
        return cx.info(format!("There is no new filter to save. Press {filter} to type one."));
    } else if saved.len() >= MAX_SAVED_FILTERS {
        return cx.info(format!("There are {MAX_SAVED_FILTERS} saved filters already. Remove one first."));
    } else {
        saved.push(text);
        cx.info(format!("Saved the filter as a tab. Press {save} to remove it."));
    }
    save_prefs(cx);
}

/// Adds a filter to the history.
pub(crate) fn save_filter(cx: &mut Context<'_>, text: &str) {
    cx.model.filter_history.add(text);
}

/// Loads the table preferences once the tenancy is known.
///
/// A token without claims counts as known after the first fetch of the list.
pub(crate) fn load_prefs(cx: &mut Context<'_>, is_list_loaded: bool) {
    let Some(connection) = &cx.connection else { return };
    let is_tenancy_known = is_list_loaded || connection.claims != Claims::default();
    if !is_tenancy_known || cx.table_prefs_sync.requested_for.as_ref() == Some(&connection.key) {
        return;
    }
    cx.model.table_prefs_sync.requested_for = Some(connection.key.clone());
    cx.request_for(RequestPurpose::TablePrefs, ServiceRequest::LoadTablePrefs);
    cx.request_for(RequestPurpose::Annotations, ServiceRequest::LoadAnnotations);
}

/// Applies the saved sort order, columns and filters. What the user has changed since the start wins.
pub(crate) fn on_prefs_loaded(cx: &mut Context<'_>, prefs: TablePrefs) {
    cx.model.table_prefs_sync.is_loaded = true;
    let added = std::mem::take(&mut cx.model.table.saved_filters);
    let mut saved = prefs.saved_filters;
    saved.extend(added.into_iter().filter(|text| !saved.contains(text)).collect::<Vec<_>>());
    // A named filter that a saved one uses may be gone from the configuration.
    saved.retain(|text| Filter::parse(text, &cx.options.filters).is_ok());
    let table = &mut cx.model.table;
    table.saved_filters = saved;
    if cx.table_prefs_sync.changed_by_user {
        cx.request(ServiceRequest::SaveTablePrefs(current_prefs(cx)));
        return;
    }
    let table = &mut cx.model.table;
    let same_order = (table.query.sort, table.query.reversed) == (prefs.sort, prefs.reversed);
    (table.query.sort, table.query.reversed) = (prefs.sort, prefs.reversed);
    table.columns = prefs.columns;
    if !same_order {
        query::requery(cx);
    }
}

/// Saves the sort order, columns and filters, now or once the saved ones are loaded.
pub(crate) fn save_prefs(cx: &mut Context<'_>) {
    cx.model.table_prefs_sync.changed_by_user = true;
    if cx.table_prefs_sync.is_loaded {
        cx.request(ServiceRequest::SaveTablePrefs(current_prefs(cx)));
    }
}

/// Changes the columns, and saves them if they differ.
pub(crate) fn change_columns(cx: &mut Context<'_>, change: impl FnOnce(&mut ColumnSet)) {
    let before = cx.table.columns.clone();
    change(&mut cx.model.table.columns);
    if before != cx.table.columns {
        save_prefs(cx);
    }
}

fn current_prefs(model: &Model) -> TablePrefs {
    let Table { query, columns, saved_filters, .. } = &model.table;
    let (columns, saved_filters) = (columns.clone(), saved_filters.clone());
    TablePrefs { sort: query.sort, reversed: query.reversed, columns, saved_filters }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::{App, AppOptions, Effect, Msg, begin, update};
    use crate::domain::query::Sort;
    use crate::domain::service_msg::FetchEnd;
    use crate::domain::table_prefs::{Column, ColumnSet};
    use crate::domain::{Connection, Now, RequestId, ServiceReply, TenancyKey};
    use std::time::Duration;

    const NOW: Now = Now { wall: jiff::Timestamp::UNIX_EPOCH, mono: Duration::ZERO };

    fn started_app() -> App {
        let mut app = App::new(AppOptions::for_tenancy(TenancyKey("t".into())));
        begin(&mut app, NOW);
        app
    }

    /// Handles a reply and returns the resulting service requests.
    fn send_reply(app: &mut App, reply: ServiceReply) -> Vec<ServiceRequest> {
        let id = match reply {
            ServiceReply::ListFinished(_) => app.model.invites.fetch.as_ref().expect("a running fetch").id,
            // A reply to the latest request.
            ServiceReply::TablePrefs(_) => RequestId(u64::MAX),
            _ => RequestId(0),
        };
        requests_in(update(app, Msg::Reply(TenancyKey("t".into()), id, reply), NOW))
    }

    fn requests_in(effects: Vec<Effect>) -> Vec<ServiceRequest> {
        let requests = effects.into_iter().filter_map(|effect| match effect {
            // Other requests are not about the table.
            Effect::Request(
                _,
                ServiceRequest::FetchList
                | ServiceRequest::LoadCachedList
                | ServiceRequest::FetchMembers
                | ServiceRequest::FetchQuota
                | ServiceRequest::LoadAnnotations,
            ) => None,
            Effect::Request(_, ServiceRequest::Diff { .. }) => None,
            Effect::Request(_, request) => Some(request),
            _ => None,
        });
        requests.collect()
    }

    fn connection_reply(key: &str, tenant: Option<&str>) -> ServiceReply {
        ServiceReply::Connection(Connection {
            key: TenancyKey(key.into()),
            url: String::new(),
            base_path: String::new(),
            claims: Claims { tenant: tenant.map(str::to_owned), ..Claims::default() },
            clock_offset: jiff::SignedDuration::ZERO,
            warnings: Vec::new(),
            is_token_renewed: false,
            wrong_tenancy_reason: None,
        })
    }

    fn by_message() -> TablePrefs {
        let mut columns = ColumnSet::default();
        columns.toggle(3);
        TablePrefs { sort: Sort::Message, reversed: true, columns, saved_filters: vec!["@acme".into()] }
    }

    #[test]
    fn table_prefs_are_loaded_once_the_tenancy_is_known() {
        let mut app = started_app();
        assert_eq!(send_reply(&mut app, connection_reply("t", None)), [], "no token was read yet");
        assert_eq!(
            send_reply(&mut app, connection_reply("t 4f", Some("4f"))),
            [ServiceRequest::LoadTablePrefs]
        );
        assert_eq!(send_reply(&mut app, connection_reply("t 4f", Some("4f"))), []);
        assert_eq!(send_reply(&mut app, ServiceReply::ListFinished(FetchEnd::Complete)), []);
        send_reply(&mut app, ServiceReply::TablePrefs(by_message()));
        assert_eq!((app.model.table.query.sort, app.model.table.query.reversed), (Sort::Message, true));
        assert!(app.model.table.columns.visible_columns().any(|placed| placed.column == Column::Sent));
    }

    #[test]
    fn opaque_token_loads_table_prefs_after_the_list() {
        let mut app = started_app();
        assert_eq!(send_reply(&mut app, connection_reply("t", None)), []);
        assert_eq!(
            send_reply(&mut app, ServiceReply::ListFinished(FetchEnd::Complete)),
            [ServiceRequest::LoadTablePrefs]
        );
    }

    #[test]
    fn changes_made_while_prefs_load_are_kept() {
        let mut app = started_app();
        assert_eq!(requests_in(app.press(Action::SortEmail)), [], "the tenancy is not known yet");
        assert_eq!(
            send_reply(&mut app, connection_reply("t 4f", Some("4f"))),
            [ServiceRequest::LoadTablePrefs]
        );
        assert_eq!(requests_in(app.press(Action::SortEmail)), [], "the saved filters are not known yet");
        let saved_filters = vec!["@acme".to_owned()];
        let prefs = TablePrefs { sort: Sort::Email, reversed: true, saved_filters, ..TablePrefs::default() };
        assert_eq!(
            send_reply(&mut app, ServiceReply::TablePrefs(by_message())),
            [ServiceRequest::SaveTablePrefs(prefs.clone())]
        );
        assert_eq!(app.model.table.query.sort, Sort::Email);
        let prefs = TablePrefs { reversed: false, ..prefs };
        assert_eq!(requests_in(app.press(Action::ReverseSort)), [ServiceRequest::SaveTablePrefs(prefs)]);
    }

    #[test]
    fn each_tenancy_loads_its_own_table_prefs() {
        let mut app = started_app();
        send_reply(&mut app, connection_reply("t 4f", Some("4f")));
        app.press(Action::SortEmail);
        assert_eq!(
            send_reply(&mut app, connection_reply("t 5a", Some("5a"))),
            [ServiceRequest::LoadTablePrefs]
        );
        send_reply(&mut app, ServiceReply::TablePrefs(by_message()));
        assert_eq!(app.model.table.query.sort, Sort::Message);
    }

    #[test]
    fn column_changes_are_saved_and_cursor_moves_are_not() {
        let mut app = started_app();
        send_reply(&mut app, connection_reply("t 4f", Some("4f")));
        send_reply(&mut app, ServiceReply::TablePrefs(TablePrefs::default()));
        for (action, saves) in [
            (Action::Columns, false),
            (Action::Down, false),
            (Action::ToggleColumn, false),
            (Action::Down, false),
            (Action::ToggleColumn, true),
            (Action::MoveUp, true),
            (Action::Widen, true),
            (Action::Narrow, true),
            (Action::ResetColumns, true),
            (Action::ResetColumns, false),
            (Action::Back, false),
        ] {
            let requests = requests_in(app.press(action));
            let prefs = TablePrefs { columns: app.model.table.columns.clone(), ..TablePrefs::default() };
            let expected = if saves { vec![ServiceRequest::SaveTablePrefs(prefs)] } else { Vec::new() };
            assert_eq!(requests, expected, "{action:?}");
        }
        assert!(app.overlays.is_empty());
    }
}
