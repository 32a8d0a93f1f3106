//! Consoles in given states, reached by messages to the state machine, and drawn on a buffer.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

use guestlist::app::model::options::SandboxInfo;
use guestlist::app::shell::frame;
use guestlist::app::{App, AppOptions, Effect, Msg, begin, update};
use guestlist::config::keys_file;
use guestlist::domain::connection::{Claims, Connection, TenancyKey};
use guestlist::domain::diff::{DiffReport, Snapshot};
use guestlist::domain::export::ExportResult;
use guestlist::domain::import::{DecodedText, check_job};
use guestlist::domain::invite_store::InviteStore;
use guestlist::domain::lint::job;
use guestlist::domain::service_msg::{FetchEnd, Page, PlanEvent};
use guestlist::domain::{
    Error, ErrorKind, Expiry, HttpRecord, Identity, Invite, Method, Now, PlanId, RequestId, ServiceReply,
    ServiceRequest,
};
use guestlist::keys::{Input, Key, KeyCode};
use guestlist::ui::Theme;

use crate::ascii::{assert_ascii_form, row_text};

/// A console without a service task, and its time.
pub struct TestApp {
    pub state: App,
    pub now: Now,
    list_request: RequestId,
    journal_request: RequestId,
    import_number: u64,
    diff_request: RequestId,
    cache_request: RequestId,
    /// The plans sent to the service task.
    pub plans: Vec<PlanId>,
    /// Requests that no other field records.
    pub requests: Vec<(RequestId, ServiceRequest)>,
}

fn tenancy_key() -> TenancyKey {
    TenancyKey::new("https://app.datatrails.ai", Some("tenant/4f2c"), "default")
}

impl TestApp {
    /// A console that has just started to load.
    pub fn new() -> TestApp {
        let wall: Timestamp = "2024-06-03T10:31:07Z".parse().expect("a time");
        let now = Now { wall, mono: Duration::from_secs(60) };
        let options = AppOptions {
            url: "https://app.datatrails.ai".into(),
            keys: keys_file::parse("").expect("the default keys"),
            undo_window: Duration::from_secs(5),
            seed: 7,
            ..AppOptions::for_tenancy(tenancy_key())
        };
        let mut app = TestApp {
            state: App::new(options),
            now,
            list_request: RequestId(0),
            journal_request: RequestId(0),
            import_number: 0,
            diff_request: RequestId(0),
            cache_request: RequestId(0),
            plans: Vec::new(),
            requests: Vec::new(),
        };
        let effects = begin(&mut app.state, now);
        app.record_effects(effects);
        let expires_at = wall.checked_add(SignedDuration::from_mins(42)).ok();
        let claims = Claims {
            tenant: Some("tenant/4f2c8a01-77".into()),
            name: Some("Jane Root".into()),
            subject: None,
            expires_at,
        };
        app.deliver_reply(ServiceReply::Connection(Connection {
            key: tenancy_key(),
            url: "https://app.datatrails.ai".into(),
            base_path: "/archivist/iam/v1/invites".into(),
            claims,
            clock_offset: SignedDuration::ZERO,
            warnings: Vec::new(),
            is_token_renewed: false,
            wrong_tenancy_reason: None,
        }));
        app
    }

    /// Delivers a cached list that is two days old.
    pub fn deliver_cached_invites(&mut self, invites: Vec<Invite>) {
        let mut store = InviteStore::default();
        for invite in &invites {
            store.insert(invite);
        }
        let taken_at = self.now.wall.checked_sub(SignedDuration::from_hours(50)).expect("a time");
        self.deliver_cached_list(ServiceReply::CachedList(Some(Box::new(Snapshot { taken_at, store }))));
    }

    /// A console on the built-in sandbox.
    pub fn sandbox() -> TestApp {
        let mut app = TestApp::new();
        app.state.model.options.sandbox =
            Some(SandboxInfo { outbox: "/tmp/guestlist-C1Xdy1/sandbox/outbox".into() });
        app
    }

