//! A sandbox, a state folder, a clock that the test moves, and consoles that speak with the service task.

use std::collections::VecDeque;
use std::path::Path;
use std::time::Duration;

use guestlist::api::{Client, Settings, TokenSource};
use guestlist::clock::Clock;
use guestlist::domain::plan::{InviteVersion, PlanState, Progress};
use guestlist::domain::service_msg::{FetchEnd, PlanEvent, ResumeScope, UnfinishedPlan};
use guestlist::domain::{
    Draft, Error, Expiry, HttpRecord, Identity, Invite, Outcome, Plan, PlanId, RequestId, ServiceReply,
    ServiceRequest, Step,
};
use guestlist::sandbox::{self, Control, InviteView, Rule, Sandbox};
use guestlist::service::{self, Service};
use guestlist::store::Journal;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// The longest that a test waits for anything, in real time.
const LIMIT: Duration = Duration::from_secs(20);
/// When nothing was said for so long the clock is moved on: then everybody waits for it.
const QUIET: Duration = Duration::from_millis(30);

pub struct World {
    pub sandbox: Sandbox,
    pub control: Control,
    pub clock: Clock,
    pub state: TempDir,
    pub page_size: usize,
}

fn manual() -> Clock {
    Clock::manual("2024-06-01T12:00:00Z".parse().expect("a time"))
}

impl World {
    pub async fn new(invites: usize) -> World {
        World::with(invites, Clock::system(), manual()).await
    }

    /// One in which the server's time is moved as well: late effects, and lists that lag.
    pub async fn moved(invites: usize) -> World {
        let clock = manual();
        let world = World::with(invites, clock.clone(), clock).await;
        // What is there from the beginning is shown also by a server that lags.
        world.clock.advance(Duration::from_secs(60));
        world
    }

    async fn with(invites: usize, servers: Clock, clock: Clock) -> World {
        let settings = sandbox::Settings { invites: 0, ..sandbox::Settings::default() };
        let sandbox = Sandbox::start(settings, servers).await.expect("a sandbox");
        let control = sandbox.control();
        for n in 0..invites {
            control.create(&format!("guest{n}@example.com"), &format!("message {n}")).expect("an invite");
        }
        World { sandbox, control, clock, state: TempDir::new().expect("a folder"), page_size: 10 }
    }

    pub fn faults(&self, rules: impl IntoIterator<Item = Rule>) {
        self.control.set_faults(rules.into_iter().collect()).expect("good rules");
    }

    /// How many calls with this verb arrived so far.
    pub fn calls(&self, method: &str) -> usize {
        self.control.requests().iter().filter(|call| call.method == method).count()
    }

    pub fn client(&self, token_file: &Path) -> Client {
        self.client_at(token_file, None)
    }

    pub fn client_at(&self, token_file: &Path, base_path: Option<&str>) -> Client {
        let settings = Settings {
            base_path: base_path.map(str::to_owned),
            url: self.sandbox.url().into(),
            token: TokenSource::File(token_file.into()),
            page_size: self.page_size,
            read_timeout: Duration::from_millis(800),
            ..Settings::default()
        };
        Client::new(settings, self.clock.clone()).expect("a client")
    }

    pub fn console(&self) -> Console {
        self.console_with(self.client(self.sandbox.token_file()), Journal::open(self.state.path()))
    }

    pub fn console_with(&self, client: Client, journal: Result<Journal, Error>) -> Console {
        let cancel = CancellationToken::new();
        let service = service::start(client.clone(), journal, None, self.clock.clone(), cancel.clone());
        Console { service, client, cancel, clock: self.clock.clone(), last: 0, aside: VecDeque::new() }
    }

    pub fn invites(&self) -> Vec<Invite> {
        self.control.invites().iter().map(invite).collect()
    }

    pub fn emails(&self) -> Vec<String> {
        self.invites().into_iter().map(|invite| invite.email).collect()
    }

    /// Waits in real time, without moving the clock, until something is so.
    pub async fn until(&self, what: &str, mut so: impl FnMut(&World) -> bool) {
        for _ in 0..LIMIT.as_millis() / 5 {
            if so(self) {
                return;
            }
            pause(Duration::from_millis(5)).await;
        }
        panic!("never: {what}");
    }
}

