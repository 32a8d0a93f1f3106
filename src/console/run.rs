//! The loop itself. It waits for the first of: something typed, a reply, an arrangement, the moment at which a
//! visible text changes. With none of these it does not wake up at all.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::effects;
use super::tenancies::{Open, Tenancies};
use super::tty::{Happened, Tty};
use crate::app::shell::attention::Front;
use crate::app::shell::next_redraw::next_redraw;
use crate::app::shell::{attention, frame};
use crate::app::{App, Effect, Msg, begin, update};
use crate::clock::Clock;
use crate::domain::Now;
use crate::keys::{Input, Signal};
use crate::ui::Theme;

/// Paints that only arriving data asks for are at least so far apart; a key is never held back.
const BETWEEN_PAINTS: Duration = Duration::from_millis(8);
/// At most so many replies are taken in before a key is looked for again.
const REPLIES_AT_ONCE: usize = 8;

/// How the console was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Left {
    /// By a person, or because the terminal is gone.
    Quit,
    /// By a signal.
    Signal(Signal),
    /// Because a part of it panicked.
    Crashed,
}

/// When the screen has to be painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Paint {
    No,
    /// Data arrived: as soon as the last paint is long enough ago.
    Soon,
    Now,
}

/// Runs the console until it is left. An error means that the terminal failed.
pub async fn run(
    tty: &mut impl Tty,
    tenancies: &mut Tenancies,
    theme: &Theme,
    clock: &Clock,
) -> io::Result<Left> {
    let (done_to, mut done) = mpsc::unbounded_channel();
    // The pace of painting is about the real screen; `clock` may be a tenancy's time that a test moves.
    let mut pace = Instant::now();
    let mut painted = clock.now();
    let mut paint = Paint::Now;
    // What was typed, and whether that was before what is in front now was drawn.
    let mut typed = VecDeque::new();
    // What lay in front in the last frame, and in which tenancy.
    let mut shown = None;
    let mut effects = of(tenancies.front(), begin(tenancies.state(), clock.now()));
    loop {
        if paint == Paint::Now || (paint == Paint::Soon && Instant::now() >= pace) {
            let front = (tenancies.front(), attention::front(tenancies.state()));
            if shown != Some(front) {
                // What has been typed by now was meant for what was on the screen before.
                typed.iter_mut().for_each(|(_, early)| *early = true);
                typed.extend(tty.arrived().into_iter().map(|input| (input, true)));
                shown = Some(front);
            }
            // What the screen says is true as of then: the next change of it is reckoned from the same moment.
            painted = clock.now();
            self::paint(tty, tenancies.state(), theme, painted)?;
            (pace, paint) = (Instant::now() + BETWEEN_PAINTS, Paint::No);
        }
        for (place, effect) in std::mem::take(&mut effects) {
            if matches!(effect, Effect::Quit) {
                return Ok(Left::Quit);
            }
            let goes = matches!(effect, Effect::GoTo(_));
            if matches!(effect, Effect::Edit(_) | Effect::Suspend) {
                // Another program has the screen: nothing of what was drawn is there when it comes back.
                shown = None;
            }
            effects.extend(effects::run(effect, place, tenancies, tty, &done_to, clock).await?);
            if goes && tenancies.front() == place {
                // What was typed behind it was meant for the tenancy that could not be opened.
                typed.clear();
            }
            paint = Paint::Now;
        }
        let front = tenancies.front();
        if effects.is_empty() && !typed.is_empty() {
            effects = of(front, take(tenancies, &mut typed, shown, clock));
            paint = Paint::Now;
        }
        if paint == Paint::Now || !effects.is_empty() {
            continue;
        }
        let wake = next_redraw(tenancies.state(), painted);
        effects = tokio::select! {
            biased;
            happened = tty.next() => {
                paint = Paint::Now;
                let state = tenancies.state();
                of(front, match happened {
                    Happened::Inputs(inputs) => {
                        typed.extend(inputs.into_iter().map(|input| (input, false)));
                        take(tenancies, &mut typed, shown, clock)
                    }
                    Happened::Signal(signal) if signal.ends_the_program() => return Ok(Left::Signal(signal)),
                    Happened::Signal(signal) => update(state, Msg::Signal(signal), clock.now()),
                    Happened::Gone => return Ok(Left::Signal(Signal::Hangup)),
                    Happened::Crashed => return Ok(Left::Crashed),
                })
            }
            Some((place, msg)) = done.recv() => {
                if place == front {
                    paint = Paint::Now;
                }
                of(place, update(&mut tenancies.at(place).state, *msg, clock.now()))
            }
            (place, first) = tenancies.next_reply() => {
                let open = tenancies.at(place);
                let more = (1..REPLIES_AT_ONCE).map_while(|_| open.link.replies.try_recv().ok());
                let replies: Vec<_> = std::iter::once(first).chain(more).collect();
                let Open { state, link } = open;
                let tagged = |(id, reply)| Msg::Reply(link.tenancy.clone(), id, reply);
                let asked = replies.into_iter().flat_map(|reply| update(state, tagged(reply), clock.now()));
                let asked = of(place, asked.collect());
                if tenancies.tell_front() || place == front {
                    paint = Paint::Soon;
                }
                asked
            }
            () = sleep_until(pace), if paint == Paint::Soon => Vec::new(),
            () = sleep(clock, wake) => {
                paint = Paint::Now;
                of(front, update(tenancies.state(), Msg::Deadline, clock.now()))
            }
        };
    }
}

/// Takes in what was typed, up to what leads to another tenancy or another program: whatever comes behind that is meant
/// for that one, and must not revoke anything in the one that is left.
/// An input is early also where what lies in front by its turn is not what the last frame has shown.
fn take(
    tenancies: &mut Tenancies,
    typed: &mut VecDeque<(Input, bool)>,
    shown: Option<(usize, Front)>,
    clock: &Clock,
) -> Vec<Effect> {
    let mut effects = Vec::new();
    while let Some((input, early)) = typed.pop_front() {
        let seen = !early && shown == Some((tenancies.front(), attention::front(tenancies.state())));
        let msg = if seen { Msg::Input(input) } else { Msg::Early(input) };
        effects.extend(update(tenancies.state(), msg, clock.now()));
        let leads_elsewhere =
            |effect: &Effect| matches!(effect, Effect::GoTo(_) | Effect::Edit(_) | Effect::Suspend);
        if effects.iter().any(leads_elsewhere) {
            break;
        }
    }
    effects
}

/// What one tenancy asks for.
fn of(place: usize, effects: Vec<Effect>) -> Vec<(usize, Effect)> {
    effects.into_iter().map(|effect| (place, effect)).collect()
}

/// Draws the console once, as it is now.
pub fn paint(tty: &mut impl Tty, state: &mut App, theme: &Theme, now: Now) -> io::Result<()> {
    let mut drawn = state.model.metrics;
    tty.draw(|frame| drawn = frame::draw(state, theme, now, frame))?;
    state.model.metrics = drawn;
    state.model.table.show_cursor(drawn.table_height);
    Ok(())
}

async fn sleep(clock: &Clock, until: Option<Duration>) {
    match until {
        Some(until) => clock.sleep_until(until).await,
        None => std::future::pending().await,
    }
}
