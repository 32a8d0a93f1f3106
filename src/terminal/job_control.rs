//! Job control: stops the process group, and checks whether a shell could resume it.

use std::io;

use rustix::process::{Signal, getpgrp, getsid, kill_current_process_group};

/// Returns true if a shell with job control started guestlist.
/// Such a shell gives each job its own process group. Otherwise guestlist is in the group of the session
/// leader (`xterm -e guestlist`, `ssh -t host guestlist`), and nothing could resume it.
pub fn can_be_resumed() -> bool {
    getsid(None).is_ok_and(|session| session != getpgrp())
}

/// Stops every process of the job, including a script that waits for guestlist.
/// The shell then gets the terminal.
pub fn stop() -> io::Result<()> {
    Ok(kill_current_process_group(Signal::STOP)?)
}