impl World {
    /// The same while a console is listened to and the clock moves, so that a long plan gets on.
    pub async fn until_while(&self, console: &mut Console, what: &str, so: impl Fn(&World) -> bool) {
        for _ in 0..LIMIT.as_millis() / QUIET.as_millis() * 10 {
            if so(self) {
                return;
            }
            match console.next().await {
                Some(said) => console.aside.push_back(said),
                None => self.clock.advance(Duration::from_millis(500)),
            }
        }
        panic!("never: {what}");
    }
}

/// Lets others run for a moment, while a condition is waited for.
async fn pause(length: Duration) {
    let _ = tokio::time::timeout(length, std::future::pending::<()>()).await;
}

fn invite(view: &InviteView) -> Invite {
    Invite {
        identity: Identity::from_uuid(view.uuid),
        email: view.email.clone(),
        message: view.message.clone(),
        expiry: Expiry::parse(&view.expiry_time),
    }
}

pub struct Console {
    service: Service,
    client: Client,
    cancel: CancellationToken,
    clock: Clock,
    last: u64,
    /// What was said while something else was waited for.
    aside: VecDeque<(RequestId, ServiceReply)>,
}

impl Console {
    pub async fn ask(&mut self, request: ServiceRequest) -> RequestId {
        self.last += 1;
        let id = RequestId(self.last);
        self.service.requests.send((id, request)).await.expect("the service lives");
        id
    }

    /// The next thing said; `None` when all is quiet. The end of an undo window counts as seen.
    async fn next(&mut self) -> Option<(RequestId, ServiceReply)> {
        let said = tokio::time::timeout(QUIET, self.service.replies.recv()).await.ok()?;
        let said = said.expect("the service lives");
        if let (_, ServiceReply::Plan(plan, PlanEvent::UndoWindowOver { until })) = said {
            self.ask(ServiceRequest::BeginPlan { plan, until }).await;
        }
        Some(said)
    }

    /// Takes what is said, in order, until `pick` has what it wants; moves the clock when all is quiet.
    pub async fn until<T>(
        &mut self,
        what: &str,
        pick: impl FnMut(RequestId, &ServiceReply) -> Option<T>,
    ) -> T {
        let step = Duration::from_millis(500);
        self.waited(what, step, pick).await
    }

    /// The same while the clock stands still.
    pub async fn until_still<T>(
        &mut self,
        what: &str,
        pick: impl FnMut(RequestId, &ServiceReply) -> Option<T>,
    ) -> T {
        self.waited(what, Duration::ZERO, pick).await
    }

    async fn waited<T>(
        &mut self,
        what: &str,
        step: Duration,
        mut pick: impl FnMut(RequestId, &ServiceReply) -> Option<T>,
    ) -> T {
        let mut quiet = Duration::ZERO;
        let mut heard = Vec::new();
        while quiet < LIMIT {
            let Some((id, reply)) = self.next().await else {
                quiet += QUIET;
                self.clock.advance(step);
                continue;
            };
            if let Some(wanted) = pick(id, &reply) {
                return wanted;
            }
            heard.push(format!("{reply:?}").chars().take(300).collect::<String>());
            self.aside.push_back((id, reply));
        }
        panic!("never said: {what}; heard {heard:#?}");
    }

    /// Whether something was said while other things were waited for.
    pub fn heard(&self, pick: impl Fn(&ServiceReply) -> bool) -> bool {
        self.aside.iter().any(|(_, reply)| pick(reply))
    }

    /// The calls that were told while other things were waited for.
    pub fn called(&self) -> Vec<(RequestId, HttpRecord)> {
        let calls = self.aside.iter().filter_map(|(id, reply)| match reply {
            ServiceReply::RequestMade(call) => Some((*id, call.clone())),
            _ => None,
        });
        calls.collect()
    }

