//! Job control: stopping the job that this program is part of, and whether anybody could resume it.

use std::io;

use rustix::process::{Signal, getpgrp, getsid, kill_current_process_group};

/// Whether a shell with job control started us. Such a shell gives each job a process group of its own; in the
/// group of the session's leader (`xterm -e guestlist`, `ssh -t host guestlist`) a stopped program stays stopped.
pub fn can_be_resumed() -> bool {
    getsid(None).is_ok_and(|session| session != getpgrp())
}

/// Stops every process of the job, so that a wrapper that waits for us stops too and the shell comes back.
pub fn stop() -> io::Result<()> {
    Ok(kill_current_process_group(Signal::STOP)?)
}
