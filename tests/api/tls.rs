//! Certificates: a server with an untrusted certificate gets no token.

use std::sync::Arc;
use std::time::Duration;

use guestlist::api::Settings;
use guestlist::domain::ErrorKind;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::scripted_server::{TestClient, try_client_with};

/// Returns a client for https; `None` on a machine without CA certificates, such as a container.
/// The error of such a machine is then tested instead.
fn secure_client(url: &str, change: impl FnOnce(&mut Settings)) -> Option<TestClient> {
    match try_client_with(url, change) {
        Ok(client) => Some(client),
        Err(error) => {
            assert!(error.cause.contains("no CA certificates"), "{error}");
            assert!(error.hint.contains("SSL_CERT_FILE"), "{error}");
            None
        }
    }
}

#[tokio::test]
async fn untrusted_certificate_error_is_plain() {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(certified.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .expect("a usable certificate");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("bound").port();
    let served = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        match TlsAcceptor::from(Arc::new(config)).accept(stream).await {
            Ok(mut stream) => stream.read(&mut [0; 64]).await.unwrap_or(0),
            Err(_) => 0,
        }
    });
    let Some(client) = secure_client(&format!("https://localhost:{port}"), |_| {}) else { return };
    let error = client.list(None).await.expect_err("not signed");
    assert_eq!(error.kind, ErrorKind::Connect, "{error}");
    assert!(error.cause.contains("is not trusted"), "{error}");
    assert_eq!(served.await.expect("served"), 0, "not one byte of the request arrived");
}

#[tokio::test]
async fn https_to_a_plain_http_port_is_reported() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("https://{}", listener.local_addr().expect("bound"));
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.expect("written");
        let _ = stream.read(&mut [0; 512]).await;
    });
    let Some(client) = secure_client(&url, |_| {}) else { return };
    let error = client.list(None).await.expect_err("no TLS");
    assert_eq!(error.kind, ErrorKind::Connect, "{error}");
    assert!(error.hint.contains("https"), "{error}");
}

#[tokio::test]
async fn connect_timeout_proves_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("https://{}", listener.local_addr().expect("bound"));
    // The server accepts the connection and sends nothing.
    let accepted = tokio::spawn(async move { listener.accept().await.expect("a connection") });
    let short_timeout = |settings: &mut Settings| settings.connect_timeout = Duration::from_millis(150);
    let Some(client) = secure_client(&url, short_timeout) else { return };
    let error = client.list(None).await.expect_err("no connection");
    assert_eq!(error.kind, ErrorKind::Connect, "{error}");
    assert!(error.cause.contains("timed out"), "{error}");
    drop(accepted.await);
}

#[tokio::test]
async fn server_trusted_by_the_ca_file_is_accepted() {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let dir = tempfile::tempdir().expect("a folder");
    let (ca, none) = (dir.path().join("ca.pem"), dir.path().join("none.pem"));
    std::fs::write(&ca, certified.cert.pem()).expect("written");
    std::fs::write(&none, "no certificate").expect("written");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(certified.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .expect("a usable certificate");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("https://localhost:{}", listener.local_addr().expect("bound").port());
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        let mut stream = TlsAcceptor::from(Arc::new(config)).accept(stream).await.expect("it is trusted");
        let _ = stream.read(&mut [0; 4096]).await;
        let response = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
        stream.write_all(response).await.expect("written");
        let _ = stream.shutdown().await;
    });
    // Without the system's certificates, so that this also works on machines without any.
    let client = try_client_with(&url, |settings| settings.ca_file = Some(ca.clone())).expect("a client");
    client.list(None).await.expect("a page");
    for (file, expected) in
        [(none, "none.pem contains no certificate"), (dir.path().join("gone"), "cannot be read")]
    {
        let error = try_client_with(&url, |settings| settings.ca_file = Some(file)).err().expect("refused");
        assert!(error.cause.contains(expected), "{error}");
    }
}

#[tokio::test]
async fn certificate_for_another_host_warns_of_an_attack() {
    let certified = rcgen::generate_simple_self_signed(["dns.example".to_owned()]).expect("a certificate");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(certified.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .expect("a usable certificate");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("bound").port();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        let _ = TlsAcceptor::from(Arc::new(config)).accept(stream).await;
    });
    let dir = tempfile::tempdir().expect("a folder");
    let ca_file = dir.path().join("ca.pem");
    std::fs::write(&ca_file, certified.cert.pem()).expect("written");
    let client = try_client_with(&format!("https://localhost:{port}"), |s| s.ca_file = Some(ca_file))
        .expect("a client");
    let error = client.list(None).await.expect_err("certificate of another host");
    assert_eq!(error.kind, ErrorKind::Connect, "{error}");
    assert!(error.cause.contains("is for another host, not for localhost"), "{error}");
    assert!(error.hint.contains("may be an attack"), "{error}");
}
