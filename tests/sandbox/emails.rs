//! The emails in the outbox.

use std::fs;

use guestlist::sandbox::{Action, FaultTiming, Rule};

use crate::harness::{TestSandbox, invite_uuid};

fn outbox_emails(sandbox: &TestSandbox) -> Vec<(String, String)> {
    let entries = fs::read_dir(sandbox.server.outbox()).expect("an outbox");
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let entry = entry.expect("an entry");
        let text = fs::read_to_string(entry.path()).expect("an email");
        (entry.file_name().into_string().expect("a name"), text)
    };
    entries.map(read).collect()
}

#[tokio::test]
async fn create_sends_one_email_named_by_its_uuid() {
    let sandbox = TestSandbox::new().await;
    assert_eq!(outbox_emails(&sandbox), []);
    let (_, created) = sandbox.create("jane.doe@example.com", "Welcome, Jane!").await;
    let emails = outbox_emails(&sandbox);
    assert_eq!(emails.len(), 1);
    let (name, text) = &emails[0];
    assert_eq!(*name, format!("{}.eml", invite_uuid(&created)));
    assert!(text.contains("\r\nTo: <jane.doe@example.com>\r\n") && text.contains("Welcome, Jane!"));
    assert!(text.contains(&format!("https://sandbox.invalid/accept/{}", invite_uuid(&created))));
}

#[tokio::test]
async fn failed_create_sends_no_email() {
    let sandbox = TestSandbox::new().await;
    sandbox.create("", "no email").await;
    sandbox
        .control()
        .set_faults(vec![Rule::for_method("POST", Action::Drop(FaultTiming::Before))])
        .expect("good rules");
    let body = r#"{"email":"lost@example.com"}"#;
    sandbox.request("POST", crate::harness::BASE_PATH).body(body).send().await.expect_err("no response");
    assert_eq!(outbox_emails(&sandbox), []);
}

#[tokio::test]
async fn hostile_text_reaches_neither_the_headers_nor_a_terminal() {
    let sandbox = TestSandbox::new().await;
    let (status, _) =
        sandbox.create("x@y\r\nBcc: all@example.com\r\n\r\n", "\u{1b}]0;owned\u{7}\u{202e}").await;
    assert_eq!(status, 200);
    let (_, text) = &outbox_emails(&sandbox)[0];
    assert!(!text.contains("Bcc") && !text.contains("all@example.com"), "{text}");
    let is_harmless = |c: char| !c.is_control() || c == '\r' || c == '\n';
    assert!(text.chars().all(is_harmless) && !text.contains('\u{202e}'), "{text:?}");
    let headers = text.split_once("\r\n\r\n").expect("a body").0;
    assert_eq!(headers.lines().filter(|line| !line.starts_with(' ')).count(), 8, "{headers}");
    assert_eq!(text.replace("\r\n", "").matches(['\r', '\n']).count(), 0);
}
