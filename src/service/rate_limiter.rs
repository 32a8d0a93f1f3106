//! Rate limiter shared by all requests.
//! A 429 (or a 503 with a wait header) blocks all requests until the wait is over. Interactive requests take
//! precedence over background loading.

use std::time::Duration;

use tokio::sync::watch;

use super::reply_sender::ReplySender;
use crate::clock::Clock;
use crate::domain::limits::{MAX_PLAUSIBLE_WAIT, MAX_UNCONFIRMED_WAIT};
use crate::domain::{Error, ErrorKind, RequestId, ServiceReply};

/// Priority of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Priority {
    /// The user waits for the response.
    Interactive,
    /// Runs after all interactive requests.
    Background,
}

/// Waits in seconds after consecutive 429 responses without a plausible wait; the last value repeats.
const BACK_OFF_SECONDS: [u64; 6] = [1, 2, 4, 8, 16, 30];
/// Minimum wait, even if the server asks for zero seconds; avoids a busy loop.
const MIN_WAIT: Duration = Duration::from_millis(100);

#[derive(Debug, Clone, PartialEq)]
enum LimiterState {
    Open,
    Closed {
        until: Duration,
        reason: String,
    },
    /// A prompt about a very long wait is open.
    /// `rejections`: number of declined prompts when this prompt opened.
    AwaitingDecision {
        until: Duration,
        wait: Duration,
        rejections: u64,
    },
    /// The user declined to wait. Still blocked; the next request triggers a new prompt.
    Declined {
        until: Duration,
        wait: Duration,
    },
}

/// State of the rate limiter.
#[derive(Debug)]
struct Limiter {
    state: LimiterState,
    interactive_waiters: usize,
    back_off_step: usize,
    rejections: u64,
}

impl Limiter {
    /// Blocks for `wait`, or for a back-off if `None`. An earlier block that ends later stays.
    fn close(&mut self, now: Duration, wait: Option<Duration>) {
        let (wait, reason) = match wait.filter(|wait| *wait <= MAX_PLAUSIBLE_WAIT) {
            Some(wait) => (wait.max(MIN_WAIT), format!("the server asked for {}", format_wait(wait))),
            None => {
                let step = self.back_off_step.min(BACK_OFF_SECONDS.len() - 1);
                self.back_off_step += 1;
                (Duration::from_secs(BACK_OFF_SECONDS[step]), "the server limits the request rate".into())
            }
        };
        let until = now + wait;
        let ends_later = match &self.state {
            LimiterState::Open => true,
            LimiterState::Closed { until: other, .. }
            | LimiterState::AwaitingDecision { until: other, .. }
            | LimiterState::Declined { until: other, .. } => *other < until,
        };
        if ends_later {
            self.state = match wait > MAX_UNCONFIRMED_WAIT {
                true => LimiterState::AwaitingDecision { until, wait, rejections: self.rejections },
                false => LimiterState::Closed { until, reason },
            };
        }
    }

    /// Opens a new prompt after a declined wait; returns true if a prompt was opened.
    fn reopen_prompt(&mut self) -> bool {
        let LimiterState::Declined { until, wait } = self.state else { return false };
        self.state = LimiterState::AwaitingDecision { until, wait, rejections: self.rejections };
        true
    }

    fn admits(&self, priority: Priority) -> bool {
        self.state == LimiterState::Open
            && (priority == Priority::Interactive || self.interactive_waiters == 0)
    }
}

/// Formats a duration inside a sentence.
fn format_wait(wait: Duration) -> String {
    match wait.as_secs_f64() {
        s if s < 10.0 && wait.subsec_nanos() > 0 => format!("{s:.1} s"),
        s if s < 120.0 => format!("{s:.0} s"),
        s => format!("{:.0} min", s / 60.0),
    }
}

/// Rate limiter; see the module documentation.
#[derive(Debug)]
pub(super) struct RateLimiter(watch::Sender<Limiter>);

