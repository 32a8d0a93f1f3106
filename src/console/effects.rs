//! Executes effects for the session that requested them. Slow work runs off the loop; its result is a message to that
//! session, even if another one is in front by then.

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

/// Sender for results of work off the loop.
pub(super) type DoneSender = UnboundedSender<(usize, Box<Msg>)>;

/// Executes an effect, and returns the immediate messages. An error means that the terminal failed.
pub(super) async fn run(
    effect: Effect,
    place: usize,
    tenancies: &mut Sessions,
    tty: &mut impl Tty,
    to: &DoneSender,
    clock: &Clock,
) -> io::Result<Vec<(usize, Effect)>> {
    let open = tenancies.session(place);
    let follows = match effect {
        Effect::Request(id, request) => match open.channel.send_request(id, request) {
            Some(reply) => {
                let msg = Msg::Reply(open.channel.tenancy.clone(), id, reply);
                update(&mut open.state, msg, clock.now())
            }
            None => Vec::new(),
        },
        Effect::RunQuery { number, rows, query, now, marked } => {
            let arrange =
                move || Msg::QueryFinished { number, order: query::run(&rows, &query, now, &marked) };
            spawn_work(to, place, arrange)
        }
        Effect::Export(job) => spawn_work(to, place, move || Msg::Exported {
            number: job.number,
            exported: export_file::export(&job),
        }),
        Effect::ReadImportFile { number, path } => {
            spawn_work(to, place, move || Msg::ImportFileRead { number, read: import_file::read(&path) })
        }
        Effect::FindProblems(job) => spawn_work(to, place, move || Msg::ProblemsFound(job::run(&job))),
        Effect::DropInBackground(problems) => {
            // A few rows are dropped at once; a thread would take longer.
            if problems.len() > MAX_INLINE_ROWS {
                tokio::task::spawn_blocking(move || drop(problems));
            }
            Vec::new()
        }
        Effect::CheckImport(job) => {
            spawn_work(to, place, move || Msg::ImportChecked(check_job::run_check(&job)))
        }
        Effect::Copy { text, what } => {
            let sent = tty.copy(&text).map_err(|error| error.to_string());
            update(&mut open.state, Msg::Copied { what, sent }, clock.now())
        }
        Effect::OpenEditor(text) => {
            let text = tty.edit(text).await;
            update(&mut open.state, Msg::EditorClosed(text), clock.now())
        }
        Effect::SwitchSession(name) => {
            let follows = tenancies.switch_to(&name, clock.now());
            tenancies.update_active_status();
            let front = tenancies.active_index();
            return Ok(follows.into_iter().map(|effect| (front, effect)).collect());
        }
        Effect::Suspend => {
            if tty.suspend().await? {
                update(&mut open.state, Msg::Signal(Signal::Resume), clock.now())
            } else {
                let words = "No shell could resume guestlist here, so it keeps running.";
                open.state.model.notifications.info(words, clock.now());
                Vec::new()
            }
        }
        Effect::Redraw => {
            tty.redraw_all()?;
            Vec::new()
        }
        // The loop exits before it gets here.
        Effect::Quit => Vec::new(),
    };
    Ok(follows.into_iter().map(|effect| (place, effect)).collect())
}

fn spawn_work(to: &DoneSender, place: usize, work: impl FnOnce() -> Msg + Send + 'static) -> Vec<Effect> {
    let to = to.clone();
    // Without a receiver the console is exiting.
    tokio::task::spawn_blocking(move || to.send((place, Box::new(work()))));
    Vec::new()
}
