//! Switching profiles: marks and drafts stay with their profile, and running plans continue.

use std::path::PathBuf;

use tokio_util::sync::CancellationToken;

use crate::harness::{TestConsole, TestEnv, open_session};
use guestlist::app::model::options::ProfileEntry;
use guestlist::console::{ExitReason, SessionOpener, Sessions};
use guestlist::domain::profile_settings::TokenSourceConfig;
use guestlist::service::OpenOptions;

/// Opens a console with a profile for each environment. State and cache of all profiles are in the home of the first.
fn open_with_profiles(envs: &[(&str, &TestEnv)]) -> TestConsole {
    let cancel = CancellationToken::new();
    let (clock, state) = (envs[0].1.clock.clone(), envs[0].1.state_dir());
    let cache = envs[0].1.home.path().join("cache");
    let entries = |(name, env): &(&str, &TestEnv)| ProfileEntry {
        name: (*name).to_owned(),
        url: env.sandbox.url().to_owned(),
        ..ProfileEntry::default()
    };
    let entries: Vec<ProfileEntry> = envs.iter().map(entries).collect();
    let token_files: Vec<PathBuf> = envs.iter().map(|(_, env)| env.sandbox.token_file().to_owned()).collect();
    let open_profile = {
        let (clock, cancel) = (clock.clone(), cancel.clone());
        move |name: &str| {
            let index = entries.iter().position(|entries| entries.name == name).expect("a known profile");
            let source = TokenSourceConfig::File(token_files[index].clone());
            let options = OpenOptions {
                cache_dir: Some(cache.clone()),
                ..OpenOptions::new(&entries[index].url, source, state.clone())
            };
            let (mut session, service) = open_session(options, &clock, &cancel);
            session.state.model.options.name = name.to_owned();
            session.state.model.options.profiles = entries.clone();
            (session, service)
        }
    };
    let (first, service) = open_profile(envs[0].0);
    // The other service tasks end with the shared cancellation token.
    let opener: SessionOpener = Box::new(move |name| Ok(open_profile(name).0));
    TestConsole::start(Sessions::new(first, Some(opener)), service, clock, cancel)
}

async fn two_envs() -> (TestEnv, TestEnv) {
    (TestEnv::with_invites(30).await, TestEnv::with_invites(12).await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_profile_keeps_its_own_rows_marks_and_drafts() {
    let (acme, other) = two_envs().await;
    let mut console = open_with_profiles(&[("acme", &acme), ("other", &other)]);
    console.wait_for("30 · complete").await;
    console.press("space space n").type_text("half@").press("esc");
    console.wait_for("30 · complete 10:31:07 · 2 marked").await;
    console.press("c");
    let screen = console.wait_for("Switch to which profile?").await;
    assert!(screen.contains("▌acme   current · http://127.0.0.1"), "{screen}");
    console.press("j enter");
    let screen = console.wait_for("12 · complete").await;
    assert!(!screen.contains("marked"), "{screen}");
    console.press("n");
    let screen = console.wait_for("New invite").await;
    assert!(!screen.contains("half@"), "a draft belongs to its profile: {screen}");
    console.press("esc c k");
    let screen = console.wait_for("▌acme").await;
    assert!(screen.contains("▌acme   a draft · http"), "{screen}");
    console.press("enter");
    console.wait_for("30 · complete 10:31:07 · 2 marked").await;
    console.press("n");
    console.wait_for("half@").await;
    console.press("ctrl-u esc");
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn running_plan_continues_and_is_shown_in_another_profile() {
    let (acme, other) = two_envs().await;
    let mut console = open_with_profiles(&[("acme", &acme), ("other", &other)]);
    console.wait_for("30 · complete").await;
    console.press("v G d");
    console.wait_for("Delete 30 invites?").await;
    console.type_text("30").press("enter");
    console.wait_for("deleting 5 s").await;
    console.press("c j enter");
    console.wait_for("12 · complete").await;
    console.wait_for("acme running 0/30").await;
    console.press("q");
    let screen = console.wait_for("Quit?").await;
    assert!(screen.contains("In acme: running 0/30"), "{screen}");
    console.press("esc");
    console.advance(5);
    console.wait_until_gone("running").await;
    assert_eq!((acme.control().invites().len(), other.control().invites().len()), (0, 12));
    console.press("c k enter");
    console.wait_for("30 invites deleted").await;
    assert_eq!(console.quit().await, ExitReason::Quit);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_typed_right_after_a_switch_go_to_the_new_profile() {
    let (acme, other) = two_envs().await;
    let mut console = open_with_profiles(&[("acme", &acme), ("other", &other)]);
    console.wait_for("30 · complete").await;
    console.press("c");
    console.wait_for("Switch to which profile?").await;
    console.press_at_once("j enter n h i");
    let screen = console.wait_for("New invite").await;
    assert!(screen.contains("hi"), "{screen}");
    console.press("ctrl-u esc");
    console.wait_for("12 · complete").await;
    console.press("c k enter");
    let screen = console.wait_for("30 · complete").await;
    assert!(!screen.contains("New invite"), "no key went to the previous profile: {screen}");
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn single_profile_has_nothing_to_switch_to() {
    let env = TestEnv::with_invites(3).await;
    let mut console = env.open_console();
    console.wait_for("3 · complete").await;
    console.press("c");
    console.wait_for("No other profiles").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn profile_switch_leaves_the_changes_view() {
    let (acme, other) = two_envs().await;
    let envs = [("acme", &acme), ("other", &other)];
    let mut console = open_with_profiles(&envs);
    console.wait_for("30 · complete").await;
    console.press("3");
    console.wait_for("First visit").await;
    acme.control().create("one@example.com", "").expect("an invite");
    console.advance(60).press("ctrl-r");
    console.wait_for("1 not seen yet").await;
    console.press("c");
    console.wait_for("Switch to which profile?").await;
    console.press("j enter");
    console.wait_for("12 · complete").await;
    console.press("c k enter");
    console.wait_for("all seen").await;
    // Changes shown before the profile switch and the quit count as seen.
    acme.control().create("two@example.com", "").expect("an invite");
    console.advance(60).press("ctrl-r");
    console.wait_for("1 not seen yet").await;
    console.press("c j enter");
    console.wait_for("12 · complete").await;
    console.quit().await;
    let mut console = open_with_profiles(&envs);
    console.wait_for("32 · complete").await;
    console.press("3");
    console.wait_for("Nothing changed since").await;
    console.quit().await;
}
