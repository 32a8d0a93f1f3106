//! Files of a sandbox: permissions and lifetime. Also start, stop and restart.

use std::fs;
use std::path::Path;
use std::time::Duration;

use guestlist::clock::Clock;
use guestlist::sandbox::{Action, FaultTiming, Rule, Sandbox, SandboxError, Settings};

use crate::harness::{BASE_PATH, TestSandbox, http_client, read_token, wait_until};

#[cfg(unix)]
fn file_mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).expect("an invite").permissions().mode() & 0o777
}

#[cfg(unix)]
#[tokio::test]
async fn sandbox_files_are_private() {
    let sandbox = TestSandbox::new().await;
    sandbox.create("a@b", "").await;
    let dir = sandbox.server.token_file().parent().expect("a folder");
    assert_eq!(
        (file_mode(sandbox.server.token_file()), file_mode(dir), file_mode(sandbox.server.outbox())),
        (0o600, 0o700, 0o700)
    );
    let email = fs::read_dir(sandbox.server.outbox()).expect("an outbox").next().expect("an email");
    assert_eq!(file_mode(&email.expect("an entry").path()), 0o600);
    sandbox.control().advance(1).expect("the clock moves");
    assert_eq!(file_mode(sandbox.server.token_file()), 0o600);
}

#[tokio::test]
async fn stop_and_drop_remove_the_sandbox_files() {
    for stop in [true, false] {
        let sandbox = TestSandbox::new().await;
        let dir = sandbox.server.token_file().parent().expect("a folder").to_owned();
        assert!(dir.exists());
        let control = sandbox.control();
        if stop {
            sandbox.server.stop().await
        } else {
            drop(sandbox.server)
        }
        assert!(!dir.exists());
        control.advance(1).expect("no effect on files");
        assert!(!dir.exists());
    }
}

#[tokio::test]
async fn existing_dir_and_outbox_keep_their_files() {
    let temp_dir = tempfile::tempdir().expect("a folder");
    let (outbox, new_dir) = (temp_dir.path().join("emails"), temp_dir.path().join("new"));
    fs::write(temp_dir.path().join("mine.txt"), "mine").expect("written");
    let settings = |dir: &Path| Settings {
        work_dir: Some(dir.to_owned()),
        outbox: Some(outbox.clone()),
        ..Settings::default()
    };
    let sandbox = TestSandbox::with_settings(settings(temp_dir.path())).await;
    sandbox.create("a@b", "").await;
    let token_file = sandbox.server.token_file().to_owned();
    assert_eq!((token_file.parent(), sandbox.server.outbox()), (Some(temp_dir.path()), &*outbox));
    sandbox.server.stop().await;
    assert!(!token_file.exists() && temp_dir.path().join("mine.txt").exists());
    assert_eq!(fs::read_dir(&outbox).expect("the outbox").count(), 1);
    TestSandbox::with_settings(settings(&new_dir)).await.server.stop().await;
    assert!(!new_dir.exists());
}

#[tokio::test]
async fn stop_does_not_wait_for_hung_requests_and_frees_the_port() {
    let sandbox = TestSandbox::new().await;
    sandbox
        .control()
        .set_faults(vec![Rule::for_method("GET", Action::Hang(FaultTiming::Before))])
        .expect("good rules");
    let request = tokio::spawn(sandbox.request("GET", BASE_PATH).send());
    wait_until("the request arrives", || sandbox.logged_requests("GET").len() == 1).await;
    let listen = sandbox.server.url().trim_start_matches("http://").parse().expect("an address");
    tokio::time::timeout(Duration::from_secs(5), sandbox.server.stop()).await.expect("it stops");
    request.await.expect("no panic").expect_err("no response");
    let restarted = Sandbox::start(Settings { listen, ..Settings::default() }, Clock::system()).await;
    assert!(restarted.is_ok(), "{restarted:?}");
}

#[tokio::test]
async fn the_database_keeps_the_tenancy_across_a_restart() {
    let temp_dir = tempfile::tempdir().expect("a folder");
    let settings =
        || Settings { db: Some(temp_dir.path().join("sandbox.db")), invites: 50, ..Settings::default() };
    let first = TestSandbox::with_settings(settings()).await;
    first.create("kept@example.com", "kept \u{1b}[0m 🎉").await;
    let invites = first.control().invites();
    first.delete(&invites[3].uuid.to_string()).await;
    first.control().accept(&invites[4].uuid.to_string()).expect("an invite");
    let control = first.control();
    let before = control.invites();
    let members = first.get("/archivist/iam/v1/members?page_size=100").await;
    assert_eq!(before.len(), 49);
    first.server.stop().await;

    let second = TestSandbox::with_settings(Settings { invites: 7, ..settings() }).await;
    assert_eq!(second.control().invites(), before);
    drop(control);
    assert_eq!(second.get("/archivist/iam/v1/members?page_size=100").await, members);
    second.create("after@example.com", "").await;
    assert_eq!(second.control().invites().last().map(|invite| &*invite.email), Some("after@example.com"));
}

