//! The filter: its syntax while typing, errors, history, and matches.

use crate::harness::{TestConsole, TestEnv};

async fn open_console(env: &TestEnv) -> TestConsole {
    let mut console = env.open_console();
    console.wait_for("412 · complete").await;
    console
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn domain_filter_shows_its_rows_and_its_terms() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press("/");
    console.wait_for("word ~fuzzy !not @domain").await;
    console.type_text("@oldpartner.com");
    let screen = console.wait_for("/@oldpartner.com   23 of 412").await;
    assert!(screen.matches("@oldpartner.com").count() > 23, "the rows and the filter field:\n{screen}");
    console.type_text(" !expired exp<48h").press("enter");
    let screen = console.wait_until_gone("Enter apply").await;
    assert!(screen.contains("/@oldpartner.com !expired exp<48h"), "{screen}");
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn confirming_a_domain_filters_the_table_to_it() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press("D");
    let screen = console.wait_for("domains").await;
    assert!(screen.contains("oldpartner.com") && screen.contains("Enter filter"), "{screen}");
    let domain_lines = screen.lines().filter(|line| line.contains("│") && line.contains('.')).count();
    assert!(domain_lines > 3, "several domains:\n{screen}");
    console.press("j enter");
    let screen = console.wait_for(" /@").await;
    assert!(screen.contains(" of 412") && !screen.contains("Enter filter"), "{screen}");
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filter_error_is_explained_while_typing_and_rows_stay() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press("/").type_text("@oldpartner.com /[/");
    let screen = console.wait_for("✗ Invalid regular expression /[/: unclosed character class.").await;
    assert!(screen.contains("still 23 of 412") && screen.contains("rows 1–23 of 23"), "{screen}");
    console.press("enter");
    console.press("backspace backspace backspace");
    console.type_text("exp<x");
    console.wait_for("✗ Invalid time exp<x. Use exp<48h or exp>7d, with the unit m, h, d or w.").await;
    console.press("backspace").type_text("9d");
    let screen = console.wait_for("/@oldpartner.com exp<9d").await;
    assert!(!screen.contains("✗"), "{screen}");
    console.press("esc");
    console.wait_for("rows 1–32 of 412").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn up_recalls_the_previous_filter() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press("/").type_text("@oldpartner.com").press("enter esc");
    console.wait_for("of 412 · page").await;
    console.press("/").type_text("#expired").press("enter esc");
    console.wait_for("of 412 · page").await;
    console.press("/").type_text("x");
    console.press("up");
    console.wait_for("/#expired  ").await;
    console.press("up");
    console.wait_for("/@oldpartner.com   23 of 412").await;
    console.press("down down");
    console.wait_for("/x  ").await;
    console.press("up up enter");
    console.wait_for("rows 1–23 of 23").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn expiry_filter_drops_rows_when_they_expire() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    let (now, end) = (env.clock.now().wall.as_second(), 48 * 60 * 60);
    let seconds_left = |expiry: &str| expiry.parse::<jiff::Timestamp>().expect("a time").as_second() - now;
    let invites = env.control().invites();
    let count = invites.iter().filter(|row| (1..end).contains(&seconds_left(&row.expiry_time))).count();
    console.press("/").type_text("exp<48h");
    let screen = console.wait_for(&format!("/exp<48h   {count} of 412")).await;
    assert!(screen.contains("▌ ● last.minute@") && !screen.contains(" expired 1"), "{screen}");
    // The invite expires after a few minutes and no longer matches.
    console.press("enter").advance(6 * 60);
    let screen = console.wait_until_gone("last.minute@").await;
    assert!(screen.contains("of 412"), "{screen}");
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filter_help_explains_the_language() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press("/").type_text("ann").press("f1");
    let screen = console.wait_for("Filter syntax").await;
    assert!(screen.contains("@.acme.com") && screen.contains("its subdomains"), "{screen}");
    console.press("esc");
    console.wait_until_gone("Filter syntax").await;
    console.wait_for("/ann  ").await;
    console.press("esc");
    console.wait_for("of 412 · page").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_list_is_filtered_in_the_background() {
    let env = TestEnv::with_invites(12_000).await;
    let mut console = env.open_console();
    console.wait_for("12,000 · complete").await;
    console.press("/").type_text("@oldpartner.com ~nothingatallhere");
    console.wait_for("0 of 12,000").await;
    console.press("ctrl-w backspace");
    let count = env.control().invites().iter().filter(|row| row.email.ends_with("@oldpartner.com")).count();
    console.wait_for(&format!(" {count} of 12,000")).await;
    console.press("esc");
    console.wait_for("of 12,000 · page").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn typed_domain_matches_its_prefix_and_hints_explain() {
    let env = TestEnv::new().await;
    let mut console = env.open_console();
    console.wait_for("412 · complete").await;
    console.press("/").type_text("@oldp");
    console.wait_for("23 of 412").await;
    console.type_text("artner.com").press("enter");
    console.wait_for("/@oldpartner.com   23 of 412").await;
    console.press("/ ctrl-u").type_text("acme OR fabrikam");
    console.wait_for("Did you mean /acme|fabrikam/?").await;
    console.press("ctrl-u").type_text("expires<2d");
    console.wait_for("Did you mean exp<2d?").await;
    console.press("esc esc");
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tab_completes_domains_names_and_keys() {
    let env = TestEnv::new().await;
    let mut console = open_console(&env).await;
    console.press("/").type_text("@oldp");
    console.wait_for("Tab @oldpartner.com").await;
    console.press("tab");
    console.wait_for("/@oldpartner.com   23 of 412").await;
    console.type_text(" !#so");
    console.wait_for("Tab !#soon").await;
    console.press("tab");
    console.wait_for("/@oldpartner.com !#soon  ").await;
    console.type_text(" ex");
    console.wait_for("Tab exp<   also exp> exp: expired").await;
    console.press("tab").type_text("4");
    let screen = console.wait_for("Tab exp<48h").await;
    assert!(!screen.contains("Invalid time"), "the completion is more useful than the error:\n{screen}");
    console.press("tab enter");
    console.wait_for("/@oldpartner.com !#soon exp<48h").await;
    console.quit().await;
}
