//! Tells when the terminal behind standard input is gone for good. HUP usually says so too, but not to a program
//! that was told to ignore it, and the terminal library does not notice: it would read on for ever.

use std::io;
use std::sync::OnceLock;
use std::thread;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use tokio::sync::watch;

/// Waits until the terminal is gone. Safe to cancel.
pub async fn lost() {
    // One thread for the life of the program; it sleeps in the kernel until the line is cut.
    static LOST: OnceLock<watch::Receiver<bool>> = OnceLock::new();
    let mut lost = LOST.get_or_init(watch_line).clone();
    if lost.wait_for(|lost| *lost).await.is_err() {
        // It cannot be watched here; HUP has to do.
        std::future::pending::<()>().await;
    }
}

fn watch_line() -> watch::Receiver<bool> {
    let (tell, told) = watch::channel(false);
    // Without the thread the channel closes, which says that nothing will be told.
    let _ = thread::Builder::new().name("line".into()).spawn(move || {
        if is_cut() {
            tell.send_replace(true);
        }
    });
    told
}

/// Waits until the line is cut; `false` when the system cannot tell.
fn is_cut() -> bool {
    let stdin = io::stdin();
    loop {
        // No event is asked for: being cut is always told, and keys are none of our business.
        let mut line = [PollFd::new(&stdin, PollFlags::empty())];
        match poll(&mut line, None) {
            Ok(_) => return line[0].revents().intersects(PollFlags::HUP | PollFlags::ERR),
            Err(Errno::INTR) => {}
            Err(_) => return false,
        }
    }
}
