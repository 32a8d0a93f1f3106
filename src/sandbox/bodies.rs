//! Bodies that go wrong on the way: cut short, dripping, or without end. They are streams, so that a
//! hundred megabytes of garbage cost the sandbox nothing.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::stream::unfold;

use super::shared::Shared;

/// Bytes of a dripping body that are sent at a time, and of a repeated one.
const DRIP: usize = 1024;
const FLOOD: usize = 64 * 1024;

/// The first `keep` bytes under the full content-length; then the connection breaks.
pub(super) async fn truncated(response: Response, keep: u64) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = whole(body).await;
    let keep = usize::try_from(keep).unwrap_or(usize::MAX);
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    if keep >= bytes.len() {
        return Response::from_parts(parts, Body::from(bytes));
    }
    let stream = unfold(Some(bytes.slice(..keep)), |start| async {
        match start {
            Some(start) if !start.is_empty() => Some((Ok(start), Some(Bytes::new()))),
            _ => {
                // The server has to come round once, or it would break off before it sent the first part.
                tokio::task::yield_now().await;
                Some((Err(io::Error::from(io::ErrorKind::ConnectionAborted)), None))
            }
        }
    });
    Response::from_parts(parts, Body::from_stream(stream))
}

/// The whole body, a little at a time.
pub(super) async fn slow(response: Response, pause: Duration, shared: Arc<Shared>) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = whole(body).await;
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    let stream = unfold((bytes, shared), move |(mut rest, shared)| async move {
        if rest.is_empty() {
            return None;
        }
        shared.time.sleep(pause).await;
        let next = rest.split_to(rest.len().min(DRIP));
        Some((Ok::<_, io::Error>(next), (rest, shared)))
    });
    Response::from_parts(parts, Body::from_stream(stream))
}

/// The text again and again, until so many bytes are sent.
pub(super) fn repeated(text: &str, total: u64) -> Body {
    if text.is_empty() {
        return Body::empty();
    }
    let flood = Bytes::from(text.repeat(FLOOD.div_ceil(text.len())));
    let stream = unfold(total, move |left| {
        let size = usize::try_from(left).unwrap_or(usize::MAX).min(flood.len());
        let part = flood.slice(..size);
        async move { (size > 0).then(|| (Ok::<_, io::Error>(part), left - size as u64)) }
    });
    Body::from_stream(stream)
}

/// The sandbox's own answers are in memory: reading them again cannot fail.
async fn whole(body: Body) -> Bytes {
    to_bytes(body, usize::MAX).await.unwrap_or_default()
}
