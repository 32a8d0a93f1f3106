//! The forecast: the invites that expire on one day are marked and resent.

use crate::harness::{TestConsole, TestEnv};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn saturday_expiries_are_resent_with_ten_keys() {
    let env = TestEnv::new().await;
    let on_saturday: Vec<_> = env
        .control()
        .invites()
        .into_iter()
        .filter(|invite| invite.expiry_time.starts_with("2024-06-08T"))
        .collect();
    let n = on_saturday.len();
    assert!((26..=99).contains(&n), "{n} steps need another kind of confirmation");
    let mut console = env.open_console();
    console.wait_for("412 · complete").await;
    // Counts each pressed key; the day is a Monday.
    let mut keys = 0;
    let mut press = |console: &TestConsole, pressed: &str| {
        keys += pressed.split(' ').count();
        console.press(pressed);
    };
    press(&console, "f w");
    let screen = console.wait_for(&format!("Sat 8 Jun: {n} of 412 · weekend")).await;
    assert!(screen.contains("SAT") && screen.contains("already expired"), "{screen}");
    press(&console, "space");
    console.wait_for(&format!("{n} marked")).await;
    press(&console, "r");
    console.wait_for(&format!("{n} invites")).await;
    let number: Vec<String> = n.to_string().chars().map(String::from).collect();
    press(&console, &number.join(" "));
    press(&console, "enter");
    assert!(keys <= 10, "{keys} keys");
    console.wait_while_advancing(&format!("✓ {n} invites resent.")).await;
    let now = env.control().invites();
    for old in &on_saturday {
        let of_email: Vec<_> = now.iter().filter(|invite| invite.email == old.email).collect();
        assert!(
            of_email.iter().all(|invite| invite.uuid != old.uuid),
            "{} still has its old invite",
            old.email
        );
        let reinvited = of_email.iter().filter(|invite| invite.message == old.message).count();
        assert!(reinvited >= 1, "{} was not re-invited", old.email);
    }
    assert_eq!((env.request_count("POST"), env.request_count("DELETE"), now.len()), (n, n, 412));
    console.wait_for("Sat 8 Jun: 0 of 412").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forecast_day_filters_a_long_list_to_its_count() {
    let env = TestEnv::with_invites(12_000).await;
    let mut console = env.open_console();
    console.wait_for("12,000 · complete").await;
    let invites = env.control().invites();
    let n = invites.iter().filter(|invite| invite.expiry_time.starts_with("2024-06-05T")).count();
    assert!(n > 10);
    console.press("f l l");
    let count = guestlist::domain::text::format_count(n);
    console.wait_for(&format!("Wed 5 Jun: {count} of 12,000")).await;
    console.press("enter");
    console.wait_for(&format!("/exp:2024-06-05   {count} of 12,000")).await;
    console.press("esc esc");
    console.wait_for("of 12,000 · page").await;
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn few_saturday_expiries_are_resent_with_four_keys() {
    let env = TestEnv::with_invites(0).await;
    // An invite lives ten days: from a Wednesday to the Saturday of the next week.
    let advance_days = |days: u64| {
        env.clock.advance(std::time::Duration::from_secs(days * 24 * 60 * 60));
        env.control().advance(0).expect("a new token");
    };
    env.control().create("first.row@acme.com", "hello").expect("created");
    advance_days(2);
    for n in 0..3 {
        env.control().create(&format!("saturday{n}@acme.com"), "hello").expect("created");
    }
    advance_days(4);
    let mut console = env.open_console();
    console.wait_for("4 · complete").await;
    console.press("f w");
    console.wait_for("Sat 15 Jun: 3 of 4").await;
    console.press("r");
    let screen = console.wait_for("Resend 3 invites?").await;
    assert!(screen.contains("All visible invites that expire on Sat 15 Jun."), "{screen}");
    console.press("y");
    console.wait_while_advancing("✓ 3 invites resent.").await;
    let posted = env.control().invites();
    assert_eq!((env.request_count("POST"), posted.len()), (3, 4));
    // A delete is about the highlighted day, too: none expires then any more.
    console.press("d");
    console.wait_for("No invites to delete: none expire on Sat 15 Jun.").await;
    console.quit().await;
}
