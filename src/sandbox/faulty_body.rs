//! Bodies that are truncated, slow or endless.
//! They are streams, so a body of 100 MB costs no memory.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::stream::unfold;

use super::server_state::ServerState;

/// Bytes per part of a slow body, and of a repeated body.
const SLOW_CHUNK_BYTES: usize = 1024;
const REPEAT_CHUNK_BYTES: usize = 64 * 1024;

/// Returns the first `max_bytes` bytes with the full content-length; then the connection breaks.
pub(super) async fn truncate(response: Response, max_bytes: u64) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = collect(body).await;
    let max_bytes = usize::try_from(max_bytes).unwrap_or(usize::MAX);
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    if max_bytes >= bytes.len() {
        return Response::from_parts(parts, Body::from(bytes));
    }
    let stream = unfold(Some(bytes.slice(..max_bytes)), |start| async {
        match start {
            Some(start) if !start.is_empty() => Some((Ok(start), Some(Bytes::new()))),
            _ => {
                // Yields once: otherwise the server would stop before it writes the first part.
                tokio::task::yield_now().await;
                Some((Err(io::Error::from(io::ErrorKind::ConnectionAborted)), None))
            }
        }
    });
    Response::from_parts(parts, Body::from_stream(stream))
}

/// Returns the whole body in small parts.
pub(super) async fn slow_down(response: Response, pause: Duration, state: Arc<ServerState>) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = collect(body).await;
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    let stream = unfold((bytes, state), move |(mut rest, state)| async move {
        if rest.is_empty() {
            return None;
        }
        state.clock.sleep(pause).await;
        let next = rest.split_to(rest.len().min(SLOW_CHUNK_BYTES));
        Some((Ok::<_, io::Error>(next), (rest, state)))
    });
    Response::from_parts(parts, Body::from_stream(stream))
}

/// Returns a body that repeats the text up to `total` bytes.
pub(super) fn repeat(text: &str, total: u64) -> Body {
    if text.is_empty() {
        return Body::empty();
    }
    let block = Bytes::from(text.repeat(REPEAT_CHUNK_BYTES.div_ceil(text.len())));
    let stream = unfold(total, move |remaining| {
        let size = usize::try_from(remaining).unwrap_or(usize::MAX).min(block.len());
        let part = block.slice(..size);
        async move { (size > 0).then(|| (Ok::<_, io::Error>(part), remaining - size as u64)) }
    });
    Body::from_stream(stream)
}

/// Collects the sandbox's own body, which is in memory: reading it cannot fail.
async fn collect(body: Body) -> Bytes {
    to_bytes(body, usize::MAX).await.unwrap_or_default()
}
