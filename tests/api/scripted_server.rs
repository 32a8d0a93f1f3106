//! A server that reads one request on each connection, records it as it came, and answers by a script.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use guestlist::api::{ApiResponse, Client, DeleteResponse, Settings, TokenSource};
use guestlist::clock::Clock;
use guestlist::domain::{Draft, Error, Identity, Invite};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the server does with one request.
pub enum ScriptedResponse {
    /// Sends these bytes and closes.
    Bytes(Vec<u8>),
    /// Sends these bytes and then nothing more, without closing.
    Silent(Vec<u8>),
    /// Sends these parts with a pause before each, and closes.
    Slow(Vec<Vec<u8>>, Duration),
    /// Resets the connection without an answer.
    Reset,
    /// Sends the bytes, then garbage for as long as the client takes it.
    Flood(Vec<u8>),
}

pub struct ScriptedServer {
    pub url: String,
    requests: Arc<Mutex<Vec<String>>>,
    flooded_bytes: Arc<Mutex<usize>>,
}

impl ScriptedServer {
    /// Serves the replies in order; what comes after the last one is refused.
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

    /// All requests so far, as they came.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("unpoisoned").clone()
    }

    /// The request lines so far, without the version.
    pub fn request_lines(&self) -> Vec<String> {
        let line = |request: &String| request.lines().next().map(|line| line.replace(" HTTP/1.1", ""));
        self.requests().iter().filter_map(line).collect()
    }

    /// How many bytes of garbage the client let come.
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
            // The client may be gone already; what it saw is what the test looks at.
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

/// An answer with a length, which closes.
pub fn response(status: &str, headers: &str, body: impl AsRef<[u8]>) -> ScriptedResponse {
    let body = body.as_ref();
    let mut bytes = response_head(status, &format!("{headers}content-length: {}\r\n", body.len()));
    bytes.extend_from_slice(body);
    ScriptedResponse::Bytes(bytes)
}

/// A success with a JSON body.
pub fn json_response(body: impl AsRef<[u8]>) -> ScriptedResponse {
    response("200 OK", "content-type: application/json\r\n", body)
}

/// The head of an answer; each header ends in CR LF.
pub fn response_head(status: &str, headers: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nconnection: close\r\n{headers}\r\n").into_bytes()
}

/// A token file in a folder that is removed at the end.
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

/// A client, and the folder of its token, which goes with it.
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

/// The writes of the tenancy whose token it has.
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

/// A client with a token, some patience, small pages, and what else the test wants.
pub fn client_with(url: &str, change: impl FnOnce(&mut Settings)) -> TestClient {
    try_client_with(url, change).expect("a client")
}

/// As [`client_with`], where the making may fail.
pub fn try_client_with(url: &str, change: impl FnOnce(&mut Settings)) -> Result<TestClient, Error> {
    let (dir, path) = write_token_file(TOKEN);
    let mut settings = Settings {
        url: url.into(),
        token: TokenSource::File(path),
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
