//! A weekly import: pasted or read from a file, checked, fixed and applied as one plan; and the same list again.

use crate::harness::{TestConsole, TestEnv};

/// 60 mixed entries: 41 new, 12 pending, 3 duplicates, 2 typos, 1 outside, 1 invalid.
fn weekly_list() -> String {
    let mut lines: Vec<String> = (0..30).map(|n| format!("new{n}@acme.com")).collect();
    lines.extend((30..36).map(|n| format!("New Person <new{n}@acme.com>")));
    lines.push("new36@acme.com, new37@acme.com; new38@acme.com".into());
    lines.push("new39@acme.com;Jane;Doe".into());
    lines.push("\"Doe, Jane\" <NEW40@acme.com>".into());
    lines.extend((0..12).map(|n| format!("  Pending{n}@ACME.com")));
    lines.extend(["NEW0@acme.com", "<new1@acme.com>", "pending3@acme.com", ""].map(str::to_owned));
    lines.extend(["ed@acme.co", "zoe@acme.con", "kim@other.org", "jane@@acme.com"].map(str::to_owned));
    lines.join("\r\n")
}

/// A tenancy with 12 invites, and a console with one allowed domain.
async fn set_up_import() -> (TestEnv, TestConsole) {
    let env = TestEnv::with_invites(0).await;
    for n in 0..12 {
        env.control().create(&format!("pending{n}@acme.com"), "hello").expect("created");
    }
    let mut console = env.open_with_allowed_domains(&["acme.com"]);
    console.wait_for("12 · complete").await;
    (env, console)
}