    /// A console with a complete list.
    pub fn with_rows() -> TestApp {
        let mut app = TestApp::new();
        app.deliver_page(sample_invites(app.now.wall));
        app.complete_list();
        app
    }

    fn record_effects(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Request(id, ServiceRequest::FetchList) => self.list_request = id,
                Effect::Request(id, ServiceRequest::Diff { .. }) => self.diff_request = id,
                Effect::Request(id, ServiceRequest::LoadCachedList) => self.cache_request = id,
                Effect::Request(id, ServiceRequest::LoadJournal { .. }) => self.journal_request = id,
                Effect::Request(_, ServiceRequest::ApplyPlan { plan, .. }) => self.plans.push(plan.id),
                Effect::FindProblems(job) => self.handle_msg(Msg::ProblemsFound(job::run(&job))),
                Effect::ReadImportFile { number, .. } => self.import_number = number,
                Effect::Request(id, request) => self.requests.push((id, request)),
                Effect::CheckImport(job) => self.handle_msg(Msg::ImportChecked(check_job::run_check(&job))),
                _ => {}
            }
        }
    }

    fn handle_msg(&mut self, msg: Msg) {
        let effects = update(&mut self.state, msg, self.now);
        self.record_effects(effects);
    }

    /// Delivers the contents of an import file.
    pub fn deliver_import_file(&mut self, decoded: DecodedText) {
        self.handle_msg(Msg::ImportFileRead { number: self.import_number, read: Ok(decoded) });
    }

    /// Delivers a key that was typed before the last event was drawn.
    pub fn send_early_key(&mut self, key: &str) {
        self.handle_msg(Msg::Early(Input::Key(key.parse().expect("a key"))));
    }

    /// Delivers the text from the user's editor.
    pub fn close_editor(&mut self, text: &str) {
        self.handle_msg(Msg::EditorClosed(Ok(text.to_owned())));
    }

    /// Delivers a reply to a request, or about its plan.
    pub fn deliver_reply_to(&mut self, id: RequestId, reply: ServiceReply) {
        self.handle_msg(Msg::Reply(tenancy_key(), id, reply));
    }

    /// Passes the typing pause, so that waiting prompts open.
    pub fn pass_typing_pause(&mut self) -> &mut TestApp {
        self.now.mono += Duration::from_millis(300);
        self.pass_deadline();
        self
    }

    /// Sends a tick, as the console does at each deadline.
    pub fn pass_deadline(&mut self) {
        self.handle_msg(Msg::Tick);
    }

    pub fn deliver_reply(&mut self, reply: ServiceReply) {
        self.handle_msg(Msg::Reply(tenancy_key(), RequestId(0), reply));
    }

    fn deliver_list_reply(&mut self, reply: ServiceReply) {
        self.handle_msg(Msg::Reply(tenancy_key(), self.list_request, reply));
    }

    /// Delivers the reply to the journal request.
    pub fn deliver_journal_reply(&mut self, reply: ServiceReply) {
        self.handle_msg(Msg::Reply(tenancy_key(), self.journal_request, reply));
    }

    /// Delivers the diff of the last list.
    pub fn deliver_diff(&mut self, mut diff: DiffReport) {
        diff.taken_at = self.now.wall;
        self.handle_msg(Msg::Reply(tenancy_key(), self.diff_request, ServiceReply::DiffReady(diff)));
    }

    /// Delivers the reply to the request for the cached list.
    pub fn deliver_cached_list(&mut self, reply: ServiceReply) {
        self.handle_msg(Msg::Reply(tenancy_key(), self.cache_request, reply));
    }

    pub fn deliver_page(&mut self, rows: Vec<Invite>) {
        let total = Some(3_000);
        self.deliver_list_reply(ServiceReply::Page(Page { number: 1, rows, total, unreadable_rows: 0 }));
    }

    /// Delivers a page with a number of unreadable rows.
    pub fn deliver_page_with_unreadable(&mut self, rows: Vec<Invite>, unreadable_rows: usize) {
        self.deliver_list_reply(ServiceReply::Page(Page { number: 1, rows, total: None, unreadable_rows }));
    }

    /// Sets how far the server's clock is ahead.
    pub fn set_clock_offset(&mut self, clock_offset: SignedDuration) {
        let connection = self.state.model.connection.clone().expect("connected");
        let connection = Connection { clock_offset, ..connection };
        let warnings = connection.clock_warning().into_iter().collect();
        self.deliver_reply(ServiceReply::Connection(Connection { warnings, ..connection }));
    }

    pub fn complete_list(&mut self) {
        self.deliver_list_reply(ServiceReply::ListFinished(FetchEnd::Complete));
    }

    pub fn fail_list(&mut self, error: Error) {
        self.deliver_list_reply(ServiceReply::ListFinished(FetchEnd::Partial(error)));
    }

    /// Adds one request of each kind; two failed, one of them without a response.
    pub fn add_sample_requests(&mut self) {
        let base = "/archivist/iam/v1/invites";
        let uuid = |n: u128| new_invite(n, "", "", Expiry(None)).identity.as_str().to_owned();
        let record = |method, path: String, status, request_body: Option<&str>, answered: &str| HttpRecord {
            method,
            path,
            sent_at: "2024-06-03T10:31:06Z".parse().expect("a time"),
            duration: Duration::from_millis(1_031),
            status,
            request_id: status.map(|status| format!("req-{status}-0a1b2c3d")),
            headers: guestlist::domain::HttpHeaders::default(),
            request_body: request_body.map(str::to_owned),
            response_body: answered.into(),
            note: None,
        };
        let request_body = "{\"email\":\"o'hara@example.com\",\"message\":\"hi \u{1b}[2J $(id)\"}";
        let created = format!("{{\"identity\":\"invites/{}\",\"message\":\"\u{202e}hi\"}}", uuid(2));
        let not_found = "{\"code\":5,\"message\":\"there is no such invite\"}";
        for call in [
            record(Method::Get, format!("{base}?page_size=500"), Some(200), None, "{\"invites\":[]}"),
            record(Method::Get, format!("{base}/{}", uuid(2)), Some(404), None, not_found),
            record(Method::Post, base.into(), Some(200), Some(request_body), &created),
            record(Method::Delete, format!("{base}/{}", uuid(3)), None, None, ""),
        ] {
            self.deliver_reply(ServiceReply::RequestMade(call));
        }
    }

    /// Adds a request whose fields contain these texts.
    pub fn add_request(&mut self, text: &str, other_text: &str) {
        let status = Some(200 + text.len() as u16);
        self.deliver_reply(ServiceReply::RequestMade(HttpRecord {
            method: Method::Post,
            path: format!("/{text}"),
            sent_at: self.now.wall,
            duration: Duration::ZERO,
            status,
            request_id: Some(other_text.into()),
            headers: guestlist::domain::HttpHeaders::default(),
            request_body: Some(other_text.into()),
            response_body: text.into(),
            note: Some(text.into()),
        }));
    }

    /// Delivers the result of the running export.
    pub fn finish_export(&mut self, result: ExportResult) {
        let number = self.state.model.export.as_ref().expect("an export").number;
        self.finish_export_number(number, result);
    }

    pub fn finish_export_number(&mut self, number: u64, result: ExportResult) {
        self.handle_msg(Msg::Exported { number, exported: result });
    }

    pub fn deliver_plan_event(&mut self, event: PlanEvent) {
        let id = *self.plans.last().expect("a plan was made");
        self.deliver_reply(ServiceReply::Plan(id, event));
    }

    pub fn press(&mut self, keys: &str) -> &mut TestApp {
        for key in keys.split(' ') {
            self.handle_msg(Msg::Input(Input::Key(key.parse().expect("a key"))));
        }
        self
    }

    /// Delivers an input.
    pub fn send_input(&mut self, input: Input) -> &mut TestApp {
        self.handle_msg(Msg::Input(input));
        self
    }

    pub fn paste(&mut self, text: &str) -> &mut TestApp {
        self.handle_msg(Msg::Input(Input::Paste(text.into())));
        self
    }

    pub fn type_text(&mut self, text: &str) -> &mut TestApp {
        for c in text.chars() {
            self.handle_msg(Msg::Input(Input::Key(Key::from(KeyCode::Char(c)))));
        }
        self
    }

    /// Draws the console twice, the second time with the metrics of the first, as the console does.
    pub fn draw(&mut self, width: u16, height: u16, theme: &Theme) -> Buffer {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a buffer");
        for _ in 0..2 {
            let mut metrics = self.state.model.metrics.clone();
            let frame = terminal.draw(|frame| metrics = frame::draw(&self.state, theme, self.now, frame));
            frame.expect("drawn");
            self.state.model.metrics = metrics;
        }
        terminal.backend().buffer().clone()
    }

    /// The position of the terminal's cursor, and the drawn buffer.
    pub fn cursor(&mut self, width: u16, height: u16) -> (Position, Buffer) {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a buffer");
        let theme = Theme::none();
        let frame = terminal
            .draw(|frame| self.state.model.metrics = frame::draw(&self.state, &theme, self.now, frame));
        frame.expect("drawn");
        let position = terminal.get_cursor_position().expect("a cursor position");
        (position, terminal.backend().buffer().clone())
    }

    /// The screen as text.
    pub fn screen_text(&mut self, width: u16, height: u16) -> String {
        let buffer = self.draw(width, height, &Theme::terminal());
        assert_ascii_form(&buffer);
        (0..height).map(|y| row_text(&buffer, y).trim_end().to_owned() + "\n").collect()
    }
}