#[tokio::test]
async fn foreign_database_is_rejected_and_unchanged() {
    let temp_dir = tempfile::tempdir().expect("a folder");
    let db = temp_dir.path().join("other.db");
    let other = rusqlite::Connection::open(&db).expect("a file");
    other.execute_batch("CREATE TABLE precious (x); PRAGMA user_version = 9;").expect("a table");
    let result = Sandbox::start(Settings { db: Some(db), ..Settings::default() }, Clock::system()).await;
    assert!(matches!(result, Err(SandboxError::DatabaseVersion(9))), "{result:?}");
    assert_eq!(other.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)), Ok(1));
}

#[tokio::test]
async fn two_sandboxes_do_not_share_a_database() {
    let temp_dir = tempfile::tempdir().expect("a folder");
    let settings =
        || Settings { db: Some(temp_dir.path().join("sandbox.db")), invites: 5, ..Settings::default() };
    let first = TestSandbox::with_settings(settings()).await;
    let second = Sandbox::start(settings(), Clock::system()).await;
    assert!(matches!(second, Err(SandboxError::Database(_))), "{second:?}");
    assert_eq!(first.create("a@b", "").await.0, 200);
    #[cfg(unix)]
    assert_eq!(file_mode(&temp_dir.path().join("sandbox.db")), 0o600);
}

#[tokio::test]
async fn sandbox_listens_only_on_loopback() {
    for address in ["0.0.0.0:0", "192.168.1.5:8080", "[::]:0"] {
        let listen = address.parse().expect("an address");
        let error = Sandbox::start(Settings { listen, ..Settings::default() }, Clock::system())
            .await
            .expect_err("refused");
        assert!(error.to_string().contains("this machine only"), "{error}");
    }
}

#[tokio::test]
async fn rules_from_a_file_apply_from_the_first_request() {
    let temp_dir = tempfile::tempdir().expect("a folder");
    let faults = temp_dir.path().join("faults.json");
    fs::write(&faults, r#"[{ "action": { "status": { "status": 503 } } }]"#).expect("written");
    let settings = Settings { faults: Some(faults.clone()), ..Settings::default() };
    let sandbox = TestSandbox::with_settings(settings.clone()).await;
    assert_eq!((sandbox.get(BASE_PATH).await.0, sandbox.get(BASE_PATH).await.0), (503, 200));
    fs::write(&faults, r#"[{ "acton": 1 }]"#).expect("written");
    let error = Sandbox::start(settings, Clock::system()).await.expect_err("refused");
    assert!(error.to_string().contains("faults.json") && error.to_string().contains("acton"), "{error}");
}

#[tokio::test]
async fn token_file_is_renewed_before_the_token_expires() {
    let clock = Clock::manual("2024-06-01T12:00:00Z".parse().expect("a time"));
    let sandbox = Sandbox::start(Settings::default(), clock.clone()).await.expect("a running sandbox");
    let first = read_token(&sandbox);
    // The renewal must sleep before the clock moves; otherwise it would sleep from the later time.
    tokio::task::yield_now().await;
    clock.advance(Duration::from_secs(51 * 60));
    wait_until("a new token", || read_token(&sandbox) != first).await;
    clock.advance(Duration::from_secs(20 * 60));
    let list =
        |token: String| http_client().get(format!("{}{BASE_PATH}", sandbox.url())).bearer_auth(token).send();
    assert_eq!(list(first).await.expect("a response").status(), 401);
    assert_eq!(list(read_token(&sandbox)).await.expect("a response").status(), 200);
}

#[tokio::test]
async fn debug_output_shows_no_secret() {
    let sandbox = TestSandbox::new().await;
    let text = format!("{:?} {:?}", sandbox.server, sandbox.control());
    let secrets = [sandbox.server.client_secret(), sandbox.server.control_url(), &sandbox.token];
    assert!(
        text.contains(sandbox.server.url()) && secrets.iter().all(|secret| !text.contains(*secret)),
        "{text}"
    );
}
