//! The moving line on standard error while a command works: how far it is, and for what it waits. There only when
//! standard error is a terminal; results that are printed meanwhile do not run into it.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::say;
use crate::domain::plan::{Progress, Tally};
use crate::domain::text::{count, visible};

const STYLE: &str = "{bar:16} {pos}/{len} {wide_msg}";

/// The line.
#[derive(Debug)]
pub(super) struct Line {
    bar: Option<ProgressBar>,
    /// What it says beside the wait.
    words: String,
    wait: Option<Wait>,
}

#[derive(Debug)]
struct Wait {
    until: Duration,
    why: String,
}

impl Line {
    /// A line that says nothing yet.
    pub(super) fn new() -> Line {
        let bar = (io::stderr().is_terminal() && !say::is_quiet()).then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            bar.set_style(ProgressStyle::with_template("{wide_msg}").unwrap_or(ProgressStyle::default_bar()));
            bar
        });
        Line { bar, words: String::new(), wait: None }
    }

    /// Something is under way that cannot be counted.
    pub(super) fn says(&mut self, words: &str) {
        self.words = words.to_owned();
        self.draw(None);
    }

    /// The list is being read.
    pub(super) fn reading(&mut self, rows: usize, total: Option<u64>) {
        self.words = match total.and_then(|total| usize::try_from(total).ok()) {
            Some(total) => format!("reading the list: {} of {}", count(rows), count(total)),
            None => format!("reading the list: {} so far", count(rows)),
        };
        self.draw(None);
    }

    /// A plan runs; this is how far it is.
    pub(super) fn running(&mut self, steps: &[Progress]) {
        let tally = Tally::of(steps);
        if let Some(bar) = &self.bar {
            bar.set_style(ProgressStyle::with_template(STYLE).unwrap_or(ProgressStyle::default_bar()));
            bar.set_length(steps.len() as u64);
            bar.set_position((steps.len() - tally.not_sent) as u64);
        }
        self.words = format!(
            "{} done, {} left, {} failed",
            count(tally.done),
            count(tally.not_sent),
            count(tally.failed + tally.unknown)
        );
        self.draw(None);
    }

    /// Nothing happens until then.
    pub(super) fn wait(&mut self, until: Duration, why: &str, now: Duration) {
        self.wait = Some(Wait { until, why: visible(why).into_owned() });
        self.draw(Some(now));
    }

    /// The wait is over.
    pub(super) fn go_on(&mut self) {
        self.wait = None;
        self.draw(None);
    }

    /// When it says something else by itself.
    pub(super) fn next_change(&self, now: Duration) -> Option<Duration> {
        let left = self.wait.as_ref()?.until.checked_sub(now)?;
        self.bar.as_ref()?;
        let part = Duration::from_nanos(u64::from(left.subsec_nanos()));
        let to_next = if part.is_zero() { Duration::from_secs(1) } else { part };
        (!left.is_zero()).then_some(now + to_next)
    }

    /// Says what is true now.
    pub(super) fn tick(&mut self, now: Duration) {
        self.draw(Some(now));
    }

    /// Prints beside it.
    pub(super) fn beside<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    /// Takes it away.
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
                // What changes comes first: a narrow terminal cuts off the rest.
                bar.set_message(format!("{seconds} s left · {} · {}", wait.why, self.words));
            }
            (Some(_), None) => {}
            (None, _) => bar.set_message(self.words.clone()),
        }
        bar.tick();
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.clear();
    }
}
