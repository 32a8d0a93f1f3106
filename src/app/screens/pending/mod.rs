//! Pending view: the table of invites with the detail pane and the forecast.

mod empty_view;
pub mod forecast;
mod forecast_view;
mod tabs_view;
pub mod view;

use forecast::ForecastPane;
use jiff::Timestamp;

use crate::app::model::plans::StopRequest;
use crate::app::model::request_log::InviteFilter;
use crate::app::model::view::PanePosition;
use crate::app::nav::{CopyOption, FormField, FormPurpose};
use crate::app::ops::clipboard::CopySelection;
use crate::app::ops::row_actions::Subject;
use crate::app::ops::{
    access, annotations, auto_refresh, clipboard, drafts, invites, marks, plans, row_actions, table,
};
use crate::app::{Context, Hint, Model, Nav, Route, Screen, hints};
use crate::domain::export::Format;
use crate::domain::invite_store::RowRef;
use crate::domain::query::{Filter, Sort};
use crate::domain::text::sanitize;
use crate::domain::{Expiry, Method, curl, export};
use crate::keys::{Action, KeyContext};

/// State of the Pending view.
#[derive(Debug, Clone, Default)]
pub struct PendingView {
    /// Scroll offset of the opened detail.
    pub detail_scroll: Option<usize>,
    /// Forecast; `None` if it is closed.
    pub forecast: Option<ForecastPane>,
    /// Placement of the detail pane.
    pub pane_position: PanePosition,
}

impl PendingView {
    /// Closes the detail and the forecast.
    pub(crate) fn close_panes(&mut self) {
        (self.detail_scroll, self.forecast) = (None, None);
    }

    /// Moves the selection or the window. Returns false for any other action.
    fn handle_movement(&mut self, action: Action, cx: &mut Context<'_>) -> bool {
        match action {
            Action::Down => self.move_by(cx, 1),
            Action::Up => self.move_by(cx, -1),
            Action::First => table::select_line(cx, 0),
            Action::Last => table::select_line(cx, usize::MAX),
            Action::HalfPageDown => self.page_by(cx, 1, 2),
            Action::HalfPageUp => self.page_by(cx, -1, 2),
            Action::PageDown => self.page_by(cx, 1, 1),
            Action::PageUp => self.page_by(cx, -1, 1),
            _ => return false,
        }
        true
    }

    fn move_by(&mut self, cx: &mut Context<'_>, lines: isize) {
        table::move_by(cx, lines);
        if let Some(scroll) = &mut self.detail_scroll {
            *scroll = 0;
        }
    }

    /// Scrolls the detail by pages if it is open, else the table.
    fn page_by(&mut self, cx: &mut Context<'_>, direction: isize, part: usize) {
        let metrics = cx.metrics.clone();
        let lines = |height: usize| (height / part).max(1) as isize * direction;
        match &mut self.detail_scroll {
            Some(scroll) => {
                *scroll = scroll.saturating_add_signed(lines(metrics.text_height)).min(metrics.max_scroll);
            }
            None => table::page_by(cx, lines(metrics.table_height)),
        }
    }

    /// Opens the detail and requests the invite from the server.
    fn open_detail(&mut self, cx: &mut Context<'_>) {
        self.detail_scroll.get_or_insert(0);
        table::fetch_selected(cx);
    }

    /// Goes back one step.
    ///
    /// Closes the detail, else the forecast, else ends the range marking, else dismisses the notification,
    /// else hides the line about the sandbox, else clears the filter. Marks stay, because setting many marks again can take long.
    fn on_back(&mut self, cx: &mut Context<'_>) {
        let is_done = self.detail_scroll.take().is_some()
            || self.forecast.take().is_some()
            || marks::end_range(cx)
            || cx.dismiss()
            || access::hide_sandbox_line(cx);
        if !(is_done || cx.table.query.filter.is_empty()) {
            table::set_filter(cx, Filter::default());
        }
    }

