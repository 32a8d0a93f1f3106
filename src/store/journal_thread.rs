//! The thread that owns the journal's database. Its work comes from `journal`.

use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::mpsc;

/// Maximum wait for the database to close: another process can keep it busy.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// Work for the thread.
pub(super) type Work = Box<dyn FnOnce(&mut Connection) + Send>;

/// Handle on the running thread.
/// Dropping the handle waits until the database is closed. Only then is all data in `journal.db`, without a
/// `-wal` file that can be lost.
#[derive(Debug)]
pub(super) struct JournalThread {
    /// `None` once dropped.
    sender: Option<mpsc::Sender<Work>>,
    /// Disconnected when the database is closed.
    closed: Mutex<Receiver<()>>,
}

impl JournalThread {
    pub(super) fn start(mut connection: Connection) -> std::io::Result<JournalThread> {
        let (sender, mut queue) = mpsc::channel::<Work>(16);
        let (closing, closed) = channel::<()>();
        std::thread::Builder::new().name("journal".into()).spawn(move || {
            while let Some(work) = queue.blocking_recv() {
                work(&mut connection);
            }
            drop(connection);
            drop(closing);
        })?;
        Ok(JournalThread { sender: Some(sender), closed: Mutex::new(closed) })
    }

    /// Sends work; `false` if the thread has ended.
    pub(super) async fn send(&self, work: Work) -> bool {
        match &self.sender {
            Some(queue) => queue.send(work).await.is_ok(),
            None => false,
        }
    }
}

impl Drop for JournalThread {
    fn drop(&mut self) {
        self.sender = None;
        let closed = self.closed.get_mut().unwrap_or_else(PoisonError::into_inner);
        let _ = closed.recv_timeout(CLOSE_TIMEOUT);
    }
}
