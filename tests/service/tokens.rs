//! Plans and tokens: expired tokens, and token files that are replaced by those of another tenancy.

use guestlist::domain::{Outcome, ServiceReply, ServiceRequest};
use guestlist::sandbox::{Rule, TokenRequest};
use guestlist::store::Journal;

use crate::harness::{TestEnv, create_step, delete_step, status_rule};

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
