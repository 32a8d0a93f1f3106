//! A thread that owns a database. Journal and cache each have one, so no task blocks on the disk.

use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

/// Maximum number of waiting tasks; a further one waits until there is space.
const QUEUE_CAPACITY: usize = 16;

type Work<D> = Box<dyn FnOnce(&mut D) + Send>;

/// Handle on the running thread.
/// Dropping the handle waits until the database is closed, up to a limit. Only then is all data in its main
/// file, without a `-wal` file that can be lost.
#[derive(Debug)]
pub(super) struct DatabaseThread<D> {
    /// `None` once dropped.
    sender: Option<mpsc::Sender<Work<D>>>,
    /// Disconnected when the database is closed.
    closed: Mutex<Receiver<()>>,
    max_close_wait: Duration,
}

impl<D: Send + 'static> DatabaseThread<D> {
    pub(super) fn start(
        name: &str,
        mut database: D,
        max_close_wait: Duration,
    ) -> std::io::Result<DatabaseThread<D>> {
        let (sender, mut queue) = mpsc::channel::<Work<D>>(QUEUE_CAPACITY);
        let (closing, closed) = channel::<()>();
        std::thread::Builder::new().name(name.into()).spawn(move || {
            while let Some(work) = queue.blocking_recv() {
                work(&mut database);
            }
            drop(database);
            drop(closing);
        })?;
        Ok(DatabaseThread { sender: Some(sender), closed: Mutex::new(closed), max_close_wait })
    }

    /// Runs work on the thread and returns its result; `None` if the thread has ended.
    /// The work is done even if this future is dropped after the work was queued.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut D) -> T + Send + 'static,
    ) -> Option<T> {
        let (reply, receiver) = oneshot::channel();
        let work: Work<D> = Box::new(move |database| drop(reply.send(work(database))));
        self.sender.as_ref()?.send(work).await.ok()?;
        receiver.await.ok()
    }
}

impl<D> Drop for DatabaseThread<D> {
    fn drop(&mut self) {
        self.sender = None;
        let closed = self.closed.get_mut().unwrap_or_else(PoisonError::into_inner);
        let _ = closed.recv_timeout(self.max_close_wait);
    }
}
