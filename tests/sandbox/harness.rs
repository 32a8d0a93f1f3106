//! A running sandbox and an HTTP client that shares no code with the product.

use std::time::Duration;

use guestlist::clock::Clock;
use guestlist::sandbox::{Control, LoggedRequest, Sandbox, Settings};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::Value;

/// The two base paths of the invites.
pub const BASE_PATHS: [&str; 2] = ["/archivist/iam/v1/invites", "/archivist/v1/invites"];
pub const BASE_PATH: &str = BASE_PATHS[0];

/// Maximum wait of a test.
pub const MAX_WAIT: Duration = Duration::from_secs(10);

pub struct TestSandbox {
    pub server: Sandbox,
    pub client: reqwest::Client,
    pub token: String,
}

#[allow(
    clippy::disallowed_methods,
    reason = "an independent client; the product's own is what the sandbox tests"
)]
pub fn http_client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder().tls_certs_only(std::iter::empty()).no_proxy();
    builder.redirect(reqwest::redirect::Policy::none()).timeout(MAX_WAIT).build().expect("a client")
}

impl TestSandbox {
    pub async fn new() -> TestSandbox {
        TestSandbox::with_settings(Settings::default()).await
    }

    pub async fn with_settings(settings: Settings) -> TestSandbox {
        let server = Sandbox::start(settings, Clock::system()).await.expect("a running sandbox");
        let token = read_token(&server);
        TestSandbox { server, client: http_client(), token }
    }

    pub fn control(&self) -> Control {
        self.server.control()
    }

    /// Returns a request without a token.
    pub fn request_without_token(&self, method: &str, path: &str) -> RequestBuilder {
        let method: Method = method.parse().expect("a verb");
        self.client.request(method, format!("{}{path}", self.server.url()))
    }

    pub fn request(&self, method: &str, path: &str) -> RequestBuilder {
        self.request_without_token(method, path).bearer_auth(&self.token)
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        send_request(self.request("GET", path)).await
    }

    pub async fn delete(&self, uuid: &str) -> (u16, Value) {
        send_request(self.request("DELETE", &format!("{BASE_PATH}/{uuid}"))).await
    }

    pub async fn create(&self, email: &str, message: &str) -> (u16, Value) {
        self.post(&serde_json::json!({ "email": email, "message": message }).to_string()).await
    }

    pub async fn post(&self, body: &str) -> (u16, Value) {
        send_request(self.request("POST", BASE_PATH).body(body.to_owned())).await
    }

    /// Returns the logged requests with this method.
    pub fn logged_requests(&self, method: &str) -> Vec<LoggedRequest> {
        self.control().requests().into_iter().filter(|call| call.method == method).collect()
    }

    /// Returns the number of pending invites of an email.
    pub fn pending_count(&self, email: &str) -> usize {
        self.control().invites().iter().filter(|invite| invite.email == email).count()
    }
}

/// Returns the token in the sandbox's file.
pub fn read_token(sandbox: &Sandbox) -> String {
    let text = std::fs::read_to_string(sandbox.token_file()).expect("a token file");
    let line = text.strip_suffix('\n').expect("one whole line");
    line.strip_prefix("Authorization: Bearer ").expect("a header").to_owned()
}

pub async fn send_request(request: RequestBuilder) -> (u16, Value) {
    read_json(request.send().await.expect("a response")).await
}

pub async fn read_json(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.expect("a body");
    (status, serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text:?}")))
}

/// Returns the UUID in an invite's identity.
pub fn invite_uuid(invite: &Value) -> String {
    let identity = invite["identity"].as_str().expect("an identity");
    identity.strip_prefix("invites/").expect("an invite's identity").to_owned()
}

/// Waits for a condition.
#[allow(clippy::disallowed_methods, reason = "waits for a condition, with a limit, in real time")]
pub async fn wait_until(what: &str, condition: impl Fn() -> bool) {
    let poll = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    assert!(tokio::time::timeout(MAX_WAIT, poll).await.is_ok(), "never: {what}");
}
