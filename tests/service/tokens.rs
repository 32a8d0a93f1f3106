//! Expired, rejected and renewed tokens, token files of another tenancy, and missing endpoints.

use std::time::Duration;

use guestlist::api::{Client, Settings};
use guestlist::domain::journal::CallResult;
use guestlist::domain::plan::PlanState;
use guestlist::domain::profile_settings::{SecretSourceConfig, TokenSourceConfig};
use guestlist::domain::service_msg::PlanEvent;
use guestlist::domain::{ErrorKind, Outcome, Plan, ServiceReply, ServiceRequest, TenancyKey};
use guestlist::sandbox::{Action, Rule, StatusReply, TokenRequest};
use guestlist::store::Journal;

use crate::harness::{TestConsole, TestEnv, create_step, delete_step, status_rule};

/// Longer than the lifetime of a token.
const EXPIRY: Duration = Duration::from_secs(2 * 24 * 3600);

/// Opens a console that requests its tokens from the server.
fn open_console_with_app(env: &TestEnv) -> TestConsole {
    let settings = Settings {
        url: env.sandbox.url().into(),
        token: TokenSourceConfig::AppRegistration {
            client_id: env.sandbox.client_id().into(),
            secret: SecretSourceConfig::EnvVar("S".into()),
        },
        secrets: vec![("S".into(), env.sandbox.client_secret().into())],
        ..Settings::default()
    };
    let client = Client::new(settings, env.clock.clone()).expect("a client");
    env.open_console_with(client, Journal::open(env.state_dir.path()))
}

/// Starts a plan whose token expires before its POST, and lets the token server respond with `reply`.
async fn start_plan_with_expired_token(env: &TestEnv, console: &mut TestConsole, reply: Rule) {
    console.fetch_complete_list().await;
    let token_rule = Rule { path_contains: Some("appidp/token".into()), ..reply };
    env.set_faults([token_rule, Rule { method: Some("GET".into()), latency_ms: 300, ..Rule::default() }]);
    let get_count = env.request_count("GET");
    console.apply_plan(&console.new_plan([create_step("bob@job", "", Some(vec![]))]), 0).await;
    env.wait_until("the re-check", |env| env.request_count("GET") > get_count).await;
    env.clock.advance(EXPIRY);
}

#[tokio::test]
async fn wait_of_the_token_server_is_a_changes_only_wait() {
    let env = TestEnv::new(0).await;
    let mut console = open_console_with_app(&env);
    let reply = StatusReply::new(503).with_header("retry-after", "7");
    let rule = Rule::for_method("POST", Action::Status(reply));
    start_plan_with_expired_token(&env, &mut console, rule).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
    let has_wait = |part: &str| {
        console.has_queued_reply(
            |reply| matches!(reply, ServiceReply::Waiting { reason, .. } if reason.contains(part)),
        )
    };
    assert_eq!((has_wait("the server asked for 7 s"), has_wait("could not get a token")), (true, false));
    assert_eq!(env.emails(), ["bob@job"]);
}

#[tokio::test]
async fn pause_before_a_retry_of_a_change_pauses_without_error() {
    let env = TestEnv::new(0).await;
    let mut console = open_console_with_app(&env);
    start_plan_with_expired_token(&env, &mut console, status_rule("POST", 503).always()).await;
    let wait_reason = |_, reply: &ServiceReply| match reply {
        ServiceReply::Waiting { reason, .. } => Some(reason.clone()),
        _ => None,
    };
    let reason = console.wait_for_without_advancing("the wait for the retry", wait_reason).await;
    assert!(reason.contains("could not get a token"), "{reason}");
    let plans = Journal::open(env.state_dir.path()).expect("the journal").newest_entries(1).await;
    let plan = plans.expect("it reads")[0].plan.id;
    console.submit(ServiceRequest::PausePlan(plan)).await;
    let end = console.wait_for_plan_event("the end of the plan", |event| match event {
        PlanEvent::Ended { state, .. } => Some(Ok(*state)),
        PlanEvent::Paused(error) => Some(Err(error.clone())),
        _ => None,
    });
    assert_eq!(end.await, Ok(PlanState::Paused));
    assert_eq!(env.invites(), []);
}

