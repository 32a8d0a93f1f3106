//! The active fault rules: counts matching requests and decides what happens to each.
//! [`super::middleware`] applies the decision.

use std::sync::Mutex;
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode};

use super::fault_rules::{Action, OnDuplicate, RateLimit, Rule, StatusReply, WaitHeader};
use super::lock::lock_ignoring_poison;
use super::settings::SandboxError;

/// Result of the rules for one request.
#[derive(Debug, Default)]
pub(super) struct FaultPlan {
    pub(super) latency: Duration,
    pub(super) actions: Vec<Action>,
    pub(super) quirks: Quirks,
}

/// Deviations from the usual behavior, which the handlers apply.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Quirks {
    pub(super) on_duplicate: OnDuplicate,
    /// Time before a new invite is shown.
    pub(super) lag: Duration,
    pub(super) repeat_page_token: bool,
    pub(super) endless_pages: bool,
    pub(super) trailing_comma: bool,
    pub(super) upper_case_identities: bool,
    pub(super) page_token_name: bool,
}

/// The active rules, with their number of matches.
#[derive(Debug, Default)]
pub(super) struct Faults(Mutex<Vec<ActiveRule>>);

#[derive(Debug)]
struct ActiveRule {
    rule: Rule,
    matched: u64,
    applied: u64,
    /// The current second, and the number of requests accepted in it.
    second_start: Option<Duration>,
    passed_in_second: u32,
}

impl Faults {
    /// Replaces all rules.
    pub(super) fn set(&self, rules: Vec<Rule>) -> Result<(), SandboxError> {
        for (index, rule) in rules.iter().enumerate() {
            rule.check().map_err(|reason| SandboxError::Faults(format!("rule {}: {reason}", index + 1)))?;
        }
        let activate =
            |rule| ActiveRule { rule, matched: 0, applied: 0, second_start: None, passed_in_second: 0 };
        *lock_ignoring_poison(&self.0) = rules.into_iter().map(activate).collect();
        Ok(())
    }

    /// Decides what happens to this request, and counts it.
    pub(super) fn plan_for(&self, method: &str, path: &str, now: Duration) -> FaultPlan {
        let mut plan = FaultPlan::default();
        for active_rule in lock_ignoring_poison(&self.0).iter_mut() {
            if active_rule.count_match(method, path) {
                plan.latency += Duration::from_millis(active_rule.rule.latency_ms);
                if let Some(action) = active_rule.rule.action.clone() {
                    plan.add(action, active_rule, now);
                }
            }
        }
        plan
    }
}

impl ActiveRule {
    fn count_match(&mut self, method: &str, path: &str) -> bool {
        if !self.rule.matches(method, path) {
            return false;
        }
        self.matched += 1;
        let after = self.matched.saturating_sub(self.rule.skip);
        let applies = after > 0 && after.is_multiple_of(self.rule.every.max(1));
        let has_uses_left = self.rule.times == 0 || self.applied < self.rule.times;
        if applies && has_uses_left {
            self.applied += 1;
        }
        applies && has_uses_left
    }

    /// Returns the wait until the next second, if the rate is used up.
    fn rate_limit_wait(&mut self, limit: &RateLimit, now: Duration) -> Option<Duration> {
        let second = Duration::from_secs(1);
        let start = self.second_start.filter(|start| now < *start + second).unwrap_or_else(|| {
            self.passed_in_second = 0;
            now
        });
        self.second_start = Some(start);
        if self.passed_in_second < limit.per_second {
            self.passed_in_second += 1;
            return None;
        }
        Some(start + second - now)
    }
}

impl FaultPlan {
    fn add(&mut self, action: Action, active_rule: &mut ActiveRule, now: Duration) {
        match action {
            Action::OnDuplicate(behavior) => self.quirks.on_duplicate = behavior,
            Action::ListLagMs(lag) => self.quirks.lag = self.quirks.lag.max(Duration::from_millis(lag)),
            Action::RepeatPageToken => self.quirks.repeat_page_token = true,
            Action::EndlessPages => self.quirks.endless_pages = true,
            Action::TrailingComma => self.quirks.trailing_comma = true,
            Action::UpperCaseIdentities => self.quirks.upper_case_identities = true,
            Action::PageToken => self.quirks.page_token_name = true,
            Action::RateLimit(limit) => {
                if let Some(wait) = active_rule.rate_limit_wait(&limit, now) {
                    self.actions.push(Action::Status(too_many_requests(&limit.header, wait)));
                }
            }
            other => self.actions.push(other),
        }
    }
}

