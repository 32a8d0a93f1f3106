//! A sandbox, a state folder, a manual clock, and consoles that send requests to the service task.

use std::collections::VecDeque;
use std::path::Path;
use std::time::Duration;

use guestlist::api::{Client, Settings};
use guestlist::clock::Clock;
use guestlist::domain::plan::{InviteVersion, PlanState, Progress};
use guestlist::domain::profile_settings::TokenSourceConfig;
use guestlist::domain::service_msg::{FetchEnd, PlanEvent, ResumeScope, UnfinishedPlan};
use guestlist::domain::{
    Draft, Error, Expiry, HttpRecord, Identity, Invite, Outcome, Plan, PlanId, RequestId, ServiceReply,
    ServiceRequest, Step,
};
use guestlist::sandbox::{self, Action, Control, InviteView, Rule, Sandbox, StatusReply};
use guestlist::service::{self, Service};
use guestlist::store::Journal;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// Maximum wait of a test, in real time.
const MAX_WAIT: Duration = Duration::from_secs(20);
/// The manual clock advances after this much real time without a reply.
const IDLE_WAIT: Duration = Duration::from_millis(30);

pub struct TestEnv {
    pub sandbox: Sandbox,
    pub control: Control,
    pub clock: Clock,
    pub state_dir: TempDir,
    pub page_size: usize,
}

fn manual_clock() -> Clock {
    Clock::manual("2024-06-01T12:00:00Z".parse().expect("a time"))
}

impl TestEnv {
    pub async fn new(invites: usize) -> TestEnv {
        TestEnv::with_clocks(invites, Clock::system(), manual_clock()).await
    }

    /// The server uses the manual clock too, for late effects and lists that lag.
    pub async fn with_shared_clock(invites: usize) -> TestEnv {
        let clock = manual_clock();
        let env = TestEnv::with_clocks(invites, clock.clone(), clock).await;
        // A server that lags must still list the initial invites.
        env.clock.advance(Duration::from_secs(60));
        env
    }

    async fn with_clocks(invites: usize, server_clock: Clock, clock: Clock) -> TestEnv {
        let settings = sandbox::Settings { invites: 0, ..sandbox::Settings::default() };
        let sandbox = Sandbox::start(settings, server_clock).await.expect("a sandbox");
        let control = sandbox.control();
        for n in 0..invites {
            control.create(&format!("guest{n}@example.com"), &format!("message {n}")).expect("an invite");
        }
        TestEnv { sandbox, control, clock, state_dir: TempDir::new().expect("a folder"), page_size: 10 }
    }

    pub fn set_faults(&self, rules: impl IntoIterator<Item = Rule>) {
        self.control.set_faults(rules.into_iter().collect()).expect("valid rules");
    }

    /// Number of requests with this method that arrived.
    pub fn request_count(&self, method: &str) -> usize {
        self.control.requests().iter().filter(|record| record.method == method).count()
    }

    pub fn client(&self, token_file: &Path) -> Client {
        self.client_with_base_path(token_file, None)
    }

    pub fn client_with_base_path(&self, token_file: &Path, base_path: Option<&str>) -> Client {
        let settings = Settings {
            base_path: base_path.map(str::to_owned),
            url: self.sandbox.url().into(),
            token: TokenSourceConfig::File(token_file.into()),
            page_size: self.page_size,
            read_timeout: Duration::from_millis(800),
            ..Settings::default()
        };
        Client::new(settings, self.clock.clone()).expect("a client")
    }

    pub fn open_console(&self) -> TestConsole {
        self.open_console_with(self.client(self.sandbox.token_file()), Journal::open(self.state_dir.path()))
    }

    pub fn open_console_with(&self, client: Client, journal: Result<Journal, Error>) -> TestConsole {
        let cancel = CancellationToken::new();
        let service = service::start(client.clone(), journal, None, self.clock.clone(), cancel.clone());
        TestConsole {
            service,
            client,
            cancel,
            clock: self.clock.clone(),
            last_id: 0,
            queued_replies: VecDeque::new(),
        }
    }

    pub fn invites(&self) -> Vec<Invite> {
        self.control.invites().iter().map(invite_from_view).collect()
    }

    pub fn emails(&self) -> Vec<String> {
        self.invites().into_iter().map(|invite| invite.email).collect()
    }

    /// Waits for a condition in real time; the manual clock stands still.
    pub async fn wait_until(&self, expectation: &str, mut condition: impl FnMut(&TestEnv) -> bool) {
        for _ in 0..MAX_WAIT.as_millis() / 5 {
            if condition(self) {
                return;
            }
            yield_for(Duration::from_millis(5)).await;
        }
        panic!("timed out waiting for {expectation}");
    }
}