    /// Opens or closes the forecast. Also closes the detail, which would hide the forecast.
    fn toggle_forecast(&mut self, cx: &Context<'_>) {
        let was_open = self.forecast.is_some();
        self.close_panes();
        if !was_open {
            self.forecast = Some(ForecastPane::new(cx));
        }
    }

    fn cycle_pane_position(&mut self) {
        self.pane_position = match self.pane_position {
            PanePosition::Auto => PanePosition::Side,
            PanePosition::Side => PanePosition::Below,
            PanePosition::Below => PanePosition::Hidden,
            PanePosition::Hidden => PanePosition::Auto,
        };
    }
}

impl Screen for PendingView {
    fn key_context(&self) -> KeyContext {
        match self.forecast.is_some() && self.detail_scroll.is_none() {
            true => KeyContext::Forecast,
            false => KeyContext::List,
        }
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        let forecast = self.forecast.as_mut().filter(|_| self.detail_scroll.is_none());
        if forecast.is_some_and(|forecast| forecast.handle_action(action, cx))
            || self.handle_movement(action, cx)
        {
            return;
        }
        match action {
            Action::Open => self.open_detail(cx),
            Action::Back => self.on_back(cx),
            Action::Forecast => self.toggle_forecast(cx),
            Action::Triage => cx.open(Route::Triage),
            Action::Mark | Action::MarkRange | Action::MarkAll | Action::MarkInvert | Action::MarkNone => {
                marks::handle_action(cx, action);
            }
            Action::MarkMatching => cx.open(Route::MarkMatching),
            Action::Columns => cx.open(Route::Columns),
            Action::Domains => cx.open(Route::Domains),
            Action::New => {
                let draft = drafts::take_last(cx);
                cx.open(Route::InviteForm(FormPurpose::New(draft)));
            }
            Action::Import => cx.open(Route::Import),
            Action::Delete => row_actions::delete(cx, Subject::Rows),
            Action::Resend => row_actions::resend(cx, Subject::Rows),
            Action::Edit => row_actions::edit(cx, Subject::Rows, FormField::Email),
            Action::Note => open_note(cx),
            Action::Snooze => cx.open(Route::Snooze),
            Action::ShowSnoozed => annotations::toggle_snoozed(cx),
            Action::AutoRefresh => auto_refresh::toggle(cx),
            Action::Copy => copy_emails(cx),
            Action::CopyMenu => open_copy_menu(cx),
            Action::Export => cx.open(Route::Export),
            Action::ShowRequests => show_requests(cx),
            Action::Filter => cx.open(Route::Filter),
            Action::NextTab => table::cycle_tab(cx, false),
            Action::PreviousTab => table::cycle_tab(cx, true),
            Action::SaveFilter => table::toggle_saved_filter(cx),
            Action::SortEmail => table::sort(cx, Sort::Email),
            Action::SortMessage => table::sort(cx, Sort::Message),
            Action::SortExpiry => table::sort(cx, Sort::Expiry),
            Action::ReverseSort => table::reverse(cx),
            Action::DetailPane => self.cycle_pane_position(),
            Action::Refresh => invites::refresh(cx),
            Action::Stop => stop(cx),
            _ => {}
        }
    }

    fn on_row_clicked(&mut self, row: usize, cx: &mut Context<'_>) {
        self.detail_scroll = None;
        table::select_line(cx, row);
    }

    fn on_tab_clicked(&mut self, tab: usize, cx: &mut Context<'_>) {
        table::go_to_tab(cx, tab);
    }