#[tokio::test]
async fn change_with_a_rejected_token_is_repeated_with_the_new_token() {
    let env = TestEnv::new(0).await;
    let file = env.state_dir.path().join("token");
    std::fs::write(&file, env.control.issue_token(TokenRequest::default())).expect("written");
    let mut console = env.open_console_with(env.client(&file), Journal::open(env.state_dir.path()));
    console.fetch_complete_list().await;
    let plan = console.new_plan([create_step("bob@job", "", Some(vec![]))]);
    env.set_faults([Rule { latency_ms: 300, ..status_rule("POST", 401) }]);
    console.apply_plan(&plan, 0).await;
    env.wait_until("the POST", |env| env.request_count("POST") == 1).await;
    let request = TokenRequest { expires_in: Some(1_800), ..TokenRequest::default() };
    std::fs::write(&file, env.control.issue_token(request)).expect("written");
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
    assert_eq!((env.request_count("POST"), env.emails()), (2, vec!["bob@job".to_owned()]));
    let journal = Journal::open(env.state_dir.path()).expect("the journal");
    let entry = journal.entry(plan.id).await.expect("it reads").expect("the plan");
    let results: Vec<_> =
        entry.calls.iter().map(|call| call.response.as_ref().map(|response| response.result)).collect();
    assert_eq!(results, [Some(CallResult::NoEffect), Some(CallResult::Succeeded)]);
}

#[tokio::test]
async fn expired_token_pauses_and_other_tenancy_is_named() {
    let env = TestEnv::new(0).await;
    let file = env.state_dir.path().join("token");
    std::fs::write(&file, env.control.issue_token(TokenRequest::default())).expect("written");
    let mut console = env.open_console_with(env.client(&file), Journal::open(env.state_dir.path()));
    console.fetch_complete_list().await;
    let plan =
        console.new_plan([create_step("a@job", "", Some(vec![])), create_step("b@job", "", Some(vec![]))]);
    let own = plan.tenancy.0.clone();
    env.set_faults([Rule { skip: 1, ..status_rule("POST", 401) }]);
    console.apply_plan(&plan, 0).await;
    assert_eq!(console.wait_for_pause().await.status(), Some(401));
    assert_eq!(env.emails(), ["a@job"]);

    let token_request = TokenRequest { tenant: Some("tenant/elsewhere".into()), ..TokenRequest::default() };
    std::fs::write(&file, env.control.issue_token(token_request)).expect("written");
    console.fetch_list().await;
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    let error = console.wait_for_pause().await;
    assert!(error.cause.contains(&own) && error.cause.contains("tenant/elsewhere"), "{error}");

    std::fs::write(&file, env.control.issue_token(TokenRequest::default())).expect("written");
    console.fetch_complete_list().await;
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done, Outcome::Done]);
    assert_eq!(env.emails(), ["a@job", "b@job"]);
}

#[tokio::test]
async fn members_and_quota_of_another_tenancy_are_not_requested() {
    let env = TestEnv::new(1).await;
    let file = env.state_dir.path().join("token");
    std::fs::write(&file, env.control.issue_token(TokenRequest::default())).expect("written");
    let mut console = env.open_console_with(env.client(&file), Journal::open(env.state_dir.path()));
    let rows = console.fetch_complete_list().await;
    let before = env.request_count("GET");
    let token_request = TokenRequest { tenant: Some("tenant/elsewhere".into()), ..TokenRequest::default() };
    std::fs::write(&file, env.control.issue_token(token_request)).expect("written");
    let requests = [
        ServiceRequest::FetchMembers,
        ServiceRequest::FetchQuota,
        ServiceRequest::Get(rows[0].identity.clone()),
    ];
    for request in requests.into_iter().cycle().take(6) {
        let id = console.submit(request).await;
        let has_data = console
            .wait_for("a reply", |from, reply| match reply {
                ServiceReply::Members(members) if from == id => Some(members.is_some()),
                ServiceReply::Quota(quota) if from == id => Some(quota.is_some()),
                ServiceReply::Failed(error) if from == id => Some(!error.cause.contains("tenant/elsewhere")),
                _ => None,
            })
            .await;
        assert!(!has_data);
    }
    assert_eq!(env.request_count("GET"), before, "no request went to the other tenancy");
    console.fetch_list().await;
    let id = console.submit(ServiceRequest::FetchMembers).await;
    let has_data = |from, reply: &ServiceReply| match reply {
        ServiceReply::Members(members) if from == id => Some(members.is_some()),
        _ => None,
    };
    assert!(console.wait_for("the members", has_data).await, "the list is now that of the other tenancy");
}

