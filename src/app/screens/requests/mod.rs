//! Requests view: the list of HTTP requests, one request in full, and copying from a request.
//!
//! The selected request stays selected when new requests arrive.

pub mod view;

use crate::app::model::request_log::{InviteFilter, LoggedRequest, RequestLog};
use crate::app::nav::CopyOption;
use crate::app::ops::clipboard;
use crate::app::{Context, Hint, Model, Route, Screen, View, hints};
use crate::domain::text::{sanitize, sanitize_lines};
use crate::domain::{curl, json};
use crate::keys::{Action, KeyContext};
use crate::ui::ListState;
use crate::ui::list::scroll_delta;

/// State of the Requests view.
#[derive(Debug, Clone, Default)]
pub struct RequestsView {
    /// Invite whose requests are shown; `None` for all requests.
    pub invite_filter: Option<InviteFilter>,
    /// Scroll offset of the opened request; `None` if no request is open.
    pub detail_scroll: Option<usize>,
    selected: Option<u64>,
    /// Line of the selected request in the window.
    selected_line: usize,
}

impl RequestsView {
    /// Returns the displayed requests, the newest first.
    fn shown_requests<'a>(&self, log: &'a RequestLog) -> impl Iterator<Item = &'a LoggedRequest> {
        log.iter().filter(|request| {
            self.invite_filter.as_ref().is_none_or(|filter| request.is_about(&filter.identity))
        })
    }

    /// Returns the index of the selected request.
    ///
    /// Until the user moves, the first request is selected. If the selected request is no longer logged,
    /// the last request is selected.
    fn selected_index(&self, log: &RequestLog) -> usize {
        let Some(selected) = self.selected else { return 0 };
        let newer = self.shown_requests(log).take_while(|request| request.number > selected).count();
        newer.min(self.shown_requests(log).count().saturating_sub(1))
    }

    /// Returns the opened request if it is still logged, else the selected one.
    fn selected_request<'a>(&self, log: &'a RequestLog) -> Option<&'a LoggedRequest> {
        match self.detail_scroll {
            Some(_) => log.get(self.selected?),
            None => self.shown_requests(log).nth(self.selected_index(log)),
        }
    }

    /// Selects a request by its index. A too large index selects the last request.
    fn select(&mut self, log: &RequestLog, to: usize, height: usize) {
        let mut state = self.list_state(log);
        state.go_to(to, self.shown_requests(log).count(), height);
        let selected = self.shown_requests(log).nth(state.selected).map(|request| request.number);
        (self.selected, self.selected_line) = (selected, state.selected - state.offset);
    }

    /// Returns the first visible index in a window of this height.
    fn offset_for(&self, log: &RequestLog, height: usize) -> usize {
        self.list_state(log).offset_for(self.shown_requests(log).count(), height)
    }

    fn list_state(&self, log: &RequestLog) -> ListState {
        let selected = self.selected_index(log);
        ListState { selected, offset: selected.saturating_sub(self.selected_line) }
    }

    /// Shows the requests about one invite.
    pub(crate) fn show_only(&mut self, filter: InviteFilter) {
        *self = RequestsView { invite_filter: Some(filter), ..RequestsView::default() };
    }

    /// Scrolls the opened request, else moves the selection.
    fn move_by(&mut self, lines: isize, model: &Model) {
        let (log, metrics) = (&model.request_log, &model.metrics);
        match &mut self.detail_scroll {
            Some(scroll) => *scroll = scroll.saturating_add_signed(lines).min(metrics.max_scroll),
            None => {
                self.select(log, self.selected_index(log).saturating_add_signed(lines), metrics.text_height)
            }
        }
    }

    fn open_detail(&mut self, model: &Model) {
        let log = &model.request_log;
        if self.detail_scroll.is_none() {
            // Selects the request by its number, so that new requests do not replace it while the user reads.
            self.select(log, self.selected_index(log), model.metrics.text_height);
            self.detail_scroll = Some(0);
        }
    }

    /// Goes back one step.
    ///
    /// Closes the request, else dismisses the notification, else shows all requests, else shows the Pending view.
    fn on_back(&mut self, cx: &mut Context<'_>) {
        if self.detail_scroll.take().is_some() || cx.dismiss() {
            return;
        }
        match self.invite_filter {
            Some(_) => *self = RequestsView::default(),
            None => cx.show_view(View::Pending),
        }
    }

    fn copy(&self, action: Action, cx: &mut Context<'_>) {
        let Some(request) = self.selected_request(&cx.request_log) else { return };
        if action == Action::Copy {
            let line = curl_line(cx, request);
            return clipboard::copy(cx, line, "Curl command".into());
        }
        let choices = copy_options(cx, request);
        cx.open(Route::CopyMenu { title: "Copy from this request".into(), choices });
    }
}

impl Screen for RequestsView {
    fn key_context(&self) -> KeyContext {
        KeyContext::Requests
    }

    fn handle_action(&mut self, action: Action, cx: &mut Context<'_>) {
        if let Some(lines) = scroll_delta(action, cx.metrics.text_height) {
            return self.move_by(lines, cx);
        }
        match action {
            Action::Open => self.open_detail(cx),
            Action::Back => self.on_back(cx),
            Action::Copy | Action::CopyMenu => self.copy(action, cx),
            _ => {}
        }
    }

    fn on_row_clicked(&mut self, row: usize, cx: &mut Context<'_>) {
        self.select(&cx.request_log, row, cx.metrics.text_height);
    }