/// Counts an interactive request as waiting until the guard is dropped.
struct WaitGuard<'a>(&'a RateLimiter);

impl<'a> WaitGuard<'a> {
    fn new(rate_limiter: &'a RateLimiter) -> WaitGuard<'a> {
        rate_limiter.0.send_modify(|limiter| limiter.interactive_waiters += 1);
        WaitGuard(rate_limiter)
    }
}

impl Drop for WaitGuard<'_> {
    fn drop(&mut self) {
        self.0.0.send_modify(|limiter| limiter.interactive_waiters -= 1);
    }
}

impl RateLimiter {
    pub(super) fn new() -> RateLimiter {
        RateLimiter(watch::Sender::new(Limiter {
            state: LimiterState::Open,
            interactive_waiters: 0,
            back_off_step: 0,
            rejections: 0,
        }))
    }

    /// Waits until a request may be made.
    ///
    /// # Errors
    ///
    /// The user declined to wait as long as the server asks.
    pub(super) async fn acquire(&self, priority: Priority) -> Result<(), Error> {
        let mut limiter = self.0.subscribe();
        let _guard = (priority == Priority::Interactive).then(|| WaitGuard::new(self));
        self.0.send_if_modified(Limiter::reopen_prompt);
        let rejections = limiter.borrow().rejections;
        // The sender lives as long as `self`, so waiting cannot fail.
        let is_declined = |limiter: &Limiter| {
            limiter.rejections != rejections || matches!(limiter.state, LimiterState::Declined { .. })
        };
        match limiter.wait_for(|limiter| is_declined(limiter) || limiter.admits(priority)).await {
            Ok(limiter) if is_declined(&limiter) => Err(declined_error()),
            _ => Ok(()),
        }
    }

    /// Blocks all requests for the wait that the server asked for; `None` if it gave no plausible wait.
    pub(super) fn close(&self, now: Duration, wait: Option<Duration>) {
        self.0.send_modify(|limiter| limiter.close(now, wait));
    }

    /// Records a response that does not limit the rate.
    pub(super) fn record_success(&self) {
        self.0.send_if_modified(|limiter| std::mem::take(&mut limiter.back_off_step) > 0);
    }

    /// Blocks requests as long as the server asks, because the user agreed.
    pub(super) fn accept_wait(&self) {
        self.0.send_if_modified(|limiter| match limiter.state {
            LimiterState::AwaitingDecision { until, wait, .. } => {
                let reason = format!("the server asked for {}", format_wait(wait));
                limiter.state = LimiterState::Closed { until, reason };
                true
            }
            _ => false,
        });
    }

    /// Fails all waiting requests, because the user declined.
    /// New requests stay blocked until the wait is over.
    pub(super) fn decline_wait(&self) {
        self.0.send_if_modified(|limiter| match limiter.state {
            LimiterState::AwaitingDecision { until, wait, .. } => {
                limiter.rejections += 1;
                limiter.state = LimiterState::Declined { until, wait };
                true
            }
            _ => false,
        });
    }

    /// Opens the limiter when the wait is over, and reports its state. Never returns.
    pub(super) async fn run(&self, clock: &Clock, replies: &ReplySender) {
        let mut limiter = self.0.subscribe();
        loop {
            let state = match limiter.wait_for(|limiter| limiter.state != LimiterState::Open).await {
                Ok(limiter) => limiter.state.clone(),
                Err(_) => return,
            };
            let until = match &state {
                LimiterState::Closed { until, reason } => {
                    let waiting = ServiceReply::Waiting { until: *until, reason: reason.clone() };
                    replies.send(RequestId(0), waiting).await;
                    Some(*until)
                }
                LimiterState::AwaitingDecision { wait, .. } => {
                    replies.send(RequestId(0), ServiceReply::LongWait { wait: *wait }).await;
                    None
                }
                LimiterState::Declined { until, .. } => {
                    replies.send(RequestId(0), ServiceReply::WaitOver).await;
                    Some(*until)
                }
                LimiterState::Open => None,
            };
            tokio::select! {
                () = sleep_until(clock, until) => self.open(&state),
                _ = limiter.wait_for(|limiter| limiter.state != state) => {}
            }
            let is_open = self.0.borrow().state == LimiterState::Open;
            if is_open {
                replies.send(RequestId(0), ServiceReply::WaitOver).await;
            }
        }
    }

