//! The present as a value. It is read at the edges (see `crate::clock`) and handed to whatever decides.

use std::time::Duration;

use jiff::Timestamp;

/// One reading of the clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Now {
    /// This machine's idea of the date and time; it may be wrong and it may jump.
    pub wall: Timestamp,
    /// Time since the program started; it never goes back. All deadlines are on this one.
    pub mono: Duration,
}
