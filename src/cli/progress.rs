//! Progress line on standard error: shows what runs, and the remaining wait. Only on a terminal.
//! Results can be printed at the same time without mixing with the progress line.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output;
use crate::domain::plan::{Progress, StepCounts};
use crate::domain::text::{format_count, sanitize};

const BAR_TEMPLATE: &str = "{bar:16} {pos}/{len} {wide_msg}";

/// The progress line.
#[derive(Debug)]
pub(super) struct ProgressLine {
    bar: Option<ProgressBar>,
    /// Text after the countdown.
    text: String,
    wait: Option<Wait>,
}

#[derive(Debug)]
struct Wait {
    until: Duration,
    reason: String,
}

impl ProgressLine {
    /// Returns an empty progress line.
    pub(super) fn new() -> ProgressLine {
        let bar = (io::stderr().is_terminal() && !output::is_quiet()).then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            bar.set_style(ProgressStyle::with_template("{wide_msg}").unwrap_or(ProgressStyle::default_bar()));
            bar
        });
        ProgressLine { bar, text: String::new(), wait: None }
    }

    /// Shows a task without a count.
    pub(super) fn set_text(&mut self, text: &str) {
        self.text = text.to_owned();
        self.draw(None);
    }

    /// Shows how much of the list is loaded.
    pub(super) fn show_loading(&mut self, rows: usize, total: Option<u64>) {
        self.text = match total.and_then(|total| usize::try_from(total).ok()) {
            Some(total) => format!("loading invites: {} of {}", format_count(rows), format_count(total)),
            None => format!("loading invites: {}", format_count(rows)),
        };
        self.draw(None);
    }

    /// Shows how many steps of a plan are done.
    pub(super) fn show_steps(&mut self, steps: &[Progress]) {
        let tally = StepCounts::from_progress(steps);
        if let Some(bar) = &self.bar {
            bar.set_style(ProgressStyle::with_template(BAR_TEMPLATE).unwrap_or(ProgressStyle::default_bar()));
            bar.set_length(steps.len() as u64);
            bar.set_position((steps.len() - tally.not_sent) as u64);
        }
        let counts = [tally.done, tally.not_sent, tally.failed + tally.unknown];
        let [done, left, failed] = counts.map(format_count);
        self.text = format!("{done} done, {left} left, {failed} failed");
        self.draw(None);
    }

    /// Shows a countdown until that time.
    pub(super) fn start_wait(&mut self, until: Duration, reason: &str, now: Duration) {
        self.wait = Some(Wait { until, reason: sanitize(reason).into_owned() });
        self.draw(Some(now));
    }

    /// Ends the countdown.
    pub(super) fn end_wait(&mut self) {
        self.wait = None;
        self.draw(None);
    }

    /// Returns when the countdown changes next.
    pub(super) fn next_change(&self, now: Duration) -> Option<Duration> {
        let left = self.wait.as_ref()?.until.checked_sub(now)?;
        self.bar.as_ref()?;
        let fraction = Duration::from_nanos(u64::from(left.subsec_nanos()));
        let to_next = if fraction.is_zero() { Duration::from_secs(1) } else { fraction };
        (!left.is_zero()).then_some(now + to_next)
    }

    /// Redraws the countdown.
    pub(super) fn tick(&mut self, now: Duration) {
        self.draw(Some(now));
    }

    /// Prints without mixing with the progress line.
    pub(super) fn suspend<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    /// Removes the progress line.
    pub(super) fn clear(&mut self) {
        self.wait = None;
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn draw(&self, now: Option<Duration>) {
        let Some(bar) = &self.bar else { return };
        match (&self.wait, now) {
            (Some(wait), Some(now)) => {
                let left = wait.until.saturating_sub(now);
                let seconds = left.as_millis().div_ceil(1000);
                // The countdown comes first: a narrow terminal cuts off the rest.
                bar.set_message(format!("{seconds} s left · {} · {}", wait.reason, self.text));
            }
            (Some(_), None) => {}
            (None, _) => bar.set_message(self.text.clone()),
        }
        bar.tick();
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        self.clear();
    }
}
