//! Changes since the last visit: shown by kind, re-invited, and marked as seen. And the list without a server.

use guestlist::sandbox::{Action, FaultTiming, InviteView, Rule, StatusReply};

use crate::harness::{TestConsole, TestEnv};

const DAY_SECONDS: u64 = 24 * 60 * 60;

/// Advances the clock, and issues a token that is valid then.
fn advance_days(env: &TestEnv, days: u64) {
    env.clock.advance(std::time::Duration::from_secs(days * DAY_SECONDS));
    env.control().advance(0).expect("a new token");
}

/// Advances the clock, so that the next list has another timestamp.
fn advance_minute(env: &TestEnv) {
    env.clock.advance(std::time::Duration::from_secs(60));
}

fn create_invites(env: &TestEnv, names: &str, n: usize) -> Vec<InviteView> {
    let create = |i| env.control().create(&format!("{names}{i}@acme.com"), &format!("for {names}{i}"));
    (0..n).map(|i| create(i).expect("an invite")).collect()
}

/// Creates a tenancy with a baseline; three of its invites expire within three days.
async fn set_up_visited_tenancy(env: &TestEnv) -> (Vec<InviteView>, Vec<InviteView>) {
    let expired = create_invites(env, "dead", 3);
    advance_days(env, 8);
    let gone = create_invites(env, "gone", 6);
    create_invites(env, "stay", 20);
    let mut console = env.open_console();
    console.wait_for("29 · complete").await;
    console.press("3");
    console.wait_for("First visit").await;
    console.quit().await;
    #[cfg(unix)]
    assert_eq!(cache_modes(&env.home.path().join("cache")), [0o700, 0o600]);
    advance_minute(env);
    (expired, gone)
}

/// Simulates three days of changes by others.
async fn simulate_three_days(env: &TestEnv, expired: &[InviteView], gone: &[InviteView]) {
    for accepted in ["GONE1@acme.com", "gone4@acme.com"] {
        env.control().accept(&accepted.to_lowercase()).expect("accepted");
    }
    for i in [0, 2, 3, 5] {
        env.control().delete(gone[i].uuid).expect("deleted");
    }
    advance_days(env, 3);
    create_invites(env, "new", 4);
    // A server may stop listing expired invites, or keep listing them.
    env.control().delete(expired[0].uuid).expect("deleted");
}

