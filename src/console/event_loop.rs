//! The event loop. Waits for input, replies, query results and the next change of a visible text; otherwise it does
//! not
//! wake up.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::effects;
use super::sessions::{Session, Sessions};
use super::tty::{Tty, TtyEvent};
use crate::app::shell::early_input::InputTarget;
use crate::app::shell::next_redraw::next_redraw;
use crate::app::shell::{early_input, frame};
use crate::app::{App, Effect, Msg, begin, update};
use crate::clock::Clock;
use crate::domain::Now;
use crate::keys::{Input, Signal};
use crate::ui::Theme;

/// Minimum time between paints that only data triggers; a key is painted at once.
const MIN_FRAME_INTERVAL: Duration = Duration::from_millis(8);
/// Maximum number of replies handled before the next check for input.
const MAX_REPLIES_AT_ONCE: usize = 8;

/// How the console was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitReason {
    /// The user quit, or the terminal is gone.
    Quit,
    /// A signal arrived.
    Signal(Signal),
    /// A task panicked.
    Crashed,
}

/// Time of the next paint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Redraw {
    No,
    /// Data arrived: paint once the minimum time has passed.
    Soon,
    Now,
}

/// Runs the console until it is left. An error means that the terminal failed.
pub async fn run(
    tty: &mut impl Tty,
    tenancies: &mut Sessions,
    theme: &Theme,
    clock: &Clock,
) -> io::Result<ExitReason> {
    let (done_to, mut done) = mpsc::unbounded_channel();
    // Paint pacing uses the real time; `clock` may be a session clock that a test moves.
    let mut pace = Instant::now();
    let mut painted = clock.now();
    let mut paint = Redraw::Now;
    // Typed inputs, and whether they came before the current dialog was drawn.
    let mut typed = VecDeque::new();
    // The front dialog of the last frame, and its session.
    let mut shown = None;
    let mut effects = with_session(tenancies.active_index(), begin(tenancies.active_state(), clock.now()));
    loop {
        if paint == Redraw::Now || (paint == Redraw::Soon && Instant::now() >= pace) {
            let front = (tenancies.active_index(), early_input::input_target(tenancies.active_state()));
            if shown != Some(front) {
                // Inputs up to now were typed for the previous screen.
                typed.iter_mut().for_each(|(_, early)| *early = true);
                typed.extend(tty.pending_inputs().into_iter().map(|input| (input, true)));
                shown = Some(front);
            }
            // The screen is true for this time; the next change is computed from the same time.
            painted = clock.now();
            self::draw(tty, tenancies.active_state(), theme, painted)?;
            (pace, paint) = (Instant::now() + MIN_FRAME_INTERVAL, Redraw::No);
        }
        for (place, effect) in std::mem::take(&mut effects) {
            if matches!(effect, Effect::Quit) {
                return Ok(ExitReason::Quit);
            }
            let goes = matches!(effect, Effect::SwitchSession(_));
            if matches!(effect, Effect::OpenEditor(_) | Effect::Suspend) {
                // Another program has the screen: its content is lost on return.
                shown = None;
            }
            effects.extend(effects::run(effect, place, tenancies, tty, &done_to, clock).await?);
            if goes && tenancies.active_index() == place {
                // Later inputs were for the session that could not be opened.
                typed.clear();
            }
            paint = Redraw::Now;
        }
        let front = tenancies.active_index();
        if effects.is_empty() && !typed.is_empty() {
            effects = with_session(front, handle_inputs(tenancies, &mut typed, shown, clock));
            paint = Redraw::Now;
        }
        if paint == Redraw::Now || !effects.is_empty() {
            continue;
        }
        let wake = next_redraw(tenancies.active_state(), painted);
        effects = tokio::select! {
            biased;
            happened = tty.next() => {
                paint = Redraw::Now;
                let state = tenancies.active_state();
                with_session(front, match happened {
                    TtyEvent::Inputs(inputs) => {
                        typed.extend(inputs.into_iter().map(|input| (input, false)));
                        handle_inputs(tenancies, &mut typed, shown, clock)
                    }
                    TtyEvent::Signal(signal) if signal.is_terminating() => return Ok(ExitReason::Signal(signal)),
                    TtyEvent::Signal(signal) => update(state, Msg::Signal(signal), clock.now()),
                    TtyEvent::HungUp => return Ok(ExitReason::Signal(Signal::Hangup)),
                    TtyEvent::Crashed => return Ok(ExitReason::Crashed),
                })
            }
            Some((place, msg)) = done.recv() => {
                if place == front {
                    paint = Redraw::Now;
                }
                with_session(place, update(&mut tenancies.session(place).state, *msg, clock.now()))
            }
            (place, first) = tenancies.next_reply() => {
                let open = tenancies.session(place);
                let more = (1..MAX_REPLIES_AT_ONCE).map_while(|_| open.channel.replies.try_recv().ok());
                let replies: Vec<_> = std::iter::once(first).chain(more).collect();
                let Session { state, channel: link } = open;
                let tagged = |(id, reply)| Msg::Reply(link.tenancy.clone(), id, reply);
                let asked = replies.into_iter().flat_map(|reply| update(state, tagged(reply), clock.now()));
                let asked = with_session(place, asked.collect());
                if tenancies.update_active_status() || place == front {
                    paint = Redraw::Soon;
                }
                asked
            }
            () = sleep_until(pace), if paint == Redraw::Soon => Vec::new(),
            () = sleep(clock, wake) => {
                paint = Redraw::Now;
                with_session(front, update(tenancies.active_state(), Msg::Tick, clock.now()))
            }
        };
    }
}

/// Handles inputs up to one that leads to another session or program. Later inputs were typed for the new one, and
/// must
/// not delete anything in the old one.
/// An input is also early if the front dialog is not the one of the last frame.
fn handle_inputs(
    tenancies: &mut Sessions,
    typed: &mut VecDeque<(Input, bool)>,
    shown: Option<(usize, InputTarget)>,
    clock: &Clock,
) -> Vec<Effect> {
    let mut effects = Vec::new();
    while let Some((input, early)) = typed.pop_front() {
        let seen = !early
            && shown == Some((tenancies.active_index(), early_input::input_target(tenancies.active_state())));
        let msg = if seen { Msg::Input(input) } else { Msg::Early(input) };
        effects.extend(update(tenancies.active_state(), msg, clock.now()));
        let leads_elsewhere = |effect: &Effect| {
            matches!(effect, Effect::SwitchSession(_) | Effect::OpenEditor(_) | Effect::Suspend)
        };
        if effects.iter().any(leads_elsewhere) {
            break;
        }
    }
    effects
}

/// Polls the work of one session.
fn with_session(place: usize, effects: Vec<Effect>) -> Vec<(usize, Effect)> {
    effects.into_iter().map(|effect| (place, effect)).collect()
}

/// Draws the console once.
pub fn draw(tty: &mut impl Tty, state: &mut App, theme: &Theme, now: Now) -> io::Result<()> {
    let mut drawn = state.model.metrics;
    tty.draw(|frame| drawn = frame::draw(state, theme, now, frame))?;
    state.model.metrics = drawn;
    state.model.table.scroll_to_selected(drawn.table_height);
    Ok(())
}

async fn sleep(clock: &Clock, until: Option<Duration>) {
    match until {
        Some(until) => clock.sleep_until(until).await,
        None => std::future::pending().await,
    }
}
