//! The screenshots in `assets/`, drawn by a console on a sandbox. A stale screenshot fails its test.
//! `UPDATE_SCREENSHOTS=1 cargo test --test flows screenshots` writes them.

use guestlist::sandbox::{Action, RawReply, Rule};

use crate::harness::{TestConsole, TestEnv};
use crate::svg::{DARK, LIGHT, Palette, render_animation, render_svg};

/// Compares the screen with a screenshot, or writes the screenshot.
fn assert_screenshot(console: &TestConsole, name: &str, palette: &Palette, title: &str) {
    assert_picture(name, render_svg(&console.frame(), palette, title));
}

/// Compares a picture with the one in `assets`, or writes it.
fn assert_picture(name: &str, svg: String) {
    let path = format!("{}/assets/{name}.svg", env!("CARGO_MANIFEST_DIR"));
    #[allow(clippy::disallowed_methods, reason = "only this test reads the variable")]
    if std::env::var_os("UPDATE_SCREENSHOTS").is_some() {
        std::fs::write(path, svg).expect("written");
        return;
    }
    let saved = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(saved == svg, "assets/{name}.svg is stale: run with UPDATE_SCREENSHOTS=1");
}

/// Size of all screenshots: the minimum for two panes.
const SCREEN_SIZE: (u16, u16) = (118, 30);

async fn open_console(env: &TestEnv) -> TestConsole {
    let mut console = env.open_console();
    console.wait_for("412 · complete").await;
    console.resize(SCREEN_SIZE.0, SCREEN_SIZE.1);
    console.wait_for("rows 1–22 of 412").await;
    // Waits for the problems and for the requests after the list.
    console.wait_for("4 Problems 11").await;
    let is_quota_requested = |screen: &str| screen.contains("service=invites");
    console.press("6");
    console.wait_until("the quota request", is_quota_requested).await;
    console.press("1");
    console.wait_for("rows 1–22 of 412").await;
    console
}

