//! The current time as a value. `crate::clock` reads it; pure code receives it.

use std::time::Duration;

use jiff::Timestamp;

/// The time on both clocks, read together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Now {
    /// Wall clock of this machine; may be wrong and may jump.
    pub wall: Timestamp,
    /// Time since the program started; never goes back. All deadlines use this clock.
    pub mono: Duration,
}
