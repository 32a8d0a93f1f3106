//! Executes effects for the session that requested them.
//! Slow work runs in another thread. The result is a message to the session that requested the work, even if
//! another session is active.

use std::io;

use tokio::sync::mpsc::UnboundedSender;

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
    let effects = match effect {
        Effect::Request(id, request) => match session.channel.send_request(id, request) {
            Some(reply) => {
                let msg = Msg::Reply(session.channel.tenancy.clone(), id, reply);
                update(&mut session.state, msg, clock.now())
            }
            None => Vec::new(),
        },
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
            Vec::new()
        }
        Effect::CheckImport(job) => {
            spawn_work(sender, index, move || Msg::ImportChecked(check_job::run_check(&job)))
        }
        Effect::Copy { text, what } => {
            let sent = tty.copy(&text).map_err(|error| error.to_string());
            update(&mut session.state, Msg::Copied { what, sent }, clock.now())
        }
        Effect::OpenEditor(text) => {
            let text = tty.edit(text).await;
            update(&mut session.state, Msg::EditorClosed(text), clock.now())
        }
        Effect::SwitchSession(name) => {
            let effects = sessions.switch_to(&name, clock.now());
            sessions.update_active_status();
            let active = sessions.active_index();
            return Ok(effects.into_iter().map(|effect| (active, effect)).collect());
        }
        Effect::Suspend => {
            if tty.suspend().await? {
                update(&mut session.state, Msg::Signal(Signal::Resume), clock.now())
            } else {
                let text = "Could not suspend: no shell can resume guestlist here.";
                session.state.model.notifications.info(text, clock.now());
                Vec::new()
            }
        }
        Effect::Redraw => {
            tty.redraw_all()?;
            Vec::new()
        }
        // The event loop handles this effect itself.
        Effect::Quit => Vec::new(),
    };
    Ok(effects.into_iter().map(|effect| (index, effect)).collect())
}

fn spawn_work(sender: &DoneSender, index: usize, work: impl FnOnce() -> Msg + Send + 'static) -> Vec<Effect> {
    let sender = sender.clone();
    // Sending fails only while the console is exiting.
    tokio::task::spawn_blocking(move || sender.send((index, Box::new(work()))));
    Vec::new()
}
