//! `plan`: unfinished plans are shown, resumed and discarded.

use guestlist::sandbox::{Action, Rule, StatusReply};

use crate::harness::{CommandOutput, RunningCommand, TestEnv, guest_email};

/// A plan of three deletes that was paused after the first.
fn create_paused_plan(env: &TestEnv) -> String {
    create_paused_plan_from(env, 0)
}

fn create_paused_plan_from(env: &TestEnv, first: usize) -> String {
    env.set_faults([Rule { skip: 1, ..Rule::for_method("DELETE", Action::Status(StatusReply::new(403))) }]);
    let (a, b, c) = (guest_email(first), guest_email(first + 1), guest_email(first + 2));
    let output = env.run(&["delete", &a, &b, &c, "--yes"]).assert_code(4);
    let rest = output.stderr.rsplit("plan resume ").next().expect("the resume command");
    rest.split(' ').next().expect("a name").to_owned()
}

fn run_offline(env: &TestEnv, args: &[&str]) -> CommandOutput {
    RunningCommand::start(env.bare_command(args)).wait()
}

#[test]
fn paused_plan_is_shown_offline() {
    let env = TestEnv::new(3);
    let name = create_paused_plan(&env);
    let output = run_offline(&env, &["plan", "show"]).assert_code(0);
    assert_eq!(output.rows().len(), 1);
    assert_eq!(output.rows()[0][2..5], ["paused", "3 delete", "1 done, 2 not sent"]);
    let output = run_offline(&env, &["plan", "show", &name[..4]]).assert_code(0);
    let steps: Vec<_> = output.rows()[1..].iter().map(|row| (row[0], row[2].to_owned())).collect();
    assert_eq!(steps, [("done", guest_email(0)), ("not sent", guest_email(1)), ("not sent", guest_email(2))]);
    run_offline(&env, &["plan", "show", "zzzz"]).assert_code(3).assert_stderr("zzzz");
}

#[test]
fn resume_completes_the_plan_without_repeats() {
    let env = TestEnv::new(3);
    create_paused_plan(&env);
    let output = env.run(&["plan", "resume", "--dry-run"]).assert_code(0);
    assert_eq!(output.stdout.lines().next(), Some("Plan of 2 steps:"));
    let before = env.request_count("DELETE");
    let output = env.run(&["plan", "resume", "--yes"]).assert_code(0);
    assert_eq!(output.outcome_counts(), ["2 done delete"]);
    assert_eq!(env.request_count("DELETE"), before + 2);
    env.run(&["plan", "resume", "--yes"]).assert_code(0).assert_stderr("no plan to resume");
}

#[test]
fn resume_with_several_plans_needs_a_name() {
    let env = TestEnv::new(6);
    let (first, second) = (create_paused_plan(&env), create_paused_plan_from(&env, 3));
    for args in [&["plan", "resume", "--yes"][..], &["plan", "discard", "--yes"]] {
        env.run(args).assert_code(2).assert_stderr(&first).assert_stderr(&second);
    }
    env.run(&["plan", "resume", "zzzz", "--yes"]).assert_code(3).assert_stderr("zzzz");
    env.run(&["plan", "resume", &second, "--yes"]).assert_code(0);
    assert_eq!(env.pending_emails(), [guest_email(1), guest_email(2)]);
}

#[test]
fn discarded_plan_cannot_be_resumed() {
    let env = TestEnv::new(3);
    let name = create_paused_plan(&env);
    env.run(&["plan", "discard"]).assert_code(7).assert_stderr("Use --yes");
    env.run(&["plan", "discard", "--dry-run"]).assert_code(0);
    let output = run_offline(&env, &["plan", "discard", &name, "--yes"]).assert_code(0);
    assert_eq!(output.stdout, format!("discarded {name}: 1 done, 2 not sent\n"));
    env.run(&["plan", "discard", "--yes"]).assert_code(0).assert_stderr("no plan to discard");
    env.run(&["plan", "resume", "--yes"]).assert_code(0).assert_stderr("no plan to resume");
    assert_eq!(env.pending_emails(), [guest_email(1), guest_email(2)]);
}

#[test]
fn plan_paused_by_a_quota_resumes_without_email() {
    let env = TestEnv::new(2);
    env.set_faults([Rule {
        skip: 1,
        ..Rule::for_method("POST", Action::Status(StatusReply::new(402))).always()
    }]);
    let output = env.run(&["resend", &guest_email(0), &guest_email(1), "--yes"]).assert_code(5);
    assert_eq!(output.outcome_counts(), ["1 done resend", "1 not sent resend"]);
    env.run(&["plan", "resume", "--no-email", "--yes"]).assert_code(5).assert_stderr("Nothing is left to do");
    assert_eq!(env.request_count("POST"), 2);
    env.control.clear_faults();
    env.run(&["plan", "resume", "--yes"]).assert_code(0);
    assert_eq!((env.email_count(&guest_email(0)), env.email_count(&guest_email(1))), (2, 2));
}

#[test]
fn plan_of_another_tenancy_is_not_resumed() {
    let env = TestEnv::new(3);
    create_paused_plan(&env);
    let other = guestlist::sandbox::TokenRequest {
        tenant: Some("tenant/00000000-0000-4000-a000-000000000001".into()),
        ..Default::default()
    };
    let token = env.write_file("other", env.control.issue_token(other));
    let before = env.request_count("DELETE");
    let args = ["--url", &env.url(), "--token-file", &token, "plan", "resume", "--yes"];
    run_offline(&env, &args).assert_code(0).assert_stderr("no plan to resume");
    assert_eq!(env.request_count("DELETE"), before);
}