fn too_many_requests(header: &WaitHeader, wait: Duration) -> StatusReply {
    let reply = StatusReply::new(StatusCode::TOO_MANY_REQUESTS.as_u16());
    let reset = "archivist-rate-limit-reset";
    match header {
        WaitHeader::Reset => reply.with_header(reset, &format!("{:.3}", wait.as_secs_f64())),
        WaitHeader::RetryAfter => reply.with_header("retry-after", &wait.as_secs_f64().ceil().to_string()),
        WaitHeader::None => reply,
        WaitHeader::Raw(text) if text.parse::<HeaderValue>().is_ok() => reply.with_header(reset, text),
        WaitHeader::Raw(_) => reply,
    }
}

#[cfg(test)]
mod tests {
    use super::super::fault_rules::FaultTiming;
    use super::*;

    fn applied_to(rule: Rule, requests: usize) -> Vec<usize> {
        let faults = Faults::default();
        faults.set(vec![rule]).expect("a good rule");
        let applies = |_: &usize| !faults.plan_for("POST", "/x", Duration::ZERO).actions.is_empty();
        (1..=requests).filter(applies).collect()
    }

    #[test]
    fn rules_count_the_requests_they_match() {
        let rule = Rule::for_method("POST", Action::Drop(FaultTiming::Before));
        assert_eq!(applied_to(rule.clone(), 5), [1]);
        assert_eq!(applied_to(Rule { skip: 2, times: 2, ..rule.clone() }, 9), [3, 4]);
        assert_eq!(applied_to(Rule { skip: 1, every: 3, times: 0, ..rule.clone() }, 10), [4, 7, 10]);
        assert_eq!(applied_to(Rule { method: Some("GET".to_owned()), ..rule }, 5), [0; 0]);
    }

    #[test]
    fn rules_with_unknown_fields_are_rejected() {
        let read = |json: &str| serde_json::from_str::<Vec<Rule>>(json).is_ok();
        assert!(read(r#"[{"method":"POST","skip":8,"action":{"drop":"after"}}]"#));
        assert!(read(r#"[{"times":0,"latency_ms":5},{"action":"trailing_comma"}]"#));
        assert!(read(
            r#"[{"action":{"status":{"status":429,"headers":{"archivist-rate-limit-reset":"20"}}}}]"#
        ));
        assert!(read(r#"[{"times":0,"action":{"rate_limit":{"per_second":2,"header":{"raw":"soon"}}}}]"#));
        assert!(!read(r#"[{"metod":"POST"}]"#));
        assert!(!read(r#"[{"action":{"status":{"status":429,"header":{}}}}]"#));
        assert!(!read(r#"[{"action":"explode"}]"#));
    }

    #[test]
    fn rules_that_cannot_be_applied_are_rejected() {
        let length = StatusReply::new(200).with_header("Content-Length", "7");
        for reply in [StatusReply::new(99), StatusReply::new(200).with_header("bad name", "x"), length] {
            let error = Faults::default().set(vec![Rule::for_method("GET", Action::Status(reply))]);
            assert!(error.is_err_and(|error| error.to_string().starts_with("fault rules: rule 1: ")));
        }
    }

    #[test]
    fn rate_limit_allows_its_requests_per_second() {
        let faults = Faults::default();
        let limit = RateLimit { per_second: 2, header: WaitHeader::Reset };
        faults.set(vec![Rule::for_method("GET", Action::RateLimit(limit)).always()]).expect("a good rule");
        let refused = |ms| !faults.plan_for("GET", "/", Duration::from_millis(ms)).actions.is_empty();
        assert_eq!(
            [0, 10, 20, 999, 1000, 1001, 1002].map(refused),
            [false, false, true, true, false, false, true]
        );
    }
}
