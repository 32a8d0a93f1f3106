//! Job control: stops the process group, and checks whether a shell could resume it.

use std::io;

use rustix::process::{Signal, getpgrp, getsid, kill_current_process_group};

/// Returns true if a shell with job control started guestlist.
/// Such a shell gives each job its own process group. In the group of the session leader (`xterm -e
/// guestlist`, `ssh -t host guestlist`) a stopped process stays stopped.
pub fn can_be_resumed() -> bool {
    getsid(None).is_ok_and(|session| session != getpgrp())
}

/// Stops every process of the job, so that a waiting wrapper stops too and the shell gets the terminal.
pub fn stop() -> io::Result<()> {
    Ok(kill_current_process_group(Signal::STOP)?)
}