/// Opens a console and filters to the rows of one domain.
async fn open_partner_filter(env: &TestEnv) -> TestConsole {
    let mut console = open_console(env).await;
    console.press("/").type_text("@oldpartner.com");
    console.wait_for("23 of 412").await;
    console.press("enter");
    console.wait_until_gone("Enter apply").await;
    console
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pending_invites() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press("j j");
    console.wait_for("▌ ● amelia").await;
    assert_screenshot(&console, "pending", &DARK, "Pending invites with the detail pane of the selected one");
    assert_screenshot(&console, "pending-light", &LIGHT, "Pending invites on a light terminal");
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_filter_with_its_matches() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press("/").type_text("@oldpartner.com exp<5d msg:re");
    console
        .wait_until("the filter", |screen| screen.contains("msg:re   ") && !screen.contains("searching"))
        .await;
    assert_screenshot(&console, "filter", &DARK, "A filter being typed, with its matches highlighted");
    console.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_dialog_of_a_plan() {
    let env = TestEnv::new().await;
    let mut console = open_partner_filter(&env).await;
    console.press("space space space space d");
    console.wait_for("Delete 4 invites?").await;
    assert_screenshot(&console, "confirm", &DARK, "The confirmation of a plan that deletes four invites");
    assert_screenshot(&console, "confirm-light", &LIGHT, "The same confirmation on a light terminal");
    console.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_plan() {
    let env = TestEnv::new().await;
    let mut console = open_partner_filter(&env).await;
    let rule = Rule { method: Some("DELETE".into()), skip: 9, latency_ms: 5_000, ..Rule::default() };
    env.control().set_faults(vec![rule]).expect("valid rules");
    console.press("* d");
    console.wait_for("Delete 23 invites?").await;
    console.press("Y");
    console.wait_for("deleting 5 s").await;
    console.advance(5).press("2");
    console.wait_for("9/23").await;
    console.wait_for("running").await;
    assert_screenshot(&console, "plan", &DARK, "The Plans view while a plan runs: 9 of 23 steps are done");
    console.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_journal() {
    let env = TestEnv::new().await;
    let mut console = open_partner_filter(&env).await;
    for (marks, heading) in
        [("space space space d", "Delete 3"), ("space d", "Delete this"), ("space space d", "Delete 2")]
    {
        console.press(marks);
        console.wait_for(heading).await;
        console.press("y");
        console.wait_for("deleting 5 s").await;
        console.advance(5);
        console.wait_until_gone("deleting").await;
    }
    console.press("5");
    console.wait_for("plans 1–3 of 3").await;
    // A plan ends after the check of its deletes.
    console.wait_until_gone("running").await;
    console.advance(60);
    console.wait_until_gone("✓").await;
    assert_screenshot(&console, "journal", &DARK, "The journal: each plan of this machine, with its result");
    console.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_triage_session() {
    let env = TestEnv::new().await;
    let mut console = open_partner_filter(&env).await;
    console.press("t space d d tab r");
    console.wait_for("Triage · 6 of 23").await;
    assert_screenshot(
        &console,
        "triage",
        &DARK,
        "Triage: the queue with its decisions, and the current invite in full",
    );
    console.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_palette() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press(":").type_text("mark");
    console.wait_for(":mark").await;
    assert_screenshot(
        &console,
        "palette",
        &DARK,
        "Commands that match a word, with their keys and why one is disabled",
    );
    console.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_create_form() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console
        .press("n")
        .type_text("bob@job")
        .press("tab")
        .type_text("Hello Bob, this gives you access to our audit trail.");
    console.wait_for("audit trail.").await;
    assert_screenshot(&console, "create", &DARK, "The form for a new invite, with warnings about its email");
    console.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_requests() {
    let env = TestEnv::new().await;
    let mut console = open_partner_filter(&env).await;
    // The API's own response, without a request id that changes each time.
    let body = r#"{"code":5,"message":"Not Found","details":[]}"#.to_owned();
    let rule = Action::Raw(RawReply { status: 404, body, ..RawReply::default() });
    let path = Some("/invites/".to_owned());
    let rule = Rule { path_contains: path, skip: 2, ..Rule::for_method("GET", rule).always() };
    env.control().set_faults(vec![rule]).expect("valid rules");
    console.press("enter");
    console.wait_for("checked").await;
    console.press("esc d");
    console.wait_for("Delete this invite?").await;
    console.press("y");
    console.wait_for("deleting 5 s").await;
    console.advance(5);
    console.wait_for("411 · complete").await;
    console.press("6");
    console.wait_for(" 404 ").await;
    console.press("1").advance(60);
    console.wait_until_gone("✓").await;
    console.press("6");
    console.wait_for("requests 1–").await;
    assert_screenshot(&console, "requests", &DARK, "The HTTP requests, newest first");
    console.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_problems() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press("4 j j j");
    console.wait_for("▌! typo?        wendy").await;
    assert_screenshot(
        &console,
        "problems",
        &DARK,
        "Problems of the pending invites, with details of the selected one",
    );
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_forecast() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press("f w");
    console.wait_for("▌SAT").await;
    assert_screenshot(
        &console,
        "forecast",
        &DARK,
        "The number of invites that expire on each of the next 14 days",
    );
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_changes() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press("3");
    console.wait_for("First visit").await;
    console.quit().await;
    let invites = env.control().invites();
    let uuid_at = |index: usize| invites[index].uuid.to_string();
    for index in [310, 320] {
        env.control().accept(&uuid_at(index)).expect("accepted");
    }
    env.control().delete(invites[330].uuid).expect("deleted");
    for name in ["nadia.becker", "tom.olsen"] {
        env.control().create(&format!("{name}@acme.com"), "Welcome, see you on Monday.").expect("created");
    }
    env.clock.advance(std::time::Duration::from_secs(60 * 60));
    env.control().advance(0).expect("a new token");
    let mut console = env.open_console();
    console.resize(SCREEN_SIZE.0, SCREEN_SIZE.1);
    console.wait_for("4 Problems 11").await;
    console.press("3");
    console
        .wait_until("confirmed changes", |screen| {
            screen.contains("Gone before expiry") && !screen.contains("ossibly gone")
        })
        .await;
    console.press("j j j j");
    console.wait_for("is a member now;").await;
    assert_screenshot(
        &console,
        "changes",
        &DARK,
        "Changes since the last visit by kind, with details of one",
    );
    console.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_animated_tour() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.resize(100, 26);
    console.wait_for("rows 1–18 of 412").await;
    let mut frames = Vec::new();
    let mut show = |console: &TestConsole, milliseconds: u32| frames.push((console.frame(), milliseconds));
    show(&console, 1_300);
    console.press("/");
    console.wait_for("Enter apply").await;
    for (typed, matches) in [("@old", "23 of 412"), ("partner.com", "@oldpartner.com   23 of 412")] {
        console.type_text(typed);
        console
            .wait_until("the matches", |screen| screen.contains(matches) && !screen.contains("searching"))
            .await;
        show(&console, 800);
    }
    console.press("enter");
    console.wait_until_gone("Enter apply").await;
    console.press("*");
    console.wait_for("23 marked").await;
    show(&console, 1_000);
    console.press("d");
    console.wait_for("Delete 23 invites?").await;
    show(&console, 1_800);
    console.press("Y");
    console.wait_for("starts in 5 s").await;
    show(&console, 900);
    console.advance(1);
    console.wait_for("starts in 4 s").await;
    show(&console, 900);
    console.press("z");
    console.wait_for("Undone: no changes were made.").await;
    show(&console, 1_600);
    console.advance(60);
    console.wait_until_gone("Undone").await;
    console.press("N");
    console.wait_for("Import · 1/3").await;
    console.paste("ines.gray@acme.com\ntom.olsen@acme.com\nzoe.chen@acme.co\nlast.minute@contoso-logistics.example\nnot an email");
    console.wait_for(" lines").await;
    show(&console, 1_300);
    console.press("ctrl-s");
    console.wait_for("All 5").await;
    show(&console, 2_600);
    console.press("enter");
    console.wait_for("Import · 3/3").await;
    console.type_text("Welcome to the audit room.");
    console.wait_for("audit room.").await;
    show(&console, 1_800);
    let title = "Filter, mark, delete, undo and import";
    assert_picture("tour", render_animation(&frames, &DARK, title));
    console.kill().await;
}