impl TestEnv {
    /// Waits for a condition while the clock advances and the replies of a console are read.
    pub async fn wait_while_advancing(
        &self,
        console: &mut TestConsole,
        expectation: &str,
        condition: impl Fn(&TestEnv) -> bool,
    ) {
        for _ in 0..MAX_WAIT.as_millis() / IDLE_WAIT.as_millis() * 10 {
            if condition(self) {
                return;
            }
            match console.next_reply().await {
                Some(reply) => console.queued_replies.push_back(reply),
                None => self.clock.advance(Duration::from_millis(500)),
            }
        }
        panic!("timed out waiting for {expectation}");
    }
}

/// Lets other tasks run for a real duration.
async fn yield_for(duration: Duration) {
    let _ = tokio::time::timeout(duration, std::future::pending::<()>()).await;
}

fn invite_from_view(view: &InviteView) -> Invite {
    Invite {
        identity: Identity::from_uuid(view.uuid),
        email: view.email.clone(),
        message: view.message.clone(),
        expiry: Expiry::parse(&view.expiry_time),
    }
}

pub struct TestConsole {
    service: Service,
    client: Client,
    cancel: CancellationToken,
    clock: Clock,
    last_id: u64,
    /// Replies that arrived while the test waited for another one.
    queued_replies: VecDeque<(RequestId, ServiceReply)>,
}

impl TestConsole {
    pub async fn submit(&mut self, request: ServiceRequest) -> RequestId {
        self.last_id += 1;
        let id = RequestId(self.last_id);
        self.service.requests.send((id, request)).await.expect("the service runs");
        id
    }

    /// Returns the next reply, or `None` after [`IDLE_WAIT`]. Acknowledges the end of an undo window.
    async fn next_reply(&mut self) -> Option<(RequestId, ServiceReply)> {
        let reply = tokio::time::timeout(IDLE_WAIT, self.service.replies.recv()).await.ok()?;
        let reply = reply.expect("the service runs");
        if let (_, ServiceReply::Plan(plan, PlanEvent::UndoWindowOver { until })) = reply {
            self.submit(ServiceRequest::BeginPlan { plan, until }).await;
        }
        Some(reply)
    }

    /// Reads replies until `pick` returns a value; advances the clock when no reply arrives.
    pub async fn wait_for<T>(
        &mut self,
        expectation: &str,
        pick: impl FnMut(RequestId, &ServiceReply) -> Option<T>,
    ) -> T {
        let step = Duration::from_millis(500);
        self.wait_with_clock_step(expectation, step, pick).await
    }

    /// Reads replies until `pick` returns a value; the clock stands still.
    pub async fn wait_for_without_advancing<T>(
        &mut self,
        expectation: &str,
        pick: impl FnMut(RequestId, &ServiceReply) -> Option<T>,
    ) -> T {
        self.wait_with_clock_step(expectation, Duration::ZERO, pick).await
    }

    async fn wait_with_clock_step<T>(
        &mut self,
        expectation: &str,
        step: Duration,
        mut pick: impl FnMut(RequestId, &ServiceReply) -> Option<T>,
    ) -> T {
        let mut idle_time = Duration::ZERO;
        let mut received = Vec::new();
        while idle_time < MAX_WAIT {
            let Some((id, reply)) = self.next_reply().await else {
                idle_time += IDLE_WAIT;
                self.clock.advance(step);
                continue;
            };
            if let Some(picked) = pick(id, &reply) {
                return picked;
            }
            received.push(format!("{reply:?}").chars().take(300).collect::<String>());
            self.queued_replies.push_back((id, reply));
        }
        panic!("no reply with {expectation}; received {received:#?}");
    }

    /// Returns true if a queued reply matches.
    pub fn has_queued_reply(&self, pick: impl Fn(&ServiceReply) -> bool) -> bool {
        self.queued_replies.iter().any(|(_, reply)| pick(reply))
    }

    /// The requests reported by queued replies.
    pub fn queued_requests(&self) -> Vec<(RequestId, HttpRecord)> {
        let calls = self.queued_replies.iter().filter_map(|(id, reply)| match reply {
            ServiceReply::RequestMade(record) => Some((*id, record.clone())),
            _ => None,
        });
        calls.collect()
    }

    pub async fn fetch_list(&mut self) -> (Vec<Invite>, FetchEnd) {
        let id = self.submit(ServiceRequest::FetchList).await;
        let mut rows = Vec::new();
        let end = self
            .wait_for("the end of the list", |from, reply| {
                match reply {
                    _ if from != id => {}
                    ServiceReply::Page(page) => rows.extend(page.rows.clone()),
                    ServiceReply::ListRestarted { .. } => rows.clear(),
                    ServiceReply::ListFinished(end) => return Some(end.clone()),
                    _ => {}
                }
                None
            })
            .await;
        (rows, end)
    }

