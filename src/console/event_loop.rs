//! The event loop.
//! Wakes up only for input, replies, results of background work and the next change of a visible text.

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

/// Minimum time between frames for new data. Input is drawn immediately.
const MIN_FRAME_INTERVAL: Duration = Duration::from_millis(8);
/// Maximum number of replies handled before the next check for input.
const MAX_REPLIES_PER_TURN: usize = 8;

/// Reason why the console exited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitReason {
    /// The user quit, or the terminal is gone.
    Quit,
    /// A signal arrived.
    Signal(Signal),
    /// A task panicked.
    Crashed,
}

/// Time of the next frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Redraw {
    No,
    /// Data arrived: draw once the minimum time has passed.
    Soon,
    Now,
}

/// Runs the console until it exits. An error means that the terminal failed.
pub async fn run(
    tty: &mut impl Tty,
    sessions: &mut Sessions,
    theme: &Theme,
    clock: &Clock,
) -> io::Result<ExitReason> {
    let (done_sender, mut done) = mpsc::unbounded_channel();
    // Frame pacing uses real time; `clock` may be a session clock that a test moves.
    let mut next_draw_at = Instant::now();
    let mut drawn_at = clock.now();
    let mut redraw = Redraw::Now;
    // Unhandled inputs, and whether they came before the current dialog was drawn.
    let mut queued = VecDeque::new();
    // The front dialog of the last frame, and its session.
    let mut drawn_front = None;
    let mut effects = tag_effects(sessions.active_index(), begin(sessions.active_state(), clock.now()));
    loop {
        if redraw == Redraw::Now || (redraw == Redraw::Soon && Instant::now() >= next_draw_at) {
            let front = (sessions.active_index(), early_input::input_target(sessions.active_state()));
            if drawn_front != Some(front) {
                // Inputs that arrived before this frame were typed for the previous screen.
                queued.iter_mut().for_each(|(_, is_early)| *is_early = true);
                queued.extend(tty.pending_inputs().into_iter().map(|input| (input, true)));
                drawn_front = Some(front);
            }
            // The frame shows this time; the next change is computed from the same time.
            drawn_at = clock.now();
            self::draw(tty, sessions.active_state(), theme, drawn_at)?;
            (next_draw_at, redraw) = (Instant::now() + MIN_FRAME_INTERVAL, Redraw::No);
        }
        for (index, effect) in std::mem::take(&mut effects) {
            if matches!(effect, Effect::Quit) {
                return Ok(ExitReason::Quit);
            }
            let is_switch = matches!(effect, Effect::SwitchSession(_));
            if matches!(effect, Effect::OpenEditor(_) | Effect::Login | Effect::Suspend) {
                // Another program draws on the screen, so the last frame is no longer visible.
                drawn_front = None;
            }
            effects.extend(effects::run(effect, index, sessions, tty, &done_sender, clock).await?);
            if is_switch && sessions.active_index() == index {
                // Drop later inputs: they were typed for the session that could not be opened.
                queued.clear();
            }
            redraw = Redraw::Now;
        }
        let front = sessions.active_index();
        if effects.is_empty() && !queued.is_empty() {
            effects = tag_effects(front, handle_inputs(sessions, &mut queued, drawn_front, clock));
            redraw = Redraw::Now;
        }
        if redraw == Redraw::Now || !effects.is_empty() {
            continue;
        }
        let wake = next_redraw(sessions.active_state(), drawn_at);
        effects = tokio::select! {
            biased;
            event = tty.next() => {
                redraw = Redraw::Now;
                let state = sessions.active_state();
                tag_effects(front, match event {
                    TtyEvent::Inputs(inputs) => {
                        queued.extend(inputs.into_iter().map(|input| (input, false)));
                        handle_inputs(sessions, &mut queued, drawn_front, clock)
                    }
                    TtyEvent::Signal(signal) if signal.is_terminating() => return Ok(ExitReason::Signal(signal)),
                    TtyEvent::Signal(signal) => update(state, Msg::Signal(signal), clock.now()),
                    TtyEvent::HungUp => return Ok(ExitReason::Signal(Signal::Hangup)),
                    TtyEvent::Crashed => return Ok(ExitReason::Crashed),
                })
            }
            Some((index, msg)) = done.recv() => {
                if index == front {
                    redraw = Redraw::Now;
                }
                tag_effects(index, update(&mut sessions.session(index).state, *msg, clock.now()))
            }
            (index, first) = sessions.next_reply() => {
                let Session { state, channel } = sessions.session(index);
                let more = (1..MAX_REPLIES_PER_TURN).map_while(|_| channel.replies.try_recv().ok());
                let replies: Vec<_> = std::iter::once(first).chain(more).collect();
                let tagged = |(id, reply)| Msg::Reply(channel.tenancy.clone(), id, reply);
                let effects = replies.into_iter().flat_map(|reply| update(state, tagged(reply), clock.now()));
                let effects = tag_effects(index, effects.collect());
                if sessions.update_active_status() || index == front {
                    redraw = Redraw::Soon;
                }
                effects
            }
            () = sleep_until(next_draw_at), if redraw == Redraw::Soon => Vec::new(),
            () = sleep(clock, wake) => {
                redraw = Redraw::Now;
                tag_effects(front, update(sessions.active_state(), Msg::Tick, clock.now()))
            }
        };
    }
}

/// Handles inputs until one of them opens another session or program.
/// Later inputs were typed for the new session or program, so they must not act on the old session. An input
/// is also early if the front dialog was not in the last frame.
fn handle_inputs(
    sessions: &mut Sessions,
    queued: &mut VecDeque<(Input, bool)>,
    drawn_front: Option<(usize, InputTarget)>,
    clock: &Clock,
) -> Vec<Effect> {
    let mut effects = Vec::new();
    while let Some((input, is_early)) = queued.pop_front() {
        let was_visible = !is_early
            && drawn_front
                == Some((sessions.active_index(), early_input::input_target(sessions.active_state())));
        let msg = if was_visible { Msg::Input(input) } else { Msg::Early(input) };
        effects.extend(update(sessions.active_state(), msg, clock.now()));
        let leaves_session = |effect: &Effect| {
            matches!(
                effect,
                Effect::SwitchSession(_) | Effect::OpenEditor(_) | Effect::Login | Effect::Suspend
            )
        };
        if effects.iter().any(leaves_session) {
            break;
        }
    }
    effects
}

/// Tags effects with the index of their session.
fn tag_effects(index: usize, effects: Vec<Effect>) -> Vec<(usize, Effect)> {
    effects.into_iter().map(|effect| (index, effect)).collect()
}

/// Draws the console once.
pub fn draw(tty: &mut impl Tty, state: &mut App, theme: &Theme, now: Now) -> io::Result<()> {
    let mut metrics = state.model.metrics.clone();
    tty.draw(|frame| metrics = frame::draw(state, theme, now, frame))?;
    state.model.table.scroll_to_selected(metrics.table_height);
    state.model.metrics = metrics;
    Ok(())
}

async fn sleep(clock: &Clock, until: Option<Duration>) {
    match until {
        Some(until) => clock.sleep_until(until).await,
        None => std::future::pending().await,
    }
}
