//! The loop itself. It waits for the first of: something typed, a reply, an arrangement, the moment at which a
//! visible text changes. With none of these it does not wake up at all.

use std::io;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::export;
use super::link::Link;
use super::list;
use super::tty::{Happened, Tty};
use crate::app::deadline::deadline;
use crate::app::input::Signal;
use crate::app::screen::many::judging;
use crate::app::screen::problems::finding;
use crate::app::{Effect, Msg, State, begin, update};
use crate::clock::Clock;
use crate::domain::{Now, query};
use crate::ui;
use crate::ui::theme::Theme;

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
    state: &mut State,
    theme: &Theme,
    link: &mut Link,
    clock: &Clock,
) -> io::Result<Left> {
    let (arranged_to, mut arranged) = mpsc::unbounded_channel();
    let (exported_to, mut exported) = mpsc::unbounded_channel();
    let (of_list_to, mut of_list) = mpsc::unbounded_channel();
    // The pace of painting is about the real screen; `clock` may be a tenancy's time that a test moves.
    let mut pace = Instant::now();
    let mut painted = clock.now();
    let mut paint = Paint::Now;
    let mut effects = begin(state, clock.now());
    loop {
        if paint == Paint::Now || (paint == Paint::Soon && Instant::now() >= pace) {
            // What the screen says is true as of then: the next change of it is reckoned from the same moment.
            painted = clock.now();
            self::paint(tty, state, theme, painted)?;
            (pace, paint) = (Instant::now() + BETWEEN_PAINTS, Paint::No);
        }
        for effect in std::mem::take(&mut effects) {
            match effect {
                Effect::Ask(id, request) => {
                    if let Some(reply) = link.ask(id, request) {
                        let msg = Msg::Reply(link.tenancy.clone(), id, reply);
                        effects.extend(update(state, msg, clock.now()));
                    }
                }
                Effect::Arrange { number, rows, query, now, marked } => {
                    let to = arranged_to.clone();
                    tokio::task::spawn_blocking(move || {
                        to.send((number, query::arrange(&rows, &query, now, &marked)))
                    });
                }
                Effect::Copy { text, what } => {
                    let sent = tty.copy(&text).map_err(|error| error.to_string());
                    effects.extend(update(state, Msg::Copied { what, sent }, clock.now()));
                }
                Effect::Export(job) => {
                    let to = exported_to.clone();
                    tokio::task::spawn_blocking(move || to.send((job.number, export::export(&job))));
                }
                Effect::ReadList { number, path } => {
                    let to = of_list_to.clone();
                    let read = move || to.send(Box::new(Msg::ListRead { number, read: list::read(&path) }));
                    tokio::task::spawn_blocking(read);
                }
                Effect::Judge(job) => {
                    let to = of_list_to.clone();
                    tokio::task::spawn_blocking(move || to.send(Box::new(Msg::Judged(judging::judge(&job)))));
                }
                Effect::FindProblems(job) => {
                    let to = of_list_to.clone();
                    let find = move || to.send(Box::new(Msg::ProblemsFound(finding::find(&job))));
                    tokio::task::spawn_blocking(find);
                }
                Effect::Edit(text) => {
                    let text = tty.edit(text).await;
                    effects.extend(update(state, Msg::Edited(text), clock.now()));
                }
                Effect::Suspend => {
                    if !tty.suspend().await? {
                        let words = "There is no shell that could bring guestlist back, so it goes on.";
                        state.messages.note(words, clock.now());
                    }
                }
                Effect::Redraw => tty.redraw_all()?,
                Effect::Quit => return Ok(Left::Quit),
            }
            paint = Paint::Now;
        }
        if paint == Paint::Now || !effects.is_empty() {
            continue;
        }
        let wake = deadline(state, painted);
        let asked = tokio::select! {
            biased;
            happened = tty.next() => {
                paint = Paint::Now;
                match happened {
                    Happened::Inputs(inputs) => {
                        inputs.into_iter().flat_map(|input| update(state, Msg::Input(input), clock.now())).collect()
                    }
                    Happened::Signal(signal @ (Signal::Interrupt | Signal::Terminate | Signal::Hangup)) => {
                        return Ok(Left::Signal(signal));
                    }
                    Happened::Signal(signal) => update(state, Msg::Signal(signal), clock.now()),
                    Happened::Gone => return Ok(Left::Signal(Signal::Hangup)),
                    Happened::Crashed => return Ok(Left::Crashed),
                }
            }
            Some((number, order)) = arranged.recv() => {
                paint = Paint::Now;
                update(state, Msg::Arranged { number, order }, clock.now())
            }
            Some((number, exported)) = exported.recv() => {
                paint = Paint::Now;
                update(state, Msg::Exported { number, exported }, clock.now())
            }
            Some(msg) = of_list.recv() => {
                paint = Paint::Now;
                update(state, *msg, clock.now())
            }
            Some(first) = link.replies.recv() => {
                paint = Paint::Soon;
                let more = (1..REPLIES_AT_ONCE).map_while(|_| link.replies.try_recv().ok());
                let replies: Vec<_> = std::iter::once(first).chain(more).collect();
                let tagged = |(id, reply)| Msg::Reply(link.tenancy.clone(), id, reply);
                replies.into_iter().flat_map(|reply| update(state, tagged(reply), clock.now())).collect()
            }
            () = sleep_until(pace), if paint == Paint::Soon => Vec::new(),
            () = sleep(clock, wake) => {
                paint = Paint::Now;
                update(state, Msg::Deadline, clock.now())
            }
        };
        effects = asked;
    }
}

/// Draws the console once, as it is now.
pub fn paint(tty: &mut impl Tty, state: &mut State, theme: &Theme, now: Now) -> io::Result<()> {
    let mut drawn = state.drawn;
    tty.draw(|frame| drawn = ui::draw(state, theme, now, frame))?;
    state.drawn = drawn;
    state.table.show_cursor(drawn.table_height);
    Ok(())
}

async fn sleep(clock: &Clock, until: Option<Duration>) {
    match until {
        Some(until) => clock.sleep_until(until).await,
        None => std::future::pending().await,
    }
}
