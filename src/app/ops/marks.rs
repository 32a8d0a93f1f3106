//! Actions that mark rows.
//!
//! An action is refused with a reason if it could mark rows that the user does not expect.

use std::collections::HashSet;

use crate::app::model::marks::row_identity;
use crate::app::ops::query::{requery, run_in_background};
use crate::app::{Context, Model};
use crate::domain::forecast::Day;
use crate::domain::invite_store::RowId;
use crate::domain::query;
use crate::domain::query::{Filter, MAX_INLINE_ROWS};
use crate::domain::text::{format_count, format_plural};
use crate::keys::{Action, KeyContext};

/// Handles a marking action.
pub(crate) fn handle_action(cx: &mut Context<'_>, action: Action) {
    match action {
        Action::Mark => toggle_selected(cx),
        Action::MarkRange => toggle_range(cx),
        Action::MarkAll | Action::MarkInvert => mark_all(cx, action == Action::MarkInvert),
        Action::MarkNone => cx.model.marks.clear(),
        _ => return,
    }
    requery_if_marks_used(cx);
}

/// Updates the count of hidden marks, and a filter that depends on marks, after marks changed.
pub(crate) fn on_marks_changed(cx: &mut Context<'_>) {
    cx.model.marks.count_shown(&cx.model.table, &cx.model.invites.shown);
    requery_if_marks_used(cx);
}

/// Filters again if the filter depends on marks.
fn requery_if_marks_used(cx: &mut Context<'_>) {
    if cx.table.query.filter.uses_marks() {
        requery(cx);
    }
}

/// Extends a range to the line of the cursor.
pub(crate) fn on_cursor_moved(cx: &mut Context<'_>) {
    if cx.model.marks.range_len().is_none() {
        return;
    }
    cx.model.marks.extend_range(&cx.model.table, &cx.model.invites.shown);
    // Does not count hidden marks again: a key must respond immediately even in a range of a million rows.
    requery_if_marks_used(cx);
}

fn toggle_selected(cx: &mut Context<'_>) {
    let Some(identity) = cx.model.table.selected_identity.clone() else { return };
    let model = &mut *cx.model;
    model.marks.end_range();
    model.marks.toggle(identity);
    let next = model.table.selected_line + 1;
    model.table.select_line(next, &model.invites.shown, model.metrics.table_height);
}

fn toggle_range(cx: &mut Context<'_>) {
    if cx.model.marks.end_range() {
        return;
    }
    cx.model.table.moved_by_user = true;
    cx.model.marks.begin_range(&cx.model.table, &cx.model.invites.shown);
}

/// Ends the range. Returns false if there is none.
pub(crate) fn end_range(cx: &mut Context<'_>) -> bool {
    cx.model.marks.end_range()
}

/// Marks all invites that expire on a day, or unmarks them if all are marked.
pub(crate) fn toggle_day(cx: &mut Context<'_>, day: &Day) {
    let date = day.date.strftime("%a %-d %b");
    if day.count == 0 {
        return cx.info(format!("No invites expire on {date}."));
    }
    let model = &mut *cx.model;
    let marked = model.marks.toggle_by_expiry(&model.invites.shown, |expiry| day.contains(expiry));
    on_marks_changed(cx);
    let count = format_plural(day.count, "invite");
    let text = match (marked, cx.marks.hidden_count()) {
        (false, _) => format!("{count} of {date} unmarked."),
        (true, 0) => format!("{count} of {date} marked."),
        (true, hidden) => {
            let (marks, reason) = (format_plural(hidden, "mark"), cx.hidden_by_text());
            format!("{count} of {date} marked, {marks} hidden by {reason}.")
        }
    };
    cx.info(text);
}

/// Returns why the visible rows may be about to change, a fragment without trailing period.
pub(crate) fn blocked_reason(model: &Model) -> Option<String> {
    let sorting = "still sorting; try again in a moment";
    incomplete_reason(model).or_else(|| model.is_query_pending().then(|| sorting.to_owned()))
}