    /// Loads the list; panics if it is incomplete.
    pub async fn fetch_complete_list(&mut self) -> Vec<Invite> {
        let (rows, end) = self.fetch_list().await;
        assert_eq!(end, FetchEnd::Complete);
        rows
    }

    pub async fn apply_plan(&mut self, plan: &Plan, undo_seconds: u64) -> RequestId {
        self.submit(ServiceRequest::apply_plan(plan.clone(), Duration::from_secs(undo_seconds))).await
    }

    pub async fn wait_for_plan_event<T>(
        &mut self,
        expectation: &str,
        pick: impl Fn(&PlanEvent) -> Option<T>,
    ) -> T {
        self.wait_for(expectation, |_, reply| match reply {
            ServiceReply::Plan(_, event) => pick(event),
            _ => None,
        })
        .await
    }

    pub async fn wait_for_plan_end(&mut self) -> (PlanState, Vec<Progress>) {
        self.wait_for_plan_event("the end of the plan", |event| match event {
            PlanEvent::Ended { state, progress } => Some((*state, progress.clone())),
            _ => None,
        })
        .await
    }

    /// Waits for the end of the plan and returns its outcomes; panics if it did not finish.
    pub async fn wait_for_outcomes(&mut self) -> Vec<Outcome> {
        let (state, progress) = self.wait_for_plan_end().await;
        assert_eq!(state, PlanState::Finished, "{progress:?}");
        progress.iter().map(|step| step.outcome.expect("every step has an outcome")).collect()
    }

    pub async fn wait_for_pause(&mut self) -> Error {
        self.wait_for_plan_event("a pause", |event| match event {
            PlanEvent::Paused(error) => Some(error.clone()),
            _ => None,
        })
        .await
    }

    pub async fn wait_for_step_end(&mut self) -> Progress {
        self.wait_for_step_end_with_error().await.0
    }

    pub async fn wait_for_step_end_with_error(&mut self) -> (Progress, Option<Error>) {
        self.wait_for_plan_event("the end of a step", |event| match event {
            PlanEvent::StepEnded { progress, failure, .. } => Some((progress.clone(), failure.clone())),
            _ => None,
        })
        .await
    }

    pub async fn wait_for_unfinished_plans(&mut self) -> Vec<UnfinishedPlan> {
        self.wait_for("unfinished plans", |_, reply| match reply {
            ServiceReply::UnfinishedPlans(unfinished) => Some(unfinished.clone()),
            _ => None,
        })
        .await
    }

    pub async fn wait_for_error(&mut self) -> Error {
        self.wait_for("an error", |_, reply| match reply {
            ServiceReply::Failed(error) => Some(error.clone()),
            _ => None,
        })
        .await
    }

    pub fn new_plan(&self, steps: impl IntoIterator<Item = Step>) -> Plan {
        Plan {
            id: PlanId(uuid::Uuid::new_v4()),
            tenancy: self.client.connection().key,
            created_at: self.clock.now().wall,
            steps: steps.into_iter().collect(),
            filter: "exp<48h @job".into(),
        }
    }

    /// Cancels the service task like a kill: nothing more is written or sent.
    pub async fn kill(self) {
        self.cancel.cancel();
        self.service.task.await.expect("ended");
    }
}

/// Resumes a plan and repeats requests whose outcome is unknown.
pub fn resume_and_send_again(plan: &Plan) -> ServiceRequest {
    ServiceRequest::ResumePlan {
        plan: plan.id,
        scope: ResumeScope::RepeatUnknown,
        undo_window: Duration::ZERO,
    }
}

pub fn create_step(email: &str, message: &str, known_versions: Option<Vec<InviteVersion>>) -> Step {
    Step::Create { draft: Draft { email: email.into(), message: message.into() }, known_versions }
}

pub fn delete_step(invite: &Invite) -> Step {
    Step::Delete { invite: invite.clone() }
}

pub fn delete_first_step(invite: &Invite, message: &str) -> Step {
    let draft = Draft { email: invite.email.clone(), message: message.into() };
    Step::DeleteFirst {
        invite: invite.clone(),
        draft,
        known_versions: Some(vec![InviteVersion::from_invite(invite)]),
    }
}

/// Makes the server respond to the next request of a method with this status.
pub fn status_rule(method: &str, status: u16) -> Rule {
    Rule::for_method(method, Action::Status(StatusReply::new(status)))
}

/// Number of emails in the outbox to an email address.
pub fn email_count(outbox: &Path, email: &str) -> usize {
    let entries = std::fs::read_dir(outbox).expect("the outbox");
    let texts =
        entries.map(|entry| std::fs::read_to_string(entry.expect("an email file").path()).expect("text"));
    let to = format!("to: <{}>", email.to_lowercase());
    texts.filter(|text| text.to_lowercase().contains(&to)).count()
}
