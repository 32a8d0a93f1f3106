//! Executes effects for the session that requested them.
//! Slow work runs in another thread. The result is a message to the session that requested the work, even if
//! another session is active.

use std::io;

use tokio::sync::mpsc::UnboundedSender;

use super::login::LoginRequest;
use super::sessions::Sessions;
use super::tty::Tty;
use super::{export_file, import_file};
use crate::app::{Effect, Msg, update};
use crate::clock::Clock;
use crate::domain::import::check_job;
use crate::domain::lint::job;
use crate::domain::query;
use crate::domain::query::MAX_INLINE_ROWS;
use crate::keys::Signal;

/// Sender for results of background work, with the index of the session.
pub(super) type DoneSender = UnboundedSender<(usize, Box<Msg>)>;

/// Executes an effect, and returns the next effects. An error means that the terminal failed.
pub(super) async fn run(
    effect: Effect,
    index: usize,
    sessions: &mut Sessions,
    tty: &mut impl Tty,
    sender: &DoneSender,
    clock: &Clock,
) -> io::Result<Vec<(usize, Effect)>> {
    let session = sessions.session(index);
    let msg = match effect {
        Effect::Request(id, request) => {
            let reply = session.channel.send_request(id, request);
            reply.map(|reply| Msg::Reply(session.channel.tenancy.clone(), id, reply))
        }
        Effect::RunQuery { number, rows, query, now, marked } => {
            let run_query =
                move || Msg::QueryFinished { number, order: query::run(&rows, &query, now, &marked) };
            spawn_work(sender, index, run_query)
        }
        Effect::Export(job) => spawn_work(sender, index, move || Msg::Exported {
            number: job.number,
            exported: export_file::export(&job),
        }),
        Effect::ReadImportFile { number, path } => {
            spawn_work(sender, index, move || Msg::ImportFileRead { number, read: import_file::read(&path) })
        }
        Effect::FindProblems(job) => spawn_work(sender, index, move || Msg::ProblemsFound(job::run(&job))),
        Effect::DropInBackground(problems) => {
            // Drop a few problems here: starting a thread would take longer.
            if problems.len() > MAX_INLINE_ROWS {
                tokio::task::spawn_blocking(move || drop(problems));
            }
            None
        }
        Effect::CheckImport(job) => {
            spawn_work(sender, index, move || Msg::ImportChecked(check_job::run_check(&job)))
        }
        Effect::Copy { text, what } => {
            let sent = tty.copy(&text).map_err(|error| error.to_string());
            Some(Msg::Copied { what, sent })
        }
        Effect::OpenEditor(text) => Some(Msg::EditorClosed(tty.edit(text).await)),
        Effect::Login => match tty.log_in(LoginRequest::from_options(&session.state.model.options)).await {
            Ok(profile) => {
                let restored = update(&mut session.state, Msg::Signal(Signal::Resume), clock.now());
                let effects = sessions.open_signed_in(&profile, clock.now());
                sessions.update_active_status();
                let active = sessions.active_index();
                let tag = |index| move |effect| (index, effect);
                return Ok(restored
                    .into_iter()
                    .map(tag(index))
                    .chain(effects.into_iter().map(tag(active)))
                    .collect());
            }
            Err(text) => {
                session.state.model.notifications.info(text, None, clock.now());
                Some(Msg::Signal(Signal::Resume))
            }
        },
        Effect::SwitchSession(name) => {
            let effects = sessions.switch_to(&name, clock.now());
            sessions.update_active_status();
            let active = sessions.active_index();
            return Ok(effects.into_iter().map(|effect| (active, effect)).collect());
        }
        Effect::Suspend => {
            let was_suspended = tty.suspend().await?;
            if !was_suspended {
                let text = "Could not suspend: no shell can resume guestlist here.";
                session.state.model.notifications.info(text, None, clock.now());
            }
            was_suspended.then_some(Msg::Signal(Signal::Resume))
        }
        Effect::Redraw => {
            tty.redraw_all()?;
            None
        }
        // The event loop handles this effect itself.
        Effect::Quit => None,
    };
    let effects = msg.map(|msg| update(&mut session.state, msg, clock.now())).unwrap_or_default();
    Ok(effects.into_iter().map(|effect| (index, effect)).collect())
}

/// Runs work in another thread. Returns `None`: the message comes later.
fn spawn_work(sender: &DoneSender, index: usize, work: impl FnOnce() -> Msg + Send + 'static) -> Option<Msg> {
    let sender = sender.clone();
    // Sending fails only while the console is exiting.
    tokio::task::spawn_blocking(move || sender.send((index, Box::new(work()))));
    None
}
