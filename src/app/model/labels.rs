//! Short words for steps and lengths of time.

use std::time::Duration;

use crate::domain::Step;

/// What a step does, in a word or two.
pub fn step_label(step: &Step) -> &'static str {
    match step {
        Step::Create { .. } => "send",
        Step::Delete { .. } => "revoke",
        Step::Resend { .. } => "resend",
        Step::Replace { .. } => "correct",
        Step::DeleteFirst { .. } => "revoke first",
    }
}

/// What is done to the invite of a step: "this invite is being …".
pub fn done_label(step: &Step) -> &'static str {
    match step {
        Step::Create { .. } => "sent",
        Step::Delete { .. } => "revoked",
        Step::Resend { .. } => "sent again",
        Step::Replace { .. } | Step::DeleteFirst { .. } => "corrected",
    }
}

/// A length of time about which nobody should be too exact.
pub fn about(time: Duration) -> String {
    match time.as_secs() {
        0..10 => "a few seconds".to_owned(),
        seconds @ 10..120 => format!("about {} s", seconds.div_ceil(5) * 5),
        seconds @ 120..7_200 => format!("about {} min", seconds.div_ceil(60)),
        seconds => format!("about {} h", seconds.div_ceil(3_600)),
    }
}