pub fn new_invite(n: u128, email: &str, message: &str, expiry: Expiry) -> Invite {
    let identity = Identity::from_uuid(uuid::Uuid::from_u128(0x1000_0000_0000_4000_a000_0000_0000_0000 + n));
    Invite { identity, email: email.into(), message: message.into(), expiry }
}

/// Invites of each kind, and some more.
pub fn sample_invites(now: Timestamp) -> Vec<Invite> {
    let after = |minutes: i64| Expiry(now.checked_add(SignedDuration::from_mins(minutes)).ok());
    let mut invites = vec![
        new_invite(1, "jane.doe@example.com", "another personalised message", after(5 * 60)),
        new_invite(2, "招待状@例え.jp", "wide characters: 招待状をお送りします", after(30 * 60)),
        new_invite(3, "evil\u{1b}[2J@example.com", "\u{202e}hostile\u{7}", after(50 * 60)),
        new_invite(4, "gone@example.com", "too late", after(-3 * 60)),
        new_invite(5, "odd@example.com", "nobody knows when it expires", Expiry(None)),
        new_invite(6, "quiet@example.com", "", after(9 * 24 * 60 + 23 * 60)),
    ];
    invites.extend((7..60).map(|n| {
        let email = format!("person.{n:02}@a-rather-long-company-name.example.com");
        new_invite(n, &email, "Hello, this gives you access to our audit trail.", after(100 * n as i64))
    }));
    invites
}

/// An error with its HTTP request.
pub fn sample_error(summary: &str) -> Error {
    Error {
        kind: ErrorKind::Status(500),
        summary: summary.into(),
        cause: "the server has a problem of its own (500): \"storage is away\"".into(),
        hint: "Wait a little, then press Ctrl-r.".into(),
        retry_after: None,
        record: Some(Box::new(HttpRecord {
            method: Method::Get,
            path: "/archivist/iam/v1/invites?page_size=500".into(),
            sent_at: "2024-06-03T10:31:06Z".parse().expect("a time"),
            duration: Duration::from_millis(31),
            status: Some(500),
            request_id: Some("0a1b2c".into()),
            headers: guestlist::domain::HttpHeaders::default(),
            request_body: None,
            response_body: "{\"code\":13,\"message\":\"storage is away\"}".into(),
            note: None,
        })),
    }
}