/// Returns why the list may miss rows, a fragment without trailing period.
pub(crate) fn incomplete_reason(model: &Model) -> Option<String> {
    if model.invites.is_complete() {
        return None;
    }
    let rows = format_plural(model.invites.shown.len(), "row");
    Some(match model.invites.fetch {
        Some(_) => format!("still loading ({rows} so far)"),
        None => {
            let key = model.key(KeyContext::List, Action::Refresh);
            format!("only {rows} loaded; press {key} to load all")
        }
    })
}

fn mark_all(cx: &mut Context<'_>, invert: bool) {
    let model = &mut *cx.model;
    model.marks.end_range();
    for row in &model.table.order {
        let Some(identity) = row_identity(*row, &model.invites.shown) else { continue };
        if invert { model.marks.toggle(identity) } else { model.marks.insert(identity) }
    }
}

/// Marks the rows that match a filter. An empty filter marks nothing.
pub(crate) fn mark_matching(cx: &mut Context<'_>, filter: Filter) {
    if filter.is_empty() {
        return cx.info("The filter is empty. No rows were marked.");
    }
    // The list may have become incomplete while the user typed.
    if let Some(reason) = incomplete_reason(cx) {
        return cx.info(format!("No rows were marked: {reason}."));
    }
    cx.model.filter_history.add(filter.text());
    if let Some(rows) = matching_rows(cx, &filter) {
        return mark_rows(cx, &rows);
    }
    let (rows, query) = (cx.invites.shown.rows().clone(), cx.table.query.with_filter(filter));
    cx.model.pending_mark_search = Some(run_in_background(cx, rows, query));
}

/// Returns the matching rows; `None` if the list is too long for an immediate search.
pub(crate) fn matching_rows(model: &Model, filter: &Filter) -> Option<Vec<RowId>> {
    let (rows, query) = (model.invites.shown.rows(), model.table.query.with_filter(filter.clone()));
    let now = model.server_now(model.now);
    (rows.len() <= MAX_INLINE_ROWS).then(|| query::run(rows, &query, now, model.marks.identities()))
}

/// Marks the rows that a background search found. Returns false if it is not the current search.
pub(crate) fn on_search_finished(cx: &mut Context<'_>, number: u64, rows: &[RowId]) -> bool {
    let is_wanted = cx.model.pending_mark_search.take_if(|current| *current == number).is_some();
    if is_wanted {
        mark_rows(cx, rows);
    }
    is_wanted
}