#[tokio::test]
async fn missing_members_and_quota_are_requested_once() {
    let env = TestEnv::new(1).await;
    let mut console = env.open_console();
    console.fetch_complete_list().await;
    env.set_faults([status_rule("GET", 404).always()]);
    let before = env.request_count("GET");
    for request in [ServiceRequest::FetchMembers, ServiceRequest::FetchQuota].into_iter().cycle().take(4) {
        let id = console.submit(request).await;
        let is_empty = |from, reply: &ServiceReply| match reply {
            ServiceReply::Members(members) if from == id => Some(members.is_none()),
            ServiceReply::Quota(quota) if from == id => Some(quota.is_none()),
            _ => None,
        };
        assert!(console.wait_for("a reply", is_empty).await);
    }
    assert_eq!(env.request_count("GET") - before, 2);
}

#[tokio::test]
async fn plan_with_a_swapped_token_file_sends_nothing() {
    let env = TestEnv::new(1).await;
    let file = env.state_dir.path().join("token");
    std::fs::write(&file, env.control.issue_token(TokenRequest::default())).expect("written");
    let mut console = env.open_console_with(env.client(&file), Journal::open(env.state_dir.path()));
    let rows = console.fetch_complete_list().await;
    let plan = console.new_plan([delete_step(&rows[0])]);
    // The re-check before the DELETE uses the plan's token; the file changes before the response.
    let identity = rows[0].identity.to_string();
    env.set_faults([Rule {
        method: Some("GET".into()),
        path_contains: Some(identity),
        latency_ms: 300,
        ..Rule::default()
    }]);
    let get_count = env.request_count("GET");
    console.apply_plan(&plan, 0).await;
    env.wait_until("the re-check", |env| env.request_count("GET") > get_count).await;
    let token_request = TokenRequest { tenant: Some("tenant/elsewhere".into()), ..TokenRequest::default() };
    std::fs::write(&file, env.control.issue_token(token_request)).expect("written");
    let error = console.wait_for_pause().await;
    for part in [plan.tenancy.0.as_str(), "tenant/elsewhere", &file.display().to_string()] {
        assert!(error.cause.contains(part), "{error}");
    }
    assert_eq!((env.request_count("DELETE"), env.invites().len()), (0, 1));
    std::fs::write(&file, env.control.issue_token(TokenRequest::default())).expect("written");
    console.fetch_complete_list().await;
    console.submit(ServiceRequest::resume_plan(plan.id)).await;
    assert_eq!(console.wait_for_outcomes().await, [Outcome::Done]);
}

#[tokio::test]
async fn plan_of_another_tenancy_is_neither_staged_nor_applied() {
    let env = TestEnv::new(1).await;
    let mut console = env.open_console();
    let rows = console.fetch_complete_list().await;
    let tenancy = TenancyKey("https://elsewhere tenant/5a".into());
    let plan = Plan { tenancy, ..console.new_plan([delete_step(&rows[0])]) };
    let request_count = env.control.requests().len();
    console.submit(ServiceRequest::StagePlan { plan: plan.clone(), replaces: vec![] }).await;
    assert_eq!(console.wait_for_error().await.kind, ErrorKind::Refused);
    console.apply_plan(&plan, 0).await;
    assert_eq!(console.wait_for_pause().await.kind, ErrorKind::Refused);
    assert_eq!(console.wait_for_plan_end().await.0, PlanState::Discarded);
    assert_eq!(env.control.requests().len(), request_count, "nothing was sent");
    let journal = Journal::open(env.state_dir.path()).expect("the journal");
    assert_eq!(journal.entry(plan.id).await.expect("readable"), None);
}