/// Opens the import, pastes a list and goes to the statuses.
async fn paste_list(console: &mut TestConsole, list: &str) {
    console.press("N");
    console.wait_for("Import · 1/3").await;
    console.paste(list);
    console.wait_for(" lines").await;
    console.press("ctrl-s");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn weekly_import_sends_only_new_entries_once() {
    let (env, mut console) = set_up_import().await;
    paste_list(&mut console, &weekly_list()).await;
    let screen =
        console.wait_for("All 60 │ new 41 │ pending 12 │ duplicate 3 │ typo 2 │ outside 1 │ invalid 1").await;
    assert_eq!(env.request_count("POST"), 0, "{screen}");
    console.press("enter");
    console.wait_for("a plan of 41").await;
    console.type_text("Welcome to the audit, {team}.").press("ctrl-s");
    console.wait_for("no value for {team}").await;
    console.press("ctrl-u").type_text("Welcome, {email}.").press("ctrl-s");
    let screen = console.wait_for("Send 41 invites?").await;
    assert!(screen.contains("41 of 60 in the list"), "{screen}");
    console.type_text("41").press("enter");
    console.wait_while_advancing("41 invites created.").await;
    assert_eq!(env.request_count("POST"), 41);
    let invites = env.control().invites();
    let greeted =
        |n: usize| invites.iter().filter(|row| row.message == format!("Welcome, new{n}@acme.com.")).count();
    assert_eq!((invites.len(), (0..40).map(greeted).sum::<usize>()), (53, 40));

    paste_list(&mut console, &weekly_list()).await;
    console.wait_for("All 60 │ pending 53 │ duplicate 3 │ typo 2 │ outside 1 │ invalid 1").await;
    console.press("enter");
    console.wait_for("No entry can be invited.").await;
    assert_eq!(env.request_count("POST"), 41);
    console.press("esc q");
    console.wait_for("An import is unsent.").await;
    console.press("y");
    console.wait_for_exit().await;
}

/// A console that counts its keys.
struct KeyCounter {
    console: TestConsole,
    keys: usize,
}

impl KeyCounter {
    fn press(&mut self, keys: &str) -> &mut TestConsole {
        self.keys += keys.split(' ').count();
        self.console.press(keys);
        &mut self.console
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn import_of_60_mixed_lines_needs_at_most_8_keys() {
    let (env, console) = set_up_import().await;
    let mut counter = KeyCounter { console, keys: 0 };
    counter.press("N").wait_for("Import · 1/3").await;
    counter.console.paste(&weekly_list());
    counter.console.wait_for(" lines").await;
    let screen = counter.press("ctrl-s").wait_for("41 emails will be sent").await;
    assert!(screen.contains("All 60 │ new 41 │ pending 12"), "{screen}");
    // The three suggested emails are shown together and accepted with one more key.
    counter.press("S").wait_for("Use 3 suggestions?").await;
    counter.press("enter").wait_for("44 emails will be sent").await;
    counter.press("enter").wait_for("a plan of 44").await;
    counter.console.type_text("Welcome, {email}.");
    counter.press("ctrl-s").wait_for("Send 44 invites?").await;
    counter.console.type_text("44");
    counter.press("enter");
    assert!(counter.keys <= 8, "{} keys", counter.keys);
    let mut console = counter.console;
    console.wait_while_advancing("44 invites created.").await;
    assert_eq!(env.request_count("POST"), 44);
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn expired_previous_entry_is_flagged_and_included_by_key() {
    let (env, mut console) = set_up_import().await;
    let list = "ann@acme.com\nbob@acme.com\nkim@acme.com\nzoe@acme.com\n";
    paste_list(&mut console, list).await;
    console.wait_for("All 4 │ new 4").await;
    console.press("enter ctrl-s");
    console.wait_for("Send 4 invites?").await;
    console.press("y");
    console.wait_while_advancing("4 invites created.").await;

    env.clock.advance(std::time::Duration::from_secs(40 * 24 * 3_600));
    let find_invite = |email: &str| env.control().invites().into_iter().find(|row| row.email == email);
    for email in ["ann@acme.com", "bob@acme.com"] {
        env.control().delete(find_invite(email).expect("the invite exists").uuid).expect("deleted");
    }
    console.press("ctrl-r");
    console.wait_for("14 · complete").await;
    paste_list(&mut console, list).await;
    let screen = console.wait_for("expired 4").await;
    assert!(screen.contains("Press I to include the 4 that have expired."), "{screen}");
    assert!(screen.contains("was sent 39 d"), "{screen}");
    console.press("I");
    console.wait_for("new 2 │ resend 2").await;
    console.press("enter ctrl-s");
    let screen = console.wait_for("Apply 4").await;
    assert!(screen.contains("4 emails"), "{screen}");
    console.press("y");
    console.wait_for("replace 5 s").await;
    console.advance(5);
    console.wait_while_advancing("2 invites created, 2 replaced.").await;
    assert_eq!(
        (env.request_count("POST"), env.request_count("DELETE"), env.control().invites().len()),
        (8, 2, 16)
    );
    console.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn import_reads_a_file_and_entries_are_fixed_in_place() {
    let (env, mut console) = set_up_import().await;
    let path = env.home.path().join("guests.csv");
    let text =
        "\u{feff}Name;E-Mail\r\nAnn;ann@acme.com\r\nEd;ed@acme.co\r\nKim;kim@other.org\r\nZoe;zoe@acme.com";
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::write(&path, bytes).expect("written");
    console.press("N tab").type_text("nowhere.csv").press("enter");
    console.wait_for("there is no such file").await;
    console.press("ctrl-u").paste(&path.display().to_string()).press("enter");
    console.wait_for("All 4 │ new 2 │ typo 1 │ outside 1").await;
    console.press("n e");
    console.wait_for("Tab: use ed@acme.com").await;
    console.press("tab enter");
    console.wait_for("new 3 │ outside 1").await;
    console.press("G d");
    console.wait_for("new 2 │ outside 1 │ excluded 1").await;
    // The import is kept while its dialog is closed.
    console.press("esc");
    console.wait_until_gone("Import · 2/3").await;
    console.press("N");
    console.wait_for("new 2 │ outside 1 │ excluded 1").await;
    console.wait_until_gone("checking…").await;
    console.press("enter");
    console.wait_for("a plan of 2").await;
    console.type_text("Dear {name}, welcome.");
    console.wait_for("Dear Ann, welcome.").await;
    console.press("ctrl-n");
    console.wait_for("Dear Ed, welcome.").await;
    console.press("ctrl-s");
    console.wait_for("Send 2 invites?").await;
    console.press("y");
    console.wait_for("sends in 5 s").await;
    // Undo keeps the plan of the import.
    console.press("z");
    console.wait_for("✓ Undone: no changes were made. The plan is staged.").await;
    assert_eq!(env.request_count("POST"), 0);
    console.press("2");
    console.wait_for("Staged: 2 steps").await;
    console.press("enter");
    console.wait_for("Send 2 invites?").await;
    console.press("y");
    console.wait_while_advancing("2 invites created.").await;
    let messages: Vec<String> =
        env.control().invites().into_iter().map(|row| row.message).filter(|text| text != "hello").collect();
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(messages.contains(&"Dear Ed, welcome.".to_owned()), "{messages:?}");
    console.quit().await;
}