    fn hints(&self, _model: &Model) -> Vec<Hint> {
        let open =
            if self.detail_scroll.is_some() { (Action::Down, "scroll") } else { (Action::Open, "open") };
        hints([
            (Action::Back, "back"),
            (Action::Copy, "copy curl"),
            (Action::CopyMenu, "copy…"),
            open,
            (Action::Help, "help"),
            (Action::Quit, "quit"),
        ])
    }

    fn disabled_reason(&self, action: Action, model: &Model) -> Option<String> {
        let is_about_one = matches!(action, Action::Open | Action::Copy | Action::CopyMenu);
        (is_about_one && self.selected_request(&model.request_log).is_none())
            .then(|| "no request is selected".to_owned())
    }
}

/// Returns the request as a curl command.
fn curl_line(model: &Model, request: &LoggedRequest) -> String {
    let url = model.connection.as_ref().map_or(&model.options.url, |connection| &connection.url);
    curl::for_request(url, &request.record)
}

/// Returns the lines of a response, escaped for the terminal; JSON is pretty-printed.
fn response_lines(response: &str) -> Vec<String> {
    let pretty = json::pretty_print(response);
    sanitize_lines(pretty.as_deref().unwrap_or(response))
}

/// Returns the copy menu of a request.
fn copy_options(model: &Model, request: &LoggedRequest) -> Vec<CopyOption> {
    let record = &request.record;
    let option =
        |name, description: &str, text| CopyOption { name, description: description.to_owned(), text };
    let mut choices = vec![
        option("curl command", "Curl command", curl_line(model, request)),
        option("path", "Path", sanitize(&record.path).into_owned()),
    ];
    if let Some(id) = &record.request_id {
        choices.push(option("request id", "Request id", sanitize(id).into_owned()));
    }
    if !record.response_body.is_empty() {
        choices.push(option("response", "Response", response_lines(&record.response_body).join("\n")));
    }
    choices
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::model::request_log::MAX_REQUESTS;
    use crate::domain::{HttpRecord, Identity, Method};

    fn sample_record(method: Method, path: &str, response: &str) -> HttpRecord {
        HttpRecord { response_body: response.into(), ..HttpRecord::example(method, path) }
    }

    fn sample_log(count: usize) -> RequestLog {
        let mut log = RequestLog::default();
        for n in 0..count {
            log.add(sample_record(Method::Get, &format!("/{n}"), "{}"));
        }
        log
    }

    fn path(requests: &RequestsView, log: &RequestLog) -> String {
        requests.selected_request(log).map_or("-".into(), |request| request.record.path.clone())
    }

    #[test]
    fn selected_request_keeps_its_line_when_others_arrive() {
        let (mut requests, mut log) = (RequestsView::default(), sample_log(30));
        log.add(sample_record(Method::Get, "/x", ""));
        assert_eq!(path(&requests, &log), "/x", "the newest one is selected at first");
        requests.select(&log, 12, 10);
        let selected = path(&requests, &log);
        let line = requests.selected_index(&log) - requests.offset_for(&log, 10);
        for _ in 0..5 {
            log.add(sample_record(Method::Get, "/y", ""));
        }
        assert_eq!((path(&requests, &log), requests.selected_index(&log)), (selected, 17));
        assert_eq!(requests.selected_index(&log) - requests.offset_for(&log, 10), line);
        for n in 0..MAX_REQUESTS {
            log.add(sample_record(Method::Get, &format!("/new{n}"), ""));
        }
        assert_eq!(path(&requests, &log), "/new0", "the oldest one replaces a dropped one");
    }

    #[test]
    fn moving_keeps_the_cursor_visible() {
        let (mut requests, log) = (RequestsView::default(), sample_log(40));
        for to in [0, 9, 10, 39, 38, 20, 3, 0, 1_000] {
            requests.select(&log, to, 10);
            let (cursor, top) = (requests.selected_index(&log), requests.offset_for(&log, 10));
            assert!(cursor == to.min(39) && top <= cursor && cursor < top + 10 && top <= 30, "{to}: {top}");
        }
        for (to, top) in [(39, 30), (35, 30), (30, 30), (29, 29), (38, 29), (39, 30)] {
            requests.select(&log, to, 10);
            assert_eq!(requests.offset_for(&log, 10), top, "the window moves as little as possible: {to}");
        }
        assert_eq!(RequestsView::default().offset_for(&sample_log(3), 10), 0);
        requests.select(&log, 5, 0);
        assert_eq!(requests.offset_for(&log, 0), 5);
    }

    #[test]
    fn requests_of_an_invite_include_the_create_that_made_it() {
        let uuid = "f4e4b1b5-8186-4feb-9072-9999f89d4619";
        let response = format!("{{\"identity\":\"invites/{uuid}\"}}");
        let (mut requests, mut log) = (RequestsView::default(), RequestLog::default());
        log.add(sample_record(Method::Post, "/b/invites", &response));
        log.add(sample_record(Method::Get, "/b/invites?page_size=500", &response));
        log.add(sample_record(Method::Get, &format!("/b/invites/{uuid}"), &response));
        log.add(sample_record(Method::Delete, "/b/invites/00000000-8186-4feb-9072-9999f89d4619", ""));
        for n in 0..MAX_REQUESTS - 4 {
            log.add(sample_record(Method::Get, &format!("/{n}"), ""));
        }
        let identity = Identity::parse(uuid).expect("valid");
        requests.show_only(InviteFilter { identity, email: "a@x".into() });
        let shown: Vec<&str> =
            requests.shown_requests(&log).map(|request| request.record.method.as_str()).collect();
        assert_eq!(shown, ["GET", "POST"], "also without recorded responses");
    }
}
