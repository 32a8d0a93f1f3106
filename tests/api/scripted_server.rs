//! A server that records one request on each connection, and answers by a script.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use guestlist::api::{ApiResponse, Client, DeleteResponse, Settings};
use guestlist::clock::Clock;
use guestlist::domain::profile_settings::TokenSourceConfig;
use guestlist::domain::{Draft, Error, Identity, Invite};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Answer to one request.
pub enum ScriptedResponse {
    /// Sends these bytes and closes.
    Bytes(Vec<u8>),
    /// Sends these bytes and then nothing, without closing.
    Silent(Vec<u8>),
    /// Sends these parts with a pause before each, and closes.
    Slow(Vec<Vec<u8>>, Duration),
    /// Resets the connection without a response.
    Reset,
    /// Sends the bytes, then garbage until the client closes.
    Flood(Vec<u8>),
}

pub struct ScriptedServer {
    pub url: String,
    requests: Arc<Mutex<Vec<String>>>,
    flooded_bytes: Arc<Mutex<usize>>,
}

impl ScriptedServer {
    /// Serves the replies in order; requests after the last one are refused.
    pub async fn start(replies: impl IntoIterator<Item = ScriptedResponse>) -> ScriptedServer {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let (requests, flooded_bytes) = (Arc::default(), Arc::default());
        let server = ScriptedServer {
            url,
            requests: Arc::clone(&requests),
            flooded_bytes: Arc::clone(&flooded_bytes),
        };
        let replies: Vec<_> = replies.into_iter().collect();
        tokio::spawn(async move {
            for reply in replies {
                let Ok((mut stream, _)) = listener.accept().await else { return };
                let request = read_request(&mut stream).await;
                requests.lock().expect("unpoisoned").push(request);
                let flooded_bytes = Arc::clone(&flooded_bytes);
                tokio::spawn(async move { write_response(stream, reply, &flooded_bytes).await });
            }
        });
        server
    }

    /// Returns all requests so far, as received.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("unpoisoned").clone()
    }

    /// Returns the request lines so far, without the version.
    pub fn request_lines(&self) -> Vec<String> {
        let line = |request: &String| request.lines().next().map(|line| line.replace(" HTTP/1.1", ""));
        self.requests().iter().filter_map(line).collect()
    }

    /// Returns the number of garbage bytes that the client received.
    pub fn flooded_bytes(&self) -> usize {
        *self.flooded_bytes.lock().expect("unpoisoned")
    }
}

async fn read_request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().expect("a length")) {
                return text;
            }
        }
        if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return text;
        }
    }
}

async fn write_response(mut stream: TcpStream, reply: ScriptedResponse, flooded_bytes: &Mutex<usize>) {
    match reply {
        ScriptedResponse::Bytes(bytes) => {
            // The client may be gone already; the test checks its error.
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        ScriptedResponse::Silent(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.read(&mut [0; 16]).await;
        }
        ScriptedResponse::Slow(parts, pause) => {
            let clock = Clock::system();
            for part in parts {
                clock.sleep(pause).await;
                if stream.write_all(&part).await.is_err() {
                    return;
                }
            }
        }
        ScriptedResponse::Reset => stream.set_zero_linger().expect("set"),
        ScriptedResponse::Flood(bytes) => {
            let mut garbage = bytes;
            while stream.write_all(&garbage).await.is_ok() {
                *flooded_bytes.lock().expect("unpoisoned") += garbage.len();
                garbage = vec![b'x'; 64 * 1024];
            }
        }
    }
}

/// Returns a response with a length, which closes the connection.
pub fn response(status: &str, headers: &str, body: impl AsRef<[u8]>) -> ScriptedResponse {
    let body = body.as_ref();
    let mut bytes = response_head(status, &format!("{headers}content-length: {}\r\n", body.len()));
    bytes.extend_from_slice(body);
    ScriptedResponse::Bytes(bytes)
}

/// Returns a success with a JSON body.
pub fn json_response(body: impl AsRef<[u8]>) -> ScriptedResponse {
    response("200 OK", "content-type: application/json\r\n", body)
}

/// Returns the head of a response; each header ends in CR LF.
pub fn response_head(status: &str, headers: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nconnection: close\r\n{headers}\r\n").into_bytes()
}

/// Returns a token file and its folder, which is removed at the end.
pub fn write_token_file(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("token.txt");
    write_private(&path, text);
    (dir, path)
}

/// Writes a file that only its owner can read.
pub fn write_private(path: &Path, text: &str) {
    std::fs::write(path, text).expect("written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o600)).expect("set");
    }
}

pub const TOKEN: &str = "the-secret-token";

/// A client, and the folder of its token, which is removed with it.
pub struct TestClient {
    client: Client,
    _dir: tempfile::TempDir,
}

impl std::ops::Deref for TestClient {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

/// Writes to the tenancy of its token.
impl TestClient {
    pub fn client(&self) -> &Client {
        &self.client
    }

    pub async fn create(&self, draft: &Draft) -> Result<ApiResponse<Invite>, Error> {
        self.client.create(&self.connection().key, draft).await
    }

    pub async fn delete(&self, identity: &Identity) -> Result<ApiResponse<DeleteResponse>, Error> {
        self.client.delete(&self.connection().key, identity).await
    }
}

/// Returns a client with a token, long timeouts and small pages; `change` adapts the settings.
pub fn client_with(url: &str, change: impl FnOnce(&mut Settings)) -> TestClient {
    try_client_with(url, change).expect("a client")
}

/// Returns the same as [`client_with`]; creating the client may fail.
pub fn try_client_with(url: &str, change: impl FnOnce(&mut Settings)) -> Result<TestClient, Error> {
    let (dir, path) = write_token_file(TOKEN);
    let mut settings = Settings {
        url: url.into(),
        token: TokenSourceConfig::File(path),
        connect_timeout: Duration::from_secs(10),
        read_timeout: Duration::from_secs(10),
        page_size: 3,
        ..Settings::default()
    };
    change(&mut settings);
    Ok(TestClient { client: Client::new(settings, Clock::system())?, _dir: dir })
}

pub fn client(server: &ScriptedServer) -> TestClient {
    client_with(&server.url, |_| {})
}