    fn hints(&self, model: &Model) -> Vec<Hint> {
        if self.key_context() == KeyContext::Forecast {
            return hints([
                (Action::NextDay, "next day"),
                (Action::MarkDay, "mark day"),
                (Action::NextWeekend, "weekend"),
                (Action::FilterDay, "filter by day"),
                (Action::Resend, "resend"),
                (Action::Delete, "delete"),
                (Action::Back, "close"),
                (Action::Help, "help"),
            ]);
        }
        let has_rows = !model.invites.shown.is_empty() || model.invites.fetch.is_some();
        let mut shown = Vec::new();
        let mut offer = |applies: bool, action, label: &'static str| {
            shown.extend(applies.then(|| Hint { action, label: label.into() }))
        };
        offer(model.plans.plan_in_undo_window().is_some(), Action::Undo, "undo");
        let waits = model.plans.stopped_plans().next().is_some() || model.plans.staged_step_count() > 0;
        offer(waits || model.plans.results.unseen > 0, Action::ViewPlans, "plans");
        offer(model.invites.load_error().is_some(), Action::Refresh, "refresh");
        offer(model.notifications.error_count() > 0, Action::Notifications, "notifications");
        offer(self.detail_scroll.is_some(), Action::Back, "back");
        offer(true, Action::Help, "help");
        offer(true, Action::New, "new");
        offer(has_rows, Action::Mark, "mark");
        offer(has_rows, Action::Delete, "delete");
        offer(has_rows, Action::Resend, "resend");
        offer(has_rows, Action::Edit, "edit");
        offer(has_rows, Action::Filter, "filter");
        offer(true, Action::Import, "import");
        offer(model.invites.fetch.is_some(), Action::Stop, "stop loading");
        offer(has_rows, Action::Open, "open");
        offer(has_rows, Action::Triage, "triage");
        offer(true, Action::Palette, "commands");
        offer(true, Action::Quit, "quit");
        offer(model.invites.load_error().is_none(), Action::Refresh, "refresh");
        offer(has_rows, Action::DetailPane, "pane");
        offer(has_rows, Action::Note, "note");
        offer(has_rows, Action::Snooze, "snooze");
        shown
    }

    fn disabled_reason(&self, action: Action, model: &Model) -> Option<String> {
        let reason = |applies: bool, text: &str| applies.then(|| text.to_owned());
        let no_row = || reason(model.table.selected_row().is_none(), "no row is selected");
        let nothing_shown = || reason(model.table.order.is_empty(), "no invite is shown");
        let is_about_day = self.key_context() == KeyContext::Forecast && model.marks.is_empty();
        match action {
            Action::Edit => {
                model.change_disabled_reason().or_else(|| several_marked_reason(model)).or_else(no_row)
            }
            Action::Delete | Action::Resend if is_about_day => {
                model.change_disabled_reason().or_else(|| marks::blocked_reason(model))
            }
            Action::Delete | Action::Resend => model.change_disabled_reason().or_else(no_row),
            Action::Note | Action::Snooze => model.journal_disabled_reason().or_else(no_row),
            Action::Open
            | Action::Mark
            | Action::MarkRange
            | Action::Copy
            | Action::CopyMenu
            | Action::ShowRequests => no_row(),
            Action::Triage if model.triage.is_none() => {
                model.journal_disabled_reason().or_else(nothing_shown)
            }
            Action::Import | Action::Triage => model.journal_disabled_reason(),
            Action::Export => export_disabled_reason(model),
            Action::MarkAll | Action::MarkInvert => marks::blocked_reason(model).or_else(nothing_shown),
            Action::MarkMatching => marks::incomplete_reason(model),
            Action::MarkDay => marks::blocked_reason(model),
            Action::MarkNone => reason(model.marks.is_empty(), "nothing is marked"),
            Action::Stop => {
                let idle = model.invites.fetch.is_none() && model.plans.running.is_empty();
                reason(idle, "nothing is running")
            }
            _ => None,
        }
    }

    fn sync(&mut self, cx: &mut Context<'_>) {
        if let Some(forecast) = &mut self.forecast {
            forecast.recount_if_stale(cx);
        }
    }

    /// Returns the expiries of the visible rows and of the detail pane.
    fn expiries(&self, model: &Model) -> Vec<Expiry> {
        let (table, rows) = (&model.table, model.invites.shown.rows());
        let window = table.order.iter().skip(table.offset).take(model.metrics.table_height);
        let selected = table.selected_row();
        window.chain(&selected).filter_map(|row| rows.get(*row)).map(|row| row.expiry).collect()
    }

    /// Returns when a count of the forecast changes. The view is drawn at the next full minute.
    fn next_change_at(&self) -> Option<Timestamp> {
        self.forecast.as_ref()?.counts.valid_until
    }
}

