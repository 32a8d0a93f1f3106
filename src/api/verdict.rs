//! What an answer means for the call that asked: a success with a body as the contract says, or a failure in
//! sentences that keeps the call. Pure.

use super::answer::Got;
use super::exchange::{Answer, Cut, Unanswered};
use super::lenient::Read;
use super::sentence::{self, Call};
use super::{explained, wait};
use crate::domain::text::{fit, visible};
use crate::domain::{CallRecord, Failure, FailureKind, limits};

/// The failure of a call that had no answer. `host` is visible already.
pub(super) fn unanswered(call: Call, unanswered: Unanswered, host: &str) -> Failure {
    let failure = call.failed(unanswered.broken.kind(), unanswered.broken.sentence(host));
    Failure { call: Some(Box::new(unanswered.call)), ..failure }
}

/// Refuses a redirect, and a success whose body is not whole.
pub(super) fn whole(call: Call, answer: Answer, address: &str, host: &str) -> Result<Answer, Failure> {
    let failure = match (answer.status, &answer.cut) {
        (200..=299, Some(Cut::TooLarge)) => {
            call.failed(FailureKind::TooLarge, sentence::too_large(limits::BODY_BYTES))
        }
        (200..=299, Some(Cut::Broken(broken))) => call.failed(broken.kind(), broken.sentence(host)),
        (300..=399, _) => {
            let target = target(&answer, address);
            call.failed(FailureKind::Redirected, sentence::redirected(answer.status, target.as_deref()))
        }
        _ => return Ok(answer),
    };
    Err(Failure { call: Some(Box::new(answer.call)), ..failure })
}

/// Where a redirect wanted to go: scheme and host, and on our own host the path. Never its query, which may
/// hold what is not for the screen.
fn target(answer: &Answer, address: &str) -> Option<String> {
    let location = String::from_utf8_lossy(answer.headers.get("location")?.as_bytes()).into_owned();
    let ours = reqwest::Url::parse(address).ok()?.join(&answer.call.path).ok()?;
    let Ok(target) = ours.join(&location) else { return Some(visible(&location).into_owned()) };
    let origin = match target.host_str() {
        Some(host) => {
            let port = target.port().map(|port| format!(":{port}")).unwrap_or_default();
            format!("{}://{host}{port}", target.scheme())
        }
        None => target.scheme().to_owned(),
    };
    let path = if target.origin() == ours.origin() { target.path() } else { "" };
    Some(fit(&format!("{origin}{path}"), 120))
}

/// Turns every status but a success into a failure.
pub(super) fn succeeded(call: Call, answer: Answer) -> Result<Answer, Failure> {
    if let 200..=299 = answer.status {
        return Ok(answer);
    }
    let explained = explained::explain(&answer.body);
    let wait = wait::asked(answer.status, &answer.headers);
    let sentence = sentence::status(call, answer.status, &explained.words, wait);
    let failure = call.failed(FailureKind::Status(answer.status), sentence);
    Err(Failure { wait, call: Some(Box::new(answer.call)), ..failure })
}

/// Reads the body of a success. `read` returns `None` for a body that is not what was asked for.
pub(super) fn decoded<T>(
    call: Call,
    answer: Answer,
    read: impl FnOnce(&[u8]) -> Option<Read<T>>,
) -> Result<Got<T>, Failure> {
    let Answer { status, body, call: mut record, .. } = answer;
    if let Some(Read { value, note }) = read(&body) {
        record.note = note;
        return Ok(Got { value, call: record });
    }
    let explained = explained::explain(&body);
    let sentence = match explained.is_error {
        true => sentence::error_in_success(status, &explained.words, explained.code),
        false if explained.html => sentence::web_page(status, &explained.words),
        false => sentence::unreadable(status),
    };
    let failure = call.failed(FailureKind::Unreadable, sentence);
    Err(Failure { call: Some(Box::new(record)), ..failure })
}

/// A success that brought the invite of another email, or of none: it does not say what became of ours.
pub(super) fn other_email(call: Call, record: CallRecord) -> Failure {
    let failure = call.failed(FailureKind::Unreadable, sentence::other_email());
    Failure { call: Some(Box::new(record)), ..failure }
}