async fn wait_for_checked(console: &mut TestConsole, text: &str) -> String {
    console.wait_until(text, |screen| screen.contains(text) && !screen.contains("possibly gone")).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_after_three_days_are_shown_and_expired_reinvited() {
    let env = TestEnv::with_invites(0).await;
    let (expired, gone) = set_up_visited_tenancy(&env).await;
    simulate_three_days(&env, &expired, &gone).await;
    let mut console = env.open_console();
    console.wait_for("3 Changes 13").await;
    console.press("3");
    let screen =
        wait_for_checked(&mut console, "4 new, 6 gone before expiry (2 are members now), 3 expired").await;
    for text in ["New, not from this machine · 4", "Gone before expiry · 6, 2 are members now", "Expired · 3"]
    {
        assert!(screen.contains(text), "{text}:\n{screen}");
    }
    assert!(screen.contains("between 11 Jun") || screen.contains("between Tue"), "a range:\n{screen}");
    assert!(
        screen.contains("M member   gone1@acme.com") && screen.contains("- gone     gone0@acme.com"),
        "{screen}"
    );
    // Selects the first invitee that became a member.
    console.press("j j j j j j");
    let screen = console.wait_for("has no permissions").await;
    assert!(screen.contains("is a member now"), "{screen}");
    console.press("R");
    console.wait_for("Nothing to re-invite in this selection: 1 in the tenancy already").await;
    // Space on the heading marks all expired invites.
    console.press("G k k k space R");
    let screen = console.wait_for("Apply 3 steps?").await;
    assert!(screen.contains("dead0@acme.com") && screen.contains("dead2@acme.com"), "{screen}");
    assert!(screen.contains("2 expired invites"), "the replaced invites:\n{screen}");
    assert_eq!(
        (env.request_count("POST"), env.request_count("DELETE")),
        (0, 0),
        "no request before the confirmation"
    );
    console.press("y");
    console.wait_while_advancing("1 invite created, 2 resent.").await;
    let now = env.control().invites();
    for old in &expired {
        let reinvited: Vec<_> = now.iter().filter(|invite| invite.email == old.email).collect();
        assert_eq!(reinvited.len(), 1, "{}", old.email);
        assert!(reinvited[0].uuid != old.uuid && reinvited[0].message == old.message);
    }
    assert_eq!(env.request_count("POST"), 3);
    console.wait_until_gone("3 marked").await;
    console.advance(60).press("ctrl-r");
    console.wait_for("From this machine").await;
    console.quit().await;

    // The changes were seen, and local changes are not news.
    let mut console = env.open_console();
    console.wait_for("· complete").await;
    console.press("3");
    let screen = wait_for_checked(&mut console, "Changes since").await;
    assert!(!screen.contains("not seen yet") && !screen.contains("3 Changes 1"), "{screen}");
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn baseline_moves_only_when_the_view_is_left() {
    let env = TestEnv::with_invites(0).await;
    set_up_visited_tenancy(&env).await;
    create_invites(&env, "new", 2);
    for _ in 0..2 {
        let mut console = env.open_console();
        console.wait_for("3 Changes 2").await;
        console.quit().await;
    }
    let mut console = env.open_console();
    console.wait_for("3 Changes 2").await;
    console.press("3");
    console.wait_for("2 not seen yet").await;
    console.press("1");
    console.wait_until_gone("3 Changes 2").await;
    console.press("3");
    let screen = console.wait_for("all seen").await;
    assert!(screen.contains("new0@acme.com"), "seen changes stay until the console quits:\n{screen}");
    create_invites(&env, "later", 1);
    console.advance(60).press("ctrl-r");
    console.wait_for("1 not seen yet").await;
    console.press("m");
    console.wait_for("all seen").await;
    console.quit().await;
    let mut console = env.open_console();
    console.wait_for("· complete").await;
    console.press("3");
    console.wait_for("Nothing changed ").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn missing_row_is_not_called_gone_before_a_recheck() {
    let env = TestEnv::with_invites(0).await;
    let (_, gone) = set_up_visited_tenancy(&env).await;
    env.control().delete(gone[0].uuid).expect("deleted");
    let rule = Rule {
        path_contains: Some("/invites/".into()),
        ..Rule::for_method("GET", Action::Status(StatusReply::new(400))).always()
    };
    env.control().set_faults(vec![rule]).expect("valid rules");
    let mut console = env.open_console();
    console.wait_for("28 · complete").await;
    console.press("3");
    let screen = console.wait_for("the check failed").await;
    assert!(screen.contains("Possibly gone · 1") && !screen.contains("Gone before"), "{screen}");
    assert!(!screen.contains("3 Changes 1"), "unconfirmed changes are not counted:\n{screen}");
    console.press("m");
    console.wait_for("Could not mark changes as seen").await;
    env.control().clear_faults();
    console.advance(60).press("ctrl-r");
    let screen = console.wait_for("Gone before expiry · 1").await;
    assert!(screen.contains("3 Changes 1"), "{screen}");
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn local_changes_are_not_news() {
    let env = TestEnv::with_invites(0).await;
    set_up_visited_tenancy(&env).await;
    let mut console = env.open_console();
    console.wait_for("29 · complete").await;
    console.press("n").type_text("ann@acme.com").press("ctrl-s");
    console.pass_undo_window().await;
    console.wait_for("✓ Invite sent to ann@acme.com.").await;
    console.quit().await;
    let mut console = env.open_console();
    console.wait_for("30 · complete").await;
    console.press("3");
    let screen = console.wait_for("From this machine · 1").await;
    assert!(screen.contains("ann@acme.com") && !screen.contains("not seen yet"), "{screen}");
    console.quit().await;
}

fn drop_list_responses(env: &TestEnv) {
    env.control()
        .set_faults(vec![Rule::for_method("GET", Action::Drop(FaultTiming::Before)).always()])
        .expect("valid rules");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn offline_list_allows_staging_but_no_requests() {
    let env = TestEnv::with_invites(0).await;
    set_up_visited_tenancy(&env).await;
    advance_days(&env, 2);
    drop_list_responses(&env);
    let mut console = env.open_console();
    let screen = console.wait_while_advancing("29 · OFFLINE").await;
    assert!(screen.contains("(2 d ago)") && screen.contains("stay3@acme.com"), "{screen}");
    console.press("/").type_text("stay7").press("enter");
    console.wait_for("1 of 29").await;
    console.press("r s");
    console.wait_for("staged").await;
    assert_eq!(env.request_count("POST"), 0);
    console.press("/ ctrl-u").type_text("stay8").press("enter");
    console.wait_for("stay8@").await;
    console.press("r y");
    console.wait_for("This list is from").await;
    env.control().clear_faults();
    console.wait_while_advancing("29 · complete").await;
    console.press("esc 3");
    console.wait_for("Changes since").await;
    console.kill().await;
    assert_eq!((env.request_count("POST"), env.request_count("DELETE")), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forbidden_list_is_not_shown_from_the_cache() {
    let env = TestEnv::with_invites(0).await;
    set_up_visited_tenancy(&env).await;
    let rule = Rule::for_method("GET", Action::Status(StatusReply::new(403))).always();
    env.control().set_faults(vec![rule]).expect("valid rules");
    let mut console = env.open_console();
    let screen = console.wait_for("✗ Could not load invites").await;
    assert!(screen.contains("not loaded") && !screen.contains("stay3"), "{screen}");
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_cache_stores_nothing_and_is_reported() {
    let mut env = TestEnv::with_invites(3).await;
    env.uses_cache = false;
    let mut console = env.open_console();
    console.wait_for("3 · complete").await;
    console.press("3");
    console.wait_for("No snapshots are stored on this machine").await;
    create_invites(&env, "new", 1);
    console.advance(60).press("ctrl-r");
    console.wait_for("New, not from this machine · 1").await;
    console.quit().await;
    assert!(!env.home.path().join("cache").exists());
    drop_list_responses(&env);
    let mut console = env.open_console();
    let screen = console.wait_while_advancing("✗ Could not load invites").await;
    assert!(screen.contains("not loaded"), "{screen}");
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn broken_cache_is_reported_and_blocks_nothing() {
    let env = TestEnv::with_invites(3).await;
    let dir = env.home.path().join("cache");
    std::fs::create_dir(&dir).expect("a folder");
    std::fs::write(dir.join("cache.db"), "no database at all ".repeat(100)).expect("written");
    let mut console = env.open_console();
    console.wait_for("The cache was corrupt").await;
    console.wait_for("3 · complete").await;
    console.press("3");
    console.wait_for("First visit").await;
    console.quit().await;
}

/// File modes of the cache folder and the cache file.
#[cfg(unix)]
fn cache_modes(dir: &std::path::Path) -> [u32; 2] {
    use std::os::unix::fs::PermissionsExt as _;
    [dir.to_owned(), dir.join("cache.db")]
        .map(|path| path.metadata().expect("the file exists").permissions().mode() & 0o777)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plan_staged_offline_is_rechecked_with_the_current_list() {
    let env = TestEnv::with_invites(0).await;
    set_up_visited_tenancy(&env).await;
    drop_list_responses(&env);
    let mut console = env.open_console();
    console.wait_while_advancing("29 · OFFLINE").await;
    console.press("/").type_text("stay8").press("enter");
    console.wait_for("1 of 29").await;
    console.press("r y");
    console.wait_for("This list is from").await;
    // Another invite is created elsewhere.
    env.control().create("Stay8@acme.com", "from elsewhere").expect("created");
    env.control().clear_faults();
    console.wait_while_advancing("30 · complete").await;
    console.press("y");
    let screen = console.wait_for("The refreshed list raised").await;
    assert!(screen.contains("has another invite that is not in the plan"), "{screen}");
    assert_eq!(env.request_count("POST"), 0);
    console.press("y");
    console.wait_while_advancing("✓").await;
    assert_eq!(env.request_count("POST"), 1);
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn resend_from_elsewhere_is_one_change() {
    let env = TestEnv::with_invites(0).await;
    let (_, gone) = set_up_visited_tenancy(&env).await;
    env.control().create("gone0@acme.com", "sent again").expect("created");
    env.control().delete(gone[0].uuid).expect("deleted");
    let mut console = env.open_console();
    console.press("3");
    let screen = wait_for_checked(&mut console, "1 resent elsewhere").await;
    assert!(screen.contains("↻ resent   gone0@acme.com") && screen.contains("3 Changes 1"), "{screen}");
    console.press("j");
    let screen = console.wait_for(&gone[0].uuid.to_string()).await;
    assert!(screen.contains("resent elsewhere: the old invite"), "{screen}");
    console.quit().await;
}