fn several_marked_reason(model: &Model) -> Option<String> {
    let marked = model.marked_rows().len();
    let key = model.key(KeyContext::List, Action::MarkNone);
    (marked > 1)
        .then(|| format!("you can edit one invite at a time; press {key} to clear the {marked} marks"))
}

fn export_disabled_reason(model: &Model) -> Option<String> {
    let reason = if model.export.is_some() {
        "another export is running; try again in a moment"
    } else if model.is_query_pending() && !model.invites.is_streaming() {
        "the rows are still being filtered; try again in a moment"
    } else if model.table.order.is_empty() {
        "no invite is shown"
    } else if !model.marks.is_empty() && model.marked_rows().is_empty() {
        "all marked invites are hidden; clear the filter or the marks"
    } else {
        return None;
    };
    Some(reason.to_owned())
}

/// Copies the email of the selected row, or of the visible marked rows.
fn copy_emails(cx: &mut Context<'_>) {
    let Some(selection) = CopySelection::from_model(cx) else { return };
    let (text, label) = (selection.emails(cx), selection.label("email", "emails"));
    clipboard::copy(cx, text, label);
}

/// Opens the copy menu for the selected row, or for the visible marked rows.
fn open_copy_menu(cx: &mut Context<'_>) {
    let Some(selection) = CopySelection::from_model(cx) else { return };
    let option = |name, singular: &str, plural: &str, line: &dyn Fn(&RowRef<'_>) -> String| CopyOption {
        name,
        description: selection.label(singular, plural),
        text: selection.lines(cx, line),
    };
    let row = |format| move |row: &RowRef<'_>| export::format_row(format, row).unwrap_or_default();
    let mut choices = vec![
        option("email", "email", "emails", &|row| sanitize(row.email).into_owned()),
        option("identity", "identity", "identities", &|row| row.identity().to_string()),
        option("as JSON", "row as JSON", "rows as JSON", &row(Format::Ndjson)),
        option("as CSV", "row as CSV", "rows as CSV", &row(Format::Csv)),
    ];
    if let Some(connection) = &cx.connection {
        for (method, name) in [(Method::Get, "curl (get)"), (Method::Delete, "curl (delete)")] {
            let line = |row: &RowRef<'_>| {
                curl::for_invite(&connection.url, &connection.base_path, method, &row.identity())
            };
            let verb = method.as_str();
            let (singular, plural) = (format!("curl command ({verb})"), format!("curl commands ({verb})"));
            choices.push(option(name, &singular, &plural, &line));
        }
    }
    cx.open(Route::CopyMenu { title: selection.title(), choices });
}

/// Opens the note on the selected row.
fn open_note(cx: &mut Context<'_>) {
    if let Some(invite) = cx.selected_invite() {
        cx.open(Route::Note(invite.email));
    }
}

/// Shows the requests about the selected row.
fn show_requests(cx: &mut Context<'_>) {
    let Some(invite) = cx.selected_invite() else { return };
    cx.navigate(Nav::ShowRequests(InviteFilter { identity: invite.identity, email: invite.email }));
}

/// Stops the running plan after its current step, else stops loading the list.
fn stop(cx: &mut Context<'_>) {
    match cx.plans.running.first().map(|run| run.plan.id) {
        Some(id) => plans::stop(cx, id, StopRequest::Stop),
        None => invites::stop(cx),
    }
}