    pub async fn read_to_end(&mut self) -> (Vec<Invite>, FetchEnd) {
        let id = self.ask(ServiceRequest::FetchList).await;
        let mut rows = Vec::new();
        let end = self
            .until("the end of the list", |from, reply| {
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

    /// Reads the list, which has to be complete.
    pub async fn read(&mut self) -> Vec<Invite> {
        let (rows, end) = self.read_to_end().await;
        assert_eq!(end, FetchEnd::Complete);
        rows
    }

    pub async fn run(&mut self, plan: &Plan, hold: u64) -> RequestId {
        self.ask(ServiceRequest::apply_plan(plan.clone(), Duration::from_secs(hold))).await
    }

    pub async fn event<T>(&mut self, what: &str, pick: impl Fn(&PlanEvent) -> Option<T>) -> T {
        self.until(what, |_, reply| match reply {
            ServiceReply::Plan(_, event) => pick(event),
            _ => None,
        })
        .await
    }

    pub async fn ended(&mut self) -> (PlanState, Vec<Progress>) {
        self.event("the end of the plan", |event| match event {
            PlanEvent::Ended { state, progress } => Some((*state, progress.clone())),
            _ => None,
        })
        .await
    }

    /// The outcomes of a plan that has to finish.
    pub async fn finished(&mut self) -> Vec<Outcome> {
        let (state, progress) = self.ended().await;
        assert_eq!(state, PlanState::Finished, "{progress:?}");
        progress.iter().map(|step| step.outcome.expect("every step has one")).collect()
    }

    pub async fn paused(&mut self) -> Error {
        self.event("a pause", |event| match event {
            PlanEvent::Paused(failure) => Some(failure.clone()),
            _ => None,
        })
        .await
    }

    pub async fn step_ended(&mut self) -> Progress {
        self.event("the end of a step", |event| match event {
            PlanEvent::StepEnded { progress, .. } => Some(progress.clone()),
            _ => None,
        })
        .await
    }

    pub async fn left_over(&mut self) -> Vec<UnfinishedPlan> {
        self.until("what is left over", |_, reply| match reply {
            ServiceReply::UnfinishedPlans(left) => Some(left.clone()),
            _ => None,
        })
        .await
    }

    pub async fn failed(&mut self) -> Error {
        self.until("a failure", |_, reply| match reply {
            ServiceReply::Failed(failure) => Some(failure.clone()),
            _ => None,
        })
        .await
    }

    pub fn plan(&self, steps: impl IntoIterator<Item = Step>) -> Plan {
        Plan {
            id: PlanId(uuid::Uuid::new_v4()),
            tenancy: self.client.connection().key,
            created_at: self.clock.now().wall,
            steps: steps.into_iter().collect(),
            filter: "exp<48h @job".into(),
        }
    }

    /// As if the process were gone: nothing more is written or sent.
    pub async fn kill(self) {
        self.cancel.cancel();
        self.service.task.await.expect("it ends");
    }
}

/// Goes on, and sends again what may have been sent.
pub fn send_again(plan: &Plan) -> ServiceRequest {
    ServiceRequest::ResumePlan {
        plan: plan.id,
        scope: ResumeScope::RepeatUnknown,
        undo_window: Duration::ZERO,
    }
}

pub fn create(email: &str, message: &str, before: Option<Vec<InviteVersion>>) -> Step {
    Step::Create { draft: Draft { email: email.into(), message: message.into() }, known_versions: before }
}

pub fn delete(invite: &Invite) -> Step {
    Step::Delete { invite: invite.clone() }
}

pub fn delete_first(invite: &Invite, message: &str) -> Step {
    let draft = Draft { email: invite.email.clone(), message: message.into() };
    Step::DeleteFirst {
        invite: invite.clone(),
        draft,
        known_versions: Some(vec![InviteVersion::from_invite(invite)]),
    }
}

/// How many letters went to an address.
pub fn letters(outbox: &Path, email: &str) -> usize {
    let entries = std::fs::read_dir(outbox).expect("the outbox");
    let texts = entries.map(|entry| std::fs::read_to_string(entry.expect("a letter").path()).expect("text"));
    let to = format!("to: <{}>", email.to_lowercase());
    texts.filter(|text| text.to_lowercase().contains(&to)).count()
}