    fn open(&self, closed: &LimiterState) {
        self.0.send_if_modified(|limiter| {
            let is_unchanged = limiter.state == *closed;
            if is_unchanged {
                limiter.state = LimiterState::Open;
            }
            is_unchanged
        });
    }
}

async fn sleep_until(clock: &Clock, until: Option<Duration>) {
    match until {
        Some(until) => clock.sleep_until(until).await,
        None => std::future::pending().await,
    }
}

fn declined_error() -> Error {
    Error::new(
        ErrorKind::Refused,
        "The request was stopped",
        "the server asks for a long wait, and you chose not to wait",
        "Try again later.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use tokio::sync::mpsc;

    const SECOND: Duration = Duration::from_secs(1);

    fn closed_duration(limiter: &Limiter) -> Option<Duration> {
        match limiter.state {
            LimiterState::Closed { until, .. } => Some(until),
            _ => None,
        }
    }

    #[test]
    fn server_wait_is_used_and_otherwise_backoff_grows() {
        let rate_limiter = RateLimiter::new();
        for seconds in [1, 2, 4, 8, 16, 30, 30] {
            rate_limiter.close(Duration::ZERO, None);
            assert_eq!(closed_duration(&rate_limiter.0.borrow()), Some(SECOND * seconds));
            rate_limiter.0.send_modify(|limiter| limiter.state = LimiterState::Open);
        }
        rate_limiter.record_success();
        rate_limiter.close(Duration::ZERO, Some(MAX_PLAUSIBLE_WAIT + SECOND));
        assert_eq!(
            closed_duration(&rate_limiter.0.borrow()),
            Some(SECOND),
            "an absurd wait is a broken header"
        );
        rate_limiter.close(Duration::ZERO, Some(20 * SECOND));
        assert_eq!(closed_duration(&rate_limiter.0.borrow()), Some(20 * SECOND));
        rate_limiter.close(Duration::ZERO, Some(5 * SECOND));
        assert_eq!(closed_duration(&rate_limiter.0.borrow()), Some(20 * SECOND), "the later end counts");
        rate_limiter.0.send_modify(|limiter| limiter.state = LimiterState::Open);
        rate_limiter.close(Duration::ZERO, Some(Duration::ZERO));
        assert_eq!(closed_duration(&rate_limiter.0.borrow()), Some(MIN_WAIT));
    }

    #[test]
    fn wait_has_a_readable_reason() {
        for (millis, text) in [(100, "0.1 s"), (20_000, "20 s"), (119_000, "119 s"), (720_000, "12 min")] {
            assert_eq!(format_wait(Duration::from_millis(millis)), text);
        }
    }

    struct Fixture {
        rate_limiter: Arc<RateLimiter>,
        clock: Clock,
        replies: mpsc::Receiver<(RequestId, ServiceReply)>,
    }

    fn fixture() -> Fixture {
        let (sender, replies) = mpsc::channel(8);
        let clock = Clock::manual("2024-06-01T12:00:00Z".parse().expect("a time"));
        let rate_limiter = Arc::new(RateLimiter::new());
        let runner = (rate_limiter.clone(), clock.clone());
        let reply_sender = ReplySender::new(sender, tokio_util::sync::CancellationToken::new());
        tokio::spawn(async move { runner.0.run(&runner.1, &reply_sender).await });
        Fixture { rate_limiter, clock, replies }
    }

    impl Fixture {
        async fn next_reply(&mut self) -> ServiceReply {
            self.replies.recv().await.expect("the limiter runs").1
        }

        /// Starts a request and returns when it is in the queue, or has passed.
        async fn start_request(&self, priority: Priority, passed: &mpsc::UnboundedSender<Priority>) {
            let (rate_limiter, passed) = (self.rate_limiter.clone(), passed.clone());
            let before = self.rate_limiter.0.receiver_count();
            tokio::spawn(async move {
                rate_limiter.acquire(priority).await.expect("admitted");
                passed.send(priority).expect("the test waits");
            });
            while self.rate_limiter.0.receiver_count() == before {
                tokio::task::yield_now().await;
            }
        }
    }

    #[tokio::test]
    async fn interactive_requests_pass_before_background_ones() {
        let mut env = fixture();
        let (passed, mut order) = mpsc::unbounded_channel();
        env.rate_limiter.close(Duration::ZERO, Some(20 * SECOND));
        let reason = "the server asked for 20 s".to_owned();
        assert_eq!(env.next_reply().await, ServiceReply::Waiting { until: 20 * SECOND, reason });
        env.start_request(Priority::Background, &passed).await;
        env.start_request(Priority::Interactive, &passed).await;
        env.clock.advance(19 * SECOND);
        tokio::task::yield_now().await;
        assert!(order.try_recv().is_err(), "no request passes a closed limiter");
        env.clock.advance(SECOND);
        assert_eq!(order.recv().await, Some(Priority::Interactive));
        assert_eq!(order.recv().await, Some(Priority::Background));
        assert_eq!(env.next_reply().await, ServiceReply::WaitOver);
    }

    #[tokio::test]
    async fn dropped_waiter_blocks_no_other() {
        let rate_limiter = RateLimiter::new();
        rate_limiter.close(Duration::ZERO, None);
        let mut waiter = Box::pin(rate_limiter.acquire(Priority::Interactive));
        let first_poll = std::future::poll_fn(|context| {
            std::task::Poll::Ready(waiter.as_mut().poll(context).is_pending())
        });
        assert!(first_poll.await, "the limiter is closed");
        assert_eq!(rate_limiter.0.borrow().interactive_waiters, 1);
        drop(waiter);
        let state = rate_limiter.0.borrow().state.clone();
        rate_limiter.open(&state);
        assert_eq!(rate_limiter.acquire(Priority::Background).await, Ok(()));
    }

    #[tokio::test]
    async fn very_long_wait_needs_a_decision() {
        let mut env = fixture();
        let wait = MAX_UNCONFIRMED_WAIT + SECOND;
        env.rate_limiter.close(Duration::ZERO, Some(wait));
        assert_eq!(env.next_reply().await, ServiceReply::LongWait { wait });
        let waiting = tokio::spawn({
            let rate_limiter = env.rate_limiter.clone();
            async move { rate_limiter.acquire(Priority::Interactive).await }
        });
        while env.rate_limiter.0.borrow().interactive_waiters == 0 {
            tokio::task::yield_now().await;
        }
        env.rate_limiter.decline_wait();
        assert_eq!(waiting.await.expect("the task ends").expect_err("not waited").kind, ErrorKind::Refused);
        assert_eq!(env.next_reply().await, ServiceReply::WaitOver);
        let rate_limiter = env.rate_limiter.clone();
        let mut late = Box::pin(rate_limiter.acquire(Priority::Interactive));
        let passes =
            std::future::poll_fn(|context| std::task::Poll::Ready(late.as_mut().poll(context))).await;
        assert!(passes.is_pending(), "a late request opens a new prompt and is not sent");
        assert_eq!(env.next_reply().await, ServiceReply::LongWait { wait });
        drop(late);
        env.rate_limiter.accept_wait();
        assert!(matches!(env.next_reply().await, ServiceReply::Waiting { until, .. } if until == wait));
        env.clock.advance(wait);
        assert_eq!(env.next_reply().await, ServiceReply::WaitOver);
        assert_eq!(env.rate_limiter.acquire(Priority::Background).await, Ok(()));
    }
}