fn mark_rows(cx: &mut Context<'_>, rows: &[RowId]) {
    let model = &mut *cx.model;
    model.marks.end_range();
    let shown: HashSet<RowId> = model.table.order.iter().copied().collect();
    let (mut matched, mut hidden) = (0, 0);
    for row in rows {
        // A row that was removed during the search has no identity.
        let Some(identity) = row_identity(*row, &model.invites.shown) else { continue };
        model.marks.insert(identity);
        matched += 1;
        hidden += usize::from(!shown.contains(row));
    }
    let text = match (matched, hidden) {
        (0, _) => "No rows match the filter.".to_owned(),
        (_, 0) => format!("{} marked.", format_plural(matched, "row")),
        _ => {
            let (rows, reason) = (format_plural(matched, "row"), cx.hidden_by_text());
            format!("{rows} marked, {} of them hidden by {reason}.", format_count(hidden))
        }
    };
    cx.info(text);
    on_marks_changed(cx);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Effect;
    use crate::app::model::invites::FetchResult;
    use crate::app::ops::invites;
    use crate::app::ops::query::apply_fetch_result;
    use crate::app::screens::filter::FilterMode;
    use crate::app::{App, AppOptions, Msg, Overlay, update};
    use crate::domain::{Expiry, Identity, Invite, Now, TenancyKey};
    use crate::keys::{Action, Input};
    use std::time::Duration;

    const NOW: Now = Now { wall: jiff::Timestamp::UNIX_EPOCH, mono: Duration::ZERO };

    fn app_with_rows(rows: usize) -> App {
        let mut app = App::new(AppOptions::for_tenancy(TenancyKey("t".into())));
        for n in 0..rows {
            let identity = Identity::from_uuid(uuid::Uuid::from_u128(1 + n as u128));
            let (email, message) = (format!("p{n:05}@x"), String::new());
            app.model.invites.insert(&Invite { identity, email, message, expiry: Expiry(None) });
        }
        app.model.invites.finish_fetch(FetchResult::Complete(NOW.wall));
        requery(&mut app.context());
        app
    }

    fn type_text(app: &mut App, text: &str) {
        update(app, Msg::Input(Input::Paste(text.to_owned())), NOW);
    }

    fn press(app: &mut App, action: Action) -> Vec<Effect> {
        app.dispatch(action);
        std::mem::take(&mut app.out.effects)
    }

    fn last_notification(app: &App) -> &str {
        app.model.notifications.newest_notification().map_or("", |message| message.text.as_str())
    }

    #[test]
    fn mark_matching_marks_all_and_counts_filtered_out_rows() {
        let mut app = app_with_rows(30);
        press(&mut app, Action::Filter);
        type_text(&mut app, "p0000");
        press(&mut app, Action::Confirm);
        press(&mut app, Action::MarkMatching);
        type_text(&mut app, "5@x");
        let Some(Overlay::Filter(typed)) = app.overlays.last() else { panic!("the field is gone") };
        assert_eq!(typed.mode, FilterMode::Mark { found: Some(3) });
        assert_eq!(app.model.table.order.len(), 10, "the shown rows stay");
        press(&mut app, Action::Confirm);
        assert_eq!((app.model.marks.len(), app.model.marks.hidden_count(), app.overlays.len()), (3, 2, 0));
        assert_eq!(last_notification(&app), "3 rows marked, 2 of them hidden by the filter.");
        assert_eq!(app.model.table.query.filter.text(), "p0000");
    }

    #[test]
    fn invalid_term_or_partial_list_marks_nothing_with_reason() {
        let mut app = app_with_rows(3);
        press(&mut app, Action::MarkMatching);
        type_text(&mut app, "exp<x");
        press(&mut app, Action::Confirm);
        let Some(Overlay::Filter(typed)) = app.overlays.last() else { panic!("the field is gone") };
        assert!(typed.error.is_some() && app.model.marks.is_empty());
        press(&mut app, Action::Back);
        app.model.invites = Default::default();
        invites::refresh(&mut app.context());
        press(&mut app, Action::MarkMatching);
        assert!(app.overlays.is_empty());
        assert!(
            last_notification(&app).contains("still loading (0 rows so far)"),
            "{}",
            last_notification(&app)
        );
    }

    /// Starts marking in a list that is too long to search immediately; returns the result of the search.
    fn start_search() -> (App, Msg) {
        let mut app = app_with_rows(MAX_INLINE_ROWS + 10);
        press(&mut app, Action::MarkMatching);
        type_text(&mut app, "p00007");
        let mut effects = press(&mut app, Action::Confirm);
        let Some(Effect::RunQuery { number, rows, query, now, marked }) = effects.pop() else {
            panic!("no background search")
        };
        let order = query::run(&rows, &query, now, &marked);
        assert_eq!((order.len(), app.model.marks.len()), (1, 0));
        (app, Msg::QueryFinished { number, order })
    }

    #[test]
    fn long_list_is_searched_in_the_background() {
        let (mut app, found) = start_search();
        update(&mut app, found, NOW);
        assert_eq!(app.model.marks.len(), 1);
    }

    #[test]
    fn matches_from_a_replaced_list_mark_nothing() {
        let (mut app, found) = start_search();
        invites::refresh(&mut app.context());
        apply_fetch_result(&mut app.context(), FetchResult::Complete(NOW.wall));
        assert!(last_notification(&app).contains("no rows were marked"), "{}", last_notification(&app));
        update(&mut app, found, NOW);
        assert!(app.model.marks.is_empty());
    }
}
